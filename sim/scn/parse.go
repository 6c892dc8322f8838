package scn

import (
	"fmt"
	"strings"
	"time"

	"marsad/border"
	"marsad/say"
)

// Parse reads one scenario. The error is a *say.Error with line and column.
func Parse(text string) (*Scenario, error) {
	all, err := statements(text)
	if err != nil {
		return nil, err
	}
	p := &parser{s: &Scenario{To: 1e9, Seed: 1}}
	for _, st := range all {
		p.toks, p.i = st, 0
		if err := p.statement(); err != nil {
			return nil, err
		}
	}
	return p.finish()
}

type parser struct {
	s     *Scenario
	toks  []token
	i     int
	named bool
	start time.Duration // time of day of the start
	timed bool
	night time.Time
}

func (p *parser) peek() token { return p.toks[p.i] }

func (p *parser) next() token {
	t := p.toks[p.i]
	if t.kind != end {
		p.i++
	}
	return t
}

func (p *parser) fail(wanted string) error {
	t := p.peek()
	found := t.text
	if t.kind == end {
		found = kindSays[end]
	}
	return wrong(t.Pos, fmt.Sprintf("%q", found), wanted)
}

// is consumes a word or mark if it stands next.
func (p *parser) is(texts ...string) bool {
	t := p.peek()
	if t.kind != word && t.kind != mark {
		return false
	}
	for _, s := range texts {
		if t.text == s {
			p.i++
			return true
		}
	}
	return false
}

// ahead consumes a run of words if all of them stand next.
func (p *parser) ahead(words ...string) bool {
	for k, w := range words {
		if p.i+k >= len(p.toks) || p.toks[p.i+k].text != w || p.toks[p.i+k].kind == quoted {
			return false
		}
	}
	p.i += len(words)
	return true
}

func (p *parser) must(texts ...string) error {
	if !p.is(texts...) {
		return p.fail(strings.Join(texts, " or "))
	}
	return nil
}

func (p *parser) take(k kind) (token, error) {
	if p.peek().kind != k {
		return token{}, p.fail(kindSays[k])
	}
	return p.next(), nil
}

// num reads a number within bounds.
func (p *parser) num(lo, hi float64) (float64, error) {
	if t := p.peek(); t.kind != number || t.num < lo || t.num > hi {
		return 0, p.fail(fmt.Sprintf("a number between %g and %g", lo, hi))
	}
	return p.next().num, nil
}

func (p *parser) whole(lo, hi int) (int, error) {
	t := p.peek()
	v, err := p.num(float64(lo), float64(hi))
	if err != nil {
		return 0, err
	}
	if v != float64(int(v)) {
		return 0, wrong(t.Pos, fmt.Sprintf("%q", t.text), "a whole number")
	}
	return int(v), nil
}

func (p *parser) km() (border.Chainage, error) {
	t := p.peek()
	if t.kind != post {
		return 0, p.fail(kindSays[post])
	}
	c, err := border.ParseChainage(t.text)
	if err != nil || c > 2_000_000 {
		return 0, p.fail(kindSays[post])
	}
	p.i++
	return c, nil
}

// time reads a time of day as the duration since the scenario's start.
func (p *parser) time() (time.Duration, error) {
	if !p.timed {
		return 0, p.fail("the statement \"from TIME to TIME\" before any time")
	}
	d, err := p.timeOfDay()
	if err != nil {
		return 0, err
	}
	d -= p.start
	if d < 0 {
		d += 24 * time.Hour
	}
	return d, nil
}

func (p *parser) timeOfDay() (time.Duration, error) {
	t := p.peek()
	if t.kind == clock {
		for _, layout := range [...]string{"15:04:05", "15:04"} {
			if v, err := time.Parse(layout, t.text); err == nil {
				p.i++
				return time.Duration(v.Hour())*time.Hour + time.Duration(v.Minute())*time.Minute + time.Duration(v.Second())*time.Second, nil
			}
		}
	}
	return 0, p.fail(kindSays[clock])
}

// lapse reads "90 s", "40 min" or "2 h".
func (p *parser) lapse() (time.Duration, error) {
	first := p.peek()
	v, err := p.num(0, 1e6)
	if err != nil {
		return 0, err
	}
	unit := time.Second
	switch {
	case p.is("s"):
	case p.is("min"):
		unit = time.Minute
	case p.is("h"):
		unit = time.Hour
	default:
		return 0, p.fail("s, min or h")
	}
	if d := v * float64(unit); d <= float64(48*time.Hour) {
		return time.Duration(d), nil
	}
	return 0, wrong(first.Pos, first.text, "no more than two days")
}

// speed reads "0.8 m/s".
func (p *parser) speed() (float64, error) {
	v, err := p.num(0.01, 120)
	if err != nil {
		return 0, err
	}
	return v, p.must("m/s")
}

func (p *parser) offset() (border.Offset, error) {
	v, err := p.num(-100_000, 100_000)
	return border.Offset(v), err
}

// place reads "38+400 -1800"; the offset may be "line" or missing, for 0.
func (p *parser) place() (Place, error) {
	c, err := p.km()
	if err != nil {
		return Place{}, err
	}
	pl := Place{Chainage: c}
	if p.is("line") || p.peek().kind != number {
		return pl, nil
	}
	pl.Offset, err = p.offset()
	return pl, err
}

func (p *parser) text() (string, error) {
	t, err := p.take(quoted)
	return t.text, err
}

func (p *parser) both() (say.Text, error) {
	en, err := p.text()
	if err != nil {
		return say.Text{}, err
	}
	ar, err := p.text()
	return say.Text{En: en, Ar: ar}, err
}

func (p *parser) done() error {
	if p.peek().kind != end {
		return p.fail(kindSays[end])
	}
	return nil
}

func (p *parser) statement() error {
	if !p.named {
		if err := p.must("scenario"); err != nil {
			return err
		}
		t, err := p.take(word)
		p.s.Name, p.named = t.text, true
		if err != nil {
			return err
		}
		return p.done()
	}
	var err error
	switch first := p.peek(); {
	case p.is("title"):
		p.s.Title, err = p.both()
	case p.is("about"):
		p.s.About, err = p.both()
	case p.is("night"):
		var t token
		if t, err = p.take(date); err == nil {
			if p.night, err = time.ParseInLocation("2006-01-02", t.text, Zone); err != nil {
				err = wrong(t.Pos, t.text, kindSays[date])
			}
		}
	case p.is("from"):
		err = p.span()
	case p.is("seed"):
		var n int
		n, err = p.whole(0, 1e9)
		p.s.Seed = uint64(n)
	case p.is("estate"):
		err = p.estate()
	case p.is("patrols"):
		if err = p.must("roam", "wait"); err == nil {
			p.s.Roam = p.toks[p.i-1].text == "roam"
		}
	case p.is("person"):
		err = p.person(first.Pos)
	case p.is("at"):
		err = p.happening(first.Pos)
	case p.is("expect"):
		err = p.expect(first.Pos, false)
	case p.is("never"):
		err = p.expect(first.Pos, true)
	default:
		return p.fail("title, about, night, from, seed, estate, patrols, person, at, expect or never")
	}
	if err != nil {
		return err
	}
	return p.done()
}

// finish checks what only the whole can show.
func (p *parser) finish() (*Scenario, error) {
	s := p.s
	top := Pos{1, 1}
	switch {
	case !p.named:
		return nil, wrong(top, "", "scenario NAME")
	case !p.timed:
		return nil, wrong(top, "no span of time", "from TIME to TIME")
	case s.Title.IsZero():
		return nil, wrong(top, "no title", `title "English" "Arabic"`)
	}
	if p.night.IsZero() {
		p.night = time.Date(2026, 1, 11, 0, 0, 0, 0, Zone)
	}
	s.Night = p.night.Add(p.start).UTC()
	for i := range s.Acts {
		if err := p.known(s.Acts[i].On); err != nil {
			return nil, err
		}
	}
	for i := range s.Expects {
		if err := p.known(s.Expects[i].On); err != nil {
			return nil, err
		}
		if s.Expects[i].By == 0 {
			s.Expects[i].By = s.Lasts
		}
	}
	return s, nil
}

func (p *parser) known(on Subject) error {
	if on.Actor == "" {
		return nil
	}
	if _, ok := p.s.Actor(on.Actor); !ok {
		return wrong(on.Pos, fmt.Sprintf("%q", on.Actor), "the name of an actor in this scenario")
	}
	return nil
}

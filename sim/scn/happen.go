package scn

import (
	"math"
	"time"
)

// happening reads what follows "at".
func (p *parser) happening(at Pos) error {
	when, err := p.time()
	if err != nil {
		return err
	}
	switch {
	case p.is("wind"):
		return p.wind(at, when)
	case p.is("visibility"):
		return p.visibility(at, when)
	case p.is("cut"):
		return p.cut(at, when)
	case p.ahead("aerostat"):
		f := Failure{Pos: at, At: when, What: "aerostat", Says: true}
		if f.Number, err = p.whole(1, 99); err != nil {
			return err
		}
		if !p.ahead("comes", "down") {
			return p.fail("comes down")
		}
		return p.failure(f)
	case p.is("tower", "radar"):
		return p.wrong(at, when)
	case p.is("clock"):
		return p.clock(at, when)
	case p.is("radio"):
		return p.words(at, when, false)
	case p.is("claim"):
		return p.words(at, when, true)
	}
	if t := p.peek(); t.kind == word {
		if _, ok := p.s.Person(t.text); ok {
			p.i++
			return p.act(at, when, t.text)
		}
	}
	return p.actor(at, when)
}

var compass = map[string]float64{
	"north": 0, "north-east": 45, "east": 90, "south-east": 135,
	"south": 180, "south-west": 225, "west": 270, "north-west": 315,
}

func (p *parser) wind(at Pos, when time.Duration) error {
	w := Weather{Pos: at, At: when, Everywhere: true}
	var err error
	if w.Wind, err = p.num(0, 60); err != nil {
		return err
	}
	if err = p.must("m/s"); err != nil {
		return err
	}
	if err = p.must("from"); err != nil {
		return err
	}
	if t := p.peek(); t.kind == number {
		if w.WindFrom, err = p.num(0, 360); err != nil {
			return err
		}
	} else if d, ok := compass[t.text]; ok {
		w.WindFrom = d
		p.i++
	} else {
		return p.fail("degrees or a direction such as north-west")
	}
	return p.over(w)
}

func (p *parser) visibility(at Pos, when time.Duration) error {
	w := Weather{Pos: at, At: when, Everywhere: true, Wind: -1}
	var err error
	if w.Visibility, err = p.num(10, 100_000); err != nil {
		return err
	}
	if err = p.must("m"); err != nil {
		return err
	}
	return p.over(w)
}

func (p *parser) over(w Weather) (err error) {
	if p.peek().kind == post {
		w.Everywhere = false
		if w.From, w.To, err = p.kmSpan(); err != nil {
			return err
		}
	}
	if p.is("until") {
		if w.Until, err = p.time(); err != nil {
			return err
		}
	}
	p.s.Weather = append(p.s.Weather, w)
	return nil
}

// cut reads "cut link of tower 90", "cut tower 93, tower 94 until 03:00".
func (p *parser) cut(at Pos, when time.Duration) error {
	first := len(p.s.Failures)
	for ok := true; ok; ok = p.is(",") {
		f := Failure{Pos: at, At: when}
		var err error
		switch {
		case p.ahead("link", "of", "tower"):
			f.What = "link"
			f.Number, err = p.whole(0, 9999)
		case p.is("link"):
			var t token
			t, err = p.take(word)
			f.What, f.ID = "link", t.text
		case p.is("tower", "radar", "aerostat", "presence"):
			f.What = p.toks[p.i-1].text
			f.Number, err = p.whole(0, 9999)
		default:
			return p.fail("link, tower, radar, aerostat or presence")
		}
		if err != nil {
			return err
		}
		p.s.Failures = append(p.s.Failures, f)
	}
	every, until := time.Duration(0), time.Duration(0)
	var err error
	if p.is("every") {
		if every, err = p.lapse(); err != nil {
			return err
		}
	}
	if p.is("until") {
		if until, err = p.time(); err != nil {
			return err
		}
	}
	for i := first; i < len(p.s.Failures); i++ {
		p.s.Failures[i].Every, p.s.Failures[i].Until = every, until
	}
	return nil
}

func (p *parser) failure(f Failure) (err error) {
	if p.is("until") {
		if f.Until, err = p.time(); err != nil {
			return err
		}
	}
	p.s.Failures = append(p.s.Failures, f)
	return nil
}

// wrong reads "tower 50 turned by -1.5 deg until 03:00" or "tower 50 covered",
// the first word read.
func (p *parser) wrong(at Pos, when time.Duration) (err error) {
	f := Fault{Pos: at, At: when, What: p.toks[p.i-1].text}
	if f.Number, err = p.whole(0, 9999); err != nil {
		return err
	}
	if f.Covered = p.is("covered"); f.Covered {
		return p.fault(f)
	}
	if !p.ahead("turned", "by") {
		return p.fail("turned by, or covered")
	}
	degrees, err := p.num(-90, 90)
	if err != nil {
		return err
	}
	f.Turned = degrees * math.Pi / 180
	if err := p.must("deg"); err != nil {
		return err
	}
	return p.fault(f)
}

// clock reads "clock of tower 54 off by 1.2 s", the first word read.
func (p *parser) clock(at Pos, when time.Duration) (err error) {
	if err := p.must("of"); err != nil {
		return err
	}
	if !p.is("tower", "radar") {
		return p.fail("tower or radar")
	}
	f := Fault{Pos: at, At: when, What: p.toks[p.i-1].text}
	if f.Number, err = p.whole(0, 9999); err != nil {
		return err
	}
	if !p.ahead("off", "by") {
		return p.fail("off by")
	}
	seconds, err := p.num(-1.5, 1.5)
	if err != nil {
		return err
	}
	f.Clock = time.Duration(math.Round(seconds*1000)) * time.Millisecond
	if err := p.must("s"); err != nil {
		return err
	}
	return p.fault(f)
}

func (p *parser) fault(f Fault) (err error) {
	if p.is("until") {
		if f.Until, err = p.time(); err != nil {
			return err
		}
	}
	p.s.Faults = append(p.s.Faults, f)
	return nil
}

func (p *parser) words(at Pos, when time.Duration, claim bool) error {
	w := Words{Pos: at, At: when, Claim: claim}
	err := p.must("from")
	if err != nil {
		return err
	}
	if w.From, err = p.text(); err != nil {
		return err
	}
	if err = p.must("at"); err != nil {
		return err
	}
	if w.Place, err = p.place(); err != nil {
		return err
	}
	w.Text, err = p.both()
	p.s.Words = append(p.s.Words, w)
	return err
}

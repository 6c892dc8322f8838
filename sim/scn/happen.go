package scn

import (
	"fmt"
	"time"

	"marsad/border"
	"marsad/sense"
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

// actor reads "group of 5 (2 adults 3 children) called family walks from ...".
func (p *parser) actor(at Pos, when time.Duration) error {
	a := Actor{Pos: at, At: when, Count: 1, Parties: 1}
	var err error
	if p.is("harmless") {
		a.Harmless = true
	}
	if p.peek().kind == number {
		if a.Parties, err = p.whole(1, 500); err != nil {
			return err
		}
	}
	switch {
	case p.is("person", "persons"):
		a.Class = sense.Person
	case p.is("group", "groups"):
		a.Class, err = sense.Group, p.of(&a, 2, 5000)
	case p.is("vehicle", "vehicles", "pickup", "pickups"):
		a.Class = sense.Vehicle
	case p.is("convoy", "convoys"):
		a.Class, err = sense.Convoy, p.of(&a, 2, 60)
	case p.is("herd", "herds"):
		a.Class, a.Harmless, err = sense.Animal, true, p.of(&a, 2, 5000)
	case p.is("animal", "animals"):
		a.Class, a.Harmless = sense.Animal, true
	case p.is("balloon", "balloons"):
		a.Class = sense.SlowAir
	case p.is("float", "floats"):
		a.Class = sense.Float
	case p.is("dig", "digs"):
		a.Class = sense.Dig
	default:
		return p.fail("person, group, vehicle, convoy, herd, animal, balloon, float, dig, the id of a person, or wind, visibility, cut, aerostat, radio, claim")
	}
	if err != nil {
		return err
	}
	if p.is("(") {
		if err := p.people(&a); err != nil {
			return err
		}
	}
	if p.is("called") {
		t, err := p.take(word)
		if err != nil {
			return err
		}
		a.Name = t.text
	} else {
		a.Name = fmt.Sprintf("%s-%d", a.Class, len(p.s.Actors)+1)
	}
	if _, taken := p.s.Actor(a.Name); taken {
		return wrong(p.toks[p.i-1].Pos, a.Name, "a name not yet taken")
	}
	if p.is(",") {
		if a.Apart, err = p.lapse(); err != nil {
			return err
		}
		if err := p.must("apart"); err != nil {
			return err
		}
	}
	if err := p.path(&a); err != nil {
		return err
	}
	p.s.Actors = append(p.s.Actors, a)
	return nil
}

func (p *parser) of(a *Actor, least, most int) (err error) {
	if err = p.must("of"); err != nil {
		return err
	}
	a.Count, err = p.whole(least, most)
	return err
}

func (p *parser) people(a *Actor) error {
	for !p.is(")") {
		at := p.peek()
		n, err := p.whole(0, 5000)
		if err != nil {
			return err
		}
		switch {
		case p.is("adult", "adults"):
			a.Adults = n
		case p.is("child", "children"):
			a.Children = n
		case p.is("wounded", "injured"):
			a.Hurt = n
		default:
			return p.fail("adults, children or wounded")
		}
		if a.Adults+a.Children > a.Count || a.Hurt > a.Count {
			return wrong(at.Pos, at.text, fmt.Sprintf("no more than %d people in all", a.Count))
		}
		p.is(",")
	}
	return nil
}

var verbs = []string{"walks", "walk", "runs", "run", "drives", "drive", "flies", "fly", "drifts", "drift", "goes", "go"}

// path reads the start and the clauses.
func (p *parser) path(a *Actor) error {
	at := p.peek().Pos
	var err error
	switch {
	case p.is("grazes", "graze"):
		if err := p.must("around"); err != nil {
			return err
		}
		if a.Start, err = p.place(); err != nil {
			return err
		}
		if err := p.must("within"); err != nil {
			return err
		}
		c := Clause{Pos: at, Move: Graze}
		if c.Radius, err = p.num(1, 20000); err != nil {
			return err
		}
		if err := p.must("m"); err != nil {
			return err
		}
		if err := p.must("at"); err != nil {
			return err
		}
		if c.Speed, err = p.speed(); err != nil {
			return err
		}
		if err := p.must("for"); err != nil {
			return err
		}
		if c.For, err = p.lapse(); err != nil {
			return err
		}
		a.Path = append(a.Path, c)
		return p.clauses(a)
	case p.is("works"):
		if err := p.must("at"); err != nil {
			return err
		}
		if a.Start, err = p.place(); err != nil {
			return err
		}
		if err := p.must("for"); err != nil {
			return err
		}
		c := Clause{Pos: at, Move: Linger}
		if c.For, err = p.lapse(); err != nil {
			return err
		}
		a.Path = append(a.Path, c)
		return p.clauses(a)
	case p.is("moves"):
		if err := p.must("as"); err != nil {
			return err
		}
		if a.Recorded, err = p.text(); err != nil {
			return err
		}
		if err := p.must("from"); err != nil {
			return err
		}
		a.Start, err = p.place()
		return err
	}
	if err := p.must(verbs...); err != nil {
		return p.fail("walks, runs, drives, flies, drifts, goes, grazes, works or moves")
	}
	if err := p.must("from"); err != nil {
		return err
	}
	if t := p.peek(); t.kind == word {
		if _, ok := p.s.Actor(t.text); !ok {
			return p.fail("a km post, or the name of an actor to come out of")
		}
		a.Out = t.text
		p.i++
	} else if a.Start, err = p.place(); err != nil {
		return err
	}
	if err := p.leg(a, 0); err != nil {
		return err
	}
	return p.clauses(a)
}

func (p *parser) leg(a *Actor, speed float64) error {
	c := Clause{Pos: p.peek().Pos, Move: Go, Speed: speed}
	if err := p.must("to", "towards"); err != nil {
		return err
	}
	var err error
	switch t := p.peek(); {
	case p.is("line"):
	case t.kind == post:
		c.HasKm = true
		c.To, err = p.place()
	default:
		c.To.Offset, err = p.offset()
	}
	if err != nil {
		return err
	}
	if p.is("at") {
		if c.Speed, err = p.speed(); err != nil {
			return err
		}
	}
	if c.Speed == 0 {
		return p.fail("at SPEED m/s")
	}
	a.Path = append(a.Path, c)
	return nil
}

func (p *parser) clauses(a *Actor) error {
	for p.is(";") {
		if p.peek().kind == end {
			return nil
		}
		at := p.peek().Pos
		switch {
		case p.is("halts", "halt"):
			c := Clause{Pos: at, Move: Halt}
			var err error
			if c.For, err = p.lapse(); err != nil {
				return err
			}
			if p.is("at") {
				c.OnTheWay = true
				if c.HaltAt, err = p.offset(); err != nil {
					return err
				}
				if !onLeg(a, c.HaltAt) {
					return wrong(at, fmt.Sprintf("%g", float64(c.HaltAt)), "an offset that the leg before passes")
				}
			}
			a.Path = append(a.Path, c)
		case p.is("vanishes", "vanish"):
			a.Ends = true
		case p.is("then"):
			if err := p.leg(a, lastSpeed(a)); err != nil {
				return err
			}
		default:
			return p.fail("halts, then or vanishes")
		}
		if len(a.Path) > 1000 {
			return wrong(at, "more than 1,000 clauses", "a shorter path")
		}
	}
	return nil
}

func lastSpeed(a *Actor) float64 {
	for i := len(a.Path) - 1; i >= 0; i-- {
		if a.Path[i].Speed > 0 {
			return a.Path[i].Speed
		}
	}
	return 0
}

// onLeg reports whether the last leg passes an offset. An actor that comes out
// of another starts at an offset that only the world knows.
func onLeg(a *Actor, o border.Offset) bool {
	from, legs := a.Start.Offset, 0
	var to border.Offset
	for _, c := range a.Path {
		if c.Move == Go {
			if legs > 0 {
				from = to
			}
			to = c.To.Offset
			legs++
		}
	}
	if legs == 0 {
		return false
	}
	if legs == 1 && a.Out != "" {
		return true
	}
	return min(from, to) <= o && o <= max(from, to) && from != to
}

// actVerbs are the words of the script for what a person does, with the verbs
// of the response stage.
var actVerbs = map[string]string{
	"opens": "open", "acknowledges": "acknowledge", "verifies": "verify",
	"classifies": "classify", "proposes": "propose", "approves": "approve",
	"refuses": "refuse", "dispatches": "dispatch", "arrives": "arrive",
	"declares-rescue": "declare-rescue", "declares-self-defence": "declare-self-defence",
	"answers-protection": "protection", "refers": "refer",
	"partner-acknowledges": "partner-ack", "reports": "outcome",
	"ends-custody": "end-custody", "debriefs": "debrief", "stands-down": "stand-down", "notes": "note",
}

// Results are the words of an outcome, as the vocabulary has them.
var Results = []string{"apprehended", "turned-back", "withdrew-alone", "got-away", "referred",
	"released", "animal", "false-alarm", "other-force", "unresolved"}

// act reads "officer approves on family".
func (p *parser) act(at Pos, when time.Duration, who string) error {
	a := Act{Pos: at, At: when, Person: who, Going: "none"}
	t, err := p.take(word)
	if err != nil {
		return err
	}
	verb, ok := actVerbs[t.text]
	if !ok {
		p.i--
		return p.fail("what the person does: opens, acknowledges, verifies, classifies, proposes, approves, refuses, dispatches, arrives, answers-protection, refers, partner-acknowledges, reports, ends-custody, debriefs, stands-down or notes")
	}
	a.Verb = verb
	if err := p.actArguments(&a, verb); err != nil {
		return err
	}
	if verb != "open" {
		if err := p.must("on"); err != nil {
			return err
		}
		if a.On, err = p.subject(); err != nil {
			return err
		}
	}
	if p.peek().kind == quoted {
		a.Text, _ = p.text()
	}
	p.s.Acts = append(p.s.Acts, a)
	return nil
}

func (p *parser) actArguments(a *Act, verb string) (err error) {
	switch verb {
	case "open":
		if a.Severity, err = p.severity(); err != nil {
			return err
		}
		if !p.ahead("alert", "at") {
			return p.fail("alert at")
		}
		a.Place, err = p.place()
	case "classify":
		if err = p.must("as"); err != nil {
			return err
		}
		a.Class, err = p.class()
	case "propose":
		switch {
		case p.is("nearest"):
			a.Unit = "nearest"
		case p.ahead("unit", "near"):
			a.UnitNear, err = p.km()
		case p.is("unit"):
			var t token
			t, err = p.take(word)
			a.Unit = t.text
		default:
			return p.fail("nearest, unit near KM or unit ID")
		}
	case "protection", "end-custody":
		var t token
		t, err = p.take(word)
		a.Answer = t.text
	case "refer", "partner-ack":
		if p.is("to", "for") {
			a.To, err = p.text()
		}
	case "outcome":
		err = p.outcome(a)
	}
	return err
}

func (p *parser) outcome(a *Act) (err error) {
	a.Counts = map[string]int{}
	for {
		t := p.peek()
		switch {
		case p.is(Results...):
			a.Counts[t.text], err = p.whole(0, 5000)
		case p.is("children"):
			a.Children, err = p.whole(0, 5000)
		case p.is("injured"):
			a.Injured, err = p.whole(0, 5000)
		case p.is("dead"):
			a.Dead, err = p.whole(0, 5000)
		case p.is("force-used"):
			a.Force = true
		case p.is("inbound", "outbound", "along"):
			a.Going = t.text
		default:
			if len(a.Counts) == 0 {
				return p.fail("a result such as referred 5")
			}
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (p *parser) severity() (string, error) {
	if err := p.must("information", "normal", "high", "critical"); err != nil {
		return "", err
	}
	return p.toks[p.i-1].text, nil
}

func (p *parser) class() (sense.Class, error) {
	if t := p.peek(); t.kind == word {
		if c, err := sense.ParseClass(t.text); err == nil {
			p.i++
			return c, nil
		}
	}
	return 0, p.fail("a class: unknown, person, group, vehicle, convoy, animal, slow-air, float or dig")
}

// subject reads "family", "rule sensors-lost near 97+000" or "hand near 97+300".
func (p *parser) subject() (Subject, error) {
	s := Subject{Pos: p.peek().Pos}
	switch {
	case p.is("rule"):
		t, err := p.take(word)
		if err != nil {
			return s, err
		}
		s.Rule = t.text
	case p.is("hand"):
		s.Hand = true
	default:
		t, err := p.take(word)
		if err != nil {
			return s, err
		}
		s.Actor = t.text
	}
	if p.is("near") {
		var err error
		s.HasKm = true
		if s.Near, err = p.km(); err != nil {
			return s, err
		}
	}
	return s, nil
}

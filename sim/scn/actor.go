package scn

import (
	"fmt"
	"time"

	"marsad/border"
	"marsad/sense"
)

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

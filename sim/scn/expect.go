package scn

import (
	"strings"

	"marsad/sense"
)

// expect reads what must follow, or with never what must not.
func (p *parser) expect(at Pos, never bool) error {
	e := Expect{Pos: at, Never: never, AtLeast: 1, AtMost: -1, Text: p.written()}
	if never {
		e.AtLeast, e.AtMost = 0, 0
	}
	if err := p.quantity(&e); err != nil {
		return err
	}
	if err := p.about(&e); err != nil {
		return err
	}
	if err := p.filters(&e); err != nil {
		return err
	}
	p.s.Expects = append(p.s.Expects, e)
	return nil
}

// written is the statement as its author wrote it, for the report.
func (p *parser) written() string {
	var b strings.Builder
	for i, t := range p.toks {
		if t.kind == end {
			break
		}
		if i > 0 && t.kind != mark {
			b.WriteByte(' ')
		}
		if t.kind == quoted {
			b.WriteString(`"` + t.text + `"`)
		} else {
			b.WriteString(t.text)
		}
	}
	return b.String()
}

func (p *parser) quantity(e *Expect) (err error) {
	switch {
	case p.is("one"):
		e.AtLeast, e.AtMost = 1, 1
	case p.is("no"):
		e.AtLeast, e.AtMost = 0, 0
	case p.ahead("at", "least"):
		e.AtLeast, err = p.whole(0, 10000)
	case p.ahead("more", "than"):
		if !e.Never {
			return p.fail("one, no, at least N or a number")
		}
		e.AtMost, err = p.whole(0, 10000)
	case p.peek().kind == number:
		e.AtLeast, err = p.whole(0, 10000)
		e.AtMost = e.AtLeast
	}
	return err
}

// states of a case, in the words of the response stage.
var states = []string{"open", "acknowledged", "verified", "classified", "proposed", "approved",
	"dispatched", "on-scene", "outcome", "debriefed"}

func (p *parser) about(e *Expect) (err error) {
	if t := p.peek(); t.text == "information" || t.text == "normal" || t.text == "high" || t.text == "critical" {
		p.i++
		e.Severity = t.text
		if err := p.must("alert", "alerts"); err != nil {
			return err
		}
		e.About = Alerts
		return nil
	}
	switch {
	case p.is("alert", "alerts"):
		e.About = Alerts
	case p.ahead("task", "without", "approval"):
		e.About = Unapproved
	case p.is("task", "tasks"):
		e.About = Tasks
	case p.is("state"):
		e.About = Reached
		if err := p.must(states...); err != nil {
			return err
		}
		e.State = p.toks[p.i-1].text
	case p.ahead("unit", "waiting"):
		e.About = UnitAtHome
	case p.is("outcome"):
		e.About, e.Counts = OutcomeOf, map[string]int{}
		for p.is(Results...) {
			r := p.toks[p.i-1].text
			if e.Counts[r], err = p.whole(0, 5000); err != nil {
				return err
			}
		}
	case p.is("partner"):
		e.About = PartnerIs
		if err := p.must("told", "acknowledged"); err != nil {
			return err
		}
		e.Said = p.toks[p.i-1].text
	case p.is("lost"):
		e.About = LostOnes
		err = p.must("sensors", "sensor")
	case p.is("dark"):
		e.About, e.HasSpan = Dark, true
		e.From, e.To, err = p.kmSpan()
	case p.is("step", "note", "word"):
		e.About = About(p.toks[p.i-1].text)
		e.Said, err = p.text()
	case p.is("track", "tracks"):
		e.About = TracksIn
		e.HasSpan = true
		e.From, e.To, err = p.kmSpan()
		if err == nil && !p.ahead("with", "nothing", "there") {
			return p.fail("with nothing there")
		}
	case p.is("suppressed"):
		e.About = Hidden
	default:
		return p.fail("alert, task, state, unit waiting, outcome, partner, lost sensors, dark, step, note, word, track or suppressed")
	}
	return err
}

func (p *parser) filters(e *Expect) (err error) {
	for p.peek().kind != end {
		switch {
		case p.is("on"):
			e.On, err = p.subject()
		case p.is("rule"):
			var t token
			t, err = p.take(word)
			e.On.Pos, e.On.Rule = t.Pos, t.text
		case p.ahead("by", "hand"):
			e.On.Hand = true
		case p.is("class"):
			e.HasClass = true
			var c sense.Class
			c, err = p.class()
			e.Class = c
		case p.ahead("unit", "near"):
			e.HasUnitNear = true
			e.UnitNear, err = p.km()
		case p.is("near"):
			e.On.HasKm = true
			e.On.Near, err = p.km()
		case p.is("between"):
			e.HasSpan = true
			e.From, e.To, err = p.kmSpan()
		case p.is("after"):
			e.After, err = p.time()
		case p.is("by", "before"):
			e.By, err = p.time()
		default:
			return p.fail("on, rule, by hand, class, unit near, near, between, after or by")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

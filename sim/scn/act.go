package scn

import (
	"time"

	"marsad/sense"
)

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

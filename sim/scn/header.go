package scn

import (
	"time"

	"marsad/border"
)

// span reads "from 02:07 to 03:25".
func (p *parser) span() error {
	start, err := p.timeOfDay()
	if err != nil {
		return err
	}
	if err := p.must("to"); err != nil {
		return err
	}
	stop, err := p.timeOfDay()
	if err != nil {
		return err
	}
	if stop <= start {
		stop += 24 * time.Hour
	}
	p.start, p.timed, p.s.Lasts = start, true, stop-start
	return nil
}

func (p *parser) estate() (err error) {
	if p.is("none") {
		p.s.Empty = true
		return nil
	}
	if p.is("whole") {
		return nil
	}
	p.s.From, p.s.To, err = p.kmSpan()
	return err
}

// kmSpan reads "90+000 to 105+000".
func (p *parser) kmSpan() (from, to border.Chainage, err error) {
	if from, err = p.km(); err != nil {
		return 0, 0, err
	}
	if err = p.must("to"); err != nil {
		return 0, 0, err
	}
	at := p.peek()
	if to, err = p.km(); err == nil && to <= from {
		err = wrong(at.Pos, at.text, "a km post beyond the first")
	}
	return from, to, err
}

func (p *parser) person(at Pos) error {
	id, err := p.take(word)
	if err != nil {
		return err
	}
	if _, known := p.s.Person(id.text); known {
		return wrong(id.Pos, id.text, "a person not yet named")
	}
	who := Person{Pos: at, ID: id.text, Sections: []string{"*"}}
	for ok := true; ok; ok = p.is(",") {
		role, err := p.take(word)
		if err != nil {
			return err
		}
		who.Roles = append(who.Roles, role.text)
	}
	if p.is("of") {
		who.Sections = nil
		for ok := true; ok; ok = p.is(",") {
			section, err := p.take(word)
			if err != nil {
				return err
			}
			who.Sections = append(who.Sections, section.text)
		}
	}
	who.Name, err = p.text()
	p.s.People = append(p.s.People, who)
	return err
}

// Person by the id of the script.
func (s *Scenario) Person(id string) (Person, bool) {
	for _, who := range s.People {
		if who.ID == id {
			return who, true
		}
	}
	return Person{}, false
}

// Actor by its name.
func (s *Scenario) Actor(name string) (*Actor, bool) {
	for i := range s.Actors {
		if s.Actors[i].Name == name {
			return &s.Actors[i], true
		}
	}
	return nil, false
}

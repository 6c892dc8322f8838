package record

import (
	"time"

	"marsad/assess"
	"marsad/ident"
	"marsad/respond"
	"marsad/sense"
)

// Incident is the record of what happened, made when a case has its outcome.
type Incident struct {
	ID     ident.ID     `json:"id"`
	Case   ident.ID     `json:"case"`
	Type   Type         `json:"type"`
	Where  assess.Where `json:"where"`
	Opened time.Time    `json:"opened"`
	Closed time.Time    `json:"closed"` // when the outcome was given

	People People `json:"people"`
	// Seizures with quantity, unit and custody; empty for none reported.
	Seizures []Seizure      `json:"seizures"`
	Outcome  respond.Result `json:"outcome"`
	// Protection is the answer to the protection question, empty for not asked.
	Protection string            `json:"protection,omitempty"`
	Handover   *respond.Handover `json:"handover,omitempty"`
	Custody    *respond.Custody  `json:"custody,omitempty"`
	Referral   *respond.Referral `json:"referral,omitempty"`
	Decisions  []Decision        `json:"decisions"`
	Evidence   []assess.Evidence `json:"evidence"`
	Tracks     []ident.ID        `json:"tracks,omitempty"`
	Sensors    []sense.SensorID  `json:"sensors,omitempty"`
	Tasks      []ident.ID        `json:"tasks,omitempty"`
	Simulated  bool              `json:"simulated,omitempty"`
}

// People met, as counts: never names.
type People struct {
	Met      int `json:"met"` // all results that are people, added
	Children int `json:"children"`
	Injured  int `json:"injured"`
	Dead     int `json:"dead"`
}

// Decision that a person took on the way.
type Decision struct {
	Verb   respond.Verb `json:"verb"`
	At     time.Time    `json:"at"`
	ByID   string       `json:"by_id"`
	By     string       `json:"by,omitempty"` // name, erased by retention
	Text   string       `json:"text,omitempty"`
	Action ident.ID     `json:"action,omitzero"`
}

// Seizure of things, never of people.
type Seizure struct {
	Kind     SeizureKind `json:"kind"`
	Quantity float64     `json:"quantity"`
	Unit     Unit        `json:"unit"`
	Text     string      `json:"text,omitempty"`
	Custody  string      `json:"custody,omitempty"` // who keeps it
}

// FromCase makes the incident of a case, and false while it has no outcome. The
// same case always gives the same incident.
func FromCase(c respond.Case) (Incident, bool) {
	if c.Result == nil {
		return Incident{}, false
	}
	n := c.Result.Counts
	i := Incident{
		ID:         ident.Derive("incident", c.Alert.Opened, c.Alert.ID.String(), 0),
		Case:       c.Alert.ID,
		Type:       TypeOf(c),
		Where:      c.Alert.Where,
		Opened:     c.Alert.Opened,
		People:     People{Met: n.Apprehended + n.TurnedBack + n.Referred + n.Released, Children: c.Result.Children, Injured: c.Result.Injured, Dead: c.Result.Dead},
		Seizures:   []Seizure{},
		Outcome:    *c.Result,
		Protection: c.Protection,
		Handover:   c.Handover,
		Custody:    c.Custody,
		Referral:   c.Referral,
		Decisions:  []Decision{},
		Evidence:   c.Alert.Evidence,
		Tracks:     c.Alert.Tracks,
		Sensors:    c.Alert.Sensors,
		Simulated:  c.Alert.Simulated,
	}
	for _, t := range c.Earlier {
		i.Tasks = append(i.Tasks, t.ID)
	}
	if c.Task != nil {
		i.Tasks = append(i.Tasks, c.Task.ID)
	}
	for _, s := range c.Steps {
		if s.Verb == respond.GiveOutcome {
			i.Closed = s.At
		}
		if s.ByID != "" && s.ByID != Software {
			i.Decisions = append(i.Decisions, Decision{Verb: s.Verb, At: s.At, ByID: s.ByID, By: s.By, Text: s.Text, Action: s.Action})
		}
	}
	return i, true
}

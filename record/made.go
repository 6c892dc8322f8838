package record

import (
	"encoding/json"
	"time"

	"marsad/assess"
	"marsad/ident"
	"marsad/respond"
)

// Entry of a person's action, accepted or refused. What the person wrote and
// who he was is personal; what he decided, when and with which right is not.
// The section is that of the case. The error is about values that JSON cannot
// hold.
func (a Acted) Entry(section string) (Entry, error) {
	act := a.Action
	e := Entry{At: act.At, Kind: OfAction, ActorID: act.By.ID, Verb: string(act.Verb), Section: section}
	of := a.Case
	if of.IsZero() {
		of = act.Case
	}
	e.Subject = of.String()
	if a.Refused != "" {
		e.Kind = OfRefusal
	}
	if e.ActorID == "" {
		e.ActorID = Software
	}
	said := map[string]string{"actor": act.By.Name, "text": act.Text, "witness": act.Witness}
	public := struct {
		Action  ident.ID        `json:"action"`
		Refused string          `json:"refused,omitempty"`
		Roles   []string        `json:"roles,omitempty"`
		Rights  []string        `json:"sections,omitempty"`
		Unit    string          `json:"unit,omitempty"`
		To      string          `json:"to,omitempty"`
		Class   string          `json:"class,omitempty"`
		Answer  string          `json:"answer,omitempty"`
		Yes     bool            `json:"yes,omitempty"`
		Witness bool            `json:"witness,omitempty"` // there was one
		Kids    int             `json:"children,omitempty"`
		Basis   string          `json:"basis,omitempty"` // of a hand-over: kept, or nobody could judge it
		Place   *respond.Place  `json:"place,omitempty"`
		Result  *respond.Result `json:"result,omitempty"`
		Silence *assess.Silence `json:"silence,omitempty"`
	}{
		Action: act.ID, Refused: a.Refused, Roles: act.By.Roles, Rights: act.By.Sections, Unit: act.Unit,
		To: act.To, Answer: act.Answer, Yes: act.Yes, Place: act.Place,
		Witness: act.Witness != "", Kids: act.Children,
	}
	switch act.Verb {
	case respond.Classify:
		public.Class = act.Class.String()
	case respond.HandOver:
		public.Basis = act.Text
		delete(said, "text")
	}
	if act.Result != nil {
		r := *act.Result
		said["result"] = r.Text
		r.Text = ""
		public.Result = &r
	}
	if act.Silence != nil {
		s := *act.Silence
		said["movement"], said["why"], said["granter"] = s.Movement, s.Why, s.Granter
		s.Movement, s.Why, s.Granter = "", "", ""
		public.Silence = &s
	}
	return finish(e, public, said)
}

// AlertEntry is the entry of a new alert.
func AlertEntry(a assess.Alert) (Entry, error) {
	return finish(
		Entry{At: a.Opened, Kind: OfAlert, ActorID: Software, Verb: "open", Subject: a.ID.String(), Section: a.Where.Section},
		struct {
			Rule     string          `json:"rule"`
			Severity assess.Severity `json:"severity"`
			Class    string          `json:"class"`
			Where    assess.Where    `json:"where"`
			ByHand   bool            `json:"by_hand,omitempty"`
		}{a.Rule, a.Severity, a.Class.String(), a.Where, a.ByHand != ""},
		map[string]string{"by": a.ByHand},
	)
}

// StepEntry is the entry of the i-th step of a case. It panics when there is no
// such step.
func StepEntry(c respond.Case, i int) (Entry, error) {
	s := c.Steps[i]
	by := s.ByID
	if by == "" {
		by = Software
	}
	return finish(
		Entry{At: s.At, Kind: OfStep, ActorID: by, Verb: string(s.Verb), Subject: c.Alert.ID.String(), Section: c.Alert.Where.Section},
		struct {
			From   respond.State `json:"from"`
			To     respond.State `json:"to"`
			Step   int           `json:"step"`
			Action ident.ID      `json:"action,omitzero"`
		}{s.From, s.To, i, s.Action},
		map[string]string{"actor": s.By, "text": s.Text},
	)
}

// ConflictEntry is the entry of a revision of a case that was not taken,
// because it would have lost steps that are on record.
func ConflictEntry(kept, refused respond.Case, at time.Time) (Entry, error) {
	return finish(
		Entry{At: at, Kind: OfConflict, ActorID: Software, Verb: "keep", Subject: kept.Alert.ID.String(), Section: kept.Alert.Where.Section},
		struct {
			Kept         uint64        `json:"kept_revision"`
			KeptState    respond.State `json:"kept_state"`
			KeptSteps    int           `json:"kept_steps"`
			Refused      uint64        `json:"refused_revision"`
			RefusedState respond.State `json:"refused_state"`
			RefusedSteps int           `json:"refused_steps"`
		}{kept.Revision, kept.State, len(kept.Steps), refused.Revision, refused.State, len(refused.Steps)},
		nil,
	)
}

func finish(e Entry, public any, said map[string]string) (Entry, error) {
	b, err := json.Marshal(public)
	if err != nil {
		return Entry{}, err
	}
	e.Detail = b
	e.Personal = personal(said)
	return e, nil
}

// Extends reports whether the steps of a newer revision of a case begin with
// those of an older one: people's decisions are added to, never taken away.
// Names and texts are not compared, for retention may have erased them.
func Extends(older, newer respond.Case) bool {
	if len(newer.Steps) < len(older.Steps) {
		return false
	}
	for i, o := range older.Steps {
		n := newer.Steps[i]
		if o.Verb != n.Verb || o.From != n.From || o.To != n.To || o.Action != n.Action || o.ByID != n.ByID || !o.At.Equal(n.At) {
			return false
		}
	}
	return true
}

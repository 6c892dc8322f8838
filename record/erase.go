package record

import (
	"encoding/json"
	"fmt"
	"time"

	"marsad/assess"
	"marsad/respond"
	"marsad/say"
)

// LongestPersonal is how long personal fields may be kept at most unless a legal
// hold says why.
const LongestPersonal = 90 * 24 * time.Hour

// Policy of retention. Decisions (who by account id, what, when, with which
// right) are never erased, so their minimum of six months is always kept.
type Policy struct {
	// PersonalDays is how long names and free text are kept, 1 to 90; 0 for 90.
	PersonalDays int
}

// Cutoff is the time before which personal fields are to be erased. A policy
// that would keep them longer than LongestPersonal, or for no time, is refused.
func (p Policy) Cutoff(now time.Time) (time.Time, error) {
	keep := time.Duration(p.PersonalDays) * 24 * time.Hour
	if keep == 0 {
		keep = LongestPersonal
	}
	if p.PersonalDays < 0 || keep > LongestPersonal {
		return time.Time{}, &say.Error{
			Code: "retention.policy", Kind: say.Invalid,
			Text: say.Text{En: "personal fields are kept between 1 and 90 days", Ar: "تُحفظ البيانات الشخصية بين يوم واحد و90 يوماً"},
			Hint: say.Text{En: "to keep those of one case longer, set a legal hold with its reason", Ar: "للاحتفاظ ببيانات قضية واحدة مدة أطول ضع حجزاً قانونياً مع ذكر السبب"},
		}
	}
	return now.UTC().Add(-keep), nil
}

// Hold keeps personal fields from erasure, for a reason that a named person gave.
type Hold struct {
	ID      string    `json:"id"`
	Subject string    `json:"subject"` // case id, account id, or "*" for everything
	Reason  string    `json:"reason"`
	ByID    string    `json:"by_id"`
	By      string    `json:"by"`
	At      time.Time `json:"at"`
	Lifted  time.Time `json:"lifted,omitzero"`
	LiftBy  string    `json:"lift_by,omitempty"` // account id
}

// Span of entries, both ends included.
type Span [2]int64

// Erasure is one run of retention, as its entry tells it.
type Erasure struct {
	Seq    int64     `json:"-"` // of the run's entry
	At     time.Time `json:"-"`
	Before time.Time `json:"before"`
	// Spans of the chain within which every personal field was erased.
	Spans []Span `json:"spans"`
	// Entries and Rows whose personal fields were erased, and Held ones that a
	// legal hold kept.
	Entries int `json:"entries"`
	Rows    int `json:"rows"`
	Held    int `json:"held"`
}

// Entry of the run.
func (r Erasure) Entry() (Entry, error) {
	return finish(Entry{At: r.At, Kind: OfErasure, ActorID: Software, Verb: "erase"}, r, nil)
}

// Erasure reads the run from its entry.
func (e Entry) Erasure() (Erasure, error) {
	var r Erasure
	if err := json.Unmarshal(e.Detail, &r); err != nil {
		return Erasure{}, fmt.Errorf("entry %d: %w", e.Seq, err)
	}
	r.Seq, r.At = e.Seq, e.At
	return r, nil
}

// Covers reports whether the run erased an entry.
func (r Erasure) Covers(seq int64) bool {
	for _, s := range r.Spans {
		if s[0] <= seq && seq <= s[1] {
			return true
		}
	}
	return false
}

// RedactCase erases the names and free text of a case that are older than a time.
// States, times, account ids, counts and evidence stay.
func RedactCase(c respond.Case, before time.Time) respond.Case {
	old := func(t time.Time) bool { return t.Before(before) }
	steps := make([]respond.Step, len(c.Steps))
	var owned, resulted, protected time.Time
	for i, s := range c.Steps {
		switch s.Verb {
		case respond.Acknowledge:
			owned = s.At
		case respond.GiveOutcome:
			resulted = s.At
		case respond.ProtectionAsk:
			protected = s.At
		}
		if old(s.At) && s.ByID != "" && s.ByID != Software {
			s.By, s.Text = "", ""
		}
		steps[i] = s
	}
	if c.Steps != nil {
		c.Steps = steps
	}
	if old(owned) {
		c.Owner = ""
	}
	if old(protected) {
		c.ProtectionText = ""
	}
	if n := len(c.Escalated); n == 0 || old(c.Escalated[n-1]) {
		c.Deputy = ""
	}
	if c.Result != nil && old(resulted) {
		r := *c.Result
		r.Text = ""
		c.Result = &r
	}
	if c.Alert.ByHand != "" && old(c.Alert.Opened) {
		c.Alert.ByHand, c.Alert.Reason, c.Alert.Evidence = Erased.En, Erased, redactEvidence(c.Alert.Evidence)
	}
	if c.Proposals != nil {
		ps := make([]respond.Proposal, len(c.Proposals))
		for i, p := range c.Proposals {
			if old(p.At) {
				p.Asked = ""
				if p.By != "Marsad" {
					p.By = ""
				}
			}
			ps[i] = p
		}
		c.Proposals = ps
	}
	if c.Task != nil && old(c.Task.ApprovedAt) {
		t := *c.Task
		t.Approver = ""
		c.Task = &t
	}
	if c.Referral != nil && old(c.Referral.At) {
		r := *c.Referral
		r.By = ""
		if old(r.Acked) {
			r.AckedBy = ""
		}
		c.Referral = &r
	}
	return c
}

// Erased stands where a person's words stood.
var Erased = say.Text{En: "erased by retention", Ar: "حُذف وفق مدة الحفظ"}

// redactEvidence keeps the figures of what a person reported, not his words.
func redactEvidence(es []assess.Evidence) []assess.Evidence {
	out := make([]assess.Evidence, len(es))
	for i, e := range es {
		e.Text = Erased
		out[i] = e
	}
	return out
}

// RedactActed erases who acted and what he wrote; the decision stays.
func RedactActed(a Acted) Acted {
	a.Action.By.Name, a.Action.Text = "", ""
	if a.Action.Result != nil {
		r := *a.Action.Result
		r.Text = ""
		a.Action.Result = &r
	}
	if a.Action.Silence != nil {
		s := RedactSilence(*a.Action.Silence)
		a.Action.Silence = &s
	}
	return a
}

// RedactSilence erases the granter's name and words; corridor and expiry stay.
func RedactSilence(s assess.Silence) assess.Silence {
	s.Granter, s.Movement, s.Why = "", "", ""
	return s
}

// RedactSuppressed erases what may quote a granter.
func RedactSuppressed(s assess.Suppressed) assess.Suppressed {
	if !s.Silence.IsZero() {
		s.Why = Erased
	}
	return s
}

// CameraCue is the kind of the event that tells who had a camera look where.
const CameraCue = "camera.cue"

// RedactEvent erases the text of an event that names a person.
func RedactEvent(e assess.Event) assess.Event {
	if e.Kind == CameraCue {
		e.Text = Erased
	}
	return e
}

// RedactNotice erases the text that people were told.
func RedactNotice(n respond.Notice) respond.Notice {
	n.Text = Erased
	return n
}

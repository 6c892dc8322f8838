package record

import (
	"encoding/json"
	"fmt"
	"time"

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

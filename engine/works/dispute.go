package works

import (
	"time"

	"marsad/barrier"
	"marsad/ident"
	"marsad/say"
)

// Disputed is the verb by which a person disputes a claim: the claim is stated
// again, word for word, with why.
const Disputed barrier.Verb = "dispute"

// Dispute is what a person said against a claim.
type Dispute struct {
	On  time.Time `json:"on"`
	By  string    `json:"by"`
	Why string    `json:"why"`
}

// Dispute makes an event dispute the claim that it names: the claim's own words
// and figures take the place of whatever came with it, for a claim is never
// changed by who disputes it.
func (b *Book) Dispute(e *barrier.Event) error {
	if e.Claim == nil || len(e.Why) < 3 {
		return &say.Error{Code: "works.dispute", Kind: say.Invalid,
			Text: say.Text{En: "a dispute names a claim and says why", Ar: "الاعتراض يحدد ادعاءً ويبين السبب"},
			Hint: say.Text{En: "say what speaks against it", Ar: "بيّن ما يخالفه"}}
	}
	for _, c := range b.View(time.Time{}, time.Time{}).Claims() {
		if c.ID == e.Claim.ID {
			same := *c
			e.Claim = &same
			return nil
		}
	}
	return &say.Error{Code: "works.claim_unknown", Kind: say.NotFound,
		Text: say.Text{En: "there is no such claim", Ar: "لا يوجد ادعاء كهذا"}, Hint: say.Text{En: "reload the ledger", Ar: "أعد تحميل السجل"}}
}

// Disputes gives what was said against a claim, oldest first.
func (b *Book) Disputes(claim ident.ID) []Dispute {
	var out []Dispute
	for _, s := range b.History(barrier.SubjectClaim, claim) {
		if s.Verb == Disputed && s.Withdrawn.IsZero() {
			out = append(out, Dispute{s.Known, s.By, s.Why})
		}
	}
	return out
}

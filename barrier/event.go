package barrier

import (
	"time"

	"marsad/ident"
	"marsad/say"
)

// Event is how anything becomes known: one fact, by one person, at one time. A
// store keeps events as rows and never changes one; a correction names the
// event that it replaces, and an undo names the import that it takes back.
type Event struct {
	ID ident.ID `json:"id"`
	Op Op       `json:"op"`
	// Verb is the step of the state machine that a Put takes; see machine.go.
	Verb Verb `json:"verb,omitempty"`
	// Valid is since when the fact holds, until the next fact about the same
	// thing. An inspection, a claim or a day in the diary holds from its day.
	Valid time.Time `json:"valid,omitzero"`
	// Known is when Marsad learned of it. It never goes back from one event of a
	// ledger to the next.
	Known time.Time `json:"known"`
	By    string    `json:"by"`
	Why   string    `json:"why,omitempty"`
	// Target is the event that an Amend or a Void takes the place of, or the
	// import that an Undo takes back.
	Target ident.ID `json:"target,omitzero"`
	// Import is the batch that the event came with, none for one by hand.
	Import ident.ID `json:"import,omitzero"`
	// Erased is set when retention has erased people's own words; see Redacted.
	Erased bool `json:"erased,omitempty"`
	Fact
}

// Op is what an event does.
type Op string

// The operations.
const (
	Put   Op = "put"   // states a fact
	Amend Op = "amend" // states a fact in the place of another, which was wrong
	Void  Op = "void"  // takes a fact back, which should never have been stated
	Undo  Op = "undo"  // takes every event of an import back
)

// Fact is what an event states: exactly one of these for Put and Amend, none
// for Void and Undo. What it points at may not be changed any more.
type Fact struct {
	Piece      *Piece      `json:"piece,omitempty"`
	Claim      *Claim      `json:"claim,omitempty"`
	Inspection *Inspection `json:"inspection,omitempty"`
	WeakSpot   *WeakSpot   `json:"weak_spot,omitempty"`
	Package    *Package    `json:"package,omitempty"`
	Crew       *Crew       `json:"crew,omitempty"`
	Calendar   *Calendar   `json:"calendar,omitempty"`
	Stoppage   *Stoppage   `json:"stoppage,omitempty"`
	Diary      *DiaryEntry `json:"diary,omitempty"`
	Rule       *Rule       `json:"rule,omitempty"`
}

// Subject is what sort of thing a fact is about.
type Subject string

// The subjects.
const (
	SubjectNone       Subject = ""
	SubjectPiece      Subject = "piece"
	SubjectClaim      Subject = "claim"
	SubjectInspection Subject = "inspection"
	SubjectWeakSpot   Subject = "weak-spot"
	SubjectPackage    Subject = "package"
	SubjectCrew       Subject = "crew"
	SubjectCalendar   Subject = "calendar"
	SubjectStoppage   Subject = "stoppage"
	SubjectDiary      Subject = "diary"
	SubjectRule       Subject = "rule"
)

// About gives the subject, the id of the thing, and how many facts are set,
// which must be one.
func (f *Fact) About() (Subject, ident.ID, int) {
	subject, id, n := SubjectNone, ident.ID{}, 0
	is := func(s Subject, of ident.ID) { subject, id = s, of; n++ }
	if f.Piece != nil {
		is(SubjectPiece, f.Piece.ID)
	}
	if f.Claim != nil {
		is(SubjectClaim, f.Claim.ID)
	}
	if f.Inspection != nil {
		is(SubjectInspection, f.Inspection.ID)
	}
	if f.WeakSpot != nil {
		is(SubjectWeakSpot, f.WeakSpot.ID)
	}
	if f.Package != nil {
		is(SubjectPackage, f.Package.ID)
	}
	if f.Crew != nil {
		is(SubjectCrew, f.Crew.ID)
	}
	if f.Calendar != nil {
		is(SubjectCalendar, f.Calendar.ID)
	}
	if f.Stoppage != nil {
		is(SubjectStoppage, f.Stoppage.ID)
	}
	if f.Diary != nil {
		is(SubjectDiary, f.Diary.ID)
	}
	if f.Rule != nil {
		is(SubjectRule, f.Rule.ID)
	}
	return subject, id, n
}

// Person is who takes a step, as the gateway knows them.
type Person struct {
	Account string   `json:"account"`
	Roles   []string `json:"roles"`
}

// Roles that matter here, in the words of the accounts.
const (
	RoleEngineer  = "engineer"
	RoleCommander = "commander"
	RoleField     = "field"
	RoleAnalyst   = "analyst"
	RoleWatch     = "watch-officer"
)

func refuse(code string, kind say.Kind, text, hint say.Text) *say.Error {
	return &say.Error{Code: "barrier." + code, Kind: kind, Text: text, Hint: hint}
}

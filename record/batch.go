package record

import (
	"time"

	"marsad/assess"
	"marsad/ident"
	"marsad/respond"
)

// Batch is everything that one or more steps of the log put on record. The
// store writes it in one transaction: all of it, with the cursor, or nothing.
// Rows are upserts by id, so that a replay after a crash writes the same.
type Batch struct {
	// Cursor is the log sequence up to which stages have stepped.
	Cursor     uint64
	At         time.Time
	Cases      []respond.Case
	Actions    []Acted
	Events     []assess.Event
	Silences   []assess.Silence
	Suppressed []assess.Suppressed
	Notices    []respond.Notice
	// Snapshot of all stages at Cursor, nil for none: what a restart begins from.
	Snapshot []byte
}

// Empty reports whether the batch holds nothing but a cursor.
func (b *Batch) Empty() bool {
	return len(b.Cases)+len(b.Actions)+len(b.Events)+len(b.Silences)+len(b.Suppressed)+len(b.Notices) == 0 && b.Snapshot == nil
}

// Acted is a person's action with what came of it. Refused ones are kept too.
type Acted struct {
	Action  respond.Action `json:"action"`
	Refused string         `json:"refused,omitempty"` // error code, empty for accepted
	Case    ident.ID       `json:"case,omitzero"`
}

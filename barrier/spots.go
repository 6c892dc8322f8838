package barrier

import (
	"slices"
	"time"

	"marsad/border"
	"marsad/ident"
)

// Overdue gives the weak spots that should have been looked at again before a
// day and were not, the longest overdue first. Closed ones are among them: what
// was mended must be seen to hold.
func (v *View) Overdue(today Day) []*WeakSpot {
	var out []*WeakSpot
	for _, w := range v.spots {
		if w.Reinspect != 0 && w.Reinspect < today && !v.lookedAt(w) {
			out = append(out, w)
		}
	}
	slices.SortStableFunc(out, func(a, b *WeakSpot) int { return int(a.Reinspect - b.Reinspect) })
	return out
}

// lookedAt reports whether an inspection of the spot was made since it fell
// due.
func (v *View) lookedAt(w *WeakSpot) bool {
	return slices.ContainsFunc(v.inspections, func(i *Inspection) bool { return i.WeakSpot == w.ID && i.On >= w.Reinspect })
}

// Alarm is what an alert tells of a breach, as values: this package knows
// neither alerts nor who raises them.
type Alarm struct {
	ID     ident.ID
	At     time.Time
	Where  border.Chainage
	Metres float64 // how much of the line it may touch, either way
	Kind   Weakness
	Risk   Risk
	Layer  Kind
	What   string
	Marks  []string // "simulated" for an alert of a simulated world
}

// alarmed is who found and states what an alert opened.
const alarmed = "marsad"

// againWithin is when a place that an alert named must be seen.
const againWithin = 2 // days

// OpenByAlert gives the event that opens a weak spot where an alert found the
// barrier broken. Its ids come from the alert, so the same alert opens one
// spot, however often it is told.
func OpenByAlert(axis *border.Axis, a Alarm, known time.Time) Event {
	s := border.Span{From: max(0, a.Where-border.Chainage(a.Metres)), To: min(axis.Whole().To, a.Where+border.Chainage(a.Metres))}
	w := &WeakSpot{
		ID: ident.Derive("weak-spot", a.At, a.ID.String(), 0), Kind: a.Kind, Layer: a.Layer, State: SpotOpen, Risk: a.Risk,
		Stretch: Anchor(axis, s, OnLine), Found: Finding{On: DayOf(a.At), By: alarmed, How: "alert", Alert: a.ID},
		Reinspect: DayOf(known) + againWithin, Note: a.What, Marks: a.Marks,
	}
	return Event{ID: ident.Derive("barrier-event", a.At, a.ID.String(), 0), Op: Put, Verb: Enter, Valid: a.At, Known: known, By: alarmed, Fact: Fact{WeakSpot: w}}
}

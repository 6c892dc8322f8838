package barrier

import (
	"slices"
	"time"

	"marsad/border"
	"marsad/ident"
)

// Due is the weak spots that nobody looked at again in time. What is open and
// what is closed are two lists: the first is a hole in the barrier that nobody
// watches, the second a mend of which nobody knows that it holds.
type Due struct {
	Open  []*WeakSpot // open or under repair, the longest overdue first
	Mends []*WeakSpot // closed, and not seen since, in the same order
	days  map[ident.ID]int
}

// Due gives what should have been looked at again before a day and was not. An
// inspection of the spot on its day or later counts as a look, and so does a
// closing.
func (v *View) Due(today Day) *Due {
	seen := map[ident.ID]Day{}
	for _, i := range v.inspections {
		if !i.WeakSpot.IsZero() {
			seen[i.WeakSpot] = max(seen[i.WeakSpot], i.On)
		}
	}
	d := &Due{days: map[ident.ID]int{}}
	for _, w := range v.spots {
		closed := w.State == SpotClosed
		if w.Reinspect == 0 || w.Reinspect >= today || seen[w.ID] >= w.Reinspect || closed && w.ClosedOn >= w.Reinspect {
			continue
		}
		d.days[w.ID] = int(today - w.Reinspect)
		if closed {
			d.Mends = append(d.Mends, w)
		} else {
			d.Open = append(d.Open, w)
		}
	}
	for _, list := range [][]*WeakSpot{d.Open, d.Mends} {
		slices.SortStableFunc(list, func(a, b *WeakSpot) int { return int(a.Reinspect - b.Reinspect) })
	}
	return d
}

// Days is for how many days a spot has been due, 0 for one that is not.
func (d *Due) Days(w *WeakSpot) int { return d.days[w.ID] }

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

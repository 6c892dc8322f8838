package works

import (
	"context"
	"math"
	"slices"
	"time"

	"marsad/assess"
	"marsad/barrier"
	"marsad/border"
	"marsad/sense"
)

// An alert names a place of the barrier when it lies this near to the line, and
// no other open spot that an alert opened lies as near to it: one hole is one
// spot, however many use it.
const (
	atBarrier = 300 // metres off the line
	sameHole  = 250 // metres along it
)

// keepsOut are the layers that somebody who crossed must have gone through, over
// or under, the hardest first.
var keepsOut = []barrier.Kind{barrier.Wall, barrier.Fence, barrier.Wire, barrier.Trench, barrier.Berm}

// AlarmOf reads from an alert whether the barrier does not hold: somebody digs at
// the line, or a person or vehicle crossed where a layer stands that keeps people
// out. What it gives is of the place, and says nothing of who crossed.
func AlarmOf(v *barrier.View, a *assess.Alert) (barrier.Alarm, bool) {
	out := barrier.Alarm{ID: a.ID, At: a.Opened, Where: a.Where.Chainage, Metres: 50, Risk: barrier.High, What: a.Title.En}
	if a.Simulated {
		out.Marks = []string{border.Simulated}
	}
	if !a.Where.HasKm || math.Abs(float64(a.Where.Offset)) > atBarrier && !a.Crossed {
		return out, false
	}
	for _, w := range v.WeakSpots() {
		near := w.From-sameHole <= a.Where.Chainage && a.Where.Chainage <= w.To+sameHole
		if near && w.State != barrier.SpotClosed && (w.Found.How == "alert" || w.Found.Alert == a.ID) {
			return out, false
		}
	}
	switch {
	case a.Class == sense.Dig:
		out.Kind = barrier.Tunnel
		return out, true
	case a.Crossed && slices.Contains([]sense.Class{sense.Person, sense.Group, sense.Vehicle, sense.Convoy}, a.Class):
		here := border.Span{From: a.Where.Chainage, To: a.Where.Chainage + 1}
		for _, k := range keepsOut {
			for _, s := range v.Layer(k, "", here) {
				if s.State.Stands() {
					out.Kind, out.Layer = barrier.Breach, k
					return out, true
				}
			}
		}
	}
	return out, false
}

// Alarmed opens a weak spot where an alert found that the barrier does not hold,
// once, and reports whether it did. Marsad states it, as found by an alert; what
// becomes of it a person decides.
func (b *Book) Alarmed(ctx context.Context, a *assess.Alert) (bool, error) {
	alarm, ok := AlarmOf(b.View(time.Time{}, time.Time{}), a)
	if !ok {
		return false, nil
	}
	e := barrier.OpenByAlert(b.axis, alarm, b.now().UTC())
	by := By{Person: barrier.Person{Account: e.By, Roles: []string{barrier.RoleWatch}}, Name: "Marsad", Section: a.Where.Section}
	added, err := b.State(ctx, by, e)
	return len(added) > 0, err
}

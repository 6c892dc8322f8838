package app

import (
	"context"
	"reflect"
	"slices"
	"time"

	"marsad/barrier"
	"marsad/border"
	"marsad/engine/risk"
	"marsad/engine/works"
	"marsad/fuse"
	"marsad/geo"
)

// tellEvery is how often what is known of the ground is looked at. Statements are
// seldom, and the tracker is in no hurry.
const tellEvery = 2 * time.Second

// tellGround puts what Marsad knows of the ground on the log, for fusion: at the
// beginning of a run, and whenever it changes.
func (a *App) tellGround(ctx context.Context) {
	select {
	case <-a.engine.Ready():
	case <-ctx.Done():
		return
	}
	var told *fuse.Ground
	for {
		g := GroundOf(a.works.View(time.Time{}, time.Time{}), a.risk.Now())
		if told == nil || !reflect.DeepEqual(*told, g) {
			if err := a.engine.Ingress().Ground(g); err != nil {
				a.options.Log.Error("fusion was not told what is known of the ground", "error", err)
			} else {
				told = &g
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(tellEvery):
		}
	}
}

// What a layer does to who comes to it: within near metres of it things stop halt
// times as often, and what nobody measures goes on for pace of the usual way.
// Assumed, by what each is built for.
var bars = map[barrier.Kind]struct{ near, halt, pace float64 }{
	barrier.Wall:   {12, 10, 0.1},
	barrier.Trench: {12, 5, 0.2},
	barrier.Berm:   {12, 3, 0.3},
	barrier.Fence:  {12, 5, 0.2},
	barrier.Wire:   {12, 3, 0.3},
}

// A known way is followed so far to the other side and to the home side; within it
// things come 1 + waysTimes · weight times as often, at most waysMost. Assumed.
const (
	waysBeyond, waysHome = 4_000.0, 1_500.0
	waysTimes, waysMost  = 3.0, 8.0
	waysWidest           = 500.0
)

// GroundOf joins what the barrier's ledger and the causes of risk say to what fusion
// may know of the ground, as soft knowledge of places. Causes from incidents and from
// people's statements take no part: where more is looked for more is found, and that
// must not feed itself. What stands on synthetic or simulated ground is no knowledge.
func GroundOf(v *barrier.View, causes []risk.Cause) (g fuse.Ground) {
	axis := v.Axis()
	for _, b := range works.Bars(v) {
		k := bars[b.Kind]
		g.Hindrances = append(g.Hindrances, fuse.Hindrance{Line: b.Line, Width: k.near, Halt: k.halt, Pace: k.pace})
	}
	for _, c := range causes {
		known := c.Kind == risk.Route || c.Kind == risk.Low || c.Kind == risk.WeakSpot
		if !known || c.Span.Empty() || !(c.Weight > 0) || slices.Contains(c.Marks, border.Synthetic) || slices.Contains(c.Marks, border.Simulated) {
			continue
		}
		if c.Kind == risk.WeakSpot && slices.Contains(c.Marks, border.Assumed) {
			continue
		}
		middle := (c.Span.From + c.Span.To) / 2
		g.Ways = append(g.Ways, fuse.Way{
			Line:  []geo.Point{axis.Place(middle, -waysBeyond), axis.At(middle), axis.Place(middle, waysHome)},
			Width: min(c.Span.Length()/2, waysWidest), Times: min(1+waysTimes*c.Weight, waysMost),
		})
	}
	return g
}

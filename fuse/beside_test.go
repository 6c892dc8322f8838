package fuse

import (
	"math"
	"testing"
	"time"

	"marsad/geo"
	"marsad/ident"
	"marsad/sense"
)

// TestWhoWalksBesideAPatrolIsNotThePatrol: somebody who walks thirty metres beside a
// patrol, at its pace and from the first second on, has a track of their own without
// the patrol's name for all but the time it takes to start one, whichever sensors
// look; and the patrol still is one track.
func TestWhoWalksBesideAPatrolIsNotThePatrol(t *testing.T) {
	alone(t)
	for name, c := range map[string]struct {
		pace  float64
		class sense.Class
		every time.Duration
	}{
		"on foot":                  {1.2, sense.Person, 5 * time.Second},
		"on foot, a fix a second":  {1.2, sense.Person, time.Second},
		"on foot, seldom a fix":    {1.2, sense.Person, 20 * time.Second},
		"a vehicle beside another": {5, sense.Vehicle, 5 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(3) {
				w := newWorld(300+seed, 12)
				far := 5 - 180*c.pace
				w.things = []thing{
					{unit: "p1", every: c.every, class: sense.Vehicle, path: []waypoint{{5, -800, -3000}, {185, -800, -3005 + far}}},
					{class: c.class, path: []waypoint{{5, -770, -3000}, {185, -770, -3005 + far}}},
				}
				f := New(Defaults())
				shown := map[ident.ID]Change{}
				beside, named, seconds := 0, 0, 0
				next := 45.0
				w.play(f, 185, func(s float64, c Change) {
					if c.Status == Ended {
						delete(shown, c.ID)
					} else {
						shown[c.ID] = c
					}
					if s < next {
						return
					}
					next++
					seconds++
					e, n, _ := w.things[1].place(s)
					stranger := w.at(e, n)
					e, n, _ = w.things[0].place(s)
					patrol := w.at(e, n)
					alone, unit := false, 0
					for _, x := range shown {
						d := distance(x.Point, stranger.Point)
						if x.Unit != "" {
							unit++
						} else if d < 25 && d < distance(x.Point, patrol.Point) {
							alone = true
						}
					}
					if alone {
						beside++
					}
					if unit == 1 {
						named++
					}
				})
				t.Logf("seed %d: of %d s the stranger had a track of their own in %d, the patrol one in %d", seed, seconds, beside, named)
				if float64(beside) < 0.95*float64(seconds) || float64(named) < 0.95*float64(seconds) {
					t.Errorf("seed %d: of %d s the stranger had a track of their own in %d, the patrol one in %d", seed, seconds, beside, named)
				}
			}
		})
	}
}

// TestAPatrolOnFootDoesNotBreakUp: four people of one unit, ten metres about the one
// who carries the receiver, are the unit and at most one track beside it: a doubt is
// shown rather than a stranger taken for one of the unit.
func TestAPatrolOnFootDoesNotBreakUp(t *testing.T) {
	alone(t)
	for seed := range uint64(4) {
		w := newWorld(340+seed, 12)
		w.things = []thing{{unit: "p1", every: 5 * time.Second, class: sense.Person, path: []waypoint{{5, -800, -3000}, {185, -800, -3216}}}}
		for _, at := range [][2]float64{{6, 4}, {-5, 7}, {3, -8}} {
			w.things = append(w.things, thing{class: sense.Person, path: []waypoint{{5, -800 + at[0], -3000 + at[1]}, {185, -800 + at[0], -3216 + at[1]}}})
		}
		got := watch(w, New(Defaults()), 185)
		if len(got.ids) > 2 || len(got.units) != 1 {
			t.Errorf("seed %d: %d tracks were shown, %d with the unit's name; want 2 at most and 1", seed, len(got.ids), len(got.units))
		}
	}
}

func distance(a, b geo.Point) float64 {
	const perDegree = 111_195
	return math.Hypot((a.Lat-b.Lat)*perDegree, (a.Lon-b.Lon)*perDegree*math.Cos(a.Lat*math.Pi/180))
}

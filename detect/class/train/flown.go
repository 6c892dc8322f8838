package main

import (
	"fmt"
	"math"
	"time"

	"marsad/detect"
	"marsad/detect/class"
)

// flown is what flies in one clip: the surroundings of its box every beat frames
// of 30 a second, at each of distances.
type flown struct {
	clip string
	kind class.Kind
	seen [len(distances)][]sighting
}

type sighting struct {
	frame *detect.Frame
	box   detect.Box
}

const beat = 6

// distances are the scales at which a clip is looked at: what is twice as far has
// half the size.
var distances = [...]float64{1, 0.5, 0.25}

func (fl *flown) see(f *detect.Frame, box detect.Box, number int) {
	for i, k := range distances {
		g, b := shrink(f, box, k)
		if b.X+b.W > g.Width || b.Y+b.H > g.Height {
			continue
		}
		g.At = time.Unix(0, 0).Add(time.Duration(number) * time.Second / 30)
		fl.seen[i] = append(fl.seen[i], sighting{g, b})
	}
}

const (
	ownLength = 8 // the length in pixels from which a brightness is of the thing itself
	least     = 6 // sightings
)

// heats prints how hot aircraft and birds are at their hottest and how much that
// changes from one look to the next: the figures of detect/class/heat.go.
func heats(flights []flown) {
	for _, kind := range []class.Kind{class.SlowAir, class.Bird} {
		var small, large, beats spread
		for _, fl := range flights {
			if fl.kind != kind {
				continue
			}
			for i := range distances {
				var s, l, b spread
				last, lastLength := 0.0, 0.0
				for _, x := range fl.seen[i] {
					h := class.Heat(x.frame, x.box)
					if h <= 0 {
						continue
					}
					h = math.Log(h)
					length := math.Sqrt(float64(x.box.W * x.box.H))
					if length < ownLength {
						s.add(h)
					} else {
						l.add(h)
					}
					if min(length, lastLength) >= ownLength {
						b.add(math.Abs(h - last))
					}
					last, lastLength = h, length
				}
				if s.n >= least {
					small.add(s.sum / s.n)
				}
				if l.n >= least {
					large.add(l.sum / l.n)
				}
				if b.n >= least {
					beats.add(math.Log(b.sum / b.n))
				}
			}
		}
		fmt.Printf("%v: heat below %d pixels %v, from there %v, beats %v\n", kind, ownLength, small, large, beats)
	}
	fmt.Println()
}

// spread is mean and deviation of logarithms.
type spread struct{ n, sum, squares float64 }

func (s *spread) add(v float64) { s.n, s.sum, s.squares = s.n+1, s.sum+v, s.squares+v*v }

// String gives the typical value and the factor that is 1σ.
func (s spread) String() string {
	mean := s.sum / s.n
	return fmt.Sprintf("{%.3f, %.2f} of %.0f", math.Exp(mean), math.Exp(math.Sqrt(max(0, s.squares/s.n-mean*mean))), s.n)
}

// tally counts what whole clips are called, by kind and distance.
type tally map[class.Kind]*[len(distances)][class.NKind]int

// judge calls a clip by a network that was not trained on it.
func (t tally) judge(net *class.Net, fl *flown) {
	if t[fl.kind] == nil {
		t[fl.kind] = new([len(distances)][class.NKind]int)
	}
	judge := class.With(net)
	for i := range distances {
		var track class.Track
		for _, x := range fl.seen[i] {
			judge.Add(&track, x.frame, detect.Mover{Box: x.box}, nil)
		}
		r := track.Rank()
		best, _ := r.Best()
		t[fl.kind][i][best]++
	}
}

func (t tally) report() {
	fmt.Println("\nwhole clips, by look, heat and beat:")
	for _, kind := range []class.Kind{class.SlowAir, class.Bird} {
		for i, k := range distances {
			fmt.Printf("%v at %g of the size:", kind, k)
			for said, n := range t[kind][i] {
				if n > 0 {
					fmt.Printf(" %v %d", class.Kind(said), n)
				}
			}
			fmt.Println()
		}
	}
}

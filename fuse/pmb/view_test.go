package pmb

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"marsad/fuse/kin"
)

// foot is a footprint of 100 m and 1° cells to 5 km.
func foot(pd func(az, r float64) float64) []uint8 {
	var table []uint8
	for a := range 360 {
		for r := range 50 {
			table = append(table, uint8(255*pd(float64(a)*math.Pi/180, 100*float64(r))))
		}
	}
	return table
}

func footed(tables ...[]uint8) *Foot {
	f := &Foot{Step: 100, Azimuths: 360, Ranges: 50}
	copy(f.Pd[:], tables)
	return f
}

// vanish lets one sensor follow a walker for half a minute and then report
// nothing, scan after scan, and gives the existence after each of those scans;
// it stops where the track ends.
func vanish(t *testing.T, foot *Foot, class int, seed uint64) (existence []float64) {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 11))
	e := newEngine(lot())
	v := eye{kind: 'r', s1: 0.003, s2: 10, view: View{MaxRange: 5000, HalfWidth: math.Pi, Pd: 0.9, ClutterAzRange: 1e-6}}
	view := v.view
	view.Foot = foot
	walker := []dot{{1020, 1801, 0.7, 0.7}}
	for k := range 160 {
		things := walker
		if k >= 30 {
			things = nil
		}
		s := v.look(float64(k), 0, things, rng)
		s.View = &view
		for i := range s.Dets {
			s.Dets[i].Class[class] = 1
		}
		walker[0].step(1, 0, rng)
		e.Step(&s)
		e.Tick(s.At)
		r, n := 0.0, 0
		e.Each(func(_ int32, tr *Track) {
			if tr.Status != Tentative {
				r, n = tr.R, n+1
			}
		})
		switch {
		case k < 29:
		case k == 29 && n != 1:
			t.Fatalf("%d tracks of one walker", n)
		case n == 0:
			return existence
		default:
			existence = append(existence, r)
		}
	}
	return existence
}

// TestMissCostsWhereTheFootprintSays lets a followed walker vanish. Where the
// footprint says that the place is in sight, the empty scans end the track; where
// it says that what lies ahead is out of sight they cost nothing; where nothing is
// known of the ground, the thing may hide and the doubt grows slowly.
func TestMissCostsWhereTheFootprintSays(t *testing.T) {
	clear := foot(func(_, _ float64) float64 { return 0.9 })
	// In the open until 2.1 km, behind a ridge beyond: the walker has just
	// passed it, 2.1 km out, when it vanishes.
	ridge := foot(func(_, r float64) float64 {
		if r < 2000 {
			return 0.9
		}
		if r < 2100 {
			return 0.3
		}
		return 0
	})
	for seed := range uint64(5) {
		open := vanish(t, footed(clear), 1, seed)
		behind := vanish(t, footed(ridge), 1, seed)
		unknown := vanish(t, nil, 1, seed)
		t.Logf("seed %d: in sight it ends after %d empty scans; behind a ridge it stands at %.3f after 60, %.3f after %d; ground not known: %.3f after 60",
			seed, len(open), behind[min(60, len(behind)-1)], behind[min(90, len(behind)-1)], min(90, len(behind)-1), unknown[min(60, len(unknown)-1)])
		if len(open) > 60 || len(open) < 10 {
			t.Errorf("seed %d: in sight it ended after %d empty scans, want 10 to 60", seed, len(open))
		}
		if len(behind) < 91 || behind[90] < 0.9 {
			t.Errorf("seed %d: behind the ridge existence fell to %v", seed, behind[len(behind)-1])
		}
		if len(unknown) < 61 || unknown[60] > 0.99 || unknown[60] < 0.3 {
			t.Errorf("seed %d: on ground that nobody knows existence is %v after 60 empty scans", seed, unknown[min(60, len(unknown)-1)])
		}
	}
	// A ridge that hides a walker and not a vehicle: the table is that of the class.
	low := vanish(t, footed(ridge, clear, clear), 1, 1)
	high := vanish(t, footed(ridge, clear, clear), 3, 1)
	t.Logf("a ridge that hides walkers alone: as a person it stands at %.3f after %d empty scans, as a vehicle it ends after %d", low[len(low)-1], len(low)-1, len(high))
	if len(low) < 91 || low[90] < 0.9 || len(high) > 60 {
		t.Errorf("a person ends after %d (%v), a vehicle after %d", len(low), low[len(low)-1], len(high))
	}
}

func TestLookWeighsWhereAThingMayBe(t *testing.T) {
	half := footed(foot(func(_, r float64) float64 {
		if r < 2000 {
			return 0.8
		}
		return 0
	}))
	v := View{MaxRange: 5000, HalfWidth: math.Pi, Pd: 0.9, Foot: half}
	var blinds []float64
	for _, y := range []float64{1500, 1990, 2010, 2500} {
		g := kin.Gauss{X: [4]float64{0, y}, P: [10]float64{400, 0, 0, 0, 400, 0, 0, 1, 0, 1}}
		pd, blind := v.look(&g, kin.Pose{}, &[Sizes]float64{1})
		blinds = append(blinds, blind)
		if blind < 1 && math.Abs(pd-0.8) > 0.01 {
			t.Errorf("at %v m: detection probability %v where it is in sight, want 0.8", y, pd)
		}
	}
	if !slices.IsSorted(blinds) || blinds[0] != 0 || blinds[3] != 1 || blinds[1] == 0 || blinds[2] == 1 {
		t.Errorf("out of sight with %v; want 0, something, more, 1", blinds)
	}
	g := kin.Gauss{X: [4]float64{0, 2500}, P: [10]float64{400, 0, 0, 0, 400, 0, 0, 1, 0, 1}}
	if pd, blind := (&View{MaxRange: 5000, HalfWidth: math.Pi, Pd: 0.9}).look(&g, kin.Pose{}, &[Sizes]float64{1}); pd != 0.9 || blind != 0 {
		t.Errorf("without a footprint: %v, %v", pd, blind)
	}
}

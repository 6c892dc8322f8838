package pmb

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"marsad/fuse/kin"
)

// sighting is a scan of one camera that sees some places, to the hair.
func sighting(at float64, sensor int32, v *eye, places ...[2]float64) *Scan {
	s := &Scan{At: int64(at * 1e9), Sensor: sensor, View: &v.view, Poses: []CellPose{{Pose: v.pose}}, Declared: true}
	for _, p := range places {
		s.Dets = append(s.Dets, Det{Meas: kin.Meas{Az: math.Atan2(p[0]-v.pose.X, p[1]-v.pose.Y), VarAz: v.s1 * v.s1}})
	}
	return s
}

// TestTrackFedByTwoThingsKeepsNeitherFromBeingFound shows two cameras two things
// that stand still. One has its track; the other's bearing at the first camera feeds
// a ghost, where it crosses the followed thing's bearing at the second one.
func TestTrackFedByTwoThingsKeepsNeitherFromBeingFound(t *testing.T) {
	west, east := camera(0, 0), camera(2000, 0)
	known, hidden, ghost := [2]float64{1500, 1600}, [2]float64{900, 2000}, [2]float64{0, 0}
	// Where the first camera's ray to the hidden thing meets the second's to the known.
	k := (known[1]) / (known[0] - 2000)
	m := hidden[1] / hidden[0]
	ghost[0] = -2000 * k / (m - k)
	ghost[1] = m * ghost[0]
	play := func(doubt float64) (wrong, found float64, started uint64) {
		cfg := plain(0.01, 1)
		cfg.Undetected, cfg.Doubt = 1e-7, doubt
		e := newEngine(cfg)
		for i, p := range [][2]float64{known, ghost} {
			tr := e.newborn(Key{Ord: int32(i)}, 0, p[0], p[1], [3]float64{25, 0, 25}, 0.99, &Det{})
			tr.Hits, tr.Status = 9, Confirmed
			e.insert(&tr)
		}
		for k := range 25 {
			at := float64(k + 1)
			e.Step(sighting(at, 0, &west, known, hidden))
			e.Step(sighting(at+0.1, 1, &east, known, hidden))
			e.Tick(int64((at + 0.2) * 1e9))
		}
		e.Each(func(_ int32, tr *Track) {
			near := func(p [2]float64) bool { return math.Hypot(tr.Mean.X[0]-p[0], tr.Mean.X[1]-p[1]) < 50 }
			switch {
			case tr.Status == Tentative:
			case near(hidden):
				found = max(found, tr.R)
			case near(ghost):
				wrong = max(wrong, tr.R)
			}
		})
		return wrong, found, e.Stats.Born
	}
	if g, f, n := play(0); !(g > 0.9) || f != 0 || n != 0 {
		t.Errorf("without doubt the ghost has %.3f and the hidden thing %.3f, %d started: the scene shows nothing", g, f, n)
	}
	if g, f, _ := play(0.01); !(f > 0.9) || !(g < 0.1) {
		t.Errorf("with doubt the hidden thing has %.3f, the ghost %.3f", f, g)
	}
}

// TestDoubtDoesNotDependOnTheOrderOfScans delivers a minute of every kind of sensor
// in time, and up to two seconds late.
func TestDoubtDoesNotDependOnTheOrderOfScans(t *testing.T) {
	for seed := range uint64(4) {
		cfg := plain(0.02, 3)
		cfg.Window, cfg.Doubt = 3, 0.01
		var scans []Scan
		mixed(rand.New(rand.NewPCG(seed, 5))).play(40, rand.New(rand.NewPCG(seed, 6)), func(_ int, s *Scan) { scans = append(scans, *s) })
		end := func(late bool) (out []Track) {
			e := newEngine(cfg)
			rng := rand.New(rand.NewPCG(seed, 7))
			due := make([][]*Scan, 45)
			for i := range scans {
				k := int(scans[i].At / 1e9)
				if late {
					k += rng.IntN(3)
				}
				due[k] = append(due[k], &scans[i])
			}
			for k := range due {
				for _, s := range due[k] {
					e.Step(s)
				}
				e.Tick(int64(k)*1e9 + 9e8)
			}
			if late && e.Stats.Again == 0 {
				t.Error("nothing was used again")
			}
			e.Each(func(_ int32, tr *Track) { out = append(out, *tr) })
			slices.SortFunc(out, func(a, b Track) int { return a.Key.Compare(b.Key) })
			return out
		}
		if a, b := end(false), end(true); len(a) == 0 || !slices.Equal(a, b) {
			t.Errorf("seed %d: %d tracks in time, %d late, or not the same", seed, len(a), len(b))
		}
	}
}

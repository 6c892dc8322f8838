package sim

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marsad/border"
	"marsad/geo"
	"marsad/sense"
	"marsad/sim/scn"
)

type tape struct {
	scans   []sense.Scan
	reports []sense.StatusReport
	keep    func(int, sense.Scan) bool
	n       int
}

func (t *tape) Scan(i int, s sense.Scan) {
	t.n++
	if t.keep == nil || t.keep(i, s) {
		t.scans = append(t.scans, s)
	}
}
func (t *tape) Status(_ int, r sense.StatusReport) { t.reports = append(t.reports, r) }

func world(t testing.TB, name string, seed uint64) *World {
	t.Helper()
	scene, err := Scenario(name)
	if err != nil {
		t.Fatal(err)
	}
	return worldOf(t, scene, seed)
}

func worldOf(t testing.TB, scene *scn.Scenario, seed uint64) *World {
	t.Helper()
	e := NewEstate(border.Default(), EstateSeed, nil).Within(scene.From, scene.To)
	w, err := NewWorld(e, scene, scene.Night, seed, nil)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func thing(w *World, name string) (Thing, bool) {
	for _, th := range w.Truth(nil) {
		if th.Actor == name {
			return th, true
		}
	}
	return Thing{}, false
}

func clockOf(t *testing.T, s string) time.Duration {
	t.Helper()
	at, err := time.Parse("15:04:05", s)
	if err != nil {
		t.Fatal(err)
	}
	return time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute + time.Duration(at.Second())*time.Second
}

// The written scenarios name instants and places; the world must keep them.
func TestActorsKeepTheirTimes(t *testing.T) {
	for _, c := range []struct {
		scenario, actor, at string
		offset, within      float64
	}{
		{"family", "family", "02:16:15", -1500, 5},
		{"family", "family", "02:28:45", -900, 5},
		{"family", "family", "02:30:15", -900, 5},
		{"family", "family", "02:49:00", 0, 5},
		{"fibre-decoy", "decoy", "01:49:30", -300, 10},
		{"fibre-decoy", "walkers", "02:06:40", 0, 5},
		{"outbound", "pickups", "23:46:04", 5000, 20},
		{"outbound", "pickups", "23:53:38", 0, 20},
	} {
		w := world(t, c.scenario, 1)
		local := w.start.In(scn.Zone)
		begin := time.Duration(local.Hour())*time.Hour + time.Duration(local.Minute())*time.Minute
		until := clockOf(t, c.at) - begin
		w.second = until.Seconds()
		w.happen()
		w.move()
		th, ok := thing(w, c.actor)
		if !ok || math.Abs(float64(th.Offset)-c.offset) > c.within {
			t.Errorf("%s: %s at %s is at %v %.0f m (there: %v), want offset %.0f ± %.0f", c.scenario, c.actor, c.at, th.Chainage, th.Offset, ok, c.offset, c.within)
		}
	}
}

func TestSameSeedSameWorld(t *testing.T) {
	run := func(seed uint64) *tape {
		w, out := world(t, "family", seed), &tape{keep: func(_ int, s sense.Scan) bool { return len(s.Detections) > 0 }}
		for range 40 {
			w.Advance(out)
		}
		return out
	}
	a, b, c := run(3), run(3), run(4)
	if d := cmp.Diff(a.scans, b.scans); d != "" {
		t.Errorf("two runs of one seed differ: %s", d[:min(len(d), 400)])
	}
	if cmp.Equal(a.scans, c.scans) {
		t.Error("two seeds gave the same scans")
	}
}

func TestScansArriveInOrderOfTheirNode(t *testing.T) {
	w := world(t, "family", 1)
	last := map[sense.SensorID]time.Time{}
	scans := 0
	out := &tape{keep: func(_ int, s sense.Scan) bool {
		scans++
		if !s.Observed.After(last[s.Sensor]) {
			t.Errorf("%s: a scan of %v after one of %v", s.Sensor, s.Observed, last[s.Sensor])
		}
		last[s.Sensor] = s.Observed
		return false
	}}
	for range 300 {
		w.Advance(out)
	}
	// 40 towers and more once a second.
	if scans < 300*40 {
		t.Errorf("%d scans in 300 s", scans)
	}
}

func TestCutSilencesItsRun(t *testing.T) {
	w := world(t, "fibre-decoy", 1)
	heard := map[int]bool{}
	out := &tape{keep: func(i int, _ sense.Scan) bool { heard[i] = true; return false }}
	for w.Elapsed() < 15*time.Minute+5*time.Second {
		w.Advance(out)
	}
	clear(heard)
	for w.Elapsed() < 16*time.Minute {
		w.Advance(out)
	}
	silent := map[string]int{}
	for i := range w.estate.Nodes {
		n := &w.estate.Nodes[i]
		dark := n.Link == "cable-06"
		switch {
		case dark && heard[i]:
			t.Errorf("%s speaks though its cable is cut", n.Name)
		case dark:
			silent[n.Kind.String()]++
			if n.Number < 90 || n.Number > 105 {
				t.Errorf("%s was silenced", n.Name)
			}
		case !heard[i] && n.Kind == sense.Camera:
			t.Errorf("%s is silent though its cable is whole", n.Name)
		}
	}
	if silent["camera"] != 16 || silent["radar"] != 2 {
		t.Errorf("silenced: %v, want 16 cameras and 2 radars", silent)
	}
}

func TestMeasurementsAgreeWithTruth(t *testing.T) {
	w := world(t, "family", 1)
	type look struct {
		scan sense.Scan
		of   []int32
	}
	seen := map[string]int{}
	var sum, n float64
	truth := map[time.Time][]int32{}
	w.Watch = func(node int, at time.Time, of []int32) {
		truth[at.Add(time.Duration(node))] = append([]int32(nil), of...)
	}
	check := func(l look, node *Node) {
		for k, d := range l.scan.Detections {
			if l.of[k] < 0 {
				continue
			}
			b := &w.bodies[l.of[k]]
			at, _, _, _ := b.path.where(l.scan.Observed.Sub(w.start).Seconds())
			f := geo.NewFrame(l.scan.Origin)
			e, nn := f.Surface(at)
			r := math.Hypot(e, nn)
			seen[node.Kind.String()]++
			if d.Shape == sense.BearingRange || d.Shape == sense.Bearing {
				x := geo.WrapPi(d.Z[0]-math.Atan2(e, nn)) / math.Sqrt(d.R[0])
				sum, n = sum+x*x, n+1
			}
			if d.Shape == sense.BearingRange {
				x := (d.Z[1] - r) / math.Sqrt(d.R[3])
				sum, n = sum+x*x, n+1
			}
		}
	}
	index := map[sense.SensorID]int{}
	for i := range w.estate.Nodes {
		index[w.estate.Nodes[i].ID] = i
	}
	out := &tape{keep: func(i int, s sense.Scan) bool {
		if of := truth[s.Observed.Add(time.Duration(i))]; len(of) > 0 && len(of) == len(s.Detections) {
			check(look{s, of}, &w.estate.Nodes[i])
		}
		return false
	}}
	for range 900 {
		w.Advance(out)
	}
	if seen["camera"] < 1000 || seen["radar"] < 100 {
		t.Errorf("the family was seen %v times: too seldom to alert on", seen)
	}
	if mean := sum / n; mean < 0.8 || mean > 1.3 {
		t.Errorf("mean squared normalised error %.2f over %v values: the stated errors are not the real ones", mean, n)
	}
}

func TestOrderedPatrolArrives(t *testing.T) {
	w := world(t, "family", 1)
	out := &tape{keep: func(int, sense.Scan) bool { return false }}
	for range 60 {
		w.Advance(out)
	}
	if err := w.Order("patrol-041", 38_400, 200); err != nil {
		t.Fatal(err)
	}
	for range 420 {
		w.Advance(out)
	}
	th, _ := thing(w, "patrol-041")
	if math.Abs(float64(th.Chainage-38_400)) > 60 || th.Offset < 100 {
		t.Errorf("the patrol stands at %v %.0f, want 38+400 on the home side", th.Chainage, th.Offset)
	}
	if err := w.Order("nobody", 0, 0); err == nil {
		t.Error("an order to a unit that does not exist was taken")
	}
}

func TestPatrolsStayAtHome(t *testing.T) {
	w := wholeLine(t)
	out := &tape{keep: func(int, sense.Scan) bool { return false }}
	moved := 0
	for w.Elapsed() < 40*time.Minute {
		w.Advance(out)
		if int(w.Elapsed().Seconds())%5 != 0 {
			continue
		}
		for _, th := range w.Truth(nil) {
			if th.Offset < 40 {
				t.Fatalf("%s is at %v %.0f after %v", th.Unit, th.Chainage, th.Offset, w.Elapsed())
			}
			if !th.Hidden {
				moved++
			}
		}
	}
	if moved < 1000 {
		t.Errorf("patrols moved in only %d samples", moved)
	}
}

func borderAxis() *border.Axis { return border.Default() }

func wholeLine(t testing.TB) *World {
	scene, err := scn.Parse("scenario bench\ntitle \"b\" \"ب\"\nfrom 00:00 to 08:00\nestate whole\npatrols roam\nat 00:00 wind 4 m/s from west\n")
	if err != nil {
		t.Fatal(err)
	}
	return worldOf(t, scene, 1)
}

// One iteration is one second of the whole border.
func BenchmarkAdvanceWholeLine(b *testing.B) {
	w := wholeLine(b)
	out := &tape{keep: func(int, sense.Scan) bool { return false }}
	for range 1200 {
		w.Advance(out)
	}
	out.n = 0
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		w.Advance(out)
	}
	b.ReportMetric(float64(out.n)/float64(b.N), "scans/s")
}

// A tower that is turned, or whose clock is wrong, sees the same and says it of
// another direction or time, and only while the fault lasts.
func TestFaultsChangeWhatASensorSaysAndNothingElse(t *testing.T) {
	text := "scenario s\ntitle \"t\" \"ت\"\nabout \"a\" \"ا\"\nnight 2026-03-14\nfrom 02:00:00 to 02:30:00\nestate 48+000 to 52+000\n" +
		"at 02:00:00 vehicle drives from 48+000 -1500 to 52+000 -1500 at 9 m/s\n"
	var begin time.Time
	play := func(faults string) map[sense.SensorID][]sense.Scan {
		scene, err := scn.Parse(text + faults)
		if err != nil {
			t.Fatal(err)
		}
		w, out := worldOf(t, scene, 5), &tape{}
		begin = w.start
		for range 40 {
			w.Advance(out)
		}
		by := map[sense.SensorID][]sense.Scan{}
		for _, s := range out.scans {
			by[s.Sensor] = append(by[s.Sensor], s)
		}
		return by
	}
	right := play("")
	wrong := play("at 02:00:00 tower 50 turned by 2 deg until 02:00:20\nat 02:00:00 clock of tower 49 off by -1.2 s\n")
	e := NewEstate(border.Default(), EstateSeed, nil)
	turned, shifted := 0, 0
	for i := range e.Nodes {
		n := &e.Nodes[i]
		was, is := right[n.ID], wrong[n.ID]
		if len(was) != len(is) {
			t.Fatalf("%s gives %d scans, %d with faults", n.Name, len(was), len(is))
		}
		for k := range was {
			by, late := 0.0, time.Duration(0)
			if n.Kind == sense.Camera && n.Number == 50 && was[k].Observed.Before(begin.Add(20*time.Second)) {
				by = 2 * math.Pi / 180
			}
			if n.Kind == sense.Camera && n.Number == 49 {
				late = -1200 * time.Millisecond
				shifted++
			}
			if got := is[k].Observed.Sub(was[k].Observed); got != late {
				t.Fatalf("%s says a time %v off, want %v", n.Name, got, late)
			}
			for d := range was[k].Detections {
				a, b := was[k].Detections[d], is[k].Detections[d]
				if got := math.Abs(geo.WrapPi(b.Z[0] - a.Z[0])); n.Kind == sense.Camera && math.Abs(got-by) > 1e-9 {
					t.Fatalf("%s at %v: turned by %.4f rad, want %.4f", n.Name, was[k].Observed, got, by)
				}
				if by > 0 {
					turned++
				}
			}
		}
	}
	if turned == 0 || shifted == 0 {
		t.Errorf("%d detections of the turned tower and %d scans of the wrong clock compared", turned, shifted)
	}
}

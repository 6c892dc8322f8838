package fuse

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"marsad/geo"
	"marsad/ident"
	"marsad/sense"
)

// world is a stretch of line running south with towers every kilometre, radars
// every ten, and things that move: enough to watch the stage at work. It shares
// no code with the tracker.
type world struct {
	rng     *rand.Rand
	start   time.Time
	origin  geo.Point
	km      int
	things  []thing
	sensors []sense.Sensor
	rangeEr float64 // cameras' relative range error, 0 for bearings only
	clutter float64 // false detections of a radar per scan
	period  time.Duration
	mixed   bool // every third tower gives bearings only
}

// thing moves along its waypoints; metres east and north of the origin.
type thing struct {
	path  []waypoint
	unit  string
	every time.Duration // of GPS fixes
	class sense.Class
}

type waypoint struct{ at, e, n float64 }

func (t *thing) place(s float64) (e, n float64, here bool) {
	p := t.path
	if s < p[0].at || s > p[len(p)-1].at {
		return 0, 0, false
	}
	k := 1
	for k < len(p)-1 && s > p[k].at {
		k++
	}
	a, b := p[k-1], p[k]
	f := (s - a.at) / (b.at - a.at)
	return a.e + f*(b.e-a.e), a.n + f*(b.n-a.n), true
}

func newWorld(seed uint64, km int) *world {
	w := &world{
		rng: rand.New(rand.NewPCG(seed, 7)), start: time.Date(2026, 3, 1, 1, 0, 0, 0, time.UTC),
		origin: geo.Point{Lat: 36.45, Lon: 41.99}, km: km, rangeEr: 0.05, clutter: 5, period: time.Second,
	}
	for i := range km {
		w.sensors = append(w.sensors, sense.Sensor{
			ID: sense.SensorID(fmt.Sprintf("cam-%03d", i)), Kind: sense.Camera, Position: w.at(60, -1000*float64(i)),
			MaxRange: 5000, Pd: 0.9, Clutter: 0.02, Period: time.Second, SigmaAzimuth: 0.001,
		})
	}
	for i := 0; i < km; i += 10 {
		w.sensors = append(w.sensors, sense.Sensor{
			ID: sense.SensorID(fmt.Sprintf("rad-%03d", i)), Kind: sense.Radar, Position: w.at(100, -1000*float64(i)-500),
			MinRange: 100, MaxRange: 15000, Pd: 0.9, Clutter: 5, Period: time.Second, SigmaAzimuth: 0.009, SigmaRange: 10,
		})
	}
	return w
}

func (w *world) at(e, n float64) geo.Position {
	f := geo.NewFrame(geo.Position{Point: w.origin})
	// Far along the line the tangent plane would lift off: go by azimuth.
	return geo.Position{Point: geo.Direct(f.Origin.Point, math.Hypot(e, n), math.Atan2(e, n))}
}

// play feeds a stage for some seconds and hands every change to see.
func (w *world) play(f *Fuser, seconds float64, see func(s float64, c Change)) {
	w.register(f)
	var out []Change
	deliver := func(s float64) {
		for _, c := range out {
			see(s, c)
		}
		out = out[:0]
	}
	for _, e := range w.script(seconds) {
		if e.tick {
			out = f.Tick(e.at, out)
		} else {
			out = f.Scan(&e.scan, out)
		}
		deliver(e.at.Sub(w.start).Seconds())
	}
}

type event struct {
	at   time.Time
	scan sense.Scan
	tick bool
}

// script is every scan and tick in order of time.
func (w *world) script(seconds float64) []event {
	var all []event
	instant := func(s float64) time.Time { return w.start.Add(time.Duration(s * 1e9)) }
	step := w.period.Seconds()
	for i := range w.sensors {
		phase := step * w.rng.Float64()
		for s := phase; s < seconds; s += step {
			all = append(all, event{at: instant(s), scan: w.look(&w.sensors[i], s, instant(s))})
		}
	}
	for i := range w.things {
		t := &w.things[i]
		if t.unit == "" {
			continue
		}
		for s := w.rng.Float64(); s < seconds; s += t.every.Seconds() {
			if e, n, ok := t.place(s); ok {
				p := w.at(e+5*w.rng.NormFloat64(), n+5*w.rng.NormFloat64())
				all = append(all, event{at: instant(s), scan: sense.Scan{
					Sensor: sense.SensorID("gps-" + t.unit), Observed: instant(s), Received: instant(s), Origin: p, Unit: t.unit,
					Detections: []sense.Detection{{Shape: sense.AtPosition, Z: [3]float64{p.Lat, p.Lon}, R: [6]float64{25, 0, 0, 25}}},
				}})
			}
		}
	}
	for s := 1.0; s < seconds; s++ {
		all = append(all, event{at: instant(s), tick: true})
	}
	slices.SortStableFunc(all, func(a, b event) int { return a.at.Compare(b.at) })
	return all
}

func (w *world) look(s *sense.Sensor, sec float64, at time.Time) sense.Scan {
	scan := sense.Scan{Sensor: s.ID, Observed: at, Received: at, Origin: s.Position, Declared: true}
	add := func(az, r float64, class sense.Class) {
		d := sense.Detection{Shape: sense.BearingRange, Z: [3]float64{az, r}}
		sr := s.SigmaRange
		if s.Kind == sense.Camera {
			sr = w.rangeEr * r
			if class != sense.Unknown {
				d.Class[class], d.Class[sense.Unknown] = 0.7, 0.3
			}
			if w.rangeEr == 0 || w.mixed && s.ID[len(s.ID)-1]%3 == 0 {
				d.Shape, d.Z[1] = sense.Bearing, 0
			}
		}
		d.R = [6]float64{s.SigmaAzimuth * s.SigmaAzimuth, 0, 0, sr * sr}
		d.Z[0] = geo.Wrap2Pi(az + s.SigmaAzimuth*w.rng.NormFloat64())
		if d.Shape == sense.BearingRange {
			d.Z[1] += sr * w.rng.NormFloat64()
		}
		scan.Detections = append(scan.Detections, d)
	}
	for i := range w.things {
		e, n, ok := w.things[i].place(sec)
		if !ok {
			continue
		}
		r, az := geo.Inverse(s.Position.Point, w.at(e, n).Point)
		if s.Sees(r, az) && w.rng.Float64() < s.Pd {
			add(az, r, w.things[i].class)
		}
	}
	mean := s.Clutter
	if s.Kind == sense.Radar {
		mean = w.clutter
	}
	for w.rng.Float64() < mean/(1+mean) { // geometric, with that mean
		add(2*math.Pi*w.rng.Float64(), s.MinRange+(s.MaxRange-s.MinRange)*w.rng.Float64(), sense.Unknown)
	}
	return scan
}

// alone leaves a test out under the race detector: it takes seconds, and computes
// in one goroutine.
func alone(t *testing.T) {
	t.Helper()
	if underRace {
		t.Skip("computes alone: nothing to race with")
	}
}

// tally collects what was shown.
type tally struct {
	ids   map[ident.ID]int
	units map[ident.ID]string
	first map[ident.ID]float64
	last  map[ident.ID]Change
}

func newTally() *tally {
	return &tally{map[ident.ID]int{}, map[ident.ID]string{}, map[ident.ID]float64{}, map[ident.ID]Change{}}
}

func (t *tally) see(s float64, c Change) {
	if _, ok := t.first[c.ID]; !ok {
		t.first[c.ID] = s
	}
	t.ids[c.ID]++
	if c.Unit != "" {
		t.units[c.ID] = c.Unit
	}
	t.last[c.ID] = c
}

func watch(w *world, f *Fuser, seconds float64) *tally {
	t := newTally()
	w.play(f, seconds, t.see)
	return t
}

func TestOneWalkerIsOneTrackAcrossTowers(t *testing.T) {
	w := newWorld(1, 12)
	w.things = []thing{{class: sense.Person, path: []waypoint{{5, -1500, -2000}, {1500, 0, -4000}}}}
	f := New(Defaults())
	got := watch(w, f, 600)
	if len(got.ids) != 1 {
		for id, c := range got.last {
			t.Logf("%v first %.1f changes %d %v r=%.3f into %v", id, got.first[id], got.ids[id], c.Status, c.Existence, c.Into)
		}
		t.Fatalf("%d tracks were shown, want 1 (%+v)", len(got.ids), f.Stats())
	}
	for id, c := range got.last {
		if got.first[id] > 15 {
			t.Errorf("shown only after %.1f s", got.first[id]-5)
		}
		if best, p := c.Class.Best(); best != sense.Person || p < 0.8 {
			t.Errorf("class %v %.2f", best, p)
		}
	}
	t.Logf("%+v", f.Stats())
}

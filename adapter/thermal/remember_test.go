package thermal

import (
	"math"
	"testing"
	"time"

	"marsad/detect"
	"marsad/detect/health"
	"marsad/detect/view"
	"marsad/geo"
)

// shelf keeps views as the host does.
type shelf struct {
	kept map[string]health.Memory
}

func (s *shelf) config() Config {
	return Config{Keep: func(id string, m health.Memory) { s.kept[id] = m },
		Recall: func(id string) (health.Memory, bool) { m := s.kept[id]; return m, m.Version != 0 }}
}

// A fixed camera that was turned while Marsad was down is reported turned after
// the start, and no scan says that its sector is empty; a person who accepts the
// view ends it, also for the next start. A camera whose head turns is not held
// against any view.
func TestACameraTurnedBeforeTheStartIsReported(t *testing.T) {
	computes(t)
	t.Parallel()
	sharp, aside := hill(7, 0.5), hill(8.3, 0.5)
	s := &shelf{kept: map[string]health.Memory{}}
	now := time.Now().Add(-6 * time.Hour)
	camera := Camera{ID: "t", Position: Position{Lat: 36.8, Lon: 42.1, Height: 400}, Mast: 20, Tilt: -3, FieldOfView: FieldOfView{Horizontal: 12}}
	run := func(d time.Duration, pix []float64, accept bool) (troubles []health.Sign, scans int) {
		host := &fakeHost{}
		w := newWatcher(New(s.config()), Live{Input: "rtsp://x/", Camera: camera}, host)
		if err := host.Register(w.sensor); err != nil {
			t.Fatal(err)
		}
		w.stream = &Stream{}
		w.stream.note(func(s *StreamState) { s.Frames = 1 })
		w.recall()
		for i, end := 0, now.Add(d); now.Before(end); i, now = i+1, now.Add(250*time.Millisecond) {
			f := detect.Frame{At: now, Width: 96, Height: 72, Bits: 8, Pix: make([]uint16, 96*72), Index: i}
			for k := range f.Pix {
				f.Pix[k] = uint16(min(max(pix[k]+float64((k*7919+i*104729)%7-3)/2, 0), 255))
			}
			host.lock(func() { host.at = f.At })
			w.frame(f, 0, now)
			w.report(now)
			w.remember(now)
			if accept && i == 200 && !w.all.Accept("t") {
				t.Error("not accepted")
			}
		}
		w.kept = time.Time{}
		w.remember(now)
		return w.watch.Now(), len(host.scans)
	}
	if now, scans := run(3*time.Minute, sharp, false); len(now) != 0 || scans < 200 || len(s.kept) != 1 {
		t.Fatalf("%v, %d scans, %d kept", now, scans, len(s.kept))
	}
	now = now.Add(2 * time.Hour)
	if now, scans := run(3*time.Minute, aside, false); len(now) != 1 || now[0] != health.Turned || scans > 60 {
		t.Fatalf("turned while nobody watched: %v, %d scans", now, scans)
	}
	if now, _ := run(3*time.Minute, aside, true); len(now) != 0 {
		t.Errorf("accepted: %v", now)
	}
	if now, _ := run(time.Minute, aside, false); len(now) != 0 {
		t.Errorf("accepted before the start: %v", now)
	}
	if now, _ := run(time.Minute, sharp, false); len(now) != 1 {
		t.Errorf("and turned back: %v", now)
	}
	camera.Onvif.Address = "http://127.0.0.1:9/"
	if now, _ := run(time.Minute, sharp, false); len(now) != 0 {
		t.Errorf("a head that turns: %v", now)
	}
	if New(Config{}).Accept("nobody") {
		t.Error("a camera that is not watched was accepted")
	}
}

// What befalls the whole picture is counted: corrections, sudden gain, blindness
// and saturation, each once.
func TestWholePicturesAreCounted(t *testing.T) {
	computes(t)
	t.Parallel()
	sharp := hill(7, 0.5)
	w := newWatcher(New(Config{}), Live{Input: "rtsp://x/", Camera: Camera{ID: "t", Position: Position{Lat: 36.8, Lon: 42.1, Height: 400}, Mast: 20, Tilt: -3, FieldOfView: FieldOfView{Horizontal: 12}}}, &fakeHost{})
	w.stream = &Stream{}
	if err := w.host.Register(w.sensor); err != nil {
		t.Fatal(err)
	}
	now, n := time.Now().Add(-time.Hour), 0
	film := func(d time.Duration, picture func(i int) float64) {
		for end := now.Add(d); now.Before(end); now = now.Add(250 * time.Millisecond) {
			f := detect.Frame{At: now, Width: 96, Height: 72, Bits: 8, Pix: make([]uint16, 96*72), Index: n}
			n++
			for i := range f.Pix {
				f.Pix[i] = uint16(min(max(picture(i)+float64((i*7919+n*104729)%7-3)/2, 0), 255))
			}
			w.host.(*fakeHost).lock(func() { w.host.(*fakeHost).at = f.At })
			w.frame(f, 0, now)
		}
	}
	plain := func(i int) float64 { return sharp[i] }
	film(2*time.Minute, plain)
	if c := w.counts.Counts; c != (Counts{Anew: 1}) {
		t.Fatalf("a calm picture: %+v", c)
	}
	for range 3 {
		film(2*time.Second, func(int) float64 { return 128 }) // the shutter is closed
		film(20*time.Second, plain)
	}
	film(30*time.Second, func(i int) float64 { return 110 + 1.3*(sharp[i]-110) })
	if c := w.counts.Counts; c.Corrections != 3 || c.Passed < 20 || c.Passed > 28 || c.Gains != 1 || c.Anew != 1 {
		t.Errorf("corrections and gain: %+v", c)
	}
	film(time.Minute, func(int) float64 { return 90 })
	film(2*time.Minute, plain)
	film(time.Minute, func(i int) float64 { return (sharp[i]-110)*2 + 255 })
	film(2*time.Minute, plain)
	if c := w.counts.Counts; c.Signs[health.Blind] != 1 || c.Signs[health.Saturated] != 1 || c.Signs[health.Turned] != 0 {
		t.Errorf("blind and saturated: %+v", c)
	}
	st, _ := w.all.State("t")
	if st.Counts != w.counts.Counts {
		t.Errorf("told %+v", st.Counts)
	}
}

// A camera declares the sector of the ground that its picture shows: not its own
// foot, not beyond its upper edge, and by the way of the head.
func TestTheSectorIsWhatThePictureShows(t *testing.T) {
	c := Camera{ID: "t", Position: Position{Lat: 36.8, Lon: 42.1, Height: 400}, Mast: 20, Azimuth: 90, Tilt: -3, FieldOfView: FieldOfView{Horizontal: 12}, Range: 5000}
	foot := geo.Point{Lat: 36.8, Lon: 42.1}
	half := math.Atan(math.Tan(geo.Radians(6)) * 3 / 4) // of the height of a picture of 4:3
	for name, x := range map[string]struct {
		tilt, azimuth, near, far float64
	}{
		"over the horizon": {-3, 90, 20 / math.Tan(geo.Radians(3)+half), 5000},
		"down":             {-10, 90, 20 / math.Tan(geo.Radians(10)+half), 20 / math.Tan(geo.Radians(10)-half)},
		"up":               {10, 90, 4995, 5000},
	} {
		c := c
		c.Tilt = x.tilt
		w := newWatcher(New(Config{}), Live{Input: "rtsp://x/", Camera: c}, &fakeHost{})
		s := w.sensor
		if math.Abs(geo.Degrees(s.Azimuth)-90) > 0.01 || math.Abs(geo.Degrees(s.HalfWidth)-6) > 0.1 || math.Abs(s.MinRange-x.near) > 0.02*x.near || math.Abs(s.MaxRange-x.far) > 0.02*x.far {
			t.Errorf("%s: %.2f° ± %.2f°, %.0f to %.0f m, wanted %.0f to %.0f", name, geo.Degrees(s.Azimuth), geo.Degrees(s.HalfWidth), s.MinRange, s.MaxRange, x.near, x.far)
		}
		// The sector and the picture say the same of places.
		for _, metres := range []float64{30, 60, 110, 400, 2000, 4000, 6000} {
			for _, off := range []float64{-20, -5, 0, 5, 20, 180} {
				azimuth := geo.Radians(90 + off)
				p := geo.Direct(foot, metres, azimuth)
				at, bearing := geo.Inverse(foot, p)
				if got, want := w.all.Sees("t", p) == InView, s.Sees(at, bearing); got != want && math.Abs(metres-s.MinRange) > 15 {
					t.Errorf("%s: %g m, %g° off: seen %v, in the sector %v", name, metres, off, got, want)
				}
			}
		}
	}
	if got := New(Config{}).Sees("nobody", foot); got != Unseen {
		t.Errorf("a camera that is not watched: %v", got)
	}
}

// wallAt is flat ground with a wall of 100 m across the east.
type wallAt struct {
	view.Flat
	foot geo.Point
}

func (w wallAt) Meet(from geo.Position, azimuth, elevation, most float64) (geo.Position, bool) {
	const wall = 1000.0
	p, met := w.Flat.Meet(from, azimuth, elevation, most)
	if !met || geo.Distance(from.Point, p.Point) > wall {
		p = geo.Position{Point: geo.Direct(from.Point, wall, azimuth), Height: from.Height + wall*math.Tan(elevation)}
		if most >= wall && p.Height < w.Level+100 {
			return p, true
		}
		return w.Flat.Meet(from, azimuth, elevation, most)
	}
	return p, met
}

// What lies behind a hill is not seen, by no turn of the head either.
func TestNoCameraSeesThroughAHill(t *testing.T) {
	foot := geo.Point{Lat: 36.8, Lon: 42.1}
	c := Camera{ID: "t", Position: Position{Lat: 36.8, Lon: 42.1, Height: 400}, Mast: 20, Azimuth: 90, Tilt: -1, FieldOfView: FieldOfView{Horizontal: 12}, Range: 5000, Onvif: Onvif{Address: "http://127.0.0.1:9/"}}
	cs := New(Config{Ground: nil})
	w := newWatcher(cs, Live{Input: "rtsp://x/", Camera: c}, &fakeHost{})
	w.ground = wallAt{view.Flat{Level: 400}, foot}
	if _, err := w.declared(640, 480, view.PTZ{}); err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		metres, azimuth float64
		want            Sight
	}{{800, 90, InView}, {800, 200, IfTurned}, {1500, 90, Unseen}, {1500, 200, Unseen}, {6000, 90, Unseen}} {
		if got := cs.Sees("t", geo.Direct(foot, x.metres, geo.Radians(x.azimuth))); got != x.want {
			t.Errorf("%g m at %g°: %v, wanted %v", x.metres, x.azimuth, got, x.want)
		}
	}
}

package thermal

import (
	"context"
	"fmt"
	"math"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"marsad/detect"
	"marsad/detect/view"
	"marsad/geo"
	"marsad/say"
	"marsad/sense"
)

// fakeHost keeps what a camera says.
type fakeHost struct {
	mu      sync.Mutex
	sensors []sense.Sensor
	scans   []sense.Scan
	reports []sense.StatusReport
	answers []string
	cues    chan sense.Cue
	gone    bool
	at      time.Time // of its clock, zero for now
}

func (h *fakeHost) lock(f func()) error { h.mu.Lock(); defer h.mu.Unlock(); f(); return nil }

func (h *fakeHost) Register(s sense.Sensor) error {
	if err := sense.CheckSensor(&s); err != nil {
		return err
	}
	return h.lock(func() { h.sensors = append(h.sensors, s) })
}
func (h *fakeHost) Deliver(s sense.Scan) error {
	return h.lock(func() {
		now := h.at
		if now.IsZero() {
			now = time.Now()
		}
		if err := sense.Check(&s, &h.sensors[0], now); err != nil {
			panic(err)
		}
		h.scans = append(h.scans, s)
	})
}
func (h *fakeHost) Report(r sense.StatusReport) error {
	return h.lock(func() { h.reports = append(h.reports, r) })
}
func (h *fakeHost) Dropped(sense.SensorID, say.Text)     {}
func (h *fakeHost) Goodbye(sense.SensorID, say.Text)     { h.lock(func() { h.gone = true }) }
func (h *fakeHost) Cues(sense.SensorID) <-chan sense.Cue { return h.cues }
func (h *fakeHost) CueAnswered(cue string, ok bool, why string) {
	h.lock(func() { h.answers = append(h.answers, fmt.Sprint(cue, " ", ok, " ", why)) })
}

// A walker in a real video becomes a measurement at the right place; when the
// stream ends for good the camera says so itself.
func TestAWalkerBecomesAMeasurement(t *testing.T) {
	t.Parallel()
	needs(t, "ffmpeg")
	clip := filepath.Join(t.TempDir(), "clip.mkv")
	// A noisy hillside, and a warm upright block that walks from the left to the right.
	graph := "nullsrc=s=320x240:r=5:d=8,geq=lum='90+20*sin(X/17)*cos(Y/23)+6*random(1)',format=gray[b];color=white:s=8x18:r=5:d=8,format=gray[w];[b][w]overlay=x='20+t*18':y=150,format=gray"
	if b, err := exec.Command("ffmpeg", "-loglevel", "error", "-filter_complex", graph, "-c:v", "ffv1", clip).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, b)
	}
	real, err := exec.LookPath("ffmpeg")
	if err != nil {
		t.Fatal(err)
	}
	// The child reads the clip in real time instead of the camera, once.
	once := filepath.Join(t.TempDir(), "once")
	fake := fakeFfmpeg(t, fmt.Sprintf("[ -e %s ] && exit 1; touch %s; exec %s -loglevel error -re -i %s -f nut -pix_fmt gray -c:v rawvideo pipe:1", once, once, real, clip))
	c := Camera{ID: "tower", Position: Position{Lat: 36.8, Lon: 42.1, Height: 400}, Mast: 20, Azimuth: 90, Tilt: -3,
		FieldOfView: FieldOfView{Horizontal: 12}, FPS: 5, Watchdog: Watchdog{Silence: Duration(2 * time.Second), BackOff: Duration(50 * time.Millisecond)},
		Masks: []Mask{{Name: "corner", Picture: []Corner{{0.9, 0}, {1, 0}, {1, 0.1}, {0.9, 0.1}}}}}
	host := &fakeHost{cues: make(chan sense.Cue)}
	seen, whys := 0, []string{}
	cs := New(Config{ffmpeg: fake, Cameras: []Live{{Camera: c, Input: "rtsp://127.0.0.1:9/x"}}, See: func(s Seen) {
		seen++
		for _, m := range s.Movers {
			whys = whys[:0]
			for _, why := range m.Class.Why {
				whys = append(whys, why.Text.En)
			}
		}
		if !s.Mask.At(s.Frame.Width-2, 2) || s.Mask.At(10, 100) {
			t.Error("the mask does not hide the corner alone")
		}
	}})
	ctx, end := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- cs.Run(ctx, host) }()
	eventually(t, "the fault after the clip", func() (is bool) {
		host.lock(func() {
			// The first report may be of no picture yet: the last is of the end.
			is = len(host.reports) > 0 && !host.reports[len(host.reports)-1].Fine && len(host.scans) > 6
		})
		return is
	})
	end()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if s := host.sensors[0]; s.Kind != sense.Camera || !s.Assumed || s.HalfWidth < 0.1 || s.Position.Height != 420 {
		t.Errorf("registered %+v", s)
	}
	found, last := 0, sense.Classes{}
	for _, s := range host.scans {
		for _, d := range s.Detections {
			if d.Shape != sense.AtPosition || d.VendorTrack == "" || d.Confidence <= 0 {
				t.Fatalf("%+v", d)
			}
			if sum := total(d.Class); sum < 0.999 || sum > 1.001 || d.Class[sense.Unknown] <= 0 {
				t.Fatalf("classes %v add up to %g", d.Class, sum)
			}
			last = d.Class
			found++
			at := geo.Point{Lat: d.Z[0], Lon: d.Z[1]}
			metres, azimuth := geo.Inverse(geo.Point{Lat: 36.8, Lon: 42.1}, at)
			if metres < 200 || metres > 500 || math.Abs(geo.Degrees(azimuth)-90) > 6.5 {
				t.Errorf("%.0f m at %.1f°", metres, geo.Degrees(azimuth))
			}
		}
	}
	if found < 4 || seen < 15 || !host.gone { // a slow machine does not look at every picture
		t.Errorf("%d detections, %d frames, gone %v", found, seen, host.gone)
	}
	// A block of a person's size and pace: that is said, and why.
	if best, p := last.Best(); best != sense.Person || p < 0.4 {
		t.Errorf("at the end it is %v by %.2f: %v", best, p, last)
	}
	if len(whys) == 0 || !strings.Contains(strings.Join(whys, "; "), "m wide and") {
		t.Errorf("because %q", whys)
	}
	if st, ok := cs.State("tower"); !ok || st.Stream.Frames < 35 {
		t.Errorf("%+v", st)
	}
}

func total(c sense.Classes) (sum float32) {
	for _, p := range c {
		sum += p
	}
	return sum
}

// slope is ground that rises by one in ten to the north of a foot at 400 m.
type slope struct{ foot geo.Point }

func (s slope) Height(p geo.Point) (float64, bool) {
	frame := geo.NewFrame(geo.Position{Point: s.foot})
	return 400 + frame.ToENU(geo.Position{Point: p}).N/10, true
}

func (s slope) Meet(from geo.Position, azimuth, elevation, most float64) (geo.Position, bool) {
	metres := (from.Height - 400) / (math.Cos(azimuth)/10 - math.Tan(elevation))
	if metres <= 0 || metres > most {
		return geo.Position{}, false
	}
	p := geo.Direct(from.Point, metres, azimuth)
	h, _ := s.Height(p)
	return geo.Position{Point: p, Height: h}, true
}

// On the host's ground a mover stands where the slope is, a camera's figures are
// not assumed, and what passes above the slope is in the air. Without ground, or
// below it, the camera takes flat ground and says so.
func TestTheGroundIsTheHosts(t *testing.T) {
	c := Camera{ID: "t", Position: Position{Lat: 36.8, Lon: 42.1, Height: 400}, Mast: 20, Tilt: 2, FieldOfView: FieldOfView{Horizontal: 20}}.WithDefaults()
	foot := geo.Point{Lat: 36.8, Lon: 42.1}
	asked := 0.0
	on := func(ground sense.Ground, c Camera) *watcher {
		return newWatcher(New(Config{Ground: func(p geo.Point, radius float64) sense.Ground {
			if p != foot {
				t.Errorf("asked for %v", p)
			}
			asked = radius
			return ground
		}}), Live{Camera: c, Input: "rtsp://x/"}, &fakeHost{})
	}
	w := on(slope{foot}, c)
	if w.sensor.Assumed || asked < 2*c.Range {
		t.Errorf("assumed %v, asked for %g m", w.sensor.Assumed, asked)
	}
	if err := w.aim(640, 480); err != nil {
		t.Fatal(err)
	}
	see := func(y int) sense.Detection {
		m := detect.Mover{ID: 1, X: 320, Y: float64(y), Box: detect.Box{X: 317, Y: y - 6, W: 6, H: 12}, Declared: true, Sure: 1}
		seen := Mover{Mover: m, Measure: w.view.Of(m, noon, w.ground)}
		return w.detection(&seen)
	}
	low := see(340) // 1.1° below the horizon
	if metres, _ := geo.Inverse(foot, geo.Point{Lat: low.Z[0], Lon: low.Z[1]}); low.Shape != sense.AtPosition || metres < 140 || metres > 190 || math.Abs(low.Z[2]-400-metres/10) > 0.5 {
		t.Errorf("low: %+v at %.0f m", low, metres)
	}
	if high := see(20); high.Shape != sense.BearingElevation || geo.Degrees(high.Z[1]) < 7 || high.R[3] <= 0 {
		t.Errorf("high: %+v", high)
	}
	sunk := c
	sunk.Position.Height = 300
	for name, w := range map[string]*watcher{"no ground": on(nil, c), "below the ground": on(slope{foot}, sunk)} {
		if _, flat := w.ground.(view.Flat); !flat || !w.sensor.Assumed {
			t.Errorf("%s: %T, assumed %v", name, w.ground, w.sensor.Assumed)
		}
	}
}

// Without ffmpeg a camera is a sensor with a fault, and nothing else happens.
func TestWithoutFfmpegACameraSaysSo(t *testing.T) {
	t.Parallel()
	host := &fakeHost{cues: make(chan sense.Cue)}
	ctx, end := context.WithCancel(t.Context())
	done := make(chan error)
	go func() {
		done <- New(Config{ffmpeg: filepath.Join(t.TempDir(), "ffmpeg"), Cameras: []Live{{Camera: Camera{ID: "a", Position: Position{Lat: 36, Lon: 42}, FieldOfView: FieldOfView{Horizontal: 10}}, Input: "rtsp://x/"}}}).Run(ctx, host)
	}()
	eventually(t, "a report", func() (is bool) { host.lock(func() { is = len(host.reports) > 0 }); return is })
	end()
	<-done
	if r := host.reports[0]; r.Fine || !strings.Contains(r.Why.En, "ffmpeg is not installed") {
		t.Errorf("%+v", r)
	}
}

// A cue turns the head, and only a cue does; the view follows the head.
func TestACueTurnsTheHead(t *testing.T) {
	f := newFakeDevice(t)
	f.Server.Config.Handler = withoutPassword(f)
	host := &fakeHost{cues: make(chan sense.Cue, 1)}
	c := Camera{ID: "ptz", Position: Position{Lat: 36.8, Lon: 42.1, Height: 400}, Mast: 20, Azimuth: 90, FieldOfView: FieldOfView{Horizontal: 10}, Onvif: Onvif{Address: f.URL}}
	w := newWatcher(New(Config{}), Live{Camera: c}, host)
	w.connect()
	ctx, end := context.WithCancel(t.Context())
	done := make(chan bool)
	go func() { w.heads(ctx); close(done) }()
	w.where(ctx)
	if f.moved != "" {
		t.Fatal("the head was turned without a cue")
	}
	if len(host.sensors) != 1 || math.Abs(geo.Degrees(host.sensors[0].Azimuth)-135) > 0.01 {
		t.Errorf("registered %+v", host.sensors)
	}
	host.cues <- sense.Cue{ID: "c1", Sensor: "ptz", At: geo.Position{Point: geo.Direct(geo.Point{Lat: 36.8, Lon: 42.1}, 2000, 0)}, By: "Y. Hadi"}
	eventually(t, "the answer", func() (is bool) { host.lock(func() { is = len(host.answers) > 0 }); return is })
	end()
	<-done
	if host.answers[0] != "c1 true " || !strings.Contains(f.moved, `x="-0.50000"`) {
		t.Errorf("%v; sent %s", host.answers, f.moved)
	}
}

func TestZonesHoldBackAndCount(t *testing.T) {
	z := newZones(Limits{Movers: 3, Per: Duration(time.Minute)})
	f := detect.Frame{Width: 400, Height: 300, At: noon}
	passed := 0
	for i := range 10 {
		if z.passes(detect.Mover{ID: i + 1, X: 10, Y: 10}, f) {
			passed++
		}
	}
	if told := z.told(noon); passed != 3 || told.All() != 7 || told.Suppressed[0] != 7 || !told.Holding || told.Movers != 3 || told.Per != time.Minute || z.holding(noon) != 7 {
		t.Errorf("%d passed, told %+v", passed, told)
	}
	if !z.passes(detect.Mover{ID: 20, X: 390, Y: 290}, f) || !z.passes(detect.Mover{ID: 1, X: 390}, f) || z.passes(detect.Mover{ID: 9, X: 390}, f) {
		t.Error("another zone, and judgements for life")
	}
	f.At = noon.Add(2 * time.Minute)
	if !z.passes(detect.Mover{ID: 30, X: 10, Y: 10}, f) || z.holding(f.At) != 0 {
		t.Error("two minutes later")
	}
	for i := range 9 {
		z.passes(detect.Mover{ID: 40 + i, X: 390, Y: 290}, f)
	}
	if told := z.told(f.At); told.Suppressed[0] != 7 || told.Suppressed[11] != 6 || told.All() != 13 {
		t.Errorf("told %+v", told)
	}
}

func TestMasksOfTheGroundAreProjected(t *testing.T) {
	c, err := ReadCamera([]byte(Sample()))
	if err != nil {
		t.Fatal(err)
	}
	v, err := c.View(640, 480, view.PTZ{})
	if err != nil {
		t.Fatal(err)
	}
	ground := view.Flat{Level: c.Position.Height}
	all, bare := Shade(v, c.Masks, nil, ground, 640, 480), Shade(v, c.Masks[1:], nil, ground, 640, 480)
	if !(bare.Share() > 0 && all.Share() > bare.Share() && all.Share() < 0.7) {
		t.Errorf("shares %.3f and %.3f", bare.Share(), all.Share())
	}
}

package thermal

import (
	"context"
	"fmt"
	"sync"
	"time"

	"marsad/detect"
	"marsad/detect/class"
	"marsad/detect/health"
	"marsad/detect/view"
	"marsad/geo"
	"marsad/say"
	"marsad/sense"
)

// Live is a camera that is watched: its file and where its pictures come from.
type Live struct {
	Camera Camera
	Input  string // an rtsp:// or http:// address, or a recording in its place: then it is simulated
}

// Seen is one frame with what was found in it. All of it is the adapter's own
// and holds during the call only.
type Seen struct {
	Camera    string
	Frame     detect.Frame
	Movers    []Mover        // the declared ones
	Held      []detect.Mover // declared, and held back by a quiet area or a limit
	Mask      *view.Mask     // what nobody may look into; nil for all of it
	Troubles  []health.Sign
	Simulated bool
}

// Mover is a declared mover with what is known of it: where and how large it
// is, and what it is likely to be, with the reasons. The class ranks; it holds
// nothing back.
type Mover struct {
	detect.Mover
	Measure view.Measure
	Class   class.Ranking
}

// Config of the way in for thermal cameras.
type Config struct {
	Cameras []Live
	// Dwellings drawn for all cameras, beside those in a camera's own file.
	Dwellings []view.Dwelling
	// Ground gives the ground around a camera's foot, within so many metres of it;
	// nil where it is not known. There, and where a camera would stand below it, the
	// ground is taken for flat at the camera's foot, and its figures are marked
	// assumed.
	Ground func(foot geo.Point, radius float64) sense.Ground
	// Outside judges pictures of movers in place of the network that comes with
	// Marsad; nil for none.
	Outside *Outside
	// Recall gives what was kept of a camera's view before the start, and Keep keeps
	// it, every few minutes and at the end; both may be nil.
	Recall func(camera string) (health.Memory, bool)
	Keep   func(camera string, m health.Memory)
	// See is given every frame that is looked at; may be nil.
	See func(Seen)
	// Now is the engine's clock, time.Now if nil; Jitter spreads restarts.
	Now    func() time.Time
	Jitter func() float64

	ffmpeg string // the program that decodes, the machine's own if empty
}

// usualWidth and usualHeight are taken for a picture's size until one comes.
const usualWidth, usualHeight = 640, 480

const (
	scanEvery    = 500 * time.Millisecond
	heartbeat    = 5 * time.Second
	headEvery    = 2 * time.Second
	refusedEvery = 5 * time.Minute // a head that refused the account
	turnedMost   = 0.3             // degrees that a head may creep before its view is another
	cueTime      = 8 * time.Second
)

// Cameras lets thermal cameras in. It is a sense.Adapter.
type Cameras struct {
	config Config
	judge  *class.Judge
	board  board
	mu     sync.Mutex
	state  map[string]CameraState
	held   map[string]int // by quiet area
	// accepted views, of cameras that have not taken note yet.
	accepted map[string]bool
	stands   map[string]Camera // calibrated, of cameras that have not taken note yet
	looks    map[string]look
}

// CameraState is how a camera is, for the page and the metrics.
type CameraState struct {
	Stream   StreamState
	Troubles []health.Sign
	Counts   Counts
	Zones    Zones    // what the limits of its zones held back
	Quiet    []Quiet  // areas in force in the newest frame
	Movers   []Mover  // declared in the newest frame
	Hidden   say.Text // why nobody may look into any of it now, zero for not so
}

var _ sense.Adapter = (*Cameras)(nil)

// New makes the way in; it does nothing before Run.
func New(c Config) *Cameras {
	if c.Now == nil {
		c.Now = time.Now
	}
	judge, err := class.New()
	if err != nil {
		panic("thermal: the network that comes with Marsad is none: " + err.Error())
	}
	return &Cameras{config: c, judge: judge, state: map[string]CameraState{}, held: map[string]int{}, accepted: map[string]bool{}, stands: map[string]Camera{}, looks: map[string]look{}}
}

// State of a camera, and false for one that is not watched.
func (cs *Cameras) State(id string) (CameraState, bool) {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	s, ok := cs.state[id]
	return s, ok
}

// Run watches all cameras until the context ends. One that cannot be set up is
// reported as a fault of that camera and harms no other.
func (cs *Cameras) Run(ctx context.Context, host sense.Host) error {
	var work sync.WaitGroup
	for _, l := range cs.config.Cameras {
		work.Go(func() { newWatcher(cs, l, host).run(ctx) })
	}
	work.Wait()
	return nil
}

// watcher follows one camera.
type watcher struct {
	all    *Cameras
	camera Camera
	input  string
	host   sense.Host
	sensor sense.Sensor
	ground sense.Ground

	detector   *detect.Detector
	classes    *class.Movers
	outside    *asking // nil for none
	view       *view.View
	mask       view.Mask
	watch      health.Watch
	kept       time.Time // when its memory was kept
	counts     counting
	zones      zones
	quietly    quietly
	drawn      *drawn // that the mask was made with
	generation int    // of the detector: its movers' numbers begin anew
	lastScan   time.Time
	lastHeld   time.Time // when a mover was last held back
	lastReport time.Time
	told       string
	stream     *Stream

	mu      sync.Mutex
	width   int // of the newest picture
	height  int
	ptz     view.PTZ
	turned  bool // the head points elsewhere since the view was made
	head    headState
	device  *Device
	profile Profile
}

func newWatcher(cs *Cameras, l Live, host sense.Host) *watcher {
	c := l.Camera.WithDefaults()
	w := &watcher{all: cs, camera: c, input: l.Input, host: host, zones: newZones(c.Limits)}
	var assumed bool
	w.ground, assumed = c.Ground(cs.config.Ground)
	w.sensor = sense.Sensor{ID: sense.SensorID(c.ID), Name: c.Name, Kind: sense.Camera, Position: c.lens(),
		MaxRange: c.Range, Azimuth: geo.Wrap2Pi(geo.Radians(c.Azimuth)), HalfWidth: geo.Radians(c.FieldOfView.Horizontal) / 2,
		Pd: c.PD, Clutter: 0.02, Period: scanEvery, Heartbeat: heartbeat,
		SigmaAzimuth: geo.Radians(c.Errors.Azimuth), SigmaElevation: geo.Radians(c.Errors.Tilt), SigmaPosition: 25,
		CanLookAt: c.Onvif.Address != "", Mount: c.Mount, Link: c.Link, Simulated: c.Simulated || !IsLive(l.Input), Assumed: assumed}
	w.width, w.height = usualWidth, usualHeight
	if s, err := w.declared(w.width, w.height, view.PTZ{}); err == nil {
		w.sensor = s
	}
	return w
}

// lens is where a camera's lens is.
func (c *Camera) lens() geo.Position {
	return geo.Position{Point: geo.Point{Lat: c.Position.Lat, Lon: c.Position.Lon}, Height: c.Position.Height + c.Mast}
}

// Ground that the camera looks at, and whether it is assumed: flat at its foot,
// where no other is known or the lens would be below it.
func (c *Camera) Ground(around func(geo.Point, float64) sense.Ground) (g sense.Ground, assumed bool) {
	flat := view.Flat{Level: c.Position.Height}
	if around == nil {
		return flat, true
	}
	lens := c.lens()
	if g = around(lens.Point, 2*c.Range); g == nil {
		return flat, true
	}
	if h, known := g.Height(lens.Point); !known || lens.Height <= h {
		return flat, true
	}
	return g, false
}

// View of a picture of a size, with the head at ptz.
func (c *Camera) View(width, height int, ptz view.PTZ) (*view.View, error) {
	return view.New(view.Camera{
		Foot: geo.Position{Point: geo.Point{Lat: c.Position.Lat, Lon: c.Position.Lon}, Height: c.Position.Height}, Mast: c.Mast,
		Azimuth: geo.Radians(c.Azimuth), Tilt: geo.Radians(c.Tilt), Roll: geo.Radians(c.Roll), Width: width, Height: height,
		HFOV: geo.Radians(c.FieldOfView.Horizontal), VFOV: geo.Radians(c.FieldOfView.Vertical),
		Lens: view.Lens{K1: c.Lens.K1, K2: c.Lens.K2}, PTZ: ptz,
		Sure: view.Uncertainty{Pose: view.Independent(geo.Radians(c.Errors.Azimuth), geo.Radians(c.Errors.Tilt), geo.Radians(c.Errors.Roll), geo.Radians(c.Errors.Field)),
			East: c.Position.Error, North: c.Position.Error, Pixel: c.Errors.Pixel}})
}

func (w *watcher) run(ctx context.Context) {
	if err := w.host.Register(w.sensor); err != nil {
		return // the host has counted the refusal, and knows no such sensor to report of
	}
	var side sync.WaitGroup
	defer side.Wait()
	if w.sensor.CanLookAt {
		w.connect()
		side.Go(func() { w.heads(ctx) })
	}
	if o := w.all.config.Outside; o != nil {
		w.outside = o.ask(ctx)
		side.Go(func() { <-w.outside.done })
	}
	w.recall()
	w.stream = Watch(ctx, w.input, w.camera, Watching{Now: w.all.config.Now, Jitter: w.all.config.Jitter, ffmpeg: w.all.config.ffmpeg})
	defer w.stream.Close()
	silence := time.Duration(w.camera.Watchdog.Silence)
	began := w.all.config.Now()
	for ctx.Err() == nil {
		f, ok := w.stream.within(time.Second)
		now := w.all.config.Now()
		if ok {
			w.frame(f.Frame, f.off, now)
		} else if last := w.stream.State().Last; now.Sub(last) > silence && now.Sub(began) > silence {
			w.counts.signs(w.watch.Silent(now))
		}
		w.report(now)
		w.remember(now)
	}
	w.kept = time.Time{}
	w.remember(w.all.config.Now())
	w.host.Goodbye(w.sensor.ID, say.Text{En: "Marsad stops watching it", Ar: "أوقف مرصد متابعتها"})
}

// frame takes one frame through health, detector and view. off is how far its time
// lay from the machine's clock when it arrived.
func (w *watcher) frame(f detect.Frame, off time.Duration, now time.Time) {
	st := w.stream.State()
	w.accept()
	w.stand()
	w.counts.signs(w.watch.Look(f, off))
	if err := w.aim(f.Width, f.Height); err != nil {
		return // camera.check lets nothing through that view refuses but a lens that folds; the report says it
	}
	declared, held := w.movers(&f)
	troubles := w.watch.Now()
	mask, hidden := w.shown(troubles)
	w.note(CameraState{Stream: st, Troubles: troubles, Counts: w.counts.Counts, Zones: w.zones.told(now), Quiet: w.inForce(&f), Movers: declared, Hidden: hidden})
	if see := w.all.config.See; see != nil {
		see(Seen{Camera: w.camera.ID, Frame: f, Movers: declared, Held: held, Mask: mask, Troubles: troubles, Simulated: w.sensor.Simulated})
	}
	if f.At.Sub(w.lastScan) < scanEvery || len(troubles) > 0 || w.headIs() == headMoves {
		return // a camera in trouble, or on the move, promises nothing: no scan is no data, never a miss
	}
	w.lastScan = f.At
	scan := w.scan(f.At)
	for _, m := range declared {
		scan.Detections = append(scan.Detections, w.detection(&m))
	}
	_ = w.host.Deliver(scan) // the host counts what it refuses
}

// heldFor is how long after a mover was held back a camera leaves open what it
// does not tell: longer than a mover that is still there goes unseen.
const heldFor = 3 * time.Second

// scan is an empty one. What is held back must not be proof that nobody is
// there: while anything is, the scan does not speak of what it leaves out.
func (w *watcher) scan(at time.Time) sense.Scan {
	return sense.Scan{Sensor: w.sensor.ID, Observed: at, Origin: w.sensor.Position,
		Declared: w.lastHeld.IsZero() || at.Sub(w.lastHeld) > heldFor}
}

// movers takes a frame through the detector and the classes, and gives the
// declared movers that the limits let through. What is only suspected is looked
// at too: a mover has a class when it is declared.
func (w *watcher) movers(f *detect.Frame) (declared []Mover, held []detect.Mover) {
	r := w.detector.Step(*f)
	w.counts.step(f, &r)
	if w.outside != nil {
		w.outside.told(w.classes, w.generation)
	}
	quiet := w.quietAreas()
	for _, m := range r.Movers {
		if !m.Declared {
			if !r.Held {
				w.classes.See(f, m, nil)
			}
			continue
		}
		measure := w.view.Of(m, f.At, w.ground)
		if measure.Kind == view.OnGround && measure.Range > 1.5*w.sensor.MaxRange {
			measure.Kind = view.Grazing // farther than it can tell
		}
		if !r.Held { // a held frame does not show the scene
			w.classes.See(f, m, &measure)
			if w.outside != nil && m.Frames%outsideEvery == 0 {
				w.outside.look(f, &m, w.generation)
			}
		}
		passes, by := w.quietly.passes(quiet, w.camera.ID, &m, f)
		if by != "" {
			w.all.holdBack(by)
		}
		if !passes {
			held, w.lastHeld = append(held, m), f.At
			continue
		}
		if !w.zones.passes(m, *f) {
			held, w.lastHeld = append(held, m), f.At
			continue
		}
		declared = append(declared, Mover{m, measure, w.classes.Rank(m.ID)})
	}
	return declared, held
}

func (w *watcher) note(s CameraState) {
	w.all.mu.Lock()
	defer w.all.mu.Unlock()
	w.all.state[w.camera.ID] = s
}

// detection is a mover as a measurement: a place where the geometry carries
// one, else a direction.
func (w *watcher) detection(m *Mover) sense.Detection {
	d := m.Measure.Detection()
	d.Class = m.Class.Classes()
	d.Confidence = float32(min(max(m.Sure, 0), 1))
	d.VendorTrack = fmt.Sprintf("%s.%d.%d", w.camera.ID, w.generation, m.ID)
	return d
}

// report tells how the camera is: at every change, and as a heartbeat.
func (w *watcher) report(now time.Time) {
	why := w.trouble(now)
	if why.En == w.told && now.Sub(w.lastReport) < heartbeat*4/5 {
		return
	}
	if w.host.Report(sense.StatusReport{Sensor: w.sensor.ID, At: now, Fine: why.IsZero(), Why: why}) == nil {
		w.told, w.lastReport = why.En, now
	}
}

// trouble is what is wrong with the camera now, the zero text for nothing.
func (w *watcher) trouble(now time.Time) say.Text {
	signs := w.watch.Now()
	st := w.stream.State()
	if st.Frames == 0 || len(signs) > 0 && signs[0] == health.SignalLost {
		w.note(CameraState{Stream: st, Troubles: signs, Counts: w.counts.Counts, Zones: w.zones.told(now)})
		if st.Why != nil {
			return say.As(st.Why).Text
		}
		return health.SignalLost.Text()
	}
	for _, s := range signs {
		return s.Text()
	}
	if n := w.zones.holding(now); n > 0 {
		return say.Text{En: "{n} movers were held back: a part of the picture shows more than its limit", Ar: "حُجبت {n} من الأهداف المتحركة: تجاوز جزء من الصورة حده"}.Fill("n", fmt.Sprint(n))
	}
	return say.Text{}
}

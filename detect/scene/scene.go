package scene

import (
	"fmt"
	"math"
	"time"

	"marsad/detect"
	"marsad/detect/view"
	"marsad/geo"
	"marsad/say"
	"marsad/sense"
)

// Nuisance is one sort of disturbance.
type Nuisance uint16

// The nuisances. All is the default of a scene.
const (
	Wind Nuisance = 1 << iota // bushes and grass
	Shimmer
	Gain        // steps of the automatic gain
	Calibration // flat-field events: a frozen picture, then another pattern
	Rain
	Birds
	Insects // near the lens
	Sway    // of the tower
	Balloon // the camera hangs below one: drift and turn, in place of a tower's sway
	Clouds  // in the sky, and their shadows
	Glint   // of a low sun
	Lights  // lamps and flames that flicker
	Coding  // artefacts of compression
	All     = Wind | Shimmer | Gain | Calibration | Rain | Birds | Insects | Sway | Clouds | Glint | Lights | Coding
)

var nuisanceNames = [...]string{"wind", "shimmer", "gain", "calibration", "rain", "bird", "insect", "sway", "balloon", "cloud", "glint", "light", "coding"}

// String is the one word of a single nuisance, or noise for none.
func (n Nuisance) String() string {
	for i, name := range nuisanceNames {
		if n == 1<<i {
			return name
		}
	}
	if n == 0 {
		return "noise"
	}
	return fmt.Sprintf("nuisances(%#x)", uint16(n))
}

// Config says what to render.
type Config struct {
	// Seed decides landscape, weather, sensor and nuisances; ThingSeed decides
	// the things that move, so that one can change without the other.
	Seed, ThingSeed uint64
	// Width and Height in pixels: 64×48 to 1280×1024. FPS is pictures a second, 1 to 60.
	Width, Height int
	FPS           float64
	// Start is the first instant; its hour of day chooses the weather.
	Start time.Time
	// Bits is 8 for a stream with automatic gain, 16 for radiometric counts of
	// 10 mK from -60 °C.
	Bits int
	// Nuisances that may occur: those of the day, where the weather has them.
	Nuisances Nuisance
	// PerHour is the mean number of things of each class in an hour. Birds among
	// Nuisances are apart from these.
	PerHour map[sense.Class]float64
}

// Thing is the truth of one thing in one picture.
type Thing struct {
	// ID counts from 1; a thing keeps it.
	ID    int
	Class sense.Class
	// Bird is set for birds, which are no class of sense.
	Bird bool
	// Box bounds its Pixels in the picture, X, Y is their centroid.
	Box    detect.Box
	Pixels int
	X, Y   float64
	// Where it is: its foot on the ground, or itself in the air.
	Where geo.Position
	// East and North are its speed in m/s, Width and Height its size in metres
	// as seen.
	East, North, Width, Height float64
	// Contrast is its mean difference from what is behind in kelvin, Ratio that
	// over the noise of the picture, quantisation included.
	Contrast, Ratio float64
	// Whole says that all of it is in the picture.
	Whole bool
}

// Disturbance is something in the picture that is no thing to be found.
type Disturbance struct {
	Cause Nuisance
	// Box is where it is; empty for the whole picture.
	Box detect.Box
	// Strength is in kelvin, or pixels for sway and shimmer.
	Strength float64
}

// Shot is one picture with its truth. Its slices are overwritten by the next.
type Shot struct {
	Frame   detect.Frame
	Weather Weather
	// Mask has for each pixel 0, or 1 + the class of the thing there.
	Mask         []uint8
	Things       []Thing
	Disturbances []Disturbance
}

// Scene renders. It is not for use by many at once.
type Scene struct {
	c     Config
	view  *view.View
	hours [25]hourly
	land  *land
	gauss gauss
	img   []float32
	// sensor, actors and things by their own files
	sensor  sensor
	shimmer shimmer
	walkers []walker
	minute  int64 // up to which walkers were drawn
	flyers  []flyer
	drawnTo int64 // minute up to which flyers were drawn
	shot    Shot
}

// New makes a scene, or refuses with a *say.Error.
func New(c Config) (*Scene, error) {
	if c.Bits == 0 {
		c.Bits = 8
	}
	if c.Width < 64 || c.Width > 1280 || c.Height < 48 || c.Height > 1024 || !(c.FPS >= 1 && c.FPS <= 60) || (c.Bits != 8 && c.Bits != 16) || c.Start.IsZero() {
		return nil, &say.Error{Code: "scene.config", Kind: say.Invalid,
			Text: say.Text{En: fmt.Sprintf("no scene of %d×%d pixels, %g pictures a second and %d bits can be made", c.Width, c.Height, c.FPS, c.Bits), Ar: "لا يمكن توليد مشهد بهذه الأبعاد وهذا المعدل"},
			Hint: say.Text{En: "64×48 to 1280×1024, 1 to 60 a second, 8 or 16 bits, and a start", Ar: "من 64×48 إلى 1280×1024، ومن 1 إلى 60 في الثانية، و8 أو 16 بت، مع وقت بداية"}}
	}
	s := &Scene{c: c, hours: almanac(c.Seed), gauss: newGauss(keyed(c.Seed, 'g'))}
	v, err := view.New(Camera(c.Width, c.Height))
	if err != nil {
		return nil, err
	}
	s.view = v
	s.land = newLand(c, v)
	s.img = make([]float32, c.Width*c.Height)
	s.shot.Mask = make([]uint8, c.Width*c.Height)
	s.shot.Frame = detect.Frame{Width: c.Width, Height: c.Height, Bits: c.Bits, Pix: make([]uint16, c.Width*c.Height)}
	s.sensor.prepare(s)
	s.minute = floorMinute(c.Start) - longest
	s.drawnTo = floorMinute(c.Start) - 1
	return s, nil
}

// Level is the height of the flat ground of every scene above the ellipsoid.
const Level = 300.0

// Camera is how the camera of a scene stands: a mast of 25 m on a plain, a
// field of 5°, the horizon in the upper third.
func Camera(width, height int) view.Camera {
	hfov := geo.Radians(5)
	pixel := 2 * math.Tan(hfov/2) / float64(width)
	return view.Camera{Foot: geo.Position{Point: geo.Point{Lat: 36.2, Lon: 41.5}, Height: Level}, Mast: 25,
		Azimuth: geo.Radians(280), Tilt: -geo.Radians(0.16) - math.Atan(pixel*float64(height)*0.22),
		Width: width, Height: height, HFOV: hfov,
		Sure: view.Uncertainty{Pose: view.Independent(5e-4, 2e-4, 1e-3, 1e-4), East: 1, North: 1, Up: 0.3, Ground: 0.5, Pixel: 1}}
}

// Ground is the ground of every scene.
func Ground() sense.Ground { return view.Flat{Level: Level} }

// Camera of this scene.
func (s *Scene) Camera() view.Camera { return s.view.Camera() }

// Play renders a duration and hands over shot after shot until it is told to
// stop by false. Playing again goes on where it ended.
func (s *Scene) Play(duration time.Duration, each func(*Shot) bool) {
	frames := int(duration.Seconds()*s.c.FPS + 0.5)
	begin := s.shot.Frame.Index
	if !s.shot.Frame.At.IsZero() {
		begin++
	}
	for i := begin; i < begin+frames; i++ {
		at := s.c.Start.Add(time.Duration(math.Round(float64(i) / s.c.FPS * 1e9)))
		s.render(i, at)
		if !each(&s.shot) {
			return
		}
	}
}

func (s *Scene) render(index int, at time.Time) {
	w := s.weather(at)
	s.shot.Frame.Index, s.shot.Frame.At, s.shot.Weather = index, at, w
	if s.sensor.frozen(s, at) {
		return // the shutter is closed: the last picture stands, and its truth
	}
	s.shot.Disturbances = s.shot.Disturbances[:0]
	s.shot.Things = s.shot.Things[:0]
	clear(s.shot.Mask)
	random := keyed(s.c.Seed, 'f', uint64(at.UnixNano()))
	lean := s.lean(at, w)
	s.land.expose(s.img, at, w, lean)
	s.plants(at, w, lean)
	s.sky(at, w, lean)
	s.lamps(at, w, lean)
	s.draw(at, w, lean)
	s.fly(at, w, lean)
	if s.has(Shimmer) {
		s.shimmer.apply(s, w, &random)
	}
	s.fall(w, &random)
	s.sensor.expose(s, at, w, &random)
}

func (s *Scene) has(n Nuisance) bool { return s.c.Nuisances&n != 0 }

func (s *Scene) disturb(cause Nuisance, box detect.Box, strength float64) {
	s.shot.Disturbances = append(s.shot.Disturbances, Disturbance{cause, box, strength})
}

// lean is how the camera is turned off its registered pose: pixels right and
// down, and radians.
type lean struct{ x, y, turn float64 }

// lean swings a mast at its own frequencies by wind (two bending modes), and
// lets a balloon wander and turn.
func (s *Scene) lean(at time.Time, w Weather) lean {
	t := seconds(at)
	scale := float64(s.c.Width) / 320
	wave := func(hz float64, k uint64) float64 {
		return math.Sin(2*math.Pi*hz*t + float64(k))
	}
	switch {
	case s.has(Balloon):
		l := lean{
			x:    scale * (9*wave(0.021, 1) + 4*wave(0.057, 2) + 1.5*wave(0.31, 3)),
			y:    scale * (6*wave(0.017, 4) + 3*wave(0.071, 5) + 1.2*wave(0.27, 6)),
			turn: 0.006*wave(0.013, 7) + 0.002*wave(0.19, 8)}
		s.disturb(Balloon, detect.Box{}, math.Hypot(l.x, l.y))
		return l
	case s.has(Sway):
		gust := w.Wind * (0.6 + 0.4*wave(0.043, 9)*wave(0.011, 10))
		l := lean{
			x: scale * gust * (0.9*wave(0.37, 11) + 0.35*wave(1.13, 12)),
			y: scale * gust * (0.3*wave(0.41, 13) + 0.15*wave(1.21, 14))}
		s.disturb(Sway, detect.Box{}, math.Hypot(l.x, l.y))
		return l
	}
	return lean{}
}

// shift moves a pixel of the registered camera to where the leaning one
// shows it.
func (l lean) shift(s *Scene, x, y float64) (float64, float64) {
	cx, cy := float64(s.c.Width)/2, float64(s.c.Height)/2
	return x - l.x + l.turn*(y-cy), y - l.y - l.turn*(x-cx)
}

// seconds since an hour far back that divides evenly, small enough to keep
// phases exact.
func seconds(at time.Time) float64 {
	const from = 1_700_000_000
	return float64(at.Unix()-from) + float64(at.Nanosecond())/1e9
}

func floorMinute(at time.Time) int64 { return at.Unix() / 60 }

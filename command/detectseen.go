package command

import (
	"time"

	"marsad/adapter/thermal"
	"marsad/app"
	"marsad/detect"
	"marsad/detect/class"
	"marsad/detect/view"
	"marsad/engine/config"
	"marsad/geo"
	"marsad/sense"
)

// detectLine is one frame in the output.
type detectLine struct {
	Frame  int          `json:"frame"`
	Name   string       `json:"name,omitempty"` // of the image in a folder
	At     time.Time    `json:"at"`
	Gain   float64      `json:"gain"`
	Offset float64      `json:"offset"`
	Reset  bool         `json:"reset,omitempty"`
	Movers []detectSeen `json:"movers"`
}

// detectSeen is one mover: lengths in pixels, speeds in pixels a second.
type detectSeen struct {
	ID       int        `json:"id"`
	Box      [4]int     `json:"box"` // left, top, width, height
	Area     int        `json:"area"`
	Centre   [2]float64 `json:"centre"`
	Velocity [2]float64 `json:"velocity"`
	Contrast float64    `json:"contrast"` // in units of the noise; warmer is positive
	Frames   int        `json:"frames"`
	Since    time.Time  `json:"since"`
	Declared bool       `json:"declared"`
	Sure     float64    `json:"sure"`
	Where    *where     `json:"where,omitempty"` // of a declared mover
	// Class of a declared mover: a probability of each kind, the likeliest, and
	// what speaks for it (factor above one) or against it.
	Kind  string             `json:"kind,omitempty"`
	Class map[string]float64 `json:"class,omitempty"`
	Why   []reason           `json:"why,omitempty"`
}

type reason struct {
	En     string  `json:"en"`
	Ar     string  `json:"ar"`
	Factor float64 `json:"factor"`
}

// where says where a mover is: degrees, metres, metres a second. On "ground" it
// has a place; "grazing" and in the "air" its direction alone counts.
type where struct {
	Kind      string   `json:"kind"`
	Azimuth   float64  `json:"azimuth"`
	Elevation float64  `json:"elevation"`
	Lat       *float64 `json:"lat,omitempty"`
	Lon       *float64 `json:"lon,omitempty"`
	Range     float64  `json:"range,omitempty"`
	Width     float64  `json:"width,omitempty"`
	Height    float64  `json:"height,omitempty"`
	Speed     float64  `json:"speed,omitempty"`
	// Assumed says that the ground was taken for flat.
	Assumed bool `json:"assumed,omitempty"`
}

// follower takes frames through detector, geometry and classes.
type follower struct {
	camera   thermal.Camera
	ground   sense.Ground
	assumed  bool
	judge    *class.Judge
	detector *detect.Detector
	classes  *class.Movers
	view     *view.View
	last     map[int]*view.Measure
}

func (c *DetectCmd) follower(camera thermal.Camera) (f *follower, done func(), err error) {
	f, done = &follower{camera: camera}, func() {}
	if f.judge, err = class.New(); err != nil {
		return nil, done, err
	}
	var around func(geo.Point, float64) sense.Ground
	if c.Terrain != "" {
		g, err := app.Ground(config.Terrain{Folder: c.Terrain})
		if err != nil {
			return nil, done, err
		}
		done = func() { g.Close() }
		around = app.GroundAround(g)
	}
	f.ground, f.assumed = camera.Ground(around)
	return f, done, nil
}

// step takes a frame; one of another size begins anew.
func (f *follower) step(frame *detect.Frame) (detect.Result, error) {
	if f.view == nil || f.view.Camera().Width != frame.Width || f.view.Camera().Height != frame.Height {
		v, err := f.camera.View(frame.Width, frame.Height, view.PTZ{})
		if err != nil {
			return detect.Result{}, err
		}
		f.view, f.detector, f.classes = v, detect.New(thermal.Settings(v), frame.Width, frame.Height), f.judge.Follow()
	}
	r := f.detector.Step(*frame)
	f.last = map[int]*view.Measure{}
	for _, m := range r.Movers {
		var geometry *view.Measure
		if m.Declared {
			measure := f.view.Of(m, frame.At, f.ground)
			geometry = &measure
			f.last[m.ID] = geometry
		}
		if !r.Held {
			f.classes.See(frame, m, geometry)
		}
	}
	return r, nil
}

// seen is a mover of the newest frame as the output has it.
func (f *follower) seen(m detect.Mover) detectSeen {
	out := detectSeen{ID: m.ID, Box: [4]int{m.Box.X, m.Box.Y, m.Box.W, m.Box.H}, Area: m.Area,
		Centre: [2]float64{m.X, m.Y}, Velocity: [2]float64{m.VX, m.VY}, Contrast: m.Contrast, Frames: m.Frames,
		Since: m.Since, Declared: m.Declared, Sure: m.Sure}
	g := f.last[m.ID]
	if g == nil {
		return out
	}
	out.Where = &where{Kind: g.Kind.String(), Azimuth: geo.Degrees(g.Azimuth), Elevation: geo.Degrees(g.Elevation), Assumed: f.assumed}
	if g.Kind == view.OnGround {
		out.Where.Lat, out.Where.Lon = &g.Position.Lat, &g.Position.Lon
		out.Where.Range, out.Where.Width, out.Where.Height, out.Where.Speed = g.Range, g.Width, g.Height, g.Speed()
	}
	rank := f.classes.Rank(m.ID)
	best, _ := rank.Best()
	out.Kind, out.Class = best.String(), map[string]float64{}
	for k, p := range rank.P {
		out.Class[class.Kind(k).String()] = p
	}
	for _, why := range rank.Why {
		out.Why = append(out.Why, reason{why.Text.En, why.Text.Ar, why.Factor})
	}
	return out
}

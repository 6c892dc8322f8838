package pmb

import (
	"math"
	"math/rand/v2"

	"marsad/fuse/kin"
)

// plain is a configuration with one kind of motion, straight with Q, so that a
// truth can be drawn from the very model that the filter has.
func plain(q, v float64) Config {
	cfg := Config{
		Gate: 25, Undetected: 1e-8, LeastClutter: 0.02, Life: 1e6, Stranger: 1, StillPd: 1,
		ConfirmAt: 0.9, ConfirmHits: 2, EndAt: 0.02, DropAt: 1e-6,
		Patience: 5, CoastAfter: 5, CoastFor: 20, CoastSigma: 1e4,
		MergeGate: 4, RayAge: 1.5, RayAngle: 0.05, Exact: 6, Apart: 10, AlikeGate: 6, Bucket: 1000,
	}
	cfg.Motion.Mode[kin.Slow] = kin.Mode{Q: q, V: v, W: 1}
	return cfg
}

// lot is the engine under a border's configuration, on one plane.
func lot() Config {
	cfg := Live()
	cfg.Window = 0
	return cfg
}

// dot is one true thing.
type dot struct{ x, y, vx, vy float64 }

func (d *dot) step(dt, q float64, rng *rand.Rand) {
	// Position and velocity noise of white acceleration, with their covariance.
	for _, a := range [...]struct{ p, v *float64 }{{&d.x, &d.vx}, {&d.y, &d.vy}} {
		u, w := rng.NormFloat64(), rng.NormFloat64()
		dv := math.Sqrt(q*dt) * u
		dp := dt/2*dv + math.Sqrt(q*dt*dt*dt/12)*w
		*a.p += *a.v*dt + dp
		*a.v += dv
	}
}

// eye is a sensor on the plane.
type eye struct {
	pose kin.Pose
	view View
	kind byte // x position, r bearing and range, b bearing, p presence
	// Standard deviations: m or rad, and m.
	s1, s2  float64
	clutter float64
}

func position(s float64) eye {
	return eye{kind: 'x', s1: s, view: View{MaxRange: 20e3, HalfWidth: math.Pi, Pd: 0.9, ClutterXY: 1e-8}}
}

func radar(x, y, clutter float64) eye {
	return eye{pose: kin.Pose{X: x, Y: y}, kind: 'r', s1: 0.005, s2: 8, clutter: clutter,
		view: View{MinRange: 50, MaxRange: 8000, HalfWidth: math.Pi, Pd: 0.9, ClutterAzRange: max(clutter, 0.02) / (2 * math.Pi * 7950)}}
}

func camera(x, y float64) eye {
	return eye{pose: kin.Pose{X: x, Y: y}, kind: 'b', s1: 0.001, clutter: 0.3,
		view: View{MaxRange: 5000, HalfWidth: math.Pi, Pd: 0.85, ClutterAz: 0.3 / (2 * math.Pi)}}
}

func fence(x, y float64) eye {
	return eye{pose: kin.Pose{X: x, Y: y}, kind: 'p', view: View{MaxRange: 150, Radius: 150, HalfWidth: math.Pi, Pd: 0.8, FalseAlarm: 0.005}}
}

// look is what an eye reports of some things at an instant.
func (v *eye) look(at float64, sensor int32, things []dot, rng *rand.Rand) Scan {
	s := Scan{At: int64(at * 1e9), Sensor: sensor, View: &v.view, Poses: []CellPose{{Pose: v.pose}}, Declared: true}
	alarm := rng.Float64() < v.view.FalseAlarm && v.kind == 'p'
	report := func(dx, dy float64) {
		r, az := math.Hypot(dx, dy), math.Atan2(dx, dy)-v.pose.Rot
		var z kin.Meas
		switch v.kind {
		case 'x':
			z = kin.Meas{XY: true, E: dx, N: dy, VarE: [3]float64{v.s1 * v.s1, 0, v.s1 * v.s1}}
		case 'r':
			z = kin.Meas{Az: kin.Wrap(az + v.s1*rng.NormFloat64()), VarAz: v.s1 * v.s1, Range: max(1, r+v.s2*rng.NormFloat64()), VarRange: v.s2 * v.s2}
		case 'b':
			z = kin.Meas{Az: kin.Wrap(az + v.s1*rng.NormFloat64()), VarAz: v.s1 * v.s1}
		case 'p':
			alarm = true
			return
		}
		s.Dets = append(s.Dets, Det{Meas: z})
	}
	for i := range things {
		dx, dy := things[i].x-v.pose.X, things[i].y-v.pose.Y
		if v.view.At(math.Hypot(dx, dy), math.Atan2(dx, dy)-v.pose.Rot) == 0 || rng.Float64() >= v.view.Pd {
			continue
		}
		if v.kind == 'x' {
			dx, dy = dx+v.s1*rng.NormFloat64(), dy+v.s1*rng.NormFloat64()
		}
		report(dx, dy)
	}
	for range int(v.clutter + rng.Float64()) {
		r, az := v.view.MaxRange*math.Sqrt(rng.Float64()), 2*math.Pi*rng.Float64()
		report(r*math.Sin(az), r*math.Cos(az))
	}
	if alarm {
		s.Dets = append(s.Dets, Det{})
	}
	return s
}

// theatre is eyes and things, and the scans of all in order of time: each eye
// looks once a second, one after the other.
type theatre struct {
	eyes   []eye
	things []dot
	q      float64
}

func (t *theatre) play(seconds int, rng *rand.Rand, see func(k int, s *Scan)) {
	for k := range seconds {
		for i := range t.things {
			t.things[i].step(1, t.q, rng)
		}
		for i := range t.eyes {
			s := t.eyes[i].look(float64(k)+float64(i)*0.001, int32(i), t.things, rng)
			see(k, &s)
		}
	}
}

// mixed is a theatre with every kind of eye.
func mixed(rng *rand.Rand) *theatre {
	t := &theatre{q: 0.02, eyes: []eye{radar(3000, 0, 6), camera(1500, 0), camera(3000, -100), camera(4500, 0), fence(2500, 2000), fence(2800, 2000)}}
	for range 12 {
		t.things = append(t.things, dot{500 + 5000*rng.Float64(), 800 + 2500*rng.Float64(), 3 * rng.NormFloat64(), 3 * rng.NormFloat64()})
	}
	return t
}

func newEngine(cfg Config) *Engine {
	e := New(cfg, nil)
	e.AddCell(-10e3, -10e3, 10e3, 10e3)
	return e
}

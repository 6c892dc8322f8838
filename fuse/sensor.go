package fuse

import (
	"math"

	"marsad/fuse/pmb"
	"marsad/geo"
	"marsad/sense"
)

// watcher is what the stage keeps of one sensor.
type watcher struct {
	reg    sense.Sensor
	foot   *sense.Footprint
	view   *pmb.View    // never changed, only replaced: the window's scans point at it
	origin geo.Position // where frame and poses hold
	frame  geo.Frame
	poses  []pmb.CellPose
	lately [8]int64 // instants of its last scans, so that a repeated one is known
	next   int

	declared  [glances]int64 // instants of its last declared scans, the oldest at declaring
	declaring int
	looked    int64 // since when it looks whither it looks
	shared    int64 // when it last measured what others follow too
	overlook  overlook
}

// look makes the view from the registration and the footprint.
func (w *watcher) look(cfg *Config) {
	r := &w.reg
	v := pmb.View{
		MinRange: max(0, r.MinRange), MaxRange: r.MaxRange,
		Az: r.Azimuth, HalfWidth: r.HalfWidth,
		Pd:    min(max(r.Pd, 0.05), 0.98),
		Moves: r.Kind == sense.Radar,
	}
	if !(v.MaxRange > 0) {
		v.MaxRange = cfg.UsualRange
	}
	v.MaxRange = min(v.MaxRange, cfg.MaxRange)
	v.MinRange = min(v.MinRange, v.MaxRange/2)
	if !(v.HalfWidth > 0) || v.HalfWidth > math.Pi {
		v.HalfWidth = math.Pi
	}
	clutter := max(r.Clutter, cfg.Core.LeastClutter)
	wide := 2 * v.HalfWidth
	v.ClutterAz = clutter / wide
	v.ClutterAzRange = clutter / (wide * (v.MaxRange - v.MinRange))
	v.ClutterXY = clutter / (v.HalfWidth * (v.MaxRange*v.MaxRange - v.MinRange*v.MinRange))
	switch r.Kind {
	case sense.Presence:
		v.Radius = v.MaxRange
		v.FalseAlarm = min(max(r.Clutter, 1e-5), 0.5)
	case sense.OwnForce:
		v.MaxRange = cfg.UnitReach
	}
	if f := w.foot; f != nil && usable(f) {
		v.Foot = &pmb.Foot{Step: f.RangeStep, Azimuths: f.Azimuths, Ranges: f.Ranges}
		for size, table := range [pmb.Sizes][]uint8{f.OnFoot, f.Wheeled, f.Air} {
			if len(table) == f.Azimuths*f.Ranges {
				v.Foot.Pd[size] = table
			}
		}
		v.MaxRange = min(cfg.MaxRange, f.RangeStep*float64(f.Ranges))
		v.MinRange = 0
	}
	w.view = &v
}

// usable reports whether a footprint's table is what its sizes say.
func usable(f *sense.Footprint) bool {
	return f.RangeStep > 0 && f.Azimuths > 0 && f.Ranges > 0 && f.Azimuths <= 1<<16 && f.Ranges <= 1<<16 &&
		len(f.OnFoot) == f.Azimuths*f.Ranges
}

// stand brings frame and poses to where the sensor is.
func (w *watcher) stand(p geo.Position, c *cells) {
	if w.origin == p && len(w.poses) > 0 {
		return
	}
	w.origin = p
	w.frame = geo.NewFrame(geo.Position{Point: p.Point})
	w.poses = c.poses(p.Point, w.view.MaxRange, w.poses)
}

// measure translates a detection; ok is false where it cannot be used.
func (w *watcher) measure(d *sense.Detection, out *pmb.Det) (ok bool) {
	*out = pmb.Det{Class: d.Class, Count: float32(d.Count)}
	z := &out.Meas
	r := &w.reg
	if !probable(&d.Class) {
		return false
	}
	switch d.Shape {
	case sense.AtPosition:
		p := geo.Point{Lat: d.Z[0], Lon: d.Z[1]}
		if !p.Valid() {
			return false
		}
		z.XY = true
		z.E, z.N = w.frame.Surface(p)
		if !(math.Abs(z.E)+math.Abs(z.N) <= 2*w.view.MaxRange+1000) {
			return false
		}
		z.VarE = [3]float64{length(d.R[0], r.SigmaPosition), d.R[1], length(d.R[3], r.SigmaPosition)}
		if !(z.VarE[1]*z.VarE[1] < 0.999*z.VarE[0]*z.VarE[2]) {
			z.VarE[1] = 0
		}
		z.Az, z.Range = math.Atan2(z.E, z.N), math.Hypot(z.E, z.N)
		return z.VarE[0] > 0 && z.VarE[2] > 0
	case sense.Bearing, sense.BearingElevation:
		z.Az = d.Z[0]
		z.VarAz = angle(d.R[0], r.SigmaAzimuth)
		if d.Shape == sense.BearingElevation && r.Above > 0 {
			z.Look(d.Z[1], angle(d.R[3], r.SigmaElevation), r.Above, sq(orElse(r.SigmaAbove, 1+r.Above/5)), w.view.MaxRange)
		}
	case sense.BearingRange:
		z.Az, z.Range = d.Z[0], d.Z[1]
		z.VarAz, z.VarRange = angle(d.R[0], r.SigmaAzimuth), length(d.R[3], r.SigmaRange)
		if c := d.R[1]; c*c < 0.9*z.VarAz*z.VarRange {
			z.CovAzRange = c
		}
	case sense.BearingElevationRange:
		sin, cos := math.Sincos(d.Z[1])
		z.Az, z.Range = d.Z[0], d.Z[2]*cos
		z.VarAz = angle(d.R[0], r.SigmaAzimuth)
		z.VarRange = cos*cos*length(d.R[5], r.SigmaRange) + sin*sin*d.Z[2]*d.Z[2]*angle(d.R[3], r.SigmaElevation)
	case sense.PresenceWithin:
		if w.view.Radius > 0 {
			return true
		}
		// Not a fence's yes or no, but somebody's word that something is near.
		if !(d.Z[0] > 0 && d.Z[0] <= 2*w.view.MaxRange) {
			return false
		}
		half := max(d.Z[0]*d.Z[0]/4, 1)
		z.XY, z.VarE = true, [3]float64{half, 0, half}
		return true
	default:
		return false
	}
	z.Az = geo.WrapPi(z.Az)
	if math.IsNaN(z.Az) || math.IsInf(z.Az, 0) || !(z.VarAz > 0) {
		return false
	}
	if d.Shape != sense.Bearing && d.Shape != sense.BearingElevation && !(z.VarRange > 0 && z.Range > 0 && z.Range < 2*w.view.MaxRange) {
		return false
	}
	if d.SigmaDoppler > 0 && d.SigmaDoppler < 200 && math.Abs(d.Doppler) < 200 {
		z.Doppler, z.VarD = d.Doppler, max(d.SigmaDoppler*d.SigmaDoppler, 1e-6)
	}
	return true
}

// angle and length give the variance of a measurement, the registered one where
// it states none, and 0 where neither can be meant. One that is finer than any
// instrument's (a microradian, a millimetre) is taken as that: no filter keeps
// its numbers otherwise.
func angle(v, sigma float64) float64  { return variance(v, sigma, 1e-12, math.Pi*math.Pi/4) }
func length(v, sigma float64) float64 { return variance(v, sigma, 1e-6, 50e3*50e3) }

func variance(v, sigma, least, most float64) float64 {
	if !(v > 0 && v <= most) {
		v = sigma * sigma
	}
	if !(v > 0 && v <= most) {
		return 0
	}
	return max(v, least)
}

// orElse is v, or what stands in for it where it is unsaid.
func orElse(v, usual float64) float64 {
	if v > 0 {
		return v
	}
	return usual
}

func sq(v float64) float64 { return v * v }

// probable reports whether every class has a probability.
func probable(c *sense.Classes) bool {
	for _, p := range c {
		if !(p >= 0 && p <= 1) {
			return false
		}
	}
	return true
}

package sim

import (
	"math"
	"math/rand/v2"

	"marsad/geo"
	"marsad/sense"
)

// The models below are assumptions of the simulator alone. Detection falls off
// with range as a logistic curve around the range at which half is seen.

// halfSeen is the range in metres at which one scan in two of a good night shows
// a thing of a class, by kind of sensor.
var halfSeen = map[sense.Kind][sense.NClass]float64{
	sense.Camera: {
		sense.Unknown: 2000, sense.Person: 2600, sense.Group: 2900, sense.Vehicle: 4600, sense.Convoy: 4600,
		sense.Animal: 2200, sense.SlowAir: 3000, sense.Float: 1500, sense.Dig: 600,
	},
	sense.Radar: {
		sense.Unknown: 6000, sense.Person: 7000, sense.Group: 8000, sense.Vehicle: 13500, sense.Convoy: 13500,
		sense.Animal: 6000, sense.SlowAir: 6500, sense.Float: 2500, sense.Dig: 1,
	},
	sense.Aerostat: {
		sense.Unknown: 5000, sense.Person: 5000, sense.Group: 6000, sense.Vehicle: 10500, sense.Convoy: 10500,
		sense.Animal: 4500, sense.SlowAir: 7000, sense.Float: 3500, sense.Dig: 800,
	},
}

// bestSeen is the share of scans that show a near thing.
var bestSeen = map[sense.Kind]float64{sense.Camera: 0.93, sense.Radar: 0.92, sense.Aerostat: 0.85}

// confusion gives, for what a thing is (row), how often it is taken for what.
type confusion [sense.NClass][sense.NClass]float32

// Order: unknown person group vehicle convoy animal slow-air float dig.
var byImage = confusion{
	sense.Unknown: {.60, .10, .05, .05, 0, .15, .05, 0, 0},
	sense.Person:  {.04, .78, .07, .01, 0, .10, 0, 0, 0},
	sense.Group:   {.03, .12, .75, .02, 0, .08, 0, 0, 0},
	sense.Vehicle: {.03, .01, .02, .88, .04, .02, 0, 0, 0},
	sense.Convoy:  {.03, .01, .02, .60, .33, .01, 0, 0, 0},
	sense.Animal:  {.06, .14, .07, .01, 0, .72, 0, 0, 0},
	sense.SlowAir: {.12, .01, 0, .02, 0, .03, .82, 0, 0},
	sense.Float:   {.15, .06, .03, .02, 0, .06, 0, .68, 0},
	sense.Dig:     {.25, .40, .10, .03, 0, .07, 0, 0, .15},
}

var byEcho = confusion{
	sense.Unknown: {.55, .15, .08, .04, 0, .15, .03, 0, 0},
	sense.Person:  {.12, .52, .12, .02, 0, .22, 0, 0, 0},
	sense.Group:   {.10, .25, .45, .03, 0, .17, 0, 0, 0},
	sense.Vehicle: {.06, .02, .03, .82, .05, .02, 0, 0, 0},
	sense.Convoy:  {.06, .02, .03, .60, .27, .02, 0, 0, 0},
	sense.Animal:  {.14, .26, .14, .02, 0, .44, 0, 0, 0},
	sense.SlowAir: {.30, .04, .02, .04, 0, .12, .48, 0, 0},
	sense.Float:   {.45, .10, .05, .03, 0, .15, .02, .20, 0},
	sense.Dig:     {1, 0, 0, 0, 0, 0, 0, 0, 0},
}

// judged draws what a sensor takes a thing for, and gives the classes as a
// calibrated classifier would: the columns of its confusion. far in [0, 1]
// moves the mass to unknown.
func judged(c *confusion, is sense.Class, far float64, rng *rand.Rand) sense.Classes {
	taken, u := is, rng.Float32()
	for k, p := range c[is] {
		if u < p {
			taken = sense.Class(k)
			break
		}
		u -= p
	}
	var out sense.Classes
	sum := float32(0)
	for k := range out {
		out[k] = c[k][taken]
		sum += out[k]
	}
	doubt := float32(0.6 * far)
	for k := range out {
		out[k] = out[k] / sum * (1 - doubt)
	}
	out[sense.Unknown] += doubt
	return out
}

// seen is the probability that one scan shows a body at a range.
func (w *World) seen(n *Node, b *body, rangeM, radial float64) float64 {
	half := halfSeen[n.Kind][b.class]
	if b.class == sense.Group || b.class == sense.Animal {
		half *= math.Min(1.6, math.Pow(float64(b.count), 0.12))
	}
	p := bestSeen[n.Kind] / (1 + math.Exp((rangeM-half)/(0.12*half)))
	if n.Kind == sense.Radar {
		// What does not move towards or away from a radar is lost in the ground.
		return p * (1 - math.Exp(-radial*radial/(0.35*0.35)))
	}
	if v := w.visibility(b); v < 10_000 {
		x := rangeM / (1.6 * v) // thermal sees farther through dust than the eye
		p *= math.Exp(-x * x)
	}
	return p * w.contrast
}

// contrastAt is how well warm bodies stand out by the hour of the day (local,
// 0 to 24): best at night, worst when ground and bodies are equally warm.
func contrastAt(hour float64) float64 {
	worst := func(at float64) float64 { d := (hour - at) / 0.8; return 0.22 * math.Exp(-d*d) }
	day := 0.0
	if hour > 9 && hour < 17 {
		day = 0.12
	}
	return 1 - worst(7.2) - worst(18.3) - day
}

// inWadi says whether a place lies in dead ground: a wadi or a hollow into which
// no tower looks from afar. A sixth of all cells of about 330 m by 280 m, always
// the same ones.
func inWadi(seed uint64, p geo.Point) bool {
	x := seed*0x9e3779b97f4a7c15 ^ uint64(int64(math.Floor(p.Lat*337)))<<24 ^ uint64(int64(math.Floor(p.Lon*337)))
	x ^= x >> 31
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	x *= 0xc4ceb9fe1a85ec53
	x ^= x >> 33
	return x%6 == 0
}

// overlook is the range in metres from which a mast looks down into a wadi.
const overlook = 600.0

// folded says whether a fold of the ground hides a cell of 3° by 200 m from a
// node: always the same cells, about one in fifteen.
func folded(n uint64, azimuth, rangeM float64) bool {
	if rangeM < 300 {
		return false
	}
	x := n ^ uint64(azimuth/(math.Pi/60))<<20 ^ uint64(rangeM/200)<<32
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	x *= 0xc4ceb9fe1a85ec53
	x ^= x >> 33
	return x%15 == 0
}

// look makes the detections of one sensor at one instant. The result is nil for
// an empty scan; truth gives the body of each detection, -1 for clutter.
func (w *World) look(i int, t float64) ([]sense.Detection, []int32) {
	if w.covered[i] > 0 {
		return nil, nil
	}
	n, rng := &w.estate.Nodes[i], w.dice[i]
	w.found, w.whose = w.found[:0], w.whose[:0]
	frame := &w.frames[i]
	for _, k := range w.near[i] {
		b := &w.bodies[k]
		dt := t - w.second
		at := geo.Point{
			Lat: b.at.Lat + b.vn*dt/metresPerDegree,
			Lon: b.at.Lon + b.ve*dt/(metresPerDegree*b.cosLat),
		}
		e, nn := frame.Surface(at)
		rangeM := math.Hypot(e, nn)
		if rangeM > n.MaxRange || rangeM < n.MinRange || rangeM < 1 {
			continue
		}
		radial := (b.ve*e + b.vn*nn) / rangeM
		if rng.Float64() >= w.seen(n, b, rangeM, radial) {
			continue
		}
		azimuth := geo.Wrap2Pi(math.Atan2(e, nn))
		if n.Kind != sense.Aerostat && b.class != sense.SlowAir &&
			(folded(w.folds[i], azimuth, rangeM) || b.sunk && rangeM > overlook) {
			continue
		}
		w.found = append(w.found, w.measure(n, b, frame, e, nn, azimuth, rangeM, radial, rng))
		w.whose = append(w.whose, k)
	}
	w.clutter(n, i, rng)
	if by := w.turned[i]; by != 0 {
		for k := range w.found {
			w.found[k].Z[0] = geo.Wrap2Pi(w.found[k].Z[0] + by) // towers and radars measure azimuths
		}
	}
	if len(w.found) == 0 {
		return nil, nil
	}
	// One allocation for what leaves the world: a receiver may keep it.
	return append([]sense.Detection(nil), w.found...), append([]int32(nil), w.whose...)
}

func (w *World) measure(n *Node, b *body, frame *geo.Frame, e, nn, azimuth, rangeM, radial float64, rng *rand.Rand) sense.Detection {
	half := halfSeen[n.Kind][b.class]
	far := math.Min(1, rangeM/half)
	d := sense.Detection{Confidence: float32(math.Min(0.98, math.Max(0.3, 0.9-0.35*far+0.1*rng.NormFloat64())))}
	table := &byImage
	if n.Kind == sense.Radar {
		table = &byEcho
	}
	d.Class = judged(table, b.class, far*far, rng)
	// A group is a patch, not a point: each look catches another part of it.
	spread := b.spread
	switch n.reports {
	case radarPlot:
		d.Shape = sense.BearingRange
		sr, sa := math.Hypot(n.SigmaRange, spread), math.Hypot(n.SigmaAzimuth, spread/rangeM)
		d.Z[0] = geo.Wrap2Pi(azimuth + sa*rng.NormFloat64())
		d.Z[1] = math.Max(1, rangeM+sr*rng.NormFloat64())
		d.R[0], d.R[3] = sa*sa, sr*sr
		d.SigmaDoppler = n.SigmaDoppler
		d.Doppler = radial + d.SigmaDoppler*rng.NormFloat64()
	case groundPoint, bearingOnly:
		sa := math.Hypot(n.SigmaAzimuth*(1+w.wind/20), spread/rangeM)
		d.Shape = sense.Bearing
		d.Z[0] = geo.Wrap2Pi(azimuth + sa*rng.NormFloat64())
		d.R[0] = sa * sa
		if n.reports == groundPoint && b.class != sense.SlowAir {
			// Where the ray meets flat ground: the farther, the shallower, the worse.
			sr := math.Hypot(10+0.05*rangeM, spread)
			d.Shape = sense.BearingRange
			d.Z[1] = math.Max(1, rangeM+sr*rng.NormFloat64())
			d.R[3] = sr * sr
		}
	case imagePoint:
		s := math.Hypot(n.SigmaPosition, spread)
		p := frame.At(e+s*rng.NormFloat64(), nn+s*rng.NormFloat64())
		d.Shape = sense.AtPosition
		d.Z = [3]float64{p.Lat, p.Lon, ground}
		d.R = [6]float64{s * s, 0, 0, s * s, 0, 100 * 100}
	}
	if n.Kind != sense.Radar && rangeM < 0.9*half && b.count > 1 {
		d.Count = uint8(math.Min(255, math.Max(1, math.Round(float64(b.count)*(1+0.15*rng.NormFloat64())))))
	} else if n.Kind != sense.Radar && rangeM < 0.9*half {
		d.Count = 1
	}
	return d
}

// clutter adds what is not there.
func (w *World) clutter(n *Node, i int, rng *rand.Rand) {
	mean := n.Clutter
	switch n.Kind {
	case sense.Radar:
		mean *= 1 + w.wind/15
	case sense.Camera, sense.Aerostat:
		mean *= 1 + w.wind/8
	default:
		return
	}
	// Knuth's way: enough for means below thirty.
	for p, limit := rng.Float64(), math.Exp(-mean); p > limit; p *= rng.Float64() {
		azimuth, rangeM := 2*math.Pi*rng.Float64(), n.MaxRange*math.Sqrt(rng.Float64())
		if n.Kind == sense.Camera {
			rangeM = n.MaxRange * 0.7 * rng.Float64()
			if rng.Float64() < 0.4 { // the same bush or warm rock again
				spot := float64(w.folds[i]>>(8*rng.IntN(3))&0xff) / 256
				azimuth, rangeM = geo.Wrap2Pi(2*math.Pi*spot+0.004*rng.NormFloat64()), n.MaxRange*(0.1+0.5*math.Mod(spot*7.3, 1))
			}
		}
		rangeM = math.Max(rangeM, n.MinRange+1)
		b := body{class: sense.Unknown, count: 1}
		doppler := 0.0
		if n.Kind == sense.Radar {
			doppler = math.Copysign(0.4+math.Abs(0.8*rng.NormFloat64()), rng.Float64()-0.5)
		}
		d := w.measure(n, &b, &w.frames[i], rangeM*math.Sin(azimuth), rangeM*math.Cos(azimuth), azimuth, rangeM, doppler, rng)
		d.Confidence = float32(0.15 + 0.4*rng.Float64())
		d.Count = 0
		w.found = append(w.found, d)
		w.whose = append(w.whose, -1)
	}
}

package class

import (
	"math"
	"time"

	"marsad/detect"
)

// flight is what a whole track shows of how a thing goes and shines: what tells
// an aircraft from a bird where no range and so no metres are known.
type flight struct {
	began                time.Time
	x0, y0               float64 // where it was then
	n, size              float64 // sightings, and the sum of its lengths in pixels
	t, x, y, tt, tx, ty  float64 // sums over seconds and pixels since
	yy                   float64
	heats, heat          float64 // how often its peak was read, and the sum of its logarithms
	beats, beat          float64 // the same of changes from one reading to the next
	lastHeat, lastLength float64
	read                 time.Time
}

const (
	// scatter is what the middle of a small thing jumps by: 1σ, in pixels.
	scatter = 0.3
	// leastSightings and leastTime are what a way is judged from on.
	leastSightings, leastTime = 6, 1.0
	// betweenBeats is the least time between two readings of a peak: wings beat 3
	// to 10 times a second, and closer readings repeat one another.
	betweenBeats = 150 * time.Millisecond
	// clear is the length in pixels from which a peak is of the thing itself, and not
	// of how it lies on the pixels.
	clear = 8
)

// see takes one sighting. peak is what its strongest pixel differs from its
// surroundings by, as a share of all counts of the stream; zero for not known.
func (w *flight) see(at time.Time, m *detect.Mover, peak float64) {
	if w.n == 0 {
		w.began, w.x0, w.y0 = at, m.X, m.Y
	}
	t, x, y := at.Sub(w.began).Seconds(), m.X-w.x0, m.Y-w.y0
	length := math.Sqrt(float64(m.Box.W * m.Box.H))
	w.n, w.size = w.n+1, w.size+length
	w.t, w.x, w.y, w.tt, w.tx, w.ty, w.yy = w.t+t, w.x+x, w.y+y, w.tt+t*t, w.tx+t*x, w.ty+t*y, w.yy+y*y
	if !(peak > 0) || w.heats > 0 && at.Sub(w.read) < betweenBeats {
		return
	}
	h := math.Log(peak)
	if w.heats > 0 && min(length, w.lastLength) >= clear {
		w.beats, w.beat = w.beats+1, w.beat+math.Abs(h-w.lastHeat)
	}
	w.heats, w.heat = w.heats+1, w.heat+h
	w.lastHeat, w.lastLength, w.read = h, length, at
}

// way gives the slope of its way in the picture as an angle, how sure that is,
// and how far it goes up and down about it in pixels.
func (w *flight) way() (angle, blur, bob float64, ok bool) {
	if w.n < leastSightings {
		return 0, 0, 0, false
	}
	time := w.tt - w.t*w.t/w.n
	if time < w.n*leastTime*leastTime/12 { // the variance of what is spread evenly
		return 0, 0, 0, false
	}
	across, down := (w.tx-w.t*w.x/w.n)/time, (w.ty-w.t*w.y/w.n)/time
	rest := w.yy - w.y*w.y/w.n - down*down*time
	blur = scatter / math.Sqrt(time) / math.Max(math.Hypot(across, down), 1e-9)
	return math.Atan2(math.Abs(down), math.Abs(across)), blur, math.Sqrt(math.Max(rest, 0) / w.n), true
}

// flightPath is how a kind goes: the share of its ways that are level and even, and
// how far the others are from it.
type flightPath struct{ level, even, slope, bob float64 }

// paths: an aircraft keeps its height and its course for as long as it crosses a
// narrow picture, and what goes on the ground is far away and foreshortened; a
// bird climbs, sinks and bounds; insects and pieces of cloud go anyhow. The shares
// are chosen, not counted; none is so small that a way decides alone.
var paths = [NKind]flightPath{
	Person: {0.8, 0.98, 0.35, 2}, Group: {0.8, 0.98, 0.35, 2}, Vehicle: {0.8, 0.98, 0.35, 2}, Animal: {0.8, 0.98, 0.35, 2},
	SlowAir: {0.8, 0.8, 0.35, 2}, Bird: {0.1, 0.2, 0.35, 2}, Unknown: {0.1, 0.1, 0.8, 3},
}

// levelAngle and evenBob are what a level way and an even flight measure: radians,
// with the roll of a camera, and pixels.
const levelAngle, evenBob, evenShare = 0.02, 0.25, 0.03

// goes is the logarithm of how well the way fits each kind.
func (w *flight) goes() (out [NKind]float64) {
	angle, blur, bob, ok := w.way()
	if !ok {
		return out
	}
	tight := evenBob + evenShare*w.size/w.n
	for k, p := range paths {
		out[k] = math.Log(p.even*decay(bob, tight)+(1-p.even)*decay(bob, p.bob)) +
			math.Log(p.level*decay(angle, levelAngle+blur)+(1-p.level)*decay(angle, p.slope+blur))
	}
	return out
}

// decay is the density of an exponential of a mean.
func decay(v, mean float64) float64 { return math.Exp(-v/mean) / mean }

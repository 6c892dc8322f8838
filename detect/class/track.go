package class

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"marsad/detect"
	"marsad/detect/view"
	"marsad/say"
	"marsad/sense"
)

// Judge weighs movers. It holds the network and is for many readers.
type Judge struct{ net *Net }

// New makes a judge with the network that comes with Marsad.
func New() (*Judge, error) {
	net, err := Default()
	if err != nil {
		return nil, err
	}
	return &Judge{net: net}, nil
}

// With makes a judge with another network: one that is being trained.
func With(net *Net) *Judge { return &Judge{net: net} }

// Track accumulates what was seen of one mover. The zero value is ready.
type Track struct {
	// Looks counts the frames that gave a look, Measures those with a place,
	// Answers those that an outside model judged.
	Looks, Measures, Answers int
	look                     [NKind]float64 // sums of logarithms
	place, measure, gate     [NKind]float64
	outside                  [NKind]float64
	flight                   flight
	pace                     pace
	last                     view.Measure
	gated                    int // frames with metres
	// large says that some frame showed it as large, declared that the detector
	// declared it; sized that metres were ever known.
	large, declared, sized bool
}

// Add takes one frame of a mover. Geometry is nil where the camera is not
// calibrated.
func (j *Judge) Add(t *Track, f *detect.Frame, m detect.Mover, geometry *view.Measure) {
	t.declared = t.declared || m.Declared
	t.flight.see(f.At, &m, Heat(f, m.Box))
	if l, ok := Of(f, m.Box); ok {
		p := j.net.Judge(l.warmer())
		t.Looks++
		each := spread(p, m.Box)
		for k := range each {
			t.look[k] += each[k]
		}
	}
	if geometry == nil {
		return
	}
	t.Measures++
	t.last = t.pace.see(f.At, *geometry)
	geometry = &t.last
	place, fits := placed(geometry.Kind), t.pace.fits(geometry)
	for k := range fits {
		t.place[k] += place[k]
		t.measure[k] += fits[k]
	}
	if geometry.Sized() {
		t.gated++
		for k, v := range gated(geometry) {
			t.gate[k] += v
		}
		t.sized = true
		t.large = t.large || geometry.Width > largeWidth || geometry.Height > largeHeight
	}
}

const (
	// largeWidth and largeHeight in metres: from the size of a child on.
	largeWidth, largeHeight = 0.8, 0.8
	// floor is what of the probability stays with persons, groups, vehicles and
	// the unknown for a declared mover that is not shown to be small.
	floor = 0.3
	// likeness is how much of what one frame says the next repeats: a thousand
	// frames of one pass count as three.
	likeness = 0.35
	// doubt is the chance that a look says nothing true: far from what the
	// network was trained on, or a few pixels only.
	doubt, doubtSmall, smallPixels = 0.15, 0.5, 25
	// telling is the least factor of a gate that is worth a word: most things fit one.
	telling = 2
	// outlook is the least elevation, in radians, at which a way in the picture says
	// how a thing goes: a camera that looks down sees ways of every direction.
	outlook = -5 * math.Pi / 180
)

// Told takes what an outside model says of one look: a probability of each
// kind, all kinds being as likely before. What does not add up counts for
// nothing.
func (t *Track) Told(box detect.Box, p [NKind]float64) {
	sum := 0.0
	for _, v := range p {
		if !(v >= 0) || math.IsInf(v, 0) {
			return
		}
		sum += v
	}
	if sum == 0 {
		return
	}
	t.Answers++
	for k, v := range trusted(p, box) {
		t.outside[k] += v
	}
}

// spread brings the network's answer to all kinds. A few pixels do not tell wings
// from a fuselage.
func spread(p [NSeen]float64, box detect.Box) [NKind]float64 {
	share := heard(p)
	if box.W*box.H < smallPixels {
		share[SlowAir] = (share[SlowAir] + share[Bird]) / 2
		share[Bird] = share[SlowAir]
	}
	return trusted(share, box)
}

// trusted gives logarithms of shares, none of which is trusted wholly.
func trusted(share [NKind]float64, box detect.Box) (out [NKind]float64) {
	d := doubt
	if box.W*box.H < smallPixels {
		d = doubtSmall
	}
	total := 0.0
	for _, v := range share {
		total += v
	}
	for k := range out {
		out[k] = math.Log((1-d)*share[k]/total + d/NKind)
	}
	return out
}

// Reason is one part of the evidence: in words, and by how many times it made
// the first kind likelier against the rest.
type Reason struct {
	Text   say.Text
	Factor float64
}

// Ranking is what a track is likely to be.
type Ranking struct {
	// P adds up to one.
	P [NKind]float64
	// Why gives the reasons for Best, the strongest first; factors below one
	// speak against it.
	Why []Reason
}

// prior is how often each kind is met before anything is seen.
var prior = [NKind]float64{Person: 0.2, Group: 0.12, Vehicle: 0.2, Animal: 0.2, SlowAir: 0.09, Bird: 0.09, Unknown: 0.1}

// weight turns n frames that repeat one another into a mean of as many as
// they are worth.
func weight(n int) float64 {
	if n == 0 {
		return 0
	}
	return 1 / (1 + likeness*float64(n-1))
}

// Rank gives the probabilities and the reasons.
func (t *Track) Rank() Ranking {
	var r Ranking
	evidence := t.evidence()
	for k := range r.P {
		r.P[k] = math.Log(prior[k])
		for _, e := range evidence {
			r.P[k] += e.log[k]
		}
	}
	normalise(&r.P)
	held := t.hold(&r.P)
	best, _ := r.Best()
	for _, e := range evidence {
		if e.log == ([NKind]float64{}) || e.of == byGate && odds(e.log, best) < telling {
			continue
		}
		if e.of == byMetres {
			r.Why = append(r.Why, t.metres(best)...)
			continue
		}
		r.Why = append(r.Why, Reason{t.says(e.of, best), odds(e.log, best)})
	}
	slices.SortStableFunc(r.Why, func(a, b Reason) int {
		return cmp.Compare(math.Abs(math.Log(b.Factor)), math.Abs(math.Log(a.Factor)))
	})
	if held {
		r.Why = append(r.Why, Reason{sayFloor, 1})
	}
	return r
}

// by is what a part of the evidence is of.
type by uint8

const (
	byLook by = iota
	byOutside
	byPlace
	byMetres
	byGate
	byWay
	byHeat
	byBeat
)

// part is a part of the evidence: the logarithm of how well it fits each kind.
type part struct {
	of  by
	log [NKind]float64
}

// evidence is all that was seen. What each frame says anew is averaged; what the
// whole track shows, and where it is, counts once.
func (t *Track) evidence() []part {
	look := part{byLook, mean(t.look, weight(t.Looks))}
	if t.Answers > 0 {
		look = part{byOutside, mean(t.outside, weight(t.Answers))}
	}
	heat, beat := t.flight.shines()
	out := []part{look, {byHeat, heat}, {byBeat, beat}}
	if t.Measures == 0 {
		return out
	}
	out = append(out, part{byPlace, mean(t.place, 1/float64(t.Measures))}, part{byMetres, mean(t.measure, weight(t.Measures))},
		part{byGate, mean(t.gate, 1/float64(max(t.gated, 1)))})
	if t.last.Elevation > outlook {
		out = append(out, part{byWay, t.flight.goes()})
	}
	return out
}

func mean(sum [NKind]float64, weight float64) [NKind]float64 {
	for k := range sum {
		sum[k] *= weight
	}
	return sum
}

// hold keeps weight on what must not be missed.
func (t *Track) hold(p *[NKind]float64) bool {
	if !t.declared || (t.sized && !t.large) {
		return false
	}
	matter := p[Person] + p[Group] + p[Vehicle] + p[Unknown] + p[SlowAir]
	if matter >= floor {
		return false
	}
	for k := range p {
		switch Kind(k) {
		case Animal, Bird:
			p[k] *= (1 - floor) / (1 - matter)
		default:
			p[k] *= floor / math.Max(matter, 1e-12)
		}
	}
	if matter < 1e-12 {
		p[Unknown] = floor
	}
	normaliseShares(p)
	return true
}

// metres gives the reasons of the last measurement: size, then speed.
func (t *Track) metres(best Kind) []Reason {
	m := t.last
	if !m.Sized() {
		return nil
	}
	standing, all := m, t.pace.fits(&m)
	standing.East, standing.North = 0, 0
	size := measured(&standing)
	number := func(v float64) string { return fmt.Sprintf("%.1f", v) }
	saidSize, saidSpeed := saySize, saySpeed
	if best == Bird || best == SlowAir || best == Unknown {
		saidSize, saidSpeed = sayWereSize, sayWereSpeed
	}
	why := []Reason{{saidSize.Fill("w", number(m.Width), "h", number(m.Height)), odds(size, best)}}
	var speed [NKind]float64
	for k := range speed {
		speed[k] = all[k] - size[k]
	}
	if speed != ([NKind]float64{}) {
		why = append(why, Reason{saidSpeed.Fill("v", number(m.Speed())), odds(speed, best)})
	}
	return why
}

// says puts a part of the evidence into words.
func (t *Track) says(what by, best Kind) say.Text {
	switch what {
	case byOutside:
		return sayOutside
	case byPlace:
		switch t.last.Kind {
		case view.OnGround:
			return sayGround
		case view.Grazing:
			return sayHorizon
		}
		return sayAir
	case byGate:
		if best > Animal {
			return sayNoGate
		}
		return sayGate
	case byWay:
		angle, blur, bob, _ := t.flight.way()
		switch {
		case angle > 2*(levelAngle+blur):
			return saySlope.Fill("a", fmt.Sprintf("%.0f", angle*180/math.Pi))
		case bob > 2*(evenBob+evenShare*t.flight.size/t.flight.n):
			return sayBob.Fill("b", fmt.Sprintf("%.1f", bob))
		}
		return sayLevel
	case byHeat:
		return sayHeat.Fill("p", fmt.Sprintf("%.0f", 100*math.Exp(t.flight.heat/t.flight.heats)))
	case byBeat:
		return sayBeat.Fill("p", fmt.Sprintf("%.0f", 100*math.Expm1(t.flight.beat/t.flight.beats)))
	}
	return sayLook
}

// odds is by how much evidence favours a kind against the others together, as
// they were before.
func odds(part [NKind]float64, best Kind) float64 {
	rest, mass := 0.0, 0.0
	for k, v := range part {
		if Kind(k) != best {
			rest += prior[k] * math.Exp(v)
			mass += prior[k]
		}
	}
	return math.Exp(part[best]) / math.Max(rest/mass, 1e-300)
}

func normalise(p *[NKind]float64) {
	top := math.Inf(-1)
	for _, v := range p {
		top = math.Max(top, v)
	}
	for k := range p {
		p[k] = math.Exp(p[k] - top)
	}
	normaliseShares(p)
}

func normaliseShares(p *[NKind]float64) {
	total := 0.0
	for _, v := range p {
		total += v
	}
	for k := range p {
		p[k] /= total
	}
}

// Best is the likeliest kind and its probability.
func (r *Ranking) Best() (Kind, float64) {
	best := Unknown
	for k := range r.P {
		if r.P[k] > r.P[best] {
			best = Kind(k)
		}
	}
	return best, r.P[best]
}

// Classes is the same in the words of sense.
func (r *Ranking) Classes() (c sense.Classes) {
	for k, p := range r.P {
		c[Kind(k).Class()] += float32(p)
	}
	total := float32(0)
	for _, v := range c {
		total += v
	}
	for i := range c {
		c[i] = min(c[i]/max(total, 1), 1)
	}
	return c
}

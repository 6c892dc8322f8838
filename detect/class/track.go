package class

import (
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

// Track accumulates what was seen of one mover. The zero value is ready.
type Track struct {
	// Looks counts the frames that gave a look, Measures those with a place,
	// Answers those that an outside model judged.
	Looks, Measures, Answers int
	look                     [NKind]float64 // sums of logarithms
	measure                  [NKind]float64
	outside                  [NKind]float64
	last                     view.Measure
	// large says that some frame showed it as large, declared that the detector
	// declared it; sized that metres were ever known.
	large, declared, sized bool
}

// Add takes one frame of a mover. Geometry is nil where the camera is not
// calibrated.
func (j *Judge) Add(t *Track, f *detect.Frame, m detect.Mover, geometry *view.Measure) {
	t.declared = t.declared || m.Declared
	if l, ok := Of(f, m.Box); ok {
		p := j.net.Judge(&l)
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
	t.last = *geometry
	for k, v := range measured(geometry) {
		t.measure[k] += v
	}
	if geometry.Sized() {
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

// spread brings the network's answer to all kinds.
func spread(p [NSeen]float64, box detect.Box) [NKind]float64 { return trusted(heard(p), box) }

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
	var parts [2][NKind]float64
	for k := range NKind {
		parts[0][k] = t.look[k] * weight(t.Looks)
		if t.Answers > 0 {
			parts[0][k] = t.outside[k] * weight(t.Answers)
		}
		parts[1][k] = t.measure[k] * weight(t.Measures)
	}
	var r Ranking
	for k := range r.P {
		r.P[k] = math.Log(prior[k]) + parts[0][k] + parts[1][k]
	}
	normalise(&r.P)
	held := t.hold(&r.P)
	best, _ := r.Best()
	add := func(text say.Text, part [NKind]float64) {
		r.Why = append(r.Why, Reason{text, odds(part, best)})
	}
	switch {
	case t.Answers > 0:
		add(sayOutside, parts[0])
	case t.Looks > 0:
		add(sayLook, parts[0])
	}
	if t.Measures > 0 {
		r.Why = append(r.Why, t.geometry(best)...)
	}
	slices.SortStableFunc(r.Why, func(a, b Reason) int {
		switch x, y := math.Abs(math.Log(a.Factor)), math.Abs(math.Log(b.Factor)); {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return 0
	})
	if held {
		r.Why = append(r.Why, Reason{sayFloor, 1})
	}
	return r
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

// geometry gives the reasons of the last measurement.
func (t *Track) geometry(best Kind) (why []Reason) {
	m := t.last
	place := sayGround
	if m.Kind != view.OnGround {
		place = sayAir
	}
	if m.Kind != view.Grazing {
		bare := view.Measure{Spot: view.Spot{Kind: m.Kind}}
		why = append(why, Reason{place, odds(measured(&bare), best)})
	}
	if !m.Sized() {
		return why
	}
	bare := measured(&view.Measure{Spot: view.Spot{Kind: m.Kind}})
	standing, all := m, measured(&m)
	standing.East, standing.North = 0, 0
	size := measured(&standing)
	var bySize, bySpeed [NKind]float64
	for k := range bySize {
		bySize[k], bySpeed[k] = size[k]-bare[k], all[k]-size[k]
	}
	number := func(v float64) string { return fmt.Sprintf("%.1f", v) }
	why = append(why, Reason{saySize.Fill("w", number(m.Width), "h", number(m.Height)), odds(bySize, best)})
	if bySpeed != [NKind]float64{} {
		why = append(why, Reason{saySpeed.Fill("v", number(m.Speed())), odds(bySpeed, best)})
	}
	return why
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

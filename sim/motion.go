package sim

import (
	"math"
	"math/rand/v2"
	"sort"

	"marsad/border"
	"marsad/geo"
	"marsad/sense"
	"marsad/sim/scn"
)

// piece of a path: straight from one point to another between two instants, in
// seconds since the scenario's start.
type piece struct {
	t0, t1   float64
	from, to geo.Point
	ve, vn   float64 // m/s
	done     float64 // metres walked before
}

// path is what a body follows. After its last piece it stays there.
type path struct {
	pieces []piece
	at     int // the piece used last: time moves forward
	// Feet and wheels do not keep to a ruled line: the body swings to either
	// side by sway metres, once in wave metres walked.
	sway, wave, phase float64
}

func (p *path) start() float64 { return p.pieces[0].t0 }
func (p *path) end() float64   { return p.pieces[len(p.pieces)-1].t1 }

// add goes on from the end of the path (or from t0 at from) to a point.
func (p *path) add(t0, t1 float64, from, to geo.Point) {
	walked := 0.0
	if n := len(p.pieces); n > 0 {
		last := &p.pieces[n-1]
		walked = last.done + math.Hypot(last.ve, last.vn)*(last.t1-last.t0)
	}
	pc := piece{t0: t0, t1: t1, from: from, to: to, done: walked}
	if t1 > t0 && from != to {
		d, az := geo.Inverse(from, to)
		pc.ve, pc.vn = d*math.Sin(az)/(t1-t0), d*math.Cos(az)/(t1-t0)
	}
	p.pieces = append(p.pieces, pc)
}

func (p *path) last() (float64, geo.Point) {
	l := p.pieces[len(p.pieces)-1]
	return l.t1, l.to
}

func (p *path) goTo(to geo.Point, speed float64) {
	t, from := p.last()
	if d := geo.Distance(from, to); d > 0 {
		p.add(t, t+d/speed, from, to)
	}
}

func (p *path) wait(seconds float64) {
	t, at := p.last()
	p.add(t, t+seconds, at, at)
}

// metresPerDegree of latitude, near enough for a swing of a few metres.
const metresPerDegree = 111_000.0

// where gives the position and the velocity at an instant (seconds), and false
// before the path begins.
func (p *path) where(t float64) (at geo.Point, ve, vn float64, ok bool) {
	if t < p.pieces[0].t0 {
		return geo.Point{}, 0, 0, false
	}
	if p.at >= len(p.pieces) || t < p.pieces[p.at].t0 {
		p.at = 0
	}
	for p.at < len(p.pieces)-1 && t >= p.pieces[p.at].t1 {
		p.at++
	}
	pc := &p.pieces[p.at]
	if t >= pc.t1 || pc.t1 == pc.t0 {
		return pc.to, 0, 0, true
	}
	f := (t - pc.t0) / (pc.t1 - pc.t0)
	at = geo.Point{Lat: pc.from.Lat + f*(pc.to.Lat-pc.from.Lat), Lon: pc.from.Lon + f*(pc.to.Lon-pc.from.Lon)}
	if v := math.Hypot(pc.ve, pc.vn); v > 0 && p.sway > 0 {
		s := p.sway * math.Sin(2*math.Pi*(pc.done+v*(t-pc.t0))/p.wave+p.phase)
		at.Lat += s * -pc.ve / v / metresPerDegree
		at.Lon += s * pc.vn / v / (metresPerDegree * math.Cos(geo.Radians(at.Lat)))
	}
	return at, pc.ve, pc.vn, true
}

// layPath turns a scenario's path into pieces. others are the paths laid
// before, by name.
func layPath(axis *border.Axis, a *scn.Actor, others map[string]*path, rng *rand.Rand) *path {
	p := &path{phase: 2 * math.Pi * rng.Float64()}
	p.sway, p.wave = swayOf(a.Class)
	t := a.At.Seconds()
	place := a.Start
	start := axis.Place(place.Chainage, place.Offset)
	if o, ok := others[a.Out]; ok {
		if at, _, _, alive := o.where(t); alive {
			start = at
			l := axis.Locate(at)
			place = scn.Place{Chainage: l.Chainage, Offset: l.Offset}
		}
		o.at = 0
	}
	p.add(t, t, start, start)
	for i := 0; i < len(a.Path); i++ {
		c := &a.Path[i]
		switch c.Move {
		case scn.Go:
			to := c.To
			if !c.HasKm {
				to.Chainage = place.Chainage
			}
			n := 0
			for i+1+n < len(a.Path) && a.Path[i+1+n].OnTheWay {
				n++
			}
			layLeg(axis, p, place, to, c.Speed, a.Path[i+1:i+1+n])
			i += n
			place = to
		case scn.Halt, scn.Linger:
			p.wait(c.For.Seconds())
		case scn.Graze:
			graze(p, c, rng)
		}
	}
	return p
}

func swayOf(c sense.Class) (metres, wave float64) {
	switch c {
	case sense.Vehicle, sense.Convoy:
		return 1.5, 160
	case sense.SlowAir, sense.Float:
		return 6, 400
	default:
		return 2, 55
	}
}

// layLeg goes from one place to another with halts at offsets on the way.
func layLeg(axis *border.Axis, p *path, from, to scn.Place, speed float64, halts []scn.Clause) {
	target := axis.Place(to.Chainage, to.Offset)
	_, start := p.last()
	sorted := append([]scn.Clause(nil), halts...)
	share := func(c scn.Clause) float64 {
		if to.Offset == from.Offset {
			return 1
		}
		return min(max(float64((c.HaltAt-from.Offset)/(to.Offset-from.Offset)), 0), 1)
	}
	sort.SliceStable(sorted, func(i, j int) bool { return share(sorted[i]) < share(sorted[j]) })
	for _, h := range sorted {
		f := share(h)
		p.goTo(geo.Point{Lat: start.Lat + f*(target.Lat-start.Lat), Lon: start.Lon + f*(target.Lon-start.Lon)}, speed)
		p.wait(h.For.Seconds())
	}
	p.goTo(target, speed)
}

// graze wanders: short walks with rests between, always back towards the middle.
func graze(p *path, c *scn.Clause, rng *rand.Rand) {
	t, middle := p.last()
	until := t + c.For.Seconds()
	for t < until {
		to := geo.Direct(middle, c.Radius*math.Sqrt(rng.Float64()), 2*math.Pi*rng.Float64())
		_, here := p.last()
		// At most three minutes in one direction.
		if d, az := geo.Inverse(here, to); d > c.Speed*180 {
			to = geo.Direct(here, c.Speed*180, az)
		}
		p.goTo(to, c.Speed)
		p.wait(60 * rng.Float64())
		t, _ = p.last()
	}
}

package class

import (
	"math"
	"time"

	"marsad/detect/view"
	"marsad/geo"
)

// pace is how fast a thing gets on over the ground: by how its places of the last
// half minute line up, not by how far each lies from the one before. Far away a
// pixel up is ten metres on, and what several walkers join to jumps as they part:
// from one look to the next they go like a lorry.
type pace struct {
	began                time.Time
	last                 float64 // seconds since
	frame                geo.Frame
	n, t, tt             float64 // sums over what is not yet forgotten
	e, te, ee, u, tu, uu float64 // east, then north
	gone                 bool    // it surely went somewhere once
	stays                bool    // it moves and never went anywhere: a bush in the wind
}

const (
	// forget is the time in which a place counts for a third: a road bends.
	forget = 15.0
	// leastPace is the time in seconds from which on a pace is known better than
	// the speed of the moment.
	leastPace = 3.0
	// alike is how many times surer places would make a pace if each were another
	// sighting: an edge of a box stays where it is for a second.
	alike = 3
	// staysFor is from when on in seconds what gets on by less than staysBelow is
	// taken to stay, if it never surely got on by more than goneAbove, in m/s.
	staysFor, staysBelow, goneAbove = 15.0, 0.5, 1.0
	// waitsThere is what is left of a vehicle that was seen to move and to stay: one
	// that turns where it stands.
	waitsThere = 0.25
)

// see takes a place and gives what geometry measured there with the pace in the
// place of the speed of the moment, once it is known.
func (p *pace) see(at time.Time, m view.Measure) view.Measure {
	if !m.Sized() {
		return m
	}
	if p.n == 0 {
		*p = pace{began: at, frame: geo.NewFrame(m.Position)}
	}
	t := at.Sub(p.began).Seconds()
	here := p.frame.ToENU(m.Position)
	keep := math.Exp(-(t - p.last) / forget)
	for _, sum := range []*float64{&p.n, &p.t, &p.tt, &p.e, &p.te, &p.ee, &p.u, &p.tu, &p.uu} {
		*sum *= keep
	}
	p.last = t
	p.n, p.t, p.tt = p.n+1, p.t+t, p.tt+t*t
	p.e, p.te, p.ee = p.e+here.E, p.te+t*here.E, p.ee+here.E*here.E
	p.u, p.tu, p.uu = p.u+here.N, p.tu+t*here.N, p.uu+here.N*here.N
	time := p.tt - p.t*p.t/p.n
	if t < leastPace || time <= 0 || p.n < leastSightings {
		return m
	}
	m.East, m.North = (p.te-p.t*p.e/p.n)/time, (p.tu-p.t*p.u/p.n)/time
	rest := p.ee - p.e*p.e/p.n + p.uu - p.u*p.u/p.n - (m.East*m.East+m.North*m.North)*time
	m.SigmaSpeed = alike * math.Sqrt(math.Max(rest, 0)/p.n/time)
	p.gone = p.gone || m.Speed() > goneAbove+2*m.SigmaSpeed
	p.stays = !p.gone && t > staysFor && m.Speed()+m.SigmaSpeed < staysBelow
	return m
}

// fits is the logarithm of how well metres and pace fit each kind.
func (p *pace) fits(m *view.Measure) [NKind]float64 {
	out := measured(m)
	if m.Sized() && p.stays {
		out[Vehicle] += math.Log(waitsThere)
	}
	return out
}

package pmb

import (
	"math"

	"marsad/fuse/kin"
)

// A sensor that is turned by more than its own error never measures what the others
// follow: its detections lie outside every gate, start a second track or pass for
// further members of a group, and registration would hear nothing of it. So where
// a shown track that other sensors follow is missed by a sensor that should see it,
// and that sensor has one detection, and only one, as near as a bias can put it, and
// nobody else's, then registration hears of that as a stray: with a large error of
// its own (Config.StrayAz), since it may be somebody else after all, and once in
// strayEvery seconds, since what is somebody else now still is a second later.
const strayEvery = 5

// strayMost detections in a scan are a crowd, in which nothing is sure.
const strayMost = 64

// strays tells registration of a scan's strays. The scan's tracks are at their
// posteriors.
func (e *Engine) strays(s *Scan) {
	if e.cfg.StrayAz <= 0 || len(s.Dets) == 0 || len(s.Dets) > strayMost || (s.At/1e9+int64(s.Sensor))%strayEvery != 0 {
		return
	}
	if b := e.bias(s.Sensor, s.At); b != nil && b.Applied {
		return
	}
	e.claims = e.claims[:0]
	for range e.order {
		e.claims = append(e.claims, none)
	}
	// What a track of other sensors' explains is nobody's stray.
	for i := range e.cands {
		c := &e.cands[i]
		t := &e.slots[c.slot].Track
		if t.Status == Tentative || !t.seenBesides(s.Sensor, s.At) {
			continue
		}
		for k := c.start; k < c.end; k++ {
			e.claims[e.problem.Det[k]] = taken
		}
	}
	for i := range e.cands {
		c := &e.cands[i]
		t := &e.slots[c.slot].Track
		if c.start != c.end || e.slots[c.slot].gone || t.Status == Tentative || t.R < 0.9 || !t.seenBesides(s.Sensor, s.At) {
			continue
		}
		switch k := e.strayOf(s, c, t); {
		case k == none:
		case e.claims[k] != none:
			e.claims[k] = taken
		default:
			e.claims[k] = int32(i)
		}
	}
	for k, i := range e.claims {
		if i < 0 {
			continue
		}
		c := &e.cands[i]
		z := s.Dets[e.order[k]].Meas
		z.VarAz += sq(e.cfg.StrayAz)
		if z.VarRange > 0 {
			z.VarRange += sq(e.cfg.BiasRange)
		}
		e.learnBias(s, c, &e.slots[c.slot].Track, &z)
	}
}

// taken is a detection that two may claim, or that is explained already.
const taken = none - 1

// strayOf gives the rank of the one detection that may be a track's but for a bias,
// none where there is no such or more than one.
func (e *Engine) strayOf(s *Scan, c *cand, t *Track) int32 {
	g := t.at(s.At, &e.cfg)
	dx, dy := g.X[0]-c.pose.X, g.X[1]-c.pose.Y
	r := math.Hypot(dx, dy)
	if r < 100 || c.pd < 0.3 {
		return none
	}
	ux, uy := dx/r, dy/r
	across, along := sq(g.Along(-uy, ux))/sq(r), sq(g.Along(ux, uy))
	if across > sq(e.cfg.BiasAz/2) {
		return none // too little is known of where it is
	}
	az := math.Atan2(dx, dy) - c.pose.Rot
	found := none
	for k, d := range e.order {
		z := &s.Dets[d].Meas
		if z.XY || z.VarEl > 0 {
			continue
		}
		if sq(kin.Wrap(z.Az-az)) > 9*(sq(e.cfg.BiasAz)+across+z.VarAz) {
			continue
		}
		if z.VarRange > 0 && sq(z.Range-r) > 9*(sq(e.cfg.BiasRange)+along+z.VarRange) {
			continue
		}
		if found != none {
			return none
		}
		found = int32(k)
	}
	return found
}

// seenBesides reports whether another sensor measured the track of late.
func (t *Track) seenBesides(sensor int32, at int64) bool {
	for i := range t.Source {
		if c := &t.Source[i]; c.Count > 0 && c.Sensor != sensor && seconds(at-c.Last) < 2 {
			return true
		}
	}
	return false
}

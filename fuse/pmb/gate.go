package pmb

import (
	"math"
	"slices"

	"marsad/fuse/kin"
)

// pair is a detection inside a track's gate.
type pair struct {
	det int32   // rank in the order of keys
	w   float64 // odds against a miss
	mu  [kin.Modes]float64
	sub [kin.Modes]kin.Gauss
}

// index sorts the detections by azimuth, or by east offset where they are
// positions, so that a track finds its own by a short search.
func (e *Engine) index(s *Scan) {
	e.order, e.keys = e.order[:0], e.keys[:0]
	for i := range s.Dets {
		e.order = append(e.order, int32(i))
	}
	slices.SortFunc(e.order, func(a, b int32) int {
		return compareMeas(&s.Dets[a].Meas, &s.Dets[b].Meas)
	})
	for _, i := range e.order {
		e.keys = append(e.keys, sortKey(&s.Dets[i].Meas))
	}
}

func sortKey(z *kin.Meas) float64 {
	if z.XY {
		return z.E
	}
	return kin.Wrap(z.Az)
}

func compareMeas(a, b *kin.Meas) int {
	for _, d := range [...]float64{sortKey(a) - sortKey(b), a.Range - b.Range, a.N - b.N, a.Doppler - b.Doppler, a.VarAz - b.VarAz} {
		if d < 0 {
			return -1
		}
		if d > 0 {
			return 1
		}
	}
	return 0
}

// gate finds the pairs of tracks and detections that may belong together.
func (e *Engine) gate(s *Scan) {
	e.problem.Reset()
	e.crowd = e.crowd[:0]
	for range s.Dets {
		e.crowd = append(e.crowd, crowd{by: none})
	}
	e.varKey, e.xy, e.ranged = 0, false, false
	for i := range s.Dets {
		z := &s.Dets[i].Meas
		e.xy = e.xy || z.XY
		e.ranged = e.ranged || z.XY || z.VarRange > 0
		e.varKey = max(e.varKey, z.VarAz, z.VarE[0])
	}
	e.at = s
	e.spreadOut(e.gateLane)
	// What the lanes found is put together in the order of the candidates.
	for k := range e.lanes {
		l := &e.lanes[k]
		for i := l.from; i < l.to; i++ {
			c := &e.cands[i]
			c.start = int32(len(e.problem.Det))
			for _, p := range l.pairs[c.first : c.first+c.end] {
				e.problem.Det = append(e.problem.Det, p.det)
				e.problem.W = append(e.problem.W, p.w)
			}
			c.end += c.start
			e.problem.Start = append(e.problem.Start, c.end)
		}
		for _, a := range l.adds {
			w := &e.crowd[a.det]
			w.density += a.density
			if a.by != none && a.density > w.most {
				w.most, w.by = a.density, a.by
			}
		}
	}
	e.Stats.Pairs += uint64(len(e.problem.Det))
	more := e.judge(s)
	for j, d := range e.order {
		z := &s.Dets[d].Meas
		e.problem.New = append(e.problem.New, more*s.View.clutter(z)+e.first(s, z)+e.crowd[j].density)
	}
}

// gate finds the pairs of the lane's candidates; c.end is how many.
func (e *lane) gate(s *Scan) {
	e.pairs, e.bodies, e.adds = e.pairs[:0], e.bodies[:0], e.adds[:0]
	for i := e.from; i < e.to; i++ {
		c := &e.cands[i]
		t := &e.slots[c.slot].Track
		c.lane, c.first = e.number, int32(len(e.pairs))
		c.r, c.hidden = e.age(t, s.At)
		mean := t.at(s.At, &e.cfg)
		dx, dy := mean.X[0]-c.pose.X, mean.X[1]-c.pose.Y
		r := math.Hypot(dx, dy)
		az := math.Atan2(dx, dy) - c.pose.Rot
		e.look(s.View, c, t, &mean)
		if s.View.Moves {
			c.pd *= 1 - (1-e.cfg.StillPd)*t.Body.Mu[kin.Still]
		}
		if len(s.Dets) > 0 {
			e.window(s, int32(i), &mean, r, kin.Wrap(az), e.varKey, e.xy)
		}
		e.joined(int32(i))
		c.end = int32(len(e.pairs)) - c.first
	}
}

// look finds how likely the scan is to report the candidate at all: by where it
// may be, by what the sensor sees there, and by whether it hides.
func (e *lane) look(v *View, c *cand, t *Track, mean *kin.Gauss) {
	size := [Sizes]float64{1}
	c.peek = 0
	if v.Foot != nil {
		size, c.peek = t.sizes(&e.cfg), e.cfg.Surveyed
	}
	pd, blind := v.look(mean, c.pose, &size)
	c.shade = 0
	if blind > 0 {
		// What was missed before is the likelier to be out of sight.
		c.shade = max(t.Shade, blind)
	}
	c.clear = 1 - c.hidden*(1-c.peek)
	c.pd = pd * (1 - c.shade) * c.clear
	if c.clear > 0 {
		c.peek /= c.clear
	}
}

// alike reports whether two candidates that measure positions go the same way.
func (e *Engine) alike(i, j int32) bool {
	a, b := &e.cands[i], &e.cands[j]
	if !e.ranged || a.body == none || b.body == none {
		return false
	}
	t, o := &e.slots[a.slot].Track, &e.slots[b.slot].Track
	du, dv := t.Mean.X[2]-o.Mean.X[2], t.Mean.X[3]-o.Mean.X[3]
	return du*du+dv*dv < e.cfg.AlikeGate*(t.Mean.P[7]+o.Mean.P[7]+t.Mean.P[9]+o.Mean.P[9])/2
}

// crowd is, for one detection, the density of what comes neither from a thing
// of its own nor from fresh clutter: false detections that come again, and
// further members of groups that have a track already. most and by are the
// largest share of a group, and its candidate.
type crowd struct {
	density, most float64
	by            int32
}

// company lets a shown track explain more than one detection of a scan: those
// within reach of it may be further members of its group.
func (e *lane) company(c *cand, mean *kin.Gauss, z *kin.Meas, j int32) {
	g := *mean
	wide := sq(e.cfg.reach(&e.slots[c.slot].Track) / 2)
	g.P[0] += wide
	g.P[4] += wide
	d2, l, _ := z.Apply(&g, c.pose)
	if d2 > e.cfg.Gate {
		return
	}
	many := max(e.cfg.Company, float64(e.slots[c.slot].Plots)-1)
	e.members = append(e.members, member{j, c.r * c.pd * many * math.Exp(l)})
}

// member is a detection that may be of a group, and with what density.
type member struct {
	det     int32
	density float64
}

// joined adds the candidate's company to the detections, all but the one that
// fits best: that is the track's own.
func (e *lane) joined(by int32) {
	best := 0
	for k := range e.members {
		if e.members[k].density > e.members[best].density {
			best = k
		}
	}
	for k, m := range e.members {
		if k == best {
			continue
		}
		e.adds = append(e.adds, add{m.det, by, m.density})
	}
	e.members = e.members[:0]
}

// window tries the detections that lie within the track's gate along the sort
// key.
func (e *lane) window(s *Scan, i int32, mean *kin.Gauss, r, az, varKey float64, xy bool) {
	c := &e.cands[i]
	wide := 0.0
	if e.crowded(c) {
		wide = sq(e.cfg.reach(&e.slots[c.slot].Track) / 2)
	}
	ux, uy := 1.0, 0.0
	if r > 1 {
		ux, uy = (mean.X[0]-c.pose.X)/r, (mean.X[1]-c.pose.Y)/r
	}
	const slack = 1.2 // the mean's spread stands for that of every mode
	var key, half, full float64
	along := 0.0
	if xy {
		sin, cos := math.Sincos(c.pose.Rot)
		dx, dy := mean.X[0]-c.pose.X, mean.X[1]-c.pose.Y
		key = cos*dx - sin*dy
		half = slack * math.Sqrt(e.cfg.Gate*(sq(mean.Along(cos, -sin))+wide+varKey))
		full = math.Inf(1)
	} else {
		across := math.Sqrt(sq(mean.Along(-uy, ux)) + wide)
		key, full = az, math.Pi
		half = slack * math.Sqrt(e.cfg.Gate*(sq(across/max(r, 1))+varKey))
		if r < 4*across {
			half = math.Pi
		}
		along = math.Sqrt(sq(mean.Along(ux, uy))+wide) + across*across/max(r, 1)
	}
	if half >= full {
		for k := range e.order {
			e.try(s, i, mean, k, r, along)
		}
		return
	}
	lo, hi := key-half, key+half
	k, _ := slices.BinarySearch(e.keys, lo)
	for ; k < len(e.keys) && e.keys[k] <= hi; k++ {
		e.try(s, i, mean, k, r, along)
	}
	if xy {
		return
	}
	if lo < -math.Pi {
		for k, _ = slices.BinarySearch(e.keys, lo+2*math.Pi); k < len(e.keys); k++ {
			e.try(s, i, mean, k, r, along)
		}
	}
	if hi > math.Pi {
		for k = 0; k < len(e.keys) && e.keys[k] <= hi-2*math.Pi; k++ {
			e.try(s, i, mean, k, r, along)
		}
	}
}

// crowded reports whether a candidate may stand for more than one thing.
func (e *Engine) crowded(c *cand) bool {
	return e.cfg.GroupRadius > 0 && e.slots[c.slot].Status != Tentative
}

// try makes a pair of a track and the k-th detection if it is inside the gate.
func (e *lane) try(s *Scan, i int32, mean *kin.Gauss, k int, r, along float64) {
	c := &e.cands[i]
	t := &e.slots[c.slot].Track
	z := &s.Dets[e.order[k]].Meas
	if z.VarRange > 0 && !z.XY {
		if d := z.Range - r; d*d > 1.5*e.cfg.Gate*(along*along+z.VarRange) {
			return
		}
	}
	if seconds(s.At-t.Seen) > e.cfg.CoastAfter {
		if x, y, cov, ok := z.Point(c.pose); ok && cov[0]+cov[2] < sq(e.cfg.CoastSigma) && !e.within(t, x, y, s.At) {
			return
		}
	}
	if e.crowded(c) {
		e.company(c, mean, z, int32(k))
	}
	if c.body == none {
		c.body = int32(len(e.bodies))
		e.bodies = append(e.bodies, t.Body)
		e.cfg.predict(t, &e.bodies[c.body], s.At)
	}
	b := &e.bodies[c.body]
	e.pairs = append(e.pairs, pair{})
	p := &e.pairs[len(e.pairs)-1]
	p.sub = b.Sub
	inside, top := false, math.Inf(-1)
	for m := range kin.Modes {
		if b.Mu[m] < 1e-9 {
			p.mu[m] = math.Inf(-1)
			continue
		}
		d2, l, _ := z.Apply(&p.sub[m], c.pose)
		inside = inside || d2 < e.cfg.Gate && b.Mu[m] > 1e-3
		p.mu[m] = l + math.Log(b.Mu[m])
		top = max(top, p.mu[m])
	}
	if !inside {
		e.pairs = e.pairs[:len(e.pairs)-1]
		return
	}
	sum := 0.0
	for m := range p.mu {
		p.mu[m] = math.Exp(p.mu[m] - top)
		sum += p.mu[m]
	}
	for m := range p.mu {
		p.mu[m] /= sum
	}
	p.det = int32(k)
	// What was detected was visible, even where its mean lies just outside.
	hit := max(c.pd, 0.1*c.clear)
	miss := 0.0
	if s.Declared {
		miss = c.pd
	}
	like := sum * math.Exp(top)
	p.w = c.r * hit * like / (1 - min(c.r*miss, 0.9999))
	if t.Status == Tentative && e.cfg.Repeat > 0 && t.source(s.Sensor) != nil {
		e.adds = append(e.adds, add{p.det, none, e.cfg.Repeat * like})
	}
}

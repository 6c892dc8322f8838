package pmb

import "marsad/fuse/kin"

// fix takes the GPS fix of an own unit: the track that carries the unit's name,
// else the nearest that the fix agrees with, else a new one. A fix is certain:
// the track exists and is shown at once.
func (e *Engine) fix(s *Scan) {
	if len(s.Dets) == 0 {
		return
	}
	d := &s.Dets[0]
	best, bestD := none, e.cfg.Gate
	for i := range e.cands {
		c := &e.cands[i]
		t := &e.slots[c.slot].Track
		if t.Unit == s.Unit {
			best = int32(i)
			break
		}
		if t.Unit > 0 {
			continue
		}
		g := t.at(s.At, &e.cfg)
		if d2, _, _ := d.Meas.Apply(&g, c.pose); d2 < bestD {
			best, bestD = int32(i), d2
		}
	}
	if best == none {
		p := s.Poses[0]
		x, y, cov, _ := d.Meas.Point(p.Pose)
		t := e.newborn(Key{At: s.At, Sensor: s.Sensor}, p.Cell, x, y, cov, 1, d)
		t.credit(s.Sensor, s.At, s.View.Pd)
		t.Unit, t.Fix = s.Unit, s.At
		t.Status = Confirmed
		e.Stats.Confirmed++
		e.start(&t)
		e.touch(e.born[len(e.born)-1])
		return
	}
	c := &e.cands[best]
	t := &e.slots[c.slot].Track
	b := t.Body
	e.cfg.predict(t, &b, s.At)
	var like [kin.Modes]float64
	far := true
	for m := range kin.Modes {
		d2, l, _ := d.Meas.Apply(&b.Sub[m], c.pose)
		far = far && d2 > e.cfg.Gate
		like[m] = l
	}
	twin := e.twin(s, c, d)
	switch {
	case far && twin != none:
		// The sensors followed the unit under another name since its last fix.
		b = e.slots[twin].Body
		e.cfg.predict(&e.slots[twin].Track, &b, s.At)
	case far:
		// The unit is not where its track is: the fix is right.
		x, y, cov, _ := d.Meas.Point(c.pose)
		b = e.cfg.Motion.Born(x, y, cov)
	default:
		b.Reweigh(&like)
	}
	if twin != none {
		e.absorb(twin, c.slot)
	}
	t.Body, t.At, t.R, t.RAt, t.Hidden, t.Shade = b, max(t.At, s.At), 1, max(t.RAt, s.At), 0, 0
	t.Mean = t.Body.Mean()
	t.Seen, t.Unit, t.Fix = s.At, s.Unit, s.At
	t.Hits++
	t.credit(s.Sensor, s.At, s.View.Pd)
	if t.Status == Tentative {
		e.Stats.Confirmed++
	}
	if e.cfg.BiasAz > 0 && t.Status != Tentative && !far {
		e.learnBias(s, c, t, &d.Meas)
	}
	t.Status = Confirmed
	e.mark(c.slot, true)
	weighClass(&t.Class, &d.Class)
	e.settle(c.slot)
	e.touch(c.slot)
}

// reach is how far from a track's place the members of its group may be.
func (c *Config) reach(t *Track) float64 {
	if t.Unit > 0 {
		return min(c.GroupRadius, c.UnitRadius)
	}
	return c.GroupRadius
}

// seenApart reports whether some sensor showed both tracks in one and the same
// scan: then they are two things, since a sensor shows one thing once.
func seenApart(a, b *Track) bool {
	for i := range a.Source {
		if x := &a.Source[i]; x.Count > 0 {
			if y := b.source(x.Sensor); y != nil && y.Last == x.Last {
				return true
			}
		}
	}
	return false
}

// twin finds a track that began since the unit's last fix and that this fix
// agrees with: the unit itself, lost and found by the sensors in between. What
// was there before is somebody whom the unit meets, and what a sensor saw beside
// the unit is somebody who goes with it.
func (e *Engine) twin(s *Scan, own *cand, d *Det) int32 {
	since := e.slots[own.slot].Fix
	best, bestD := none, e.cfg.Gate
	for i := range e.cands {
		c := &e.cands[i]
		t := &e.slots[c.slot]
		if c.slot == own.slot || t.Unit > 0 || t.Cell != e.slots[own.slot].Cell || t.First < since-int64(e.cfg.CoastAfter*1e9) ||
			seenApart(&t.Track, &e.slots[own.slot].Track) {
			continue
		}
		g := t.at(s.At, &e.cfg)
		if d2, _, _ := d.Meas.Apply(&g, c.pose); d2 < bestD && t.R > 0.1 {
			best, bestD = c.slot, d2
		}
	}
	return best
}

// absorb ends a track in favour of another.
func (e *Engine) absorb(gone, into int32) {
	e.slots[gone].Into = e.slots[into].Key
	e.Stats.Merged++
	e.remove(gone)
	e.mark(gone, true)
}

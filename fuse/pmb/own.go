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
		g := t.at(s.At, &e.cfg.Motion)
		if d2, _, _ := d.Meas.Apply(&g, c.pose); d2 < bestD {
			best, bestD = int32(i), d2
		}
	}
	if best == none {
		p := s.Poses[0]
		x, y, cov, _ := d.Meas.Point(p.Pose)
		t := e.born(Key{At: s.At, Sensor: s.Sensor}, p.Cell, x, y, cov, 1, d)
		t.credit(s.Sensor, s.At, s.View.Pd)
		t.Unit, t.Fix = s.Unit, s.At
		t.Status = Confirmed
		e.Stats.Confirmed++
		e.touch(e.start(&t))
		return
	}
	c := &e.cands[best]
	t := &e.slots[c.slot].Track
	b := t.Body
	e.cfg.Motion.Predict(&b, seconds(s.At-t.At))
	var like [kin.Modes]float64
	far := true
	for m := range kin.Modes {
		d2, l, _ := d.Meas.Apply(&b.Sub[m], c.pose)
		far = far && d2 > e.cfg.Gate
		like[m] = l
	}
	if far {
		// The unit is not where its track is: the fix is right.
		x, y, cov, _ := d.Meas.Point(c.pose)
		b = e.cfg.Motion.Born(x, y, cov)
	} else {
		b.Reweigh(&like)
	}
	t.Body, t.At, t.R, t.RAt = b, s.At, 1, s.At
	t.Mean = t.Body.Mean()
	t.Seen, t.Unit, t.Fix = s.At, s.Unit, s.At
	t.Hits++
	t.credit(s.Sensor, s.At, s.View.Pd)
	if t.Status == Tentative {
		e.Stats.Confirmed++
	}
	t.Status = Confirmed
	weighClass(&t.Class, &d.Class)
	e.settle(c.slot)
	e.touch(c.slot)
}

package pmb

import "math"

// presence takes a scan of a sensor that says only "something is within my
// radius", at most once however many there are. Its silence is evidence
// against every track inside; its alarm is evidence for them together, and
// starts a track where none of them explains it.
func (e *Engine) presence(s *Scan) {
	v := s.View
	quiet := 1.0 // probability that no track set it off
	for i := range e.cands {
		c := &e.cands[i]
		t := &e.slots[c.slot].Track
		c.r, c.hidden = e.age(t, s.At)
		g := t.at(s.At, &e.cfg)
		d := math.Hypot(g.X[0]-c.pose.X, g.X[1]-c.pose.Y)
		sigma := math.Sqrt((g.P[0] + g.P[4]) / 2)
		c.pd = v.Pd * (1 - c.hidden) * 0.5 * (1 + math.Erf((v.Radius-d)/(sigma*math.Sqrt2+1e-9)))
		quiet *= 1 - c.r*c.pd
	}
	alarm := len(s.Dets) > 0
	if !alarm && !s.Declared {
		return
	}
	for i := range e.cands {
		c := &e.cands[i]
		if c.pd < 1e-3 {
			continue
		}
		t := &e.slots[c.slot].Track
		others := (1 - v.FalseAlarm) * quiet / (1 - c.r*c.pd)
		here, not := 1-c.pd, 1.0
		if alarm {
			here, not = 1-others*(1-c.pd), 1-others
		}
		if alarm || e.Named(t, s.At) == 0 {
			t.R = c.r * here / (c.r*here + (1-c.r)*not)
			t.Hidden = c.hidden
			t.RAt = max(t.RAt, s.At)
		}
		if alarm && c.r*c.pd/(1-quiet+v.FalseAlarm) > 0.5 {
			t.Seen = max(t.Seen, s.At)
			t.Hits++
			t.credit(s.Sensor, s.At, s.View.Pd)
		}
		e.mark(c.slot, true)
		if e.weigh(c.slot, s.At) && alarm && e.slots[c.slot].Status != Tentative && e.slots[c.slot].Seen == s.At {
			e.touch(c.slot)
		}
	}
	if !alarm || quiet < 0.9 {
		return
	}
	p := s.Poses[0]
	lambda := e.density(p.Cell, p.Pose.X, p.Pose.Y, s.At) * math.Pi * v.Radius * v.Radius * v.Pd
	r := quiet * lambda / (lambda + max(v.FalseAlarm, 1e-6))
	half := v.Radius * v.Radius / 4 // variance of a disc on each axis
	t := e.newborn(Key{At: s.At, Sensor: s.Sensor}, p.Cell, p.Pose.X, p.Pose.Y, [3]float64{half, 0, half}, r, &s.Dets[0])
	t.credit(s.Sensor, s.At, s.View.Pd)
	e.start(&t)
}

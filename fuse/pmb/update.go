package pmb

import (
	"math"

	"marsad/fuse/kin"
)

// update brings every track that the scan concerns to its posterior.
func (e *Engine) update(s *Scan) {
	e.spreadOut(e.joinLane)
	for i := range e.cands {
		c := &e.cands[i]
		t := &e.slots[c.slot].Track
		if c.start == c.end {
			if c.rate != nil {
				*c.rate -= float32(e.cfg.Learn*c.open()) * *c.rate
			}
			if c.missed != c.r || c.rate != nil {
				t.R, t.Hidden, t.Shade, t.RAt = c.missed, c.unseen, c.shaded, max(t.RAt, s.At)
				e.mark(c.slot, false)
				e.weigh(c.slot, s.At)
			}
			continue
		}
		seen := 0.0
		for k := c.start; k < c.end; k++ {
			seen += e.problem.P[k]
		}
		if c.rate != nil {
			learn := e.cfg.Learn * (seen + (1-seen)*c.open())
			*c.rate += float32(learn) * (float32(seen) - *c.rate)
		}
		t.R, t.RAt = min(seen+c.rest, 1), max(t.RAt, s.At)
		left := c.rest / max(seen+c.rest, 1e-12) // of what exists, what was missed
		t.Hidden, t.Shade = c.unseen*left, c.shaded*left
		e.mark(c.slot, true)
		if e.cfg.Habit && t.Status != Tentative {
			e.heed(c.slot, t.Key, &e.lanes[c.lane].bodies[c.body].Mu, &t.Body.Mu, seconds(s.At-t.At))
		}
		t.At = max(t.At, s.At)
		e.learn(s, c, t)
		if seen > 0.5 {
			t.Seen = max(t.Seen, s.At)
			t.Hits++
			t.credit(s.Sensor, s.At, max(c.pd/max(c.clear, 1e-9), 0.1))
		}
		if e.cfg.BiasAz > 0 && t.Status != Tentative && seen > 0.95 && c.end == c.start+1 {
			e.learnBias(s, c, t, &s.Dets[e.order[e.problem.Det[c.start]]].Meas)
		}
		e.settle(c.slot)
		if e.weigh(c.slot, s.At) && seen > 0.5 && e.slots[c.slot].Status != Tentative {
			e.touch(c.slot)
		}
	}
}

// join gives the lane's candidates their states after the scan. It touches no
// track but the candidate's own.
func (e *lane) join(s *Scan) {
	for i := e.from; i < e.to; i++ {
		c := &e.cands[i]
		t := &e.slots[c.slot].Track
		miss := 0.0
		c.rate = nil
		if s.Declared {
			miss = c.pd
			if e.cfg.Learn > 0 && miss > 0 {
				miss, c.rate = t.expect(s.Sensor, miss, e.cfg.Stranger)
			}
		}
		if e.Named(t, s.At) > 0 {
			miss = 0 // a unit under a roof is there all the same
		}
		c.miss(miss)
		if c.start < c.end {
			c.rest = e.problem.Miss[i] * c.missed
			e.collapse(c, t)
			t.Mean = t.Body.Mean()
		}
	}
}

// miss finds the candidate's existence, and the probabilities that it is hidden
// or out of sight, after a sensor that was expected to see it with probability
// pd missed it. That pd counts what is hidden already.
func (c *cand) miss(pd float64) {
	left := 1 - pd // of what exists
	c.missed = c.r * left / (1 - c.r*pd)
	c.unseen, c.shaded = 0, 0
	if c.hidden > 0 {
		c.unseen = min(1, c.hidden*(1-pd*c.peek)/left)
	}
	if c.shade > 0 {
		c.shaded = min(1, c.shade/left)
	}
}

// open is the probability that the candidate, missed, was there and to be seen:
// only then does the miss say how well the sensor sees it.
func (c *cand) open() float64 { return c.missed * (1 - c.unseen) * (1 - c.shaded) }

// collapse brings the track's hypotheses (missed with weight rest, or one of its
// pairs) together into one Gaussian for each mode.
func (e *lane) collapse(c *cand, t *Track) {
	b := &e.bodies[c.body]
	p, pairs := e.problem.P[c.start:c.end], e.pairs[c.first:]
	rest := c.rest
	if e.cfg.Lead > 1 && e.ranged && t.Hits < e.cfg.LeadHits {
		e.lead = e.lead[:0]
		for _, w := range p {
			e.lead = append(e.lead, math.Pow(w, e.cfg.Lead))
		}
		p, rest = e.lead, math.Pow(rest, e.cfg.Lead)
	}
	total := rest
	for _, w := range p {
		total += w
	}
	if total <= 0 {
		t.Body = *b
		return
	}
	for k, w := range p {
		if w > 0.9999*total {
			t.Body = kin.Body{Mu: pairs[k].mu, Sub: pairs[k].sub}
			t.Body.Normalise()
			return
		}
	}
	for m := range kin.Modes {
		var blend kin.Blend
		blend.Add(rest/total*b.Mu[m], &b.Sub[m])
		for k := range p {
			if w := p[k] / total; w > 1e-5 {
				blend.Add(w*pairs[k].mu[m], &pairs[k].sub[m])
			}
		}
		t.Body.Mu[m] = blend.Weight()
		t.Body.Sub[m] = b.Sub[m]
		if g, ok := blend.Gauss(); ok {
			t.Body.Sub[m] = g
		}
	}
	t.Body.Normalise()
}

// learn updates class and count.
func (e *Engine) learn(s *Scan, c *cand, t *Track) {
	for k := c.start; k < c.end; k++ {
		p := e.problem.P[k]
		if p < 0.5 {
			continue
		}
		d := &s.Dets[e.order[e.problem.Det[k]]]
		weighClass(&t.Class, &d.Class)
		c.plots++
		c.count += max(1, d.Count)
		if d.Count > 0 && t.Count == 0 {
			t.Count = d.Count
		}
	}
}

// number updates how many things each track is, from what the scan showed in
// it: quick to rise, slow to fall, since members hide behind one another.
func (e *Engine) number() {
	for i := range e.cands {
		c := &e.cands[i]
		t := &e.slots[c.slot]
		if t.gone || c.plots == 0 {
			continue
		}
		e.mark(c.slot, true)
		t.Plots = toward(t.Plots, c.plots)
		if c.count > 1 || t.Count > 0 {
			t.Count = toward(max(t.Count, 1), c.count)
		}
	}
}

func toward(v, to float32) float32 {
	if to > v {
		return v + 0.2*(to-v)
	}
	return v + 0.02*(to-v)
}

// weighClass is one step of Bayes on the class, tempered because reports of
// one sensor are alike, and with a floor so that no class is ever ruled out.
// Unknown stands for "no sensor can place it": every report is equally likely.
func weighClass(t, d *[NClass]float32) {
	named := float32(0)
	for _, v := range d[1:] {
		named += v
	}
	if !(named > 0) {
		return
	}
	const flat = 1.0 / (NClass - 1)
	sum := float32(0)
	for i := range t {
		like := float32(flat)
		if i > 0 {
			like = d[i] + d[0]*flat
		}
		t[i] = max(t[i], 0.002) * (0.6 + 0.4*like/flat)
		sum += t[i]
	}
	for i := range t {
		t[i] /= sum
	}
}

// weigh drops, ends or confirms a track by its existence and reports whether it
// is still there.
func (e *Engine) weigh(i int32, at int64) bool {
	t := &e.slots[i].Track
	if t.Status != Tentative {
		if t.R < e.cfg.EndAt {
			e.remove(i)
			return false
		}
		return true
	}
	if t.R < e.cfg.DropAt {
		e.Stats.Dropped++
		e.remove(i)
		return false
	}
	if t.Seen == at && t.R >= e.cfg.ConfirmAt && int(t.Hits) >= e.cfg.ConfirmHits && seconds(t.Seen-t.First) >= e.cfg.ConfirmSpan {
		if e.member(i, at) {
			e.Stats.Merged++
			e.remove(i)
			return false
		}
		t.From = e.parent(t, at)
		t.Status = Confirmed
		e.Stats.Confirmed++
		e.touch(i)
	}
	return true
}

func (e *Engine) touch(i int32) {
	if n := len(e.Touched); n > 0 && e.Touched[n-1] == i {
		return
	}
	e.Touched = append(e.Touched, i)
}

// arrive brings the density of undetected things up to date, and with it the
// existence of tracks that began within the window: what the others found says
// how likely a thing was to be there at all (empirical Bayes, each track left
// out of its own prior).
func (e *Engine) arrive(now int64) {
	a := &e.cfg.Arrivals
	if a.Window <= 0 {
		return
	}
	e.instants = append(e.instants, now)
	if len(e.instants) > a.Window {
		e.instants = append(e.instants[:0], e.instants[1:]...)
	}
	density := 1 / (float64(a.Window) * (a.Box[2] - a.Box[0]) * (a.Box[3] - a.Box[1]))
	e.young = e.young[:0]
	for i := range e.slots {
		if t := &e.slots[i]; t.used && !t.gone && t.Key.At >= e.instants[0] {
			e.young = append(e.young, int32(i))
		}
	}
	for range rounds {
		found := a.Prior
		for _, i := range e.young {
			found += e.slots[i].R
		}
		e.cfg.Undetected = found * density
		for _, i := range e.young {
			t := &e.slots[i]
			if t.Status != Tentative {
				continue
			}
			now := (found - t.R) * density
			odds := t.R * now / t.Prior
			t.R, t.Prior = odds/(1-t.R+odds), now
		}
	}
	for i := range e.slots {
		if t := &e.slots[i]; t.used && !t.gone && t.Status == Tentative && t.Seen == now {
			e.weigh(int32(i), now)
		}
	}
}

// rounds of arrive until prior and existence agree well enough.
const rounds = 2

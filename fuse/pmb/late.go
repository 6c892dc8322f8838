package pmb

import (
	"math"
	"slices"

	"marsad/fuse/kin"
)

// idle reports whether a scan that comes late may wait: it shows nothing, so all it
// does is to make what it missed less likely. Most of them are of that kind, since
// that a sensor showed nothing is known only after a while, and each by itself would
// have every younger scan near it used again.
func idle(s *Scan) bool { return len(s.Dets) == 0 }

// due takes, of the late scans that wait, those that look where a scan looks.
func (e *Engine) due(r *record) []*record {
	e.batch = e.batch[:0]
	e.waiting = slices.DeleteFunc(e.waiting, func(w *record) bool {
		near := r.meets(w)
		if near {
			e.batch = append(e.batch, w)
		}
		return near
	})
	return e.batch
}

// catchUp uses all the late scans that wait.
func (e *Engine) catchUp() {
	if len(e.waiting) > 0 {
		e.batch = append(e.batch[:0], e.waiting...)
		e.waiting = e.waiting[:0]
		e.late(e.batch)
	}
}

// late uses scans that came after younger ones, exactly as if they had come in
// time. The younger scans that saw a track which thereby changes are used
// again; the others saw nothing of it and stay as they are.
func (e *Engine) late(batch []*record) {
	slices.SortFunc(batch, func(a, b *record) int { return a.compare(b.stamp) })
	for _, r := range batch {
		p, _ := slices.BinarySearchFunc(e.log, r.stamp, func(a *record, b stamp) int { return a.compare(b) })
		e.log = slices.Insert(e.log, p, r)
	}
	p, _ := slices.BinarySearchFunc(e.log, batch[0].stamp, func(a *record, b stamp) int { return a.compare(b) })
	e.dirty, e.parked, e.were, e.changed = e.dirty[:0], e.parked[:0], e.were[:0], e.changed[:0]
	e.soiled = e.soiled[:0]
	left := len(batch)
	for _, r := range e.log[p:] {
		if r.used && left == 0 && len(e.dirty) == 0 && len(e.changed) == 0 {
			break
		}
		switch {
		case !r.used:
			left--
			e.then(r)
			e.again(r)
		case e.concerned(r):
			e.Stats.Again++
			e.recallNear(r)
			e.again(r)
		}
	}
	e.unpark()
	e.tidy()
}

// then lists the candidates of a scan as of its own instant: from the hash
// grown by how far anything moved since.
func (e *Engine) then(r *record) {
	e.found = e.found[:0]
	e.boxes = e.view(&r.scan, 2*e.spread+e.cfg.Bucket, e.boxes[:0])
	for _, b := range e.boxes {
		c := &e.cells[b.cell]
		for j := b.j0; j <= b.j1; j++ {
			for i := b.i0; i <= b.i1; i++ {
				for k := c.head[j*c.nx+i]; k != none; k = e.links[k].next {
					e.found = append(e.found, found{slot: k})
				}
			}
		}
	}
	// Bringing one back may move it into another list.
	near := e.found
	e.found = e.found[:0]
	for _, f := range near {
		e.bring(f.slot, r)
	}
	e.list(&r.scan)
}

// recallNear lists the candidates of a scan that is used again: those that it
// had, and what the roll-back changed.
func (e *Engine) recallNear(r *record) {
	e.found = e.found[:0]
	for _, i := range r.near {
		if !e.slots[i].dirty {
			e.bring(i, r)
		}
	}
	for _, i := range e.dirty {
		e.bring(i, r)
	}
	e.list(&r.scan)
}

// bring puts a slot back to what it was before a scan, and makes it a candidate
// if the scan's boxes hold it then.
func (e *Engine) bring(i int32, r *record) {
	s := &e.slots[i]
	k := s.before(r.stamp)
	if !s.used || k < 0 || s.past[k].gone {
		return
	}
	t := &s.full[s.past[k].full]
	pose := e.inView(t, r.boxes)
	if pose < 0 || e.Expired(t, r.at) {
		return
	}
	e.park(i)
	e.recall(i, k)
	e.found = append(e.found, found{t.Key, i, int32(pose)})
}

// park remembers what a slot was before the roll-back.
func (e *Engine) park(i int32) {
	if s := &e.slots[i]; !s.parked {
		s.parked, s.was, s.wasGone = true, int32(len(e.were)), s.gone
		e.parked, e.were = append(e.parked, i), append(e.were, looks{s.Status, s.Mean.X})
	}
}

// recall makes a version a slot's present state. Most versions differ from the
// state at hand by a few numbers only.
func (e *Engine) recall(i int32, k int) {
	s := &e.slots[i]
	v := &s.past[k]
	if s.held != v.full {
		e.put(i, &s.full[v.full])
		s.held = v.full
	}
	s.Track.recall(&v.thin)
	s.gone = v.gone
}

// put makes a track a slot's present one.
func (e *Engine) put(i int32, t *Track) {
	s := &e.slots[i]
	same := s.Cell == t.Cell && e.cells[t.Cell].bucket(t.Mean.X[0], t.Mean.X[1]) == e.links[i].bucket
	if !same {
		e.unlink(i)
	}
	s.Track, s.held = *t, none
	if !same {
		e.link(i)
	}
}

// concerned reports whether a scan saw, or would see now, anything that the
// roll-back has changed.
func (e *Engine) concerned(r *record) bool {
	if !overlap(r.boxes, e.soiled) {
		return e.mayCross(r)
	}
	for _, i := range r.near {
		if e.slots[i].dirty {
			return true
		}
	}
	for _, i := range e.dirty {
		s := &e.slots[i]
		if k := s.before(r.stamp); k >= 0 && !s.past[k].gone && e.inView(&s.Track, r.boxes) >= 0 {
			return true
		}
	}
	return e.mayCross(r)
}

// again runs a scan on the candidates at hand and compares what comes out with
// the journal.
func (e *Engine) again(r *record) {
	r.used = true
	old := e.takeRays(r)
	r.near = r.near[:0]
	for i := range e.cands {
		r.near = append(r.near, e.cands[i].slot)
	}
	e.run(&r.scan)
	r.uses = append(r.uses[:0], e.uses...)
	e.placeRays(r, old)
	for i := range e.cands {
		e.compare(e.cands[i].slot, r.stamp)
	}
	e.compareBorn(r)
	for _, i := range e.marked {
		e.slots[i].marked, e.slots[i].deep = false, false
	}
}

// compare keeps a candidate's versions where the scan did to it what it had
// done before, and replaces them where not.
func (e *Engine) compare(i int32, by stamp) {
	s := &e.slots[i]
	if s.dirty {
		if s.marked {
			e.push(i, by)
			e.stain(s.Cell, &s.Mean)
		}
		return
	}
	k := s.before(by) + 1
	had := k < len(s.past) && s.past[k].by == by
	if had == s.marked {
		if !had {
			return
		}
		if s.is(k) {
			s.held = s.past[k].full
			return
		}
	}
	e.soil(i, by)
	if s.marked {
		e.push(i, by)
	}
}

// soil notes that a slot differs from the journal from a scan on.
func (e *Engine) soil(i int32, by stamp) {
	e.park(i)
	s := &e.slots[i]
	e.stain(s.Cell, &s.Mean)
	for k := max(s.before(by), 0); k < len(s.past); k++ {
		t := &s.full[s.past[k].full]
		e.stain(t.Cell, &t.Mean)
	}
	s.cut(by)
	if !s.dirty {
		s.dirty = true
		e.dirty = append(e.dirty, i)
	}
}

// stain notes that a roll-back changed something at a place: scans that do not look
// there have nothing to do with it.
func (e *Engine) stain(cell int32, g *kin.Gauss) {
	c := &e.cells[cell]
	i, j := c.column(g.X[0]), c.line(g.X[1])
	for k := range e.soiled {
		if b := &e.soiled[k]; b.cell == cell {
			b.i0, b.i1, b.j0, b.j1 = min(b.i0, i), max(b.i1, i), min(b.j0, j), max(b.j1, j)
			return
		}
	}
	e.soiled = append(e.soiled, box{cell: cell, i0: i, i1: i, j0: j, j1: j})
}

// compareBorn matches what a scan starts now with what it had started.
func (e *Engine) compareBorn(r *record) {
	r.first = append(r.first[:0], r.born...)
	r.born = r.born[:0]
	for _, i := range e.born {
		k := slices.IndexFunc(r.first, func(j int32) bool { return j != none && e.slots[j].Key == e.slots[i].Key })
		if k < 0 {
			e.soil(i, r.stamp)
			e.slots[i].wasGone = true
			e.push(i, r.stamp)
			r.born = append(r.born, i)
			continue
		}
		j := r.first[k]
		r.first[k] = none
		r.born = append(r.born, j)
		a, b := &e.slots[i], &e.slots[j]
		if !b.dirty && len(b.past) > 0 && b.past[0].by == r.stamp && b.past[0].gone == a.gone && b.full[0] == a.Track {
			e.release(i)
			continue
		}
		t, gone := a.Track, a.gone
		a.marked = false
		e.release(i)
		e.soil(j, r.stamp)
		e.put(j, &t)
		b.gone, b.deep = gone, true
		e.push(j, r.stamp)
		e.stain(b.Cell, &b.Mean)
	}
	for _, j := range r.first {
		if j == none {
			continue
		}
		// What had been started never was. Its slot stays: it may have been
		// announced, and another late scan may start it after all.
		e.soil(j, r.stamp)
		e.slots[j].gone = true
		r.born = append(r.born, j)
	}
}

// unpark brings every slot to its newest version, and notes for announcement
// what the roll-back changed of what is shown.
func (e *Engine) unpark() {
	for _, i := range e.parked {
		s := &e.slots[i]
		if n := len(s.past); n > 0 {
			e.recall(i, n-1)
		} else {
			e.slots[i].gone = true
		}
		if s.dirty && !s.gone && s.Status != Tentative && (s.wasGone || e.were[s.was].status == Tentative || e.were[s.was].x != s.Mean.X) {
			e.Touched = append(e.Touched, i)
		}
		s.parked, s.dirty = false, false
	}
}

// tidy leaves each track that is shown once in what the step touched.
func (e *Engine) tidy() {
	slices.SortFunc(e.Touched, func(a, b int32) int { return e.slots[a].Key.Compare(e.slots[b].Key) })
	e.Touched = slices.Compact(e.Touched)
	e.Touched = slices.DeleteFunc(e.Touched, func(i int32) bool { return !e.Alive(i) || e.slots[i].Status == Tentative })
}

// mayCross reports whether a bearing that the roll-back brought or took away may
// cross one of a scan's.
func (e *Engine) mayCross(r *record) bool {
	s := &r.scan
	if len(e.changed) == 0 || !slices.ContainsFunc(s.Dets, func(d Det) bool { return !d.Meas.XY && d.Meas.VarRange <= 0 }) {
		return false
	}
	mine := Ray{Reach: s.View.MaxRange}
	mine.NPoses = int32(copy(mine.Poses[:], s.Poses))
	return slices.ContainsFunc(e.changed, func(o Ray) bool {
		return o.Key.Sensor != s.Sensor && seconds(s.At-o.Key.At) <= e.cfg.RayAge && mine.reaches(&o)
	})
}

// raysOf gives the first and the end of the bearings that a scan left waiting.
func (e *Engine) raysOf(by stamp) (from, to int) {
	find := func(ord int32) int {
		k, _ := slices.BinarySearchFunc(e.rays, Key{by.at, by.sensor, ord}, func(r Ray, k Key) int { return r.Key.Compare(k) })
		return k
	}
	return find(math.MinInt32), find(math.MaxInt32)
}

// takeRays removes the bearings that a scan had left waiting, and gives them.
func (e *Engine) takeRays(r *record) []Ray {
	if len(r.scan.Dets) == 0 {
		return nil
	}
	from, to := e.raysOf(r.stamp)
	if from == to {
		return nil
	}
	old := slices.Clone(e.rays[from:to])
	e.rays = slices.Delete(e.rays, from, to)
	return old
}

// placeRays puts the bearings that the scan added last in their places, and
// notes those that were not there before, or are no longer.
func (e *Engine) placeRays(r *record, old []Ray) {
	if n := len(e.rays) - len(e.fresh); len(e.fresh) > 0 {
		e.rays = e.rays[:n]
		at, _ := e.raysOf(r.stamp)
		e.rays = slices.Insert(e.rays, at, e.fresh...)
	}
	if !slices.Equal(old, e.fresh) {
		e.changed = append(append(e.changed, old...), e.fresh...)
	}
}

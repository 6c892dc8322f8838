package pmb

import "slices"

// late uses a scan that came after younger ones, exactly as if it had come in
// time. The younger scans that saw a track which thereby changes are used
// again; the others saw nothing of it and stay as they are.
func (e *Engine) late(r *record) {
	e.Stats.Late++
	p, _ := slices.BinarySearchFunc(e.log, r.stamp, func(a *record, b stamp) int {
		if a.before(b) {
			return -1
		}
		return 1
	})
	e.log = slices.Insert(e.log, p, r)
	e.dirty, e.parked, e.were, e.raysUp = e.dirty[:0], e.parked[:0], e.were[:0], false
	e.then(r)
	e.again(r)
	for _, q := range e.log[p+1:] {
		if len(e.dirty) == 0 && !e.raysUp {
			break
		}
		if e.concerned(q) {
			e.Stats.Again++
			e.recallNear(q)
			e.again(q)
		}
	}
	e.unpark()
}

// then lists the candidates of a scan as of its own instant: from the hash
// grown by how far anything moved since.
func (e *Engine) then(r *record) {
	s := &r.scan
	e.cands = e.cands[:0]
	e.view(s, 2*e.spread+e.cfg.Bucket)
	for _, b := range e.boxes {
		c := &e.cells[b.cell]
		for j := b.j0; j <= b.j1; j++ {
			for i := b.i0; i <= b.i1; i++ {
				for k := c.head[j*c.nx+i]; k != none; k = e.links[k].next {
					e.cands = append(e.cands, cand{slot: k, body: none})
				}
			}
		}
	}
	e.view(s, 0)
	n := 0
	for k := range e.cands {
		if e.bring(e.cands[k].slot, r, &e.cands[n]) {
			n++
		}
	}
	e.cands = e.cands[:n]
	e.sortCands()
}

// recallNear lists the candidates of a scan that is used again: those that it
// had, and what the roll-back changed.
func (e *Engine) recallNear(r *record) {
	e.view(&r.scan, 0)
	e.cands = e.cands[:0]
	var c cand
	for _, i := range r.near {
		if !e.slots[i].dirty && e.bring(i, r, &c) {
			e.cands = append(e.cands, c)
		}
	}
	for _, i := range e.dirty {
		if e.bring(i, r, &c) {
			e.cands = append(e.cands, c)
		}
	}
	e.sortCands()
}

// bring puts a slot back to what it was before a scan, and makes it a candidate
// if the scan's boxes hold it then.
func (e *Engine) bring(i int32, r *record, out *cand) bool {
	s := &e.slots[i]
	k := s.before(r.stamp)
	if !s.used || k < 0 || s.past[k].gone {
		return false
	}
	t := s.recall(k)
	pose := e.inView(&t)
	if pose < 0 || e.Expired(&t, r.at) {
		return false
	}
	e.park(i)
	e.put(i, &t, false)
	*out = cand{slot: i, pose: r.scan.Poses[pose].Pose, body: none}
	return true
}

// park remembers what a slot was before the roll-back.
func (e *Engine) park(i int32) {
	if s := &e.slots[i]; !s.parked {
		s.parked, s.was, s.wasGone = true, int32(len(e.were)), s.gone
		e.parked, e.were = append(e.parked, i), append(e.were, s.Track)
	}
}

// put makes a track a slot's present one.
func (e *Engine) put(i int32, t *Track, gone bool) {
	e.unlink(i)
	s := &e.slots[i]
	s.Track, s.gone = *t, gone
	e.link(i)
}

// concerned reports whether a scan saw, or would see now, anything that the
// roll-back has changed.
func (e *Engine) concerned(r *record) bool {
	for _, i := range r.near {
		if e.slots[i].dirty {
			return true
		}
	}
	e.view(&r.scan, 0)
	for _, i := range e.dirty {
		s := &e.slots[i]
		if k := s.before(r.stamp); k >= 0 && !s.past[k].gone && e.inView(&s.Track) >= 0 {
			return true
		}
	}
	if e.raysUp {
		for k := range r.scan.Dets {
			if z := &r.scan.Dets[k].Meas; !z.XY && z.VarRange <= 0 {
				return true
			}
		}
	}
	return false
}

// again runs a scan on the candidates at hand and compares what comes out with
// the journal.
func (e *Engine) again(r *record) {
	old := e.takeRays(r.stamp)
	r.near = r.near[:0]
	for i := range e.cands {
		r.near = append(r.near, e.cands[i].slot)
	}
	e.run(&r.scan)
	r.uses = append(r.uses[:0], e.uses...)
	e.sortRays(old)
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
		}
		return
	}
	k := s.before(by) + 1
	had := k < len(s.past) && s.past[k].by == by
	if had == s.marked {
		if !had {
			return
		}
		if t := s.recall(k); t == s.Track && s.gone == s.past[k].gone {
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
	s.cut(by)
	if !s.dirty {
		s.dirty = true
		e.dirty = append(e.dirty, i)
	}
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
		if !b.dirty && len(b.past) > 0 && b.past[0].by == r.stamp && b.past[0].gone == a.gone && b.recall(0) == a.Track {
			e.release(i)
			continue
		}
		t, gone := a.Track, a.gone
		a.marked = false
		e.release(i)
		e.soil(j, r.stamp)
		e.put(j, &t, gone)
		e.slots[j].deep = true
		e.push(j, r.stamp)
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
			t := s.recall(n - 1)
			e.put(i, &t, s.past[n-1].gone)
		} else {
			e.slots[i].gone = true
		}
		if s.dirty && !s.gone && s.Status != Tentative && (s.wasGone || e.were[s.was].Status == Tentative || e.were[s.was].Mean.X != s.Mean.X) {
			e.Touched = append(e.Touched, i)
		}
		s.parked, s.dirty = false, false
	}
	slices.SortFunc(e.Touched, func(a, b int32) int { return e.slots[a].Key.Compare(e.slots[b].Key) })
	e.Touched = slices.Compact(e.Touched)
	e.Touched = slices.DeleteFunc(e.Touched, func(i int32) bool { return !e.Alive(i) || e.slots[i].Status == Tentative })
}

// takeRays removes the bearings that a scan had left waiting, and gives them.
func (e *Engine) takeRays(by stamp) []Ray {
	var old []Ray
	e.rays = slices.DeleteFunc(e.rays, func(r Ray) bool {
		mine := r.Key.At == by.at && r.Key.Sensor == by.sensor
		if mine {
			old = append(old, r)
		}
		return mine
	})
	return old
}

// sortRays puts the bearings that the scan added last in their places, and
// notes whether they are what they were.
func (e *Engine) sortRays(old []Ray) {
	if !slices.Equal(old, e.fresh) {
		e.raysUp = true
	}
	if len(e.fresh) > 0 {
		slices.SortStableFunc(e.rays, func(a, b Ray) int { return a.Key.Compare(b.Key) })
	}
}

package pmb

import (
	"cmp"
	"slices"
)

// stamp orders scans: by instant, then by sensor.
type stamp struct {
	at     int64
	sensor int32
}

func (a stamp) before(b stamp) bool {
	return a.at < b.at || a.at == b.at && a.sensor < b.sensor
}

func (a stamp) compare(b stamp) int {
	return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.sensor, b.sensor))
}

// journal is what the window remembers, so that a scan that comes late can be
// used as if it had come in time.
type journal struct {
	log    []*record // in order of their stamps
	pool   []*record
	marked []int32 // slots that the scan at hand changed
	dirty  []int32 // slots that a roll-back changed
	parked []int32 // slots that a roll-back put back in time
	were   []looks // what those were
	soiled []box   // where a roll-back changed something, one box in a cell
	spread float64 // m: the farthest that a track moved within the window
	// waiting are late scans that were not used yet: see idle. batch are those that
	// are being used.
	waiting, batch []*record
	changed        []Ray // that a roll-back brought or took away
}

// looks is what of a track decides whether a roll-back changed what is shown.
type looks struct {
	status Status
	x      [4]float64
}

// record is one scan of the window, what it looked at and what it started.
type record struct {
	stamp
	scan  Scan
	boxes []box   // of its view
	used  bool    // else it waits
	near  []int32 // slots of its candidates
	born  []int32
	uses  []use
	first []int32 // scratch of a roll-back
}

// memory is what a slot remembers of the window.
type memory struct {
	past []version // oldest first; the oldest may be older than the window
	full []Track
	// held is which of them the track is just now, but for what thin versions
	// change; none where a scan changed it and that is not yet remembered.
	held         int32
	marked, deep bool // by the scan at hand
	// While a roll-back runs: dirty differs from the journal, parked was put back
	// in time, and was is where its track as it was before is kept.
	dirty, parked, wasGone bool
	was                    int32
}

// version is what a track was after a scan. Most scans only miss a track:
// then it is the last full copy with a few numbers changed.
type version struct {
	by   stamp
	full int32
	gone bool
	thin thin
}

type thin struct {
	r, hidden, shade float64
	rAt              int64
	others           float32
	rate             [Sources]float32
}

// note copies a scan into a record.
func (e *Engine) note(s *Scan) *record {
	var r *record
	if n := len(e.pool); n > 0 {
		r, e.pool = e.pool[n-1], e.pool[:n-1]
	} else {
		r = &record{}
	}
	dets, poses := r.scan.Dets[:0], r.scan.Poses[:0]
	r.stamp, r.scan = stamp{s.At, s.Sensor}, *s
	r.scan.Dets, r.scan.Poses = append(dets, s.Dets...), append(poses, s.Poses...)
	r.near, r.born, r.uses = r.near[:0], r.born[:0], r.uses[:0]
	r.boxes, r.used = e.view(s, 0, r.boxes[:0]), false
	return r
}

// meets reports whether two scans look at places in common.
func (r *record) meets(o *record) bool { return overlap(r.boxes, o.boxes) }

func overlap(a, b []box) bool {
	for i := range a {
		for j := range b {
			if a[i].meets(&b[j]) {
				return true
			}
		}
	}
	return false
}

func (a *box) meets(b *box) bool {
	return a.cell == b.cell && a.i0 <= b.i1 && b.i0 <= a.i1 && a.j0 <= b.j1 && b.j0 <= a.j1
}

// mark notes that the scan at hand changes a slot; deep where more changes than
// existence.
func (e *Engine) mark(i int32, deep bool) {
	s := &e.slots[i]
	if deep {
		s.deep, s.held = true, none
	}
	if !s.marked {
		s.marked = true
		e.marked = append(e.marked, i)
	}
}

// keep ends a scan that came in order: its changes become versions.
func (e *Engine) keep(r *record) {
	r.used = true
	for i := range e.cands {
		r.near = append(r.near, e.cands[i].slot)
	}
	r.born = append(r.born, e.born...)
	r.uses = append(r.uses[:0], e.uses...)
	for _, i := range e.marked {
		e.push(i, r.stamp)
	}
}

// push adds a slot's present state as a version.
func (e *Engine) push(i int32, by stamp) {
	s := &e.slots[i]
	if s.deep || len(s.full) == 0 {
		s.full = append(s.full, s.Track)
		s.held = int32(len(s.full) - 1)
		a, b := &s.full[0].Mean.X, &s.Mean.X
		e.spread = max(e.spread, abs(a[0]-b[0])+abs(a[1]-b[1]))
	}
	v := version{by: by, full: int32(len(s.full) - 1), gone: s.gone, thin: s.Track.thin()}
	s.past = append(s.past, v)
	s.marked, s.deep = false, false
}

// moved is how far in m the track went from its oldest remembered place, along
// the axes.
func (s *slot) moved() float64 {
	far := 0.0
	for k := range s.full[1:] {
		a, b := &s.full[0].Mean.X, &s.full[k+1].Mean.X
		far = max(far, abs(a[0]-b[0])+abs(a[1]-b[1]))
	}
	return far
}

func abs(v float64) float64 { return max(v, -v) }

// thin gives what a scan that misses the track may change.
func (t *Track) thin() thin {
	n := thin{r: t.R, hidden: t.Hidden, shade: t.Shade, rAt: t.RAt, others: t.Others}
	for k := range t.Source {
		n.rate[k] = t.Source[k].Rate
	}
	return n
}

func (t *Track) recall(n *thin) {
	t.R, t.Hidden, t.Shade, t.RAt, t.Others = n.r, n.hidden, n.shade, n.rAt, n.others
	for k := range t.Source {
		t.Source[k].Rate = n.rate[k]
	}
}

// recall gives the track of a version.
func (s *slot) recall(k int) Track {
	t := s.full[s.past[k].full]
	t.recall(&s.past[k].thin)
	return t
}

// is reports whether the track is that of a version.
func (s *slot) is(k int) bool {
	v := &s.past[k]
	if s.gone != v.gone || s.Track.thin() != v.thin {
		return false
	}
	if s.held == v.full {
		return true
	}
	t := s.recall(k)
	return t == s.Track
}

// before gives the newest version that is older than a stamp, −1 for none.
func (s *slot) before(st stamp) int {
	k := len(s.past) - 1
	for k >= 0 && !s.past[k].by.before(st) {
		k--
	}
	return k
}

// cut forgets the versions from a stamp on.
func (s *slot) cut(st stamp) {
	k := s.before(st) + 1
	s.past = s.past[:k]
	if k == 0 {
		s.full = s.full[:0]
	} else {
		s.full = s.full[:s.past[k-1].full+1]
	}
	if int(s.held) >= len(s.full) {
		s.held = none
	}
}

// trim forgets versions that no late scan can ask for.
func (s *slot) trim(settled int64) {
	k := 0
	for k+1 < len(s.past) && s.past[k+1].by.at < settled {
		k++
	}
	if k == 0 {
		return
	}
	s.past = append(s.past[:0], s.past[k:]...)
	f := s.past[0].full
	s.full = append(s.full[:0], s.full[f:]...)
	for i := range s.past {
		s.past[i].full -= f
	}
	s.held = max(s.held-f, none)
}

// forget drops the records and bearings that are settled.
func (e *Engine) forget(settled int64) {
	e.forgetRays(settled)
	k := 0
	for k < len(e.log) && e.log[k].at < settled {
		e.registrar.settled = append(e.registrar.settled, e.log[k].uses...)
		e.pool = append(e.pool, e.log[k])
		k++
	}
	e.log = slices.Delete(e.log, 0, k)
	for _, r := range e.log {
		if len(r.born) > 0 {
			r.born = slices.DeleteFunc(r.born, func(i int32) bool { return !e.slots[i].used })
		}
		r.near = slices.DeleteFunc(r.near, func(i int32) bool { return !e.slots[i].used })
	}
}

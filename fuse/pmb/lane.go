package pmb

import "marsad/fuse/kin"

// Parallel calls work with every number below n, in any order and at the same
// time, and returns when all are done. The host gives it: the engine starts no
// goroutine of its own.
type Parallel func(n int, work func(i int))

// lane is a stretch of the scan's candidates and the memory for working on
// them. Lanes touch nothing in common; what they find is put together in the
// order of the candidates, so that any number of them gives the same tracks, to
// the bit.
type lane struct {
	*Engine
	number   int32
	from, to int // candidates
	pairs    []pair
	bodies   []kin.Body
	members  []member // of the candidate at hand
	adds     []add
	lead     []float64 // sharpened probabilities of the track at hand
}

// add is what a candidate adds to the density of one detection; by is none
// where it is a false detection come again.
type add struct {
	det, by int32
	density float64
}

// Spread lets the engine work on a scan's tracks, and on its clusters, in n
// lanes. Without it, and for small scans, there is one.
func (e *Engine) Spread(n int, p Parallel) {
	if n < 2 || p == nil {
		return
	}
	e.parallel, e.many = p, n
	e.solver.Parallel, e.solver.Lanes = p, n
	for len(e.lanes) < n {
		e.lanes = append(e.lanes, lane{})
	}
	e.lay()
}

// lay points the lanes at the engine.
func (e *Engine) lay() {
	for i := range e.lanes {
		e.lanes[i].Engine, e.lanes[i].number = e, int32(i)
	}
	e.gateLane = func(i int) { e.lanes[i].gate(e.at) }
	e.joinLane = func(i int) { e.lanes[i].join(e.at) }
}

// worthwhile is the number of candidates from which a scan is spread.
const worthwhile = 48

// spreadOut has the candidates worked on, lane by lane.
func (e *Engine) spreadOut(work func(i int)) {
	n := 1
	if e.parallel != nil && len(e.cands) >= worthwhile {
		n = e.many
	}
	for i := range e.lanes {
		e.lanes[i].from, e.lanes[i].to = 0, 0
		if i < n {
			e.lanes[i].from, e.lanes[i].to = i*len(e.cands)/n, (i+1)*len(e.cands)/n
		} else {
			e.lanes[i].adds = e.lanes[i].adds[:0]
		}
	}
	if n == 1 {
		work(0)
		return
	}
	e.parallel(n, work)
}

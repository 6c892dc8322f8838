package pmb

import (
	"slices"

	"marsad/fuse/assoc"
	"marsad/fuse/kin"
)

// Frames says when a place has left its cell: the new cell, and the turn and
// shift that bring coordinates into it (see kin.Gauss.Turn). It is nil where
// there is one cell.
type Frames interface {
	Over(cell int32, x, y float64) (to int32, x0, y0, cos, sin float64, ok bool)
}

// CellPose is a sensor's pose in one of the cells that its view touches.
type CellPose struct {
	Cell int32
	Pose kin.Pose
}

// Det is one detection.
type Det struct {
	Meas  kin.Meas
	Class [NClass]float32 // all zero says nothing
	Count float32         // things seen as one, 0 for unsaid
}

// Scan is what one sensor saw at one instant. The view must not change after.
type Scan struct {
	At     int64 // ns
	Sensor int32
	View   *View
	Poses  []CellPose // at least one
	Dets   []Det
	// Declared says that the sensor looked at its whole view: what it does not
	// report is a miss.
	Declared bool
	// Shift in s is what was taken off the sensor's clock: see Engine.Shift.
	Shift float64
	// Unit + 1 of an own unit whose fix this is (one XY detection), else 0.
	Unit int32
}

// Engine is the tracker's state. Its methods are called by one goroutine.
type Engine struct {
	cfg    Config
	frames Frames
	solver assoc.Solver

	cells []cell
	slots []slot
	links []link // of the slots
	free  []int32
	rays  []Ray // in order of their keys
	// instants are the last ticks over which arrivals are counted.
	instants []int64

	// Touched are the slots of shown tracks that the last step changed.
	Touched []int32
	// Gone are tracks that were announced and have ended, for good: the last
	// tick puts them here.
	Gone  []Shown
	Stats Stats

	parallel           Parallel
	many               int // lanes of a large scan
	gateLane, joinLane func(i int)

	journal
	registrar
	unseen
	habit
	scratch
}

// scratch is the memory of one step.
type scratch struct {
	boxes   []box
	found   []found
	cands   []cand
	young   []int32 // slots of what began within the window of arrivals
	lanes   []lane
	at      *Scan   // the scan at hand, straightened
	varKey  float64 // the largest variance of its detections along the sort key
	xy      bool    // it measures places
	problem assoc.Problem
	ranged  bool      // the scan measures places, not bearings alone
	order   []int32   // detections by key
	keys    []float64 // their keys: azimuth, or east for positions
	crowd   []crowd   // by rank in order
	owner   []int32   // the first slot that gated each detection
	claims  []int32   // by rank in order: the candidate whose stray it may be
	fresh   []Ray     // bearings of this scan that nothing explains
	meets   []meet    // their crossings with older ones
	byOld   []float64 // the sum of odds on each waiting bearing
	top     []float64 // the largest odds on one new bearing
	born    []int32   // slots that this scan started
}

// Stats counts what happened since the engine was made.
type Stats struct {
	Scans, Detections, Pairs, Born, Dropped, Confirmed, Merged uint64
	// Crowded are tentative tracks that a crowd left no room for.
	Crowded uint64
	// Jumped is how often a sensor's bias was forgotten because it had changed.
	Jumped uint64
	// Late are scans that came after younger ones had been used; Again are
	// scans that were used again because of them.
	Late, Again uint64
}

// cand is a track that a scan may concern.
type cand struct {
	slot       int32
	pose       kin.Pose
	r, pd      float64
	hidden     float64 // probability that nothing can see it, if it exists
	shade      float64 // probability that it is out of this sensor's sight
	peek       float64 // how well the sensor sees what is hidden, against the rest
	clear      float64 // what hiding leaves of the detection probability
	body       int32   // predicted body in the lane, none until needed
	lane       int32   // where its pairs and body are
	first      int32   // its first pair in the lane
	start, end int32   // pairs in the problem
	// missed, unseen and shaded are existence, hiding and shade after a miss;
	// rest is what of the existence the scan leaves to a miss.
	missed, unseen, shaded, rest float64
	rate                         *float32 // where to learn how well the sensor sees it
	// plots and count are how many detections, and how many things in them, the
	// scan shows of the track's group.
	plots, count float32
}

// New makes an engine without cells.
func New(cfg Config, frames Frames) *Engine {
	e := &Engine{cfg: cfg, frames: frames, solver: assoc.Solver{Exact: cfg.Exact, Apart: cfg.Apart, Best: cfg.Best}}
	e.problem.Alike = e.alike
	e.usual = cfg.Motion
	e.lanes = make([]lane, 1)
	e.lay()
	return e
}

// AddCell makes a plane frame with its usual bounds in m and gives its number.
func (e *Engine) AddCell(x0, y0, x1, y1 float64) int32 {
	e.cells = append(e.cells, newCell(x0, y0, x1, y1, e.cfg.Bucket))
	return int32(len(e.cells) - 1)
}

// Track gives the track in a slot. It is valid until the next step.
func (e *Engine) Track(slot int32) *Track { return &e.slots[slot].Track }

// Alive reports whether a slot holds a track that has not ended.
func (e *Engine) Alive(slot int32) bool { return e.slots[slot].used && !e.slots[slot].gone }

// Announce notes that a slot's track is being shown, and counts how often it
// was. Its end will be announced in Gone.
func (e *Engine) Announce(slot int32) (revision uint32) {
	e.slots[slot].shown++
	return e.slots[slot].shown
}

// Announced is how often a slot's track was announced.
func (e *Engine) Announced(slot int32) uint32 { return e.slots[slot].shown }

// Each calls f for every track that has not ended; the order is that of the
// slots.
func (e *Engine) Each(f func(slot int32, t *Track)) {
	for i := range e.slots {
		if e.slots[i].used && !e.slots[i].gone {
			f(int32(i), &e.slots[i].Track)
		}
	}
}

// Mean is a track's state at an instant.
func (e *Engine) Mean(t *Track, at int64) kin.Gauss { return t.at(at, &e.cfg) }

// Step takes a scan. Touched says what it changed. A late scan that shows nothing
// waits: for one that shows something where it looks, or for the tick.
func (e *Engine) Step(s *Scan) {
	e.Touched = e.Touched[:0]
	e.Stats.Scans++
	e.Stats.Detections += uint64(len(s.Dets))
	if e.cfg.Window <= 0 {
		e.glanced(s)
		e.gather(s)
		e.run(s)
		e.settled = append(e.settled, e.uses...)
		return
	}
	overdue := slices.ContainsFunc(e.waiting, func(w *record) bool { return s.At-w.at > int64(e.cfg.Window*1e9) })
	if overdue {
		e.catchUp() // no tick comes
	}
	e.glanced(s)
	r := e.note(s)
	late := len(e.log) > 0 && !e.log[len(e.log)-1].before(r.stamp)
	if late {
		e.Stats.Late++
		if idle(s) {
			e.waiting = append(e.waiting, r)
			return
		}
	}
	if !idle(s) {
		if batch := e.due(r); late || len(batch) > 0 {
			e.batch = append(batch, r)
			e.late(e.batch)
			return
		}
	}
	e.log = append(e.log, r)
	e.gather(&r.scan)
	e.run(&r.scan)
	e.keep(r)
	if overdue {
		e.tidy()
	}
}

// run brings the candidates at hand to their posterior under a scan.
func (e *Engine) run(s *Scan) {
	e.marked, e.born, e.fresh, e.uses = e.marked[:0], e.born[:0], e.fresh[:0], e.uses[:0]
	s = e.straighten(s)
	switch {
	case s.Unit > 0:
		e.fix(s)
	case s.View.Radius > 0:
		e.presence(s)
	default:
		e.index(s)
		e.gate(s)
		e.solver.Solve(&e.problem)
		e.update(s)
		e.strays(s)
		e.birth(s)
		e.number()
		e.merge(s)
	}
	e.rays = append(e.rays, e.fresh...)
}

// over reports whether a track had expired when the window began. It asks what
// was known of the track then: what came since may have come in any order.
func (e *Engine) over(s *slot, settled int64) bool {
	switch n := len(s.past); {
	case n > 0 && s.past[0].by.at >= settled:
		return false
	case n > 1:
		t := s.recall(0)
		return e.Expired(&t, settled)
	}
	return e.Expired(&s.Track, settled)
}

// Tick takes the clock: what is older than the window is settled, and tracks
// that nothing measures for too long end.
func (e *Engine) Tick(now int64) {
	e.Touched, e.Gone = e.Touched[:0], e.Gone[:0]
	e.catchUp()
	settled := now - int64(e.cfg.Window*1e9)
	e.begin(now)
	e.spread = 0
	for i := range e.slots {
		s := &e.slots[i]
		if !s.used {
			continue
		}
		s.trim(settled)
		if len(s.full) > 1 {
			e.spread = max(e.spread, s.moved())
		}
		if !s.gone && e.over(s, settled) {
			if s.Status == Tentative {
				e.Stats.Dropped++
				e.recycle(&s.Track, now)
			}
			s.gone = true
			s.past = s.past[:0]
		}
		if s.gone && (len(s.past) == 0 || s.past[len(s.past)-1].by.at < settled) {
			if s.shown > 0 {
				g := Shown{s.Track, s.shown, true}
				g.Track.Mean = g.Track.at(now, &e.cfg)
				g.Track.At, g.Track.Status = max(g.Track.At, now), Ended
				e.Gone = append(e.Gone, g)
			}
			e.release(int32(i))
		}
	}
	e.forget(settled)
	e.register(now)
	e.arrive(now)
	if e.cfg.Habit {
		e.cfg.Motion = e.usual.Straight(e.pace())
	}
	slices.SortFunc(e.Gone, func(a, b Shown) int { return a.Track.Key.Compare(b.Track.Key) })
}

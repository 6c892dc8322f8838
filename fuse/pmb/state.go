package pmb

import "slices"

// State is everything that an engine remembers between two steps. Cells are
// not part of it: they are made again in the same order.
type State struct {
	// Tracks as they were before the window, Scans of the window, Waiting those
	// that came late and were not used yet, and the tracks that were announced, by
	// key.
	Tracks  []Track
	Rays    []Ray
	Scans   []Scan
	Waiting []Scan
	Shown   []Shown
	Biases  []SensorBias
	Turn    int // whose bias is solved next
	// Step and Begun are the map of undetected things' step, Patches the cells that
	// it has begun to remember, Squares what of them differs from a map that nobody
	// looks into.
	Step    int64
	Begun   bool
	Patches []int32
	Squares []Square
	Stats   Stats
}

// SensorBias is what registration remembers of one sensor.
type SensorBias struct {
	Y, Late [3]float64
	Edges   []BiasEdge
	Past    []Bias
	Fresh   bool
}

// BiasEdge is one block of the normal equations, and of those of late.
type BiasEdge struct {
	Other   int32
	N, Late [3][3]float64
}

// Shown is a track that was announced and whose end was not.
type Shown struct {
	Track Track
	Times uint32
	Gone  bool
}

// State gives a copy, tracks in the order of their birth.
func (e *Engine) State() State {
	var st State
	first := stamp{at: 1<<63 - 1}
	if len(e.log) > 0 {
		first = e.log[0].stamp
	}
	for _, r := range e.waiting {
		if r.before(first) {
			first = r.stamp
		}
	}
	for i := range e.slots {
		s := &e.slots[i]
		if !s.used {
			continue
		}
		if s.shown > 0 {
			st.Shown = append(st.Shown, Shown{s.Track, s.shown, s.gone})
		}
		switch k := s.before(first); {
		case k >= 0 && !s.past[k].gone:
			st.Tracks = append(st.Tracks, s.recall(k))
		case e.cfg.Window <= 0 && !s.gone:
			st.Tracks = append(st.Tracks, s.Track)
		}
	}
	for _, r := range e.log {
		st.Scans = append(st.Scans, r.scan.clone())
	}
	for _, r := range e.waiting {
		st.Waiting = append(st.Waiting, r.scan.clone())
	}
	for _, r := range e.rays {
		if (stamp{r.Key.At, r.Key.Sensor}).before(first) {
			st.Rays = append(st.Rays, r)
		}
	}
	for i := range e.nodes {
		n := &e.nodes[i]
		b := SensorBias{Y: n.y, Late: n.lateY, Past: slices.Clone(n.past), Fresh: n.fresh}
		for _, g := range n.edges {
			b.Edges = append(b.Edges, BiasEdge{g.other, g.n, g.late})
		}
		st.Biases = append(st.Biases, b)
	}
	st.Turn, st.Stats = e.next, e.Stats
	st.Step, st.Begun, st.Patches, st.Squares = e.step, e.begun, e.made(), e.squares()
	slices.SortFunc(st.Tracks, func(a, b Track) int { return a.Key.Compare(b.Key) })
	slices.SortFunc(st.Shown, func(a, b Shown) int { return a.Track.Key.Compare(b.Track.Key) })
	return st
}

func (s Scan) clone() Scan {
	s.Dets, s.Poses = slices.Clone(s.Dets), slices.Clone(s.Poses)
	return s
}

// SetState puts an engine with the same cells, and nothing else, into a state:
// the window's scans are used again.
func (e *Engine) SetState(st State) {
	e.rays = append(e.rays[:0], st.Rays...)
	e.next = st.Turn
	e.nodes = e.nodes[:0]
	for i := range st.Biases {
		b := &st.Biases[i]
		n := node{y: b.Y, lateY: b.Late, past: slices.Clone(b.Past), fresh: b.Fresh}
		for _, g := range b.Edges {
			n.edges = append(n.edges, edge{g.Other, g.N, g.Late})
		}
		e.nodes = append(e.nodes, n)
	}
	for i := range st.Tracks {
		k := e.insert(&st.Tracks[i])
		e.slots[k].deep = true
		e.push(k, stamp{at: st.Tracks[i].RAt, sensor: none})
	}
	e.setSquares(st.Step, st.Begun, st.Patches, st.Squares)
	e.frozen = true
	for i := range st.Scans {
		e.Step(&st.Scans[i])
	}
	e.frozen = false
	for i := range st.Waiting {
		e.waiting = append(e.waiting, e.note(&st.Waiting[i]))
	}
	at := map[Key]int32{}
	for i := range e.slots {
		if e.slots[i].used {
			at[e.slots[i].Key] = int32(i)
		}
	}
	for i := range st.Shown {
		h := &st.Shown[i]
		k, ok := at[h.Track.Key]
		if !ok {
			k = e.insert(&h.Track)
			e.slots[k].gone = true
		}
		e.slots[k].shown = h.Times
	}
	e.Touched = e.Touched[:0]
	e.Stats = st.Stats
}

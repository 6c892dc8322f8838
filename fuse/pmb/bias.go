package pmb

import (
	"cmp"
	"math"
	"slices"

	"marsad/fuse/kin"
)

// Bias is what is known of a sensor's systematic error: measured less true, in
// rad and m and, of its clock, in s, each with its variance.
type Bias struct {
	Az, Range, Clock          float64
	VarAz, VarRange, VarClock float64
	// Applied says that angle and range are sure enough to be taken off the
	// measurements, Shifted that the clock is: see Shift.
	Applied, Shifted bool
	// From is the instant (ns) from which this estimate holds.
	From int64
}

// use is one measurement that surely belonged to a track, with the track's
// state then: what registration learns from.
type use struct {
	track  Key
	sensor int32
	cell   int32
	at     int64
	meas   kin.Meas // as the sensor gave it
	pose   kin.Pose
	x      [4]float64
	shift  float64 // s that were taken off the clock
}

// registrar estimates the sensors' biases by least squares over measurements of
// common things: for each thing and second the unknown position is eliminated,
// and what is left says how the sensors disagree (in the manner of Lin,
// Kirubarajan & Bar-Shalom, IEEE Trans. Aerospace and Electronic Systems 41(4),
// 2005). Own units' fixes take part as a sensor without bias. Only settled scans
// are learned from, so that a late one changes nothing.
type registrar struct {
	uses    []use // of the scan at hand
	settled []use // of the scans that the last tick settled
	nodes   []node
	next    int // sensor whose turn it is to be solved
	bent    Scan
	local   []int32
	a       []float64
	rows    []biasRow
	turns   []int32 // settled, in order of track, instant and sensor
	sheaved []use   // one thing's within a second
}

// node holds one sensor's part of the normal equations, and of those of the last
// jumpTicks or so.
type node struct {
	edges    []edge // in order of other; its own included
	y, lateY [3]float64
	past     []Bias // newest last
	fresh    bool   // something was learned since it was solved
}

type edge struct {
	other   int32
	n, late [3][3]float64
}

// biasRow is one scalar measurement: residual = H·δ + bias(sensor, kind) +
// pace·clock(sensor) + noise. A clock that is ahead says that the thing was
// where it had been a little before: pace is −H·v.
type biasRow struct {
	sensor int32 // −1 for one without bias
	kind   int   // 0 azimuth, 1 range
	hx, hy float64
	nu, w  float64 // w is one over the variance
	pace   float64
}

// clock is the kind of bias that comes after azimuth and range.
const clock = 2

// kinds of bias that are estimated for each sensor.
func (e *Engine) kinds() int {
	if e.cfg.BiasClock > 0 {
		return clock + 1
	}
	return clock
}

// leastShift is the clock error in s from which correcting it is worth the
// roll-backs, and the step to which it is rounded.
const leastShift, shiftStep = 0.25, 0.05

// Shift is by how many seconds a sensor's clock is to be corrected at an
// instant: what it says less this is when it looked. The caller corrects scans
// before they are stepped, and says so in Scan.Shift.
func (e *Engine) Shift(sensor int32, at int64) float64 {
	if b := e.bias(sensor, at); b != nil && b.Shifted {
		return math.Round(b.Clock/shiftStep) * shiftStep
	}
	return 0
}

// learnBias keeps a measurement that surely belongs to a shown track.
func (e *Engine) learnBias(s *Scan, c *cand, t *Track, z *kin.Meas) {
	raw := *z
	if b := e.bias(s.Sensor, s.At); b != nil && b.Applied && !z.XY {
		raw.Az += b.Az
		if raw.VarRange > 0 && raw.VarEl == 0 {
			raw.Range += b.Range
		}
		raw.VarAz -= b.VarAz
		if raw.VarEl == 0 {
			raw.VarRange -= b.VarRange
		}
	}
	if raw.VarEl > 0 {
		raw.VarEl, raw.VarRange = 0, 0 // a range that is derived has no bias of its own
	}
	e.uses = append(e.uses, use{t.Key, s.Sensor, t.Cell, s.At, raw, c.pose, t.Mean.X, s.Shift})
}

// bias gives the estimate that holds at an instant, nil for none.
func (e *Engine) bias(sensor int32, at int64) *Bias {
	if int(sensor) >= len(e.nodes) {
		return nil
	}
	past := e.nodes[sensor].past
	for k := len(past) - 1; k >= 0; k-- {
		if past[k].From <= at {
			return &past[k]
		}
	}
	return nil
}

// Bias gives the newest estimate of a sensor's bias; ok is false where there is
// none.
func (e *Engine) Bias(sensor int32) (b Bias, ok bool) {
	if int(sensor) >= len(e.nodes) || len(e.nodes[sensor].past) == 0 {
		return b, false
	}
	past := e.nodes[sensor].past
	return past[len(past)-1], true
}

// straighten takes a sensor's bias off its detections, where it is sure.
func (e *Engine) straighten(s *Scan) *Scan {
	b := e.bias(s.Sensor, s.At)
	if b == nil || !b.Applied || s.Unit > 0 {
		return s
	}
	dets := append(e.bent.Dets[:0], s.Dets...)
	for i := range dets {
		z := &dets[i].Meas
		if z.XY {
			continue
		}
		z.Az = kin.Wrap(z.Az - b.Az)
		z.VarAz += b.VarAz
		if z.VarRange > 0 && z.VarEl == 0 {
			z.Range -= b.Range
			z.VarRange += b.VarRange
		}
	}
	e.bent = *s
	e.bent.Dets = dets
	return &e.bent
}

// register learns from the settled measurements and renews the estimates of
// some sensors, in turn, as of an instant.
func (e *Engine) register(now int64) {
	if e.cfg.BiasAz <= 0 {
		return
	}
	e.turns = e.turns[:0]
	for i := range e.settled {
		e.turns = append(e.turns, int32(i))
	}
	slices.SortFunc(e.turns, func(i, j int32) int {
		a, b := &e.settled[i], &e.settled[j]
		return cmp.Or(a.track.Compare(b.track), cmp.Compare(a.at, b.at), cmp.Compare(a.sensor, b.sensor), cmp.Compare(i, j))
	})
	for i := 0; i < len(e.turns); {
		first := &e.settled[e.turns[i]]
		e.sheaved = e.sheaved[:0]
		for ; i < len(e.turns); i++ {
			u := &e.settled[e.turns[i]]
			if u.track != first.track || u.cell != first.cell || seconds(u.at-first.at) >= 1 {
				break
			}
			e.sheaved = append(e.sheaved, *u)
		}
		if len(e.sheaved) > 1 {
			e.sheaf(e.sheaved)
		}
	}
	e.settled = e.settled[:0]
	e.jumps(now)
	e.fadeBiases()
	e.solveInTurn(now)
}

// solvedAtOnce sensors are solved in a tick, one of them at least such of which nothing
// need have been learned.
const solvedAtOnce = 8

// solveInTurn renews the oldest estimates of sensors of which something was learned,
// so that what is said of them is of this moment however many stand quiet, and of
// the others some in turn.
func (e *Engine) solveInTurn(now int64) {
	e.local = e.local[:0]
	for i := range e.nodes {
		if e.nodes[i].fresh {
			e.local = append(e.local, int32(i))
		}
	}
	age := func(i int32) int64 { b, _ := e.Bias(i); return b.From }
	slices.SortFunc(e.local, func(i, j int32) int { return cmp.Or(cmp.Compare(age(i), age(j)), cmp.Compare(i, j)) })
	var turn [solvedAtOnce]int32
	n := copy(turn[:solvedAtOnce-1], e.local)
	for range e.nodes {
		if n == solvedAtOnce {
			break
		}
		e.next = (e.next + 1) % len(e.nodes)
		if i := int32(e.next); len(e.nodes[i].edges) > 0 && !slices.Contains(turn[:n], i) {
			turn[n] = i
			n++
		}
	}
	for _, i := range turn[:n] {
		e.solveBias(i, now)
	}
}

// fadeBiases lets what was learned a tick of a second ago count for less. All of
// it fades at once: rows that faded apart would no longer be symmetric, and the
// turn that all sensors share, which hardly anything but the prior holds, would
// run away.
func (e *Engine) fadeBiases() {
	if e.cfg.BiasLife <= 0 {
		return
	}
	fade := math.Exp(-1 / e.cfg.BiasLife)
	for i := range e.nodes {
		n := &e.nodes[i]
		for r := range n.y {
			n.y[r] *= fade
		}
		for k := range n.edges {
			for r := range n.edges[k].n {
				for c := range n.edges[k].n[r] {
					n.edges[k].n[r][c] *= fade
				}
			}
		}
	}
}

func (e *Engine) node(i int32) *node {
	for int(i) >= len(e.nodes) {
		e.nodes = append(e.nodes, node{})
	}
	return &e.nodes[i]
}

func (n *node) edge(other int32) *edge {
	k, ok := slices.BinarySearchFunc(n.edges, other, func(a edge, b int32) int { return cmp.Compare(a.other, b) })
	if !ok {
		n.edges = slices.Insert(n.edges, k, edge{other: other})
	}
	return &n.edges[k]
}

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

// node holds one sensor's part of the normal equations.
type node struct {
	edges []edge // in order of other; its own included
	y     [3]float64
	past  []Bias // newest last
}

type edge struct {
	other int32
	n     [3][3]float64
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
	e.fadeBiases()
	for range min(len(e.nodes), 8) {
		e.next = (e.next + 1) % len(e.nodes)
		if len(e.nodes[e.next].edges) > 0 {
			e.solveBias(int32(e.next), now)
		}
	}
}

// sheaf adds one thing's measurements within a second to the normal equations.
func (e *Engine) sheaf(uses []use) {
	e.rows = e.rows[:0]
	ref := uses[0]
	many := false
	for i := range uses {
		u := &uses[i]
		many = many || u.sensor != ref.sensor
		dt := seconds(u.at - ref.at)
		x := [4]float64{ref.x[0] + dt*ref.x[2], ref.x[1] + dt*ref.x[3], ref.x[2], ref.x[3]}
		var rows [3]kin.Row
		z := u.meas
		z.VarD, z.CovAzRange = 0, 0
		n := z.Rows(u.pose, &x, &rows)
		for k := range n {
			r := &rows[k]
			// The thing may not have kept its pace to the metre.
			drift := sq(0.7*dt) * (r.H[0]*r.H[0] + r.H[1]*r.H[1])
			b := biasRow{sensor: u.sensor, kind: k, hx: r.H[0], hy: r.H[1], nu: r.Nu, w: 1 / (r.R + drift)}
			if e.cfg.BiasClock > 0 && !z.XY {
				b.pace = -(r.H[0]*x[2] + r.H[1]*x[3]) // one velocity for all, or the time that all share would seem known
				b.nu += b.pace * u.shift              // as the clock had it
			}
			if z.XY {
				b.sensor = -1
			}
			e.rows = append(e.rows, b)
		}
	}
	if !many || len(e.rows) < 3 {
		return
	}
	var n00, n01, n11, g0, g1 float64
	for i := range e.rows {
		r := &e.rows[i]
		n00 += r.w * r.hx * r.hx
		n01 += r.w * r.hx * r.hy
		n11 += r.w * r.hy * r.hy
		g0 += r.w * r.hx * r.nu
		g1 += r.w * r.hy * r.nu
	}
	det := n00*n11 - n01*n01
	if !(det > 1e-9*n00*n11) {
		return
	}
	i00, i01, i11 := n11/det, -n01/det, n00/det
	// The position that fits best, as if nobody were biased: what lies far from
	// it by the sensors' errors and the largest bias is not one thing.
	d0, d1 := i00*g0+i01*g1, i01*g0+i11*g1
	for i := range e.rows {
		r := &e.rows[i]
		limit := 1/r.w + sq(e.cfg.BiasAz)
		if r.kind == 1 || r.sensor < 0 {
			limit = 1/r.w + sq(e.cfg.BiasRange)
		}
		limit += sq(r.pace * e.cfg.BiasClock)
		if sq(r.nu-r.hx*d0-r.hy*d1) > 16*limit {
			return
		}
	}
	for i := range e.rows {
		p := &e.rows[i]
		if p.sensor < 0 {
			continue
		}
		// W − W·H·(HᵀWH)⁻¹·Hᵀ·W, one row at a time.
		k0, k1 := p.w*(p.hx*i00+p.hy*i01), p.w*(p.hx*i01+p.hy*i11)
		y := p.w*p.nu - k0*g0 - k1*g1
		me := e.node(p.sensor)
		me.y[p.kind] += y
		me.y[clock] += p.pace * y
		for j := range e.rows {
			q := &e.rows[j]
			if q.sensor < 0 {
				continue
			}
			v := -(k0*q.hx + k1*q.hy) * q.w
			if i == j {
				v += p.w
			}
			n := &e.node(p.sensor).edge(q.sensor).n
			n[p.kind][q.kind] += v
			n[p.kind][clock] += v * q.pace
			n[clock][q.kind] += p.pace * v
			n[clock][clock] += p.pace * v * q.pace
		}
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

// solveBias renews one sensor's estimate: it and its neighbours are solved for
// together, those farther off stay as they are.
func (e *Engine) solveBias(i int32, now int64) {
	me := &e.nodes[i]
	e.local = e.local[:0]
	for k := range me.edges {
		e.local = append(e.local, me.edges[k].other)
	}
	if len(e.local) > 40 {
		e.local = e.local[:40]
	}
	at := slices.Index(e.local, i)
	if at < 0 {
		return
	}
	m := e.kinds()
	d := m * len(e.local)
	stride := d + 1 + m // right-hand side, and the unit vectors whose solutions are the variances
	if cap(e.a) < d*stride {
		e.a = make([]float64, d*stride)
	}
	a := e.a[:d*stride]
	clear(a)
	prior := [3]float64{1 / sq(e.cfg.BiasAz), 1 / sq(e.cfg.BiasRange), 1 / sq(e.cfg.BiasClock)}
	for p, s := range e.local {
		n := &e.nodes[s]
		prior[0] = e.priorAz(s)
		for r := range m {
			row := a[(m*p+r)*stride:]
			row[m*p+r] += prior[r]
			row[d] += n.y[r]
			for k := range n.edges {
				q := slices.Index(e.local, n.edges[k].other)
				for c := range m {
					v := n.edges[k].n[r][c]
					if q >= 0 {
						row[m*q+c] += v
					} else if b, ok := e.Bias(n.edges[k].other); ok {
						row[d] -= v * [...]float64{b.Az, b.Range, b.Clock}[c]
					}
				}
			}
		}
	}
	for r := range m {
		a[(m*at+r)*stride+d+1+r] = 1
	}
	if !eliminate(a, d, stride) {
		return
	}
	of := func(r int) (v, variance float64) { row := a[(m*at+r)*stride+d:]; return row[0], row[1+r] }
	b := Bias{From: now + int64(e.cfg.Window*1e9)}
	b.Az, b.VarAz = of(0)
	b.Range, b.VarRange = of(1)
	was, _ := e.Bias(i)
	if m > clock {
		b.Clock, b.VarClock = of(clock)
		b.Shifted = e.sureOfClock(&b, was.Shifted)
	}
	b.Applied = e.worth(&b, was.Applied) && e.sure(&b, was.Applied || slices.ContainsFunc(e.local, func(s int32) bool {
		o, _ := e.Bias(s)
		return o.Applied
	}))
	if len(me.past) == 12 {
		me.past = append(me.past[:0], me.past[1:]...)
	}
	me.past = append(me.past, b)
}

// priorAz is one over the variance that a sensor's azimuth bias has before anything
// is measured. Most towers stand right and a few are far off, which no one variance
// says: a Student t of one degree of freedom about BiasUsual does, by its weight at
// what is known so far (Lange, Little & Taylor, J. Am. Stat. Assoc. 84, 1989). With
// one variance for all, each would be as doubtful as the one that is off, and a
// walker who stays before them could never tell which it is.
func (e *Engine) priorAz(s int32) float64 {
	if e.cfg.BiasUsual <= 0 {
		return 1 / sq(e.cfg.BiasAz)
	}
	off := sq(e.cfg.BiasUsual)
	if b, ok := e.Bias(s); ok {
		off = sq(b.Az) + b.VarAz
	}
	return max(2/(sq(e.cfg.BiasUsual)+off), 1/sq(2*e.cfg.BiasAz))
}

// worth reports whether an azimuth bias is larger than what sensors that stand
// right have; what is taken off already stays so until it is half as large.
func (e *Engine) worth(b *Bias, already bool) bool {
	least := e.cfg.BiasLeast
	if already {
		least /= 2
	}
	return least <= 0 || math.Abs(b.Az) > least || math.Abs(b.Range) > e.cfg.BiasRange
}

// sure reports whether a bias is known well enough to be taken off.
func (e *Engine) sure(b *Bias, others bool) bool {
	factor := e.cfg.BiasSure
	if others {
		factor = e.cfg.BiasMore
	}
	known := b.VarAz < sq(max(e.cfg.BiasKnown*e.cfg.BiasAz, e.cfg.BiasUsual))
	possible := math.Abs(b.Az) < 6*e.cfg.BiasAz && math.Abs(b.Range) < 6*e.cfg.BiasRange
	return known && possible && (math.Abs(b.Az) > factor*math.Sqrt(b.VarAz) || b.VarRange < sq(e.cfg.BiasKnown*e.cfg.BiasRange) && math.Abs(b.Range) > factor*math.Sqrt(b.VarRange))
}

// sureOfClock reports whether a clock's error is worth correcting and known well
// enough for it; what is corrected already stays so until it is half as large.
func (e *Engine) sureOfClock(b *Bias, already bool) bool {
	least := leastShift
	if already {
		least /= 2
	}
	sigma, off := math.Sqrt(b.VarClock), math.Abs(b.Clock)
	return sigma < e.cfg.BiasKnown*e.cfg.BiasClock && off > e.cfg.BiasSure*sigma && off > least && off < 6*e.cfg.BiasClock
}

// eliminate solves a symmetric positive system in place by Gauss-Jordan; the
// columns from d on become the solutions.
func eliminate(a []float64, d, stride int) bool {
	for p := range d {
		pivot := a[p*stride+p]
		if !(pivot > 1e-12) {
			return false
		}
		row := a[p*stride : (p+1)*stride]
		for c := p; c < stride; c++ {
			row[c] /= pivot
		}
		for r := range d {
			if r == p {
				continue
			}
			f := a[r*stride+p]
			if f == 0 {
				continue
			}
			other := a[r*stride : (r+1)*stride]
			for c := p; c < stride; c++ {
				other[c] -= f * row[c]
			}
		}
	}
	return true
}

package pmb

import (
	"math"
	"slices"
)

// A sensor is knocked, or its clock is set: then all that was learned of it before
// speaks against what is true now, and the longer it stood right the longer it would
// go on being believed. So for each sensor and kind of bias the evidence of the last
// jumpTicks or so is kept besides: the slope of its likelihood at the estimate, and
// how much that can say. Where it contradicts the estimate by Config.BiasJump
// standard deviations, what was known of that bias, and of it alone, is forgotten:
// it is integrated out of the normal equations, so that what the measurements before
// it say of the others stays as it is (a new variable from here on; the generalised
// likelihood ratio test of Willsky & Jones, IEEE Trans. Automatic Control 21(1), 1976).
// Where two sensors alone see a thing nothing says which of them moved, so one that
// contradicts half as strongly is forgotten with it.
const jumpTicks = 20

// Lately is the recent evidence on one bias: the slope of its log likelihood at the
// estimate, and the information.
type Lately struct{ Slope, Info float64 }

func (l *Lately) add(slope, info float64) {
	l.Slope += slope
	l.Info += info
}

// jumped is how strongly the recent evidence contradicts an estimate of a variance,
// in variances, where it is within what a bias may be: what lies farther is not one
// thing.
func (l *Lately) jumped(variance, most float64) float64 {
	off := l.Slope / l.Info
	if !(l.Info > 0) || math.Abs(off) > most {
		return 0
	}
	return off * off / (1/l.Info + variance)
}

// known is the value of a row's bias by the newest estimate.
func (e *Engine) known(r *biasRow) float64 {
	b, ok := e.Bias(r.sensor)
	if !ok {
		return 0
	}
	v := b.Az
	if r.kind == 1 {
		v = b.Range
	}
	return v + r.pace*b.Clock
}

// jumps forgets what is no longer true of a sensor, and has it solved anew.
func (e *Engine) jumps(now int64) {
	if e.cfg.BiasJump <= 0 {
		return
	}
	fade := math.Exp(-1.0 / jumpTicks)
	worst, kind, most := none, 0, sq(e.cfg.BiasJump)
	for i := range e.nodes {
		n := &e.nodes[i]
		for c := range e.kinds() {
			n.lately[c].Slope *= fade
			n.lately[c].Info *= fade
			if v := e.contradiction(int32(i), c); v > most {
				worst, kind, most = int32(i), c, v
			}
		}
	}
	if worst == none {
		return
	}
	e.Stats.Jumped++
	var near, moved []int32
	for _, g := range e.nodes[worst].edges {
		near = append(near, g.other)
		if g.other == worst || e.contradiction(g.other, kind) > most/2 {
			moved = append(moved, g.other)
		}
	}
	for _, i := range moved {
		e.forgetBias(i, kind)
	}
	for _, i := range near {
		e.node(i).lately = [clock + 1]Lately{}
	}
	for _, i := range moved {
		e.solveBias(i, now)
	}
}

// contradiction is how strongly the recent evidence speaks against one estimate.
func (e *Engine) contradiction(i int32, kind int) float64 {
	b, ok := e.Bias(i)
	if !ok {
		return 0
	}
	l := &e.nodes[i].lately[kind]
	switch kind {
	case 0:
		return l.jumped(b.VarAz, possible*e.cfg.BiasAz)
	case 1:
		return l.jumped(b.VarRange, possible*e.cfg.BiasRange)
	}
	return l.jumped(b.VarClock, possible*e.cfg.BiasClock)
}

// forgetBias integrates one bias of a sensor out of the normal equations.
func (e *Engine) forgetBias(i int32, kind int) {
	me := e.node(i)
	own := me.edge(i).n[kind][kind]
	if !(own > 0) {
		return
	}
	y, row := me.y[kind], slices.Clone(me.edges)
	for _, p := range row {
		n := e.node(p.other)
		for r, v := range p.n[kind] {
			n.y[r] -= v * y / own
		}
		for _, q := range row {
			block := &n.edge(q.other).n
			for r, v := range p.n[kind] {
				for c, w := range q.n[kind] {
					block[r][c] -= v * w / own
				}
			}
		}
	}
	// What rounding left of it.
	e.nodes[i].y[kind] = 0
	for _, p := range row {
		mine, its := &e.nodes[i].edge(p.other).n, &e.nodes[p.other].edge(i).n
		for c := range mine {
			mine[kind][c], its[c][kind] = 0, 0
		}
	}
}

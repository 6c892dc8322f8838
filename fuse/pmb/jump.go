package pmb

import (
	"math"
	"slices"
)

// A sensor is knocked, or its clock is set: then all that was learned of it before
// speaks against what is true now, and the longer it stood right the longer it would
// go on being believed. So the normal equations are kept a second time, of the last
// jumpTicks or so alone. What they say of a sensor where all estimates are what they
// are now is how steep its likelihood is there, and how much that can say: taken anew
// each time, since an estimate that was renewed meanwhile would else be held against
// what spoke against the one before it. Where it contradicts the estimate by
// Config.BiasJump standard deviations, what was known of that bias, and of it alone, is
// forgotten: it is integrated out of the normal equations, so that what the
// measurements before it say of the others stays as it is (a new variable from here
// on; the generalised likelihood ratio test of Willsky & Jones, IEEE Trans. Automatic
// Control 21(1), 1976). Where two sensors alone see a thing nothing says which of them
// moved, so one that contradicts half as strongly is forgotten with it.
const jumpTicks = 20

// jumps forgets what is no longer true of a sensor, and has it solved anew.
func (e *Engine) jumps(now int64) {
	if e.cfg.BiasJump <= 0 {
		return
	}
	fade := math.Exp(-1.0 / jumpTicks)
	worst, kind, most := none, 0, sq(e.cfg.BiasJump)
	for i := range e.nodes {
		e.nodes[i].fadeLate(fade)
		for c := range e.kinds() {
			if v := e.contradiction(int32(i), c); v > most {
				worst, kind, most = int32(i), c, v
			}
		}
	}
	if worst == none {
		return
	}
	e.Stats.Jumped++
	var moved []int32
	for _, g := range e.nodes[worst].edges {
		if g.other == worst || e.contradiction(g.other, kind) > most/2 {
			moved = append(moved, g.other)
		}
	}
	for _, i := range moved {
		e.forgetBias(i, kind)
		for _, g := range e.nodes[i].edges {
			e.nodes[g.other].fadeLate(0) // it was held against what is forgotten
		}
	}
	for _, i := range moved {
		e.solveBias(i, now)
	}
}

// fadeLate lets what was learned of late count for less, and for nothing at last: what
// goes on being halved ends among the smallest numbers that there are, which
// processors are slow with.
func (n *node) fadeLate(fade float64) {
	for r := range n.lateY {
		n.lateY[r] = faded(n.lateY[r], fade)
	}
	for k := range n.edges {
		for r := range n.edges[k].late {
			for c, v := range n.edges[k].late[r] {
				n.edges[k].late[r][c] = faded(v, fade)
			}
		}
	}
}

// faded is a part of the equations of late, or nothing where it can say nothing.
func faded(v, fade float64) float64 {
	const nothing = 1e-30
	if v *= fade; math.Abs(v) < nothing {
		return 0
	}
	return v
}

// contradiction is how strongly the recent evidence speaks against one estimate, in
// variances, where what it says is within what a bias may be: what lies farther is not
// one thing.
func (e *Engine) contradiction(i int32, kind int) float64 {
	b, ok := e.Bias(i)
	if !ok {
		return 0
	}
	n := &e.nodes[i]
	slope, info := n.lateY[kind], 0.0
	for k := range n.edges {
		g := &n.edges[k]
		o, _ := e.Bias(g.other)
		slope -= g.late[kind][0]*o.Az + g.late[kind][1]*o.Range + g.late[kind][clock]*o.Clock
		if g.other == i {
			info = g.late[kind][kind]
		}
	}
	variance := [...]float64{b.VarAz, b.VarRange, b.VarClock}[kind]
	most := possible * [...]float64{e.cfg.BiasAz, e.cfg.BiasRange, e.cfg.BiasClock}[kind]
	off := slope / info
	if !(info > 0) || math.Abs(off) > most {
		return 0
	}
	return off * off / (1/info + variance)
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

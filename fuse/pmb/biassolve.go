package pmb

import (
	"math"
	"slices"
)

// solveBias renews one sensor's estimate: it and its neighbours are solved for
// together, those farther off stay as they are.
func (e *Engine) solveBias(i int32, now int64) {
	me := &e.nodes[i]
	me.fresh = false
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

// possible is how many of the 1σ that biases may have a bias can be: what is larger is
// none.
const possible = 6

// sure reports whether a bias is known well enough to be taken off.
func (e *Engine) sure(b *Bias, others bool) bool {
	factor := e.cfg.BiasSure
	if others {
		factor = e.cfg.BiasMore
	}
	known := b.VarAz < sq(max(e.cfg.BiasKnown*e.cfg.BiasAz, e.cfg.BiasUsual))
	may := math.Abs(b.Az) < possible*e.cfg.BiasAz && math.Abs(b.Range) < possible*e.cfg.BiasRange
	return known && may && (math.Abs(b.Az) > factor*math.Sqrt(b.VarAz) || b.VarRange < sq(e.cfg.BiasKnown*e.cfg.BiasRange) && math.Abs(b.Range) > factor*math.Sqrt(b.VarRange))
}

// sureOfClock reports whether a clock's error is worth correcting and known well
// enough for it; what is corrected already stays so until it is half as large.
func (e *Engine) sureOfClock(b *Bias, already bool) bool {
	least := leastShift
	if already {
		least /= 2
	}
	sigma, off := math.Sqrt(b.VarClock), math.Abs(b.Clock)
	return sigma < e.cfg.BiasKnown*e.cfg.BiasClock && off > e.cfg.BiasSure*sigma && off > least && off < possible*e.cfg.BiasClock
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

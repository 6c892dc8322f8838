package assoc

import "math/bits"

// apart solves the cluster at hand as exact does, but of all hypotheses that
// differ only in which of the same tracks took which of the same detections it
// keeps the likeliest (JPDA*: Blom & Bloem, IEEE Trans. Automatic Control 45(2),
// 2000). Tracks side by side then do not drift together: the average over two
// ways of swapping them lies between them, where nobody is.
func (s *lane) apart(p *Problem) {
	n, m := s.dense(p)
	rows, cols := 1<<n, 1<<m
	s.forward = grow(s.forward, rows*cols)
	s.pick = growInt(s.pick, rows*cols)
	best := s.forward
	// best of a set of tracks and a set of as many detections: the product of
	// odds of the likeliest matching, built up by the highest track of the set.
	for t := range rows {
		for d := range cols {
			at := t*cols + d
			switch {
			case bits.OnesCount(uint(t)) != bits.OnesCount(uint(d)):
				best[at] = 0
				continue
			case t == 0:
				best[at] = 1
				continue
			}
			r := bits.Len(uint(t)) - 1
			top, took := 0.0, int32(-1)
			for rest := uint(d); rest != 0; rest &= rest - 1 {
				c := bits.TrailingZeros(rest)
				if w := s.psi[r*m+c] * best[(t&^(1<<r))*cols+d&^(1<<c)]; w > top {
					top, took = w, int32(c)
				}
			}
			best[at], s.pick[at] = top, took
		}
	}
	total := 0.0
	s.backward = grow(s.backward, n*m)
	sum := s.backward
	clear(sum)
	for t := range rows {
		for d := range cols {
			w := best[t*cols+d]
			if w == 0 {
				continue
			}
			total += w
			for a, b := t, d; a != 0; {
				r, c := bits.Len(uint(a))-1, s.pick[a*cols+b]
				sum[r*m+int(c)] += w
				a, b = a&^(1<<r), b&^(1<<c)
			}
		}
	}
	for k := range sum {
		s.psi[k] = sum[k] / total
	}
	s.give(p, m)
}

// alike reports whether any two tracks of the cluster at hand are.
func (s *lane) alike(p *Problem) bool {
	if p.Alike == nil {
		return false
	}
	for k, i := range s.row {
		for _, j := range s.row[:k] {
			if p.Alike(j, i) {
				return true
			}
		}
	}
	return false
}

// give writes the cluster's probabilities from psi.
func (s *lane) give(p *Problem, m int) {
	for _, d := range s.col {
		p.Free[d] = 1
	}
	for r, i := range s.row {
		miss := 1.0
		for e := p.Start[i]; e < p.Start[i+1]; e++ {
			q := s.psi[r*m+int(s.colOf[p.Det[e]])]
			p.P[e] = q
			miss -= q
			p.Free[p.Det[e]] -= q
		}
		p.Miss[i] = max(miss, 0)
	}
	for _, d := range s.col {
		p.Free[d] = max(p.Free[d], 0)
	}
}

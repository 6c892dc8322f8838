package assoc

import (
	"math"
	"math/bits"
)

// mostBest is the largest side of a cluster that K-best takes: sets of
// detections are bits of a word.
const mostBest = 24

// event is one hypothesis of a cluster, and a part of the space of hypotheses
// of which it is the best: those that agree with it on the tracks before fixed
// and do not give the track fixed one of the banned detections (bit m: a miss).
type event struct {
	weight float64 // log of the product of odds
	fixed  int
	banned uint32
	took   [mostBest]int8 // detection of each track, m for a miss
}

// best solves the cluster at hand from its K likeliest hypotheses (Murty,
// Operations Research 16(3), 1968; the parts as in Miller, Stone & Cox, IEEE
// Trans. Aerospace and Electronic Systems 33(3), 1997): with K = 1 the
// likeliest alone, with K beyond their number what exact gives. It reports
// false where the cluster is too large.
func (s *lane) best(p *Problem) bool {
	n, m := len(s.row), len(s.col)
	if n > mostBest || m > mostBest {
		return false
	}
	s.dense(p)
	for k, w := range s.psi {
		s.psi[k] = math.Log(max(w, 1e-300)) // −∞ would not subtract
	}
	s.open, s.ranked = s.open[:0], s.ranked[:0]
	var all event
	if !s.assign(&all, n, m) {
		return false
	}
	s.open = append(s.open, all)
	for len(s.ranked) < s.Best && len(s.open) > 0 {
		top := 0
		for k := range s.open {
			if s.open[k].weight > s.open[top].weight {
				top = k
			}
		}
		e := s.open[top]
		s.open[top] = s.open[len(s.open)-1]
		s.open = s.open[:len(s.open)-1]
		if len(s.ranked) > 0 && e.weight < s.ranked[0].weight-30 {
			break // e⁻³⁰ of the likeliest: nothing more to come
		}
		s.ranked = append(s.ranked, e)
		for i := e.fixed; i < n; i++ {
			part := e
			if i > e.fixed {
				part.banned = 0
			}
			part.fixed = i
			part.banned |= 1 << uint(e.took[i])
			if s.assign(&part, n, m) {
				s.open = append(s.open, part)
			}
		}
	}
	total := 0.0
	s.backward = grow(s.backward, n*m)
	clear(s.backward)
	for k := range s.ranked {
		e := &s.ranked[k]
		w := math.Exp(e.weight - s.ranked[0].weight)
		total += w
		for i, c := range e.took[:n] {
			if int(c) < m {
				s.backward[i*m+int(c)] += w
			}
		}
	}
	for k := range s.psi {
		s.psi[k] = s.backward[k] / total
	}
	s.give(p, m)
	return true
}

// assign finds the likeliest hypothesis of a part by shortest augmenting paths
// (Jonker & Volgenant, Computing 38, 1987), and reports whether there is one.
// Every track may be missed; two tracks never share a detection.
func (s *lane) assign(e *event, n, m int) bool {
	const impossible = 1e18
	taken := uint32(0)
	e.weight = 0
	odds := func(i, c int) float64 {
		if c == m {
			return 0
		}
		return s.psi[i*m+c]
	}
	for i := range e.fixed {
		e.weight += odds(i, int(e.took[i]))
		if int(e.took[i]) < m {
			taken |= 1 << uint(e.took[i])
		}
	}
	// Columns: detections, then one miss for each track.
	cost := func(i, c int) float64 {
		switch {
		case c < m && (taken>>uint(c)&1 == 1 || i == e.fixed && e.banned>>uint(c)&1 == 1 || s.psi[i*m+c] < -600):
			return impossible
		case c < m:
			return -s.psi[i*m+c]
		case c-m != i || i == e.fixed && e.banned>>uint(m)&1 == 1:
			return impossible
		}
		return 0
	}
	wide := m + n
	var price, reach [2 * mostBest]float64 // of columns
	var owner, from [2 * mostBest]int8
	var rowPrice [mostBest]float64
	for c := range wide {
		owner[c] = -1
	}
	for i := e.fixed; i < n; i++ {
		done := uint64(0)
		for c := range wide {
			reach[c], from[c] = math.Inf(1), -1
		}
		row, last, base := i, -1, 0.0
		for {
			next, least := -1, math.Inf(1)
			for c := range wide {
				if done>>uint(c)&1 == 1 {
					continue
				}
				if v := base + cost(row, c) - rowPrice[row] - price[c]; v < reach[c] {
					reach[c], from[c] = v, int8(row)
				}
				if reach[c] < least {
					next, least = c, reach[c]
				}
			}
			if next < 0 || least > impossible/2 {
				return false
			}
			done |= 1 << uint(next)
			base = least
			if owner[next] < 0 {
				last = next
				break
			}
			row = int(owner[next])
		}
		rowPrice[i] += base
		for rest := done &^ (1 << uint(last)); rest != 0; rest &= rest - 1 {
			c := bits.TrailingZeros64(rest)
			rowPrice[owner[c]] += base - reach[c]
			price[c] -= base - reach[c]
		}
		for c := last; ; {
			r := from[c]
			before := int8(-1)
			for k := range wide {
				if owner[k] == r {
					before = int8(k)
				}
			}
			owner[c] = r
			if int(r) == i {
				break
			}
			c = int(before)
		}
	}
	for c := range wide {
		if r := owner[c]; r >= 0 {
			e.took[r] = int8(min(c, m))
			e.weight += odds(int(r), min(c, m))
		}
	}
	return true
}

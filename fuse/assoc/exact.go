package assoc

// exact solves the cluster at hand by summing over subsets of its smaller side:
// forward sums over the first tracks, backward sums over the others.
func (s *lane) exact(p *Problem) {
	n, m := s.dense(p)
	// at gives the odds of element a of the walked side with element b of the
	// subset side.
	walk, sub, at := n, m, func(a, b int) float64 { return s.psi[a*m+b] }
	if n < m {
		walk, sub, at = m, n, func(a, b int) float64 { return s.psi[b*m+a] }
	}
	size := 1 << sub
	s.forward = grow(s.forward, (walk+1)*size)
	s.backward = grow(s.backward, (walk+1)*size)
	f, b := s.forward, s.backward
	for k := range size {
		f[k] = 0
		b[walk*size+k] = 1
	}
	f[0] = 1
	for a := range walk {
		now, next := f[a*size:(a+1)*size], f[(a+1)*size:(a+2)*size]
		copy(next, now)
		for c := range sub {
			w := at(a, c)
			if w == 0 {
				continue
			}
			bit := 1 << c
			for k := range size {
				if k&bit == 0 {
					next[k|bit] += w * now[k]
				}
			}
		}
	}
	for a := walk - 1; a >= 0; a-- {
		now, prev := b[(a+1)*size:(a+2)*size], b[a*size:(a+1)*size]
		copy(prev, now)
		for c := range sub {
			w := at(a, c)
			if w == 0 {
				continue
			}
			bit := 1 << c
			for k := range size {
				if k&bit == 0 {
					prev[k] += w * now[k|bit]
				}
			}
		}
	}
	total := b[0]
	// From here psi holds probabilities.
	for a := range walk {
		for c := range sub {
			w := at(a, c)
			if w == 0 {
				continue
			}
			sum, bit := 0.0, 1<<c
			for k := range size {
				if k&bit == 0 {
					sum += f[a*size+k] * b[(a+1)*size+k|bit]
				}
			}
			q := w * sum / total
			if n < m {
				s.psi[c*m+a] = q
			} else {
				s.psi[a*m+c] = q
			}
		}
	}
	s.give(p, m)
}

package assoc

import "math"

// Problem is one scan's association in sparse rows: the pairs of track i are
// Det[Start[i]:Start[i+1]].
type Problem struct {
	Start []int32 // length tracks + 1
	Det   []int32 // detection of each pair
	// W of each pair: r·Pd·likelihood over (1 − r·Pd), the odds of the pair
	// against a miss. ≥ 0.
	W []float64
	// New of each detection: the density of clutter and of undetected things at
	// it, in the unit of the likelihoods. > 0.
	New []float64
	// Alike, where set, reports whether two tracks go the same way, so that
	// mixing up their detections would draw them together.
	Alike func(i, j int32) bool

	// Results, of the same lengths: P of each pair, Miss of each track, Free of
	// each detection.
	P, Miss, Free []float64
}

// Tracks is the number of tracks.
func (p *Problem) Tracks() int { return len(p.Start) - 1 }

// Reset empties the problem and keeps its memory.
func (p *Problem) Reset() {
	p.Start = append(p.Start[:0], 0)
	p.Det, p.W, p.New = p.Det[:0], p.W[:0], p.New[:0]
}

// odds of a pair against miss and clutter together. They are bounded, so that
// sums of products of them stay finite: beyond the bound nothing is in doubt.
func (p *Problem) odds(e int32) float64 { return min(p.W[e]/p.New[p.Det[e]], 1e30) }

// Solver holds scratch memory and the limits of the exact method. The zero
// value works: it never solves exactly what is larger than 1×1.
type Solver struct {
	// Exact is the largest smaller side of a cluster that is summed over
	// subsets, at most 10; others go to belief propagation.
	Exact int
	// Apart is the size, tracks and detections together, up to which a cluster
	// is solved without averaging over ways of swapping its tracks; at most 12.
	Apart int
	// Best, where positive, solves clusters that Exact and Apart leave from that
	// many of their likeliest hypotheses; those of more than 24 tracks or
	// detections go to belief propagation all the same.
	Best int
	// Rounds and Close bound belief propagation: most rounds, and the change of
	// a message below which it stops. 0 means 100 and 1e-6.
	Rounds int
	Close  float64

	// Clusters and Loops count what was met since the solver was made: clusters
	// larger than 1×1, and those that needed belief propagation.
	Clusters, Loops uint64

	// Parallel, where set, calls work with every number below n, in any order
	// and at the same time, and returns when all are done; Lanes is the n it
	// will be called with. Clusters are independent: the result is the same to
	// the bit.
	Parallel func(n int, work func(i int))
	Lanes    int

	parent, rank       []int32
	rowOf              []int32
	order, bucketStart []int32
	lanes              []lane
	problem            *Problem
	tracks             int
	work               func(i int)
}

// lane is the scratch memory of clusters that are solved one after the other.
type lane struct {
	*Solver
	clusters, loops   uint64
	pick              []int32
	row, col          []int32 // members of the cluster at hand
	colOf             []int32
	psi, mu, nu       []float64
	rest, big         []float64
	forward, backward []float64
	open, ranked      []event
}

// Solve fills the results.
func (s *Solver) Solve(p *Problem) {
	n, m := p.Tracks(), len(p.New)
	p.P = grow(p.P, len(p.Det))
	p.Miss = grow(p.Miss, n)
	p.Free = grow(p.Free, m)
	for i := range p.Miss {
		p.Miss[i] = 1
	}
	for j := range p.Free {
		p.Free[j] = 1
	}
	if len(p.Det) == 0 {
		return
	}
	s.group(p, n, m)
	k := 1
	if s.Parallel != nil && len(p.Det) >= worthwhile {
		k = max(1, s.Lanes)
	}
	for len(s.lanes) < k {
		s.lanes = append(s.lanes, lane{Solver: s})
	}
	s.problem, s.tracks = p, n
	if k == 1 {
		s.lanes[0].solve(0, len(s.bucketStart)-1)
	} else {
		if s.work == nil {
			s.work = func(i int) {
				c := len(s.bucketStart) - 1
				s.lanes[i].solve(i*c/s.Lanes, (i+1)*c/s.Lanes)
			}
		}
		s.Parallel(k, s.work)
	}
	for i := range s.lanes {
		l := &s.lanes[i]
		s.Clusters, s.Loops = s.Clusters+l.clusters, s.Loops+l.loops
		l.clusters, l.loops = 0, 0
	}
}

// worthwhile is the number of pairs from which clusters are spread over lanes.
const worthwhile = 64

// solve solves the clusters from one number up to another, exclusive.
func (s *lane) solve(from, to int) {
	p, n := s.problem, s.tracks
	for c := from; c < to; c++ {
		members := s.order[s.bucketStart[c]:s.bucketStart[c+1]]
		s.row, s.col = s.row[:0], s.col[:0]
		for _, v := range members {
			if int(v) < n {
				s.row = append(s.row, v)
			} else {
				s.col = append(s.col, v-int32(n))
			}
		}
		switch {
		case len(s.row) == 0 || len(s.col) == 0:
		case len(s.row) == 1:
			s.single(p)
		default:
			s.clusters++
			if len(s.row)+len(s.col) <= s.Apart && len(s.col) > 1 && s.alike(p) {
				s.apart(p)
				continue
			}
			if k := min(len(s.row), len(s.col)); k <= s.Exact && (len(s.row)+len(s.col))<<k <= 4096 {
				s.exact(p)
				continue
			}
			if s.Best > 0 && s.best(p) {
				continue
			}
			s.loops++
			s.propagate(p)
		}
	}
}

// group puts tracks (0 … n−1) and detections (n … n+m−1) into clusters by union-find,
// in the order of their smallest member.
func (s *Solver) group(p *Problem, n, m int) {
	s.parent = growInt(s.parent, n+m)
	for i := range s.parent {
		s.parent[i] = int32(i)
	}
	for i := range n {
		for _, d := range p.Det[p.Start[i]:p.Start[i+1]] {
			a, b := s.find(int32(i)), s.find(int32(n)+d)
			// The smaller index is the root, so that order never depends on the
			// way the pairs came.
			if a < b {
				s.parent[b] = a
			} else {
				s.parent[a] = b
			}
		}
	}
	s.rank = growInt(s.rank, n+m)
	k := int32(0)
	for i := range s.parent {
		if s.find(int32(i)) == int32(i) {
			s.rank[i] = k
			k++
		}
	}
	s.bucketStart = growInt(s.bucketStart, int(k)+1)
	for i := range s.bucketStart {
		s.bucketStart[i] = 0
	}
	for i := range s.parent {
		s.bucketStart[s.rank[s.parent[i]]+1]++
	}
	for c := range int(k) {
		s.bucketStart[c+1] += s.bucketStart[c]
	}
	s.order = growInt(s.order, n+m)
	s.rowOf = growInt(s.rowOf, int(k))
	copy(s.rowOf, s.bucketStart[:k])
	for i := range s.parent {
		c := s.rank[s.parent[i]]
		s.order[s.rowOf[c]] = int32(i)
		s.rowOf[c]++
	}
}

func (s *Solver) find(i int32) int32 {
	for s.parent[i] != i {
		s.parent[i] = s.parent[s.parent[i]]
		i = s.parent[i]
	}
	return i
}

// single is one track with its detections: closed form.
func (s *lane) single(p *Problem) {
	i := s.row[0]
	sum := 1.0
	for e := p.Start[i]; e < p.Start[i+1]; e++ {
		p.P[e] = p.odds(e)
		sum += p.P[e]
	}
	p.Miss[i] = 1 / sum
	for e := p.Start[i]; e < p.Start[i+1]; e++ {
		p.P[e] /= sum
		p.Free[p.Det[e]] = 1 - p.P[e]
	}
}

// dense lays the cluster's odds out as a matrix, rows tracks.
func (s *lane) dense(p *Problem) (n, m int) {
	n, m = len(s.row), len(s.col)
	s.psi = grow(s.psi, n*m)
	for k := range s.psi {
		s.psi[k] = 0
	}
	s.colOf = growInt(s.colOf, len(p.New))
	for c, d := range s.col {
		s.colOf[d] = int32(c)
	}
	for r, i := range s.row {
		for e := p.Start[i]; e < p.Start[i+1]; e++ {
			s.psi[r*m+int(s.colOf[p.Det[e]])] = p.odds(e)
		}
	}
	return n, m
}

// propagate is the sum-product algorithm on the cluster.
func (s *lane) propagate(p *Problem) {
	rounds, tol := s.Rounds, s.Close
	if rounds == 0 {
		rounds = 100
	}
	if tol == 0 {
		tol = 1e-6
	}
	// Messages live on pairs. nu: from a detection to a track; mu: back. A sum
	// over all but one is kept as the largest term apart from the rest, so that
	// leaving the largest out cancels nothing.
	s.mu, s.nu = grow(s.mu, len(p.Det)), grow(s.nu, len(p.Det))
	s.psi = grow(s.psi, len(p.Det))
	s.rest, s.big = grow(s.rest, len(p.New)), grow(s.big, len(p.New))
	for _, i := range s.row {
		for e := p.Start[i]; e < p.Start[i+1]; e++ {
			s.psi[e] = p.odds(e)
			s.nu[e] = 1
		}
	}
	for range rounds {
		for _, d := range s.col {
			s.rest[d], s.big[d] = 1, 0
		}
		for _, i := range s.row {
			rest, big := s.rowSum(p, i)
			for e := p.Start[i]; e < p.Start[i+1]; e++ {
				q, d := s.psi[e]*s.nu[e], p.Det[e]
				s.mu[e] = s.psi[e] / without(rest, big, q)
				s.rest[d], s.big[d] = with(s.rest[d], s.big[d], s.mu[e])
			}
		}
		change := 0.0
		for _, i := range s.row {
			for e := p.Start[i]; e < p.Start[i+1]; e++ {
				d := p.Det[e]
				v := 1 / without(s.rest[d], s.big[d], s.mu[e])
				change = max(change, math.Abs(v-s.nu[e]))
				s.nu[e] = v
			}
		}
		if change < tol {
			break
		}
	}
	for _, d := range s.col {
		p.Free[d] = 1 / (s.rest[d] + s.big[d])
	}
	for _, i := range s.row {
		rest, big := s.rowSum(p, i)
		sum := rest + big
		p.Miss[i] = 1 / sum
		for e := p.Start[i]; e < p.Start[i+1]; e++ {
			p.P[e] = s.psi[e] * s.nu[e] / sum
		}
	}
}

func (s *lane) rowSum(p *Problem, i int32) (rest, big float64) {
	rest = 1
	for e := p.Start[i]; e < p.Start[i+1]; e++ {
		rest, big = with(rest, big, s.psi[e]*s.nu[e])
	}
	return rest, big
}

// with adds a term to a sum kept as its largest term and the rest.
func with(rest, big, q float64) (float64, float64) {
	if q > big {
		return rest + big, q
	}
	return rest + q, big
}

// without is the sum less one of its terms.
func without(rest, big, q float64) float64 {
	if q == big {
		return rest
	}
	return rest - q + big
}

func grow(v []float64, n int) []float64 {
	if cap(v) < n {
		return make([]float64, n, n+n/2+8)
	}
	return v[:n]
}

func growInt(v []int32, n int) []int32 {
	if cap(v) < n {
		return make([]int32, n, n+n/2+8)
	}
	return v[:n]
}

package score

import "math"

// Place is one truth or one track at an instant: m and m/s.
type Place struct {
	ID           int64
	X, Y, VX, VY float64
}

// Frame is one instant.
type Frame struct {
	T             float64 // s
	Truth, Tracks []Place
}

// matcher finds the assignment of truths to tracks that minimises the sum of
// min(d, c)^p. Pairs at c or beyond cost what no pair costs, so the problem
// falls apart into clusters of near ones, which keeps it small.
type matcher struct{ c, p float64 }

// pairs gives for each truth the index of its track, −1 for none.
func (m *matcher) pairs(truth, tracks []Place) []int {
	n, k := len(truth), len(tracks)
	out := make([]int, n)
	for i := range out {
		out[i] = -1
	}
	if n == 0 || k == 0 {
		return out
	}
	parent := make([]int, n+k)
	for i := range parent {
		parent[i] = i
	}
	find := func(i int) int {
		for parent[i] != i {
			parent[i] = parent[parent[i]]
			i = parent[i]
		}
		return i
	}
	for i := range truth {
		for j := range tracks {
			if distance(&truth[i], &tracks[j]) < m.c {
				parent[find(i)] = find(n + j)
			}
		}
	}
	members := make(map[int][]int)
	for i := range parent {
		members[find(i)] = append(members[find(i)], i)
	}
	for i := range truth {
		cluster := members[find(i)]
		if cluster == nil {
			continue
		}
		members[find(i)] = nil
		var rows, cols []int
		for _, q := range cluster {
			if q < n {
				rows = append(rows, q)
			} else {
				cols = append(cols, q-n)
			}
		}
		m.cluster(truth, tracks, rows, cols, out)
	}
	return out
}

func distance(a, b *Place) float64 { return math.Hypot(a.X-b.X, a.Y-b.Y) }

// cluster solves one cluster by the Hungarian method with potentials
// (Kuhn 1955; Jonker & Volgenant 1987) on a square of costs −gain.
func (m *matcher) cluster(truth, tracks []Place, rows, cols []int, out []int) {
	if len(cols) == 0 {
		return
	}
	n := max(len(rows), len(cols))
	cost := make([]float64, n*n)
	for a, i := range rows {
		for b, j := range cols {
			if d := distance(&truth[i], &tracks[j]); d < m.c {
				cost[a*n+b] = math.Pow(d, m.p) - math.Pow(m.c, m.p)
			}
		}
	}
	u, v := make([]float64, n+1), make([]float64, n+1)
	match, way := make([]int, n+1), make([]int, n+1)
	for i := 1; i <= n; i++ {
		match[0] = i
		j0 := 0
		least := make([]float64, n+1)
		used := make([]bool, n+1)
		for j := range least {
			least[j] = math.Inf(1)
		}
		for {
			used[j0] = true
			i0, delta, j1 := match[j0], math.Inf(1), 0
			for j := 1; j <= n; j++ {
				if used[j] {
					continue
				}
				if cur := cost[(i0-1)*n+j-1] - u[i0] - v[j]; cur < least[j] {
					least[j], way[j] = cur, j0
				}
				if least[j] < delta {
					delta, j1 = least[j], j
				}
			}
			for j := 0; j <= n; j++ {
				if used[j] {
					u[match[j]] += delta
					v[j] -= delta
				} else {
					least[j] -= delta
				}
			}
			j0 = j1
			if match[j0] == 0 {
				break
			}
		}
		for j0 != 0 {
			j1 := way[j0]
			match[j0] = match[j1]
			j0 = j1
		}
	}
	for j := 1; j <= n; j++ {
		a, b := match[j]-1, j-1
		if a < len(rows) && b < len(cols) && cost[a*n+b] < 0 {
			out[rows[a]] = cols[b]
		}
	}
}

// Pairs gives for each truth the index of the track that GOSPA assigns to it
// under cut-off c and order p, −1 for none.
func Pairs(truth, tracks []Place, c, p float64) []int {
	m := matcher{c: c, p: p}
	return m.pairs(truth, tracks)
}

package node

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"marsad/fuse/kin"
	"marsad/fuse/pmb"
	"marsad/fuse/score"
	"marsad/geo"
)

// drawn is a random covariance: states of m and m/s with all kinds of
// correlations.
func drawn(rng *rand.Rand) (p [10]float64, root matrix) {
	scale := [4]float64{20 * math.Exp(rng.NormFloat64()), 20 * math.Exp(rng.NormFloat64()), 1, 1.5}
	for i := range 4 {
		for j := range 4 {
			root[i][j] = scale[i] * rng.NormFloat64()
		}
		root[i][i] += scale[i]
	}
	return pack(product(&root, &root)), root
}

// product is a·bᵀ.
func product(a, b *matrix) (m matrix) {
	for i := range 4 {
		for j := range 4 {
			for k := range 4 {
				m[i][j] += a[i][k] * b[j][k]
			}
		}
	}
	return m
}

func pack(m matrix) (p [10]float64) {
	k := 0
	for i := range 4 {
		for j := i; j < 4; j++ {
			p[k] = m[i][j]
			k++
		}
	}
	return p
}

// atLeast reports whether p − q is positive semidefinite, up to rounding.
func atLeast(p, q *[10]float64) bool {
	a, b := unpack(p), unpack(q)
	for i := range 4 {
		for j := range 4 {
			a[i][j] -= b[i][j]
		}
		a[i][i] += 1e-7 * (p[0] + p[4] + p[7] + p[9])
	}
	_, ok := inverse(a)
	return ok
}

func logDet(p *[10]float64) float64 {
	m := unpack(p)
	sum := 0.0
	for i := range 4 {
		for j := i + 1; j < 4; j++ {
			f := m[j][i] / m[i][i]
			for k := range 4 {
				m[j][k] -= f * m[i][k]
			}
		}
		sum += math.Log(m[i][i])
	}
	return sum
}

// TestIntersectionHasTheLeastDeterminant compares ω with a search over a grid.
func TestIntersectionHasTheLeastDeterminant(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for n := range 300 {
		var a, b kin.Gauss
		a.P, _ = drawn(rng)
		b.P, _ = drawn(rng)
		out, omega, ok := Intersect(&a, &b)
		if !ok {
			t.Fatalf("case %d: no result", n)
		}
		ia, _ := inverse(unpack(&a.P))
		ib, _ := inverse(unpack(&b.P))
		for k := range 101 {
			m, _ := inverse(mixed(&ia, &ib, float64(k)/100))
			p := pack(m)
			if logDet(&p) < logDet(&out.P)-1e-6 {
				t.Fatalf("case %d: ω = %.2f gives a smaller determinant than %.4f", n, float64(k)/100, omega)
			}
		}
	}
}

// TestIntersectionIsNeverOverconfident draws pairs of estimates whose errors
// share a part of unknown size: the average normalised squared error must not
// exceed its band from above, whatever they share. Joined as if independent
// (the control) it does.
func TestIntersectionIsNeverOverconfident(t *testing.T) {
	const n = 4000
	_, high := score.Band(4, n)
	for _, share := range []float64{0, 0.3, 0.7, 0.95, 1} {
		rng := rand.New(rand.NewPCG(uint64(100*share), 5))
		sum, control := 0.0, 0.0
		for range n {
			var a, b kin.Gauss
			var rootA, rootB matrix
			a.P, rootA = drawn(rng)
			b.P, rootB = drawn(rng)
			var common, own [4]float64
			for i := range 4 {
				common[i], own[i] = rng.NormFloat64(), rng.NormFloat64()
			}
			for i := range 4 {
				for j := range 4 {
					a.X[i] += rootA[i][j] * common[j]
					b.X[i] += rootB[i][j] * (math.Sqrt(share)*common[j] + math.Sqrt(1-share)*own[j])
				}
			}
			out, _, _ := Intersect(&a, &b)
			sum += score.NEES(out.X, out.P)
			control += score.NEES(naive(&a, &b))
		}
		if sum/n > high {
			t.Errorf("share %.2f: average NEES %.2f, at most %.2f is honest", share, sum/n, high)
		}
		if share >= 0.7 && control/n <= high {
			t.Errorf("share %.2f: joining as if independent gives %.2f: the test cannot fail", share, control/n)
		}
	}
}

// naive joins as if errors were independent.
func naive(a, b *kin.Gauss) ([4]float64, [10]float64) {
	ia, _ := inverse(unpack(&a.P))
	ib, _ := inverse(unpack(&b.P))
	for i := range 4 {
		for j := range 4 {
			ia[i][j] += ib[i][j]
		}
	}
	p, _ := inverse(ia)
	var x, y [4]float64
	for i := range 4 {
		for j := range 4 {
			y[i] += ib[i][j] * (b.X[j] - a.X[j])
		}
	}
	for i := range 4 {
		x[i] = a.X[i]
		for j := range 4 {
			x[i] += p[i][j] * y[j]
		}
	}
	return x, pack(p)
}

func TestMarginalsBoundEveryCovariance(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 1))
	for n := range 500 {
		p, _ := drawn(rng)
		bound := Marginals(p[0], p[4], 0, p[7], p[9])
		if !atLeast(&bound, &p) {
			t.Fatalf("case %d: %v is not bounded by %v", n, p, bound)
		}
		if bound = Marginals(p[0], p[4], p[1], p[7], p[9]); !atLeast(&bound, &p) {
			t.Fatalf("case %d: with the correlation of the place, %v is not bounded by %v", n, p, bound)
		}
	}
}

func report(name string, at int64, p geo.Point) *Report {
	return &Report{Name: Name{Node: 3, Track: name}, At: at, Existence: 0.9,
		State: State{Point: p, Gauss: kin.Gauss{P: [10]float64{100, 0, 0, 0, 100, 0, 0, 1, 0, 1}}}}
}

func TestBookIsBounded(t *testing.T) {
	var b Book
	home := geo.Point{Lat: 36, Lon: 42}
	for i := range Most + 100 {
		b.Add(report(fmt.Sprint(i), 1, home))
	}
	if len(b.Tracks) != Most || b.Full != 100 {
		t.Errorf("%d kept, %d without room", len(b.Tracks), b.Full)
	}
	if b.Add(report("7", 0, home)) != nil || b.Old != 1 {
		t.Error("an older report replaced a newer one")
	}
	if gone := b.Drop(Keep+2, nil); len(b.Tracks) != 0 || len(gone) != 0 {
		t.Errorf("%d left of a silent node, %d said to be shown", len(b.Tracks), len(gone))
	}
}

func TestMatchTakesTheNearestAndKeepsIt(t *testing.T) {
	var b Book
	home := geo.Point{Lat: 36, Lon: 42}
	at := func(e, n float64) geo.Point { f := geo.NewFrame(geo.Position{Point: home}); return f.At(e, n) }
	mine := func(key int64, e float64) Own {
		return Own{Key: pmb.Key{At: key}, State: State{Point: at(e, 0), Gauss: kin.Gauss{P: [10]float64{25, 0, 0, 0, 25, 0, 0, 1, 0, 1}}}}
	}
	b.Add(report("x", 0, at(0, 0)))
	other := *report("y", 0, at(8, 0))
	other.Node = 4
	b.Add(&other)
	b.Match(0, nil)
	x, y := b.Get(Name{3, "x"}), b.Get(Name{4, "y"})
	if !x.Leads() || y.Leads() || y.Lead != x.Name {
		t.Fatalf("two nodes' tracks of one thing: %+v and %+v", x, y)
	}
	b.Match(0, []Own{mine(5, -10), mine(6, 300)})
	if x.Own.At != 5 || y.Own.At != 5 {
		t.Fatalf("both belong to the near one of ours, not %v and %v", x.Own, y.Own)
	}
	// One that is a little nearer does not take it away.
	b.Match(0, []Own{mine(5, -40), mine(7, 39)})
	if x.Own.At != 5 {
		t.Errorf("it went over to %v", x.Own)
	}
	if b.Match(0, []Own{mine(6, 300)}); !x.Leads() || x.Was.At != 5 {
		t.Errorf("without ours it does not lead: %+v", x)
	}
	if got := b.With(x.Name, nil); len(got) != 1 || got[0] != y {
		t.Errorf("with it goes %v", got)
	}
}

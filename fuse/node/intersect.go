package node

import (
	"math"

	"marsad/fuse/kin"
)

// Intersect joins two estimates of one thing whose errors have an unknown part
// in common (covariance intersection: Julier & Uhlmann 1997):
//
//	P⁻¹ = ω·A⁻¹ + (1−ω)·B⁻¹,  x = P·(ω·A⁻¹·a + (1−ω)·B⁻¹·b)
//
// with the ω in [0, 1] that makes the determinant of P least, which does not
// depend on the units. Both are in the same frame, with the units of kin.Gauss.
// ok is false, and a is given back, where a covariance is not positive definite.
func Intersect(a, b *kin.Gauss) (out kin.Gauss, omega float64, ok bool) {
	ia, okA := inverse(unpack(&a.P))
	ib, okB := inverse(unpack(&b.P))
	if !okA || !okB {
		return *a, 1, false
	}
	// The log determinant of ω·A⁻¹ + (1−ω)·B⁻¹ is concave in ω: its slope, the
	// trace of P·(A⁻¹ − B⁻¹), falls, and is halved in on.
	slope := func(w float64) float64 {
		p, ok := inverse(mixed(&ia, &ib, w))
		if !ok {
			return 0
		}
		s := 0.0
		for i := range 4 {
			for j := range 4 {
				s += p[i][j] * (ia[j][i] - ib[j][i])
			}
		}
		return s
	}
	lo, hi := 0.0, 1.0
	switch {
	case slope(1) >= 0:
		return *a, 1, true
	case slope(0) <= 0:
		return *b, 0, true
	}
	for range 40 {
		if w := (lo + hi) / 2; slope(w) > 0 {
			lo = w
		} else {
			hi = w
		}
	}
	w := (lo + hi) / 2
	p, ok := inverse(mixed(&ia, &ib, w))
	if !ok {
		return *a, 1, false
	}
	// About a, so that large coordinates cost no precision: x = a + (1−ω)·P·B⁻¹·(b − a).
	var y [4]float64
	for i := range 4 {
		for j := range 4 {
			y[i] += (1 - w) * ib[i][j] * (b.X[j] - a.X[j])
		}
	}
	k := 0
	for i := range 4 {
		out.X[i] = a.X[i]
		for j := range 4 {
			out.X[i] += p[i][j] * y[j]
		}
		for j := i; j < 4; j++ {
			out.P[k] = p[i][j]
			k++
		}
	}
	return out, w, out.Finite()
}

type matrix [4][4]float64

func unpack(p *[10]float64) (m matrix) {
	k := 0
	for i := range 4 {
		for j := i; j < 4; j++ {
			m[i][j], m[j][i] = p[k], p[k]
			k++
		}
	}
	return m
}

func mixed(a, b *matrix, w float64) (m matrix) {
	for i := range 4 {
		for j := range 4 {
			m[i][j] = w*a[i][j] + (1-w)*b[i][j]
		}
	}
	return m
}

// inverse of a symmetric positive definite matrix by its Cholesky factor.
func inverse(m matrix) (out matrix, ok bool) {
	var l, n matrix // m = l·lᵀ, n = l⁻¹
	for i := range 4 {
		for j := 0; j <= i; j++ {
			v := m[i][j]
			for k := range j {
				v -= l[i][k] * l[j][k]
			}
			if i != j {
				l[i][j] = v / l[j][j]
				continue
			}
			if !(v > 1e-14*m[i][i]) || math.IsInf(v, 0) {
				return out, false
			}
			l[i][i] = math.Sqrt(v)
		}
	}
	for i := range 4 {
		n[i][i] = 1 / l[i][i]
		for j := range i {
			v := 0.0
			for k := j; k < i; k++ {
				v -= l[i][k] * n[k][j]
			}
			n[i][j] = v / l[i][i]
		}
	}
	for i := range 4 {
		for j := 0; j <= i; j++ {
			v := 0.0
			for k := i; k < 4; k++ {
				v += n[k][i] * n[k][j]
			}
			out[i][j], out[j][i] = v, v
		}
	}
	return out, true
}

// Marginals bounds the covariance of which only the variances are known: east,
// north, and of both velocities. Correlations left unsaid can at worst double
// a pair's, and for parts of weight ω and 1−ω
//
//	P ≤ diag(P₁/ω, P₂/(1−ω))
//
// holds for every P with the blocks P₁ and P₂ (Hanebeck, Briechle & Horn 2001).
// Position is given the larger share, 0.8: it is what matters. cov is the
// covariance of east and north where it is said, else 0.
func Marginals(east, north, cov, ve, vn float64) (p [10]float64) {
	const share = 0.8
	k := 1 / share
	if cov == 0 {
		k *= 2
	}
	p[0], p[1], p[4] = k*east, k*cov, k*north
	p[7], p[9] = 2/(1-share)*ve, 2/(1-share)*vn
	return p
}

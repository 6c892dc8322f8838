package kin

import "math"

// Gauss is a Gaussian over (x, y, vx, vy) in m and m/s.
type Gauss struct {
	X [4]float64
	P [10]float64 // packed upper triangle: 00 01 02 03 11 12 13 22 23 33
}

// Drift moves the state by dt ≥ 0 seconds, with white acceleration of power
// spectral density q in m²/s³ on each axis (Bar-Shalom, Li & Kirubarajan 2001,
// section 6.2.2). With tau > 0 the velocity fades by exp(−dt/tau).
func (g *Gauss) Drift(dt, q, tau float64) {
	p := &g.P
	// x += b·v, v *= a; noise of position, of both, of velocity.
	a, b := 1.0, dt
	dt2 := dt * dt
	qxx, qxv, qvv := q*dt2*dt/3, q*dt2/2, q*dt
	if tau > 0 {
		a = math.Exp(-dt / tau)
		b = tau * (1 - a)
		qvv = q * tau / 2 * (1 - a*a)
		qxv = q / 2 * b * b
		qxx = q * tau * tau * max(0, dt-2*b+tau/2*(1-a*a))
	}
	g.X[0] += b * g.X[2]
	g.X[1] += b * g.X[3]
	g.X[2] *= a
	g.X[3] *= a
	b2 := b * b
	p[0] += 2*b*p[2] + b2*p[7] + qxx
	p[1] += b*(p[3]+p[5]) + b2*p[8]
	p[4] += 2*b*p[6] + b2*p[9] + qxx
	p[2] = a*(p[2]+b*p[7]) + qxv
	p[3] = a * (p[3] + b*p[8])
	p[5] = a * (p[5] + b*p[8])
	p[6] = a*(p[6]+b*p[9]) + qxv
	p[7] = a*a*p[7] + qvv
	p[8] *= a * a
	p[9] = a*a*p[9] + qvv
}

// Stand moves the state by dt seconds as a thing that stands still: the
// velocity becomes zero with variance v (m²/s²), and the position walks with
// q m²/s on each axis.
func (g *Gauss) Stand(dt, q, v float64) {
	p := &g.P
	g.X[2], g.X[3] = 0, 0
	p[0] += q * dt
	p[4] += q * dt
	p[2], p[3], p[5], p[6], p[8] = 0, 0, 0, 0, 0
	p[7], p[9] = v, v
}

// Row is one scalar measurement, linearised: innovation = H·(x − x̂) + noise.
type Row struct {
	H [4]float64
	// Innovation at the state about which the row was linearised, and the
	// variance of its noise.
	Nu, R float64
}

// Use updates the state with one row and gives the row's squared normalised
// innovation and the log of its likelihood (natural, density in the row's own
// unit). Rows of one measurement must have independent noise and be linearised
// about the same state: from is that state's mean before the first of them.
func (g *Gauss) Use(r *Row, from *[4]float64) (d2, logL float64) {
	p, h := &g.P, &r.H
	b0 := p[0]*h[0] + p[1]*h[1] + p[2]*h[2] + p[3]*h[3]
	b1 := p[1]*h[0] + p[4]*h[1] + p[5]*h[2] + p[6]*h[3]
	b2 := p[2]*h[0] + p[5]*h[1] + p[7]*h[2] + p[8]*h[3]
	b3 := p[3]*h[0] + p[6]*h[1] + p[8]*h[2] + p[9]*h[3]
	s := h[0]*b0 + h[1]*b1 + h[2]*b2 + h[3]*b3 + r.R
	nu := r.Nu
	for i := range 4 {
		nu -= h[i] * (g.X[i] - from[i])
	}
	inv := 1 / s
	d2 = nu * nu * inv
	k0, k1, k2, k3 := b0*inv, b1*inv, b2*inv, b3*inv
	g.X[0] += k0 * nu
	g.X[1] += k1 * nu
	g.X[2] += k2 * nu
	g.X[3] += k3 * nu
	// The scalar form of P − KSKᵀ: symmetric by construction. The diagonal is
	// kept above a thousandth of a millimetre squared so that rounding can
	// never make it negative.
	p[0] = max(p[0]-k0*b0, least)
	p[1] -= k0 * b1
	p[2] -= k0 * b2
	p[3] -= k0 * b3
	p[4] = max(p[4]-k1*b1, least)
	p[5] -= k1 * b2
	p[6] -= k1 * b3
	p[7] = max(p[7]-k2*b2, least)
	p[8] -= k2 * b3
	p[9] = max(p[9]-k3*b3, least)
	return d2, -0.5 * (d2 + math.Log(2*math.Pi*s))
}

const least = 1e-9

// Variance of a row's innovation under the state, its noise included.
func (g *Gauss) Variance(r *Row) float64 {
	p, h := &g.P, &r.H
	return h[0]*(p[0]*h[0]+2*(p[1]*h[1]+p[2]*h[2]+p[3]*h[3])) +
		h[1]*(p[4]*h[1]+2*(p[5]*h[2]+p[6]*h[3])) +
		h[2]*(p[7]*h[2]+2*p[8]*h[3]) + h[3]*h[3]*p[9] + r.R
}

// Blend is the mean and covariance of a mixture: the parts come one by one.
// The zero value is empty. It works about the first part's mean, so that large
// coordinates cost no precision.
type Blend struct {
	w      float64
	origin [4]float64
	sum    [4]float64
	p      [10]float64
}

// Add a part with its weight; weights need not sum to one.
func (b *Blend) Add(w float64, g *Gauss) {
	if w <= 0 {
		return
	}
	if b.w == 0 {
		b.origin = g.X
	}
	b.w += w
	d0, d1, d2, d3 := g.X[0]-b.origin[0], g.X[1]-b.origin[1], g.X[2]-b.origin[2], g.X[3]-b.origin[3]
	b.sum[0] += w * d0
	b.sum[1] += w * d1
	b.sum[2] += w * d2
	b.sum[3] += w * d3
	p, q := &b.p, &g.P
	p[0] += w * (q[0] + d0*d0)
	p[1] += w * (q[1] + d0*d1)
	p[2] += w * (q[2] + d0*d2)
	p[3] += w * (q[3] + d0*d3)
	p[4] += w * (q[4] + d1*d1)
	p[5] += w * (q[5] + d1*d2)
	p[6] += w * (q[6] + d1*d3)
	p[7] += w * (q[7] + d2*d2)
	p[8] += w * (q[8] + d2*d3)
	p[9] += w * (q[9] + d3*d3)
}

// Weight is the sum of the parts' weights.
func (b *Blend) Weight() float64 { return b.w }

// Gauss is the mixture's mean and covariance; ok is false where it is empty.
func (b *Blend) Gauss() (g Gauss, ok bool) {
	if b.w < 1e-30 {
		return g, false
	}
	inv := 1 / b.w
	var m [4]float64
	for i := range m {
		m[i] = b.sum[i] * inv
		g.X[i] = b.origin[i] + m[i]
	}
	k := 0
	for i := range 4 {
		for j := i; j < 4; j++ {
			g.P[k] = b.p[k]*inv - m[i]*m[j]
			k++
		}
	}
	for _, i := range [4]int{0, 4, 7, 9} {
		g.P[i] = max(g.P[i], least)
	}
	return g, true
}

// Turn rotates the state's frame and moves its origin: a point (x, y) becomes
// (x0 + c·x − s·y, y0 + s·x + c·y); velocities turn with it.
func (g *Gauss) Turn(x0, y0, c, s float64) {
	x, y, vx, vy := g.X[0], g.X[1], g.X[2], g.X[3]
	g.X = [4]float64{x0 + c*x - s*y, y0 + s*x + c*y, c*vx - s*vy, s*vx + c*vy}
	p := g.P
	a, b, d := turnBlock(p[0], p[1], p[4], c, s)
	g.P[0], g.P[1], g.P[4] = a, b, d
	a, b, d = turnBlock(p[7], p[8], p[9], c, s)
	g.P[7], g.P[8], g.P[9] = a, b, d
	// The cross block M = [2 3; 5 6] becomes R·M·Rᵀ.
	m00, m01 := c*p[2]-s*p[5], c*p[3]-s*p[6]
	m10, m11 := s*p[2]+c*p[5], s*p[3]+c*p[6]
	g.P[2], g.P[3] = m00*c-m01*s, m00*s+m01*c
	g.P[5], g.P[6] = m10*c-m11*s, m10*s+m11*c
}

func turnBlock(a, b, d, c, s float64) (float64, float64, float64) {
	return c*c*a - 2*c*s*b + s*s*d, c*s*(a-d) + (c*c-s*s)*b, s*s*a + 2*c*s*b + c*c*d
}

// Along is the standard deviation of the position along a unit vector, in m.
func (g *Gauss) Along(ux, uy float64) float64 {
	return math.Sqrt(max(0, ux*ux*g.P[0]+2*ux*uy*g.P[1]+uy*uy*g.P[4]))
}

// Finite reports whether every number of the state is one.
func (g *Gauss) Finite() bool {
	s := 0.0
	for _, v := range g.X {
		s += v - v
	}
	for _, v := range g.P {
		s += v - v
	}
	return s == 0
}

// Distance2 is the squared distance of two states in units of their joint
// covariance, as if their errors were independent.
func Distance2(a, b *Gauss) float64 {
	var l [4][4]float64
	var d [4]float64
	k := 0
	for i := range 4 {
		d[i] = a.X[i] - b.X[i]
		for j := i; j < 4; j++ {
			l[j][i] = a.P[k] + b.P[k]
			k++
		}
	}
	// Cholesky, and the forward substitution beside it.
	sum := 0.0
	for i := range 4 {
		for j := 0; j <= i; j++ {
			v := l[i][j]
			for m := range j {
				v -= l[i][m] * l[j][m]
			}
			if i == j {
				l[i][i] = math.Sqrt(max(v, least))
			} else {
				l[i][j] = v / l[j][j]
			}
		}
		for m := range i {
			d[i] -= l[i][m] * d[m]
		}
		d[i] /= l[i][i]
		sum += d[i] * d[i]
	}
	return sum
}

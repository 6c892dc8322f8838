package kin

import "math"

// Cube updates the state with a measurement by eight points on the axes of its
// covariance (cubature Kalman filter: Arasaratnam & Haykin, IEEE Trans. Automatic
// Control 54(6), 2009), and gives what Apply gives. What bends of the measurement
// over the width of the state goes into the innovation's covariance, so that
// the result is not surer than it may be.
func (z *Meas) Cube(g *Gauss, p Pose) (d2, logL float64, dims int) {
	l := root(&g.P)
	var rows [3]Row
	x := g.X
	n := z.Rows(p, &x, &rows)
	// Of each point the residual of every row: measured less what the point says.
	var nu [8][3]float64
	var mean [3]float64
	for k := range 8 {
		at := g.X
		sign := 2.0 // √4, for four states
		if k >= 4 {
			sign = -2
		}
		for i := range 4 {
			at[i] += sign * l[i][k%4]
		}
		var r [3]Row
		z.Rows(p, &at, &r)
		for i := range n {
			nu[k][i] = r[i].Nu
			mean[i] += r[i].Nu / 8
		}
	}
	var s [3][3]float64
	var cross [4][3]float64
	for k := range 8 {
		sign := 2.0
		if k >= 4 {
			sign = -2
		}
		for i := range n {
			d := nu[k][i] - mean[i]
			for j := range n {
				s[i][j] += d * (nu[k][j] - mean[j]) / 8
			}
			for a := range 4 {
				cross[a][i] -= sign * l[a][k%4] * d / 8
			}
		}
	}
	for i := range n {
		s[i][i] += rows[i].R
	}
	// Row by row: each in turn is taken out of what is left, as in Use.
	for i := range n {
		inv := 1 / s[i][i]
		d2 += mean[i] * mean[i] * inv
		logL -= 0.5 * (mean[i]*mean[i]*inv + math.Log(2*math.Pi*s[i][i]))
		for a := range 4 {
			g.X[a] += cross[a][i] * inv * mean[i]
		}
		m := 0
		for a := range 4 {
			for b := a; b < 4; b++ {
				g.P[m] -= cross[a][i] * cross[b][i] * inv
				m++
			}
		}
		for j := i + 1; j < n; j++ {
			f := s[i][j] * inv
			mean[j] -= f * mean[i]
			for k := j; k < n; k++ {
				s[j][k] -= f * s[i][k]
				s[k][j] = s[j][k]
			}
			for a := range 4 {
				cross[a][j] -= f * cross[a][i]
			}
		}
	}
	for _, i := range [4]int{0, 4, 7, 9} {
		g.P[i] = max(g.P[i], least)
	}
	return d2, logL, n
}

// root is the lower triangle whose square is a covariance (Cholesky).
func root(p *[10]float64) (l [4][4]float64) {
	k := 0
	for i := range 4 {
		for j := i; j < 4; j++ {
			l[j][i] = p[k]
			k++
		}
	}
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
	}
	return l
}

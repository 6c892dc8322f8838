package score

import "math"

// Band is the range in which the mean of n independent chi-square variables of
// the given degrees of freedom lies with probability 0.95 (Wilson & Hilferty
// 1931), for judging average NEES and NIS.
func Band(dof, n int) (low, high float64) {
	k := float64(dof * n)
	at := func(z float64) float64 {
		f := 1 - 2/(9*k) + z*math.Sqrt(2/(9*k))
		return k * f * f * f / float64(n)
	}
	return at(-1.959964), at(1.959964)
}

// NEES is the normalised estimation error squared of a state error (x, y, vx,
// vy) under a covariance (packed upper triangle), chi-square of 4 degrees of
// freedom where the covariance is honest. It is NaN where the covariance is not
// positive definite.
func NEES(err [4]float64, p [10]float64) float64 { return NIS(err[:], p[:]) }

// NIS is the normalised innovation squared: of what a measurement differs from
// what was expected of it, n values in any units, under the covariance of that
// difference, n(n+1)/2 values of its upper triangle row by row, n at most 4.
// Chi-square of n degrees of freedom where filter and sensor are honest; NaN
// where the covariance is not positive definite.
func NIS(innovation, s []float64) float64 {
	var l [4][4]float64
	var v [4]float64
	n := copy(v[:], innovation)
	sum, k := 0.0, 0
	for i := range n {
		for j := i; j < n; j++ {
			l[j][i] = s[k]
			k++
		}
	}
	for i := range n {
		for j := 0; j <= i; j++ {
			x := l[i][j]
			for m := range j {
				x -= l[i][m] * l[j][m]
			}
			if i == j {
				l[i][i] = math.Sqrt(x)
			} else {
				l[i][j] = x / l[j][j]
			}
		}
		for m := range i {
			v[i] -= l[i][m] * v[m]
		}
		v[i] /= l[i][i]
		sum += v[i] * v[i]
	}
	return sum
}

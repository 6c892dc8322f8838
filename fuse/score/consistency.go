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
func NEES(err [4]float64, p [10]float64) float64 {
	var l [4][4]float64
	sum, k := 0.0, 0
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
				l[i][i] = math.Sqrt(v)
			} else {
				l[i][j] = v / l[j][j]
			}
		}
		for m := range i {
			err[i] -= l[i][m] * err[m]
		}
		err[i] /= l[i][i]
		sum += err[i] * err[i]
	}
	return sum
}

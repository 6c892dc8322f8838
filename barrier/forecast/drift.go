package forecast

import "math"

// drift is the closed form: progress as a Wiener process with drift. Its first
// passage through a distance has the inverse Gaussian distribution
// (Schrödinger 1915; Folks and Chhikara 1978).
type drift struct {
	rate     float64 // metres a day
	variance float64 // square metres a day
}

// fit takes drift and variance from observed intervals by maximum likelihood.
func fit(in []Interval) drift {
	d := drift{rate: mean(in)}
	for _, i := range in {
		e := (i.Rate - d.rate) * i.days()
		d.variance += e * e / i.days()
	}
	d.variance /= float64(len(in))
	return d
}

// within is the probability that a distance in metres is done within a number
// of days.
func (d drift) within(metres, days float64) float64 {
	if days <= 0 {
		return 0
	}
	if d.variance == 0 {
		if d.rate*days >= metres {
			return 1
		}
		return 0
	}
	mu, lambda := metres/d.rate, metres*metres/d.variance
	root := math.Sqrt(lambda / days)
	first := normal(root * (days/mu - 1))
	// exp(2λ/μ) overflows where the normal underflows: join them as logarithms.
	tail := 2*lambda/mu + logNormalTail(root*(days/mu+1))
	return math.Min(1, first+math.Exp(tail))
}

// quantile is the number of days within which a distance is done with a
// probability, to a thousandth of a day.
func (d drift) quantile(metres, p float64) float64 {
	lo, hi := 0.0, metres/d.rate
	for d.within(metres, hi) < p && hi < longest {
		hi *= 2
	}
	for hi-lo > 0.001 {
		if mid := (lo + hi) / 2; d.within(metres, mid) < p {
			lo = mid
		} else {
			hi = mid
		}
	}
	return hi
}

func normal(x float64) float64 { return 0.5 * math.Erfc(-x/math.Sqrt2) }

// logNormalTail is the logarithm of the probability of a normal above x, for x
// from 0 up, by its continued fraction where the function itself underflows.
func logNormalTail(x float64) float64 {
	if x < 20 {
		return math.Log(0.5 * math.Erfc(x/math.Sqrt2))
	}
	return -x*x/2 - math.Log(x*math.Sqrt(2*math.Pi)) + math.Log1p(-1/(x*x)+3/(x*x*x*x))
}

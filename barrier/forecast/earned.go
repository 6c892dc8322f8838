package forecast

import (
	"slices"

	"marsad/barrier"
)

// Earned is progress against the plan by the length of time (Lipke 2003):
// earned schedule is the time at which the plan had what is earned now.
type Earned struct {
	Start    barrier.Day `json:"start"`
	AsOf     barrier.Day `json:"as_of"`
	Planned  float64     `json:"planned"`  // PV: what the plan has by now
	Earned   float64     `json:"earned"`   // EV: what is done by now
	Whole    float64     `json:"whole"`    // BAC: what the plan has at its end
	Actual   float64     `json:"actual"`   // AC: days of planned duration passed
	Schedule float64     `json:"schedule"` // ES: days
	Duration float64     `json:"duration"` // PD: planned, days
	SPI      float64     `json:"spi"`      // EV / PV: returns to 1 at the end, however late
	SPIt     float64     `json:"spi_t"`    // ES / AT: does not
	// Finish is start + PD / SPI(t), the independent estimate IEAC(t); no day
	// where nothing is earned.
	Finish barrier.Day `json:"finish,omitzero"`
}

// Schedule measures an observation against a plan: the promised course, rising,
// straight between its days. It gives false without a plan or before it begins.
func Schedule(plan []Observation, now Observation) (Earned, bool) {
	if len(plan) < 2 || now.On <= plan[0].On {
		return Earned{}, false
	}
	first, last := plan[0], plan[len(plan)-1]
	e := Earned{Start: first.On, AsOf: now.On, Whole: last.Metres - first.Metres, Duration: float64(last.On - first.On), Actual: float64(now.On - first.On)}
	e.Earned = min(max(now.Metres-first.Metres, 0), e.Whole)
	e.Planned = along(plan, now.On) - first.Metres
	if e.Whole <= 0 || e.Duration <= 0 || !slices.IsSortedFunc(plan, func(a, b Observation) int { return int(a.On) - int(b.On) }) {
		return Earned{}, false
	}
	e.Schedule = when(plan, first.Metres+e.Earned) - float64(first.On)
	if e.Planned > 0 {
		e.SPI = e.Earned / e.Planned
	}
	e.SPIt = e.Schedule / e.Actual
	if e.SPIt > 0 && e.Duration/e.SPIt < longest {
		e.Finish = first.On + barrier.Day(e.Duration/e.SPIt+0.5)
	}
	return e, true
}

// along gives what a plan has on a day.
func along(plan []Observation, on barrier.Day) float64 {
	if on <= plan[0].On {
		return plan[0].Metres
	}
	for i := 1; i < len(plan); i++ {
		if a, b := plan[i-1], plan[i]; on <= b.On {
			if b.On == a.On {
				return b.Metres
			}
			return a.Metres + (b.Metres-a.Metres)*float64(on-a.On)/float64(b.On-a.On)
		}
	}
	return plan[len(plan)-1].Metres
}

// when gives the day, with its fraction, at which a plan has so much; the first
// one, where it rests.
func when(plan []Observation, metres float64) float64 {
	if metres <= plan[0].Metres {
		return float64(plan[0].On)
	}
	for i := 1; i < len(plan); i++ {
		if a, b := plan[i-1], plan[i]; metres <= b.Metres && b.Metres > a.Metres {
			return float64(a.On) + float64(b.On-a.On)*(metres-a.Metres)/(b.Metres-a.Metres)
		}
	}
	return float64(plan[len(plan)-1].On)
}

package forecast

import (
	"fmt"
	"math"
	"slices"

	"marsad/barrier"
	"marsad/say"
)

// Observation is progress on a day: metres in all, since the beginning.
type Observation struct {
	On     barrier.Day `json:"on"`
	Metres float64     `json:"metres"`
}

// BorderGuard is the border guard's own series of the wall, 2022 to 2026, as
// published (barrier/data/claims.csv): claims, not inspected metres.
func BorderGuard() []Observation {
	return []Observation{
		{barrier.Date(2022, 3, 27), 12_000}, {barrier.Date(2022, 12, 31), 50_000}, {barrier.Date(2023, 10, 30), 130_000},
		{barrier.Date(2024, 8, 10), 170_000}, {barrier.Date(2025, 1, 10), 253_000}, {barrier.Date(2025, 9, 15), 300_000},
		{barrier.Date(2025, 11, 19), 350_000}, {barrier.Date(2026, 1, 4), 350_000},
	}
}

// Interval is the progress between two observations.
type Interval struct {
	From barrier.Day `json:"from"`
	To   barrier.Day `json:"to"`
	Rate float64     `json:"rate"` // metres a day
}

// days of the interval.
func (i Interval) days() float64 { return float64(i.To - i.From) }

// intervals gives the progress between observations up to a day, in order. It
// refuses fewer than two, figures that are none, two on one day, and progress
// that goes back: take a claim that contradicts the others out first.
func intervals(series []Observation, asOf barrier.Day) ([]Interval, []Observation, error) {
	known := slices.Clone(series)
	slices.SortStableFunc(known, func(a, b Observation) int { return int(a.On) - int(b.On) })
	if n := slices.IndexFunc(known, func(o Observation) bool { return o.On > asOf }); n >= 0 {
		known = known[:n]
	}
	if len(known) < 2 {
		return nil, nil, seriesError("a forecast needs two observations at least", "التوقع يحتاج إلى رصدين على الأقل")
	}
	var out []Interval
	for i, o := range known {
		if math.IsNaN(o.Metres) || math.IsInf(o.Metres, 0) || o.Metres < 0 || o.Metres > 1e8 || o.On == 0 {
			return nil, nil, seriesError(fmt.Sprintf("observation %d is not a day and its metres", i+1), "أحد الأرصاد بلا تاريخ أو مسافة صحيحة")
		}
		if i == 0 {
			continue
		}
		p := known[i-1]
		if o.On == p.On || o.Metres < p.Metres {
			return nil, nil, seriesError(fmt.Sprintf("on %v there were %.0f m and on %v %.0f", p.On, p.Metres, o.On, o.Metres), "رصدان متناقضان: الإنجاز لا ينقص ولا يتكرر تاريخه")
		}
		out = append(out, Interval{p.On, o.On, (o.Metres - p.Metres) / float64(o.On-p.On)})
	}
	return out, known, nil
}

func seriesError(en, ar string) error {
	return &say.Error{Code: "forecast.series", Kind: say.Invalid, Text: say.Text{En: en, Ar: ar},
		Hint: say.Text{En: "take out what contradicts the rest, and say so", Ar: "استبعد ما يناقض البقية وبيّن ذلك"}}
}

// mean rate over intervals, metres a day.
func mean(in []Interval) float64 {
	metres, days := 0.0, 0.0
	for _, i := range in {
		metres, days = metres+i.Rate*i.days(), days+i.days()
	}
	return metres / days
}

// since cuts the intervals to what lies after a day.
func since(in []Interval, from barrier.Day) []Interval {
	var out []Interval
	for _, i := range in {
		if i.To > from {
			i.From = max(i.From, from)
			out = append(out, i)
		}
	}
	return out
}

// month is the mean month of the Gregorian calendar, in days.
const month = 30.436875

package chart

import (
	"slices"

	"marsad/barrier"
)

// Curve is metres in all by the end of each step of days.
type Curve struct {
	Kind      barrier.Kind  `json:"kind"`
	Step      int           `json:"step"` // days
	Days      []barrier.Day `json:"days"`
	Planned   []float64     `json:"planned"`   // by the baselines
	Built     []float64     `json:"built"`     // by diary and dates of pieces, until today
	Inspected []float64     `json:"inspected"` // passed, until today
	// Claimed is what was said, each on its day: never joined with the rest.
	Claimed []Claimed `json:"claimed"`
}

// Claimed is a claim as a point beside the curve.
type Claimed struct {
	On     barrier.Day   `json:"on"`
	Metres float64       `json:"metres"`
	Claim  barrier.Claim `json:"claim"`
}

// SCurve makes the S-curve of one kind, at most about 500 steps.
func SCurve(v *barrier.View, kind barrier.Kind, w Window, today barrier.Day) *Curve {
	c := &Curve{Kind: kind, Step: max(1, int(w.Until-w.Since)/500)}
	for d := w.Since; d <= w.Until; d += barrier.Day(c.Step) {
		c.Days = append(c.Days, d)
	}
	c.Planned = make([]float64, len(c.Days))
	for _, p := range v.Packages() {
		if p.Kind != kind || p.State == barrier.PackageDropped || p.Start == 0 || p.Finish < p.Start {
			continue
		}
		share := 1.0
		if !w.Span.Empty() {
			share = p.Intersect(w.Span).Length() / p.Length()
		}
		for i, d := range c.Days {
			switch {
			case d >= p.Finish:
				c.Planned[i] += p.Length() * share
			case d >= p.Start:
				c.Planned[i] += p.Length() * share * float64(d+1-p.Start) / float64(p.Finish+1-p.Start)
			}
		}
	}
	c.Built = c.upTo(v.FirstBuilt(kind, w.Span), today)
	c.Inspected = c.upTo(v.FirstInspected(kind, w.Span), today)
	for _, m := range v.Claims() {
		metres, isLength := m.Metres()
		what := barrier.MetricOf(m.Metric)
		if isLength && what.Layer == kind && what.Sense == barrier.Cumulative && m.Date >= w.Since && m.Date <= w.Until {
			c.Claimed = append(c.Claimed, Claimed{m.Date, metres, *m})
		}
	}
	return c
}

// upTo sums dated stretches by day, until today.
func (c *Curve) upTo(dated []barrier.Dated, today barrier.Day) []float64 {
	slices.SortFunc(dated, func(a, b barrier.Dated) int { return int(a.On) - int(b.On) })
	var out []float64
	sum, i := 0.0, 0
	for _, d := range c.Days {
		if d > today {
			break
		}
		for i < len(dated) && dated[i].On <= d {
			sum += dated[i].Length()
			i++
		}
		out = append(out, sum)
	}
	return out
}

package works

import (
	"cmp"
	"slices"

	"marsad/barrier"
	"marsad/barrier/forecast"
	"marsad/border"
)

// Course is how a kind of layer went over time, in metres of line, each metre
// once: as planned, as the diary has it, as inspected, and as claimed. They are
// kept apart.
type Course struct {
	Kind      barrier.Kind           `json:"kind"`
	Planned   []forecast.Observation `json:"planned"`
	Diary     []forecast.Observation `json:"diary"`
	Inspected []forecast.Observation `json:"inspected"`
	Claimed   []forecast.Observation `json:"claimed"`
}

// CourseOf reads the course of a kind from a view within a span; the zero span
// is the whole line, of which alone anything is claimed.
func CourseOf(v *barrier.View, k barrier.Kind, within border.Span) Course {
	c := Course{Kind: k, Planned: planned(v, k, within)}
	var diary, looks []done
	for _, d := range v.Diary() {
		if d.Kind == k {
			diary = append(diary, done{d.On, cut(d.Span, within)})
		}
	}
	for _, i := range v.Inspections() {
		if i.Kind == k && i.Result == barrier.Pass {
			looks = append(looks, done{i.On, cut(i.Span, within)})
		}
	}
	c.Diary, c.Inspected, c.Claimed = grown(diary), grown(looks), []forecast.Observation{}
	if within.Empty() {
		for _, m := range v.Claims() {
			metric := barrier.MetricOf(m.Metric)
			metres, ok := m.Metres()
			if ok && metric.Layer == k && metric.Sense == barrier.Cumulative {
				c.Claimed = append(c.Claimed, forecast.Observation{On: m.Date, Metres: metres})
			}
		}
	}
	return c
}

// done is a span that was finished on a day.
type done struct {
	on   barrier.Day
	span border.Span
}

func cut(s, within border.Span) border.Span {
	if within.Empty() {
		return s
	}
	return s.Intersect(within)
}

// grown adds up spans by month, each metre once; the last point is the last day
// on which anything came to it.
func grown(all []done) []forecast.Observation {
	out := []forecast.Observation{}
	slices.SortStableFunc(all, func(a, b done) int { return cmp.Compare(a.on, b.on) })
	var set border.Set
	for len(all) > 0 {
		month := all[0].on.Time()
		var spans []border.Span
		last := all[0].on
		for len(all) > 0 {
			t := all[0].on.Time()
			if t.Year() != month.Year() || t.Month() != month.Month() {
				break
			}
			spans, last, all = append(spans, all[0].span), all[0].on, all[1:]
		}
		set = set.Union(border.NewSet(spans...))
		out = append(out, forecast.Observation{On: last, Metres: set.Length()})
	}
	return out
}

// planned adds up the packages that are ordered, each at an even pace from its
// planned start to its planned finish, by month.
func planned(v *barrier.View, k barrier.Kind, within border.Span) []forecast.Observation {
	var packages []*barrier.Package
	var first, last barrier.Day
	for _, p := range v.Packages() {
		if p.Kind != k || p.State == barrier.PackageDropped || p.Start == 0 || p.Finish < p.Start || cut(p.Span, within).Empty() {
			continue
		}
		packages = append(packages, p)
		if first == 0 || p.Start < first {
			first = p.Start
		}
		last = max(last, p.Finish)
	}
	out := []forecast.Observation{}
	if len(packages) == 0 {
		return out
	}
	at := func(on barrier.Day) (sum float64) {
		for _, p := range packages {
			share := min(1, max(0, float64(on-p.Start)/float64(max(1, p.Finish-p.Start))))
			sum += share * cut(p.Span, within).Length()
		}
		return sum
	}
	for on := first; on < last; on = barrier.DayOf(on.Time().AddDate(0, 1, 0)) {
		out = append(out, forecast.Observation{On: on, Metres: at(on)})
	}
	return append(out, forecast.Observation{On: last, Metres: at(last)})
}

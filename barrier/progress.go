package barrier

import (
	"slices"

	"marsad/border"
)

// Dated is a stretch and the day on which something first was true of it.
type Dated struct {
	border.Span
	On Day `json:"on"`
}

// FirstBuilt gives, for every metre of a kind, the day on which it was first
// finished: by the diary, or by the dates of pieces that the diary does not
// tell of. In order of chainage, each metre once.
func (v *View) FirstBuilt(k Kind, within border.Span) []Dated {
	var all []Dated
	for _, d := range v.diary {
		if d.Kind == k && v.counts(&d.Stretch) {
			all = append(all, Dated{clip(d.Span, within), d.On})
		}
	}
	for _, p := range v.chosen(k, "", within) {
		if p.Dates.Finished != 0 && p.State.Stands() {
			all = append(all, Dated{clip(p.Span, within), p.Dates.Finished})
		}
	}
	return earliest(all)
}

// FirstInspected gives, for every metre of a kind, the day of the first
// inspection that it passed.
func (v *View) FirstInspected(k Kind, within border.Span) []Dated {
	var all []Dated
	for _, i := range v.inspections {
		if i.Kind == k && i.Result == Pass && v.counts(&i.Stretch) {
			all = append(all, Dated{clip(i.Span, within), i.On})
		}
	}
	for _, p := range v.chosen(k, "", within) {
		if p.InspectedOn != 0 {
			all = append(all, Dated{clip(p.Span, within), p.InspectedOn})
		}
	}
	return earliest(all)
}

func earliest(all []Dated) []Dated {
	slices.SortStableFunc(all, func(a, b Dated) int { return compareFloat(a.From, b.From) })
	first := topmost(all, func(d Dated) (border.Span, int) { return d.Span, -int(d.On) }, func(d Dated) Day { return d.On })
	out := make([]Dated, len(first))
	for i, f := range first {
		out[i] = Dated{f.Span, f.State}
	}
	return out
}

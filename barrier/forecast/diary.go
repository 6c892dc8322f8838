package forecast

import (
	"marsad/barrier"
	"marsad/border"
)

// FromDiary makes a series from the diary of a layer: the metres finished by
// the end of each month, each metre once.
func FromDiary(v *barrier.View, kind barrier.Kind) []Observation {
	var out []Observation
	var spans []border.Span
	diary := v.Diary()
	for i, d := range diary {
		if d.Kind == kind {
			if len(out) == 0 {
				out = append(out, Observation{d.On - 1, 0})
			}
			spans = append(spans, d.Span)
		}
		// The month ends with its last entry, or with the diary.
		if len(spans) > 0 && (i+1 == len(diary) || diary[i+1].On.Time().Month() != d.On.Time().Month()) {
			set := border.NewSet(spans...)
			spans = set.Spans()
			if last := &out[len(out)-1]; last.On == d.On {
				last.Metres = set.Length()
			} else {
				out = append(out, Observation{d.On, set.Length()})
			}
		}
	}
	return out
}

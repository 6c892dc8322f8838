package border

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"sort"

	"marsad/say"
)

// Span is a stretch of the line, half open: From belongs to it, To does not.
// So spans that meet share nothing, and lengths add up. A span whose To is not
// beyond its From is empty.
type Span struct {
	From Chainage `json:"from"`
	To   Chainage `json:"to"`
}

// NewSpan checks that both ends are finite and in order; From == To is the
// empty span.
func NewSpan(from, to Chainage) (Span, error) {
	if math.IsNaN(float64(from)) || math.IsInf(float64(from), 0) || math.IsInf(float64(to), 0) || !(from <= to) {
		return Span{}, &say.Error{
			Code: "border.span", Kind: say.Invalid,
			Text: say.Text{En: fmt.Sprintf("a span runs from the smaller chainage to the larger, not from %v to %v", float64(from), float64(to)), Ar: "المقطع يبدأ من المسافة الأصغر وينتهي بالأكبر"},
			Hint: say.Text{En: "exchange the two ends", Ar: "بدّل بين البداية والنهاية"},
		}
	}
	return Span{From: from, To: to}, nil
}

// Empty reports whether the span holds nothing.
func (s Span) Empty() bool { return !(s.From < s.To) }

// Length in metres.
func (s Span) Length() float64 {
	if s.Empty() {
		return 0
	}
	return float64(s.To - s.From)
}

// Contains reports whether the chainage lies in the span.
func (s Span) Contains(c Chainage) bool { return s.From <= c && c < s.To }

// Intersect is what two spans share; empty (the zero Span) if nothing.
func (s Span) Intersect(t Span) Span {
	r := Span{From: max(s.From, t.From), To: min(s.To, t.To)}
	if s.Empty() || t.Empty() || r.Empty() {
		return Span{}
	}
	return r
}

// String is "43+200–51+000".
func (s Span) String() string { return s.From.String() + "–" + s.To.String() }

// Set is a set of chainages: spans that are sorted, not empty, and neither
// overlap nor meet. The zero value is the empty set. A Set never changes.
type Set struct{ spans []Span }

// NewSet is the union of spans given in any order; spans with an end that is
// not a number are left out.
func NewSet(spans ...Span) Set {
	kept := make([]Span, 0, len(spans))
	for _, s := range spans {
		if !s.Empty() {
			kept = append(kept, s)
		}
	}
	sort.Slice(kept, func(i, j int) bool { return kept[i].From < kept[j].From })
	joined := kept[:0]
	for _, s := range kept {
		if n := len(joined); n > 0 && s.From <= joined[n-1].To {
			joined[n-1].To = max(joined[n-1].To, s.To)
			continue
		}
		joined = append(joined, s)
	}
	if len(joined) == 0 {
		return Set{}
	}
	return Set{joined}
}

// Spans gives a copy of the set's spans in order.
func (s Set) Spans() []Span { return slices.Clone(s.spans) }

// Count is the number of separate spans.
func (s Set) Count() int { return len(s.spans) }

// Empty reports whether the set holds nothing.
func (s Set) Empty() bool { return len(s.spans) == 0 }

// Equal reports whether two sets hold the same chainages.
func (s Set) Equal(t Set) bool { return slices.Equal(s.spans, t.spans) }

// Length is the sum of the spans' lengths in metres.
func (s Set) Length() float64 {
	sum := 0.0
	for _, p := range s.spans {
		sum += p.Length()
	}
	return sum
}

// Contains reports whether the chainage lies in the set.
func (s Set) Contains(c Chainage) bool {
	i := sort.Search(len(s.spans), func(i int) bool { return s.spans[i].To > c })
	return i < len(s.spans) && s.spans[i].From <= c
}

// Union holds what either set holds.
func (s Set) Union(t Set) Set {
	return NewSet(slices.Concat(s.spans, t.spans)...)
}

// Intersect holds what both sets hold.
func (s Set) Intersect(t Set) Set {
	var both []Span
	for i, j := 0, 0; i < len(s.spans) && j < len(t.spans); {
		if shared := s.spans[i].Intersect(t.spans[j]); !shared.Empty() {
			both = append(both, shared)
		}
		if s.spans[i].To < t.spans[j].To {
			i++
		} else {
			j++
		}
	}
	return Set{both}
}

// Complement holds what lies within the span and not in the set.
func (s Set) Complement(within Span) Set {
	if within.Empty() {
		return Set{}
	}
	var gaps []Span
	from := within.From
	for _, p := range s.spans {
		if gap := (Span{from, min(p.From, within.To)}); !gap.Empty() {
			gaps = append(gaps, gap)
		}
		from = max(from, p.To)
	}
	if gap := (Span{from, within.To}); !gap.Empty() {
		gaps = append(gaps, gap)
	}
	return Set{gaps}
}

// Minus holds what the set holds and the other does not.
func (s Set) Minus(t Set) Set {
	if s.Empty() {
		return Set{}
	}
	hull := Span{s.spans[0].From, s.spans[len(s.spans)-1].To}
	return s.Intersect(t.Complement(hull))
}

// Widen grows every span by metres at both ends and joins what then meets;
// less than nothing shrinks them.
func (s Set) Widen(metres float64) Set {
	wide := make([]Span, len(s.spans))
	for i, p := range s.spans {
		wide[i] = Span{p.From - Chainage(metres), p.To + Chainage(metres)}
	}
	return NewSet(wide...)
}

// MarshalJSON writes the spans in order.
func (s Set) MarshalJSON() ([]byte, error) {
	if s.spans == nil {
		return []byte("[]"), nil
	}
	return json.Marshal(s.spans)
}

// UnmarshalJSON reads spans in any order.
func (s *Set) UnmarshalJSON(data []byte) error {
	var spans []Span
	if err := json.Unmarshal(data, &spans); err != nil {
		return err
	}
	*s = NewSet(spans...)
	return nil
}

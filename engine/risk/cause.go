package risk

import (
	"cmp"
	"slices"
	"time"

	"marsad/border"
	"marsad/say"
)

// Kind of a cause.
type Kind string

// The kinds.
const (
	Route    Kind = "route"     // a crossing or town from which a way leads to the line
	WeakSpot Kind = "weak-spot" // where the barrier does not hold, from its ledger
	Incident Kind = "incident"  // where people crossed or tried to
	Low      Kind = "low-ground"
	Stated   Kind = "stated" // by a person
)

// The least and the most that a metre may weigh.
const (
	Least, Most = 0.2, 5.0
	// mostOfKind bounds what causes of one kind add at a metre: ten incidents at
	// one culvert are one place.
	mostOfKind = 2.0
)

// Cause is one reason for which metres matter more, or less.
type Cause struct {
	ID     string      `json:"id"`
	Kind   Kind        `json:"kind"`
	Span   border.Span `json:"span"`
	Weight float64     `json:"weight"` // added to 1; below zero where a person says that it matters less
	What   say.Text    `json:"what"`
	Source say.Text    `json:"source"`
	At     time.Time   `json:"at,omitzero"`
	Until  time.Time   `json:"until,omitzero"` // of what a person stated
	By     string      `json:"by,omitempty"`   // account, of what a person stated
	Marks  []string    `json:"marks,omitempty"`
}

// Formula is how causes add up, for people.
var Formula = say.Text{
	En: "1 plus the weights of all causes at a metre, of each kind at most 2; at least 0.2, at most 5. The weights are assumed.",
	Ar: "1 مضافاً إليه أوزان كل الأسباب عند المتر، وبحد أقصى 2 لكل نوع؛ لا يقل عن 0.2 ولا يزيد على 5. الأوزان مفترضة.",
}

// Sum adds causes up over a line. The order of the causes changes nothing.
func Sum(causes []Cause, whole border.Span) border.Lane[float64] {
	cuts := []border.Chainage{whole.From, whole.To}
	for _, c := range causes {
		if s := c.Span.Intersect(whole); !s.Empty() {
			cuts = append(cuts, s.From, s.To)
		}
	}
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	causes = slices.Clone(causes)
	slices.SortStableFunc(causes, func(a, b Cause) int { // floats are added in one order
		return cmp.Or(cmp.Compare(a.Span.From, b.Span.From), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID))
	})
	var lane border.Lane[float64]
	for i := 1; i < len(cuts); i++ {
		s := border.Span{From: cuts[i-1], To: cuts[i]}
		lane.Set(s, weigh(causes, (s.From+s.To)/2))
	}
	return lane
}

func weigh(causes []Cause, at border.Chainage) float64 {
	sums := map[Kind]float64{}
	for _, c := range causes {
		if c.Span.From <= at && at < c.Span.To {
			sums[c.Kind] += c.Weight
		}
	}
	sum := 1.0
	for _, k := range []Kind{Route, WeakSpot, Incident, Low} {
		sum += min(mostOfKind, sums[k])
	}
	return min(Most, max(Least, sum+sums[Stated]))
}

// Touching gives the causes that touch a span, the heaviest first.
func Touching(causes []Cause, s border.Span) []Cause {
	var out []Cause
	for _, c := range causes {
		if !c.Span.Intersect(s).Empty() {
			out = append(out, c)
		}
	}
	slices.SortStableFunc(out, func(a, b Cause) int {
		return cmp.Or(cmp.Compare(b.Weight, a.Weight), cmp.Compare(a.Span.From, b.Span.From), cmp.Compare(a.ID, b.ID))
	})
	return out
}

// Marks gathers those of all causes; the weights are assumed in any case.
func Marks(causes []Cause) []string {
	out := []string{border.Assumed}
	for _, m := range []string{border.Simulated, border.Synthetic, border.Claimed} {
		if slices.ContainsFunc(causes, func(c Cause) bool { return slices.Contains(c.Marks, m) }) {
			out = append(out, m)
		}
	}
	return out
}

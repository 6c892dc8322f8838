package border

import (
	"encoding/json"
	"slices"
	"sort"
)

// Piece is a value over a span.
type Piece[V comparable] struct {
	Span
	Value V `json:"value"`
}

// Lane is values over spans of the line: who holds it, what stands on it, what
// sees it. Where nothing was set the lane has no value, which differs from a
// zero value. The zero Lane is empty; copies made by Clone are independent.
type Lane[V comparable] struct {
	// pieces are sorted, not empty and disjoint; two that meet differ in value.
	pieces []Piece[V]
}

// NewLane sets pieces one after the other: a later one covers an earlier one.
func NewLane[V comparable](pieces ...Piece[V]) Lane[V] {
	var l Lane[V]
	for _, p := range pieces {
		l.Set(p.Span, p.Value)
	}
	return l
}

// Set gives a span a value, over whatever was there.
func (l *Lane[V]) Set(s Span, v V) {
	if s.Empty() {
		return
	}
	l.replace(s, Piece[V]{s, v})
}

// Clear takes the values of a span away.
func (l *Lane[V]) Clear(s Span) {
	if !s.Empty() {
		l.replace(s)
	}
}

// replace puts at most one piece in the place of a span.
func (l *Lane[V]) replace(s Span, with ...Piece[V]) {
	from, to := l.overlap(s)
	middle := make([]Piece[V], 0, 3)
	if from < to {
		first, last := l.pieces[from], l.pieces[to-1]
		if first.From < s.From {
			middle = append(middle, Piece[V]{Span{first.From, s.From}, first.Value})
		}
		middle = append(middle, with...)
		if s.To < last.To {
			middle = append(middle, Piece[V]{Span{s.To, last.To}, last.Value})
		}
	} else {
		middle = append(middle, with...)
	}
	// The neighbours are taken in too, so that equal values that meet join.
	if from > 0 {
		from--
		middle = append([]Piece[V]{l.pieces[from]}, middle...)
	}
	if to < len(l.pieces) {
		middle = append(middle, l.pieces[to])
		to++
	}
	l.pieces = slices.Concat(l.pieces[:from], join(middle), l.pieces[to:])
}

// overlap gives the range of pieces that share something with a span.
func (l *Lane[V]) overlap(s Span) (from, to int) {
	from = sort.Search(len(l.pieces), func(i int) bool { return l.pieces[i].To > s.From })
	to = from + sort.Search(len(l.pieces)-from, func(i int) bool { return l.pieces[from+i].From >= s.To })
	return from, to
}

// join merges, in place, sorted pieces that meet and have one value.
func join[V comparable](pieces []Piece[V]) []Piece[V] {
	joined := pieces[:0]
	for _, p := range pieces {
		if n := len(joined); n > 0 && joined[n-1].To == p.From && joined[n-1].Value == p.Value {
			joined[n-1].To = p.To
			continue
		}
		joined = append(joined, p)
	}
	return joined
}

// At gives the value at a chainage, and whether there is one.
func (l *Lane[V]) At(c Chainage) (V, bool) {
	i := sort.Search(len(l.pieces), func(i int) bool { return l.pieces[i].To > c })
	if i < len(l.pieces) && l.pieces[i].From <= c {
		return l.pieces[i].Value, true
	}
	var none V
	return none, false
}

// Pieces gives the values between two chainages in order, cut at the ends.
func (l *Lane[V]) Pieces(from, to Chainage) []Piece[V] {
	s := Span{from, to}
	if s.Empty() {
		return nil
	}
	i, j := l.overlap(s)
	cut := slices.Clone(l.pieces[i:j])
	for k := range cut {
		cut[k].Span = cut[k].Intersect(s)
	}
	return cut
}

// All gives every piece in order.
func (l *Lane[V]) All() []Piece[V] { return slices.Clone(l.pieces) }

// Clone is an independent copy.
func (l *Lane[V]) Clone() Lane[V] { return Lane[V]{slices.Clone(l.pieces)} }

// Equal reports whether two lanes have the same values in the same places.
func (l *Lane[V]) Equal(m *Lane[V]) bool { return slices.Equal(l.pieces, m.pieces) }

// Where is the set of chainages that have a value.
func (l *Lane[V]) Where(v V) Set {
	return l.WhereFunc(func(w V) bool { return w == v })
}

// WhereFunc is the set of chainages whose value satisfies keep.
func (l *Lane[V]) WhereFunc(keep func(V) bool) Set {
	var spans []Span
	for _, p := range l.pieces {
		if keep(p.Value) {
			spans = append(spans, p.Span)
		}
	}
	return NewSet(spans...)
}

// Covered is the set of chainages that have any value.
func (l *Lane[V]) Covered() Set {
	return l.WhereFunc(func(V) bool { return true })
}

// Map gives the lane of f of every value.
func Map[V, W comparable](l *Lane[V], f func(V) W) Lane[W] {
	mapped := make([]Piece[W], len(l.pieces))
	for i, p := range l.pieces {
		mapped[i] = Piece[W]{p.Span, f(p.Value)}
	}
	return Lane[W]{join(mapped)}
}

// Combine gives the lane of f of two lanes' values wherever both have one.
func Combine[U, V, W comparable](l *Lane[U], m *Lane[V], f func(U, V) W) Lane[W] {
	var both []Piece[W]
	for i, j := 0, 0; i < len(l.pieces) && j < len(m.pieces); {
		p, q := l.pieces[i], m.pieces[j]
		if shared := p.Intersect(q.Span); !shared.Empty() {
			both = append(both, Piece[W]{shared, f(p.Value, q.Value)})
		}
		if p.To < q.To {
			i++
		} else {
			j++
		}
	}
	return Lane[W]{join(both)}
}

// MarshalJSON writes the pieces in order.
func (l Lane[V]) MarshalJSON() ([]byte, error) {
	if l.pieces == nil {
		return []byte("[]"), nil
	}
	return json.Marshal(l.pieces)
}

// UnmarshalJSON reads pieces; a later one covers an earlier one.
func (l *Lane[V]) UnmarshalJSON(data []byte) error {
	var pieces []Piece[V]
	if err := json.Unmarshal(data, &pieces); err != nil {
		return err
	}
	*l = NewLane(pieces...)
	return nil
}

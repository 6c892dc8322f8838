package barrier

import (
	"cmp"
	"slices"
	"strconv"

	"marsad/border"
	"marsad/say"
)

// Segment is a metre-true piece of a layer as one sees it walking along: the
// state of the piece that counts most there.
type Segment = valued[State]

// LayerTotal is the metres of one kind, on one side or on any.
type LayerTotal struct {
	Kind Kind `json:"kind"`
	Side Side `json:"side,omitempty"` // empty: on any side
	// Metres of line on which something of the kind is, in any state but
	// removed, each metre once. ByState divides them by the state that counts
	// most, and sums to them.
	Metres  float64           `json:"metres"`
	ByState map[State]float64 `json:"by_state"`
	// PieceMetres is the sum of the pieces' own lengths: Metres + Overlap.
	PieceMetres float64 `json:"piece_metres"`
	Overlap     float64 `json:"overlap"`
	Pieces      int     `json:"pieces"`
	Count       int     `json:"count,omitzero"` // of things counted, such as towers
}

// Standing is the metres that keep anybody out.
func (t LayerTotal) Standing() float64 { return t.sum(State.Stands) }

// Inspected is the metres that somebody other than the builder has measured.
func (t LayerTotal) Inspected() float64 { return t.sum(State.Measured) }

func (t LayerTotal) sum(is func(State) bool) float64 {
	sum := 0.0
	for _, s := range States() {
		if is(s) {
			sum += t.ByState[s]
		}
	}
	return sum
}

// counts reports whether a stretch takes part in totals: it lies on the view's
// axis and not on one that it could not be brought from.
func (v *View) counts(s *Stretch) bool { return s.Axis == "" || s.Axis == v.axis.Version() }

// chosen gives the pieces of a kind on a side that count, in order of chainage.
// The empty side is any side; within bounds them, the zero span does not.
func (v *View) chosen(k Kind, side Side, within border.Span) []*Piece {
	all := v.pieces[k]
	if !within.Empty() {
		// Sorted by From alone, so only the far end can be cut off.
		n, _ := slices.BinarySearchFunc(all, within.To, func(p *Piece, to border.Chainage) int { return cmp.Compare(p.From, to) })
		all = all[:n]
	}
	out := make([]*Piece, 0, len(all))
	for _, p := range all {
		if p.State != Removed && (side == "" || p.Side == side) && v.counts(&p.Stretch) && (within.Empty() || p.To > within.From || p.Empty() && p.From >= within.From) {
			out = append(out, p)
		}
	}
	return out
}

// Layer gives a kind as one sees it walking along the line, from km 0 on: the
// state that counts most at every metre. The empty side is any side; the zero
// span is the whole line.
func (v *View) Layer(k Kind, side Side, within border.Span) []Segment {
	return layer(v.chosen(k, side, within), within)
}

func layer(pieces []*Piece, within border.Span) []Segment {
	return topmost(pieces, func(p *Piece) (border.Span, int) { return clip(p.Span, within), rank[p.State] },
		func(p *Piece) State { return p.State })
}

func clip(s, within border.Span) border.Span {
	if within.Empty() {
		return s
	}
	return s.Intersect(within)
}

// Total gives the metres of a kind on a side within a span; the empty side is
// any, the zero span the whole line.
func (v *View) Total(k Kind, side Side, within border.Span) LayerTotal {
	t := LayerTotal{Kind: k, Side: side, ByState: map[State]float64{}}
	pieces := v.chosen(k, side, within)
	for _, p := range pieces {
		t.Pieces++
		t.PieceMetres += clip(p.Span, within).Length()
		if k.Counted() {
			t.Count += max(1, p.Measured.Count)
		}
	}
	for _, s := range layer(pieces, within) {
		t.ByState[s.State] += s.Length()
		t.Metres += s.Length()
	}
	t.Overlap = max(0, t.PieceMetres-t.Metres)
	return t
}

// Totals gives every kind of which there is anything, in the order of work.
func (v *View) Totals(within border.Span) []LayerTotal {
	var out []LayerTotal
	for _, k := range Kinds() {
		if t := v.Total(k, "", within); t.Pieces > 0 {
			out = append(out, t)
		}
	}
	return out
}

// Where is the set of metres on which a kind's topmost state satisfies is.
func (v *View) Where(k Kind, side Side, is func(State) bool) border.Set {
	var spans []border.Span
	for _, s := range v.Layer(k, side, border.Span{}) {
		if is(s.State) {
			spans = append(spans, s.Span)
		}
	}
	return border.NewSet(spans...)
}

// topmost lays things over the line and gives, for every metre, the value of
// the one with the highest rank, of equals the one given first. The things are
// in order of the beginning of their spans. It takes n log n.
func topmost[T any, V comparable](things []T, lies func(T) (border.Span, int), value func(T) V) []valued[V] {
	type open struct {
		to    border.Chainage
		rank  int
		order int
		value V
	}
	above := func(a, b open) int { return cmp.Or(cmp.Compare(b.rank, a.rank), cmp.Compare(a.order, b.order)) }
	var heap []open // the topmost first
	var out []valued[V]
	emit := func(s border.Span, x V) {
		if s.Empty() {
			return
		}
		if n := len(out); n > 0 && out[n-1].To == s.From && out[n-1].State == x {
			out[n-1].To = s.To
			return
		}
		out = append(out, valued[V]{s, x})
	}
	at := border.Chainage(0)
	// until lays what is open, from at to a chainage.
	until := func(to border.Chainage) {
		for len(heap) > 0 && at < to {
			top := heap[0]
			if top.to <= at {
				heap = pop(heap, above)
				continue
			}
			end := min(top.to, to)
			emit(border.Span{From: at, To: end}, top.value)
			at = end
		}
		at = max(at, to)
	}
	for i, t := range things {
		s, r := lies(t)
		if s.Empty() {
			continue
		}
		if i == 0 {
			at = s.From
		}
		until(s.From)
		heap = push(heap, open{s.To, r, i, value(t)}, above)
	}
	until(border.Chainage(1e12))
	return out
}

type valued[V comparable] struct {
	border.Span
	State V `json:"state"`
}

// push and pop keep a heap with the least, by compare, at the front.
func push[T any](heap []T, x T, compare func(a, b T) int) []T {
	heap = append(heap, x)
	for i := len(heap) - 1; i > 0; {
		up := (i - 1) / 2
		if compare(heap[up], heap[i]) <= 0 {
			break
		}
		heap[up], heap[i] = heap[i], heap[up]
		i = up
	}
	return heap
}

func pop[T any](heap []T, compare func(a, b T) int) []T {
	n := len(heap) - 1
	heap[0] = heap[n]
	heap = heap[:n]
	for i := 0; ; {
		least := i
		for c := 2*i + 1; c <= 2*i+2 && c < n; c++ {
			if compare(heap[c], heap[least]) < 0 {
				least = c
			}
		}
		if least == i {
			return heap
		}
		heap[i], heap[least] = heap[least], heap[i]
		i = least
	}
}

// published are the lengths of the line in print, in metres.
var published = []float64{599_000, 600_000, 605_000, 610_000, 615_000, 617_000, 618_000, 620_000, 654_000}

// Denominators gives what shares can be shares of: the measured length of the
// axis, the calibrated length where an operator's survey gives one, and the
// lengths in print.
func Denominators(axis *border.Axis, c *border.Calibration) []Denominator {
	out := []Denominator{Measured(axis)}
	if c != nil {
		s := c.Surveys()
		first, last := s[0], s[len(s)-1]
		d := Denominator{Basis: BasisCalibrated, Metres: 1000 * max(last.Post-first.Post, first.Post-last.Post)}
		d.Source = say.Text{En: "official posts surveyed from {from} to {to}", Ar: "العلامات الرسمية الممسوحة من {from} إلى {to}"}.
			Fill("from", first.Chainage.String(), "to", last.Chainage.String())
		out = append(out, d)
	}
	for _, m := range published {
		out = append(out, Denominator{Basis: BasisPublished, Metres: m,
			Source: say.Text{En: "{km} km as published", Ar: "{km} كم كما نُشر"}.Fill("km", strconv.FormatFloat(m/1000, 'f', -1, 64))})
	}
	return out
}

// Measured is the length of the axis.
func Measured(axis *border.Axis) Denominator {
	return Denominator{Basis: BasisMeasured, Metres: axis.Length(),
		Source: say.Text{En: "measured along axis version {v}", Ar: "مقاس على الخط، الإصدار {v}"}.Fill("v", axis.Version())}
}

// Share is metres of a denominator, 0 where it has none.
func (d Denominator) Share(metres float64) float64 {
	if d.Metres <= 0 {
		return 0
	}
	return metres / d.Metres
}

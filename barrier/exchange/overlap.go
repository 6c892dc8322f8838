package exchange

import (
	"cmp"
	"fmt"
	"slices"

	"marsad/barrier"
	"marsad/border"
	"marsad/say"
)

type layer struct {
	kind barrier.Kind
	side barrier.Side
}

// lies reports whether a piece takes up room on its layer.
func lies(p *barrier.Piece) bool { return p != nil && !p.Empty() && p.State != barrier.Removed }

// overlaps flags the rows that lie on a piece of the same kind and side, in the
// file or there before. Works may overlap, so a person decides. It takes
// n log n, whatever the file.
func (j *judge) overlaps() {
	if j.About != barrier.SubjectPiece {
		return
	}
	spans := map[layer][]border.Span{}
	add := func(p *barrier.Piece) {
		if lies(p) {
			k := layer{p.Kind, p.Side}
			spans[k] = append(spans[k], p.Span)
		}
	}
	for _, p := range j.View.Pieces() {
		add(p)
	}
	for i := range j.im.Rows {
		if f := j.im.Rows[i].Fact; f != nil {
			add(f.Piece)
		}
	}
	depth := map[layer]profile{}
	for k, s := range spans {
		depth[k] = twofold(s)
	}
	for i := range j.im.Rows {
		r := &j.im.Rows[i]
		if r.Fact == nil || !lies(r.Fact.Piece) {
			continue
		}
		p := r.Fact.Piece
		if metres := depth[layer{p.Kind, p.Side}].within(p.Span); metres >= 0.5 {
			r.Verdict = Flagged
			r.Why = append(r.Why, barrier.Flaw{Code: "overlap",
				Text: say.Text{En: "{m} m of it lie on a piece of the same kind and side", Ar: "{m} م منه تقع على قطعة من النوع والجانب نفسيهما"}.Fill("m", fmt.Sprintf("%.0f", metres)),
				Hint: say.Text{En: "take it in if both are there, else correct one", Ar: "أدخله إن كان كلاهما موجوداً وإلا فصحح أحدهما"}})
		}
	}
}

// profile is, at the ends of spans in order, how many metres before lie in two
// spans or more.
type profile struct {
	at     []border.Chainage
	metres []float64
}

func twofold(spans []border.Span) profile {
	type end struct {
		at   border.Chainage
		more int
	}
	ends := make([]end, 0, 2*len(spans))
	for _, s := range spans {
		ends = append(ends, end{s.From, 1}, end{s.To, -1})
	}
	slices.SortFunc(ends, func(a, b end) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.more, b.more)) })
	var p profile
	open, metres := 0, 0.0
	for i, e := range ends {
		if i > 0 && open >= 2 {
			metres += float64(e.at - ends[i-1].at)
		}
		open += e.more
		p.at, p.metres = append(p.at, e.at), append(p.metres, metres)
	}
	return p
}

// within is the metres of a span, whose ends are among those of the profile.
func (p profile) within(s border.Span) float64 {
	at := func(c border.Chainage) float64 {
		i, _ := slices.BinarySearch(p.at, c)
		return p.metres[i]
	}
	return at(s.To) - at(s.From)
}

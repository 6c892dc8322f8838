package barrier

import (
	"slices"
	"strconv"

	"marsad/border"
	"marsad/say"
)

// Answer is the metres for which a rule holds, and what stands in its way.
type Answer struct {
	Rule   Rule        `json:"rule"`
	Set    border.Set  `json:"set"`
	Metres float64     `json:"metres"`
	Of     Denominator `json:"of"`
	Terms  []Term      `json:"terms"`
	// Missing names the sets that the rule asks for and nobody gave: they count
	// as nowhere.
	Missing []string `json:"missing,omitempty"`
}

// Share of the denominator.
func (a Answer) Share() float64 { return a.Of.Share(a.Metres) }

// Term is one of the conditions that a rule joins with &&.
type Term struct {
	Text   say.Text `json:"text"`
	Metres float64  `json:"metres"` // where it holds
	// Alone is the metres that would be added if this condition were met
	// everywhere: all others hold there.
	Alone float64 `json:"alone"`
}

// Closed applies a rule to the view. lanes are the sets that lane("…") asks
// for; the denominator is what shares are to be of.
func (v *View) Closed(r Rule, lanes map[string]border.Set, of Denominator) (Answer, error) {
	return v.ClosedWithin(r, lanes, of, border.NewSet(v.axis.Whole()))
}

// ClosedWithin applies a rule to some of the line: no metre beyond counts, in the
// answer nor in its terms.
func (v *View) ClosedWithin(r Rule, lanes map[string]border.Set, of Denominator, within border.Set) (Answer, error) {
	p, err := Compile(r.When)
	if err != nil {
		return Answer{}, err
	}
	a := Answer{Rule: r, Of: of}
	for _, l := range p.Lanes {
		if _, ok := lanes[l]; !ok {
			a.Missing = append(a.Missing, l)
		}
	}
	terms := []*clause{p.root}
	if p.root.op == "and" {
		terms = p.root.parts
	}
	within = within.Intersect(border.NewSet(v.axis.Whole()))
	sets := make([]border.Set, len(terms))
	for i, t := range terms {
		sets[i] = v.eval(t, lanes).Intersect(within)
	}
	// before[i] holds where all terms before the i-th do, after[i] those after.
	n := len(terms)
	before, after := make([]border.Set, n+1), make([]border.Set, n+1)
	before[0], after[n] = within, within
	for i := range n {
		before[i+1] = before[i].Intersect(sets[i])
		after[n-1-i] = after[n-i].Intersect(sets[n-1-i])
	}
	a.Set = before[n]
	a.Metres = a.Set.Length()
	for i, t := range terms {
		others := before[i].Intersect(after[i+1])
		a.Terms = append(a.Terms, Term{Text: t.text(), Metres: sets[i].Length(), Alone: others.Minus(sets[i]).Length()})
	}
	return a, nil
}

func (v *View) eval(n *clause, lanes map[string]border.Set) border.Set {
	switch n.op {
	case "true":
		return border.NewSet(v.axis.Whole())
	case "and":
		s := border.NewSet(v.axis.Whole())
		for _, p := range n.parts {
			s = s.Intersect(v.eval(p, lanes))
		}
		return s
	case "or":
		var s border.Set
		for _, p := range n.parts {
			s = s.Union(v.eval(p, lanes))
		}
		return s
	case "not":
		return v.eval(n.parts[0], lanes).Complement(v.axis.Whole())
	case "lane":
		return lanes[n.args[0]]
	case "weak":
		return v.weakAt(Risk(n.args[0]))
	case "state":
		return v.Where(Kind(n.args[0]), "", func(s State) bool { return s == State(n.args[1]) })
	case "stands":
		side := Side("")
		if len(n.args) == 2 {
			side = Side(n.args[1])
		}
		return v.Where(Kind(n.args[0]), side, State.Stands)
	case "inspected":
		days, _ := strconv.Atoi(n.args[1])
		return v.InspectedWithin(Kind(n.args[0]), days)
	case "measured":
		return v.measured(Kind(n.args[0]), n.args[1], n.cmp, n.than)
	}
	return border.Set{}
}

// InspectedWithin is the metres of a kind that stand and whose last inspection
// was passed at most days before the view's valid time. A later inspection that
// failed takes an earlier one away.
func (v *View) InspectedWithin(k Kind, days int) border.Set {
	type last struct {
		on     Day
		passed bool
	}
	type look struct {
		border.Span
		last
	}
	var looks []look
	for _, i := range v.inspections {
		if i.Kind == k && v.counts(&i.Stretch) {
			looks = append(looks, look{i.Span, last{i.On, i.Result == Pass}})
		}
	}
	for _, p := range v.pieces[k] {
		if p.InspectedOn != 0 && p.State.Stands() && v.counts(&p.Stretch) {
			looks = append(looks, look{p.Span, last{p.InspectedOn, true}})
		}
	}
	slices.SortStableFunc(looks, func(a, b look) int { return compareFloat(a.From, b.From) })
	oldest := DayOf(v.Valid) - Day(days)
	var fresh []border.Span
	for _, s := range topmost(looks, func(l look) (border.Span, int) {
		r := 2 * int(l.on) // of one day, the look that failed counts
		if !l.passed {
			r++
		}
		return l.Span, r
	}, func(l look) last { return l.last }) {
		if s.State.passed && s.State.on >= oldest {
			fresh = append(fresh, s.Span)
		}
	}
	return border.NewSet(fresh...).Intersect(v.Where(k, "", State.Stands))
}

func compareFloat(a, b border.Chainage) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// measured is the metres on which something of the kind stands that was
// measured so.
func (v *View) measured(k Kind, dimension, op string, than float64) border.Set {
	var spans []border.Span
	for _, p := range v.chosen(k, "", border.Span{}) {
		x := map[string]float64{"height": p.Measured.Height, "width": p.Measured.Width, "depth": p.Measured.Depth}[dimension]
		holds := op == ">=" && x >= than || op == ">" && x > than || op == "<=" && x <= than || op == "<" && x < than
		if x > 0 && holds && p.State.Stands() {
			spans = append(spans, p.Span)
		}
	}
	return border.NewSet(spans...)
}

// weakAt is the metres with an open weak spot of a risk or a higher one; a spot
// without length counts as its metre.
func (v *View) weakAt(least Risk) border.Set {
	var spans []border.Span
	for _, w := range v.spots {
		if w.State != SpotClosed && v.counts(&w.Stretch) && slices.Index(Risks(), w.Risk) >= slices.Index(Risks(), least) {
			s := w.Span
			s.To = max(s.To, s.From+1)
			spans = append(spans, s)
		}
	}
	return border.NewSet(spans...)
}

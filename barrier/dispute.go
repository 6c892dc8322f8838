package barrier

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"marsad/border"
	"marsad/ident"
	"marsad/say"
)

// Discrepancy is two statements that cannot both be taken at their word, with
// what would explain them. Nothing is smoothed: the list is for people.
type Discrepancy struct {
	Kind  string   `json:"kind"` // falls, too-fast, share, beyond-line, not-inspected
	Layer Kind     `json:"layer"`
	A     ident.ID `json:"a"`          // the claim, the earlier one of two
	B     ident.ID `json:"b,omitzero"` // the later one, if the other statement is a claim
	// Of and Against are the two figures in metres (in percent for a share), By
	// how far they lie apart.
	Of           float64       `json:"of"`
	Against      float64       `json:"against"`
	By           float64       `json:"by"`
	Text         say.Text      `json:"text"`
	Explanations []Explanation `json:"explanations"`
}

// Explanation is one reason that could make both statements true, and whether
// the figures allow it. That one fits does not make it so.
type Explanation struct {
	Code string   `json:"code"` // scope, planned, rounding, dates, layers, new, denominator, length, uninspected
	Fits bool     `json:"fits"`
	Text say.Text `json:"text"` // with the arithmetic
}

// fastest is what may be believed of one programme without asking, in metres a
// day: the United States built 2,400 to 3,200 on many contracts at its peak,
// this border's own series never more than 770.
const fastest = 1_000.0

// Disputes finds the discrepancies among the claims of the view, and between
// the claims and what was inspected, by layer, then by date.
func (v *View) Disputes() []Discrepancy {
	var out []Discrepancy
	for _, layer := range append(Kinds(), "") {
		d := &disputes{view: v, layer: layer}
		for _, c := range v.claims {
			m := MetricOf(c.Metric)
			if m.Layer != layer {
				continue
			}
			metres, isLength := c.Metres()
			switch {
			case m.Sense == Share && layer != "":
				d.shares = append(d.shares, c)
			case !isLength || layer.Counted():
			case m.Sense == Cumulative && metres > 0:
				d.totals = append(d.totals, c)
			case m.Sense == New || m.Sense == Intended:
				d.parts = append(d.parts, c)
			}
		}
		if layer != "" {
			out = append(out, d.find()...)
		}
	}
	return out
}

// disputes is the claims of one layer.
type disputes struct {
	view   *View
	layer  Kind
	totals []*Claim // cumulative, in metres
	parts  []*Claim // new or intended
	shares []*Claim
}

func (d *disputes) find() []Discrepancy {
	var out []Discrepancy
	line := d.view.axis.Length()
	for i, a := range d.totals {
		x := metres(a)
		if x > line+rounding(a) {
			out = append(out, d.beyond(a, x, line))
		}
		for _, b := range d.totals[i+1:] {
			y := metres(b)
			days := float64(b.Date - a.Date)
			switch {
			case y < x:
				out = append(out, d.pair("falls", a, b, say.Text{
					En: "{a} km on {da}, then {b} km on {db}", Ar: "{a} كم في {da} ثم {b} كم في {db}"}))
			case y-x > fastest*days && y-x > 1:
				out = append(out, d.pair("too-fast", a, b, say.Text{
					En: "{a} km on {da} and {b} km on {db}: {rate} km a day", Ar: "{a} كم في {da} و{b} كم في {db}: {rate} كم في اليوم"}))
			}
		}
	}
	for _, s := range d.shares {
		if x, ok := d.share(s); ok {
			out = append(out, x)
		}
	}
	if n := len(d.totals); n > 0 {
		if x, ok := d.inspected(d.totals[n-1]); ok {
			out = append(out, x)
		}
	}
	return out
}

func metres(c *Claim) float64 { m, _ := c.Metres(); return m }

// rounding is half the step to which a claim's figure is rounded, in metres, as
// far as the figure itself tells: 350 km is rounded to 50, 253 to 1.
func rounding(c *Claim) float64 {
	x := metres(c)
	for _, step := range []float64{100_000, 50_000, 10_000, 5_000, 1_000, 100} {
		if x > 0 && math.Mod(x, step) == 0 {
			return step / 2
		}
	}
	return 0.5
}

func km(metres float64) string { return strconv.FormatFloat(math.Round(metres/100)/10, 'f', -1, 64) }

func (d *disputes) pair(kind string, a, b *Claim, text say.Text) Discrepancy {
	x, y := metres(a), metres(b)
	rate := "∞"
	if days := float64(b.Date - a.Date); days > 0 {
		rate = strconv.FormatFloat((y-x)/1000/days, 'f', 2, 64)
	}
	out := Discrepancy{Kind: kind, Layer: d.layer, A: a.ID, B: b.ID, Of: x, Against: y, By: math.Abs(y - x),
		Text: text.Fill("a", km(x), "b", km(y), "da", a.Date.String(), "db", b.Date.String(), "rate", rate)}
	low, high := a, b
	if kind == "falls" {
		low, high = b, a
	}
	out.Explanations = []Explanation{d.scope(low, high), d.planned(low, high), d.rounded(a, b, kind), d.dated(a, b), d.mixed(low, high), d.onlyNew(low, high)}
	return out
}

// scope: the smaller figure is of a part of the line, the larger of all of it
// or of another part.
func (d *disputes) scope(low, high *Claim) Explanation {
	e := Explanation{Code: "scope", Fits: low.Scope != high.Scope && !low.WholeLine()}
	e.Text = say.Text{En: "{low} km is of “{a}”, {high} km of “{b}”", Ar: "{low} كم تخص «{a}» و{high} كم تخص «{b}»"}.
		Fill("low", km(metres(low)), "high", km(metres(high)), "a", or(low.Scope, "?"), "b", or(high.Scope, "?"))
	return e
}

// fits reports whether two lengths together make a third, to 3 %: finer than
// that nobody reports.
func fits(a, b, sum float64) bool { return math.Abs(a+b-sum) <= 0.03*sum }

// completes finds, among claims, the one that together with a length comes
// nearest to another, if any fits.
func completes(claims []*Claim, with, sum float64, may func(*Claim) bool) *Claim {
	var best *Claim
	for _, c := range claims {
		x, isLength := c.Metres()
		if !isLength || x <= 0 || !may(c) || !fits(with, x, sum) {
			continue
		}
		if best == nil || math.Abs(with+x-sum) < math.Abs(with+metres(best)-sum) {
			best = c
		}
	}
	return best
}

// planned: the larger figure counts what was only intended.
func (d *disputes) planned(low, high *Claim) Explanation {
	p := completes(d.parts, metres(low), metres(high), func(c *Claim) bool {
		return MetricOf(c.Metric).Sense == Intended && c.Earliest() <= high.Latest()+365
	})
	if p == nil {
		return Explanation{Code: "planned", Text: say.Text{En: "no intended length makes up the difference of {by} km", Ar: "لا يوجد طول مخطط يساوي الفرق {by} كم"}.Fill("by", km(metres(high)-metres(low)))}
	}
	return Explanation{Code: "planned", Fits: true, Text: say.Text{En: "{low} built + {p} planned ({day}) = {sum}, against {high}", Ar: "{low} منجز + {p} مخطط ({day}) = {sum} مقابل {high}"}.
		Fill("low", km(metres(low)), "p", km(metres(p)), "day", p.Date.String(), "sum", km(metres(low)+metres(p)), "high", km(metres(high)))}
}

// rounded: both figures are round, and what was rounded off makes up the
// difference, or enough of it.
func (d *disputes) rounded(a, b *Claim, kind string) Explanation {
	off := rounding(a) + rounding(b)
	need := math.Abs(metres(b) - metres(a))
	if kind == "too-fast" {
		need -= fastest * float64(b.Date-a.Date)
	}
	return Explanation{Code: "rounding", Fits: need <= off,
		Text: say.Text{En: "rounded to {a} and {b} km: {off} km may be rounding, {need} are needed", Ar: "مقرّب إلى {a} و{b} كم: قد يبلغ التقريب {off} كم والمطلوب {need}"}.
			Fill("a", km(2*rounding(a)), "b", km(2*rounding(b)), "off", km(off), "need", km(need))}
}

// dated: the dates are not known well enough to say which came first.
func (d *disputes) dated(a, b *Claim) Explanation {
	e := Explanation{Code: "dates", Fits: a.Latest() >= b.Earliest() && a.Date != b.Date}
	e.Text = say.Text{En: "known {pa} and {pb}", Ar: "التاريخان معروفان {pa} و{pb}"}.FillText("pa", a.Precision.Name()).FillText("pb", b.Precision.Name())
	return e
}

// mixed: the larger figure adds another layer to this one.
func (d *disputes) mixed(low, high *Claim) Explanation {
	c := completes(d.view.claims, metres(low), metres(high), func(c *Claim) bool {
		m := MetricOf(c.Metric)
		return m.Layer != d.layer && m.Sense == Cumulative && c.Earliest() <= high.Latest()
	})
	if c == nil {
		return Explanation{Code: "layers", Text: say.Text{En: "no claim of another layer makes up the difference of {by} km", Ar: "لا يوجد ادعاء عن طبقة أخرى يساوي الفرق {by} كم"}.Fill("by", km(metres(high)-metres(low)))}
	}
	return Explanation{Code: "layers", Fits: true, Text: say.Text{En: "{low} + {x} ({what}, {day}) = {sum}, against {high}", Ar: "{low} + {x} ({what}، {day}) = {sum} مقابل {high}"}.
		Fill("low", km(metres(low)), "x", km(metres(c)), "day", c.Date.String(), "sum", km(metres(low)+metres(c)), "high", km(metres(high))).FillText("what", MetricOf(c.Metric).Name)}
}

// onlyNew: the smaller figure is what was added since another claim.
func (d *disputes) onlyNew(low, high *Claim) Explanation {
	c := completes(d.totals, metres(low), metres(high), func(c *Claim) bool { return c != low && c != high && c.Date < high.Date && c.Date < low.Date })
	if c == nil {
		return Explanation{Code: "new", Text: say.Text{En: "no earlier figure makes {low} km what was added to reach {high}", Ar: "لا يوجد رقم سابق يجعل {low} كم هي المضافة لبلوغ {high}"}.
			Fill("low", km(metres(low)), "high", km(metres(high)))}
	}
	return Explanation{Code: "new", Fits: true, Text: say.Text{En: "{c} ({day}) + {low} added = {sum}, against {high}", Ar: "{c} ({day}) + {low} مضافة = {sum} مقابل {high}"}.
		Fill("c", km(metres(c)), "day", c.Date.String(), "low", km(metres(low)), "sum", km(metres(c)+metres(low)), "high", km(metres(high)))}
}

// beyond: more than the line has.
func (d *disputes) beyond(a *Claim, x, line float64) Discrepancy {
	out := Discrepancy{Kind: "beyond-line", Layer: d.layer, A: a.ID, Of: x, Against: line, By: x - line,
		Text: say.Text{En: "{a} km are claimed on a line of {line} km", Ar: "ادُّعي {a} كم على خط طوله {line} كم"}.Fill("a", km(x), "line", km(line))}
	longest := slices.Max(published)
	out.Explanations = []Explanation{
		{Code: "length", Fits: x <= longest+rounding(a), Text: say.Text{En: "the longest published line has {l} km", Ar: "أطول خط منشور {l} كم"}.Fill("l", km(longest))},
		{Code: "layers", Fits: x <= 2*line, Text: say.Text{En: "two rows or two sides counted as one length would give up to {l} km", Ar: "عدّ صفين أو جانبين كطول واحد يعطي حتى {l} كم"}.Fill("l", km(2*line))},
	}
	return out
}

// share: percent of what? The denominators for which the latest total before
// fits, by the interval that rounding leaves to both.
func (d *disputes) share(s *Claim) (Discrepancy, bool) {
	var t *Claim
	for _, c := range d.totals {
		if c.Date <= s.Date {
			t = c
		}
	}
	if t == nil || s.Value <= 0 {
		return Discrepancy{}, false
	}
	x, off := metres(t), rounding(t)
	half := 0.5
	if math.Mod(s.Value, 10) == 0 {
		half = 5
	} else if math.Mod(s.Value, 5) == 0 {
		half = 2.5
	}
	implied := x / s.Value * 100
	least, most := (x-off)/(s.Value+half)*100, (x+off)/math.Max(s.Value-half, 0.1)*100
	line := d.view.axis.Length()
	out := Discrepancy{Kind: "share", Layer: d.layer, A: t.ID, B: s.ID, Of: x / line * 100, Against: s.Value, By: math.Abs(s.Value - x/line*100),
		Text: say.Text{En: "{s} % is claimed; {x} km are {p} % of the {line} km measured, and {s} % of {implied} km", Ar: "ادُّعيت نسبة {s}٪؛ و{x} كم هي {p}٪ من {line} كم المقاسة، و{s}٪ من {implied} كم"}.
			Fill("s", strconv.FormatFloat(s.Value, 'f', -1, 64), "x", km(x), "p", fmt.Sprintf("%.0f", x/line*100), "line", km(line), "implied", km(implied))}
	add := func(metres float64, what say.Text) {
		out.Explanations = append(out.Explanations, Explanation{Code: "denominator", Fits: metres >= least && metres <= most,
			Text: say.Text{En: "of {d} km ({what}) it is {p} %", Ar: "من {d} كم ({what}) هي {p}٪"}.Fill("d", km(metres), "p", fmt.Sprintf("%.1f", x/metres*100)).FillText("what", what)})
	}
	add(line, BasisMeasured.Name())
	for _, m := range published {
		add(m, BasisPublished.Name())
	}
	for _, c := range d.totals {
		if m := metres(c); m > x && c.Date <= s.Date {
			add(m, say.Text{En: "a claim of {day}", Ar: "ادعاء بتاريخ {day}"}.Fill("day", c.Date.String()))
		}
	}
	return out, true
}

// inspected: the last claim against what was inspected by its day.
func (d *disputes) inspected(c *Claim) (Discrepancy, bool) {
	t := d.view.Total(d.layer, "", border.Span{})
	x, seen := metres(c), t.Inspected()
	if math.Abs(x-seen) <= rounding(c) {
		return Discrepancy{}, false
	}
	out := Discrepancy{Kind: "not-inspected", Layer: d.layer, A: c.ID, Of: x, Against: seen, By: math.Abs(x - seen),
		Text: say.Text{En: "{a} km are claimed on {day}, {b} km are inspected", Ar: "ادُّعي {a} كم في {day} والمفحوص {b} كم"}.Fill("a", km(x), "day", c.Date.String(), "b", km(seen))}
	out.Explanations = []Explanation{
		{Code: "uninspected", Fits: math.Abs(t.Standing()-x) <= rounding(c), Text: say.Text{En: "{s} km stand in the ledger, {i} of them inspected", Ar: "القائم في السجل {s} كم والمفحوص منه {i}"}.Fill("s", km(t.Standing()), "i", km(seen))},
		{Code: "scope", Fits: !c.WholeLine(), Text: say.Text{En: "the claim is of “{s}”", Ar: "الادعاء يخص «{s}»"}.Fill("s", or(c.Scope, "?"))},
	}
	return out, true
}

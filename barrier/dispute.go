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
	Kind  string   `json:"kind"` // falls, too-fast, added, part, share, beyond-line, not-inspected
	Layer Kind     `json:"layer"`
	A     ident.ID `json:"a"`          // the claim, the earlier one of two
	B     ident.ID `json:"b,omitzero"` // the later one, if the other statement is a claim
	// Of and Against are the two figures in metres (in percent for a share, things
	// for a part that has more than the whole), By how far they lie apart.
	Of           float64       `json:"of"`
	Against      float64       `json:"against"`
	By           float64       `json:"by"`
	Text         say.Text      `json:"text"`
	Explanations []Explanation `json:"explanations"`
	// Again are further claims of the same two figures: said on other days, they
	// contradict one another no more than once.
	Again []ident.ID `json:"again,omitempty"`
}

// Explanation is one reason that could make both statements true, and whether
// the figures allow it. That one fits does not make it so.
type Explanation struct {
	Code string   `json:"code"` // scope, planned, rounding, dates, layers, new, denominator, length, counted, growth, uninspected
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
			case m.Sense == Count && layer != "":
				d.counts = append(d.counts, c)
			case !isLength || layer.Counted():
			case m.Sense == Cumulative && metres > 0:
				d.totals = append(d.totals, c)
			case m.Sense == New || m.Sense == Intended:
				d.parts = append(d.parts, c)
			}
		}
		if layer != "" {
			out = append(out, d.grouped(d.find())...)
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
	counts []*Claim // of things: cameras, towers
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
	for _, p := range d.parts {
		if x, ok := d.added(p); ok {
			out = append(out, x)
		}
	}
	for i, a := range d.counts {
		for _, b := range d.counts[i+1:] {
			if x, ok := d.part(a, b); ok {
				out = append(out, x)
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
	if e, ok := d.of(low, high); ok {
		out.Explanations = append(out.Explanations, e)
	}
	return out
}

// added: what was added to one total is more than the next total has.
func (d *disputes) added(p *Claim) (Discrepancy, bool) {
	var before, after *Claim
	for _, t := range d.totals {
		if t.Date <= p.Date {
			before = t
		} else if after == nil {
			after = t
		}
	}
	if MetricOf(p.Metric).Sense != New || before == nil || after == nil {
		return Discrepancy{}, false
	}
	sum, next := metres(before)+metres(p), metres(after)
	if sum <= next+rounding(before)+rounding(p)+rounding(after) {
		return Discrepancy{}, false
	}
	out := Discrepancy{Kind: "added", Layer: d.layer, A: p.ID, B: after.ID, Of: sum, Against: next, By: sum - next,
		Text: say.Text{En: "{t} km ({dt}) + {p} added ({dp}) = {sum}, then {n} km on {dn}", Ar: "{t} كم ({dt}) + {p} مضافة ({dp}) = {sum} ثم {n} كم في {dn}"}.
			Fill("t", km(metres(before)), "dt", before.Date.String(), "p", km(metres(p)), "dp", p.Date.String(), "sum", km(sum), "n", km(next), "dn", after.Date.String())}
	off := rounding(before) + rounding(after)
	out.Explanations = []Explanation{{Code: "counted", Fits: math.Abs(next-metres(before)) <= off,
		Text: say.Text{En: "the {p} km are among the {t} km: {t} against {n}, of which {off} may be rounding", Ar: "الـ{p} كم محسوبة ضمن {t} كم: {t} مقابل {n}، وقد يبلغ التقريب {off}"}.Fill("p", km(metres(p)), "t", km(metres(before)), "n", km(next), "off", km(off))}}
	// Added to another figure, it makes one that was published later.
	other := Explanation{Code: "new", Text: say.Text{En: "added to no earlier figure does it make a later one", Ar: "لا يساوي مع أي رقم سابق رقماً لاحقاً"}}
	for _, c := range d.totals {
		if c == before || c.Date > p.Date || other.Fits {
			continue
		}
		if t := completes(d.totals, 0, metres(c)+metres(p), func(t *Claim) bool { return t.Date > p.Date }); t != nil {
			other = Explanation{Code: "new", Fits: true, Text: say.Text{En: "it was added to {c} ({dc}): {sum}, against {t} ({dt})", Ar: "أُضيف إلى {c} ({dc}): {sum} مقابل {t} ({dt})"}.
				Fill("c", km(metres(c)), "dc", c.Date.String(), "sum", km(metres(c)+metres(p)), "t", km(metres(t)), "dt", t.Date.String())}
		}
	}
	out.Explanations = append(out.Explanations, other)
	if !MetricOf(p.Metric).Name.IsZero() && !p.WholeLine() && !p.ScopeUnstated() {
		out.Explanations = append(out.Explanations, d.scope(p, before))
	}
	return out, true
}

// part: a part of the borders is said to have more of something than all of them.
func (d *disputes) part(a, b *Claim) (Discrepancy, bool) {
	part, whole := a, b
	if a.AllBorders() {
		part, whole = b, a
	}
	if a.Metric != b.Metric || part.AllBorders() || !whole.AllBorders() || part.Value <= whole.Value {
		return Discrepancy{}, false
	}
	days, more := float64(part.Date-whole.Date), part.Value-whole.Value
	out := Discrepancy{Kind: "part", Layer: d.layer, A: a.ID, B: b.ID, Of: part.Value, Against: whole.Value, By: more,
		Text: say.Text{En: "{p} for “{sp}” on {dp}, {w} for “{sw}” on {dw}: a part has more than the whole", Ar: "{p} لـ«{sp}» في {dp} و{w} لـ«{sw}» في {dw}: للجزء أكثر مما للكل"}.
			Fill("p", figure(part.Value), "sp", part.Scope, "dp", part.Date.String(), "w", figure(whole.Value), "sw", whole.Scope, "dw", whole.Date.String())}
	out.Explanations = []Explanation{
		{Code: "growth", Fits: days > 0 || whole.Latest() >= part.Earliest() && whole.Precision != ToDay, Text: say.Text{En: "{n} were added in {d} days, all of them there", Ar: "أُضيف {n} خلال {d} يوماً، كلها هناك"}.Fill("n", figure(more), "d", figure(math.Max(0, days)))},
		{Code: "scope", Text: say.Text{En: "“{w}” holds “{p}”: the larger figure is of the smaller place", Ar: "«{w}» تشمل «{p}»: الرقم الأكبر يخص المكان الأصغر"}.Fill("w", whole.Scope, "p", part.Scope)},
	}
	return out, true
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
	for _, p := range d.parts {
		if MetricOf(p.Metric).Sense == Intended && p.Date <= s.Date {
			add(x+metres(p), say.Text{En: "built, and planned by {day}", Ar: "منجز ومخطط حتى {day}"}.Fill("day", p.Date.String()))
		}
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

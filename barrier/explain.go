package barrier

import (
	"math"
	"strconv"

	"marsad/say"
)

// What could make two statements both true, by arithmetic. Each says its figures
// whether it fits or not.

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

// of: the two figures are of different lengths of border, and say the same as
// shares. It has nothing to say where not both speakers name a length.
func (d *disputes) of(low, high *Claim) (Explanation, bool) {
	if low.Denominator <= 0 || high.Denominator <= 0 || low.Denominator == high.Denominator {
		return Explanation{}, false
	}
	share := func(c *Claim) float64 { return metres(c) / 1000 / c.Denominator * 100 }
	pct := func(x float64) string { return strconv.FormatFloat(x, 'f', 1, 64) }
	return Explanation{Code: "denominator", Fits: math.Abs(share(low)-share(high)) <= 1,
		Text: say.Text{En: "of {dl} and of {dh} km they are {pl} % and {ph} %", Ar: "من {dl} ومن {dh} كم هما {pl}٪ و{ph}٪"}.
			Fill("dl", figure(low.Denominator), "dh", figure(high.Denominator), "pl", pct(share(low)), "ph", pct(share(high)))}, true
}

// dated: the dates are not known well enough to say which came first.
func (d *disputes) dated(a, b *Claim) Explanation {
	e := Explanation{Code: "dates", Fits: a.Latest() >= b.Earliest() && a.Date != b.Date}
	e.Text = say.Text{En: "which came first is certain: {da} ({pa}), {db} ({pb})", Ar: "أيهما أسبق أمر مؤكد: {da} ({pa})، {db} ({pb})"}
	if e.Fits {
		e.Text = say.Text{En: "which came first is not certain: {da} ({pa}), {db} ({pb})", Ar: "أيهما أسبق غير مؤكد: {da} ({pa})، {db} ({pb})"}
	}
	e.Text = e.Text.Fill("da", a.Date.String(), "db", b.Date.String()).FillText("pa", a.Precision.Name()).FillText("pb", b.Precision.Name())
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

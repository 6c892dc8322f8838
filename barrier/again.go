package barrier

import (
	"cmp"
	"slices"
	"strings"

	"marsad/ident"
	"marsad/say"
)

// grouped makes one discrepancy of those between the same two figures, whenever they
// were said: a speaker who repeats himself five times contradicts himself once. The
// one that stays is of the two claims that lie closest together in time, and names the
// days of the others; what explains it must fit all of them.
func (d *disputes) grouped(all []Discrepancy) []Discrepancy {
	type figures struct {
		kind        string
		of, against float64
	}
	var order []figures
	groups := map[figures][]Discrepancy{}
	for _, x := range all {
		f := figures{x.Kind, x.Of, x.Against}
		if groups[f] == nil {
			order = append(order, f)
		}
		groups[f] = append(groups[f], x)
	}
	var out []Discrepancy
	for _, f := range order {
		out = append(out, d.one(groups[f]))
	}
	return out
}

func (d *disputes) one(group []Discrepancy) Discrepancy {
	if len(group) == 1 {
		return group[0]
	}
	out := group[0]
	out.Explanations = slices.Clone(out.Explanations)
	for i := range out.Explanations {
		e := &out.Explanations[i]
		for _, x := range group {
			same := slices.IndexFunc(x.Explanations, func(o Explanation) bool { return o.Code == e.Code && !o.Fits })
			if e.Fits && e.Code != "denominator" && same >= 0 { // of denominators there are many, and each stands for itself
				*e = x.Explanations[same]
			}
		}
	}
	var again []*Claim
	for _, x := range group {
		for _, id := range []ident.ID{x.A, x.B} {
			if c := d.claim(id); c != nil && id != out.A && id != out.B && !slices.Contains(again, c) {
				again = append(again, c)
			}
		}
	}
	if len(again) == 0 {
		return out
	}
	slices.SortStableFunc(again, func(a, b *Claim) int { return cmp.Compare(a.Date, b.Date) })
	var en, ar []string
	for _, c := range again {
		out.Again = append(out.Again, c.ID)
		said := c.said()
		en, ar = append(en, said.En+" on "+c.Date.String()), append(ar, said.Ar+" في "+say.LTR(c.Date.String()))
	}
	out.Text = say.Text{En: out.Text.En + "; said again: " + strings.Join(en, ", "), Ar: out.Text.Ar + "؛ وتكرر: " + strings.Join(ar, "، ")}
	return out
}

// said is the claim's figure with its unit.
func (c *Claim) said() say.Text {
	if m, ok := c.Metres(); ok {
		return say.Text{En: km(m) + " km", Ar: say.LTR(km(m)) + " كم"}
	}
	if MetricOf(c.Metric).Sense == Share {
		return say.Text{En: figure(c.Value) + " %", Ar: say.LTR(figure(c.Value) + " %")}
	}
	return say.Text{En: figure(c.Value), Ar: say.LTR(figure(c.Value))}
}

func (d *disputes) claim(id ident.ID) *Claim {
	for _, list := range [][]*Claim{d.totals, d.parts, d.shares, d.counts} {
		if i := slices.IndexFunc(list, func(c *Claim) bool { return c.ID == id }); i >= 0 {
			return list[i]
		}
	}
	return nil
}

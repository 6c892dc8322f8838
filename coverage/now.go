package coverage

import (
	"time"

	"marsad/border"
	"marsad/sense"
)

// Now is what is seen at one moment. It never changes: its network is only to be
// asked, or forked and then changed.
type Now struct {
	Revision uint64
	At       time.Time // event time of the picture that it was worked out from
	Network  *Network
	Ledger   Ledger
	// Weighted says that gaps are ranked by a risk per metre, not by length alone.
	Weighted bool
}

// Depths are the metres within a set that 0, 1, 2, 3, and 4 or more sensors see
// a class now.
func (n *Network) Depths(c sense.Class, within border.Set) [5]float64 {
	var metres [5]float64
	now := n.counts.now[place(c)]
	for _, s := range within.Spans() {
		n.over(s, func(i int, length float64) { metres[min(now[i], 4)] += length })
	}
	return metres
}

// over calls with every sample that a span touches and the metres they share.
func (n *Network) over(s border.Span, do func(i int, length float64)) {
	s = s.Intersect(n.cfg.Axis.Whole())
	for i := int(float64(s.From) / n.cfg.Step); i < len(n.line); i++ {
		shared := n.span(i, i+1).Intersect(s)
		if shared.Empty() && float64(i)*n.cfg.Step >= float64(s.To) {
			return
		}
		do(i, shared.Length())
	}
}

// Share is a part of a set of metres that is seen or designed, with the words
// that it must not leave without.
func (n *Network) Share(part, of border.Set) Share {
	return n.share(part.Intersect(of).Length(), of.Length())
}

// Difference is what one network sees of a class that the other does not.
type Difference struct {
	Lit  border.Set `json:"lit"`
	Dark border.Set `json:"dark"`
	// Gain is the weighted metres lit less those gone dark.
	Gain float64 `json:"gain"`
}

// Against compares with another network over the same line, within a set of metres.
func (n *Network) Against(before *Network, c sense.Class, within border.Set) Difference {
	was, is := before.Seen(c).Intersect(within), n.Seen(c).Intersect(within)
	d := Difference{Lit: is.Minus(was), Dark: was.Minus(is)}
	for _, s := range d.Lit.Spans() {
		n.over(s, func(i int, length float64) { d.Gain += length * n.cfg.Weight(n.middle(i)) })
	}
	for _, s := range d.Dark.Spans() {
		n.over(s, func(i int, length float64) { d.Gain -= length * n.cfg.Weight(n.middle(i)) })
	}
	return d
}

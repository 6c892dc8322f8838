package coverage

import (
	"slices"

	"marsad/border"
	"marsad/sense"
)

// counts are, for each class and sample of the line, the sensors that see it:
// those that work now, all that stand there, and those for which it is not known.
type counts struct {
	now, designed, unclear [nClass][]uint16
	// evidence adds up −ln(1 − P) over working sensors for a person, in 1/1000: as
	// whole numbers, so that taking a sensor out leaves exactly what was before.
	evidence []int32
}

func (c *counts) clone() counts {
	k := counts{evidence: slices.Clone(c.evidence)}
	for class := range Classes {
		k.now[class], k.designed[class], k.unclear[class] = slices.Clone(c.now[class]), slices.Clone(c.designed[class]), slices.Clone(c.unclear[class])
	}
	return k
}

func (n *Network) recount() {
	for c := range Classes {
		n.counts.now[c] = make([]uint16, len(n.line))
		n.counts.designed[c] = make([]uint16, len(n.line))
		n.counts.unclear[c] = make([]uint16, len(n.line))
	}
	n.counts.evidence = make([]int32, len(n.line))
	for _, w := range n.watches {
		n.counts.add(w, 1)
	}
}

// add counts a sensor in (by = 1) or out (by = −1).
func (c *counts) add(w *watch, by int) {
	if w.reach == nil {
		return
	}
	for class := range Classes {
		if w.limit[class] == 0 {
			continue
		}
		now, designed, unclear := c.now[class], c.designed[class], c.unclear[class]
		for i := range w.reach.dist {
			at := w.reach.first + i
			switch seen, dim := w.sees(i, class); {
			case seen:
				if w.lasting() {
					designed[at] += uint16(by)
				}
				if w.health.Working() {
					now[at] += uint16(by)
					if class == 0 {
						c.evidence[at] += int32(by) * int32(w.evidence[i])
					}
				}
			case dim && w.health.Working():
				unclear[at] += uint16(by)
			}
		}
	}
}

// lasting reports whether the sensor is meant to stand there: what a UAV sees it
// adds while it flies, and nobody misses it afterwards.
func (w *watch) lasting() bool { return w.sensor.Kind != sense.UAV }

// The words of a metre's state, from the best to the worst.
const (
	SeenTwice = "seen-twice" // two sensors or more see it
	SeenOnce  = "seen-once"
	Dark      = "dark"    // a sensor that does not work now would see it
	Unclear   = "unknown" // in range, but the ground on the way is not known
	Gap       = "gap"     // nothing stands there that would see it
)

var stateWords = [...]string{SeenTwice, SeenOnce, Dark, Unclear, Gap}

const (
	twice = iota
	once
	dark
	unclear
	gap
)

// state of a sample for a class.
func (c *counts) state(class, i int) byte {
	switch {
	case c.now[class][i] > 1:
		return twice
	case c.now[class][i] == 1:
		return once
	case c.designed[class][i] > 0:
		return dark
	case c.unclear[class][i] > 0:
		return unclear
	}
	return gap
}

// where gives the set of samples that keep.
func (n *Network) where(keep func(i int) bool) border.Set { return n.whereIn(0, len(n.line), keep) }

// whereIn gives the set of samples from one to before another that keep.
func (n *Network) whereIn(from, to int, keep func(i int) bool) border.Set {
	var spans []border.Span
	for i := from; i < to; {
		if !keep(i) {
			i++
			continue
		}
		begin := i
		for i < to && keep(i) {
			i++
		}
		spans = append(spans, n.span(begin, i))
	}
	return border.NewSet(spans...)
}

// Seen is where a class is seen now.
func (n *Network) Seen(c sense.Class) border.Set {
	now := n.counts.now[place(c)]
	return n.where(func(i int) bool { return now[i] > 0 })
}

// Designed is where a class would be seen if every sensor worked.
func (n *Network) Designed(c sense.Class) border.Set {
	designed := n.counts.designed[place(c)]
	return n.where(func(i int) bool { return designed[i] > 0 })
}

// SeenBy is where one sensor sees a class, were it working.
func (n *Network) SeenBy(id sense.SensorID, c sense.Class) border.Set {
	at, ok := n.find(id)
	if !ok || n.watches[at].reach == nil {
		return border.Set{}
	}
	w := n.watches[at]
	return n.whereIn(w.reach.first, w.reach.first+len(w.reach.dist), func(i int) bool {
		seen, _ := w.sees(i-w.reach.first, place(c))
		return seen
	})
}

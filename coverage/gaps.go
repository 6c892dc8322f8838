package coverage

import (
	"cmp"
	"slices"

	"marsad/border"
	"marsad/sense"
)

// Stretch is metres of the line on which a class is not seen now, for one reason.
type Stretch struct {
	border.Span
	// State is Dark, Unclear or Gap.
	State string `json:"state"`
	// Metres is its length; Score is length times weight, by which it is ranked.
	Metres float64 `json:"metres"`
	Score  float64 `json:"score"`
}

// Gaps lists where a class is not seen now: the highest score first, of equals
// the one nearer to km 0.
func (n *Network) Gaps(c sense.Class) []Stretch {
	class := place(c)
	var gaps []Stretch
	for i := 0; i < len(n.line); {
		state := n.counts.state(class, i)
		from, score := i, 0.0
		for i < len(n.line) && n.counts.state(class, i) == state {
			if state >= dark {
				score += n.span(i, i+1).Length() * n.cfg.Weight(n.middle(i))
			}
			i++
		}
		if state >= dark {
			s := n.span(from, i)
			gaps = append(gaps, Stretch{Span: s, State: stateWords[state], Metres: s.Length(), Score: score})
		}
	}
	slices.SortStableFunc(gaps, func(a, b Stretch) int { return cmp.Compare(b.Score, a.Score) })
	return gaps
}

// Silent is a sensor that does not work and would see metres of a stretch.
type Silent struct {
	Sensor sense.SensorID `json:"sensor"`
	Health sense.Health   `json:"health"`
	Metres float64        `json:"metres"`
}

// Silent lists the sensors whose silence leaves metres of a set dark for a class,
// the most metres first.
func (n *Network) Silent(where border.Set, c sense.Class) []Silent {
	var list []Silent
	for _, w := range n.watches {
		if w.reach == nil || !w.lasting() || w.health.Working() {
			continue
		}
		if m := n.darkOf(w, place(c)).Intersect(where).Length(); m > 0 {
			list = append(list, Silent{w.sensor.ID, w.health, m})
		}
	}
	slices.SortStableFunc(list, func(a, b Silent) int { return cmp.Compare(b.Metres, a.Metres) })
	return list
}

package coverage

import (
	"cmp"
	"math"
	"slices"

	"marsad/border"
	"marsad/geo"
	"marsad/sense"
)

// Dependence is metres that would go dark together.
type Dependence struct {
	// On is a sensor's id, or the name of a cable, radio or mast.
	On      string           `json:"on"`
	By      string           `json:"by"` // "sensor", "link" or "mount"
	Sensors []sense.SensorID `json:"sensors"`
	Where   border.Set       `json:"where"`
	Metres  float64          `json:"metres"`
}

// The ways in which sensors fail together.
const (
	BySensor = "sensor"
	ByLink   = "link"
	ByMount  = "mount"
)

// SinglePoints lists what alone keeps metres from going dark for a class: each
// sensor, each link and each mast whose loss would take the last eye from some.
// The longest first.
func (n *Network) SinglePoints(c sense.Class) []Dependence {
	groups := map[[2]string][]*watch{}
	for _, w := range n.watches {
		if w.reach == nil || !w.health.Working() {
			continue
		}
		for by, on := range map[string]string{BySensor: string(w.sensor.ID), ByLink: w.sensor.Link, ByMount: w.sensor.Mount} {
			if on != "" {
				groups[[2]string{by, on}] = append(groups[[2]string{by, on}], w)
			}
		}
	}
	var list []Dependence
	for key, group := range groups {
		where := n.onlyBy(group, place(c))
		if where.Empty() || (key[0] != BySensor && len(group) < 2) {
			continue // a link of one sensor is that sensor
		}
		d := Dependence{On: key[1], By: key[0], Where: where, Metres: where.Length()}
		for _, w := range group {
			d.Sensors = append(d.Sensors, w.sensor.ID)
		}
		list = append(list, d)
	}
	slices.SortFunc(list, func(a, b Dependence) int {
		return cmp.Or(cmp.Compare(b.Metres, a.Metres), cmp.Compare(a.By, b.By), cmp.Compare(a.On, b.On))
	})
	return list
}

// onlyBy is where a group's sensors are all that see.
func (n *Network) onlyBy(group []*watch, class int) border.Set {
	first, last := len(n.line), 0
	for _, w := range group {
		first, last = min(first, w.reach.first), max(last, w.reach.first+len(w.reach.dist))
	}
	if first >= last {
		return border.Set{}
	}
	seen := make([]uint16, last-first)
	for _, w := range group {
		for i := range w.reach.dist {
			if yes, _ := w.sees(i, class); yes {
				seen[w.reach.first+i-first]++
			}
		}
	}
	var spans []border.Span
	for i, k := range seen {
		if k > 0 && k == n.counts.now[class][first+i] {
			spans = append(spans, n.span(first+i, first+i+1))
		}
	}
	return border.NewSet(spans...)
}

// Turn is a neighbour that could be turned to metres that nothing sees.
type Turn struct {
	Sensor  sense.SensorID `json:"sensor"`
	Azimuth float64        `json:"azimuth"` // radians, to the middle of the metres
	Where   border.Set     `json:"where"`
	Metres  float64        `json:"metres"`
}

// Turns proposes working sensors that take "look at" cues and would see metres
// of a set for a class if they were turned there. The most metres first. What
// they would no longer see is for the person who decides to weigh: SeenBy.
func (n *Network) Turns(where border.Set, c sense.Class) []Turn {
	var turns []Turn
	class := place(c)
	for _, w := range n.watches {
		if w.reach == nil || !w.health.Working() || !w.sensor.CanLookAt {
			continue
		}
		free := *w
		free.sensor.HalfWidth = 0
		var spans []border.Span
		var east, north float64
		for i := range w.reach.dist {
			at := w.reach.first + i
			if !where.Contains(n.middle(at)) || w.inSector(w.reach.az[i]) {
				continue
			}
			if seen, _ := free.sees(i, class); seen {
				spans = append(spans, n.span(at, at+1))
				sin, cos := math.Sincos(float64(w.reach.az[i]))
				east, north = east+sin, north+cos
			}
		}
		if set := border.NewSet(spans...); !set.Empty() {
			turns = append(turns, Turn{w.sensor.ID, geo.Wrap2Pi(math.Atan2(east, north)), set, set.Length()})
		}
	}
	slices.SortStableFunc(turns, func(a, b Turn) int { return cmp.Compare(b.Metres, a.Metres) })
	return turns
}

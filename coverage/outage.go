package coverage

import (
	"cmp"
	"slices"

	"marsad/border"
	"marsad/sense"
)

// Outage is one cause of dark metres: a sensor, or what all of several lost
// sensors hang on. It asks for one alert and one repair, however many are dark.
type Outage struct {
	By      string           `json:"by"` // BySensor, ByLink or ByMount
	On      string           `json:"on"`
	Sensors []sense.SensorID `json:"sensors"`
	// Where is dark for the class and would be seen by one of them.
	Where  border.Set `json:"where"`
	Metres float64    `json:"metres"`
}

// Outages explains the dark metres of a class with as few causes as it can: a
// link none of whose two or more sensors works is one cause, then a mast, then
// the sensor alone. Sensors never heard are left out: they have not failed. The
// most dark metres first; of equals by name.
func (n *Network) Outages(c sense.Class) []Outage {
	class := place(c)
	var list []Outage
	left := map[*watch]bool{}
	for _, w := range n.watches {
		left[w] = w.reach != nil && w.lasting() && !w.health.Working() && w.health != sense.Unheard
	}
	take := func(by, on string, group []*watch) {
		o := Outage{By: by, On: on}
		for _, w := range group {
			left[w] = false
			o.Sensors = append(o.Sensors, w.sensor.ID)
			o.Where = o.Where.Union(n.darkOf(w, class))
		}
		o.Metres = o.Where.Length()
		list = append(list, o)
	}
	for _, kind := range []struct {
		by string
		on func(*sense.Sensor) string
	}{
		{ByLink, func(s *sense.Sensor) string { return s.Link }},
		{ByMount, func(s *sense.Sensor) string { return s.Mount }},
	} {
		groups := map[string][]*watch{}
		alive := map[string]bool{}
		var names []string
		for _, w := range n.watches {
			on := kind.on(&w.sensor)
			if on == "" || w.reach == nil {
				continue
			}
			alive[on] = alive[on] || w.health.Working()
			if left[w] {
				if groups[on] == nil {
					names = append(names, on)
				}
				groups[on] = append(groups[on], w)
			}
		}
		for _, on := range names {
			if len(groups[on]) > 1 && !alive[on] {
				take(kind.by, on, groups[on])
			}
		}
	}
	for _, w := range n.watches {
		if left[w] {
			take(BySensor, string(w.sensor.ID), []*watch{w})
		}
	}
	slices.SortStableFunc(list, func(a, b Outage) int {
		return cmp.Or(cmp.Compare(b.Metres, a.Metres), cmp.Compare(a.On, b.On))
	})
	return list
}

// darkOf is where a sensor that does not work leaves metres dark.
func (n *Network) darkOf(w *watch, class int) border.Set {
	var spans []border.Span
	for i := range w.reach.dist {
		at := w.reach.first + i
		if n.counts.state(class, at) != dark {
			continue
		}
		if seen, _ := w.sees(i, class); seen {
			spans = append(spans, n.span(at, at+1))
		}
	}
	return border.NewSet(spans...)
}

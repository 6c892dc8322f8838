package sim

import (
	"time"

	"marsad/border"
	"marsad/geo"
	"marsad/sense"
)

// Thing is what is true of one body at an instant. It is for scoring and never
// travels inside a scan.
type Thing struct {
	Body     int    // index that Watch uses
	Actor    string // name in the scenario; a unit's id for a patrol
	Unit     string // own unit, else empty
	Class    sense.Class
	Count    int
	Harmless bool
	Point    geo.Point
	VE, VN   float64 // m/s
	Chainage border.Chainage
	Offset   border.Offset
	// Hidden: under a roof, so that no sensor could see it.
	Hidden bool
}

// Truth appends what is true now of everything in the world to a buffer.
func (w *World) Truth(into []Thing) []Thing {
	for k := range w.bodies {
		b := &w.bodies[k]
		if !b.here {
			continue
		}
		l := w.estate.Axis.Locate(b.at)
		t := Thing{Body: k, Actor: b.name, Class: b.class, Count: b.count - b.out, Point: b.at, VE: b.ve, VN: b.vn,
			Chainage: l.Chainage, Offset: l.Offset, Hidden: b.indoor && b.ve == 0 && b.vn == 0}
		if b.unit >= 0 {
			t.Unit, t.Harmless = b.name, true
		} else {
			t.Harmless = w.scene.Actors[b.actor].Harmless
		}
		into = append(into, t)
	}
	return into
}

// Moment is what is true at an instant, for pictures of it.
type Moment struct {
	At     time.Time
	Things []Thing
	// Sights are metres of visibility over each thing, Contrast how well warm bodies
	// stand out of the ground at this hour, 0…1.
	Sights   []float64
	Contrast float64
	// Silent are the nodes that say nothing.
	Silent []sense.SensorID
}

// Moment of the world's newest second, a copy of its own.
func (w *World) Moment() *Moment {
	m := &Moment{At: w.at(w.moved), Things: w.Truth(nil), Contrast: w.contrast, Silent: w.Silent()}
	for _, t := range m.Things {
		m.Sights = append(m.Sights, w.visibility(&w.bodies[t.Body]))
	}
	return m
}

// Silent are the nodes that say nothing now, for checks of what is shown as
// seen.
func (w *World) Silent() []sense.SensorID {
	var ids []sense.SensorID
	for i := range w.estate.Nodes {
		if w.down[i] > 0 || w.unfit[i] > 0 {
			ids = append(ids, w.estate.Nodes[i].ID)
		}
	}
	return ids
}

// IsSilent reports whether a node has been held silent.
func (w *World) IsSilent(node int) bool { return w.down[node] > 0 || w.unfit[node] > 0 }

// Wind now, in m/s and degrees from which it blows.
func (w *World) Wind() (metresPerSecond, from float64) { return w.wind, w.windFrom }

// Elapsed since the scenario's start.
func (w *World) Elapsed() time.Duration { return time.Duration(w.second * float64(time.Second)) }

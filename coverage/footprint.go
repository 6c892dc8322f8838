package coverage

import (
	"math"
	"time"

	"marsad/sense"
)

// Footprint gives what one sensor can see as the value that fusion reads; false
// for a sensor that sees nothing or is not known. A footprint made on synthetic
// ground must not be given to a tracker that follows real things, or things of
// a simulation that has another ground: Provenance tells.
func (n *Network) Footprint(id sense.SensorID, version uint64, at time.Time) (sense.Footprint, bool) {
	i, ok := n.find(id)
	if !ok || n.watches[i].reach == nil {
		return sense.Footprint{}, false
	}
	w := n.watches[i]
	f := sense.Footprint{Sensor: id, Version: version, At: at, Origin: w.reach.origin,
		RangeStep: w.reach.ringStep, Azimuths: azimuths, Ranges: rings}
	f.OnFoot, f.Wheeled, f.Air = w.cells(0, n.cfg.When), w.cells(1, n.cfg.When), w.cells(2, n.cfg.When)
	return f, true
}

// cells gives the detection probabilities of a class in 1/255.
func (w *watch) cells(class int, when Condition) []uint8 {
	r := w.reach
	cells := make([]uint8, azimuths*rings)
	var pd [rings]uint8
	for k := range rings {
		pd[k] = uint8(math.Round(255 * Pd(&w.sensor, Classes[class], (float64(k)+0.5)*r.ringStep, when)))
	}
	for a := range azimuths {
		if !w.inSector(float32((float64(a) + 0.5) * 2 * math.Pi / azimuths)) {
			continue
		}
		for k := range rings {
			if least := r.polar[a*rings+k]; least != unknown && float64(least) <= targets[class].least*10 {
				cells[a*rings+k] = pd[k]
			}
		}
	}
	return cells
}

// Arc is a part of a sensor's footprint along one degree of azimuth, for drawing.
type Arc struct {
	Azimuth  int     // degrees: the arc reaches from here to the next
	From, To float64 // metres
}

// Arcs gives where a sensor sees a class with at least the threshold, whatever
// its health, by azimuth; false for one that sees nothing or is not known.
func (n *Network) Arcs(id sense.SensorID, c sense.Class) ([]Arc, bool) {
	i, ok := n.find(id)
	if !ok || n.watches[i].reach == nil {
		return nil, false
	}
	w, class := n.watches[i], place(c)
	r := w.reach
	var arcs []Arc
	for a := range azimuths {
		if !w.inSector(float32((float64(a) + 0.5) * 2 * math.Pi / azimuths)) {
			continue
		}
		open := false
		for k := range rings {
			from, to := float64(k)*r.ringStep, float64(k+1)*r.ringStep
			least := r.polar[a*rings+k]
			seen := (from+to)/2 <= w.limit[class] && to > w.sensor.MinRange && least != unknown && float64(least) <= targets[class].least*10
			switch {
			case seen && open:
				arcs[len(arcs)-1].To = to
			case seen:
				arcs = append(arcs, Arc{a, math.Max(from, w.sensor.MinRange), to})
			}
			open = seen
		}
	}
	return arcs, true
}

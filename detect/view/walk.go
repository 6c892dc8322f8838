package view

import (
	"slices"
	"time"

	"marsad/geo"
)

// Fix is where a patrol's receiver was at an instant, its height that of the
// ground under the boots.
type Fix struct {
	At    time.Time
	Where geo.Position
	// Error is 1σ in metres each way.
	Error float64
}

// Sighting is the foot of the same patrol in the picture.
type Sighting struct {
	At   time.Time
	X, Y float64
}

// Walk pairs a patrol's fixes with its sightings, so that a patrol that walks
// through the view calibrates it. Between two fixes no further apart than gap
// it interpolates; sightings outside of them give no mark. More than most
// marks are thinned evenly: neighbours in time share their errors and a walk
// is no surer for being filmed fast.
func Walk(fixes []Fix, sightings []Sighting, gap time.Duration, most int) []Mark {
	fixes = slices.Clone(fixes)
	slices.SortStableFunc(fixes, func(a, b Fix) int { return a.At.Compare(b.At) })
	var marks []Mark
	for _, s := range sightings {
		i, exact := slices.BinarySearchFunc(fixes, s.At, func(f Fix, at time.Time) int { return f.At.Compare(at) })
		if exact && i+1 < len(fixes) {
			i++
		}
		if i == 0 || i == len(fixes) {
			continue
		}
		a, b := fixes[i-1], fixes[i]
		span := b.At.Sub(a.At)
		if span <= 0 || span > gap {
			continue
		}
		frame := geo.NewFrame(a.Where)
		to := frame.ToENU(b.Where)
		share := s.At.Sub(a.At).Seconds() / span.Seconds()
		marks = append(marks, Mark{X: s.X, Y: s.Y,
			At:    frame.FromENU(scale(to, share)),
			Error: a.Error + (b.Error-a.Error)*share,
			Name:  s.At.UTC().Format("15:04:05")})
		last := &marks[len(marks)-1]
		last.East, last.North = pace(fixes, i)
	}
	if most > 0 && len(marks) > most {
		thin := make([]Mark, most)
		for i := range thin {
			thin[i] = marks[i*len(marks)/most]
		}
		marks = thin
	}
	return marks
}

// pace is the velocity in m/s around the i-th fix, from fixes ten seconds to
// both sides: those of neighbours are mostly the receiver's noise, which would
// make every clock seem right.
func pace(fixes []Fix, i int) (east, north float64) {
	const arm = 10 * time.Second
	from, to := i-1, i
	for from > 0 && fixes[i].At.Sub(fixes[from].At) < arm {
		from--
	}
	for to < len(fixes)-1 && fixes[to].At.Sub(fixes[i-1].At) < arm {
		to++
	}
	frame := geo.NewFrame(fixes[from].Where)
	d := frame.ToENU(fixes[to].Where)
	s := fixes[to].At.Sub(fixes[from].At).Seconds()
	return d.E / s, d.N / s
}

package fuse

import (
	"testing"

	"marsad/sense"
)

// BenchmarkBorder plays the whole line: 620 towers, 62 radars with clutter,
// 200 things that move. One operation is one second of the border.
func BenchmarkBorder(b *testing.B) {
	w := newWorld(6, 620)
	for i := range 100 {
		o := float64(i)
		w.things = append(w.things,
			thing{class: sense.Person, path: []waypoint{{0, -3000, -6000 * o}, {2000, -200, -6000*o + 500}}},
			thing{class: sense.Vehicle, path: []waypoint{{0, 1000, -6000 * o}, {300, 800, -6000*o - 3000}}})
	}
	script := w.script(20)
	f := New(Defaults())
	for _, s := range w.sensors {
		f.Register(s)
	}
	// The first seconds find the things; the rest is the steady state.
	k := 0
	for ; script[k].at.Sub(w.start).Seconds() < 5; k++ {
		play(f, &script[k])
	}
	warm := k
	b.ReportAllocs()
	b.ResetTimer()
	detections := 0
	for range b.N {
		if k >= len(script) {
			b.StopTimer()
			f = New(Defaults())
			for _, s := range w.sensors {
				f.Register(s)
			}
			for k = range script[:warm] {
				play(f, &script[k])
			}
			b.StartTimer()
		}
		for end := script[k].at.Add(1e9); k < len(script) && script[k].at.Before(end); k++ {
			play(f, &script[k])
			detections += len(script[k].scan.Detections)
		}
	}
	b.ReportMetric(float64(detections)/b.Elapsed().Seconds(), "detections/s")
}

var changes []Change

func play(f *Fuser, e *event) {
	if e.tick {
		changes = f.Tick(e.at, changes[:0])
	} else {
		changes = f.Scan(&e.scan, changes[:0])
	}
}

package fuse

import (
	"slices"
	"testing"
	"time"

	"marsad/sense"
)

// BenchmarkBorder plays the whole line: 620 towers, 62 radars with clutter,
// 200 things that move. One operation is one second of the border, its scans in
// order of their instants, or as they arrive: each sensor's 50 to 300 ms late.
func BenchmarkBorder(b *testing.B) {
	w := newWorld(6, 620)
	for i := range 100 {
		o := float64(i)
		w.things = append(w.things,
			thing{class: sense.Person, path: []waypoint{{0, -3000, -6000 * o}, {2000, -200, -6000*o + 500}}},
			thing{class: sense.Vehicle, path: []waypoint{{0, 1000, -6000 * o}, {300, 800, -6000*o - 3000}}})
	}
	script := w.script(20)
	b.Run("in order", func(b *testing.B) { border(b, w, script, 150) })
	arrives := func(e *event) time.Time {
		h := 0
		for _, c := range e.scan.Sensor {
			h = h*31 + int(c)
		}
		if e.tick {
			h = 0
		}
		return e.at.Add(time.Duration(50+h%250) * time.Millisecond)
	}
	late := slices.Clone(script)
	slices.SortStableFunc(late, func(a, b event) int { return arrives(&a).Compare(arrives(&b)) })
	b.Run("as it arrives", func(b *testing.B) { border(b, w, late, 150) })
}

// BenchmarkQuietBorder is the same line with twenty things, so that most towers
// have nothing to show: that is known from their silence, and their empty scans come
// 300 to 900 ms late, the others' at once.
func BenchmarkQuietBorder(b *testing.B) {
	w := newWorld(6, 620)
	for i := range 20 {
		o := float64(i)
		w.things = append(w.things, thing{class: sense.Person, path: []waypoint{{0, -3000, -30000 * o}, {2000, -200, -30000*o + 500}}})
	}
	script := silentLate(w.script(20))
	border(b, w, script, 15)
}

// silentLate puts a script in the order of arrival where empty scans come 300 to
// 900 ms late, each sensor's by as much every time, and all others 50 ms.
func silentLate(script []event) []event {
	arrives := func(e *event) time.Time {
		h, delay := 0, 0
		for _, c := range e.scan.Sensor {
			h = h*31 + int(c)
		}
		switch {
		case e.tick:
		case len(e.scan.Detections) == 0:
			delay = 300 + h*7%600
		default:
			delay = 50
		}
		return e.at.Add(time.Duration(delay) * time.Millisecond)
	}
	late := slices.Clone(script)
	slices.SortStableFunc(late, func(a, b event) int { return arrives(&a).Compare(arrives(&b)) })
	return late
}

func border(b *testing.B, w *world, script []event, shown int) {
	// The first seconds find the things; the rest is the steady state.
	var f *Fuser
	k, warm, second := 0, 5*len(script)/20, len(script)/20
	fresh := func() {
		f = New(Defaults())
		w.register(f)
		for k = range warm {
			play(f, &script[k])
		}
	}
	fresh()
	b.ReportAllocs()
	b.ResetTimer()
	detections := 0
	for range b.N {
		if k+second > len(script) {
			b.StopTimer()
			fresh()
			b.StartTimer()
		}
		for range second {
			play(f, &script[k])
			detections += len(script[k].scan.Detections)
			k++
		}
	}
	b.ReportMetric(float64(detections)/b.Elapsed().Seconds(), "detections/s")
	s := f.Stats()
	b.ReportMetric(float64(s.Again)/float64(max(1, s.Late)), "again/late")
	if s.Shown < shown {
		b.Errorf("only %d things are shown", s.Shown)
	}
}

var changes []Change

func play(f *Fuser, e *event) {
	if e.tick {
		changes = f.Tick(e.at, changes[:0])
	} else {
		changes = f.Scan(&e.scan, changes[:0])
	}
}

package detect

import "testing"

// One VGA frame through all stages, with a mover: steady, with a sway that has to
// be warped away, and at 16 bits with five times the noise.
func BenchmarkStep(b *testing.B) {
	for _, c := range []struct {
		name        string
		sway, noise float64
		deep        bool
	}{{"still", 0, 1, false}, {"sway", 2, 1, false}, {"noisy16", 0, 5, true}} {
		b.Run(c.name, func(b *testing.B) {
			s := newScene(1, 640, 480)
			s.contrast, s.swayX, s.noise, s.deep = 30, c.sway, c.noise, c.deep
			var frames []Frame
			for n := range 50 {
				f, _ := s.frame(n)
				frames = append(frames, f)
			}
			d := New(Standard(), 640, 480)
			for _, f := range frames {
				d.Step(f)
			}
			b.ReportAllocs()
			b.ResetTimer()
			for n := range b.N {
				d.Step(frames[n%len(frames)])
			}
		})
	}
}

// One VGA frame whose upper two thirds are drifting clouds, before which small
// things are sought by rings, with one thing that crosses them.
func BenchmarkStepBeforeClouds(b *testing.B) {
	s := newScene(1, 640, 480)
	var frames []Frame
	for n := range 60 {
		frames = append(frames, clouded(s, n, 0.5, 12, 50))
	}
	d := New(Standard(), 640, 480)
	for _, f := range frames {
		d.Step(f)
	}
	b.ReportAllocs()
	b.ResetTimer()
	for n := range b.N {
		d.Step(frames[n%len(frames)])
	}
}

// Real frames of 480x320, pass after pass; the peer's figure on the very same
// frames is what ../shared/data/thermal/peer_masks.py prints.
func BenchmarkRealSequences(b *testing.B) {
	for _, c := range loadClips(b) {
		b.Run(c.name, func(b *testing.B) {
			d := New(Standard(), c.frames[0].Width, c.frames[0].Height)
			b.ReportAllocs()
			for n := range b.N {
				f := c.frames[n%len(c.frames)]
				f.Index = n
				d.Step(f)
			}
		})
	}
}

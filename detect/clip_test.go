package detect

import (
	"slices"
	"testing"
)

// A gain that cuts a fifth of the ground for a while, or did so when the stream
// began, shows nothing that moves when it steps back; and what moves afterwards over
// the same ground is found.
func TestAGainThatCutsTheRangeShowsNothing(t *testing.T) {
	const back, walks = 350, 450
	for life, from := range map[string]int{"a step there and back": 200, "cut from the beginning": 0} {
		for end, cold := range map[string]bool{"warm end": false, "cold end": true} {
			s := newScene(5, 160, 120)
			s.bare()
			s.swayX, s.swayY = 0.5, 0.2
			s.contrast, s.appears, s.x = 60, walks, 20-1.5*walks
			high := func(n int) bool { return n >= from && n < back }
			s.gain = func(n int) float64 {
				if high(n) {
					return 1.6
				}
				return 1
			}
			s.offset = func(n int) float64 {
				switch {
				case !high(n):
					return 0
				case cold:
					return -154
				}
				return 57
			}
			d := New(Standard(), s.w, s.h)
			shown, declared := 0, -1
			for n := range walks + 60 {
				f, _ := s.frame(n)
				r := d.Step(f)
				if n < walks && n > 60 && slices.Max(r.Mask) > 0 {
					shown++
				}
				for _, m := range r.Movers {
					if m.Declared && declared < 0 {
						declared = n
					}
				}
			}
			if shown > 0 || declared < walks || declared > walks+15 {
				t.Errorf("%s, %s: shown in %d frames, declared in frame %d", life, end, shown, declared)
			}
		}
	}
}

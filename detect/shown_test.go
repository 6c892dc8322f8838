package detect

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// shownIn plays the scene with patches written over it and counts the frames of
// [from, to) in which any pixel of a box is shown.
func shownIn(s *scene, from, to int, in Box, write func(n int, f Frame)) (frames int) {
	d := New(Standard(), s.w, s.h)
	for n := range to {
		f, _ := s.frame(n)
		write(n, f)
		mask, any := d.Step(f).Mask, false
		for y := in.Y; y < in.Y+in.H; y++ {
			for x := in.X; x < in.X+in.W; x++ {
				any = any || mask[y*s.w+x] != 0
			}
		}
		if any && n >= from {
			frames++
		}
	}
	return frames
}

func fill(f Frame, b Box, v uint16) {
	for y := b.Y; y < b.Y+b.H; y++ {
		for x := b.X; x < b.X+b.W; x++ {
			f.Pix[y*f.Width+x] = v
		}
	}
}

// The digits of a clock that is written into the picture come as near to moving
// as to hop from one place to the next: what was never declared is not shown for
// long once it stopped.
func TestWhatHoppedAndStoppedIsNotShownForLong(t *testing.T) {
	s := newScene(3, 128, 96)
	shown := shownIn(s, 50, 200, Box{X: 0, Y: 0, W: 80, H: 30}, func(n int, f Frame) {
		if n >= 40 {
			fill(f, Box{X: 20 + 5*min(n-40, 3), Y: 8, W: 6, H: 9}, 250)
		}
	})
	if shown > 30 {
		t.Errorf("shown in %d of 150 frames after it had stopped", shown)
	}
}

// Where the picture is full of streaks that come to nothing, three of them always
// lie on some path: they are not shown for that, while what moves between them is.
func TestRainIsNotShownAndWhatMovesInItIs(t *testing.T) {
	s := newScene(5, 160, 120)
	s.contrast, s.x, s.vx, s.appears = 45, -20, 1, 30
	rng := rand.New(rand.NewPCG(5, 6))
	d := New(Standard(), s.w, s.h)
	var c count
	for n := range 110 {
		f, truth := s.frame(n)
		for range 12 {
			fill(f, Box{X: rng.IntN(s.w - 2), Y: rng.IntN(s.h - 12), W: 1, H: 8 + rng.IntN(4)}, 230)
		}
		for i, shown := range d.Step(f).Mask {
			switch {
			case n < 20 || shown == 0 && !truth[i]:
			case !truth[i]:
				c.fp++
			case shown == 0:
				c.fn++
			default:
				c.tp++
			}
		}
	}
	if c.p() < 0.5 || c.r() < 0.6 {
		t.Errorf("precision %.2f, recall %.2f", c.p(), c.r())
	}
}

// Things as large as those that come to nothing by the dozen are shown by their
// track's likelihood alone; what is larger than they, or leaps alone, is not held to that.
func TestOnlyWhatIsLikeTheRainIsTakenForRain(t *testing.T) {
	streak, large := thing{area: 30, piece: 30, ratio: 25}, thing{area: 300, piece: 300, ratio: 25}
	d := New(Standard(), 320, 240)
	rain := slices.Repeat([]thing{streak}, 12)
	for range 50 {
		d.things = append(append(d.things[:0], rain...), large)
		d.countUnproven()
	}
	if !d.isBusy(&streak) || d.isBusy(&large) {
		t.Errorf("in rain a streak is taken for rain: %v, what is larger: %v", d.isBusy(&streak), d.isBusy(&large))
	}
	d = New(Standard(), 320, 240)
	for range 50 {
		d.things = append(d.things[:0], large)
		d.countUnproven()
	}
	if d.isBusy(&large) {
		t.Error("what leaps alone is taken for rain")
	}
}

// A piece of a cloud is alone in its frame for minutes and likely a mover by its track
// every time: once it has lingered undeclared it counts, and is not proven. What is
// declared meanwhile does not.
func TestWhatLingersAloneIsNoMover(t *testing.T) {
	for _, c := range []struct {
		age      int
		declared bool
		busy     bool
	}{{lingers, false, false}, {lingers + 1, false, true}, {lingers + 1, true, false}} {
		d := New(Standard(), 320, 240)
		tr := &track{age: c.age, declared: c.declared, proof: proof{likely: enough}}
		cloud := thing{area: 60, piece: 60, ratio: 25, track: tr}
		for range 300 {
			d.things = append(d.things[:0], cloud)
			d.countUnproven()
		}
		if d.isBusy(&cloud) != c.busy || cloud.proven() == c.busy {
			t.Errorf("alone, %d frames old, declared %v: counts %v, proven %v", c.age, c.declared, d.isBusy(&cloud), cloud.proven())
		}
	}
}

// What is clear over many pixels is shown at once, though it leaps by more than a
// track follows; a speck has to be strong for that.
func TestWhatIsLargeIsShownAtOnce(t *testing.T) {
	d := New(Standard(), 320, 240)
	for _, c := range []struct {
		area  int
		ratio float64
		shown bool
	}{{900, 17, true}, {2000, 11, true}, {900, 12, false}, {100, 17, false}, {100, 21, true}} {
		d.things = append(d.things[:0], thing{area: c.area, ratio: c.ratio})
		if d.showThings(); d.things[0].show != c.shown {
			t.Errorf("%d pixels of %.0f yardsticks: shown %v", c.area, c.ratio, d.things[0].show)
		}
	}
}

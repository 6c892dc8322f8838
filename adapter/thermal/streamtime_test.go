package thermal

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// Whatever the network delays, times rise, and the frame's time is never later
// than its arrival by more than the drift that is borne.
func TestStreamTimeRisesAndFollows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ppm := rapid.Float64Range(-2000, 2000).Draw(t, "ppm")
		delays := rapid.SliceOfN(rapid.IntRange(0, 400), 50, 50).Draw(t, "delays")
		var s streamTime
		last := time.Time{}
		for i := range 6000 {
			true_ := time.Duration(i) * 100 * time.Millisecond
			pts := time.Duration(float64(true_) * (1 - ppm/1e6))
			arrived := noon.Add(true_ + time.Duration(delays[i%len(delays)])*time.Millisecond)
			at := s.at(pts, arrived)
			if !at.After(last) {
				t.Fatalf("frame %d: %v after %v", i, at, last)
			}
			last = at
			if d := at.Sub(noon.Add(true_)); d < -1800*time.Millisecond || d > 1800*time.Millisecond {
				t.Fatalf("frame %d is %v off", i, d)
			}
		}
		want := 600 * ppm / 1e6
		if got := s.total().Seconds(); got < want-0.5 || got > want+0.5 {
			t.Fatalf("drift of %.2f s is told as %.2f s", want, got)
		}
	})
}

// On a machine under load pictures come late, in bunches, and wait for whoever looks
// at them: that is no fault of the camera's clock. One that runs ahead is.
func TestALateMachineIsNoWrongClock(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		late := rapid.SliceOfN(rapid.IntRange(0, 9000), 20, 20).Draw(t, "late")
		var s streamTime
		came := noon
		for i := range 3000 {
			at := time.Duration(i) * 100 * time.Millisecond
			delay := time.Duration(late[i/100%len(late)]) * time.Millisecond // ten seconds long
			if i%250 == 240 {
				delay = 50 * time.Millisecond // one in 25 s comes through
			}
			if arrived := noon.Add(at + delay); arrived.After(came) {
				came = arrived // in the order of the pipe
			}
			if i%250 == 240 {
				came = noon.Add(at + delay)
			}
			s.at(at, came)
			if off := s.off(); i > 250 && max(off, -off) > 2*time.Second {
				t.Fatalf("picture %d, %v late: the clock is called %v off", i, came.Sub(noon.Add(at)), off)
			}
		}
	})
	for name, pts := range map[string]func(time.Duration) time.Duration{
		"too quick": func(at time.Duration) time.Duration { return at * 13 / 10 },
		"jumped ahead": func(at time.Duration) time.Duration {
			return at + map[bool]time.Duration{true: 6 * time.Second}[at > 40*time.Second]
		},
	} {
		var s streamTime
		wrong := 0
		for i := range 1200 {
			at := time.Duration(i) * 100 * time.Millisecond
			s.at(pts(at), noon.Add(at))
			if s.off() > 3*time.Second {
				wrong++
			}
		}
		if wrong < 100 {
			t.Errorf("%s: told by %d pictures of 1200", name, wrong)
		}
	}
}

// Pictures that wait in Marsad's own queue keep what was judged as they arrived.
func TestWaitingIsNoDrift(t *testing.T) {
	now := noon
	s := &Stream{camera: Camera{FPS: 10}.WithDefaults(), how: Watching{Now: func() time.Time { return now }}, fresh: make(chan struct{}, 1), done: make(chan struct{})}
	for i := range waitingMost {
		s.put(make([]uint16, 4), time.Duration(i)*100*time.Millisecond, shape{2, 2, 1})
		now = now.Add(100 * time.Millisecond)
	}
	now = now.Add(time.Minute) // nobody had time to look
	for i := range waitingMost {
		if f, ok := s.within(time.Second); !ok || f.off != 0 || !f.At.Equal(noon.Add(time.Duration(i)*100*time.Millisecond)) {
			t.Errorf("picture %d: %v off, of %v", i, f.off, f.At)
		}
	}
}

func TestStreamTimeAfterAJump(t *testing.T) {
	var s streamTime
	s.at(0, noon)
	s.at(time.Second, noon.Add(time.Second))
	for i, c := range []struct{ pts, wall time.Duration }{
		{100 * time.Hour, 2 * time.Second}, // the camera set its clock
		{0, 3 * time.Second},               // it began anew
	} {
		if at := s.at(c.pts, noon.Add(c.wall)); !at.Equal(noon.Add(c.wall)) || s.steps != i+1 {
			t.Errorf("jump %d: %v, %d steps", i, at, s.steps)
		}
	}
}

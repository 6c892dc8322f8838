package health

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"
)

// again is the camera after a restart: a new watch with what the old one kept,
// written and read as it is on disk.
func (c *camera) again(t *testing.T, after time.Duration) *camera {
	t.Helper()
	m, known := c.watch.Memory()
	if !known {
		t.Fatal("nothing is remembered")
	}
	b, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	back, err := ReadMemory(b)
	if err != nil {
		t.Fatal(err)
	}
	next := &camera{at: c.at.Add(after), noise: c.noise, n: c.n + 77}
	next.watch.Recall(back)
	return next
}

// A camera that was turned while nobody watched does not take what it sees then
// for its own: not after a short break, not after a long one, not after several.
func TestACameraThatWasTurnedBeforeARestartIsFound(t *testing.T) {
	for _, gap := range []time.Duration{20 * time.Second, 20 * time.Minute, 5 * time.Hour, 30 * 24 * time.Hour} {
		t.Run(gap.String(), func(t *testing.T) {
			cam := newCamera(3)
			pix, aside := view(7, 0.5, 0, 0), view(8, 0.5, 0, 0)
			cam.film(2*time.Minute, steady(pix))
			for range 2 { // a second restart must not make it right either
				cam = cam.again(t, gap)
				began := cam.at
				cam.film(2*time.Minute, steady(aside))
				if len(cam.events) != 1 || cam.events[0].Sign != Turned || cam.events[0].At.Sub(began) > 30*time.Second {
					t.Fatalf("%v after %v", cam.events, began)
				}
			}
			m, _ := cam.watch.Memory()
			if m.At.After(t0.Add(3 * time.Minute)) {
				t.Errorf("the wrong view is remembered, of %v", m.At)
			}
			cam.film(time.Minute, steady(pix))
			if now := cam.watch.Now(); len(now) != 0 {
				t.Errorf("turned back, and still %v", now)
			}
		})
	}
}

// One that was not turned goes on without a word, by day as by night, in another
// resolution as well; a person who accepts a new view makes it the right one for
// the time after the next restart.
func TestACameraThatStoodStillIsLeftAloneAfterARestart(t *testing.T) {
	pix := view(7, 0.5, 0, 0)
	noon := make([]float64, len(pix)) // what was warm is cold, and flatter
	for i, v := range pix {
		noon[i] = 120 - 0.6*(v-110)
	}
	cam := newCamera(3)
	cam.film(2*time.Minute, steady(pix))
	cam = cam.again(t, 10*time.Minute)
	cam.film(2*time.Minute, steady(pix))
	if len(cam.events) != 0 {
		t.Fatalf("after ten minutes: %v", cam.events)
	}
	// Its noon is learnt once, from a start that a person accepts.
	cam = cam.again(t, 10*time.Hour)
	cam.film(time.Minute, steady(noon))
	if !slices.Equal(cam.watch.Now(), []Sign{Turned}) {
		t.Fatalf("never seen by day: %v", cam.watch.Now())
	}
	cam.watch.Accept()
	if _, known := cam.watch.Memory(); known {
		t.Error("what a person replaced is still remembered")
	}
	cam.film(2*time.Minute, steady(noon))
	cam = cam.again(t, 24*time.Hour)
	cam.film(2*time.Minute, steady(noon))
	if len(cam.events) != 0 {
		t.Fatalf("by the next noon: %v", cam.events)
	}
}

// Heat turns light and dark about: the view is known as it was at any hour.
func TestEachHourIsKnownAgain(t *testing.T) {
	pix := view(7, 0.5, 0, 0)
	noon := make([]float64, len(pix))
	for i, v := range pix {
		noon[i] = 120 - 0.8*(v-110)
	}
	night, day := newCamera(3), newCamera(4)
	night.film(2*time.Minute, steady(pix))
	day.at = t0.Add(10 * time.Hour)
	day.film(2*time.Minute, steady(noon))
	m, _ := night.watch.Memory()
	byDay, _ := day.watch.Memory()
	for i, g := range byDay.Hours {
		if g != nil {
			m.Hours[i] = g
		}
	}
	for name, now := range map[string][]float64{"night": pix, "noon": noon} {
		cam := newCamera(5)
		cam.at = t0.Add(10 * 24 * time.Hour)
		cam.watch.Recall(m)
		cam.film(2*time.Minute, steady(now))
		if len(cam.events) != 0 {
			t.Errorf("%s: %v", name, cam.events)
		}
		if kept, _ := cam.watch.Memory(); kept.Hours[0] == nil || kept.Hours[4] == nil {
			t.Errorf("%s: an hour is forgotten", name)
		}
	}
}

// What was out of focus or covered before a short break is so after it.
func TestASoftLensIsFoundAfterAShortBreak(t *testing.T) {
	pix, soft := view(7, 0.5, 0, 0), view(7, 4, 0, 0)
	cam := newCamera(3)
	cam.film(2*time.Minute, steady(pix))
	cam = cam.again(t, time.Minute)
	cam.film(2*time.Minute, steady(soft))
	if now := cam.watch.Now(); !slices.Equal(now, []Sign{Defocused}) {
		t.Errorf("now %v", now)
	}
}

// A stream that comes back in another size shows the same view, or it is told.
func TestAnotherSizeIsHeldAgainstTheViewBefore(t *testing.T) {
	for _, turned := range []bool{false, true} {
		cam := newCamera(3)
		pix, aside := view(7, 0.5, 0, 0), view(8, 0.5, 0, 0)
		cam.film(2*time.Minute, steady(pix))
		next := pix
		if turned {
			next = aside
		}
		cam.doubled = true
		cam.film(2*time.Minute, steady(next))
		if now := cam.watch.Now(); turned != slices.Equal(now, []Sign{Turned}) || !turned && len(cam.events) != 0 {
			t.Errorf("turned %v: now %v, %v", turned, now, cam.events)
		}
	}
}

// A memory that is not whole is refused and nothing is learnt from it.
func TestMemoriesThatAreNotWholeAreRefused(t *testing.T) {
	cam := newCamera(3)
	if _, known := cam.watch.Memory(); known {
		t.Error("a new watch remembers")
	}
	cam.film(2*time.Minute, steady(view(7, 0.5, 0, 0)))
	m, _ := cam.watch.Memory()
	good, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	for name, bad := range map[string]string{
		"cut": string(good[:len(good)/2]), "empty": "", "nothing": "{}", "another version": strings.Replace(string(good), `"Version":1`, `"Version":9`, 1),
		"no size": strings.Replace(string(good), `"Width":96`, `"Width":0`, 1), "short": strings.Replace(string(good), `"Fine":"`, `"Fine":"AAAA`, 1),
		"none": `{"Version":1,"At":"2026-01-01T00:00:00Z","Width":9,"Height":9,"Last":{"Coarse":"","Fine":""}}`,
	} {
		if m, err := ReadMemory([]byte(bad)); err == nil {
			t.Errorf("%s: %+v", name, m.At)
		}
	}
	if len(good) > 64<<10 {
		t.Errorf("a memory of %d bytes", len(good))
	}
}

func FuzzReadMemory(f *testing.F) {
	cam := newCamera(3)
	cam.film(2*time.Minute, steady(view(7, 0.5, 0, 0)))
	m, _ := cam.watch.Memory()
	b, err := json.Marshal(m)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte(`{"Version":1}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := ReadMemory(b)
		if err != nil {
			return
		}
		x := newCamera(1)
		x.watch.Recall(m)
		x.film(time.Second, steady(make([]float64, w*h)))
		if _, known := x.watch.Memory(); !known {
			t.Error("a memory that was taken is lost")
		}
	})
}

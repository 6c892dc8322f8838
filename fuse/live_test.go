package fuse

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marsad/sense"
)

// only gives the one track that was ever shown.
func (t *tally) only(tt *testing.T) Change {
	tt.Helper()
	if len(t.ids) == 1 {
		for _, c := range t.last {
			return c
		}
	}
	for id, c := range t.last {
		tt.Logf("%v from %.1f s, %d changes, %v, r %.3f, unit %q, into %v", id, t.first[id], t.ids[id], c.Status, c.Existence, t.units[id], c.Into)
	}
	tt.Fatalf("%d tracks were shown, want 1", len(t.ids))
	return Change{}
}

func group() *world {
	w := newWorld(2, 12)
	for i := range 5 {
		o := float64(i)
		w.things = append(w.things, thing{class: sense.Person, path: []waypoint{
			{5, -1500 + 3*o, -5000 + 2*o}, {405, -1200 + 3*o, -5000 + 2*o}, {495, -1200 + 3*o, -5000 + 2*o}, {900, -900 + 3*o, -5000 + 2*o},
		}})
	}
	return w
}

func TestGroupThatHaltsIsOneTrack(t *testing.T) {
	c := watch(group(), New(Defaults()), 900).only(t)
	if c.Count < 4 || c.Count > 7 {
		t.Errorf("count %.1f, want about 5", c.Count)
	}
	if c.Status != Confirmed || c.VE < 0.2 || c.VE > 1.3 {
		t.Errorf("%v at %.2f m/s east, want confirmed at 0.73", c.Status, c.VE)
	}
}

func TestPatrolIsItsOwnTrack(t *testing.T) {
	w := newWorld(3, 12)
	w.things = []thing{{unit: "p1", every: 10 * time.Second, class: sense.Vehicle, path: []waypoint{{5, 200, -1000}, {605, 200, -7000}}}}
	if c := watch(w, New(Defaults()), 600).only(t); c.Unit != "p1" {
		t.Errorf("unit %q", c.Unit)
	}
}

func TestPatrolWithoutFixLosesItsNameNotItsTrack(t *testing.T) {
	w := newWorld(3, 12)
	path := []waypoint{{5, 200, -1000}, {605, 200, -7000}}
	w.things = []thing{
		{unit: "p1", every: 10 * time.Second, class: sense.Vehicle, path: []waypoint{path[0], {205, 200, -3000}}},
		{class: sense.Vehicle, path: []waypoint{{205, 200, -3000}, path[1]}},
	}
	f := New(Defaults())
	named, fix := 0.0, time.Time{}
	w.play(f, 600, func(s float64, c Change) {
		switch {
		case c.Unit != "":
			named, fix = s, c.UnitFix
			if c.Was != "" {
				t.Errorf("after %.0f s it is and was %s", s, c.Was)
			}
		case named > 0 && (c.Was != "p1" || !c.UnitFix.Equal(fix)):
			t.Errorf("after %.0f s it was %q until %v, want p1 until %v", s, c.Was, c.UnitFix, fix)
		}
	})
	if late := w.start.Add(205 * time.Second).Sub(fix); late < 0 || late > 10*time.Second {
		t.Errorf("the last fix is of %v, %v before the unit fell silent", fix, late)
	}
	if named < 205 || named > 240 {
		t.Errorf("the name lasted until %.0f s, want 30 s after the last fix at 205 s", named)
	}
	if all := f.Tracks(nil); len(all) != 1 || all[0].Unit != "" || all[0].Status != Confirmed {
		t.Errorf("tracks after: %+v", all)
	}
}

func TestBearingsAloneGiveTwoTracks(t *testing.T) {
	w := newWorld(4, 12)
	w.sensors, w.rangeEr = w.sensors[:12], 0
	w.things = []thing{
		{class: sense.Vehicle, path: []waypoint{{5, -2500, -1000}, {605, -500, -7000}}},
		{class: sense.Person, path: []waypoint{{5, -1500, -4000}, {605, -1000, -4000}}},
	}
	if got := watch(w, New(Defaults()), 600); len(got.ids) != 2 {
		t.Errorf("%d tracks, want 2", len(got.ids))
	}
}

func TestClutterShowsNothing(t *testing.T) {
	if got := watch(newWorld(5, 60), New(Defaults()), 600); len(got.ids) != 0 {
		got.only(t)
	}
}

func TestChangesComeOncePerTrackAndScan(t *testing.T) {
	w := group()
	f := New(Defaults())
	for _, s := range w.sensors {
		f.Register(s)
	}
	for _, e := range w.script(60) {
		var out []Change
		if e.tick {
			out = f.Tick(e.at, nil)
		} else {
			out = f.Scan(&e.scan, nil)
		}
		seen := map[string]bool{}
		for _, c := range out {
			if c.Status == Tentative || seen[c.ID.String()] {
				t.Fatalf("%v %v twice or tentative", c.ID, c.Status)
			}
			seen[c.ID.String()] = true
		}
	}
}

func TestRestoredStageGoesOnAlike(t *testing.T) {
	t.Run("as on the border", func(t *testing.T) { goesOnAlike(t, Defaults()) })
	doubting := Defaults()
	doubting.Core.Doubt = 0.01
	t.Run("with doubt", func(t *testing.T) { goesOnAlike(t, doubting) })
}

// goesOnAlike stops a stage half way through a script and compares, event by
// event, what it and one restored from its snapshot say of the rest.
func goesOnAlike(t *testing.T, cfg Config) {
	w := group()
	w.mixed = true
	w.things = append(w.things, thing{unit: "p1", every: 7 * time.Second, path: []waypoint{{5, 200, -1000}, {605, 200, -7000}}})
	f := New(cfg)
	for _, s := range w.sensors {
		f.Register(s)
	}
	f.Register(sense.Sensor{ID: "gps-p1", Kind: sense.OwnForce, Unit: "p1", SigmaPosition: 5})
	script := w.script(60)
	half := len(script) / 2
	for i := range script[:half] {
		step(f, &script[i])
	}
	b, err := f.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	g := New(cfg)
	if err := g.Restore(b); err != nil {
		t.Fatal(err)
	}
	changes := 0
	for i := half; i < len(script); i++ {
		a, b := step(f, &script[i]), step(g, &script[i])
		if d := cmp.Diff(a, b); d != "" {
			t.Fatalf("event %d differs:\n%s", i, d)
		}
		changes += len(a)
	}
	if changes == 0 {
		t.Error("nothing was compared")
	}
	if err := g.Restore(b[:len(b)/2]); err == nil {
		t.Error("half a snapshot was restored")
	}
}

func TestWhatCannotBeUsedIsCounted(t *testing.T) {
	w := newWorld(8, 2)
	f := New(Defaults())
	script := w.script(5)
	i := slices.IndexFunc(script, func(e event) bool { return !e.tick && len(e.scan.Detections) > 0 })
	s := script[i].scan
	f.Scan(&s, nil)
	for _, reg := range w.sensors {
		f.Register(reg)
	}
	f.Scan(&s, nil)
	f.Scan(&s, nil)
	late := s
	late.Observed = late.Observed.Add(-time.Minute)
	f.Scan(&late, nil)
	ahead := s
	ahead.Observed = ahead.Observed.Add(time.Hour)
	f.Scan(&ahead, nil)
	odd := s
	odd.Observed = odd.Observed.Add(time.Second)
	odd.Received = odd.Observed
	odd.Detections = []sense.Detection{{Shape: sense.BearingRange, Z: [3]float64{1, -5}}, {Shape: 99}, {Shape: sense.AtPosition, Z: [3]float64{999, 0}}}
	f.Scan(&odd, nil)
	got := f.Stats()
	want := Stats{Scans: 2, Detections: uint64(len(s.Detections)), Unregistered: 1, Repeated: 1, TooLate: 1, Ahead: 1, Impossible: 3}
	got.Born, got.Tentative = 0, 0
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// TestGroupThatPartsSaysSo lets two of four who walk together turn off: what they
// become says from which track it parted.
func TestGroupThatPartsSaysSo(t *testing.T) {
	for seed := range uint64(4) {
		w := newWorld(60+seed, 12)
		for i := range 4 {
			o := float64(i)
			p := []waypoint{{5, -1500 + 4*o, -5000 + 3*o}, {125, -1400 + 4*o, -5000 + 3*o}, {305, -1200 + 4*o, -5000 + 3*o}}
			if i >= 2 {
				p[2] = waypoint{305, -1400 + 4*o, -4760 + 3*o}
			}
			w.things = append(w.things, thing{class: sense.Person, path: p})
		}
		f := New(Defaults())
		got := watch(w, f, 220)
		tracks := f.Tracks(nil)
		if len(tracks) != 2 {
			t.Fatalf("seed %d: %d tracks at the end, want 2", seed, len(tracks))
		}
		if !tracks[0].From.IsZero() || tracks[1].From != tracks[0].ID {
			t.Errorf("seed %d: the first is from %v; the second, shown from %.0f s on, is from %v, want %v", seed, tracks[0].From, got.first[tracks[1].ID], tracks[1].From, tracks[0].ID)
		}
		t.Logf("seed %d: parted at 125 s, said at %.0f s", seed, got.first[tracks[1].ID])
	}
}

// TestStrangersDoNotPart: two who come from apart and pass are from nobody.
func TestStrangersDoNotPart(t *testing.T) {
	w := newWorld(70, 12)
	w.things = []thing{
		{class: sense.Person, path: []waypoint{{5, -1500, -5000}, {300, -1100, -5000}}},
		{class: sense.Person, path: []waypoint{{40, -1100, -4900}, {300, -1500, -4900}}},
	}
	for _, c := range watch(w, New(Defaults()), 290).last {
		if !c.From.IsZero() {
			t.Errorf("%v is said to come from %v", c.ID, c.From)
		}
	}
}

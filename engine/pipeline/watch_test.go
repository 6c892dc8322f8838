package pipeline

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"marsad/border"
	"marsad/coverage"
	"marsad/engine/picture"
	"marsad/geo"
	"marsad/sense"
	"marsad/terrain"
)

// flat is real ground of one height, or ground that is said to be made up.
type flat struct{ synthetic bool }

func (f flat) Provenance() terrain.Provenance {
	return terrain.Provenance{Vertical: terrain.Ellipsoid, Synthetic: f.synthetic}
}

func (flat) Fill(_ terrain.Window, dst []float32) error {
	for i := range dst {
		if dst[i] != dst[i] {
			dst[i] = 300
		}
	}
	return nil
}

func mast(km float64) sense.Sensor {
	return sense.Sensor{ID: sense.SensorID(fmt.Sprintf("tower-%03.0f", km)), Kind: sense.Camera, MaxRange: 5000, Pd: 0.9, Link: "cable-1",
		Position: geo.Position{Point: border.Default().Place(border.Chainage(km*1000), 50), Height: 330}}
}

// outlook is a watch over a picture that the test writes.
type outlook struct {
	*Watch
	t       *testing.T
	picture *picture.Picture
	now     time.Time

	mu         sync.Mutex
	footprints []sense.Footprint
	kept       []coverage.Day
}

func look(t *testing.T, ground terrain.Source, sensors ...sense.Sensor) *outlook {
	t.Helper()
	o := &outlook{t: t, picture: picture.New(picture.Options{}), now: time.Date(2026, 2, 3, 22, 0, 0, 0, time.UTC)}
	changes := picture.Changes{Now: o.now, Sensors: sensors}
	for _, s := range sensors {
		changes.Health = append(changes.Health, sense.HealthChange{Sensor: s.ID, To: sense.Good, At: o.now})
	}
	o.picture.Apply(&changes)
	o.picture.Publish()
	surface, err := terrain.NewSurface(3, ground)
	if err != nil {
		t.Fatal(err)
	}
	o.Watch = NewWatch(WatchOptions{Picture: o.picture,
		Make: func(stations []coverage.Station) (*coverage.Network, error) {
			n, err := coverage.New(coverage.Config{Axis: border.Default(), Ground: surface, Step: 50}, nil)
			if err == nil {
				n.Update(coverage.Update{Put: stations})
			}
			return n, err
		},
		Sections: []border.Section{{ID: "north", Span: border.Span{From: 90_000, To: 110_000}}},
		Footprint: func(f sense.Footprint) error {
			o.mu.Lock()
			defer o.mu.Unlock()
			o.footprints = append(o.footprints, f)
			return nil
		},
		Keep: func(d []coverage.Day) { o.mu.Lock(); defer o.mu.Unlock(); o.kept = d },
	})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- o.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	o.await("a first look", func(coverage.Now) bool { return true })
	return o
}

func (o *outlook) await(what string, holds func(coverage.Now) bool) coverage.Now {
	o.t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(time.Millisecond) {
		if now, ok := o.Now(); ok && holds(now) {
			return now
		}
	}
	o.t.Fatalf("%s did not come", what)
	return coverage.Now{}
}

// after lets seconds of event time pass with changes.
func (o *outlook) after(seconds int, c picture.Changes) {
	o.now = o.now.Add(time.Duration(seconds) * time.Second)
	c.Now = o.now
	o.picture.Apply(&c)
	o.picture.Publish()
}

func (o *outlook) health(seconds int, to sense.Health, ids ...sense.SensorID) {
	var c picture.Changes
	for _, id := range ids {
		c.Health = append(c.Health, sense.HealthChange{Sensor: id, To: to, At: o.now})
	}
	o.after(seconds, c)
}

func stateAt(at border.Chainage) func(coverage.Now) string {
	return func(n coverage.Now) string { return n.Network.State(at, sense.Person) }
}

func TestWatchFollowsHealth(t *testing.T) {
	o := look(t, flat{}, mast(100), mast(102))
	at := stateAt(96_500)
	before, _ := o.Now()
	if s := at(before); s != coverage.SeenOnce {
		t.Fatalf("96+500 is %s", s)
	}
	was := o.picture.Publish().Lanes
	o.health(1, sense.Lost, "tower-100")
	dark := o.await("darkness", func(n coverage.Now) bool { return at(n) == coverage.Dark })
	if s := at(before); s != coverage.SeenOnce {
		t.Errorf("what a reader holds changed under him: %s", s)
	}
	if len(o.Lanes()) == 0 || dark.Revision <= before.Revision {
		t.Errorf("%d lanes, revision %d after %d", len(o.Lanes()), dark.Revision, before.Revision)
	}
	if is := o.picture.Publish().Lanes; is <= was {
		t.Errorf("the picture does not say that lanes changed: %d after %d", is, was)
	}
	if out := dark.Network.Outages(sense.Person); len(out) != 1 || out[0].On != "tower-100" {
		t.Errorf("outages: %+v", out)
	}
	o.health(1, sense.Good, "tower-100")
	o.await("light", func(n coverage.Now) bool { return at(n) == coverage.SeenOnce })
}

// What a page asks in several questions is of one moment: a revision that is held stays,
// with its own lanes, until enough newer ones are; one that nobody held is gone.
func TestARevisionThatIsHeldCanBeAskedFor(t *testing.T) {
	const at = border.Chainage(50_000)
	o := look(t, flat{}, mast(50))
	first := o.await("sight", func(n coverage.Now) bool { return n.Network.State(at, sense.Person) == coverage.SeenOnce })
	o.Hold(first.Revision)
	o.health(1, sense.Lost, "tower-050")
	dark := o.await("darkness", func(n coverage.Now) bool { return n.Network.State(at, sense.Person) == coverage.Dark })
	for revision, want := range map[uint64]string{first.Revision: coverage.SeenOnce, dark.Revision: coverage.Dark, 0: coverage.Dark} {
		now, lanes, ok := o.At(revision)
		if !ok || now.Network.State(at, sense.Person) != want {
			t.Fatalf("revision %d is %v, %s", revision, ok, now.Network.State(at, sense.Person))
		}
		if p := lanes[0].Pieces(at, at+10); lanes[0].ID != coverage.LanePerson || len(p) != 1 || p[0].Value != want {
			t.Errorf("the lane of revision %d says %v, want %s", revision, p, want)
		}
	}
	for i := range heldAtMost + 1 {
		to := []sense.Health{sense.Good, sense.Lost}[i%2]
		o.health(1, to, "tower-050")
		newer := o.await("the change", func(n coverage.Now) bool {
			return (n.Network.State(at, sense.Person) == coverage.Dark) == (to == sense.Lost)
		})
		if _, _, ok := o.At(first.Revision); ok != (i < heldAtMost) {
			t.Fatalf("with %d newer ones held, the first is there: %v", i, ok)
		}
		o.Hold(newer.Revision)
	}
	if _, _, ok := o.At(dark.Revision); ok {
		t.Error("a revision that nobody held is kept")
	}
}

func TestWatchFollowsWhatMovesAndWhatIsNew(t *testing.T) {
	balloon := mast(200)
	balloon.ID, balloon.Kind, balloon.Moving, balloon.Position.Height = "balloon", sense.Aerostat, true, 600
	o := look(t, flat{}, balloon)
	o.await("the balloon's look", func(n coverage.Now) bool { return stateAt(200_000)(n) == coverage.SeenOnce })
	drifted := balloon
	drifted.Position.Point = border.Default().Place(212_000, 50)
	o.after(1, picture.Changes{Sensors: []sense.Sensor{drifted}})
	o.await("the look from its new place", func(n coverage.Now) bool {
		return stateAt(200_000)(n) == coverage.Gap && stateAt(212_000)(n) == coverage.SeenOnce
	})
	// A drone adds what it sees while it flies, and is missed by nobody when it lands.
	drone := mast(300)
	drone.ID, drone.Kind, drone.Moving = "drone", sense.UAV, true
	o.after(1, picture.Changes{Sensors: []sense.Sensor{drone}, Health: []sense.HealthChange{{Sensor: "drone", To: sense.Good, At: o.now}}})
	o.await("the drone's look", func(n coverage.Now) bool { return stateAt(300_000)(n) == coverage.SeenOnce })
	o.health(1, sense.Gone, "drone")
	landed := o.await("the drone's landing", func(n coverage.Now) bool { return stateAt(300_000)(n) == coverage.Gap })
	if out := landed.Network.Outages(sense.Person); len(out) != 0 {
		t.Errorf("a landed drone is an outage: %+v", out)
	}
}

func TestWatchKeepsAvailability(t *testing.T) {
	o := look(t, flat{}, mast(100))
	for range 6 {
		o.health(10, sense.Good, "tower-100")
	}
	o.health(0, sense.Lost, "tower-100")
	o.await("darkness", func(n coverage.Now) bool { return stateAt(100_000)(n) == coverage.Dark })
	for range 4 {
		o.after(10, picture.Changes{})
		o.await("the next look", func(n coverage.Now) bool { return n.At.Equal(o.now) })
	}
	o.after(3600, picture.Changes{}) // Marsad was away: nobody knows
	n := o.await("the look after an hour", func(n coverage.Now) bool { return n.At.Equal(o.now) })
	if s := n.Ledger.Sensor("tower-100"); s.Up != 60 || s.All != 100 {
		t.Errorf("the tower worked %v s of %v s, want 60 of 100", s.Up, s.All)
	}
	if s := n.Ledger.Section("north"); s.Designed == 0 || s.Seen/s.Designed < 0.59 || s.Seen/s.Designed > 0.61 {
		t.Errorf("the section was seen for %v of %v metre-seconds, want 0.6", s.Seen, s.Designed)
	}
}

// What sensors see goes to fusion where the ground is real and they are, and never
// where either is made up: it would hide real things behind hills that are none.
func TestFootprintsArePublishedOnRealGroundOnly(t *testing.T) {
	exercise := mast(120)
	exercise.Simulated = true
	o := look(t, flat{}, mast(100), exercise)
	o.after(1, picture.Changes{Sensors: []sense.Sensor{mast(110)}})
	o.await("the new tower", func(n coverage.Now) bool { return n.Network.State(110_000, sense.Person) != coverage.Gap })
	synthetic := look(t, flat{synthetic: true}, mast(100))
	o.mu.Lock()
	defer o.mu.Unlock()
	var of []sense.SensorID
	for _, f := range o.footprints {
		of = append(of, f.Sensor)
		if f.PdAt(border.Default().Place(border.Chainage(101_000), 0), sense.Person) < 0.5 && f.Sensor == "tower-100" {
			t.Error("a person one kilometre off is not seen")
		}
	}
	if fmt.Sprint(of) != "[tower-100 tower-110]" {
		t.Errorf("footprints of %v", of)
	}
	synthetic.mu.Lock()
	defer synthetic.mu.Unlock()
	if len(synthetic.footprints) != 0 {
		t.Errorf("%d footprints of synthetic ground", len(synthetic.footprints))
	}
}

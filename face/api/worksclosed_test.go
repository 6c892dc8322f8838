package api

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"marsad/border"
	"marsad/coverage"
	"marsad/engine/picture"
	"marsad/geo"
	"marsad/sense"
	"marsad/terrain"
)

// Closed follows real outages: the metres that a camera watches count while it
// works, by the coverage that the engine works out, and the answer says what
// ground that went over.
func TestClosedFollowsTheCameras(t *testing.T) {
	closed := func(b *bench) WorksClosed {
		t.Helper()
		return decode[WorksSummary](t, b.must(t, "engineer", "GET", "/api/v1/works", "")).Closed[0]
	}
	state := func(b *bench) {
		t.Helper()
		b.must(t, "engineer", "POST", "/api/v1/works/events", built(1, 36, 45))
		b.must(t, "engineer", "POST", "/api/v1/works/events", inspection(1, 36, 45, "pass"))
	}
	b := newBench(t)
	b.watch(t, plain{})
	state(b)
	now := closed(b)
	seen := b.coverage.(*watching).now.Network.SeenBy("works", sense.Person).Union(b.coverage.(*watching).now.Network.SeenBy("turned", sense.Person))
	want := seen.Intersect(border.NewSet(border.Span{From: 36_000, To: 45_000})).Length()
	if now.Metres < 1000 || now.Metres < want-1 || now.Metres > want+1 || len(now.Missing) != 0 || len(now.Marks) != 0 {
		t.Errorf("closed on %.0f m, marks %v; working cameras watch %.0f m of that wall", now.Metres, now.Marks, want)
	}
	set, _ := b.ClosedNow()
	if set.Contains(38_000) || !set.Contains(43_000) {
		t.Error("closed at the camera that is lost, or not at the one that works")
	}
	b.picture.Apply(&picture.Changes{Now: b.picture.Current().Now, Health: []sense.HealthChange{{Sensor: "works", To: sense.Lost}, {Sensor: "turned", To: sense.Lost}}})
	b.picture.Publish()
	if out := closed(b); out.Metres != 0 {
		t.Errorf("closed on %.0f m with every camera out", out.Metres)
	}

	// Over made-up relief the answer says so; without coverage it says that hills
	// were not considered.
	synthetic := newBench(t)
	synthetic.watch(t, terrain.NewRelief(1))
	state(synthetic)
	if got := closed(synthetic); !slices.Contains(got.Marks, border.Synthetic) {
		t.Errorf("over synthetic relief closed is marked %v", got.Marks)
	}
	sum := decode[WorksSummary](t, synthetic.must(t, "engineer", "GET", "/api/v1/works", ""))
	if sum.Camera != cameraBySketch {
		t.Errorf("cameras: %v", sum.Camera)
	}
	synthetic.coverage = nil
	if sum = decode[WorksSummary](t, synthetic.must(t, "engineer", "GET", "/api/v1/works", "")); sum.Camera != cameraByRange || sum.Closed[0].Metres < 1000 {
		t.Errorf("without coverage: %v, %.0f m", sum.Camera, sum.Closed[0].Metres)
	}
}

// The metres closed by the rule with a camera on every kilometre: asked again, as
// every look at the strip does, and after another camera fell out.
func BenchmarkClosedWithManyCameras(b *testing.B) {
	t := newBench(b)
	surface, err := terrain.NewSurface(3, plain{})
	if err != nil {
		b.Fatal(err)
	}
	var sensors []sense.Sensor
	changes := picture.Changes{Now: now}
	for km := range 620 {
		s := sense.Sensor{ID: sense.SensorID(fmt.Sprintf("camera-%03d", km)), Kind: sense.Camera, MaxRange: 5000, Pd: 0.9,
			Position: geo.Position{Point: border.Default().Place(border.Chainage(km*1000), 50), Height: 30}}
		sensors = append(sensors, s)
		changes.Health = append(changes.Health, sense.HealthChange{Sensor: s.ID, To: sense.Good, At: now.Add(-time.Minute)})
	}
	changes.Sensors = sensors
	t.picture.Apply(&changes)
	t.picture.Publish()
	n, err := coverage.New(coverage.Config{Axis: border.Default(), Ground: surface, Above: func(s *sense.Sensor) (float64, bool) { return s.Position.Height, true }}, sensors)
	if err != nil {
		b.Fatal(err)
	}
	t.coverage = &watching{now: coverage.Now{Revision: 7, At: now, Network: n}}
	b.Run("again", func(b *testing.B) {
		for b.Loop() {
			t.ClosedNow()
		}
	})
	b.Run("after an outage", func(b *testing.B) {
		to := map[bool]sense.Health{true: sense.Lost, false: sense.Good}
		out := false
		for b.Loop() {
			b.StopTimer()
			out = !out
			t.picture.Apply(&picture.Changes{Now: now, Health: []sense.HealthChange{{Sensor: "camera-300", To: to[out], At: now}}})
			t.picture.Publish()
			b.StartTimer()
			t.ClosedNow()
		}
	})
}

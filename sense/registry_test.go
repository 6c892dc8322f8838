package sense

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"marsad/geo"
	"marsad/say"
)

var t0 = time.Date(2026, 2, 19, 2, 10, 0, 0, time.UTC)

func camera(id string) Sensor {
	return Sensor{ID: SensorID(id), Name: id, Kind: Camera, MaxRange: 5000, Pd: 0.9, Heartbeat: 5 * time.Second,
		Position: geo.Position{Point: geo.Point{Lat: 36.8, Lon: 42.1}, Height: 400}, SigmaAzimuth: 0.002}
}

// told writes changes as one line each: "a good→late".
func told(changes []HealthChange) string {
	var lines []string
	for _, c := range changes {
		lines = append(lines, fmt.Sprintf("%s %s→%s", c.Sensor, c.From, c.To))
	}
	return strings.Join(lines, ", ")
}

func TestSilenceIsLateThenLost(t *testing.T) {
	var r Registry
	if _, err := r.Register(camera("a"), t0, nil); err != nil {
		t.Fatal(err)
	}
	steps := []struct {
		after time.Duration
		want  string
	}{
		{1 * time.Second, ""}, {5 * time.Second, ""}, {6 * time.Second, ""},
		{6251 * time.Millisecond, "a good→late"}, {9 * time.Second, ""},
		{10 * time.Second, "a late→lost"}, {time.Hour, ""},
	}
	if got := told(r.Heard("a", t0, nil)); got != "a unheard→good" {
		t.Fatalf("first word: %q", got)
	}
	for _, s := range steps {
		if got := told(r.Tick(t0.Add(s.after), nil)); got != s.want {
			t.Errorf("after %v: %q, want %q", s.after, got, s.want)
		}
	}
	if got := told(r.Heard("a", t0.Add(2*time.Hour), nil)); got != "a lost→good" {
		t.Errorf("heard again: %q", got)
	}
}

func TestNeverHeardIsLostToo(t *testing.T) {
	var r Registry
	r.Register(camera("a"), t0, nil)
	if got := told(r.Tick(t0.Add(10*time.Second), nil)); got != "a unheard→lost" {
		t.Errorf("got %q", got)
	}
}

func TestIntervals(t *testing.T) {
	for _, c := range []struct {
		heartbeat, period, lost time.Duration
	}{
		{10 * time.Second, time.Second, 20 * time.Second},
		{0, time.Second, 10 * time.Second}, // jitter of a fast scan is no loss
		{0, 20 * time.Second, 40 * time.Second},
		{0, 0, 2 * DefaultInterval},
	} {
		var r Registry
		s := camera("a")
		s.Heartbeat, s.Period = c.heartbeat, c.period
		r.Register(s, t0, nil)
		r.Heard("a", t0, nil)
		r.Tick(t0.Add(c.lost-time.Millisecond), nil)
		if r.Health("a") == Lost {
			t.Errorf("%+v: lost too early", c)
		}
		r.Tick(t0.Add(c.lost), nil)
		if r.Health("a") != Lost {
			t.Errorf("%+v: %v at its limit", c, r.Health("a"))
		}
	}
}

func TestAFaultStandsUntilItSaysFine(t *testing.T) {
	var r Registry
	r.Register(camera("a"), t0, nil)
	why := say.Text{En: "dirty lens", Ar: "عدسة متسخة"}
	out := r.Report(StatusReport{Sensor: "a", Why: why}, t0, nil)
	if told(out) != "a unheard→degraded" || out[0].Why != why {
		t.Fatalf("got %+v", out)
	}
	if got := told(r.Heard("a", t0.Add(time.Second), nil)); got != "" {
		t.Errorf("a scan mended the fault: %q", got)
	}
	r.Dropped("a", say.Text{En: "cut"}, t0.Add(2*time.Second), nil)
	if got := told(r.Heard("a", t0.Add(3*time.Second), nil)); got != "a lost→degraded" {
		t.Errorf("after the link came back: %q", got)
	}
	if got := told(r.Report(StatusReport{Sensor: "a", Fine: true}, t0.Add(4*time.Second), nil)); got != "a degraded→good" {
		t.Errorf("says fine: %q", got)
	}
}

// TestWhatOthersFindStandsUntilItSees: no word of its own mends what others found,
// its own fault goes before it, and each ends by itself.
func TestWhatOthersFindStandsUntilItSees(t *testing.T) {
	var r Registry
	r.Register(camera("a"), t0, nil)
	r.Heard("a", t0, nil)
	covered, dirty := say.Text{En: "covered", Ar: "مغطى"}, say.Text{En: "dirty lens", Ar: "عدسة متسخة"}
	at := t0
	check := func(what, want string, out []HealthChange) {
		t.Helper()
		if got := told(out); got != want {
			t.Errorf("%s: %q, want %q", what, got, want)
		}
		at = at.Add(time.Second)
	}
	out := r.Blind(only("a", covered), at, nil)
	check("found", "a good→degraded", out)
	if out[0].Why != covered {
		t.Errorf("why: %v", out[0].Why)
	}
	check("found again", "", r.Blind(only("a", covered), at, nil))
	check("a scan", "", r.Heard("a", at, nil))
	check("its own word", "", r.Report(StatusReport{Sensor: "a", Fine: true}, at, nil))
	check("cut", "a degraded→lost", r.Dropped("a", say.Text{En: "cut"}, at, nil))
	out = r.Heard("a", at, nil)
	check("back", "a lost→degraded", out)
	if out[0].Why != covered {
		t.Errorf("why, after the link came back: %v", out[0].Why)
	}
	check("its own fault", "", r.Report(StatusReport{Sensor: "a", Why: dirty}, at, nil))
	check("sees, and has a fault", "", r.Blind(only("a", say.Text{}), at, nil))
	check("fine", "a degraded→good", r.Report(StatusReport{Sensor: "a", Fine: true}, at, nil))
	r.Blind(only("a", covered), at, nil)
	check("sees", "a degraded→good", r.Blind(only("a", say.Text{}), at, nil))
	check("a stranger", "", r.Blind(only("nobody", covered), at, nil))
}

func TestFlappingIsNotBelieved(t *testing.T) {
	var r Registry
	r.Register(camera("a"), t0, nil)
	at := t0
	changes := ""
	for range FlapCount {
		at = at.Add(time.Second)
		changes += told(r.Heard("a", at, nil)) + ";"
		at = at.Add(time.Second)
		changes += told(r.Dropped("a", say.Text{}, at, nil)) + ";"
	}
	if want := "a unheard→good;a good→lost;a lost→good;a good→lost;a lost→good;a good→lost;"; changes != want {
		t.Fatalf("got %s", changes)
	}
	// It reconnects, as such sensors do, with a new registration each time.
	at = at.Add(time.Second)
	if out, _ := r.Register(camera("a"), at, nil); told(out) != "a lost→unheard" {
		t.Errorf("got %q", told(out))
	}
	begin := at.Add(time.Second)
	for at = begin; at.Sub(begin) < SteadyFor; at = at.Add(time.Second) {
		if got := told(r.Heard("a", at, nil)); got != "" {
			t.Fatalf("believed after %v: %q", at.Sub(begin), got)
		}
	}
	if got := told(r.Heard("a", at, nil)); got != "a unheard→good" {
		t.Errorf("steady for %v: %q", SteadyFor, got)
	}
	// A miss begins the count anew.
	r.Dropped("a", say.Text{}, at, nil)
	r.Heard("a", at.Add(time.Second), nil)
	r.Tick(at.Add(8*time.Second), nil)
	if got := told(r.Heard("a", at.Add(32*time.Second), nil)); got != "" {
		t.Errorf("a miss in between was forgotten: %q", got)
	}
	// What is long ago does not count.
	at = at.Add(FlapWindow + time.Minute)
	if got := told(r.Heard("a", at, nil)); got != "a lost→good" {
		t.Errorf("long after: %q", got)
	}
}

func TestGoodbyeStandsUntilItRegisters(t *testing.T) {
	var r Registry
	r.Register(camera("a"), t0, nil)
	r.Heard("a", t0, nil)
	if got := told(r.Goodbye("a", say.Text{En: "maintenance"}, t0, nil)); got != "a good→gone" {
		t.Errorf("got %q", got)
	}
	if got := told(r.Tick(t0.Add(time.Hour), nil)) + told(r.Heard("a", t0.Add(time.Hour), nil)); got != "" {
		t.Errorf("a sensor that left was missed: %q", got)
	}
	out, err := r.Register(camera("a"), t0.Add(2*time.Hour), nil)
	if err != nil || told(out) != "a gone→unheard" {
		t.Errorf("got %q, %v", told(out), err)
	}
}

func TestRegistrationKeepsAKnownPlace(t *testing.T) {
	var r Registry
	s := camera("a")
	r.Register(s, t0, nil)
	moved := geo.Position{Point: geo.Point{Lat: 36.81, Lon: 42.1}, Height: 900}
	r.Report(StatusReport{Sensor: "a", Fine: true, Position: moved}, t0, nil)
	r.Report(StatusReport{Sensor: "a", Fine: true, Position: geo.Position{Point: geo.Point{Lat: 360}}}, t0, nil)
	s.Position = geo.Position{}
	r.Register(s, t0, nil)
	if got, _ := r.Get("a"); got.Sensor.Position != moved {
		t.Errorf("the place is %v", got.Sensor.Position)
	}
	bad := s
	bad.Pd = 2
	if _, err := r.Register(bad, t0, nil); err == nil {
		t.Error("a probability of 2 was registered")
	}
	if r.Sensor("a").Pd != s.Pd {
		t.Error("a refused registration changed the sensor")
	}
}

// only gives a text for one sensor and none for the others.
func only(id SensorID, why say.Text) func(SensorID) say.Text {
	return func(other SensorID) say.Text {
		if other == id {
			return why
		}
		return say.Text{}
	}
}

// drive takes a registry through drawn events and gives all changes.
func drive(r *Registry, events []int) []HealthChange {
	var out []HealthChange
	at := t0
	for _, e := range events {
		at = at.Add(time.Duration(e%7) * time.Second)
		id := SensorID([]string{"c", "a", "b"}[e/7%3])
		switch e / 21 % 8 {
		case 0:
			out, _ = r.Register(camera(string(id)), at, out)
		case 1, 2:
			out = r.Heard(id, at, out)
		case 3:
			out = r.Report(StatusReport{Sensor: id, Fine: e%2 == 0}, at, out)
		case 4:
			out = r.Dropped(id, say.Text{En: "cut"}, at, out)
		case 5:
			out = r.Goodbye(id, say.Text{En: "bye"}, at, out)
		case 6:
			out = r.Tick(at.Add(time.Duration(e%13)*time.Second), out)
		case 7:
			out = r.Blind(only(id, say.Text{En: []string{"", "covered"}[e%2]}), at, out)
		}
	}
	return out
}

func TestRestoreGoesOnAsIfNothingHappened(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events := rapid.SliceOfN(rapid.IntRange(0, 10000), 1, 120).Draw(t, "events")
		cut := rapid.IntRange(0, len(events)).Draw(t, "cut")
		var whole, first, second Registry
		drive(&whole, events[:cut])
		drive(&first, events[:cut])
		b, err := first.Snapshot()
		if err != nil {
			t.Fatal(err)
		}
		if err := second.Restore(b); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(drive(&whole, events[cut:]), drive(&second, events[cut:])); diff != "" {
			t.Fatalf("replay differs:\n%s", diff)
		}
		if diff := cmp.Diff(whole.All(), second.All()); diff != "" {
			t.Fatalf("state differs:\n%s", diff)
		}
	})
}

func TestChangesChain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var r Registry
		last := map[SensorID]Health{}
		for _, c := range drive(&r, rapid.SliceOfN(rapid.IntRange(0, 10000), 1, 200).Draw(t, "events")) {
			if last[c.Sensor] != c.From || c.From == c.To {
				t.Fatalf("%v after %v", c, last[c.Sensor])
			}
			last[c.Sensor] = c.To
		}
		for _, k := range r.All() {
			if last[k.Sensor.ID] != k.Health {
				t.Fatalf("%s is %v, the changes say %v", k.Sensor.ID, k.Health, last[k.Sensor.ID])
			}
		}
	})
}

func TestRestoreRefuses(t *testing.T) {
	var r Registry
	r.Register(camera("a"), t0, nil)
	for _, bad := range []string{"", "{}", `{"schema":1}`, `{"schema":2,"sensors":[null]}`,
		`{"schema":2,"sensors":[{"sensor":{"id":"x"}},{"sensor":{"id":"x"}}]}`} {
		if err := r.Restore([]byte(bad)); err == nil {
			t.Errorf("%q was restored", bad)
		}
	}
	if r.Len() != 1 {
		t.Error("a refused snapshot changed the registry")
	}
}

func TestTickOrder(t *testing.T) {
	var r Registry
	for _, id := range []string{"q", "b", "z", "a"} {
		r.Register(camera(id), t0, nil)
	}
	if got := told(r.Tick(t0.Add(time.Minute), nil)); got != "a unheard→lost, b unheard→lost, q unheard→lost, z unheard→lost" {
		t.Errorf("got %q", got)
	}
}

func BenchmarkTick(b *testing.B) {
	var r Registry
	for i := range 690 {
		r.Register(camera(fmt.Sprintf("s%03d", i)), t0, nil)
		r.Heard(SensorID(fmt.Sprintf("s%03d", i)), t0, nil)
	}
	for b.Loop() {
		r.Tick(t0.Add(time.Second), nil)
	}
}

package assess

import (
	"embed"
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"marsad/border"
	"marsad/fuse"
	"marsad/geo"
	"marsad/ident"
	"marsad/say"
	"marsad/sense"
)

//go:embed *.go
var sources embed.FS

var nan = math.NaN()

func borderKm(km float64) border.Chainage { return border.Chainage(km * 1000) }
func borderOff(o float64) border.Offset   { return border.Offset(o) }

// step is one input of a log.
type step func(a *Assessor, out *Output)

// log draws a log of everything, times included, from a seed.
func drawLog(seed uint64, seconds int) []step {
	r := rand.New(rand.NewPCG(seed, 1))
	now := at("01:00:00")
	type thing struct {
		w *walker
	}
	var things []thing
	for i := range 12 {
		w := &walker{id: trackID(i), km: 30000 + r.Float64()*20000, off: r.Float64()*4000 - 2000, vkm: r.NormFloat64(), voff: 3 * r.NormFloat64(),
			class: sense.Class(r.IntN(sense.NClass)), share: 0.7, from: now}
		things = append(things, thing{w})
	}
	var log []step
	for range seconds {
		now = now.Add(time.Second)
		when := now
		for _, th := range things {
			th.w.km += th.w.vkm
			th.w.off += th.w.voff
			tr := th.w.track(now)
			if r.IntN(400) == 0 {
				tr.Status = fuse.Ended
				tr.Into = things[r.IntN(len(things))].w.id
			}
			log = append(log, func(a *Assessor, out *Output) { a.Track(&tr, out) })
		}
		p := straight{}.Point(borderKm(things[0].w.km/1000), borderOff(things[0].w.off+50))
		switch r.IntN(6) {
		case 0:
			log = append(log, func(a *Assessor, out *Output) {
				a.Scan(&sense.Scan{Sensor: "gps-1", Observed: when, Detections: []sense.Detection{{Z: [3]float64{p.Lat, p.Lon}}}}, &sense.Sensor{ID: "gps-1", Kind: sense.OwnForce}, out)
			})
		case 1:
			s := lostSensor("t"+string(rune('a'+r.IntN(8))), sense.Camera, 30000+float64(r.IntN(20))*1000, []string{"", "fibre"}[r.IntN(2)])
			to := sense.Health(r.IntN(6))
			log = append(log, func(a *Assessor, out *Output) { a.Health(sense.HealthChange{Sensor: s.ID, To: to, At: when}, s, out) })
		case 2:
			s := sense.Sensor{ID: "seis", Kind: sense.Presence, MaxRange: 30}
			s.Position.Point = p
			log = append(log, func(a *Assessor, out *Output) {
				a.Scan(&sense.Scan{Sensor: "seis", Observed: when, Detections: []sense.Detection{{Shape: sense.PresenceWithin, Z: [3]float64{30}}}}, &s, out)
			})
		case 3:
			if r.IntN(40) == 0 {
				q := Request{ID: ident.Derive("q", when, "", 0), At: when, By: "Salma", Chainage: 35000, Text: "lights"}
				log = append(log, func(a *Assessor, out *Output) { _, _ = a.OpenByHand(q, out) })
			}
		case 4:
			if r.IntN(60) == 0 {
				s := Silence{ID: ident.Derive("s", when, "", 0), Movement: "lorries", From: 30000, To: 40000, OffsetMin: -500, OffsetMax: 3000, Starts: when, Expires: when.Add(2 * time.Minute), Granter: "Karim", GranterID: "k"}
				log = append(log, func(a *Assessor, out *Output) { _ = a.Silence(s, out) })
			}
		}
		log = append(log, func(a *Assessor, out *Output) { a.Tick(when, out) })
	}
	return log
}

func newTest(t testing.TB) *Assessor {
	t.Helper()
	a, err := New(Config{Line: straight{}, Rules: rulesOnce(), Patrols: []Patrol{{Unit: "p1", Node: "gps-1", Check: 30 * time.Second}}})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestSnapshotAndRestoreEqualsGoingOn(t *testing.T) {
	for seed := range uint64(4) {
		log := drawLog(seed, 240)
		whole, first := newTest(t), newTest(t)
		var all, cut Output
		for i, s := range log {
			s(whole, &all)
			s(first, &cut)
			if i%500 != 499 {
				continue
			}
			b, err := first.Snapshot()
			if err != nil {
				t.Fatal(err)
			}
			first = newTest(t)
			if err := first.Restore(b); err != nil {
				t.Fatal(err)
			}
			again, err := first.Snapshot()
			if err != nil {
				t.Fatal(err)
			}
			if string(again) != string(b) {
				t.Fatal("a restored state gives another snapshot")
			}
		}
		if d := cmp.Diff(all, cut); d != "" {
			t.Fatalf("seed %d: restored goes another way\n%s", seed, d)
		}
		if len(all.Alerts) == 0 || len(all.Suppressed) == 0 {
			t.Fatalf("seed %d: the log tests nothing: %d alerts, %d suppressed", seed, len(all.Alerts), len(all.Suppressed))
		}
	}
}

func TestRestoreRefusesWhatDoesNotFitAndChangesNothing(t *testing.T) {
	a := newTest(t)
	var out Output
	for _, s := range drawLog(1, 60) {
		s(a, &out)
	}
	before, err := a.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range []string{"", "{}", `{"schema":99}`, `{"schema":1,"things":[null]}`, `{"schema":1,"movers":[null]}`, `{"schema":1,"members":[{"track":"","alert":"00000000-0000-8000-8000-000000000001"}]}`} {
		var e *say.Error
		if err := a.Restore([]byte(b)); !errors.As(err, &e) || e.Hint.Ar == "" {
			t.Errorf("%q: %v", b, err)
		}
	}
	after, err := a.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	if string(before) != string(after) {
		t.Error("a refused snapshot changed the state")
	}
}

// checkSound fails on anything in an output that no screen could show.
func checkSound(t interface {
	Helper()
	Fatalf(string, ...any)
}, out *Output) {
	t.Helper()
	for _, al := range out.Alerts {
		if _, err := json.Marshal(al); err != nil {
			t.Fatalf("%s: %v", al.Title.En, err)
		}
		for _, e := range al.Evidence {
			if !finite(e.Value) || e.Text.En == "" || e.Text.Ar == "" {
				t.Fatalf("%s: evidence %+v", al.Rule, e)
			}
		}
		if al.Title.En == "" || al.Title.Ar == "" || al.Reason.En == "" || al.Silent.Ar == "" || len(al.Steps) == 0 || al.ID.IsZero() ||
			al.Sure < 0 || al.Sure > 1 || al.Updated.Before(al.Opened) || al.LineEarly > al.LineIn || al.LineIn > al.LineLate {
			t.Fatalf("alert is not whole: %+v", al)
		}
		for _, s := range []string{al.Title.En, al.Title.Ar, al.Reason.En, al.Reason.Ar} {
			if al.ByHand == "" && holder.MatchString(s) {
				t.Fatalf("%s: not filled in: %q", al.Rule, s)
			}
		}
	}
}

func TestWhateverComesAlertsStayWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, err := New(Config{Line: straight{}, Rules: rulesOnce(), Patrols: []Patrol{{Unit: "p1", Node: "gps-1", Check: time.Minute}}})
		if err != nil {
			t.Fatal(err)
		}
		odd := rapid.OneOf(rapid.Float64(), rapid.SampledFrom([]float64{nan, math.Inf(1), math.Inf(-1), 0, 1e300, -1e300}), rapid.Float64Range(-50, 50))
		now := at("01:00:00")
		last := map[ident.ID]Alert{}
		for range rapid.IntRange(1, 120).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(-5, 60).Draw(t, "dt")) * time.Second)
			var out Output
			switch rapid.IntRange(0, 4).Draw(t, "what") {
			case 0, 1:
				tr := fuse.Track{ID: trackID(rapid.IntRange(0, 4).Draw(t, "id")), Status: fuse.Status(rapid.IntRange(0, 3).Draw(t, "status")), At: now, First: now.Add(-time.Hour), LastSeen: now,
					Point: straight{}.Point(borderKm(rapid.Float64Range(-10, 620).Draw(t, "km")), borderOff(rapid.Float64Range(-9000, 9000).Draw(t, "off"))),
					VE:    odd.Draw(t, "ve"), VN: odd.Draw(t, "vn"), Existence: odd.Draw(t, "p"), Count: odd.Draw(t, "n"), Into: trackID(rapid.IntRange(0, 4).Draw(t, "into")), From: trackID(rapid.IntRange(0, 4).Draw(t, "from"))}
				for i := range tr.Class {
					tr.Class[i] = float32(rapid.Float64Range(0, 1).Draw(t, "c"))
				}
				for i := range tr.Cov {
					tr.Cov[i] = odd.Draw(t, "cov")
				}
				if rapid.IntRange(0, 9).Draw(t, "bad") == 0 {
					tr.Point = geo.Point{Lat: odd.Draw(t, "lat"), Lon: odd.Draw(t, "lon")}
				}
				a.Track(&tr, &out)
			case 2:
				s := lostSensor("t"+string(rune('a'+rapid.IntRange(0, 4).Draw(t, "s"))), sense.Kind(rapid.IntRange(0, 7).Draw(t, "kind")), 30000, "")
				s.MaxRange, s.Position.Lat = odd.Draw(t, "range"), rapid.OneOf(rapid.Float64Range(33, 37), odd).Draw(t, "slat")
				a.Health(sense.HealthChange{Sensor: s.ID, To: sense.Health(rapid.IntRange(0, 5).Draw(t, "h")), At: now}, s, &out)
			case 3:
				s := sense.Sensor{ID: "seis", Kind: rapid.SampledFrom([]sense.Kind{sense.Presence, sense.OwnForce}).Draw(t, "k"), MaxRange: odd.Draw(t, "r")}
				s.Position.Point = straight{}.Point(40000, 0)
				d := sense.Detection{Shape: sense.Shape(rapid.IntRange(0, 5).Draw(t, "shape")), Z: [3]float64{odd.Draw(t, "z0"), odd.Draw(t, "z1")}, Confidence: float32(odd.Draw(t, "conf"))}
				a.Scan(&sense.Scan{Sensor: "gps-1", Observed: now, Detections: []sense.Detection{d}}, &s, &out)
			case 4:
				a.Tick(now, &out)
			}
			checkSound(t, &out)
			for _, al := range out.Alerts {
				if old, ok := last[al.ID]; ok && (al.Revision != old.Revision+1 || al.Severity < old.Severity || !al.Opened.Equal(old.Opened)) {
					t.Fatalf("an alert was not amended but changed: %+v then %+v", old, al)
				}
				last[al.ID] = al
			}
		}
		b, err := a.Snapshot()
		if err != nil {
			t.Fatal(err)
		}
		if err := a.Restore(b); err != nil {
			t.Fatal(err)
		}
	})
}

// The order in which tracks of the same instant come must not change what is
// alerted about: the same rules, severities and members. (Ids may differ where
// another member of a group came first.)
func TestOrderWithinAnInstantDoesNotMatter(t *testing.T) {
	type summary struct {
		Rule     string
		Severity Severity
		Tracks   map[ident.ID]bool
	}
	play := func(perm []int) []summary {
		n := newNight(t, "02:00:00")
		for i := range 9 {
			n.walk(i, sense.Person, 38400+float64(i/3)*4000+float64(i%3)*12, -1400, 0, 0.9)
		}
		shuffled := make([]*walker, len(perm))
		for i, p := range perm {
			shuffled[i] = n.moves[p]
		}
		n.moves = shuffled
		n.until("02:08:00")
		var out []summary
		for _, al := range n.alerts() {
			s := summary{al.Rule, al.Severity, map[ident.ID]bool{}}
			for _, id := range al.Tracks {
				s.Tracks[id] = true
			}
			out = append(out, s)
		}
		return out
	}
	byFirst := func(s []summary) map[string]summary {
		m := map[string]summary{}
		for _, x := range s {
			for i := range 9 {
				if x.Tracks[trackID(i)] {
					m[trackID(i).String()] = x
					break
				}
			}
		}
		return m
	}
	want := play([]int{0, 1, 2, 3, 4, 5, 6, 7, 8})
	if len(want) < 3 {
		t.Fatalf("%d alerts", len(want))
	}
	for seed := range uint64(4) {
		got := play(rand.New(rand.NewPCG(seed, 5)).Perm(9))
		if d := cmp.Diff(byFirst(want), byFirst(got)); d != "" {
			t.Errorf("another order gives other alerts\n%s", d)
		}
	}
}

func FuzzRestore(f *testing.F) {
	a := newTest(f)
	var out Output
	for _, s := range drawLog(2, 20) {
		s(a, &out)
	}
	b, err := a.Snapshot()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte(`{"schema":1}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		a := newTest(t)
		if a.Restore(b) != nil {
			return
		}
		var out Output
		for _, s := range drawLog(3, 3) {
			s(a, &out)
		}
	})
}

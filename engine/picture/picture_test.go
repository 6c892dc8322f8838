package picture_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"marsad/assess"
	"marsad/border"
	"marsad/engine/picture"
	"marsad/force"
	"marsad/fuse"
	"marsad/geo"
	"marsad/ident"
	"marsad/respond"
	"marsad/say"
	"marsad/sense"
)

var start = time.Date(2025, 6, 1, 2, 0, 0, 0, time.UTC)

func trackID(n int) ident.ID { return ident.Derive("track", start, fmt.Sprint(n), 0) }
func alertID(n int) ident.ID {
	return ident.Derive("alert", start.Add(time.Duration(n)*time.Second), "", 0)
}

func locate(p geo.Point) (border.Chainage, border.Offset, bool) {
	return border.Chainage(p.Lat * 1000), border.Offset(p.Lon), p.Lat < 80
}

func track(n int, revision uint64, status fuse.Status) fuse.Change {
	return fuse.Change{ID: trackID(n), Status: status, At: start.Add(time.Duration(revision) * time.Second),
		Point: geo.Point{Lat: 36 + float64(revision)/1000, Lon: 42}, Revision: revision}
}

func aCase(n int, revision uint64, tracks ...ident.ID) respond.Case {
	return respond.Case{State: respond.Open, Revision: revision, Updated: start,
		Alert: assess.Alert{ID: alertID(n), Opened: start.Add(time.Duration(n) * time.Second), Tracks: tracks}}
}

func TestTheFirstVersionHoldsTheRoster(t *testing.T) {
	p := picture.New(picture.Options{Roster: force.Roster{{ID: "u1", Home: 40_000}}, First: 1000})
	v := p.Current()
	u := v.Unit("u1")
	if v.Revision != 1001 || u == nil || u.State != picture.Free || u.Chainage != 40_000 || !u.HasKm {
		t.Fatalf("version %d holds %+v", v.Revision, u)
	}
}

func TestTracksComeMoveAndGo(t *testing.T) {
	p := picture.New(picture.Options{Locate: locate})
	p.Apply(&picture.Changes{Tracks: []fuse.Change{track(1, 1, fuse.Tentative)}})
	if v := p.Publish(); v.Track(trackID(1)) != nil {
		t.Fatal("a tentative track is shown")
	}
	p.Apply(&picture.Changes{Tracks: []fuse.Change{track(1, 2, fuse.Confirmed)}})
	first := p.Publish()
	row := first.Track(trackID(1))
	if row == nil || row.Chainage != border.Chainage((36+2.0/1000)*1000) || row.Offset != 42 || !row.HasKm {
		t.Fatalf("row %+v", row)
	}
	p.Apply(&picture.Changes{Tracks: []fuse.Change{track(1, 3, fuse.Coasting), track(1, 1, fuse.Confirmed)}})
	second := p.Publish()
	if got := second.Track(trackID(1)).Revision; got != 3 {
		t.Fatalf("revision %d is shown: an older one replaced a newer", got)
	}
	if first.Track(trackID(1)).Revision != 2 {
		t.Fatal("a published version changed")
	}
	p.Apply(&picture.Changes{Tracks: []fuse.Change{track(1, 4, fuse.Ended)}})
	third := p.Publish()
	if third.Track(trackID(1)) != nil {
		t.Fatal("an ended track is shown")
	}
	d, ok := third.Since(first.Revision)
	if !ok || len(d.Gone.Tracks) != 1 || d.Gone.Tracks[0] != trackID(1) || len(d.Tracks) != 0 {
		t.Fatalf("since %d: %+v", first.Revision, d)
	}
	if len(p.History(trackID(1))) == 0 {
		t.Fatal("the history of an ended track is gone at once")
	}
}

func TestNothingNewMakesNoVersion(t *testing.T) {
	p := picture.New(picture.Options{})
	v := p.Current()
	if p.Publish() != v {
		t.Fatal("a version without a change")
	}
	select {
	case <-v.Next():
		t.Fatal("a reader was woken for nothing")
	default:
	}
	p.Apply(&picture.Changes{Now: start})
	if w := p.Publish(); w == v || w.Now != start {
		t.Fatal("time does not show")
	}
	<-v.Next()
}

func TestAnAlertMarksItsTracks(t *testing.T) {
	p := picture.New(picture.Options{})
	p.Apply(&picture.Changes{Tracks: []fuse.Change{track(1, 1, fuse.Confirmed), track(2, 1, fuse.Confirmed)}, Cases: []respond.Case{aCase(1, 1, trackID(1))}})
	v := p.Publish()
	if v.Track(trackID(1)).Alert != alertID(1) || !v.Track(trackID(2)).Alert.IsZero() {
		t.Fatal("the alert does not stand on its track, and on it alone")
	}
	before := v.Revision
	p.Apply(&picture.Changes{Cases: []respond.Case{aCase(1, 2, trackID(2))}})
	v = p.Publish()
	if !v.Track(trackID(1)).Alert.IsZero() || v.Track(trackID(2)).Alert != alertID(1) {
		t.Fatal("the alert did not move with its tracks")
	}
	if d, _ := v.Since(before); len(d.Tracks) != 2 || len(d.Alerts) != 1 {
		t.Fatalf("the delta has %d tracks and %d alerts", len(d.Tracks), len(d.Alerts))
	}
	p.Apply(&picture.Changes{Cases: []respond.Case{aCase(1, 1, trackID(1))}})
	if got := p.Publish().Alert(alertID(1)).Revision; got != 2 {
		t.Fatalf("revision %d is shown: an older one replaced a newer", got)
	}
	done := aCase(1, 3, trackID(2))
	done.State = respond.Debriefed
	p.Apply(&picture.Changes{Cases: []respond.Case{done}})
	v = p.Publish()
	if !v.Track(trackID(2)).Alert.IsZero() || v.Counts.Open != 0 {
		t.Fatal("a closed case still stands on its track")
	}
	p.Apply(&picture.Changes{Now: start.Add(2 * time.Hour)})
	if v = p.Publish(); v.Alert(alertID(1)) != nil {
		t.Fatal("a case closed two hours ago is still in the queue")
	}
	if d, ok := v.Since(before); !ok || len(d.Gone.Alerts) != 1 {
		t.Fatalf("its leaving is not told: %+v", d.Gone)
	}
}

func TestUnitsFollowTheirTasks(t *testing.T) {
	p := picture.New(picture.Options{Locate: locate, Roster: force.Roster{{ID: "u1", Check: 60}}})
	state := func() picture.UnitState { t.Helper(); return p.Publish().Unit("u1").State }
	p.Apply(&picture.Changes{Now: start, Fixes: []picture.UnitFix{{Unit: "u1", Point: geo.Point{Lat: 36, Lon: 42}, At: start}, {Unit: "nobody", At: start}}})
	if s := state(); s != picture.Free {
		t.Fatalf("after a fix: %s", s)
	}
	p.Apply(&picture.Changes{Now: start.Add(61 * time.Second)})
	if s := state(); s != picture.Overdue {
		t.Fatalf("after a minute without a word: %s", s)
	}
	c := aCase(1, 1)
	c.Task = &respond.Task{Unit: "u1"}
	p.Apply(&picture.Changes{Cases: []respond.Case{c}, Fixes: []picture.UnitFix{{Unit: "u1", Point: geo.Point{Lat: 36, Lon: 42}, At: start.Add(62 * time.Second)}}})
	if u := p.Publish().Unit("u1"); u.State != picture.Tasked || u.Task != alertID(1) {
		t.Fatalf("with a task: %+v", u)
	}
	c.Revision, c.Task = 2, &respond.Task{Unit: "u1", Arrived: start}
	p.Apply(&picture.Changes{Cases: []respond.Case{c}})
	if s := state(); s != picture.OnScene {
		t.Fatalf("on arrival: %s", s)
	}
	c.Revision, c.Task = 3, &respond.Task{Unit: "u1", Arrived: start, Ended: start}
	p.Apply(&picture.Changes{Cases: []respond.Case{c}})
	if u := p.Publish().Unit("u1"); u.State != picture.Free || !u.Task.IsZero() {
		t.Fatalf("at the end: %+v", u)
	}
}

func TestCounts(t *testing.T) {
	p := picture.New(picture.Options{})
	now := start.Add(30 * time.Minute)
	var cases []respond.Case
	for n := range 12 { // one a minute, the last now
		c := aCase(n, 1)
		c.Alert.Opened = now.Add(-time.Duration(11-n) * time.Minute)
		cases = append(cases, c, c) // revisions count once
	}
	p.Apply(&picture.Changes{
		Now: now, Cases: cases,
		Sensors:    []sense.Sensor{{ID: "a"}, {ID: "b"}, {ID: "c"}},
		Health:     []sense.HealthChange{{Sensor: "a", To: sense.Good}, {Sensor: "b", To: sense.Lost}, {Sensor: "c", To: sense.Gone}, {Sensor: "nobody", To: sense.Good}},
		Suppressed: []assess.Suppressed{{ID: alertID(50), Last: now}, {ID: alertID(50), Last: now}, {ID: alertID(51), Last: now.Add(-13 * time.Hour)}},
	})
	p.Input(picture.Input{Shed: 1, Late: 2, Refused: 3}, say.Text{En: "the disk is full", Ar: "القرص ممتلئ"})
	c := p.Publish().Counts
	if c.SensorsGood != 1 || c.SensorsTotal != 2 || c.TenMinutes != 10 || c.PerMinute[59] != 1 || c.PerMinute[48] != 1 || c.PerMinute[47] != 0 ||
		c.Open != 12 || c.Suppressed != 1 || c.Shed != 1 || c.Late != 2 || c.Refused != 3 || c.Degraded.IsZero() {
		t.Fatalf("%+v", c)
	}
}

// What was shed an hour ago says nothing of whether the machine keeps up now.
func TestShedIsCountedOfTheLastTenMinutes(t *testing.T) {
	p := picture.New(picture.Options{})
	shed := func(minute int, total uint64) (lately uint64) {
		p.Apply(&picture.Changes{Now: start.Add(time.Duration(minute) * time.Minute)})
		p.Input(picture.Input{Shed: total}, say.Text{})
		c := p.Publish().Counts
		if c.Shed != total {
			t.Errorf("minute %d: %d of the whole run, not %d", minute, c.Shed, total)
		}
		return c.ShedLately
	}
	for _, c := range []struct {
		minute        int
		total, lately uint64
	}{{0, 0, 0}, {1, 40, 40}, {2, 40, 40}, {5, 47, 47}, {10, 47, 47}, {11, 47, 7}, {14, 50, 10}, {15, 50, 3}, {30, 50, 0}, {31, 51, 1}} {
		if got := shed(c.minute, c.total); got != c.lately {
			t.Errorf("minute %d: %d shed lately, want %d", c.minute, got, c.lately)
		}
	}
}

func TestHistoryIsTenMinutesAFixEveryFiveSeconds(t *testing.T) {
	p := picture.New(picture.Options{})
	for s := range uint64(1500) {
		p.Apply(&picture.Changes{Tracks: []fuse.Change{track(1, s+1, fuse.Confirmed)}})
	}
	h := p.History(trackID(1))
	if len(h) != 120 {
		t.Fatalf("%d fixes", len(h))
	}
	for i := 1; i < len(h); i++ {
		if h[i].At.Sub(h[i-1].At) != 5*time.Second {
			t.Fatalf("fix %d comes %v after the one before", i, h[i].At.Sub(h[i-1].At))
		}
	}
	if last := h[len(h)-1].At; last.Before(start.Add(1495 * time.Second)) {
		t.Fatalf("the newest fix is of %v", last)
	}
	if p.History(trackID(2)) != nil {
		t.Fatal("a history of nothing")
	}
}

func TestATooOldRevisionNeedsTheWhole(t *testing.T) {
	p := picture.New(picture.Options{First: 1_000_000})
	v := p.Current()
	for _, r := range []uint64{0, 17, 1_000_000, v.Revision + 1} {
		if _, ok := v.Since(r); ok {
			t.Errorf("revision %d gives a delta", r)
		}
	}
	if d, ok := v.Since(v.Revision); !ok || !d.Empty() {
		t.Error("the current revision gives no empty delta")
	}
	for n := range 40_000 { // more departures than are remembered
		p.Apply(&picture.Changes{Tracks: []fuse.Change{track(n, 1, fuse.Confirmed)}})
		p.Publish()
		p.Apply(&picture.Changes{Tracks: []fuse.Change{track(n, 2, fuse.Ended)}})
		p.Publish()
	}
	if _, ok := p.Current().Since(v.Revision); ok {
		t.Error("departures that are forgotten are passed over in silence")
	}
}

// A receiver that takes a snapshot once and deltas from then on, at whatever
// pace, has the picture.
func TestDeltasAddUpToThePicture(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := picture.New(picture.Options{Locate: locate, Roster: force.Roster{{ID: "u0"}, {ID: "u1"}}})
		mine := receive(p.Current())
		at := p.Current().Revision
		revision := map[int]uint64{}
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			n := rapid.IntRange(0, 5).Draw(t, "n")
			revision[n]++
			switch rapid.IntRange(0, 5).Draw(t, "what") {
			case 0:
				p.Apply(&picture.Changes{Tracks: []fuse.Change{track(n, revision[n], fuse.Confirmed)}})
			case 1:
				p.Apply(&picture.Changes{Tracks: []fuse.Change{track(n, revision[n], fuse.Ended)}})
			case 2:
				c := aCase(n, revision[n], trackID(rapid.IntRange(0, 5).Draw(t, "track")))
				if rapid.Bool().Draw(t, "closed") {
					c.State = respond.Debriefed
				}
				c.Task = &respond.Task{Unit: fmt.Sprintf("u%d", n%2)}
				p.Apply(&picture.Changes{Cases: []respond.Case{c}, Notices: []respond.Notice{{ID: alertID(n)}}})
			case 3:
				p.Apply(&picture.Changes{Sensors: []sense.Sensor{{ID: sense.SensorID(fmt.Sprint(n))}},
					Health: []sense.HealthChange{{Sensor: sense.SensorID(fmt.Sprint(n)), To: sense.Good}}})
			case 4:
				p.Apply(&picture.Changes{Now: start.Add(time.Duration(revision[n]) * 40 * time.Minute)})
			case 5:
				d, ok := p.Current().Since(at)
				if !ok {
					t.Fatal("too old after a few steps")
				}
				mine.take(d)
				at = d.To
			}
			if rapid.Bool().Draw(t, "publish") {
				p.Publish()
			}
		}
		v := p.Publish()
		d, ok := v.Since(at)
		if !ok {
			t.Fatal("too old after a few steps")
		}
		mine.take(d)
		if diff := cmp.Diff(receive(v), mine, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("the receiver has another picture (-picture +receiver):\n%s", diff)
		}
	})
}

type receiver struct {
	Tracks  map[ident.ID]*picture.Track
	Alerts  map[ident.ID]*picture.Alert
	Sensors map[sense.SensorID]*picture.Sensor
	Units   map[string]*picture.Unit
}

func receive(v *picture.Version) *receiver {
	r := &receiver{map[ident.ID]*picture.Track{}, map[ident.ID]*picture.Alert{}, map[sense.SensorID]*picture.Sensor{}, map[string]*picture.Unit{}}
	r.take(picture.Delta{Tracks: v.Tracks, Alerts: v.Alerts, Sensors: v.Sensors, Units: v.Units})
	return r
}

func (r *receiver) take(d picture.Delta) {
	for _, id := range d.Gone.Tracks {
		delete(r.Tracks, id)
	}
	for _, id := range d.Gone.Alerts {
		delete(r.Alerts, id)
	}
	for _, t := range d.Tracks {
		r.Tracks[t.ID] = t
	}
	for _, a := range d.Alerts {
		r.Alerts[a.Case.Alert.ID] = a
	}
	for _, s := range d.Sensors {
		r.Sensors[s.ID] = s
	}
	for _, u := range d.Units {
		r.Units[u.ID] = u
	}
}

func TestManyReadersOneWriter(t *testing.T) {
	p := picture.New(picture.Options{})
	var readers sync.WaitGroup
	const versions = 300
	for range 8 {
		readers.Go(func() {
			v := p.Current()
			for v.Revision <= versions {
				<-v.Next()
				w := p.Current()
				if w.Revision <= v.Revision {
					t.Errorf("revision %d follows %d", w.Revision, v.Revision)
					return
				}
				if _, ok := w.Since(v.Revision); !ok {
					t.Errorf("no delta from %d to %d", v.Revision, w.Revision)
				}
				v = w
			}
		})
	}
	for n := range versions {
		p.Apply(&picture.Changes{Tracks: []fuse.Change{track(n%20, uint64(n+1), fuse.Status(1+n%3))}})
		p.Publish()
	}
	readers.Wait()
}

// BenchmarkPublish prints what a version costs with many tracks, of which a
// twentieth moved.
func BenchmarkPublish(b *testing.B) {
	for _, n := range []int{1000, 10_000} {
		b.Run(fmt.Sprint(n, "-tracks"), func(b *testing.B) {
			p := picture.New(picture.Options{Locate: locate})
			all := make([]fuse.Change, n)
			for i := range all {
				all[i] = track(i, 1, fuse.Confirmed)
			}
			p.Apply(&picture.Changes{Tracks: all})
			p.Publish()
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				for j := range n / 20 {
					all[(i*n/20+j)%n].Revision++
				}
				from := i * n / 20 % n
				p.Apply(&picture.Changes{Tracks: all[from : from+n/20]})
				p.Publish()
			}
		})
	}
}

// BenchmarkSince prints what a reader's delta costs.
func BenchmarkSince(b *testing.B) {
	p := picture.New(picture.Options{})
	all := make([]fuse.Change, 10_000)
	for i := range all {
		all[i] = track(i, 1, fuse.Confirmed)
	}
	p.Apply(&picture.Changes{Tracks: all})
	v := p.Publish()
	p.Apply(&picture.Changes{Tracks: all[:100]})
	w := p.Publish()
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := w.Since(v.Revision); !ok {
			b.Fatal("no delta")
		}
	}
}

// TestTrackTellsWhatBecameOfIt follows one that is confirmed, lost from sight,
// seen again, takes in another, and one that goes on from it.
func TestTrackTellsWhatBecameOfIt(t *testing.T) {
	p := picture.New(picture.Options{Locate: locate})
	p.Apply(&picture.Changes{Tracks: []fuse.Change{track(1, 1, fuse.Confirmed), track(2, 2, fuse.Confirmed)}})
	p.Apply(&picture.Changes{Tracks: []fuse.Change{track(1, 3, fuse.Coasting)}})
	gone := track(2, 5, fuse.Ended)
	gone.Into = trackID(1)
	part := track(3, 6, fuse.Confirmed)
	part.From = trackID(1)
	p.Apply(&picture.Changes{Tracks: []fuse.Change{track(1, 4, fuse.Confirmed), gone, part}})
	var got []string
	for _, n := range p.Turns(trackID(1)) {
		got = append(got, n.What)
	}
	if want := []string{"confirmed", "coasting", "seen", "merged"}; !slices.Equal(got, want) {
		t.Errorf("turns %v, want %v", got, want)
	}
	if into := p.Into(trackID(2)); into != trackID(1) || !p.Into(trackID(1)).IsZero() || !p.Into(trackID(9)).IsZero() {
		t.Errorf("the one that was merged goes on in %v", into)
	}
	if n := p.Turns(trackID(3)); len(n) != 2 || n[1].What != "split" || n[1].Other != trackID(1) {
		t.Errorf("turns of the one that parted: %+v", n)
	}
	for k := range 40 {
		p.Apply(&picture.Changes{Tracks: []fuse.Change{track(1, uint64(10+k), fuse.Status(1+k%2))}})
	}
	if n := p.Turns(trackID(1)); len(n) != 12 || n[0].What != "confirmed" {
		t.Errorf("%d turns are kept, the first is %q", len(n), n[0].What)
	}
}

// TestBiasIsShownOnceItIsSure wants nothing on a sensor whose error is not sure,
// and no news where it only wavers.
func TestBiasIsShownOnceItIsSure(t *testing.T) {
	p := picture.New(picture.Options{Locate: locate})
	p.Apply(&picture.Changes{Sensors: []sense.Sensor{{ID: "x"}}, Biases: []fuse.Bias{{Sensor: "x", Azimuth: 0.01, SigmaAzimuth: 0.01}, {Sensor: "nobody", Applied: true}}})
	if b := p.Publish().Sensor("x").Bias; b != nil {
		t.Errorf("an error that is not sure is shown: %+v", b)
	}
	sure := fuse.Bias{Sensor: "x", Azimuth: 0.02, SigmaAzimuth: 0.001, Applied: true, Clock: 1.5, SigmaClock: 0.1, Shifted: true}
	p.Apply(&picture.Changes{Biases: []fuse.Bias{sure}})
	shown := p.Publish().Sensor("x")
	if shown.Bias == nil || *shown.Bias != sure {
		t.Fatalf("shown is %+v", shown.Bias)
	}
	sure.Azimuth += 0.0005
	p.Apply(&picture.Changes{Biases: []fuse.Bias{sure}})
	if again := p.Publish().Sensor("x"); again.Changed != shown.Changed {
		t.Error("what only wavers is news")
	}
}

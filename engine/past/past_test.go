package past

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
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

// same compares everything that a version shows.
func same(a, b *picture.Version) string {
	type shown struct {
		Now     time.Time
		Tracks  []*picture.Track
		Alerts  []*picture.Alert
		Sensors []*picture.Sensor
		Units   []*picture.Unit
		Counts  picture.Counts
	}
	of := func(v *picture.Version) shown {
		return shown{v.Now, v.Tracks, v.Alerts, v.Sensors, v.Units, v.Counts}
	}
	return gocmp.Diff(of(a), of(b), cmpopts.EquateEmpty())
}

func open(t interface{ Fatal(...any) }, o Options) *Past {
	if o.Keep == 0 {
		o.Keep = time.Hour * 24
	}
	if o.MaxBytes == 0 {
		o.MaxBytes = 1 << 30
	}
	p, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func newPicture() *picture.Picture {
	return picture.New(picture.Options{First: 1000, Roster: force.Roster{{ID: "u1", Home: 40_000}, {ID: "u2", Home: 90_000}},
		Locate: func(p geo.Point) (border.Chainage, border.Offset, bool) {
			return border.Chainage(p.Lat * 1000), border.Offset(p.Lon), p.Lat < 80
		}})
}

func trackID(n int) ident.ID { return ident.Derive("track", start, fmt.Sprint(n), 0) }

// change draws what may happen to a picture at a time.
func change(t *rapid.T, at time.Time, revision uint64) *picture.Changes {
	c := &picture.Changes{Now: at}
	n := rapid.IntRange(0, 5)
	for range rapid.IntRange(0, 4).Draw(t, "tracks") {
		i := n.Draw(t, "track")
		c.Tracks = append(c.Tracks, fuse.Change{ID: trackID(i), Revision: revision, At: at, First: start, LastSeen: at,
			Status: fuse.Status(rapid.IntRange(1, 3).Draw(t, "status")), Point: geo.Point{Lat: rapid.Float64Range(33, 37).Draw(t, "lat"), Lon: 42},
			Class: sense.Classes{sense.Group: 0.9, sense.Animal: 0.1}, Sensors: []fuse.Contribution{{Sensor: "s", Count: i, Last: at}}})
	}
	if rapid.Bool().Draw(t, "sensor") {
		id := sense.SensorID(fmt.Sprint("s", n.Draw(t, "id")))
		c.Sensors = append(c.Sensors, sense.Sensor{ID: id, Name: string(id), Kind: sense.Camera, Position: geo.Position{Point: geo.Point{Lat: 36, Lon: 42}, Height: 300}, MaxRange: 2500, Simulated: true})
		c.Health = append(c.Health, sense.HealthChange{Sensor: id, At: at, To: sense.Lost, Why: say.Text{En: "no word", Ar: "لا خبر"}})
	}
	if rapid.Bool().Draw(t, "case") {
		i := n.Draw(t, "alert")
		x := respond.Case{State: respond.Open, Revision: revision, Updated: at, Steps: []respond.Step{{At: at, By: "Yusuf"}},
			Alert: assess.Alert{ID: ident.Derive("alert", start, fmt.Sprint(i), 0), Opened: start, Updated: at, Tracks: []ident.ID{trackID(i)}, Severity: assess.High,
				Title: say.Text{En: "Group on foot", Ar: "مجموعة راجلة"}, Where: assess.Where{Chainage: 38_400, HasKm: true, Section: "rabia"}}}
		if rapid.Bool().Draw(t, "closed") {
			x.State = respond.Debriefed
		}
		c.Cases = append(c.Cases, x)
	}
	if rapid.Bool().Draw(t, "fix") {
		c.Fixes = append(c.Fixes, picture.UnitFix{Unit: "u1", Point: geo.Point{Lat: 36.5, Lon: 42}, At: at})
	}
	return c
}

// What is asked of the past is what was live then, in every field of every row,
// also after the program ended and began again in between.
func TestThePastIsWhatWasLiveThen(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		here, err := os.MkdirTemp(dir, "")
		if err != nil {
			t.Fatal(err)
		}
		p, live := open(t, Options{Dir: here}), newPicture()
		was := map[time.Time]*picture.Version{}
		var times []time.Time
		at := start
		for i := range rapid.IntRange(1, 80).Draw(t, "versions") {
			at = at.Add(time.Duration(rapid.IntRange(100, 9000).Draw(t, "ms")) * time.Millisecond)
			live.Apply(change(t, at, uint64(i+1)))
			v := live.Publish()
			_, before, _ := p.Span()
			if err := p.Record(v); err != nil {
				t.Fatal(err)
			}
			if _, after, _ := p.Span(); after.After(before) {
				was[at] = v
				times = append(times, at)
			}
			if rapid.IntRange(0, 30).Draw(t, "again") == 0 {
				if err := p.Close(); err != nil {
					t.Fatal(err)
				}
				p = open(t, Options{Dir: here})
			}
		}
		defer p.Close()
		for range 10 {
			i := rapid.IntRange(0, len(times)-1).Draw(t, "asked")
			// Any moment until the next frame has the picture of this one.
			ask := times[i]
			if i+1 < len(times) {
				ask = ask.Add(time.Duration(rapid.Int64Range(0, int64(times[i+1].Sub(ask))-1).Draw(t, "later")))
			}
			got, err := p.At(ask)
			if err != nil {
				t.Fatal(err)
			}
			if d := same(was[times[i]], got); d != "" {
				t.Fatalf("asked for %s: (-live then, +past)\n%s", ask, d)
			}
			for _, r := range got.Tracks {
				if got.Track(r.ID) != r {
					t.Fatal("a row of the past is not found by its id")
				}
			}
		}
	})
}

// steps records frames five seconds apart and gives the times.
func steps(t *testing.T, p *Past, n int) []time.Time {
	t.Helper()
	live, times := newPicture(), []time.Time(nil)
	for i := range n {
		at := start.Add(time.Duration(i) * Every)
		live.Apply(&picture.Changes{Now: at, Tracks: []fuse.Change{{ID: trackID(i % 7), Status: fuse.Confirmed, At: at, Revision: uint64(i + 1), Point: geo.Point{Lat: 36, Lon: 42}}}})
		if err := p.Record(live.Publish()); err != nil {
			t.Fatal(err)
		}
		times = append(times, at)
	}
	return times
}

func TestWhatIsNotKeptIsSaid(t *testing.T) {
	p := open(t, Options{Dir: t.TempDir()})
	defer p.Close()
	if _, err := p.At(start); say.As(err).Code != "past.gone" {
		t.Errorf("an empty memory answers %v", err)
	}
	times := steps(t, p, 3)
	for ask, want := range map[time.Time]string{
		start.Add(-time.Second):        "past.gone",
		times[2].Add(2 * Every):        "past.future",
		times[2].Add(365 * 24 * Every): "past.future",
	} {
		if _, err := p.At(ask); say.As(err).Code != want || say.As(err).Hint.Ar == "" {
			t.Errorf("at %s: %v, want %s with a hint", ask, err, want)
		}
	}
}

// A crash cuts the last frame: what was whole before it stays, and the next run
// goes on.
func TestACutFrameLosesOnlyItself(t *testing.T) {
	for _, cut := range []int64{1, 5, 9, 40} {
		dir := t.TempDir()
		p := open(t, Options{Dir: dir})
		times := steps(t, p, 10)
		p.Close()
		names, err := filepath.Glob(filepath.Join(dir, "*"+suffix))
		if err != nil || len(names) != 1 {
			t.Fatalf("%v %v", names, err)
		}
		info, err := os.Stat(names[0])
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Truncate(names[0], info.Size()-cut); err != nil {
			t.Fatal(err)
		}
		p = open(t, Options{Dir: dir})
		if _, to, ok := p.Span(); !ok || !to.Equal(times[8]) {
			t.Errorf("cut by %d: kept until %s, want %s", cut, to, times[8])
		}
		v, err := p.At(times[8])
		if err != nil || !v.Now.Equal(times[8]) || len(v.Tracks) != 7 {
			t.Errorf("cut by %d: %v %v", cut, v, err)
		}
		p.Close()
	}
}

func TestAnEmptySegmentIsNoPicture(t *testing.T) {
	dir := t.TempDir()
	p := open(t, Options{Dir: dir})
	times := steps(t, p, 3)
	p.Close()
	if err := os.WriteFile(filepath.Join(dir, fmt.Sprint(times[2].Add(time.Minute).UnixMilli())+suffix), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	p = open(t, Options{Dir: dir})
	defer p.Close()
	if v, err := p.At(times[2]); err != nil || !v.Now.Equal(times[2]) {
		t.Errorf("%v %v", v, err)
	}
}

// The memory is bounded by age and by size, and the oldest goes first.
func TestTheOldestGoes(t *testing.T) {
	segmentLength := frames * Every
	for name, o := range map[string]Options{"by age": {Keep: 2 * segmentLength}, "by size": {MaxBytes: 30_000}} {
		o.Dir = t.TempDir()
		p := open(t, o)
		times := steps(t, p, 10*frames)
		from, to, _ := p.Span()
		if !from.After(times[frames]) || !to.Equal(times[len(times)-1]) {
			t.Errorf("%s: kept from %s to %s", name, from, to)
		}
		if _, err := p.At(times[0]); say.As(err).Code != "past.gone" {
			t.Errorf("%s: the oldest is still there: %v", name, err)
		}
		entries, err := os.ReadDir(o.Dir)
		if err != nil || len(entries) > 7 {
			t.Errorf("%s: %d files, %v", name, len(entries), err)
		}
		p.Close()
	}
}

// After a long pause what is too old goes with the first frame that is kept.
func TestAPauseKeepsNothingForLonger(t *testing.T) {
	o := Options{Dir: t.TempDir(), Keep: 24 * time.Hour}
	p := open(t, o)
	steps(t, p, 2)
	p.Close()
	p = open(t, o)
	defer p.Close()
	later := newPicture()
	later.Apply(&picture.Changes{Now: start.Add(365 * 24 * time.Hour)})
	if err := p.Record(later.Publish()); err != nil {
		t.Fatal(err)
	}
	if v, err := p.At(start); say.As(err).Code != "past.gone" {
		t.Errorf("a year later: %v, %v", v, err)
	}
}

// What is too old and cannot be removed stops the remembering, and nothing that
// is kept after it begins in the middle.
func TestWhatCannotBeRemovedIsAnError(t *testing.T) {
	o := Options{Dir: t.TempDir(), Keep: 2 * frames * Every}
	p := open(t, o)
	defer p.Close()
	stuck := filepath.Join(o.Dir, strconv.FormatInt(start.UnixMilli(), 10)+suffix)
	live, failed := newPicture(), 0
	for i := range 6 * frames {
		if i == frames+1 { // a folder with something in it cannot be removed as a file
			if err := errors.Join(os.Remove(stuck), os.MkdirAll(filepath.Join(stuck, "in the way"), 0o700)); err != nil {
				t.Fatal(err)
			}
		}
		if i == 5*frames {
			if err := os.RemoveAll(stuck); err != nil {
				t.Fatal(err)
			}
		}
		at := start.Add(time.Duration(i) * Every)
		live.Apply(&picture.Changes{Now: at, Tracks: []fuse.Change{{ID: trackID(i % 7), Status: fuse.Confirmed, At: at, Revision: uint64(i + 1), Point: geo.Point{Lat: 36, Lon: 42}}}})
		if err := p.Record(live.Publish()); err != nil {
			failed++
		}
	}
	if failed == 0 {
		t.Fatal("nobody was told")
	}
	v, err := p.At(start.Add(6 * frames * Every))
	if err != nil || len(v.Tracks) != 7 {
		t.Fatalf("%d tracks of 7, %v", len(v.Tracks), err)
	}
}

// Two people who look back at one moment are answered by one reading.
func TestTheSameMomentIsReadOnce(t *testing.T) {
	p := open(t, Options{Dir: t.TempDir()})
	defer p.Close()
	times := steps(t, p, 8)
	a, err := p.At(times[3])
	if err != nil {
		t.Fatal(err)
	}
	if b, _ := p.At(times[3].Add(time.Second)); a != b {
		t.Error("one moment was read twice")
	}
	if c, _ := p.At(times[4]); c == a || slices.CompareFunc([]time.Time{c.Now}, []time.Time{times[4]}, func(a, b time.Time) int { return cmp.Compare(a.UnixNano(), b.UnixNano()) }) != 0 {
		t.Error("another moment got the answer of the first")
	}
}

func FuzzFrame(f *testing.F) {
	good, err := wholeFrame(&picture.Version{Revision: 7, Now: start, Tracks: []*picture.Track{{Track: fuse.Track{ID: trackID(1)}}}}).encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add(good[:len(good)-3])
	f.Add([]byte{255, 255, 255, 255, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		r := bytes.NewReader(b)
		for {
			x, err := readFrame(r)
			if err != nil {
				return
			}
			s := newState()
			s.lay(x)
			if v := s.version(); len(v.Tracks) > len(x.Tracks) {
				t.Fatal("rows out of nowhere")
			}
		}
	})
}

// BenchmarkLookBack reads the costliest moment: the last frame of a segment, with
// a thousand tracks that all moved in every frame.
func BenchmarkLookBack(b *testing.B) {
	p := open(b, Options{Dir: b.TempDir()})
	defer p.Close()
	live := newPicture()
	for i := range frames {
		at := start.Add(time.Duration(i) * Every)
		c := &picture.Changes{Now: at}
		for n := range 1000 {
			c.Tracks = append(c.Tracks, fuse.Change{ID: trackID(n), Status: fuse.Confirmed, At: at, Revision: uint64(i + 1), Point: geo.Point{Lat: 36 + float64(n+i)/7919, Lon: 42}})
		}
		live.Apply(c)
		if err := p.Record(live.Publish()); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		p.kept = nil
		if _, err := p.At(start.Add((frames - 1) * Every)); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(p.segments[0].size)/frames, "bytes/frame")
}

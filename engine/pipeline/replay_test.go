package pipeline

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"marsad/border"
	"marsad/engine/bus"
	"marsad/fuse"
	"marsad/geo"
	"marsad/respond"
	"marsad/say"
	"marsad/sense"
)

// tangled is what one second of a world gives where much goes wrong at once: one
// tower is turned, what another sends comes two seconds late, and another fusion
// node tells of somebody whom our towers see and of somebody whom nobody else does.
func tangled(w *world, held *[]sense.Scan, now time.Time) []sense.Scan {
	out := make([]sense.Scan, 0, len(w.sensors)+1)
	for _, s := range w.scans(now) {
		switch s.Sensor {
		case "camera-012":
			for k := range s.Detections {
				z := &s.Detections[k].Z
				z[0] = geo.Wrap2Pi(z[0] + 0.02)
			}
		case "camera-014":
			*held = append(*held, s)
			if len(*held) < 3 {
				continue
			}
			s = (*held)[len(*held)-3]
		}
		out = append(out, s)
	}
	since := now.Sub(w.began).Seconds()
	told := sense.Scan{Sensor: "north", Observed: now}
	for i, p := range []geo.Point{w.axis.Place(w.walkers[0].at, border.Offset(w.walkers[0].offset+w.walkers[0].pace*since)), w.axis.Place(20_000, -900)} {
		told.Detections = append(told.Detections, sense.Detection{Shape: sense.AtPosition, Z: [3]float64{p.Lat, p.Lon, 400}, R: [6]float64{400, 0, 0, 400, 0, 100},
			VendorTrack: fmt.Sprint("theirs-", i), Confidence: 1, Class: sense.Classes{sense.Person: 1}, Node: &sense.NodeTrack{VarVE: 1, VarVN: 1}})
	}
	return append(out, told)
}

// recorded plays a world through the real stages, with a crash in the middle, a
// restart, people who act, and an orderly end.
func recorded(t *testing.T) *bus.Memory {
	t.Helper()
	log := bus.NewMemory(0)
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(30_000, 60_000, 30, 3, 1, 12, time.Now())
		for _, offset := range []float64{-900, -1300} { // two whom the turned tower sees
			w.walkers = append(w.walkers, walker{at: 42_000, offset: offset, pace: 1.2})
		}
		var held []sense.Scan
		tune := func(o *Options) {
			o.Stages, _ = NewStages(realParts)
			o.SnapshotEvery, o.KeyframeEvery = 7*time.Second, 20*time.Second
			o.Config = "one"
		}
		rec := newMemory()
		live := func(r *rig, seconds int) {
			for range seconds {
				for _, s := range tangled(w, &held, time.Now()) {
					if err := r.engine.Ingress().Deliver(s); err != nil {
						t.Fatal(err)
					}
				}
				time.Sleep(time.Second)
				for _, a := range r.picture.Current().Alerts {
					if a.State == respond.Open {
						act := action(respond.Acknowledge, a.Case.Alert.ID)
						act.By.Roles, act.By.Sections = []string{"watch-officer"}, []string{"*"}
						if _, err := r.engine.Submit(context.Background(), act); err != nil {
							t.Fatal(err)
						}
						break
					}
				}
			}
		}
		learn := func(r *rig, width float64) {
			line := border.Default().Line(border.Span{From: 30_000, To: 60_000})
			if err := r.engine.Ingress().Ground(fuse.Ground{Ways: []fuse.Way{{Line: line[:2], Width: width, Times: 4}},
				Hindrances: []fuse.Hindrance{{Line: line, Width: width, Halt: 20, Pace: 0.1}}}); err != nil {
				t.Fatal(err)
			}
		}
		r := run(t, log, rec, tune)
		for _, s := range w.sensors {
			if err := r.engine.Ingress().Register(s); err != nil {
				t.Fatal(err)
			}
		}
		if err := r.engine.Ingress().Register(sense.Sensor{ID: "north", Name: "north", Kind: sense.Node, Position: geo.Position{Point: w.axis.Place(25_000, 300), Height: 400}, Heartbeat: 30 * time.Second}); err != nil {
			t.Fatal(err)
		}
		learn(r, 300)
		live(r, 61)
		r.settle()
		left, crashed := rec.copy(), bus.NewMemory(0)
		copyLog(t, log, crashed, nil)
		r.end()

		again := run(t, crashed, left, tune)
		live(again, 10)
		learn(again, 900)
		live(again, 30)
		if n := again.engine.Counters().Differ.Load(); n != 0 {
			t.Errorf("stepping again after the crash: %d marks differ", n)
		}
		if len(again.picture.Current().Alerts) == 0 {
			t.Error("a world of walkers raised no alert")
		}
		if err := again.end(); err != nil {
			t.Fatal(err)
		}
		log = crashed
	})
	return copyLog(t, log, bus.NewMemory(0), nil) // out of the bubble
}

// copyLog copies a log, and lets change alter an entry on its way; nil bytes
// leave it out.
func copyLog(t *testing.T, from, to *bus.Memory, change func(sequence uint64, data []byte) []byte) *bus.Memory {
	t.Helper()
	first, last, err := from.Range(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if err := from.Read(context.Background(), first, last, func(n uint64, subject string, data []byte) error {
		if change != nil {
			data = change(n, data)
		}
		_, err := to.Publish(subject, data)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return to
}

func replayed(t *testing.T, log Log, change func(*ReplayOptions)) *Replayed {
	t.Helper()
	stages, err := NewStages(realParts)
	if err != nil {
		t.Fatal(err)
	}
	o := ReplayOptions{Log: log, Stages: stages}
	if change != nil {
		change(&o)
	}
	r, err := Replay(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	r.Took = 0
	return r
}

func TestReplayIsBitIdentical(t *testing.T) {
	log := recorded(t)
	var knotty *fuse.Fuser
	straightened, joined, theirs := false, false, false
	once := replayed(t, log, func(o *ReplayOptions) {
		o.Each = func(_ uint64, _ *Entry, out *Outputs) {
			knotty = o.Stages.fuser.(*fuse.Fuser)
			for i := range out.Biases {
				b := &out.Biases[i]
				straightened = straightened || b.Sensor == "camera-012" && b.Applied
			}
			for i := range out.Tracks {
				for _, c := range out.Tracks[i].Sensors {
					joined = joined || c.Node != nil && c.Node.Joined && len(out.Tracks[i].Sensors) > 1
					theirs = theirs || c.Node != nil && len(out.Tracks[i].Sensors) == 1
				}
			}
		}
	})
	if s := knotty.Stats(); s.Late == 0 || s.Again == 0 || s.NodeReports == 0 || !straightened || !joined || !theirs {
		t.Errorf("not knotty enough: %d late scans, %d used again, %d reports of another node; joined %v, its own %v; a turned tower straightened %v", s.Late, s.Again, s.NodeReports, joined, theirs, straightened)
	}
	if once.Basis != "beginning" || len(once.Runs) != 2 || once.Digest.TrackCount < 500 || once.Digest.AlertCount == 0 || once.Digest.ActionCount == 0 {
		t.Fatalf("not much of a night: %+v", once)
	}
	if once.Compared < 9 || len(once.Differ) != 0 {
		t.Fatalf("%d marks compared, the live run had something else at %+v", once.Compared, once.Differ)
	}
	if diff := cmp.Diff(once, replayed(t, log, nil)); diff != "" {
		t.Fatalf("the second time (-first +second):\n%s", diff)
	}

	// From the middle, on the state that the log itself holds.
	middle := replayed(t, log, func(o *ReplayOptions) { o.From = once.Last * 2 / 3 })
	if middle.Basis != "keyframe" || middle.Begun < 2 || middle.Digest != once.Digest || len(middle.Differ) != 0 || middle.Compared == 0 {
		t.Fatalf("from the middle: %+v", middle)
	}

	// A log whose beginning has left.
	short := bus.NewMemory(0)
	cut := once.Last / 4
	trimmed := trimmedLog{copyLog(t, log, short, nil), cut}
	rest := replayed(t, trimmed, nil)
	if rest.Basis != "keyframe" || rest.Digest != once.Digest || len(rest.Differ) != 0 {
		t.Fatalf("without its beginning: %+v", rest)
	}

	// One metre in one detection, and it shows, and where.
	changed := uint64(0)
	other := copyLog(t, log, bus.NewMemory(0), func(n uint64, data []byte) []byte {
		e, err := DecodeEntry(data)
		if err != nil {
			t.Fatal(err)
		}
		if s, ok := e.Body.(*sense.Scan); ok && changed == 0 && n > once.Last/2 && len(s.Detections) > 0 && s.Sensor[:6] == "camera" {
			s.Detections[0].Z[1]++
			changed = n
			if data, err = AppendEntry(nil, &e); err != nil {
				t.Fatal(err)
			}
		}
		return data
	})
	wrong := replayed(t, other, nil)
	if len(wrong.Differ) == 0 || !wrong.Differ[0].Tracks || wrong.Differ[0].Sequence < changed || wrong.Digest.Tracks == once.Digest.Tracks {
		t.Fatalf("entry %d was changed and the replay found %+v", changed, wrong.Differ)
	}

	// So does a ground that nobody stated.
	changed = 0
	other = copyLog(t, log, bus.NewMemory(0), func(n uint64, data []byte) []byte {
		e, err := DecodeEntry(data)
		if err != nil {
			t.Fatal(err)
		}
		if e.Kind == KindGround {
			changed, e.Body = n, &fuse.Ground{}
			if data, err = AppendEntry(nil, &e); err != nil {
				t.Fatal(err)
			}
		}
		return data
	})
	if wrong = replayed(t, other, nil); changed == 0 || len(wrong.Differ) == 0 || !wrong.Differ[0].Tracks {
		t.Fatalf("the ground at entry %d is gone and the replay found %+v", changed, wrong.Differ)
	}
}

// A log that was damaged, or that another version of the program wrote, is stepped
// all the same: what stands before the damage is what the live run saw, and where it
// stands and why is said.
func TestReplayOfALogThatIsNotWhole(t *testing.T) {
	log := recorded(t)
	whole := replayed(t, log, nil)
	half := whole.Last / 2
	for { // a scan: what has a body can be cut within it
		if _, data, err := log.Get(context.Background(), half); err != nil || Kind(data[1]) == KindScan {
			break
		}
		half++
	}
	before := replayed(t, log, func(o *ReplayOptions) { o.To = half - 1 })
	for name, c := range map[string]struct {
		change func(data []byte) []byte
		all    bool // of the entries from the middle on
		why    string
	}{
		"cut in the middle of an entry":    {func(b []byte) []byte { return b[:entryHead+(len(b)-entryHead)/2] }, false, "its scan cannot be read"},
		"cut within its head":              {func(b []byte) []byte { return b[:5] }, false, "it is cut short"},
		"empty":                            {func([]byte) []byte { return []byte{} }, false, "it is cut short"},
		"a damaged entry":                  {func(b []byte) []byte { return append(bytes.Clone(b), 0xff) }, false, "its scan cannot be read"},
		"an entry of a kind to come":       {func(b []byte) []byte { b = bytes.Clone(b); b[1] = 200; return b }, false, "its kind is unknown"},
		"all after it by a newer program":  {func(b []byte) []byte { b = bytes.Clone(b); b[0]++; return b }, true, "it has version 2, this program reads 1"},
		"all after it by an older program": {func(b []byte) []byte { b = bytes.Clone(b); b[0]--; return b }, true, "it has version 0, this program reads 1"},
	} {
		broken := copyLog(t, log, bus.NewMemory(0), func(n uint64, data []byte) []byte {
			if n == half || c.all && n > half {
				return c.change(data)
			}
			return data
		})
		var at Digest
		r := replayed(t, broken, func(o *ReplayOptions) {
			o.Each = func(n uint64, _ *Entry, _ *Outputs) {
				if n == half-1 {
					at = o.Stages.Digest()
				}
			}
		})
		want := 1
		if c.all {
			want = int(whole.Last - half + 1)
		}
		if r.Bad != want || len(r.Unread) != min(want, mostDifferences) || r.Unread[0].Sequence != half || !r.Unread[0].After.Equal(before.ToTime) {
			t.Fatalf("%s: %d unread, %+v; want %d from entry %d after %v on", name, r.Bad, r.Unread[:min(1, len(r.Unread))], want, half, before.ToTime)
		}
		if w := r.Unread[0].Why; !strings.Contains(w.En, c.why) || w.Ar == "" {
			t.Errorf("%s: explained by %q", name, w.En)
		}
		if at != before.Digest {
			t.Errorf("%s: before entry %d the replay is not what it was", name, half)
		}
		if len(r.Differ) > 0 && r.Differ[0].Sequence < half {
			t.Errorf("%s: it differs at %d already", name, r.Differ[0].Sequence)
		}
	}
}

// A state that another version wrote is passed over for the next; where there is
// none, that is said, and where the last of them stands.
func TestReplayOnAStateOfAnotherVersion(t *testing.T) {
	log := recorded(t)
	whole := replayed(t, log, nil)
	cut := whole.Last / 4
	foreign := func(which func(n int) bool) (Log, []uint64) {
		var at []uint64
		changed := copyLog(t, log, bus.NewMemory(0), func(n uint64, data []byte) []byte {
			if n < cut || Kind(data[1]) != KindKeyframe {
				return data
			}
			e, err := DecodeEntry(data)
			if err != nil {
				t.Fatal(err)
			}
			k := e.Body.(*Keyframe)
			if k.Sequence+1 < cut {
				return data // of no use to a log that begins later
			}
			if at = append(at, n); !which(len(at)) {
				return data
			}
			f, err := unpack(k.State)
			if err != nil {
				t.Fatal(err)
			}
			f.head.Schema++
			if k.State, err = f.Pack(); err != nil {
				t.Fatal(err)
			}
			if data, err = AppendEntry(nil, &e); err != nil {
				t.Fatal(err)
			}
			return data
		})
		return trimmedLog{changed, cut}, at
	}
	first, at := foreign(func(n int) bool { return n == 1 })
	if len(at) < 2 {
		t.Fatalf("states at %d: nothing to choose from", at)
	}
	r := replayed(t, first, nil)
	if r.Basis != "keyframe" || r.Begun > at[1] || r.Digest != whole.Digest || len(r.Differ) != 0 || r.Bad != 1 || r.Unread[0].Sequence != at[0] {
		t.Errorf("with a state of another version, of those at %d: begun at %d on a %s, the same %v, %d differ, %d unread %+v", at, r.Begun, r.Basis, r.Digest == whole.Digest, len(r.Differ), r.Bad, r.Unread)
	}
	all, at := foreign(func(int) bool { return true })
	stages, err := NewStages(realParts)
	if err != nil {
		t.Fatal(err)
	}
	_, err = Replay(context.Background(), ReplayOptions{Log: all, Stages: stages})
	if e := say.As(err); e == nil || e.Code != "replay.keyframe" || !strings.Contains(e.Text.En, fmt.Sprintf("entry %d ", at[len(at)-1])) || e.Text.Ar == "" || e.Hint.En == "" {
		t.Errorf("with no state of this version: %v", err)
	}
}

// holed is a log whose files lost what their index knows, from an entry on.
type holed struct {
	*bus.Memory
	from uint64
}

func (l holed) Read(ctx context.Context, from, to uint64, fn func(uint64, string, []byte) error) error {
	if l.from > from {
		if err := l.Memory.Read(ctx, from, min(to, l.from-1), fn); err != nil {
			return err
		}
	}
	return &say.Error{Code: "bus.damaged"}
}

// What can be read before a hole in the log's files is stepped and given.
func TestReplayGivesWhatStandsBeforeAHole(t *testing.T) {
	log := recorded(t)
	half := replayed(t, log, nil).Last / 2
	before := replayed(t, log, func(o *ReplayOptions) { o.To = half - 1 })
	try := func(from uint64) (*Replayed, error) {
		stages, err := NewStages(realParts)
		if err != nil {
			t.Fatal(err)
		}
		return Replay(context.Background(), ReplayOptions{Log: holed{log, from}, Stages: stages})
	}
	r, err := try(half)
	if code(err) != "bus.damaged" || r == nil {
		t.Fatalf("%+v, %v", r, err)
	}
	if r.Took = 0; cmp.Diff(before, r) != "" {
		t.Errorf("before the hole (-want +got):\n%s", cmp.Diff(before, r))
	}
	if r, err = try(1); code(err) != "bus.damaged" || r != nil {
		t.Errorf("nothing can be read: %+v, %v", r, err)
	}
}

// trimmedLog hides the beginning of a log, as age would.
type trimmedLog struct {
	*bus.Memory
	cut uint64
}

func (l trimmedLog) Range(ctx context.Context) (first, last uint64, err error) {
	_, last, err = l.Memory.Range(ctx)
	return l.cut, last, err
}

func (l trimmedLog) Read(ctx context.Context, from, to uint64, fn func(uint64, string, []byte) error) error {
	return l.Memory.Read(ctx, max(from, l.cut), to, fn)
}

func TestSeekFindsATime(t *testing.T) {
	log := bus.NewMemory(0)
	if _, err := Seek(context.Background(), log, start); code(err) != "replay.empty" {
		t.Fatalf("an empty log: %v", err)
	}
	for n := range 100 {
		b, err := AppendEntry(nil, &Entry{Kind: KindTick, At: start.Add(time.Duration(n) * time.Second)})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := log.Publish("in.tick", b); err != nil {
			t.Fatal(err)
		}
	}
	for after, want := range map[time.Duration]uint64{-time.Hour: 1, 0: 1, 41500 * time.Millisecond: 43, time.Hour: 100} {
		if got, err := Seek(context.Background(), log, start.Add(after)); err != nil || got != want {
			t.Errorf("%v after the start: entry %d, %v; want %d", after, got, err, want)
		}
	}
}

func TestAReplayThatCannotBegin(t *testing.T) {
	stages, err := NewStages(fakeParts(nil))
	if err != nil {
		t.Fatal(err)
	}
	log := bus.NewMemory(0)
	try := func(l Log, from, to uint64) string {
		_, err := Replay(context.Background(), ReplayOptions{Log: l, Stages: stages, From: from, To: to})
		return code(err)
	}
	if got := try(log, 0, 0); got != "replay.empty" {
		t.Errorf("an empty log: %q", got)
	}
	b, err := AppendEntry(nil, &Entry{Kind: KindTick, At: start})
	if err != nil {
		t.Fatal(err)
	}
	for range 10 {
		if _, err := log.Publish("in.tick", b); err != nil {
			t.Fatal(err)
		}
	}
	if got := try(log, 20, 0); got != "replay.stretch" {
		t.Errorf("a stretch beyond the end: %q", got)
	}
	if got := try(log, 5, 3); got != "replay.stretch" {
		t.Errorf("a stretch backwards: %q", got)
	}
	if got := try(trimmedLog{log, 4}, 0, 0); got != "replay.no_basis" {
		t.Errorf("no beginning and no state: %q", got)
	}
}

// A run with another configuration makes other stages, and a replay makes the
// same ones at the same place.
func TestAReplayFollowsTheSettingsOfEachRun(t *testing.T) {
	log := bus.NewMemory(0)
	synctest.Test(t, func(t *testing.T) {
		rec := newMemory()
		for _, config := range []string{"one", "two"} {
			r := run(t, log, rec, func(o *Options) { o.Config, o.Settings = config, json.RawMessage(`"`+config+`"`) })
			r.register("a")
			r.scan("a")
			r.settle()
			r.end()
		}
		log = copyLog(t, log, bus.NewMemory(0), nil)
		// Read inside the bubble: the log's channels belong to it.
		stages, err := NewStages(fakeParts(nil))
		if err != nil {
			t.Fatal(err)
		}
		var asked []string
		res, err := Replay(context.Background(), ReplayOptions{Log: log, Stages: stages, Parts: func(s json.RawMessage) (Parts, error) {
			asked = append(asked, string(bytes.Trim(s, `"`)))
			return fakeParts(nil), nil
		}})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"one", "two"}, asked); diff != "" {
			t.Fatal(diff)
		}
		if len(res.Differ) != 0 || res.Compared == 0 || res.Digest.TrackCount != 2 {
			t.Fatalf("%+v", res)
		}
	})
}

// Stages restored from a snapshot go on exactly as those that it was taken of,
// wherever it was taken.
func TestSnapshotsAreExact(t *testing.T) {
	log := recorded(t)
	one, err := NewStages(realParts)
	if err != nil {
		t.Fatal(err)
	}
	other, err := NewStages(realParts)
	if err != nil {
		t.Fatal(err)
	}
	first, last, err := log.Range(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var a, b Outputs
	restored := uint64(0)
	if err := log.Read(context.Background(), first, last, func(n uint64, _ string, data []byte) error {
		// An entry is decoded for each: neither may lean on the other's memory.
		for _, x := range []struct {
			s   *Stages
			out *Outputs
		}{{one, &a}, {other, &b}} {
			e, err := DecodeEntry(data)
			if err != nil {
				return err
			}
			x.out.Reset()
			if err := x.s.Step(n, &e, x.out); err != nil {
				return err
			}
		}
		if one.Digest() != other.Digest() {
			t.Fatalf("restored after entry %d, they differ at entry %d:\n%s", restored, n, cmp.Diff(a, b))
		}
		if n%97 == 0 {
			state, err := one.Snapshot()
			if err != nil {
				return err
			}
			restored = n
			return other.Restore(state)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

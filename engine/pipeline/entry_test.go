package pipeline

import (
	"bytes"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"marsad/fuse"
	"marsad/geo"
	"marsad/ident"
	"marsad/respond"
	"marsad/say"
	"marsad/sense"
)

var start = time.Date(2025, 6, 1, 2, 10, 0, 0, time.UTC)

func entries() []*Entry {
	place := geo.Position{Point: geo.Point{Lat: 36.8, Lon: 42.1}, Height: 400}
	return []*Entry{
		{Kind: KindTick},
		{Kind: KindScan, Body: &sense.Scan{Sensor: "radar 1", Observed: start, Received: start.Add(time.Second), Origin: place, Declared: true}},
		{Kind: KindRegister, Body: &sense.Sensor{ID: "radar 1", Kind: sense.Radar, Position: place, MaxRange: 8000, Period: time.Second}},
		{Kind: KindReport, Body: &sense.StatusReport{Sensor: "radar 1", At: start, Why: say.Text{En: "dust", Ar: "غبار"}}},
		{Kind: KindDropped, Body: &Left{Sensor: "radar 1"}},
		{Kind: KindGoodbye, Body: &Left{Sensor: "radar 1", Why: say.Text{En: "works", Ar: "صيانة"}}},
		{Kind: KindFootprint, Body: &sense.Footprint{Sensor: "radar 1", Version: 2, At: start, RangeStep: 100, Azimuths: 1, Ranges: 2,
			OnFoot: []uint8{1, 2}, Wheeled: []uint8{3, 4}, Air: []uint8{5, 255}}},
		{Kind: KindAct, Body: &respond.Action{ID: ident.Derive("a", start, "", 0), Verb: respond.Approve, At: start, By: respond.Person{ID: "p", Name: "Ali"}}},
		{Kind: KindShed, Body: &Shed{Sensors: []sense.Shed{{Sensor: "radar 1", From: start, To: start, Scans: 3}}}},
		{Kind: KindStart, Body: &Start{Build: "1.0", Cold: true}},
		{Kind: KindAdopt, Body: &Adopt{Cases: []respond.Case{{State: respond.Open}}}},
		{Kind: KindGap, Body: &Gap{From: 3, To: 9}},
		{Kind: KindMark, Body: &Mark{Sequence: 9, Digest: Digest{Tracks: Sum{1, 2}, TrackCount: 4}}},
		{Kind: KindCue, Body: &sense.Cue{ID: "c", Sensor: "camera 1", At: place, By: "Ali"}},
		{Kind: KindCueAnswer, Body: &CueAnswer{Cue: "c", Why: "busy"}},
		{Kind: KindGround, Body: &fuse.Ground{Ways: []fuse.Way{{Line: []geo.Point{place.Point}, Width: 100, Times: 3}},
			Hindrances: []fuse.Hindrance{{Line: []geo.Point{place.Point}, Width: 12, Halt: 8, Pace: 0.1}}}},
		{Kind: KindKeyframe, Body: &Keyframe{Sequence: 8, State: []byte{0, 1, 2}}},
	}
}

func TestEveryKindComesBackAsItWent(t *testing.T) {
	seen := map[Kind]bool{}
	for _, e := range entries() {
		e.At = start
		seen[e.Kind] = true
		b, err := AppendEntry(nil, e)
		if err != nil {
			t.Fatalf("%s: %v", e.Kind, err)
		}
		got, err := DecodeEntry(b)
		if err != nil {
			t.Fatalf("%s: %v", e.Kind, err)
		}
		if diff := cmp.Diff(*e, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s (-went +came):\n%s", e.Kind, diff)
		}
	}
	for k := Kind(1); int(k) < len(kindNames); k++ {
		if !seen[k] {
			t.Errorf("kind %s has no example here", k)
		}
	}
}

func TestEntriesThatCannotBe(t *testing.T) {
	for _, e := range []*Entry{
		{Kind: KindScan},
		{Kind: KindTick, Body: &Left{}},
		{Kind: KindLast(), Body: &Left{}},
		{Kind: KindRegister, Body: &sense.Scan{}},
	} {
		if b, err := AppendEntry(nil, e); err == nil {
			t.Errorf("kind %s with a body of type %T was written as %q", e.Kind, e.Body, b)
		}
	}
	good, err := AppendEntry(nil, &Entry{Kind: KindTick, At: start})
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{
		"nothing":       nil,
		"cut short":     good[:5],
		"other version": append([]byte{9}, good[1:]...),
		"unknown kind":  {entryVersion, 200, 0, 0, 0, 0, 0, 0, 0, 0},
		"tick and more": append(bytes.Clone(good), 1),
		"no JSON":       append([]byte{entryVersion, byte(KindAct)}, append(good[2:], '{')...),
		"sum too long": append([]byte{entryVersion, byte(KindMark)}, append(good[2:],
			fmt.Sprintf(`{"digest":{"tracks":"%067d"}}`, 0)...)...),
	} {
		if e, err := DecodeEntry(b); say.As(err).Code != "log.entry" {
			t.Errorf("%s: %+v, %v", name, e, err)
		}
	}
}

// KindLast is one more than the last kind.
func KindLast() Kind { return Kind(len(kindNames)) }

func FuzzDecodeEntry(f *testing.F) {
	for _, e := range entries() {
		b, err := AppendEntry(nil, e)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		e, err := DecodeEntry(b)
		if err != nil {
			return
		}
		again, err := AppendEntry(nil, &e)
		if err != nil {
			return // JSON can say times that JSON cannot write
		}
		twice, err := DecodeEntry(again)
		if err != nil {
			t.Fatalf("what was read cannot be read again: %v", err)
		}
		third, err := AppendEntry(nil, &twice)
		if err != nil || !bytes.Equal(again, third) {
			t.Fatalf("written differently the second time: %q, %q, %v", again, third, err)
		}
	})
}

// A field of a track that is left out of the digest would let a replay differ
// unseen.
func TestEveryFieldOfATrackCounts(t *testing.T) {
	base := fuse.Track{Sensors: []fuse.Contribution{{Node: &fuse.NodeShare{Lineage: []string{""}}}}}
	sum := func(tr *fuse.Track) Sum {
		var d Digest
		d.add(&Outputs{Tracks: []fuse.Change{*tr}}, nil)
		return d.Tracks
	}
	want := sum(&base)
	var walk func(path string, v reflect.Value)
	walk = func(path string, v reflect.Value) {
		if at, ok := v.Addr().Interface().(*time.Time); ok {
			old := *at
			*at = start
			check(t, path, want, sum(&base))
			*at = old
			return
		}
		switch v.Kind() {
		case reflect.Pointer:
			walk(path, v.Elem())
		case reflect.Struct:
			for i := range v.NumField() {
				walk(path+"."+v.Type().Field(i).Name, v.Field(i))
			}
		case reflect.Array, reflect.Slice:
			for i := range v.Len() {
				walk(path+"[]", v.Index(i))
			}
		default:
			old := reflect.ValueOf(v.Interface())
			switch {
			case v.CanFloat():
				v.SetFloat(0.5)
			case v.CanInt():
				v.SetInt(1)
			case v.CanUint():
				v.SetUint(1)
			case v.Kind() == reflect.String:
				v.SetString("x")
			case v.Kind() == reflect.Bool:
				v.SetBool(true)
			default:
				t.Fatalf("%s has a kind that this test does not know: %s", path, v.Kind())
			}
			check(t, path, want, sum(&base))
			v.Set(old)
		}
	}
	walk("Track", reflect.ValueOf(&base).Elem())
}

func check(t *testing.T, path string, base, changed Sum) {
	t.Helper()
	if base == changed {
		t.Errorf("%s does not count in the digest", path)
	}
}

func TestADigestIsOfTheOrderToo(t *testing.T) {
	a, b := fuse.Track{Revision: 1}, fuse.Track{Revision: 2}
	var one, other, steps Digest
	one.add(&Outputs{Tracks: []fuse.Change{a, b}}, nil)
	other.add(&Outputs{Tracks: []fuse.Change{b, a}}, nil)
	steps.add(&Outputs{Tracks: []fuse.Change{a}}, nil)
	steps.add(&Outputs{Tracks: []fuse.Change{b}}, nil)
	if one.Tracks == other.Tracks || one.Tracks == steps.Tracks {
		t.Fatal("order or steps do not count")
	}
	before := one
	one.add(&Outputs{}, nil)
	if one != before {
		t.Fatal("a step that gives nothing changes the digest")
	}
}

func FuzzUnpack(f *testing.F) {
	stages, err := NewStages(fakeParts(nil))
	if err != nil {
		f.Fatal(err)
	}
	good, err := stages.Snapshot()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte("what is this"))
	f.Fuzz(func(t *testing.T, b []byte) {
		frozen, err := unpack(b)
		if err != nil {
			return
		}
		n := 0
		for i, part := range frozen.parts {
			if len(part) != frozen.head.Lengths[i] {
				t.Fatalf("part %d has %d bytes, its length says %d", i, len(part), frozen.head.Lengths[i])
			}
			n += len(part)
		}
		again, err := frozen.Pack()
		if err != nil {
			return // JSON can say times that JSON cannot write
		}
		if twice, err := unpack(again); err != nil || twice.head.Sequence != frozen.head.Sequence {
			t.Fatalf("packed again it cannot be read: %v", err)
		}
	})
}

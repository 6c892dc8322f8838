package ident

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var at = time.Date(2026, 3, 1, 2, 10, 0, 123456789, time.UTC)

func TestDeriveIsTheSameEveryTime(t *testing.T) {
	id := Derive("track", at, "scan 17", 3)
	if again := Derive("track", at.In(time.FixedZone("here", 3*3600)), "scan 17", 3); again != id {
		t.Errorf("derived %v, then %v: the same instant in another zone must give the same", id, again)
	}
	// Recorded logs hold these ids: the derivation may not change.
	if got, want := id.String(), "019ca728-e13b-8202-b43e-088f4c08fbb3"; got != want {
		t.Errorf("derived %s, want %s as ever", got, want)
	}
	for name, other := range map[string]ID{
		"kind":                     Derive("alert", at, "scan 17", 3),
		"time":                     Derive("track", at.Add(time.Nanosecond), "scan 17", 3),
		"cause":                    Derive("track", at, "scan 18", 3),
		"ordinal":                  Derive("track", at, "scan 17", 4),
		"border of kind and cause": Derive("trac", at, "kscan 17", 3),
	} {
		if other == id {
			t.Errorf("another %s gave the same id", name)
		}
	}
}

func TestVersions(t *testing.T) {
	random := rand.NewChaCha8([32]byte{1})
	v7, err := New(at, random)
	if err != nil {
		t.Fatal(err)
	}
	for id, version := range map[ID]int{v7: 7, Derive("track", at, "", 0): 8} {
		if id.Version() != version || id[8]>>6 != 0b10 {
			t.Errorf("%v has version %d and variant %b, want %d and 10", id, id.Version(), id[8]>>6, version)
		}
	}
	if _, err := New(at, bytes.NewReader([]byte{1, 2, 3})); err == nil {
		t.Error("a source of randomness that ends: no error")
	}
}

func TestIDsSortByTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := at.Add(time.Duration(rapid.IntRange(0, 1e9).Draw(t, "first")) * time.Millisecond)
		b := a.Add(time.Duration(rapid.IntRange(1, 1e9).Draw(t, "later")) * time.Millisecond)
		random := rand.NewChaCha8([32]byte{byte(rapid.IntRange(0, 255).Draw(t, "seed"))})
		first, err1 := New(a, random)
		second, err2 := New(b, random)
		if err1 != nil || err2 != nil || first.String() >= second.String() {
			t.Fatalf("%v of %v does not sort before %v of %v", first, a, second, b)
		}
		if d, e := Derive("x", a, "", 1), Derive("x", b, "", 0); d.String() >= e.String() {
			t.Fatalf("%v of %v does not sort before %v of %v", d, a, e, b)
		}
	})
}

func TestParseReadsWhatStringWrites(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var id ID
		copy(id[:], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "bytes"))
		if id.IsZero() {
			return
		}
		for _, s := range []string{id.String(), strings.ToUpper(id.String())} {
			if got, err := Parse(s); err != nil || got != id {
				t.Fatalf("%v is written %q and read as %v, %v", id, s, got, err)
			}
		}
	})
}

func TestParseRefuses(t *testing.T) {
	good := Derive("track", at, "", 0).String()
	for _, s := range []string{"", " " + good, good + "0", good[:35], strings.ReplaceAll(good, "-", ""), strings.Replace(good, "-", "_", 1), "g" + good[1:], "{" + good[1:35] + "}"} {
		if id, err := Parse(s); err == nil {
			t.Errorf("Parse(%q) = %v, want an error", s, id)
		}
	}
}

func TestJSON(t *testing.T) {
	type thing struct {
		ID    ID `json:"id"`
		Other ID `json:"other,omitzero"`
	}
	before := thing{ID: Derive("track", at, "", 0)}
	data, err := json.Marshal(before)
	if err != nil || strings.Contains(string(data), "other") {
		t.Fatalf("%s, %v: no identifier must be absent", data, err)
	}
	var after thing
	if err := json.Unmarshal(data, &after); err != nil || after != before {
		t.Errorf("%s comes back as %+v, %v", data, after, err)
	}
	if err := json.Unmarshal([]byte(`{"id":""}`), &after); err != nil || !after.ID.IsZero() {
		t.Errorf("an empty identifier: %v, %v", after, err)
	}
	if err := json.Unmarshal([]byte(`{"id":"7"}`), &after); err == nil {
		t.Error("a number for an identifier: no error")
	}
	if s := (ID{}).String(); s != "" {
		t.Errorf("none is written %q", s)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(Derive("track", at, "", 0).String())
	f.Add("00000000-0000-0000-0000-000000000000")
	f.Fuzz(func(t *testing.T, s string) {
		id, err := Parse(s)
		if err == nil && !id.IsZero() && id.String() != strings.ToLower(s) {
			t.Errorf("%q is read as %v", s, id)
		}
	})
}

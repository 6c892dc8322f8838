package exchange

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"marsad/barrier"
	"marsad/border"
)

func TestALogIsReadBackAsItWas(t *testing.T) {
	im := read(t, CSV, "kind,from,to,state,finished,height\nwall,1+000,2+000,built,2025-03-01,3\ngate,5+000,,planned,,\n", barrier.SubjectPiece, empty())
	events := append(im.Events("eng", known), Undo(im.ID(known), "eng", "wrong", known))
	var b bytes.Buffer
	if err := WriteLog(&b, events); err != nil {
		t.Fatal(err)
	}
	got, err := ReadLog(&b)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(events, got, cmp.Comparer(func(a, b border.Set) bool { return a.Equal(b) })); d != "" {
		t.Error(d)
	}
	if _, err := ReadLog(strings.NewReader("{}\n{\n")); err == nil {
		t.Error("a torn line: no error")
	}
}

func FuzzReadLog(f *testing.F) {
	f.Add(`{"id":"019ca728-e13b-8202-b43e-088f4c08fbb3","op":"put","valid":"2026-01-01T00:00:00Z","known":"2026-01-01T00:00:00Z","by":"eng","piece":{"id":"019ca728-e13b-8202-b43e-088f4c08fbb4","kind":"wall","from":1,"to":2,"side":"line","axis":"0","ends":{"from":{"lat":36,"lon":41},"to":{"lat":35.9,"lon":41}},"state":"built"}}`)
	f.Fuzz(func(t *testing.T, text string) {
		events, err := ReadLog(strings.NewReader(text))
		if err != nil {
			return
		}
		l := barrier.NewLedger(border.Default())
		for _, e := range events {
			if l.Append(e) != nil {
				return
			}
		}
		v := l.At(known, known)
		v.Totals(border.Span{})
		v.Disputes()
		v.Due(barrier.DayOf(known))
	})
}

package storetest

import (
	"math"
	"testing"
	"time"

	"marsad/barrier"
	"marsad/border"
	"marsad/engine/store"
	"marsad/ident"
	"marsad/record"
)

// Stated makes the n-th event of the tests' barrier: a piece of wall, and every
// fifth a claim. They come in batches of ten, each an import.
func Stated(n int) barrier.Event {
	at := Start.Add(time.Duration(n) * time.Minute)
	e := barrier.Event{
		ID: ident.Derive("works", at, "event", uint64(n)), Op: barrier.Put, Verb: barrier.Enter, Valid: at.AddDate(0, -1, 0), Known: at, By: Officer.ID,
		Import: ident.Derive("import", Start, "i", uint64(n/10)),
	}
	if n%5 == 4 {
		e.Claim = &barrier.Claim{ID: ident.Derive("claim", at, "c", uint64(n)), Metric: "wall_complete", Value: 400, Unit: "km", Denominator: 615,
			Scope: "whole line", Date: barrier.DayOf(at), Precision: barrier.ToMonth, Speaker: "border guard", Source: "news", Grade: barrier.Grade{Source: 'B', Item: 3}}
		return e
	}
	e.Piece = &barrier.Piece{ID: ident.Derive("piece", at, "p", uint64(n)), Kind: barrier.Wall, State: barrier.Built, Unit: "1st engineers",
		Stretch: barrier.Stretch{Span: border.Span{From: border.Chainage(n * 6), To: border.Chainage(n*6 + 6)}, Side: barrier.OnLine, Axis: "v1"}}
	return e
}

func stating(n int) record.Note {
	return record.Note{Kind: record.OfAction, ActorID: Officer.ID, Verb: "works.state", Detail: map[string]any{"events": n}}
}

func (w *world) works() (all []barrier.Event) {
	w.t.Helper()
	w.must(w.Works(ctx, func(e barrier.Event) error { all = append(all, e); return nil }))
	return all
}

func works(t *testing.T, w *world) {
	var want []barrier.Event
	for n := range 12 {
		want = append(want, Stated(n))
	}
	undo := barrier.Event{ID: ident.Derive("works", Start, "undo", 0), Op: barrier.Undo, Known: Start.Add(time.Hour), By: Commander.ID, Target: want[0].Import, Why: "the wrong file"}
	w.must(w.AppendWorks(ctx, want[:7], stating(7)))
	w.must(w.AppendWorks(ctx, append(want[5:], undo), stating(6))) // two of them again
	want = append(want, undo)
	for _, again := range []bool{false, true} {
		if again {
			w.reopen()
		}
		same(t, "events", w.works(), want)
	}
	entries, _, err := w.Entries(ctx, store.AuditFilter{Sections: []string{store.AllSections}, Kinds: []record.Kind{record.OfAction}})
	w.must(err)
	if len(entries) != 2 || entries[0].ActorID != Officer.ID || entries[0].Verb != "works.state" {
		t.Errorf("two batches left these entries: %+v", entries)
	}
	// Stated again, nothing happens: no row, no entry.
	w.must(w.AppendWorks(ctx, want, stating(13)))
	if entries, _, _ = w.Entries(ctx, store.AuditFilter{Sections: []string{store.AllSections}, Kinds: []record.Kind{record.OfAction}}); len(entries) != 2 {
		t.Errorf("the same again left %d entries", len(entries))
	}
	changed := Stated(0)
	changed.Why = "because"
	if err := w.AppendWorks(ctx, []barrier.Event{changed}, stating(1)); code(err) != "works.twice" {
		t.Errorf("another statement under an id on record: %v", err)
	}
	// Retention erases people's words once; what was stated stays, and the chain
	// verifies. A hold keeps what it names.
	day := barrier.Event{ID: ident.Derive("works", Start, "day", 0), Op: barrier.Put, Valid: Start, Known: Start.Add(2 * time.Hour), By: Officer.ID}
	day.Diary = &barrier.DiaryEntry{ID: ident.Derive("diary", Start, "d", 0), Package: want[0].Import, On: barrier.DayOf(Start), Kind: barrier.Wall, Quantity: 6, By: Officer.ID,
		Note: "Salim Nasir drove the crane", Photos: []barrier.Evidence{{Kind: "photo", Ref: "p.jpg", SHA256: "ab", Note: "Salim at the left", By: "Salim Nasir"}}}
	held := day
	held.ID, held.Known = ident.Derive("works", Start, "day", 1), Start.Add(3*time.Hour)
	kept := *day.Diary
	kept.ID = ident.Derive("diary", Start, "d", 1)
	held.Diary = &kept
	w.must(w.AppendWorks(ctx, []barrier.Event{day, held}, stating(2)))
	_, err = w.SetHold(ctx, record.Hold{Subject: kept.ID.String(), Reason: "an accident is looked into", ByID: Commander.ID, By: Commander.Name})
	w.must(err)
	want = append(want, day.Redacted(), held)
	want[len(want)-3] = undo.Redacted()
	for range 2 {
		_, err = w.Erase(ctx, Start.AddDate(2, 0, 0), record.Policy{PersonalDays: 90})
		w.must(err)
		same(t, "events after retention", w.works(), want)
	}
	if got := w.works()[13].Diary; got.Note != "" || got.By != Officer.ID || got.Quantity != 6 || got.Photos[0].SHA256 != "ab" || got.Photos[0].By != "" {
		t.Errorf("after retention the diary says %+v", got)
	}
	w.whole()
}

func worksAtOnce(t *testing.T, w *world) {
	bad := Stated(3)
	bad.Piece.Specified.Height = math.Inf(1) // JSON has no infinity
	if err := w.AppendWorks(ctx, []barrier.Event{Stated(1), Stated(2), bad}, stating(3)); code(err) != "store.value" {
		t.Errorf("a value that cannot be kept: %v", err)
	}
	if got := w.works(); len(got) != 0 {
		t.Errorf("%d events of a refused batch are on record", len(got))
	}
	w.must(w.AppendWorks(ctx, []barrier.Event{Stated(1)}, stating(1)))
	w.whole()
}

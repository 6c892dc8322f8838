package storetest

import (
	"context"
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"marsad/assess"
	"marsad/ident"
	"marsad/record"
	"marsad/respond"
	"marsad/say"
)

var ctx = context.Background()

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func code(err error) string {
	if err == nil {
		return ""
	}
	return say.As(err).Code
}

func readBack(t *testing.T, w *world) {
	revisions, acts := Whole(0)
	last := revisions[len(revisions)-1]
	w.commit(record.Batch{
		Cursor: 7, At: Start, Cases: revisions, Actions: acts, Events: []assess.Event{Event(0)}, Silences: []assess.Silence{Silence(0)},
		Suppressed: []assess.Suppressed{Suppressed(0)}, Notices: []respond.Notice{Notice(0)}, Snapshot: []byte("state"),
	})
	for _, again := range []bool{false, true} {
		if again {
			w.reopen()
		}
		c, err := w.Case(ctx, last.Alert.ID)
		w.must(err)
		same(t, "case", c, last)
		task, err := w.Task(ctx, last.Task.ID)
		w.must(err)
		same(t, "task", task, *last.Task)
		want, _ := record.FromCase(last)
		incident, err := w.Incident(ctx, want.ID)
		w.must(err)
		same(t, "incident", incident, want)
		a, err := w.Action(ctx, acts[0].Action.ID)
		w.must(err)
		same(t, "action", a, acts[0])
		events, _, err := w.Events(ctx, everything)
		w.must(err)
		same(t, "events", events, []assess.Event{Event(0)})
		silences, _, err := w.Silences(ctx, everything)
		w.must(err)
		same(t, "silences", silences, []assess.Silence{Silence(0)})
		suppressed, _, err := w.Suppressed(ctx, everything)
		w.must(err)
		same(t, "suppressed", suppressed, []assess.Suppressed{Suppressed(0)})
	}
	w.whole()
	none := ident.Derive("nothing", Start, "", 0)
	if _, err := w.Case(ctx, none); code(err) != "alert.not_found" || say.As(err).Kind != say.NotFound {
		t.Errorf("a case that is not there: %v", err)
	}
	if _, err := w.Task(ctx, none); code(err) != "task.not_found" {
		t.Errorf("a task that is not there: %v", err)
	}
}

func writtenTwice(t *testing.T, w *world) {
	revisions, acts := Whole(0)
	b := record.Batch{Cursor: 7, Cases: revisions, Actions: acts, Events: []assess.Event{Event(0)}, Silences: []assess.Silence{Silence(0)},
		Suppressed: []assess.Suppressed{Suppressed(0)}, Notices: []respond.Notice{Notice(0)}}
	w.commit(b)
	before := w.whole()
	for range 2 {
		w.commit(b)
		after := w.whole()
		if after.Entries != before.Entries || after.Rows != before.Rows || after.Root != before.Root {
			t.Errorf("written again: %d entries and %d rows became %d and %d", before.Entries, before.Rows, after.Entries, after.Rows)
		}
		w.reopen()
	}
	waiting, err := w.Outbox(ctx, 0, 10)
	w.must(err)
	if len(waiting) != 1 {
		t.Errorf("%d notices wait, want 1", len(waiting))
	}
}

func replayed(t *testing.T, w *world) {
	revisions, acts := Whole(0)
	for i := range revisions {
		w.commit(record.Batch{Cursor: uint64(i + 1), Cases: revisions[i : i+1], Actions: acts[i : i+1]})
	}
	before := w.whole()
	// After a crash the log is stepped again from a snapshot on, in other batches.
	w.reopen()
	w.commit(record.Batch{Cursor: 3, Cases: revisions[1:3], Actions: acts[1:3]})
	c, err := w.Case(ctx, revisions[0].Alert.ID)
	w.must(err)
	same(t, "the case during the replay", c, revisions[len(revisions)-1])
	w.commit(record.Batch{Cursor: uint64(len(revisions)), Cases: revisions[3:], Actions: acts[3:]})
	if after := w.whole(); after.Entries != before.Entries {
		t.Errorf("the replay wrote %d entries more", after.Entries-before.Entries)
	}
	n, err := w.Cursor(ctx)
	w.must(err)
	if n != uint64(len(revisions)) {
		t.Errorf("cursor went back to %d", n)
	}
}

func conflicting(t *testing.T, w *world) {
	revisions, acts := Whole(0)
	w.commit(record.Batch{Cursor: 1, Cases: revisions[:4], Actions: acts[:4]})
	lost := Case(0) // as if the stages had forgotten the people's steps
	lost.Revision = 90
	for range 3 {
		w.commit(record.Batch{Cursor: 2, Cases: []respond.Case{lost}})
	}
	c, err := w.Case(ctx, lost.Alert.ID)
	w.must(err)
	same(t, "the case with its steps", c, revisions[3])
	told, _, err := w.Entries(ctx, auditOf(record.OfConflict))
	w.must(err)
	if len(told) != 1 || told[0].Subject != lost.Alert.ID.String() {
		t.Errorf("the chain tells of %d conflicts, want 1", len(told))
	}
	w.whole()
}

func actions(t *testing.T, w *world) {
	c, took := Take(Case(0), Officer, respond.Acknowledge, respond.Acknowledged, "")
	refused := took
	refused.Action.ID = ident.Derive("a", Start, "r", 0)
	refused.Action.Verb, refused.Refused = respond.Approve, "right.section"
	stray := took // refused before it had an id or a case
	stray.Action.ID, stray.Action.Case, stray.Case, stray.Refused = ident.ID{}, ident.ID{}, ident.ID{}, "action.id"
	b := record.Batch{Cursor: 1, Cases: []respond.Case{c}, Actions: []record.Acted{took, refused, stray}}
	w.commit(b)
	w.commit(b)
	all, _, err := w.Actions(ctx, everything)
	w.must(err)
	if len(all) != 3 {
		t.Fatalf("%d actions are kept, want 3", len(all))
	}
	of := everything
	of.Case = c.Alert.ID
	all, _, err = w.Actions(ctx, of)
	w.must(err)
	if len(all) != 2 {
		t.Errorf("%d actions of the case, want 2", len(all))
	}
	entries, _, err := w.Entries(ctx, auditOf(record.OfRefusal))
	w.must(err)
	if len(entries) != 2 {
		t.Fatalf("the chain tells of %d refusals, want 2", len(entries))
	}
	e := entries[1]
	if e.ActorID != Officer.ID || e.Actor() != Officer.Name || e.Verb != "approve" || e.Section != "rabia" || e.Subject != c.Alert.ID.String() {
		t.Errorf("the refusal is told as %+v", e)
	}
	// The same id with other words is the first one: a repeated id does nothing.
	again := took
	again.Action.Text = "something else"
	w.commit(record.Batch{Cursor: 2, Actions: []record.Acted{again}})
	a, err := w.Action(ctx, took.Action.ID)
	w.must(err)
	same(t, "the first action of the id", a, took)
}

func atomic(t *testing.T, w *world) {
	w.commit(record.Batch{Cursor: 1, Cases: []respond.Case{Case(0)}})
	before := w.whole()
	bad := Event(2)
	bad.Where.Point.Lat = math.NaN()
	err := w.Commit(ctx, record.Batch{Cursor: 2, Cases: []respond.Case{Case(1)}, Events: []assess.Event{Event(1), bad}})
	if code(err) != "store.value" {
		t.Fatalf("a latitude that is no number: %v", err)
	}
	if _, err := w.Case(ctx, Case(1).Alert.ID); code(err) != "alert.not_found" {
		t.Errorf("half a batch was written: %v", err)
	}
	if n, _ := w.Cursor(ctx); n != 1 {
		t.Errorf("cursor is %d after a failed batch", n)
	}
	if after := w.whole(); after.Entries != before.Entries {
		t.Error("a failed batch left entries")
	}
	ended, cancel := context.WithCancel(ctx)
	cancel()
	if err := w.Commit(ended, record.Batch{Cursor: 3, Cases: []respond.Case{Case(1)}}); err == nil {
		t.Error("a batch was taken after its time")
	}
	w.commit(record.Batch{Cursor: 2, Cases: []respond.Case{Case(1)}}) // it goes on
}

func outbox(t *testing.T, w *world) {
	var ns []respond.Notice
	for n := range 5 {
		ns = append(ns, Notice(n))
	}
	w.commit(record.Batch{Cursor: 1, Notices: ns})
	waiting, err := w.Outbox(ctx, 0, 3)
	w.must(err)
	if len(waiting) != 3 {
		t.Fatalf("%d wait, want 3", len(waiting))
	}
	same(t, "first notice", waiting[0].Notice, ns[0])
	rest, err := w.Outbox(ctx, waiting[2].N, 10)
	w.must(err)
	if len(rest) != 2 || rest[1].Notice.ID != ns[4].ID {
		t.Errorf("after the third wait %d", len(rest))
	}
	w.must(w.Announced(ctx, waiting[1].N))
	w.reopen()
	w.commit(record.Batch{Cursor: 1, Notices: ns}) // a replay announces nothing anew
	waiting, err = w.Outbox(ctx, 0, 10)
	w.must(err)
	if len(waiting) != 3 || waiting[0].Notice.ID != ns[2].ID {
		t.Errorf("%d wait after two were announced", len(waiting))
	}
	h, err := w.Health(ctx)
	w.must(err)
	if h.Waiting != 3 {
		t.Errorf("health tells of %d waiting", h.Waiting)
	}
}

func cursor(t *testing.T, w *world) {
	if n, err := w.Cursor(ctx); n != 0 || err != nil {
		t.Fatalf("a new record's cursor is %d, %v", n, err)
	}
	if seq, blob, err := w.Snapshot(ctx); seq != 0 || blob != nil || err != nil {
		t.Fatalf("a new record has a snapshot: %d %v %v", seq, blob, err)
	}
	for i := range uint64(5) {
		w.commit(record.Batch{Cursor: 10 * (i + 1), At: Start, Snapshot: fmt.Appendf(nil, "state %d", i)})
	}
	w.commit(record.Batch{Cursor: 55})
	w.commit(record.Batch{Cursor: 20})
	w.reopen()
	n, err := w.Cursor(ctx)
	w.must(err)
	seq, blob, err := w.Snapshot(ctx)
	w.must(err)
	if n != 55 || seq != 50 || string(blob) != "state 4" {
		t.Errorf("cursor %d, snapshot %d %q; want 55, 50, state 4", n, seq, blob)
	}
}

func crowded(t *testing.T, w *world) {
	const writers, each = 4, 15
	errs := make(chan error, 2*writers)
	for i := range writers {
		go func() {
			for j := range each {
				n := i*each + j
				if err := w.Commit(ctx, record.Batch{Cursor: uint64(n), Cases: []respond.Case{Case(n)}}); err != nil {
					errs <- err
					return
				}
			}
			errs <- nil
		}()
		go func() {
			for range each {
				if _, _, err := w.Cases(ctx, everything); err != nil {
					errs <- err
					return
				}
				if r, err := w.Verify(ctx, nil); err != nil || !r.OK() {
					errs <- fmt.Errorf("verify while others write: %v %v", err, r.Problems)
					return
				}
			}
			errs <- nil
		}()
	}
	for range 2 * writers {
		w.must(<-errs)
	}
	all, _, err := w.Cases(ctx, everything)
	w.must(err)
	if len(all) != writers*each {
		t.Errorf("%d cases, want %d", len(all), writers*each)
	}
	w.whole()
}

func closed(t *testing.T, w *world) {
	w.must(w.Close())
	err := w.Commit(ctx, record.Batch{Cursor: 1, Cases: []respond.Case{Case(0)}})
	if code(err) != "store.closed" {
		t.Errorf("commit after close: %v", err)
	}
	if err := w.Audit(ctx, record.Note{Verb: "sign-in"}); code(err) != "store.closed" {
		t.Errorf("note after close: %v", err)
	}
	if _, err := w.Health(ctx); code(err) != "store.closed" {
		t.Errorf("health after close: %v", err)
	}
	w.start()
	if r := w.whole(); r.Entries == 0 {
		t.Error("a new record tells of no key")
	}
}

package storetest

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"marsad/assess"
	"marsad/record"
	"marsad/respond"
)

const day = 24 * time.Hour

// told gives all that the store says about everything, as JSON.
func (w *world) told() string {
	w.t.Helper()
	var b strings.Builder
	put := func(v any, _ string, err error) {
		w.must(err)
		j, err := json.Marshal(v)
		w.must(err)
		b.Write(j)
	}
	f := everything
	f.Limit = 1000
	put(w.Cases(ctx, f))
	put(w.Tasks(ctx, f))
	put(w.Incidents(ctx, f))
	put(w.Actions(ctx, f))
	put(w.Events(ctx, f))
	put(w.Silences(ctx, f))
	put(w.Suppressed(ctx, f))
	a := auditOf()
	a.Limit = 1000
	put(w.Entries(ctx, a))
	waiting, err := w.Outbox(ctx, 0, 1000)
	put(waiting, "", err)
	return b.String()
}

func (w *world) fill(n int) (whole respond.Case) {
	revisions, acts := Whole(n)
	event := Event(n)
	event.Kind, event.Text.En = "camera.cue", Officer.Name+" had camera 41 look at a point."
	w.commit(record.Batch{
		Cursor: uint64(n + 1), Cases: revisions, Actions: acts, Silences: []assess.Silence{Silence(n)}, Suppressed: []assess.Suppressed{Suppressed(n)},
		Events: []assess.Event{event}, Notices: []respond.Notice{Notice(n)},
	})
	return revisions[len(revisions)-1]
}

func erased(t *testing.T, w *world) {
	old := w.fill(0)
	head, err := w.HandOut(ctx)
	w.must(err)
	for _, s := range Said {
		if !strings.Contains(w.told(), s) {
			t.Fatalf("%q is not on record to begin with", s)
		}
	}
	w.now = Start.Add(60 * day)
	if runs, err := w.Erase(ctx, w.now, record.Policy{}); err != nil || len(runs) != 0 {
		t.Fatalf("after 60 days %d runs erased something, %v", len(runs), err)
	}
	young := w.fill(int(60 * day / time.Minute)) // a case of today

	w.now = Start.Add(91 * day)
	runs, err := w.Erase(ctx, w.now, record.Policy{})
	w.must(err)
	if len(runs) == 0 || runs[0].Entries == 0 || runs[0].Rows == 0 {
		t.Fatalf("after 91 days nothing was erased: %+v", runs)
	}
	r := w.whole()
	if r.Erased == 0 || len(r.Erasures) != len(runs) || r.Erasures[0].Seq != runs[0].Seq {
		t.Errorf("verify names %d runs and %d erased entries", len(r.Erasures), r.Erased)
	}
	if r, err := w.Verify(ctx, head); err != nil || !r.OK() {
		t.Errorf("a head from before the erasure: %v %v", err, r.Problems)
	}
	c, err := w.Case(ctx, old.Alert.ID)
	w.must(err)
	j, _ := json.Marshal(c)
	for _, s := range Said {
		if strings.Contains(string(j), s) {
			t.Errorf("%q is still in the case", s)
		}
	}
	// The decisions stay: who (by account), what, when, with which result.
	if len(c.Steps) != len(old.Steps) || c.State != respond.Debriefed || c.Result.Counts != old.Result.Counts || c.Task.ApproverID != Commander.ID {
		t.Error("retention took more than names and words")
	}
	for i, s := range c.Steps {
		if s.ByID != old.Steps[i].ByID || s.Verb != old.Steps[i].Verb || !s.At.Equal(old.Steps[i].At) {
			t.Errorf("step %d is now %+v", i, s)
		}
	}
	now, err := w.Case(ctx, young.Alert.ID)
	w.must(err)
	same(t, "the case of today", now, young)
	if runs, err := w.Erase(ctx, w.now, record.Policy{}); err != nil || len(runs) != 0 {
		t.Errorf("a second run erased again: %+v %v", runs, err)
	}
	// A replay does not bring the names back.
	revisions, acts := Whole(0)
	w.commit(record.Batch{Cursor: 1, Cases: revisions, Actions: acts, Silences: []assess.Silence{Silence(0)}, Suppressed: []assess.Suppressed{Suppressed(0)}})
	later := revisions[len(revisions)-1]
	later.Revision++
	w.commit(record.Batch{Cursor: 99, Cases: []respond.Case{later}})
	if c, err := w.Case(ctx, old.Alert.ID); err != nil || c.Owner != "" || c.Steps[0].By != "" || c.Revision != later.Revision {
		t.Errorf("a later revision brought the names back: %v %q", err, c.Owner)
	}
	w.now = Start.Add(300 * day)
	_, err = w.Erase(ctx, w.now, record.Policy{PersonalDays: 30})
	w.must(err)
	all := w.told()
	for _, s := range Said {
		if strings.Contains(all, s) {
			t.Errorf("%q is still on record", s)
		}
	}
	w.whole()
	for _, p := range []record.Policy{{PersonalDays: 91}, {PersonalDays: -1}} {
		if _, err := w.Erase(ctx, w.now, p); code(err) != "retention.policy" {
			t.Errorf("a policy of %d days: %v", p.PersonalDays, err)
		}
	}
}

func heldBack(t *testing.T, w *world) {
	keep, let := w.fill(0), w.fill(1)
	if _, err := w.SetHold(ctx, record.Hold{Subject: keep.Alert.ID.String(), ByID: Commander.ID}); code(err) != "hold.incomplete" {
		t.Errorf("a hold without a reason: %v", err)
	}
	h, err := w.SetHold(ctx, record.Hold{Subject: keep.Alert.ID.String(), Reason: "court case 12", ByID: Commander.ID, By: Commander.Name})
	w.must(err)
	w.now = Start.Add(91 * day)
	runs, err := w.Erase(ctx, w.now, record.Policy{})
	w.must(err)
	if len(runs) == 0 || runs[0].Held == 0 {
		t.Fatalf("nothing was held back: %+v", runs)
	}
	c, err := w.Case(ctx, keep.Alert.ID)
	w.must(err)
	same(t, "the held case", c, keep)
	c, err = w.Case(ctx, let.Alert.ID)
	w.must(err)
	if c.Owner != "" {
		t.Error("the other case was held as well")
	}
	w.whole()
	w.must(w.LiftHold(ctx, h.ID, Officer.ID, Officer.Name))
	holds, _, err := w.Holds(ctx, everything.Page)
	w.must(err)
	if len(holds) != 1 || holds[0].LiftBy != Officer.ID || holds[0].Reason != "court case 12" {
		t.Errorf("holds %+v", holds)
	}
	_, err = w.Erase(ctx, w.now, record.Policy{})
	w.must(err)
	if c, err = w.Case(ctx, keep.Alert.ID); err != nil || c.Owner != "" {
		t.Errorf("after the hold was lifted: %v %q", err, c.Owner)
	}
	w.whole()
	if err := w.LiftHold(ctx, "none", "x", "y"); code(err) != "hold.not_found" {
		t.Errorf("a hold that is not there: %v", err)
	}
}

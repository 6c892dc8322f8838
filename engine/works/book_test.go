package works_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"marsad/barrier"
	"marsad/border"
	"marsad/engine/works"
	"marsad/ident"
	"marsad/record"
	"marsad/say"
)

var began = time.Date(2026, 1, 31, 8, 0, 0, 0, time.UTC)

// disk keeps events as a store does, and fails when it is told to.
type disk struct {
	events []barrier.Event
	notes  []record.Note
	fails  error
}

func (d *disk) AppendWorks(_ context.Context, events []barrier.Event, n record.Note) error {
	if d.fails != nil {
		return d.fails
	}
	d.events, d.notes = append(d.events, events...), append(d.notes, n)
	return nil
}

func (d *disk) Works(_ context.Context, each func(barrier.Event) error) error {
	for _, e := range d.events {
		if err := each(e); err != nil {
			return err
		}
	}
	return nil
}

type bench struct {
	*works.Book
	disk *disk
	now  time.Time
	n    uint64
}

func open(t testing.TB, d *disk) *bench {
	t.Helper()
	b := &bench{disk: d, now: began}
	var err error
	b.Book, err = works.Open(t.Context(), works.Options{Axis: border.Default(), Keeper: d, Now: func() time.Time { return b.now },
		NewID: func() ident.ID { b.n++; return ident.Derive("event", b.now, "test", b.n) }})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

var engineer = works.By{Person: barrier.Person{Account: "huda", Roles: []string{barrier.RoleEngineer}}, Name: "Huda Nasir"}

// wall is a planned piece of wall, stated by an engineer.
func wall(n int, from, to border.Chainage) barrier.Event {
	return barrier.Event{Op: barrier.Put, Verb: barrier.Enter, Valid: began.AddDate(0, 0, -10), Fact: barrier.Fact{Piece: &barrier.Piece{
		ID: ident.Derive("piece", began, "test", uint64(n)), Kind: barrier.Wall, State: barrier.Planned,
		Stretch: barrier.Anchor(border.Default(), border.Span{From: from, To: to}, barrier.OnLine)}}}
}

func metres(b *bench) float64 {
	return b.View(time.Time{}, time.Time{}).Total(barrier.Wall, "", border.Span{}).Metres
}

func TestNobodyIsToldOfWhatIsNotOnDisk(t *testing.T) {
	b := open(t, &disk{})
	if _, err := b.State(t.Context(), engineer, wall(1, 0, 1000)); err != nil {
		t.Fatal(err)
	}
	b.disk.fails = errors.New("the disk is full")
	if _, err := b.State(t.Context(), engineer, wall(2, 1000, 2000)); !errors.Is(err, b.disk.fails) {
		t.Errorf("stated without a disk: %v", err)
	}
	if m := metres(b); m != 1000 || b.Size() != 1 {
		t.Errorf("%v m of %d events are shown, 1000 m of one are on disk", m, b.Size())
	}
	b.disk.fails = nil
	if _, err := b.State(t.Context(), engineer, wall(2, 1000, 2000)); err != nil {
		t.Fatal(err)
	}
	if m := metres(b); m != 2000 {
		t.Errorf("%v m after the disk came back", m)
	}
	if again := open(t, b.disk); metres(again) != 2000 || again.Size() != 2 {
		t.Errorf("%v m after a restart", metres(again))
	}
}

func TestAllOfABatchOrNone(t *testing.T) {
	b := open(t, &disk{})
	backwards := wall(3, 5000, 4000)
	_, err := b.State(t.Context(), engineer, wall(1, 0, 1000), wall(2, 1000, 2000), backwards)
	if e := say.As(err); e == nil || e.Code != "barrier.span.reversed" || e.Text.Ar == "" || !slices.Contains([]byte(e.Text.En), '3') {
		t.Errorf("the third of three is refused with %v", err)
	}
	if metres(b) != 0 || len(b.disk.events) != 0 {
		t.Errorf("%v m, %d events on disk after a refused batch", metres(b), len(b.disk.events))
	}
}

func TestSentTwiceIsStatedOnce(t *testing.T) {
	b := open(t, &disk{})
	e := wall(1, 0, 1000)
	e.ID = ident.Derive("event", began, "mine", 0)
	for range 2 {
		if _, err := b.State(t.Context(), engineer, e); err != nil {
			t.Fatal(err)
		}
	}
	if len(b.disk.events) != 1 {
		t.Errorf("%d events", len(b.disk.events))
	}
	other := wall(2, 1000, 2000)
	other.ID = e.ID
	if _, err := b.State(t.Context(), engineer, other); err == nil {
		t.Error("another statement under the same id was taken")
	}
}

func TestAnImportIsUndoneAsAWhole(t *testing.T) {
	b := open(t, &disk{})
	batch := ident.Derive("import", began, "file", 0)
	one, two := wall(1, 0, 1000), wall(2, 1000, 2000)
	one.Import, two.Import = batch, batch
	if _, err := b.State(t.Context(), engineer, one, two); err != nil {
		t.Fatal(err)
	}
	b.now = b.now.Add(time.Hour)
	if err := b.Undo(t.Context(), engineer, batch, ""); err == nil {
		t.Error("undone without a reason")
	}
	before := b.now
	if err := b.Undo(t.Context(), engineer, batch, "the wrong file"); err != nil {
		t.Fatal(err)
	}
	if m := metres(b); m != 0 {
		t.Errorf("%v m are left", m)
	}
	if m := b.View(time.Time{}, before.Add(-time.Minute)).Total(barrier.Wall, "", border.Span{}).Metres; m != 2000 {
		t.Errorf("as known before the undo: %v m", m)
	}
	if notes := b.Imports(); len(notes) != 1 || notes[0].Events != 2 || notes[0].Held != 0 {
		t.Errorf("imports: %+v", notes)
	}
	if n := b.disk.notes; len(n) != 2 || n[0].Verb != "works.import" || n[0].Subject != batch.String() || n[1].Verb != "works.undo" || n[1].Personal["why"] == "" || n[1].Detail["why"] != nil {
		t.Errorf("the chain was told %+v", n)
	}
}

func TestAStepThatIsNotAllowedIsRefused(t *testing.T) {
	b := open(t, &disk{})
	patrol := works.By{Person: barrier.Person{Account: "adnan", Roles: []string{barrier.RoleField}}}
	if _, err := b.State(t.Context(), patrol, wall(1, 0, 1000)); err == nil || say.As(err).Kind != say.Denied {
		t.Errorf("a patrol leader planned a wall: %v", err)
	}
}

func TestAClockThatIsSetBackKeepsTheOrder(t *testing.T) {
	b := open(t, &disk{})
	if _, err := b.State(t.Context(), engineer, wall(1, 0, 1000)); err != nil {
		t.Fatal(err)
	}
	b.now = b.now.Add(-time.Hour)
	added, err := b.State(t.Context(), engineer, wall(2, 1000, 2000))
	if err != nil || !added[0].Known.Equal(began) {
		t.Errorf("known %v, %v", added, err)
	}
}

func TestAViewIsMadeOnceForTheSameTimes(t *testing.T) {
	b := open(t, &disk{})
	if _, err := b.State(t.Context(), engineer, wall(1, 0, 1000)); err != nil {
		t.Fatal(err)
	}
	made := 0
	count := func(v *barrier.View) (float64, error) {
		made++
		return v.Total(barrier.Wall, "", border.Span{}).Metres, nil
	}
	for range 3 {
		if m, err := works.Computed(b.Book, time.Time{}, time.Time{}, "wall", count); m != 1000 || err != nil {
			t.Fatal(m, err)
		}
	}
	if made != 1 || b.View(time.Time{}, time.Time{}) != b.View(began.Add(time.Hour), time.Time{}) {
		t.Errorf("made %d times", made)
	}
	if _, err := b.State(t.Context(), engineer, wall(2, 1000, 2000)); err != nil {
		t.Fatal(err)
	}
	if m, _ := works.Computed(b.Book, time.Time{}, time.Time{}, "wall", count); m != 2000 || made != 2 {
		t.Errorf("%v m after another statement, made %d times", m, made)
	}
	for i := range 40 { // more than are kept
		b.View(began.AddDate(0, 0, -i), time.Time{})
	}
	if m := metres(b); m != 2000 {
		t.Errorf("%v m", m)
	}
}

// Readers never see half of a batch, and are never told of a later ledger less.
func TestReadersSeeWholeBatches(t *testing.T) {
	b := open(t, &disk{})
	done := make(chan error)
	go func() {
		for i := range 50 {
			if _, err := b.State(t.Context(), engineer, wall(2*i, border.Chainage(200*i), border.Chainage(200*i+100)), wall(2*i+1, border.Chainage(200*i+100), border.Chainage(200*i+200))); err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	for last := 0.0; ; {
		m := metres(b)
		if m < last || int(m)%200 != 0 {
			t.Fatalf("%v m after %v m", m, last)
		}
		last = m
		select {
		case err := <-done:
			if err != nil {
				t.Fatal(err)
			}
			return
		default:
		}
	}
}

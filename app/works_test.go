package app

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/jpeg"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"marsad/assess"
	"marsad/barrier"
	"marsad/border"
	"marsad/engine/config"
	"marsad/engine/media"
	"marsad/engine/picture"
	"marsad/engine/store"
	"marsad/engine/works"
	"marsad/face/api"
	"marsad/ident"
	"marsad/record"
	"marsad/respond"
)

// When personal data is due, photos in which there may be a person and people's
// own words are erased from disk and from memory; what was stated stays, with the
// hash of the photo, and the chain verifies.
func TestRetentionOfTheBarrier(t *testing.T) {
	conf := config.Default()
	conf.Addr, conf.Sapient.Addr, conf.Data = "127.0.0.1:0", "127.0.0.1:0", filepath.Join(t.TempDir(), "data")
	a, err := New(conf, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	ctx := context.Background()
	now := time.Now().UTC()
	picture := func(shade uint8) string {
		img := image.NewGray(image.Rect(0, 0, 16, 16))
		for i := range img.Pix {
			img.Pix[i] = shade
		}
		var b bytes.Buffer
		if err := jpeg.Encode(&b, img, nil); err != nil {
			t.Fatal(err)
		}
		kept, err := photosOn{a}.Keep(ctx, "huda", b.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		return kept.SHA256
	}
	people, wall, held, loose := picture(10), picture(60), picture(110), picture(160)
	id := func(n uint64) ident.ID { return ident.Derive("thing", now, "test", n) }
	look := func(n uint64, sha string, nobody bool) barrier.Event {
		at := border.Chainage(1000 * n)
		return barrier.Event{Op: barrier.Put, Valid: now, Fact: barrier.Fact{Inspection: &barrier.Inspection{ID: id(n), Kind: barrier.Wall, On: barrier.DayOf(now), Inspector: "huda", Result: barrier.Pass,
			Stretch: barrier.Anchor(border.Default(), border.Span{From: at, To: at + 100}, barrier.OnLine), Note: "with Salim Nasir at the crane",
			Evidence: []barrier.Evidence{{Kind: "photo", Ref: "p.jpg", SHA256: sha, Nobody: nobody}}}}}
	}
	by := works.By{Person: barrier.Person{Account: "huda", Roles: []string{barrier.RoleEngineer}}, Name: "Huda"}
	if _, err := a.works.State(ctx, by, look(1, people, false), look(2, wall, true), look(3, held, false)); err != nil {
		t.Fatal(err)
	}
	if _, err := a.store.SetHold(ctx, record.Hold{Subject: id(3).String(), Reason: "an accident", ByID: "oversight", By: "Oversight"}); err != nil {
		t.Fatal(err)
	}
	// Nothing is erased before it is on record: what cannot be said is not done.
	full := errors.New("the disk is full")
	if err := a.erasePhotos(ctx, now.AddDate(0, 0, 91), func(context.Context, record.Note) error { return full }); !errors.Is(err, full) {
		t.Errorf("a record that takes nothing: %v", err)
	}
	left := func() (n int) {
		for _, sha := range []string{people, wall, held, loose} {
			if _, _, err := a.photos.Get(sha, false); err == nil {
				n++
			}
		}
		return n
	}
	for _, later := range []struct {
		days, photos, notes int
	}{{1, 4, 3}, {89, 4, 3}, {91, 3, 1}} {
		if err := a.retain(ctx, now.AddDate(0, 0, later.days)); err != nil {
			t.Fatal(err)
		}
		notes := 0
		for _, i := range a.works.View(time.Time{}, time.Time{}).Inspections() {
			if i.Note != "" {
				notes++
			}
			if i.Evidence[0].SHA256 == "" || i.Inspector != "huda" {
				t.Errorf("after %d days the statement says %+v", later.days, i)
			}
		}
		if left() != later.photos || notes != later.notes {
			t.Errorf("after %d days %d photos and %d notes are left, not %d and %d", later.days, left(), notes, later.photos, later.notes)
		}
	}
	// Where the ledger could not be read anew, words that are gone from disk would
	// stay in memory: the next run reads it though nothing more is due.
	shut, stop := context.WithCancel(ctx)
	stop()
	if err := a.works.Reread(shut); err == nil || !a.works.Stale() {
		t.Errorf("a ledger that was not read: %v, stale %v", err, a.works.Stale())
	}
	if err := a.retain(ctx, now.AddDate(0, 0, 91)); err != nil || a.works.Stale() {
		t.Errorf("the run after: %v, stale %v", err, a.works.Stale())
	}
	if _, _, err := a.photos.Get(people, false); err == nil {
		t.Error("the photo with people in it is still there")
	}
	for sha, want := range map[string]api.PhotoState{people: api.PhotoErased, wall: api.PhotoHere, strings.Repeat("0", 64): api.PhotoWaiting} {
		if got, err := (photosOn{a}).State(ctx, sha); got != want || err != nil {
			t.Errorf("photo %s is %q, %v; not %q", sha[:8], got, err, want)
		}
	}
	r, err := store.Verify(ctx, conf.Data, store.Witness{})
	if err != nil || !r.OK() || r.Files != 6 {
		t.Errorf("the chain does not verify %d files: %v %+v", r.Files, err, r.Problems)
	}

	// A backup covers the photos; verify names one that is changed.
	file, restored := filepath.Join(t.TempDir(), "backup"), filepath.Join(t.TempDir(), "restored")
	if _, err := a.store.Backup(ctx, file, store.BackupOptions{}); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Restore(ctx, file, restored, store.Options{}); err != nil {
		t.Fatal(err)
	}
	again, err := media.OpenPhotos(filepath.Join(restored, record.EvidenceFolder), photoRoom)
	if err != nil {
		t.Fatal(err)
	}
	if b, _, err := again.Get(wall, false); err != nil || len(b) == 0 {
		t.Errorf("the photo is not in the restored record: %v", err)
	}
	// A small copy that is another picture is handed out to nobody.
	small := filepath.Join(conf.Data, record.EvidenceFolder, wall, "small.jpg")
	was, _, err := photosOn{a}.Get(ctx, wall, true)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range [][]byte{[]byte("another picture"), was} {
		if err := os.WriteFile(small, b, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, _, err := (photosOn{a}).Get(ctx, wall, true); (err == nil) != bytes.Equal(b, was) {
			t.Errorf("a small copy of %d bytes: %v", len(b), err)
		}
	}
	if err := os.WriteFile(filepath.Join(conf.Data, record.EvidenceFolder, wall, "photo.jpeg"), []byte("another picture"), 0o600); err != nil {
		t.Fatal(err)
	}
	if r, err := store.Verify(ctx, conf.Data, store.Witness{}); err != nil || r.OK() || len(r.Problems) != 1 || !strings.Contains(r.Problems[0].Subject, wall) {
		t.Errorf("a changed photo: %v %+v", err, r.Problems)
	}
}

// An alert whose breach the record did not take is asked again, one that it took is
// not, and nothing is kept of alerts that left the picture.
func TestABreachThatTheRecordDidNotTakeIsTriedAgain(t *testing.T) {
	row := func(n, revision uint64) *picture.Alert {
		return &picture.Alert{Case: respond.Case{Alert: assess.Alert{ID: ident.Derive("alert", time.Unix(0, 0), "test", n), Revision: revision}}}
	}
	one, two := row(1, 1), row(2, 1)
	full := errors.New("the disk is full")
	var asked []*assess.Alert
	var fails error
	b := breaches{alarmed: func(_ context.Context, a *assess.Alert) (bool, error) {
		asked = append(asked, a)
		if a.ID == two.Alert.ID {
			return false, fails
		}
		return true, nil
	}}
	newer := row(1, 2)
	for n, c := range []struct {
		alerts []*picture.Alert
		fails  error
		asked  []*assess.Alert
	}{
		{[]*picture.Alert{one, two}, full, []*assess.Alert{&one.Alert, &two.Alert}},
		{[]*picture.Alert{one, two}, full, []*assess.Alert{&two.Alert}},
		{[]*picture.Alert{one, two}, nil, []*assess.Alert{&two.Alert}},
		{[]*picture.Alert{one, two}, nil, nil},
		{[]*picture.Alert{newer}, nil, []*assess.Alert{&newer.Alert}},
	} {
		asked, fails = nil, c.fails
		if err := b.look(t.Context(), c.alerts); !errors.Is(err, c.fails) || !slices.Equal(asked, c.asked) {
			t.Errorf("look %d: asked of %d alerts, not %d (%v)", n, len(asked), len(c.asked), err)
		}
	}
	if len(b.judged) != 1 {
		t.Errorf("%d alerts are remembered, one is in the picture", len(b.judged))
	}
}

package app

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"marsad/engine/config"
	"marsad/engine/store"
	"marsad/ident"
	"marsad/respond"
	"marsad/say"
)

// box is an outbox in memory; deaf a listener that fails when told to.
type box []store.Waiting

func (b *box) Outbox(_ context.Context, after int64, limit int) ([]store.Waiting, error) {
	return slices.Clone((*b)[:min(limit, len(*b))]), nil
}

func (b *box) Announced(_ context.Context, upTo int64) error {
	*b = slices.DeleteFunc(*b, func(w store.Waiting) bool { return w.N <= upTo })
	return nil
}

type deaf struct {
	after int
	heard []string
}

func (d *deaf) Announce(_ context.Context, subject, id string, data []byte) error {
	if d.after == 0 {
		return errors.New("the log takes nothing")
	}
	d.after--
	var a Announcement
	if err := json.Unmarshal(data, &a); err != nil || a.ID.String() != id || subject != "out.notice."+a.Kind || !a.Simulated || strings.Contains(string(data), "38+400") {
		return errors.New("not the announcement of its notice: " + string(data))
	}
	d.heard = append(d.heard, id)
	return nil
}

// A bell and no letter: nothing of what a notice says, or where, goes outside.
func TestSafeguard_08_AnnouncementsHoldNoPlace(t *testing.T) {
	b, err := json.Marshal(announcementOf(respond.Notice{ID: ident.Derive("test", time.Unix(1, 0), "notice", 1), Kind: "repair", To: []string{"engineer"},
		Text: say.Text{En: "Tower 31 is dark from km 38+400", Ar: "البرج مظلم"}}, true))
	if err != nil {
		t.Fatal(err)
	}
	for _, told := range []string{"Tower", "38+400", "البرج", "text"} {
		if strings.Contains(string(b), told) {
			t.Errorf("%q is told outside: %s", told, b)
		}
	}
}

func TestNoticesWaitUntilTheyAreTold(t *testing.T) {
	var b box
	want := []string{}
	for i := range 250 {
		id := ident.Derive("test", time.Unix(int64(i), 0), "notice", uint64(i))
		b = append(b, store.Waiting{N: int64(i + 1), Notice: respond.Notice{ID: id, Kind: "escalation", Text: say.Text{En: "km 38+400"}}})
		want = append(want, id.String())
	}
	ear := &deaf{after: 130}
	if told, err := announce(t.Context(), &b, ear, true); err == nil || told != 130 {
		t.Fatalf("told %d, %v; want 130 and an error", told, err)
	}
	if len(b) != 150 {
		t.Fatalf("%d wait; want 150: the hundred that were told and marked are gone", len(b))
	}
	ear.after = 1000
	if told, err := announce(t.Context(), &b, ear, true); err != nil || told != 150 || len(b) != 0 {
		t.Fatalf("told %d, %d wait, %v", told, len(b), err)
	}
	slices.Sort(want)
	heard := slices.Clone(ear.heard)
	slices.Sort(heard)
	if got := slices.Compact(heard); !slices.Equal(got, want) {
		t.Fatalf("heard %d of %d notices", len(got), len(want))
	}
}

func TestTheFileOfReaders(t *testing.T) {
	file := func(text string, mode os.FileMode) string {
		p := filepath.Join(t.TempDir(), "readers")
		if err := os.WriteFile(p, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		return p
	}
	l, err := listenersOf(config.Announce{Addr: "127.0.0.1:0", Readers: file("# who listens\nministry a long enough password\n\narmy another long password\n", 0o600)})
	if err != nil || l.Accounts["ministry"] != "a long enough password" || len(l.Accounts) != 2 {
		t.Fatalf("%+v, %v", l, err)
	}
	for what, path := range map[string]string{"others can read it": file("a long enough password", 0o644), "no password": file("ministry\n", 0o600),
		"twice": file("a long enough password\na long enough password\n", 0o600), "not there": filepath.Join(t.TempDir(), "none")} {
		if _, err := listenersOf(config.Announce{Addr: "127.0.0.1:0", Readers: path}); err == nil || strings.Contains(err.Error(), "ministry") {
			t.Errorf("%s: taken", what)
		}
	}
	if l, err := listenersOf(config.Announce{}); l != nil || err != nil {
		t.Errorf("no address: %v, %v", l, err)
	}
}

package storetest

import (
	"context"
	"testing"
	"time"

	"marsad/assess"
	"marsad/barrier"
	"marsad/engine/store"
	"marsad/ident"
	"marsad/record"
	"marsad/respond"
)

// Store is the record as the suite uses it: all that others may rely on.
type Store interface {
	Commit(context.Context, record.Batch) error
	Cursor(context.Context) (uint64, error)
	Snapshot(context.Context) (uint64, []byte, error)

	Case(context.Context, ident.ID) (respond.Case, error)
	Cases(context.Context, store.Filter) ([]respond.Case, string, error)
	Task(context.Context, ident.ID) (respond.Task, error)
	Tasks(context.Context, store.Filter) ([]respond.Task, string, error)
	Incident(context.Context, ident.ID) (record.Incident, error)
	Incidents(context.Context, store.Filter) ([]record.Incident, string, error)
	Action(context.Context, ident.ID) (record.Acted, error)
	Actions(context.Context, store.Filter) ([]record.Acted, string, error)
	Events(context.Context, store.Filter) ([]assess.Event, string, error)
	Silences(context.Context, store.Filter) ([]assess.Silence, string, error)
	Suppressed(context.Context, store.Filter) ([]assess.Suppressed, string, error)
	Outbox(ctx context.Context, after int64, limit int) ([]store.Waiting, error)
	Announced(ctx context.Context, upTo int64) error

	AppendWorks(context.Context, []barrier.Event, record.Note) error
	Works(context.Context, func(barrier.Event) error) error

	Audit(context.Context, record.Note) error
	Entries(context.Context, store.AuditFilter) ([]record.Entry, string, error)
	Head(context.Context) ([]byte, error)
	HandOut(context.Context) ([]byte, error)
	Heads() ([]store.HandedOut, error)
	Verify(ctx context.Context, head []byte) (record.Report, error)
	Erase(context.Context, time.Time, record.Policy) ([]record.Erasure, error)
	SetHold(context.Context, record.Hold) (record.Hold, error)
	LiftHold(ctx context.Context, id, byID, by string) error
	Holds(context.Context, store.Page) ([]record.Hold, string, error)

	PutAccount(ctx context.Context, id, name string, json []byte) error
	DeleteAccount(ctx context.Context, id string) error
	Account(ctx context.Context, id string) ([]byte, error)
	AccountByName(ctx context.Context, name string) ([]byte, error)
	Accounts(context.Context) ([][]byte, error)
	PutSession(ctx context.Context, hash, account string, expires time.Time, json []byte) error
	Session(ctx context.Context, hash string) ([]byte, error)
	DeleteSession(ctx context.Context, hash string) error
	DeleteSessionsOf(ctx context.Context, account string) error
	PurgeSessions(ctx context.Context, now time.Time) (int64, error)
	PutToken(ctx context.Context, hash, account string, expires time.Time, json []byte) error
	Token(ctx context.Context, hash string) ([]byte, error)
	Tokens(ctx context.Context, account string) ([][]byte, error)
	DeleteToken(ctx context.Context, hash string) error
	PutSetting(ctx context.Context, key string, value []byte) error
	Setting(ctx context.Context, key string) ([]byte, error)

	Health(context.Context) (store.Health, error)
	Close() error
}

// Opener opens the store of a folder, a new one where there is none. now is its
// clock.
type Opener func(dir string, now func() time.Time) (Store, error)

// Run runs the suite.
func Run(t *testing.T, open Opener) {
	for _, c := range []struct {
		name string
		test func(*testing.T, *world)
	}{
		{"what is written is read back", readBack},
		{"the same batch again changes nothing", writtenTwice},
		{"a replay never puts a case back", replayed},
		{"steps are never lost", conflicting},
		{"every action is kept, once, refused ones too", actions},
		{"lists are filtered by section, state and time", filtered},
		{"pages give everything once", paged},
		{"a batch is all or nothing", atomic},
		{"the outbox is in order and at least once", outbox},
		{"cursor and snapshot", cursor},
		{"the audit chain tells what happened", audited},
		{"accounts, sessions, tokens and settings", kept},
		{"retention erases names and keeps decisions", erased},
		{"a legal hold keeps what it names", heldBack},
		{"heads are handed out once a day and hold", handedOut},
		{"what is stated about the barrier is added, never changed", works},
		{"statements about the barrier are all or nothing", worksAtOnce},
		{"many write and read at once", crowded},
		{"a closed store says so", closed},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := &world{t: t, dir: t.TempDir(), open: open, now: Start.Add(time.Hour)}
			w.start()
			defer func() {
				if err := w.Close(); err != nil {
					t.Errorf("close: %v", err)
				}
			}()
			c.test(t, w)
		})
	}
}

// world is one store with a clock that the test sets.
type world struct {
	Store
	t    *testing.T
	dir  string
	open Opener
	now  time.Time
}

func (w *world) start() {
	w.t.Helper()
	s, err := w.open(w.dir, func() time.Time { return w.now })
	if err != nil {
		w.t.Fatalf("open: %v", err)
	}
	w.Store = s
}

// reopen closes the store and opens it again, as a restart does.
func (w *world) reopen() {
	w.t.Helper()
	w.must(w.Close())
	w.start()
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) commit(b record.Batch) {
	w.t.Helper()
	w.must(w.Commit(context.Background(), b))
}

// whole fails unless the record verifies.
func (w *world) whole() record.Report {
	w.t.Helper()
	r, err := w.Verify(context.Background(), nil)
	w.must(err)
	for _, p := range r.Problems {
		w.t.Errorf("verify: %s %d %s: %s", p.Fault, p.Seq, p.Subject, p.Text.En)
	}
	return r
}

var everything = store.Filter{Sections: []string{store.AllSections}}

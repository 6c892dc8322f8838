package works

import (
	"context"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"marsad/barrier"
	"marsad/border"
	"marsad/ident"
	"marsad/record"
	"marsad/say"
)

// Keeper puts events on disk and reads them back, in order.
type Keeper interface {
	// AppendWorks returns when all events and the note are on disk, or none.
	AppendWorks(context.Context, []barrier.Event, record.Note) error
	Works(context.Context, func(barrier.Event) error) error
}

// Options of a book. All are needed.
type Options struct {
	Axis   *border.Axis
	Keeper Keeper
	// Now is the time at which things become known: the engine's.
	Now func() time.Time
	// NewID makes a UUID version 7 for an event that brought none.
	NewID func() ident.ID
}

// Book is the barrier's ledger with its record.
type Book struct {
	axis  *border.Axis
	keep  Keeper
	now   func() time.Time
	newID func() ident.ID

	mu     sync.Mutex // guards ledger and known
	ledger *barrier.Ledger
	known  time.Time // of the last event

	size  atomic.Int64 // events in the ledger, all of them on disk
	views views

	stale  atomic.Bool
	photos photos // what statements say of photos
}

// Open reads the whole ledger from the record.
func Open(ctx context.Context, o Options) (*Book, error) {
	b := &Book{axis: o.Axis, keep: o.Keeper, now: o.Now, newID: o.NewID, ledger: barrier.NewLedger(o.Axis)}
	err := o.Keeper.Works(ctx, func(e barrier.Event) error {
		b.known = e.Known
		b.photos.see(&e)
		return b.ledger.Append(e)
	})
	b.size.Store(int64(b.ledger.Len()))
	return b, err
}

// Reread takes the ledger anew from the record, after retention erased people's
// words there: nothing of them stays in memory but in views that are in use.
func (b *Book) Reread(ctx context.Context) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.stale.Store(true)
	fresh := barrier.NewLedger(b.axis)
	if err := b.keep.Works(ctx, fresh.Append); err != nil {
		return err
	}
	b.ledger = fresh
	b.views.forget()
	b.stale.Store(false)
	return nil
}

// Stale reports whether the last Reread failed: words that are gone from disk are
// in memory still.
func (b *Book) Stale() bool { return b.stale.Load() }

// Axis is the axis that the ledger lies on.
func (b *Book) Axis() *border.Axis { return b.axis }

// Size is the number of events on record.
func (b *Book) Size() int { return int(b.size.Load()) }

// By is who states something.
type By struct {
	barrier.Person
	Name    string // for the audit chain, where it can be erased
	Section string // of the stretch that it is about, if one
}

// State puts events on record that a person states, all or none. Their times of
// being known, and ids where they have none, are given here; the rest is
// theirs. An event whose id is on record already does nothing, so that a
// statement sent twice is one. The error says which step is not allowed, or
// that the disk did not take it.
func (b *Book) State(ctx context.Context, by By, events ...barrier.Event) ([]barrier.Event, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.state(ctx, by, true, events)
}

// May judges whether a person may state an event now, and states nothing.
func (b *Book) May(by By, e barrier.Event) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if e.Known.Before(b.known) {
		e.Known = b.known
	}
	return b.ledger.Check(e, by.Person)
}

// Load puts events on record that are not a person's steps: the ledger that
// comes with the program, checked when it was made. Their own times of being
// known are kept where the ledger allows it.
func (b *Book) Load(ctx context.Context, by By, events ...barrier.Event) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	_, err := b.state(ctx, by, false, events)
	return err
}

func (b *Book) state(ctx context.Context, by By, check bool, events []barrier.Event) ([]barrier.Event, error) {
	known := b.now().UTC()
	if known.Before(b.known) {
		known = b.known // a clock that was set back
	}
	before, last := b.ledger.Len(), b.known
	var added []barrier.Event
	for i, e := range events {
		if e.ID.IsZero() {
			e.ID = b.newID()
		}
		if check || e.Known.IsZero() || e.Known.Before(last) {
			e.Known = known
		}
		if e.By == "" {
			e.By = by.Account
		}
		err := b.append(e, by.Person, check)
		if err != nil && say.As(err).Code == "barrier.event_twice" && b.same(e) {
			continue
		}
		if err != nil {
			b.back(before)
			return nil, inRow(err, i, len(events))
		}
		added, last = append(added, e), e.Known
	}
	if len(added) == 0 {
		return nil, nil
	}
	if err := b.keep.AppendWorks(ctx, added, note(by, added)); err != nil {
		b.back(before)
		return nil, err
	}
	b.known = last
	b.size.Store(int64(b.ledger.Len()))
	for i := range added {
		b.photos.see(&added[i])
	}
	return added, nil
}

func (b *Book) append(e barrier.Event, p barrier.Person, check bool) error {
	if check {
		if err := b.ledger.Check(e, p); err != nil {
			return err
		}
	}
	return b.ledger.Append(e)
}

// same reports whether an event that is sent again states what it stated first.
func (b *Book) same(e barrier.Event) bool {
	subject, thing, _ := e.About()
	return e.Op == barrier.Void || e.Op == barrier.Undo || slices.ContainsFunc(b.ledger.History(subject, thing), func(s barrier.Statement) bool {
		return s.ID == e.ID && s.By == e.By && s.Op == e.Op && s.Verb == e.Verb
	})
}

// back takes events out of the ledger again that did not get on disk: it is made
// anew of those that are.
func (b *Book) back(to int) {
	if b.ledger.Len() == to {
		return
	}
	kept := b.ledger.Events(0)[:to]
	b.ledger = barrier.NewLedger(b.axis)
	for _, e := range kept {
		if err := b.ledger.Append(e); err != nil {
			panic("works: the ledger does not take again what it held: " + err.Error())
		}
	}
}

// inRow says which of many events an error is about.
func inRow(err error, i, of int) error {
	if of == 1 {
		return err
	}
	e := *say.As(err)
	e.Text = say.Text{En: "{n} of {of}: {what}", Ar: "{n} من {of}: {what}"}.Fill("n", strconv.Itoa(i+1), "of", strconv.Itoa(of)).FillText("what", e.Text)
	return &e
}

// note tells the audit chain who stated what.
func note(by By, events []barrier.Event) record.Note {
	e := &events[0]
	n := record.Note{Kind: record.OfAction, ActorID: by.Account, Verb: "works." + string(e.Op), Section: by.Section,
		Detail: map[string]any{"events": len(events), "first": e.ID.String()}, Personal: map[string]string{"actor": by.Name, "why": e.Why}}
	if e.Verb != "" {
		n.Detail["verb"] = e.Verb
	}
	switch subject, thing, _ := e.About(); {
	case e.Op == barrier.Undo || e.Op == barrier.Void:
		n.Subject = e.Target.String()
	case !e.Import.IsZero():
		n.Verb, n.Subject = "works.import", e.Import.String()
	default:
		n.Subject, n.Detail["subject"] = thing.String(), string(subject)
	}
	return n
}

// Undo takes an import back as a whole.
func (b *Book) Undo(ctx context.Context, by By, importID ident.ID, why string) error {
	_, err := b.State(ctx, by, barrier.Event{Op: barrier.Undo, Target: importID, Why: why})
	return err
}

// History gives all that was ever stated about a thing.
func (b *Book) History(s barrier.Subject, id ident.ID) []barrier.Statement {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.ledger.History(s, id)
}

// Imports lists the imports.
func (b *Book) Imports() []barrier.ImportNote {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.ledger.Imports()
}

package command

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"marsad/barrier"
	"marsad/barrier/exchange"
	"marsad/border"
	"marsad/engine/store"
	"marsad/engine/works"
	"marsad/ident"
	"marsad/record"
)

const worksFile = "works.jsonl"

// worksKeeper is where a folder keeps the programme's events.
type worksKeeper interface {
	works.Keeper
	close() error
}

// openWorks opens the record of a server's data folder, or else the file of a
// plain one. To write, the record must be ours alone: a running server has its
// own ledger in memory, and takes imports over its API.
func openWorks(folder string, write bool) (worksKeeper, error) {
	if _, err := os.Stat(filepath.Join(folder, store.File)); err != nil {
		return plainWorks(folder), nil
	}
	s, err := store.Open(folder, store.Options{Beside: !write})
	if err != nil {
		return nil, err
	}
	return recordWorks{s}, nil
}

// openBook opens the ledger of a folder, for somebody at a time.
func openBook(folder string, write bool, now time.Time, by string) (*works.Book, worksKeeper, error) {
	keeper, err := openWorks(folder, write)
	if err != nil {
		return nil, nil, err
	}
	book, err := works.Open(context.Background(), works.Options{Axis: border.Default(), Keeper: keeper, Now: func() time.Time { return now }, NewID: func() ident.ID {
		return ident.Derive("works-command", now, by, 0)
	}})
	if err != nil {
		return nil, nil, errors.Join(err, keeper.close())
	}
	return book, keeper, nil
}

// readWorks gives every event of a folder.
func readWorks(folder string) (events []barrier.Event, err error) {
	k, err := openWorks(folder, false)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, k.close()) }()
	err = k.Works(context.Background(), func(e barrier.Event) error {
		events = append(events, e)
		return nil
	})
	return events, err
}

// recordWorks is the record of a server.
type recordWorks struct{ *store.Store }

func (r recordWorks) close() error { return r.Close() }

// plainWorks is a folder with works.jsonl.
type plainWorks string

func (plainWorks) close() error { return nil }

// Works reads the file; a folder without one is one in which nothing was stated
// yet.
func (f plainWorks) Works(_ context.Context, each func(barrier.Event) error) error {
	file, err := os.Open(filepath.Join(string(f), worksFile))
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return fileError("works.open", string(f), err)
	}
	defer file.Close()
	events, err := exchange.ReadLog(file)
	for i := 0; err == nil && i < len(events); i++ {
		err = each(events[i])
	}
	return err
}

// AppendWorks puts the whole log in the place of the old one, or leaves the old
// one as it was.
func (f plainWorks) AppendWorks(ctx context.Context, added []barrier.Event, _ record.Note) error {
	var events []barrier.Event
	if err := f.Works(ctx, func(e barrier.Event) error { events = append(events, e); return nil }); err != nil {
		return err
	}
	if err := os.MkdirAll(string(f), 0o750); err != nil {
		return fileError("works.write", string(f), err)
	}
	file, err := os.CreateTemp(string(f), worksFile+".*")
	if err != nil {
		return fileError("works.write", string(f), err)
	}
	defer os.Remove(file.Name())
	err = exchange.WriteLog(file, append(events, added...))
	if err == nil {
		err = file.Sync()
	}
	err = errors.Join(err, file.Close())
	if err == nil {
		err = os.Rename(file.Name(), filepath.Join(string(f), worksFile))
	}
	if err != nil {
		return fileError("works.write", string(f), err)
	}
	return nil
}

// auditExport puts on a server's record that the programme left it: gaps are a
// map for smugglers.
func auditExport(folder, about, format string) (err error) {
	if folder == "" {
		return nil
	}
	if _, err := os.Stat(filepath.Join(folder, store.File)); err != nil {
		return nil
	}
	s, err := store.Open(folder, store.Options{Beside: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return s.Audit(context.Background(), record.Note{Kind: record.OfAction, ActorID: "operator", Verb: "works.export",
		Detail: map[string]any{"about": about, "format": format}, Personal: map[string]string{"actor": operator()}})
}

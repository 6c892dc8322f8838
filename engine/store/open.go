package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/note"
	_ "modernc.org/sqlite" // the driver

	"marsad/record"
	"marsad/say"
)

// File is the name of the record in the data folder.
const File = "record.db"

// applicationID marks our files, so that another program's are refused ("MRSD").
const applicationID = 0x4d525344

// Options of a store. The zero value is right for a server.
type Options struct {
	// HeadsDir is a folder outside the data folder, out of reach of who
	// administers this machine, where signed heads are handed out too; empty for
	// none.
	HeadsDir string
	// Beside opens a folder next to a running server, for a command that reads
	// and adds to the audit chain: no folder lock, no migration.
	Beside bool
	// Wait is how long a write waits for another program's lock, 5 s when 0.
	Wait time.Duration
	// Now is the clock, time.Now when nil.
	Now func() time.Time
	// Random is the source of salts, crypto/rand when nil.
	Random io.Reader

	synchronous string // durability, but for the test that shows what it is for
	maxPages    int    // of the database, for the test of a full disk; 0 for no limit
}

// Store is the record of one data folder.
type Store struct {
	dir    string
	opts   Options
	lock   *os.File
	signer note.Signer
	pub    string
	read   *sql.DB
	writer *sql.DB

	mu     sync.Mutex // one writer
	conn   *sql.Conn  // the writer's connection, nil after Close
	stmts  map[string]*sql.Stmt
	failed error // why the last write failed, nil when it did not
	doubt  error // what Open found wrong with the chain
}

// durability of every commit. A variable only so that a test can link a server
// that breaks the promise and see that its own eyes are open.
var durability = "FULL"

// Open opens the record in a data folder, making both where they are absent. It
// locks the folder, checks the database and brings its schema forward. The errors
// are *say.Error: store.in_use, store.broken, store.locked, store.full,
// store.newer, store.permission, key.open, key.broken.
func Open(dir string, opts Options) (*Store, error) {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Random == nil {
		opts.Random = rand.Reader
	}
	if opts.Wait == 0 {
		opts.Wait = 5 * time.Second
	}
	if opts.synchronous == "" {
		opts.synchronous = durability
	}
	s := &Store{dir: dir, opts: opts, stmts: map[string]*sql.Stmt{}}
	if err := s.open(context.Background()); err != nil {
		_ = s.Close() // why it did not open is what counts
		return nil, fault(err, dir)
	}
	return s, nil
}

func (s *Store) open(ctx context.Context) error {
	path, err := filepath.Abs(filepath.Join(s.dir, File))
	if err != nil {
		return err
	}
	if s.opts.Beside {
		if _, err := os.Stat(path); err != nil {
			return noRecord(s.dir, err)
		}
	} else {
		if err := os.MkdirAll(s.dir, 0o700); err != nil {
			return err
		}
		if s.lock, err = lockFolder(s.dir); err != nil {
			return err
		}
	}
	if err := s.openWriter(ctx, path); err != nil {
		return err
	}
	if s.read, err = openReader(path, s.opts.Wait); err != nil {
		return err
	}
	var made bool
	if s.signer, s.pub, made, err = loadKey(s.dir); err != nil {
		return err
	}
	if s.opts.Beside && !made {
		return nil
	}
	if s.doubt, err = s.keepDoubt(ctx); err != nil {
		return err
	}
	if err := s.announceKey(ctx); err != nil || s.doubt == nil {
		return err
	}
	return s.Audit(ctx, record.Note{Kind: record.OfHead, Verb: record.VerbDoubt, Detail: map[string]any{"what": say.As(s.doubt).Text.En}})
}

func (s *Store) openWriter(ctx context.Context, path string) error {
	// busy_timeout is first, so that the others wait for a lock as well. FULL
	// syncs the WAL at every commit: what is acknowledged survives a power cut.
	// secure_delete overwrites what retention erases.
	dsn := dsn(path, "rwc", s.opts.Wait,
		"journal_mode(WAL)", "synchronous("+s.opts.synchronous+")", "foreign_keys(ON)", "secure_delete(ON)", "journal_size_limit(67108864)")
	if s.opts.maxPages > 0 {
		dsn += fmt.Sprintf("&_pragma=max_page_count(%d)", s.opts.maxPages)
	}
	var err error
	if s.writer, err = sql.Open("sqlite", dsn); err != nil {
		return err
	}
	s.writer.SetMaxOpenConns(1)
	if s.conn, err = s.writer.Conn(ctx); err != nil {
		return err
	}
	if err := ours(ctx, s.conn, s.dir, s.opts.Beside); err != nil {
		return err
	}
	steps, err := readMigrations(migrationFiles)
	if err != nil {
		return err
	}
	if err := migrate(ctx, s.conn, steps, s.opts.Beside); err != nil {
		return err
	}
	return syncDir(s.dir)
}

func dsn(path, mode string, wait time.Duration, pragmas ...string) string {
	q := url.Values{"mode": {mode}, "_pragma": append([]string{fmt.Sprintf("busy_timeout(%d)", wait.Milliseconds())}, pragmas...)}
	return (&url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(path), RawQuery: q.Encode()}).String()
}

// openReader opens connections that can only read. The path is absolute.
func openReader(path string, wait time.Duration) (*sql.DB, error) {
	db, err := sql.Open("sqlite", dsn(path, "ro", wait))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(4)
	return db, nil
}

// ours refuses another program's file and a damaged one, and marks a new one.
func ours(ctx context.Context, conn *sql.Conn, dir string, beside bool) error {
	var id, tables int
	if err := conn.QueryRowContext(ctx, `PRAGMA application_id`).Scan(&id); err != nil {
		return err
	}
	if err := conn.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_schema`).Scan(&tables); err != nil {
		return err
	}
	switch {
	case id == applicationID && beside:
		return nil // the server checked it
	case id == applicationID:
		return quickCheck(ctx, conn, dir)
	case id == 0 && tables == 0 && !beside:
		_, err := conn.ExecContext(ctx, fmt.Sprintf(`PRAGMA application_id = %d`, applicationID))
		return err
	}
	return broken(dir, fmt.Errorf("%s is not a record of Marsad", File))
}

func quickCheck(ctx context.Context, conn *sql.Conn, dir string) error {
	var found string
	if err := conn.QueryRowContext(ctx, `PRAGMA quick_check(1)`).Scan(&found); err != nil {
		return err
	}
	if found != "ok" {
		return broken(dir, errors.New(found))
	}
	return nil
}

func noRecord(dir string, cause error) error {
	return &say.Error{
		Code: "store.none", Kind: say.NotFound, Cause: cause,
		Text: say.Text{En: "there is no record in " + dir, Ar: "لا يوجد سجل في " + say.LTR(dir)},
		Hint: say.Text{En: "give the data folder of the server with --data", Ar: "حدد مجلد بيانات الخادم بالخيار " + say.LTR("--data")},
	}
}

// Dir is the data folder.
func (s *Store) Dir() string { return s.dir }

// Doubt is what Open found wrong with the chain's end, nil for nothing. The
// store works, the head of before is kept in heads/, and Verify tells more.
func (s *Store) Doubt() error { return s.doubt }

// Close ends the store in reverse order of opening. Every later call fails with
// ErrClosed.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var errs []error
	for _, st := range s.stmts {
		errs = append(errs, st.Close())
	}
	clear(s.stmts)
	if s.read != nil {
		errs = append(errs, s.read.Close())
	}
	if s.conn != nil {
		errs = append(errs, s.conn.Close())
		s.conn = nil
	}
	if s.writer != nil {
		errs = append(errs, s.writer.Close())
	}
	if s.lock != nil {
		errs = append(errs, s.lock.Close())
		s.lock = nil
	}
	return errors.Join(errs...)
}

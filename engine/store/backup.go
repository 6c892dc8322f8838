package store

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"marsad/record"
	"marsad/say"
)

// backupFormat is the version of a backup's layout.
const backupFormat = 1

// Manifest is the first file of a backup: what is in it.
type Manifest struct {
	Format  int       `json:"format"`
	Made    time.Time `json:"made"`
	Entries int64     `json:"entries"` // of the audit chain
	Cursor  uint64    `json:"cursor"`  // log sequence; the log itself is not in a backup
	Head    string    `json:"head"`    // signed, covers everything in the backup
	Key     bool      `json:"key"`     // whether the private key is in it
	Bytes   int64     `json:"bytes"`   // of record.db
	Sum     string    `json:"sum"`     // SHA-256 of record.db
	// Files of evidence that were packed, and whether they were left out on purpose.
	Files      int  `json:"-"`
	NoEvidence bool `json:"no_evidence,omitempty"`
}

// BackupOptions say what goes in and who asked for it.
type BackupOptions struct {
	// Key puts the private key that signs heads into the backup. Without it a
	// restored Marsad makes a new one, and the chain tells so; with it, who has the
	// backup can sign heads.
	Key bool
	// NoEvidence leaves the pictures of alerts out. Who verifies what was restored
	// from it is told of each that is missing.
	NoEvidence bool
	ActorID    string // account id, empty for the machine's operator
	Actor      string // name
}

// Backup writes the record as it is at one moment into one file while the store
// goes on: record.db, the public key, the heads that were handed out, the files
// of evidence, and with Key the private one. Sessions are left out; the log and recordings are not part
// of it. The file is complete and synced under its name, or not there. An
// existing file is never overwritten (backup.exists). That it was made is an
// entry of the chain.
func (s *Store) Backup(ctx context.Context, path string, opts BackupOptions) (Manifest, error) {
	if _, err := os.Lstat(path); err == nil {
		return Manifest{}, &say.Error{
			Code: "backup.exists", Kind: say.Conflict,
			Text: say.Text{En: "there is a file " + path + " already", Ar: "يوجد ملف " + say.LTR(path) + " من قبل"},
			Hint: say.Text{En: "choose another name; a backup never overwrites", Ar: "اختر اسماً آخر؛ النسخ الاحتياطي لا يستبدل ملفاً"},
		}
	}
	folder := filepath.Dir(path)
	m, err := s.backup(ctx, folder, path, opts)
	if err != nil {
		return Manifest{}, fault(err, folder)
	}
	return m, s.Audit(ctx, record.Note{
		Kind: record.OfBackup, ActorID: opts.ActorID, Verb: "backup", Subject: filepath.Base(path),
		Detail: map[string]any{"entries": m.Entries, "key": m.Key, "sum": m.Sum}, Personal: map[string]string{"actor": opts.Actor},
	})
}

func (s *Store) backup(ctx context.Context, folder, path string, opts BackupOptions) (Manifest, error) {
	work, err := os.MkdirTemp(folder, ".marsad-backup-*")
	if err != nil {
		return Manifest{}, err
	}
	defer os.RemoveAll(work)
	copied := filepath.Join(work, File)
	// One read transaction: writers go on meanwhile. The copy has no free pages,
	// so nothing that was erased is in it.
	if _, err := s.read.ExecContext(ctx, `VACUUM INTO ?`, copied); err != nil {
		return Manifest{}, err
	}
	m, err := describe(ctx, copied, s.opts.Now().UTC(), opts.Key)
	if err != nil {
		return Manifest{}, err
	}
	files, err := s.besides(opts.Key)
	if err != nil {
		return Manifest{}, err
	}
	var evidence []string
	if m.NoEvidence = opts.NoEvidence; !opts.NoEvidence {
		if evidence, err = evidenceFor(ctx, copied, s.dir); err != nil {
			return Manifest{}, err
		}
	}
	whole := filepath.Join(work, "backup")
	if m.Files, err = s.pack(whole, m, files, evidence, copied); err != nil {
		return Manifest{}, err
	}
	// A link, not a rename: it cannot replace a file that came there meanwhile.
	if err := os.Link(whole, path); err != nil {
		return Manifest{}, err
	}
	return m, syncDir(folder)
}

// describe reads from the copy what the manifest says, and takes the sessions out.
func describe(ctx context.Context, path string, now time.Time, key bool) (m Manifest, err error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return m, err
	}
	db, err := sql.Open("sqlite", dsn(abs, "rw", 0, "secure_delete(ON)"))
	if err != nil {
		return m, err
	}
	if _, err := db.ExecContext(ctx, `DELETE FROM sessions`); err != nil {
		return m, errors.Join(err, db.Close())
	}
	head, err := readState(ctx, db, "head")
	if err == nil {
		m.Cursor, err = readCounter(ctx, db, "cursor")
	}
	if err == nil {
		err = db.QueryRowContext(ctx, `SELECT count(*) FROM audit`).Scan(&m.Entries)
	}
	if cerr := db.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return m, err
	}
	m.Format, m.Made, m.Head, m.Key = backupFormat, now, string(head), key
	f, err := os.Open(path)
	if err != nil {
		return m, err
	}
	defer f.Close()
	h := sha256.New()
	m.Bytes, err = io.Copy(h, f)
	m.Sum = hex.EncodeToString(h.Sum(nil))
	return m, err
}

type besides struct {
	name string
	data []byte
}

// besides are the small files that go into a backup.
func (s *Store) besides(key bool) ([]besides, error) {
	names := []string{pubFile}
	if key {
		names = append(names, keyFile)
	}
	var out []besides
	for _, name := range names {
		b, err := os.ReadFile(filepath.Join(s.dir, name))
		if err != nil {
			return nil, err
		}
		out = append(out, besides{name, b})
	}
	heads, err := readHeads(filepath.Join(s.dir, headsFolder))
	for _, h := range heads {
		out = append(out, besides{headsFolder + "/" + h.Name, h.Head})
	}
	return out, err
}

// pack writes a gzipped tar: the manifest, the small files, the pictures, the
// record.
func (s *Store) pack(path string, m Manifest, files []besides, evidence []string, record string) (packed int, err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return packed, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	z, err := gzip.NewWriterLevel(f, gzip.BestSpeed)
	if err != nil {
		return packed, err
	}
	t := tar.NewWriter(z)
	about, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return packed, err
	}
	for _, b := range append([]besides{{manifestName, about}}, files...) {
		if err := t.WriteHeader(&tar.Header{Name: b.name, Mode: 0o600, Size: int64(len(b.data)), ModTime: m.Made}); err != nil {
			return packed, err
		}
		if _, err := t.Write(b.data); err != nil {
			return packed, err
		}
	}
	for _, name := range evidence {
		there, err := s.packFile(t, name, m.Made)
		if err != nil {
			return packed, err
		}
		if there {
			packed++
		}
	}
	if err := t.WriteHeader(&tar.Header{Name: File, Mode: 0o600, Size: m.Bytes, ModTime: m.Made}); err != nil {
		return packed, err
	}
	db, err := os.Open(record)
	if err != nil {
		return packed, err
	}
	defer db.Close()
	if _, err := io.Copy(t, db); err != nil {
		return packed, err
	}
	if err := errors.Join(t.Close(), z.Close()); err != nil {
		return packed, err
	}
	return packed, f.Sync()
}

// packFile puts one file of the data folder into a backup; one that is not there
// is left out.
func (s *Store) packFile(t *tar.Writer, name string, made time.Time) (there bool, err error) {
	f, err := os.Open(filepath.Join(s.dir, filepath.FromSlash(name)))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() || info.Size() > maxEvidence {
		return false, err
	}
	if err := t.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: info.Size(), ModTime: made}); err != nil {
		return false, err
	}
	_, err = io.CopyN(t, f, info.Size())
	return true, err
}

const manifestName = "manifest.json"

// emptyFolder makes a folder, or errors unless it is empty.
func emptyFolder(dir string) error {
	files, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return os.MkdirAll(dir, 0o700)
	}
	if err == nil && len(files) > 0 {
		return &say.Error{
			Code: "restore.not_empty", Kind: say.Conflict,
			Text: say.Text{En: "the folder " + dir + " is not empty", Ar: "المجلد " + say.LTR(dir) + " ليس فارغاً"},
			Hint: say.Text{En: "restore into a new folder, look at it, and start Marsad there with --data", Ar: "استرجع في مجلد جديد وافحصه ثم شغّل مرصد عليه بالخيار " + say.LTR("--data")},
		}
	}
	return err
}

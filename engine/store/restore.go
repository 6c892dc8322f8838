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
	"fmt"
	"io"
	"math"
	"os"
	"path"
	"path/filepath"
	"strings"

	"marsad/record"
	"marsad/say"
)

// maxBeside is the largest small file of a backup in bytes: keys, heads, the
// manifest.
const maxBeside = 1 << 20

// Restored is what came of a restore.
type Restored struct {
	Manifest Manifest
	Report   record.Report // of the record as it was in the backup
}

// Restore unpacks a backup into a new or empty folder, checks it against its
// manifest and verifies its chain before anything stands there under its name,
// and records in the chain that it was restored. It refuses a folder with anything
// in it (restore.not_empty), a damaged file (backup.broken) and a chain that does
// not verify (backup.tampered, with the report).
//
// Personal fields that were erased after the backup was made are back: run Erase
// next. The log is not part of a backup: the pipeline records a gap.
func Restore(ctx context.Context, file, dir string, opts Options) (Restored, error) {
	r, err := restore(ctx, file, dir, opts)
	return r, fault(err, dir)
}

func restore(ctx context.Context, file, dir string, opts Options) (out Restored, err error) {
	if err := emptyFolder(dir); err != nil {
		return out, err
	}
	work := filepath.Join(dir, ".restore")
	if err := os.MkdirAll(filepath.Join(work, headsFolder), 0o700); err != nil {
		return out, err
	}
	defer os.RemoveAll(work)
	f, err := os.Open(file)
	if err != nil {
		return out, badBackup(err)
	}
	defer f.Close()
	if out.Manifest, err = unpack(f, work); err != nil {
		return out, err
	}
	if err := checkCopy(ctx, filepath.Join(work, File)); err != nil {
		return out, err
	}
	out.Report, err = Verify(ctx, work, Witness{Head: []byte(out.Manifest.Head), HeadsDir: opts.HeadsDir})
	if err != nil {
		return out, err
	}
	// A head outside that is newer than the backup does not speak against it: the
	// chain tells of the restore, and Verify goes on to name what is missing.
	if serious(out.Report) {
		return out, &say.Error{
			Code: "backup.tampered", Kind: say.Conflict,
			Text: say.Text{En: "the record in the backup does not verify: " + out.Report.Problems[0].Text.En, Ar: "السجل في النسخة الاحتياطية لا يجتاز التحقق: " + out.Report.Problems[0].Text.Ar},
			Hint: say.Text{En: "use an earlier backup, and tell oversight", Ar: "استعمل نسخة احتياطية أقدم وأبلغ جهة الرقابة"},
		}
	}
	if err := settle(work, dir); err != nil {
		return out, err
	}
	s, err := Open(dir, opts)
	if err != nil {
		return out, err
	}
	err = s.Audit(ctx, record.Note{Kind: record.OfBackup, Verb: "restore", Subject: filepath.Base(file),
		Detail: map[string]any{"entries": out.Manifest.Entries, "made": out.Manifest.Made, "sum": out.Manifest.Sum}})
	return out, errors.Join(err, s.Close())
}

func serious(r record.Report) bool {
	for _, p := range r.Problems {
		if p.OfFile() {
			continue // a picture is missing or another; the record itself holds, and names it
		}
		if p.Fault != record.Truncated || p.Subject != "" {
			return true
		}
	}
	return false
}

// unpack writes the files of a backup that belong there into a folder, and
// nothing else.
func unpack(r io.Reader, dir string) (m Manifest, err error) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return m, badBackup(err)
	}
	t := tar.NewReader(z)
	h, err := t.Next()
	if err != nil || h.Name != manifestName || h.Size > maxBeside {
		return m, badBackup(err)
	}
	about, err := io.ReadAll(io.LimitReader(t, maxBeside))
	if err != nil {
		return m, badBackup(err)
	}
	if err := json.Unmarshal(about, &m); err != nil {
		return m, badBackup(err)
	}
	if m.Format != backupFormat {
		return m, badBackup(fmt.Errorf("format %d, this program reads %d", m.Format, backupFormat))
	}
	whole := false
	for {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return m, badBackup(err)
		}
		if h.Typeflag != tar.TypeReg || !belongs(h.Name) || h.Size > most(h.Name) {
			return m, badBackup(fmt.Errorf("%q does not belong into a backup", h.Name))
		}
		if h.Name == File && h.Size != m.Bytes {
			return m, badBackup(fmt.Errorf("%s has %d bytes, not %d", File, h.Size, m.Bytes))
		}
		to := filepath.Join(dir, filepath.FromSlash(h.Name))
		if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
			return m, err
		}
		sum, err := unpackOne(t, to)
		if err != nil {
			return m, err
		}
		if h.Name == File {
			if sum != m.Sum {
				return m, badBackup(errors.New("the sum of " + File + " is another"))
			}
			whole = true
		}
	}
	if !whole {
		return m, badBackup(errors.New("there is no " + File + " in it"))
	}
	return m, nil
}

// most is the size that a file of a backup may have, in bytes.
func most(name string) int64 {
	switch {
	case name == File:
		return math.MaxInt64 // compared with the manifest
	case ofEvidence(name):
		return maxEvidence
	}
	return maxBeside
}

func belongs(name string) bool {
	if name == File || name == pubFile || name == keyFile || ofEvidence(name) {
		return true
	}
	dir, base := path.Split(name)
	return dir == headsFolder+"/" && strings.HasSuffix(base, headSuffix) && !strings.HasPrefix(base, ".") && !strings.ContainsAny(base, `\:`)
}

func unpackOne(r io.Reader, path string) (sum string, err error) {
	mode := os.FileMode(0o600)
	if strings.HasSuffix(path, headSuffix) || strings.HasSuffix(path, pubFile) {
		mode = 0o644
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return "", err
	}
	h := sha256.New()
	from := &source{r: r}
	_, err = io.Copy(io.MultiWriter(f, h), from)
	if from.err != nil {
		err = badBackup(from.err) // the backup's fault, not the disk's
	}
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return hex.EncodeToString(h.Sum(nil)), err
}

// source remembers why reading ended, to tell it from a failure to write.
type source struct {
	r   io.Reader
	err error
}

func (s *source) Read(b []byte) (int, error) {
	n, err := s.r.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		s.err = err
	}
	return n, err
}

// openCopy opens a record that nobody else has open.
func openCopy(ctx context.Context, path string) (*sql.DB, error) {
	db, err := sql.Open("sqlite", dsn(path, "ro", 0)+"&immutable=1")
	if err != nil {
		return nil, err
	}
	return db, db.PingContext(ctx)
}

func checkCopy(ctx context.Context, path string) error {
	abs, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	db, err := openCopy(ctx, abs)
	if err != nil {
		return badBackup(err)
	}
	defer db.Close()
	var found string
	if err := db.QueryRowContext(ctx, `PRAGMA quick_check(1)`).Scan(&found); err != nil {
		return badBackup(err)
	}
	if found != "ok" {
		return badBackup(errors.New(found))
	}
	return nil
}

// settle moves the restored files to their names, the record last.
func settle(work, dir string) error {
	for _, name := range []string{headsFolder, record.EvidenceFolder, pubFile, keyFile, File} {
		err := os.Rename(filepath.Join(work, name), filepath.Join(dir, name))
		if err != nil && !((name == keyFile || name == record.EvidenceFolder) && errors.Is(err, os.ErrNotExist)) {
			return err
		}
	}
	// Without its private key the public one is of no use: a new pair is made.
	if _, err := os.Stat(filepath.Join(dir, keyFile)); err != nil {
		if err := os.Remove(filepath.Join(dir, pubFile)); err != nil {
			return err
		}
	}
	return syncDir(dir)
}

func badBackup(cause error) error {
	return &say.Error{
		Code: "backup.broken", Kind: say.Invalid, Cause: cause,
		Text: say.Text{En: "this is not a whole backup of Marsad", Ar: "هذه ليست نسخة احتياطية سليمة من مرصد"},
		Hint: say.Text{En: "give a file that marsad backup wrote, or an earlier one", Ar: "أعطِ ملفاً كتبه أمر " + say.LTR("marsad backup") + " أو نسخة أقدم"},
	}
}

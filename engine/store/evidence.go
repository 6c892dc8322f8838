package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"marsad/record"
)

// keptFile is a file that the chain commits to.
type keptFile struct {
	record.EvidenceFile
	path string // in the data folder, with slashes
	seq  int64  // of the entry
}

// EvidenceOf gives the files that the chain holds of an alert, none once they
// are erased.
func (s *Store) EvidenceOf(ctx context.Context, alert string) (files []record.EvidenceFile, err error) {
	kept, err := keptFiles(ctx, s.read, alert)
	for _, f := range kept {
		files = append(files, f.EvidenceFile)
	}
	return files, fault(err, s.dir)
}

// keptFiles reads from the chain which files should be there: those kept and not
// erased since; of one alert, or of all where it is empty. They are in the order
// of their paths.
func keptFiles(ctx context.Context, db queryer, alert string) ([]keptFile, error) {
	rows, err := db.QueryContext(ctx, entrySQL+`WHERE kind = ? AND (? = '' OR subject = ?) ORDER BY seq`, string(record.OfEvidence), alert, alert)
	if err != nil {
		return nil, err
	}
	entries, err := scanAll(rows, scanEntry)
	if err != nil {
		return nil, err
	}
	by := map[string]map[string]keptFile{}
	for _, e := range entries {
		if e.Verb == record.EvidenceErased {
			delete(by, e.Subject)
		}
		for _, f := range e.EvidenceFiles() {
			if !record.PlainName(e.Subject) || !record.PlainName(f.Name) {
				continue // nothing that Marsad writes; the chain tells if it was put there
			}
			if by[e.Subject] == nil {
				by[e.Subject] = map[string]keptFile{}
			}
			by[e.Subject][f.Name] = keptFile{f, strings.Join([]string{record.EvidenceFolder, e.Subject, f.Name}, "/"), e.Seq}
		}
	}
	var out []keptFile
	for _, files := range by {
		for _, f := range files {
			out = append(out, f)
		}
	}
	slices.SortFunc(out, func(a, b keptFile) int { return strings.Compare(a.path, b.path) })
	return out, nil
}

// checkEvidence compares the files of a data folder with the chain. One that is
// gone is looked up again: retention may have taken it meanwhile.
func checkEvidence(ctx context.Context, db queryer, dir string, r *record.Report) error {
	files, err := keptFiles(ctx, db, "")
	if err != nil {
		return err
	}
	for _, f := range files {
		if err := ctx.Err(); err != nil {
			return err
		}
		r.Files++
		sum, err := sumOf(filepath.Join(dir, filepath.FromSlash(f.path)))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			alert := strings.Split(f.path, "/")[1]
			now, err := keptFiles(ctx, db, alert)
			if err != nil {
				return err
			}
			if slices.Contains(now, f) {
				r.Add(record.FileProblem(record.Removed, f.seq, f.path))
			}
		case err != nil:
			r.Add(record.FileProblem(record.Unreadable, f.seq, f.path))
		case sum != f.SHA256:
			r.Add(record.FileProblem(record.Changed, f.seq, f.path))
		}
	}
	return nil
}

func sumOf(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	_, err = io.Copy(h, f)
	return hex.EncodeToString(h.Sum(nil)), err
}

// maxEvidence is the largest file of evidence in a backup, in bytes.
const maxEvidence = 1 << 30

// evidenceFor lists the files of a data folder that a backup of a record takes:
// those of the chain and the lists beside them. What is not there is left out,
// and named by whoever verifies.
func evidenceFor(ctx context.Context, copied, dir string) (paths []string, err error) {
	abs, err := filepath.Abs(copied)
	if err != nil {
		return nil, err
	}
	db, err := openCopy(ctx, abs)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	files, err := keptFiles(ctx, db, "")
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, f := range files {
		paths = append(paths, f.path)
		alert := strings.Split(f.path, "/")[1]
		if seen[alert] {
			continue
		}
		seen[alert] = true
		beside, err := os.ReadDir(filepath.Join(dir, record.EvidenceFolder, alert))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		for _, f := range beside {
			// A name that a restore would refuse is none that Marsad gave.
			if strings.HasSuffix(f.Name(), ".json") && record.PlainName(f.Name()) && f.Type().IsRegular() {
				paths = append(paths, strings.Join([]string{record.EvidenceFolder, alert, f.Name()}, "/"))
			}
		}
	}
	return paths, nil
}

// ofEvidence reports whether a name in a backup is that of a file of evidence.
func ofEvidence(name string) bool {
	parts := strings.Split(name, "/")
	return len(parts) == 3 && parts[0] == record.EvidenceFolder && record.PlainName(parts[1]) && record.PlainName(parts[2])
}

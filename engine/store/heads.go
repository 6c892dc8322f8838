package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"marsad/record"
	"marsad/say"
)

const (
	headsFolder = "heads"
	headSuffix  = ".head"
)

// HandOut writes the day's signed head to heads/ in the data folder and, where
// one is configured, to the folder outside of it, once a day (UTC), and gives
// it. Called again on the same day it gives the head of that day. When the folder
// outside cannot be written the error is heads.outside: without it nobody could
// tell that the end of the record was cut off.
func (s *Store) HandOut(ctx context.Context) ([]byte, error) {
	name := s.opts.Now().UTC().Format("2006-01-02") + headSuffix
	inside := filepath.Join(s.dir, headsFolder)
	head, err := os.ReadFile(filepath.Join(inside, name))
	if errors.Is(err, fs.ErrNotExist) {
		if err := s.Audit(ctx, record.Note{Kind: record.OfHead, Verb: "hand-out", Subject: name}); err != nil {
			return nil, err
		}
		if head, err = s.Head(ctx); err != nil {
			return nil, err
		}
		err = s.keepHead(inside, name, head)
	}
	if err != nil {
		return nil, fault(err, s.dir)
	}
	if s.opts.HeadsDir == "" {
		return head, nil
	}
	if err := s.keepOutside(name, head); err != nil {
		return head, &say.Error{
			Code: "heads.outside", Kind: say.Unavailable, Cause: err,
			Text: say.Text{En: "the signed head of today could not be written outside the data folder", Ar: "تعذرت كتابة ختم اليوم خارج مجلد البيانات"},
			Hint: say.Text{En: "make " + s.opts.HeadsDir + " writable, or hand the head to oversight by hand", Ar: "أتح الكتابة في " + say.LTR(s.opts.HeadsDir) + " أو سلّم الختم إلى جهة الرقابة يدوياً"},
		}
	}
	return head, nil
}

// keepOutside writes a head to the folder outside. What stands there is never
// overwritten: another head of the same day, from before a restore or from
// another Marsad, stays, and this one gets a name of its own.
func (s *Store) keepOutside(name string, head []byte) error {
	there, err := os.ReadFile(filepath.Join(s.opts.HeadsDir, name))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return s.keepHead(s.opts.HeadsDir, name, head)
	case err != nil || bytes.Equal(there, head):
		return err
	}
	sum := sha256.Sum256(head)
	return s.keepHead(s.opts.HeadsDir, strings.TrimSuffix(name, headSuffix)+"-"+hex.EncodeToString(sum[:4])+headSuffix, head)
}

func (s *Store) keepHead(dir, name string, head []byte) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	return writeFile(filepath.Join(dir, name), head, 0o644)
}

// HandedOut is a signed head that was handed out.
type HandedOut struct {
	Name string // file name: the day
	Head []byte
}

// Heads gives the heads that were handed out, oldest first.
func (s *Store) Heads() ([]HandedOut, error) {
	out, err := readHeads(filepath.Join(s.dir, headsFolder))
	return out, fault(err, s.dir)
}

func readHeads(dir string) ([]HandedOut, error) {
	files, err := os.ReadDir(dir) // sorted by name
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var out []HandedOut
	for _, f := range files {
		if !f.Type().IsRegular() || !strings.HasSuffix(f.Name(), headSuffix) || strings.HasPrefix(f.Name(), ".") {
			continue
		}
		b, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			return nil, err
		}
		out = append(out, HandedOut{f.Name(), bytes.Clone(b)})
	}
	return out, nil
}

package store

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"marsad/record"
	"marsad/say"
)

const (
	keyFile = "audit.key"
	pubFile = "audit.pub"
)

// loadKey reads the key that signs heads, or makes one. made tells which.
func loadKey(dir string) (signer note.Signer, pub string, made bool, err error) {
	path := filepath.Join(dir, keyFile)
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		signer, pub, err = makeKey(dir)
		return signer, pub, true, err
	}
	if err != nil {
		return nil, "", false, err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, "", false, &say.Error{
			Code: "key.open", Kind: say.Invalid,
			Text: say.Text{En: "others than its owner can read the key that signs the audit chain", Ar: "مفتاح توقيع سجل التدقيق مقروء لغير مالكه"},
			Hint: say.Text{En: "run chmod 600 " + path + "; if others may have read it, move it away and Marsad makes a new one, which the chain tells", Ar: "نفّذ " + say.LTR("chmod 600 "+path) + "؛ وإن احتمل أن قرأه غيرك فانقله، وسينشئ مرصد مفتاحاً جديداً ويذكر ذلك في السجل"},
		}
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, "", false, err
	}
	skey := strings.TrimSpace(string(b))
	if signer, err = note.NewSigner(skey); err != nil {
		return nil, "", false, badKey(path, err)
	}
	p, err := os.ReadFile(filepath.Join(dir, pubFile))
	if err != nil {
		return nil, "", false, badKey(filepath.Join(dir, pubFile), err)
	}
	pub = strings.TrimSpace(string(p))
	v, err := note.NewVerifier(pub)
	if err != nil || v.Name() != signer.Name() || v.KeyHash() != signer.KeyHash() {
		return nil, "", false, badKey(filepath.Join(dir, pubFile), err)
	}
	return signer, pub, false, nil
}

func makeKey(dir string) (note.Signer, string, error) {
	var b [4]byte
	if _, err := rand.Read(b[:]); err != nil {
		return nil, "", err
	}
	skey, pub, err := note.GenerateKey(rand.Reader, "marsad-"+hex.EncodeToString(b[:]))
	if err != nil {
		return nil, "", err
	}
	// The public key first: a key without it cannot be used, the other way round
	// only a new pair is made.
	if err := writeFile(filepath.Join(dir, pubFile), []byte(pub+"\n"), 0o644); err != nil {
		return nil, "", err
	}
	if err := writeFile(filepath.Join(dir, keyFile), []byte(skey+"\n"), 0o600); err != nil {
		return nil, "", err
	}
	signer, err := note.NewSigner(skey)
	return signer, pub, err
}

func badKey(path string, cause error) error {
	return &say.Error{
		Code: "key.broken", Kind: say.Invalid, Cause: cause,
		Text: say.Text{En: "the key file " + path + " cannot be used", Ar: "ملف المفتاح " + say.LTR(path) + " غير صالح"},
		Hint: say.Text{En: "put back audit.key and audit.pub from a backup made with the key, or move both away: Marsad then makes a new pair, which the chain tells", Ar: "أعد الملفين " + say.LTR("audit.key") + " و" + say.LTR("audit.pub") + " من نسخة احتياطية تشمل المفتاح، أو انقلهما معاً فينشئ مرصد زوجاً جديداً ويذكر ذلك في السجل"},
	}
}

// announceKey puts the public key into the chain, unless it is the latest there.
func (s *Store) announceKey(ctx context.Context) error {
	keys, err := chainKeys(ctx, s.read)
	if err != nil {
		return err
	}
	if len(keys) > 0 && keys[len(keys)-1] == s.pub {
		return nil
	}
	verb := "first"
	if len(keys) > 0 {
		verb = "replace"
	}
	return s.Audit(ctx, record.Note{Kind: record.OfKey, Verb: verb, Subject: s.signer.Name(), Detail: map[string]any{"key": s.pub}})
}

// writeFile puts a file on disk whole and synced, or not at all.
func writeFile(path string, b []byte, mode fs.FileMode) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // gone already when all went well
	_, err = f.Write(b)
	if err == nil {
		err = f.Chmod(mode)
	}
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// syncDir makes the names in a folder survive a power cut.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

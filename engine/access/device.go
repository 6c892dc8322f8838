package access

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"strings"
	"time"
)

// A mark says that in this browser somebody once gave the right password of an
// account. Who tries passwords elsewhere cannot keep him waiting. It lets nobody in.
//
// It is twelve random bytes, the second of its making, and both under a key that is
// made of the account's encoded password: it needs no store, names nobody, and is
// void when the password changes.
type mark [markRandom + 8 + markSum]byte

const (
	markRandom = 12
	markSum    = 16
	// marksFor is how long a browser is known after somebody signed in there.
	marksFor = 180 * 24 * time.Hour
	// maxMarks bounds the people whom one browser knows: those of a watch room.
	maxMarks = 16
)

func (m *mark) sum(a *Account) []byte {
	key := sha256.Sum256([]byte("marsad device " + a.ID + " " + a.Password))
	h := hmac.New(sha256.New, key[:])
	h.Write(m[:markRandom+8])
	return h.Sum(nil)[:markSum]
}

func newMark(a *Account, now time.Time) (mark, error) {
	var m mark
	if _, err := rand.Read(m[:markRandom]); err != nil {
		return m, err
	}
	binary.BigEndian.PutUint64(m[markRandom:], uint64(now.Unix()))
	copy(m[markRandom+8:], m.sum(a))
	return m, nil
}

// of reports whether the mark was made for an account, and not too long ago.
func (m *mark) of(a *Account, now time.Time) bool {
	if a == nil || !hmac.Equal(m[markRandom+8:], m.sum(a)) {
		return false
	}
	made := time.Unix(int64(binary.BigEndian.Uint64(m[markRandom:])), 0)
	return now.Sub(made) < marksFor
}

// marksOf reads a browser's marks, as it sends them. What is no mark is left out.
func marksOf(text string) []mark {
	var out []mark
	for part := range strings.SplitSeq(text, ".") {
		var m mark
		b, err := base64.RawURLEncoding.DecodeString(part)
		if err != nil || len(b) != len(m) || len(out) == maxMarks {
			continue
		}
		copy(m[:], b)
		out = append(out, m)
	}
	return out
}

func textOf(marks []mark) string {
	var parts []string
	for _, m := range marks {
		parts = append(parts, base64.RawURLEncoding.EncodeToString(m[:]))
	}
	return strings.Join(parts, ".")
}

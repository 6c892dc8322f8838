package ident

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"time"
)

// ID is a UUID. The zero value means "none" and prints as an empty text.
type ID [16]byte

// ErrID is returned for text that is not a UUID.
var ErrID = errors.New("an identifier is a UUID: 32 hexadecimal digits in groups of 8-4-4-4-12")

// Derive makes the UUID version 8 of something that happened: its kind
// ("track", "alert"), its event time, what caused it, and its ordinal among
// the things with the same three.
func Derive(kind string, at time.Time, cause string, ordinal uint64) ID {
	h := sha256.New()
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], uint64(at.UnixNano()))
	binary.BigEndian.PutUint64(b[8:], ordinal)
	io.WriteString(h, kind)
	h.Write([]byte{0})
	h.Write(b[:])
	io.WriteString(h, cause)
	var id ID
	copy(id[:], h.Sum(nil))
	// The first 48 bits carry the event time, so that ids sort by it.
	ms := uint64(at.UnixMilli())
	for i := range 6 {
		id[i] = byte(ms >> (40 - 8*i))
	}
	id[6] = id[6]&0x0f | 0x80
	id[8] = id[8]&0x3f | 0x80
	return id
}

// New makes a UUID version 7 from a time and a source of random bytes.
func New(at time.Time, random io.Reader) (ID, error) {
	var id ID
	if _, err := io.ReadFull(random, id[6:]); err != nil {
		return ID{}, err
	}
	ms := uint64(at.UnixMilli())
	for i := range 6 {
		id[i] = byte(ms >> (40 - 8*i))
	}
	id[6] = id[6]&0x0f | 0x70
	id[8] = id[8]&0x3f | 0x80
	return id, nil
}

// Parse reads the 36-character form.
func Parse(s string) (ID, error) {
	var id ID
	if len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return ID{}, ErrID
	}
	packed := s[0:8] + s[9:13] + s[14:18] + s[19:23] + s[24:36]
	if _, err := hex.Decode(id[:], []byte(packed)); err != nil {
		return ID{}, ErrID
	}
	return id, nil
}

// IsZero reports whether there is no identifier.
func (id ID) IsZero() bool { return id == ID{} }

// Version is the UUID version number, 0 for the zero value.
func (id ID) Version() int { return int(id[6] >> 4) }

// String is the 36-character form, empty for the zero value.
func (id ID) String() string {
	if id.IsZero() {
		return ""
	}
	var b [36]byte
	hex.Encode(b[0:8], id[0:4])
	hex.Encode(b[9:13], id[4:6])
	hex.Encode(b[14:18], id[6:8])
	hex.Encode(b[19:23], id[8:10])
	hex.Encode(b[24:36], id[10:16])
	b[8], b[13], b[18], b[23] = '-', '-', '-', '-'
	return string(b[:])
}

// MarshalText writes the 36-character form.
func (id ID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText reads the 36-character form, or nothing.
func (id *ID) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*id = ID{}
		return nil
	}
	parsed, err := Parse(string(b))
	if err != nil {
		return err
	}
	*id = parsed
	return nil
}

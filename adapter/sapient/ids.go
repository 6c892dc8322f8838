package sapient

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"
	"time"
)

// ValidNodeID reports whether s is a UUID version 4 in lower case, as the
// standard demands of nodes.
func ValidNodeID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		switch i {
		case 8, 13, 18, 23:
			if c != '-' {
				return false
			}
		case 14:
			if c != '4' {
				return false
			}
		case 19:
			if c != '8' && c != '9' && c != 'a' && c != 'b' {
				return false
			}
		default:
			if !(c >= '0' && c <= '9' || c >= 'a' && c <= 'f') {
				return false
			}
		}
	}
	return true
}

// ValidULID reports whether s is a ULID in upper case.
func ValidULID(s string) bool {
	if len(s) != 26 || s[0] < '0' || s[0] > '7' {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if !(c >= '0' && c <= '9' || c >= 'A' && c <= 'Z') || c == 'I' || c == 'L' || c == 'O' || c == 'U' {
			return false
		}
	}
	return true
}

// NodeID derives a node's id from a name, so that a simulated sensor keeps its
// id from run to run: a UUID that has the form of version 4.
func NodeID(name string) string {
	h := sha256.Sum256([]byte("sapient node " + name))
	return uuid4(h[:16])
}

func randomNodeID() string {
	var b [16]byte
	binary.LittleEndian.PutUint64(b[:8], rand.Uint64())
	binary.LittleEndian.PutUint64(b[8:], rand.Uint64())
	return uuid4(b[:])
}

func uuid4(b []byte) string {
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	var s [36]byte
	hex.Encode(s[0:8], b[0:4])
	hex.Encode(s[9:13], b[4:6])
	hex.Encode(s[14:18], b[6:8])
	hex.Encode(s[19:23], b[8:10])
	hex.Encode(s[24:36], b[10:16])
	s[8], s[13], s[18], s[23] = '-', '-', '-', '-'
	return string(s[:])
}

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// ulid writes 48 bits of milliseconds and 80 bits of tail as 26 digits.
func ulid(at time.Time, hi uint16, lo uint64) string {
	top := uint64(at.UnixMilli())<<16 | uint64(hi)
	var s [26]byte
	for i := 25; i >= 0; i-- {
		s[i] = crockford[lo&31]
		lo = lo>>5 | top<<59
		top >>= 5
	}
	return string(s[:])
}

// newULID makes a ULID for a message of our own.
func newULID(at time.Time) string { return ulid(at, uint16(rand.Uint32()), rand.Uint64()) }

// derivedULID makes the ULID of something that is named by a text and an
// ordinal, the same one each time (FNV-1a, 64 bits, twice).
func derivedULID(at time.Time, name string, ordinal uint64) string {
	const prime = 1099511628211
	h := uint64(14695981039346656037)
	for i := range len(name) {
		h = (h ^ uint64(name[i])) * prime
	}
	for v, i := uint64(at.UnixNano()), 0; i < 8; i, v = i+1, v>>8 {
		h = (h ^ v&0xff) * prime
	}
	for i := 0; i < 8; i, ordinal = i+1, ordinal>>8 {
		h = (h ^ ordinal&0xff) * prime
	}
	return ulid(at, uint16(h>>3*prime>>48), h)
}

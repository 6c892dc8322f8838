package sense

import (
	"encoding/binary"
	"fmt"
	"math"
)

func appendF64(b []byte, v float64) []byte {
	return binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
}

func appendF32(b []byte, v float64) []byte {
	return binary.LittleEndian.AppendUint32(b, math.Float32bits(float32(v)))
}

func appendText(b []byte, s string) []byte {
	b = binary.AppendUvarint(b, uint64(len(s)))
	return append(b, s...)
}

// appendID writes an id: a zero byte and 16 bytes for a ULID, else its length
// and text. An empty id is never written.
func appendID(b []byte, s string) []byte {
	if u, ok := packULID(s); ok {
		return append(append(b, 0), u[:]...)
	}
	return appendText(b, s)
}

// reader takes values off the front of b; after the first failure it gives zeros.
type reader struct {
	b   []byte
	err error
}

func (r *reader) fail(why string) {
	if r.err == nil {
		r.err = fmt.Errorf("%w: %s", ErrWire, why)
	}
	r.b = nil
}

func (r *reader) take(n uint64) []byte {
	if uint64(len(r.b)) < n {
		r.fail("cut short")
		return nil
	}
	head := r.b[:n]
	r.b = r.b[n:]
	return head
}

func (r *reader) u8() byte {
	if b := r.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (r *reader) u16() uint16 {
	if b := r.take(2); b != nil {
		return binary.LittleEndian.Uint16(b)
	}
	return 0
}

func (r *reader) u64() uint64 {
	if b := r.take(8); b != nil {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}

func (r *reader) f64() float64 { return math.Float64frombits(r.u64()) }

func (r *reader) f32() float64 {
	if b := r.take(4); b != nil {
		return float64(math.Float32frombits(binary.LittleEndian.Uint32(b)))
	}
	return 0
}

func (r *reader) varint() int64 {
	v, n := binary.Varint(r.b)
	if n <= 0 {
		r.fail("bad number")
		return 0
	}
	r.b = r.b[n:]
	return v
}

func (r *reader) uvarint() uint64 {
	v, n := binary.Uvarint(r.b)
	if n <= 0 {
		r.fail("bad number")
		return 0
	}
	r.b = r.b[n:]
	return v
}

// text reads a text; the old one is kept where it is the same, to spare memory.
func (r *reader) text(old string) string {
	n := r.uvarint()
	if n > math.MaxUint16 {
		r.fail("text too long")
		return ""
	}
	b := r.take(n)
	if string(b) == old {
		return old
	}
	return string(b)
}

func (r *reader) id(old string) string {
	if len(r.b) == 0 || r.b[0] != 0 {
		return r.text(old)
	}
	r.take(1)
	b := r.take(16)
	if b == nil {
		return ""
	}
	var text [26]byte
	unpackULID(&text, b)
	if string(text[:]) == old {
		return old
	}
	return string(text[:])
}

// crockford is the alphabet of a ULID: digits and letters without I, L, O, U.
const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// packULID gives the 16 bytes of a ULID in upper case, and false for any other
// text. 26 digits of 5 bits hold 128 bits, so the first digit is at most 7.
func packULID(s string) (u [16]byte, ok bool) {
	if len(s) != 26 || s[0] > '7' {
		return u, false
	}
	var hi, lo uint64
	for i := range 26 {
		d := crockfordDigit(s[i])
		if d == 0xff {
			return u, false
		}
		hi = hi<<5 | lo>>59
		lo = lo<<5 | uint64(d)
	}
	binary.BigEndian.PutUint64(u[:8], hi)
	binary.BigEndian.PutUint64(u[8:], lo)
	return u, true
}

func unpackULID(text *[26]byte, b []byte) {
	hi, lo := binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])
	for i := 25; i >= 0; i-- {
		text[i] = crockford[lo&31]
		lo = lo>>5 | hi<<59
		hi >>= 5
	}
}

func crockfordDigit(c byte) byte {
	switch {
	case c >= '0' && c <= '9':
		return c - '0'
	case c >= 'A' && c <= 'H':
		return c - 'A' + 10
	case c == 'J' || c == 'K':
		return c - 'J' + 18
	case c == 'M' || c == 'N':
		return c - 'M' + 20
	case c >= 'P' && c <= 'T':
		return c - 'P' + 22
	case c >= 'V' && c <= 'Z':
		return c - 'V' + 27
	}
	return 0xff
}

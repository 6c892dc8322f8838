package thermal

import (
	"encoding/binary"
	"io"
)

func (n *nut) startcode() (uint64, error) {
	var b [8]byte
	if _, err := io.ReadFull(n.r, b[:]); err != nil {
		return 0, err
	}
	if b[0] != 'N' {
		return 0, errNut
	}
	return binary.BigEndian.Uint64(b[:]), nil
}

// packet reads the body of a packet without its checksum.
func (n *nut) packet() (*fields, error) {
	size, err := varint(n.r)
	if err != nil {
		return nil, err
	}
	if size < 4 || size > nutPacket {
		return nil, errNut
	}
	if size > 4096 {
		if _, err := n.r.Discard(4); err != nil { // the header's own checksum
			return nil, err
		}
	}
	b := make([]byte, size)
	if _, err := io.ReadFull(n.r, b); err != nil {
		return nil, err
	}
	return &fields{b: b[:size-4]}, nil
}

func varint(r io.ByteReader) (uint64, error) {
	v := uint64(0)
	for range 9 {
		b, err := r.ReadByte()
		if err != nil {
			return 0, err
		}
		v = v<<7 | uint64(b&0x7f)
		if b < 0x80 {
			return v, nil
		}
	}
	return 0, errNut
}

// fields reads a packet's body; past the end everything is zero and bad is set.
type fields struct {
	b   []byte
	bad bool
}

func (f *fields) ReadByte() (byte, error) {
	if len(f.b) == 0 {
		f.bad = true
		return 0, io.ErrUnexpectedEOF
	}
	c := f.b[0]
	f.b = f.b[1:]
	return c, nil
}

func (f *fields) u() uint64 {
	v, err := varint(f)
	if err != nil {
		f.bad = true
		return 0
	}
	return v
}

func (f *fields) s() int64 {
	v := f.u() + 1
	if v&1 != 0 {
		return -int64(v >> 1)
	}
	return int64(v >> 1)
}

func (f *fields) bytes() []byte {
	size := f.u()
	if size > uint64(len(f.b)) {
		f.bad = true
		return nil
	}
	out := f.b[:size]
	f.b = f.b[size:]
	return out
}

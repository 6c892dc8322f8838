package sapient

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"google.golang.org/protobuf/proto"

	pb "marsad/adapter/sapient/sapientpb"
)

// DefaultMaxMessage is the greatest message read, in bytes, unless configured.
const DefaultMaxMessage = 1 << 20

// frameHead is the length of the length: an unsigned 32-bit little-endian number.
const frameHead = 4

// ErrTooLong is returned for a frame above the limit. What follows it on the
// connection cannot be trusted to be a frame.
var ErrTooLong = errors.New("message too long")

// readFrame reads one frame into buf, which grows as bytes arrive, never on the
// word of the length alone. It returns io.EOF between frames only.
func readFrame(r io.Reader, buf []byte, limit int) ([]byte, error) {
	var head [frameHead]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return buf[:0], err
	}
	n := int64(binary.LittleEndian.Uint32(head[:]))
	if n > int64(limit) {
		return buf[:0], fmt.Errorf("%w: %d bytes announced, at most %d are read", ErrTooLong, n, limit)
	}
	buf = buf[:0]
	for int64(len(buf)) < n {
		step := min(n-int64(len(buf)), 16<<10)
		have := len(buf)
		buf = append(buf, make([]byte, step)...)
		if _, err := io.ReadFull(r, buf[have:]); err != nil {
			if errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			return buf[:have], err
		}
	}
	return buf, nil
}

// appendFrame appends a message with its length to b.
func appendFrame(b []byte, m *pb.SapientMessage) ([]byte, error) {
	at := len(b)
	b = append(b, 0, 0, 0, 0)
	b, err := proto.MarshalOptions{}.MarshalAppend(b, m)
	if err != nil {
		return b[:at], err
	}
	binary.LittleEndian.PutUint32(b[at:], uint32(len(b)-at-frameHead))
	return b, nil
}

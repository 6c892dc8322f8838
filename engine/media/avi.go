package media

import (
	"bytes"
	"encoding/binary"
	"time"
)

// avi is a film of JPEG pictures in memory (AVI RIFF, Microsoft 1992): the
// oldest container, and one that every player and every court's expert reads.
type avi struct {
	width, height int
	per           time.Duration // between pictures
	movi, index   bytes.Buffer
	n, largest    int
}

func newAVI(width, height int, per time.Duration) *avi {
	return &avi{width: width, height: height, per: per}
}

func (a *avi) add(jpeg []byte) {
	entry := struct {
		ID                  [4]byte
		Flags, Offset, Size uint32
	}{[4]byte{'0', '0', 'd', 'c'}, 0x10, uint32(a.movi.Len() + 4), uint32(len(jpeg))}
	binary.Write(&a.index, binary.LittleEndian, entry)
	chunk(&a.movi, "00dc", jpeg)
	a.n++
	a.largest = max(a.largest, len(jpeg))
}

// chunk writes a chunk, padded to an even length.
func chunk(to *bytes.Buffer, id string, body []byte) {
	to.WriteString(id)
	binary.Write(to, binary.LittleEndian, uint32(len(body)))
	to.Write(body)
	if len(body)%2 == 1 {
		to.WriteByte(0)
	}
}

// list writes a list of chunks.
func list(to *bytes.Buffer, kind string, body []byte) {
	chunk(to, "LIST", append([]byte(kind), body...))
}

func (a *avi) writeTo(out *bytes.Buffer) {
	u := func(values ...uint32) (b []byte) {
		for _, v := range values {
			b = binary.LittleEndian.AppendUint32(b, v)
		}
		return b
	}
	micro := uint32(a.per.Microseconds())
	var stream, header, body bytes.Buffer
	chunk(&stream, "strh", append([]byte("vidsMJPG"), u(0, 0, 0, micro, 1e6, 0, uint32(a.n), uint32(a.largest), 0xffffffff, 0, 0, uint32(a.width)|uint32(a.height)<<16)...))
	chunk(&stream, "strf", append(u(40, uint32(a.width), uint32(a.height), 1|24<<16), append([]byte("MJPG"), u(uint32(3*a.width*a.height), 0, 0, 0, 0)...)...))
	chunk(&header, "avih", u(micro, 0, 0, 0x10, uint32(a.n), 0, 1, uint32(a.largest), uint32(a.width), uint32(a.height), 0, 0, 0, 0))
	list(&header, "strl", stream.Bytes())
	body.WriteString("AVI ")
	list(&body, "hdrl", header.Bytes())
	list(&body, "movi", a.movi.Bytes())
	chunk(&body, "idx1", a.index.Bytes())
	chunk(out, "RIFF", body.Bytes())
}

package thermal

import (
	"bufio"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"marsad/detect"
	"marsad/say"
)

// settle is how long after a flat-field correction the picture of a small
// microbolometer still moves.
const settle = time.Second

// CPTV reads recordings of the Cacophony Project, versions 1 and 2: gzip over
// fields and delta-coded 16-bit frames (github.com/TheCacophonyProject/go-cptv,
// SPEC.md and SPECv2.md). Version 1 tells the time of a frame in microseconds,
// version 2 in milliseconds. Version 2 says when the camera last corrected its
// flat field; frames within a second after that are marked FlatField.
type CPTV struct {
	file          io.Closer // nil for a reader that the caller closes
	r             *bufio.Reader
	width, height int
	start         time.Time
	unit          time.Duration // of the times of frames
	firstOn       uint32
	index         int
	delta         []int32
	pix           []uint16
	raw           []byte
}

// OpenCPTV opens a recording and reads its head.
func OpenCPTV(name string) (*CPTV, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, cptvError(err)
	}
	c, err := ReadCPTV(f)
	if err != nil {
		f.Close()
		return nil, err
	}
	c.file = f
	return c, nil
}

// ReadCPTV reads a recording's head from r.
func ReadCPTV(r io.Reader) (*CPTV, error) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, cptvError(err)
	}
	c := &CPTV{r: bufio.NewReaderSize(z, 1<<16)}
	var magic [5]byte
	if _, err := io.ReadFull(c.r, magic[:]); err != nil {
		return nil, cptvError(err)
	}
	if string(magic[:4]) != "CPTV" || magic[4] < 1 || magic[4] > 2 {
		return nil, cptvError(fmt.Errorf("it begins with %q", magic))
	}
	if c.unit = time.Millisecond; magic[4] == 1 {
		c.unit = time.Microsecond
	}
	compression := byte(255)
	err = c.section('H', func(code byte, data []byte) {
		switch {
		case code == 'T' && len(data) == 8:
			c.start = time.UnixMicro(int64(binary.LittleEndian.Uint64(data) % (1 << 53))).UTC()
		case code == 'X' && len(data) == 4:
			c.width = int(min(binary.LittleEndian.Uint32(data), maxSide+1))
		case code == 'Y' && len(data) == 4:
			c.height = int(min(binary.LittleEndian.Uint32(data), maxSide+1))
		case code == 'C' && len(data) == 1:
			compression = data[0]
		}
	})
	if err != nil {
		return nil, cptvError(err)
	}
	if c.width < 1 || c.height < 1 || c.width > 2048 || c.height > 2048 || compression != 1 {
		return nil, cptvError(fmt.Errorf("%d x %d pixels, compression %d", c.width, c.height, compression))
	}
	c.delta = make([]int32, c.width*c.height)
	c.pix = make([]uint16, c.width*c.height)
	return c, nil
}

// section reads one list of fields behind its letter.
func (c *CPTV) section(letter byte, field func(code byte, data []byte)) error {
	var head [2]byte
	if _, err := io.ReadFull(c.r, head[:1]); err != nil {
		return err // io.EOF between frames is the end
	}
	if head[0] != letter {
		return fmt.Errorf("section %q where %q was due", head[0], letter)
	}
	if _, err := io.ReadFull(c.r, head[1:]); err != nil {
		return io.ErrUnexpectedEOF
	}
	var data [255]byte
	for range head[1] {
		var f [2]byte
		if _, err := io.ReadFull(c.r, f[:]); err != nil {
			return io.ErrUnexpectedEOF
		}
		if _, err := io.ReadFull(c.r, data[:f[0]]); err != nil {
			return io.ErrUnexpectedEOF
		}
		field(f[1], data[:f[0]])
	}
	return nil
}

// Next gives the next frame.
func (c *CPTV) Next() (detect.Frame, error) {
	var on, size, corrected uint32
	var bits byte
	told := false
	err := c.section('F', func(code byte, data []byte) {
		switch {
		case code == 't' && len(data) == 4:
			on = binary.LittleEndian.Uint32(data)
		case code == 'w' && len(data) == 1:
			bits = data[0]
		case code == 'f' && len(data) == 4:
			size = binary.LittleEndian.Uint32(data)
		case code == 'c' && len(data) == 4:
			corrected, told = binary.LittleEndian.Uint32(data), true
		}
	})
	if err == io.EOF {
		return detect.Frame{}, io.EOF
	}
	if err == nil {
		err = c.decode(bits, size)
	}
	if err != nil {
		return detect.Frame{}, cptvError(err)
	}
	if c.index == 0 {
		c.firstOn = on
	}
	f := detect.Frame{Index: c.index, At: c.start.Add(time.Duration(on-c.firstOn) * c.unit), Width: c.width, Height: c.height,
		Pix: c.pix, Bits: 16}
	if since := time.Duration(on-corrected) * c.unit; told && corrected > 0 && on >= corrected && since < settle {
		f.FlatField = true
	}
	c.index++
	return f, nil
}

// decode undoes the two differences: pixel against pixel along a line that
// snakes through the frame, and frame against the frame before.
func (c *CPTV) decode(bits byte, size uint32) error {
	n := c.width * c.height
	if bits < 1 || bits > 24 || int64(size) != 4+(int64(n-1)*int64(bits)+7)/8 {
		return fmt.Errorf("a frame of %d bytes with %d bits a pixel", size, bits)
	}
	if cap(c.raw) < int(size) {
		c.raw = make([]byte, size)
	}
	c.raw = c.raw[:size]
	if _, err := io.ReadFull(c.r, c.raw); err != nil {
		return io.ErrUnexpectedEOF
	}
	value := int32(binary.LittleEndian.Uint32(c.raw))
	c.delta[0] = value
	var store uint64
	have, at := 0, 4
	for i := 1; i < n; i++ {
		for have < int(bits) {
			store = store<<8 | uint64(c.raw[at])
			at++
			have += 8
		}
		have -= int(bits)
		v := uint32(store>>have) & (1<<bits - 1)
		value += int32(v<<(32-bits)) >> (32 - bits)
		y, x := i/c.width, i%c.width
		if y&1 == 1 {
			x = c.width - 1 - x
		}
		c.delta[y*c.width+x] = value
	}
	for i, v := range c.delta {
		p := int64(c.pix[i]) + int64(v)
		if p < 0 || p > 65535 {
			return errors.New("a pixel is out of range: the frame is damaged")
		}
		c.pix[i] = uint16(p)
	}
	return nil
}

// Close closes the file.
func (c *CPTV) Close() error {
	if c.file == nil {
		return nil
	}
	return c.file.Close()
}

func cptvError(cause error) error {
	if errors.Is(cause, io.EOF) {
		cause = io.ErrUnexpectedEOF
	}
	return &say.Error{Code: "thermal.cptv", Kind: say.Invalid, Cause: cause,
		Text: say.Text{En: "the recording cannot be read as CPTV", Ar: "لا يمكن قراءة التسجيل بصيغة " + say.LTR("CPTV")},
		Hint: say.Text{En: "check that the file is whole and of version 1 or 2", Ar: "تأكد من سلامة الملف ومن أنه بالإصدار 1 أو 2"}}
}

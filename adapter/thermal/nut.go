package thermal

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"time"
)

// nut reads what ffmpeg writes with -f nut: one stream of raw pictures, each
// with its time. NUT (Niedermayer et al., nut.txt of 2006) is ffmpeg's own
// container and the plainest one that carries times of raw pictures through a
// pipe. It is read as strictly as needed to find frames, with every length
// bounded.
type nut struct {
	r             *bufio.Reader
	codes         [256]frameCode
	num, den      uint64 // of the time base
	shift         uint   // bits of a time that stand in a frame
	last          int64  // time of the frame before, in time bases
	Width, Height int
	Bytes         int // of a pixel: 1 or 2
}

type frameCode struct {
	flags    uint64
	delta    int64
	mul, lsb uint64
	reserved uint64
}

const (
	nutMagic     = "nut/multimedia container\x00"
	nutMain      = 0x4E4D7A561F5F04AD
	nutStream    = 0x4E5311405BF2F9DB
	nutSync      = 0x4E4BE4ADEECA4569
	nutPacket    = 1 << 20 // most bytes of a header packet
	flagPTS      = 8
	flagStream   = 16
	flagSize     = 32
	flagSum      = 64
	flagReserved = 128
	flagSideData = 256
	flagHeader   = 1024
	flagMatch    = 2048
	flagCoded    = 4096
	flagInvalid  = 8192
)

var (
	errNut = errors.New("the child process wrote what is no NUT stream of pictures")
	// errResized says that the camera changed the size of its picture.
	errResized = errors.New("the picture changed its size")
)

// openNut reads the headers.
func openNut(r io.Reader) (*nut, error) {
	n := &nut{r: bufio.NewReaderSize(r, 64<<10)}
	magic := make([]byte, len(nutMagic))
	if _, err := io.ReadFull(n.r, magic); err != nil {
		return nil, err
	}
	if string(magic) != nutMagic {
		return nil, errNut
	}
	for n.Width == 0 {
		code, err := n.startcode()
		if err != nil {
			return nil, err
		}
		p, err := n.packet()
		if err != nil {
			return nil, err
		}
		switch code {
		case nutMain:
			err = n.main(p)
		case nutStream:
			err = n.stream(p)
		}
		if err != nil {
			return nil, err
		}
	}
	return n, nil
}

// main reads the table that says what the first byte of a frame stands for.
func (n *nut) main(f *fields) error {
	version, streams := f.u(), uint64(0)
	if version > 3 {
		f.u()
	}
	streams = f.u()
	f.u() // max_distance
	bases := f.u()
	if f.bad || version < 2 || version > 4 || streams != 1 || bases != 1 {
		return errNut
	}
	n.num, n.den = f.u(), f.u()
	if n.num == 0 || n.den == 0 || n.num > 1<<31 || n.den > 1<<31 {
		return errNut
	}
	delta, mul := int64(0), uint64(1)
	for i := 0; i < 256; {
		flags, given := f.u(), f.u()
		var size, reserved, count uint64
		values := []func(){func() { delta = f.s() }, func() { mul = f.u() }, func() { f.u() }, func() { size = f.u() },
			func() { reserved = f.u() }, func() { count = f.u() }, func() { f.s() }, func() { f.u() }}
		for k := uint64(0); k < given; k++ {
			if f.bad {
				return errNut
			}
			if k < uint64(len(values)) {
				values[k]()
			} else {
				f.u()
			}
		}
		if given <= 5 {
			count = mul - size
		}
		if f.bad || count == 0 || count > 256 || mul > 1<<20 || size > 1<<20 {
			return errNut
		}
		for j := uint64(0); j < count && i < 256; i++ {
			if i == 'N' {
				n.codes[i].flags = flagInvalid
				continue
			}
			n.codes[i] = frameCode{flags: flags, delta: delta, mul: mul, lsb: size + j, reserved: reserved}
			j++
		}
	}
	if f.bad {
		return errNut
	}
	return nil
}

func (n *nut) stream(f *fields) error {
	f.u() // number
	class, tag := f.u(), string(f.bytes())
	f.u() // time base
	shift := f.u()
	f.u() // max_pts_distance
	f.u() // decode_delay
	f.u() // flags
	f.bytes()
	width, height := f.u(), f.u()
	switch tag {
	case "Y800":
		n.Bytes = 1
	case "Y1\x00\x10":
		n.Bytes = 2
	default:
		return fmt.Errorf("%w: pixels of kind %q", errNut, tag)
	}
	if f.bad || class != 0 || n.den == 0 || shift > 30 || width < 1 || height < 1 || width > maxSide || height > maxSide {
		return errNut
	}
	n.shift, n.Width, n.Height = uint(shift), int(width), int(height)
	return nil
}

// next reads the next picture into pix, which holds Width*Height values, and
// gives its time since the stream's own zero. After errResized nothing more
// can be read.
func (n *nut) next(pix []uint16, raw []byte) (time.Duration, error) {
	for {
		first, err := n.r.Peek(1)
		if err != nil {
			return 0, err
		}
		if first[0] == 'N' {
			if err := n.skip(); err != nil {
				return 0, err
			}
			continue
		}
		at, size, err := n.frame()
		if err != nil {
			return 0, err
		}
		if size == 0 {
			continue // the end of a stream, or a picture that was lost
		}
		if size != uint64(n.Width*n.Height*n.Bytes) {
			return 0, errResized
		}
		raw = raw[:size]
		if _, err := io.ReadFull(n.r, raw); err != nil {
			return 0, err
		}
		if n.Bytes == 2 {
			for i := range pix {
				pix[i] = uint16(raw[2*i]) | uint16(raw[2*i+1])<<8
			}
		} else {
			for i, v := range raw {
				pix[i] = uint16(v)
			}
		}
		return at, nil
	}
}

// skip reads a packet between frames. A syncpoint sets the time that the next
// frame counts from.
func (n *nut) skip() error {
	code, err := n.startcode()
	if err != nil {
		return err
	}
	p, err := n.packet()
	if err != nil {
		return err
	}
	if code == nutSync {
		n.last = int64(p.u())
		if p.bad {
			return errNut
		}
	}
	return nil
}

// frame reads a frame's header.
func (n *nut) frame() (time.Duration, uint64, error) {
	b, err := n.r.ReadByte()
	if err != nil {
		return 0, 0, err
	}
	c := n.codes[b]
	var failed error
	u := func() uint64 {
		v, err := varint(n.r)
		if err != nil && failed == nil {
			failed = err
		}
		return v
	}
	flags := c.flags
	if flags&flagCoded != 0 {
		flags ^= u()
	}
	if flags&flagStream != 0 {
		u()
	}
	pts := n.last + c.delta
	if flags&flagPTS != 0 {
		pts = n.full(u())
	}
	size := c.lsb
	if flags&flagSize != 0 {
		size += c.mul * u()
	}
	if flags&flagMatch != 0 {
		u()
	}
	if flags&flagHeader != 0 {
		u()
	}
	reserved := c.reserved
	if flags&flagReserved != 0 {
		reserved = u()
	}
	if reserved > 256 {
		return 0, 0, errNut
	}
	for range reserved {
		u()
	}
	if flags&flagSum != 0 {
		if _, err := n.r.Discard(4); err != nil {
			return 0, 0, err
		}
	}
	if failed != nil {
		return 0, 0, failed
	}
	if flags&(flagInvalid|flagSideData) != 0 || size > 4*maxSide*maxSide {
		return 0, 0, errNut
	}
	n.last = pts
	return n.time(pts), size, nil
}

// full completes a time of which only the low bits stand in the frame, or
// takes one that stands there whole.
func (n *nut) full(coded uint64) int64 {
	if coded >= 1<<n.shift {
		return int64(coded - 1<<n.shift)
	}
	mask := int64(1)<<n.shift - 1
	delta := n.last - mask/2
	return (int64(coded)-delta)&mask + delta
}

func (n *nut) time(pts int64) time.Duration {
	whole, rest := pts/int64(n.den), pts%int64(n.den)
	const most = int64(1) << 31
	if whole > most/int64(n.num) || whole < -most/int64(n.num) {
		return 0 // no stream runs for decades: its times are rubbish
	}
	return time.Duration(whole*int64(n.num))*time.Second +
		time.Duration(float64(rest)*float64(n.num)/float64(n.den)*1e9)
}

package geotiff

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"sync"
)

// File is an open raster. Any number of goroutines may read it at once.
type File struct {
	Info
	head          *header
	blockW        int
	blockH        int
	across, down  int
	offsets, ends entry // of the blocks; the second holds byte counts
	bits          int
	format        int // 1 unsigned, 2 signed, 3 floating point
	compression   int
	predictor     int

	mu     sync.Mutex
	kept   map[int]*block
	bytes  int
	ticket uint64
}

// block is a decoded block with the last time it was wanted.
type block struct {
	cells []float32
	used  uint64
}

// keepBytes bounds the decoded blocks that a file keeps.
const keepBytes = 16 << 20

// Open reads the header of a raster of size bytes; cells are read when asked for.
func Open(r io.ReaderAt, size int64) (*File, error) {
	h, err := readHeader(r, size)
	if err != nil {
		return nil, err
	}
	f := &File{head: h, kept: map[int]*block{}}
	if f.Info, err = h.info(); err != nil {
		return nil, err
	}
	if err := f.layout(); err != nil {
		return nil, err
	}
	return f, nil
}

// layout reads how cells are stored and checks that it is a way known here.
func (f *File) layout() error {
	h := f.head
	numbers := map[uint16]int64{tagBits: 1, tagCompression: 1, tagSamples: 1, tagPredictor: 1, tagSampleFormat: 1,
		tagRowsPerStrip: int64(f.Height), tagTileWidth: 0, tagTileLength: 0}
	for tag, absent := range numbers {
		v, err := h.one(tag, absent)
		if err != nil {
			return err
		}
		numbers[tag] = v
	}
	if numbers[tagSamples] != 1 {
		return refuse(fmt.Sprintf("has %d bands; one of heights is read", numbers[tagSamples]), nil)
	}
	f.bits, f.format = int(numbers[tagBits]), int(numbers[tagSampleFormat])
	f.compression, f.predictor = int(numbers[tagCompression]), int(numbers[tagPredictor])
	switch [2]int{f.bits, f.format} {
	case [2]int{8, 1}, [2]int{8, 2}, [2]int{16, 1}, [2]int{16, 2}, [2]int{32, 1}, [2]int{32, 2}, [2]int{32, 3}, [2]int{64, 3}:
	default:
		return refuse(fmt.Sprintf("has cells of %d bits in format %d", f.bits, f.format), nil)
	}
	switch f.compression {
	case 1, 5, 8, 32946:
	default:
		return refuse(fmt.Sprintf("is compressed in way %d; none, LZW and deflate are read", f.compression), nil)
	}
	if f.predictor < 1 || f.predictor > 3 || (f.predictor == 3 && f.format != 3) || (f.predictor == 2 && f.format == 3 && f.bits == 64) {
		return refuse(fmt.Sprintf("has predictor %d on cells of format %d", f.predictor, f.format), nil)
	}
	offsets, counts := uint16(tagStripOffsets), uint16(tagStripCounts)
	bw, bh := int64(f.Width), min(numbers[tagRowsPerStrip], int64(f.Height))
	if numbers[tagTileWidth] > 0 {
		offsets, counts = tagTileOffsets, tagTileCounts
		bw, bh = numbers[tagTileWidth], numbers[tagTileLength]
	}
	if bw < 1 || bh < 1 || bw > maxSide || bh > maxSide || bw*bh*int64(f.bits/8) > maxBlockBytes {
		return refuse(fmt.Sprintf("has blocks of %d by %d cells", bw, bh), nil)
	}
	f.blockW, f.blockH = int(bw), int(bh)
	f.across, f.down = (f.Width+f.blockW-1)/f.blockW, (f.Height+f.blockH-1)/f.blockH
	f.offsets, f.ends = h.tags[offsets], h.tags[counts]
	if blocks := f.across * f.down; f.offsets.count < blocks || f.ends.count < blocks {
		return refuse(fmt.Sprintf("needs %d blocks and lists %d", blocks, min(f.offsets.count, f.ends.count)), nil)
	}
	return nil
}

// Read fills dst, row by row, with the heights of a window of w by h cells whose
// first is (x, y). Cells outside the raster and voids are NaN.
func (f *File) Read(x, y, w, h int, dst []float32) error {
	if w < 0 || h < 0 || len(dst) < w*h {
		return refuse("was asked for a window that does not fit its buffer", nil)
	}
	for i := range dst[:w*h] {
		dst[i] = float32(math.NaN())
	}
	x0, y0, x1, y1 := max(x, 0), max(y, 0), min(x+w, f.Width), min(y+h, f.Height)
	if x0 >= x1 || y0 >= y1 {
		return nil
	}
	for by := y0 / f.blockH; by <= (y1-1)/f.blockH; by++ {
		for bx := x0 / f.blockW; bx <= (x1-1)/f.blockW; bx++ {
			cells, err := f.block(by*f.across + bx)
			if err != nil {
				return err
			}
			left, right := max(x0, bx*f.blockW), min(x1, (bx+1)*f.blockW)
			for row := max(y0, by*f.blockH); row < min(y1, (by+1)*f.blockH); row++ {
				from := (row-by*f.blockH)*f.blockW + left - bx*f.blockW
				copy(dst[(row-y)*w+left-x:], cells[from:from+right-left])
			}
		}
	}
	return nil
}

// block gives a decoded block, from those kept or from the file.
func (f *File) block(i int) ([]float32, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.ticket++
	if b := f.kept[i]; b != nil {
		b.used = f.ticket
		return b.cells, nil
	}
	cells, err := f.decode(i)
	if err != nil {
		return nil, err
	}
	f.kept[i] = &block{cells, f.ticket}
	f.bytes += 4 * len(cells)
	for f.bytes > keepBytes && len(f.kept) > 1 {
		oldest, when := -1, uint64(math.MaxUint64)
		for k, b := range f.kept {
			if b.used < when {
				oldest, when = k, b.used
			}
		}
		f.bytes -= 4 * len(f.kept[oldest].cells)
		delete(f.kept, oldest)
	}
	return cells, nil
}

func (f *File) decode(i int) ([]float32, error) {
	offset, ok1 := f.head.whole(f.offsets, i)
	count, ok2 := f.head.whole(f.ends, i)
	if !ok1 || !ok2 || count > f.head.size {
		return nil, refuse(fmt.Sprintf("has no place for block %d", i), nil)
	}
	rows := f.blockH
	if last := f.Height - i/f.across*f.blockH; f.tags(tagTileWidth) == 0 && last < rows {
		rows = last // the last strip may be short
	}
	cells := make([]float32, f.blockW*f.blockH)
	for k := range cells {
		cells[k] = float32(math.NaN())
	}
	if offset == 0 && count == 0 {
		return cells, nil // GDAL leaves out blocks that hold nothing
	}
	packed := make([]byte, count)
	if err := f.head.read(packed, offset); err != nil {
		return nil, err
	}
	raw := make([]byte, f.blockW*rows*f.bits/8)
	if err := f.unpack(raw, packed); err != nil {
		return nil, refuse(fmt.Sprintf("has a broken block %d", i), err)
	}
	order := f.head.order
	for row := range rows {
		line := raw[row*len(raw)/rows : (row+1)*len(raw)/rows]
		switch f.predictor {
		case 2:
			undoDifferences(line, f.bits/8, order)
		case 3:
			undoFloating(line, f.bits/8)
		}
		by := order
		if f.predictor == 3 {
			by = binary.BigEndian
		}
		f.heights(cells[row*f.blockW:(row+1)*f.blockW], line, by)
	}
	return cells, nil
}

func (f *File) tags(tag uint16) int { return f.head.tags[tag].count }

func (f *File) unpack(raw, packed []byte) error {
	switch f.compression {
	case 1:
		if copy(raw, packed) < len(raw) {
			return io.ErrUnexpectedEOF
		}
		return nil
	case 5:
		return unpackLZW(raw, packed)
	default:
		z, err := zlib.NewReader(bytes.NewReader(packed))
		if err != nil {
			return err
		}
		_, err = io.ReadFull(z, raw)
		return err
	}
}

// undoDifferences adds up what predictor 2 stored as differences along a row.
func undoDifferences(line []byte, width int, order binary.ByteOrder) {
	switch width {
	case 1:
		for i := 1; i < len(line); i++ {
			line[i] += line[i-1]
		}
	case 2:
		for i := 2; i < len(line); i += 2 {
			order.PutUint16(line[i:], order.Uint16(line[i:])+order.Uint16(line[i-2:]))
		}
	case 4:
		for i := 4; i < len(line); i += 4 {
			order.PutUint32(line[i:], order.Uint32(line[i:])+order.Uint32(line[i-4:]))
		}
	}
}

// undoFloating turns predictor 3 back: differences of bytes, in planes from the
// most significant byte to the least. The line ends up big-endian.
func undoFloating(line []byte, width int) {
	for i := 1; i < len(line); i++ {
		line[i] += line[i-1]
	}
	planes := append([]byte(nil), line...)
	n := len(line) / width
	for i := range n {
		for b := range width {
			line[i*width+b] = planes[b*n+i]
		}
	}
}

// heights turns a row of stored cells into float32, voids into NaN.
func (f *File) heights(dst []float32, line []byte, order binary.ByteOrder) {
	void := float32(math.NaN())
	size := f.bits / 8
	for i := range dst {
		b := line[i*size:]
		var v float64
		switch {
		case f.bits == 8 && f.format == 1:
			v = float64(b[0])
		case f.bits == 8:
			v = float64(int8(b[0]))
		case f.bits == 16 && f.format == 1:
			v = float64(order.Uint16(b))
		case f.bits == 16:
			v = float64(int16(order.Uint16(b)))
		case f.bits == 32 && f.format == 1:
			v = float64(order.Uint32(b))
		case f.bits == 32 && f.format == 2:
			v = float64(int32(order.Uint32(b)))
		case f.bits == 32:
			v = float64(math.Float32frombits(order.Uint32(b)))
		default:
			v = math.Float64frombits(order.Uint64(b))
		}
		dst[i] = float32(v)
		// The void value of a float32 raster is often printed with fewer digits.
		if math.IsInf(v, 0) || (f.HasNoData && (v == f.NoData || dst[i] == float32(f.NoData))) {
			dst[i] = void
		}
	}
}

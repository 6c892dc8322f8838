package geotiff

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"io"
	"math"
	"strconv"
)

// WriteBytes writes a raster of one byte a cell on a grid, deflated.
func WriteBytes(w io.Writer, i Info, cells []byte) error {
	return write(w, i, cells, 8, 1)
}

// WriteFloats writes a raster of float32 cells on a grid, deflated; NaN is
// written as such and named as the void value.
func WriteFloats(w io.Writer, i Info, cells []float32) error {
	raw := make([]byte, 4*len(cells))
	for k, v := range cells {
		binary.LittleEndian.PutUint32(raw[4*k:], math.Float32bits(v))
	}
	i.NoData, i.HasNoData = math.NaN(), true
	return write(w, i, raw, 32, 3)
}

// field is a directory entry to be written.
type field struct {
	tag, kind uint16
	count     int
	data      []byte
}

func write(w io.Writer, i Info, raw []byte, bits, format int) error {
	row := i.Width * bits / 8
	if i.Width < 1 || i.Height < 1 || i.Width > maxSide || i.Height > maxSide || len(raw) != row*i.Height {
		return refuse("to be written has a size other than its cells", nil)
	}
	rows := max(1, min(i.Height, 1<<18/row))
	var out bytes.Buffer
	out.Write([]byte{'I', 'I', 42, 0, 0, 0, 0, 0})
	var offsets, counts []uint32
	for y := 0; y < i.Height; y += rows {
		start := out.Len()
		z, err := zlib.NewWriterLevel(&out, zlib.BestSpeed)
		if err != nil {
			return err
		}
		if _, err := z.Write(raw[y*row : min(y+rows, i.Height)*row]); err != nil {
			return err
		}
		if err := z.Close(); err != nil {
			return err
		}
		offsets, counts = append(offsets, uint32(start)), append(counts, uint32(out.Len()-start))
	}
	if out.Len() > math.MaxUint32/2 {
		return refuse("to be written is larger than a classic TIFF can be", nil)
	}
	file := directory(out.Bytes(), i, rows, offsets, counts, bits, format)
	_, err := w.Write(file)
	return err
}

// directory appends the fields to the strips and points the header at them.
func directory(file []byte, i Info, rows int, offsets, counts []uint32, bits, format int) []byte {
	fields := []field{
		longs(tagWidth, uint32(i.Width)), longs(tagLength, uint32(i.Height)),
		shorts(tagBits, uint16(bits)), shorts(tagCompression, 8), shorts(tagPhotometric, 1),
		longs(tagStripOffsets, offsets...), shorts(tagSamples, 1), longs(tagRowsPerStrip, uint32(rows)),
		longs(tagStripCounts, counts...), shorts(tagSampleFormat, uint16(format)),
	}
	t := i.Transform
	if i.Keys.value(1025) == 2 { // back from corners to the middles of cells
		t[0] += (t[1] + t[2]) / 2
		t[3] += (t[4] + t[5]) / 2
	}
	if t[2] == 0 && t[4] == 0 && t[1] > 0 && t[5] < 0 {
		fields = append(fields, reals(tagPixelScale, t[1], -t[5], 0), reals(tagTiepoint, 0, 0, 0, t[0], t[3], 0))
	} else {
		fields = append(fields, reals(tagTransformation, t[1], t[2], 0, t[0], t[4], t[5], 0, t[3], 0, 0, 0, 0, 0, 0, 0, 1))
	}
	if k := i.Keys; len(k.Directory) > 0 {
		fields = append(fields, shorts(tagGeoKeys, k.Directory...))
		if len(k.Doubles) > 0 {
			fields = append(fields, reals(tagGeoDoubles, k.Doubles...))
		}
		if k.Text != "" {
			fields = append(fields, words(tagGeoText, k.Text))
		}
	}
	if i.HasNoData {
		fields = append(fields, words(tagNoData, strconv.FormatFloat(i.NoData, 'g', -1, 64)))
	}
	little := binary.LittleEndian
	if len(file)%2 == 1 {
		file = append(file, 0)
	}
	at := len(file)
	little.PutUint32(file[4:], uint32(at))
	file = little.AppendUint16(file, uint16(len(fields)))
	beyond := at + 2 + 12*len(fields) + 4
	var rest []byte
	for _, f := range fields {
		file = little.AppendUint16(file, f.tag)
		file = little.AppendUint16(file, f.kind)
		file = little.AppendUint32(file, uint32(f.count))
		if len(f.data) <= 4 {
			file = append(file, append(f.data, 0, 0, 0, 0)[:4]...)
			continue
		}
		file = little.AppendUint32(file, uint32(beyond+len(rest)))
		rest = append(rest, f.data...)
		if len(rest)%2 == 1 {
			rest = append(rest, 0)
		}
	}
	return append(append(file, 0, 0, 0, 0), rest...)
}

func shorts(tag uint16, values ...uint16) field {
	f := field{tag: tag, kind: 3, count: len(values)}
	for _, v := range values {
		f.data = binary.LittleEndian.AppendUint16(f.data, v)
	}
	return f
}

func longs(tag uint16, values ...uint32) field {
	f := field{tag: tag, kind: 4, count: len(values)}
	for _, v := range values {
		f.data = binary.LittleEndian.AppendUint32(f.data, v)
	}
	return f
}

func reals(tag uint16, values ...float64) field {
	f := field{tag: tag, kind: 12, count: len(values)}
	for _, v := range values {
		f.data = binary.LittleEndian.AppendUint64(f.data, math.Float64bits(v))
	}
	return f
}

func words(tag uint16, text string) field {
	data := append([]byte(text), 0)
	return field{tag: tag, kind: 2, count: len(data), data: data}
}

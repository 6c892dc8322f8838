package terrain

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"path"
	"strings"

	"marsad/say"
	"marsad/terrain/geotiff"
)

// hgtVoid is SRTM's mark of a void.
const hgtVoid = -32768

// hgt is an SRTM tile of one degree: rows from the north of big-endian int16,
// whose edge cells are shared with the neighbours (USGS, SRTM Topography, 2015).
type hgt struct {
	r    io.ReaderAt
	side int
	grid Grid
}

// OpenHGT opens an SRTM tile of 1″ (3601 cells a side) or 3″ (1201). Its name,
// like N35E041.hgt, says where it lies: it has no header.
func OpenHGT(r io.ReaderAt, size int64, name string) (Raster, error) {
	var side int
	switch size {
	case 3601 * 3601 * 2:
		side = 3601
	case 1201 * 1201 * 2:
		side = 1201
	default:
		return nil, hgtError(fmt.Sprintf("has %d bytes; 3601 or 1201 cells a side are read", size))
	}
	south, west, ok := hgtCorner(name)
	if !ok {
		return nil, hgtError(fmt.Sprintf("has a name, %.40q, that does not say where it lies", path.Base(name)))
	}
	step := 1 / float64(side-1)
	return &hgt{r: r, side: side, grid: Grid{
		Width: side, Height: side, System: WGS84,
		Transform:  [6]float64{west - step/2, step, 0, south + 1 + step/2, 0, -step},
		Keys:       geotiff.KeysOf(4326, true),
		Provenance: Provenance{Source: say.Text{En: "SRTM " + path.Base(name), Ar: "SRTM " + say.LTR(path.Base(name))}, Vertical: EGM96},
	}}, nil
}

// hgtCorner reads the south-western corner from a name.
func hgtCorner(name string) (south, west float64, ok bool) {
	base := strings.ToUpper(path.Base(strings.ReplaceAll(name, `\`, "/")))
	if len(base) < 7 || strings.Trim(base[1:3]+base[4:7], "0123456789") != "" {
		return 0, 0, false
	}
	number := func(s string) (v float64) {
		for _, c := range s {
			v = v*10 + float64(c-'0')
		}
		return v
	}
	south, west = number(base[1:3]), number(base[4:7])
	switch base[0] {
	case 'N':
	case 'S':
		south = -south
	default:
		return 0, 0, false
	}
	switch base[3] {
	case 'E':
	case 'W':
		west = -west
	default:
		return 0, 0, false
	}
	return south, west, south >= -90 && south < 90 && west >= -180 && west < 180
}

func (t *hgt) Grid() Grid { return t.grid }

func (t *hgt) Read(x, y, w, h int, dst []float32) error {
	fillVoid(dst[:w*h])
	x0, x1 := max(x, 0), min(x+w, t.side)
	if x0 >= x1 {
		return nil
	}
	line := make([]byte, 2*(x1-x0))
	for row := max(y, 0); row < min(y+h, t.side); row++ {
		if n, err := t.r.ReadAt(line, 2*(int64(row)*int64(t.side)+int64(x0))); n < len(line) {
			return refuse("terrain.hgt", say.Text{En: "the SRTM tile cannot be read", Ar: "لا يمكن قراءة ملف SRTM"}, hgtHint, err)
		}
		for i := range x1 - x0 {
			if v := int16(binary.BigEndian.Uint16(line[2*i:])); v != hgtVoid {
				dst[(row-y)*w+x0-x+i] = float32(v)
			}
		}
	}
	return nil
}

// fillVoid makes every cell a void.
func fillVoid(cells []float32) {
	void := float32(math.NaN())
	for i := range cells {
		cells[i] = void
	}
}

var hgtHint = say.Text{En: "give the tile as it was published, unpacked, under its own name such as N35E041.hgt", Ar: "أعطِ الملف كما نُشر، بعد فك الضغط، وباسمه الأصلي مثل " + say.LTR("N35E041.hgt")}

func hgtError(en string) error {
	return refuse("terrain.hgt", say.Text{En: "the SRTM tile " + en, Ar: "ملف SRTM غير مقبول: " + say.LTR(en)}, hgtHint, nil)
}

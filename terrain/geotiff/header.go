package geotiff

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"marsad/say"
)

// Tags of TIFF and GeoTIFF that are read or written here.
const (
	tagWidth          = 256
	tagLength         = 257
	tagBits           = 258
	tagCompression    = 259
	tagPhotometric    = 262
	tagStripOffsets   = 273
	tagSamples        = 277
	tagRowsPerStrip   = 278
	tagStripCounts    = 279
	tagPredictor      = 317
	tagTileWidth      = 322
	tagTileLength     = 323
	tagTileOffsets    = 324
	tagTileCounts     = 325
	tagSampleFormat   = 339
	tagPixelScale     = 33550
	tagTiepoint       = 33922
	tagTransformation = 34264
	tagGeoKeys        = 34735
	tagGeoDoubles     = 34736
	tagGeoText        = 34737
	tagNoData         = 42113
)

// Limits: no elevation raster of a border needs more, and a hostile file gets
// no further.
const (
	maxSide       = 1 << 17
	maxBlockBytes = 64 << 20
	maxTagBytes   = 64 << 20
	maxEntries    = 4096
)

// Keys are the GeoTIFF keys as they stand in a file, so that a result can be
// written in the coordinate system of what it was made from, known or not.
type Keys struct {
	Directory []uint16
	Doubles   []float64
	Text      string
}

// Info is what a file says of its grid.
type Info struct {
	Width, Height int
	// Transform takes a column and a row to coordinates, from the outer corner
	// of the first cell: x = T[0] + column·T[1] + row·T[2], y = T[3] +
	// column·T[4] + row·T[5].
	Transform [6]float64
	// EPSG is the code of the horizontal system, 0 where the file names none;
	// Geographic tells degrees from metres.
	EPSG       int
	Geographic bool
	// Vertical is the EPSG code of the vertical system, 0 where none is named.
	Vertical int
	// NoData is the value that means "not known", where HasNoData.
	NoData    float64
	HasNoData bool
	Keys      Keys
}

// entry is one field of a directory.
type entry struct {
	kind  uint16
	count int
	data  []byte
}

// header reads the first directory of a file.
type header struct {
	r     io.ReaderAt
	size  int64
	order binary.ByteOrder
	tags  map[uint16]entry
}

// kindBytes is the size of a value of each TIFF field type.
var kindBytes = [...]int{0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8}

func readHeader(r io.ReaderAt, size int64) (*header, error) {
	var first [8]byte
	if size < 8 {
		return nil, refuse("is too short for a TIFF", nil)
	}
	if _, err := r.ReadAt(first[:], 0); err != nil {
		return nil, refuse("cannot be read", err)
	}
	h := &header{r: r, size: size, tags: map[uint16]entry{}}
	switch string(first[:2]) {
	case "II":
		h.order = binary.LittleEndian
	case "MM":
		h.order = binary.BigEndian
	default:
		return nil, refuse("is not a TIFF", nil)
	}
	switch h.order.Uint16(first[2:]) {
	case 42:
	case 43:
		return nil, refuse("is a BigTIFF, which is not read here; convert it with gdal_translate -co BIGTIFF=NO", nil)
	default:
		return nil, refuse("is not a TIFF", nil)
	}
	at := int64(h.order.Uint32(first[4:]))
	var n [2]byte
	if err := h.read(n[:], at); err != nil {
		return nil, err
	}
	count := int(h.order.Uint16(n[:]))
	if count > maxEntries {
		return nil, refuse(fmt.Sprintf("has a directory of %d fields", count), nil)
	}
	directory := make([]byte, 12*count)
	if err := h.read(directory, at+2); err != nil {
		return nil, err
	}
	total := 0
	for i := range count {
		e, tag, err := h.entry(directory[12*i:])
		if err != nil {
			return nil, err
		}
		if total += len(e.data); total > maxTagBytes {
			return nil, refuse("has fields of more than 64 MB", nil)
		}
		if _, twice := h.tags[tag]; !twice {
			h.tags[tag] = e
		}
	}
	return h, nil
}

// read fills b from the file, all of it or an error.
func (h *header) read(b []byte, at int64) error {
	if at < 0 || at > h.size || int64(len(b)) > h.size-at {
		return refuse("ends before its own data", nil)
	}
	if _, err := h.r.ReadAt(b, at); err != nil && !(err == io.EOF && at+int64(len(b)) == h.size) {
		return refuse("cannot be read", err)
	}
	return nil
}

func (h *header) entry(b []byte) (e entry, tag uint16, err error) {
	tag, e.kind = h.order.Uint16(b), h.order.Uint16(b[2:])
	count := int64(h.order.Uint32(b[4:]))
	if int(e.kind) >= len(kindBytes) || e.kind == 0 {
		return entry{}, tag, nil // of a later standard: nothing that is read here
	}
	bytes := count * int64(kindBytes[e.kind])
	if bytes > maxTagBytes || bytes > h.size {
		return entry{}, 0, refuse(fmt.Sprintf("has a field %d longer than the file", tag), nil)
	}
	e.count = int(count)
	if bytes <= 4 {
		e.data = b[8 : 8+bytes]
		return e, tag, nil
	}
	e.data = make([]byte, bytes)
	return e, tag, h.read(e.data, int64(h.order.Uint32(b[8:])))
}

// whole gives the i-th value of a field of integers.
func (h *header) whole(e entry, i int) (int64, bool) {
	if i < 0 || i >= e.count {
		return 0, false
	}
	switch e.kind {
	case 1, 6, 7:
		return int64(e.data[i]), true
	case 3:
		return int64(h.order.Uint16(e.data[2*i:])), true
	case 4:
		return int64(h.order.Uint32(e.data[4*i:])), true
	}
	return 0, false
}

// one gives the only value of a field, or what stands for it where it is absent.
func (h *header) one(tag uint16, absent int64) (int64, error) {
	e, there := h.tags[tag]
	if !there {
		return absent, nil
	}
	v, ok := h.whole(e, 0)
	if !ok {
		return 0, refuse(fmt.Sprintf("has no number in field %d", tag), nil)
	}
	return v, nil
}

func (h *header) doubles(tag uint16) []float64 {
	e := h.tags[tag]
	if e.kind != 12 {
		return nil
	}
	values := make([]float64, e.count)
	for i := range values {
		values[i] = math.Float64frombits(h.order.Uint64(e.data[8*i:]))
	}
	return values
}

func (h *header) text(tag uint16) string {
	e := h.tags[tag]
	if e.kind != 2 {
		return ""
	}
	return strings.TrimRight(string(e.data), "\x00")
}

// info reads where the grid lies.
func (h *header) info() (Info, error) {
	width, err := h.one(tagWidth, 0)
	if err != nil {
		return Info{}, err
	}
	height, err := h.one(tagLength, 0)
	if err != nil {
		return Info{}, err
	}
	if width < 1 || height < 1 || width > maxSide || height > maxSide {
		return Info{}, refuse(fmt.Sprintf("is %d by %d cells; 1 to %d are read", width, height, maxSide), nil)
	}
	i := Info{Width: int(width), Height: int(height)}
	if e := h.tags[tagGeoKeys]; e.kind == 3 {
		for k := range e.count {
			v, _ := h.whole(e, k)
			i.Keys.Directory = append(i.Keys.Directory, uint16(v))
		}
	}
	i.Keys.Doubles, i.Keys.Text = h.doubles(tagGeoDoubles), h.text(tagGeoText)
	i.EPSG, i.Geographic, i.Vertical = i.Keys.systems()
	if err := i.place(h.doubles(tagPixelScale), h.doubles(tagTiepoint), h.doubles(tagTransformation)); err != nil {
		return Info{}, err
	}
	if t := strings.TrimSpace(h.text(tagNoData)); t != "" {
		v, err := strconv.ParseFloat(t, 64)
		if err != nil {
			return Info{}, refuse(fmt.Sprintf("names a void value %.20q that is no number", t), nil)
		}
		i.NoData, i.HasNoData = v, true
	}
	return i, nil
}

// place makes the transform from either way in which a file can state it.
func (i *Info) place(scale, tie, matrix []float64) error {
	switch {
	case len(matrix) >= 16:
		i.Transform = [6]float64{matrix[3], matrix[0], matrix[1], matrix[7], matrix[4], matrix[5]}
	case len(scale) >= 2 && len(tie) >= 6:
		i.Transform = [6]float64{tie[3] - tie[0]*scale[0], scale[0], 0, tie[4] + tie[1]*scale[1], 0, -scale[1]}
	default:
		return refuse("does not say where it lies", nil)
	}
	if i.Keys.value(1025) == 2 { // cells are points: the corner lies half a cell off
		t := i.Transform
		i.Transform[0] -= (t[1] + t[2]) / 2
		i.Transform[3] -= (t[4] + t[5]) / 2
	}
	t := i.Transform
	for _, v := range t {
		if math.IsNaN(v) || math.Abs(v) > 1e12 {
			return refuse("lies nowhere: its transform is not finite", nil)
		}
	}
	if det := t[1]*t[5] - t[2]*t[4]; !(math.Abs(det) > 1e-18) {
		return refuse("has cells without a size", nil)
	}
	return nil
}

// value gives a key's short value, 0 where it is absent.
func (k Keys) value(id uint16) int {
	for i := 4; i+3 < len(k.Directory); i += 4 {
		if k.Directory[i] == id && k.Directory[i+1] == 0 {
			return int(k.Directory[i+3])
		}
	}
	return 0
}

// userDefined is the code by which GeoTIFF says "described, not named".
const userDefined = 32767

func (k Keys) systems() (epsg int, geographic bool, vertical int) {
	if v := k.value(4096); v != userDefined {
		vertical = v
	}
	switch k.value(1024) {
	case 1:
		epsg = k.value(3072)
	case 2:
		epsg, geographic = k.value(2048), true
	}
	if epsg == userDefined {
		epsg = 0
	}
	return epsg, geographic, vertical
}

// KeysOf gives the keys that name a horizontal system and cells as areas.
func KeysOf(epsg int, geographic bool) Keys {
	model, key := uint16(1), uint16(3072)
	if geographic {
		model, key = 2, 2048
	}
	return Keys{Directory: []uint16{1, 1, 0, 3, 1024, 0, 1, model, 1025, 0, 1, 1, key, 0, 1, uint16(epsg)}}
}

func refuse(en string, cause error) error {
	return &say.Error{
		Code: "terrain.geotiff", Kind: say.Invalid, Cause: cause,
		Text: say.Text{En: "the GeoTIFF " + en, Ar: "ملف GeoTIFF غير مقبول: " + say.LTR(en)},
		Hint: say.Text{En: "check it with gdalinfo; elevation in one band, plain, deflated or LZW, is read", Ar: "افحص الملف بالأداة gdalinfo؛ يُقرأ الارتفاع من حزمة واحدة غير مضغوطة أو بضغط deflate أو LZW"},
	}
}

package media

import (
	"encoding/binary"
	"strings"
	"time"

	"marsad/geo"
)

// Said is what a photo says of itself and Marsad reads: which way up it is, and
// where and when it was taken. Nothing else of its metadata is read or kept.
type Said struct {
	// Turn is the orientation of Exif 2.32, 1 to 8; 1 for upright.
	Turn int
	// Where the device stood when it took it, nil where it does not say.
	Where *geo.Point
	// At is when, in UTC; zero where it does not say, or says no zone.
	At time.Time
}

// Tags of Exif (CIPA DC-008-2019) that are read.
const (
	tagTurn     = 0x0112
	tagExif     = 0x8769
	tagGPS      = 0x8825
	tagOriginal = 0x9003
	tagZone     = 0x9011
	gpsLatRef   = 1
	gpsLat      = 2
	gpsLonRef   = 3
	gpsLon      = 4
	gpsTime     = 7
	gpsDay      = 29
)

// exif reads the body of an Exif block, a TIFF file. What does not hold together
// is left out.
func exif(tiff []byte) Said {
	said := Said{Turn: 1}
	if len(tiff) < 8 {
		return said
	}
	f := tiffFile{b: tiff}
	switch string(tiff[:4]) {
	case "II*\x00":
		f.order = binary.LittleEndian
	case "MM\x00*":
		f.order = binary.BigEndian
	default:
		return said
	}
	main := f.directory(f.order.Uint32(tiff[4:]))
	if t := f.number(main[tagTurn], 0); t >= 1 && t <= 8 {
		said.Turn = int(t)
	}
	if e, ok := main[tagGPS]; ok {
		said.place(&f, f.directory(e.value))
	}
	if e, ok := main[tagExif]; ok && said.At.IsZero() {
		more := f.directory(e.value)
		if at, err := time.Parse("2006:01:02 15:04:05-07:00", f.text(more[tagOriginal])+f.text(more[tagZone])); err == nil {
			said.At = at.UTC()
		}
	}
	return said
}

// place reads where and when from the satellites' own figures.
func (s *Said) place(f *tiffFile, gps map[uint16]tiffEntry) {
	lat, okLat := f.degrees(gps[gpsLat], gps[gpsLatRef], "N", "S")
	lon, okLon := f.degrees(gps[gpsLon], gps[gpsLonRef], "E", "W")
	if p := (geo.Point{Lat: lat, Lon: lon}); okLat && okLon && p.Valid() && (lat != 0 || lon != 0) {
		s.Where = &p
	}
	day, err := time.Parse("2006:01:02", f.text(gps[gpsDay]))
	if err != nil {
		return
	}
	hours, minutes, seconds := f.fraction(gps[gpsTime], 0), f.fraction(gps[gpsTime], 1), f.fraction(gps[gpsTime], 2)
	if hours >= 0 && hours < 24 && minutes >= 0 && minutes < 60 && seconds >= 0 && seconds < 61 && day.Year() > 1980 {
		s.At = day.Add(time.Duration((hours*3600 + minutes*60 + seconds) * float64(time.Second))).Round(time.Second)
	}
}

// tiffFile reads a TIFF's directories; every offset is bounded.
type tiffFile struct {
	b     []byte
	order binary.ByteOrder
}

type tiffEntry struct {
	kind, count uint32
	value       uint32 // or the offset of what is longer than four bytes
	at          int    // where the value's four bytes are
}

// directory reads the entries at an offset, at most 500 of them.
func (f *tiffFile) directory(offset uint32) map[uint16]tiffEntry {
	out := map[uint16]tiffEntry{}
	if uint64(offset)+2 > uint64(len(f.b)) {
		return out
	}
	n := int(f.order.Uint16(f.b[offset:]))
	for i := range min(n, 500) {
		at := int(offset) + 2 + 12*i
		if at+12 > len(f.b) {
			break
		}
		e := f.b[at:]
		out[f.order.Uint16(e)] = tiffEntry{uint32(f.order.Uint16(e[2:])), f.order.Uint32(e[4:]), f.order.Uint32(e[8:]), at + 8}
	}
	return out
}

// sizes of the kinds that are read: byte, ASCII, short, long, rational.
var tiffSizes = [...]uint64{1: 1, 2: 1, 3: 2, 4: 4, 5: 8}

// bytes are an entry's value, nil where it lies outside.
func (f *tiffFile) bytes(e tiffEntry) []byte {
	if e.kind == 0 || int(e.kind) >= len(tiffSizes) {
		return nil
	}
	size := tiffSizes[e.kind] * uint64(e.count)
	from := uint64(e.value)
	if size <= 4 {
		from = uint64(e.at)
	}
	if size == 0 || from+size > uint64(len(f.b)) {
		return nil
	}
	return f.b[from : from+size]
}

func (f *tiffFile) number(e tiffEntry, i int) uint32 {
	b := f.bytes(e)
	if e.kind != 3 || len(b) < 2*(i+1) {
		return 0
	}
	return uint32(f.order.Uint16(b[2*i:]))
}

func (f *tiffFile) text(e tiffEntry) string {
	if e.kind != 2 {
		return ""
	}
	return strings.TrimSpace(strings.TrimRight(string(f.bytes(e)), "\x00"))
}

// fraction is the i-th rational, below zero where there is none.
func (f *tiffFile) fraction(e tiffEntry, i int) float64 {
	b := f.bytes(e)
	if e.kind != 5 || len(b) < 8*(i+1) || f.order.Uint32(b[8*i+4:]) == 0 {
		return -1
	}
	return float64(f.order.Uint32(b[8*i:])) / float64(f.order.Uint32(b[8*i+4:]))
}

func (f *tiffFile) degrees(e, ref tiffEntry, plus, minus string) (float64, bool) {
	d, m, s := f.fraction(e, 0), f.fraction(e, 1), f.fraction(e, 2)
	if d < 0 || m < 0 || s < 0 || d > 180 || m >= 60 || s >= 61 {
		return 0, false
	}
	x := d + m/60 + s/3600
	switch f.text(ref) {
	case plus:
		return x, true
	case minus:
		return -x, true
	}
	return 0, false
}

// upright is an Exif block that says which way up a photo is, and nothing else.
func upright(turn int) []byte {
	b := []byte("Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00")
	b = append(b, byte(turn), 0, 0, 0, 0, 0, 0)
	return b
}

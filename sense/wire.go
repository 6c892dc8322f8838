package sense

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"time"

	"marsad/geo"
)

// The binary form of a scan on the log. It keeps what measuring accuracy
// warrants: positions to the last bit, angles, ranges and covariances as
// float32 (an azimuth to 0.3 µrad, a range of 20 km to 2 mm), probabilities to
// 1/65535. What is decoded encodes to the same bytes again. ULIDs take 16 bytes
// in place of 26. All numbers are little endian.
//
//	scan      version 1, flags, text sensor, i64 observed ns, varint received-observed ns,
//	          f64 lat, f64 lon, f32 height, [text unit], uvarint n, n × detection
//	detection u8 shape, u8 fields, values, covariance, then each field that is there
//	          (a node's track: u8 over, 4 × f32 velocity and variances, u8 n, n × text)
const wireVersion = 1

// Bits of a scan's flags.
const (
	scanDeclared = 1 << iota
	scanReceived
	scanUnit
	scanFlags = 1<<iota - 1
)

// Bits of a detection's fields.
const (
	hasDoppler = 1 << iota
	hasClass
	hasCount
	hasConfidence
	hasTrack
	hasReport
	hasCorrelation  // off-diagonal terms of R
	hasNode         // a track of another fusion node
	detectionFields = 1<<iota - 1
)

// ErrWire is returned for bytes that are not a scan.
var ErrWire = errors.New("not a scan of this version")

// AppendScan appends the binary form of a scan to b.
func AppendScan(b []byte, s *Scan) []byte {
	flags := byte(0)
	if s.Declared {
		flags |= scanDeclared
	}
	if !s.Received.IsZero() {
		flags |= scanReceived
	}
	if s.Unit != "" {
		flags |= scanUnit
	}
	b = append(b, wireVersion, flags)
	b = appendText(b, string(s.Sensor))
	b = binary.LittleEndian.AppendUint64(b, uint64(nanos(s.Observed)))
	if flags&scanReceived != 0 {
		b = binary.AppendVarint(b, nanos(s.Received)-nanos(s.Observed))
	}
	b = appendF64(b, s.Origin.Lat)
	b = appendF64(b, s.Origin.Lon)
	b = appendF32(b, s.Origin.Height)
	if flags&scanUnit != 0 {
		b = appendText(b, s.Unit)
	}
	b = binary.AppendUvarint(b, uint64(len(s.Detections)))
	for i := range s.Detections {
		b = appendDetection(b, &s.Detections[i])
	}
	return b
}

// DecodeScan reads the binary form of one scan, which must fill b. It reuses
// the memory of s; after an error s holds nothing of use. The values are those
// of the bytes: whether they make sense is for Check to say.
func DecodeScan(b []byte, s *Scan) error {
	r := reader{b: b}
	if v := r.u8(); v != wireVersion {
		return fmt.Errorf("%w: version %d, this program reads %d", ErrWire, v, wireVersion)
	}
	flags := r.u8()
	if flags&^scanFlags != 0 {
		return fmt.Errorf("%w: unknown flags %#x", ErrWire, flags)
	}
	s.Declared = flags&scanDeclared != 0
	s.Sensor = SensorID(r.text(string(s.Sensor)))
	observed := int64(r.u64())
	s.Observed = instant(observed)
	s.Received = time.Time{}
	if flags&scanReceived != 0 {
		s.Received = instant(observed + r.varint())
	}
	s.Origin = geo.Position{Point: geo.Point{Lat: r.f64(), Lon: r.f64()}, Height: r.f32()}
	if flags&scanUnit != 0 {
		s.Unit = r.text(s.Unit)
	} else {
		s.Unit = ""
	}
	n := r.uvarint()
	if n > MaxDetections {
		return fmt.Errorf("%w: %d detections", ErrWire, n)
	}
	if uint64(cap(s.Detections)) >= n {
		s.Detections = s.Detections[:n]
	} else if uint64(len(r.b)) >= 2*n { // never make room for what cannot follow
		s.Detections = append(s.Detections[:cap(s.Detections)], make([]Detection, int(n)-cap(s.Detections))...)
	} else {
		return fmt.Errorf("%w: cut short", ErrWire)
	}
	for i := range s.Detections {
		r.detection(&s.Detections[i])
	}
	switch {
	case r.err != nil:
		return r.err
	case len(r.b) != 0:
		return fmt.Errorf("%w: %d bytes too many", ErrWire, len(r.b))
	}
	return nil
}

// layout says how the values of a shape are kept: d a float64, f a float32.
var layout = [...]string{AtPosition: "ddf", Bearing: "f", BearingElevation: "ff", BearingRange: "ff",
	BearingElevationRange: "fff", PresenceWithin: "f"}

func appendDetection(b []byte, d *Detection) []byte {
	shape := min(d.Shape, PresenceWithin)
	fields := byte(0)
	set := func(bit byte, there bool) {
		if there {
			fields |= bit
		}
	}
	set(hasDoppler, d.Doppler != 0 || d.SigmaDoppler != 0)
	mask := uint16(0)
	for i, p := range d.Class {
		if share(p) != 0 {
			mask |= 1 << i
		}
	}
	set(hasClass, mask != 0)
	set(hasCount, d.Count != 0)
	set(hasConfidence, share(d.Confidence) != 0)
	set(hasTrack, d.VendorTrack != "")
	set(hasReport, d.Report != "")
	set(hasNode, d.Node != nil)
	n := shape.dims()
	set(hasCorrelation, n > 1 && (d.R[1] != 0 || n > 2 && (d.R[2] != 0 || d.R[4] != 0)))
	b = append(b, byte(shape), fields)
	for i, kind := range layout[shape] {
		if kind == 'd' {
			b = appendF64(b, d.Z[i])
		} else {
			b = appendF32(b, d.Z[i])
		}
	}
	for _, k := range kept(n, fields&hasCorrelation != 0) {
		b = appendF32(b, d.R[k])
	}
	if fields&hasDoppler != 0 {
		b = appendF32(b, d.Doppler)
		b = appendF32(b, d.SigmaDoppler)
	}
	if fields&hasClass != 0 {
		b = binary.LittleEndian.AppendUint16(b, mask)
		for _, p := range d.Class {
			if q := share(p); q != 0 {
				b = binary.LittleEndian.AppendUint16(b, q)
			}
		}
	}
	if fields&hasCount != 0 {
		b = append(b, d.Count)
	}
	if fields&hasConfidence != 0 {
		b = binary.LittleEndian.AppendUint16(b, share(d.Confidence))
	}
	if fields&hasTrack != 0 {
		b = appendID(b, d.VendorTrack)
	}
	if fields&hasReport != 0 {
		b = appendID(b, d.Report)
	}
	if n := d.Node; n != nil {
		over := byte(0)
		if n.Over {
			over = 1
		}
		b = append(b, over)
		for _, v := range [...]float64{n.VE, n.VN, n.VarVE, n.VarVN} {
			b = appendF32(b, v)
		}
		lineage := n.Lineage[:min(len(n.Lineage), MaxLineage)]
		b = append(b, byte(len(lineage)))
		for _, id := range lineage {
			b = appendText(b, string(id))
		}
	}
	return b
}

func (r *reader) detection(d *Detection) {
	track, report := d.VendorTrack, d.Report
	*d = Detection{Shape: Shape(r.u8())}
	fields := r.u8()
	if d.Shape > PresenceWithin || fields&^detectionFields != 0 {
		r.fail("unknown shape or field")
		return
	}
	for i, kind := range layout[d.Shape] {
		if kind == 'd' {
			d.Z[i] = r.f64()
		} else {
			d.Z[i] = r.f32()
		}
	}
	for _, k := range kept(d.Shape.dims(), fields&hasCorrelation != 0) {
		d.R[k] = r.f32()
	}
	if fields&hasDoppler != 0 {
		d.Doppler, d.SigmaDoppler = r.f32(), r.f32()
	}
	if fields&hasClass != 0 {
		mask := r.u16()
		if mask>>NClass != 0 {
			r.fail("unknown class")
			return
		}
		for i := range d.Class {
			if mask>>i&1 != 0 {
				d.Class[i] = float32(r.u16()) / math.MaxUint16
			}
		}
	}
	if fields&hasCount != 0 {
		d.Count = r.u8()
	}
	if fields&hasConfidence != 0 {
		d.Confidence = float32(r.u16()) / math.MaxUint16
	}
	if fields&hasTrack != 0 {
		d.VendorTrack = r.id(track)
	}
	if fields&hasReport != 0 {
		d.Report = r.id(report)
	}
	if fields&hasNode != 0 {
		d.Node = r.node()
	}
}

func (r *reader) node() *NodeTrack {
	over := r.u8()
	n := &NodeTrack{Over: over == 1, VE: r.f32(), VN: r.f32(), VarVE: r.f32(), VarVN: r.f32()}
	many := int(r.u8())
	if over > 1 || many > MaxLineage {
		r.fail("a node's track")
		return nil
	}
	for range many {
		n.Lineage = append(n.Lineage, SensorID(r.text("")))
	}
	return n
}

// kept lists the places of R that travel for n values.
func kept(n int, correlated bool) []int {
	switch {
	case n == 3 && correlated:
		return []int{0, 1, 2, 3, 4, 5}
	case n == 2 && correlated:
		return []int{0, 1, 3}
	default:
		return diagonal[:n]
	}
}

// share is a probability in 1/65535; what is none (negative, NaN) is 0.
func share(p float32) uint16 {
	if !(p > 0) {
		return 0
	}
	return uint16(math.Round(float64(min(p, 1)) * math.MaxUint16))
}

// nanos is a time's Unix nanoseconds; the zero time is their lowest value.
func nanos(t time.Time) int64 {
	if t.IsZero() {
		return math.MinInt64
	}
	return t.UnixNano()
}

func instant(ns int64) time.Time {
	if ns == math.MinInt64 {
		return time.Time{}
	}
	return time.Unix(0, ns).UTC()
}

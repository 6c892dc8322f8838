package recorded

import (
	"bytes"
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"

	"marsad/fuse/kin"
	"marsad/fuse/pmb"
)

// plot is one row of a detections file, as the tracker may know it.
type plot struct {
	instant int32
	sensor  int32
	det     pmb.Det
}

// reader walks the rows of a detections file that is held in memory, in the order
// of their scan instants. Rows that cannot be used are refused one by one.
type reader struct {
	scenario *Scenario
	file     []byte
	rest     []byte
	line     int
	at       [len(columns)]int // field of each column, −1 where there is none
	width    int               // columns in the header, of equal names too
	fields   [][]byte
	sensors  map[string]int32
	lastID   []byte
	lastNum  int32
	sorted   []place // rows by instant, where the file does not have them so
	turn     int     // the next of them
	seen     map[likeness]struct{}
	seenAt   int32
	log      Refusals
}

// place is where a row begins, and its line.
type place struct{ instant, line, from int }

// likeness is all that a row says: two equal ones of one scan are one row twice.
type likeness struct {
	sensor                int32
	z0, z1, r00, r01, r11 float64
}

// Refusals are the rows that were left out.
type Refusals struct {
	// Rows could not be used, Doubles are rows that a scan had already.
	Rows, Doubles int
	// First are the first of the reasons, by line.
	First []error
}

// mostReasons are kept: who has a thousand bad rows has one bad program.
const mostReasons = 10

// The columns that are read. truth_id is not among them.
var columns = [...]string{"t", "sensor_id", "z0", "z1", "R00", "R11", "type", "R01"}

const (
	colT = iota
	colSensor
	colZ0
	colZ1
	colR00
	colR11
	colType // where there is none, the sensor's
	colR01  // where there is none, 0
)

var bom = []byte("\xef\xbb\xbf")

func newReader(s *Scenario, b []byte) (*reader, error) {
	b = bytes.TrimPrefix(b, bom)
	r := &reader{scenario: s, file: b, rest: b, sensors: map[string]int32{}, lastNum: -1, seen: map[likeness]struct{}{}, seenAt: -1}
	for i := range s.Sensors {
		r.sensors[s.Sensors[i].ID] = int32(i)
	}
	head := r.next()
	if head == nil {
		return nil, wrong("detections.header", "the detections file is empty; its first line must name the columns", nil)
	}
	for i := range r.at {
		r.at[i] = -1
	}
	for i, n := range bytes.Split(head, []byte(",")) {
		if k := slices.Index(columns[:], string(field(n))); k >= 0 {
			r.at[k] = i
		}
		r.width = i + 1
	}
	for k := range colType {
		if r.at[k] < 0 {
			return nil, wrong("detections.header", fmt.Sprintf("the detections file has no column %q; its first line is %.60q", columns[k], head), nil)
		}
	}
	r.order()
	return r, nil
}

// field takes off what writers of CSV put about a value.
func field(b []byte) []byte {
	b = bytes.TrimSpace(b)
	if n := len(b); n >= 2 && b[0] == '"' && b[n-1] == '"' {
		return b[1 : n-1]
	}
	return b
}

// order looks whether the rows come by instant, and sorts them where not. A row
// without an instant stays where it is, and is refused there.
func (r *reader) order() {
	rest, line := r.rest, r.line
	newest, sorted := 0, true
	for l := r.next(); l != nil && sorted; l = r.next() {
		if k, ok := r.instant(r.cell(l, r.at[colT])); ok {
			sorted = k >= newest
			newest = k
		}
	}
	r.rest, r.line = rest, line
	if sorted {
		return
	}
	newest = 0
	for l := r.next(); l != nil; l = r.next() {
		if k, ok := r.instant(r.cell(l, r.at[colT])); ok {
			newest = k
		}
		r.sorted = append(r.sorted, place{newest, r.line, cap(r.file) - cap(l)})
	}
	slices.SortStableFunc(r.sorted, func(a, b place) int { return cmp.Compare(a.instant, b.instant) })
	r.rest = nil
}

// cell is the n-th field of a line, nil where it has fewer.
func (r *reader) cell(l []byte, n int) []byte {
	for range n {
		i := bytes.IndexByte(l, ',')
		if i < 0 {
			return nil
		}
		l = l[i+1:]
	}
	if i := bytes.IndexByte(l, ','); i >= 0 {
		return l[:i]
	}
	return l
}

// instant is the scan instant that a time belongs to.
func (r *reader) instant(b []byte) (int, bool) {
	t, err := number(field(b))
	k := math.Round(t / r.scenario.DT)
	if err != nil || !(k >= 0 && k < float64(r.scenario.Scans)) {
		return 0, false
	}
	return int(k), true
}

// next gives the next line that is not empty, nil at the end.
func (r *reader) next() []byte {
	for len(r.rest) > 0 {
		r.line++
		i := bytes.IndexByte(r.rest, '\n')
		var l []byte
		if i < 0 {
			l, r.rest = r.rest, nil
		} else {
			l, r.rest = r.rest[:i], r.rest[i+1:]
		}
		if l = bytes.TrimSuffix(l, []byte("\r")); len(bytes.TrimSpace(l)) > 0 {
			return l
		}
	}
	return nil
}

// row gives the next line in the order of instants.
func (r *reader) row() []byte {
	if r.sorted == nil {
		return r.next()
	}
	if r.turn == len(r.sorted) {
		return nil
	}
	p := r.sorted[r.turn]
	r.turn++
	r.rest, r.line = r.file[p.from:], p.line-1
	return r.next()
}

// read gives the next row that can be used; ok is false at the end.
func (r *reader) read() (p plot, ok bool) {
	for l := r.row(); l != nil; l = r.row() {
		var like likeness
		err := r.parse(l, &p, &like)
		if err != nil {
			if r.log.Rows++; len(r.log.First) < mostReasons {
				r.log.First = append(r.log.First, err)
			}
			continue
		}
		if p.instant != r.seenAt {
			clear(r.seen)
			r.seenAt = p.instant
		}
		n := len(r.seen)
		if r.seen[like] = struct{}{}; len(r.seen) == n {
			r.log.Doubles++
			continue
		}
		return p, true
	}
	return p, false
}

// parse reads one line.
func (r *reader) parse(l []byte, p *plot, like *likeness) error {
	r.fields = r.fields[:0]
	for more := true; more; {
		i := bytes.IndexByte(l, ',')
		f := l
		if more = i >= 0; more {
			f, l = l[:i], l[i+1:]
		}
		r.fields = append(r.fields, field(f))
	}
	if n := len(r.fields); n < r.width || n > r.width && slices.ContainsFunc(r.fields[r.width:], func(f []byte) bool { return len(f) > 0 }) {
		return r.fail("has %d fields, the header %d", n, r.width)
	}
	var bad error
	num := func(c int) float64 {
		if r.at[c] < 0 || len(r.fields[r.at[c]]) == 0 {
			return 0
		}
		v, err := number(r.fields[r.at[c]])
		if err != nil && bad == nil {
			bad = r.fail("has %.40q for %s", r.fields[r.at[c]], columns[c])
		}
		return v
	}
	id := r.fields[r.at[colSensor]]
	if r.lastNum < 0 || !bytes.Equal(id, r.lastID) {
		n, known := r.sensors[string(id)]
		if !known {
			return r.fail("names sensor %.40q, which the scenario does not have", id)
		}
		r.lastID, r.lastNum = id, n
	}
	q := &r.scenario.Sensors[r.lastNum]
	if k := r.at[colType]; k >= 0 && string(r.fields[k]) != q.Type {
		return r.fail("has type %.40q, sensor %q is %q", r.fields[k], q.ID, q.Type)
	}
	k, ok := r.instant(r.fields[r.at[colT]])
	if !ok {
		return r.fail("has t %.40q, which is no instant of the scenario", r.fields[r.at[colT]])
	}
	*p = plot{instant: int32(k), sensor: r.lastNum}
	*like = likeness{r.lastNum, num(colZ0), num(colZ1), num(colR00), num(colR01), num(colR11)}
	if bad != nil {
		return bad
	}
	if what := measure(q, like, &p.det.Meas); what != "" {
		return r.fail("%s", what)
	}
	return nil
}

// measure turns a row's numbers into a measurement, or says what is wrong.
func measure(q *Sensor, v *likeness, z *kin.Meas) (what string) {
	switch q.Type {
	case XY:
		*z = kin.Meas{XY: true, E: v.z0 - q.Pos[0], N: v.z1 - q.Pos[1], VarE: [3]float64{v.r00, v.r01, v.r11}}
		if !(v.r00 > 0 && v.r11 > 0 && v.r01*v.r01 < v.r00*v.r11) {
			return "has a covariance that is not positive"
		}
	case BearingRange:
		// The mathematical angle runs the other way round: its covariance with
		// range changes sign.
		*z = kin.Meas{Az: kin.Wrap(azimuth(v.z0)), VarAz: v.r00, Range: v.z1, VarRange: v.r11, CovAzRange: -v.r01}
		if !(v.r00 > 0 && v.r11 > 0 && v.z1 >= 0 && v.r01*v.r01 < v.r00*v.r11) {
			return "has a range or covariance that is not positive"
		}
	case Bearing:
		*z = kin.Meas{Az: kin.Wrap(azimuth(v.z0)), VarAz: v.r00}
		if !(v.r00 > 0) {
			return "has a variance that is not positive"
		}
	}
	for _, n := range [...]float64{v.z0, v.z1, v.r00, v.r01, v.r11} {
		if math.Abs(n) > mostNumber {
			return fmt.Sprintf("holds %.3g, which no sensor measures", n)
		}
	}
	return ""
}

// mostNumber in m, rad or their squares is beyond anything on Earth.
const mostNumber = 1e12

func (r *reader) fail(format string, args ...any) error {
	return wrong("detections.row", fmt.Sprintf("line %d ", r.line)+fmt.Sprintf(format, args...), nil)
}

// number reads a finite decimal.
func number(b []byte) (float64, error) {
	v, err := strconv.ParseFloat(string(b), 64)
	if err == nil && (math.IsInf(v, 0) || math.IsNaN(v)) {
		err = strconv.ErrRange
	}
	return v, err
}

package recorded

import (
	"bytes"
	"fmt"
	"math"
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

// reader walks the rows of a detections file that is held in memory.
type reader struct {
	scenario *Scenario
	rest     []byte
	line     int
	column   map[string]int
	width    int // columns in the header, of equal names too
	fields   [][]byte
	sensors  map[string]int32
	lastID   []byte
	lastNum  int32
}

// The columns that are read. truth_id is not among them.
var wanted = [...]string{"t", "sensor_id", "type", "z0", "z1", "R00", "R01", "R11"}

const (
	colT = iota
	colSensor
	colType
	colZ0
	colZ1
	colR00
	colR01
	colR11
)

func newReader(s *Scenario, b []byte) (*reader, error) {
	r := &reader{scenario: s, rest: b, sensors: map[string]int32{}, lastNum: -1}
	for i := range s.Sensors {
		r.sensors[s.Sensors[i].ID] = int32(i)
	}
	head := r.next()
	if head == nil {
		return nil, wrong("detections.header", "the detections file is empty; its first line must name the columns", nil)
	}
	names := map[string]int{}
	for i, n := range bytes.Split(head, []byte(",")) {
		names[string(bytes.TrimSpace(n))] = i
		r.width = i + 1
	}
	r.column = names
	r.fields = make([][]byte, 0, len(names))
	for _, w := range wanted {
		if _, ok := names[w]; !ok {
			return nil, wrong("detections.header", fmt.Sprintf("the detections file has no column %q", w), nil)
		}
	}
	return r, nil
}

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
		l = bytes.TrimSuffix(l, []byte("\r"))
		if len(l) > 0 {
			return l
		}
	}
	return nil
}

// layout resolves the wanted columns once.
func (r *reader) layout() (at [len(wanted)]int) {
	for i, w := range wanted {
		at[i] = r.column[w]
	}
	return at
}

// read gives the next row; ok is false at the end.
func (r *reader) read(at *[len(wanted)]int) (p plot, ok bool, err error) {
	l := r.next()
	if l == nil {
		return p, false, nil
	}
	r.fields = r.fields[:0]
	for {
		i := bytes.IndexByte(l, ',')
		if i < 0 {
			r.fields = append(r.fields, l)
			break
		}
		r.fields = append(r.fields, l[:i])
		l = l[i+1:]
	}
	if len(r.fields) < r.width {
		return p, false, r.fail("has %d fields, the header %d", len(r.fields), r.width)
	}
	var bad error
	num := func(c int) float64 {
		b := r.fields[at[c]]
		if len(b) == 0 {
			return 0
		}
		v, e := number(b)
		if e != nil && bad == nil {
			bad = r.fail("has %q for %s", b, wanted[c])
		}
		return v
	}
	id := r.fields[at[colSensor]]
	if r.lastNum < 0 || !bytes.Equal(id, r.lastID) {
		n, known := r.sensors[string(id)]
		if !known {
			return p, false, r.fail("names sensor %q, which the scenario does not have", id)
		}
		r.lastID, r.lastNum = id, n
	}
	p.sensor = r.lastNum
	q := &r.scenario.Sensors[p.sensor]
	if string(r.fields[at[colType]]) != q.Type {
		return p, false, r.fail("has type %q, sensor %q is %q", r.fields[at[colType]], q.ID, q.Type)
	}
	t := num(colT)
	k := math.Round(t / r.scenario.DT)
	if !(k >= 0 && k < float64(r.scenario.Scans)) {
		return p, false, r.fail("has t %v, outside the scenario", t)
	}
	p.instant = int32(k)
	z0, r00 := num(colZ0), num(colR00)
	z := &p.det.Meas
	switch q.Type {
	case XY:
		*z = kin.Meas{XY: true, E: z0 - q.Pos[0], N: num(colZ1) - q.Pos[1], VarE: [3]float64{r00, num(colR01), num(colR11)}}
		if bad == nil && !(z.VarE[0] > 0 && z.VarE[2] > 0 && z.VarE[1]*z.VarE[1] < z.VarE[0]*z.VarE[2]) {
			bad = r.fail("has a covariance that is not positive")
		}
	case BearingRange:
		// The mathematical angle runs the other way round: its covariance with
		// range changes sign.
		*z = kin.Meas{Az: kin.Wrap(azimuth(z0)), VarAz: r00, Range: num(colZ1), VarRange: num(colR11), CovAzRange: -num(colR01)}
		if bad == nil && !(r00 > 0 && z.VarRange > 0 && z.Range >= 0 && z.CovAzRange*z.CovAzRange < r00*z.VarRange) {
			bad = r.fail("has a range or covariance that is not positive")
		}
	case Bearing:
		*z = kin.Meas{Az: kin.Wrap(azimuth(z0)), VarAz: r00}
		if bad == nil && !(r00 > 0) {
			bad = r.fail("has a variance that is not positive")
		}
	}
	if bad == nil && math.IsNaN(z.Az+z.Range+z.E+z.N+z.VarAz+z.VarRange) {
		bad = r.fail("holds a number that is none")
	}
	return p, bad == nil, bad
}

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

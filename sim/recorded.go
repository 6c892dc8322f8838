package sim

import (
	"encoding/csv"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"sort"
	"strconv"
	"strings"
	"time"

	"marsad/border"
	"marsad/geo"
	"marsad/say"
	"marsad/sim/scn"
)

// Recordings reads recorded movements by name. A nil one knows none.
type Recordings func(name string) ([]Fixed, error)

// Fixed is one fix of a recorded movement.
type Fixed struct {
	At    time.Time
	Point geo.Point
}

// InFolder reads recordings from a folder: GPX tracks (*.gpx) and tables
// (*.csv) with columns track_time, latitude, longitude, separated by
// semicolons.
func InFolder(dir fs.FS) Recordings {
	return func(name string) ([]Fixed, error) {
		f, err := dir.Open(name)
		if err != nil {
			return nil, recordedError(name, err)
		}
		defer f.Close()
		// A recording above 64 MB is a mistake.
		r := io.LimitReader(f, 64<<20)
		var fixes []Fixed
		if strings.HasSuffix(name, ".gpx") {
			fixes, err = readGPX(r)
		} else {
			fixes, err = readCSV(r)
		}
		if err == nil && len(fixes) < 2 {
			err = errors.New("fewer than two fixes with a time")
		}
		if err != nil {
			return nil, recordedError(name, err)
		}
		sort.SliceStable(fixes, func(i, j int) bool { return fixes[i].At.Before(fixes[j].At) })
		return fixes, nil
	}
}

func (r Recordings) read(name string) ([]Fixed, error) {
	if r == nil {
		return nil, recordedError(name, errors.New("no folder with recorded movements was given"))
	}
	return r(name)
}

func recordedError(name string, cause error) error {
	return &say.Error{
		Code: "sim.recording", Kind: say.Invalid, Cause: cause,
		Text: say.Text{En: "the recorded movement {name} cannot be laid on the border", Ar: "تعذّر وضع الحركة المسجلة {name} على الحدود"}.Fill("name", name),
		Hint: say.Text{En: "give the folder with --recorded, or leave the actor out", Ar: "حدّد المجلد بالخيار --recorded أو احذف هذا العنصر"},
	}
}

func readGPX(r io.Reader) ([]Fixed, error) {
	var doc struct {
		Tracks []struct {
			Segments []struct {
				Points []struct {
					Lat  float64 `xml:"lat,attr"`
					Lon  float64 `xml:"lon,attr"`
					Time string  `xml:"time"`
				} `xml:"trkpt"`
			} `xml:"trkseg"`
		} `xml:"trk"`
	}
	if err := xml.NewDecoder(r).Decode(&doc); err != nil {
		return nil, err
	}
	var fixes []Fixed
	for _, t := range doc.Tracks {
		for _, s := range t.Segments {
			for _, p := range s.Points {
				at, err := time.Parse(time.RFC3339, p.Time)
				pt := geo.Point{Lat: p.Lat, Lon: p.Lon}
				if err == nil && pt.Valid() {
					fixes = append(fixes, Fixed{at, pt})
				}
			}
		}
	}
	return fixes, nil
}

func readCSV(r io.Reader) ([]Fixed, error) {
	c := csv.NewReader(r)
	c.Comma, c.FieldsPerRecord, c.ReuseRecord = ';', -1, true
	head, err := c.Read()
	if err != nil {
		return nil, err
	}
	column := map[string]int{}
	for i, h := range head {
		column[strings.TrimSpace(h)] = i
	}
	it, okT := column["track_time"]
	ia, okA := column["latitude"]
	io_, okO := column["longitude"]
	if !okT || !okA || !okO {
		return nil, errors.New("columns track_time, latitude and longitude are needed")
	}
	var fixes []Fixed
	for {
		row, err := c.Read()
		if err == io.EOF {
			return fixes, nil
		}
		if err != nil {
			return nil, err
		}
		if len(row) <= max(it, ia, io_) {
			continue
		}
		at, err1 := time.Parse("2006-01-02 15:04:05", row[it])
		lat, err2 := strconv.ParseFloat(row[ia], 64)
		lon, err3 := strconv.ParseFloat(row[io_], 64)
		p := geo.Point{Lat: lat, Lon: lon}
		if err1 == nil && err2 == nil && err3 == nil && p.Valid() {
			fixes = append(fixes, Fixed{at, p})
		}
	}
}

// layRecorded lays a recorded movement at the actor's place: its shape and its
// times as recorded, turned so that it sets out towards the line.
func layRecorded(axis *border.Axis, a *scn.Actor, fixes []Fixed) *path {
	p := &path{}
	start := axis.Place(a.Start.Chainage, a.Start.Offset)
	from := geo.NewFrame(geo.Position{Point: fixes[0].Point})
	to := geo.NewFrame(geo.Position{Point: start})
	far, heading := 0.0, 0.0
	for _, f := range fixes {
		e, n := from.Surface(f.Point)
		if d := math.Hypot(e, n); d > far {
			far, heading = d, math.Atan2(e, n)
		}
	}
	turn := axis.Tangent(a.Start.Chainage)
	if a.Start.Offset >= 0 {
		turn += math.Pi / 2
	} else {
		turn -= math.Pi / 2
	}
	sin, cos := math.Sincos(turn - heading)
	t0 := a.At.Seconds()
	p.add(t0, t0, start, start)
	for _, f := range fixes[1:] {
		e, n := from.Surface(f.Point)
		t := t0 + f.At.Sub(fixes[0].At).Seconds()
		lastT, lastAt := p.last()
		if t <= lastT {
			continue
		}
		next := to.At(e*cos+n*sin, n*cos-e*sin)
		p.add(lastT, t, lastAt, next)
	}
	return p
}

// String for messages.
func (f Fixed) String() string { return fmt.Sprintf("%s %v", f.At.Format(time.RFC3339), f.Point) }

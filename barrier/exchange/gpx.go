package exchange

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"marsad/barrier"
	"marsad/border"
	"marsad/geo"
	"marsad/say"
)

// How a walk along the works is judged, in metres.
const (
	reachWalked = 1_000 // farther off the line nobody walks along the barrier
	backAllowed = 50    // going back farther is flagged
	holeAllowed = 500   // between two fixes
)

type gpxPoint struct {
	Lat  float64   `xml:"lat,attr"`
	Lon  float64   `xml:"lon,attr"`
	Time time.Time `xml:"time"`
	Name string    `xml:"name"`
	Desc string    `xml:"desc"`
	Type string    `xml:"type"`
}

type gpxTrack struct {
	Name     string `xml:"name"`
	Desc     string `xml:"desc"`
	Type     string `xml:"type"`
	Segments []struct {
		Points []gpxPoint `xml:"trkpt"`
	} `xml:"trkseg"`
}

// gpx reads tracks and waypoints of GPX 1.0 or 1.1. A track is the stretch that
// somebody walked, a waypoint a place; the type of either, if it is given, is
// the kind. What the file cannot say comes from the defaults.
func (j *judge) gpx(data []byte) error {
	d := xml.NewDecoder(bytes.NewReader(data))
	number, root := 0, false
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			if !root {
				return fileError("the file is not GPX", "الملف ليس بصيغة GPX", nil)
			}
			return nil
		}
		if err != nil {
			return fileError("the file is not readable as GPX", "الملف غير مقروء بصيغة GPX", err)
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		switch start.Name.Local {
		case "gpx":
			root = true
		case "trk":
			var t gpxTrack
			if err := d.DecodeElement(&t, &start); err != nil {
				return fileError("a track of the file is not readable", "أحد المسارات غير مقروء", err)
			}
			number++
			var points []gpxPoint
			for _, s := range t.Segments {
				points = append(points, s.Points...)
			}
			j.walk(number, t.Name, t.Desc, t.Type, points)
		case "wpt":
			var p gpxPoint
			if err := d.DecodeElement(&p, &start); err != nil {
				return fileError("a waypoint of the file is not readable", "إحدى النقاط غير مقروءة", err)
			}
			number++
			j.walk(number, p.Name, p.Desc, p.Type, []gpxPoint{p})
		}
		if number > MaxRows {
			return fileError("the file has too many tracks", "عدد المسارات أكبر من الحد المسموح", nil)
		}
	}
}

// walk turns fixes into a fact.
func (j *judge) walk(number int, name, desc, kind string, fixes []gpxPoint) {
	text := fmt.Sprintf("%s (%d fixes)", name, len(fixes))
	if len(fixes) == 0 {
		j.row(number, text, nil, []barrier.Flaw{{Code: "track.empty", Refused: true, Text: say.Text{En: "the track has no fixes", Ar: "المسار بلا نقاط"},
			Hint: say.Text{En: "it says nowhere; leave it out", Ar: "لا يحدد أي موقع؛ احذفه"}}})
		return
	}
	points := make([]geo.Point, len(fixes))
	for i, f := range fixes {
		points[i] = geo.Point{Lat: f.Lat, Lon: f.Lon}
		if !points[i].Valid() {
			j.row(number, text, nil, []barrier.Flaw{{Code: "position", Refused: true, Text: say.Text{En: "a fix is not on the Earth", Ar: "إحدى النقاط ليست على الأرض"},
				Hint: say.Text{En: "latitude and longitude are degrees; export the track again", Ar: "خطا العرض والطول بالدرجات؛ صدّر المسار من جديد"}}})
			return
		}
	}
	rec := &record{get: map[string]string{"note": strings.TrimSpace(name + " " + desc)}}
	ends, span, why := locate(j.axis, points, reachWalked)
	for _, w := range why {
		// A patrol walks either way: only what was drawn has a direction.
		if w.Code != "span.reversed" {
			rec.why = append(rec.why, w)
		}
	}
	if span == nil {
		j.row(number, text, nil, rec.why)
		return
	}
	rec.ends, rec.span = ends, span
	rec.why = append(rec.why, j.manner(points)...)
	if kind != "" {
		rec.get["kind"], rec.get["weakness"] = kind, kind
	}
	if at := fixes[len(fixes)-1].Time; !at.IsZero() {
		day := barrier.DayOf(at).String()
		for _, field := range []string{"on", "found_on", "surveyed"} {
			rec.get[field] = day
		}
	}
	f := j.fact(rec)
	j.row(number, text, f, rec.why)
}

// manner flags a walk that turns back or has holes: its ends do not tell what
// was walked.
func (j *judge) manner(points []geo.Point) []barrier.Flaw {
	var why []barrier.Flaw
	at := make([]border.Chainage, len(points))
	for i, p := range points {
		at[i] = j.axis.Locate(p).Chainage
	}
	sign := border.Chainage(1)
	if at[len(at)-1] < at[0] {
		sign = -1
	}
	farthest, back, hole := sign*at[0], 0.0, 0.0
	for i := range at {
		x := sign * at[i]
		back = max(back, float64(farthest-x))
		farthest = max(farthest, x)
		if i > 0 {
			hole = max(hole, geo.Distance(points[i-1], points[i]))
		}
	}
	if back > backAllowed {
		why = append(why, barrier.Flaw{Code: "track.back", Text: say.Text{En: "the track goes back by {m} m", Ar: "المسار يرجع {m} م"}.Fill("m", fmt.Sprintf("%.0f", back)),
			Hint: say.Text{En: "check that its ends are those of the stretch", Ar: "تحقق من أن طرفيه طرفا المقطع"}})
	}
	if hole > holeAllowed {
		why = append(why, barrier.Flaw{Code: "track.hole", Text: say.Text{En: "{m} m between two fixes", Ar: "{m} م بين نقطتين"}.Fill("m", fmt.Sprintf("%.0f", hole)),
			Hint: say.Text{En: "was the whole stretch walked?", Ar: "هل سِير المقطع كله؟"}})
	}
	return why
}

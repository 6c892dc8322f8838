package exchange

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"marsad/barrier"
	"marsad/geo"
	"marsad/say"
)

// reachDrawn is how far off the line, in metres, a drawn line may lie: works of
// the second line are not the barrier.
const reachDrawn = 5_000

// geojson reads a FeatureCollection, or one Feature: lines and points with the
// properties of the subject (RFC 7946: longitude first, WGS 84).
func (j *judge) geojson(data []byte) error {
	var file struct {
		Type     string            `json:"type"`
		Features []json.RawMessage `json:"features"`
	}
	if err := json.Unmarshal(bytes.TrimPrefix(data, []byte("\ufeff")), &file); err != nil {
		return fileError("the file is not readable as GeoJSON", "الملف غير مقروء بصيغة GeoJSON", err)
	}
	switch file.Type {
	case "FeatureCollection":
	case "Feature":
		file.Features = []json.RawMessage{data}
	default:
		return fileError("the file is neither a Feature nor a FeatureCollection", "الملف ليس Feature ولا FeatureCollection", nil)
	}
	if len(file.Features) > MaxRows {
		return fileError("the file has too many features", "عدد العناصر أكبر من الحد المسموح", nil)
	}
	for i, raw := range file.Features {
		j.feature(i+1, raw)
	}
	return nil
}

func (j *judge) feature(number int, raw json.RawMessage) {
	var f struct {
		Properties map[string]any `json:"properties"`
		Geometry   *struct {
			Type        string          `json:"type"`
			Coordinates json.RawMessage `json:"coordinates"`
		} `json:"geometry"`
	}
	broken := func(en, ar string) {
		j.row(number, string(raw), nil, []barrier.Flaw{{Code: "feature", Refused: true, Text: say.Text{En: en, Ar: ar},
			Hint: say.Text{En: "a Feature has properties and a LineString or a Point", Ar: "العنصر له خصائص وخط أو نقطة"}}})
	}
	if err := json.Unmarshal(raw, &f); err != nil {
		broken("the feature is not readable", "العنصر غير مقروء")
		return
	}
	rec := &record{get: map[string]string{}}
	for name, v := range f.Properties {
		rec.get[name] = plain(v)
	}
	if f.Geometry != nil {
		points, ok := coordinates(f.Geometry.Type, f.Geometry.Coordinates)
		if !ok {
			broken("the geometry is not a LineString or a Point of positions", "الشكل ليس خطاً أو نقطة")
			return
		}
		var why []barrier.Flaw
		rec.ends, rec.span, why = locate(j.axis, points, reachDrawn)
		rec.why = append(rec.why, why...)
		if rec.span == nil {
			j.row(number, string(raw), nil, rec.why)
			return
		}
	}
	fact := j.fact(rec)
	j.row(number, string(raw), fact, rec.why)
}

// plain is a property as a field of a table would have it.
func plain(v any) string {
	switch x := v.(type) {
	case string:
		return x
	case float64:
		return strconv.FormatFloat(x, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(x)
	case []any:
		s := ""
		for i, e := range x {
			if i > 0 {
				s += "|"
			}
			s += plain(e)
		}
		return s
	case nil:
		return ""
	}
	return fmt.Sprint(v)
}

func coordinates(kind string, raw json.RawMessage) ([]geo.Point, bool) {
	var line [][]float64
	switch kind {
	case "Point":
		var p []float64
		if json.Unmarshal(raw, &p) != nil {
			return nil, false
		}
		line = [][]float64{p}
	case "LineString":
		if json.Unmarshal(raw, &line) != nil || len(line) < 2 {
			return nil, false
		}
	default:
		return nil, false
	}
	points := make([]geo.Point, len(line))
	for i, c := range line {
		if len(c) < 2 {
			return nil, false
		}
		points[i] = geo.Point{Lat: c[1], Lon: c[0]}
	}
	return points, !slices.ContainsFunc(points, func(p geo.Point) bool { return !p.Valid() })
}

package exchange

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"marsad/barrier"
	"marsad/border"
	"marsad/say"
)

// Write writes what a view holds of a subject. CSV has the fields that Read
// reads back; GeoJSON draws stretches along the axis; Parquet is columns for
// analysis. Attribution and the warning that the line is no legal boundary go
// with every file that can carry them.
func Write(w io.Writer, format Format, v *barrier.View, about barrier.Subject) error {
	if about == barrier.SubjectNone {
		about = barrier.SubjectPiece
	}
	if fieldsOf[about] == nil {
		return fileError(fmt.Sprintf("%q cannot be exported to a file", about), "لا يمكن تصدير هذا النوع إلى ملف", nil)
	}
	switch format {
	case CSV:
		return writeCSV(w, v, about)
	case GeoJSON:
		return writeGeoJSON(w, v, about)
	case Parquet:
		return writeParquet(w, v, about)
	}
	return &say.Error{Code: "exchange.format", Kind: say.Invalid,
		Text: say.Text{En: fmt.Sprintf("%q is not a format that can be written", format), Ar: "صيغة التصدير غير معروفة"},
		Hint: say.Text{En: "csv, geojson or parquet", Ar: say.LTR("csv, geojson, parquet")}}
}

// line is one thing as it leaves: its fields by name, and where it lies.
type line struct {
	get     map[string]string
	stretch *barrier.Stretch
	id      string
}

// lines gives the things of a subject in the view's order.
func lines(v *barrier.View, about barrier.Subject) []line {
	var out []line
	switch about {
	case barrier.SubjectPiece:
		for _, p := range v.Pieces() {
			out = append(out, pieceLine(p))
		}
	case barrier.SubjectInspection:
		for _, i := range v.Inspections() {
			l := line{map[string]string{"kind": string(i.Kind), "on": i.On.String(), "inspector": i.Inspector, "result": string(i.Result), "note": i.Note}, &i.Stretch, i.ID.String()}
			l.dimensions("", i.Measured)
			l.rest(i.Evidence, i.Marks)
			out = append(out, l)
		}
	case barrier.SubjectWeakSpot:
		for _, s := range v.WeakSpots() {
			l := line{map[string]string{"weakness": string(s.Kind), "layer": string(s.Layer), "risk": string(s.Risk), "state": string(s.State), "found_on": s.Found.On.String(),
				"found_by": s.Found.By, "found_how": s.Found.How, "reinspect": s.Reinspect.String(), "note": s.Note}, &s.Stretch, s.ID.String()}
			l.rest(s.Evidence, s.Marks)
			out = append(out, l)
		}
	case barrier.SubjectDiary:
		for _, d := range v.Diary() {
			l := line{map[string]string{"package": d.Package.String(), "crew": d.Crew.String(), "on": d.On.String(), "kind": string(d.Kind), "quantity": figure(d.Quantity),
				"workers": whole(d.Workers), "plant": whole(d.Plant), "cost": figure(d.Cost.Amount), "currency": d.Cost.Currency, "by": d.By, "note": d.Note}, &d.Stretch, d.ID.String()}
			l.rest(d.Photos, d.Marks)
			out = append(out, l)
		}
	case barrier.SubjectClaim:
		for _, c := range v.Claims() {
			out = append(out, line{map[string]string{"date": c.Date.String(), "date_precision": string(c.Precision), "metric": c.Metric, "value": strconv.FormatFloat(c.Value, 'f', -1, 64), "unit": c.Unit,
				"numerator": figure(c.Numerator), "denominator": figure(c.Denominator), "scope": c.Scope, "speaker": c.Speaker, "source_url": c.Source, "grade": c.Grade.String(), "note": c.Note}, nil, c.ID.String()})
		}
	}
	return out
}

func pieceLine(p *barrier.Piece) line {
	l := line{map[string]string{"kind": string(p.Kind), "state": string(p.State), "unit": p.Unit,
		"planned_start": p.Dates.PlannedStart.String(), "planned_finish": p.Dates.PlannedFinish.String(), "surveyed": p.Dates.Surveyed.String(),
		"started": p.Dates.Started.String(), "finished": p.Dates.Finished.String(), "inspected_on": p.InspectedOn.String(),
		"cost": figure(p.Cost.Amount), "currency": p.Cost.Currency, "note": p.Note}, &p.Stretch, p.ID.String()}
	l.dimensions("", p.Measured)
	l.dimensions("specified_", p.Specified)
	l.rest(p.Evidence, p.Marks)
	return l
}

func (l *line) dimensions(prefix string, d barrier.Dimensions) {
	l.get[prefix+"height"], l.get[prefix+"width"], l.get[prefix+"depth"] = figure(d.Height), figure(d.Width), figure(d.Depth)
	if prefix == "" {
		l.get["length"], l.get["count"] = figure(d.Length), whole(d.Count)
	}
}

func (l *line) rest(evidence []barrier.Evidence, marks []string) {
	refs := make([]string, len(evidence))
	for i, e := range evidence {
		refs[i] = e.Ref
	}
	l.get["evidence"], l.get["marks"] = strings.Join(refs, "|"), strings.Join(marks, " ")
	l.get["side"] = string(l.stretch.Side)
	l.get["from"], l.get["to"] = post(l.stretch.From), post(l.stretch.To)
}

// post is a km post to the millimetre, so that what is written is read back.
func post(c border.Chainage) string {
	mm := int64(float64(c)*1000 + 0.5)
	s := fmt.Sprintf("%d+%03d", mm/1_000_000, mm/1000%1000)
	if mm%1000 != 0 {
		s += strings.TrimRight(fmt.Sprintf(".%03d", mm%1000), "0")
	}
	return s
}

func figure(x float64) string {
	if x == 0 {
		return ""
	}
	return strconv.FormatFloat(x, 'f', -1, 64)
}

func whole(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// writeCSV begins with a byte order mark: without it spreadsheets take Arabic
// for another script.
func writeCSV(w io.Writer, v *barrier.View, about barrier.Subject) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	c := csv.NewWriter(w)
	names := append(append([]string(nil), fieldsOf[about]...), "id", "axis", "attribution")
	if err := c.Write(names); err != nil {
		return err
	}
	for _, l := range lines(v, about) {
		row := make([]string, len(names))
		for i, n := range names {
			row[i] = harmless(l.get[n])
		}
		row[len(row)-3], row[len(row)-1] = l.id, border.Attribution
		if l.stretch != nil {
			row[len(row)-2] = l.stretch.Axis
		}
		if err := c.Write(row); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

// harmless keeps a spreadsheet from running a field as a formula.
func harmless(s string) string {
	if s == "" || !strings.ContainsRune("=@+-\t\r", rune(s[0])) {
		return s
	}
	if _, err := strconv.ParseFloat(s, 64); err == nil {
		return s
	}
	return "'" + s
}

func writeGeoJSON(w io.Writer, v *barrier.View, about barrier.Subject) error {
	if about == barrier.SubjectClaim {
		return fileError("claims have no place on the map; export them as CSV", "الادعاءات لا موقع لها على الخريطة؛ صدّرها بصيغة CSV", nil)
	}
	type geometry struct {
		Type        string `json:"type"`
		Coordinates any    `json:"coordinates"`
	}
	type feature struct {
		Type       string         `json:"type"`
		ID         string         `json:"id"`
		Properties map[string]any `json:"properties"`
		Geometry   geometry       `json:"geometry"`
	}
	head, err := json.Marshal(map[string]string{"attribution": border.Attribution, "disclaimer": border.Disclaimer.En, "disclaimer_ar": border.Disclaimer.Ar, "axis": v.Axis().Version()})
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(w, `{"type":"FeatureCollection","properties":%s,"features":[`, head); err != nil {
		return err
	}
	for i, l := range lines(v, about) {
		f := feature{Type: "Feature", ID: l.id, Properties: map[string]any{}}
		for name, value := range l.get {
			if value != "" {
				f.Properties[name] = value
			}
		}
		var at [][2]float64
		for _, p := range v.Axis().Line(l.stretch.Span) {
			at = append(at, [2]float64{round7(p.Lon), round7(p.Lat)})
		}
		f.Geometry = geometry{"LineString", at}
		if len(at) == 1 {
			f.Geometry = geometry{"Point", at[0]}
		}
		b, err := json.Marshal(f)
		if err != nil {
			return err
		}
		if i > 0 {
			b = append([]byte(",\n"), b...)
		}
		if _, err := w.Write(b); err != nil {
			return err
		}
	}
	_, err = io.WriteString(w, "]}\n")
	return err
}

// round7 is degrees to about a centimetre.
func round7(x float64) float64 {
	s, err := strconv.ParseFloat(strconv.FormatFloat(x, 'f', 7, 64), 64)
	if err != nil {
		return x
	}
	return s
}

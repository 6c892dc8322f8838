package exchange

import (
	"io"
	"strconv"

	"github.com/parquet-go/parquet-go"

	"marsad/barrier"
	"marsad/border"
)

// column is a row of a Parquet file: the fields that every subject has, figures
// as figures, and the rest as text. A field that a subject lacks is null.
type column struct {
	Subject     string   `parquet:"subject,dict"`
	ID          string   `parquet:"id"`
	Kind        string   `parquet:"kind,dict"`
	State       string   `parquet:"state,dict,optional"`
	Side        string   `parquet:"side,dict,optional"`
	FromMetres  *float64 `parquet:"from_m,optional"`
	ToMetres    *float64 `parquet:"to_m,optional"`
	Length      *float64 `parquet:"length_m,optional"`
	Axis        string   `parquet:"axis,dict,optional"`
	Height      *float64 `parquet:"height_m,optional"`
	Width       *float64 `parquet:"width_m,optional"`
	Depth       *float64 `parquet:"depth_m,optional"`
	Value       *float64 `parquet:"value,optional"`
	Measure     string   `parquet:"value_unit,dict,optional"`
	Day         *int32   `parquet:"day,date,optional"`
	Cost        *float64 `parquet:"cost,optional"`
	Currency    string   `parquet:"currency,dict,optional"`
	Unit        string   `parquet:"unit,dict,optional"`
	By          string   `parquet:"by,dict,optional"`
	Grade       string   `parquet:"grade,dict,optional"`
	Source      string   `parquet:"source,optional"`
	Note        string   `parquet:"note,optional"`
	Marks       string   `parquet:"marks,dict,optional"`
	Attribution string   `parquet:"attribution,dict"`
}

// writeParquet writes one row group, compressed by Snappy: of the codecs the one that every
// reader has.
func writeParquet(w io.Writer, v *barrier.View, about barrier.Subject) error {
	out := parquet.NewGenericWriter[column](w, parquet.Compression(&parquet.Snappy), parquet.KeyValueMetadata("disclaimer", border.Disclaimer.En))
	var rows []column
	for _, l := range lines(v, about) {
		g := l.get
		c := column{Subject: string(about), ID: l.id, Kind: first(g["kind"], g["weakness"], g["metric"]), State: first(g["state"], g["result"], g["risk"]), Side: g["side"],
			Height: real(g["height"]), Width: real(g["width"]), Depth: real(g["depth"]), Value: real(first(g["quantity"], g["value"])), Cost: real(g["cost"]), Currency: g["currency"],
			By: first(g["by"], g["inspector"], g["found_by"], g["speaker"]), Grade: g["grade"], Source: first(g["source_url"], g["evidence"]), Note: g["note"], Marks: g["marks"], Attribution: border.Attribution}
		switch about {
		case barrier.SubjectClaim:
			c.Measure, c.Marks = g["unit"], border.Claimed
		case barrier.SubjectDiary:
			c.Measure = "m"
		default:
			c.Unit = g["unit"]
		}
		if d, err := barrier.ParseDay(first(g["on"], g["date"], g["found_on"], g["inspected_on"], g["finished"], g["started"])); err == nil {
			day := int32(d)
			c.Day = &day
		}
		if s := l.stretch; s != nil {
			from, to, length := float64(s.From), float64(s.To), s.Length()
			c.FromMetres, c.ToMetres, c.Length, c.Axis = &from, &to, &length, s.Axis
		}
		rows = append(rows, c)
	}
	if _, err := out.Write(rows); err != nil {
		return err
	}
	return out.Close()
}

func first(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

func real(s string) *float64 {
	x, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return nil
	}
	return &x
}

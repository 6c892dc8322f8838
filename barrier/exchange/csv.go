package exchange

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"marsad/barrier"
	"marsad/say"
)

// csv reads a table with a line of names. Fields are separated by commas,
// semicolons or tabs, whichever the first line has most of.
func (j *judge) csv(data []byte) error {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if !utf8.Valid(data) {
		return fileError("the file is not UTF-8; save it as “CSV UTF-8”", "الملف ليس بترميز UTF-8؛ احفظه بصيغة CSV UTF-8", nil)
	}
	first, _, _ := bytes.Cut(data, []byte("\n"))
	r := csv.NewReader(bytes.NewReader(data))
	r.Comma = separator(string(first))
	r.FieldsPerRecord = -1
	header, err := r.Read()
	if err != nil {
		return fileError("the file has no line of names", "الملف بلا سطر عناوين", err)
	}
	names, err := j.names(header)
	if err != nil {
		return err
	}
	for {
		fields, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if len(j.im.Rows) >= MaxRows {
			return fileError("the file has too many rows", "عدد الأسطر أكبر من الحد المسموح", nil)
		}
		var broken *csv.ParseError
		if errors.As(err, &broken) {
			j.row(broken.StartLine, strings.Join(fields, string(r.Comma)), nil, []barrier.Flaw{{Code: "row.broken", Refused: true,
				Text: say.Text{En: "the row is broken: " + broken.Err.Error(), Ar: "السطر معطوب"}, Hint: say.Text{En: "check the quotation marks", Ar: "تحقق من علامات الاقتباس"}}})
			continue
		} else if err != nil {
			return fileError("the file cannot be read to its end", "تعذرت قراءة الملف كاملاً", err)
		}
		line, _ := r.FieldPos(0)
		j.fields(line, names, fields, r.Comma)
	}
}

func (j *judge) fields(line int, names, fields []string, comma rune) {
	text := strings.Join(fields, string(comma))
	if strings.TrimSpace(strings.ReplaceAll(text, string(comma), "")) == "" {
		return // an empty line states nothing
	}
	if len(fields) > len(names) {
		j.row(line, text, nil, []barrier.Flaw{{Code: "row.long", Refused: true,
			Text: say.Text{En: "the row has more fields than there are names", Ar: "في السطر حقول أكثر من العناوين"},
			Hint: say.Text{En: "a comma inside a field needs quotation marks", Ar: "الفاصلة داخل الحقل تحتاج إلى علامتي اقتباس"}}})
		return
	}
	rec := &record{get: map[string]string{}, commaDecimal: comma == ';'}
	for i, f := range fields {
		if names[i] != "" {
			rec.get[names[i]] = f
		}
	}
	f := j.fact(rec)
	j.row(line, text, f, rec.why)
}

// names finds the field of every column; columns nobody knows are empty. It
// refuses a file in which a field stands twice or none is known.
func (j *judge) names(header []string) ([]string, error) {
	known := map[string]bool{}
	for _, f := range fieldsOf[j.About] {
		known[f] = true
	}
	names, seen := make([]string, len(header)), map[string]bool{}
	for i, h := range header {
		n := strings.ToLower(strings.TrimSpace(h))
		if a, ok := aliases[n]; ok {
			n = a
		}
		n = strings.ReplaceAll(n, " ", "_")
		if !known[n] {
			continue
		}
		if seen[n] {
			return nil, fileError("the column "+n+" is there twice", "العمود "+say.LTR(n)+" مكرر", nil)
		}
		names[i], seen[n] = n, true
	}
	if len(seen) == 0 {
		return nil, fileError("no column has a known name: "+strings.Join(fieldsOf[j.About], ", "), "لا يوجد عمود باسم معروف: "+say.LTR(strings.Join(fieldsOf[j.About], ", ")), nil)
	}
	return names, nil
}

func separator(line string) rune {
	best, n := ',', strings.Count(line, ",")
	for _, c := range []rune{';', '\t'} {
		if m := strings.Count(line, string(c)); m > n {
			best, n = c, m
		}
	}
	return best
}

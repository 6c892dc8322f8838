package barrier

import (
	"marsad/border"
	"marsad/ident"
	"marsad/say"
)

// Claim is what somebody said of the barrier. It is never changed into a
// measurement, whoever said it.
type Claim struct {
	ID     ident.ID `json:"id"`
	Metric string   `json:"metric"` // "wall_complete"; see metrics.go
	Value  float64  `json:"value"`
	Unit   string   `json:"unit"` // km, pct, count, flag, …
	// Numerator and Denominator are those the speaker gave, in the claim's own
	// unit; zero where none was given.
	Numerator   float64 `json:"numerator,omitzero"`
	Denominator float64 `json:"denominator,omitzero"`
	// Scope is in the speaker's words; Spans is what of the line that is, as
	// read by the analyst, empty where nobody knows.
	Scope     string     `json:"scope"`
	Spans     border.Set `json:"spans"`
	Date      Day        `json:"date"`
	Precision Precision  `json:"precision"`
	Speaker   string     `json:"speaker"`
	Source    string     `json:"source"`
	Grade     Grade      `json:"grade"`
	Note      string     `json:"note,omitempty"`
}

// Precision of a date: what the source tells.
type Precision string

// The precisions.
const (
	ToDay   Precision = "day"
	ToMonth Precision = "month"
	ToYear  Precision = "year"
)

// Grade is the Admiralty grade: source A to F, item 1 to 6, judged apart. The
// zero Grade reads F6, neither can be judged.
type Grade struct {
	Source byte
	Item   byte
}

// ParseGrade reads "B2".
func ParseGrade(s string) (Grade, error) {
	if len(s) == 2 && s[0] >= 'A' && s[0] <= 'F' && s[1] >= '1' && s[1] <= '6' {
		return Grade{s[0], s[1] - '0'}, nil
	}
	return Grade{}, refuse("grade", say.Invalid,
		say.Text{En: "{grade} is not a grade", Ar: "{grade} ليس درجة تقييم"}.Fill("grade", s),
		say.Text{En: "give the source A to F and the item 1 to 6: B2", Ar: "أعطِ المصدر من A إلى F والمعلومة من 1 إلى 6: " + say.LTR("B2")})
}

// String is "B2"; "F6" for the zero Grade.
func (g Grade) String() string {
	if g == (Grade{}) {
		return "F6"
	}
	return string([]byte{g.Source, g.Item + '0'})
}

// MarshalText writes String.
func (g Grade) MarshalText() ([]byte, error) { return []byte(g.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (g *Grade) UnmarshalText(b []byte) error {
	parsed, err := ParseGrade(string(b))
	if err != nil {
		return err
	}
	*g = parsed
	return nil
}

package works

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"

	"marsad/barrier"
	"marsad/say"
)

// Watched is a claim of the ledger on what is watched: cameras, a share of the
// border under them, watching said to go on. It is no measurement and stands
// beside what is computed.
type Watched struct {
	Claim   string   `json:"claim"` // id in the ledger
	Date    string   `json:"date"`
	Says    say.Text `json:"says"`
	Value   float64  `json:"value"`
	Unit    string   `json:"unit"` // percent, count, flag
	Scope   say.Text `json:"scope"`
	Speaker say.Text `json:"speaker"`
	Source  string   `json:"source,omitempty"`
	Grade   string   `json:"grade"`
	// Note is what the ledger has in its own words.
	Note string `json:"note,omitempty"`
	// Definition is what the claim says it counts, of what; mostly: not stated.
	Definition say.Text  `json:"definition"`
	Disputes   []Dispute `json:"disputes,omitempty"`
}

// WatchedClaims gives the claims on what is watched that the ledger holds, the
// newest first; a share before a count of the same day.
func (b *Book) WatchedClaims(v *barrier.View) []Watched {
	out := []Watched{}
	for _, c := range v.Claims() {
		w := Watched{Claim: c.ID.String(), Date: c.Date.String(), Value: c.Value, Unit: c.Unit, Scope: inWords(c.Scope), Speaker: inWords(c.Speaker),
			Source: c.Source, Grade: c.Grade.String(), Note: c.Note, Definition: definition(c)}
		m := barrier.MetricOf(c.Metric)
		figure := say.LTR(strconv.FormatFloat(c.Value, 'f', -1, 64))
		switch {
		case c.Metric == "borders_under_cameras":
			w.Unit, w.Says = "percent", share(c.Value)
		case m.Layer == barrier.Camera && m.Sense == barrier.Count:
			w.Says = say.Text{En: fmt.Sprintf("claimed: %s, %.0f", m.Name.En, c.Value), Ar: "مُدّعى: " + m.Name.Ar + "، " + figure}
			w.Definition = say.Text{En: "how many of them work and what each sees is not stated", Ar: "لم يُذكر كم منها يعمل وما الذي تراه كل واحدة"}
		case m.Sense == barrier.Flag && c.Metric == "monitoring":
			w.Says = say.Text{En: "claimed: " + m.Name.En + ": " + c.Note, Ar: "مُدّعى: " + m.Name.Ar + ": " + say.LTR(c.Note)}
		default:
			percent, ok := underCameras(c.Note)
			if !ok {
				continue
			}
			w.Unit, w.Value, w.Says = "percent", percent, share(percent)
			w.Scope, w.Definition = say.Text{En: "“borders”", Ar: "«الحدود»"}, undefined
		}
		if c.ID.IsZero() {
			continue
		}
		w.Disputes = b.Disputes(c.ID)
		out = append(out, w)
	}
	slices.SortStableFunc(out, func(x, y Watched) int {
		return cmp.Or(cmp.Compare(y.Date, x.Date), cmp.Compare(y.Unit, x.Unit), cmp.Compare(x.Claim, y.Claim))
	})
	return out
}

func share(percent float64) say.Text {
	figure := strconv.FormatFloat(percent, 'f', -1, 64) + " %"
	return say.Text{En: "claimed: " + figure + " of borders under cameras", Ar: "مُدّعى: " + say.LTR(figure) + " من الحدود تحت الكاميرات"}
}

// ofCameras reads a share under cameras from a claim's own words: one speech
// often gives several figures, and the ledger keeps the others as a note.
var ofCameras = regexp.MustCompile(`(\d{1,3}(?:\.\d+)?)\s*% of (?:the )?borders? under cameras`)

func underCameras(note string) (float64, bool) {
	m := ofCameras.FindStringSubmatch(note)
	if m == nil {
		return 0, false
	}
	percent, err := strconv.ParseFloat(m[1], 64)
	return percent, err == nil && percent <= 100
}

var undefined = say.Text{En: "numerator, denominator and definition are not stated", Ar: "البسط والمقام والتعريف غير مذكورة"}

func definition(c *barrier.Claim) say.Text {
	if c.Denominator == 0 {
		return undefined
	}
	number := func(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
	if c.Numerator == 0 {
		return say.Text{En: "of " + number(c.Denominator) + "; what is counted is not stated", Ar: "من " + say.LTR(number(c.Denominator)) + "؛ ولم يُذكر ما الذي يُعد"}
	}
	of := number(c.Numerator) + " / " + number(c.Denominator)
	return say.Text{En: of + "; what is counted is not stated", Ar: say.LTR(of) + "؛ ولم يُذكر ما الذي يُعد"}
}

// inWords gives the ledger's own words, in Arabic too where they are known here;
// others stay as they were entered.
func inWords(s string) say.Text {
	if ar, ok := knownWords[s]; ok {
		return say.Text{En: s, Ar: ar}
	}
	return say.Text{En: s, Ar: say.LTR(s)}
}

var knownWords = map[string]string{
	"MoI":                    "وزارة الداخلية",
	"BG Command":             "قيادة قوات الحدود",
	"BG Command (INA)":       "قيادة قوات الحدود (وكالة الأنباء العراقية)",
	"BG commander":           "قائد قوات الحدود",
	"BG spokesman":           "الناطق باسم قوات الحدود",
	"BG media director":      "مدير إعلام قوات الحدود",
	"all borders":            "كل الحدود",
	"Iraq-Syria":             "العراق – سوريا",
	"claimed Syria frontier": "الحدود السورية، كما قيل",
}

package coverage

import (
	"encoding/json"
	"fmt"
	"io"
	"math"

	"marsad/border"
	"marsad/geo"
	"marsad/say"
	"marsad/sense"
	"marsad/terrain"
)

// Share is a part of a whole in metres or cells, with the words that it must not
// leave without. It writes itself with them.
type Share struct {
	Part, Whole float64
	Synthetic   bool
}

func (n *Network) share(part, whole float64) Share {
	return Share{part, whole, n.Provenance().Synthetic}
}

// ShareOf is a part of a whole that was worked out from this network's ground.
func (n *Network) ShareOf(part, whole float64) Share { return n.share(part, whole) }

// Text is the percentage as people read it. Rounded down: nothing is all seen
// that is not.
func (s Share) Text() say.Text {
	if !(s.Whole > 0) {
		return say.Text{En: "not known", Ar: "غير معلوم"}
	}
	percent := fmt.Sprintf("%.1f %%", math.Floor(1000*s.Part/s.Whole)/10)
	t := say.Text{En: percent + " (assumed detection model)", Ar: say.LTR(percent) + " (نموذج كشف مفترض)"}
	if s.Synthetic {
		t = say.Text{En: percent + " (synthetic relief, assumed detection model)", Ar: say.LTR(percent) + " (تضاريس اصطناعية، نموذج كشف مفترض)"}
	}
	return t
}

// MarshalJSON writes part and whole, the words, and no bare percentage.
func (s Share) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Part      float64  `json:"part"`
		Whole     float64  `json:"whole"`
		Text      say.Text `json:"text"`
		Synthetic bool     `json:"synthetic"`
		Assumed   bool     `json:"assumed"`
	}{s.Part, s.Whole, s.Text(), s.Synthetic, true})
}

// SeenShare is the part of a stretch on which a class is seen now.
func (n *Network) SeenShare(c sense.Class, within border.Span) Share {
	within = within.Intersect(n.cfg.Axis.Whole())
	return n.share(n.Seen(c).Intersect(border.NewSet(within)).Length(), within.Length())
}

// Definition is what the share means; it stands beside every claim of coverage.
var Definition = say.Text{
	En: "Metres of the line on which at least one working sensor has a free line of sight low enough to show the class and, by the detection model, detects it in one scan with a probability of at least 0.5; over all metres of the line.",
	Ar: "أمتار الخط التي يراها متحسس عامل واحد على الأقل بخط نظر حر يكفي لإظهار الصنف، وباحتمال كشف لا يقل عن 0.5 في المسح الواحد بحسب النموذج، منسوبة إلى مجموع أمتار الخط.",
}

// ClassReport is one class in a Report.
type ClassReport struct {
	Class    sense.Class `json:"class"`
	Seen     border.Set  `json:"seen"`
	Designed border.Set  `json:"designed"`
	Share    Share       `json:"share"`
	Gaps     []Stretch   `json:"gaps"`
}

// SensorReport is one sensor in a Report.
type SensorReport struct {
	Sensor sense.SensorID `json:"sensor"`
	Health sense.Health   `json:"health"`
	Person border.Set     `json:"person"` // where it sees a person
}

// Report is all of it for a script.
type Report struct {
	Axis       string             `json:"axis"`
	LengthM    float64            `json:"length_m"`
	Definition say.Text           `json:"definition"`
	Marks      []string           `json:"marks"`
	Ground     terrain.Provenance `json:"ground"`
	When       Condition          `json:"when"`
	// WallsM is how many metres of walls and berms lines of sight met.
	WallsM       float64        `json:"walls_m"`
	Classes      []ClassReport  `json:"classes"`
	Sensors      []SensorReport `json:"sensors"`
	SinglePoints []Dependence   `json:"single_points"`
	Flaws        []Flaw         `json:"flaws"`
	Zones        []ZoneView     `json:"zones,omitempty"`
	Disclaimer   say.Text       `json:"disclaimer"`
	Attribution  string         `json:"attribution"`
}

// Report gathers everything.
func (n *Network) Report() Report {
	r := Report{Axis: n.cfg.Axis.Version(), LengthM: n.cfg.Axis.Length(), Definition: Definition, Marks: n.Marks(),
		Ground: n.Provenance(), When: n.cfg.When, SinglePoints: n.SinglePoints(sense.Person), Flaws: n.Flaws(),
		Disclaimer: border.Disclaimer, Attribution: border.Attribution}
	for i := range n.cfg.Walls {
		r.WallsM += geo.Distance(n.cfg.Walls[i].A, n.cfg.Walls[i].B)
	}
	for _, c := range Classes {
		r.Classes = append(r.Classes, ClassReport{c, n.Seen(c), n.Designed(c), n.SeenShare(c, n.cfg.Axis.Whole()), n.Gaps(c)})
	}
	for _, w := range n.watches {
		if w.reach != nil {
			r.Sensors = append(r.Sensors, SensorReport{w.sensor.ID, w.health, n.SeenBy(w.sensor.ID, sense.Person)})
		}
	}
	return r
}

// MarshalText writes the weather's word.
func (w Weather) MarshalText() ([]byte, error) { return []byte(w.String()), nil }

// UnmarshalText reads the weather's word.
func (w *Weather) UnmarshalText(b []byte) error {
	known := false
	if *w, known = ParseWeather(string(b)); !known {
		return fmt.Errorf("%q is no weather", b)
	}
	return nil
}

// WriteJSON writes the report indented.
func (r Report) WriteJSON(out io.Writer) error {
	e := json.NewEncoder(out)
	e.SetIndent("", " ")
	return e.Encode(r)
}

package assess

import (
	"time"

	"marsad/border"
	"marsad/geo"
	"marsad/ident"
	"marsad/say"
	"marsad/sense"
)

// Severity of an alert.
type Severity uint8

// The severities, lowest first.
const (
	Information Severity = iota
	Normal
	High
	Critical
)

// String is the severity's word.
func (s Severity) String() string {
	return [...]string{"information", "normal", "high", "critical"}[min(s, 3)]
}

// MarshalText writes the word.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the word.
func (s *Severity) UnmarshalText(b []byte) error {
	for i, n := range [...]string{"information", "normal", "high", "critical"} {
		if n == string(b) {
			*s = Severity(i)
			return nil
		}
	}
	return &say.Error{Code: "severity.unknown", Kind: say.Invalid, Text: say.Text{En: "a severity is information, normal, high or critical", Ar: "درجة الخطورة: معلومة أو عادية أو عالية أو حرجة"}}
}

// Where something is, in the words people use.
type Where struct {
	Point    geo.Point       `json:"point"`
	Chainage border.Chainage `json:"chainage"` // metres; NaN never: OnLine says whether it has one
	Offset   border.Offset   `json:"offset"`
	HasKm    bool            `json:"has_km"`
	From     border.Chainage `json:"from"` // spans: lost sensors, breaches
	To       border.Chainage `json:"to"`
	MGRS     string          `json:"mgrs"`
	Near     say.Text        `json:"near"` // "6 km NE of Rabia"
	Section  string          `json:"section"`
}

// Evidence is one line of what an alert rests on: a named figure.
type Evidence struct {
	Name    string         `json:"name"` // feature or sensor name
	Text    say.Text       `json:"text"`
	Value   float64        `json:"value,omitempty"`
	Sensor  sense.SensorID `json:"sensor,omitempty"`
	At      time.Time      `json:"at,omitzero"`
	Assumed bool           `json:"assumed,omitempty"`
}

// Alert is something that needs a response from a person: one per thing.
type Alert struct {
	ID       ident.ID  `json:"id"`
	Rule     string    `json:"rule"`
	Severity Severity  `json:"severity"`
	Opened   time.Time `json:"opened"`         // event time
	Updated  time.Time `json:"updated"`        // event time of this revision
	Ended    time.Time `json:"ended,omitzero"` // the cause is gone; the case stays
	Revision uint64    `json:"revision"`

	Tracks  []ident.ID       `json:"tracks,omitempty"`
	Sensors []sense.SensorID `json:"sensors,omitempty"` // lost ones, or the presence sensor
	Where   Where            `json:"where"`
	Class   sense.Class      `json:"class"`
	Count   float64          `json:"count,omitempty"`
	// Inbound is towards the home side.
	Inbound  bool `json:"inbound"`
	Outbound bool `json:"outbound"`
	Crossed  bool `json:"crossed"`
	// LineIn is the time to the line at the present pace, 0 for none, with its
	// earliest and latest at one sigma.
	LineIn    time.Duration `json:"line_in,omitempty"`
	LineEarly time.Duration `json:"line_early,omitempty"`
	LineLate  time.Duration `json:"line_late,omitempty"`
	Sure      float64       `json:"sure"` // existence × class share, 0..1

	Title    say.Text   `json:"title"`
	Reason   say.Text   `json:"reason"` // one sentence a person would say
	Evidence []Evidence `json:"evidence"`
	Silent   say.Text   `json:"silent"` // what would have kept this silent
	Steps    []say.Text `json:"steps"`  // the written response
	// ByHand names the person who opened it, empty for a rule.
	ByHand    string `json:"by_hand,omitempty"`
	Simulated bool   `json:"simulated,omitempty"`
}

// Event is something recorded that needs nobody.
type Event struct {
	ID    ident.ID  `json:"id"`
	Kind  string    `json:"kind"`
	At    time.Time `json:"at"`
	Text  say.Text  `json:"text"`
	Where Where     `json:"where"`
}

// Silence is granted by a person for one movement in one corridor until an
// expiry. It never covers a crossing.
type Silence struct {
	ID        ident.ID        `json:"id"`
	Movement  string          `json:"movement"` // what moves, in the granter's words
	From      border.Chainage `json:"from"`
	To        border.Chainage `json:"to"`
	OffsetMin border.Offset   `json:"offset_min"`
	OffsetMax border.Offset   `json:"offset_max"`
	Starts    time.Time       `json:"starts"`
	Expires   time.Time       `json:"expires"`
	Granter   string          `json:"granter"` // the person's name
	GranterID string          `json:"granter_id"`
	Why       string          `json:"why"`
	Ended     bool            `json:"ended,omitempty"`
}

// Suppressed is one thing that would have alerted and was kept silent: counted,
// and opened on demand.
type Suppressed struct {
	ID      ident.ID  `json:"id"`
	Rule    string    `json:"rule"`
	Track   ident.ID  `json:"track"`
	By      string    `json:"by"` // "own-force", "silence"
	Silence ident.ID  `json:"silence,omitzero"`
	First   time.Time `json:"first"`
	Last    time.Time `json:"last"`
	Times   int       `json:"times"`
	Where   Where     `json:"where"`
	Why     say.Text  `json:"why"`
}

package assess

import (
	"time"

	"marsad/border"
	"marsad/ident"
	"marsad/say"
	"marsad/sense"
)

// Patrol is what assess must know of an own unit: under which node its GPS
// reports, and how often it must be heard.
type Patrol struct {
	Unit string
	Name say.Text
	// Node is the sensor id of its GPS. A fix counts as own force only under a
	// node that stands here.
	Node sense.SensorID
	// Check is the longest time without a fix; 0 for never overdue.
	Check time.Duration
}

// Config of an Assessor. Zero values take the defaults that are named.
type Config struct {
	Line    Line   // compulsory
	Rules   []Rule // nil: the rules that come with Marsad
	Patrols []Patrol

	// OwnWithin and OwnFresh limit the silence of own forces: a fix within so
	// many metres and younger than this. The safeguards allow no more than
	// 100 m and 30 s, which are the defaults; larger values are refused.
	OwnWithin float64
	OwnFresh  time.Duration
	// Every is how often a moving alert is revised at most. Default 5 s.
	Every time.Duration
	// Keep is how long an ended alert can take its thing back. Default 30 min.
	Keep time.Duration
}

// Output collects what a step gives. The caller empties it between steps.
type Output struct {
	Alerts     []Alert // revisions: a receiver keeps the newest by id
	Events     []Event
	Suppressed []Suppressed // revisions too
	Silences   []Silence    // a silence that took effect, ended or ran out
}

// Request to open an alert by hand: radio, telephone, sentry. Either a km post
// with an offset, or a point.
type Request struct {
	ID       ident.ID // of the person's action
	At       time.Time
	By       string // the person's name
	Severity Severity
	Class    sense.Class
	Text     string // what was said
	Chainage border.Chainage
	Offset   border.Offset
	Lat, Lon float64
	ByPoint  bool
}

func (c *Config) defaults() error {
	if c.Line == nil {
		return configError("assess.no_line", "assess needs the border line", "يحتاج التقييم إلى خط الحدود")
	}
	if c.OwnWithin == 0 {
		c.OwnWithin = 100
	}
	if c.OwnFresh == 0 {
		c.OwnFresh = 30 * time.Second
	}
	if !(c.OwnWithin > 0 && c.OwnWithin <= 100) || c.OwnFresh < 0 || c.OwnFresh > 30*time.Second {
		return configError("assess.own_forces", "own forces are silenced only within 100 m of a GPS fix younger than 30 s; the configuration asks for more",
			"لا يُسكت التنبيه عن قواتنا إلا ضمن 100 متر من موقع GPS عمره أقل من 30 ثانية، والإعدادات تطلب أكثر من ذلك")
	}
	if c.Every <= 0 {
		c.Every = 5 * time.Second
	}
	if c.Keep <= 0 {
		c.Keep = 30 * time.Minute
	}
	if c.Rules == nil {
		rules, err := Rules()
		if err != nil {
			return err
		}
		c.Rules = rules
	}
	units := map[string]bool{}
	for _, p := range c.Patrols {
		if p.Unit == "" || units[p.Unit] {
			return configError("assess.patrol", "every unit of the roster needs an id of its own: "+p.Unit, "لكل وحدة في القائمة رمز خاص بها: "+p.Unit)
		}
		units[p.Unit] = true
	}
	return nil
}

func configError(code, en, ar string) error {
	return &say.Error{Code: code, Kind: say.Invalid, Text: say.Text{En: en, Ar: ar},
		Hint: say.Text{En: "mend the configuration and start again", Ar: "صحّح الإعدادات ثم أعد التشغيل"}}
}

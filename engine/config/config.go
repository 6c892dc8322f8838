package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"marsad/force"
	"marsad/say"
)

// Config of a Marsad server. Every field has a default; Marsad runs with no
// file at all.
type Config struct {
	// Addr is where the page and the API listen.
	Addr string `yaml:"addr"`
	// TLS for the page and the API; empty for plain HTTP behind a proxy.
	TLS TLS `yaml:"tls"`
	// Data is the folder that holds log, record and keys.
	Data string `yaml:"data"`
	// Heads is where signed heads of the audit chain are handed out daily: a
	// folder outside Data, best on a witness's machine. Empty: inside Data only.
	Heads string `yaml:"heads"`

	Sapient   Sapient   `yaml:"sapient"`
	Log       Log       `yaml:"log"`
	Announce  Announce  `yaml:"announce" json:"-"` // who may listen is no matter of the log
	Retention Retention `yaml:"retention"`
	Respond   Respond   `yaml:"respond"`
	Logging   Logging   `yaml:"logging"`
	Terrain   Terrain   `yaml:"terrain"`
	Coverage  Coverage  `yaml:"coverage"`

	// Cameras are thermal cameras that Marsad watches itself.
	Cameras []Camera `yaml:"cameras" json:"-"` // an address may hold a password: never in the log
	// Dwellings names a GeoJSON file of polygons that no camera may look into.
	Dwellings string `yaml:"dwellings" json:"-"`
	// Classifier is an optional program that judges pictures of movers, with its
	// arguments; adapter/thermal/README.md has its protocol.
	Classifier []string `yaml:"classifier" json:"-"`
	// Evidence of alerts, from these cameras.
	Evidence Evidence `yaml:"evidence" json:"-"`

	// Units is the roster of own forces. Only nodes named here count as own.
	Units []force.Unit `yaml:"units"`
	// Calibration names a file of the operator's surveyed km posts.
	Calibration string `yaml:"calibration"`
	// Rules names a folder of assessment rules that replace the built-in ones.
	Rules string `yaml:"rules"`
}

// Camera is a thermal camera: a file that says where it stands and how it looks
// (adapter/thermal/sample.yaml), and where its pictures come from: an rtsp://
// address, an http:// address of motion JPEG, or a recording, which is played again and again and marked simulated.
type Camera struct {
	File  string `yaml:"file"`
	Input string `yaml:"input"`
}

// Evidence says how much of a camera's pictures an alert's clip holds.
type Evidence struct {
	Before Duration `yaml:"before"` // kept in memory of each camera
	After  Duration `yaml:"after"`
}

// Duration is a length of time written as in "90s", "2m" or "168h".
type Duration time.Duration

// UnmarshalYAML reads a duration and says where it stands if it is none.
func (d *Duration) UnmarshalYAML(node ast.Node) error {
	v, err := time.ParseDuration(strings.Trim(node.String(), `"'`))
	if err != nil {
		at := node.GetToken().Position
		return fmt.Errorf("[%d:%d] %s is not a length of time: write it as 90s, 2m or 168h", at.Line, at.Column, node.String())
	}
	*d = Duration(v)
	return nil
}

// TLS names the files of a certificate.
type TLS struct {
	Cert     string `yaml:"cert"`
	Key      string `yaml:"key"`
	ClientCA string `yaml:"client_ca"` // demands client certificates
}

// Sapient is the way in for SAPIENT nodes.
type Sapient struct {
	Addr       string   `yaml:"addr"`
	TLS        TLS      `yaml:"tls"`
	MaxClients int      `yaml:"max_clients"`
	Idle       Duration `yaml:"idle"`
	// Declination is the magnetic declination in degrees, positive east, for
	// sensors that measure from magnetic north. Without it such reports are refused.
	Declination *float64 `yaml:"declination"`
	// NodeID is the id under which other fusion nodes know this one, a UUID
	// version 4. What comes back under it in a track's lineage is our own data.
	// Without it one is drawn at every start.
	NodeID string `yaml:"node_id"`
}

// Log is the telemetry log.
type Log struct {
	Keep     Duration `yaml:"keep"`
	MaxBytes int64    `yaml:"max_bytes"`
}

// Announce opens a socket on which programs outside hear what Marsad tells
// people: escalations, rescues, repairs. Without an address there is none.
type Announce struct {
	Addr string `yaml:"addr"` // NATS; beyond this machine only with TLS
	TLS  TLS    `yaml:"tls"`
	// Readers names a file of names and passwords, one reader a line.
	Readers string `yaml:"readers"`
}

// Retention of the record.
type Retention struct {
	// PersonalDays is how long names and free text are kept; decisions are kept
	// for good, without them.
	PersonalDays int `yaml:"personal_days"`
}

// Respond holds the limits of the response path.
type Respond struct {
	AckWithin    Duration `yaml:"acknowledge_within"`
	AnswerWithin Duration `yaml:"answer_within"`
	CustodyWarn  Duration `yaml:"custody_warn"`
	CustodyTell  Duration `yaml:"custody_oversight"`
	// Commanders and Deputies name the account that is asked to approve, and the
	// one that is called when it does not answer, by section; "*" for the rest.
	Commanders map[string]string `yaml:"commanders"`
	Deputies   map[string]string `yaml:"deputies"`
}

// Terrain is the ground that coverage stands on.
type Terrain struct {
	// Folder holds SRTM tiles (.hgt) and GeoTIFFs; empty: the built-in relief, which
	// is synthetic and marked so wherever it is used.
	Folder string `yaml:"folder"`
	// Spacing of the lattice in arc seconds: 1, 3 or another divisor of 300.
	Spacing int `yaml:"spacing"`
	// Seed of the synthetic relief.
	Seed uint64 `yaml:"seed"`
}

// Coverage is how it is worked out what is seen.
type Coverage struct {
	// HeightsAboveGround says that sensors state metres above the ground below
	// them, not above the ellipsoid.
	HeightsAboveGround bool `yaml:"heights_above_ground"`
	// Weather that is assumed: clear, haze, dust, rain or fog. Day and night follow
	// the sun.
	Weather string `yaml:"weather"`
	// ReachWithin is how long a unit may take to a metre that counts as controlled.
	ReachWithin Duration `yaml:"reach_within"`
	// Zones are pieces of land to be watched beside the line.
	Zones []Zone `yaml:"zones"`
}

// Zone is a piece of land with a name in both languages.
type Zone struct {
	ID      string   `yaml:"id"`
	En      string   `yaml:"en"`
	Ar      string   `yaml:"ar"`
	Corners []Corner `yaml:"corners"`
}

// Corner is a latitude and a longitude in degrees.
type Corner [2]float64

// UnmarshalYAML reads two numbers and says where it stands if they are not two.
func (k *Corner) UnmarshalYAML(node ast.Node) error {
	var v []float64
	if err := yaml.NodeToValue(node, &v); err != nil || len(v) != 2 {
		at := node.GetToken().Position
		return fmt.Errorf("[%d:%d] a corner is two numbers, latitude and longitude in degrees: [36.01, 41.30]", at.Line, at.Column)
	}
	*k = Corner(v)
	return nil
}

// Logging of the program itself.
type Logging struct {
	Level  string `yaml:"level"`  // debug, info, warn, error
	Format string `yaml:"format"` // text, json
}

// Default is the configuration without a file.
func Default() Config {
	return Config{
		Addr:      "127.0.0.1:8080",
		Data:      "marsad-data",
		Sapient:   Sapient{Addr: "127.0.0.1:5020", MaxClients: 4096, Idle: Duration(2 * time.Minute)},
		Log:       Log{Keep: Duration(7 * 24 * time.Hour), MaxBytes: 20 << 30},
		Retention: Retention{PersonalDays: 90},
		Respond: Respond{
			AckWithin: Duration(time.Minute), AnswerWithin: Duration(2 * time.Minute),
			CustodyWarn: Duration(12 * time.Hour), CustodyTell: Duration(24 * time.Hour),
		},
		Logging:  Logging{Level: "info", Format: "text"},
		Evidence: Evidence{Before: Duration(10 * time.Second), After: Duration(20 * time.Second)},
		Terrain:  Terrain{Spacing: 3, Seed: 1},
		Coverage: Coverage{Weather: "clear", ReachWithin: Duration(15 * time.Minute)},
	}
}

// Read decodes a file over the defaults and checks it.
func Read(path string) (Config, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return Config{}, &say.Error{Code: "config.unreadable", Kind: say.Invalid, Cause: err,
			Text: say.Text{En: "the configuration file cannot be read", Ar: "تعذرت قراءة ملف الإعدادات"},
			Hint: say.Text{En: "give its path with --config, or leave it out to run with the defaults", Ar: "حدد مساره بالخيار --config أو اتركه للعمل بالقيم الافتراضية"}}
	}
	c, err := Decode(b)
	if err != nil {
		return Config{}, fmt.Errorf("%s: %w", path, err)
	}
	return c, nil
}

// Decode reads YAML over the defaults. Unknown names, wrong types and values
// out of bounds are errors that carry line and column.
func Decode(b []byte) (Config, error) {
	c := Default()
	if len(bytes.TrimSpace(b)) == 0 {
		return c, nil
	}
	d := yaml.NewDecoder(bytes.NewReader(b), yaml.Strict())
	if err := say.Guard(func() error { return d.Decode(&c) }); err != nil && !errors.Is(err, io.EOF) {
		return Config{}, &say.Error{Code: "config.syntax", Kind: say.Invalid,
			Text: say.Text{En: clip(yaml.FormatError(err, false, true)), Ar: clip(yaml.FormatError(err, false, true))},
			Hint: say.Text{En: "mend the line that the arrow points at; docs/operations.md lists every name", Ar: "صحح السطر الذي يشير إليه السهم؛ جميع الأسماء في docs/operations.md"}}
	}
	if p := c.check(); p != nil {
		why := p.in(b)
		return Config{}, &say.Error{Code: "config.value", Kind: say.Invalid,
			Text: say.Text{En: why, Ar: "قيمة غير صالحة في الإعدادات: " + say.LTR(why)},
			Hint: say.Text{En: "correct the value and run marsad check again", Ar: "صحح القيمة ثم شغل marsad check من جديد"}}
	}
	return c, nil
}

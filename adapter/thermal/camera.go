package thermal

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"marsad/geo"
	"marsad/say"
)

// Camera is a camera's file. Lengths are metres, angles degrees, azimuths
// clockwise from true north. The zero value of an optional field is its
// default, which ReadCamera fills in.
type Camera struct {
	ID       string   `yaml:"id"`
	Name     string   `yaml:"name"`
	Position Position `yaml:"position"`
	// Mast is the height of the lens above Position.
	Mast float64 `yaml:"mast"`
	// Azimuth, Tilt and Roll of the optical axis.
	Azimuth     float64     `yaml:"azimuth"`
	Tilt        float64     `yaml:"tilt"`
	Roll        float64     `yaml:"roll"`
	FieldOfView FieldOfView `yaml:"field_of_view"`
	Errors      Errors      `yaml:"errors"`
	Lens        Lens        `yaml:"lens"`
	// FPS that are looked at (10), Bits of a pixel (8), Width in pixels that the
	// picture is made before it is looked at (0: as it comes).
	FPS   float64 `yaml:"fps"`
	Bits  int     `yaml:"bits"`
	Width int     `yaml:"width"`
	// Range in metres at which a walking person can be detected (3000), PD the
	// probability of it within a second (0.7).
	Range     float64  `yaml:"range"`
	PD        float64  `yaml:"pd"`
	Transport string   `yaml:"transport"` // tcp (default) or udp
	Watchdog  Watchdog `yaml:"watchdog"`
	Limits    Limits   `yaml:"limits"`
	Masks     []Mask   `yaml:"masks"`
	Onvif     Onvif    `yaml:"onvif"`
	// Mount names what the camera hangs on and Link the cable that it shares with
	// others: what one cut takes away together is one cause. Both may be empty.
	Mount     string `yaml:"mount"`
	Link      string `yaml:"link"`
	Simulated bool   `yaml:"simulated"`
}

// Position of the ground below a camera: degrees, metres above the ellipsoid,
// and 1σ in metres.
type Position struct {
	Lat    float64 `yaml:"lat"`
	Lon    float64 `yaml:"lon"`
	Height float64 `yaml:"height"`
	Error  float64 `yaml:"error"`
}

// FieldOfView is the full angle across the picture in degrees; Vertical 0
// means square pixels.
type FieldOfView struct {
	Horizontal float64 `yaml:"horizontal"`
	Vertical   float64 `yaml:"vertical"`
}

// Errors are 1σ of what a camera's file says: degrees, and pixels.
type Errors struct {
	Azimuth float64 `yaml:"azimuth"`
	Tilt    float64 `yaml:"tilt"`
	Roll    float64 `yaml:"roll"`
	Field   float64 `yaml:"field"`
	Pixel   float64 `yaml:"pixel"`
}

// Lens is the radial distortion of Brown (1966).
type Lens struct {
	K1 float64 `yaml:"k1"`
	K2 float64 `yaml:"k2"`
}

// Watchdog says when a stream is started again, and how long after: Start is
// the time that the first frame may take, Silence the time between frames.
type Watchdog struct {
	Start       Duration `yaml:"start"`
	Silence     Duration `yaml:"silence"`
	BackOff     Duration `yaml:"back_off"`
	BackOffMost Duration `yaml:"back_off_most"`
}

// Limits of what one zone of the picture may report.
type Limits struct {
	Movers int      `yaml:"movers"`
	Per    Duration `yaml:"per"`
}

// Mask is a dwelling: its corners on the ground (latitude, longitude) or in the
// picture (shares of width and height), one of the two.
type Mask struct {
	Name    string   `yaml:"name"`
	Ground  []Corner `yaml:"ground"`
	Picture []Corner `yaml:"picture"`
}

// Corner is one of a mask: latitude and longitude in degrees, or shares of the
// picture's width and height.
type Corner [2]float64

// Onvif is the way to a camera that turns.
type Onvif struct {
	Address      string `yaml:"address"`
	User         string `yaml:"user"`
	PasswordFile string `yaml:"password_file"`
	Profile      string `yaml:"profile"` // the first with PTZ if empty
	// Pan and Tilt are the degrees that a value of 1 of the camera's position
	// space means: 180 and 90 for most generic spaces, 1 and 1 for spaces in
	// degrees.
	Pan  float64 `yaml:"pan"`
	Tilt float64 `yaml:"tilt"`
}

// Duration is a length of time written as in "10s" or "2m".
type Duration time.Duration

// UnmarshalYAML reads a duration and says where it stands if it is none.
func (d *Duration) UnmarshalYAML(node ast.Node) error {
	v, err := time.ParseDuration(strings.Trim(node.String(), `"'`))
	if err != nil {
		at := node.GetToken().Position
		return fmt.Errorf("[%d:%d] %s is not a length of time: write it as 10s or 2m", at.Line, at.Column, node.String())
	}
	*d = Duration(v)
	return nil
}

// UnmarshalYAML reads two numbers and says where it stands if they are not two.
func (k *Corner) UnmarshalYAML(node ast.Node) error {
	var v []float64
	if err := yaml.NodeToValue(node, &v); err != nil || len(v) != 2 {
		at := node.GetToken().Position
		return fmt.Errorf("[%d:%d] a corner is two numbers: latitude and longitude as in [36.01, 41.30], or shares of the picture's width and height as in [0.9, 0.4]", at.Line, at.Column)
	}
	*k = Corner(v)
	return nil
}

// MaxFile bounds a camera's file in bytes.
const MaxFile = 1 << 20

// ReadCamera reads a camera's file. Unknown names, wrong types and values out
// of bounds are refused with a *say.Error that carries line and column.
func ReadCamera(b []byte) (Camera, error) {
	var c Camera
	if len(b) > MaxFile {
		return c, badCamera("the file is longer than 1 MiB")
	}
	d := yaml.NewDecoder(bytes.NewReader(b), yaml.Strict())
	if err := say.Guard(func() error { return d.Decode(&c) }); err != nil && !errors.Is(err, io.EOF) {
		return Camera{}, badCamera(yaml.FormatError(err, false, true))
	}
	c = c.WithDefaults()
	if field, why := c.check(); field != "" {
		return Camera{}, badCamera(where(b, field) + field + ": " + why)
	}
	return c, nil
}

// WithDefaults fills in what is left out.
func (c Camera) WithDefaults() Camera {
	fill := func(v *float64, to float64) {
		if *v == 0 {
			*v = to
		}
	}
	fill(&c.FPS, 10)
	fill(&c.Range, 3000)
	fill(&c.PD, 0.7)
	fill(&c.Position.Error, 5)
	fill(&c.Onvif.Pan, 180)
	fill(&c.Onvif.Tilt, 90)
	fill(&c.Errors.Azimuth, 1)
	fill(&c.Errors.Tilt, 0.25)
	fill(&c.Errors.Roll, 0.5)
	fill(&c.Errors.Field, 0.2)
	fill(&c.Errors.Pixel, 1.5)
	late := func(d *Duration, to time.Duration) {
		if *d == 0 {
			*d = Duration(to)
		}
	}
	late(&c.Watchdog.Start, 20*time.Second)
	late(&c.Watchdog.Silence, 10*time.Second)
	late(&c.Watchdog.BackOff, time.Second)
	late(&c.Watchdog.BackOffMost, time.Minute)
	late(&c.Limits.Per, 10*time.Minute)
	if c.Limits.Movers == 0 {
		c.Limits.Movers = 30
	}
	if c.Bits == 0 {
		c.Bits = 8
	}
	if c.Transport == "" {
		c.Transport = "tcp"
	}
	if c.Name == "" {
		c.Name = c.ID
	}
	return c
}

// check gives the first field that cannot be, and why; "" for none.
func (c *Camera) check() (field, why string) {
	if c.ID == "" || len(c.ID) > 64 || strings.ContainsFunc(c.ID, func(r rune) bool {
		return !(r == '-' || r == '_' || r == '.' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z')
	}) || strings.Trim(c.ID, ".") == "" {
		return "id", "1 to 64 letters, digits, '-', '_' or '.' are needed"
	}
	if len(c.Name) > 128 {
		return "name", "at most 128 bytes"
	}
	if len(c.Mount) > 64 || len(c.Link) > 64 {
		return "mount", "mount and link have at most 64 bytes each"
	}
	p := geo.Position{Point: geo.Point{Lat: c.Position.Lat, Lon: c.Position.Lon}, Height: c.Position.Height}
	if p == (geo.Position{}) || !p.Valid() {
		return "position", "lat and lon in degrees are needed, for example {lat: 36.81, lon: 42.09, height: 385}"
	}
	if c.FieldOfView.Horizontal == 0 {
		return "field_of_view", "is needed: the degrees across the whole picture, for example {horizontal: 12.4}"
	}
	for _, f := range []struct {
		name      string
		v, lo, hi float64
	}{
		{"position.height", c.Position.Height, -500, 9000}, {"position.error", c.Position.Error, 0.01, 1000},
		{"mast", c.Mast, 0, 5000}, {"azimuth", c.Azimuth, -360, 360}, {"tilt", c.Tilt, -90, 90}, {"roll", c.Roll, -180, 180},
		{"field_of_view.horizontal", c.FieldOfView.Horizontal, 0.05, 160}, {"field_of_view.vertical", c.FieldOfView.Vertical, 0, 160},
		{"errors.azimuth", c.Errors.Azimuth, 1e-4, 45}, {"errors.tilt", c.Errors.Tilt, 1e-4, 45}, {"errors.roll", c.Errors.Roll, 1e-4, 45},
		{"errors.field", c.Errors.Field, 1e-5, 45}, {"errors.pixel", c.Errors.Pixel, 0.01, 100},
		{"onvif.pan", c.Onvif.Pan, 0.01, 360}, {"onvif.tilt", c.Onvif.Tilt, 0.01, 360},
		{"lens.k1", c.Lens.K1, -10, 10}, {"lens.k2", c.Lens.K2, -10, 10},
		{"fps", c.FPS, 0.1, 60}, {"bits", float64(c.Bits), 8, 16}, {"range", c.Range, 10, 50e3}, {"pd", c.PD, 0.01, 1},
		{"limits.movers", float64(c.Limits.Movers), 1, 1e6}, {"limits.per", seconds(c.Limits.Per), 1, 86400},
		{"watchdog.start", seconds(c.Watchdog.Start), 0.1, 600},
		{"watchdog.silence", seconds(c.Watchdog.Silence), 0.1, 600}, {"watchdog.back_off", seconds(c.Watchdog.BackOff), 0.001, 600},
		{"watchdog.back_off_most", seconds(c.Watchdog.BackOffMost), seconds(c.Watchdog.BackOff), 3600},
	} {
		if !(f.v >= f.lo && f.v <= f.hi) { // NaN compares false
			return f.name, fmt.Sprintf("is %g, possible are %g to %g", f.v, f.lo, f.hi)
		}
	}
	if c.Width != 0 && (c.Width < 64 || c.Width > 4096) {
		return "width", "0, or 64 to 4096 pixels"
	}
	if c.Transport != "tcp" && c.Transport != "udp" {
		return "transport", fmt.Sprintf("%q is neither tcp nor udp", c.Transport)
	}
	if a := c.Onvif.Address; a != "" && !strings.HasPrefix(a, "http://") && !strings.HasPrefix(a, "https://") {
		return "onvif.address", "an http:// or https:// address is needed"
	}
	if len(c.Masks) > 1000 {
		return "masks", "at most 1000"
	}
	for i, m := range c.Masks {
		if why := m.check(); why != "" {
			return fmt.Sprintf("masks[%d]", i), why
		}
	}
	return "", ""
}

func (m *Mask) check() string {
	corners, ground := m.Picture, false
	if len(m.Ground) > 0 {
		corners, ground = m.Ground, true
	}
	if (len(m.Ground) > 0) == (len(m.Picture) > 0) {
		return "either ground or picture is needed"
	}
	if len(corners) < 3 || len(corners) > 1000 {
		return "3 to 1000 corners are needed"
	}
	for _, p := range corners {
		if ground && !(geo.Point{Lat: p[0], Lon: p[1]}).Valid() {
			return "corners on the ground are [latitude, longitude] in degrees"
		}
		if !ground && !(p[0] >= 0 && p[0] <= 1 && p[1] >= 0 && p[1] <= 1) {
			return "corners in the picture are shares of its width and height, 0 to 1"
		}
	}
	return ""
}

func seconds(d Duration) float64 { return time.Duration(d).Seconds() }

// where gives "[line:column] " of a field, or of the nearest thing above it
// that the file names.
func where(b []byte, field string) string {
	file, err := parser.ParseBytes(b, 0)
	if err != nil {
		return ""
	}
	for field != "" {
		if path, err := yaml.PathString("$." + field); err == nil {
			if node, err := path.FilterFile(file); err == nil && node != nil && node.GetToken() != nil {
				at := node.GetToken().Position
				return fmt.Sprintf("[%d:%d] ", at.Line, at.Column)
			}
		}
		field = field[:max(0, strings.LastIndex(field, "."))]
	}
	return "[1:1] "
}

func badCamera(en string) error {
	return &say.Error{Code: "thermal.camera", Kind: say.Invalid,
		Text: say.Text{En: "the camera's file: " + en, Ar: "ملف الكاميرا: " + say.LTR(en)},
		Hint: say.Text{En: "mend the line; adapter/thermal/sample.yaml shows every name", Ar: "صحح السطر؛ جميع الأسماء في الملف النموذجي"}}
}

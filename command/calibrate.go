package command

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"marsad/adapter/thermal"
	"marsad/detect/view"
	"marsad/geo"
	"marsad/say"
)

// CalibrateCmd finds how a camera stands from places that its picture shows.
type CalibrateCmd struct {
	Camera string `required:"" help:"The camera's file, as adapter/thermal/sample.yaml. It is not changed."`
	Marks  string `help:"Table (CSV) of places that were clicked: name, x, y (pixels from the left above), lat, lon, height (m above the ellipsoid), error (m)."`
	// A patrol that walks through the picture, in place of clicked places.
	Fixes     string   `help:"Table (CSV) of a patrol's receiver: time (RFC 3339), lat, lon, height, error."`
	Sightings string   `help:"Table (CSV) of where the patrol's feet were in the picture: time, x, y."`
	Size      string   `default:"640x480" help:"Width and height of the picture in pixels."`
	Hold      []string `help:"Leave as the file says: azimuth, tilt, roll, field, clock; repeat for more."`
	Lang      string   `default:"en" enum:"en,ar" help:"Language of the answer: en or ar."`
}

const (
	maxMarks  = 2000            // rows of a table
	walkGap   = 5 * time.Second // between two fixes, over which a patrol walks straight
	walkMarks = 60
)

// Run prints how the camera stands, the residual of every mark, and the lines for
// its file.
func (c *CalibrateCmd) Run(s *Streams) error {
	b, err := os.ReadFile(c.Camera)
	if err != nil {
		return fileError("calibrate.camera", c.Camera, err)
	}
	camera, err := thermal.ReadCamera(b)
	if err != nil {
		return err
	}
	var width, height int
	if n, err := fmt.Sscanf(c.Size, "%dx%d", &width, &height); n != 2 || err != nil {
		return unfit("--size is written as 640x480", "يُكتب "+say.LTR("--size")+" هكذا: "+say.LTR("640x480"))
	}
	v, err := camera.View(width, height, view.PTZ{})
	if err != nil {
		return err
	}
	marks, err := c.marks()
	if err != nil {
		return err
	}
	hold, err := c.hold()
	if err != nil {
		return err
	}
	found, err := view.Calibrate(v.Camera(), marks, hold)
	if err != nil {
		return err
	}
	c.tell(s, found)
	return nil
}

func unfit(en, ar string) error {
	return &say.Error{Code: "calibrate.input", Kind: say.Invalid, Text: say.Text{En: en, Ar: ar},
		Hint: say.Text{En: "docs/operations.md shows the tables", Ar: "الجداول موضحة في " + say.LTR("docs/operations.md")}}
}

func (c *CalibrateCmd) hold() (h view.Hold, err error) {
	for _, name := range c.Hold {
		switch name {
		case "azimuth":
			h.Azimuth = true
		case "tilt":
			h.Tilt = true
		case "roll":
			h.Roll = true
		case "field":
			h.HFOV = true
		case "clock":
			h.Clock = true
		default:
			return h, unfit("--hold "+name+": known are azimuth, tilt, roll, field and clock", "القيم المعروفة هي "+say.LTR("azimuth, tilt, roll, field, clock"))
		}
	}
	h.Clock = h.Clock || c.Marks != "" // what stands still tells no clock
	return h, nil
}

func (c *CalibrateCmd) marks() (marks []view.Mark, err error) {
	if c.Marks != "" {
		if c.Fixes+c.Sightings != "" {
			return nil, unfit("either --marks, or --fixes and --sightings", "إما "+say.LTR("--marks")+" وإما "+say.LTR("--fixes")+" مع "+say.LTR("--sightings"))
		}
		return marks, table(c.Marks, []string{"name", "x", "y", "lat", "lon", "height", "error"}, func(row func(string) string, number func(string) float64) {
			marks = append(marks, view.Mark{Name: row("name"), X: number("x"), Y: number("y"), Error: number("error"),
				At: geo.Position{Point: geo.Point{Lat: number("lat"), Lon: number("lon")}, Height: number("height")}})
		})
	}
	if c.Fixes == "" || c.Sightings == "" {
		return nil, unfit("either --marks, or --fixes and --sightings", "إما "+say.LTR("--marks")+" وإما "+say.LTR("--fixes")+" مع "+say.LTR("--sightings"))
	}
	var fixes []view.Fix
	var sightings []view.Sighting
	when := func(text string) time.Time { t, _ := time.Parse(time.RFC3339Nano, text); return t }
	err = table(c.Fixes, []string{"time", "lat", "lon", "height", "error"}, func(row func(string) string, number func(string) float64) {
		fixes = append(fixes, view.Fix{At: when(row("time")), Error: number("error"),
			Where: geo.Position{Point: geo.Point{Lat: number("lat"), Lon: number("lon")}, Height: number("height")}})
	})
	if err != nil {
		return nil, err
	}
	err = table(c.Sightings, []string{"time", "x", "y"}, func(row func(string) string, number func(string) float64) {
		sightings = append(sightings, view.Sighting{At: when(row("time")), X: number("x"), Y: number("y")})
	})
	return view.Walk(fixes, sightings, walkGap, walkMarks), err
}

// table reads a CSV with a header that names its columns. A row that cannot be read
// refuses the file, by its line: a calibration on half of its marks is another one.
func table(name string, columns []string, take func(row func(string) string, number func(string) float64)) error {
	f, err := os.Open(name)
	if err != nil {
		return fileError("calibrate.table", name, err)
	}
	defer f.Close()
	r := csv.NewReader(io.LimitReader(f, 4<<20))
	r.TrimLeadingSpace = true
	header, err := r.Read()
	if err != nil {
		return unfit(fmt.Sprintf("%s is no table: %v", name, err), "ليس جدولاً: "+say.LTR(name))
	}
	at := map[string]int{}
	for i, h := range header {
		at[strings.ToLower(strings.TrimSpace(h))] = i
	}
	for _, want := range columns {
		if _, ok := at[want]; !ok {
			return unfit(fmt.Sprintf("%s has no column %s", name, want), say.LTR(name)+": ينقص العمود "+say.LTR(want))
		}
	}
	for line := 2; ; line++ {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil || line > maxMarks {
			return unfit(fmt.Sprintf("%s, line %d: %v", name, line, err), say.LTR(fmt.Sprintf("%s:%d", name, line))+": تعذرت قراءة السطر")
		}
		wrong := ""
		row := func(column string) string { return cells[at[column]] }
		if t := at["time"]; slices.Contains(columns, "time") {
			if _, err := time.Parse(time.RFC3339Nano, cells[t]); err != nil {
				wrong = "time"
			}
		}
		take(row, func(column string) float64 {
			v, err := strconv.ParseFloat(strings.TrimSpace(row(column)), 64)
			if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
				wrong = column
			}
			return v
		})
		if wrong != "" {
			return unfit(fmt.Sprintf("%s, line %d: %s is %q", name, line, wrong, row(wrong)), say.LTR(fmt.Sprintf("%s:%d %s", name, line, wrong))+": قيمة غير مقروءة")
		}
	}
}

// tell prints residuals, what was found with its 1σ, and the lines for the file.
func (c *CalibrateCmd) tell(s *Streams, found *view.Calibration) {
	line := func(t say.Text, pairs ...string) { fmt.Fprintln(s.Out, t.Fill(pairs...).In(c.Lang)) }
	line(say.Text{En: "mark: how far it lies from where the calibrated camera shows it, in pixels", Ar: "العلامة: بُعدها بالبكسل عن موضعها في الكاميرا بعد المعايرة"})
	for _, r := range found.Residuals {
		doubt := ""
		if r.Doubtful {
			doubt = say.Text{En: "  DOUBTFUL: a wrong click, or a wrong map", Ar: "  مشكوك فيها: نقرة خاطئة أو خريطة خاطئة"}.In(c.Lang)
		}
		fmt.Fprintf(s.Out, "  %-20s %+7.1f %+7.1f%s\n", r.Mark.Name, r.DX, r.DY, doubt)
	}
	line(say.Text{En: "root mean square: {before} pixels before, {after} after", Ar: "الجذر التربيعي للمتوسط: {before} بكسل قبل المعايرة و{after} بعدها"},
		"before", fmt.Sprintf("%.1f", found.Before), "after", fmt.Sprintf("%.1f", found.After))
	if found.SigmaClock > 0 {
		line(say.Text{En: "the camera's time runs {s} s ahead of the patrol's (1σ {sigma} s)", Ar: "توقيت الكاميرا يسبق توقيت الدورية بـ {s} ث (انحراف {sigma} ث)"},
			"s", fmt.Sprintf("%+.1f", found.Clock), "sigma", fmt.Sprintf("%.1f", found.SigmaClock))
	}
	x, sigma := &found.Camera, func(i int) float64 { return geo.Degrees(math.Sqrt(found.Camera.Sure.Pose[i][i])) }
	line(say.Text{En: "write into {file}, and start the server again:", Ar: "اكتب في {file} ثم أعد تشغيل الخادم:"}, "file", c.Camera)
	fmt.Fprintf(s.Out, "azimuth: %.3f\ntilt: %.3f\nroll: %.3f\n", geo.Degrees(geo.Wrap2Pi(x.Azimuth)), geo.Degrees(x.Tilt), geo.Degrees(x.Roll))
	fmt.Fprintf(s.Out, "field_of_view: {horizontal: %.3f, vertical: %.3f}\n", geo.Degrees(x.HFOV), geo.Degrees(x.VFOV))
	fmt.Fprintf(s.Out, "errors: {azimuth: %.3f, tilt: %.3f, roll: %.3f, field: %.3f}\n", least(sigma(0)), least(sigma(1)), least(sigma(2)), least(sigma(3)))
}

// least keeps an error from being written as none, which a file takes for unsaid.
func least(degrees float64) float64 { return max(degrees, 0.001) }

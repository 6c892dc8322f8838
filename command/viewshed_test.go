package command

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"marsad/say"
	"marsad/terrain"
	"marsad/terrain/geotiff"
)

// hill is a DEM file in UTM zone 37 with one hill in the middle.
func hill(t *testing.T) (name string, grid terrain.Grid) {
	grid = terrain.Grid{Width: 101, Height: 81, System: terrain.System{EPSG: 32637}, Keys: geotiff.KeysOf(32637, false),
		Transform: [6]float64{600_000, 30, 0, 4_000_000, 0, -30}}
	cells := make([]float32, grid.Width*grid.Height)
	for i := range cells {
		cells[i] = 200
		if c := i % grid.Width; c >= 50 && c <= 52 {
			cells[i] = 260
		}
	}
	var b bytes.Buffer
	if err := terrain.WriteHeights(&b, grid, cells); err != nil {
		t.Fatal(err)
	}
	name = filepath.Join(t.TempDir(), "dem.tif")
	if err := os.WriteFile(name, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return name, grid
}

func TestViewshedCommand(t *testing.T) {
	dem, grid := hill(t)
	out := filepath.Join(t.TempDir(), "out.tif")
	x, y := grid.Coordinates(20.5, 40.5)
	p, err := grid.System.Point(x, y)
	if err != nil {
		t.Fatal(err)
	}
	var answers [][]byte
	for _, c := range []ViewshedCmd{
		{DEM: dem, X: &x, Y: &y, Height: 10, TargetHeight: 2, Refraction: 0.14286, Out: out},
		{DEM: dem, Lon: &p.Lon, Lat: &p.Lat, Height: 10, TargetHeight: 2, Refraction: 0.14286, Out: out},
	} {
		var said bytes.Buffer
		if err := c.Run(&Streams{Out: &said, Err: &said}); err != nil {
			t.Fatal(err)
		}
		d, err := readDEM(out)
		if err != nil {
			t.Fatal(err)
		}
		if d.Width != grid.Width || d.Height != grid.Height || d.Transform != grid.Transform || d.System != grid.System {
			t.Errorf("the result lies at %+v", d.Grid)
		}
		if before, behind := d.Cells[40*101+40], d.Cells[40*101+80]; before != 255 || behind != 0 {
			t.Errorf("before the hill %v, behind it %v", before, behind)
		}
		b, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		answers = append(answers, b)
	}
	if !bytes.Equal(answers[0], answers[1]) {
		t.Error("x and y give another answer than longitude and latitude")
	}
	far := 0.0
	for name, c := range map[string]ViewshedCmd{
		"no point":     {DEM: dem, Out: out},
		"outside":      {DEM: dem, X: &far, Y: &far, Out: out},
		"no file":      {DEM: dem + "x", X: &x, Y: &y, Out: out},
		"a text":       {DEM: "viewshed_test.go", X: &x, Y: &y, Out: out},
		"no folder":    {DEM: dem, X: &x, Y: &y, Out: filepath.Join(out, "below", "a.tif")},
		"below ground": {DEM: dem, X: &x, Y: &y, Height: -4, Out: out},
	} {
		if err := c.Run(&Streams{Out: &bytes.Buffer{}, Err: &bytes.Buffer{}}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// The least visible height of every cell, on a grid of metres and on one of degrees:
// nothing before the hill, behind it as high as the line of sight over its top, and
// no figure beyond the range.
func TestLeastVisibleHeights(t *testing.T) {
	metres, grid := hill(t)
	x, y := grid.Coordinates(20.5, 40.5)
	degrees := filepath.Join(t.TempDir(), "degrees.tif")
	g := terrain.Grid{Width: 101, Height: 81, System: terrain.WGS84, Keys: geotiff.KeysOf(4326, true), Transform: [6]float64{41, 1. / 3600, 0, 36, 0, -1. / 3600}}
	cells := make([]float32, g.Width*g.Height)
	for i := range cells {
		cells[i] = 200
		if c := i % g.Width; c >= 50 && c <= 52 {
			cells[i] = 260
		}
	}
	var b bytes.Buffer
	if err := terrain.WriteHeights(&b, g, cells); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(degrees, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	lon, lat := g.Coordinates(20.5, 40.5)
	out := filepath.Join(t.TempDir(), "least.tif")
	for _, c := range []ViewshedCmd{
		{DEM: metres, X: &x, Y: &y, Height: 10, Range: 2000, Refraction: 0.14286, Least: true, Out: out},
		{DEM: degrees, Lon: &lon, Lat: &lat, Height: 10, Range: 1750, Refraction: 0.14286, Least: true, Out: out},
		{DEM: degrees, X: &lon, Y: &lat, Height: 10, Range: 1750, Refraction: 0.14286, Least: true, Out: out},
	} {
		var said bytes.Buffer
		if err := c.Run(&Streams{Out: &said, Err: &said}); err != nil {
			t.Fatal(err)
		}
		d, err := readDEM(out)
		if err != nil {
			t.Fatal(err)
		}
		// The eye stands at 210 m, the top's near edge at 260 m 30 cells away: 60 cells
		// away the line of sight is 210 + 50·60/30 m high, over ground of 200 m; curvature
		// takes less than a quarter of a metre.
		want := 10 + 50*60./30
		if before, behind, beyond := d.Cells[40*101+40], d.Cells[40*101+80], d.Cells[40*101+100]; before != 0 || math.Abs(float64(behind)-want) > 0.3 || beyond == beyond {
			t.Errorf("%s: before the hill %v, behind it %v (want %.2f), beyond the range %v", c.DEM, before, behind, want, beyond)
		}
	}
}

func TestCoverageCommand(t *testing.T) {
	dir := t.TempDir()
	sensors, out := filepath.Join(dir, "sensors.json"), filepath.Join(dir, "out.json")
	list := `[{"id":"t1","name":"Tower 1","kind":"camera","position":{"lat":36.02,"lon":41.37,"height":30},"max_range":30000,"pd":0.9,"clutter":0,"period":0,"heartbeat":0},
		{"id":"t2","kind":"camera","position":{"lat":10,"lon":10,"height":30},"max_range":5000,"pd":0.9}]`
	if err := os.WriteFile(sensors, []byte(list), 0o600); err != nil {
		t.Fatal(err)
	}
	var said, complained bytes.Buffer
	c := CoverageCmd{Sensors: sensors, Seed: 1, AboveGround: true, Weather: "clear", Gaps: 10, JSON: out}
	if err := c.Run(&Streams{Out: &said, Err: &complained}); err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(said.String(), "\n") {
		if strings.Contains(line, "%") && !strings.Contains(line, "synthetic") {
			t.Errorf("a bare percentage: %s", line)
		}
	}
	if !strings.Contains(complained.String(), "t2") {
		t.Errorf("nothing is said of the sensor off the ground: %q", complained.String())
	}
	b, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	var report struct {
		Marks   []string
		Ground  struct{ Synthetic bool }
		Classes []struct {
			Class string
			Seen  []struct{ From, To float64 }
			Gaps  []struct{ From, To, Metres, Score float64 }
		}
		Risk   struct{ En, Ar string }
		Causes []struct{ Kind string }
	}
	if err := json.Unmarshal(b, &report); err != nil {
		t.Fatal(err)
	}
	if !report.Ground.Synthetic || len(report.Classes) != 4 || len(report.Classes[2].Seen) == 0 || len(report.Classes[0].Gaps) == 0 {
		t.Errorf("the report: %+v", report)
	}
	// Ranked by length times risk, as on the page, and it says so.
	gaps := report.Classes[0].Gaps
	for i := 1; i < len(gaps); i++ {
		if gaps[i].Score > gaps[i-1].Score {
			t.Errorf("gap %d weighs more than the one before: %+v", i+1, gaps[i-1:i+1])
		}
	}
	if near := gaps[0].Score / gaps[0].Metres; !(near > 0.2 && near <= 5) || report.Risk.Ar == "" || len(report.Causes) == 0 {
		t.Errorf("risk %v of the first gap, %d causes, %+v", near, len(report.Causes), report.Risk)
	}
	if !strings.Contains(said.String(), "length × risk") || !strings.Contains(said.String(), "known way: ") {
		t.Errorf("it does not say by what gaps are ranked: %s", said.String())
	}
	if err := (&CoverageCmd{Weather: "clear"}).Run(&Streams{Out: &said, Err: &said}); err == nil || say.As(err).Code != "coverage.what" {
		t.Errorf("no sensors are named: %v", err)
	}
	if err := (&CoverageCmd{Sensors: sensors, DEM: []string{sensors}, Weather: "clear"}).Run(&Streams{Out: &said, Err: &said}); err == nil || !strings.Contains(err.Error(), "sensors.json") {
		t.Errorf("a list is taken for elevation: %v", err)
	}
	if err := (&CoverageCmd{Sensors: "viewshed_test.go", Weather: "clear"}).Run(&Streams{Out: &said, Err: &said}); err == nil {
		t.Error("a text is a list of sensors")
	}
}

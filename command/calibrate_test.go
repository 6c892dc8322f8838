package command

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"marsad/adapter/thermal"
	"marsad/detect/view"
)

// standing writes a camera's file whose angles are wrong by known amounts, and
// gives it with the view as the camera truly stands.
func standing(t *testing.T) (file string, truth *view.View) {
	t.Helper()
	dir := t.TempDir()
	text := "id: t\nposition: {lat: 36.8, lon: 42.1, height: 400, error: 0.5}\nmast: 20\nazimuth: %g\ntilt: %g\nroll: %g\nfield_of_view: {horizontal: 12.4}\n"
	real, err := thermal.ReadCamera(fmt.Appendf(nil, text, 91.3, -2.6, 0.8))
	if err != nil {
		t.Fatal(err)
	}
	if truth, err = real.View(640, 480, view.PTZ{}); err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(dir, "camera.yaml")
	if err := os.WriteFile(file, fmt.Appendf(nil, text, 90.0, -2.2, 0.0), 0o600); err != nil {
		t.Fatal(err)
	}
	return file, truth
}

func put(t *testing.T, name, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestClickedPlacesCalibrateACamera(t *testing.T) {
	file, truth := standing(t)
	ground := view.Flat{Level: 400}
	marks := "name,x,y,lat,lon,height,error\n"
	for i, p := range [][2]float64{{60, 420}, {580, 430}, {320, 300}, {120, 350}, {500, 330}, {600, 300}, {40, 310}, {330, 440}, {250, 460}} {
		s := truth.Spot(p[0], p[1], 0, ground)
		x, y := p[0], p[1]
		if i == 8 {
			x += 90 // a wrong click
		}
		marks += fmt.Sprintf("tower %d,%.1f,%.1f,%.7f,%.7f,%.2f,0.3\n", i+1, x, y, s.Position.Lat, s.Position.Lon, s.Position.Height)
	}
	table := put(t, "marks.csv", marks)
	code, out, errOut := typed("cameras", "calibrate", "--camera", file, "--marks", table)
	for _, want := range []string{"field_of_view: {horizontal: 12.", "errors: {", "tower 9", "DOUBTFUL"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing in %s%s", want, out, errOut)
		}
	}
	var azimuth, tilt, roll float64
	if at := strings.Index(out, "azimuth: "); at >= 0 {
		fmt.Sscanf(out[at:], "azimuth: %g\ntilt: %g\nroll: %g", &azimuth, &tilt, &roll)
	}
	if math.Abs(azimuth-91.3) > 0.1 || math.Abs(tilt+2.6) > 0.1 || math.Abs(roll-0.8) > 0.8 {
		t.Errorf("azimuth %g, tilt %g, roll %g", azimuth, tilt, roll)
	}
	if code != 0 || strings.Count(out, "DOUBTFUL") != 1 {
		t.Errorf("exit %d: %s", code, out)
	}
	if _, out, _ = typed("cameras", "calibrate", "--camera", file, "--marks", table, "--hold", "roll", "--lang", "ar"); !strings.Contains(out, "roll: 0.000") || !strings.Contains(out, "العلامة") {
		t.Errorf("held, in Arabic: %s", out)
	}
	// What the lines say is a file that Marsad reads.
	lines := out[strings.Index(out, "azimuth:"):]
	if _, err := thermal.ReadCamera([]byte("id: t\nposition: {lat: 36.8, lon: 42.1, height: 400}\nmast: 20\n" + lines)); err != nil {
		t.Errorf("%v in %s", err, lines)
	}
	for name, args := range map[string][]string{
		"two marks":      {"--marks", put(t, "m.csv", strings.Join(strings.SplitAfter(marks, "\n")[:3], ""))},
		"no table":       {"--marks", put(t, "m.csv", "")},
		"no column":      {"--marks", put(t, "m.csv", "name,x\na,1\n")},
		"no number":      {"--marks", put(t, "m.csv", strings.Replace(marks, ",0.3\n", ",NaN\n", 1))},
		"short row":      {"--marks", put(t, "m.csv", marks+"a,b\n")},
		"no file":        {"--marks", "absent.csv"},
		"nothing":        {},
		"half of a walk": {"--fixes", table},
		"both":           {"--marks", table, "--fixes", table},
		"no size":        {"--marks", table, "--size", "large"},
		"no angle":       {"--marks", table, "--hold", "height"},
	} {
		if code, _, errOut := typed(append([]string{"cameras", "calibrate", "--camera", file}, args...)...); code != 1 || !strings.Contains(errOut, "do this") {
			t.Errorf("%s: %d %s", name, code, errOut)
		}
	}
}

func TestAPatrolCalibratesACamera(t *testing.T) {
	file, truth := standing(t)
	ground := view.Flat{Level: 400}
	start := time.Date(2026, 3, 1, 2, 0, 0, 0, time.UTC)
	fixes, sightings := "time,lat,lon,height,error\n", "time,x,y\n"
	for i := range 60 {
		at := start.Add(time.Duration(i) * time.Second)
		k := float64(i) / 59
		x, y := 40+560*k, 370+70*math.Sin(2*math.Pi*k)
		s := truth.Spot(x, y, 0, ground)
		fixes += fmt.Sprintf("%s,%.7f,%.7f,%.2f,2\n", at.Format(time.RFC3339), s.Position.Lat, s.Position.Lon, s.Position.Height)
		sightings += fmt.Sprintf("%s,%.2f,%.2f\n", at.Format(time.RFC3339), x, y)
	}
	code, out, errOut := typed("cameras", "calibrate", "--camera", file, "--fixes", put(t, "f.csv", fixes), "--sightings", put(t, "s.csv", sightings))
	var azimuth, tilt float64
	if at := strings.Index(out, "azimuth: "); at >= 0 {
		fmt.Sscanf(out[at:], "azimuth: %g\ntilt: %g", &azimuth, &tilt)
	}
	if code != 0 || math.Abs(azimuth-91.3) > 0.3 || math.Abs(tilt+2.6) > 0.2 || !strings.Contains(out, "ahead of the patrol") {
		t.Errorf("%d: azimuth %g, tilt %g: %s%s", code, azimuth, tilt, out, errOut)
	}
	if code, _, errOut = typed("cameras", "calibrate", "--camera", file, "--fixes", put(t, "f.csv", strings.Replace(fixes, "2026", "yesterday", 1)), "--sightings", put(t, "s.csv", sightings)); code != 1 || !strings.Contains(errOut, "line 2: time") {
		t.Errorf("%d %s", code, errOut)
	}
}

func FuzzTable(f *testing.F) {
	f.Add("name,x,y,lat,lon,height,error\na,1,2,36.8,42.1,400,1\n")
	f.Add("time,x,y\n2026-03-01T02:00:00Z,1,2\n")
	f.Fuzz(func(t *testing.T, text string) {
		file := put(t, "t.csv", text)
		for _, columns := range [][]string{{"name", "x", "y", "lat", "lon", "height", "error"}, {"time", "x", "y"}} {
			err := table(file, columns, func(row func(string) string, number func(string) float64) {
				for _, c := range columns[1:] {
					number(c)
				}
			})
			if err != nil && !strings.Contains(err.Error(), "t.csv") {
				t.Errorf("%v does not name its file", err)
			}
		}
	})
}

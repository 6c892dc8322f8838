package app

import (
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"marsad/detect/view"
	"marsad/engine/config"
	"marsad/face/api"
	"marsad/geo"
	"marsad/say"
)

// A person clicks places in a camera's picture: nothing changes before he accepts
// what they tell; then it is in force at once and after a restart, until the file
// says otherwise.
func TestAClickedCalibrationIsAcceptedAndOutlivesARestart(t *testing.T) {
	if _, err := exec.LookPath("ffmpeg"); err != nil {
		t.Skip("ffmpeg is not installed: ./test installs it")
	}
	dir := t.TempDir()
	clip := filepath.Join(dir, "clip.mkv")
	if b, err := exec.Command("ffmpeg", "-loglevel", "error", "-f", "lavfi", "-i", "testsrc=s=320x240:r=5:d=20", "-pix_fmt", "gray", "-c:v", "ffv1", clip).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, b)
	}
	file := filepath.Join(dir, "east.yaml")
	put := func(azimuth float64) {
		if err := os.WriteFile(file, fmt.Appendf(nil, "id: east\nposition: {lat: 36.81, lon: 42.09, height: 385}\nmast: 20\nazimuth: %g\ntilt: -3\nfield_of_view: {horizontal: 12}\n", azimuth), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put(265)
	c := config.Default()
	c.Addr, c.Sapient.Addr, c.Data = "127.0.0.1:0", "127.0.0.1:0", filepath.Join(dir, "data")
	c.Cameras = []config.Camera{{File: file, Input: clip}}
	azimuth := func(a *App) float64 { return camerasOn{a}.Cameras()[0].Azimuth }
	within := func(a *App, degrees float64) bool { return math.Abs(azimuth(a)-degrees) < 0.1 }
	wait := func(what string, is func() bool) {
		t.Helper()
		for end := time.Now().Add(60 * time.Second); !is(); time.Sleep(20 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatal("waited in vain for " + what)
			}
		}
	}

	a, stop := started(t, c)
	on := camerasOn{a}
	if _, err := on.Calibrate("nobody", nil, nil, "N. Aziz", nil); say.As(err) == nil {
		t.Error("a camera that is none")
	}
	wait("a picture", func() bool { st, ok := a.thermal.State("east"); return ok && st.Stream.Width == 320 })
	// The camera stands 1.5° further than its file says.
	really := a.cameras[0].Camera
	really.Azimuth, really.Tilt = 266.5, -2.6
	v, err := really.View(320, 240, view.PTZ{})
	if err != nil {
		t.Fatal(err)
	}
	ground, _ := really.Ground(GroundAround(a.ground))
	var marks []api.CameraMark
	for i, p := range [][2]float64{{20, 130}, {300, 140}, {160, 200}, {60, 230}, {260, 220}, {200, 150}} {
		s := v.Spot(p[0], p[1], 0, ground)
		if s.Kind != view.OnGround {
			t.Fatalf("mark %d is not on the ground", i)
		}
		marks = append(marks, api.CameraMark{Name: fmt.Sprint(i), X: p[0] / 319, Y: p[1] / 239, Lat: s.Position.Lat, Lon: s.Position.Lon, Error: 0.5})
	}
	if _, err := on.Calibrate("east", marks[:1], nil, "N. Aziz", nil); say.As(err) == nil || say.As(err).Code != "view.calibration" {
		t.Errorf("one mark: %v", err)
	}
	found, err := on.Calibrate("east", marks, nil, "N. Aziz", nil)
	if err != nil || math.Abs(found.Azimuth-266.5) > 0.05 || math.Abs(found.Tilt+2.6) > 0.05 || found.After > 0.5 || found.Before < 10 || len(found.Residuals) != 6 {
		t.Fatalf("found %+v %v", found, err)
	}
	if _, err := on.Calibrate("east", marks, nil, "N. Aziz", func(api.CameraCalibration) error { return errors.New("the disk is full") }); err == nil || !within(a, 265) {
		t.Errorf("changed unasked or unrecorded: %g", azimuth(a))
	}
	before := a.cameras[0].Camera.Pose()
	if _, err := on.Calibrate("east", marks, []string{"roll"}, "N. Aziz", yes); err != nil {
		t.Fatal(err)
	}
	wait("the new sector", func() bool { return within(a, 266.5) })
	if s := on.Cameras()[0].Standing; s == nil || s.By != "N. Aziz" || s.Marks != 6 || a.cameraOf("east").Camera.Pose() == before {
		t.Errorf("standing %+v", s)
	}
	if p := geo.Direct(v.At().Point, 300, geo.Radians(266.5+5.8)); on.Sees("east", p) != "now" {
		t.Error("what it sees is that of the file")
	}
	stop()

	a, stop = started(t, c)
	wait("its sector after a restart", func() bool { return within(a, 266.5) })
	if s := (camerasOn{a}).Cameras()[0].Standing; s == nil || s.By != "N. Aziz" {
		t.Errorf("after a restart: %+v", s)
	}
	stop()
	put(90)
	a, stop = started(t, c)
	wait("the sector of the file", func() bool { return within(a, 90) })
	if s := (camerasOn{a}).Cameras()[0].Standing; s != nil {
		t.Errorf("the file was changed, and still: %+v", s)
	}
	stop()
}

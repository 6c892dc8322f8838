package thermal

import (
	"testing"
	"time"

	"marsad/detect"
	"marsad/detect/view"
	"marsad/geo"
)

// A quiet area holds back what begins and stays in it and is no larger than what
// was judged; once outside, a mover passes for life. After its time all pass.
func TestAQuietAreaLetsPassWhatIsLargerOrLeaves(t *testing.T) {
	areas := []Quiet{{ID: "n1", Camera: "east", Area: [4]float64{0.4, 0.4, 0.2, 0.2}, Most: [2]float64{0.05, 0.05}, Until: noon.Add(time.Hour), Aspect: 1}}
	frame := detect.Frame{At: noon, Width: 400, Height: 400}
	mover := func(id int, x, y float64, w, h int) *detect.Mover {
		return &detect.Mover{ID: id, X: x, Y: y, Box: detect.Box{X: int(x) - w/2, Y: int(y) - h/2, W: w, H: h}, Declared: true}
	}
	var q quietly
	if ok, by := q.passes(areas, "east", mover(1, 200, 200, 20, 20), &frame); ok || by != "n1" {
		t.Errorf("small and inside: %v by %q", ok, by)
	}
	if ok, by := q.passes(areas, "east", mover(1, 205, 200, 20, 20), &frame); ok || by != "" {
		t.Errorf("again: %v, counted by %q", ok, by)
	}
	for _, c := range []struct {
		name string
		m    *detect.Mover
	}{{"it leaves", mover(1, 300, 200, 20, 20)}, {"it comes back", mover(1, 200, 200, 20, 20)}, {"larger", mover(2, 200, 200, 40, 60)},
		{"outside", mover(3, 100, 200, 10, 10)}, {"from outside", mover(3, 200, 200, 10, 10)}} {
		if ok, by := q.passes(areas, "east", c.m, &frame); !ok || by != "" {
			t.Errorf("%s: held back by %q", c.name, by)
		}
	}
	if ok, _ := q.passes(areas, "west", mover(4, 200, 200, 20, 20), &frame); !ok {
		t.Error("another camera's area holds")
	}
	if ok, _ := q.passes(areas, "east", mover(6, 200, 200, 20, 20), &detect.Frame{At: noon, Width: 640, Height: 360}); !ok {
		t.Error("it holds in a picture of another shape")
	}
	frame.At = noon.Add(2 * time.Hour)
	if ok, _ := q.passes(areas, "east", mover(5, 200, 200, 20, 20), &frame); !ok {
		t.Error("it holds after its time")
	}
}

// A dwelling drawn once is masked in the next picture of every camera that sees
// it, without a new detector.
func TestADrawnDwellingIsMaskedInEveryView(t *testing.T) {
	cs := New(Config{})
	foot := geo.Point{Lat: 36.8, Lon: 42.1}
	house := geo.Direct(foot, 600, geo.Radians(90))
	var watchers []*watcher
	for _, c := range []Camera{
		{ID: "a", Azimuth: 90, Position: Position{Lat: foot.Lat, Lon: foot.Lon, Height: 400}},
		{ID: "b", Azimuth: 270, Position: Position{Lat: geo.Direct(foot, 1200, geo.Radians(90)).Lat, Lon: geo.Direct(foot, 1200, geo.Radians(90)).Lon, Height: 400}},
		{ID: "away", Azimuth: 270, Position: Position{Lat: foot.Lat, Lon: foot.Lon, Height: 400}},
	} {
		c.Errors, c.Position.Error = Errors{Azimuth: 0.05, Tilt: 0.02, Roll: 0.05, Field: 0.02}, 0.5
		c.Mast, c.FieldOfView.Horizontal, c.Tilt = 20, 12, -1
		w := newWatcher(cs, Live{Camera: c, Input: "rtsp://x/"}, &fakeHost{})
		if err := w.aim(640, 480); err != nil {
			t.Fatal(err)
		}
		if w.mask.Share() != 0 {
			t.Fatal("masked already")
		}
		watchers = append(watchers, w)
	}
	detector := watchers[0].detector
	d := view.Dwelling{ID: "farm"}
	for _, az := range []float64{0, 90, 180, 270} {
		d.Outline = append(d.Outline, geo.Direct(house, 10, geo.Radians(az)))
	}
	cs.Draw([]view.Dwelling{d}, nil)
	for _, w := range watchers {
		if err := w.aim(640, 480); err != nil {
			t.Fatal(err)
		}
		x, y, in := w.view.Pixel(geo.Position{Point: house, Height: 402})
		if w.camera.ID == "away" {
			if in || w.mask.Share() != 0 {
				t.Error("a camera that looks away hides something")
			}
			continue
		}
		if !in || !w.mask.At(int(x), int(y)) || w.mask.Share() > 0.3 {
			t.Errorf("%s: %v at %.0f,%.0f hides %.2f of the picture", w.camera.ID, in, x, y, w.mask.Share())
		}
	}
	if watchers[0].detector != detector {
		t.Error("the detector began anew")
	}
	cs.Draw(nil, nil)
	if err := watchers[0].aim(640, 480); err != nil || watchers[0].mask.Share() != 0 {
		t.Error("what was taken off is still hidden")
	}
}

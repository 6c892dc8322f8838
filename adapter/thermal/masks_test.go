package thermal

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"marsad/detect"
	"marsad/detect/health"
	"marsad/detect/view"
	"marsad/geo"
	"marsad/sense"
)

// head is a camera whose head says what it is told to say.
type head struct {
	pan    string
	moving bool
	dumb   bool
}

func (h *head) serve(t *testing.T) string {
	t.Helper()
	var s *httptest.Server
	s = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		body := string(b)
		switch {
		case h.dumb:
			w.WriteHeader(http.StatusInternalServerError)
		case strings.Contains(body, "<AbsoluteMove "):
			io.WriteString(w, `<Envelope xmlns="http://www.w3.org/2003/05/soap-envelope"><Body><AbsoluteMoveResponse/></Body></Envelope>`)
		case strings.Contains(body, "<GetCapabilities "):
			io.WriteString(w, strings.ReplaceAll(reply("services"), "http://192.0.2.10", s.URL))
		case strings.Contains(body, "<GetProfiles "):
			io.WriteString(w, reply("profiles"))
		default:
			said := strings.NewReplacer(`x="0.25"`, `x="`+h.pan+`"`, `y="-0.05"`, `y="0"`).Replace(reply("head"))
			if !h.moving {
				said = strings.Replace(said, "MOVING", "IDLE", 1)
			}
			io.WriteString(w, said)
		}
	}))
	t.Cleanup(s.Close)
	return s.URL
}

var farm = view.Dwelling{ID: "farm", Outline: []geo.Point{{Lat: 36.81, Lon: 42.1}, {Lat: 36.81, Lon: 42.101}, {Lat: 36.811, Lon: 42.1}}}

// From a person's cue until the head stood still at a place that it named, and
// while it says nothing, no picture shows where homes could be.
func TestSafeguard_09_NothingIsShownWhileTheHeadTurns(t *testing.T) {
	h := &head{pan: "0"}
	c := Camera{ID: "ptz", Position: Position{Lat: 36.8, Lon: 42.1, Height: 400}, Mast: 20, Azimuth: 90, FieldOfView: FieldOfView{Horizontal: 10}, Onvif: Onvif{Address: h.serve(t)}}
	cs := New(Config{Dwellings: []view.Dwelling{farm}})
	w := newWatcher(cs, Live{Camera: c, Input: "rtsp://x/"}, &fakeHost{})
	w.connect()
	hidden := func() bool {
		t.Helper()
		if err := w.aim(320, 240); err != nil {
			t.Fatal(err)
		}
		mask, why := w.shown(nil)
		if (mask == nil) == why.IsZero() || !why.IsZero() && why.Ar == "" {
			t.Errorf("mask %v because of %q", mask != nil, why)
		}
		return mask == nil
	}
	if !hidden() {
		t.Error("shown before the head said where it points")
	}
	w.where(t.Context())
	if hidden() {
		t.Error("hidden though the head stands where its file says")
	}
	cue := sense.Cue{ID: "c", At: geo.Position{Point: geo.Direct(geo.Point{Lat: 36.8, Lon: 42.1}, 2000, 0)}}
	if err := w.look(t.Context(), cue); err != nil {
		t.Fatal(err)
	}
	for i, step := range []struct {
		pan    string
		moving bool
		dumb   bool
		hidden bool
	}{{"0", false, false, true}, {"-0.2", true, false, true}, {"-0.5", true, false, true}, {"-0.5", false, true, true}, {"-0.5", false, false, true}, {"-0.5", false, false, false},
		{"-0.5", false, true, true}, {"-0.5", false, false, false}, // it falls silent and comes back where it was
		{"0.3", false, false, true}, {"0.3", false, false, false}} { // another's hand
		h.pan, h.moving, h.dumb = step.pan, step.moving, step.dumb
		w.where(t.Context())
		if got := hidden(); got != step.hidden {
			t.Errorf("answer %d, %+v: hidden %v", i, step, got)
		}
	}
	// Sent where nobody answered: it may have been heard.
	h.dumb = true
	if err := w.look(t.Context(), cue); err == nil {
		t.Error("a dead head obeys")
	}
	h.dumb = false
	w.where(t.Context())
	if !hidden() {
		t.Error("one answer after a cue that failed is enough")
	}
	// Without homes within sight nothing needs hiding.
	far := farm
	far.Outline = []geo.Point{{Lat: 34, Lon: 42.1}, {Lat: 34, Lon: 42.101}, {Lat: 34.001, Lon: 42.1}}
	cs.config.Dwellings = []view.Dwelling{far}
	if hidden() {
		t.Error("a home 300 km away hides a picture")
	}
}

// A camera that something turned shows nothing until it looks where it did.
func TestSafeguard_09_NothingIsShownOfATurnedCamera(t *testing.T) {
	c := Camera{ID: "east", Position: Position{Lat: 36.8, Lon: 42.1, Height: 400}, Mast: 20, Azimuth: 90, FieldOfView: FieldOfView{Horizontal: 10},
		Masks: []Mask{{Name: "corner", Picture: []Corner{{0.9, 0}, {1, 0}, {1, 0.1}}}}}
	w := newWatcher(New(Config{}), Live{Camera: c, Input: "rtsp://x/"}, &fakeHost{})
	if err := w.aim(320, 240); err != nil {
		t.Fatal(err)
	}
	if mask, why := w.shown([]health.Sign{health.Dirty}); mask == nil || !why.IsZero() {
		t.Error("a dirty lens hides all")
	}
	if mask, why := w.shown([]health.Sign{health.Dirty, health.Turned}); mask != nil || why.IsZero() {
		t.Error("the old mask on another view")
	}
}

// A quiet area holds nothing back on a head that moves, nor while a camera is
// turned; any change of place, direction or lens is another pose.
func TestAQuietAreaRestsWhereTheCameraLooksElsewhere(t *testing.T) {
	computes(t)
	t.Parallel()
	cs := New(Config{})
	cs.Draw(nil, []Quiet{{ID: "n1", Camera: "east"}})
	c := Camera{ID: "east", Position: Position{Lat: 36.8, Lon: 42.1, Height: 400}, Mast: 20, Azimuth: 90, FieldOfView: FieldOfView{Horizontal: 12}}
	areas := func(c Camera) (*watcher, int) {
		w := newWatcher(cs, Live{Camera: c, Input: "rtsp://x/"}, &fakeHost{})
		if err := w.aim(320, 240); err != nil {
			t.Fatal(err)
		}
		return w, len(w.quietAreas())
	}
	w, n := areas(c)
	if n != 1 {
		t.Errorf("%d in force", n)
	}
	at := noon
	for i := range 240 { // it learns the scene, then looks at another
		at = at.Add(500 * time.Millisecond)
		f := scene(at, i%40)
		for k := range f.Pix {
			if x, y := k%320, k/320; (x/(20+y/24)+y/30)%2 == 0 {
				f.Pix[k] += 80
			}
		}
		if i > 120 {
			for y := range 240 {
				slices.Reverse(f.Pix[y*320 : y*320+320])
			}
		}
		w.watch.Look(f, 0)
	}
	if !slices.Contains(w.watch.Now(), health.Turned) || len(w.quietAreas()) != 0 {
		t.Errorf("%v, and in force %d", w.watch.Now(), len(w.quietAreas()))
	}
	turns := c
	turns.Onvif.Address = "http://192.0.2.1/"
	if _, n := areas(turns); n != 0 {
		t.Error("in force on a head that moves")
	}
	for name, change := range map[string]func(*Camera){"azimuth": func(c *Camera) { c.Azimuth++ }, "tilt": func(c *Camera) { c.Tilt++ }, "roll": func(c *Camera) { c.Roll++ },
		"field": func(c *Camera) { c.FieldOfView.Horizontal++ }, "lens": func(c *Camera) { c.Lens.K1 = 0.1 }, "place": func(c *Camera) { c.Position.Lat += 1e-4 }, "mast": func(c *Camera) { c.Mast++ }} {
		if other := c; true {
			if change(&other); other.Pose() == c.Pose() {
				t.Errorf("another %s is the same pose", name)
			}
		}
	}
	if named := c; true {
		if named.Name = "East"; named.Pose() != c.Pose() {
			t.Error("a name is no pose")
		}
	}
}

// What is held back, by a quiet area or by the limit of its zone, is never proof
// that nobody is there.
func TestWhatIsHeldBackIsNoMiss(t *testing.T) {
	computes(t)
	t.Parallel()
	for name, quiet := range map[string]bool{"a quiet area": true, "the limit of its zone": false} {
		c := Camera{ID: "east", Position: Position{Lat: 36.8, Lon: 42.1, Height: 400}, Mast: 20, Azimuth: 90, Tilt: -3, FieldOfView: FieldOfView{Horizontal: 12}, Limits: Limits{Movers: 1}}
		cs := New(Config{})
		if quiet {
			cs.Draw(nil, []Quiet{{ID: "n1", Camera: "east", Area: [4]float64{0, 0, 1, 1}, Most: [2]float64{1, 1}, Until: noon.Add(time.Hour), Aspect: 320.0 / 240}})
		}
		w := newWatcher(cs, Live{Camera: c, Input: "rtsp://x/"}, &fakeHost{})
		if err := w.aim(320, 240); err != nil {
			t.Fatal(err)
		}
		w.zones.limits.Movers = 0
		if quiet {
			w.zones.limits.Movers = 30
		}
		at, heldAt := noon, time.Time{}
		for i := range 150 {
			at = at.Add(100 * time.Millisecond)
			f := scene(at, i)
			declared, held := w.movers(&f)
			if len(declared) > 0 {
				t.Fatalf("%s lets pass %+v", name, declared[0].Mover)
			}
			if len(held) > 0 || w.zones.told(noon).All() > 0 && heldAt.IsZero() {
				heldAt = at
			}
			if heldAt.IsZero() != w.scan(at).Declared {
				t.Fatalf("%s: frame %d, a scan that is declared: %v; last held back at %v", name, i, w.scan(at).Declared, heldAt)
			}
		}
		if heldAt.IsZero() {
			t.Fatalf("%s held nothing back", name)
		}
		if !w.scan(w.lastHeld.Add(heldFor + time.Second)).Declared {
			t.Errorf("%s: it never speaks again", name)
		}
	}
}

// scene is a hillside with a warm block that walks from frame 40 on.
func scene(at time.Time, i int) detect.Frame {
	f := detect.Frame{At: at, Index: i, Width: 320, Height: 240, Bits: 8, Pix: make([]uint16, 320*240)}
	seed := uint32(i)*2654435761 + 1
	for k := range f.Pix {
		seed = seed*1664525 + 1013904223
		f.Pix[k] = uint16(90 + (k%17)*2 + int(seed>>29))
	}
	if i >= 40 {
		x0 := 2*i - 40
		for y := 130; y < 148; y++ {
			for x := x0; x < x0+8 && x < 320; x++ {
				f.Pix[y*320+x] = 230
			}
		}
	}
	return f
}

package app

import (
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"marsad/adapter/thermal"
	"marsad/assess"
	"marsad/detect"
	"marsad/engine/config"
	"marsad/engine/media"
	"marsad/engine/store"
	"marsad/face/api"
	"marsad/geo"
	"marsad/record"
	"marsad/respond"
	"marsad/say"
)

// bare is an app that does not run, with two cameras 3 km home of the line that
// look along it.
func bare(t *testing.T, dir string) *App {
	t.Helper()
	c := config.Default()
	c.Addr, c.Sapient.Addr, c.Data = "127.0.0.1:0", "127.0.0.1:0", dir
	a, err := New(c, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	return a
}

func yes[T any](T) error { return nil }

// What is drawn is on disk when it is answered, is there after a restart, and is
// not drawn where the record fails.
func TestDrawnDwellingsOutliveARestart(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	a := bare(t, dir)
	house := api.Dwelling{Name: "farm", By: "Y. Hadi", Corners: [][2]float64{{36.8, 42.1}, {36.8, 42.101}, {36.801, 42.1}}}
	if _, err := (camerasOn{a}).Hide(house, func(api.Dwelling) error { return errors.New("the disk is full") }); err == nil {
		t.Error("drawn unrecorded")
	}
	if drawn, _ := (camerasOn{a}).Dwellings(); len(drawn) != 0 || len(a.drawing.now.masks()) != 0 {
		t.Errorf("drawn: %v", drawn)
	}
	d, err := (camerasOn{a}).Hide(house, yes)
	if err != nil || d.ID == "" {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	a = bare(t, dir)
	if m := a.drawing.now.masks(); len(m) != 1 || m[0].Outline[1].Lon != 42.101 {
		t.Fatalf("after a restart: %+v", m)
	}
	if _, err := (camerasOn{a}).Unhide(d.ID, "inc", "N. Aziz", func(api.Dwelling) error { return errors.New("no") }); err == nil || len(a.drawing.now.masks()) != 1 {
		t.Error("taken off unrecorded")
	}
	if _, err := (camerasOn{a}).Unhide(d.ID, "inc", "N. Aziz", yes); err != nil || len(a.drawing.now.masks()) != 0 {
		t.Errorf("taken off: %v", err)
	}
	if drawn, _ := (camerasOn{a}).Dwellings(); len(drawn) != 1 || drawn[0].RemovedBy != "N. Aziz" || drawn[0].Incident != "inc" {
		t.Errorf("its history: %+v", drawn)
	}
	if _, err := (camerasOn{a}).Unhide(d.ID, "inc", "N. Aziz", yes); say.As(err) == nil {
		t.Error("twice")
	}
}

// A mask that was lifted comes back when its day is over, whether Marsad ran or
// not, and even where the disk does not take it.
func TestAMaskThatWasLiftedComesBack(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	a := bare(t, dir)
	lifted := func() {
		t.Helper()
		d, err := (camerasOn{a}).Hide(api.Dwelling{Name: "farm", By: "Y. Hadi", Corners: [][2]float64{{36.8, 42.1}, {36.8, 42.101}, {36.801, 42.1}}}, yes)
		if err != nil {
			t.Fatal(err)
		}
		if d, err = (camerasOn{a}).Unhide(d.ID, "inc", "N. Aziz", yes); err != nil || d.Back-d.Removed != (24*time.Hour).Milliseconds() {
			t.Fatalf("%+v %v", d, err)
		}
		if a.maskAgain(); len(a.drawing.now.masks()) != 0 {
			t.Fatal("back at once")
		}
		next := a.drawing.get()
		next.Dwellings = slices.Clone(next.Dwellings)
		next.Dwellings[0].Back = a.clock.Now().UnixMilli()
		if err := a.keepDrawn(next); err != nil {
			t.Fatal(err)
		}
	}
	lifted()
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if a = bare(t, dir); len(a.drawing.now.masks()) != 1 {
		t.Error("not back after a restart")
	}
	a = bare(t, filepath.Join(t.TempDir(), "data"))
	lifted()
	if err := a.store.Close(); err != nil {
		t.Fatal(err)
	}
	if a.maskAgain(); len(a.drawing.now.masks()) != 1 || a.drawing.now.Dwellings[0].RemovedBy != "" {
		t.Error("not back on a disk that takes nothing")
	}
}

// A result is looked at once; pictures that are not there yet are looked for again
// ever more rarely, and never where nothing could be learnt.
func TestAResultIsJudgedOnce(t *testing.T) {
	a := bare(t, filepath.Join(t.TempDir(), "data"))
	a.cameras = []thermal.Live{{Camera: thermal.Camera{ID: "east"}}}
	c := &respond.Case{Alert: assess.Alert{ID: NewID()}, Result: &respond.Result{Counts: respond.Counts{FalseAlarm: 1}}}
	id := c.Alert.ID.String()
	a.learn(c)
	h, _ := a.drawing.hears(id)
	if h.pause != firstLook {
		t.Fatalf("%+v", h)
	}
	keepEvidence(t, a, id, a.clock.Now())
	a.drawing.writing.Lock() // who reads does not wait for who writes
	a.learn(c)
	if camerasOn.Nuisances(camerasOn{a}); len(a.drawing.get().Verdicts) != 0 {
		t.Error("looked for again at once")
	}
	a.drawing.writing.Unlock()
	for i := range 12 {
		h, _ = a.drawing.hears(id)
		h.again = time.Time{}
		a.drawing.hear(id, h)
		a.learn(c)
		if now, _ := a.drawing.hears(id); now.pause != 0 || len(a.drawing.get().Verdicts) != 1 {
			t.Fatalf("look %d: %+v, %v", i, now, a.drawing.get().Verdicts)
		}
	}
	none := &respond.Case{Alert: assess.Alert{ID: NewID()}, Result: c.Result}
	looks := 0
	for range 100 {
		a.learn(none)
		h, _ := a.drawing.hears(none.Alert.ID.String())
		if h.pause == 0 {
			break
		}
		looks++
		h.again = time.Time{}
		a.drawing.hear(none.Alert.ID.String(), h)
	}
	if looks != 9 {
		t.Errorf("looked %d times for pictures that never come", looks)
	}
}

// Names on areas that are over go with personal data; who is in force stays.
func TestNamesOnAreasThatAreOverAreErased(t *testing.T) {
	a := bare(t, filepath.Join(t.TempDir(), "data"))
	now := a.clock.Now()
	day := 24 * time.Hour
	ms := func(d time.Duration) int64 { return now.Add(d).UnixMilli() }
	due := time.Duration(a.config.Retention.PersonalDays) * day
	areas := []api.Nuisance{{ID: "old", By: "N. Aziz", ByID: "w", Until: ms(-due - day)}, {ID: "young", By: "N. Aziz", Until: ms(-due + day)},
		{ID: "revoked", By: "N. Aziz", RevokedBy: "Y. Hadi", Until: ms(day), Revoked: ms(-due - day)}, {ID: "in force", By: "N. Aziz", Until: ms(day)},
		{ID: "refused", RefusedBy: "N. Aziz", Refused: ms(-due - day)}, {ID: "refused lately", RefusedBy: "N. Aziz", Refused: ms(-day)}}
	if err := a.change(func(d *drawnThings) error { d.Areas = areas; return nil }); err != nil {
		t.Fatal(err)
	}
	if err := a.retain(t.Context(), now); err != nil {
		t.Fatal(err)
	}
	b, err := a.store.Setting(t.Context(), drawnKey)
	if err != nil {
		t.Fatal(err)
	}
	var kept drawnThings
	if err := kept.read(b); err != nil {
		t.Fatal(err)
	}
	for i, named := range []bool{false, true, false, true, false, true} {
		if x := kept.Areas[i]; (x.By+x.ByID+x.RevokedBy+x.RefusedBy != "") != named || x.ID != areas[i].ID {
			t.Errorf("%+v", x)
		}
	}
	entries, _, err := a.store.Entries(t.Context(), store.AuditFilter{Sections: []string{"*"}})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(entries, func(e record.Entry) bool {
		return e.Verb == "drawn.forget" && strings.Contains(string(e.Detail), `"areas":3`)
	}) {
		t.Errorf("the record does not say that names were erased: %+v", entries)
	}
}

// Verdicts of people become a proposal and nothing else; a person accepts it
// until a time; a real mover there takes it off the list; what looks at the line
// is refused.
func TestNuisanceAreasAreProposedAndAccepted(t *testing.T) {
	a := bare(t, filepath.Join(t.TempDir(), "data"))
	// Beside the line, looking home, away from it.
	at := a.atlas.Axis.At(40_000)
	foot, azimuth := homeOf(t, a, at, 3000)
	camera := thermal.Camera{ID: "east", Position: thermal.Position{Lat: foot.Lat, Lon: foot.Lon, Height: 400}, Mast: 20, Azimuth: azimuth, Tilt: -3,
		FieldOfView: thermal.FieldOfView{Horizontal: 12}, Range: 2000}.WithDefaults()
	a.cameras = []thermal.Live{{Camera: camera, Input: "clip"}}
	on := camerasOn{a}
	start := a.clock.Now().Add(-48 * time.Hour)
	closed := func(n int, counts respond.Counts) *respond.Case {
		c := &respond.Case{Alert: assess.Alert{ID: NewID()}, Result: &respond.Result{Counts: counts}}
		keepEvidence(t, a, c.Alert.ID.String(), start.Add(time.Duration(n)*time.Hour))
		return c
	}
	var last *respond.Case
	for n := range 6 {
		last = closed(n, respond.Counts{FalseAlarm: 1})
		a.learn(last)
		a.learn(last) // each version of the picture shows it again
		if got := len(on.Nuisances().Proposals); got != 0 && n < leastEvents-1 {
			t.Fatalf("proposed after %d", n+1)
		}
	}
	a.learn(closed(9, respond.Counts{Unresolved: 1})) // tells nothing
	got := on.Nuisances()
	if len(got.Proposals) != 1 || len(got.Areas) != 0 || got.Proposals[0].Events != 6 || got.Proposals[0].Hours != 6 || got.Proposals[0].To-got.Proposals[0].From != 5*3600_000 || len(a.quiet(&a.drawing.now)) != 0 {
		t.Fatalf("%+v, in force %+v", got, a.quiet(&a.drawing.now))
	}
	p := got.Proposals[0]
	if p.Area[0] > 0.5 || p.Area[0]+p.Area[2] < 0.5 || p.Most[0] < 8.0/320 {
		t.Errorf("%+v", p)
	}
	lasts := time.Hour
	if _, err := on.Quieten("east", [4]float64{0, 0, 1, 1}, "N. Aziz", "w", lasts, yes); say.As(err) == nil || say.As(err).Code != "nuisance.not_proposed" {
		t.Errorf("an area nobody proposed: %v", err)
	}
	if _, err := on.Quieten("east", p.Area, "N. Aziz", "w", lasts, func(api.Nuisance) error { return errors.New("the disk is full") }); err == nil || len(a.quiet(&a.drawing.now)) != 0 {
		t.Error("accepted unrecorded")
	}
	posed := func(c thermal.Camera) { // as if all had been seen by this camera
		a.cameras[0].Camera = c
		for i := range a.drawing.now.Verdicts {
			a.drawing.now.Verdicts[i].Pose = c.Pose()
		}
	}
	across := camera // now it looks across the line
	across.Azimuth, across.Range, across.Tilt = azimuth+180, 6000, -0.3
	a.cameras[0].Camera = across
	if _, err := on.Quieten("east", p.Area, "N. Aziz", "w", lasts, yes); say.As(err) == nil || say.As(err).Code != "nuisance.not_proposed" {
		t.Errorf("what another pose saw: %v", err)
	}
	posed(across)
	if _, err := on.Quieten("east", p.Area, "N. Aziz", "w", lasts, yes); say.As(err) == nil || say.As(err).Code != "nuisance.line" {
		t.Errorf("an area on the line: %v", err)
	}
	posed(camera)
	n, err := on.Quieten("east", p.Area, "N. Aziz", "w", lasts, yes)
	if err != nil || n.By != "N. Aziz" || n.Until-n.Accepted != lasts.Milliseconds() || n.Pose != camera.Pose() {
		t.Fatalf("%+v %v", n, err)
	}
	if got = on.Nuisances(); len(got.Proposals) != 0 || len(got.Areas) != 1 || len(a.quiet(&a.drawing.now)) != 1 {
		t.Errorf("accepted: %+v", got)
	}
	// It holds for the pose and lens that it was judged under, and never on the line
	// or on a head that moves; why it rests is said.
	turned, heading := camera, camera
	turned.Azimuth += 30
	heading.Onvif.Address = "http://192.0.2.1/"
	for name, c := range map[string]thermal.Camera{"turned": turned, "a head": heading, "across the line": across} {
		a.cameras[0].Camera = c
		if name == "across the line" {
			a.drawing.now.Areas[0].Pose = c.Pose()
		}
		if got = on.Nuisances(); len(a.quiet(&a.drawing.now)) != 0 || got.Areas[0].Resting == nil || got.Areas[0].Resting.Ar == "" {
			t.Errorf("%s: in force %+v", name, got.Areas)
		}
	}
	a.drawing.now.Areas[0].Pose = camera.Pose()
	a.cameras[0].Camera = camera
	if got = on.Nuisances(); len(a.quiet(&a.drawing.now)) != 1 || got.Areas[0].Resting != nil {
		t.Errorf("back as it was: %+v", got.Areas)
	}
	if _, err := on.Unquieten(n.ID, "Y. Hadi", yes); err != nil || len(a.quiet(&a.drawing.now)) != 0 {
		t.Errorf("revoked: %v, %v", err, a.quiet(&a.drawing.now))
	}
	if got = on.Nuisances(); len(got.Proposals) != 1 || got.Areas[0].RevokedBy != "Y. Hadi" {
		t.Errorf("revoked: %+v", got)
	}
	// One that is refused is not proposed again, before as much more was judged there.
	if _, err := on.Refuse("east", p.Area, "Y. Hadi", "c", func(api.Nuisance) error { return errors.New("the disk is full") }); err == nil || len(on.Nuisances().Proposals) != 1 {
		t.Error("refused unrecorded")
	}
	if _, err := on.Refuse("east", p.Area, "Y. Hadi", "c", yes); err != nil || len(a.quiet(&a.drawing.now)) != 0 {
		t.Errorf("refused: %v, in force %v", err, a.quiet(&a.drawing.now))
	}
	if got = on.Nuisances(); len(got.Proposals) != 0 || got.Areas[0].RefusedBy != "Y. Hadi" || got.Areas[0].Resting != nil {
		t.Errorf("refused: %+v", got)
	}
	for n := range leastEvents {
		if got = on.Nuisances(); len(got.Proposals) != 0 {
			t.Errorf("proposed again after %d more", n)
		}
		a.learn(closed(20+n, respond.Counts{Animal: 1}))
	}
	if n, err = on.Quieten("east", p.Area, "N. Aziz", "w", lasts, yes); err != nil || len(a.quiet(&a.drawing.now)) != 1 {
		t.Fatalf("proposed again: %v", err)
	}
	// An outcome that is mended to a real one takes the place off the list for good,
	// and what is held back there passes at once; the record says so.
	last.Result.Counts = respond.Counts{TurnedBack: 1}
	a.learn(last)
	if got = on.Nuisances(); len(got.Proposals) != 0 || len(a.quiet(&a.drawing.now)) != 0 || got.Areas[0].Ended == nil || got.Areas[0].Ended.Ar == "" {
		t.Errorf("a real mover was there, and still: %+v", got)
	}
	entries, _, err := a.store.Entries(t.Context(), store.AuditFilter{Sections: []string{"*"}})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(entries, func(e record.Entry) bool { return e.Verb == "nuisance.ended" && e.Subject == n.ID }) {
		t.Error("not on record that an area ended")
	}
	a.cameras[0].Camera.Onvif.Address = "http://192.0.2.1/"
	if len(a.drawing.now.proposals(a.cameras)) != 0 {
		t.Error("a head that turns has no areas")
	}
}

// homeOf gives a point so many metres home of a point of the line, and the
// azimuth that leads on away from it, in degrees.
func homeOf(t *testing.T, a *App, at geo.Point, metres float64) (geo.Point, float64) {
	t.Helper()
	for az := 0.0; az < 360; az += 5 {
		p := geo.Direct(at, metres, geo.Radians(az))
		if l := a.atlas.Axis.Locate(p); !l.Far && float64(l.Offset) > 0.97*metres {
			return p, az
		}
	}
	t.Fatal("no way home")
	return geo.Point{}, 0
}

// keepEvidence writes evidence of an alert with one mover in the middle.
func keepEvidence(t *testing.T, a *App, alert string, at time.Time) {
	t.Helper()
	m := media.New(media.Options{Dir: filepath.Join(a.config.Data, "evidence"), After: time.Second})
	for i := range 4 {
		m.See(media.Shot{Camera: "east", Boxes: []detect.Box{{X: 158, Y: 115, W: 8, H: 18}},
			Frame: detect.Frame{At: at.Add(time.Duration(i) * 300 * time.Millisecond), Width: 320, Height: 240, Bits: 8, Pix: make([]uint16, 320*240)}})
	}
	if err := m.Begin(alert, []string{"east"}, at); err != nil {
		t.Fatal(err)
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
}

// Cameras that answer are listed with what is known of them; none is added.
func TestCamerasThatAnswerAreProposals(t *testing.T) {
	conn, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	go func() {
		b := make([]byte, 4096)
		n, from, err := conn.ReadFrom(b)
		if err != nil {
			return
		}
		id := strings.Split(strings.SplitAfter(string(b[:n]), "MessageID>")[1], "<")[0]
		for i := range 2 {
			fmt.Fprintf(udp{conn, from}, `<Envelope xmlns="http://www.w3.org/2003/05/soap-envelope"><Header><RelatesTo>%s</RelatesTo></Header><Body><ProbeMatches><ProbeMatch><EndpointReference><Address>urn:uuid:%d</Address></EndpointReference><XAddrs>http://192.0.2.%d/onvif</XAddrs></ProbeMatch></ProbeMatches></Body></Envelope>`, id, i, i)
		}
	}()
	a := bare(t, filepath.Join(t.TempDir(), "data"))
	a.options.AskAt = conn.LocalAddr().String()
	a.cameras = []thermal.Live{{Camera: thermal.Camera{ID: "x", Onvif: thermal.Onvif{Address: "http://192.0.2.1/onvif"}}}}
	out, err := camerasOn{a}.Discover(t.Context())
	if err != nil || len(out.Found) != 2 || out.Found[0].Known || !out.Found[1].Known || len(a.cameras) != 1 {
		t.Errorf("%+v %v", out, err)
	}
}

type udp struct {
	net.PacketConn
	to net.Addr
}

func (u udp) Write(b []byte) (int, error) { return u.WriteTo(b, u.to) }

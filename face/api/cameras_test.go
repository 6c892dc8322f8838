package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"marsad/engine/access"
	"marsad/engine/picture"
	"marsad/geo"
	"marsad/ident"
	"marsad/respond"
	"marsad/sense"
)

// fakeCameras has one camera in each section and knows what it was asked for.
type fakeCameras struct {
	unmasked []string
	drawn    []Dwelling
	areas    []Nuisance
	accepted []string
}

// Sees by range and sector: what the camera at 38 can be turned to.
func (f *fakeCameras) Sees(id string, p geo.Point) string {
	for _, r := range f.Cameras() {
		x := sense.Sensor{MaxRange: r.Range, Azimuth: geo.Radians(r.Azimuth), HalfWidth: geo.Radians(r.HalfWidth)}
		metres, azimuth := geo.Inverse(geo.Point{Lat: r.Lat, Lon: r.Lon}, p)
		switch {
		case r.ID != id:
		case x.Sees(metres, azimuth):
			return "now"
		case r.CanLookAt && metres <= r.Range:
			return "if-turned"
		}
	}
	return "no"
}

func (f *fakeCameras) AcceptView(id string, record func() error) error {
	if err := record(); err != nil {
		return err
	}
	f.accepted = append(f.accepted, id)
	return nil
}

func (f *fakeCameras) Cameras() []CameraRow {
	in, out := at(38), at(371)
	return []CameraRow{
		{ID: "s-in", Name: "Tower 38", Lat: in.Lat, Lon: in.Lon, Range: 3000, CanLookAt: true, HalfWidth: 1},
		{ID: "s-out", Name: "Tower 371", Lat: out.Lat, Lon: out.Lon, Range: 3000},
	}
}

func (f *fakeCameras) Still(id string, unmasked bool) ([]byte, time.Time, error) {
	if unmasked {
		f.unmasked = append(f.unmasked, id)
		return []byte("unmasked"), now, nil
	}
	return []byte("masked"), now, nil
}

func (f *fakeCameras) Evidence(ident.ID) ([]Evidence, error) {
	return []Evidence{{Camera: "s-in", Files: []EvidenceFile{{Name: "s-in.avi", Bytes: 16, SHA256: "00"}}}}, nil
}

func (f *fakeCameras) EvidenceFile(_ ident.ID, name string) ([]byte, error) {
	return []byte("RIFF\x10\x00\x00\x00AVI LIST"), nil
}

func TestSafeguard_09_NoPictureIsServedWithoutAMask(t *testing.T) {
	b := newBench(t)
	cameras := &fakeCameras{}
	b.cameras = cameras
	inside, _ := b.fill()
	incident := caseAt("in", 38.4, "rabia", inside).Alert.ID.String()
	const still = "/api/v1/cameras/s-in/picture"
	if status, out := b.ask(t, "rabia", "GET", still, ""); status != 200 || out != "masked" {
		t.Fatalf("%d %q", status, out)
	}
	// Nobody looks behind a mask without a grant, a right and an incident.
	for _, c := range []struct{ who, method, path, body string }{
		{"whole", "GET", still + "?unmasked=true", ""},
		{"rabia", "GET", still + "?unmasked=true", ""},
		{"rabia", "POST", "/api/v1/cameras/s-in/unmask", `{"incident":"` + incident + `"}`},
		{"whole", "POST", "/api/v1/cameras/s-in/unmask", `{}`},
		{"whole", "POST", "/api/v1/cameras/s-in/unmask", `{"incident":"` + newID().String() + `"}`},
		{"engineer", "GET", still, ""},
	} {
		if status, out := b.ask(t, c.who, c.method, c.path, c.body); status < 400 {
			t.Errorf("%s %s %s: %d %s", c.who, c.method, c.path, status, out)
		}
	}
	// What cannot be put on record first is not shown, and nothing is allowed by it.
	b.deaf = errors.New("the disk is full")
	if status, out := b.ask(t, "whole", "POST", "/api/v1/cameras/s-in/unmask", `{"incident":"`+incident+`"}`); status != 503 || !strings.Contains(out, "access.unrecorded") {
		t.Errorf("unrecorded: %d %s", status, out)
	}
	if status, _ := b.ask(t, "whole", "GET", still+"?unmasked=true", ""); status < 400 {
		t.Error("a look that is not on record is shown")
	}
	if status, out := b.ask(t, "whole", "GET", "/api/v1/alerts/"+incident+"/evidence/s-in.avi", ""); status != 503 || strings.Contains(out, "RIFF") {
		t.Errorf("evidence that is handed out unrecorded: %d %q", status, out)
	}
	b.deaf = nil
	b.notes = nil
	if status, out := b.ask(t, "whole", "POST", "/api/v1/cameras/s-in/unmask", `{"incident":"`+incident+`"}`); status != 200 || !strings.Contains(out, `"until"`) {
		t.Fatalf("%d %s", status, out)
	}
	if want := "unmask whole s-in for incident " + incident; len(b.notes) != 1 || !strings.HasPrefix(b.notes[0], want) {
		t.Errorf("on record: %q", b.notes)
	}
	if status, out := b.ask(t, "whole", "GET", still+"?unmasked=true", ""); status != 200 || out != "unmasked" {
		t.Errorf("%d %q", status, out)
	}
	// The grant is one person's, for one camera, for ten minutes.
	if status, _ := b.ask(t, "whole", "GET", "/api/v1/cameras/s-out/picture?unmasked=true", ""); status < 400 {
		t.Error("the grant holds for another camera")
	}
	if !b.unmasked.till("whole", "s-in", now.Add(10*time.Minute)).IsZero() {
		t.Error("the grant does not end")
	}
	if !slices.Equal(cameras.unmasked, []string{"s-in"}) {
		t.Errorf("unmasked pictures were asked for %q", cameras.unmasked)
	}
	// A closed incident needs no look.
	c := caseAt("in", 38.4, "rabia", inside)
	c.State, c.Revision = respond.Debriefed, 9
	b.picture.Apply(&picture.Changes{Now: now, Cases: []respond.Case{c}})
	b.picture.Publish()
	if status, out := b.ask(t, "whole", "POST", "/api/v1/cameras/s-in/unmask", `{"incident":"`+incident+`"}`); status < 400 {
		t.Errorf("a closed incident: %d %s", status, out)
	}
}

func TestCamerasOfAnAlert(t *testing.T) {
	b := newBench(t)
	b.cameras = &fakeCameras{}
	inside, _ := b.fill()
	incident := caseAt("in", 38.4, "rabia", inside).Alert.ID.String()
	status, out := b.ask(t, "rabia", "GET", "/api/v1/cameras?alert="+incident, "")
	var rows struct{ Items []CameraRow }
	if err := json.Unmarshal([]byte(out), &rows); status != 200 || err != nil || len(rows.Items) != 1 || rows.Items[0].ID != "s-in" || rows.Items[0].Sees == "" {
		t.Fatalf("%d %v %s", status, err, out)
	}
	if status, _ := b.ask(t, "rabia", "GET", "/api/v1/cameras/s-out/picture", ""); status != 404 {
		t.Errorf("a camera of another section: %d", status)
	}
	b.notes = nil
	status, out = b.ask(t, "rabia", "GET", "/api/v1/alerts/"+incident+"/evidence", "")
	if status != 200 || !strings.Contains(out, "s-in.avi") {
		t.Errorf("%d %s", status, out)
	}
	if status, _ = b.ask(t, "rabia", "GET", "/api/v1/alerts/"+incident+"/evidence/s-in.avi", ""); status != 200 || len(b.notes) != 1 || !strings.HasPrefix(b.notes[0], "export rabia evidence s-in.avi") {
		t.Errorf("%d, on record %q", status, b.notes)
	}
}

// Which camera can see a place is asked by the place as well, and a view is
// accepted by whom the masks are trusted to, in his sections, and on record first.
func TestAPlaceAndAViewOfACamera(t *testing.T) {
	b := newBench(t)
	cameras := &fakeCameras{}
	b.cameras = cameras
	b.fill()
	near := at(38)
	for query, want := range map[string]string{
		fmt.Sprintf("?at=%.5f,%.5f", near.Lat, near.Lon): `"sees":"`, "?at=10,20": `"sees":"no"`, "?at=here": `"status":422`, "?at=99,420": `"code":"`,
	} {
		if status, out := b.ask(t, "rabia", "GET", "/api/v1/cameras"+query, ""); !strings.Contains(out, want) {
			t.Errorf("%s: %d %s", query, status, out)
		}
	}
	const path = "/api/v1/cameras/s-in/accept-view"
	if status, _ := b.ask(t, "rabia", "POST", path, ""); status != 403 {
		t.Errorf("a watch officer: %d", status)
	}
	b.deaf = errors.New("the disk is full")
	if status, _ := b.ask(t, "whole", "POST", path, ""); status != 503 || len(cameras.accepted) != 0 {
		t.Errorf("unrecorded: %d, accepted %q", status, cameras.accepted)
	}
	b.deaf, b.notes = nil, nil
	if status, out := b.ask(t, "whole", "POST", path, ""); status != 200 || !slices.Equal(cameras.accepted, []string{"s-in"}) {
		t.Errorf("%d %s, accepted %q", status, out, cameras.accepted)
	}
	if len(b.notes) != 1 || !strings.HasPrefix(b.notes[0], "camera.view_accepted whole s-in") {
		t.Errorf("on record: %q", b.notes)
	}
	if status, _ := b.ask(t, "whole", "POST", "/api/v1/cameras/nowhere/accept-view", ""); status != 404 {
		t.Errorf("no camera: %d", status)
	}
}

func (f *fakeCameras) Dwellings() ([]Dwelling, int) { return f.drawn, 2 }

func (f *fakeCameras) Hide(d Dwelling, record func(Dwelling) error) (Dwelling, error) {
	d.ID = "d1"
	if err := record(d); err != nil {
		return d, err
	}
	f.drawn = append(f.drawn, d)
	return d, nil
}

func (f *fakeCameras) Unhide(id, incident, by string, record func(Dwelling) error) (Dwelling, error) {
	d := Dwelling{ID: id, Incident: incident, RemovedBy: by, Back: now.Add(24 * time.Hour).UnixMilli()}
	if err := record(d); err != nil {
		return d, err
	}
	f.drawn = nil
	return d, nil
}

func (f *fakeCameras) Nuisances() Nuisances {
	return Nuisances{Proposals: []Nuisance{{Camera: "s-in", Events: 7}, {Camera: "s-out"}}, Areas: f.areas}
}

func (f *fakeCameras) Quieten(camera string, area [4]float64, by, byID string, lasts time.Duration, record func(Nuisance) error) (Nuisance, error) {
	n := Nuisance{ID: "n1", Camera: camera, Area: area, By: by, ByID: byID, Until: now.Add(lasts).UnixMilli(), Events: 7}
	if err := record(n); err != nil {
		return n, err
	}
	f.areas = append(f.areas, n)
	return n, nil
}

func (f *fakeCameras) Refuse(camera string, area [4]float64, by, byID string, record func(Nuisance) error) (Nuisance, error) {
	n := Nuisance{ID: "n2", Camera: camera, Area: area, RefusedBy: by, ByID: byID, Events: 7}
	if err := record(n); err != nil {
		return n, err
	}
	f.areas = append(f.areas, n)
	return n, nil
}

func (f *fakeCameras) Calibrate(id string, marks []CameraMark, hold []string, by string, record func(CameraCalibration) error) (out CameraCalibration, err error) {
	out.After = 0.7
	for _, m := range marks {
		out.Residuals = append(out.Residuals, CameraResidual{Name: m.Name})
	}
	if record != nil {
		if err := record(out); err != nil {
			return out, err
		}
		f.accepted = append(f.accepted, id+" by "+by)
	}
	return out, nil
}

func (f *fakeCameras) Unquieten(id, by string, record func(Nuisance) error) (Nuisance, error) {
	n := Nuisance{ID: id, Camera: "s-in", RevokedBy: by}
	if err := record(n); err != nil {
		return n, err
	}
	f.areas = nil
	return n, nil
}

func (f *fakeCameras) Discover(context.Context) (FoundCameras, error) {
	return FoundCameras{Found: []FoundCamera{{ID: "urn:1", Name: "Ridge Cam"}}, Listened: 4000}, nil
}

func TestDwellingsAreDrawnOnRecordAndTakenOffForAnIncidentAlone(t *testing.T) {
	b := newBench(t)
	cameras := &fakeCameras{}
	b.cameras = cameras
	inside, _ := b.fill()
	incident := caseAt("in", 38.4, "rabia", inside).Alert.ID.String()
	house := homeAt("farm", at(38.4))
	for _, c := range []struct{ who, path, body string }{
		{"rabia", "/api/v1/dwellings", house}, {"whole", "/api/v1/dwellings", `{"name":"farm","corners":[[36.8,42.1],[36.8,42.101]]}`},
		{"whole", "/api/v1/dwellings", `{"name":"farm","corners":[[36.8,42.1],[96.8,42.101],[36.801,42.1]]}`},
		{"whole", "/api/v1/dwellings", `{"name":"swapped","corners":[[36.8,42.1],[42.101,36.8],[36.801,42.1]]}`},
		{"engineer", "/api/v1/dwellings/d1/remove", `{"incident":"` + incident + `"}`},
		{"whole", "/api/v1/dwellings/d1/remove", `{}`}, {"whole", "/api/v1/dwellings/d1/remove", `{"incident":"` + newID().String() + `"}`},
	} {
		if status, out := b.ask(t, c.who, "POST", c.path, c.body); status < 400 {
			t.Errorf("%s %s %s: %d %s", c.who, c.path, c.body, status, out)
		}
	}
	b.deaf = errors.New("the disk is full")
	if status, _ := b.ask(t, "engineer", "POST", "/api/v1/dwellings", house); status != 503 || len(cameras.drawn) != 0 {
		t.Errorf("unrecorded: %d, %v", status, cameras.drawn)
	}
	b.deaf, b.notes = nil, nil
	if status, out := b.ask(t, "engineer", "POST", "/api/v1/dwellings", house); status != 200 || len(cameras.drawn) != 1 || !slices.Equal(b.notes, []string{"mask.drawn engineer d1 farm"}) {
		t.Errorf("%d %s, on record %q", status, out, b.notes)
	}
	if status, out := b.ask(t, "engineer", "GET", "/api/v1/dwellings", ""); status != 200 || !strings.Contains(out, `"farm"`) || !strings.Contains(out, `"configured":2`) {
		t.Errorf("%d %s", status, out)
	}
	b.deaf = errors.New("the disk is full")
	if status, _ := b.ask(t, "whole", "POST", "/api/v1/dwellings/d1/remove", `{"incident":"`+incident+`"}`); status != 503 || len(cameras.drawn) != 1 {
		t.Errorf("taken off unrecorded: %d", status)
	}
	b.deaf, b.notes = nil, nil
	if status, out := b.ask(t, "whole", "POST", "/api/v1/dwellings/d1/remove", `{"incident":"`+incident+`"}`); status != 200 || len(cameras.drawn) != 0 || len(b.notes) != 1 || !strings.Contains(b.notes[0], incident+" until 2") {
		t.Errorf("%d %s, on record %q", status, out, b.notes)
	}
}

func homeAt(name string, p geo.Point) string {
	return fmt.Sprintf(`{"name":%q,"corners":[[%[2]f,%[3]f],[%[2]f,%[4]f],[%[5]f,%[3]f]]}`, name, p.Lat, p.Lon, p.Lon+0.0005, p.Lat+0.0005)
}

// An account knows and changes the dwellings of its sections alone, and lifts a
// mask, drawn or of a camera, only where its incident can concern it.
func TestSafeguard_09_MasksAreLiftedWhereTheIncidentConcernsThem(t *testing.T) {
	b := newBench(t)
	cameras := &fakeCameras{}
	b.cameras = cameras
	inside, outside := b.fill()
	near, far := caseAt("in", 38.4, "rabia", inside).Alert.ID.String(), caseAt("out", 371, "qaim", outside).Alert.ID.String()
	hash, err := access.HashPassword(password)
	if err != nil {
		t.Fatal(err)
	}
	for _, section := range []string{"rabia", "qaim"} {
		a := access.Account{ID: "of-" + section, Login: "of-" + section, Roles: []access.Role{access.Commander}, Sections: []string{section}, Password: hash}
		if err := b.door.Put(t.Context(), nil, a); err != nil {
			t.Fatal(err)
		}
		if b.tokens[a.ID], err = b.door.Grant(t.Context(), a.ID, "test", time.Hour); err != nil {
			t.Fatal(err)
		}
	}
	post := func(who, path, body string, want int) {
		t.Helper()
		if status, out := b.ask(t, who, "POST", path, body); status != want {
			t.Errorf("%s %s: %d %s", who, path, status, out)
		}
	}
	post("of-qaim", "/api/v1/dwellings", homeAt("foreign", at(38.4)), 404)
	post("of-rabia", "/api/v1/dwellings", homeAt("farm", at(38.4)), 200)
	for who, sees := range map[string]bool{"of-rabia": true, "whole": true, "of-qaim": false} {
		if _, out := b.ask(t, who, "GET", "/api/v1/dwellings", ""); strings.Contains(out, "farm") != sees {
			t.Errorf("%s is told %s", who, out)
		}
	}
	post("of-qaim", "/api/v1/dwellings/d1/remove", `{"incident":"`+far+`"}`, 404) // another section's home
	post("whole", "/api/v1/dwellings/d1/remove", `{"incident":"`+far+`"}`, 409)   // an incident 330 km away
	post("whole", "/api/v1/cameras/s-in/unmask", `{"incident":"`+far+`"}`, 409)
	post("whole", "/api/v1/cameras/s-in/unmask", `{"incident":"`+near+`"}`, 200)
	if len(cameras.drawn) != 1 {
		t.Fatal("taken off")
	}
	// A camera that sees both is enough, and beside it none is needed.
	beyond := at(38.4)
	beyond.Lat -= 0.02
	cameras.drawn[0].Corners = [][2]float64{{beyond.Lat, beyond.Lon}}
	post("of-rabia", "/api/v1/dwellings/d1/remove", `{"incident":"`+near+`"}`, 200)
	cameras.drawn = []Dwelling{{ID: "d1", Corners: [][2]float64{{beyond.Lat - 0.05, beyond.Lon}}}}
	post("whole", "/api/v1/dwellings/d1/remove", `{"incident":"`+near+`"}`, 409)
}

func TestNuisanceAreasAreJudgedByANamedPersonOnRecord(t *testing.T) {
	b := newBench(t)
	cameras := &fakeCameras{}
	b.cameras = cameras
	b.fill()
	if status, out := b.ask(t, "rabia", "GET", "/api/v1/nuisances", ""); status != 200 || !strings.Contains(out, `"events":7`) || strings.Contains(out, "s-out") {
		t.Errorf("%d %s", status, out)
	}
	const yes = `{"camera":"s-in","area":[0.1,0.2,0.05,0.05],"days":30}`
	for _, c := range []struct{ who, body string }{
		{"rabia", yes}, {"engineer", yes}, {"whole", strings.Replace(yes, "30", "91", 1)}, {"whole", strings.Replace(yes, "30", "0", 1)}, {"whole", strings.Replace(yes, "s-in", "nowhere", 1)},
	} {
		if status, out := b.ask(t, c.who, "POST", "/api/v1/nuisances", c.body); status < 400 {
			t.Errorf("%s %s: %d %s", c.who, c.body, status, out)
		}
	}
	b.deaf = errors.New("the disk is full")
	if status, _ := b.ask(t, "whole", "POST", "/api/v1/nuisances", yes); status != 503 || len(cameras.areas) != 0 {
		t.Errorf("unrecorded: %d", status)
	}
	b.deaf, b.notes = nil, nil
	if status, out := b.ask(t, "whole", "POST", "/api/v1/nuisances", yes); status != 200 || !strings.Contains(out, `"by_id":"whole"`) || len(b.notes) != 1 || !strings.HasPrefix(b.notes[0], "nuisance.accepted whole n1 of camera s-in, 7 movers") {
		t.Errorf("%d %s, on record %q", status, out, b.notes)
	}
	if got := time.UnixMilli(cameras.areas[0].Until); got.Sub(now) != 30*24*time.Hour {
		t.Errorf("until %v", got)
	}
	b.notes = nil
	if status, out := b.ask(t, "whole", "POST", "/api/v1/nuisances/n1/revoke", ""); status != 200 || len(cameras.areas) != 0 || len(b.notes) != 1 {
		t.Errorf("%d %s, on record %q", status, out, b.notes)
	}
	if status, _ := b.ask(t, "whole", "POST", "/api/v1/nuisances/n1/revoke", ""); status != 404 {
		t.Errorf("twice: %d", status)
	}
	const no = `{"camera":"s-in","area":[0.1,0.2,0.05,0.05]}`
	for _, c := range []struct{ who, body string }{{"rabia", no}, {"engineer", no}, {"whole", strings.Replace(no, "s-in", "nowhere", 1)}} {
		if status, out := b.ask(t, c.who, "POST", "/api/v1/nuisances/refuse", c.body); status < 400 {
			t.Errorf("%s %s: %d %s", c.who, c.body, status, out)
		}
	}
	b.deaf = errors.New("the disk is full")
	if status, _ := b.ask(t, "whole", "POST", "/api/v1/nuisances/refuse", no); status != 503 || len(cameras.areas) != 0 {
		t.Errorf("refused unrecorded: %d", status)
	}
	b.deaf, b.notes = nil, nil
	if status, out := b.ask(t, "whole", "POST", "/api/v1/nuisances/refuse", no); status != 200 || len(b.notes) != 1 || !strings.HasPrefix(b.notes[0], "nuisance.refused whole n2 of camera s-in, 7 movers") {
		t.Errorf("refused: %d %s, on record %q", status, out, b.notes)
	}
}

// Marks tell how a camera stands; nothing changes before a person accepts it, which
// is put on record.
func TestACalibrationIsAcceptedOnRecord(t *testing.T) {
	b := newBench(t)
	cameras := &fakeCameras{}
	b.cameras = cameras
	b.fill()
	const marks = `{"marks":[{"name":"well","x":0.5,"y":0.6,"lat":36.8,"lon":42.1,"error":1}],"hold":["roll"]`
	for _, c := range []struct{ who, path, body string }{
		{"rabia", "s-in", marks + "}"}, {"whole", "nowhere", marks + "}"}, {"whole", "s-in", `{"marks":[]}`}, {"whole", "s-in", strings.Replace(marks, "0.5", "1.5", 1) + "}"}, {"whole", "s-in", strings.Replace(marks, "roll", "mast", 1) + "}"},
	} {
		if status, out := b.ask(t, c.who, "POST", "/api/v1/cameras/"+c.path+"/calibrate", c.body); status < 400 {
			t.Errorf("%s %s %s: %d %s", c.who, c.path, c.body, status, out)
		}
	}
	b.notes = nil
	if status, out := b.ask(t, "whole", "POST", "/api/v1/cameras/s-in/calibrate", marks+"}"); status != 200 || !strings.Contains(out, `"name":"well"`) || strings.Contains(out, "accepted") || len(b.notes)+len(cameras.accepted) != 0 {
		t.Errorf("tried: %d %s, on record %q, accepted %q", status, out, b.notes, cameras.accepted)
	}
	b.deaf = errors.New("the disk is full")
	if status, _ := b.ask(t, "whole", "POST", "/api/v1/cameras/s-in/calibrate", marks+`,"accept":true}`); status != 503 || len(cameras.accepted) != 0 {
		t.Errorf("unrecorded: %d, accepted %q", status, cameras.accepted)
	}
	b.deaf = nil
	if status, out := b.ask(t, "whole", "POST", "/api/v1/cameras/s-in/calibrate", marks+`,"accept":true}`); status != 200 || !strings.Contains(out, `"accepted":true`) || len(cameras.accepted) != 1 || len(b.notes) != 1 || !strings.HasPrefix(b.notes[0], "camera.calibrated whole s-in by 1 marks, 0.7 pixels") {
		t.Errorf("accepted: %d %s, on record %q", status, out, b.notes)
	}
}

func TestCamerasOnTheNetworkAreAskedForByAnEngineerOnRecord(t *testing.T) {
	b := newBench(t)
	b.cameras = &fakeCameras{}
	if status, _ := b.ask(t, "rabia", "POST", "/api/v1/cameras/find", ""); status != 403 {
		t.Errorf("a watch officer: %d", status)
	}
	b.notes = nil
	if status, out := b.ask(t, "engineer", "POST", "/api/v1/cameras/find", ""); status != 200 || !strings.Contains(out, "Ridge Cam") || !slices.Equal(b.notes, []string{"cameras.asked engineer the network for cameras"}) {
		t.Errorf("%d %s, on record %q", status, out, b.notes)
	}
}

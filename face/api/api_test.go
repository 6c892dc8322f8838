package api

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"marsad/assess"
	"marsad/border"
	"marsad/engine/access"
	"marsad/engine/picture"
	"marsad/engine/works"
	"marsad/force"
	"marsad/fuse"
	"marsad/geo"
	"marsad/ident"
	"marsad/record"
	"marsad/respond"
	"marsad/say"
	"marsad/sense"
)

// bench is an API over a picture and a record that a test fills by hand.
type bench struct {
	*Server
	server  *httptest.Server
	picture *picture.Picture
	record  *fakeRecord
	engine  *fakeEngine
	tokens  map[string]string
	notes   []string
	wall    *clock
	deaf    error // of the record, where nothing can be put on it
	stated  statedOnDisk
}

func newID() ident.ID {
	id, err := ident.New(now, rand.Reader)
	if err != nil {
		panic(err)
	}
	return id
}

var now = time.Date(2026, 2, 18, 23, 14, 7, 0, time.UTC)

const password = "a password for the tests"

func newBench(t testing.TB) *bench {
	t.Helper()
	atlas := border.DefaultAtlas()
	lanes, err := border.NewLaneTable(atlas.Lanes()...)
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{tokens: map[string]string{}, record: &fakeRecord{}, engine: &fakeEngine{}, wall: &clock{now: now}}
	b.picture = picture.New(picture.Options{First: 1000, Locate: func(p geo.Point) (border.Chainage, border.Offset, bool) {
		l := atlas.Axis.Locate(p)
		return l.Chainage, l.Offset, !l.Far
	}})
	door := access.NewDoor(newMemory(), func(_ context.Context, kind, actor string, detail map[string]string) error {
		if b.deaf != nil {
			return b.deaf
		}
		b.notes = append(b.notes, fmt.Sprint(kind, " ", actor, " ", detail["what"]))
		return nil
	}, b.wall.Now)
	hash, err := access.HashPassword(password)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range []access.Account{
		{ID: "whole", Login: "whole", Roles: access.Roles(), Sections: []string{"*"}},
		{ID: "rabia", Login: "rabia", Roles: []access.Role{access.WatchOfficer}, Sections: []string{"rabia"}},
		{ID: "engineer", Login: "engineer", Roles: []access.Role{access.Engineer}, Sections: []string{"*"}},
		{ID: "digger", Login: "digger", Roles: []access.Role{access.Engineer}, Sections: []string{"rabia"}},
		{ID: "admin", Login: "admin", Roles: []access.Role{access.Administrator}},
	} {
		a.Password = hash
		if err := door.Put(t.Context(), nil, a); err != nil {
			t.Fatal(err)
		}
		if b.tokens[a.ID], err = door.Grant(t.Context(), a.ID, "test", time.Hour); err != nil {
			t.Fatal(err)
		}
	}
	book, err := works.Open(t.Context(), works.Options{Axis: atlas.Axis, Keeper: &b.stated, Now: func() time.Time { return now }, NewID: newID})
	if err != nil {
		t.Fatal(err)
	}
	b.Server = New(Options{Atlas: atlas, Lanes: lanes, Picture: b.picture, Engine: b.engine, Record: b.record, Works: book, Door: door,
		Frame: Frame{Version: "test", Wall: b.wall.Now, ClockDoubt: func() say.Text { return say.Text{} },
			Ready: func() error { return nil }, NewID: newID}})
	b.server = httptest.NewServer(b.Handler())
	t.Cleanup(b.server.Close)
	b.notes = nil
	return b
}

func (b *bench) ask(t testing.TB, who, method, path, body string, header ...string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, b.server.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if who != "" {
		r.Header.Set("Authorization", "Bearer "+b.tokens[who])
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	out, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(out)
}

// at is a point on the line's other side.
func at(km float64) geo.Point { return border.Default().Place(border.Chainage(km*1000), -1500) }

func (b *bench) fill() (inside, outside ident.ID) {
	inside, outside = ident.Derive("track", now, "in", 0), ident.Derive("track", now, "out", 0)
	b.picture.Apply(&picture.Changes{Now: now,
		Tracks: []fuse.Change{
			{ID: inside, From: outside, Status: fuse.Confirmed, At: now, First: now, LastSeen: now.Add(-4 * time.Second), Point: at(38.4), VE: 0.8, Existence: 0.99, Cov: [10]float64{0: 400, 4: 100}, Class: sense.Classes{sense.Group: 0.9, sense.Unknown: 0.1}},
			{ID: outside, Status: fuse.Confirmed, At: now, First: now, LastSeen: now, Point: at(371), Existence: 0.99},
		},
		Sensors: []sense.Sensor{
			{ID: "s-in", Name: "Tower 38", Kind: sense.Camera, Position: geo.Position{Point: at(38)}},
			{ID: "s-out", Name: "Tower 371", Kind: sense.Camera, Position: geo.Position{Point: at(371)}},
		},
		Cases: []respond.Case{caseAt("in", 38.4, "rabia", inside), caseAt("out", 371, "qaim", outside)},
	})
	b.picture.Publish()
	return inside, outside
}

func caseAt(name string, km float64, section string, track ident.ID) respond.Case {
	return respond.Case{State: respond.Open, Updated: now, Revision: 1, Alert: assess.Alert{
		ID: ident.Derive("alert", now, name, 0), Rule: "approach", Severity: assess.High, Opened: now, Updated: now,
		Tracks: []ident.ID{track}, Title: say.Text{En: "Group on foot", Ar: "مجموعة راجلة"},
		Where: assess.Where{Point: at(km), Chainage: border.Chainage(km * 1000), Offset: -1500, HasKm: true, Section: section},
	}}
}

func TestEverythingIsDeniedToNobody(t *testing.T) {
	b := newBench(t)
	if len(b.guarded) < 20 {
		t.Fatalf("only %d routes", len(b.guarded))
	}
	for _, r := range b.guarded {
		if r.right == open {
			continue
		}
		path := strings.NewReplacer("{id}", "x").Replace(r.path)
		status, out := b.ask(t, "", r.method, path, "{}")
		if status != http.StatusUnauthorized || !strings.Contains(out, "access.signed_out") {
			t.Errorf("%s %s without an account: %d %s", r.method, path, status, out)
		}
	}
	var without []string
	for _, r := range b.guarded {
		if r.right == open {
			without = append(without, r.path)
		}
	}
	if !slices.Equal(without, []string{"/api/v1/sign-in"}) {
		t.Errorf("open to everybody: %v", without)
	}
}

func TestEveryDocumentedPathIsGuarded(t *testing.T) {
	b := newBench(t)
	doc, err := b.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	var api struct {
		OpenAPI string                    `json:"openapi"`
		Paths   map[string]map[string]any `json:"paths"`
	}
	if err := json.Unmarshal(doc, &api); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(api.OpenAPI, "3.1") {
		t.Errorf("version %s", api.OpenAPI)
	}
	for path, methods := range api.Paths {
		for method := range methods {
			if !slices.ContainsFunc(b.guarded, func(g guardedRoute) bool { return g.path == path && strings.EqualFold(g.method, method) }) {
				t.Errorf("%s %s is served and not guarded", method, path)
			}
		}
	}
}

func TestARightThatIsLackingIsRefusedAndOnRecord(t *testing.T) {
	b := newBench(t)
	for _, c := range []struct{ who, path string }{
		{"engineer", "/api/v1/tracks"}, {"engineer", "/api/v1/alerts"}, {"engineer", "/api/v1/units"},
		{"admin", "/api/v1/tracks"}, {"admin", "/api/v1/audit"}, {"rabia", "/api/v1/audit"},
	} {
		status, out := b.ask(t, c.who, "GET", c.path, "")
		if status != http.StatusForbidden || !strings.Contains(out, "access.denied") {
			t.Errorf("%s on %s: %d %s", c.who, c.path, status, out)
		}
	}
	if len(b.notes) != 6 {
		t.Errorf("six refused attempts left these notes: %q", b.notes)
	}
}

func TestAnAccountSeesItsSectionsOnly(t *testing.T) {
	b := newBench(t)
	inside, outside := b.fill()
	for _, c := range []struct{ path, in, out string }{
		{"/api/v1/tracks", inside.String(), outside.String()},
		{"/api/v1/sensors", "s-in", "s-out"},
		{"/api/v1/search?q=Tower", "s-in", "s-out"},
	} {
		status, narrow := b.ask(t, "rabia", "GET", c.path, "")
		_, whole := b.ask(t, "whole", "GET", c.path, "")
		if status != 200 || !strings.Contains(narrow, c.in) || strings.Contains(narrow, c.out) {
			t.Errorf("%s for Rabia: %d %s", c.path, status, narrow)
		}
		if !strings.Contains(whole, c.in) || !strings.Contains(whole, c.out) {
			t.Errorf("%s for the whole line: %s", c.path, whole)
		}
	}
	// Who may not see sensors sees none, in the picture neither; patrols of other
	// sections are a smuggler's map too (safeguard 8).
	analyst := &access.Account{ID: "analyst", Roles: []access.Role{access.Analyst}, Sections: []string{"*"}}
	if s := b.snapshot(b.viewOf(analyst), b.picture.Current()); len(s.Sensors) != 0 {
		t.Errorf("an analyst sees %d sensors", len(s.Sensors))
	}
	for _, g := range b.guarded {
		if strings.HasPrefix(g.path, "/api/v1/sensors") && (g.right == access.ReadLine || g.right == access.ReadPicture || g.right == open) {
			t.Errorf("%s needs no right of its own", g.path)
		}
	}
	far, near := &picture.Unit{Unit: force.Unit{ID: "u-out", Home: 371000}, Place: picture.Place{Chainage: 371000, HasKm: true}}, &picture.Unit{Unit: force.Unit{ID: "u-in", Home: 38000}, Place: picture.Place{Chainage: 38000, HasKm: true}}
	current := *b.picture.Current()
	current.Units = []*picture.Unit{far, near}
	watch := &access.Account{ID: "rabia", Roles: []access.Role{access.WatchOfficer}, Sections: []string{"rabia"}}
	if s := b.snapshot(b.viewOf(watch), &current); len(s.Units) != 1 || s.Units[0].ID != "u-in" {
		t.Errorf("units for Rabia: %+v", s.Units)
	}
	if d := b.delta(b.viewOf(watch), &current, &picture.Delta{Units: current.Units}); len(d.Units) != 1 || !slices.Equal(d.Gone.Units, []string{"u-out"}) {
		t.Errorf("changed units for Rabia: %+v, gone %v", d.Units, d.Gone.Units)
	}
	if status, _ := b.ask(t, "rabia", "GET", "/api/v1/tracks/"+outside.String(), ""); status != 404 {
		t.Errorf("a track of another section: %d", status)
	}
	other := "/api/v1/alerts/" + caseAt("out", 371, "qaim", outside).Alert.ID.String()
	for _, c := range [][3]string{{"GET", other, ""}, {"POST", other + "/actions", `{"verb":"approve"}`}} {
		b.notes = nil
		if status, _ := b.ask(t, "rabia", c[0], c[1], c[2]); status != 404 {
			t.Errorf("%s an alert of another section: %d", c[0], status)
		}
		if len(b.notes) != 1 || !strings.HasPrefix(b.notes[0], "refused rabia alert") {
			t.Errorf("%s an alert of another section left these notes: %q", c[0], b.notes)
		}
	}
	if b.ask(t, "rabia", "GET", "/api/v1/incidents", ""); !slices.Contains(b.record.asked.Sections, "rabia") || slices.Contains(b.record.asked.Sections, "qaim") {
		t.Errorf("the record was asked for sections %v", b.record.asked.Sections)
	}
	if b.ask(t, "whole", "GET", "/api/v1/incidents", ""); b.record.asked.Sections != nil {
		t.Errorf("the record was asked for sections %v", b.record.asked.Sections)
	}
}

// Gap lists, outages and patrol plans are a smuggler's map: exports need a right
// of their own and every one is audited (safeguard 8).
func TestSafeguard_08_ExportsNeedARightAndAreOnRecord(t *testing.T) {
	b := newBench(t)
	b.fill()
	for _, path := range []string{"/api/v1/tracks", "/api/v1/sensors", "/api/v1/units", "/api/v1/alerts"} {
		b.notes = nil
		if status, out := b.ask(t, "rabia", "GET", path+"?format=geojson", ""); status != 403 {
			t.Errorf("%s as a file for a watch officer: %d %s", path, status, out)
		}
		if status, out := b.ask(t, "whole", "GET", path+"?format=geojson", ""); status != 200 || !strings.Contains(out, "FeatureCollection") {
			t.Errorf("%s as a file: %d %s", path, status, out)
		}
		if len(b.notes) != 2 || !strings.HasPrefix(b.notes[0], "refused rabia") || !strings.HasPrefix(b.notes[1], "export whole") {
			t.Errorf("%s left these notes: %q", path, b.notes)
		}
	}
}

func TestTrackExplainsItself(t *testing.T) {
	b := newBench(t)
	inside, outside := b.fill()
	_, out := b.ask(t, "whole", "GET", "/api/v1/tracks/"+inside.String(), "")
	var d TrackDetail
	if err := json.Unmarshal([]byte(out), &d); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	if d.Classes["group"] != 0.9 || d.Seen != now.Add(-4*time.Second).UnixMilli() || d.Major < 48 || d.Major > 50 || d.Heading != 90 || d.Where.MGRS == "" || len(d.History) == 0 || d.From != outside.String() {
		t.Errorf("%+v", d)
	}
}

// What GPS said of a track until its fix grew too old is told as what was, never as
// what is: it is nobody's own unit any more.
func TestTrackWhoseFixExpiredSaysWhoItWas(t *testing.T) {
	b := newBench(t)
	fix := now.Add(-40 * time.Second)
	id := ident.Derive("track", now, "patrol", 0)
	for _, c := range []struct{ unit, was string }{{"swift-2", ""}, {"", "swift-2"}} {
		b.picture.Apply(&picture.Changes{Now: now, Tracks: []fuse.Change{
			{ID: id, Status: fuse.Confirmed, At: now, First: now, LastSeen: now, Point: at(38.4), Unit: c.unit, Was: c.was, UnitFix: fix}}})
		b.picture.Publish()
		for _, path := range []string{"/api/v1/tracks/" + id.String(), "/api/v1/tracks"} {
			_, out := b.ask(t, "rabia", "GET", path, "")
			for _, name := range []string{"unit", "was"} {
				want := map[string]string{"unit": c.unit, "was": c.was}[name] != ""
				if strings.Contains(out, `"`+name+`":"swift-2"`) != want {
					t.Errorf("%s: %s stands there, want %v: %s", path, name, want, out)
				}
			}
			if !strings.Contains(out, `"unit_fix":`+strconv.FormatInt(fix.UnixMilli(), 10)) {
				t.Errorf("%s does not say when: %s", path, out)
			}
		}
	}
}

func TestActionsCarryWhoAndAnswerWithTheCase(t *testing.T) {
	b := newBench(t)
	inside, _ := b.fill()
	id := caseAt("in", 38.4, "rabia", inside).Alert.ID.String()
	status, out := b.ask(t, "rabia", "POST", "/api/v1/alerts/"+id+"/actions", `{"verb":"acknowledge"}`)
	if status != 200 || !strings.Contains(out, `"acknowledged"`) {
		t.Fatalf("%d %s", status, out)
	}
	if a := b.engine.got; a.By.ID != "rabia" || a.Verb != respond.Acknowledge || a.ID.Version() != 7 || a.Case.String() != id {
		t.Errorf("submitted %+v", a)
	}
	b.engine.refuse = &say.Error{Code: "case.state", Kind: say.Conflict, Text: say.Text{En: "not now", Ar: "ليس الآن"}, Hint: say.Text{En: "later", Ar: "لاحقاً"}}
	status, out = b.ask(t, "rabia", "POST", "/api/v1/alerts/"+id+"/actions?lang=ar", `{"verb":"approve"}`)
	if status != 409 || !strings.Contains(out, "ليس الآن") || !strings.Contains(out, "case.state") {
		t.Errorf("a refusal in Arabic: %d %s", status, out)
	}
	for name, bad := range map[string]string{
		"not JSON": `{`, "no verb": `{}`, "wrong id": `{"verb":"note","id":"7"}`, "wrong class": `{"verb":"classify","class":"hostile"}`,
		"unknown field": `{"verb":"note","weapon":1}`, "too long": `{"verb":"note","text":"` + strings.Repeat("x", 5000) + `"}`,
	} {
		if status, out := b.ask(t, "rabia", "POST", "/api/v1/alerts/"+id+"/actions", bad); status < 400 || status >= 500 {
			t.Errorf("%s: %d %s", name, status, out)
		}
	}
}

// The picture is published a moment after a step is on disk and answered: who asks
// in that moment reads what was answered, not what was before it. A patrol's phone
// showed its last report as taken, and the room's next question did not know of it.
func TestWhatWasAnsweredIsReadAtOnce(t *testing.T) {
	b := newBench(t)
	inside, _ := b.fill()
	shown := caseAt("in", 38.4, "rabia", inside)
	path := "/api/v1/alerts/" + shown.Alert.ID.String()
	revision := func() uint64 {
		t.Helper()
		_, out := b.ask(t, "rabia", "GET", path, "")
		var d AlertDetail
		if err := json.Unmarshal([]byte(out), &d); err != nil {
			t.Fatalf("%v in %s", err, out)
		}
		return d.Case.Revision
	}
	onDisk := shown
	onDisk.Revision, onDisk.State = 2, respond.Acknowledged
	b.record.cases = map[ident.ID]respond.Case{shown.Alert.ID: onDisk}
	if got := revision(); got != 2 {
		t.Errorf("the record has revision 2, the answer is %d", got)
	}
	// What moves is amended in the picture before it is written.
	onDisk.Revision = 0
	b.record.cases[shown.Alert.ID] = onDisk
	if got := revision(); got != 1 {
		t.Errorf("the picture has revision 1, the answer is %d", got)
	}
	// A record that cannot be read takes nothing from the picture.
	b.record.cases = nil
	if got := revision(); got != 1 {
		t.Errorf("without the record the answer is %d", got)
	}
}

func TestChangesByCookieNeedTheCSRFToken(t *testing.T) {
	b := newBench(t)
	inside, _ := b.fill()
	path := "/api/v1/alerts/" + caseAt("in", 38.4, "rabia", inside).Alert.ID.String() + "/actions"
	cookie := cookieName + "=" + b.tokens["rabia"]
	if status, out := b.ask(t, "", "POST", path, `{"verb":"acknowledge"}`, "Cookie", cookie); status != 403 || !strings.Contains(out, "access.csrf") {
		t.Errorf("without: %d %s", status, out)
	}
	_, out := b.ask(t, "", "GET", "/api/v1/me", "", "Cookie", cookie)
	var me Me
	if err := json.Unmarshal([]byte(out), &me); err != nil {
		t.Fatal(err)
	}
	if status, out := b.ask(t, "", "POST", path, `{"verb":"acknowledge"}`, "Cookie", cookie, "X-CSRF-Token", me.CSRF); status != 200 {
		t.Errorf("with: %d %s", status, out)
	}
}

func TestSignInWithPassword(t *testing.T) {
	b := newBench(t)
	if status, out := b.ask(t, "", "POST", "/api/v1/sign-in", `{"name":"rabia","password":"wrong"}`); status != 401 {
		t.Errorf("wrong: %d %s", status, out)
	}
	if status, out := b.ask(t, "", "POST", "/api/v1/sign-in", `{"name":"rabia","password":"`+password+`"}`); status != 200 || !strings.Contains(out, `"csrf"`) {
		t.Errorf("right: %d %s", status, out)
	}
}

func TestACueComesBackWithTheCamerasWord(t *testing.T) {
	b := newBench(t)
	camera := sense.Sensor{ID: "t38", Name: "T38", Kind: sense.Camera, CanLookAt: true, MaxRange: 2500, Position: geo.Position{Point: at(38)}}
	fixed := camera
	fixed.ID, fixed.CanLookAt = "t39", false
	b.picture.Apply(&picture.Changes{Now: now, Sensors: []sense.Sensor{camera, fixed}})
	b.picture.Publish()
	body := `{"lat":36.9,"lon":42.3}`
	status, out := b.ask(t, "rabia", "POST", "/api/v1/sensors/t38/look", body)
	if status != 200 || !strings.Contains(out, `"answer":"refused"`) || !strings.Contains(out, "out of reach") {
		t.Errorf("the camera's word: %d %s", status, out)
	}
	if b.engine.cue.Sensor != "t38" || b.engine.cue.At.Lat != 36.9 {
		t.Errorf("the cue: %+v", b.engine.cue)
	}
	if status, out := b.ask(t, "rabia", "POST", "/api/v1/sensors/t39/look", body); status != 409 || !strings.Contains(out, "sensor.fixed") {
		t.Errorf("a fixed camera: %d %s", status, out)
	}
	if status, _ := b.ask(t, "engineer", "POST", "/api/v1/sensors/t38/look", body); status != 403 {
		t.Errorf("an engineer may not: %d", status)
	}
}

func TestADeputyHasAName(t *testing.T) {
	b := newBench(t)
	c := respond.Case{Deputy: "named", Proposals: []respond.Proposal{{Asked: "named"}, {Asked: "nobody"}, {}}}
	a := access.Account{ID: "named", Login: "named", Rank: say.Text{En: "Capt.", Ar: "النقيب"}, Name: say.Text{En: "Karim Jasim", Ar: "كريم جاسم"},
		Roles: []access.Role{access.Commander}, Sections: []string{"*"}, Password: "no password opens this"}
	if err := b.door.Put(t.Context(), nil, a); err != nil {
		t.Fatal(err)
	}
	got := b.people(t.Context(), &c)
	if len(got) != 1 || got["named"] != (say.Text{En: "Capt. Karim Jasim", Ar: "النقيب كريم جاسم"}) {
		t.Errorf("names: %+v", got)
	}
}

func TestALaneAsOfATime(t *testing.T) {
	b := newBench(t)
	b.picture.Apply(&picture.Changes{Now: now})
	b.picture.Publish()
	ask := func(id string, at time.Time) (int, string) {
		return b.ask(t, "rabia", "GET", "/api/v1/lanes/"+id+"?from=30000&to=60000&as_of="+at.Format(time.RFC3339), "")
	}
	if status, out := ask("own-side", now); status != 200 || !strings.Contains(out, `"as_of":"2026-02-18T23:14:07Z"`) {
		t.Errorf("now: %d %s", status, out)
	}
	if status, out := ask("own-side", now.Add(-time.Hour)); status != 409 || !strings.Contains(out, "lane.no_history") {
		t.Errorf("an hour ago: %d %s", status, out)
	}
	if status, out := ask("own-side", now.Add(time.Hour)); status != 422 || !strings.Contains(out, "lane.future") {
		t.Errorf("in an hour: %d %s", status, out)
	}
	// A lane that remembers the last two hours.
	info := border.LaneInfo{ID: "kept", Kind: border.Category, Name: say.Text{En: "Kept", Ar: "محفوظ"}, Source: say.Text{En: "test", Ar: "اختبار"}}
	of := func(value string) []border.LanePiece {
		return []border.LanePiece{{Span: border.Span{From: 30_000, To: 60_000}, Value: value}}
	}
	lanes, err := border.NewLaneTable(border.LaneEntry{LaneInfo: info, Pieces: func(_, _ border.Chainage) []border.LanePiece { return of("today") },
		PiecesAt: func(_, _ border.Chainage, at time.Time) ([]border.LanePiece, bool) {
			return of("before"), at.After(now.Add(-2 * time.Hour))
		}})
	if err != nil {
		t.Fatal(err)
	}
	b.lanes = lanes
	if status, out := ask("kept", now.Add(-time.Hour)); status != 200 || !strings.Contains(out, "before") {
		t.Errorf("as it was: %d %s", status, out)
	}
	if status, out := ask("kept", now.Add(-3*time.Hour)); status != 409 {
		t.Errorf("before its memory: %d %s", status, out)
	}
}

func TestLocate(t *testing.T) {
	b := newBench(t)
	_, out := b.ask(t, "rabia", "GET", "/api/v1/border/locate?km=38%2B400&offset=-1800", "")
	var l Located
	if err := json.Unmarshal([]byte(out), &l); err != nil {
		t.Fatal(err)
	}
	if l.Chainage != 38400 || l.Offset != -1800 || l.Side != "other" || l.MGRS == "" || l.Section != "rabia" {
		t.Errorf("%+v", l)
	}
	if status, out := b.ask(t, "rabia", "GET", "/api/v1/border/locate?km=900%2B000", ""); status != 422 {
		t.Errorf("beyond the line: %d %s", status, out)
	}
	for _, path := range []string{"", "?lat=36.8", "?lon=42.1", "?offset=5"} {
		if status, out := b.ask(t, "rabia", "GET", "/api/v1/border/locate"+path, ""); status != 422 {
			t.Errorf("no place in %q: %d %s", path, status, out)
		}
	}
	if status, out := b.ask(t, "rabia", "GET", "/api/v1/border/locate?lat=0&lon=0", ""); status != 200 {
		t.Errorf("a point far away: %d %s", status, out)
	}
	if status, _ := b.ask(t, "rabia", "GET", "/api/v1/border/locate?lat=91&lon=0", ""); status != 422 {
		t.Errorf("off the Earth: %d", status)
	}
}

// event is one server-sent event.
type event struct{ id, name, data string }

func (b *bench) listen(t *testing.T, who, last string, n int) []event {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, "GET", b.server.URL+"/api/v1/live", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+b.tokens[who])
	if last != "" {
		r.Header.Set("Last-Event-ID", last)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var events []event
	var e event
	lines := bufio.NewScanner(res.Body)
	lines.Buffer(nil, 1<<22)
	for len(events) < n && lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), ": ")
		switch name {
		case "id":
			e.id = value
		case "event":
			e.name = value
		case "data":
			e.data = value
		case "":
			events, e = append(events, e), event{}
		}
	}
	if len(events) < n {
		t.Fatalf("the stream ended after %d events: %v", len(events), lines.Err())
	}
	return events
}

func TestLiveBeginsWithASnapshotAndResumes(t *testing.T) {
	b := newBench(t)
	inside, outside := b.fill()
	first := b.listen(t, "rabia", "", 1)[0]
	if first.name != "snapshot" || !strings.Contains(first.data, inside.String()) || strings.Contains(first.data, outside.String()) {
		t.Fatalf("%+v", first)
	}
	third := ident.Derive("track", now, "third", 0)
	b.picture.Apply(&picture.Changes{Tracks: []fuse.Change{
		{ID: third, Status: fuse.Confirmed, At: now, Point: at(40)},
		{ID: inside, Status: fuse.Ended, At: now, Point: at(38.4)},
	}})
	b.picture.Publish()
	next := b.listen(t, "rabia", first.id, 1)[0]
	var d Delta
	if err := json.Unmarshal([]byte(next.data), &d); err != nil {
		t.Fatal(err)
	}
	if next.name != "delta" || len(d.Tracks) != 1 || d.Tracks[0].ID != third.String() || !slices.Contains(d.Gone.Tracks, inside.String()) {
		t.Fatalf("resumed with %+v", next)
	}
	for _, old := range []string{"1", "99999999", "nonsense"} {
		if e := b.listen(t, "rabia", old, 1)[0]; e.name != "snapshot" {
			t.Errorf("Last-Event-ID %s gave a %s", old, e.name)
		}
	}
}

func TestHealthNeedsNoAccount(t *testing.T) {
	b := newBench(t)
	for _, path := range []string{"/healthz", "/readyz"} {
		if status, _ := b.ask(t, "", "GET", path, ""); status != 200 {
			t.Errorf("%s: %d", path, status)
		}
	}
}

func TestOneAccountCannotFloodTheOthers(t *testing.T) {
	b := newBench(t)
	refused := 0
	for range 400 {
		if status, _ := b.ask(t, "rabia", "GET", "/api/v1/me", ""); status == http.StatusTooManyRequests {
			refused++
		}
	}
	if refused == 0 {
		t.Error("400 requests at once were all answered")
	}
	if status, _ := b.ask(t, "whole", "GET", "/api/v1/me", ""); status != 200 {
		t.Errorf("another account: %d", status)
	}
}

type fakeEngine struct {
	got    respond.Action
	refuse error
	cue    sense.Cue
}

func (e *fakeEngine) Submit(_ context.Context, a respond.Action) (respond.Case, error) {
	e.got = a
	if e.refuse != nil {
		return respond.Case{}, e.refuse
	}
	return respond.Case{State: respond.Acknowledged, Alert: assess.Alert{ID: a.Case}}, nil
}
func (e *fakeEngine) Next(context.Context, respond.Case, respond.Person) ([]Allowed, []respond.Proposal) {
	return []Allowed{{Verb: respond.Verify, OK: true}}, nil
}
func (e *fakeEngine) Look(_ context.Context, c sense.Cue) (CueAnswer, error) {
	e.cue = c
	return CueAnswer{Cue: c.ID, Answer: "refused", Why: "out of reach"}, nil
}

type fakeRecord struct {
	asked   Query
	cases   map[ident.ID]respond.Case
	watches []record.Entry // newest first
	held    []record.Hold
	all     []respond.Case // of a period, newest first
	silent  int            // things suppressed in it
}

func (r *fakeRecord) Holds(context.Context, Query) ([]record.Hold, string, error) {
	return r.held, "", nil
}
func (r *fakeRecord) SetHold(_ context.Context, h record.Hold) (record.Hold, error) {
	h.ID, h.At = "h1", now
	r.held = append(r.held, h)
	return h, nil
}
func (r *fakeRecord) LiftHold(_ context.Context, id, byID, _ string) error {
	r.held[0].Lifted, r.held[0].LiftBy = now, byID
	return nil
}

func (r *fakeRecord) Watches(context.Context, Query) ([]record.Entry, error) { return r.watches, nil }
func (r *fakeRecord) Note(_ context.Context, n record.Note) error {
	e, err := n.Entry()
	e.At = now
	r.watches = append([]record.Entry{e}, r.watches...)
	return err
}

func (r *fakeRecord) Case(_ context.Context, id ident.ID) (respond.Case, error) {
	if c, ok := r.cases[id]; ok {
		return c, nil
	}
	return respond.Case{}, noSuchCase
}
func (r *fakeRecord) Cases(_ context.Context, q Query) ([]respond.Case, string, error) {
	r.asked = q
	return r.all, "", nil
}
func (r *fakeRecord) Tasks(_ context.Context, q Query) ([]respond.Task, string, error) {
	r.asked = q
	return nil, "", nil
}
func (r *fakeRecord) Incidents(_ context.Context, q Query) ([]record.Incident, string, error) {
	r.asked = q
	return nil, "", nil
}
func (r *fakeRecord) Suppressed(_ context.Context, q Query) ([]assess.Suppressed, string, error) {
	r.asked = q
	return make([]assess.Suppressed, r.silent), "", nil
}
func (r *fakeRecord) Silences(_ context.Context, q Query) ([]assess.Silence, string, error) {
	r.asked = q
	return nil, "", nil
}
func (r *fakeRecord) Audit(_ context.Context, q Query) ([]record.Entry, string, error) {
	r.asked = q
	return nil, "", nil
}
func (r *fakeRecord) Head(context.Context) ([]byte, error) { return []byte("head\n"), nil }

// memory keeps accounts and sessions.
type memory struct {
	mu                        sync.Mutex
	accounts, names, sessions map[string][]byte
}

func newMemory() *memory {
	return &memory{accounts: map[string][]byte{}, names: map[string][]byte{}, sessions: map[string][]byte{}}
}
func (m *memory) PutAccount(_ context.Context, id, login string, b []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.accounts[id], m.names[login] = b, b
	return nil
}
func (m *memory) Account(_ context.Context, id string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return have(m.accounts[id])
}
func (m *memory) AccountByName(_ context.Context, l string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return have(m.names[l])
}
func (m *memory) Accounts(context.Context) ([][]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out [][]byte
	for _, id := range slices.Sorted(maps.Keys(m.accounts)) {
		out = append(out, m.accounts[id])
	}
	return out, nil
}
func (m *memory) PutSession(_ context.Context, h, _ string, _ time.Time, b []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sessions[h] = b
	return nil
}
func (m *memory) Session(_ context.Context, h string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return have(m.sessions[h])
}
func (m *memory) Sessions(_ context.Context, account string) (map[string][]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := map[string][]byte{}
	for h, b := range m.sessions {
		if strings.Contains(string(b), `"account":"`+account+`"`) {
			out[h] = b
		}
	}
	return out, nil
}
func (m *memory) DeleteSession(_ context.Context, h string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.sessions, h)
	return nil
}
func (m *memory) PurgeSessions(context.Context, time.Time) (int64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return 0, nil
}

func have(b []byte) ([]byte, error) {
	if b == nil {
		return nil, &say.Error{Code: "none", Kind: say.NotFound}
	}
	return b, nil
}

func TestWhatTheAPIHasNotIsNeverAnsweredWithThePage(t *testing.T) {
	b := newBench(t)
	for path, want := range map[string]string{"GET /api/v1/sensors/t38": "404", "GET /api/v2/alerts": "404", "GET /api/": "404", "DELETE /api/v1/alerts": "405", "POST /api/v1/lanes": "405"} {
		method, at, _ := strings.Cut(path, " ")
		status, out := b.ask(t, "rabia", method, at, "")
		if fmt.Sprint(status) != want || strings.Contains(out, "<html") || status == 404 && !strings.Contains(out, `"code":"api.unknown"`) {
			t.Errorf("%s: %d %.200s", path, status, out)
		}
	}
}

// Somebody types wrong passwords under an officer's name: the officer's own browser
// gets in at once, by its cookie; the other is told how long to wait.
func TestWrongPasswordsOfOthersDoNotKeepAnOfficerOut(t *testing.T) {
	b := newBench(t)
	sign := func(password, from, cookie string) *http.Response {
		r := httptest.NewRequest("POST", signInPath, strings.NewReader(`{"name":"rabia","password":"`+password+`"}`))
		r.Header.Set("Content-Type", "application/json")
		r.RemoteAddr = from
		if cookie != "" {
			r.Header.Set("Cookie", cookie)
		}
		w := httptest.NewRecorder()
		b.Handler().ServeHTTP(w, r)
		return w.Result()
	}
	first := sign(password, "10.0.0.7:4000", "")
	var session, device *http.Cookie
	for _, c := range first.Cookies() {
		switch c.Name {
		case cookieName:
			session = c
		case deviceCookie:
			device = c
		}
	}
	if first.StatusCode != http.StatusOK || session == nil || device == nil || !device.HttpOnly || device.SameSite != http.SameSiteStrictMode || device.Path != signInPath {
		t.Fatalf("%d, cookies %v", first.StatusCode, first.Cookies())
	}
	for i := range 60 {
		sign("wrong", fmt.Sprintf("[2001:db8:0:%x::1]:4000", i), "")
	}
	for i := range 6 { // one network, whatever address a machine gives itself there
		sign("wrong", fmt.Sprintf("[2001:db8:0:1::%x]:4000", i), "")
	}
	away := sign(password, "[2001:db8:0:1::ffff]:4000", "")
	if seconds, _ := strconv.Atoi(away.Header.Get("Retry-After")); away.StatusCode != http.StatusTooManyRequests || seconds < 1 || seconds > 60 {
		t.Errorf("where it was guessed: %d, wait %q", away.StatusCode, away.Header.Get("Retry-After"))
	}
	if in := sign(password, "[2001:db8:0:1::ffff]:4000", deviceCookie+"="+device.Value); in.StatusCode != http.StatusOK {
		t.Errorf("the officer's browser: %d", in.StatusCode)
	}
}

// Only a proxy on this machine says for whom it asks.
func TestWhereARequestComesFrom(t *testing.T) {
	for _, c := range []struct{ remote, told, want string }{
		{"10.0.0.7:1", "", "10.0.0.7"},
		{"10.0.0.7:1", "10.9.9.9", "10.0.0.7"},
		{"127.0.0.1:1", "10.9.9.9", "10.9.9.9"},
		{"127.0.0.1:1", "1.2.3.4, 10.9.9.9", "10.9.9.9"}, // what came before the proxy's own word is anybody's
		{"[::1]:1", "nonsense", "::/64"},
		{"[2001:db8::5]:1", "", "2001:db8::/64"},
		{"[fe80::5%eth0]:1", "", "fe80::/64"},
		{"[::ffff:10.0.0.7]:1", "", "10.0.0.7"},
		{"", "", "invalid IP"},
	} {
		got := ""
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c.remote
		if c.told != "" {
			r.Header.Set("X-Forwarded-For", c.told)
		}
		withAddress(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = fromWhere(r.Context()) })).ServeHTTP(httptest.NewRecorder(), r)
		if got != c.want {
			t.Errorf("%q telling %q: %q, want %q", c.remote, c.told, got, c.want)
		}
	}
}

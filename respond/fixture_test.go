package respond

import (
	"encoding/binary"
	"errors"
	"testing"
	"time"

	"marsad/assess"
	"marsad/border"
	"marsad/geo"
	"marsad/ident"
	"marsad/say"
	"marsad/sense"
)

// meridian is a line for tests that runs south along 41°E; 111 km a degree.
type meridian struct{}

func (meridian) Locate(p geo.Point) (border.Chainage, border.Offset, bool) {
	c, o := (37-p.Lat)*111000, (p.Lon-41)*88000
	if c < 0 || c > 600000 || o > 50000 || o < -50000 {
		return 0, 0, false
	}
	return border.Chainage(c), border.Offset(o), true
}

func (meridian) Point(c border.Chainage, o border.Offset) geo.Point {
	return geo.Point{Lat: 37 - float64(c)/111000, Lon: 41 + float64(o)/88000}
}

func (meridian) Section(c border.Chainage) string {
	switch {
	case c < 0 || c > 600000:
		return ""
	case c < 60000:
		return "rabia"
	case c < 120000:
		return "sinjar"
	}
	return "waleed"
}
func (meridian) Near(geo.Point) say.Text { return say.Text{En: "near Rabia", Ar: "قرب ربيعة"} }
func (meridian) Grid(geo.Point) string   { return "37S GV 00000 00000" }

var start = time.Date(2026, 1, 19, 2, 10, 0, 0, time.UTC)

var (
	salma   = Person{ID: "salma", Name: "Salma", Roles: []string{WatchOfficer}, Sections: []string{"rabia"}}
	karim   = Person{ID: "karim", Name: "Karim", Roles: []string{Commander}, Sections: []string{"north"}}
	nadia   = Person{ID: "nadia", Name: "Nadia", Roles: []string{Commander}, Sections: []string{"*"}}
	yusuf   = Person{ID: "yusuf", Name: "Yusuf", Roles: []string{Field}, Sections: []string{"rabia"}}
	layla   = Person{ID: "layla", Name: "Layla", Roles: []string{Liaison}, Sections: []string{"*"}}
	watcher = Person{ID: "omar", Name: "Omar", Roles: []string{Oversight}, Sections: []string{"*"}}
)

// desk is a Responder with its people, for tests.
type desk struct {
	t   *testing.T
	r   *Responder
	now time.Time
	n   uint64
	out Output
}

func config() Config {
	return Config{Line: meridian{},
		Units: []Unit{
			{ID: "p1", Name: say.Text{En: "Patrol 1", Ar: "دورية 1"}, Section: "rabia", Home: 41000, People: 4},
			{ID: "p2", Name: say.Text{En: "Patrol 2", Ar: "دورية 2"}, Section: "rabia", Home: 55000, People: 4},
			{ID: "p3", Name: say.Text{En: "Patrol 3", Ar: "دورية 3"}, Section: "sinjar", Home: 99000, People: 5},
		},
		Parents:    map[string]string{"rabia": "north", "sinjar": "north", "waleed": "south"},
		Commanders: map[string]string{"north": "karim"}, Deputies: map[string]string{"*": "nadia"}}
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	r, err := New(config())
	if err != nil {
		t.Fatal(err)
	}
	return &desk{t: t, r: r, now: start}
}

func actionID(n uint64) ident.ID {
	var id ident.ID
	binary.BigEndian.PutUint64(id[8:], n+1)
	id[6] = 0x70
	return id
}

// alert puts an alert before the desk and gives its id.
func (d *desk) alert(km border.Chainage, severity assess.Severity) ident.ID {
	d.n++
	id := ident.Derive("alert", d.now, "test", d.n)
	d.r.Alert(assess.Alert{ID: id, Rule: "approach-inbound", Severity: severity, Opened: d.now, Updated: d.now, Revision: 1, Class: sense.Group,
		Tracks: []ident.ID{ident.Derive("track", d.now, "t", d.n)}, Inbound: true, Where: assess.WhereAt(meridian{}, meridian{}.Point(km, -1500)),
		Title: say.Text{En: "A group approaching", Ar: "اقتراب مجموعة أشخاص"}, Reason: say.Text{En: "Because.", Ar: "لأن."}}, &d.out)
	return id
}

// try acts and gives the refusal's code, empty for none.
func (d *desk) try(p Person, v Verb, c ident.ID, change ...func(*Action)) string {
	d.t.Helper()
	d.n++
	d.now = d.now.Add(time.Second)
	a := Action{ID: actionID(d.n), Verb: v, Case: c, By: p, At: d.now}
	for _, f := range change {
		f(&a)
	}
	err := d.r.Act(a, &d.out)
	if err == nil {
		return ""
	}
	var e *say.Error
	if !errors.As(err, &e) {
		d.t.Fatalf("%v is not a *say.Error", err)
	}
	if e.Text.En == "" || e.Text.Ar == "" || e.Hint.En == "" || e.Hint.Ar == "" {
		d.t.Errorf("refusal %s lacks words or a hint in both languages: %+v", e.Code, e)
	}
	return e.Code
}

func (d *desk) do(p Person, v Verb, c ident.ID, change ...func(*Action)) {
	d.t.Helper()
	if code := d.try(p, v, c, change...); code != "" {
		d.t.Fatalf("%s by %s: refused with %s", v, p.Name, code)
	}
}

// state of a case.
func (d *desk) state(c ident.ID) State {
	x, _ := d.r.Case(c)
	return x.State
}

func (d *desk) must(c ident.ID) Case {
	d.t.Helper()
	x, ok := d.r.Case(c)
	if !ok {
		d.t.Fatal("no such case")
	}
	return x
}

// onScene takes a case to the scene.
func (d *desk) onScene(c ident.ID) {
	d.t.Helper()
	d.do(salma, Acknowledge, c)
	d.do(salma, Verify, c)
	d.do(salma, Classify, c)
	d.do(salma, Propose, c)
	d.do(karim, Approve, c)
	d.do(salma, Dispatch, c)
	d.do(yusuf, Arrive, c)
}

func text(s string) func(*Action)     { return func(a *Action) { a.Text = s } }
func answerIs(s string) func(*Action) { return func(a *Action) { a.Answer = s } }
func to(s string) func(*Action)       { return func(a *Action) { a.To = s } }
func counts(k Counts, children int) func(*Action) {
	return func(a *Action) { a.Result = &Result{Counts: k, Direction: "inbound", Children: children} }
}

// kinds lists the kinds of notices since the last call.
func (d *desk) kinds() map[string][]string {
	m := map[string][]string{}
	for _, n := range d.out.Notices {
		m[n.Kind] = append(m[n.Kind], n.To...)
	}
	d.out.Notices = nil
	return m
}

package scn

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"marsad/say"
	"marsad/sense"
)

const head = "scenario s\ntitle \"t\" \"ت\"\nfrom 23:00 to 03:00\nperson officer watch-officer \"O\"\n"

func parse(t *testing.T, body string) *Scenario {
	t.Helper()
	s, err := Parse(head + body)
	if err != nil {
		t.Fatalf("%s\n%v", body, err)
	}
	return s
}

var ignorePos = cmpopts.IgnoreTypes(Pos{})

func TestActors(t *testing.T) {
	for _, c := range []struct {
		text string
		want Actor
	}{
		{
			`at 23:10:30 group of 5 (2 adults, 3 children) called family walks from 38+400 -1800 towards line at 0.8 m/s; halts 90 s at -900`,
			Actor{Name: "family", At: 630 * time.Second, Class: sense.Group, Count: 5, Adults: 2, Children: 3, Parties: 1,
				Start: Place{38400, -1800}, Path: []Clause{{Move: Go, Speed: 0.8}, {Move: Halt, For: 90 * time.Second, OnTheWay: true, HaltAt: -900}}},
		},
		{
			`at 01:00 20 groups of 100 (4 wounded) called crowd, 90 s apart walk from 370+000 -2600 to 370+000 -60 at 1 m/s; halts 60 min; vanishes`,
			Actor{Name: "crowd", At: 2 * time.Hour, Class: sense.Group, Count: 100, Hurt: 4, Parties: 20, Apart: 90 * time.Second, Ends: true,
				Start: Place{370000, -2600}, Path: []Clause{{Move: Go, To: Place{370000, -60}, HasKm: true, Speed: 1}, {Move: Halt, For: time.Hour}}},
		},
		{
			`at 23:00 herd of 60 called h grazes around 118+000 -3200 within 350 m at 0.25 m/s for 2 h`,
			Actor{Name: "h", Class: sense.Animal, Count: 60, Parties: 1, Harmless: true, Start: Place{118000, -3200},
				Path: []Clause{{Move: Graze, Radius: 350, Speed: 0.25, For: 2 * time.Hour}}},
		},
		{
			`at 23:00 harmless pickup called p drives from 10+000 +900 to 12+000 +900 at 9 m/s; then to +200`,
			Actor{Name: "p", Class: sense.Vehicle, Count: 1, Parties: 1, Harmless: true, Start: Place{10000, 900},
				Path: []Clause{{Move: Go, To: Place{12000, 900}, HasKm: true, Speed: 9}, {Move: Go, To: Place{0, 200}, Speed: 9}}},
		},
		{
			`at 23:00 person called r moves as "walk.gpx" from 5+000 -900`,
			Actor{Name: "r", Class: sense.Person, Count: 1, Parties: 1, Start: Place{5000, -900}, Recorded: "walk.gpx"},
		},
		{
			`at 23:00 dig called d works at 5+000 -80 for 40 min`,
			Actor{Name: "d", Class: sense.Dig, Count: 1, Parties: 1, Start: Place{5000, -80}, Path: []Clause{{Move: Linger, For: 40 * time.Minute}}},
		},
	} {
		s := parse(t, c.text)
		if d := cmp.Diff(c.want, s.Actors[0], ignorePos); d != "" {
			t.Errorf("%s\n%s", c.text, d)
		}
	}
}

func TestHappenings(t *testing.T) {
	s := parse(t, strings.Join([]string{
		`at 23:05 wind 12 m/s from north-west`,
		`at 23:06 visibility 200 m 10+000 to 40+000 until 00:06`,
		`at 23:07 cut link of tower 90, radar 90 until 01:00`,
		`at 23:08 cut tower 5 every 40 s until 23:20`,
		`at 23:09 aerostat 2 comes down until 02:00`,
		`at 23:09 tower 50 turned by -90 deg until 02:00`,
		`at 23:09 radar 60 covered until 01:00`,
		`at 23:09 clock of radar 60 off by 1.25 s`,
		`at 23:10 claim from "Other" at 5+000 +100 "ours" "لنا"`,
		`at 23:11 officer opens high alert at 5+000 -300 "four"`,
		`at 23:12 officer reports apprehended 3 got-away 1 children 2 inbound on hand near 5+000 "met"`,
	}, "\n"))
	if d := cmp.Diff([]Weather{
		{At: 5 * time.Minute, Wind: 12, WindFrom: 315, Everywhere: true},
		{At: 6 * time.Minute, Until: 66 * time.Minute, Wind: -1, Visibility: 200, From: 10000, To: 40000},
	}, s.Weather, ignorePos); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]Failure{
		{At: 7 * time.Minute, Until: 2 * time.Hour, What: "link", Number: 90},
		{At: 7 * time.Minute, Until: 2 * time.Hour, What: "radar", Number: 90},
		{At: 8 * time.Minute, Until: 20 * time.Minute, What: "tower", Number: 5, Every: 40 * time.Second},
		{At: 9 * time.Minute, Until: 3 * time.Hour, What: "aerostat", Number: 2, Says: true},
	}, s.Failures, ignorePos); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]Fault{
		{At: 9 * time.Minute, Until: 3 * time.Hour, What: "tower", Number: 50, Turned: -math.Pi / 2},
		{At: 9 * time.Minute, Until: 2 * time.Hour, What: "radar", Number: 60, Covered: true},
		{At: 9 * time.Minute, What: "radar", Number: 60, Clock: 1250 * time.Millisecond},
	}, s.Faults, ignorePos); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]Words{{At: 10 * time.Minute, Claim: true, From: "Other", Place: Place{5000, 100}, Text: say.Text{En: "ours", Ar: "لنا"}}}, s.Words, ignorePos); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]Act{
		{At: 11 * time.Minute, Person: "officer", Verb: "open", Severity: "high", Place: Place{5000, -300}, Going: "none", Text: "four"},
		{At: 12 * time.Minute, Person: "officer", Verb: "outcome", On: Subject{Hand: true, Near: 5000, HasKm: true},
			Counts: map[string]int{"apprehended": 3, "got-away": 1}, Children: 2, Going: "inbound", Text: "met"},
	}, s.Acts, ignorePos); d != "" {
		t.Error(d)
	}
}

func TestExpectations(t *testing.T) {
	body := "at 23:00 person called p walks from 5+000 -900 to line at 1 m/s\n"
	for _, c := range []struct {
		text string
		want Expect
	}{
		{`expect one high alert on p by 23:16:45`, Expect{About: Alerts, On: Subject{Actor: "p"}, AtLeast: 1, AtMost: 1, Severity: "high", By: 1005 * time.Second}},
		{`never more than 1 alerts on p`, Expect{Never: true, About: Alerts, On: Subject{Actor: "p"}, AtMost: 1, By: 4 * time.Hour}},
		{`expect task on p by 23:20 unit near 41+000`, Expect{About: Tasks, On: Subject{Actor: "p"}, AtLeast: 1, AtMost: -1, By: 20 * time.Minute, UnitNear: 41000, HasUnitNear: true}},
		{`never word "infiltrator"`, Expect{Never: true, About: WordIn, Said: "infiltrator", By: 4 * time.Hour}},
		{`never task without approval`, Expect{Never: true, About: Unapproved, By: 4 * time.Hour}},
		{`expect 18 lost sensors by 23:30:10`, Expect{About: LostOnes, AtLeast: 18, AtMost: 18, By: 1810 * time.Second}},
		{`never tracks 91+000 to 104+000 with nothing there`, Expect{Never: true, About: TracksIn, HasSpan: true, From: 91000, To: 104000, By: 4 * time.Hour}},
		{`expect outcome referred 5 on p`, Expect{About: OutcomeOf, On: Subject{Actor: "p"}, AtLeast: 1, AtMost: -1, Counts: map[string]int{"referred": 5}, By: 4 * time.Hour}},
	} {
		s := parse(t, body+c.text)
		got := s.Expects[0]
		if got.Text != c.text {
			t.Errorf("kept as %q, written %q", got.Text, c.text)
		}
		got.Text = ""
		if d := cmp.Diff(c.want, got, ignorePos); d != "" {
			t.Errorf("%s\n%s", c.text, d)
		}
	}
}

func TestErrorsSayWhere(t *testing.T) {
	for _, c := range []struct{ text, where string }{
		{"", "line 1, column 1"},
		{"title \"a\" \"b\"", "line 1, column 1"},
		{"scenario x\nfrom 25:00 to 26:00", "line 2, column 6"},
		{head + "at 23:05 walrus goes from 1+000 0 to line at 1 m/s", "line 5, column 10"},
		{head + "at 23:05 person walks from 1+00 -5 to line at 1 m/s", "line 5, column 28"},
		{head + "at 23:05 person walks from 1+000 -500 to line", "line 5, column 46"},
		{head + "at 23:05 person walks from 1+000 -500 to line at 1 m/s; halts 5 s at +900", "line 5, column 57"},
		{head + "at 23:05 group of 3 (2 adults, 2 children) walks from 1+000 -5 to line at 1 m/s", "line 5, column 32"},
		{head + "expect one alert on nobody", "line 5, column 21"},
		{head + "expect one alert onn nobody", "line 5, column 18"},
		{head + "at 23:05 officer sings on x", "line 5, column 18"},
		{head + "at 23:05 radio from \"x at 5+000", "line 5, column 21"},
		{head + "estate 50+000 to 20+000", "line 5, column 18"},
		{head + "never more than one alert", "line 5, column 17"},
		{"  scenario x", "line 1, column 3"},
	} {
		_, err := Parse(c.text)
		var e *say.Error
		if !errors.As(err, &e) {
			t.Errorf("%q: error %v, want a *say.Error", c.text, err)
			continue
		}
		if !strings.HasPrefix(e.Text.En, c.where+":") || e.Text.Ar == "" || e.Kind != say.Invalid {
			t.Errorf("%q: %q, want it at %s and in Arabic too", c.text, e.Text.En, c.where)
		}
	}
}

func FuzzParse(f *testing.F) {
	files, err := filepath.Glob("../scenarios/*.scn")
	if err != nil || len(files) == 0 {
		f.Fatalf("no scenarios to start from: %v", err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Add("scenario a\nfrom 1:00 to 2:00\ntitle \"\" \"\"\nat 1:00 5 herds of 9 called x, 3 s apart grazes around 1+000 -5 within 5 m at 1 m/s for 1e300 h")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := Parse(text)
		if err != nil {
			var e *say.Error
			if !errors.As(err, &e) {
				t.Fatalf("%T: %v", err, err)
			}
			return
		}
		if s.Lasts <= 0 || s.Lasts > 24*time.Hour {
			t.Fatalf("lasts %v", s.Lasts)
		}
		for _, a := range s.Actors {
			if a.Count < 1 || a.Parties < 1 || a.At < 0 {
				t.Fatalf("actor %+v", a)
			}
		}
	})
}

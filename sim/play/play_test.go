package play

import (
	"slices"
	"strings"
	"testing"
	"time"

	"marsad/assess"
	"marsad/border"
	"marsad/ident"
	"marsad/respond"
	"marsad/say"
	"marsad/sense"
	"marsad/sim"
	"marsad/sim/scn"
)

// oracle is a system that knows nothing of sensors: it raises what a test tells
// it to, at the second it is told.
type oracle struct {
	start  time.Time
	raise  func(second int, o *oracle)
	second int

	cases   []respond.Case
	tracks  []Track
	hidden  []assess.Suppressed
	health  map[sense.SensorID]sense.Health
	sensors []sense.Sensor
	scans   int
	acts    []respond.Action
	refuse  bool
}

func (o *oracle) Register(_ time.Time, s sense.Sensor) error {
	o.sensors = append(o.sensors, s)
	return nil
}
func (o *oracle) Deliver(time.Time, sense.Scan) error        { o.scans++; return nil }
func (o *oracle) Report(time.Time, sense.StatusReport) error { return nil }
func (o *oracle) Cases() []respond.Case                      { return o.cases }
func (o *oracle) Tracks() []Track                            { return o.tracks }
func (o *oracle) Suppressed() []assess.Suppressed            { return o.hidden }
func (o *oracle) Health(id sense.SensorID) sense.Health      { return o.health[id] }

func (o *oracle) Tick(time.Time) error {
	o.second++
	if o.raise != nil {
		o.raise(o.second, o)
	}
	return nil
}

func (o *oracle) Act(now time.Time, a respond.Action) error {
	o.acts = append(o.acts, a)
	if o.refuse {
		return &say.Error{Code: "no", Text: say.Text{En: "no", Ar: "لا"}}
	}
	for i := range o.cases {
		c := &o.cases[i]
		if c.Alert.ID != a.Case {
			continue
		}
		c.Revision++
		switch a.Verb {
		case respond.Acknowledge:
			c.State = respond.Acknowledged
		case respond.Approve:
			c.Task = &respond.Task{ID: ident.Derive("task", now, "", 0), Unit: "patrol-041", WaitAt: 38_400,
				Approver: a.By.Name, ApproverID: a.By.ID, ApprovedAt: now, Dispatched: now}
		case respond.Note:
			c.Steps = append(c.Steps, respond.Step{Verb: a.Verb, Text: a.Text})
		}
	}
	return nil
}

// alert raises an alert at a place of the line.
func (o *oracle) alert(rule string, sev assess.Severity, c border.Chainage, off border.Offset, tracks ...ident.ID) {
	at := o.start.Add(time.Duration(o.second) * time.Second)
	a := assess.Alert{ID: ident.Derive("alert", at, rule, uint64(len(o.cases))), Rule: rule, Severity: sev, Opened: at, Tracks: tracks,
		Where: assess.Where{Point: border.Default().Place(c, off), Chainage: c, Offset: off, HasKm: true}}
	o.cases = append(o.cases, respond.Case{Alert: a, State: respond.Open})
}

const head = `scenario t
title "t" "ت"
from 02:00 to 02:20
estate 34+000 to 42+000
person officer watch-officer "Officer"
at 02:00 group of 3 called three walks from 38+400 -600 to 38+400 +300 at 1 m/s
at 02:00 herd of 50 called sheep grazes around 36+000 +900 within 50 m at 0.2 m/s for 20 min
`

func run(t *testing.T, body string, o *oracle) *Report {
	t.Helper()
	scene, err := scn.Parse(head + body)
	if err != nil {
		t.Fatal(err)
	}
	o.start = scene.Night
	r, err := Play(sim.NewEstate(border.Default(), sim.EstateSeed, nil), scene, o, Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

var track = ident.ID{1}

// raised gives an oracle that raises one alert on the group at a second.
func raised(at int, rule string, sev assess.Severity) *oracle {
	return &oracle{raise: func(second int, o *oracle) {
		if second == at {
			o.alert(rule, sev, 38_400, border.Offset(-600+at), track)
		}
	}}
}

func TestExpectationsAreJudged(t *testing.T) {
	twice := func() *oracle {
		return &oracle{raise: func(second int, o *oracle) {
			if second == 100 || second == 200 {
				o.alert("approach", assess.High, 38_400, border.Offset(-600+second), track)
			}
		}}
	}
	for _, c := range []struct {
		name, text string
		oracle     *oracle
		ok         bool
	}{
		{"in time", "expect one high alert on three by 02:02:00", raised(100, "approach", assess.High), true},
		{"too late", "expect one high alert on three by 02:01:00", raised(100, "approach", assess.High), false},
		{"wrong severity", "expect one high alert on three", raised(100, "approach", assess.Normal), false},
		{"of another thing", "expect one alert on sheep", raised(100, "approach", assess.High), false},
		{"one is not two", "expect one alert on three", twice(), false},
		{"never two", "never more than 1 alerts on three", twice(), false},
		{"two are at least one", "expect at least 1 alert on three", twice(), true},
		{"never any", "never alert", raised(100, "approach", assess.High), false},
		{"never any of that rule", "never alert rule other", raised(100, "approach", assess.High), true},
		{"near", "expect alert near 39+000", raised(100, "approach", assess.High), true},
		{"not near", "expect alert near 34+000", raised(100, "approach", assess.High), false},
		{"between", "never alert between 38+000 to 39+000", raised(100, "approach", assess.High), false},
		{"after", "never alert after 02:05", raised(100, "approach", assess.High), true},
		{"a word in what people read", `never word "intruder"`, raised(100, "intruder-rule", assess.High), false},
		{"no such word", `never word "intruder"`, raised(100, "approach", assess.High), true},
		{"state", "at 02:03 officer acknowledges on three\nexpect state acknowledged on three by 02:03:05", raised(100, "approach", assess.High), true},
		{"state too late", "at 02:03 officer acknowledges on three\nexpect state acknowledged on three by 02:02:30", raised(100, "approach", assess.High), false},
		{"note", "at 02:03 officer notes on three \"UNVERIFIED\"\nexpect note \"unverified\" on three", raised(100, "approach", assess.High), true},
		{"task and a unit that waits", "at 02:03 officer approves on three\nexpect task on three unit near 41+000\nexpect unit waiting on three by 02:12\nnever task without approval", raised(100, "approach", assess.High), true},
		{"unit from elsewhere", "at 02:03 officer approves on three\nexpect task on three unit near 12+000", raised(100, "approach", assess.High), false},
		{"nothing was suppressed", "never suppressed on three", raised(100, "approach", assess.High), true},
		{"invented track", "never tracks 34+000 to 42+000 with nothing there",
			&oracle{tracks: []Track{{ID: track, Point: border.Default().Place(40_000, -900)}}}, false},
		{"track on the sheep", "never tracks 34+000 to 42+000 with nothing there",
			&oracle{tracks: []Track{{ID: track, Point: border.Default().Place(36_000, 900)}}}, true},
	} {
		r := run(t, c.text, c.oracle)
		if r.OK() != c.ok {
			var b strings.Builder
			r.Print(&b)
			t.Errorf("%s: judged %v, want %v\n%s", c.name, r.OK(), c.ok, b.String())
		}
	}
}

func TestUnapprovedTaskIsSeen(t *testing.T) {
	o := raised(100, "approach", assess.High)
	inner := o.raise
	o.raise = func(second int, o *oracle) {
		inner(second, o)
		if second == 150 {
			o.cases[0].Task = &respond.Task{ID: ident.ID{9}, Unit: "patrol-041"}
		}
	}
	if r := run(t, "never task without approval", o); r.OK() {
		t.Error("a task that nobody approved was not noticed")
	}
}

func TestSuppressedIsSeen(t *testing.T) {
	o := &oracle{raise: func(second int, o *oracle) {
		if second == 100 {
			o.hidden = []assess.Suppressed{{ID: ident.ID{3}, Rule: "approach", Where: assess.Where{Point: border.Default().Place(38_400, -500)}}}
		}
	}}
	if r := run(t, "never suppressed on three", o); r.OK() {
		t.Error("a thing that was kept silent was not noticed")
	}
}

func TestScriptThatCannotBePlayedFails(t *testing.T) {
	if r := run(t, "at 02:03 officer acknowledges on three", &oracle{}); r.OK() {
		t.Error("an act on an alert that never came passed")
	}
	o := raised(100, "approach", assess.High)
	o.refuse = true
	if r := run(t, "at 02:03 officer acknowledges on three", o); r.OK() {
		t.Error("a refused act passed")
	}
}

func TestScoreAgainstTruth(t *testing.T) {
	other := ident.ID{2}
	o := &oracle{raise: func(second int, o *oracle) {
		// The group walks at 1 m/s from −600: at the line after 600 s. A track is
		// on it all the time, under two ids.
		id := track
		if second > 300 {
			id = other
		}
		o.tracks = []Track{{ID: id, Point: border.Default().Place(38_400, border.Offset(-600+second))}}
		switch second {
		case 240:
			o.alert("approach", assess.High, 38_400, -360, track)
		case 250:
			o.alert("herd-near", assess.Information, 36_000, 900, ident.ID{5})
		case 260:
			o.alert("approach", assess.High, 41_000, -3000, ident.ID{6})
		}
	}}
	s := run(t, "", o).Score
	if len(s.Incursions) != 1 {
		t.Fatalf("%d incursions, want the group alone", len(s.Incursions))
	}
	in := s.Incursions[0]
	if hand := (in.Crossed - in.Alerted).Seconds(); !in.BeforeLine() || hand < 355 || hand > 365 {
		t.Errorf("%.0f s in hand, before the line %v; want 360 s", hand, in.BeforeLine())
	}
	of := []string{}
	for _, n := range s.Nuisance {
		of = append(of, n.Of)
	}
	if !slices.Equal(of, []string{"sheep", ""}) {
		t.Errorf("nuisance of %q, want of the sheep and of nothing", of)
	}
	if s.Switches != 1 || s.Alerts != 3 {
		t.Errorf("%d switches and %d alerts, want 1 and 3", s.Switches, s.Alerts)
	}
	if in.Seen < 0 || in.Tracked < 0 {
		t.Errorf("seen %v, tracked %v: the sensors do see the group", in.Seen, in.Tracked)
	}
}

func TestPlayRegistersTheStretchAlone(t *testing.T) {
	o := &oracle{}
	run(t, "", o)
	if len(o.sensors) < 8 || len(o.sensors) > 20 || o.scans < 5000 {
		t.Errorf("%d sensors and %d scans for eight kilometres and twenty minutes", len(o.sensors), o.scans)
	}
}

// The words of the script for people's acts must be the verbs of respond.
func TestVerbsAreRespondsOwn(t *testing.T) {
	known := []respond.Verb{respond.OpenByHand, respond.Acknowledge, respond.Verify, respond.Classify, respond.Propose, respond.Approve,
		respond.Refuse, respond.Dispatch, respond.Arrive, respond.DeclareRescue, respond.DeclareDefence, respond.ProtectionAsk, respond.Refer,
		respond.PartnerAck, respond.GiveOutcome, respond.Debrief, respond.Stand, respond.Note, respond.EndCustody}
	seen := map[respond.Verb]bool{}
	for _, name := range sim.Names() {
		scene, err := sim.Scenario(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range scene.Acts {
			if !slices.Contains(known, respond.Verb(a.Verb)) {
				t.Errorf("%s line %d: respond knows no verb %q", name, a.Line, a.Verb)
			}
			seen[respond.Verb(a.Verb)] = true
		}
	}
	if len(seen) < 10 {
		t.Errorf("the scenarios use only %d verbs", len(seen))
	}
}

package record

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marsad/assess"
	"marsad/ident"
	"marsad/respond"
	"marsad/say"
	"marsad/sense"
)

// family is a case of four people who asked for help and were referred.
func family() respond.Case {
	at := func(m int) time.Time { return t0.Add(time.Duration(m) * time.Minute) }
	return respond.Case{
		Alert: assess.Alert{
			ID: ident.Derive("alert", t0, "t", 0), Rule: "approach", Opened: t0, Class: sense.Group, Crossed: true,
			Tracks: []ident.ID{ident.Derive("track", t0, "t", 0)}, Where: assess.Where{Section: "rabia", Chainage: 43200, HasKm: true},
			Evidence: []assess.Evidence{{Name: "speed", Value: 1.2}},
		},
		State: respond.Outcome, Owner: "Layla", Class: sense.Group,
		Steps: []respond.Step{
			{Verb: respond.Acknowledge, From: respond.Open, To: respond.Acknowledged, At: at(1), By: "Layla", ByID: "a-1"},
			{Verb: respond.Approve, From: respond.Proposed, To: respond.Approved, At: at(2), By: "Hassan", ByID: "a-2"},
			{Verb: respond.Propose, From: respond.Classified, To: respond.Proposed, At: at(2), By: "Marsad"},
			{Verb: respond.ProtectionAsk, At: at(8), By: "Layla", ByID: "a-1", Text: "they fear to go back"},
			{Verb: respond.Refer, At: at(9), By: "Layla", ByID: "a-1"},
			{Verb: respond.GiveOutcome, From: respond.OnScene, To: respond.Outcome, At: at(20), By: "Layla", ByID: "a-1", Text: "family of four"},
		},
		Proposals:  []respond.Proposal{{Unit: "r-2", By: "Marsad", Asked: "Hassan", At: at(2)}},
		Task:       &respond.Task{ID: ident.Derive("task", t0, "t", 0), Approver: "Hassan", ApproverID: "a-2", ApprovedAt: at(2)},
		Result:     &respond.Result{Counts: respond.Counts{Referred: 4}, Direction: "inbound", Children: 2, Injured: 1, Text: "the mother is ill"},
		Protection: "asks-protection", ProtectionText: "they fear to go back",
		Referral:  &respond.Referral{Partner: "health", At: at(9), By: "Layla", Acked: at(15), AckedBy: "Dr Noor"},
		Escalated: []time.Time{at(1)}, Deputy: "Karim",
	}
}

func TestIncidentOfACase(t *testing.T) {
	c := family()
	i, ok := FromCase(c)
	if !ok {
		t.Fatal("a case with an outcome gave no incident")
	}
	if i.Type != Humanitarian || i.People != (People{Met: 4, Children: 2, Injured: 1}) || !i.Closed.Equal(t0.Add(20*time.Minute)) || len(i.Tasks) != 1 {
		t.Errorf("%+v", i)
	}
	if len(i.Decisions) != 5 { // what software proposed is no decision
		t.Errorf("%d decisions, want 5: %+v", len(i.Decisions), i.Decisions)
	}
	again, _ := FromCase(family())
	if diff := cmp.Diff(i, again); diff != "" {
		t.Errorf("the same case gave another incident:\n%s", diff)
	}
	b, err := json.Marshal(i)
	if err != nil || !strings.Contains(string(b), `"seizures":[]`) {
		t.Errorf("seizures must be an empty list, not nothing: %s %v", b, err)
	}
	c.Result = nil
	if _, ok := FromCase(c); ok {
		t.Error("a case without an outcome gave an incident")
	}
}

func TestTypeOfAnIncident(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*respond.Case)
		want   Type
	}{
		{"referral counts before all", func(c *respond.Case) { c.Class = sense.Dig }, Humanitarian},
		{"a referral without a count", func(c *respond.Case) { c.Result.Counts = respond.Counts{FalseAlarm: 1} }, Humanitarian},
		{"crossing", func(c *respond.Case) { c.Referral, c.Result.Counts = nil, respond.Counts{Apprehended: 2} }, Crossing},
		{"approach", func(c *respond.Case) {
			c.Referral, c.Result.Counts, c.Alert.Crossed = nil, respond.Counts{WithdrewAlone: 2}, false
		}, Approach},
		{"animals", func(c *respond.Case) { c.Referral, c.Result.Counts = nil, respond.Counts{Animal: 9} }, AnimalMove},
		{"a shepherd with animals", func(c *respond.Case) { c.Referral, c.Result.Counts = nil, respond.Counts{Animal: 9, Released: 1} }, Crossing},
		{"false alarm", func(c *respond.Case) { c.Referral, c.Result.Counts = nil, respond.Counts{FalseAlarm: 1} }, FalseAlarm},
		{"another force", func(c *respond.Case) { c.Referral, c.Result.Counts = nil, respond.Counts{OtherForce: 5} }, OtherForce},
		{"what a person saw counts before the sensor", func(c *respond.Case) {
			c.Referral, c.Result.Counts, c.Class = nil, respond.Counts{GotAway: 1}, sense.SlowAir
		}, SlowAir},
		{"the sensor's class where nobody said", func(c *respond.Case) {
			c.Referral, c.Result.Counts, c.Class, c.Alert.Class = nil, respond.Counts{Unresolved: 1}, sense.Unknown, sense.Float
		}, RiverFloat},
		{"digging", func(c *respond.Case) {
			c.Referral, c.Result.Counts, c.Class = nil, respond.Counts{Apprehended: 1}, sense.Dig
		}, Digging},
		{"lost sensors", func(c *respond.Case) {
			c.Referral, c.Result.Counts, c.Class, c.Alert.Class = nil, respond.Counts{Unresolved: 1}, sense.Unknown, sense.Unknown
			c.Alert.Tracks, c.Alert.Sensors = nil, []sense.SensorID{"x"}
		}, Outage},
	} {
		k := family()
		c.change(&k)
		if got := TypeOf(k); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestEveryTypeAndKindHasNames(t *testing.T) {
	seen := map[string]bool{}
	check := func(id string, name say.Text) {
		if id == "" || name.En == "" || name.Ar == "" || seen[id] {
			t.Errorf("%q is twice or has no name in both languages: %+v", id, name)
		}
		seen[id] = true
		for _, never := range []string{"infiltrat", "target", "suspect", "hostile", "متسلل", "هدف"} {
			if strings.Contains(strings.ToLower(id+name.En+name.Ar), never) {
				t.Errorf("%q says %q", id, never)
			}
		}
	}
	for _, x := range Types {
		check(string(x.Type), x.Name)
	}
	clear(seen)
	for _, x := range SeizureKinds {
		check(string(x.Kind), x.Name)
		if len(x.Units) == 0 {
			t.Errorf("%s is counted in nothing", x.Kind)
		}
	}
}

func TestNoRateStandsAlone(t *testing.T) {
	var tally Tally
	for _, n := range []respond.Counts{
		{Apprehended: 3, GotAway: 1}, {Referred: 4}, {TurnedBack: 2, Released: 1}, {Animal: 7}, {FalseAlarm: 1}, {WithdrewAlone: 5}, {Unresolved: 1},
	} {
		tally.Add(Incident{Outcome: respond.Result{Counts: n}})
	}
	tally.Add(Incident{Outcome: respond.Result{Counts: respond.Counts{Apprehended: 100}}, Simulated: true})
	if tally.Incidents != 7 || tally.Simulated != 1 || tally.Counts.Apprehended != 3 {
		t.Errorf("%+v", tally)
	}
	reached := tally.Reached()
	if reached.Part != 10 || reached.Of != 12 {
		t.Errorf("reached %d of %d, want 10 of 12", reached.Part, reached.Of)
	}
	if n := tally.Nuisance(); n.Part != 8 || n.Of != 25 {
		t.Errorf("nuisance %d of %d, want 8 of 25", n.Part, n.Of)
	}
	for _, r := range []Rate{reached, tally.Nuisance(), Tally{}.Reached()} {
		text := r.Text()
		for _, beside := range []string{"referred", "released", "turned back"} {
			if !strings.Contains(text.En, beside) {
				t.Errorf("%q stands without %q", text.En, beside)
			}
		}
		for _, beside := range []string{"إحالة إنسانية", "أُخلي سبيلهم", "أُعيدوا"} {
			if !strings.Contains(text.Ar, beside) {
				t.Errorf("%q stands without %q", text.Ar, beside)
			}
		}
		if r.Method.IsZero() || strings.Contains(text.En+text.Ar, "{") {
			t.Errorf("%+v", r)
		}
	}
	if got, want := reached.String(), "people met by a patrol: 83 % (10 of 12); referred 4, released 1, turned back 2"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if s := (Tally{}).Reached().String(); !strings.Contains(s, "— (0 of 0)") {
		t.Errorf("a rate of nothing is %q", s)
	}
}

// An incident of a simulated alert stays marked (safeguard 12).
func TestSafeguard_12_ASimulatedIncidentIsMarked(t *testing.T) {
	for _, simulated := range []bool{false, true} {
		c := respond.Case{Alert: assess.Alert{Simulated: simulated}, Result: &respond.Result{Counts: respond.Counts{GotAway: 1}}}
		if i, ok := FromCase(c); !ok || i.Simulated != simulated {
			t.Errorf("simulated %v: %v, %v", simulated, i.Simulated, ok)
		}
	}
}

// What is added up knows no unit and no person, so that nothing made from it can
// rank them (safeguard 6).
func TestSafeguard_06_NoRateRanksUnits(t *testing.T) {
	for _, of := range []reflect.Type{reflect.TypeFor[Tally](), reflect.TypeFor[Rate]()} {
		for i := range of.NumField() {
			f := of.Field(i)
			if f.Type.Kind() != reflect.Int && f.Type != reflect.TypeFor[respond.Counts]() && f.Type != reflect.TypeFor[say.Text]() {
				t.Errorf("%s.%s is a %s: it could name somebody", of.Name(), f.Name, f.Type)
			}
		}
	}
}

func TestRedactedCaseKeepsDecisions(t *testing.T) {
	c := family()
	before, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	r := RedactCase(c, t0.Add(time.Hour))
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, said := range []string{"Layla", "Hassan", "Karim", "Noor", "fear", "ill", "family of four"} {
		if strings.Contains(string(b), said) {
			t.Errorf("%q is still there: %s", said, b)
		}
	}
	if len(r.Steps) != len(c.Steps) || r.Steps[1].ByID != "a-2" || r.Task.ApproverID != "a-2" || r.Result.Counts != c.Result.Counts ||
		r.Protection != c.Protection || r.Referral.Partner != "health" || r.Steps[2].By != "Marsad" || r.Proposals[0].By != "Marsad" {
		t.Errorf("more than names and words is gone: %s", b)
	}
	if !Extends(c, r) || !Extends(r, c) {
		t.Error("erasing names reads as losing steps")
	}
	if after, _ := json.Marshal(c); string(after) != string(before) {
		t.Error("the case that was given changed")
	}
	// Of a case in progress only what is old enough goes.
	part := RedactCase(c, t0.Add(5*time.Minute))
	if part.Owner != "" || part.Steps[0].By != "" || part.Task.Approver != "" || part.ProtectionText == "" || part.Steps[4].By == "" || part.Result.Text == "" {
		t.Errorf("up to the fifth minute: %+v", part)
	}
	hand := family()
	hand.Alert.ByHand, hand.Alert.Reason = "Sentry Omar", say.Text{En: "Omar saw a man with a bag"}
	hand.Alert.Evidence = []assess.Evidence{{Name: "report", Text: say.Text{En: "Omar called"}, Value: 3}}
	gone := RedactCase(hand, t0.Add(time.Hour))
	if b, _ := json.Marshal(gone); strings.Contains(string(b), "Omar") || gone.Alert.Evidence[0].Value != 3 || gone.Alert.ByHand == "" {
		t.Errorf("opened by hand: %s", b)
	}
}

func TestStepsThatWereLostAreSeen(t *testing.T) {
	c := family()
	for name, change := range map[string]func(*respond.Case){
		"fewer":        func(c *respond.Case) { c.Steps = c.Steps[:2] },
		"another verb": func(c *respond.Case) { c.Steps[0].Verb = respond.Refuse },
		"another time": func(c *respond.Case) { c.Steps[0].At = t0 },
		"by another":   func(c *respond.Case) { c.Steps[0].ByID = "a-9" },
	} {
		n := family()
		change(&n)
		if Extends(c, n) {
			t.Errorf("%s: taken for an extension", name)
		}
	}
	n := family()
	n.Steps = append(n.Steps, respond.Step{Verb: respond.Debrief})
	if !Extends(c, n) {
		t.Error("one step more was not taken for an extension")
	}
}

func TestPolicyBounds(t *testing.T) {
	now := t0
	for days, want := range map[int]time.Duration{0: 90, 1: 1, 30: 30, 90: 90} {
		got, err := Policy{PersonalDays: days}.Cutoff(now)
		if err != nil || !got.Equal(now.Add(-want*24*time.Hour)) {
			t.Errorf("%d days: %v %v", days, got, err)
		}
	}
	for _, days := range []int{-1, 91, 1 << 30} {
		if _, err := (Policy{PersonalDays: days}).Cutoff(now); err == nil {
			t.Errorf("%d days were accepted", days)
		}
	}
}

package respond

import (
	"math"
	"testing"
	"time"

	"marsad/assess"
	"marsad/geo"
	"marsad/ident"
)

func TestOutcomeIsChecked(t *testing.T) {
	ok := Result{Counts: Counts{Apprehended: 3, GotAway: 1}, Direction: "inbound"}
	for name, c := range map[string]struct {
		spoil func(*Result)
		want  string
	}{
		"sound":            {func(*Result) {}, ""},
		"negative":         {func(x *Result) { x.Counts.GotAway = -1 }, "outcome.counts"},
		"beyond belief":    {func(x *Result) { x.Counts.GotAway = math.MaxInt }, "outcome.counts"},
		"nothing":          {func(x *Result) { x.Counts = Counts{} }, "outcome.zero"},
		"no direction":     {func(x *Result) { x.Direction = "" }, "outcome.direction"},
		"odd direction":    {func(x *Result) { x.Direction = "up" }, "outcome.direction"},
		"met without way":  {func(x *Result) { x.Direction = "none" }, "outcome.direction"},
		"more children":    {func(x *Result) { x.Children = 5 }, "outcome.people"},
		"more dead":        {func(x *Result) { x.Dead = 5 }, "outcome.people"},
		"negative injured": {func(x *Result) { x.Injured = -1 }, "outcome.counts"},
		"force in silence": {func(x *Result) { x.Force = true }, "outcome.force"},
		"force in words":   {func(x *Result) { x.Force, x.Text = true, "one warning shot" }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			id := d.alert(38400, assess.High)
			d.onScene(id)
			x := ok
			c.spoil(&x)
			if got := d.try(yusuf, GiveOutcome, id, func(a *Action) { a.Result = &x }); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	d := newDesk(t)
	id := d.alert(38400, assess.High)
	d.onScene(id)
	if got := d.try(yusuf, GiveOutcome, id); got != "outcome.empty" {
		t.Errorf("no result: %q", got)
	}
}

func TestAnOutageClosesWithWords(t *testing.T) {
	d := newDesk(t)
	id := ident.Derive("alert", d.now, "outage", 1)
	d.r.Alert(assess.Alert{ID: id, Rule: "sensors-lost", Severity: assess.High, Opened: d.now, Updated: d.now, Revision: 1, Sensors: nil, Where: assess.WhereSpan(meridian{}, 40000, 45000)}, &d.out)
	d.do(salma, Acknowledge, id)
	d.do(salma, Verify, id)
	none := func(words string) func(*Action) {
		return func(a *Action) { a.Result = &Result{Direction: "none", Text: words} }
	}
	if code := d.try(salma, GiveOutcome, id, none("")); code != "outcome.zero" {
		t.Errorf("closed without a word: %q", code)
	}
	d.do(salma, GiveOutcome, id, none("fibre repaired"))
	d.do(karim, Debrief, id)
}

func TestUnitsAreOfferedNearestFirstAndOnlyOnce(t *testing.T) {
	d := newDesk(t)
	a, b := d.alert(38400, assess.High), d.alert(39400, assess.High)
	k := d.r.Candidates(a)
	if len(k) != 3 || k[0].Unit != "p1" || k[1].Unit != "p2" || k[2].Unit != "p3" {
		t.Fatalf("%+v", k)
	}
	want := math.Round(geo.Distance(meridian{}.Point(41000, 250), meridian{}.Point(38400, 250)))
	if math.Abs(k[0].Metres-want) > 1 || k[0].StraightLine != time.Duration(math.Round(want/12))*time.Second {
		t.Errorf("%v m in %s, want %v m", k[0].Metres, k[0].StraightLine, want)
	}
	d.r.Fix("p2", meridian{}.Point(38500, 300), d.now)
	if k = d.r.Candidates(a); k[0].Unit != "p2" {
		t.Errorf("the nearest by fix is %s", k[0].Unit)
	}
	d.onScene(a)
	if k = d.r.Candidates(b); k[0].Unit != "p1" || len(k) != 2 {
		t.Errorf("p2 is busy and offered: %+v", k)
	}
	d.do(salma, Acknowledge, b)
	d.do(salma, Verify, b)
	d.do(salma, Classify, b)
	if code := d.try(salma, Propose, b, func(a *Action) { a.Unit = "p2" }); code != "unit.busy" {
		t.Errorf("a busy unit is proposed: %q", code)
	}
	if code := d.try(salma, Propose, b, func(a *Action) { a.Unit = "p9" }); code != "unit.unknown" {
		t.Errorf("an unknown unit is proposed: %q", code)
	}
	d.do(salma, Propose, b, func(a *Action) { a.Unit = "p3" })
	// It is tasked elsewhere before the answer comes.
	c := d.alert(99000, assess.High)
	officer := Person{ID: "sami", Name: "Sami", Roles: []string{Commander, WatchOfficer}, Sections: []string{"sinjar"}}
	d.do(officer, Acknowledge, c)
	d.do(officer, Verify, c)
	d.do(officer, Classify, c)
	d.do(officer, Propose, c, func(a *Action) { a.Unit = "p3" })
	d.do(officer, Approve, c)
	if code := d.try(karim, Approve, b); code != "unit.busy" {
		t.Errorf("approved a unit that has gone elsewhere: %q", code)
	}
	// Freed by its outcome.
	d.do(officer, Dispatch, c)
	d.do(officer, Arrive, c)
	d.do(officer, GiveOutcome, c, counts(Counts{Animal: 4}, 0))
	d.do(karim, Approve, b)
}

func TestStandDownFreesTheUnit(t *testing.T) {
	d := newDesk(t)
	c := d.alert(38400, assess.High)
	d.do(salma, Acknowledge, c)
	d.do(salma, Verify, c)
	d.do(salma, Classify, c)
	d.do(salma, Propose, c)
	d.do(karim, Approve, c)
	if code := d.try(karim, Stand, c); code != "action.no_reason" {
		t.Errorf("without a reason: %q", code)
	}
	d.do(karim, Stand, c, text("they turned away"))
	if x := d.must(c); x.State != Classified || x.Task.State() != TaskEnded {
		t.Fatalf("%s %s", x.State, x.Task.State())
	}
	d.do(salma, Propose, c)
	d.do(karim, Approve, c)
	if x := d.must(c); len(x.Earlier) != 1 || x.Task.State() != TaskApproved {
		t.Fatalf("%+v", x)
	}
}

func TestAnAlertThatRisesAfterItsOutcomeIsOpenAgain(t *testing.T) {
	d := newDesk(t)
	c := d.alert(38400, assess.Normal)
	d.do(salma, Acknowledge, c)
	d.do(salma, Verify, c)
	d.do(salma, GiveOutcome, c, counts(Counts{FalseAlarm: 1}, 0))
	d.do(karim, Debrief, c)
	al := d.must(c).Alert
	al.Revision, al.Updated = 2, d.now.Add(time.Minute)
	d.r.Alert(al, &d.out)
	if d.state(c) != Debriefed {
		t.Fatal("an equal revision opened it")
	}
	al.Revision, al.Severity, al.Crossed, al.Updated = 3, assess.Critical, true, d.now.Add(2*time.Minute)
	d.r.Alert(al, &d.out)
	x := d.must(c)
	if x.State != Open || x.Owner != "" || x.Result != nil || len(x.EarlierResults) != 1 || x.Steps[len(x.Steps)-1].By != "Marsad" {
		t.Fatalf("%s %+v", x.State, x)
	}
	d.kinds()
	d.r.Tick(al.Updated.Add(time.Minute), &d.out)
	if k := d.kinds()["escalation"]; len(k) == 0 {
		t.Error("critical again, unacknowledged, and nobody is called")
	}
}

func TestWhoHasItIsToldWhenItRises(t *testing.T) {
	d := newDesk(t)
	c := d.alert(38400, assess.High)
	d.do(salma, Acknowledge, c)
	al := d.must(c).Alert
	al.Revision, al.Severity, al.Updated = 2, assess.Critical, d.now.Add(time.Second)
	d.kinds()
	d.r.Alert(al, &d.out)
	if k := d.kinds()["raised"]; len(k) == 0 || d.state(c) != Acknowledged {
		t.Fatalf("told %v, %s", k, d.state(c))
	}
}

func TestClosedCasesLeaveMemoryAfterADay(t *testing.T) {
	d := newDesk(t)
	c := d.alert(38400, assess.Normal)
	d.do(salma, Acknowledge, c)
	d.do(salma, Verify, c)
	d.do(salma, GiveOutcome, c, counts(Counts{Animal: 3}, 0))
	d.do(karim, Debrief, c)
	d.r.Tick(d.now.Add(48*time.Hour), &d.out)
	if _, ok := d.r.Case(c); !ok {
		t.Fatal("forgotten while its alert lasts")
	}
	al := d.must(c).Alert
	al.Revision, al.Ended, al.Updated = 2, d.now.Add(49*time.Hour), d.now.Add(49*time.Hour)
	d.r.Alert(al, &d.out)
	d.r.Tick(d.now.Add(80*time.Hour), &d.out)
	if _, ok := d.r.Case(c); ok {
		t.Fatal("kept for ever")
	}
}

func TestBadActions(t *testing.T) {
	d := newDesk(t)
	c := d.alert(38400, assess.High)
	for name, x := range map[string]struct {
		p    Person
		v    Verb
		c    ident.ID
		f    func(*Action)
		want string
	}{
		"no such case":     {salma, Acknowledge, ident.ID{9}, func(*Action) {}, "case.not_found"},
		"no such verb":     {salma, "shoot", c, func(*Action) {}, "action.unknown"},
		"software's verb":  {nadia, Reopen, c, func(*Action) {}, "action.unknown"},
		"no time":          {salma, Acknowledge, c, func(a *Action) { a.At = time.Time{} }, "action.incomplete"},
		"no id":            {salma, Acknowledge, c, func(a *Action) { a.ID = ident.ID{} }, "action.incomplete"},
		"a book":           {salma, Note, c, func(a *Action) { a.Text = string(make([]byte, 9000)) }, "action.too_long"},
		"out of order":     {karim, Approve, c, func(*Action) {}, "case.state"},
		"open nowhere":     {salma, OpenByHand, ident.ID{}, func(*Action) {}, "action.no_place"},
		"open off Earth":   {nadia, OpenByHand, ident.ID{}, func(a *Action) { a.Place = &Place{ByPoint: true, Lat: math.NaN()} }, "alert.bad_request"},
		"open elsewhere":   {salma, OpenByHand, ident.ID{}, func(a *Action) { a.Place = &Place{Chainage: 300000} }, "action.section"},
		"nameless":         {Person{ID: "x", Roles: []string{WatchOfficer}, Sections: []string{"*"}}, Acknowledge, c, func(*Action) {}, "action.nobody"},
		"empty note":       {salma, Note, c, text(" "), "action.no_reason"},
		"no silence":       {karim, GrantSilence, ident.ID{}, func(*Action) {}, "silence.incomplete"},
		"silent complaint": {yusuf, Complain, ident.ID{}, func(*Action) {}, "action.no_reason"},
	} {
		if got := d.try(x.p, x.v, x.c, x.f); got != x.want {
			t.Errorf("%s: %q, want %q", name, got, x.want)
		}
	}
	if d.state(c) != Open {
		t.Errorf("the case went to %s", d.state(c))
	}
}

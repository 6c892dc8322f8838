package respond

import (
	"embed"
	"slices"
	"strings"
	"testing"
	"time"

	"marsad/assess"
	"marsad/say"
)

//go:embed *.go
var sources embed.FS

// Each test is named after the number of the sentence in SAFEGUARDS.md that it
// holds the stage to.

func TestSafeguard_01_SoftwareProposesANamedPersonDecides(t *testing.T) {
	d := newDesk(t)
	c := d.alert(38400, assess.Critical)
	for range 3600 {
		d.now = d.now.Add(time.Second)
		d.r.Tick(d.now, &d.out)
	}
	if x := d.must(c); x.Task != nil || x.State != Open {
		t.Fatalf("an hour of clocks alone: %s, task %+v", x.State, x.Task)
	}
	d.do(salma, Acknowledge, c)
	d.do(salma, Verify, c)
	d.do(salma, Classify, c)
	d.do(salma, Propose, c)
	elsewhere := karim
	elsewhere.Sections = []string{"south"}
	for _, p := range []Person{salma, yusuf, layla, watcher, elsewhere, {ID: "x", Name: "X", Roles: []string{Commander}}, {ID: "y", Name: "Y", Roles: []string{Administrator}, Sections: []string{"*"}}} {
		if code := d.try(p, Approve, c); code != "action.role" && code != "action.section" {
			t.Errorf("%s %v approved: %q", p.Name, p.Roles, code)
		}
	}
	for _, p := range []Person{{}, {ID: "x"}, {Name: "X"}, {ID: " ", Name: "X"}, {ID: "x", Name: " "}} {
		p.Roles, p.Sections = []string{Commander}, []string{"*"}
		if code := d.try(p, Approve, c); code != "action.nobody" {
			t.Errorf("%+v approved: %q", p, code)
		}
	}
	if d.must(c).Task != nil {
		t.Fatal("a task without approval")
	}
	d.do(karim, Approve, c)
	if k := d.must(c).Task; k.Approver != "Karim" || k.Section != "rabia" || k.Ground != "approved" {
		t.Fatalf("%+v", k)
	}
}

// Who may do what binds, leaves the force or ends something. A role more in this
// table is a decision about the safeguards, not about code.
func TestSafeguard_01_WhoMay(t *testing.T) {
	for v, want := range map[Verb][]string{
		Approve: {Commander}, Refuse: {Commander}, Stand: {Commander}, Debrief: {Commander}, Release: {Commander}, HandOver: {Commander}, GrantSilence: {Commander},
		Refer: {Field, WatchOfficer, Commander, Liaison}, PartnerAck: {WatchOfficer, Commander, Liaison}, ProtectionAsk: {Field, WatchOfficer, Commander, Liaison},
		Dispatch: {WatchOfficer, Commander, Field}, GiveOutcome: {Field, WatchOfficer, Commander},
		DeclareRescue: {Field, WatchOfficer, Commander}, DeclareDefence: {Field, WatchOfficer, Commander},
		EndCustody: {Commander, WatchOfficer}, EndSilence: {Commander, WatchOfficer},
	} {
		if !slices.Equal(rights[v], want) {
			t.Errorf("%s: %v may, not %v", v, rights[v], want)
		}
	}
	// A case comes to a task by approval or a declaration alone, and stands
	// nowhere behind it without.
	tasked := []State{Approved, Dispatched, OnScene}
	for _, m := range Moves() {
		if slices.Contains(tasked, m.To) && !slices.Contains(tasked, m.From) && !slices.Contains([]Verb{Approve, DeclareRescue, DeclareDefence}, m.Verb) {
			t.Errorf("%s leads from %s to %s without an approver", m.Verb, m.From, m.To)
		}
	}
}

// What Marsad says of itself goes to people inside: no partner is warned, called
// or told by software.
func TestSafeguard_01_SoftwareTellsOnlyOurOwn(t *testing.T) {
	own := append(slices.Clone(everyone), "karim", "nadia", "salma")
	d := newDesk(t)
	c := d.alert(38400, assess.High)
	x := d.must(c).Alert
	x.ID, x.Outbound, x.Severity, x.Revision = actionID(9001), true, assess.Critical, 1
	d.r.Alert(x, &d.out)
	x.Revision, x.Severity, x.Updated = 2, assess.Critical, d.now.Add(time.Minute)
	d.r.Alert(x, &d.out)
	d.onScene(c)
	d.do(yusuf, GiveOutcome, c, counts(Counts{Apprehended: 1}, 0))
	for _, wait := range []time.Duration{2 * time.Minute, 13 * time.Hour, 25 * time.Hour} {
		d.r.Tick(d.now.Add(wait), &d.out)
	}
	if len(d.out.Notices) < 6 {
		t.Fatalf("only %d notices", len(d.out.Notices))
	}
	for _, n := range d.out.Notices {
		for _, to := range n.To {
			if !slices.Contains(own, to) {
				t.Errorf("a %s goes to %q", n.Kind, to)
			}
		}
	}
}

func TestSafeguard_01_OnlyAPersonCloses(t *testing.T) {
	for _, m := range Moves() {
		if m.To == Debriefed && m.From != Debriefed && (m.Verb != Debrief || !slices.Equal(rights[Debrief], []string{Commander})) {
			t.Errorf("%s closes a case", m.Verb)
		}
	}
	d := newDesk(t)
	c := d.alert(38400, assess.Normal)
	x := d.must(c).Alert
	x.Revision, x.Ended, x.Updated = 2, d.now.Add(time.Minute), d.now.Add(time.Minute)
	d.r.Alert(x, &d.out)
	d.r.Tick(d.now.Add(100*time.Hour), &d.out)
	if got := d.must(c); got.State != Open {
		t.Errorf("the cause is gone and the case went to %s by itself", got.State)
	}
}

func TestSafeguard_01_RescueAndSelfDefenceWithOnePress(t *testing.T) {
	for _, v := range []Verb{DeclareRescue, DeclareDefence} {
		for _, ahead := range []int{0, 1, 3, 4, 5, 6, 7} {
			d := newDesk(t)
			c := d.alert(38400, assess.High)
			steps := []func(){func() { d.do(salma, Acknowledge, c) }, func() { d.do(salma, Verify, c) }, func() { d.do(salma, Classify, c) }, func() { d.do(salma, Propose, c) },
				func() { d.do(karim, Approve, c) }, func() { d.do(salma, Dispatch, c) }, func() { d.do(yusuf, Arrive, c) }}
			for _, f := range steps[:ahead] {
				f()
			}
			d.kinds()
			d.do(yusuf, v, c)
			x := d.must(c)
			ground := map[Verb]string{DeclareRescue: "rescue", DeclareDefence: "self-defence"}[v]
			if x.State != OnScene || x.Task.ApproverID != "yusuf" || x.Task.Ground != ground || x.Task.Arrived.IsZero() {
				t.Fatalf("%s after %d steps: %s %+v", v, ahead, x.State, x.Task)
			}
			if to := d.kinds()[ground]; !slices.Contains(to, Commander) || !slices.Contains(to, Oversight) {
				t.Errorf("told: %v", to)
			}
			for _, e := range x.Earlier {
				if e.Ended.IsZero() {
					t.Error("the earlier task still runs")
				}
			}
		}
	}
	d := newDesk(t)
	c := d.alert(38400, assess.High)
	if code := d.try(layla, DeclareRescue, c); code != "action.role" {
		t.Errorf("a liaison officer declared rescue: %q", code)
	}
}

func TestSafeguard_01_RescueWhereNoAlertIsYet(t *testing.T) {
	d := newDesk(t)
	d.do(yusuf, DeclareRescue, noCase, func(a *Action) { a.Place = &Place{Chainage: 41000, Offset: 50}; a.Text = "two people in the water" })
	if len(d.out.Opens) != 1 {
		t.Fatalf("%d requests to assess", len(d.out.Opens))
	}
	q := d.out.Opens[0]
	// A restart between the request and the alert loses nothing.
	b, err := d.r.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	if d.r, err = New(config()); err != nil {
		t.Fatal(err)
	}
	if err := d.r.Restore(b); err != nil {
		t.Fatal(err)
	}
	id := assess.HandID(q.ID, q.At)
	d.r.Alert(assess.Alert{ID: id, Severity: q.Severity, Opened: q.At, Updated: q.At, Revision: 1, ByHand: q.By, Where: assess.WhereAt(meridian{}, meridian{}.Point(41000, 50))}, &d.out)
	if x := d.must(id); x.State != OnScene || x.Task.ApproverID != "yusuf" || x.Owner != "Yusuf" {
		t.Fatalf("%s %+v", x.State, x.Task)
	}
	if to := d.kinds()["rescue"]; !slices.Contains(to, Oversight) {
		t.Errorf("told: %v", to)
	}
}

func TestSafeguard_02_NoActionControlsAnything(t *testing.T) {
	for v := range rights {
		for _, w := range []string{"fire", "shoot", "jam", "weapon", "effector", "strike", "engage", "face", "identify"} {
			if strings.Contains(string(v), w) {
				t.Errorf("there is an action %q", v)
			}
		}
	}
}

func TestSafeguard_03_WordsBeforeAnOutcome(t *testing.T) {
	files, err := sources.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if strings.HasSuffix(f.Name(), "_test.go") {
			continue
		}
		b, err := sources.ReadFile(f.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range []string{"infiltrator", "target", "suspect", "hostile", "enemy", "متسلل", "هدف", "مشتبه", "معادي", "العدو"} {
			if strings.Contains(strings.ToLower(string(b)), w) {
				t.Errorf("%s says %q", f.Name(), w)
			}
		}
	}
}

func TestSafeguard_04_ASilenceCarriesItsGranter(t *testing.T) {
	d := newDesk(t)
	s := assess.Silence{Movement: "works crew at the gate", From: 40000, To: 41000, OffsetMin: 0, OffsetMax: 400, Expires: d.now.Add(time.Hour), Granter: "somebody else", GranterID: "other"}
	with := func(a *Action) { x := s; a.Silence = &x }
	if code := d.try(salma, GrantSilence, noCase, with); code != "action.role" {
		t.Errorf("a watch officer granted: %q", code)
	}
	wide := func(a *Action) { x := s; x.From, x.To = 100000, 130000; a.Silence = &x }
	if code := d.try(karim, GrantSilence, noCase, wide); code != "action.section" {
		t.Errorf("a silence that reaches into a section he does not hold: %q", code)
	}
	if code := d.try(karim, GrantSilence, noCase, func(a *Action) { x := s; x.Movement = ""; a.Silence = &x }); code != "silence.incomplete" {
		t.Errorf("a silence for no movement: %q", code)
	}
	d.do(karim, GrantSilence, noCase, with)
	if len(d.out.Silences) != 1 || d.out.Silences[0].Granter != "Karim" || d.out.Silences[0].GranterID != "karim" || d.out.Silences[0].Starts.IsZero() {
		t.Fatalf("%+v", d.out.Silences)
	}
	end := func(a *Action) { a.Silence = &assess.Silence{ID: d.out.Silences[0].ID} }
	if code := d.try(yusuf, EndSilence, noCase, end); code != "action.role" {
		t.Errorf("ended by a patrol leader: %q", code)
	}
	d.do(salma, EndSilence, noCase, end)
	if len(d.out.EndSilences) != 1 {
		t.Fatal("assess is not told")
	}
	if code := d.try(salma, EndSilence, noCase, end); code != "silence.not_found" {
		t.Errorf("ended twice: %q", code)
	}
}

func TestSafeguard_05_TurnedBackNeedsTheProtectionAnswer(t *testing.T) {
	turned := counts(Counts{TurnedBack: 3}, 0)
	d := newDesk(t)
	c := d.alert(38400, assess.High)
	d.onScene(c)
	if code := d.try(yusuf, GiveOutcome, c, turned); code != "protection.unasked" {
		t.Fatalf("saved without the question: %q", code)
	}
	d.do(yusuf, ProtectionAsk, c, answerIs(NotPossible), text("they ran"))
	if code := d.try(yusuf, GiveOutcome, c, turned); code != "protection.unasked" {
		t.Fatalf("saved without an answer: %q", code)
	}
	d.do(yusuf, ProtectionAsk, c, answerIs(AsksProtection))
	if code := d.try(yusuf, GiveOutcome, c, turned); code != "protection.asked" {
		t.Fatalf("saved although somebody asks for protection: %q", code)
	}
	d.do(yusuf, ProtectionAsk, c, answerIs(NoFear))
	if code := d.try(yusuf, GiveOutcome, c, turned); code != "protection.asked" {
		t.Fatalf("a second answer took the first back: %q", code)
	}
	d.do(yusuf, GiveOutcome, c, counts(Counts{TurnedBack: 2, Referred: 1}, 0))
	e := newDesk(t)
	c = e.alert(38400, assess.High)
	e.onScene(c)
	e.do(yusuf, ProtectionAsk, c, answerIs(NoFear))
	e.do(yusuf, GiveOutcome, c, turned)
	// Nor by a correction of what was saved at first.
	g := newDesk(t)
	c = g.alert(38400, assess.High)
	g.onScene(c)
	g.do(yusuf, GiveOutcome, c, counts(Counts{WithdrewAlone: 3}, 0))
	if code := g.try(yusuf, GiveOutcome, c, turned); code != "protection.unasked" {
		t.Fatalf("corrected to turned back without the question: %q", code)
	}
	// "Withdrew alone" is another count, and needs no contact.
	f := newDesk(t)
	c = f.alert(38400, assess.High)
	f.do(salma, Acknowledge, c)
	f.do(salma, Verify, c)
	if code := f.try(salma, GiveOutcome, c, turned); code != "outcome.contact" {
		t.Fatalf("turned back with nobody there: %q", code)
	}
	f.do(salma, GiveOutcome, c, counts(Counts{WithdrewAlone: 3}, 1))
	if code := f.try(salma, GiveOutcome, c, turned); code != "outcome.contact" {
		t.Fatalf("turned back by a correction: %q", code)
	}
}

func TestSafeguard_05_OwnRequestNeedsAnIndependentWitness(t *testing.T) {
	d := newDesk(t)
	c := d.alert(38400, assess.High)
	d.onScene(c)
	for _, w := range []string{"", " ", "Yusuf", "yusuf"} {
		if code := d.try(yusuf, ProtectionAsk, c, answerIs(OwnRequest), func(a *Action) { a.Witness = w }); code != "protection.witness" {
			t.Errorf("witness %q: %q", w, code)
		}
	}
	// Neither by his account nor by his name, which differ.
	writer := yusuf
	writer.Name = "Yusuf Hadi"
	for _, w := range []string{writer.ID, writer.Name, " yusuf hadi "} {
		if code := d.try(writer, ProtectionAsk, c, answerIs(OwnRequest), func(a *Action) { a.Witness = w }); code != "protection.witness" {
			t.Errorf("the writer as witness, %q: %q", w, code)
		}
	}
	d.do(yusuf, ProtectionAsk, c, answerIs(OwnRequest), func(a *Action) { a.Witness = "Dr Hanan" })
	if d.must(c).Witness != "Dr Hanan" {
		t.Error("the witness is not kept")
	}
}

func TestSafeguard_05_HandOverToAnotherState(t *testing.T) {
	hand := func(basis string, screened bool, children int, witness string) func(*Action) {
		return func(a *Action) {
			a.To, a.Text, a.Yes, a.Children, a.Witness = "neighbour", basis, screened, children, witness
		}
	}
	d := newDesk(t)
	c := d.alert(38400, assess.High)
	d.onScene(c)
	if code := d.try(karim, HandOver, c, hand("agreement", true, 0, "")); code != "protection.unasked" {
		t.Errorf("before the question: %q", code)
	}
	d.do(yusuf, ProtectionAsk, c, answerIs(NoFear))
	if code := d.try(karim, HandOver, c, hand("", true, 0, "")); code != "handover.basis" {
		t.Errorf("without a legal basis: %q", code)
	}
	if code := d.try(karim, HandOver, c, hand("agreement", false, 0, "")); code != "handover.basis" {
		t.Errorf("without screening: %q", code)
	}
	if code := d.try(salma, HandOver, c, hand("agreement", true, 0, "")); code != "action.role" {
		t.Errorf("by a watch officer: %q", code)
	}
	d.do(karim, HandOver, c, hand("agreement", true, 2, ""))
	if h := d.must(c).Handover; h.Needed != 2 || !h.Done.IsZero() {
		t.Fatalf("with children one approver is enough: %+v", h)
	}
	if code := d.try(karim, HandOver, c, hand("agreement", true, 0, "")); code != "handover.same" {
		t.Errorf("the same person twice: %q", code)
	}
	d.do(nadia, HandOver, c, hand("agreement", true, 0, "")) // saying fewer children does not help
	if h := d.must(c).Handover; h.Done.IsZero() || len(h.Approvals) != 2 || h.Children != 2 {
		t.Fatalf("%+v", h)
	}
	// Nor does another spelling of who takes them, or another hand-over.
	for i, p := range []Person{karim, nadia} {
		d.do(p, HandOver, c, hand("agreement", true, 0, ""), func(a *Action) { a.To = []string{"Neighbour", "neighbor"}[i] })
		if h := d.must(c).Handover; h.Needed != 2 || !h.Done.IsZero() {
			t.Fatalf("children by one approver: %+v", h)
		}
	}
	// Children whom the outcome counted are children of the hand-over.
	g := newDesk(t)
	c = g.alert(38400, assess.High)
	g.onScene(c)
	g.do(yusuf, ProtectionAsk, c, answerIs(NoFear))
	g.do(yusuf, GiveOutcome, c, counts(Counts{Apprehended: 3}, 1))
	g.do(karim, HandOver, c, hand("agreement", true, 0, ""))
	if h := g.must(c).Handover; h.Needed != 2 || !h.Done.IsZero() {
		t.Fatalf("a counted child by one approver: %+v", h)
	}
	// Who asks for protection is never handed over, whatever is answered later.
	e := newDesk(t)
	c = e.alert(38400, assess.High)
	e.onScene(c)
	e.do(yusuf, ProtectionAsk, c, answerIs(AsksProtection))
	e.do(yusuf, ProtectionAsk, c, answerIs(NoFear))
	if code := e.try(karim, HandOver, c, hand("agreement", true, 0, "")); code != "handover.protection" {
		t.Errorf("handed over although somebody asked for protection: %q", code)
	}
	// Own request: a witness for the hand-over as well.
	f := newDesk(t)
	c = f.alert(38400, assess.High)
	f.onScene(c)
	f.do(yusuf, ProtectionAsk, c, answerIs(OwnRequest), func(a *Action) { a.Witness = "Dr Hanan" })
	if code := f.try(karim, HandOver, c, hand("agreement", true, 0, "Karim")); code != "protection.witness" {
		t.Errorf("his own witness: %q", code)
	}
	f.do(karim, HandOver, c, hand("agreement", true, 0, "Dr Hanan"))
}

func TestSafeguard_05_ReferralIsAPathWithAcknowledgement(t *testing.T) {
	d := newDesk(t)
	c := d.alert(38400, assess.High)
	d.onScene(c)
	if code := d.try(layla, PartnerAck, c, to("x")); code != "case.no_referral" {
		t.Errorf("acknowledged before it was referred: %q", code)
	}
	if code := d.try(yusuf, Refer, c); code != "action.no_partner" {
		t.Errorf("referred to nobody: %q", code)
	}
	d.kinds()
	d.do(yusuf, Refer, c, to("Red Crescent"))
	if to := d.kinds()["partner"]; !slices.Contains(to, Liaison) {
		t.Errorf("told: %v", to)
	}
	d.do(yusuf, GiveOutcome, c, counts(Counts{Referred: 5}, 3))
	if code := d.try(karim, Debrief, c); code != "case.referral_open" {
		t.Errorf("closed without acknowledgement: %q", code)
	}
	if code := d.try(layla, PartnerAck, c); code != "referral.who" {
		t.Errorf("acknowledged by nobody: %q", code)
	}
	d.do(layla, PartnerAck, c, to("duty doctor"))
	d.do(karim, Debrief, c)
}

func TestSafeguard_05_CustodyClock(t *testing.T) {
	d := newDesk(t)
	c := d.alert(38400, assess.High)
	d.onScene(c)
	arrived := d.must(c).Task.Arrived
	d.do(yusuf, GiveOutcome, c, counts(Counts{Apprehended: 3}, 0))
	d.kinds()
	d.r.Tick(arrived.Add(12*time.Hour-time.Second), &d.out)
	if k := d.kinds(); len(k) != 0 {
		t.Fatalf("told %v before 12 h", k)
	}
	d.r.Tick(arrived.Add(12*time.Hour), &d.out)
	if to := d.kinds()["custody"]; !slices.Contains(to, Commander) || slices.Contains(to, Oversight) {
		t.Fatalf("at 12 h told %v", to)
	}
	d.r.Tick(arrived.Add(24*time.Hour), &d.out)
	if to := d.kinds()["custody"]; !slices.Contains(to, Oversight) {
		t.Fatalf("at 24 h told %v", to)
	}
	if code := d.try(karim, Debrief, c); code != "case.custody" {
		t.Errorf("closed while people are in custody: %q", code)
	}
	if code := d.try(karim, EndCustody, c, answerIs("forgotten")); code != "custody.how" {
		t.Errorf("ended somehow: %q", code)
	}
	if code := d.try(karim, EndCustody, c, answerIs("handed-over")); code != "handover.open" {
		t.Errorf("handed over without a hand-over: %q", code)
	}
	d.do(karim, EndCustody, c, answerIs("released"))
	d.do(karim, Debrief, c)
}

func TestSafeguard_07_AReleaseIsNamedPerIncidentDelayedAndCoarse(t *testing.T) {
	d := newDesk(t)
	c := d.alert(38400, assess.High)
	d.do(salma, Acknowledge, c)
	for _, p := range []Person{salma, layla, yusuf, watcher} {
		if code := d.try(p, Release, c, to("neighbour"), text("joint search")); code != "action.role" {
			t.Errorf("%s released: %q", p.Name, code)
		}
	}
	if code := d.try(karim, Release, c, to("neighbour")); code != "action.no_reason" {
		t.Errorf("without a reason: %q", code)
	}
	d.kinds()
	d.do(karim, Release, c, to("neighbour"), text("joint search"))
	x := d.must(c).Releases
	if len(x) != 1 || x[0].ByID != "karim" || x[0].To != "neighbour" || !x[0].Delayed || !x[0].Coarse || x[0].Rescue {
		t.Fatalf("%+v", x)
	}
	if to := d.kinds()["release"]; !slices.Contains(to, Oversight) {
		t.Errorf("told: %v", to)
	}
	d.do(yusuf, DeclareRescue, c)
	d.do(karim, Release, c, to("Red Crescent"), text("search for the missing child"))
	if x = d.must(c).Releases; x[1].Delayed || x[1].Coarse || !x[1].Rescue {
		t.Fatalf("in a rescue: %+v", x[1])
	}
}

func TestSafeguard_11_OversightSeesRefusalsAndComplaintsBypassCommand(t *testing.T) {
	d := newDesk(t)
	c := d.alert(38400, assess.High)
	d.try(salma, Approve, c)
	if n := len(d.out.Taken); n != 1 || d.out.Taken[0].Refused != "action.role" || d.out.Taken[0].Action.By.ID != "salma" {
		t.Fatalf("the refused attempt is not on record: %+v", d.out.Taken)
	}
	d.kinds()
	for _, p := range []Person{yusuf, {ID: "adm", Name: "Adm", Roles: []string{Administrator}}, {ID: "eng", Name: "Eng", Roles: []string{Engineer}}} {
		for _, id := range []bool{false, true} {
			on := noCase
			if id {
				on = c
			}
			d.do(p, Complain, on, text("he was struck after he gave up"))
			if to := d.kinds()["complaint"]; !slices.Equal(to, []string{Oversight}) {
				t.Errorf("a complaint by %s went to %v", p.Name, to)
			}
		}
	}
}

// Force, a death or an injury goes to oversight at once, past nobody.
func TestSafeguard_11_SeriousIncidentsReachOversight(t *testing.T) {
	for name, spoil := range map[string]func(*Result){
		"force": func(x *Result) { x.Force, x.Text = true, "one warning shot" }, "a death": func(x *Result) { x.Dead = 1 }, "an injury": func(x *Result) { x.Injured = 1 },
	} {
		d := newDesk(t)
		c := d.alert(38400, assess.High)
		d.onScene(c)
		d.kinds()
		d.do(yusuf, GiveOutcome, c, counts(Counts{Apprehended: 2}, 0), func(a *Action) { spoil(a.Result) })
		if to := d.kinds()["serious-incident"]; !slices.Contains(to, Oversight) {
			t.Errorf("%s: told %v", name, to)
		}
	}
}

func TestSafeguard_12_StraightLineTimeIsNotTravelTime(t *testing.T) {
	d := newDesk(t)
	c := d.alert(38400, assess.High)
	for _, p := range d.r.Candidates(c) {
		if !strings.Contains(p.Why.En, "Not travel time") || !strings.Contains(p.Why.Ar, "ليس زمن الطريق") {
			t.Errorf("%s: %q", p.Unit, p.Why.En)
		}
		if p.Uncovers.IsZero() || p.By != "Marsad" || p.UnitName == (say.Text{}) {
			t.Errorf("%+v", p)
		}
	}
}

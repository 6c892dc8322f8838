package respond

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"marsad/assess"
	"marsad/border"
	"marsad/geo"
	"marsad/ident"
	"marsad/say"
	"marsad/sense"
)

var (
	allRoles = []string{WatchOfficer, Commander, Engineer, Analyst, Liaison, Oversight, Administrator, Field}
	allVerbs = func() []Verb {
		var v []Verb
		for x := range rights {
			v = append(v, x)
		}
		slices.Sort(v)
		return append(v, Reopen, "shoot")
	}()
)

func drawPerson(t *rapid.T) Person {
	if rapid.IntRange(0, 2).Draw(t, "known") > 0 { // mostly people who can do something
		return rapid.SampledFrom([]Person{salma, karim, nadia, yusuf, layla, watcher}).Draw(t, "person")
	}
	id := rapid.SampledFrom([]string{"a", "b", "c", ""}).Draw(t, "pid")
	return Person{ID: id, Name: id, Roles: rapid.SliceOfN(rapid.SampledFrom(allRoles), 0, 2).Draw(t, "roles"),
		Sections: rapid.SliceOfN(rapid.SampledFrom([]string{"rabia", "sinjar", "north", "south", "*", "moon"}), 0, 2).Draw(t, "sections")}
}

func drawAction(t *rapid.T, r *Responder, now time.Time, ids []ident.ID) Action {
	small := rapid.IntRange(-1, 3)
	a := Action{By: drawPerson(t), Verb: rapid.SampledFrom(allVerbs).Draw(t, "verb"),
		Unit: rapid.SampledFrom([]string{"", "p1", "p2", "p3", "p9"}).Draw(t, "unit"), To: rapid.SampledFrom([]string{"", "Red Crescent", "neighbour"}).Draw(t, "to"),
		Class: sense.Class(rapid.IntRange(0, 10).Draw(t, "class")), Text: rapid.SampledFrom([]string{"", "because"}).Draw(t, "text"),
		Answer: rapid.SampledFrom([]string{"", AsksProtection, OwnRequest, NoFear, NotPossible, "released", "handed-over"}).Draw(t, "answer"), Yes: rapid.Bool().Draw(t, "yes"),
		Witness: rapid.SampledFrom([]string{"", "Salma", "Dr Hanan"}).Draw(t, "witness"), Children: small.Draw(t, "kids")}
	if len(ids) > 0 && rapid.IntRange(0, 9).Draw(t, "lost") > 0 {
		a.Case = rapid.SampledFrom(ids[max(0, len(ids)-1):]).Draw(t, "case")
	}
	if c, ok := r.Case(a.Case); ok && rapid.IntRange(0, 4).Draw(t, "forward") > 0 {
		// Mostly the procedure goes on, or random steps would never get far.
		a.Verb = forward[c.State]
		if c.State == OnScene || c.State == Outcome {
			a.Verb = rapid.SampledFrom([]Verb{forward[c.State], forward[c.State], ProtectionAsk, HandOver, Refer, PartnerAck, EndCustody, GiveOutcome}).Draw(t, "scene")
		}
		a.By = rapid.SampledFrom([]Person{nadia, karim, nadia}).Draw(t, "chief")
		a.By.Roles = []string{Commander, WatchOfficer, Field}
		a.Yes, a.Text, a.Unit, a.To = true, "because", "", "Red Crescent"
		one := rapid.IntRange(0, 2)
		a.Answer, a.Witness = rapid.SampledFrom([]string{NoFear, NoFear, OwnRequest, AsksProtection, "released"}).Draw(t, "said"), "Dr Hanan"
		a.Result = &Result{Direction: "inbound", Counts: Counts{Apprehended: one.Draw(t, "n1"), TurnedBack: one.Draw(t, "n2"), WithdrewAlone: one.Draw(t, "n3"), Referred: one.Draw(t, "n4")}}
	}
	if a.Result == nil && rapid.Bool().Draw(t, "r") {
		a.Result = &Result{Direction: rapid.SampledFrom([]string{"", "inbound", "none"}).Draw(t, "dir"), Children: small.Draw(t, "c"), Dead: small.Draw(t, "d"), Force: rapid.Bool().Draw(t, "f"), Text: a.Text,
			Counts: Counts{Apprehended: small.Draw(t, "n1"), TurnedBack: small.Draw(t, "n2"), WithdrewAlone: small.Draw(t, "n3"), Referred: small.Draw(t, "n4"), FalseAlarm: small.Draw(t, "n5")}}
	}
	if rapid.Bool().Draw(t, "p") {
		a.Place = &Place{Chainage: border.Chainage(rapid.Float64Range(-1e4, 6.2e5).Draw(t, "km")), Offset: -100}
	}
	if rapid.Bool().Draw(t, "s") {
		a.Silence = &assess.Silence{Movement: a.Text, From: 1000, To: border.Chainage(rapid.Float64Range(0, 2e5).Draw(t, "sto")), OffsetMin: 0, OffsetMax: 100, Starts: now, Expires: now.Add(time.Hour)}
	}
	return a
}

// script is the procedure to its end; random orders begin after some of it, or
// they would seldom get far.
var script = []Action{{Verb: Acknowledge, By: salma}, {Verb: Verify, By: salma}, {Verb: Classify, By: salma}, {Verb: Propose, By: salma}, {Verb: Approve, By: karim},
	{Verb: Dispatch, By: salma}, {Verb: Arrive, By: yusuf}, {Verb: ProtectionAsk, By: yusuf, Answer: NoFear},
	{Verb: HandOver, By: karim, To: "neighbour", Text: "agreement of 2009", Yes: true, Children: 1}, {Verb: HandOver, By: nadia, To: "neighbour", Text: "agreement of 2009", Yes: true},
	{Verb: GiveOutcome, By: yusuf, Result: &Result{Counts: Counts{Apprehended: 2, TurnedBack: 1}, Direction: "inbound", Children: 1}},
	{Verb: EndCustody, By: karim, Answer: "handed-over"}, {Verb: Debrief, By: karim}}

// driver feeds a Responder and looks after each step.
type driver struct {
	t    *rapid.T
	r    *Responder
	now  time.Time
	n    uint64
	ids  []ident.ID
	revs map[ident.ID]assess.Alert
	look func(a *Action, before, after []Case, out *Output, err error)
}

func (d *driver) step(a *Action, do func(out *Output) error) {
	var out Output
	before := d.r.Cases()
	err := do(&out)
	for _, q := range out.Opens { // the pipeline's part: assess answers in the same step
		al := assess.Alert{ID: assess.HandID(q.ID, q.At), Severity: q.Severity, Opened: q.At, Updated: q.At, Revision: 1, ByHand: q.By,
			Where: assess.WhereAt(meridian{}, meridian{}.Point(q.Chainage, q.Offset))}
		d.ids, d.revs[al.ID] = append(d.ids, al.ID), al
		d.r.Alert(al, &out)
	}
	d.look(a, before, d.r.Cases(), &out, err)
}

func (d *driver) act(a Action) {
	d.n++
	a.ID, a.At = actionID(d.n), d.now
	d.step(&a, func(out *Output) error { return d.r.Act(a, out) })
}

func (d *driver) alert(km border.Chainage, s assess.Severity) ident.ID {
	al := assess.Alert{ID: ident.Derive("alert", d.now, "x", uint64(len(d.ids))), Severity: s, Opened: d.now, Updated: d.now, Revision: 1,
		Where: assess.WhereAt(meridian{}, meridian{}.Point(km, -500)), Tracks: []ident.ID{{1}}}
	d.ids, d.revs[al.ID] = append(d.ids, al.ID), al
	d.step(nil, func(out *Output) error { d.r.Alert(al, out); return nil })
	return al.ID
}

// drive runs some of the script, then alerts, actions, fixes and ticks in any
// order.
func drive(t *rapid.T, r *Responder, look func(a *Action, before, after []Case, out *Output, err error)) {
	d := &driver{t: t, r: r, now: start, revs: map[ident.ID]assess.Alert{}, look: look}
	severity := rapid.IntRange(0, 3)
	id := d.alert(38400, assess.Severity(severity.Draw(t, "sev")))
	for _, a := range script[:rapid.SampledFrom([]int{0, 0, 3, 4, 7, 10, 13, 13}).Draw(t, "ahead")] {
		d.now = d.now.Add(20 * time.Second)
		a.Case = id
		d.act(a)
	}
	if rapid.IntRange(0, 3).Draw(t, "rescue") == 0 {
		d.act(Action{Verb: DeclareRescue, By: yusuf, Case: id})
	}
	for range rapid.IntRange(1, 40).Draw(t, "steps") {
		d.now = d.now.Add(time.Duration(rapid.IntRange(0, 4000).Draw(t, "dt")) * time.Second / 20)
		switch rapid.IntRange(0, 15).Draw(t, "what") {
		case 0:
			d.alert(border.Chainage(rapid.SampledFrom([]float64{38400, 99000, 300000}).Draw(t, "km")), assess.Severity(severity.Draw(t, "sev")))
		case 1:
			al := d.revs[rapid.SampledFrom(d.ids).Draw(t, "rev")]
			al.Revision++
			al.Updated = d.now
			al.Severity = max(al.Severity, assess.Severity(severity.Draw(t, "sev")))
			d.revs[al.ID] = al
			d.step(nil, func(out *Output) error { r.Alert(al, out); return nil })
		case 2:
			d.step(nil, func(out *Output) error { r.Tick(d.now, out); return nil })
		case 3:
			u, lat := rapid.SampledFrom([]string{"p1", "p2", "p9"}).Draw(t, "u"), rapid.Float64Range(-100, 100).Draw(t, "lat")
			d.step(nil, func(*Output) error { r.Fix(u, geo.Point{Lat: lat, Lon: 41}, d.now); return nil })
		default:
			d.act(drawAction(t, r, d.now, d.ids))
		}
	}
}

// Whatever the order of events: no task without a named approver who held the
// right for that section at that time; nobody is turned back without an answer
// to the protection question; what is refused changes nothing.
func TestWhateverTheOrder(t *testing.T) {
	reached := map[string]bool{}
	defer func() {
		for _, want := range []string{"debriefed", "turned back", "handed over", "handed over with children", "rescue", "task approved", "custody ended", "reopened"} {
			if !reached[want] && !t.Failed() {
				t.Errorf("no random order came to %q: the property tests too little", want)
			}
		}
	}()
	rapid.Check(t, func(t *rapid.T) {
		r, err := New(config())
		if err != nil {
			t.Fatal(err)
		}
		people := map[ident.ID]Person{} // who acted, by action
		tasks := map[ident.ID]Task{}
		drive(t, r, func(a *Action, before, after []Case, out *Output, err error) {
			if a != nil {
				people[a.ID] = a.By
			}
			if err != nil {
				var e *say.Error
				if !errors.As(err, &e) || e.Code == "" || e.Text.En == "" || e.Text.Ar == "" || e.Hint.En == "" || e.Hint.Ar == "" {
					t.Fatalf("a refusal that nobody understands: %#v", err)
				}
				if d := cmp.Diff(before, after); d != "" {
					t.Fatalf("%s was refused (%v) and changed\n%s", a.Verb, err, d)
				}
				if len(out.Cases)+len(out.Notices)+len(out.Opens)+len(out.Silences)+len(out.EndSilences) > 0 {
					t.Fatalf("%s was refused and gave something out", a.Verb)
				}
				if len(out.Taken) != 1 || out.Taken[0].Refused != e.Code {
					t.Fatalf("a refused attempt is not given out: %+v", out.Taken)
				}
			}
			for i := range after {
				c := &after[i]
				all := append([]Task(nil), c.Earlier...)
				if c.Task != nil {
					all = append(all, *c.Task)
				}
				for _, task := range all {
					if _, known := tasks[task.ID]; known {
						continue
					}
					tasks[task.ID] = task
					if a == nil || task.ApproverID == "" || task.ApproverID != a.By.ID {
						t.Fatalf("a task without its approver's action: %+v", task)
					}
					need := Commander
					if task.Ground != "approved" {
						need = ""
						if !mayVerb(a.By, a.Verb) {
							t.Fatalf("%s declared by %v", task.Ground, a.By)
						}
					}
					if need != "" && !slices.Contains(a.By.Roles, need) || !r.holds(a.By, task.Section) {
						t.Fatalf("%+v approved by %+v", task, a.By)
					}
				}
				if c.Result != nil && c.Result.Counts.TurnedBack > 0 {
					answered := false
					for _, s := range c.Steps {
						if s.Verb == ProtectionAsk {
							answered = true
						}
					}
					if !answered || c.Protection == "" || !c.met() {
						t.Fatalf("turned back without contact and answer: %+v", c)
					}
				}
				reached[string(c.State)] = true
				reached["turned back"] = reached["turned back"] || c.Result != nil && c.Result.Counts.TurnedBack > 0
				reached["custody ended"] = reached["custody ended"] || c.Custody != nil && !c.Custody.Ended.IsZero()
				reached["reopened"] = reached["reopened"] || len(c.EarlierResults) > 0
				for _, k := range all {
					reached["task "+k.Ground], reached[k.Ground] = true, true
				}
				switch c.State {
				case Approved, Dispatched, OnScene:
					if c.Task == nil || !c.Task.Ended.IsZero() {
						t.Fatalf("%s without a task", c.State)
					}
				case Debriefed:
					if last := c.Steps[len(c.Steps)-1]; c.Result == nil || last.ByID == "" {
						t.Fatalf("closed by nobody: %+v", c)
					}
				}
				if h := c.Handover; h != nil && !h.Done.IsZero() {
					reached["handed over"] = true
					reached["handed over with children"] = reached["handed over with children"] || h.Children > 0
					who := map[string]bool{}
					for _, p := range h.Approvals {
						who[p.ByID] = true
					}
					if h.Basis == "" || !h.Screened || c.Protection == "" || (h.Children > 0 && len(who) < 2) {
						t.Fatalf("handed over without what it needs: %+v", h)
					}
				}
				for i, s := range c.Steps {
					if s.At.IsZero() || s.By == "" || s.ByID == "" && s.Verb != Reopen || i > 0 && c.Steps[i-1].To != s.From {
						t.Fatalf("steps do not hang together: %+v", c.Steps)
					}
				}
			}
			busy := map[string]int{}
			for i := range after {
				if k := after[i].Task; k != nil && k.Ended.IsZero() && k.Ground == "approved" {
					if busy[k.Unit]++; busy[k.Unit] > 1 {
						t.Fatalf("unit %s was approved for two tasks at once", k.Unit)
					}
				}
			}
		})
	})
}

// A snapshot at any moment, restored, goes the same way; so does the record's
// overlay onto an older snapshot.
func TestSnapshotAndAdoptGoOnAlike(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, err := New(config())
		if err != nil {
			t.Fatal(err)
		}
		steps := 0
		drive(t, r, func(*Action, []Case, []Case, *Output, error) {
			if steps++; steps%8 != 0 {
				return
			}
			b, err := r.Snapshot()
			if err != nil {
				t.Fatal(err)
			}
			q, err := New(config())
			if err != nil {
				t.Fatal(err)
			}
			if err := q.Restore(b); err != nil {
				t.Fatal(err)
			}
			if c, err := q.Snapshot(); err != nil || string(b) != string(c) {
				t.Fatalf("restored gives another snapshot (%v)", err)
			}
			o, err := New(config())
			if err != nil {
				t.Fatal(err)
			}
			o.Adopt(r.Cases())
			if d := cmp.Diff(r.Cases(), o.Cases()); d != "" {
				t.Fatalf("adopted cases differ\n%s", d)
			}
		})
	})
}

// What Allowed promises, Act keeps: an allowance that is OK is never refused for
// role, section or state, and one that is not OK is refused.
func TestAllowedIsWhatActDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, err := New(config())
		if err != nil {
			t.Fatal(err)
		}
		drive(t, r, func(*Action, []Case, []Case, *Output, error) {})
		n := uint64(1000)
		for _, c := range r.Cases() {
			p := drawPerson(t)
			if p.ID == "" {
				continue
			}
			b, err := r.Snapshot()
			if err != nil {
				t.Fatal(err)
			}
			for _, al := range r.Allowed(c.Alert.ID, p) {
				n++
				var out Output
				a := Action{ID: actionID(n), Verb: al.Verb, Case: c.Alert.ID, By: p, At: r.now.Add(time.Second), Text: "because", To: "somebody", Answer: NoFear}
				switch al.Verb {
				case EndCustody:
					a.Answer = "released"
				case GiveOutcome:
					a.Result = &Result{Counts: Counts{FalseAlarm: 1}, Direction: "none"}
				case HandOver:
					a.Yes, a.Witness = true, "Dr Hanan"
				}
				got := r.Act(a, &out)
				var e *say.Error
				errors.As(got, &e)
				if al.OK && e != nil && (e.Code == "action.role" || e.Code == "action.section" || e.Code == "case.state") {
					t.Fatalf("%s is promised and refused: %v", al.Verb, got)
				}
				if !al.OK && got == nil {
					t.Fatalf("%s is denied (%s) and done", al.Verb, al.WhyNot.En)
				}
				if err := r.Restore(b); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}

func TestTheSameActionTwiceIsOneStep(t *testing.T) {
	d := newDesk(t)
	c := d.alert(38400, assess.High)
	a := Action{ID: actionID(500), Verb: Acknowledge, Case: c, By: salma, At: d.now.Add(time.Second)}
	if err := d.r.Act(a, &d.out); err != nil {
		t.Fatal(err)
	}
	before, taken := d.must(c), len(d.out.Taken)
	for range 3 {
		if err := d.r.Act(a, &d.out); err != nil {
			t.Fatalf("repeated: %v", err)
		}
	}
	if diff := cmp.Diff(before, d.must(c)); diff != "" || len(d.out.Taken) != taken {
		t.Fatalf("a repeat took a step\n%s", diff)
	}
	bad := Action{ID: actionID(501), Verb: Approve, Case: c, By: salma, At: d.now.Add(time.Second)}
	first := d.r.Act(bad, &d.out)
	again := d.r.Act(bad, &d.out)
	if first == nil || again == nil || first.Error() != again.Error() {
		t.Fatalf("a refused action answers %v, then %v", first, again)
	}
	b, err := d.r.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	q, err := New(config())
	if err != nil {
		t.Fatal(err)
	}
	if err := q.Restore(b); err != nil {
		t.Fatal(err)
	}
	if err := q.Act(bad, &d.out); err == nil || err.Error() != first.Error() {
		t.Fatalf("after a restart it answers %v", err)
	}
}

func FuzzRestore(f *testing.F) {
	r, err := New(config())
	if err != nil {
		f.Fatal(err)
	}
	b, err := r.Snapshot()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte(`{"schema":1,"cases":[null]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := New(config())
		if err != nil {
			t.Fatal(err)
		}
		if r.Restore(b) != nil {
			return
		}
		var out Output
		r.Tick(start, &out)
		_ = r.Act(Action{ID: actionID(1), Verb: Acknowledge, Case: ident.ID{1}, By: salma, At: start}, &out)
	})
}

func FuzzAct(f *testing.F) {
	f.Add([]byte(`{"id":"00000000-0000-7000-0000-000000000001","verb":"open","by":{"id":"a","name":"b","roles":["field"],"sections":["*"]},"at":"2026-01-19T02:10:00Z","place":{"chainage":38400}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var a Action
		if json.Unmarshal(b, &a) != nil {
			return
		}
		r, err := New(config())
		if err != nil {
			t.Fatal(err)
		}
		var out Output
		if err := r.Act(a, &out); err == nil && len(out.Taken) == 0 {
			t.Fatal("an action was taken and not given out")
		}
		if _, err := r.Snapshot(); err != nil {
			t.Fatal(err)
		}
	})
}

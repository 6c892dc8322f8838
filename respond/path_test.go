package respond

import (
	"testing"
	"time"

	"marsad/assess"
)

func TestFamilyFromAlertToDebrief(t *testing.T) {
	d := newDesk(t)
	c := d.alert(38400, assess.High)
	d.do(salma, Acknowledge, c)
	x := d.must(c)
	if x.Owner != "Salma" || len(x.Proposals) != 1 || x.Proposals[0].Unit != "p1" || x.Proposals[0].Asked != "" {
		t.Fatalf("after receipt: owner %q, proposals %+v", x.Owner, x.Proposals)
	}
	d.do(salma, Verify, c)
	d.do(salma, Classify, c)
	d.do(salma, Propose, c)
	x = d.must(c)
	if p := x.Proposals[1]; p.Asked != "karim" || p.Unit != "p1" || p.WaitAt != x.Alert.Where.Chainage {
		t.Fatalf("proposal %+v", p)
	}
	if code := d.try(salma, Approve, c); code != "action.role" {
		t.Fatalf("a watch officer approved: %q", code)
	}
	d.do(karim, Approve, c)
	d.do(salma, Dispatch, c)
	d.do(yusuf, Arrive, c)
	d.do(yusuf, ProtectionAsk, c, answerIs(AsksProtection))
	d.do(yusuf, Refer, c, to("Red Crescent"))
	d.do(salma, GiveOutcome, c, counts(Counts{Referred: 5}, 3))
	if code := d.try(karim, Debrief, c); code != "case.referral_open" {
		t.Fatalf("closed before the partner acknowledged: %q", code)
	}
	d.do(layla, PartnerAck, c, to("duty doctor"))
	d.do(karim, Debrief, c, text("well done"))
	x = d.must(c)
	if x.State != Debriefed || x.Task.ApproverID != "karim" || x.Referral.AckedBy != "duty doctor" || len(x.Steps) != 12 {
		t.Fatalf("%s, %+v, %+v, %d steps", x.State, x.Task, x.Referral, len(x.Steps))
	}
	for i, s := range x.Steps {
		if s.At.IsZero() || s.By == "" || s.Action.IsZero() || i > 0 && s.At.Before(x.Steps[i-1].At) {
			t.Errorf("step %d is not timed and named: %+v", i, s)
		}
	}
}

func TestEscalation(t *testing.T) {
	d := newDesk(t)
	c := d.alert(38400, assess.Critical)
	d.r.Tick(start.Add(59*time.Second), &d.out)
	if k := d.kinds(); len(k["escalation"]) != 0 {
		t.Fatal("escalated before 60 s")
	}
	d.r.Tick(start.Add(60*time.Second), &d.out)
	if k := d.kinds()["escalation"]; len(k) != 2 || k[1] != "nadia" {
		t.Fatalf("escalation went to %v", k)
	}
	d.r.Tick(start.Add(61*time.Second), &d.out)
	d.r.Tick(start.Add(120*time.Second), &d.out)
	x := d.must(c)
	if len(x.Escalated) != 2 || x.Deputy != "nadia" {
		t.Fatalf("escalated %v to %q", x.Escalated, x.Deputy)
	}
	d.now = start.Add(121 * time.Second)
	d.do(salma, Acknowledge, c)
	d.do(salma, Verify, c)
	d.do(salma, Classify, c)
	d.do(salma, Propose, c)
	asked := d.now
	d.kinds()
	d.r.Tick(asked.Add(119*time.Second), &d.out)
	if k := d.kinds(); len(k) != 0 {
		t.Fatalf("told %v before 120 s", k)
	}
	d.r.Tick(asked.Add(120*time.Second), &d.out)
	if k := d.kinds()["escalation"]; len(k) != 2 || k[0] != "karim" || k[1] != "nadia" {
		t.Fatalf("escalation went to %v", k)
	}
	d.now = asked.Add(130 * time.Second)
	d.do(nadia, Refuse, c, text("too far"))
	d.r.Tick(asked.Add(10*time.Minute), &d.out)
	if k := d.kinds(); len(k["escalation"]) != 0 {
		t.Fatal("an answered proposal sounds again")
	}
}

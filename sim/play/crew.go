package play

import (
	"math"
	"time"

	"marsad/assess"
	"marsad/border"
	"marsad/ident"
	"marsad/respond"
	"marsad/sense"
	"marsad/sim"
)

// Crew is the staff of a drill: one watch officer for each span, who does one
// thing at a time, and a commander. They act on every alert by rule, with
// delays as people have them, and see through the camera what is really there.
// How long they take is an assumption.
type Crew struct {
	Spans []border.Span
	jobs  map[ident.ID]*job
	desks []desk
}

type desk struct {
	busyUntil time.Time
	queue     []ident.ID
}

type stage uint8

const (
	toAcknowledge stage = iota
	toVerify
	toClassify
	toPropose
	toApprove
	toDispatch
	toArrive
	toMeet
	toRefer
	toHearPartner
	toReport
	closed
)

// job is one case on its way.
type job struct {
	desk  int
	stage stage
	due   time.Time
	of    string // what is really there, found when verified
	thing sim.Thing
	met   bool
	tries int
}

// Assumed times of people, in seconds: from, to.
var takes = map[stage][2]float64{
	toAcknowledge: {5, 20}, toVerify: {20, 60}, toClassify: {5, 15}, toPropose: {10, 25},
	toApprove: {15, 60}, toDispatch: {10, 20}, toRefer: {240, 600}, toHearPartner: {300, 900}, toReport: {60, 180},
}

// meetWithin is how near in metres a patrol meets people.
const meetWithin = 450.0

func (c *Crew) desk(a *assess.Alert) int {
	for i, s := range c.Spans {
		if s.From <= a.Where.Chainage && a.Where.Chainage < s.To {
			return i
		}
	}
	return 0
}

// work lets everybody do what is due.
func (c *Crew) work(p *player, now time.Time) {
	if c.jobs == nil {
		c.jobs = map[ident.ID]*job{}
		c.desks = make([]desk, max(1, len(c.Spans)))
	}
	cases := p.system.Cases()
	for i := range cases {
		k := &cases[i]
		if jb := c.jobs[k.Alert.ID]; jb == nil {
			jb = &job{desk: c.desk(&k.Alert)}
			c.jobs[k.Alert.ID] = jb
			d := &c.desks[jb.desk]
			d.queue = append(d.queue, k.Alert.ID)
		}
	}
	for i := range c.desks {
		c.seat(&c.desks[i], p, cases, now)
	}
	for i := range cases {
		jb := c.jobs[cases[i].Alert.ID]
		if jb.stage >= toApprove && jb.stage < closed && !now.Before(jb.due) {
			c.follow(jb, p, &cases[i], now)
		}
	}
}

// seat lets the officer of a desk take the gravest alert that waits, and see it
// through to the proposal before the next.
func (c *Crew) seat(d *desk, p *player, cases []respond.Case, now time.Time) {
	if now.Before(d.busyUntil) || len(d.queue) == 0 {
		return
	}
	best, at := -1, -1
	for q, id := range d.queue {
		for i := range cases {
			if cases[i].Alert.ID != id {
				continue
			}
			weight := int(cases[i].Alert.Severity)
			if s := c.jobs[id].stage; s > toAcknowledge {
				weight += 10 // what was begun is finished first
			}
			if weight > best {
				best, at = weight, q
			}
		}
	}
	if at < 0 {
		return
	}
	id := d.queue[at]
	jb := c.jobs[id]
	for i := range cases {
		if cases[i].Alert.ID == id {
			c.handle(jb, p, &cases[i], now)
		}
	}
	if jb.stage >= toApprove {
		d.queue = append(d.queue[:at], d.queue[at+1:]...)
	}
	d.busyUntil = now.Add(c.lapse(p, min(jb.stage, toPropose)))
}

func (c *Crew) lapse(p *player, s stage) time.Duration {
	t := takes[s]
	return time.Duration((t[0] + (t[1]-t[0])*p.random.Float64()) * float64(time.Second))
}

// handle does the next step at the desk.
func (c *Crew) handle(jb *job, p *player, k *respond.Case, now time.Time) {
	switch jb.stage {
	case toAcknowledge:
		c.do(jb, p, k, now, respond.Action{Verb: respond.Acknowledge}, toVerify)
	case toVerify:
		jb.of = nearest(p.truth, k.Alert.Where.Point, alertGate)
		for i := range p.truth {
			if p.truth[i].Actor == jb.of && jb.of != "" {
				jb.thing = p.truth[i]
			}
		}
		c.do(jb, p, k, now, respond.Action{Verb: respond.Verify, Yes: true, Text: "looked at with the nearest camera"}, toClassify)
	case toClassify:
		class := jb.thing.Class
		if jb.of == "" {
			class = sense.Unknown
		}
		c.do(jb, p, k, now, respond.Action{Verb: respond.Classify, Class: class}, toPropose)
	case toPropose:
		if jb.of == "" || jb.thing.Harmless || technical(&k.Alert) || jb.thing.Class == sense.SlowAir || k.Alert.Outbound {
			jb.stage, jb.due = toReport, now.Add(c.lapse(p, toClassify))
			return
		}
		c.do(jb, p, k, now, respond.Action{Verb: respond.Propose, Unit: proposed(k, p)}, toApprove)
		if jb.stage == toPropose { // no unit is free
			jb.stage = toReport
		}
		jb.due = now.Add(c.lapse(p, toApprove))
	}
}

// proposed is the unit that the system put forward, else the nearest.
func proposed(k *respond.Case, p *player) string {
	if n := len(k.Proposals); n > 0 {
		return k.Proposals[n-1].Unit
	}
	return nearestUnit(p.roster, k.Alert.Where.Chainage)
}

// follow does what comes after the proposal, away from the desk.
func (c *Crew) follow(jb *job, p *player, k *respond.Case, now time.Time) {
	switch jb.stage {
	case toApprove:
		c.do(jb, p, k, now, respond.Action{Verb: respond.Approve}, toDispatch)
	case toDispatch:
		c.do(jb, p, k, now, respond.Action{Verb: respond.Dispatch}, toArrive)
		jb.due = now.Add(20 * time.Second)
	case toArrive:
		if k.Task != nil && arrived(k.Task, p.truth) {
			c.do(jb, p, k, now, respond.Action{Verb: respond.Arrive}, toMeet)
		}
	case toMeet:
		c.meet(jb, p, k, now)
	case toRefer:
		c.do(jb, p, k, now, respond.Action{Verb: respond.ProtectionAsk, Answer: respond.AsksProtection, Text: "asked through an interpreter"}, toRefer)
		c.do(jb, p, k, now, respond.Action{Verb: respond.Refer, To: "Humanitarian partner (drill)"}, toHearPartner)
	case toHearPartner:
		c.do(jb, p, k, now, respond.Action{Verb: respond.PartnerAck, To: "Humanitarian partner (drill)"}, toReport)
	case toReport:
		c.do(jb, p, k, now, respond.Action{Verb: respond.GiveOutcome, Result: c.result(jb, k)}, closed)
	}
}

func arrived(t *respond.Task, truth []sim.Thing) bool {
	for i := range truth {
		if truth[i].Unit == t.Unit {
			return math.Abs(float64(truth[i].Chainage-t.WaitAt)) < waitGate && math.Hypot(truth[i].VE, truth[i].VN) < 0.5
		}
	}
	return false
}

// meet: the patrol waits on the home side until the people are with it, or
// until they are gone.
func (c *Crew) meet(jb *job, p *player, k *respond.Case, now time.Time) {
	var unit, them *sim.Thing
	for i := range p.truth {
		if k.Task != nil && p.truth[i].Unit == k.Task.Unit {
			unit = &p.truth[i]
		}
		if p.truth[i].Actor == jb.of {
			them = &p.truth[i]
		}
	}
	switch {
	case them == nil || unit == nil:
		jb.stage, jb.due = toReport, now.Add(c.lapse(p, toReport))
	case them.Offset > 5 && roughly(them.Point, unit.Point) < meetWithin:
		jb.met = true
		p.world.Meet(jb.of)
		jb.stage, jb.due = toReport, now.Add(c.lapse(p, toReport))
		if needy(p, jb.of) {
			jb.stage, jb.due = toRefer, now.Add(c.lapse(p, toRefer))
		}
	}
}

func needy(p *player, actor string) bool {
	a, ok := p.scene.Actor(actor)
	return ok && a.Children+a.Hurt > 0
}

func (c *Crew) result(jb *job, k *respond.Case) *respond.Result {
	n := max(1, jb.thing.Count)
	r := &respond.Result{Direction: "none", Text: "drill"}
	switch {
	case technical(&k.Alert) || jb.of == "":
		r.Counts.FalseAlarm = 1
	case jb.thing.Class == sense.Animal:
		r.Counts.Animal = 1
	case jb.thing.Unit != "":
		r.Counts.OtherForce = 1
	case jb.thing.Harmless:
		r.Counts.FalseAlarm = 1
	case jb.met && k.Referral != nil:
		r.Counts.Referred, r.Direction = n, "inbound"
	case jb.met:
		r.Counts.Apprehended, r.Direction = n, "inbound"
	default:
		r.Counts.Unresolved, r.Direction = n, "inbound"
		if k.Alert.Outbound {
			r.Direction = "outbound"
		}
	}
	return r
}

// do passes an action on; only a taken one leads to the next stage. One refused
// six times is given up.
func (c *Crew) do(jb *job, p *player, k *respond.Case, now time.Time, a respond.Action, next stage) {
	a.ID, a.At, a.Case = p.random.id(now), now, k.Alert.ID
	a.By = respond.Person{ID: "drill-officer", Name: "Officer (drill)", Roles: []string{respond.WatchOfficer, respond.Commander, respond.Liaison}, Sections: []string{"*"}}
	if err := p.system.Act(now, a); err != nil {
		if jb.tries++; jb.tries > 6 {
			jb.stage = closed
			p.done = append(p.done, Acted{Verb: string(a.Verb), At: now.Sub(p.start), Why: err.Error()})
		}
		jb.due = now.Add(30 * time.Second)
		return
	}
	jb.tries, jb.stage = 0, next
	jb.due = now.Add(c.lapse(p, next))
}

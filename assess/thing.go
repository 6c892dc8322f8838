package assess

import (
	"math"
	"time"

	"marsad/fuse"
	"marsad/geo"
	"marsad/ident"
	"marsad/say"
	"marsad/sense"
)

// The kinds of thing that an alert can be about.
const (
	aMovement = "movement"
	aPresence = "presence"
	anOutage  = "outage"
	aUnit     = "unit"
	aHand     = "hand"
	aLine     = "line"
)

// thing is what one alert is about, with what is needed to know it again.
type thing struct {
	Alert Alert
	Kind  string
	Cause string // link, sensor or unit; empty for movement
	// Lead is the member whose figures the alert shows.
	Lead ident.ID
	// Last known place and velocity: where a successor is looked for.
	At     time.Time
	Point  geo.Point
	VE, VN float64
	// Side on which it was first beyond doubt: +1 home, -1 other, 0 unknown.
	Side    int
	Animal  bool
	Held    time.Time // when a rule held last
	Emitted time.Time
	Shown   geo.Point // where the last revision put it
	Dirty   bool      // to be revised at the next tick
	Report  say.Text  // what a person reported
}

// standingEvery is how often an alert is revised whose thing does not move.
const standingEvery = time.Minute

func (a *Assessor) join(th *thing, id ident.ID) {
	if a.member[id] == th {
		return
	}
	a.member[id] = th
	th.Alert.Tracks = append(th.Alert.Tracks, id)
	th.Dirty = true
}

// alive gives the members of a thing that are tracked now, in order of joining.
func (a *Assessor) alive(th *thing) []*mover {
	var out []*mover
	for _, id := range th.Alert.Tracks {
		if m := a.movers[id]; m != nil && a.member[id] == th {
			out = append(out, m)
		}
	}
	return out
}

// raise opens or amends the alert of a track for which a rule fired.
func (a *Assessor) raise(m *mover, v *trackView, f finding, out *Output) {
	th := a.member[m.id()]
	if th != nil && th.Animal && v.animal < 0.5 && f.severity > th.Alert.Severity && len(a.alive(th)) > 1 {
		// A person leaves a herd: another thing.
		a.leave(th, m.id())
		th = nil
	}
	if th == nil {
		if th = a.adopter(m, v, true); th != nil {
			a.join(th, m.id())
		}
	}
	if th == nil {
		th = a.open(aMovement, "", f, m.Track.At, m.id().String())
		a.join(th, m.id())
		th.Lead, th.Side, th.Animal = m.id(), m.Side, v.animal >= 0.6
		if th.Side == 0 && m.HasKm {
			th.Side = sign(m.Off)
		}
	}
	if th.Side == 0 {
		th.Side = m.Side
	}
	th.Held = m.Track.At
	a.heighten(th, f, m, out)
}

// heighten gives a thing a finding: severity and rule only ever rise.
func (a *Assessor) heighten(th *thing, f finding, m *mover, out *Output) {
	rose := f.above(finding{a.rule(th.Alert.Rule), th.Alert.Severity})
	if th.Kind == aHand && f.severity <= th.Alert.Severity && th.Alert.Rule == byHand {
		rose = false // the person's words stand until a rule says something graver
	}
	if rose {
		th.Alert.Severity = max(th.Alert.Severity, f.severity)
		th.Alert.Rule = f.rule.ID
		th.Lead = m.id()
	}
	if !th.Alert.Ended.IsZero() {
		th.Alert.Ended, rose = time.Time{}, true
	}
	if th.Alert.Revision == 0 || rose {
		a.emit(th, m.Track.At, out)
		return
	}
	a.refresh(th, out)
}

// open makes a thing with its alert. It is not given out yet.
func (a *Assessor) open(kind, cause string, f finding, at time.Time, seed string) *thing {
	th := &thing{Kind: kind, Cause: cause, At: at, Held: at}
	th.Alert = Alert{ID: ident.Derive("alert", at, kind+"/"+cause+"/"+seed, a.ordinal), Severity: f.severity, Opened: at}
	a.ordinal++
	if f.rule != nil {
		th.Alert.Rule = f.rule.ID
	}
	a.things = append(a.things, th)
	return th
}

func (a *Assessor) leave(th *thing, id ident.ID) {
	delete(a.member, id)
	for i, t := range th.Alert.Tracks {
		if t == id {
			th.Alert.Tracks = append(append([]ident.ID(nil), th.Alert.Tracks[:i]...), th.Alert.Tracks[i+1:]...)
			break
		}
	}
	th.Dirty = true
}

func (a *Assessor) rule(id string) *Rule {
	for i := range a.cfg.Rules {
		if a.cfg.Rules[i].ID == id {
			return &a.cfg.Rules[i]
		}
	}
	return nil
}

// refresh follows a thing and revises its alert when it is due.
func (a *Assessor) refresh(th *thing, out *Output) {
	lead := a.lead(th)
	if lead == nil {
		return
	}
	th.follow(lead, lead.fit())
	waited := lead.Track.At.Sub(th.Emitted)
	if waited >= a.cfg.Every && gap(th.Shown, th.Point) >= 10 || waited >= standingEvery {
		a.emit(th, lead.Track.At, out)
	}
}

// follow keeps where a thing is and how it goes: fitted, since the velocity of
// one instant says little of somebody on foot. A prediction is not followed.
func (th *thing) follow(m *mover, f motion) {
	if m.Track.Status == fuse.Coasting && !th.At.IsZero() && th.At.After(m.Track.LastSeen) {
		return
	}
	th.At, th.Point, th.VE, th.VN = m.Track.At, m.Track.Point, f.VE, f.VN
}

// lead gives the member whose figures are shown: the one that fired, and when
// that is gone, the member nearest to the line.
func (a *Assessor) lead(th *thing) *mover {
	if m := a.movers[th.Lead]; m != nil && a.member[th.Lead] == th {
		return m
	}
	var best *mover
	for _, m := range a.alive(th) {
		if best == nil || math.Abs(m.Off) < math.Abs(best.Off) {
			best = m
		}
	}
	if best != nil {
		th.Lead = best.id()
	}
	return best
}

// emit describes a thing anew and gives out the next revision of its alert.
func (a *Assessor) emit(th *thing, at time.Time, out *Output) {
	a.describe(th, at)
	th.Alert.Updated = at
	if th.Alert.Updated.Before(th.Alert.Opened) {
		th.Alert.Updated = th.Alert.Opened
	}
	th.Alert.Revision++
	th.Emitted, th.Dirty, th.Shown = at, false, th.Point
	out.Alerts = append(out.Alerts, th.Alert.clone())
}

// clone shares nothing with the state.
func (al Alert) clone() Alert {
	al.Tracks = append([]ident.ID(nil), al.Tracks...)
	al.Sensors = append([]sense.SensorID(nil), al.Sensors...)
	al.Evidence = append([]Evidence(nil), al.Evidence...)
	al.Steps = append(al.Steps[:0:0], al.Steps...)
	return al
}

// settle ends alerts whose cause is gone and forgets what can no longer take
// its thing back.
func (a *Assessor) settle(out *Output) {
	kept := a.things[:0]
	for _, th := range a.things {
		if th.Alert.Ended.IsZero() && a.over(th) {
			a.end(th, out)
		} else if th.Dirty {
			a.emit(th, a.now, out)
		}
		if th.Alert.Revision > 0 && !th.Alert.Ended.IsZero() && a.now.Sub(th.Alert.Ended) > a.cfg.Keep {
			for _, id := range th.Alert.Tracks {
				if a.member[id] == th {
					delete(a.member, id)
				}
			}
			continue
		}
		kept = append(kept, th)
	}
	clear(a.things[len(kept):])
	a.things = kept
}

// over reports whether a thing's cause is gone.
func (a *Assessor) over(th *thing) bool {
	switch th.Kind {
	case aMovement:
		alive := a.alive(th)
		if len(alive) == 0 {
			return a.now.Sub(th.At) > 2*time.Minute
		}
		if a.now.Sub(th.Held) <= 10*time.Minute {
			return false
		}
		for _, m := range alive { // what stays near the line is not over
			if f := m.fit(); m.HasKm && math.Abs(m.Off) < 4000 && f.Closing > -2*f.Sigma {
				return false
			}
		}
		return true
	case aPresence, aLine:
		return a.now.Sub(th.Held) > 10*time.Minute
	case aHand:
		return len(a.alive(th)) == 0 && a.now.Sub(th.At) > a.cfg.Keep
	}
	return false // outages and units end when they are heard again
}

// end amends an alert: its cause is gone. The case stays with people.
func (a *Assessor) end(th *thing, out *Output) {
	th.Alert.Ended = a.now
	a.emit(th, a.now, out)
	out.Events = append(out.Events, Event{ID: ident.Derive("event", a.now, "ended/"+th.Alert.ID.String(), th.Alert.Revision),
		Kind: "alert-ended", At: a.now, Text: endedText.FillText("title", th.Alert.Title), Where: th.Alert.Where})
}

// Tick brings event time forward: what is overdue, over or due for a revision.
func (a *Assessor) Tick(now time.Time, out *Output) {
	if now.IsZero() {
		return
	}
	a.wake(now)
	a.advance(now)
	a.expire(out)
	a.overdue(out)
	a.everywhere(out)
	for id, m := range a.movers { // order plays no part: deletion alone
		if a.now.Sub(m.Track.At) > 10*time.Minute {
			a.uncell(m)
			delete(a.movers, id)
		}
	}
	a.forget()
	a.settle(out)
}

func sign(v float64) int {
	if v < 0 {
		return -1
	}
	return 1
}

// tracked reports whether a track is there and more than tentative.
func (m *mover) tracked() bool {
	return m.Track.Status == fuse.Confirmed || m.Track.Status == fuse.Coasting
}

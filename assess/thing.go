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

// velocity of a track as the fit sees it, east and north.
func (m *mover) velocity() [2]float64 { return [2]float64{m.Track.VE, m.Track.VN} }

// alike reports whether two velocities may be those of one group.
func alike(a, b [2]float64) bool {
	d := math.Hypot(a[0]-b[0], a[1]-b[1])
	s := max(math.Hypot(a[0], a[1]), math.Hypot(b[0], b[1]))
	return d <= max(1.0, 0.5*s)
}

// gate is how far apart members of one thing may be, in metres: a group on
// foot strings out over 200 m, vehicles keep some 40 s of their pace.
func gate(speed float64) float64 { return min(600, max(200, 40*speed)) }

// herdGate is how far apart the animals of one herd may graze, in metres: one
// herd is one alert. It holds between animals alone; who may be a person among
// them is measured with the narrow gate.
const herdGate = 450

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

// adopter finds the thing to which a track belongs: a member moves with it, or
// it continues where the last member was lost; and, where a rule fired for it,
// what a person or a presence sensor reported at that place.
func (a *Assessor) adopter(m *mover, v *trackView, firing bool) *thing {
	var best *thing
	nearest := math.Inf(1)
	for _, th := range a.things {
		var d float64
		switch th.Kind {
		case aMovement:
			if th.Animal != (v.animal >= 0.6) && (v.animal < 0.3 || v.animal >= 0.6) {
				continue
			}
			d = a.kin(th, m, v)
		case aHand:
			age := since(th.At, m.Track.At)
			if d = gap(th.Point, m.Track.Point); !firing || age > 1800 || d > min(1200, 500+age) {
				continue
			}
		case aPresence:
			if d = gap(th.Point, m.Track.Point); !firing || since(th.Held, m.Track.At) > 300 || d > 350 {
				continue
			}
		default:
			continue
		}
		if d < nearest {
			best, nearest = th, d
		}
	}
	return best
}

// kin is the distance of a track from a thing to which it may belong, or
// infinity.
func (a *Assessor) kin(th *thing, m *mover, seen *trackView) float64 {
	best := math.Inf(1)
	alive := a.alive(th)
	reach, speed := gate(seen.speed), seen.speed
	if th.Animal && seen.animal >= 0.6 {
		reach = max(reach, herdGate)
	}
	for _, o := range alive {
		if !alike(m.velocity(), o.velocity()) {
			continue
		}
		if d := gap(m.Track.Point, o.Track.Point); d <= reach && d < best {
			best = d
		}
	}
	if len(alive) > 0 {
		return best
	}
	// A successor begins after its forerunner was lost, on the way that it was
	// going or where it stopped.
	lost := since(th.At, m.Track.At)
	if lost > 900 || m.Track.First.Before(th.At.Add(-30*time.Second)) {
		return best
	}
	v := [2]float64{th.VE, th.VN}
	if speed > 0.5 && !alike(m.velocity(), v) {
		return best
	}
	pace := math.Hypot(v[0], v[1])
	d := th.offWay(m.Track.Point, 1.1*lost)
	if d <= min(600, 150+0.2*pace*lost) {
		return d
	}
	return best
}

// offWay is the distance of a point from the way that a thing has before it for
// so many seconds: from its last place straight on.
func (th *thing) offWay(p geo.Point, ahead float64) float64 {
	e, n := apart(th.Point, p)
	we, wn := th.VE*ahead, th.VN*ahead
	f := 0.0
	if l := we*we + wn*wn; l > 0 {
		f = min(1, max(0, (e*we+n*wn)/l))
	}
	return math.Hypot(e-f*we, n-f*wn)
}

// throughLine notices that a thing crossed between two of its tracks: it began
// beyond doubt on one side, nothing of it is left there, and this member
// stands beyond doubt on the other.
func (a *Assessor) throughLine(th *thing, m *mover) {
	if th.Kind != aMovement || th.Side == 0 || m.Side == 0 || m.Side == th.Side || m.Crossed != 0 || th.Alert.Crossed {
		return
	}
	for _, o := range a.alive(th) {
		if o.Side == th.Side {
			return
		}
	}
	m.Crossed, m.CrossedAt = m.Side, m.Track.At
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

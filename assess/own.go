package assess

import (
	"math"
	"strconv"
	"time"

	"marsad/geo"
	"marsad/ident"
	"marsad/say"
	"marsad/sense"
)

// patrol is an own unit with its last fix.
type patrol struct {
	Unit  string
	Fix   time.Time // zero: never heard
	Point geo.Point
	cfg   Patrol
	woke  time.Time // when Marsad last began to listen again after it was away
	fault time.Time // the fix of which it was said that it is too old
}

// Scan takes two kinds of scan: fixes of own units, known by the node that the
// roster names, and reports of presence sensors. Others are passed over.
func (a *Assessor) Scan(sc *sense.Scan, s *sense.Sensor, out *Output) {
	if sc.Observed.IsZero() || s == nil {
		return
	}
	switch s.Kind {
	case sense.OwnForce:
		a.fix(sc, out)
	case sense.Presence:
		a.presence(sc, s, out)
	}
}

// fix notes where an own unit is. A unit's name in the scan counts for nothing:
// the node must stand in the roster.
func (a *Assessor) fix(sc *sense.Scan, out *Output) {
	p := a.node[sc.Sensor]
	if p == nil || len(sc.Detections) != 1 || sc.Detections[0].Shape != sense.AtPosition {
		return
	}
	at := geo.Point{Lat: sc.Detections[0].Z[0], Lon: sc.Detections[0].Z[1]}
	if !at.Valid() || !sc.Observed.After(p.Fix) {
		return
	}
	a.advance(sc.Observed)
	p.Fix, p.Point = sc.Observed, at
	if th := a.byCause(aUnit, p.Unit); th != nil && th.Alert.Ended.IsZero() {
		a.end(th, out)
	}
}

// beside is how far from a unit's fix, in metres, something may be taken for the
// unit although the unit has a track of its own: a vehicle and who stands about it.
const beside = 15.0

// ownForce gives the own unit that a track may be, and nil for none: within the
// allowed distance of a fix that is younger than allowed, both at the same
// instant. A fix from the track's future counts where the track is now. Where
// the unit is another track, the fix says nothing of this one: who walks beside
// a patrol is not the patrol.
func (a *Assessor) ownForce(m *mover) *patrol {
	at := m.Track.At
	for _, p := range a.patrols {
		if p.Fix.IsZero() {
			continue
		}
		age := at.Sub(p.Fix)
		if age >= a.cfg.OwnFresh || age <= -a.cfg.OwnFresh || math.Abs(p.Point.Lat-m.Track.Point.Lat) > 0.05 {
			continue
		}
		if d := geo.Distance(p.Point, m.aside(p.Fix)); d <= a.cfg.OwnWithin && (d <= beside || !a.elsewhere(p, m)) {
			return p
		}
	}
	return nil
}

// elsewhere reports whether a unit is known to be another track than this one:
// one that has its name, measured of late, and lies as near to the fix.
func (a *Assessor) elsewhere(p *patrol, m *mover) bool {
	if m.Track.Unit == p.Unit {
		return false
	}
	at := m.Track.At
	for _, o := range a.movers { // order plays no part
		if o != m && o.Track.Unit == p.Unit && o.tracked() && at.Sub(o.Track.LastSeen) < a.cfg.OwnFresh &&
			geo.Distance(p.Point, o.aside(p.Fix)) <= a.cfg.OwnWithin {
			return true
		}
	}
	return false
}

// nearestFix gives the distance to the nearest own unit's last fix and its age.
func (a *Assessor) nearestFix(q geo.Point, at time.Time) (metres, age float64) {
	metres, age = 1e6, never
	for _, p := range a.patrols {
		if p.Fix.IsZero() {
			continue
		}
		if d := gap(p.Point, q); d < metres {
			metres, age = d, min(never, since(p.Fix, at))
		}
	}
	return metres, age
}

// asleep is how long no tick may come before nobody can be blamed for silence.
const asleep = 5 * time.Second

// wake gives own units their time again after Marsad itself was away: stopped,
// restarted or suspended. It heard nobody because it did not listen.
func (a *Assessor) wake(now time.Time) {
	if !a.ticked.IsZero() && now.Sub(a.ticked) > asleep {
		for _, p := range a.patrols {
			p.woke = now
		}
	}
	a.ticked = now
}

// overdue alerts for units that were not heard in time.
func (a *Assessor) overdue(out *Output) {
	for _, p := range a.patrols {
		v := &unitView{age: never, check: p.cfg.Check.Seconds(), heard: !p.Fix.IsZero()}
		if v.heard {
			v.age = since(p.Fix, a.now)
			if p.woke.After(p.Fix) {
				v.age = since(p.woke, a.now)
			}
		}
		act := activation[*unitView]{a.unitTable, v}
		var best finding
		for _, r := range a.rules[AboutUnit] {
			if holds(r.when, act) {
				if f := (finding{r, r.severity(act)}); f.above(best) {
					best = f
				}
			}
		}
		if best.rule == nil {
			continue
		}
		p.fault = p.Fix
		th := a.byCause(aUnit, p.Unit)
		switch {
		case th == nil:
			th = a.open(aUnit, p.Unit, best, a.now, "")
			a.emit(th, a.now, out)
		case best.severity > th.Alert.Severity || !th.Alert.Ended.IsZero():
			th.Alert.Severity, th.Alert.Ended = max(best.severity, th.Alert.Severity), time.Time{}
			th.Alert.Rule = best.rule.ID
			a.emit(th, a.now, out)
		}
		th.Held = a.now
	}
}

func (a *Assessor) describeUnit(th *thing, r *Rule, at time.Time, b *blanks) {
	var p *patrol
	for _, q := range a.patrols {
		if q.Unit == th.Cause {
			p = q
		}
	}
	if p == nil {
		return
	}
	th.Alert.Where, th.Point = WhereAt(a.cfg.Line, p.Point), p.Point
	th.Alert.Sure = 1
	// Once it is heard again, the words stay about the silence that was.
	if !p.fault.IsZero() && p.Fix.After(p.fault) {
		at = th.Held
	}
	v := &unitView{age: since(p.fault, at), check: p.cfg.Check.Seconds(), heard: true}
	b.where(th.Alert.Where)
	b.say("unit", p.called())
	b.say("minutes", minutes(seconds(v.age)))
	if r != nil {
		th.Alert.Evidence = evidence(r, activationOf(a.unitTable, v), at)
	}
}

// byCause gives the newest thing of a kind and cause.
func (a *Assessor) byCause(kind, cause string) *thing {
	for i := len(a.things) - 1; i >= 0; i-- {
		if th := a.things[i]; th.Kind == kind && th.Cause == cause {
			return th
		}
	}
	return nil
}

// suppressedKey is what one Suppressed counts.
type suppressedKey struct {
	Rule    string
	Track   ident.ID
	Sensor  sense.SensorID // of a presence sensor, else empty
	By      string
	Silence ident.ID
}

var (
	byOwn     = say.Text{En: "{unit} is {distance} away, its GPS fix is {age} s old.", Ar: "{unit} على بعد {distance}، وعمر موقع GPS لها {age} ثانية."}
	bySilence = say.Text{En: "Silenced by {granter} until {until} UTC: {movement}.", Ar: "أسكته {granter} حتى {until} UTC: {movement}."}
)

// called gives the unit's name, its id where it has none.
func (p *patrol) called() say.Text {
	if p.cfg.Name.IsZero() {
		return say.Text{En: p.Unit, Ar: p.Unit}
	}
	return p.cfg.Name
}

// why says how near and how fresh the unit's fix was.
func (p *patrol) why(q geo.Point, at time.Time) say.Text {
	return byOwn.Fill("age", strconv.Itoa(int(since(p.Fix, at)))).FillText("distance", metres(geo.Distance(p.Point, q))).FillText("unit", p.called())
}

// suppress counts what would have alerted. It is given out at first and then
// once a minute.
func (a *Assessor) suppress(r *Rule, m *mover, own *patrol, s *Silence, out *Output) {
	k := suppressedKey{Rule: r.ID, Track: m.id(), By: "own-force"}
	var why say.Text
	if own != nil {
		why = own.why(m.aside(own.Fix), m.Track.At)
	} else {
		k.By, k.Silence = "silence", s.ID
		why = s.why()
	}
	a.tally(k, m.Track.At, WhereAt(a.cfg.Line, m.Track.Point), why, out)
}

func (a *Assessor) tally(k suppressedKey, at time.Time, w Where, why say.Text, out *Output) {
	x := a.suppressed[k]
	if x == nil {
		x = &Suppressed{ID: ident.Derive("suppressed", at, k.Rule+"/"+k.Track.String()+"/"+string(k.Sensor)+"/"+k.By+"/"+k.Silence.String(), 0),
			Rule: k.Rule, Track: k.Track, By: k.By, Silence: k.Silence, First: at}
		a.suppressed[k] = x
	}
	due := x.Times == 0 || at.Truncate(time.Minute).After(x.Last.Truncate(time.Minute))
	x.Last, x.Times, x.Where, x.Why = at, x.Times+1, w, why
	if due {
		out.Suppressed = append(out.Suppressed, *x)
	}
}

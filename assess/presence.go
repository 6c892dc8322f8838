package assess

import (
	"math"
	"time"

	"marsad/geo"
	"marsad/sense"
)

// touch is the memory of one presence sensor: its reports of five minutes.
type touch struct {
	Sensor sense.Sensor
	Hits   []hit
}

type hit struct {
	At         time.Time
	Confidence float64
	Radius     float64
	Own        string // the own unit that was there, empty for none
}

// presence takes the report of a presence sensor.
func (a *Assessor) presence(sc *sense.Scan, s *sense.Sensor, out *Output) {
	if len(sc.Detections) == 0 {
		return
	}
	a.advance(sc.Observed)
	t := a.touched[s.ID]
	if t == nil {
		t = &touch{}
		a.touched[s.ID] = t
	}
	t.Sensor = kept(s)
	if sc.Origin.Valid() && sc.Origin.Point != (geo.Point{}) {
		t.Sensor.Position = sc.Origin
	}
	own := a.ownAt(t.Sensor.Position.Point, sc.Observed)
	for _, d := range sc.Detections {
		c := float64(d.Confidence)
		if c == 0 || !finite(c) {
			c = 1 // nothing stated
		}
		c = unit(c)
		r := d.Z[0]
		if d.Shape != sense.PresenceWithin || !(r >= 0 && r < 1e6) {
			r = t.Sensor.MaxRange
		}
		h := hit{At: sc.Observed, Confidence: c, Radius: r}
		if own != nil {
			h.Own = own.Unit
		}
		t.Hits = append(t.Hits, h)
	}
	kept := t.Hits[:0]
	for _, h := range t.Hits {
		if sc.Observed.Sub(h.At) <= 5*time.Minute {
			kept = append(kept, h)
		}
	}
	t.Hits = kept
	a.judgePresence(t, sc.Observed, out)
}

// viewPresence counts reports; those made while an own unit was there only
// with the word all.
func (a *Assessor) viewPresence(t *touch, at time.Time, all bool) *presenceView {
	v := &presenceView{distance: 1e6}
	p := t.Sensor.Position.Point
	for _, h := range t.Hits {
		if h.At.After(at) || h.Own != "" && !all {
			continue
		}
		v.hits5++
		if at.Sub(h.At) <= time.Minute {
			v.hits1++
			v.confidence = max(v.confidence, h.Confidence)
			v.radius = max(v.radius, h.Radius)
		}
	}
	if c, o, ok := a.cfg.Line.Locate(p); ok && finite(float64(o)) {
		v.distance = math.Abs(float64(o))
		cell := int32(math.Floor(float64(c) / 1000))
		for k := cell - 1; k <= cell+1; k++ {
			for _, m := range a.cells[k] {
				if !m.tracked() || gap(m.Track.Point, p) > 300 {
					continue
				}
				v.tracks++
				if best, _ := m.Track.Class.Best(); best == sense.Animal {
					v.animals++
				}
			}
		}
	}
	v.patrol, v.fixAge = a.nearestFix(p, at)
	return v
}

// findPresence gives the gravest finding of a presence sensor's view.
func (a *Assessor) findPresence(v *presenceView) finding {
	act := activation[*presenceView]{a.presenceTable, v}
	var best finding
	for _, r := range a.rules[AboutPresence] {
		if holds(r.when, act) {
			if f := (finding{r, r.severity(act)}); f.above(best) {
				best = f
			}
		}
	}
	return best
}

// ownAt gives the own unit at a place by the limits of the safeguards, nil for
// none.
func (a *Assessor) ownAt(p geo.Point, at time.Time) *patrol {
	for _, u := range a.patrols {
		if age := at.Sub(u.Fix); u.Fix.IsZero() || age >= a.cfg.OwnFresh || age <= -a.cfg.OwnFresh {
			continue
		}
		if geo.Distance(u.Point, p) <= a.cfg.OwnWithin {
			return u
		}
	}
	return nil
}

func (a *Assessor) judgePresence(t *touch, at time.Time, out *Output) {
	p := t.Sensor.Position.Point
	best := a.findPresence(a.viewPresence(t, at, false))
	if best.rule == nil {
		// Would it have alerted with the reports that own units made?
		if f := a.findPresence(a.viewPresence(t, at, true)); f.rule != nil {
			if u := a.ownAt(p, at); u != nil {
				a.tally(suppressedKey{Rule: f.rule.ID, Sensor: t.Sensor.ID, By: "own-force"}, at, WhereAt(a.cfg.Line, p), u.why(p, at), out)
			}
		}
		return
	}
	if s := a.silenceAt(p, at); s != nil && !best.rule.NeverSilenced {
		a.tally(suppressedKey{Rule: best.rule.ID, Sensor: t.Sensor.ID, By: "silence", Silence: s.ID}, at, WhereAt(a.cfg.Line, p), s.why(), out)
		return
	}
	th := a.presenceThing(t, at)
	if th == nil {
		th = a.open(aPresence, string(t.Sensor.ID), best, at, "")
		th.Point = p
	}
	th.Held = at
	if !contains(th.Alert.Sensors, t.Sensor.ID) {
		th.Alert.Sensors = append(th.Alert.Sensors, t.Sensor.ID)
		th.Dirty = true
	}
	if th.Kind != aPresence {
		return // a movement's alert: the sensor is one more witness
	}
	rose := best.above(finding{a.rule(th.Alert.Rule), th.Alert.Severity})
	if rose {
		th.Alert.Severity, th.Alert.Rule = max(best.severity, th.Alert.Severity), best.rule.ID
	}
	if !th.Alert.Ended.IsZero() {
		th.Alert.Ended, rose = time.Time{}, true
	}
	if th.Alert.Revision == 0 || rose {
		a.emit(th, at, out)
	} else {
		th.Dirty = true
	}
}

// presenceThing finds what a report belongs to: a movement beside the sensor
// that has its alert, or an earlier report here or at a neighbouring sensor.
func (a *Assessor) presenceThing(t *touch, at time.Time) *thing {
	p := t.Sensor.Position.Point
	var best *thing
	nearest := math.Inf(1)
	for _, th := range a.things {
		var d float64
		switch {
		case th.Kind == aMovement && at.Sub(th.At) < 5*time.Minute && !th.Animal:
			d = gap(th.Point, p)
		case th.Kind == aPresence && at.Sub(th.Held) < 10*time.Minute:
			d = gap(th.Point, p)
		case th.Kind == aPresence && th.Cause == string(t.Sensor.ID):
			d = 0
		default:
			continue
		}
		if d <= 350 && d < nearest {
			best, nearest = th, d
		}
	}
	return best
}

func (a *Assessor) describePresence(th *thing, r *Rule, at time.Time, b *blanks) {
	if len(th.Alert.Tracks) > 0 && a.lead(th) != nil {
		// A track took the thing over: its figures say more.
		a.describeMovement(th, r, at, b)
		b.put("sensor", a.touchName(th))
		if t := a.touched[sense.SensorID(th.Cause)]; t != nil {
			b.say("times", nTimes.of(len(t.Hits)))
		}
		return
	}
	t := a.touched[sense.SensorID(th.Cause)]
	if t == nil {
		return
	}
	v := a.viewPresence(t, at, false)
	th.Alert.Where = WhereAt(a.cfg.Line, t.Sensor.Position.Point)
	th.Alert.Sure = unit(v.confidence)
	th.Alert.Simulated = t.Sensor.Simulated
	b.where(th.Alert.Where)
	b.put("sensor", a.touchName(th))
	b.say("times", nTimes.of(int(v.hits5)))
	if r != nil {
		th.Alert.Evidence = evidence(r, activationOf(a.presenceTable, v), at)
	}
}

func (a *Assessor) touchName(th *thing) string {
	if t := a.touched[sense.SensorID(th.Cause)]; t != nil && t.Sensor.Name != "" {
		return t.Sensor.Name
	}
	return th.Cause
}

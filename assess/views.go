package assess

import (
	"math"
	"time"

	"cel.dev/cel-go/cel"

	"marsad/geo"
	"marsad/sense"
)

// activation lets CEL ask a view for a feature by name: only what a predicate
// asks for is computed.
type activation[V any] struct {
	table map[string]*feature[V]
	view  V
}

// ResolveName answers with the feature's value.
func (a activation[V]) ResolveName(name string) (any, bool) {
	f := a.table[name]
	if f == nil {
		return nil, false
	}
	if f.flag != nil {
		return f.flag(a.view), true
	}
	v := f.num(a.view)
	if !finite(v) {
		return math.MaxFloat64, true // beyond every threshold, never NaN
	}
	return v, true
}

// Parent is none.
func (a activation[V]) Parent() cel.Activation { return nil }

// holds evaluates a predicate; an evaluation error is false.
func holds(p cel.Program, a cel.Activation) bool {
	if p == nil {
		return false
	}
	v, _, err := p.Eval(a)
	if err != nil {
		return false
	}
	b, ok := v.Value().(bool)
	return ok && b
}

// severity that a rule gives, with its raises.
func (r *Rule) severity(a cel.Activation) Severity {
	s := r.Severity
	for i := range r.Raise {
		if holds(r.Raise[i].program, a) {
			s = r.Raise[i].Severity
		}
	}
	return s
}

// trackView is everything that rules can ask of a track, at one instant.
type trackView struct {
	m                           *mover
	fit                         motion
	distance, speed, heading    float64
	headingOff                  float64
	lineIn, lineEarly, lineLate float64
	age, observed, unseen       float64
	foot, wheels, animal        float64
	air, float, dig             float64
	halted, stay, near, first   float64
	together, convoy            float64
	patrol, fixAge, outage      float64
	corridor                    bool
}

func (a *Assessor) viewTrack(m *mover) *trackView {
	t := &m.Track
	at := t.At
	v := &trackView{m: m, fit: m.fit()}
	v.distance = math.Abs(m.Off)
	if !m.HasKm {
		v.distance = 1e6
	}
	v.speed = math.Hypot(t.VE, t.VN)
	v.heading = geo.Degrees(geo.Wrap2Pi(math.Atan2(t.VE, t.VN)))
	v.headingOff = 180
	if v.fit.Pace > 0.05 {
		v.headingOff = geo.Degrees(math.Acos(min(1, max(-1, v.fit.Closing/v.fit.Pace))))
	}
	v.lineIn, v.lineEarly, v.lineLate = lineTimes(v.distance, m.SigmaOff, v.fit.Closing, v.fit.Sigma)
	v.age, v.observed, v.unseen = since(t.First, at), since(t.First, t.LastSeen), since(t.LastSeen, at)
	v.foot = m.share(sense.Person, sense.Group)
	v.wheels = m.share(sense.Vehicle, sense.Convoy)
	v.animal, v.air = m.share(sense.Animal), m.share(sense.SlowAir)
	v.float, v.dig = m.share(sense.Float), m.share(sense.Dig)
	v.halted, v.stay, v.near = since(m.HaltedAt, at), since(m.StayAt, at), since(m.NearAt, at)
	v.first = math.Abs(m.FirstOff)
	v.together, v.convoy = a.company(m, v.wheels)
	v.patrol, v.fixAge = a.nearestFix(t.Point, at)
	v.outage = a.outageNear(m)
	v.corridor = a.silenceFor(m, at) != nil
	return v
}

// held is how long what the track does has lasted: its stay at the line, else
// how long it was seen.
func (v *trackView) held() float64 {
	if v.near > 0 {
		return v.near
	}
	return v.observed
}

// outageNear is the distance along the line to the nearest open outage.
func (a *Assessor) outageNear(m *mover) float64 {
	best := 1e6
	if !m.HasKm {
		return best
	}
	for _, th := range a.things {
		if w := th.Alert.Where; th.Kind == anOutage && th.Alert.Ended.IsZero() && w.HasKm {
			best = min(best, max(0, float64(w.From)-m.Km, m.Km-float64(w.To)))
		}
	}
	return best
}

// lineTimes gives the time to the line with one sigma either side, in seconds:
// first-order propagation of the errors of distance and speed.
func lineTimes(distance, sigmaD, closing, sigmaC float64) (in, early, late float64) {
	if closing < 0.1 || closing < sigmaC || !finite(distance) {
		return never, never, never
	}
	in = min(distance/closing, never)
	s := math.Hypot(sigmaD/closing, distance*sigmaC/(closing*closing))
	if !finite(s) {
		s = never
	}
	return in, max(0, in-s), min(never, in+s)
}

// since is the seconds from an instant to now; 0 for the zero instant.
func since(t, now time.Time) float64 {
	if t.IsZero() || now.Before(t) {
		return 0
	}
	return now.Sub(t).Seconds()
}

// company counts the tracks that move with this one: any within 200 m, and
// vehicles within 500 m. Own forces do not count as company.
func (a *Assessor) company(m *mover, wheels float64) (together, convoy float64) {
	together = 1
	if wheels >= 0.4 {
		convoy = 1
	}
	if !m.HasKm {
		return together, convoy
	}
	for c := m.cell() - 1; c <= m.cell()+1; c++ {
		for _, o := range a.cells[c] {
			if o == m || o.Track.Status == fuseTentative || !alike(m.velocity(), o.velocity()) {
				continue
			}
			d := gap(m.Track.Point, o.Track.Point)
			if d <= 200 {
				together++
			}
			if d <= 500 && o.share(sense.Vehicle, sense.Convoy) >= 0.4 {
				convoy++
			}
		}
	}
	return together, convoy
}

// presenceView is everything that rules can ask of a presence sensor.
type presenceView struct {
	hits1, hits5, confidence float64
	distance, radius         float64
	patrol, fixAge           float64
	tracks, animals          float64
}

// sensorsView is everything that rules can ask of sensors lost together.
type sensorsView struct{ lost, since, stretch, dark float64 }

// unitView is everything that rules can ask of an own patrol.
type unitView struct {
	age, check float64
	heard      bool
}

// lineView is everything that rules can ask of the whole line.
type lineView struct {
	breaches, stretch, outages float64
	from, to                   float64
}

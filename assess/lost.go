package assess

import (
	"math"
	"sort"
	"time"

	"marsad/border"
	"marsad/geo"
	"marsad/ident"
	"marsad/say"
	"marsad/sense"
)

// watched is a sensor as assess keeps it.
type watched struct {
	Sensor sense.Sensor
	Health sense.Health
	HasKm  bool
	Km     float64
	Off    float64
}

const (
	// unlinkedWithin and unlinkedFor join losses that share no registered link:
	// towers stand a kilometre apart, and one cut silences its run within a few
	// heartbeats.
	unlinkedWithin = 12000.0
	unlinkedFor    = time.Minute
)

// LostSensor is the name of the evidence that names a lost sensor: by it an alert
// of an outage is known, whatever its rule is called.
const LostSensor = "lost-sensor"

// kept is what assess keeps of a sensor, without figures that are none.
func kept(s *sense.Sensor) sense.Sensor {
	k := sense.Sensor{ID: s.ID, Name: s.Name, Kind: s.Kind, Mount: s.Mount, Link: s.Link, Simulated: s.Simulated, Assumed: s.Assumed}
	if s.Position.Valid() {
		k.Position.Point = s.Position.Point
	}
	if finite(s.MaxRange) && s.MaxRange > 0 && s.MaxRange < 1e6 {
		k.MaxRange = s.MaxRange
	}
	return k
}

// placed reports whether the sensor's place is known.
func (w *watched) placed() bool { return w.Sensor.Position.Point != (geo.Point{}) }

// Health takes a change of one sensor's health. What is lost by one cause
// (the same link, else the same mount, else neighbours at the same time) is
// one alert.
func (a *Assessor) Health(h sense.HealthChange, s sense.Sensor, out *Output) {
	if h.At.IsZero() {
		return
	}
	a.advance(h.At)
	w := a.sensors[h.Sensor]
	if w == nil {
		w = &watched{}
		a.sensors[h.Sensor] = w
	}
	s.ID = h.Sensor
	w.Sensor, w.Health = kept(&s), h.To
	w.HasKm = false
	if w.placed() {
		c, o, ok := a.cfg.Line.Locate(s.Position.Point)
		if ok && finite(float64(c)) && finite(float64(o)) {
			w.HasKm, w.Km, w.Off = true, float64(c), float64(o)
		}
	}
	switch {
	case s.Kind == sense.OwnForce || s.Kind == sense.Human:
		// A patrol that is not heard is overdue, not an outage.
	case h.To == sense.Lost:
		a.lose(w, h.At, out)
	case h.To.Working():
		a.regain(w, h.At, out)
	case h.To == sense.Gone || h.To == sense.Degraded:
		a.regain(w, h.At, out)
		out.Events = append(out.Events, a.sensorEvent("sensor-"+h.To.String(), w, h))
	}
}

var (
	goneText     = say.Text{En: "{sensor} left in order: {why}", Ar: "غادر {sensor} بانتظام: {why}"}
	degradedText = say.Text{En: "{sensor} reports a fault of its own: {why}", Ar: "أبلغ {sensor} عن خلل فيه: {why}"}
	regainText   = say.Text{En: "{sensor} is heard again", Ar: "عاد {sensor} مسموعاً"}
)

func (a *Assessor) sensorEvent(kind string, w *watched, h sense.HealthChange) Event {
	t := regainText
	switch h.To {
	case sense.Gone:
		t = goneText
	case sense.Degraded:
		t = degradedText
	}
	why := h.Why
	if why.IsZero() {
		why = say.Text{En: "no reason given", Ar: "دون ذكر السبب"}
	}
	return Event{ID: ident.Derive("event", h.At, kind+"/"+string(h.Sensor), 0), Kind: kind, At: h.At,
		Text: t.Fill("sensor", a.sensorName(h.Sensor)).FillText("why", why), Where: WhereAt(a.cfg.Line, w.Sensor.Position.Point)}
}

func (a *Assessor) sensorName(id sense.SensorID) string {
	if w := a.sensors[id]; w != nil && w.Sensor.Name != "" {
		return w.Sensor.Name
	}
	return string(id)
}

// lose adds a lost sensor to the outage of its cause.
func (a *Assessor) lose(w *watched, at time.Time, out *Output) {
	cause := "sensor:" + string(w.Sensor.ID)
	switch {
	case w.Sensor.Link != "":
		cause = "link:" + w.Sensor.Link
	case w.Sensor.Mount != "":
		cause = "mount:" + w.Sensor.Mount
	}
	th := a.outageOf(cause, w.Sensor.ID)
	if th == nil && w.Sensor.Link == "" {
		th = a.besideOutage(w, at)
	}
	if th != nil && !th.Alert.Ended.IsZero() && at.Sub(th.Alert.Ended) > a.cfg.Keep {
		th = nil
	}
	fresh := th == nil
	if fresh {
		th = a.open(anOutage, cause, finding{}, at, "")
	}
	if !contains(th.Alert.Sensors, w.Sensor.ID) {
		th.Alert.Sensors = append(th.Alert.Sensors, w.Sensor.ID)
		sort.Slice(th.Alert.Sensors, func(i, j int) bool { return th.Alert.Sensors[i] < th.Alert.Sensors[j] })
	}
	th.Held, th.At = at, at
	back := !th.Alert.Ended.IsZero()
	th.Alert.Ended = time.Time{}
	rose := a.judgeOutage(th, at)
	switch {
	case th.Alert.Rule == "": // no rule asks for it
		a.things = a.things[:len(a.things)-1]
	case fresh || back || rose:
		a.emit(th, at, out)
	default:
		th.Dirty = true // the rest of the run follows with the next tick
	}
}

// outageOf finds the outage of a cause, or the one that was about this sensor
// alone: a sensor that flaps has one alert.
func (a *Assessor) outageOf(cause string, id sense.SensorID) *thing {
	for i := len(a.things) - 1; i >= 0; i-- {
		th := a.things[i]
		if th.Kind == anOutage && (th.Cause == cause || len(th.Alert.Sensors) == 1 && th.Alert.Sensors[0] == id) {
			return th
		}
	}
	return nil
}

// besideOutage finds the outage to which an unlinked sensor's loss belongs by
// place and time.
func (a *Assessor) besideOutage(w *watched, at time.Time) *thing {
	if !w.HasKm {
		return nil
	}
	for i := len(a.things) - 1; i >= 0; i-- {
		th := a.things[i]
		if th.Kind != anOutage || !th.Alert.Ended.IsZero() || at.Sub(th.Held) > unlinkedFor || !th.Alert.Where.HasKm {
			continue
		}
		if w.Km >= float64(th.Alert.Where.From)-unlinkedWithin && w.Km <= float64(th.Alert.Where.To)+unlinkedWithin {
			return th
		}
	}
	return nil
}

// judgeOutage asks the rules about an outage; true if it now stands higher.
func (a *Assessor) judgeOutage(th *thing, at time.Time) bool {
	act := activation[*sensorsView]{a.sensorsTable, a.viewOutage(th, at)}
	var best finding
	for _, r := range a.rules[AboutSensors] {
		if holds(r.when, act) {
			if f := (finding{r, r.severity(act)}); f.above(best) {
				best = f
			}
		}
	}
	if best.rule == nil || !best.above(finding{a.rule(th.Alert.Rule), th.Alert.Severity}) {
		return false
	}
	th.Alert.Rule, th.Alert.Severity = best.rule.ID, max(best.severity, th.Alert.Severity)
	return true
}

// lostOf gives the sensors of an outage that are still lost.
func (a *Assessor) lostOf(th *thing) []*watched {
	var out []*watched
	for _, id := range th.Alert.Sensors {
		if w := a.sensors[id]; w != nil && w.Health == sense.Lost {
			out = append(out, w)
		}
	}
	return out
}

func (a *Assessor) viewOutage(th *thing, at time.Time) *sensorsView {
	lost := a.lostOf(th)
	v := &sensorsView{lost: float64(len(lost)), since: since(th.Alert.Opened, at)}
	from, to, ok := stretchOf(lost)
	if ok {
		v.stretch = float64(to - from)
	}
	v.dark = a.dark(lost).Length()
	return v
}

func stretchOf(ws []*watched) (from, to border.Chainage, ok bool) {
	for _, w := range ws {
		if !w.HasKm {
			continue
		}
		c := border.Chainage(w.Km)
		if !ok {
			from, to, ok = c, c, true
		}
		from, to = min(from, c), max(to, c)
	}
	return from, to, ok
}

// reach is the stretch of line that a sensor reaches by its registered range.
func (w *watched) reach() (border.Span, bool) {
	if !w.HasKm || !(w.Sensor.MaxRange > math.Abs(w.Off)) {
		return border.Span{}, false
	}
	half := math.Sqrt(w.Sensor.MaxRange*w.Sensor.MaxRange - w.Off*w.Off)
	return border.Span{From: border.Chainage(max(0, w.Km-half)), To: border.Chainage(w.Km + half)}, true
}

// dark gives what only lost sensors reached. It goes by registered ranges; what
// the ground hides is the coverage lane's to say.
func (a *Assessor) dark(lost []*watched) border.Set {
	var was, still []border.Span
	for _, w := range lost {
		if s, ok := w.reach(); ok {
			was = append(was, s)
		}
	}
	if len(was) == 0 {
		return border.NewSet()
	}
	for _, id := range sortedSensors(a.sensors) {
		w := a.sensors[id]
		if !w.Health.Working() || w.Sensor.Kind == sense.OwnForce || w.Sensor.Kind == sense.Human {
			continue
		}
		if s, ok := w.reach(); ok {
			still = append(still, s)
		}
	}
	return border.NewSet(was...).Minus(border.NewSet(still...))
}

func sortedSensors[V any](m map[sense.SensorID]V) []sense.SensorID {
	ids := make([]sense.SensorID, 0, len(m))
	for id := range m {
		ids = append(ids, id)
	}
	sort.Slice(ids, func(i, j int) bool { return ids[i] < ids[j] })
	return ids
}

// regain takes a sensor out of its outage; the last one back ends it.
func (a *Assessor) regain(w *watched, at time.Time, out *Output) {
	for _, th := range a.things {
		if th.Kind != anOutage || !th.Alert.Ended.IsZero() || !contains(th.Alert.Sensors, w.Sensor.ID) {
			continue
		}
		if len(a.lostOf(th)) == 0 {
			a.end(th, out)
		} else {
			th.Dirty = true
		}
		if w.Health.Working() {
			out.Events = append(out.Events, a.sensorEvent("sensor-back", w, sense.HealthChange{Sensor: w.Sensor.ID, To: w.Health, At: at}))
		}
	}
}

func contains(ids []sense.SensorID, id sense.SensorID) bool {
	for _, x := range ids {
		if x == id {
			return true
		}
	}
	return false
}

func (a *Assessor) describeOutage(th *thing, r *Rule, at time.Time, b *blanks) {
	lost := a.lostOf(th)
	if len(lost) > 0 {
		if from, to, ok := stretchOf(lost); ok {
			th.Alert.Where = WhereSpan(a.cfg.Line, from, to)
		} else {
			th.Alert.Where = WhereAt(a.cfg.Line, lost[0].Sensor.Position.Point)
		}
	}
	v := a.viewOutage(th, at)
	th.Alert.Sure = 1
	th.Point = th.Alert.Where.Point
	b.where(th.Alert.Where)
	n := len(lost)
	if n == 0 { // all are back: what it was about
		n = max(1, len(th.Alert.Sensors))
	}
	b.say("lost", nSensors.of(n))
	b.say("dark", metres(v.dark))
	name := ""
	if len(th.Alert.Sensors) > 0 {
		name = a.sensorName(th.Alert.Sensors[0])
	}
	b.put("sensor", name)
	cause := noCause
	if w := a.sensors[first(th.Alert.Sensors)]; w != nil && w.Sensor.Link != "" {
		cause = say.Text{En: w.Sensor.Link, Ar: say.LTR(w.Sensor.Link)}
	}
	b.say("cause", cause)
	if r != nil {
		th.Alert.Evidence = evidence(r, activationOf(a.sensorsTable, v), at)
	}
	for _, w := range lost {
		th.Alert.Evidence = append(th.Alert.Evidence, Evidence{Name: LostSensor, Sensor: w.Sensor.ID, At: th.Alert.Opened, Assumed: w.Sensor.Assumed,
			Text: say.Text{En: a.sensorName(w.Sensor.ID) + ": " + lostOne.En, Ar: say.LTR(a.sensorName(w.Sensor.ID)) + ": " + lostOne.Ar}})
		th.Alert.Simulated = th.Alert.Simulated || w.Sensor.Simulated
	}
}

func first(ids []sense.SensorID) sense.SensorID {
	if len(ids) == 0 {
		return ""
	}
	return ids[0]
}

package assess

import (
	"math"
	"strconv"
	"strings"
	"time"

	"marsad/say"
	"marsad/sense"
)

// What may be said of a moving thing before an outcome; nothing else ever is.
var (
	aPerson    = say.Text{En: "A person", Ar: "شخص"}
	aGroup     = say.Text{En: "A group", Ar: "مجموعة أشخاص"}
	aVehicle   = say.Text{En: "A vehicle", Ar: "مركبة"}
	vehicles   = say.Text{En: "Vehicles", Ar: "مركبات"}
	animals    = say.Text{En: "Animals", Ar: "حيوانات"}
	inTheAir   = say.Text{En: "Something slow in the air", Ar: "جسم جوي بطيء"}
	onTheRiver = say.Text{En: "Something floating", Ar: "جسم عائم"}
	digging    = say.Text{En: "Digging", Ar: "نشاط حفر"}
	something  = say.Text{En: "Something that moves", Ar: "جسم متحرك"}

	homeSide  = say.Text{En: "on the home side", Ar: "في جانبنا"}
	otherSide = say.Text{En: "on the other side", Ar: "في الجانب الآخر"}
	inbound   = say.Text{En: "towards our side", Ar: "نحو جانبنا"}
	outbound  = say.Text{En: "towards the other side", Ar: "نحو الجانب الآخر"}
	noCause   = say.Text{En: "no common cable or supply is registered", Ar: "لا يوجد كيبل أو مصدر مشترك مسجل"}
	lostOne   = say.Text{En: "no longer heard", Ar: "لم يعد مسموعاً"}
	endedText = say.Text{En: "The cause is gone: {title}. The case stays open for people.", Ar: "زال السبب: {title}. تبقى القضية مفتوحة للمعالجة."}
)

// called gives the class that may be named, how sure it is, and its word:
// person, group, vehicle and the like. Shares that mean the same thing to a
// person count together; below a half it stays "something that moves".
func called(v *trackView, count float64) (sense.Class, float64, say.Text) {
	c := &v.m.Track.Class
	kinds := []struct {
		share float64
		class sense.Class
		word  say.Text
	}{
		{v.foot, sense.Person, aPerson}, {v.wheels, sense.Vehicle, aVehicle}, {v.animal, sense.Animal, animals},
		{v.air, sense.SlowAir, inTheAir}, {v.float, sense.Float, onTheRiver}, {v.dig, sense.Dig, digging},
	}
	best := kinds[0]
	for _, k := range kinds[1:] {
		if k.share > best.share {
			best = k
		}
	}
	switch {
	case best.share < 0.5:
		return sense.Unknown, max(best.share, float64(c[sense.Unknown])), something
	case best.class == sense.Person && (count >= 2 || c[sense.Group] > c[sense.Person]):
		return sense.Group, best.share, aGroup
	case best.class == sense.Vehicle && (count >= 2 || c[sense.Convoy] > c[sense.Vehicle]):
		return sense.Convoy, best.share, vehicles
	}
	return best.class, best.share, best.word
}

// wordOf is the word of a class that was named before.
func wordOf(c sense.Class) say.Text {
	switch c {
	case sense.Person:
		return aPerson
	case sense.Group:
		return aGroup
	case sense.Vehicle:
		return aVehicle
	case sense.Convoy:
		return vehicles
	case sense.Animal:
		return animals
	case sense.SlowAir:
		return inTheAir
	case sense.Float:
		return onTheRiver
	case sense.Dig:
		return digging
	}
	return something
}

// blanks holds what is filled into templates.
type blanks struct {
	plain []string
	texts map[string]say.Text
}

func (b *blanks) put(name, value string) { b.plain = append(b.plain, name, value) }

func (b *blanks) say(name string, t say.Text) {
	if b.texts == nil {
		b.texts = map[string]say.Text{}
	}
	b.texts[name] = t
}

// fill completes a template. Sentences begin with a capital whatever is filled in.
func (b *blanks) fill(w Words) say.Text {
	t := w.text().Fill(b.plain...)
	for _, m := range holder.FindAllStringSubmatch(w.En+w.Ar, -1) {
		if v, ok := b.texts[m[1]]; ok {
			t = t.FillText(m[1], v)
		}
	}
	return t
}

// where fills the words for a place.
func (b *blanks) where(w Where) {
	if w.HasKm {
		b.put("km", w.Chainage.String())
		b.put("from", w.From.String())
		b.put("to", w.To.String())
		b.say("distance", metres(math.Abs(float64(w.Offset))))
		b.say("stretch", metres(float64(w.To-w.From)))
		if w.Offset < 0 {
			b.say("side", otherSide)
		} else {
			b.say("side", homeSide)
		}
	} else {
		for _, n := range []string{"km", "from", "to", "distance", "stretch", "side"} {
			b.put(n, "?")
		}
	}
	b.say("place", w.Near)
}

// describe fills the alert of a thing with its present figures and words.
func (a *Assessor) describe(th *thing, at time.Time) {
	r := a.rule(th.Alert.Rule)
	var b blanks
	switch th.Kind {
	case aMovement:
		a.describeMovement(th, r, at, &b)
	case aHand:
		a.describeHand(th, r, at, &b)
	case anOutage:
		a.describeOutage(th, r, at, &b)
	case aPresence:
		a.describePresence(th, r, at, &b)
	case aUnit:
		a.describeUnit(th, r, at, &b)
	case aLine:
		a.describeLine(th, r, at, &b)
	}
	if r == nil {
		return
	}
	th.Alert.Title, th.Alert.Reason, th.Alert.Silent = b.fill(r.Title), b.fill(r.Reason), b.fill(r.Silent)
	th.Alert.Steps = th.Alert.Steps[:0:0]
	for _, s := range r.Steps {
		th.Alert.Steps = append(th.Alert.Steps, b.fill(s))
	}
}

func (a *Assessor) describeMovement(th *thing, r *Rule, at time.Time, b *blanks) {
	m := a.lead(th)
	if m == nil {
		// The last words stand; only their time moves on.
		b.say("what", wordOf(th.Alert.Class))
		b.where(th.Alert.Where)
		b.put("speed", strconv.FormatFloat(math.Hypot(th.VE, th.VN), 'f', 1, 64))
		b.say("line_in", minutes(th.Alert.LineIn))
		b.say("vehicles", nVehicles.of(max(1, int(math.Round(th.Alert.Count)))))
		b.say("minutes", minutes(at.Sub(th.Alert.Opened)))
		b.say("direction", direction(th.Alert.Inbound))
		return
	}
	v := a.viewTrack(m)
	al := &th.Alert
	th.follow(m, v.fit)
	al.Where = WhereAt(a.cfg.Line, m.Track.Point)
	al.Count = a.count(th)
	class, share, word := called(v, al.Count)
	al.Class = class
	al.Sure = unit(m.Track.Existence * share)
	al.Simulated = m.Track.Simulated
	switch {
	case m.Crossed != 0:
		al.Crossed = true
		al.Inbound, al.Outbound = m.Crossed > 0, m.Crossed < 0
	case !al.Crossed && m.HasKm:
		side := th.Side
		if side == 0 {
			side = sign(m.Off)
		}
		al.Inbound, al.Outbound = side < 0, side > 0
	}
	al.LineIn, al.LineEarly, al.LineLate = 0, 0, 0
	if v.lineIn < never && !al.Crossed {
		al.LineIn, al.LineEarly, al.LineLate = seconds(v.lineIn), seconds(v.lineEarly), seconds(v.lineLate)
	}
	b.say("what", word)
	b.where(al.Where)
	b.put("speed", strconv.FormatFloat(v.fit.Pace, 'f', 1, 64))
	b.say("line_in", minutes(seconds(v.lineIn)))
	b.say("vehicles", nVehicles.of(int(max(1, max(v.convoy, al.Count)))))
	b.say("minutes", minutes(seconds(v.held())))
	b.say("direction", direction(al.Inbound))
	if r != nil {
		al.Evidence = evidence(r, activationOf(a.trackTable, v), m.Track.At)
	}
	for _, c := range m.Track.Sensors {
		al.Evidence = append(al.Evidence, Evidence{Name: "sensor", Sensor: c.Sensor, Value: float64(c.Count), At: c.Last,
			Text: seenBy.Fill("sensor", a.sensorName(c.Sensor), "number", strconv.Itoa(c.Count))})
	}
}

var seenBy = say.Text{En: "{sensor}: {number} measurements", Ar: "{sensor}: {number} من القياسات"}

// count is how many persons or things the members are together.
func (a *Assessor) count(th *thing) float64 {
	var n float64
	for _, m := range a.alive(th) {
		n += max(1, m.Track.Count)
	}
	return n
}

func direction(in bool) say.Text {
	if in {
		return inbound
	}
	return outbound
}

func activationOf[V any](table map[string]*feature[V], v V) func(string) float64 {
	return func(name string) float64 {
		if f := table[name]; f != nil {
			return f.value(v)
		}
		return 0
	}
}

// evidence lists the figures that a rule rests on, in words.
func evidence(r *Rule, value func(string) float64, at time.Time) []Evidence {
	out := make([]Evidence, 0, len(r.features))
	for _, f := range r.features {
		x := value(f.Name)
		if !finite(x) || f.Unit == "s" && x >= never || f.Unit == "m" && x >= 1e6 {
			continue // there is none
		}
		out = append(out, Evidence{Name: f.Name, Value: x, At: at, Text: figure(f, x)})
	}
	return out
}

var unitWords = map[string]say.Text{"m": {En: "m", Ar: "متر"}, "m/s": {En: "m/s", Ar: "م/ث"}, "s": {En: "s", Ar: "ثانية"},
	"km": {En: "km", Ar: "كم"}, "°": {En: "°", Ar: "درجة"}}

func figure(f Feature, x float64) say.Text {
	if f.Flag {
		if x == 0 {
			return say.Text{En: f.Label.En + ": no", Ar: f.Label.Ar + ": لا"}
		}
		return say.Text{En: f.Label.En + ": yes", Ar: f.Label.Ar + ": نعم"}
	}
	digits := 0
	if f.Unit == "" && x < 1 && x > 0 || f.Unit == "m/s" {
		digits = 2
	}
	n := strconv.FormatFloat(x, 'f', digits, 64)
	u := unitWords[f.Unit]
	return say.Text{En: strings.TrimSpace(f.Label.En + ": " + n + " " + u.En), Ar: strings.TrimSpace(f.Label.Ar + ": " + say.LTR(n) + " " + u.Ar)}
}

func seconds(s float64) time.Duration {
	return time.Duration(math.Round(min(max(s, 0), never))) * time.Second
}

// unit keeps a probability in 0..1.
func unit(p float64) float64 {
	if !finite(p) {
		return 0
	}
	return min(1, max(0, p))
}

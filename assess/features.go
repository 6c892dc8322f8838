package assess

import (
	"marsad/say"
)

// Scope is what a rule is about.
type Scope string

// The scopes of rules.
const (
	AboutTrack    Scope = "track"    // one moving thing
	AboutPresence Scope = "presence" // a presence sensor that was touched
	AboutSensors  Scope = "sensors"  // sensors lost by one cause
	AboutUnit     Scope = "unit"     // an own patrol
	AboutLine     Scope = "line"     // the whole line at once
)

// Feature is one named figure that rules may use.
type Feature struct {
	Name  string
	Scope Scope
	Flag  bool   // true or false; else a number
	Unit  string // "m", "m/s", "s", "°", "" for a count or share
	Doc   string
	Label say.Text // for evidence
}

// feature is a Feature with the way to compute it from a view V.
type feature[V any] struct {
	name, unit, doc string
	en, ar          string
	num             func(V) float64
	flag            func(V) bool
}

// never is the time of what does not come, in seconds: a day.
const never = 86400.0

// trackFeatures: what rules can ask of one moving thing.
var trackFeatures = []feature[*trackView]{
	{"distance", "m", "to the line, on whichever side", "distance to the line", "المسافة إلى الخط الصفري", func(v *trackView) float64 { return v.distance }, nil},
	{"offset", "m", "off the line, positive on the home side", "offset", "البعد عن الخط", func(v *trackView) float64 { return v.m.Off }, nil},
	{"offset_sigma", "m", "one sigma of the offset", "uncertainty of the offset", "عدم دقة البعد", func(v *trackView) float64 { return v.m.SigmaOff }, nil},
	{"km", "km", "chainage", "kilometre", "المسافة الكيلومترية", func(v *trackView) float64 { return v.m.Km / 1000 }, nil},
	{"has_km", "", "near enough to the line to have a chainage", "has a chainage", "له مسافة كيلومترية", nil, func(v *trackView) bool { return v.m.HasKm }},
	{"on_home_side", "", "stands on the home side", "on the home side", "في جانبنا", nil, func(v *trackView) bool { return v.m.HasKm && v.m.Off >= 0 }},
	{"on_other_side", "", "stands on the other side", "on the other side", "في الجانب الآخر", nil, func(v *trackView) bool { return v.m.HasKm && v.m.Off < 0 }},
	{"speed", "m/s", "of the track's present state", "speed", "السرعة", func(v *trackView) float64 { return v.speed }, nil},
	{"heading", "°", "clockwise from true north", "heading", "الاتجاه", func(v *trackView) float64 { return v.heading }, nil},
	{"pace", "m/s", "over ground, fitted over the last two minutes", "pace", "سرعة السير", func(v *trackView) float64 { return v.fit.Pace }, nil},
	{"closing", "m/s", "speed towards the line, fitted over the last two minutes; negative is away", "closing speed", "سرعة الاقتراب", func(v *trackView) float64 { return v.fit.Closing }, nil},
	{"closing_sigma", "m/s", "one sigma of closing", "uncertainty of the closing speed", "عدم دقة سرعة الاقتراب", func(v *trackView) float64 { return v.fit.Sigma }, nil},
	{"fitted", "s", "length of the past in the fit", "time fitted", "مدة القياس", func(v *trackView) float64 { return v.fit.Span }, nil},
	{"heading_off", "°", "between its way over the last two minutes and the shortest way to the line; 0 is straight at it", "angle off the shortest way", "الزاوية عن أقصر طريق", func(v *trackView) float64 { return v.headingOff }, nil},
	{"progress_1m", "m", "net way towards the line in the last minute, or since first seen", "nearer in 1 min", "الاقتراب خلال دقيقة", func(v *trackView) float64 { return v.m.progress(60) }, nil},
	{"progress_3m", "m", "the same over three minutes", "nearer in 3 min", "الاقتراب خلال 3 دقائق", func(v *trackView) float64 { return v.m.progress(180) }, nil},
	{"progress_5m", "m", "the same over five minutes", "nearer in 5 min", "الاقتراب خلال 5 دقائق", func(v *trackView) float64 { return v.m.progress(300) }, nil},
	{"line_in", "s", "to the line at the present closing speed; a day if it does not close", "time to the line", "الزمن إلى الخط الصفري", func(v *trackView) float64 { return v.lineIn }, nil},
	{"line_early", "s", "line_in less one sigma", "earliest time to the line", "أقرب زمن إلى الخط", func(v *trackView) float64 { return v.lineEarly }, nil},
	{"line_late", "s", "line_in and one sigma", "latest time to the line", "أبعد زمن إلى الخط", func(v *trackView) float64 { return v.lineLate }, nil},
	{"existence", "", "probability that it exists", "probability that it is real", "احتمال وجوده", func(v *trackView) float64 { return v.m.Track.Existence }, nil},
	{"age", "s", "since it was first measured", "seen for", "منذ أول رصد", func(v *trackView) float64 { return v.age }, nil},
	{"observed", "s", "from the first measurement to the last", "observed for", "مدة الرصد", func(v *trackView) float64 { return v.observed }, nil},
	{"unseen", "s", "since the last measurement", "not seen for", "منذ آخر رصد", func(v *trackView) float64 { return v.unseen }, nil},
	{"sensors", "", "how many sensors saw it", "sensors that saw it", "عدد المتحسسات التي رصدته", func(v *trackView) float64 { return float64(len(v.m.Track.Sensors)) }, nil},
	{"count", "", "how many persons or things, where sensors say so", "count", "العدد", func(v *trackView) float64 { return v.m.Track.Count }, nil},
	{"on_foot", "", "class share of person and group", "share on foot", "احتمال أنه راجل", func(v *trackView) float64 { return v.foot }, nil},
	{"wheeled", "", "class share of vehicle and convoy", "share vehicle", "احتمال أنه مركبة", func(v *trackView) float64 { return v.wheels }, nil},
	{"animal", "", "class share", "share animal", "احتمال أنه حيوان", func(v *trackView) float64 { return v.animal }, nil},
	{"slow_air", "", "class share of balloon and small aircraft", "share slow air", "احتمال أنه جسم جوي بطيء", func(v *trackView) float64 { return v.air }, nil},
	{"floating", "", "class share of things on the river", "share float", "احتمال أنه جسم عائم", func(v *trackView) float64 { return v.float }, nil},
	{"digging", "", "class share of tunnel activity", "share digging", "احتمال الحفر", func(v *trackView) float64 { return v.dig }, nil},
	{"crossed_in", "", "crossed the line towards home in the last ten minutes, beyond two sigma", "crossed inbound", "عبر الخط نحو جانبنا", nil, func(v *trackView) bool { return v.m.Crossed > 0 }},
	{"crossed_out", "", "crossed the line towards the other side in the last ten minutes, beyond two sigma", "crossed outbound", "عبر الخط نحو الجانب الآخر", nil, func(v *trackView) bool { return v.m.Crossed < 0 }},
	{"away", "", "moves away from the line beyond doubt", "moves away", "يبتعد عن الخط", nil, func(v *trackView) bool { return v.fit.Closing < -2*v.fit.Sigma }},
	{"towards", "", "moves towards the line beyond doubt (three sigma)", "moves towards the line", "يقترب من الخط", nil, func(v *trackView) bool { return v.fit.Closing > 3*v.fit.Sigma }},
	{"halts", "", "how often it halted so far", "halts", "عدد التوقفات", func(v *trackView) float64 { return float64(v.m.Halts) }, nil},
	{"halted", "s", "how long it has been standing, 0 while it moves", "standing for", "مدة التوقف", func(v *trackView) float64 { return v.halted }, nil},
	{"stay", "s", "how long within 75 m of one place", "at one place for", "مدة البقاء في المكان", func(v *trackView) float64 { return v.stay }, nil},
	{"near_line_for", "s", "how long within 150 m of the line", "at the line for", "مدة البقاء عند الخط", func(v *trackView) float64 { return v.near }, nil},
	{"first_distance", "m", "to the line when it was first seen", "distance when first seen", "المسافة عند أول رصد", func(v *trackView) float64 { return v.first }, nil},
	{"together", "", "tracks moving alike within 200 m, itself included", "moving together", "يتحركون معاً", func(v *trackView) float64 { return v.together }, nil},
	{"vehicles", "", "vehicles moving alike within 500 m, itself included if it is one", "vehicles together", "مركبات معاً", func(v *trackView) float64 { return v.convoy }, nil},
	{"patrol_distance", "m", "to the nearest own unit's last fix; a million for none", "distance to the nearest own unit", "المسافة إلى أقرب دورية", func(v *trackView) float64 { return v.patrol }, nil},
	{"fix_age", "s", "of that fix; a day for none", "age of that fix", "عمر آخر موقع للدورية", func(v *trackView) float64 { return v.fixAge }, nil},
	{"outage_distance", "m", "along the line to the nearest stretch whose sensors are lost; a million for none", "distance to an outage", "المسافة إلى مقطع منقطع", func(v *trackView) float64 { return v.outage }, nil},
	{"in_corridor", "", "inside the corridor of a silence that holds now", "inside a silenced corridor", "ضمن ممر مسكوت عنه", nil, func(v *trackView) bool { return v.corridor }},
}

// presenceFeatures: what rules can ask of a presence sensor that was touched.
var presenceFeatures = []feature[*presenceView]{
	{"hits_1m", "", "reports in the last minute", "reports in 1 min", "بلاغات خلال دقيقة", func(v *presenceView) float64 { return v.hits1 }, nil},
	{"hits_5m", "", "reports in the last five minutes", "reports in 5 min", "بلاغات خلال 5 دقائق", func(v *presenceView) float64 { return v.hits5 }, nil},
	{"confidence", "", "best confidence stated in the last minute, 1 where none is stated", "confidence", "درجة الثقة", func(v *presenceView) float64 { return v.confidence }, nil},
	{"distance", "m", "from the sensor to the line", "distance to the line", "المسافة إلى الخط الصفري", func(v *presenceView) float64 { return v.distance }, nil},
	{"radius", "m", "within which something was", "radius", "نصف القطر", func(v *presenceView) float64 { return v.radius }, nil},
	{"patrol_distance", "m", "to the nearest own unit's last fix; a million for none", "distance to the nearest own unit", "المسافة إلى أقرب دورية", func(v *presenceView) float64 { return v.patrol }, nil},
	{"fix_age", "s", "of that fix; a day for none", "age of that fix", "عمر آخر موقع للدورية", func(v *presenceView) float64 { return v.fixAge }, nil},
	{"tracks_near", "", "tracks within 300 m", "tracks near", "مسارات قريبة", func(v *presenceView) float64 { return v.tracks }, nil},
	{"animals_near", "", "tracks within 300 m whose best class is animal", "animals near", "حيوانات قريبة", func(v *presenceView) float64 { return v.animals }, nil},
}

// sensorsFeatures: what rules can ask of sensors lost by one cause.
var sensorsFeatures = []feature[*sensorsView]{
	{"lost", "", "sensors lost by this cause and not back", "sensors lost", "متحسسات مفقودة", func(v *sensorsView) float64 { return v.lost }, nil},
	{"lost_for", "s", "since the first was lost", "lost for", "منذ الفقدان", func(v *sensorsView) float64 { return v.since }, nil},
	{"stretch", "m", "of line between the first and the last of them", "stretch of line", "طول المقطع", func(v *sensorsView) float64 { return v.stretch }, nil},
	{"dark", "m", "of line that no working sensor reaches by its registered range", "metres that no working sensor reaches", "أمتار لا يصلها أي متحسس عامل", func(v *sensorsView) float64 { return v.dark }, nil},
}

// unitFeatures: what rules can ask of an own patrol.
var unitFeatures = []feature[*unitView]{
	{"fix_age", "s", "since its last fix", "age of the last fix", "عمر آخر موقع", func(v *unitView) float64 { return v.age }, nil},
	{"check", "s", "how often it must be heard; 0 for never overdue", "must be heard every", "يجب الاتصال كل", func(v *unitView) float64 { return v.check }, nil},
	{"heard", "", "was heard at least once", "was heard", "سُمع منها", nil, func(v *unitView) bool { return v.heard }},
}

// lineFeatures: what rules can ask of the whole line at once.
var lineFeatures = []feature[*lineView]{
	{"breaches", "", "high or critical alerts about movement opened in the last ten minutes and a kilometre or more apart", "places at once", "أماكن في آن واحد", func(v *lineView) float64 { return v.breaches }, nil},
	{"breach_stretch", "m", "of line from the first of them to the last", "stretch of line", "طول المقطع", func(v *lineView) float64 { return v.stretch }, nil},
	{"outages", "", "outage alerts that are open within 20 km of them", "outages beside", "انقطاعات مجاورة", func(v *lineView) float64 { return v.outages }, nil},
}

// Features lists every feature, in the order of the documents.
func Features() []Feature {
	var all []Feature
	all = append(all, listed(AboutTrack, trackFeatures)...)
	all = append(all, listed(AboutPresence, presenceFeatures)...)
	all = append(all, listed(AboutSensors, sensorsFeatures)...)
	all = append(all, listed(AboutUnit, unitFeatures)...)
	return append(all, listed(AboutLine, lineFeatures)...)
}

func listed[V any](scope Scope, table []feature[V]) []Feature {
	out := make([]Feature, len(table))
	for i, f := range table {
		out[i] = Feature{Name: f.name, Scope: scope, Flag: f.flag != nil, Unit: f.unit, Doc: f.doc, Label: say.Text{En: f.en, Ar: f.ar}}
	}
	return out
}

// index finds features by name.
func index[V any](table []feature[V]) map[string]*feature[V] {
	m := make(map[string]*feature[V], len(table))
	for i := range table {
		m[table[i].name] = &table[i]
	}
	return m
}

// value of a feature as a number; flags are 1 and 0.
func (f *feature[V]) value(v V) float64 {
	if f.flag == nil {
		return f.num(v)
	}
	if f.flag(v) {
		return 1
	}
	return 0
}

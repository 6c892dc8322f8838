package record

import (
	"marsad/respond"
	"marsad/say"
	"marsad/sense"
)

// Type of an incident: what happened, never what somebody is.
type Type string

// The types of incidents. Those that FromCase never gives are for what people
// record without an alert.
const (
	Crossing     Type = "crossing"
	Approach     Type = "approach" // came near and did not cross
	Humanitarian Type = "humanitarian"
	Smuggling    Type = "smuggling"
	Digging      Type = "digging"
	SlowAir      Type = "slow-air"
	RiverFloat   Type = "river-float"
	Outage       Type = "outage" // sensors lost, barrier breached
	AnimalMove   Type = "animal"
	FalseAlarm   Type = "false-alarm"
	OtherForce   Type = "other-force"
	Attack       Type = "attack"
	Explosive    Type = "explosive"
	AirStrike    Type = "air-strike"
	Clash        Type = "clash" // between others, near the line
	ArrestInland Type = "arrest-inland"
)

// Types with their names, in the order in which people choose.
var Types = []struct {
	Type Type
	Name say.Text
}{
	{Crossing, say.Text{En: "crossing of the line", Ar: "عبور الخط الصفري"}},
	{Approach, say.Text{En: "approach without crossing", Ar: "اقتراب دون عبور"}},
	{Humanitarian, say.Text{En: "humanitarian referral", Ar: "إحالة إنسانية"}},
	{Smuggling, say.Text{En: "smuggling", Ar: "تهريب"}},
	{Digging, say.Text{En: "digging or tunnel", Ar: "حفر أو نفق"}},
	{SlowAir, say.Text{En: "balloon or slow aircraft", Ar: "منطاد أو جسم جوي بطيء"}},
	{RiverFloat, say.Text{En: "float on the river", Ar: "جسم طافٍ في النهر"}},
	{Outage, say.Text{En: "sensors lost or barrier broken", Ar: "انقطاع متحسسات أو خرق في المانع"}},
	{AnimalMove, say.Text{En: "animals", Ar: "حيوانات"}},
	{FalseAlarm, say.Text{En: "false alarm", Ar: "تنبيه كاذب"}},
	{OtherForce, say.Text{En: "movement of another force", Ar: "حركة قوة أخرى"}},
	{Attack, say.Text{En: "attack", Ar: "هجوم"}},
	{Explosive, say.Text{En: "explosive found or gone off", Ar: "عبوة ناسفة عُثر عليها أو انفجرت"}},
	{AirStrike, say.Text{En: "air strike", Ar: "ضربة جوية"}},
	{Clash, say.Text{En: "clash near the line", Ar: "اشتباك قرب الخط"}},
	{ArrestInland, say.Text{En: "arrest away from the line", Ar: "إلقاء قبض في العمق"}},
}

// TypeOf a case with an outcome. What people found counts before what sensors
// thought, and people in need before everything else.
func TypeOf(c respond.Case) Type {
	n := respond.Counts{}
	if c.Result != nil {
		n = c.Result.Counts
	}
	people := n.Apprehended + n.TurnedBack + n.WithdrewAlone + n.GotAway + n.Referred + n.Released
	class := c.Class
	if class == sense.Unknown {
		class = c.Alert.Class
	}
	switch {
	case n.Referred > 0 || c.Referral != nil:
		return Humanitarian
	case people == 0 && n.OtherForce > 0:
		return OtherForce
	case people == 0 && n.Animal > 0:
		return AnimalMove
	case people == 0 && n.FalseAlarm > 0:
		return FalseAlarm
	case class == sense.Dig:
		return Digging
	case class == sense.SlowAir:
		return SlowAir
	case class == sense.Float:
		return RiverFloat
	case people == 0 && len(c.Alert.Tracks) == 0 && len(c.Alert.Sensors) > 0:
		return Outage
	case c.Alert.Crossed:
		return Crossing
	default:
		return Approach
	}
}

// SeizureKind is what was seized.
type SeizureKind string

// Unit of a seized quantity.
type Unit string

// The units.
const (
	Kilogram Unit = "kg"
	Piece    Unit = "piece"
	Litre    Unit = "l"
	Dollar   Unit = "USD"
	Dinar    Unit = "IQD"
)

// SeizureKinds with their names and the units in which they are counted.
var SeizureKinds = []struct {
	Kind  SeizureKind
	Name  say.Text
	Units []Unit
}{
	{"methamphetamine", say.Text{En: "crystal methamphetamine", Ar: "كريستال"}, []Unit{Kilogram}},
	{"captagon", say.Text{En: "captagon", Ar: "كبتاغون"}, []Unit{Kilogram, Piece}},
	{"hashish", say.Text{En: "hashish", Ar: "حشيشة"}, []Unit{Kilogram}},
	{"marijuana", say.Text{En: "marijuana", Ar: "ماريجوانا"}, []Unit{Kilogram}},
	{"other-drug", say.Text{En: "other drug", Ar: "مخدرات أخرى"}, []Unit{Kilogram, Piece, Litre}},
	{"small-arm", say.Text{En: "small arm", Ar: "سلاح خفيف"}, []Unit{Piece}},
	{"missile-part", say.Text{En: "missile system or part of one", Ar: "منظومة صاروخية أو جزء منها"}, []Unit{Piece}},
	{"ammunition", say.Text{En: "ammunition", Ar: "عتاد"}, []Unit{Piece, Kilogram}},
	{"explosive", say.Text{En: "explosive", Ar: "مواد متفجرة"}, []Unit{Kilogram, Piece}},
	{"vehicle", say.Text{En: "vehicle", Ar: "عجلة"}, []Unit{Piece}},
	{"aircraft", say.Text{En: "balloon or unmanned aircraft", Ar: "منطاد أو طائرة مسيّرة"}, []Unit{Piece}},
	{"fuel", say.Text{En: "fuel", Ar: "وقود"}, []Unit{Litre}},
	{"tobacco", say.Text{En: "tobacco", Ar: "تبغ"}, []Unit{Kilogram, Piece}},
	{"livestock", say.Text{En: "livestock", Ar: "مواشٍ"}, []Unit{Piece}},
	{"cash", say.Text{En: "cash", Ar: "نقود"}, []Unit{Dollar, Dinar}},
	{"antiquity", say.Text{En: "antiquity", Ar: "آثار"}, []Unit{Piece}},
	{"other", say.Text{En: "other", Ar: "أخرى"}, []Unit{Piece, Kilogram, Litre}},
}

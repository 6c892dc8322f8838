package class

import (
	"math"

	"marsad/detect/view"
	"marsad/say"
)

// about is a logarithmic normal: a typical value and the factor that is 1σ.
type about struct{ typical, factor float64 }

// log is the logarithm of the density at a value that is known to a relative
// error.
func (a about) log(value, relative float64) float64 {
	s := math.Hypot(math.Log(a.factor), relative)
	z := math.Log(math.Max(value, 1e-3)/a.typical) / s
	return -0.5*z*z - math.Log(s)
}

// body is what is known before of a kind that moves on the ground or in the
// air: metres across and up, m/s, and how likely it is met on the ground, at
// the horizon and above it.
type body struct {
	width, height, speed         about
	onGround, atHorizon, aboveIt float64
	source                       string
}

// bodies holds the priors. Animal stands on them alone: there is none in the
// data that the network was trained on.
var bodies = [NKind]body{
	Person: {width: about{0.55, 1.35}, height: about{1.65, 1.22}, speed: about{1.3, 1.5}, onGround: 1, atHorizon: 0.3, aboveIt: 0.01,
		source: "walking 1.3 m/s (Bohannon 1997); stature 1.4 to 1.9 m; width with arms and stride"},
	Group: {width: about{4, 2}, height: about{1.8, 1.3}, speed: about{1.1, 1.5}, onGround: 1, atHorizon: 0.3, aboveIt: 0.01,
		source: "two to some ten persons, the pace of the slower"},
	Vehicle: {width: about{4, 1.7}, height: about{2, 1.4}, speed: about{10, 2.2}, onGround: 1, atHorizon: 0.3, aboveIt: 0.01,
		source: "cars 1.8 by 4.8 m, lorries to 4 m high and 18.75 m long (EU directive 96/53/EC); tracks at 4 m/s to roads at 30"},
	Animal: {width: about{1.3, 1.6}, height: about{0.95, 1.6}, speed: about{1.2, 2.2}, onGround: 1, atHorizon: 0.3, aboveIt: 0.01,
		source: "shoulder heights of dog 0.6, sheep 0.8, donkey 1.2, camel 1.9 m, longer than high (FAO breed descriptors, 2012)"},
	SlowAir: {width: about{1, 2}, height: about{0.5, 2}, speed: about{9, 2}, onGround: 0.05, atHorizon: 0.6, aboveIt: 1,
		source: "small multirotors 0.3 to 1.5 m across, to 20 m/s"},
	Bird: {width: about{0.6, 1.7}, height: about{0.3, 1.8}, speed: about{11, 1.4}, onGround: 0.05, atHorizon: 0.6, aboveIt: 1,
		source: "flight of 8 to 16 m/s (Alerstam et al. 2007), spans from 0.3 to 1.5 m"},
	Unknown: {width: about{1.5, 6}, height: about{1, 6}, speed: about{2, 6}, onGround: 0.3, atHorizon: 0.3, aboveIt: 0.3,
		source: "anything: wide enough that what fits nothing else stays unknown"},
}

// measured is the logarithm of how well a measurement fits each kind.
func measured(m *view.Measure) (out [NKind]float64) {
	for k := range bodies {
		b := &bodies[k]
		place := b.onGround
		switch m.Kind {
		case view.Grazing:
			place = b.atHorizon
		case view.InAir:
			place = b.aboveIt
		}
		out[k] = math.Log(place)
		if !m.Sized() {
			continue
		}
		out[k] += b.width.log(m.Width, m.SigmaSize/math.Max(m.Width, 0.1))
		if m.Height > 0 {
			out[k] += b.height.log(m.Height, m.SigmaSize/math.Max(m.Height, 0.1))
		}
		// Who stands may be anything; a speed counts above its own error.
		if v := m.Speed(); v > 2*m.SigmaSpeed && v > 0.4 {
			out[k] += b.speed.log(v, m.SigmaSpeed/v)
		}
	}
	return out
}

// Sources gives where the prior of each kind comes from.
func Sources() map[Kind]string {
	out := map[Kind]string{}
	for k := range bodies {
		out[Kind(k)] = bodies[k].source
	}
	return out
}

var (
	sayLook    = say.Text{En: "its shape and tone in the picture", Ar: "شكله ودرجته الحرارية في الصورة"}
	sayOutside = say.Text{En: "what an outside model says of its picture", Ar: "ما يقوله نموذج خارجي عن صورته"}
	saySize    = say.Text{En: "{w} m wide and {h} m high", Ar: "عرضه {w} م وارتفاعه {h} م"}
	saySpeed   = say.Text{En: "{v} m/s over the ground", Ar: "سرعته {v} م/ث على الأرض"}
	sayAir     = say.Text{En: "it is above the horizon", Ar: "هو فوق الأفق"}
	sayGround  = say.Text{En: "it is on the ground", Ar: "هو على الأرض"}
	sayFloor   = say.Text{En: "declared and not shown to be small: not ranked away", Ar: "مُعلَن ولم يثبت صغره: لا يُخفَّض ترتيبه"}
)

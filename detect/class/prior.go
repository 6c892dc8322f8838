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
	Person: {width: about{0.55, 1.35}, height: about{1.65, 1.22}, speed: about{1.3, 1.5}, onGround: 1, atHorizon: 0.3, aboveIt: 0.001,
		source: "walking 1.3 m/s (Bohannon 1997); stature 1.4 to 1.9 m; width with arms and stride"},
	Group: {width: about{3, 2}, height: about{1.8, 1.3}, speed: about{1.1, 1.5}, onGround: 1, atHorizon: 0.3, aboveIt: 0.001,
		source: "two to some ten persons, the pace of the slower"},
	Vehicle: {width: about{4, 1.7}, height: about{2, 1.4}, speed: about{9, 1.8}, onGround: 1, atHorizon: 0.3, aboveIt: 0.001,
		source: "cars 1.8 by 4.8 m, lorries to 4 m high and 18.75 m long (EU directive 96/53/EC); tracks at 4 m/s to roads at 30"},
	Animal: {width: about{1.3, 1.6}, height: about{0.95, 1.6}, speed: about{1.2, 2.2}, onGround: 1, atHorizon: 0.3, aboveIt: 0.001,
		source: "shoulder heights of dog 0.6, sheep 0.8, donkey 1.2, camel 1.9 m, longer than high (FAO breed descriptors, 2012)"},
	SlowAir: {width: about{1, 2}, height: about{0.5, 2}, speed: about{9, 2}, onGround: 0.03, atHorizon: 0.6, aboveIt: 1,
		source: "small multirotors 0.3 to 1.5 m across, to 20 m/s"},
	Bird: {width: about{0.6, 1.7}, height: about{0.3, 1.8}, speed: about{11, 1.6}, onGround: 0.3, atHorizon: 0.6, aboveIt: 1,
		source: "flight of 8 to 16 m/s (Alerstam et al. 2007) with the wind or against it, spans from 0.3 to 1.5 m"},
	Unknown: {width: about{1.5, 6}, height: about{1, 6}, speed: about{2, 6}, onGround: 0.3, atHorizon: 0.3, aboveIt: 0.3,
		source: "anything: wide enough that what fits nothing else stays unknown"},
}

// placed is the logarithm of how likely each kind is met at a place.
func placed(kind view.Kind) (out [NKind]float64) {
	for k := range bodies {
		b := &bodies[k]
		switch kind {
		case view.OnGround:
			out[k] = math.Log(b.onGround)
		case view.Grazing:
			out[k] = math.Log(b.atHorizon)
		default:
			out[k] = math.Log(b.aboveIt)
		}
	}
	return out
}

// blurred is by how many pixels a box is wider and higher than what is in it.
const blurred = 1

// nearer are the shares of the way to the ground behind it at which what flies may
// be: it is smaller and slower by as much, so that only its lengths in a second
// are known.
var nearer = [...]float64{1, 0.7, 0.5, 0.35, 0.25, 0.18, 0.13, 0.09, 0.06}

// measured is the logarithm of how well metres fit each kind.
func measured(m *view.Measure) (out [NKind]float64) {
	if !m.Sized() {
		return out
	}
	for k := range bodies {
		b := &bodies[k]
		if Kind(k) != SlowAir && Kind(k) != Bird {
			out[k] = b.fits(m, 1)
			continue
		}
		sum := 0.0
		for _, share := range nearer {
			sum += math.Exp(b.fits(m, share))
		}
		out[k] = math.Log(sum / float64(len(nearer)))
	}
	return out
}

// outsideGate is what is left of a kind on the ground that a measurement lies wholly
// outside the gate of: the gates are wide, a measurement may be wrong.
const outsideGate = 0.05

// gated is the logarithm of how well a measurement lies within the gates of what
// moves on the ground. It says nothing against what flies, nor against the unknown.
func gated(m *view.Measure) (out [NKind]float64) {
	inner := *m
	inner.Width, inner.Height = lean(m.Width, m.Pixel), lean(m.Height, m.Pixel)
	for _, v := range view.Judge(inner) {
		for k := Person; k <= Animal; k++ {
			if k.Class() == v.Class {
				out[k] = math.Log(outsideGate + (1-outsideGate)*v.Fit)
			}
		}
	}
	return out
}

// lean takes from a length what the blur of a lens and the detector's box add to it.
func lean(length, pixel float64) float64 { return math.Max(length-blurred*pixel, length/3) }

// fits is the logarithm of how well metres fit a kind that is at a share of the
// range that they were measured at.
func (b *body) fits(m *view.Measure, share float64) float64 {
	width, height := lean(m.Width, m.Pixel), lean(m.Height, m.Pixel)
	out := b.width.log(width*share, m.SigmaSize/math.Max(width, 0.1))
	if height > 0 {
		out += b.height.log(height*share, m.SigmaSize/math.Max(height, 0.1))
	}
	// Who stands may be anything; a speed counts above its own error.
	if v := m.Speed(); v > 2*m.SigmaSpeed && v > 0.4 {
		out += b.speed.log(v*share, m.SigmaSpeed/v)
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
	sayLook      = say.Text{En: "its shape and tone in the picture", Ar: "شكله ودرجته الحرارية في الصورة"}
	sayOutside   = say.Text{En: "what an outside model says of its picture", Ar: "ما يقوله نموذج خارجي عن صورته"}
	saySize      = say.Text{En: "{w} m wide and {h} m high", Ar: "عرضه {w} م وارتفاعه {h} م"}
	saySpeed     = say.Text{En: "{v} m/s over the ground", Ar: "سرعته {v} م/ث على الأرض"}
	sayAir       = say.Text{En: "it is above the horizon", Ar: "هو فوق الأفق"}
	sayHorizon   = say.Text{En: "it is at the horizon", Ar: "هو عند الأفق"}
	sayGround    = say.Text{En: "the ground is behind it", Ar: "الأرض من خلفه"}
	sayWereSize  = say.Text{En: "on the ground it would be {w} m wide and {h} m high", Ar: "لو كان على الأرض لكان عرضه {w} م وارتفاعه {h} م"}
	sayWereSpeed = say.Text{En: "on the ground it would go {v} m/s", Ar: "لو كان على الأرض لكانت سرعته {v} م/ث"}
	sayGate      = say.Text{En: "its size and speed are those of nothing else that goes on the ground", Ar: "حجمه وسرعته لا يطابقان أي شيء آخر يتحرك على الأرض"}
	sayNoGate    = say.Text{En: "nothing that goes on the ground has such a size and speed", Ar: "لا شيء مما يتحرك على الأرض له هذا الحجم وهذه السرعة"}
	sayLevel     = say.Text{En: "it keeps a level and even way", Ar: "يسير في مسار أفقي منتظم"}
	saySlope     = say.Text{En: "its way climbs or sinks by {a}°", Ar: "مساره يصعد أو يهبط بزاوية {a}°"}
	sayBob       = say.Text{En: "it goes up and down by {b} pixels on its way", Ar: "يعلو ويهبط بمقدار {b} بكسل في مساره"}
	sayHeat      = say.Text{En: "its hottest point differs from what is around by {p} % of the picture's range", Ar: "تختلف أسخن نقطة فيه عما حوله بنسبة {p} % من مدى الصورة"}
	sayBeat      = say.Text{En: "its heat changes by {p} % from one look to the next", Ar: "تتغير حرارته بنسبة {p} % من نظرة إلى التالية"}
	sayFloor     = say.Text{En: "declared and not shown to be small: not ranked away", Ar: "مُعلَن ولم يثبت صغره: لا يُخفَّض ترتيبه"}
)

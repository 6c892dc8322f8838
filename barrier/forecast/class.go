package forecast

import (
	"math"

	"marsad/say"
)

// Class is a reference class: how much more than planned other projects of a
// sort took, as factors at rising probabilities (Flyvbjerg 2006). Between two
// of them it is a straight line; beyond the ends the ends hold.
type Class struct {
	ID     string   `json:"id"`
	Name   say.Text `json:"name"`
	Basis  say.Text `json:"basis"`
	Points []Factor `json:"points"`
}

// Factor is the multiple of the planned that was not exceeded with a
// probability.
type Factor struct {
	P float64 `json:"p"`
	X float64 `json:"x"`
}

// Roads, Rail and FixedLinks are the classes of the Flyvbjerg and COWI guidance
// for the British Department for Transport (2004). They are overruns of cost;
// that remaining time overruns as cost does is assumed here, and said so.
var (
	Roads = Class{"roads", say.Text{En: "road projects", Ar: "مشاريع الطرق"}, costBasis,
		[]Factor{{0.1, 0.96}, {0.5, 1.15}, {0.6, 1.24}, {0.7, 1.27}, {0.8, 1.32}, {0.9, 1.45}}}
	Rail = Class{"rail", say.Text{En: "rail projects", Ar: "مشاريع السكك"}, costBasis,
		[]Factor{{0.1, 1.0}, {0.5, 1.40}, {0.6, 1.45}, {0.7, 1.51}, {0.8, 1.57}, {0.9, 1.68}}}
	FixedLinks = Class{"fixed-links", say.Text{En: "bridges and tunnels", Ar: "الجسور والأنفاق"}, costBasis,
		[]Factor{{0.1, 1.0}, {0.5, 1.23}, {0.6, 1.26}, {0.7, 1.34}, {0.8, 1.55}, {0.9, 1.83}}}
)

var costBasis = say.Text{
	En: "cost uplifts of Flyvbjerg and COWI (2004), from P50 up; the lower end and the use for time are assumed",
	Ar: "زيادات الكلفة حسب Flyvbjerg وCOWI \u2066(2004)\u2069 ابتداءً من P50، وطرفها الأدنى وتطبيقها على الزمن افتراض",
}

// at gives the factor at a probability.
func (c Class) at(p float64) float64 {
	last := c.Points[0]
	if p <= last.P {
		return last.X
	}
	for _, f := range c.Points[1:] {
		if p <= f.P {
			return last.X + (p-last.P)/(f.P-last.P)*(f.X-last.X)
		}
		last = f
	}
	return last.X
}

// probability is how likely the factor stays below x.
func (c Class) probability(x float64) float64 {
	last := c.Points[0]
	if x < last.X {
		return 0
	}
	for _, f := range c.Points[1:] {
		if x < f.X {
			return last.P + (x-last.X)/(f.X-last.X)*(f.P-last.P)
		}
		last = f
	}
	return math.Nextafter(1, 0)
}

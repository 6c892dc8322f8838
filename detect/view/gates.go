package view

import (
	"fmt"
	"math"

	"marsad/sense"
)

// Span is a range of values; a zero span asks nothing.
type Span struct{ Low, High float64 }

// Gate is what a thing of a class can measure on the ground. Metres, m/s.
type Gate struct {
	Class sense.Class
	// Width across the view, Height, and Speed over the ground.
	Width, Height, Speed Span
	Source               string
}

// gates bound what moves on the ground. They are wide: a gate is there to
// say that a raindrop is no lorry, not to choose between a child and a sheep.
// What fits no gate is reported as unknown, never dropped.
var gates = [...]Gate{
	{sense.Person, Span{0.2, 1.4}, Span{0.5, 2.3}, Span{0, 9},
		"stature from crawling to a tall man with a load; stride 0.4 to 0.45 of stature; comfortable walk 1.3 m/s, fast 2.5 m/s (Bohannon 1997), short sprint 9 m/s"},
	{sense.Group, Span{0.9, 60}, Span{0.7, 3.5}, Span{0, 7},
		"two persons abreast or more; the height grows with depth on a picture from above; it moves as its slower ones do"},
	{sense.Vehicle, Span{0.6, 20}, Span{0.9, 4.8}, Span{0, 55},
		"from a motorcycle end-on to a road train, 4.0 m high and 18.75 m long (EU directive 96/53/EC), with a load; 200 km/h"},
	{sense.Animal, Span{0.2, 4}, Span{0.25, 2.6}, Span{0, 22},
		"from a fox (shoulder 0.35 m) to a dromedary (shoulder 1.8 to 2.0 m, head above 2.3 m, length 3 m; Wilson 1984); sand gazelle to 22 m/s"},
}

// Gates gives the table in the order of its classes.
func Gates() []Gate { return append([]Gate(nil), gates[:]...) }

// Verdict is a gate's answer to a measured mover.
type Verdict struct {
	Gate
	// Fit is 0…1: the chance that what was measured, with its error, lies in
	// all spans of the gate.
	Fit float64
	// Why names the span that fits least, empty where all fit.
	Why string
}

// Judge holds a mover against every gate. Without metres it gives none.
func Judge(m Measure) []Verdict {
	if !m.Sized() {
		return nil
	}
	out := make([]Verdict, 0, len(gates))
	for _, g := range gates {
		v := Verdict{Gate: g, Fit: 1}
		worst := 0.5
		test := func(what, unit string, value, sigma float64, s Span) {
			if s == (Span{}) {
				return
			}
			p := inside(value, sigma, s)
			v.Fit *= p
			if p < worst {
				worst = p
				v.Why = fmt.Sprintf("%s %.1f %s lies outside %.1f…%.1f", what, value, unit, s.Low, s.High)
			}
		}
		test("width", "m", m.Width, m.SigmaSize, g.Width)
		if !m.Steep {
			test("height", "m", m.Height, m.SigmaSize, g.Height)
		}
		test("speed", "m/s", m.Speed(), m.SigmaSpeed, g.Speed)
		out = append(out, v)
	}
	return out
}

// inside is the chance that a value with a normal error lies in a span; the
// ends of a span are themselves no sharper than a tenth.
func inside(value, sigma float64, s Span) float64 {
	soft := func(edge float64) float64 { return math.Max(math.Hypot(sigma, 0.1*edge), 1e-6) }
	p := 1.0
	if s.Low > 0 {
		p *= 0.5 * math.Erfc((s.Low-value)/soft(s.Low)/math.Sqrt2)
	}
	return p * 0.5 * math.Erfc((value-s.High)/soft(s.High)/math.Sqrt2)
}

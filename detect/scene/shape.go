package scene

import "math"

// shape says for a place in metres from the foot, to the right and up,
// whether it is in the thing and how many kelvin above the air it is.
type shape func(u, v float64) (heat float64, in bool)

// shape of a build that is seen so many metres wide and goes to a side.
func (b build) shape(wide, side, phase float64) shape {
	switch b.kind {
	case wheeled:
		return b.wheeled(wide, side)
	case fourLegged:
		return b.fourLegged(wide, side, phase)
	case flyingMachine:
		return b.flying(wide)
	}
	return b.walking(phase)
}

func (b build) walking(phase float64) shape {
	k := b.height / 1.7
	swing := 0.28 * math.Sin(phase)
	return func(u, v float64) (float64, bool) {
		u, v = u/k, v/k
		switch {
		case v < 0 || v > 1.7:
			return 0, false
		case v > 1.42: // head
			return 9, u*u+(v-1.57)*(v-1.57) < 0.14*0.14
		case v > 0.8: // trunk and arms
			return 6, math.Abs(u) < 0.24
		}
		leg := (0.8 - v) / 0.8 * swing
		return 4.5, math.Abs(u-leg) < 0.11 || math.Abs(u+leg) < 0.11
	}
}

func (b build) wheeled(wide, side float64) shape {
	long := wide / 2
	return func(u, v float64) (float64, bool) {
		f := u * side / long // 1 at the front
		if f < -1 || f > 1 || v < 0 || v > b.height {
			return 0, false
		}
		h := v / b.height
		wheels := math.Abs(math.Abs(f)-0.62) < 0.16
		switch {
		case h < 0.2:
			return 9, wheels
		case h < 0.6:
			if f > 0.45 {
				return 18, true // engine
			}
			return 4, true
		}
		// The cab, or the whole load of a lorry.
		return 3, f < 0.45 && (b.height > 2.5 || f > -0.5)
	}
}

func (b build) fourLegged(wide, side, phase float64) shape {
	long := wide / 2
	swing := 0.12 * math.Sin(phase)
	return func(u, v float64) (float64, bool) {
		f, h := u*side/long, v/b.height
		if h < 0 || h > 1.15 {
			return 0, false
		}
		if (f/0.8)*(f/0.8)+((h-0.62)/0.26)*((h-0.62)/0.26) < 1 {
			return 5, true
		}
		if (f-0.85)*(f-0.85)/0.05+(h-0.92)*(h-0.92)/0.03 < 1 { // head
			return 6.5, true
		}
		return 4, h < 0.5 && (math.Abs(f-0.5-swing) < 0.1 || math.Abs(f+0.5+swing) < 0.1)
	}
}

func (b build) flying(wide float64) shape {
	return func(u, v float64) (float64, bool) {
		w := v - b.height/2
		if (u/(0.3*wide))*(u/(0.3*wide))+(w/(0.5*b.height))*(w/(0.5*b.height)) < 1 {
			return 9, true
		}
		return 6, math.Abs(u) < wide/2 && math.Abs(w) < 0.12*b.height
	}
}

// bird of a span, its wings at an angle of beat.
func bird(span, beat float64) shape {
	lift := 0.35 * math.Sin(beat)
	return func(u, v float64) (float64, bool) {
		u, v = u/span*2, v/span*2-0.5
		if u*u/0.12+v*v/0.03 < 1 {
			return 6, true
		}
		return 3, math.Abs(u) < 1 && math.Abs(v-lift*math.Abs(u)) < 0.12
	}
}

package view

import (
	"math"
	"time"

	"marsad/detect"
	"marsad/geo"
	"marsad/sense"
)

// Measure is what geometry says of a mover.
type Measure struct {
	// Spot is where its foot is, or its middle when it is in the air.
	Spot
	// Width and Height are metres across and up, Length metres along the view
	// on steep pictures (Steep), where Height cannot be told and is zero.
	// All are zero in the air and when grazing: size needs a range.
	Width, Height, Length float64
	// SigmaSize is 1σ of Width, and of Height or Length, in metres: one and a
	// half pixels of edge and the error of the range.
	SigmaSize float64
	Steep     bool
	// Pixel is what one pixel is wide there, in metres.
	Pixel float64
	// Speed over the ground in m/s, east and north, and 1σ of each, OnGround.
	East, North, SigmaSpeed float64
	// Turn and Rise are the speed of the bearing and of the elevation in rad/s,
	// for every kind.
	Turn, Rise float64
}

// Speed over the ground in m/s.
func (m Measure) Speed() float64 { return math.Hypot(m.East, m.North) }

// Sized reports whether metres are known.
func (m Measure) Sized() bool { return m.Kind == OnGround && m.Width > 0 }

// steep is the depression from which a picture shows the tops of things and
// not their height.
var steep = geo.Radians(40)

// Of measures a mover seen at an instant.
func (v *View) Of(m detect.Mover, at time.Time, ground sense.Ground) Measure {
	left, top := float64(m.Box.X)-0.5, float64(m.Box.Y)-0.5
	right, bottom := left+float64(m.Box.W), top+float64(m.Box.H)
	midX, midY := (left+right)/2, (top+bottom)/2
	footX, footY := v.foot(midX, midY, float64(m.Box.W)/2, float64(m.Box.H)/2)
	// Legs stand in grass and are no warmer than it: a twentieth of the height.
	sigma := math.Hypot(v.camera.Sure.Pixel, 0.05*float64(m.Box.H))
	out := Measure{Spot: v.Spot(footX, footY, sigma, ground)}
	if out.Kind == InAir {
		out.Spot = v.Spot(midX, midY, sigma, ground)
		if out.Kind == OnGround { // its middle cannot be on the ground below a foot in the air
			out.Kind = Grazing
		}
	}
	by := [2]geo.ENU{v.direction(midX+0.5, midY), v.direction(midX, midY+0.5)}
	back := [2]geo.ENU{v.direction(midX-0.5, midY), v.direction(midX, midY-0.5)}
	for i, speed := range [2]float64{m.VX, m.VY} {
		a1, e1 := angles(by[i])
		a0, e0 := angles(back[i])
		out.Turn += geo.WrapPi(a1-a0) * speed
		out.Rise += (e1 - e0) * speed
	}
	if out.Kind != OnGround {
		return out
	}
	move := add(scale(out.steps[0], m.VX), scale(out.steps[1], m.VY))
	out.East, out.North = move.E, move.N
	// A velocity fitted over a time T is as sure as its two ends.
	span := math.Max(at.Sub(m.Since).Seconds(), 0.2)
	pixel := math.Sqrt2 * v.camera.Sure.Pixel / span
	across := dot(out.steps[0], out.steps[0]) + dot(out.steps[1], out.steps[1])
	stretch := math.Sqrt(out.Cov[0]+out.Cov[3]) / out.Range
	out.SigmaSpeed = math.Hypot(pixel*math.Sqrt(across/2), out.Speed()*stretch)
	v.size(&out, left, top, right, bottom, footX, footY)
	return out
}

// foot is where the vertical through the middle of a box leaves it: the
// bottom for a level camera.
func (v *View) foot(x, y, halfW, halfH float64) (footX, footY float64) {
	d := v.direction(x, y)
	low := d
	low.U -= 1e-4
	nx, ny, ahead := v.normal(low)
	if !ahead {
		return x, y + halfH
	}
	px, py := v.pixel(nx, ny)
	dx, dy := px-x, py-y
	if math.Hypot(dx, dy) < 1e-9 { // straight down: every side is as low
		return x, y
	}
	k := math.Min(halfW/math.Max(math.Abs(dx), 1e-12), halfH/math.Max(math.Abs(dy), 1e-12))
	return x + dx*k, y + dy*k
}

// size fills the metres of a box whose foot is on the ground.
func (v *View) size(out *Measure, left, top, right, bottom, footX, footY float64) {
	foot := v.frame.ToENU(out.Position)
	along := math.Hypot(foot.E, foot.N)
	out.Steep = math.Atan2(-foot.U, along) > steep
	out.Pixel = out.Range / math.Min(v.fx, v.fy)
	out.SigmaSize = 1.5 * out.Pixel
	if out.Steep {
		w := dot2(out.steps[0]) * (right - left)
		h := dot2(out.steps[1]) * (bottom - top)
		out.Width, out.Length = w, h
	} else {
		// The upright plane through the foot that faces the camera.
		face := geo.ENU{E: foot.E / along, N: foot.N / along}
		on := func(x, y float64) (geo.ENU, bool) {
			d := v.direction(x, y)
			k := dot(d, face)
			if k <= 1e-9 {
				return geo.ENU{}, false
			}
			return scale(d, along/k), true
		}
		midX, midY := (left+right)/2, (top+bottom)/2
		a, ok1 := on(left, midY)
		b, ok2 := on(right, midY)
		c, ok3 := on(2*midX-footX, 2*midY-footY)
		if !ok1 || !ok2 || !ok3 {
			return
		}
		side := add(b, scale(a, -1))
		out.Width = math.Sqrt(dot(side, side))
		out.Height = c.U - foot.U
	}
	stretch := math.Sqrt(out.Cov[0]+out.Cov[3]) / out.Range
	out.SigmaSize = math.Hypot(out.SigmaSize, stretch*math.Max(out.Width, math.Max(out.Height, out.Length)))
}

func dot2(a geo.ENU) float64 { return math.Sqrt(dot(a, a)) }

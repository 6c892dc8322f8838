package video

import (
	"math"

	"marsad/geo"
)

// earth is the radius of the sphere that the horizon lies on, in metres.
const earth = 6_371_000.0

// lens takes places of the world to pixels.
type lens struct {
	frame          geo.Frame
	ground         float64
	sinA, cosA     float64
	sinT, cosT     float64
	focal, cx, cy  float64 // pixels
	above, horizon float64 // metres of the lens above the ground; row of the horizon
}

func newLens(c *Camera) lens {
	at := geo.Position{Point: c.Foot.Point, Height: c.Foot.Height + c.Mast}
	l := lens{frame: geo.NewFrame(at), ground: c.Foot.Height, above: c.Mast,
		focal: float64(c.Width) / 2 / math.Tan(c.Field/2), cx: float64(c.Width) / 2, cy: float64(c.Height) / 2}
	l.sinA, l.cosA = math.Sincos(c.Azimuth)
	l.sinT, l.cosT = math.Sincos(c.Tilt)
	l.horizon = l.cy - l.focal*math.Tan(-math.Sqrt(2*c.Mast/earth)-c.Tilt)
	return l
}

// pixel of a point, how far it is, and false for what lies behind the camera.
func (l *lens) pixel(p geo.Point, above float64) (x, y, metres float64, ahead bool) {
	v := l.frame.ToENU(geo.Position{Point: p, Height: l.ground + above})
	return l.turned(v.E*l.sinA+v.N*l.cosA, v.E*l.cosA-v.N*l.sinA, v.U)
}

// turned is the pixel of metres ahead along the ground, to the right, and up.
func (l *lens) turned(along, right, above float64) (x, y, metres float64, ahead bool) {
	forward := along*l.cosT + above*l.sinT
	if forward < 10 {
		return 0, 0, 0, false
	}
	up := -along*l.sinT + above*l.cosT
	return l.cx + l.focal*right/forward, l.cy - l.focal*up/forward, math.Hypot(forward, right), true
}

// foot gives metres ahead and to the right at which the middle of a pixel meets
// the ground, and false above the horizon.
func (l *lens) foot(x, y int) (ahead, right float64, on bool) {
	u, v := (float64(x)+0.5-l.cx)/l.focal, (float64(y)+0.5-l.cy)/l.focal
	down := v*l.cosT - l.sinT // of a ray one unit forward
	forward := l.cosT + v*l.sinT
	if down <= 0 {
		return 0, 0, false
	}
	// The ground falls away by d²/2R: the nearer root of the ray with it.
	slope := down / forward
	root := slope*slope - 2*l.above/earth
	if root < 0 {
		return 0, 0, false
	}
	ahead = (slope - math.Sqrt(root)) * earth
	return ahead, u * ahead / forward, true
}

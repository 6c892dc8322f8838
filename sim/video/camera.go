package video

import (
	"math"

	"marsad/border"
	"marsad/geo"
	"marsad/sense"
	"marsad/sim"
)

// Camera stands on a tower of the estate. Angles are radians, azimuth clockwise
// from true north, tilt below the horizon negative, field the full angle across
// the picture; pixels are square.
type Camera struct {
	ID, Name             string
	Foot                 geo.Position // the ground below it
	Mast                 float64      // of the lens above it, metres
	Azimuth, Tilt, Field float64
	Width, Height        int // pixels
	// Tower whose mast and cable it shares.
	Tower       sense.SensorID
	Mount, Link string
	// Homes that it sees and nobody may look into.
	Homes []Home
}

// Home is a dwelling: the corners of its plot on the ground. It is fictional.
type Home struct {
	Name    string
	Outline []geo.Point
}

// homes of the simulated world: their middle, and half their plot's side in
// metres. The family passes none of them.
var homes = []struct {
	name     string
	chainage border.Chainage
	offset   border.Offset
	half     float64
}{
	{"Farm (fictional)", 38_160, -2_200, 14},
}

// Of the demo: a mast as high as the tower's own, and a picture of which the
// upper seventh is sky.
const (
	width, height = 480, 360
	mast          = 26.0
	skyShare      = 1.0 / 7
)

// Standing is where the demo's cameras stand, by the number of their tower, at
// which place they look, and how wide, in degrees.
var standing = []struct {
	tower    int
	chainage border.Chainage
	offset   border.Offset
	field    float64
}{
	{38, 38_400, -1_400, 5},
	{39, 38_400, -1_300, 10},
}

// Cameras of the demo, on towers of an estate; those whose tower does not stand
// on it are left out.
func Cameras(e *sim.Estate) (cameras []Camera) {
	for _, s := range standing {
		for i := range e.Nodes {
			n := &e.Nodes[i]
			if n.Kind != sense.Camera || n.Number != s.tower {
				continue
			}
			at := e.Axis.Place(s.chainage, s.offset)
			_, azimuth := geo.Inverse(n.Position.Point, at)
			pixel := 2 * math.Tan(geo.Radians(s.field)/2) / width
			dip := math.Sqrt(2 * mast / earth)
			cameras = append(cameras, Camera{
				ID: "thermal-" + n.Mount[len("tower-"):], Name: "Thermal " + n.Mount[len("tower-"):],
				Foot: geo.Position{Point: n.Position.Point, Height: sim.Ground}, Mast: mast,
				Azimuth: azimuth, Tilt: -dip - math.Atan(pixel*height*(0.5-skyShare)), Field: geo.Radians(s.field),
				Homes: homesNear(e.Axis), Width: width, Height: height, Tower: n.ID, Mount: n.Mount, Link: n.Link,
			})
			break
		}
	}
	return cameras
}

func homesNear(axis *border.Axis) (near []Home) {
	for _, h := range homes {
		middle := axis.Place(h.chainage, h.offset)
		home := Home{Name: h.name}
		for k := range 4 {
			home.Outline = append(home.Outline, geo.Direct(middle, h.half*math.Sqrt2, math.Pi*(0.25+0.5*float64(k))))
		}
		near = append(near, home)
	}
	return near
}

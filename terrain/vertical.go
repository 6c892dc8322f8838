package terrain

import (
	_ "embed"
	"encoding/binary"

	"marsad/geo"
)

// Vertical is what heights are counted from.
type Vertical uint8

// The vertical datums. Unstated is taken for EGM96, as most elevation data are.
const (
	Unstated Vertical = iota
	EGM96
	EGM2008
	Ellipsoid
)

var verticalNames = [...]string{"unstated, taken for EGM96", "EGM96", "EGM2008, converted as EGM96", "WGS 84 ellipsoid"}

// String names the datum.
func (v Vertical) String() string { return verticalNames[min(int(v), len(verticalNames)-1)] }

// MarshalText writes the name.
func (v Vertical) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// verticalOf gives the datum of an EPSG code.
func verticalOf(epsg int) Vertical {
	switch epsg {
	case 5773, 5171:
		return EGM96
	case 3855:
		return EGM2008
	case 4979, 5030, 7030:
		return Ellipsoid
	}
	return Unstated
}

//go:embed data/geoid.bin
var geoidData []byte

// The undulation's grid: 15 minutes over the region, in centimetres, rows from
// the north. data/README.md names its source.
const (
	geoidWest, geoidNorth = 38.0, 38.0
	geoidStep             = 0.25
	geoidWidth, geoidRows = 23, 25
)

// Undulation is the height of the EGM96 geoid above the WGS 84 ellipsoid in
// metres, interpolated between points 15 minutes apart (a few decimetres off in
// the mountains). Outside the region, 38–43.5° E and 32–38° N, the nearest of
// its edge is given, and inside is false.
func Undulation(p geo.Point) (metres float64, inside bool) {
	x, y := (p.Lon-geoidWest)/geoidStep, (geoidNorth-p.Lat)/geoidStep
	inside = x >= 0 && y >= 0 && x <= geoidWidth-1 && y <= geoidRows-1
	x, y = clamp(x, geoidWidth-1), clamp(y, geoidRows-1)
	i, j := min(int(x), geoidWidth-2), min(int(y), geoidRows-2)
	fx, fy := x-float64(i), y-float64(j)
	at := func(i, j int) float64 {
		return float64(int16(binary.LittleEndian.Uint16(geoidData[2*(j*geoidWidth+i):]))) / 100
	}
	north := at(i, j)*(1-fx) + at(i+1, j)*fx
	south := at(i, j+1)*(1-fx) + at(i+1, j+1)*fx
	return north*(1-fy) + south*fy, inside
}

// clamp brings v into 0 to most; NaN becomes 0.
func clamp(v, most float64) float64 {
	if !(v > 0) {
		return 0
	}
	return min(v, most)
}

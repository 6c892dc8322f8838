package border

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"math"
	"sort"
	"sync"

	"marsad/geo"
	"marsad/say"
)

// Attribution is owed wherever the line is drawn or its data handed on.
const Attribution = "© OpenStreetMap contributors, ODbL 1.0"

// Disclaimer stands beside the line wherever it is drawn.
var Disclaimer = say.Text{
	En: "The line is drawn from OpenStreetMap; it is not a legal boundary. Kilometres are measured along it.",
	Ar: "الخط مرسوم من بيانات OpenStreetMap وليس حدوداً قانونية. الكيلومترات مقاسة على امتداده.",
}

//go:embed data/axis-1.geojson
var axis1 []byte

// Axis is the line that chainages are measured along: vertices joined by
// geodesics of the WGS 84 ellipsoid. Walking from its beginning to its end one
// has the home side on the left. It never changes, and any number of
// goroutines may use it at once.
type Axis struct {
	version   string
	vertices  []geo.Point
	chainages []float64 // of the vertices, metres
	azimuths  []float64 // of the edge that begins at a vertex, there, radians
	pieces    []piece
	nodes     []node
}

// Default gives the line of Iraq and Syria, version "1", from the northern
// tri-point (with Türkiye, on the Tigris) to the southern (with Jordan).
func Default() *Axis { return loadDefault() }

var loadDefault = sync.OnceValue(func() *Axis {
	a, err := ReadAxis(axis1)
	if err != nil {
		panic("border: the embedded axis is broken: " + err.Error())
	}
	return a
})

// ReadAxis reads a GeoJSON feature with a LineString and the property
// "version". Coordinates are longitude, latitude in degrees.
func ReadAxis(data []byte) (*Axis, error) {
	var f struct {
		Type       string `json:"type"`
		Properties struct {
			Version string `json:"version"`
		} `json:"properties"`
		Geometry struct {
			Type        string      `json:"type"`
			Coordinates [][]float64 `json:"coordinates"`
		} `json:"geometry"`
	}
	if err := json.Unmarshal(data, &f); err != nil {
		return nil, axisError("the axis is not readable as GeoJSON", "لا يمكن قراءة ملف الخط بصيغة GeoJSON", err)
	}
	if f.Type != "Feature" || f.Geometry.Type != "LineString" {
		return nil, axisError("the axis must be one GeoJSON Feature with a LineString", "يجب أن يكون الخط عنصراً واحداً من نوع LineString في ملف GeoJSON", nil)
	}
	points := make([]geo.Point, len(f.Geometry.Coordinates))
	for i, c := range f.Geometry.Coordinates {
		if len(c) < 2 {
			return nil, axisError(fmt.Sprintf("vertex %d of the axis has no longitude and latitude", i), "إحدى نقاط الخط بلا إحداثيات", nil)
		}
		points[i] = geo.Point{Lat: c[1], Lon: c[0]}
	}
	return NewAxis(f.Properties.Version, points)
}

// Limits of an axis. maxEdge keeps every edge far from the antipodes, where
// geodesics are not unique; minEdge keeps directions defined; the other two
// bound the depth of the search tree.
const (
	maxVertices = 100_000
	maxLength   = 20_000_000.0 // metres
	maxEdge     = 200_000.0    // metres
	minEdge     = 0.01         // metres
)

// NewAxis makes an axis from its vertices in order of chainage, with the home
// side on the left. It refuses fewer than two vertices, positions that are not
// on the Earth, edges shorter than 1 cm or longer than 200 km, and more than
// 100,000 vertices or 20,000 km.
func NewAxis(version string, vertices []geo.Point) (*Axis, error) {
	if version == "" {
		return nil, axisError("an axis needs a version", "الخط يحتاج إلى رقم إصدار", nil)
	}
	if len(vertices) < 2 || len(vertices) > maxVertices {
		return nil, axisError(fmt.Sprintf("an axis has 2 to %d vertices, this one %d", maxVertices, len(vertices)), "عدد نقاط الخط غير مقبول", nil)
	}
	a := &Axis{
		version:   version,
		vertices:  append([]geo.Point(nil), vertices...),
		chainages: make([]float64, len(vertices)),
		azimuths:  make([]float64, len(vertices)-1),
	}
	for i, p := range vertices {
		if _, err := geo.NewPoint(p.Lat, p.Lon); err != nil {
			return nil, axisError(fmt.Sprintf("vertex %d of the axis is not on the Earth", i), "إحدى نقاط الخط ليست على الأرض", err)
		}
		if i == 0 {
			continue
		}
		length, azimuth := geo.Inverse(vertices[i-1], p)
		if length < minEdge || length > maxEdge {
			return nil, axisError(fmt.Sprintf("the edge from vertex %d to %d is %.3f m long", i-1, i, length), "إحدى أضلاع الخط قصيرة جداً أو طويلة جداً", nil)
		}
		a.chainages[i] = a.chainages[i-1] + length
		a.azimuths[i-1] = azimuth
	}
	if a.Length() > maxLength {
		return nil, axisError("the axis is longer than 20,000 km", "الخط أطول من 20000 كم", nil)
	}
	a.pieces = makePieces(a)
	a.nodes = makeTree(a.pieces)
	return a, nil
}

func axisError(en, ar string, cause error) error {
	return &say.Error{
		Code: "border.axis", Kind: say.Invalid, Cause: cause,
		Text: say.Text{En: en, Ar: ar},
		Hint: say.Text{En: "use the axis that comes with Marsad, or make one with border/generate", Ar: "استعمل الخط المرفق مع مرصد أو أنشئه بالأداة border/generate"},
	}
}

// Version names the axis; a chainage belongs to a version.
func (a *Axis) Version() string { return a.version }

// Length is the length of the axis in metres, the chainage of its end.
func (a *Axis) Length() float64 { return a.chainages[len(a.chainages)-1] }

// Whole is the span from the beginning to the end.
func (a *Axis) Whole() Span { return Span{From: 0, To: Chainage(a.Length())} }

// Vertices gives a copy of the axis' vertices in order of chainage.
func (a *Axis) Vertices() []geo.Point { return append([]geo.Point(nil), a.vertices...) }

// Chainages gives the chainage of every vertex, in metres.
func (a *Axis) Chainages() []float64 { return append([]float64(nil), a.chainages...) }

// clamp brings a chainage onto the axis; NaN becomes the beginning.
func (a *Axis) clamp(c Chainage) float64 {
	if !(c > 0) {
		return 0
	}
	return math.Min(float64(c), a.Length())
}

// edge finds the edge that holds a chainage: at a vertex the one that begins
// there, at the end the last.
func (a *Axis) edge(s float64) int {
	i := sort.SearchFloat64s(a.chainages, s)
	if i < len(a.chainages) && a.chainages[i] == s {
		i++
	}
	return min(max(i-1, 0), len(a.azimuths)-1)
}

// At gives the point at a chainage, on the geodesic between the vertices. A
// chainage off the axis gives the nearer end.
func (a *Axis) At(c Chainage) geo.Point {
	s := a.clamp(c)
	i := a.edge(s)
	switch s {
	case a.chainages[i]:
		return a.vertices[i]
	case a.chainages[i+1]:
		return a.vertices[i+1]
	}
	return geo.Direct(a.vertices[i], s-a.chainages[i], a.azimuths[i])
}

// Tangent gives the direction in which chainage grows, in radians clockwise
// from true north; at a vertex that of the edge that begins there.
func (a *Axis) Tangent(c Chainage) float64 {
	s := a.clamp(c)
	i := a.edge(s)
	back, ahead := s-a.chainages[i], a.chainages[i+1]-s
	if back == 0 {
		return a.azimuths[i]
	}
	// The farther vertex gives the better conditioned direction.
	if p := a.At(c); ahead >= back {
		_, azimuth := geo.Inverse(p, a.vertices[i+1])
		return azimuth
	} else {
		_, azimuth := geo.Inverse(p, a.vertices[i])
		return geo.Wrap2Pi(azimuth + math.Pi)
	}
}

// Place gives the point that lies an offset in metres off the line at a
// chainage, along the geodesic at right angles to it; positive offsets lie on
// the home side. Beyond a bend's centre of curvature another chainage is
// nearer, and Locate gives that one.
func (a *Axis) Place(c Chainage, o Offset) geo.Point {
	p := a.At(c)
	if o == 0 || math.IsNaN(float64(o)) {
		return p
	}
	return geo.Direct(p, math.Abs(float64(o)), a.Tangent(c)-math.Copysign(math.Pi/2, float64(o)))
}

// Line gives the points from one chainage to another, the ends and the
// vertices between them, for drawing a stretch.
func (a *Axis) Line(s Span) []geo.Point {
	from, to := a.clamp(s.From), a.clamp(s.To)
	line := []geo.Point{a.At(Chainage(from))}
	for i := a.edge(from) + 1; i < len(a.vertices) && a.chainages[i] < to; i++ {
		line = append(line, a.vertices[i])
	}
	if to > from {
		line = append(line, a.At(Chainage(to)))
	}
	return line
}

package assess

import (
	"math"

	"marsad/border"
	"marsad/geo"
	"marsad/say"
)

// Line is what assess must know of the border: where a point stands on it, and
// the words people use for that. OnAtlas makes one of the border's own atlas.
type Line interface {
	// Locate gives chainage and offset of a point in metres; false where the
	// point is too far from the line to have them.
	Locate(geo.Point) (border.Chainage, border.Offset, bool)
	// Point gives the point at a chainage and an offset.
	Point(border.Chainage, border.Offset) geo.Point
	// Section names the section that owns a chainage, empty for none.
	Section(border.Chainage) string
	// Near names the nearest place: "6 km NE of Rabia".
	Near(geo.Point) say.Text
	// Grid gives the MGRS reference of a point, empty where there is none.
	Grid(geo.Point) string
}

// WhereAt describes a point in the words people use. The zero point, at which no
// border lies, and a point that is not on Earth are nowhere.
func WhereAt(l Line, p geo.Point) Where {
	if !p.Valid() || p == (geo.Point{}) {
		return Where{}
	}
	w := Where{Point: p, MGRS: l.Grid(p), Near: l.Near(p)}
	c, o, ok := l.Locate(p)
	if !ok || !finite(float64(c)) || !finite(float64(o)) {
		return w
	}
	w.Chainage, w.Offset, w.HasKm = c, o, true
	w.From, w.To = c, c
	w.Section = l.Section(c)
	return w
}

// WhereSpan describes a stretch of the line; its point is the middle.
func WhereSpan(l Line, from, to border.Chainage) Where {
	if from > to {
		from, to = to, from
	}
	mid := (from + to) / 2
	p := l.Point(mid, 0)
	return Where{Point: p, Chainage: mid, HasKm: true, From: from, To: to,
		MGRS: l.Grid(p), Near: l.Near(p), Section: l.Section(mid)}
}

// apart gives the metres east and north from a to b on the local tangent
// plane: better than 0.1 % within 20 km, which is all that gates need.
func apart(a, b geo.Point) (e, n float64) {
	s := math.Sin(geo.Radians((a.Lat + b.Lat) / 2))
	const e2 = geo.Flattening * (2 - geo.Flattening)
	w := math.Sqrt(1 - e2*s*s)
	n = geo.Radians(b.Lat-a.Lat) * geo.SemiMajor * (1 - e2) / (w * w * w)
	e = geo.WrapPi(geo.Radians(b.Lon-a.Lon)) * geo.SemiMajor / w * math.Sqrt(1-s*s)
	return e, n
}

// gap is the distance between two points in metres, for gates.
func gap(a, b geo.Point) float64 { e, n := apart(a, b); return math.Hypot(e, n) }

// shifted moves a point by metres east and north: the inverse of apart.
func shifted(p geo.Point, e, n float64) geo.Point {
	s := math.Sin(geo.Radians(p.Lat))
	const e2 = geo.Flattening * (2 - geo.Flattening)
	w := math.Sqrt(1 - e2*s*s)
	return geo.Point{
		Lat: p.Lat + geo.Degrees(n*w*w*w/(geo.SemiMajor*(1-e2))),
		Lon: p.Lon + geo.Degrees(e*w/(geo.SemiMajor*math.Sqrt(1-s*s))),
	}
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

package coverage

import (
	"fmt"
	"math"

	"marsad/border"
	"marsad/geo"
	"marsad/say"
	"marsad/sense"
)

// Zone is a named piece of land that is to be watched: a wadi mouth, a crossing, a
// depot. Its corners go round it once; it is not closed.
type Zone struct {
	ID      string      `json:"id"`
	Name    say.Text    `json:"name"`
	Corners []geo.Point `json:"corners"`
}

// Limits of a zone.
const (
	maxCorners   = 1000
	maxZone      = 100_000.0 // metres from one end to the other
	zoneCells    = 4000      // looked at, about
	finestZone   = 25.0      // metres between looks
	minZoneSides = 3
)

// Check refuses a zone that is none.
func (z *Zone) Check() error {
	bad := func(why, ar string) error {
		return &say.Error{Code: "coverage.zone", Kind: say.Invalid,
			Text: say.Text{En: fmt.Sprintf("the watch zone %q cannot be used: %s", z.ID, why), Ar: "لا يمكن استعمال منطقة المراقبة: " + ar},
			Hint: say.Text{En: "give an id, both names and three corners or more in degrees, within 100 km", Ar: "أعطِ معرّفاً واسمين وثلاث زوايا أو أكثر بالدرجات ضمن 100 كم"}}
	}
	switch {
	case z.ID == "" || z.Name.En == "" || z.Name.Ar == "":
		return bad("it lacks an id or a name", "ينقصها المعرّف أو الاسم")
	case len(z.Corners) < minZoneSides || len(z.Corners) > maxCorners:
		return bad(fmt.Sprintf("it has %d corners", len(z.Corners)), "عدد الزوايا غير مقبول")
	}
	for _, p := range z.Corners {
		if !p.Valid() || geo.Distance(z.Corners[0], p) > maxZone {
			return bad("a corner does not lie on the Earth or lies too far off", "إحدى الزوايا ليست على الأرض أو بعيدة جداً")
		}
	}
	return nil
}

// ZoneView is how much of a zone is seen.
type ZoneView struct {
	Zone  string  `json:"zone"`
	Class string  `json:"class"`
	Share Share   `json:"share"` // of its cells
	Twice Share   `json:"twice"` // by two sensors or more
	Cell  float64 `json:"cell"`  // metres between looks
	// SeenBy are the working sensors that see some of it, with their shares.
	SeenBy []SensorShare `json:"seen_by"`
}

// SensorShare is what one sensor sees of a zone.
type SensorShare struct {
	Sensor sense.SensorID `json:"sensor"`
	Share  Share          `json:"share"`
}

// Zone works out which of a zone's land is seen now, in some thousand cells, from
// the polar cells of each sensor.
func (n *Network) Zone(z Zone, c sense.Class) (ZoneView, error) {
	if err := z.Check(); err != nil {
		return ZoneView{}, err
	}
	class := place(c)
	low, high := z.Corners[0], z.Corners[0]
	for _, p := range z.Corners {
		low.Lat, low.Lon = math.Min(low.Lat, p.Lat), math.Min(low.Lon, p.Lon)
		high.Lat, high.Lon = math.Max(high.Lat, p.Lat), math.Max(high.Lon, p.Lon)
	}
	tall := geo.Distance(low, geo.Point{Lat: high.Lat, Lon: low.Lon})
	wide := geo.Distance(low, geo.Point{Lat: low.Lat, Lon: high.Lon})
	view := ZoneView{Zone: z.ID, Class: Classes[class].String(), Cell: math.Max(finestZone, math.Sqrt(tall*wide/zoneCells))}
	rows, columns := max(1, int(tall/view.Cell)), max(1, int(wide/view.Cell))
	var cells []geo.Point
	for r := range rows {
		for k := range columns {
			p := geo.Point{Lat: low.Lat + (high.Lat-low.Lat)*(float64(r)+0.5)/float64(rows), Lon: low.Lon + (high.Lon-low.Lon)*(float64(k)+0.5)/float64(columns)}
			if z.holds(p) {
				cells = append(cells, p)
			}
		}
	}
	depth := make([]int, len(cells))
	for _, w := range n.working() {
		seen := 0.0
		for i, p := range cells {
			if w.seesPoint(p, class) {
				depth[i]++
				seen++
			}
		}
		if seen > 0 {
			view.SeenBy = append(view.SeenBy, SensorShare{w.sensor.ID, n.share(seen, float64(len(cells)))})
		}
	}
	once, twice := 0.0, 0.0
	for _, d := range depth {
		if d > 0 {
			once++
		}
		if d > 1 {
			twice++
		}
	}
	view.Share, view.Twice = n.share(once, float64(len(cells))), n.share(twice, float64(len(cells)))
	return view, nil
}

// holds counts the sides that a ray to the east crosses.
func (z *Zone) holds(p geo.Point) bool {
	inside := false
	for i, a := range z.Corners {
		b := z.Corners[(i+1)%len(z.Corners)]
		if (a.Lat > p.Lat) != (b.Lat > p.Lat) && p.Lon < a.Lon+(p.Lat-a.Lat)/(b.Lat-a.Lat)*(b.Lon-a.Lon) {
			inside = !inside
		}
	}
	return inside
}

// Spans of the line that lie within a zone, to the length of a sample.
func (n *Network) Spans(z Zone) border.Set {
	return n.where(func(i int) bool { return z.holds(n.line[i]) })
}

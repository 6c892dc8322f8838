package border

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"

	"marsad/geo"
	"marsad/say"
)

//go:embed data/places.json
var placesData []byte

// Kinds of place.
const (
	Town     = "town"
	Crossing = "crossing"
	Landmark = "point"
)

// Place is a named place on either side of the line. Its coordinates are good
// to about a kilometre.
type Place struct {
	ID    string    `json:"id"`
	Kind  string    `json:"kind"`
	Name  say.Text  `json:"name"`
	Point geo.Point `json:"point"`
	// Location with respect to the axis; Side Other is the opposite side.
	Location Location `json:"-"`
}

// Gazetteer is the named places near the line. It never changes.
type Gazetteer struct {
	source say.Text
	places []Place
	earth  []vec
}

// ReadPlaces reads named places from JSON and locates them on the axis. Ids
// must be unique, names in both languages, positions on the Earth.
func ReadPlaces(data []byte, axis *Axis) (*Gazetteer, error) {
	var file struct {
		Source say.Text `json:"source"`
		Places []struct {
			ID   string   `json:"id"`
			Kind string   `json:"kind"`
			Name say.Text `json:"name"`
			Lat  float64  `json:"lat"`
			Lon  float64  `json:"lon"`
		} `json:"places"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, placesError("the places are not readable as JSON", "ملف الأماكن غير مقروء بصيغة JSON", err)
	}
	if len(file.Places) == 0 {
		return nil, placesError("there must be at least one named place", "يجب أن يوجد مكان واحد معروف على الأقل", nil)
	}
	g := &Gazetteer{source: file.Source}
	known := map[string]bool{}
	for _, f := range file.Places {
		p, err := geo.NewPoint(f.Lat, f.Lon)
		switch {
		case err != nil:
			return nil, placesError(fmt.Sprintf("the place %q is not on the Earth", f.ID), "موقع أحد الأماكن غير صحيح", err)
		case f.ID == "" || known[f.ID]:
			return nil, placesError(fmt.Sprintf("the place id %q is missing or there twice", f.ID), "معرف مكان مفقود أو مكرر", nil)
		case f.Name.En == "" || f.Name.Ar == "":
			return nil, placesError(fmt.Sprintf("the place %q needs a name in both languages", f.ID), "كل مكان يحتاج إلى اسم باللغتين", nil)
		case f.Kind != Town && f.Kind != Crossing && f.Kind != Landmark:
			return nil, placesError(fmt.Sprintf("the place %q is a %q: it must be a town, a crossing or a point", f.ID, f.Kind), "نوع المكان: بلدة أو منفذ أو نقطة", nil)
		}
		known[f.ID] = true
		g.places = append(g.places, Place{ID: f.ID, Kind: f.Kind, Name: f.Name, Point: p, Location: axis.Locate(p)})
		g.earth = append(g.earth, cartesian(p))
	}
	return g, nil
}

func placesError(en, ar string, cause error) error {
	return &say.Error{
		Code: "border.places", Kind: say.Invalid, Cause: cause,
		Text: say.Text{En: en, Ar: ar},
		Hint: say.Text{En: "compare with border/data/places.json", Ar: "قارن بالملف border/data/places.json"},
	}
}

// All gives every place in the order of the file.
func (g *Gazetteer) All() []Place { return slices.Clone(g.places) }

// Source says where the coordinates come from and how good they are.
func (g *Gazetteer) Source() say.Text { return g.source }

// Nearest gives the place nearest to a point, its distance in metres, and the
// azimuth in radians at which the point lies as seen from the place.
func (g *Gazetteer) Nearest(p geo.Point) (place Place, metres, azimuth float64) {
	v := cartesian(p)
	best, least := 0, math.Inf(1)
	for i, e := range g.earth {
		q := v.sub(e)
		if d := q.dot(q); d < least {
			best, least = i, d
		}
	}
	metres, azimuth = geo.Inverse(g.places[best].Point, p)
	return g.places[best], metres, azimuth
}

// octants are the eight directions, clockwise from north.
var octants = [8]say.Text{
	{En: "N", Ar: "شمال"},
	{En: "NE", Ar: "شمال شرق"},
	{En: "E", Ar: "شرق"},
	{En: "SE", Ar: "جنوب شرق"},
	{En: "S", Ar: "جنوب"},
	{En: "SW", Ar: "جنوب غرب"},
	{En: "W", Ar: "غرب"},
	{En: "NW", Ar: "شمال غرب"},
}

// Octant gives the name of the nearest of eight directions to an azimuth in
// radians clockwise from true north.
func Octant(azimuth float64) say.Text {
	if math.IsNaN(azimuth) || math.IsInf(azimuth, 0) {
		return say.Text{}
	}
	return octants[int(math.Round(geo.Wrap2Pi(azimuth)/(math.Pi/4)))%8]
}

// Near says where a point is by the nearest named place: "6 km NE of Rabia".
// Below a kilometre, which is as good as the places are known, it says only
// that the point is near. A point that is not on the Earth is near nothing.
func (g *Gazetteer) Near(p geo.Point) say.Text {
	if !p.Valid() {
		return say.Text{}
	}
	place, metres, azimuth := g.Nearest(p)
	km := math.Round(metres / 1000)
	if km < 1 {
		return say.Text{En: "near {place}", Ar: "قرب {place}"}.FillText("place", place.Name)
	}
	return say.Text{En: "{km} km {way} of {place}", Ar: "{km} كم {way} {place}"}.
		Fill("km", strconv.FormatFloat(km, 'f', 0, 64)).
		FillText("way", Octant(azimuth)).
		FillText("place", place.Name)
}

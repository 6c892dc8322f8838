package border

import (
	"strconv"
	"sync"

	"marsad/geo"
	"marsad/say"
)

// Atlas is everything that stands still about the line: the axis, how it is
// divided, the named places, who holds our own side, and the operator's survey
// of posts if there is one. Nothing in it changes.
type Atlas struct {
	Axis        *Axis
	Division    *Division
	Places      *Gazetteer
	Calibration *Calibration // nil without a survey
	lanes       []laneFile
}

// DefaultAtlas is that of Axis version "1" with the data that comes with
// Marsad: fictional units, assumed holders, no official posts.
func DefaultAtlas() *Atlas { return loadAtlas() }

var loadAtlas = sync.OnceValue(func() *Atlas {
	a, err := NewAtlas(Default(), sectionsData, placesData, lanesData)
	if err != nil {
		panic("border: the embedded data is broken: " + err.Error())
	}
	return a
})

// NewAtlas reads an operator's own sections, places and lanes, in the formats
// of the files in border/data; nil stands for the data that comes with Marsad.
func NewAtlas(axis *Axis, sections, places, lanes []byte) (*Atlas, error) {
	division, err := ReadDivision(or(sections, sectionsData), axis)
	if err != nil {
		return nil, err
	}
	gazetteer, err := ReadPlaces(or(places, placesData), axis)
	if err != nil {
		return nil, err
	}
	read, err := readLanes(or(lanes, lanesData), axis)
	if err != nil {
		return nil, err
	}
	return &Atlas{Axis: axis, Division: division, Places: gazetteer, lanes: read}, nil
}

// Surveyed is the atlas with an operator's survey of official posts.
func (a *Atlas) Surveyed(c *Calibration) *Atlas {
	with := *a
	with.Calibration = c
	return &with
}

func or(data, standard []byte) []byte {
	if data == nil {
		return standard
	}
	return data
}

// Lanes gives the atlas' own lanes for the table of lanes.
func (a *Atlas) Lanes() []LaneEntry {
	entries := make([]LaneEntry, len(a.lanes))
	for i, l := range a.lanes {
		entries[i] = CategoryLane(l.info, l.lane)
	}
	return entries
}

// OwnSide is who holds the home side: "border-guard", "army", "kurdistan" or
// "other" in the data that comes with Marsad, all of it assumed.
func (a *Atlas) OwnSide() Lane[string] { return a.category("own-side") }

// Province is the governorate behind each part of the line, approximate.
func (a *Atlas) Province() Lane[string] { return a.category("province") }

func (a *Atlas) category(id string) Lane[string] {
	for _, l := range a.lanes {
		if l.info.ID == id {
			return l.lane.Clone()
		}
	}
	return Lane[string]{}
}

// Description is where a point is, in all the words people use.
type Description struct {
	Point geo.Point
	// HasKm is false for a point farther than MaxOffset from the line: then
	// Location says only that, and Section is empty.
	HasKm    bool
	Location Location
	MGRS     string // one metre; empty off the UTM grid
	Near     say.Text
	Section  string // id, of level section
	// Post is the official reading, empty without a survey there.
	Post string
}

// Describe tells everything about where a point is.
func (a *Atlas) Describe(p geo.Point) Description {
	return a.describe(p, a.Axis.Locate(p))
}

// DescribeAt tells everything about a point given by chainage and offset, such
// as the middle of a gap: its chainage is the one given, even where another is
// nearer.
func (a *Atlas) DescribeAt(c Chainage, o Offset) Description {
	c = Chainage(a.Axis.clamp(c))
	return a.describe(a.Axis.Place(c, o), Location{Chainage: c, Offset: o, Side: o.Side()})
}

// Second describes the same point by the other chainage that is as near, where
// the nearest is not unique.
func (a *Atlas) Second(d Description) (Description, bool) {
	if !d.HasKm || !d.Location.Ambiguous {
		return Description{}, false
	}
	second := d.Location.Second
	return a.describe(d.Point, Location{
		Chainage: second.Chainage, Offset: second.Offset, Side: second.Offset.Side(),
		Ambiguous: true, Second: Candidate{d.Location.Chainage, d.Location.Offset},
	}), true
}

func (a *Atlas) describe(p geo.Point, l Location) Description {
	d := Description{Point: p, Near: a.Places.Near(p)}
	if mgrs, err := geo.MGRS(p, 5); err == nil {
		d.MGRS = mgrs
	}
	if l.Far {
		d.Location = Location{Far: true}
		return d
	}
	d.HasKm, d.Location = true, l
	if s, ok := a.Division.At(LevelSection, l.Chainage); ok {
		d.Section = s.ID
	}
	if a.Calibration != nil {
		if km, ok := a.Calibration.Post(l.Chainage); ok {
			d.Post = strconv.FormatFloat(km, 'f', 3, 64)
		}
	}
	return d
}

// Shortcuts to the atlas that comes with Marsad.

// Sections gives the sections of every level, a parent before its parts.
func Sections() []Section { return DefaultAtlas().Division.All() }

// SectionAt gives the section, of level section, that holds a chainage.
func SectionAt(c Chainage) (Section, bool) { return DefaultAtlas().Division.At(LevelSection, c) }

// Places gives the named places.
func Places() []Place { return DefaultAtlas().Places.All() }

// Nearest gives the named place nearest to a point, the distance in metres, and
// the azimuth of the point as seen from the place, in radians.
func Nearest(p geo.Point) (Place, float64, float64) { return DefaultAtlas().Places.Nearest(p) }

// Near says where a point is: "6 km NE of Rabia".
func Near(p geo.Point) say.Text { return DefaultAtlas().Places.Near(p) }

// OwnSide is who holds the home side, assumed.
func OwnSide() Lane[string] { return DefaultAtlas().OwnSide() }

// Describe tells everything about where a point is.
func Describe(p geo.Point) Description { return DefaultAtlas().Describe(p) }

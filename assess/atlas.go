package assess

import (
	"marsad/border"
	"marsad/geo"
	"marsad/say"
)

// atlasLine is the Line of a border's axis with its sections and places.
type atlasLine struct{ *border.Atlas }

// OnAtlas makes the Line of an atlas: border.DefaultAtlas() for the line that
// comes with Marsad. A point past an end of the axis has no chainage.
func OnAtlas(a *border.Atlas) Line { return atlasLine{a} }

func (l atlasLine) Locate(p geo.Point) (border.Chainage, border.Offset, bool) {
	at := l.Axis.Locate(p)
	return at.Chainage, at.Offset, !at.Far && !at.Beyond
}

func (l atlasLine) Point(c border.Chainage, o border.Offset) geo.Point { return l.Axis.Place(c, o) }

func (l atlasLine) Section(c border.Chainage) string {
	s, ok := l.Division.At(border.LevelSection, c)
	if !ok {
		return ""
	}
	return s.ID
}

func (l atlasLine) Near(p geo.Point) say.Text { return l.Places.Near(p) }

// Grid is the ten-digit reference: one metre.
func (l atlasLine) Grid(p geo.Point) string {
	s, err := geo.MGRS(p, 5)
	if err != nil {
		return ""
	}
	return s
}

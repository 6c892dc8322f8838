package terrain

import (
	"fmt"
	"math"

	"marsad/geo"
	"marsad/say"
	"marsad/terrain/geotiff"
)

// Provenance says what heights are worth; it travels with every result.
type Provenance struct {
	Source    say.Text `json:"source"`
	Synthetic bool     `json:"synthetic"`
	// Vertical is what the source states heights above.
	Vertical Vertical `json:"vertical"`
}

// Grid is where a raster lies. Column and row count from its first cell; the
// transform takes them to the coordinates of its System.
type Grid struct {
	Width, Height int
	Transform     [6]float64
	System        System
	Provenance    Provenance
	// Keys are the GeoTIFF keys it came with, for results on the same grid.
	Keys geotiff.Keys
}

// Raster is heights on a grid. Read fills dst row by row with a window of w by h
// cells whose first is (x, y), in metres above the grid's vertical datum; NaN is
// a void and anything outside. Any number of goroutines may read at once.
type Raster interface {
	Grid() Grid
	Read(x, y, w, h int, dst []float32) error
}

// Cell gives the fractional column and row of coordinates in the grid's system:
// cell (0, 0) reaches from 0 to 1.
func (g *Grid) Cell(x, y float64) (column, row float64) {
	t := g.Transform
	det := t[1]*t[5] - t[2]*t[4]
	dx, dy := x-t[0], y-t[3]
	return (dx*t[5] - dy*t[2]) / det, (dy*t[1] - dx*t[4]) / det
}

// Coordinates gives those of a fractional column and row.
func (g *Grid) Coordinates(column, row float64) (x, y float64) {
	t := g.Transform
	return t[0] + column*t[1] + row*t[2], t[3] + column*t[4] + row*t[5]
}

// CellAt gives the cell that holds a point.
func (g *Grid) CellAt(p geo.Point) (column, row int, err error) {
	x, y, err := g.System.Project(p)
	if err != nil {
		return 0, 0, err
	}
	return g.whole(g.Cell(x, y))
}

// CellOf gives the cell that holds coordinates of the grid's own system.
func (g *Grid) CellOf(x, y float64) (column, row int, err error) {
	return g.whole(g.Cell(x, y))
}

func (g *Grid) whole(c, r float64) (column, row int, err error) {
	if !(c >= 0 && r >= 0 && c < float64(g.Width) && r < float64(g.Height)) {
		return 0, 0, refuse("terrain.outside", say.Text{
			En: "the point lies outside the elevation data", Ar: "النقطة خارج بيانات الارتفاع"}, say.Text{
			En: "give longitude and latitude, or x and y in the file's own coordinates", Ar: "أعطِ خط الطول والعرض أو الإحداثيات الخاصة بالملف"}, nil)
	}
	return int(c), int(r), nil
}

// spacing gives the metres from one column to the next and from one row to the
// next, and whether the axes stand at right angles without rotation.
func (g *Grid) spacing() (dx, dy float64, err error) {
	t := g.Transform
	if t[2] != 0 || t[4] != 0 {
		return 0, 0, refuse("terrain.rotated", say.Text{
			En: "the elevation grid is rotated", Ar: "شبكة الارتفاع مائلة"}, say.Text{
			En: "warp it north-up with gdalwarp", Ar: "حوّلها إلى اتجاه الشمال بالأداة gdalwarp"}, nil)
	}
	dx, dy = math.Abs(t[1]), math.Abs(t[5])
	if g.System.Geographic() {
		x, y := g.Coordinates(float64(g.Width)/2, float64(g.Height)/2)
		p, err := geo.NewPoint(y, x)
		if err != nil {
			return 0, 0, refuse("terrain.nowhere", say.Text{
				En: "the elevation grid does not lie on the Earth", Ar: "شبكة الارتفاع ليست على الأرض"}, say.Text{
				En: "check its coordinate system", Ar: "دقق نظام الإحداثيات"}, err)
		}
		north, east := metresPerDegree(p.Lat)
		dx, dy = dx*east, dy*north
	}
	return dx, dy, nil
}

// metresPerDegree gives the lengths of a degree of latitude and of longitude on
// the ellipsoid.
func metresPerDegree(lat float64) (north, east float64) {
	const e2 = geo.Flattening * (2 - geo.Flattening)
	sin, cos := math.Sincos(geo.Radians(lat))
	w := math.Sqrt(1 - e2*sin*sin)
	return geo.Radians(geo.SemiMajor * (1 - e2) / (w * w * w)), geo.Radians(geo.SemiMajor * cos / w)
}

// DEM is a raster read whole.
type DEM struct {
	Grid
	Cells []float32 // row by row; NaN is a void
}

// maxCells bounds what is read whole: one gigabyte.
const maxCells = 1 << 28

// ReadDEM reads a whole raster.
func ReadDEM(r Raster) (*DEM, error) {
	d := &DEM{Grid: r.Grid()}
	if d.Width*d.Height > maxCells {
		return nil, refuse("terrain.large", say.Text{
			En: fmt.Sprintf("the elevation grid has %d by %d cells, too many to read at once", d.Width, d.Height), Ar: "شبكة الارتفاع أكبر من أن تُقرأ دفعة واحدة"}, say.Text{
			En: "cut the region out with gdal_translate -projwin", Ar: "اقتطع المنطقة المطلوبة بالأداة gdal_translate"}, nil)
	}
	d.Cells = make([]float32, d.Width*d.Height)
	return d, r.Read(0, 0, d.Width, d.Height, d.Cells)
}

func refuse(code string, text, hint say.Text, cause error) error {
	return &say.Error{Code: code, Kind: say.Invalid, Text: text, Hint: hint, Cause: cause}
}

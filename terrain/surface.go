package terrain

import (
	"fmt"
	"math"
	"slices"
	"sync"

	"marsad/geo"
	"marsad/say"
)

// Window is a lattice of points in degrees, rows from the south.
type Window struct {
	West, South   float64 // its first point
	Step          float64 // degrees between points
	Columns, Rows int
}

// Source gives heights above sea level, or above the ellipsoid where its
// Provenance says so.
type Source interface {
	Provenance() Provenance
	// Fill gives heights to those points of a window that are NaN, where it
	// knows them. Any number of goroutines may call it at once.
	Fill(w Window, dst []float32) error
}

// Surface is the ground that all sources make together, on one lattice in
// degrees, in metres above the ellipsoid. It keeps the tiles that were used
// last. Any number of goroutines may use it at once; what it gives depends on
// its sources alone.
type Surface struct {
	sources []Source
	perTile int     // points along a tile's side
	perDeg  float64 // points a degree

	mu     sync.Mutex
	tiles  map[[2]int]*tile
	ticket uint64
	most   int // tiles kept
}

type tile struct {
	once  sync.Once
	cells []float32
	err   error
	used  uint64
}

const (
	tileDegrees = 1.0 / 12
	keptBytes   = 96 << 20
)

// NewSurface joins sources: an earlier one goes before a later one, which fills
// its voids. arcSeconds is the distance between points: 1, 3, or another divisor
// of 300; finer sources are sampled, coarser ones interpolated.
func NewSurface(arcSeconds int, sources ...Source) (*Surface, error) {
	if arcSeconds < 1 || 300%arcSeconds != 0 || len(sources) == 0 {
		return nil, refuse("terrain.surface", say.Text{
			En: fmt.Sprintf("no ground can be made of %d sources at %d″", len(sources), arcSeconds), Ar: "لا يمكن تكوين سطح الأرض من هذه المصادر"}, say.Text{
			En: "give at least one source and a spacing such as 1 or 3 arc seconds", Ar: "أعطِ مصدراً واحداً على الأقل ومسافة مثل ثانية قوسية أو ثلاث"}, nil)
	}
	per := 300 / arcSeconds
	return &Surface{sources: slices.Clone(sources), perTile: per, perDeg: float64(3600 / arcSeconds),
		tiles: map[[2]int]*tile{}, most: max(16, keptBytes/(4*per*per))}, nil
}

// Provenance joins those of the sources: synthetic as soon as one is.
func (s *Surface) Provenance() Provenance {
	all := s.sources[0].Provenance()
	for _, source := range s.sources[1:] {
		p := source.Provenance()
		all.Source.En += "; " + p.Source.En
		all.Source.Ar += "؛ " + p.Source.Ar
		all.Synthetic = all.Synthetic || p.Synthetic
	}
	all.Vertical = Ellipsoid
	return all
}

// Height is that of the ground at a point in metres above the ellipsoid; false
// where it is not known.
func (s *Surface) Height(p geo.Point) (metres float64, known bool) {
	patch, err := s.Patch(p, 0)
	if err != nil {
		return 0, false
	}
	h := patch.At(p)
	return h, !math.IsNaN(h)
}

// Patch is a window of the surface, at hand for many looks.
type Patch struct {
	west, south   int // lattice indices of its first point
	columns, rows int
	perDeg        float64
	cells         []float32
}

// MaxPatch bounds a patch's radius in metres.
const MaxPatch = 60_000.0

// Patch gathers what lies within a radius in metres of a point. Where there is
// no ground the patch has voids; an error is a source that could not be read.
func (s *Surface) Patch(middle geo.Point, radius float64) (*Patch, error) {
	if !middle.Valid() || math.Abs(middle.Lat) > 85 || !(radius >= 0 && radius <= MaxPatch) {
		return nil, refuse("terrain.patch", say.Text{
			En: fmt.Sprintf("no ground can be gathered within %.0f m of %v, %v", radius, middle.Lat, middle.Lon), Ar: "لا يمكن جمع التضاريس حول هذه النقطة"}, say.Text{
			En: "give a point on the Earth and a radius of at most 60 km", Ar: "أعطِ نقطة على الأرض ونصف قطر لا يزيد على 60 كم"}, nil)
	}
	north, _ := metresPerDegree(middle.Lat)
	dLat := radius / north * 1.01
	_, east := metresPerDegree(math.Abs(middle.Lat) + dLat)
	dLon := radius / east * 1.01
	index := func(degrees float64) int { return int(math.Floor(degrees * s.perDeg)) }
	p := &Patch{west: index(middle.Lon - dLon), south: index(middle.Lat - dLat), perDeg: s.perDeg}
	p.columns, p.rows = index(middle.Lon+dLon)+2-p.west, index(middle.Lat+dLat)+2-p.south
	p.cells = make([]float32, p.columns*p.rows)
	for ty := floorDiv(p.south, s.perTile); ty*s.perTile < p.south+p.rows; ty++ {
		for tx := floorDiv(p.west, s.perTile); tx*s.perTile < p.west+p.columns; tx++ {
			cells, err := s.tile(tx, ty)
			if err != nil {
				return nil, err
			}
			x0, x1 := max(p.west, tx*s.perTile), min(p.west+p.columns, (tx+1)*s.perTile)
			for y := max(p.south, ty*s.perTile); y < min(p.south+p.rows, (ty+1)*s.perTile); y++ {
				copy(p.cells[(y-p.south)*p.columns+x0-p.west:],
					cells[(y-ty*s.perTile)*s.perTile+x0-tx*s.perTile:][:x1-x0])
			}
		}
	}
	return p, nil
}

func floorDiv(a, b int) int {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// tile gives a filled tile; many may wait for the one that fills it.
func (s *Surface) tile(tx, ty int) ([]float32, error) {
	s.mu.Lock()
	key := [2]int{tx, ty}
	t := s.tiles[key]
	if t == nil {
		t = &tile{}
		s.tiles[key] = t
	}
	s.ticket++
	t.used = s.ticket
	s.forget()
	s.mu.Unlock()
	t.once.Do(func() { t.cells, t.err = s.fill(tx, ty) })
	return t.cells, t.err
}

// forget drops the tiles that were used longest ago.
func (s *Surface) forget() {
	if len(s.tiles) <= s.most {
		return
	}
	var used []uint64
	for _, t := range s.tiles {
		used = append(used, t.used)
	}
	slices.Sort(used)
	before := used[len(used)/4]
	for key, t := range s.tiles {
		if t.used < before {
			delete(s.tiles, key)
		}
	}
}

func (s *Surface) fill(tx, ty int) ([]float32, error) {
	return s.gather(Window{West: float64(tx*s.perTile) / s.perDeg, South: float64(ty*s.perTile) / s.perDeg,
		Step: 1 / s.perDeg, Columns: s.perTile, Rows: s.perTile})
}

// gather asks the sources one after the other.
func (s *Surface) gather(w Window) ([]float32, error) {
	cells := make([]float32, w.Columns*w.Rows)
	fillVoid(cells)
	known := make([]bool, len(cells))
	for _, source := range s.sources {
		if err := source.Fill(w, cells); err != nil {
			return nil, err
		}
		above := source.Provenance().Vertical != Ellipsoid
		for i, h := range cells {
			if known[i] || h != h {
				continue
			}
			known[i] = true
			if above {
				p := geo.Point{Lat: w.South + float64(i/w.Columns)*w.Step, Lon: w.West + float64(i%w.Columns)*w.Step}
				n, _ := Undulation(p)
				cells[i] = h + float32(n)
			}
		}
	}
	return cells, nil
}

// At is the height at a point, interpolated between the four around it; NaN
// outside the patch and beside a void.
func (p *Patch) At(point geo.Point) float64 {
	return p.at(point.Lon*p.perDeg-float64(p.west), point.Lat*p.perDeg-float64(p.south))
}

func (p *Patch) at(x, y float64) float64 {
	if !(x >= 0 && y >= 0) {
		return math.NaN()
	}
	i, j := int(x), int(y)
	if i >= p.columns-1 || j >= p.rows-1 {
		return math.NaN()
	}
	fx, fy := x-float64(i), y-float64(j)
	k := j*p.columns + i
	south, north := p.cells[k:k+2], p.cells[k+p.columns:k+p.columns+2]
	a := float64(south[0]) + (float64(south[1])-float64(south[0]))*fx
	b := float64(north[0]) + (float64(north[1])-float64(north[0]))*fx
	return a + (b-a)*fy
}

// rasterSource samples a raster at points in degrees.
type rasterSource struct {
	raster Raster
	grid   Grid
}

// FromRaster makes a source of a raster. It refuses one whose coordinate system
// is not known here.
func FromRaster(r Raster) (Source, error) {
	g := r.Grid()
	if !g.System.Known() {
		return nil, g.System.refuse(nil)
	}
	return &rasterSource{r, g}, nil
}

func (s *rasterSource) Provenance() Provenance { return s.grid.Provenance }

// Fill reads the part of the raster below the window and interpolates between
// the middles of its cells; beside a void there is a void.
func (s *rasterSource) Fill(w Window, dst []float32) error {
	points := make([][2]float64, len(dst))
	low, high := [2]float64{math.Inf(1), math.Inf(1)}, [2]float64{math.Inf(-1), math.Inf(-1)}
	for i := range points {
		points[i] = [2]float64{math.NaN(), math.NaN()}
		x, y, err := s.grid.System.Project(geo.Point{
			Lat: w.South + float64(i/w.Columns)*w.Step, Lon: w.West + float64(i%w.Columns)*w.Step})
		if err != nil {
			continue // beyond the edge of the projection there is no ground
		}
		c, r := s.grid.Cell(x, y)
		c, r = settle(c-0.5, s.grid.Width), settle(r-0.5, s.grid.Height)
		if !(c >= 0 && r >= 0 && c <= float64(s.grid.Width-1) && r <= float64(s.grid.Height-1)) {
			continue
		}
		points[i] = [2]float64{c, r}
		low[0], low[1] = math.Min(low[0], c), math.Min(low[1], r)
		high[0], high[1] = math.Max(high[0], c), math.Max(high[1], r)
	}
	if low[0] > high[0] {
		return nil
	}
	x, y := int(low[0]), int(low[1])
	columns, rows := int(high[0])+2-x, int(high[1])+2-y
	if columns*rows > maxCells/4 {
		return refuse("terrain.fine", say.Text{
			En: "the elevation raster is too fine to be gathered", Ar: "بيانات الارتفاع أدق من أن تُجمع"}, say.Text{
			En: "resample it to some metres with gdalwarp -tr", Ar: "أعد أخذ عيناتها بدقة أمتار بالأداة gdalwarp"}, nil)
	}
	p := &Patch{columns: columns, rows: rows, cells: make([]float32, columns*rows)}
	if err := s.raster.Read(x, y, columns, rows, p.cells); err != nil {
		return err
	}
	for i, q := range points {
		if dst[i] == dst[i] || q[0] != q[0] {
			continue
		}
		dst[i] = p.nearer(q[0]-float64(x), q[1]-float64(y))
	}
	return nil
}

// settle moves what arithmetic left a hair off a cell's middle onto it, so that a
// lattice that is the raster's own is copied and its edge is not lost.
func settle(v float64, n int) float64 {
	if whole := math.Round(v); math.Abs(v-whole) < 1e-6 && whole >= 0 && whole < float64(n) {
		return whole
	}
	return v
}

// nearer interpolates, and takes no part from neighbours that weigh nothing, so
// that a void beside the raster's edge is no void on it.
func (p *Patch) nearer(x, y float64) float32 {
	i, j := int(x), int(y)
	fx, fy := float32(x-float64(i)), float32(y-float64(j))
	sum := float32(0)
	for b, wy := range [2]float32{1 - fy, fy} {
		for a, wx := range [2]float32{1 - fx, fx} {
			if wx*wy > 0 {
				sum += wx * wy * p.cells[(j+b)*p.columns+i+a]
			}
		}
	}
	return sum
}

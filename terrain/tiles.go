package terrain

import (
	"fmt"
	"io"
	"sync"

	"marsad/say"
)

// tiles are terrarium tiles of one zoom as one raster, so that ground between two
// of them is interpolated as within one. They are read when they are asked for;
// the last ones are kept.
type tiles struct {
	zoom, west, north int // of the first tile
	side              int
	grid              Grid
	there             map[[2]int]bool
	read              func(x, y int) (io.Reader, error)

	mu   sync.Mutex
	kept map[[2]int]Raster
}

// tilesKept bounds the decoded tiles: 256 KiB each, usually.
const tilesKept = 16

// OpenTiles joins terrarium tiles of one zoom, each named by x from the west and y
// from the north. read gives one of them; it is called again where a tile is
// needed again, from any goroutine. The first is read at once, for its size.
// Where there is no tile there is no ground.
func OpenTiles(zoom int, names [][2]int, read func(x, y int) (io.Reader, error)) (Raster, error) {
	if len(names) == 0 {
		return nil, terrariumError("there is no tile", nil)
	}
	t := &tiles{zoom: zoom, west: names[0][0], north: names[0][1], there: map[[2]int]bool{}, read: read, kept: map[[2]int]Raster{}}
	east, south := t.west, t.north
	for _, n := range names {
		t.there[n] = true
		t.west, t.north, east, south = min(t.west, n[0]), min(t.north, n[1]), max(east, n[0]), max(south, n[1])
	}
	first, err := t.tile(names[0])
	if err != nil {
		return nil, err
	}
	t.grid = first.Grid()
	t.side = t.grid.Width
	t.grid.Transform[0] -= float64((names[0][0]-t.west)*t.side) * t.grid.Transform[1]
	t.grid.Transform[3] -= float64((names[0][1]-t.north)*t.side) * t.grid.Transform[5]
	t.grid.Width, t.grid.Height = (east-t.west+1)*t.side, (south-t.north+1)*t.side
	name := fmt.Sprintf("%d terrarium tiles of zoom %d", len(t.there), zoom)
	t.grid.Provenance.Source = say.Text{En: name, Ar: say.LTR(name)}
	return t, nil
}

func (t *tiles) Grid() Grid { return t.grid }

func (t *tiles) tile(name [2]int) (Raster, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if r, ok := t.kept[name]; ok {
		return r, nil
	}
	in, err := t.read(name[0], name[1])
	if err != nil {
		return nil, terrariumError(fmt.Sprintf("%d/%d/%d cannot be read", t.zoom, name[0], name[1]), err)
	}
	r, err := OpenTerrarium(in, t.zoom, name[0], name[1])
	if err != nil {
		return nil, err
	}
	if t.side != 0 && r.Grid().Width != t.side {
		return nil, terrariumError(fmt.Sprintf("%d/%d/%d has %d cells a side, others %d", t.zoom, name[0], name[1], r.Grid().Width, t.side), nil)
	}
	if len(t.kept) >= tilesKept {
		clear(t.kept)
	}
	t.kept[name] = r
	return r, nil
}

func (t *tiles) Read(x, y, w, h int, dst []float32) error {
	fillVoid(dst[:w*h])
	part := make([]float32, t.side*t.side)
	for ty := floorDiv(y, t.side); ty*t.side < y+h; ty++ {
		for tx := floorDiv(x, t.side); tx*t.side < x+w; tx++ {
			name := [2]int{t.west + tx, t.north + ty}
			if !t.there[name] {
				continue
			}
			r, err := t.tile(name)
			if err != nil {
				return err
			}
			if err := r.Read(0, 0, t.side, t.side, part); err != nil {
				return err
			}
			x0, x1 := max(x, tx*t.side), min(x+w, (tx+1)*t.side)
			for row := max(y, ty*t.side); row < min(y+h, (ty+1)*t.side); row++ {
				copy(dst[(row-y)*w+x0-x:], part[(row-ty*t.side)*t.side+x0-tx*t.side:][:x1-x0])
			}
		}
	}
	return nil
}

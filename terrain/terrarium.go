package terrain

import (
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"math"

	"marsad/geo"
	"marsad/say"
	"marsad/terrain/geotiff"
)

// terrarium is a map tile whose colours are heights.
type terrarium struct {
	grid  Grid
	cells []float32
}

// maxTileSide bounds a terrarium tile's cells.
const maxTileSide = 1024

// OpenTerrarium reads a terrarium PNG: height = red·256 + green + blue/256 −
// 32768 metres (Mapzen, "Terrain Tiles", 2017; heights above EGM96 on land). The
// tile is named as map tiles are, by zoom, x from the west and y from the north.
// Fully transparent cells are voids.
func OpenTerrarium(r io.Reader, zoom, x, y int) (Raster, error) {
	if zoom < 0 || zoom > 22 || x < 0 || y < 0 || x >= 1<<zoom || y >= 1<<zoom {
		return nil, terrariumError(fmt.Sprintf("%d/%d/%d is not a map tile", zoom, x, y), nil)
	}
	var head limited
	config, err := png.DecodeConfig(io.TeeReader(r, &head))
	if err != nil {
		return nil, terrariumError("the tile is not a PNG", err)
	}
	if config.Width != config.Height || config.Width < 2 || config.Width > maxTileSide {
		return nil, terrariumError(fmt.Sprintf("the tile has %d by %d cells", config.Width, config.Height), nil)
	}
	img, err := png.Decode(io.MultiReader(&head, r))
	if err != nil {
		return nil, terrariumError("the tile is broken", err)
	}
	side := config.Width
	whole := 2 * math.Pi * geo.SemiMajor
	width := whole / float64(int(1)<<zoom)
	name := fmt.Sprintf("terrarium %d/%d/%d", zoom, x, y)
	t := &terrarium{grid: Grid{
		Width: side, Height: side, System: webMercator, Keys: geotiff.KeysOf(3857, false),
		Transform:  [6]float64{float64(x)*width - whole/2, width / float64(side), 0, whole/2 - float64(y)*width, 0, -width / float64(side)},
		Provenance: Provenance{Source: say.Text{En: name, Ar: say.LTR(name)}, Vertical: EGM96},
	}, cells: make([]float32, side*side)}
	fillVoid(t.cells)
	at := img.Bounds().Min
	for row := range side {
		for column := range side {
			if c := pixel(img, at.X+column, at.Y+row); c.A != 0 {
				t.cells[row*side+column] = float32(c.R)*256 + float32(c.G) + float32(c.B)/256 - 32768
			}
		}
	}
	return t, nil
}

func pixel(img image.Image, x, y int) color.NRGBA {
	return color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA)
}

// limited keeps the bytes that the first look at a PNG consumed.
type limited struct{ b []byte }

func (l *limited) Write(p []byte) (int, error) { l.b = append(l.b, p...); return len(p), nil }

func (l *limited) Read(p []byte) (int, error) {
	if len(l.b) == 0 {
		return 0, io.EOF
	}
	n := copy(p, l.b)
	l.b = l.b[n:]
	return n, nil
}

func (t *terrarium) Grid() Grid { return t.grid }

func (t *terrarium) Read(x, y, w, h int, dst []float32) error {
	fillVoid(dst[:w*h])
	x0, x1 := max(x, 0), min(x+w, t.grid.Width)
	for row := max(y, 0); row < min(y+h, t.grid.Height) && x0 < x1; row++ {
		copy(dst[(row-y)*w+x0-x:], t.cells[row*t.grid.Width+x0:row*t.grid.Width+x1])
	}
	return nil
}

func terrariumError(en string, cause error) error {
	return refuse("terrain.terrarium", say.Text{En: "the terrarium tile cannot be used: " + en, Ar: "لا يمكن استعمال بلاطة terrarium: " + say.LTR(en)}, say.Text{
		En: "give a square PNG of at most 1024 cells with its zoom, x and y", Ar: "أعطِ صورة PNG مربعة لا تزيد على 1024 خلية مع مستوى التكبير وموقعها"}, cause)
}

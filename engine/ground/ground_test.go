package ground

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"marsad/border"
	"marsad/geo"
	"marsad/say"
	"marsad/terrain"
	"marsad/terrain/geotiff"
)

// srtm writes a tile of 3″ whose heights are 100 m and a metre more each row from
// the north.
func srtm(t *testing.T, dir, name string) {
	t.Helper()
	b := make([]byte, 0, 1201*1201*2)
	for row := range 1201 {
		for range 1201 {
			b = binary.BigEndian.AppendUint16(b, uint16(100+row))
		}
	}
	write(t, filepath.Join(dir, name), b)
}

func write(t *testing.T, name string, b []byte) {
	t.Helper()
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// tiff writes a raster of 200 m in a coordinate system.
func tiff(t *testing.T, name string, epsg int, transform [6]float64) {
	t.Helper()
	g := terrain.Grid{Width: 200, Height: 200, System: terrain.System{EPSG: epsg}, Keys: geotiff.KeysOf(epsg, false), Transform: transform}
	cells := make([]float32, g.Width*g.Height)
	for i := range cells {
		cells[i] = 200
	}
	var b bytes.Buffer
	if err := terrain.WriteHeights(&b, g, cells); err != nil {
		t.Fatal(err)
	}
	write(t, name, b.Bytes())
}

func TestAFolderIsOneGround(t *testing.T) {
	dir := t.TempDir()
	srtm(t, dir, "N36E041.hgt")
	write(t, filepath.Join(dir, "README.txt"), []byte("not elevation"))
	g, err := Open(Options{Folder: dir})
	if err != nil {
		t.Fatal(err)
	}
	p := geo.Point{Lat: 36.5, Lon: 41.3}
	n, _ := terrain.Undulation(p)
	if h, known := g.Height(p); !known || h < 699+n || h > 701+n {
		t.Errorf("the ground is %v m high, known: %v; the tile says 700 above the geoid, %v over the ellipsoid", h, known, n)
	}
	if g.Provenance().Synthetic || len(g.Names) != 1 {
		t.Errorf("%+v of %v", g.Provenance(), g.Names)
	}
	holes := g.HolesOf(border.Default(), 1000)
	if l := holes.Where.Length(); l < 300_000 || l > 600_000 || len(holes.Tiles) < 4 || holes.Tiles[0] != "N33E038" {
		t.Errorf("%.0f m of the line lie outside, in %v", l, holes.Tiles)
	}
	if err := g.Close(); err != nil {
		t.Error(err)
	}
}

// The same question over made-up and over real ground: only one is called
// synthetic, and real ground is never filled up with what was made up.
func TestRealGroundTakesThePlaceOfTheRelief(t *testing.T) {
	relief, err := Open(Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if !relief.Provenance().Synthetic || !relief.HolesOf(border.Default(), 5000).Where.Empty() {
		t.Errorf("%+v", relief.Provenance())
	}
	dir := t.TempDir()
	srtm(t, dir, "N36E041.hgt")
	real, err := Open(Options{Folder: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer real.Close()
	if _, known := real.Height(geo.Point{Lat: 33.5, Lon: 39}); known || real.Provenance().Synthetic {
		t.Error("a hole of real ground is filled with relief that was made up")
	}
}

func TestTheFinestGoesFirst(t *testing.T) {
	dir := t.TempDir()
	srtm(t, dir, "N36E041.hgt")
	tiff(t, filepath.Join(dir, "z-fine.tif"), 32637, [6]float64{700_000, 10, 0, 4_040_000, 0, -10})
	g, err := Open(Options{Folder: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer g.Close()
	if len(g.Names) != 2 || !strings.HasSuffix(g.Names[0], "z-fine.tif") {
		t.Errorf("in the order %v", g.Names)
	}
}

func TestFilesThatCannotBeUsed(t *testing.T) {
	for name, c := range map[string]struct {
		code string
		make func(dir string)
	}{
		"an empty folder":       {"ground.folder", func(string) {}},
		"a folder that is none": {"ground.file", func(dir string) { os.Remove(dir) }},
		"a tile cut short":      {"", func(dir string) { write(t, filepath.Join(dir, "N36E041.hgt"), make([]byte, 5000)) }},
		"a tile of no name":     {"", func(dir string) { srtm(t, dir, "elevation.hgt") }},
		"an empty file":         {"ground.file", func(dir string) { write(t, filepath.Join(dir, "a.tif"), nil) }},
		"noise":                 {"", func(dir string) { write(t, filepath.Join(dir, "a.tif"), []byte("II*\x00\xff\xff\xff\xff noise")) }},
		"a wrong system": {"", func(dir string) {
			tiff(t, filepath.Join(dir, "a.tif"), 27700, [6]float64{400_000, 30, 0, 300_000, 0, -30})
		}},
	} {
		dir := t.TempDir()
		c.make(dir)
		_, err := Open(Options{Folder: dir})
		why, ok := errors.AsType[*say.Error](err)
		if !ok || why.Hint.En == "" || why.Text.Ar == "" || (c.code != "" && why.Code != c.code) {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil && !strings.Contains(err.Error(), dir) {
			t.Errorf("%s: the message does not say where: %v", name, err)
		}
	}
}

// Terrarium tiles lie below the folder as map tiles do; between two of them the
// ground has no seam, and where one lacks there is none.
func TestTerrariumTilesAreGround(t *testing.T) {
	dir := t.TempDir()
	const zoom, x, y = 10, 629, 402
	paint := func(name string, side int) {
		img := image.NewNRGBA(image.Rect(0, 0, side, side))
		for i := range side * side {
			img.SetNRGBA(i%side, i/side, color.NRGBA{R: uint8((32768 + 400) >> 8), G: uint8((32768 + 400) & 255), B: 0, A: 255})
		}
		var b bytes.Buffer
		if err := png.Encode(&b, img); err != nil {
			t.Fatal(err)
		}
		full := filepath.Join(dir, "terrarium", filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(full), 0o700); err != nil {
			t.Fatal(err)
		}
		write(t, full, b.Bytes())
	}
	for _, n := range []string{"629/402", "630/402", "629/403"} {
		paint("10/"+n+".png", 256)
	}
	write(t, filepath.Join(dir, "terrarium", "10", "629", "readme.png"), []byte("no tile"))
	g, err := Open(Options{Folder: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer g.Close()
	lon := func(x float64) float64 { return x/1024*360 - 180 }
	lat := func(y float64) float64 { return math.Atan(math.Sinh(math.Pi*(1-2*y/1024))) * 180 / math.Pi }
	for _, c := range []struct {
		x, y  float64
		known bool
	}{{x + 0.5, y + 0.5, true}, {x + 1, y + 0.4, true}, {x + 0.4, y + 1, true}, {x + 1.5, y + 1.5, false}, {x - 0.5, y + 0.5, false}} {
		p := geo.Point{Lat: lat(c.y), Lon: lon(c.x)}
		n, _ := terrain.Undulation(p)
		if h, known := g.Height(p); known != c.known || (known && math.Abs(h-n-400) > 0.01) {
			t.Errorf("at tile %.1f, %.1f it is %v (%v), want %v: 400 m above the geoid", c.x, c.y, h, known, c.known)
		}
	}
	if g.Provenance().Synthetic || len(g.Names) != 1 {
		t.Errorf("%+v of %v", g.Provenance(), g.Names)
	}
	paint("10/630/403.png", 128)
	small, err := Open(Options{Folder: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer small.Close()
	if _, err := small.Patch(geo.Point{Lat: lat(y + 1.5), Lon: lon(x + 1.5)}, 100); say.As(err).Code != "terrain.terrarium" {
		t.Errorf("a tile of another size: %v", err)
	}
}

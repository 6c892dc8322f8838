package terrain

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"marsad/geo"
	"marsad/say"
)

// gdalTool runs one of GDAL's programs and gives what it said.
func gdalTool(t testing.TB, in, name string, args ...string) string {
	t.Helper()
	tool, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("%s is not installed here (apt-get install gdal-bin): its files not read", name)
	}
	cmd := exec.Command(tool, args...)
	cmd.Stdin = strings.NewReader(in)
	b, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, b)
	}
	return string(b)
}

// oneSecond is an SRTM tile of 1″ of real ground: the 3″ elevation of Jacksboro,
// resampled between the middles of its cells. It shows how a tile of this size is
// read and seen over, not what 1″ would add: no such tile is public in Debian.
func oneSecond(t testing.TB) (tile []byte, height func(p geo.Point) float64) {
	const west, north, step = -84.41375, 36.73291666666667, 3. / 3600 // the corner of the first cell
	d := fault(t)
	height = func(p geo.Point) float64 {
		c, r := (p.Lon-west)/step-0.5, (north-p.Lat)/step-0.5
		i, j := int(math.Floor(c)), int(math.Floor(r))
		if i < 0 || j < 0 || i+1 >= d.Width || j+1 >= d.Height {
			return math.NaN()
		}
		at := func(i, j int) float64 { return float64(d.Cells[j*d.Width+i]) }
		c, r = c-float64(i), r-float64(j)
		return (at(i, j)*(1-c)+at(i+1, j)*c)*(1-r) + (at(i, j+1)*(1-c)+at(i+1, j+1)*c)*r
	}
	const side = 3601
	tile = make([]byte, 2*side*side)
	for row := range side {
		for column := range side {
			v := int16(hgtVoid)
			if h := height(geo.Point{Lat: 37 - float64(row)/3600, Lon: -85 + float64(column)/3600}); h == h {
				v = int16(math.Round(h))
			}
			binary.BigEndian.PutUint16(tile[2*(row*side+column):], uint16(v))
		}
	}
	return tile, height
}

func TestATileOfOneSecond(t *testing.T) {
	tile, height := oneSecond(t)
	name := filepath.Join(t.TempDir(), "N36W085.hgt")
	if err := os.WriteFile(name, tile, 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := Open(bytes.NewReader(tile), int64(len(tile)), name)
	if err != nil {
		t.Fatal(err)
	}
	g := r.Grid()
	if g.Width != 3601 || g.Height != 3601 || g.Provenance.Vertical != EGM96 {
		t.Fatalf("it is %d by %d cells, heights above %v", g.Width, g.Height, g.Provenance.Vertical)
	}
	surface, err := NewSurface(1, source(t, r))
	if err != nil {
		t.Fatal(err)
	}
	rnd := rand.New(rand.NewPCG(1, 1))
	for range 300 {
		p := geo.Point{Lat: 36.46 + 0.26*rnd.Float64(), Lon: -84.40 + 0.31*rnd.Float64()}
		n, _ := Undulation(p)
		// To half a metre of whole metres, on slopes to what a second of arc is worth.
		if h, known := surface.Height(p); !known || math.Abs(h-n-height(p)) > 1.5 {
			t.Errorf("%v is %.2f m high (%v), want %.2f", p, h-n, known, height(p))
		}
	}
	if h, known := surface.Height(geo.Point{Lat: 36.2, Lon: -84.2}); known {
		t.Errorf("a void is %v m high", h)
	}
	tif := filepath.Join(t.TempDir(), "tile.tif")
	gdalTool(t, "", "gdal_translate", "-q", "-co", "COMPRESS=DEFLATE", "-co", "PREDICTOR=2", "-co", "TILED=YES", name, tif)
	same, ours := openFile(t, tif), openFile(t, name)
	if same.Width != ours.Width || math.Abs(same.Transform[0]-ours.Transform[0]) > 1e-12 || math.Abs(same.Transform[3]-ours.Transform[3]) > 1e-12 {
		t.Fatalf("GDAL puts it at %v, Marsad at %v", same.Transform, ours.Transform)
	}
	for i, v := range same.Cells {
		if v != ours.Cells[i] && (v == v || ours.Cells[i] == ours.Cells[i]) {
			t.Fatalf("cell %d is %v by GDAL, %v by Marsad", i, v, ours.Cells[i])
		}
	}
	// GDAL counts distance on degrees in degrees and knows no curvature there.
	cut := filepath.Join(t.TempDir(), "cut.tif")
	gdalTool(t, "", "gdal_translate", "-q", "-srcwin", "2300", "1100", "700", "600", name, cut)
	d := openFile(t, cut)
	c := drawn{dem: d, degrees: true, viewer: Viewer{Column: 333, Row: 280, Height: 28, TargetHeight: 1.7, Refraction: 1}}
	gdal := onGrid(d, runGDAL(t, d, cut, c.viewer))
	cells, seen, different := c.compare(t, c.withLedge(), gdal)
	t.Logf("of %d cells %d are seen, %d differ from gdal_viewshed's (%.4f %%)", cells, seen, different, 100*float64(different)/float64(cells))
	if float64(different) > agreed*float64(cells) || seen < cells/200 {
		t.Errorf("%d of %d cells differ, %d seen", different, cells, seen)
	}
}

// Ground that GDAL took to the coordinate systems of the region, stored in several
// ways: every point lies in the cell in which GDAL says it lies, and is as high there.
// A system that is not known here is no ground of a surface, and says so.
func TestGroundThatGDALWarped(t *testing.T) {
	at := func(c, r int) int16 {
		return int16(400 + 150*math.Sin(float64(c)/90)*math.Cos(float64(r)/70) + float64(c%7))
	}
	tile := hgtOf(at)
	whole, from := filepath.Join(t.TempDir(), "N36E041.hgt"), filepath.Join(t.TempDir(), "part.tif")
	if err := os.WriteFile(whole, tile, 0o600); err != nil {
		t.Fatal(err)
	}
	gdalTool(t, "", "gdal_translate", "-q", "-srcwin", "300", "300", "400", "400", whole, from)
	for _, c := range []struct {
		system string
		args   []string
	}{
		{"EPSG:32637", []string{"-ot", "Float32", "-co", "COMPRESS=DEFLATE", "-co", "PREDICTOR=3", "-co", "TILED=YES"}},
		{"EPSG:32638", []string{"-ot", "Int16", "-co", "COMPRESS=LZW", "-co", "PREDICTOR=2"}},
		{"EPSG:32637", []string{"-ot", "Int16", "-tr", "30", "55"}},
		{"EPSG:32638", []string{"-ot", "Float32", "-co", "COMPRESS=LZW", "-co", "TILED=YES"}},
		{"EPSG:4326", []string{"-ot", "Int16", "-co", "COMPRESS=DEFLATE", "-co", "PREDICTOR=2", "-tr", "0.0005", "0.0008"}},
		{"EPSG:3857", []string{"-ot", "Float32"}},
	} {
		to := filepath.Join(t.TempDir(), "to.tif")
		gdalTool(t, "", "gdalwarp", append([]string{"-q", "-t_srs", c.system, "-r", "bilinear", "-dstnodata", "-9999", from, to}, c.args...)...)
		d := openFile(t, to)
		if d.System.String() != c.system {
			t.Errorf("%s is read as %s", c.system, d.System)
		}
		rnd := rand.New(rand.NewPCG(3, 3))
		var points []geo.Point
		var asked strings.Builder
		for range 250 {
			p := geo.Point{Lat: 36.42 + 0.32*rnd.Float64(), Lon: 41.26 + 0.31*rnd.Float64()}
			points = append(points, p)
			fmt.Fprintln(&asked, p.Lon, p.Lat)
		}
		answers := strings.Fields(gdalTool(t, asked.String(), "gdallocationinfo", "-valonly", "-wgs84", to))
		if len(answers) != len(points) {
			t.Fatalf("%s %v: %d answers to %d points", c.system, c.args, len(answers), len(points))
		}
		for i, p := range points {
			want, err := strconv.ParseFloat(answers[i], 64)
			if err != nil {
				t.Fatal(err)
			}
			column, row, err := d.CellAt(p)
			if err != nil {
				t.Fatal(err)
			}
			if got := float64(d.Cells[row*d.Width+column]); math.Abs(got-want) > 1e-3 {
				t.Errorf("%s %v: %v is %v m high, by GDAL %v", c.system, c.args, p, got, want)
			}
		}
	}
	odd := filepath.Join(t.TempDir(), "odd.tif")
	gdalTool(t, "", "gdalwarp", "-q", "-t_srs", "EPSG:2039", from, odd)
	if _, err := FromRaster(openRaster(t, odd)); err == nil || say.As(err).Hint.En == "" {
		t.Errorf("ground in a system that is not known here: %v", err)
	}
}

// A terrarium tile that another program packed is read to a 256th of a metre.
func TestATerrariumTileThatGDALPacked(t *testing.T) {
	dir := t.TempDir()
	grid := metric(256, 256, 30, func(int, int) float64 { return 0 }).Grid
	height := func(i int) float64 { return -60 + float64(i%4099)*0.87890625 }
	var bands []string
	for band, of := range []func(v int) int{func(v int) int { return v >> 16 }, func(v int) int { return v >> 8 & 255 }, func(v int) int { return v & 255 }} {
		cells := make([]byte, 256*256)
		for i := range cells {
			cells[i] = byte(of(int(math.Round((height(i) + 32768) * 256))))
		}
		var b bytes.Buffer
		if err := WriteView(&b, grid, cells); err != nil {
			t.Fatal(err)
		}
		name := filepath.Join(dir, fmt.Sprint(band, ".tif"))
		if err := os.WriteFile(name, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		bands = append(bands, name)
	}
	three, packed := filepath.Join(dir, "three.vrt"), filepath.Join(dir, "201.png")
	gdalTool(t, "", "gdalbuildvrt", append([]string{"-q", "-separate", three}, bands...)...)
	gdalTool(t, "", "gdal_translate", "-q", "-of", "PNG", three, packed)
	f, err := os.Open(packed)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := OpenTerrarium(f, 9, 314, 201)
	if err != nil {
		t.Fatal(err)
	}
	d, err := ReadDEM(r)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range d.Cells {
		if math.Abs(float64(v)-height(i)) > 1./256 {
			t.Fatalf("cell %d is %v, want %v", i, v, height(i))
		}
	}
}

package terrain

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"testing"

	"pgregory.net/rapid"

	"marsad/geo"
)

// hgtOf writes a 3″ tile.
func hgtOf(at func(column, row int) int16) []byte {
	b := make([]byte, 1201*1201*2)
	for i := range 1201 * 1201 {
		binary.BigEndian.PutUint16(b[2*i:], uint16(at(i%1201, i/1201)))
	}
	return b
}

func surfaceOf(t testing.TB, sources ...Source) *Surface {
	s, err := NewSurface(3, sources...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func source(t testing.TB, r Raster) Source {
	s, err := FromRaster(r)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSRTM(t *testing.T) {
	b := hgtOf(func(c, r int) int16 {
		if c == 600 && r == 600 {
			return -32768
		}
		return int16(c + r)
	})
	r, err := Open(bytes.NewReader(b), int64(len(b)), "some/folder/n35e041.hgt")
	if err != nil {
		t.Fatal(err)
	}
	s := surfaceOf(t, source(t, r))
	for _, c := range []struct {
		lat, lon, want float64
	}{{36, 41, 0}, {35, 42, 2400}, {35.75, 41.25, 600}, {36, 41.999, 1198.8}} {
		p := geo.Point{Lat: c.lat, Lon: c.lon}
		n, _ := Undulation(p)
		got, known := s.Height(p)
		if c.lat == 36 || c.lon == 42 { // the last points lie on the tile's edge: beyond is unknown
			patch, err := s.Patch(p, 0)
			if err != nil {
				t.Fatal(err)
			}
			got, known = float64(patch.cells[0]), true
			if c.lon == 41.999 {
				continue
			}
		}
		if !known || math.Abs(got-c.want-n) > 0.01 {
			t.Errorf("%v, %v is %v (%v), want %v above the geoid at %v", c.lat, c.lon, got, known, c.want, n)
		}
	}
	if h, known := s.Height(geo.Point{Lat: 35.5, Lon: 41.5}); known {
		t.Errorf("a void is %v m high", h)
	}
	if h, known := s.Height(geo.Point{Lat: 34, Lon: 41.5}); known {
		t.Errorf("ground that nobody gave is %v m high", h)
	}
	for _, name := range []string{"N35.hgt", "X35E041.hgt", "N35E0a1.hgt", "", "N95E041.hgt"} {
		if _, err := OpenHGT(bytes.NewReader(b), int64(len(b)), name); err == nil {
			t.Errorf("%q says where it lies", name)
		}
	}
	if _, err := OpenHGT(bytes.NewReader(b[:100]), 100, "N35E041.hgt"); err == nil {
		t.Error("100 bytes are a tile")
	}
}

func TestTerrarium(t *testing.T) {
	img := image.NewNRGBA(image.Rect(0, 0, 256, 256))
	for i := range 256 * 256 {
		h := 32768 + 300 + i/256 // 300 m in the first row, a metre more in each
		img.SetNRGBA(i%256, i/256, color.NRGBA{uint8(h >> 8), uint8(h), 128, 255})
	}
	img.SetNRGBA(3, 4, color.NRGBA{})
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	r, err := OpenTerrarium(&b, 9, 314, 201)
	if err != nil {
		t.Fatal(err)
	}
	d, err := ReadDEM(r)
	if err != nil {
		t.Fatal(err)
	}
	if d.Cells[0] != 300.5 || d.Cells[256*255] != 555.5 || d.Cells[4*256+3] == d.Cells[4*256+3] {
		t.Errorf("cells are %v, %v, %v", d.Cells[0], d.Cells[256*255], d.Cells[4*256+3])
	}
	g := r.Grid()
	x, y := g.Coordinates(0, 0)
	if p, err := g.System.Point(x, y); err != nil || math.Abs(p.Lon-(314*360/512.-180)) > 1e-9 || p.Lat < 35 || p.Lat > 37 {
		t.Errorf("its corner is %v, %v", p, err)
	}
	for _, bad := range [][3]int{{-1, 0, 0}, {2, 4, 0}, {23, 0, 0}} {
		if _, err := OpenTerrarium(bytes.NewReader(nil), bad[0], bad[1], bad[2]); err == nil {
			t.Errorf("%v is a tile", bad)
		}
	}
}

func TestSystems(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := geo.Point{Lat: rapid.Float64Range(32, 38).Draw(t, "lat"), Lon: rapid.Float64Range(38, 44).Draw(t, "lon")}
		s := System{EPSG: rapid.SampledFrom([]int{4326, 4979, 32637, 32638, 3857}).Draw(t, "system")}
		x, y, err := s.Project(p)
		if err != nil {
			t.Fatal(err)
		}
		q, err := s.Point(x, y)
		if err != nil || geo.Distance(p, q) > 0.001 {
			t.Errorf("%v there and back: %v is %v (%v)", s, p, q, err)
		}
	})
	for _, s := range []System{{}, {EPSG: 22770}, {EPSG: 32661}} {
		if _, _, err := s.Project(geo.Point{Lat: 36, Lon: 41}); err == nil || s.Known() {
			t.Errorf("%v is known", s)
		}
	}
}

func TestRelief(t *testing.T) {
	a, b, other := NewRelief(1), NewRelief(1), NewRelief(2)
	same := 0
	for i := range 200 {
		lon, lat := 38.5+float64(i)*0.02, 33+float64(i)*0.02
		h, ok := a.height(lon, lat)
		if g, _ := b.height(lon, lat); g != h || !ok {
			t.Fatalf("one seed, two grounds at %v, %v", lon, lat)
		}
		if g, _ := other.height(lon, lat); g == h {
			same++
		}
	}
	if same > 5 {
		t.Errorf("two seeds agree at %d of 200 points", same)
	}
	// Al-Qaim lies at about 180 m, the Turkish border at about 400 (ETOPO5 is coarse).
	for _, c := range []struct{ lon, lat, low, high float64 }{{41.05, 34.4, 120, 330}, {42.35, 37.1, 300, 900}} {
		if h, _ := a.height(c.lon, c.lat); h < c.low || h > c.high {
			t.Errorf("%v, %v lies at %.0f m", c.lon, c.lat, h)
		}
	}
	s := surfaceOf(t, a)
	if p := s.Provenance(); !p.Synthetic || p.Vertical != Ellipsoid {
		t.Errorf("the relief says of itself: %+v", p)
	}
	if _, known := s.Height(geo.Point{Lat: 30, Lon: 41}); known {
		t.Error("the relief knows what lies outside its region")
	}
}

// plainGround is level ground above the ellipsoid with one ridge.
type plainGround struct{ ridgeWest, ridgeEast, ridge float64 }

func (plainGround) Provenance() Provenance { return Provenance{Vertical: Ellipsoid} }

func (g plainGround) Fill(w Window, dst []float32) error {
	for i := range dst {
		lon := w.West + float64(i%w.Columns)*w.Step
		dst[i] = 100
		if lon >= g.ridgeWest && lon <= g.ridgeEast {
			dst[i] += float32(g.ridge)
		}
	}
	return nil
}

func TestSightOverARidge(t *testing.T) {
	at := geo.Point{Lat: 36, Lon: 41}
	s := surfaceOf(t, plainGround{41.049, 41.051, 40})
	p, err := s.Patch(at, 20_000)
	if err != nil {
		t.Fatal(err)
	}
	sight := p.Look(at, 110, 0)
	ridge, _ := sight.Place(geo.Point{Lat: 36, Lon: 41 + 59./1200}) // the near edge of its top
	behind := geo.Point{Lat: 36, Lon: 41.15}
	d, _ := sight.Place(behind)
	// The ray over the ridge's top (40 − 10 above the eye, less the fall there)
	// reaches d/ridge times as high there, less the fall and the eye's own 10 m.
	fall := func(d float64) float64 { return d * d / (2 * EarthRadius) }
	want := (30-fall(ridge))*d/ridge + 10 + fall(d)
	if got := sight.LeastHeight(behind, 5); math.Abs(got-want) > 1 {
		t.Errorf("behind the ridge %.2f m are seen, want %.2f", got, want)
	}
	if got := sight.LeastHeight(geo.Point{Lat: 36, Lon: 41.02}, 20); got != 0 {
		t.Errorf("before the ridge %.2f m", got)
	}
}

func TestHorizonOfTheSphere(t *testing.T) {
	at := geo.Point{Lat: 36, Lon: 41}
	p, err := surfaceOf(t, plainGround{}).Patch(at, 30_000)
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		eye := rapid.Float64Range(1, 25).Draw(t, "eye")
		k := rapid.SampledFrom([]float64{0, Refraction, RadioRefraction}).Draw(t, "refraction")
		az := rapid.Float64Range(0, 2*math.Pi).Draw(t, "azimuth")
		ray := make([]float64, 290)
		p.Look(at, 100+eye, k).Fan(az, 100, ray)
		r := EarthRadius / (1 - k)
		horizon := math.Sqrt(2 * r * eye)
		for i, got := range ray {
			beyond := max(0, float64(i+1)*100-horizon)
			want := beyond * beyond / (2 * r)
			if math.Abs(got-want) > 0.15 {
				t.Fatalf("%g m up, k %.3f: %.2f m at %d m, want %.2f", eye, k, got, (i+1)*100, want)
			}
		}
	})
}

// Who sees an eye is seen by it, at equal heights above the ground.
func TestSightIsMutual(t *testing.T) {
	s := surfaceOf(t, NewRelief(4))
	rapid.Check(t, func(t *rapid.T) {
		a := geo.Point{Lat: rapid.Float64Range(33, 37).Draw(t, "lat"), Lon: rapid.Float64Range(39, 42).Draw(t, "lon")}
		b := geo.Direct(a, rapid.Float64Range(200, 9000).Draw(t, "far"), rapid.Float64Range(0, 6.28).Draw(t, "azimuth"))
		least := func(from, to geo.Point, eye float64) float64 {
			p, err := s.Patch(from, 10_000)
			if err != nil {
				t.Fatal(err)
			}
			return p.Look(from, p.At(from)+eye, Refraction).LeastHeight(to, 10)
		}
		const h = 5.0
		there, back := least(a, b, h), least(b, a, h)
		// Looks fall on other points of the same ray: leave out what is close.
		if (there < h-0.5 && back > h+0.5) || (back < h-0.5 && there > h+0.5) {
			t.Errorf("from %v one sees down to %.2f m, back from %v to %.2f", a, there, b, back)
		}
	})
}

func TestAWallHidesWhatIsBehindIt(t *testing.T) {
	at := geo.Point{Lat: 36, Lon: 41}
	p, err := surfaceOf(t, plainGround{}).Patch(at, 5000)
	if err != nil {
		t.Fatal(err)
	}
	wall := Wall{A: geo.Point{Lat: 35.99, Lon: 41.01}, B: geo.Point{Lat: 36.01, Lon: 41.01}, Height: 3.6}
	behind, before := geo.Point{Lat: 36, Lon: 41.0101}, geo.Point{Lat: 36, Lon: 41.0099}
	sight := p.Look(at, 110, Refraction, wall)
	if got := sight.LeastHeight(behind, 10); math.Abs(got-3.53) > 0.1 {
		t.Errorf("9 m behind the wall one sees down to %.2f m", got)
	}
	if got := sight.LeastHeight(before, 10); got != 0 {
		t.Errorf("before the wall down to %.2f m", got)
	}
	if !p.Look(at, 99, 0).Blind() || p.Look(at, math.NaN(), 0).Blind() != true || sight.Blind() {
		t.Error("an eye below the ground is not blind, or one above it is")
	}
}

func TestViewshedOfPlaneRidgeAndSphere(t *testing.T) {
	flat := metric(201, 201, 30, func(int, int) float64 { return 50 })
	v := Viewer{Column: 100, Row: 100, Height: 2, Range: 2900, Refraction: 1} // k = 1: no curvature
	view, err := flat.Viewshed(v, true)
	if err != nil {
		t.Fatal(err)
	}
	for i, seen := range view.Visible {
		d := 30 * math.Hypot(float64(i%201-100), float64(i/201-100))
		if (seen == 255) != (d <= 2900) {
			t.Fatalf("%v m away: %d", d, seen)
		}
	}
	ridge := metric(201, 201, 30, func(c, _ int) float64 {
		if c == 120 {
			return 60
		}
		return 50
	})
	if view, err = ridge.Viewshed(v, true); err != nil {
		t.Fatal(err)
	}
	// The ray over a top 10 − 2 m above the eye at 20 cells is 2 + 8·k/20 above
	// the ground at k cells.
	for k := 22; k < 90; k += 10 {
		got, want := float64(view.Least[100*201+100+k]), 2+8*float64(k)/20
		if math.Abs(got-want) > 0.01 || view.Visible[100*201+100+k] != 0 {
			t.Errorf("%d cells away %.2f m are seen, want %.2f", k, got, want)
		}
	}
	sphere := Viewer{Column: 100, Row: 100, Height: 0.2, Range: 2900}
	if view, err = flat.Viewshed(sphere, false); err != nil {
		t.Fatal(err)
	}
	horizon := math.Sqrt(2 * curvatureRadius * 0.2)
	for k := 2; k < 96; k++ {
		d := float64(k) * 30
		if math.Abs(d-horizon) > 60 && (view.Visible[100*201+100+k] == 255) != (d < horizon) {
			t.Errorf("the horizon lies at %.0f m; %.0f m is %d", horizon, d, view.Visible[100*201+100+k])
		}
	}
}

func TestViewshedGrowsWithHeight(t *testing.T) {
	d := ridges(161)
	rapid.Check(t, func(t *rapid.T) {
		v := Viewer{Column: rapid.IntRange(0, 160).Draw(t, "column"), Row: rapid.IntRange(0, 160).Draw(t, "row"),
			Height: rapid.Float64Range(0, 100).Draw(t, "height"), TargetHeight: rapid.Float64Range(0, 5).Draw(t, "target"), Refraction: 0.14286}
		low, err := d.Viewshed(v, true)
		if err != nil {
			t.Fatal(err)
		}
		higher := v
		higher.TargetHeight += rapid.Float64Range(0, 50).Draw(t, "more")
		tall, err := d.Viewshed(higher, false)
		if err != nil {
			t.Fatal(err)
		}
		for i := range low.Visible {
			if low.Visible[i] > tall.Visible[i] {
				t.Fatalf("cell %d: a taller target is hidden", i)
			}
			if (float64(low.Least[i]) <= v.TargetHeight-0.001) && low.Visible[i] == 0 {
				t.Fatalf("cell %d: %v m are seen, %v m not", i, low.Least[i], v.TargetHeight)
			}
		}
		v.Height += 80
		up, err := d.Viewshed(v, true)
		if err != nil {
			t.Fatal(err)
		}
		for i := range up.Least {
			if up.Least[i] > low.Least[i]+0.01 {
				t.Fatalf("cell %d: from higher up one sees less, %v for %v", i, up.Least[i], low.Least[i])
			}
		}
	})
}

func TestViewshedBehindAVoid(t *testing.T) {
	d := metric(101, 11, 30, func(int, int) float64 { return 50 })
	d.Cells[5*101+60] = float32(math.NaN())
	view, err := d.Viewshed(Viewer{Column: 50, Row: 5, Height: 5, Refraction: 1}, false)
	if err != nil {
		t.Fatal(err)
	}
	for column, want := range map[int]byte{59: 255, 60: 0, 61: 0, 90: 0, 10: 255} {
		if got := view.Visible[5*101+column]; got != want {
			t.Errorf("column %d is %d, want %d", column, got, want)
		}
	}
	bad := []Viewer{{Column: -1}, {Column: 60, Row: 5}, {Column: 1, Row: 1, Height: -3}, {Column: 1, Row: 1, Height: math.NaN()}, {Column: 1, Row: 1, Range: math.Inf(1)}}
	for _, v := range bad {
		if _, err := d.Viewshed(v, false); err == nil {
			t.Errorf("%+v is answered", v)
		}
	}
}

func TestSurfaceOfAUTMRaster(t *testing.T) {
	d := metric(1200, 1200, 60, func(c, r int) float64 { return 200 + float64(c)/10 })
	var b bytes.Buffer
	if err := WriteHeights(&b, d.Grid, d.Cells); err != nil {
		t.Fatal(err)
	}
	r, err := Open(bytes.NewReader(b.Bytes()), int64(b.Len()), "utm.tif")
	if err != nil {
		t.Fatal(err)
	}
	// Real ground first, synthetic where it ends.
	s := surfaceOf(t, source(t, r), NewRelief(1))
	for _, column := range []int{10, 400, 1190} {
		x, y := d.Coordinates(float64(column)+0.5, 600.5)
		p, err := d.System.Point(x, y)
		if err != nil {
			t.Fatal(err)
		}
		n, _ := Undulation(p)
		if h, known := s.Height(p); !known || math.Abs(h-n-200-float64(column)/10) > 0.2 {
			t.Errorf("column %d: %v (%v)", column, h-n, known)
		}
	}
	if !s.Provenance().Synthetic {
		t.Error("ground that is partly synthetic does not say so")
	}
	if source(t, r).Provenance().Synthetic {
		t.Error("a file is synthetic")
	}
}

func FuzzOpenRaster(f *testing.F) {
	f.Add([]byte("II*\x00"), "N35E041.hgt")
	f.Fuzz(func(t *testing.T, data []byte, name string) {
		r, err := Open(bytes.NewReader(data), int64(len(data)), name)
		if err != nil {
			return
		}
		if g := r.Grid(); g.Width < 1 || g.Height < 1 {
			t.Fatal("a grid without cells")
		}
		s, err := FromRaster(r)
		if err != nil {
			return
		}
		cells := make([]float32, 16)
		fillVoid(cells)
		_ = s.Fill(Window{West: 41, South: 35, Step: 0.01, Columns: 4, Rows: 4}, cells)
	})
}

func FuzzHGTName(f *testing.F) {
	f.Add("N35E041.hgt")
	f.Fuzz(func(t *testing.T, name string) {
		if south, west, ok := hgtCorner(name); ok && (south < -90 || south > 89 || west < -180 || west > 179) {
			t.Fatalf("%q lies at %v, %v", name, south, west)
		}
	})
}

func FuzzTerrarium(f *testing.F) {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewNRGBA(image.Rect(0, 0, 4, 4))); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := OpenTerrarium(bytes.NewReader(data), 5, 19, 12)
		if err != nil {
			return
		}
		cells := make([]float32, 64)
		if err := r.Read(-2, -2, 8, 8, cells); err != nil {
			t.Fatal(err)
		}
		if cells[0] == cells[0] {
			t.Fatal(fmt.Sprint("outside the tile there is ground: ", cells[0]))
		}
	})
}

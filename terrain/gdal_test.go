package terrain

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"marsad/terrain/geotiff"
)

// jacksboro is real elevation that Debian's python-matplotlib-data carries: SRTM
// of a fault in Tennessee, 344 by 403 cells of 3″.
const jacksboro = "/usr/share/matplotlib/mpl-data/sample_data/jacksboro_fault_dem.npz"

// metric is a DEM of cells of a given size in UTM zone 37.
func metric(width, height int, cell float64, at func(column, row int) float64) *DEM {
	d := &DEM{Grid: Grid{Width: width, Height: height, System: System{EPSG: 32637}, Keys: geotiff.KeysOf(32637, false),
		Transform: [6]float64{600_000, cell, 0, 4_000_000, 0, -cell}}, Cells: make([]float32, width*height)}
	for i := range d.Cells {
		d.Cells[i] = float32(at(i%width, i/width))
	}
	return d
}

// moderate is ground like the Jazira's: the built-in relief's noise at 30 m.
func moderate(side int) *DEM {
	r := NewRelief(7)
	return metric(side, side, 30, func(c, row int) float64 {
		x, y := float64(c)*30/900, float64(row)*30/900
		return 300 + 25*r.noise(x, y) + 120*r.noise(x/8, y/8)
	})
}

// ridges is harder ground: rows of hills with a rough skin.
func ridges(side int) *DEM {
	r := NewRelief(11)
	return metric(side, side, 30, func(c, row int) float64 {
		x, y := float64(c)*30, float64(row)*30
		return 500 + 90*math.Sin(x/900)*math.Cos(y/1300) + 60*r.noise(x/900, y/900)
	})
}

// fault reads the real terrain, as if its cells were 90 m squares.
func fault(t testing.TB) *DEM {
	z, err := zip.OpenReader(jacksboro)
	if err != nil {
		t.Skipf("no real elevation here: %v (apt-get install python-matplotlib-data)", err)
	}
	defer z.Close()
	f, err := z.Open("elevation.npy")
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	const rows, columns = 344, 403
	if len(b) < 2*rows*columns {
		t.Fatalf("elevation.npy has %d bytes", len(b))
	}
	b = b[len(b)-2*rows*columns:]
	return metric(columns, rows, 90, func(c, row int) float64 {
		return float64(int16(binary.LittleEndian.Uint16(b[2*(row*columns+c):])))
	})
}

// needGDAL skips where gdal_viewshed is not installed.
func needGDAL(t testing.TB) string {
	tool, err := exec.LookPath("gdal_viewshed")
	if err != nil {
		t.Skip("gdal_viewshed is not installed here (apt-get install gdal-bin): agreement not compared")
	}
	return tool
}

func saveDEM(t testing.TB, d *DEM) string {
	name := filepath.Join(t.TempDir(), "dem.tif")
	var b bytes.Buffer
	if err := WriteHeights(&b, d.Grid, d.Cells); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return name
}

func openRaster(t testing.TB, name string) Raster {
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Open(bytes.NewReader(b), int64(len(b)), name)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func openFile(t testing.TB, name string) *DEM {
	d, err := ReadDEM(openRaster(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// runGDAL gives gdal_viewshed's answer.
func runGDAL(t testing.TB, d *DEM, dem string, v Viewer) *DEM {
	out := filepath.Join(t.TempDir(), "gdal.tif")
	if b, err := exec.Command(needGDAL(t), gdalArguments(d, v, dem, out)...).CombinedOutput(); err != nil {
		t.Fatalf("gdal_viewshed: %v\n%s", err, b)
	}
	return openFile(t, out)
}

func gdalArguments(d *DEM, v Viewer, dem, out string) []string {
	x, y := d.Coordinates(float64(v.Column)+0.5, float64(v.Row)+0.5)
	return []string{"-q", "-ox", fmt.Sprint(x), "-oy", fmt.Sprint(y), "-oz", fmt.Sprint(v.Height),
		"-tz", fmt.Sprint(v.TargetHeight), "-md", fmt.Sprint(v.Range), "-cc", fmt.Sprint(1 - v.Refraction), dem, out}
}

// disagree compares cell by cell within the range; GDAL's answer is cut to it.
func disagree(t testing.TB, d *DEM, v *View, viewer Viewer, gdal *DEM) (different, cells, seen int) {
	x, y := gdal.Coordinates(0, 0)
	c, r := d.Cell(x, y)
	dc, dr := int(math.Round(c)), int(math.Round(r))
	dx := d.Transform[1]
	for row := range gdal.Height {
		for column := range gdal.Width {
			cc, rr := column+dc, row+dr
			if cc < 0 || rr < 0 || cc >= d.Width || rr >= d.Height {
				t.Fatalf("gdal's grid reaches beyond the DEM")
			}
			if math.Hypot(float64(cc-viewer.Column), float64(rr-viewer.Row))*dx > viewer.Range {
				continue
			}
			cells++
			theirs := gdal.Cells[row*gdal.Width+column] == 255
			ours := v.Visible[rr*d.Width+cc] == 255
			if ours {
				seen++
			}
			if ours != theirs {
				different++
			}
		}
	}
	return different, cells, seen
}

func TestViewshedAgreesWithGDAL(t *testing.T) {
	needGDAL(t)
	for _, c := range []struct {
		name string
		dem  func() *DEM
	}{
		{"moderate", func() *DEM { return moderate(801) }},
		{"ridges", func() *DEM { return ridges(701) }},
		{"real", func() *DEM { return fault(t) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := c.dem()
			file := saveDEM(t, d)
			for _, v := range []Viewer{
				{Column: d.Width / 2, Row: d.Height / 2, Height: 30, TargetHeight: 1.8, Range: 10_000, Refraction: 0.14286},
				{Column: d.Width / 3, Row: d.Height / 4, Height: 10, TargetHeight: 0, Range: 14_000, Refraction: 0},
				{Column: d.Width - 20, Row: 7, Height: 300, TargetHeight: 1.8, Range: 20_000, Refraction: 0.14286},
			} {
				view, err := d.Viewshed(v, false)
				if err != nil {
					t.Fatal(err)
				}
				gdal := runGDAL(t, d, file, v)
				different, cells, seen := disagree(t, d, view, v, gdal)
				t.Logf("eye at %g m: %d of %d cells differ (%.4f %%), %d seen", v.Height, different, cells, 100*float64(different)/float64(cells), seen)
				if cells < 10_000 || seen == 0 || seen == cells {
					t.Errorf("a comparison of %d cells, %d seen, proves nothing", cells, seen)
				}
				if float64(different) > 0.0015*float64(cells) {
					t.Errorf("%d of %d cells differ, more than 0.15 %%", different, cells)
				}
			}
		})
	}
}

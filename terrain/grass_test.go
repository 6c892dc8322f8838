package terrain

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// needGRASS skips where GRASS is not installed.
func needGRASS(t testing.TB) string {
	tool, err := exec.LookPath("grass")
	if err != nil {
		t.Skip("r.viewshed is not installed here (apt-get install grass-core): agreement not compared")
	}
	return tool
}

// runGRASS gives r.viewshed's answer on the DEM's own grid: 255 seen, 0 not.
func runGRASS(t testing.TB, d *DEM, dem string, v Viewer) *DEM {
	x, y := d.Coordinates(float64(v.Column)+0.5, float64(v.Row)+0.5)
	dir := t.TempDir()
	out, script := filepath.Join(dir, "grass.tif"), filepath.Join(dir, "view.sh")
	bend := ""
	if v.Refraction > 0 {
		bend = fmt.Sprintf("-r refraction_coeff=%g", v.Refraction)
	}
	text := fmt.Sprintf(`set -e
r.in.gdal -o --quiet input=%[1]s output=dem
g.region raster=dem
r.viewshed -c -b --quiet %[2]s input=dem output=seen coordinates=%[3]f,%[4]f observer_elevation=%[5]g target_elevation=%[6]g max_distance=%[7]g memory=500
r.mapcalc --quiet "answer = if(isnull(seen), 0, if(seen > 0, 255, 0))"
r.out.gdal -f --quiet input=answer output=%[8]s type=Byte
`, dem, bend, x, y, v.Height, v.TargetHeight, v.Range, out)
	if err := os.WriteFile(script, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(needGRASS(t), "--tmp-location", dem, "--exec", "sh", script)
	cmd.Env = append(os.Environ(), "HOME="+dir)
	if b, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("r.viewshed: %v\n%s", err, b)
	}
	return openFile(t, out)
}

// GDAL and GRASS differ from one another, by more on rough ground: Marsad may
// differ from GRASS by no more than GDAL does, but for a handful of cells.
func TestViewshedAgreesWithGRASS(t *testing.T) {
	needGRASS(t)
	needGDAL(t)
	for _, c := range []struct {
		name string
		dem  func() *DEM
	}{
		{"moderate", func() *DEM { return moderate(501) }},
		{"ridges", func() *DEM { return ridges(501) }},
		{"real", func() *DEM { return fault(t) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := c.dem()
			file := saveDEM(t, d)
			v := Viewer{Column: d.Width / 2, Row: d.Height / 2, Height: 30, TargetHeight: 1.8, Range: 7_000, Refraction: 0.14286}
			view, err := d.Viewshed(v, false)
			if err != nil {
				t.Fatal(err)
			}
			grass, gdal := runGRASS(t, d, file, v), runGDAL(t, d, file, v)
			ours, cells, seen := disagree(t, d, view, v, grass)
			theirs, _, _ := disagree(t, d, &View{Grid: d.Grid, Visible: onGrid(d, gdal)}, v, grass)
			t.Logf("%d of %d cells differ from r.viewshed (%.4f %%), gdal_viewshed's %d; %d seen", ours, cells, 100*float64(ours)/float64(cells), theirs, seen)
			if cells < 10_000 || seen == 0 || seen == cells {
				t.Errorf("a comparison of %d cells, %d seen, proves nothing", cells, seen)
			}
			if limit := max(float64(theirs)*1.1, 0.0015*float64(cells)); float64(ours) > limit {
				t.Errorf("%d of %d cells differ from r.viewshed; gdal_viewshed's differ by %d", ours, cells, theirs)
			}
		})
	}
}

// onGrid puts gdal_viewshed's answer, which is cut to the range, on the DEM's grid.
func onGrid(d *DEM, answer *DEM) []byte {
	cells := make([]byte, d.Width*d.Height)
	x, y := answer.Coordinates(0.5, 0.5)
	c, r := d.Cell(x, y)
	for row := range answer.Height {
		for column := range answer.Width {
			if cc, rr := int(c)+column, int(r)+row; cc >= 0 && rr >= 0 && cc < d.Width && rr < d.Height && answer.Cells[row*answer.Width+column] == 255 {
				cells[rr*d.Width+cc] = 255
			}
		}
	}
	return cells
}

package terrain

import (
	"testing"

	"marsad/geo"
)

// BenchmarkViewshed is a 20 km disc at 30 m, 1.4 million cells. The second
// figure is gdal_viewshed's own processing over ours, in the same run: its wall
// time less that of the same call over a range of one cell.
func BenchmarkViewshed(b *testing.B) {
	d := moderate(1401)
	v := Viewer{Column: 700, Row: 700, Height: 30, TargetHeight: 1.8, Range: 20_000, Refraction: 0.14286}
	for b.Loop() {
		if _, err := d.Viewshed(v, false); err != nil {
			b.Fatal(err)
		}
	}
	ours := b.Elapsed().Seconds() / float64(b.N)
	b.ReportMetric(1_396_000/ours/1e6, "Mcells/s")
	needGDAL(b)
	file := saveDEM(b, d)
	short := v
	short.Range = 30
	best := 1e9
	for range 5 {
		_, whole := runGDAL(b, d, file, v)
		_, start := runGDAL(b, d, file, short)
		best = min(best, (whole - start).Seconds())
	}
	b.ReportMetric(best/ours, "×faster-than-gdal")
}

func ground(b *testing.B) *Surface {
	s, err := NewSurface(3, NewRelief(1))
	if err != nil {
		b.Fatal(err)
	}
	return s
}

// BenchmarkPatch gathers 20 km around a tower on ground that is at hand.
func BenchmarkPatch(b *testing.B) {
	s := ground(b)
	for b.Loop() {
		if _, err := s.Patch(geo.Point{Lat: 36, Lon: 41.4}, 20_000); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkFan is one ray of 20 km at 60 m.
func BenchmarkFan(b *testing.B) {
	s := ground(b)
	at := geo.Point{Lat: 36, Lon: 41.4}
	p, err := s.Patch(at, 20_000)
	if err != nil {
		b.Fatal(err)
	}
	sight := p.Look(at, p.At(at)+30, Refraction)
	out := make([]float64, 333)
	for b.Loop() {
		sight.Fan(1, 60, out)
	}
}

// BenchmarkRelief makes one tile of 5 minutes at 3″.
func BenchmarkRelief(b *testing.B) {
	r := NewRelief(1)
	w := Window{West: 41, South: 36, Step: 1. / 1200, Columns: 100, Rows: 100}
	cells := make([]float32, 10_000)
	for b.Loop() {
		fillVoid(cells)
		if err := r.Fill(w, cells); err != nil {
			b.Fatal(err)
		}
	}
}

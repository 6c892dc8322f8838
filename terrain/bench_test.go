package terrain

import (
	"testing"

	"marsad/geo"
)

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

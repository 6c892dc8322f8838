package border

import (
	"math"
	"math/rand/v2"
	"testing"

	"marsad/geo"
)

func TestTheLineIs603Point7Km(t *testing.T) {
	a := Default()
	if got := a.Length(); math.Abs(got-603_711) > 1 {
		t.Errorf("the axis is %.3f m long, want 603,711", got)
	}
	if got := len(a.Vertices()); got != 865 {
		t.Errorf("the axis has %d vertices, want 865", got)
	}
}

func points(n int, within float64) []geo.Point {
	a := Default()
	r := rand.New(rand.NewPCG(1, 2))
	p := make([]geo.Point, n)
	for i := range p {
		p[i] = a.Place(Chainage(r.Float64()*a.Length()), Offset((2*r.Float64()-1)*within))
	}
	return p
}

func BenchmarkLocate500m(b *testing.B) { benchmarkLocate(b, 500) }
func BenchmarkLocate5km(b *testing.B)  { benchmarkLocate(b, 5000) }
func BenchmarkLocate20km(b *testing.B) { benchmarkLocate(b, 20000) }

func benchmarkLocate(b *testing.B, within float64) {
	a, p := Default(), points(1<<14, within)
	sum := 0.0
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		sum += float64(a.Locate(p[i&(1<<14-1)]).Chainage)
		i++
	}
	if math.IsNaN(sum) {
		b.Fatal("NaN")
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds()/1e6, "M/s")
}

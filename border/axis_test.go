package border

import (
	"encoding/json"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"marsad/geo"
)

func TestTheLine(t *testing.T) {
	a := Default()
	if got := a.Length(); math.Abs(got-603_711) > 1 {
		t.Errorf("the axis is %.3f m long, want 603,711", got)
	}
	v := a.Vertices()
	if len(v) != 865 || len(a.Chainages()) != 865 {
		t.Errorf("the axis has %d vertices and %d chainages, want 865", len(v), len(a.Chainages()))
	}
	if want := (geo.Point{Lat: 37.112701, Lon: 42.34943}); v[0] != want {
		t.Errorf("it begins at %v, want the northern tri-point %v", v[0], want)
	}
	if want := (geo.Point{Lat: 33.373486, Lon: 38.792976}); v[len(v)-1] != want {
		t.Errorf("it ends at %v, want the southern tri-point %v", v[len(v)-1], want)
	}
	if a.Version() != "1" {
		t.Errorf("version %q, want 1", a.Version())
	}
}

// The reference was derived from the same source by other code.
func TestTheLineAgreesWithTheReference(t *testing.T) {
	path := filepath.Join("..", "..", "shared", "data", "border", "osm_tzf-rel_2023d.geojson")
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("the evaluation data is not here (%s): the committed axis is compared with nothing", path)
	}
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Features []json.RawMessage `json:"features"`
	}
	var feature map[string]any
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(file.Features[0], &feature); err != nil {
		t.Fatal(err)
	}
	feature["properties"] = map[string]any{"version": "reference"}
	data, err = json.Marshal(feature)
	if err != nil {
		t.Fatal(err)
	}
	reference, err := ReadAxis(data)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(reference.Vertices(), Default().Vertices()); diff != "" {
		t.Errorf("reference (-) against committed (+):\n%s", diff)
	}
}

func TestAtWalksTheLine(t *testing.T) {
	a := Default()
	for i, s := range a.Chainages() {
		if got := geo.Distance(a.At(Chainage(s)), a.Vertices()[i]); got > 1e-6 {
			t.Fatalf("vertex %d is %v m from its own chainage", i, got)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		c := drawChainage(t, a)
		step := math.Min(rapid.Float64Range(0.5, 50).Draw(t, "step"), a.Length()-float64(c))
		next := c + Chainage(step)
		// The way along the line is never shorter than the straight way, and as
		// long where no vertex lies between.
		straight := geo.Distance(a.At(c), a.At(next))
		if straight > step+1e-4 {
			t.Fatalf("%v m along the line are %v m of ground", step, straight)
		}
		if a.edge(float64(c)) == a.edge(float64(next)) {
			if math.Abs(straight-step) > 1e-4 {
				t.Fatalf("on one edge %v m along the line are %v m of ground", step, straight)
			}
			// The tangent points there.
			if ahead := geo.Direct(a.At(c), step, a.Tangent(c)); geo.Distance(ahead, a.At(next)) > 1e-3 {
				t.Fatalf("the tangent at %v misses the line by %v m", c, geo.Distance(ahead, a.At(next)))
			}
		}
	})
}

func TestChainagesOffTheAxisGiveItsEnds(t *testing.T) {
	a := Default()
	first, last := a.Vertices()[0], a.Vertices()[864]
	for c, want := range map[Chainage]geo.Point{
		-5: first, Chainage(math.Inf(-1)): first, Chainage(math.NaN()): first,
		Chainage(a.Length()): last, 1e9: last, Chainage(math.Inf(1)): last,
	} {
		if got := a.At(c); got != want {
			t.Errorf("At(%v) = %v, want the end %v", float64(c), got, want)
		}
		if got := a.Tangent(c); math.IsNaN(got) {
			t.Errorf("Tangent(%v) is not a number", float64(c))
		}
	}
}

func TestLineOfAStretch(t *testing.T) {
	a := Default()
	rapid.Check(t, func(t *rapid.T) {
		s := Span{drawChainage(t, a), drawChainage(t, a)}
		line := a.Line(s)
		length := 0.0
		for i := 1; i < len(line); i++ {
			length += geo.Distance(line[i-1], line[i])
		}
		if math.Abs(length-s.Length()) > 1e-3 {
			t.Fatalf("the line of %v is %v m long, want %v", s, length, s.Length())
		}
		if geo.Distance(line[0], a.At(s.From)) > 1e-6 {
			t.Fatalf("the line of %v begins at %v", s, line[0])
		}
	})
}

func TestNewAxisRefuses(t *testing.T) {
	p := func(lat, lon float64) geo.Point { return geo.Point{Lat: lat, Lon: lon} }
	for name, c := range map[string]struct {
		version string
		points  []geo.Point
	}{
		"no version":         {"", []geo.Point{p(35, 41), p(35, 42)}},
		"no vertices":        {"x", nil},
		"one vertex":         {"x", []geo.Point{p(35, 41)}},
		"not a number":       {"x", []geo.Point{p(35, 41), p(math.NaN(), 42)}},
		"off the pole":       {"x", []geo.Point{p(35, 41), p(95, 42)}},
		"twice a point":      {"x", []geo.Point{p(35, 41), p(35, 41), p(35, 42)}},
		"half the way round": {"x", []geo.Point{p(35, 41), p(-35, -139)}},
	} {
		if _, err := NewAxis(c.version, c.points); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestAnAxisDoesNotKeepTheCallersVertices(t *testing.T) {
	points := []geo.Point{{Lat: 36, Lon: 41}, {Lat: 35, Lon: 41}}
	a, err := NewAxis("x", points)
	if err != nil {
		t.Fatal(err)
	}
	points[0].Lat = 0
	a.Vertices()[1].Lat = 0
	if got := a.At(0).Lat; got != 36 {
		t.Errorf("the axis begins at latitude %v after the caller's slice changed", got)
	}
}

func FuzzReadAxis(f *testing.F) {
	f.Add([]byte(`{"type":"Feature","properties":{"version":"x"},"geometry":{"type":"LineString","coordinates":[[41,36],[41,35.9],[41.1,35.8]]}}`))
	f.Add([]byte(`{"type":"Feature","properties":{"version":"x"},"geometry":{"type":"LineString","coordinates":[[41],[]]}}`))
	f.Add([]byte(`{"type":"Feature","geometry":null}`))
	f.Add([]byte(`{"type":"Feature","properties":{"version":"x"},"geometry":{"type":"LineString","coordinates":[[41,36],[41.001,36],[41,36]]}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := ReadAxis(data)
		if err != nil {
			return
		}
		half := Chainage(a.Length() / 2)
		if l := a.Locate(a.At(half)); math.Abs(float64(l.Offset)) > 1 {
			t.Errorf("the middle of the axis lies %v m off it", float64(l.Offset))
		}
	})
}

func drawChainage(t *rapid.T, a *Axis) Chainage {
	return Chainage(rapid.Float64Range(0, a.Length()).Draw(t, "chainage"))
}

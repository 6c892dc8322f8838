package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"marsad/engine/config"
	"marsad/say"
)

const farm = `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"farm","height":6},"geometry":{"type":"Polygon","coordinates":[[[42.1,36.8],[42.2,36.8],[42.2,36.9],[42.1,36.8]]]}}]}`

// A file of dwellings is taken whole or refused whole, with the feature that is
// wrong: a mask that is missing or elsewhere shows a home.
func TestDwellingsThatCannotBeReadAreRefused(t *testing.T) {
	for name, c := range map[string]struct{ from, to, why string }{
		"polygon":        {"", "", ""},
		"height above":   {"[42.1,36.8],[42.2,36.8]", "[42.1,36.8,385],[42.2,36.8,385]", ""},
		"a hole":         {"[42.1,36.8]]]", "[42.1,36.8]],[[42.15,36.81],[42.16,36.81],[42.16,36.82],[42.15,36.81]]]", ""},
		"point":          {"Polygon", "Point", "feature 1 is no Polygon"},
		"swapped":        {"42.", "142.", ""}, // latitude 36, longitude 142: on the Earth
		"off the Earth":  {"36.", "136.", "longitude comes first"},
		"one of two":     {"]]]}}", `]]]}},{"geometry":{"type":"LineString","coordinates":[]}}`, "feature 2 is no Polygon"},
		"half a corner":  {"[42.2,36.8]", "[42.2]", "without longitude and latitude"},
		"open":           {"[42.2,36.9],[42.1,36.8]", "[42.2,36.9],[42.1,36.7]", "not closed"},
		"two corners":    {"[42.2,36.8],[42.2,36.9],", "", "fewer than three corners"},
		"too high":       {`"height":6`, `"height":600`, "600 m high"},
		"below":          {`"height":6`, `"height":-6`, "-6 m high"},
		"no JSON":        {"{", "[", "no GeoJSON"},
		"one feature":    {"FeatureCollection", "Feature", "no GeoJSON FeatureCollection"},
		"no feature":     {farm, `{"type":"FeatureCollection","features":[]}`, "has no feature"},
		"another object": {farm, `{}`, "no GeoJSON FeatureCollection"},
	} {
		d, err := readDwellings([]byte(strings.ReplaceAll(farm, c.from, c.to)))
		if c.why == "" && (err != nil || len(d) != 1 || d[0].Height != 6 || len(d[0].Outline) != 4 || d[0].Outline[0].Lat != 36.8) ||
			c.why != "" && (err == nil || !strings.Contains(err.Error(), c.why)) {
			t.Errorf("%s: %+v, %v", name, d, err)
		}
	}
}

// What is wrong is said with the file's name, and what to do.
func TestARefusedFileOfDwellingsIsNamed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "homes.geojson")
	c := config.Default()
	c.Dwellings = file
	for _, b := range []string{"", `{"type":"FeatureCollection","features":[{"geometry":{"type":"Point"}}]}`} {
		if b != "" {
			if err := os.WriteFile(file, []byte(b), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		_, _, err := Cameras(c)
		if e := say.As(err); err == nil || !strings.Contains(e.Text.En, "homes.geojson") || !strings.Contains(e.Text.Ar, "homes.geojson") || e.Hint.Ar == "" {
			t.Errorf("%q: %v", b, err)
		}
	}
}

func FuzzDwellings(f *testing.F) {
	f.Add([]byte(farm))
	f.Add([]byte(`{"type":"FeatureCollection","features":[{"geometry":{"type":"Polygon","coordinates":[[[1],[2],[3],[1]]]}}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		dwellings, err := readDwellings(b)
		if (err == nil) != (len(dwellings) > 0) {
			t.Fatalf("%d dwellings and %v", len(dwellings), err)
		}
		for _, d := range dwellings {
			if len(d.Outline) < 4 || d.Outline[0] != d.Outline[len(d.Outline)-1] || !(d.Height >= 0 && d.Height <= mostHeight) {
				t.Fatalf("%+v", d)
			}
			for _, p := range d.Outline {
				if !p.Valid() {
					t.Fatalf("%+v", d)
				}
			}
		}
	})
}

// Command generate derives the axis of the border from OpenStreetMap.
//
// In: the time-zone polygons of github.com/ringsaturn/tzf-rel, pinned in this
// folder's own go.mod (90 MB; Marsad itself never needs them). Out: the shared
// edge of the zones Asia/Baghdad and Asia/Damascus, which is the border of Iraq
// and Syria, north to south, as GeoJSON. It simplifies and moves nothing:
// coordinates are those of the polygons, at six decimals (0.1 m), which is
// finer than the single precision they are kept in there.
//
//	cd border/generate && go run . -o ../data/axis-1.geojson
package main

import (
	"flag"
	"fmt"
	"os"

	tzfrel "github.com/ringsaturn/tzf-rel"
)

const (
	home  = "Asia/Baghdad"
	other = "Asia/Damascus"
)

func main() {
	out := flag.String("o", "", "file to write; standard output if empty")
	flag.Parse()
	if err := run(*out); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func run(out string) error {
	text, err := axis(tzfrel.FullData)
	if err != nil {
		return err
	}
	if out == "" {
		_, err = os.Stdout.Write(text)
		return err
	}
	return os.WriteFile(out, text, 0o644)
}

// axis gives the GeoJSON of the axis from the bytes of the time-zone polygons.
func axis(data []byte) ([]byte, error) {
	zones, err := readZones(data, home, other)
	if err != nil {
		return nil, err
	}
	line, err := sharedEdge(zones[home], zones[other])
	if err != nil {
		return nil, fmt.Errorf("%s and %s: %w", home, other, err)
	}
	return geojson(line), nil
}

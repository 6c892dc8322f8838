package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	tzfrel "github.com/ringsaturn/tzf-rel"
)

func TestTheCommittedAxisIsWhatTheSourceGives(t *testing.T) {
	want, err := os.ReadFile(filepath.Join("..", "data", "axis-1.geojson"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := axis(tzfrel.FullData)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("border/data/axis-1.geojson differs from what the source gives: make it again, or as a new version")
	}
}

func square(x, y float32) ring {
	return ring{{x, y}, {x + 1, y}, {x + 1, y + 1}, {x, y + 1}, {x, y}}
}

func TestSharedEdge(t *testing.T) {
	left, right := square(0, 0), square(1, 0)
	line, err := sharedEdge([]ring{left}, []ring{right})
	if err != nil {
		t.Fatal(err)
	}
	if len(line) != 2 || line[0] != (vertex{1, 1}) || line[1] != (vertex{1, 0}) {
		t.Errorf("the edge is %v, want (1,1) to (1,0), north to south", line)
	}
	if _, err := sharedEdge([]ring{left}, []ring{square(5, 5)}); err == nil {
		t.Error("squares apart share an edge")
	}
	// The square between two others shares an edge on either side.
	if _, err := sharedEdge([]ring{left, square(2, 0)}, []ring{right}); err == nil {
		t.Error("two separate edges were taken for one")
	}
}

func TestTheEdgeMayPassTheRingsBeginning(t *testing.T) {
	a := ring{{0, 0}, {1, 0}, {1, 1}, {1, 2}, {0, 2}}
	b := ring{{1, 1}, {1, 2}, {2, 2}, {2, 0}, {1, 0}} // begins in the middle of the edge
	line, err := sharedEdge([]ring{a}, []ring{b})
	if err != nil || len(line) != 3 || line[0] != (vertex{1, 2}) || line[2] != (vertex{1, 0}) {
		t.Errorf("the edge is %v, %v", line, err)
	}
}

func TestReadZonesRefuses(t *testing.T) {
	for name, data := range map[string][]byte{
		"nothing":     nil,
		"cut short":   tzfrel.FullData[:1000],
		"not a field": {0xff, 0xff, 0xff},
	} {
		if _, err := readZones(data, home); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

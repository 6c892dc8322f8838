package main

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
)

// sharedEdge gives the one line that two zones have in common, north to south.
func sharedEdge(a, b []ring) ([]vertex, error) {
	edges := map[[2]vertex]bool{}
	for _, r := range a {
		for i, v := range r {
			next := r[(i+1)%len(r)]
			edges[[2]vertex{v, next}] = true
			edges[[2]vertex{next, v}] = true
		}
	}
	var lines [][]vertex
	for _, r := range b {
		lines = append(lines, runs(open(r), edges)...)
	}
	switch len(lines) {
	case 0:
		return nil, errors.New("no edge in common")
	case 1:
	default:
		return nil, fmt.Errorf("%d separate edges in common, one expected", len(lines))
	}
	line := lines[0]
	if line[0].lat < line[len(line)-1].lat {
		slices.Reverse(line)
	}
	return line, nil
}

// open drops the last vertex of a ring if it repeats the first.
func open(r ring) ring {
	if n := len(r); n > 1 && r[0] == r[n-1] {
		return r[:n-1]
	}
	return r
}

// runs gives the longest stretches of an open ring whose edges are all in the
// set; a stretch may pass the ring's beginning.
func runs(r ring, edges map[[2]vertex]bool) [][]vertex {
	n := len(r)
	in := func(i int) bool { return edges[[2]vertex{r[i%n], r[(i+1)%n]}] }
	start := 0
	for start < n && in(start) {
		start++
	}
	var lines [][]vertex
	for i := start; i < start+n; i++ {
		if !in(i) {
			continue
		}
		if i == start || !in(i-1) {
			lines = append(lines, []vertex{r[i%n]})
		}
		last := len(lines) - 1
		lines[last] = append(lines[last], r[(i+1)%n])
	}
	return lines
}

// geojson writes the line, one vertex to a text line so that two versions can
// be compared by eye.
func geojson(line []vertex) []byte {
	var b bytes.Buffer
	b.WriteString(`{
  "type": "Feature",
  "properties": {
    "version": "1",
    "name": "Iraq-Syria, north to south",
    "source": "OpenStreetMap through timezone-boundary-builder 2023d, Go module github.com/ringsaturn/tzf-rel v0.0.2023-d1",
    "attribution": "© OpenStreetMap contributors",
    "licence": "ODbL 1.0, https://opendatacommons.org/licenses/odbl/1-0/",
    "note": "not a legal boundary"
  },
  "geometry": {
    "type": "LineString",
    "coordinates": [
`)
	for i, v := range line {
		comma := ","
		if i == len(line)-1 {
			comma = ""
		}
		fmt.Fprintf(&b, "      [%.6f, %.6f]%s\n", v.lon, v.lat, comma)
	}
	b.WriteString("    ]\n  }\n}\n")
	return b.Bytes()
}

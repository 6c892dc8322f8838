package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"marsad/detect/view"
	"marsad/geo"
)

// mostHeight of a dwelling in metres, as for one that is drawn on the page.
const mostHeight = 200.0

// Dwellings reads the configuration's file of homes that no camera may look into.
func Dwellings(file string) ([]view.Dwelling, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, cameraError("dwellings: the file cannot be read: "+file, err)
	}
	dwellings, err := readDwellings(b)
	if err != nil {
		return nil, cameraError("dwellings: "+file+" is refused: "+err.Error(), err)
	}
	return dwellings, nil
}

// readDwellings reads the polygons of a GeoJSON feature collection (RFC 7946):
// name and height in metres are properties, corners longitude and latitude in
// degrees. Whatever is no polygon refuses the file: a mask that is silently
// missing, or somewhere else, shows somebody's home.
func readDwellings(b []byte) ([]view.Dwelling, error) {
	var file struct {
		Type     string `json:"type"`
		Features []struct {
			Properties struct {
				Name   string  `json:"name"`
				Height float64 `json:"height"`
			} `json:"properties"`
			Geometry struct {
				Type        string        `json:"type"`
				Coordinates [][][]float64 `json:"coordinates"`
			} `json:"geometry"`
		} `json:"features"`
	}
	if err := json.Unmarshal(b, &file); err != nil {
		return nil, fmt.Errorf("it is no GeoJSON of polygons: %w", err)
	}
	if file.Type != "FeatureCollection" || len(file.Features) == 0 {
		return nil, errors.New("it is no GeoJSON FeatureCollection, or has no feature; leave out dwellings: where there are none")
	}
	var out []view.Dwelling
	for i, f := range file.Features {
		wrong := func(why string) error { return fmt.Errorf("feature %d %s", i+1, why) }
		if f.Geometry.Type != "Polygon" || len(f.Geometry.Coordinates) == 0 {
			return nil, wrong("is no Polygon")
		}
		// The outer ring alone: what a yard encloses is part of the home.
		ring := f.Geometry.Coordinates[0]
		if len(ring) < 4 {
			return nil, wrong("has fewer than three corners and the first again")
		}
		if h := f.Properties.Height; h < 0 || h > mostHeight {
			return nil, wrong(fmt.Sprintf("is %g m high: 0 to %g are possible", h, mostHeight))
		}
		d := view.Dwelling{ID: fmt.Sprintf("%d %s", i+1, f.Properties.Name), Height: f.Properties.Height}
		for _, p := range ring {
			if len(p) < 2 {
				return nil, wrong("has a corner without longitude and latitude")
			}
			point, err := geo.NewPoint(p[1], p[0])
			if err != nil {
				return nil, wrong("has a corner that is not on the Earth: longitude comes first, then latitude")
			}
			d.Outline = append(d.Outline, point)
		}
		if d.Outline[0] != d.Outline[len(d.Outline)-1] {
			return nil, wrong("is not closed: its last corner is the first again")
		}
		out = append(out, d)
	}
	return out, nil
}

package main

import (
	"fmt"
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// vertex is a corner of a polygon, as the source keeps it: degrees in single
// precision. Two polygons share a corner if its bits agree.
type vertex struct{ lon, lat float32 }

// ring is a closed outline; the last vertex may repeat the first.
type ring []vertex

// The messages and fields of the source, from tzf's tzinfo.proto:
//
//	Timezones { repeated Timezone timezones = 1; }
//	Timezone  { repeated Polygon polygons = 1; string name = 2; }
//	Polygon   { repeated Point points = 1; repeated Polygon holes = 2; }
//	Point     { float lng = 1; float lat = 2; }
const (
	fieldTimezones = 1
	fieldPolygons  = 1
	fieldName      = 2
	fieldPoints    = 1
	fieldHoles     = 2
	fieldLon       = 1
	fieldLat       = 2
)

// readZones gives all rings of the named zones.
func readZones(data []byte, names ...string) (map[string][]ring, error) {
	wanted := map[string][]ring{}
	for _, n := range names {
		wanted[n] = nil
	}
	err := fields(data, func(num protowire.Number, value []byte) error {
		if num != fieldTimezones {
			return nil
		}
		name, rings, err := readZone(value, wanted)
		if err == nil && rings != nil {
			wanted[name] = rings
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, n := range names {
		if wanted[n] == nil {
			return nil, fmt.Errorf("the source has no zone %s", n)
		}
	}
	return wanted, nil
}

// readZone gives a zone's name, and its rings if it is wanted.
func readZone(data []byte, wanted map[string][]ring) (string, []ring, error) {
	var name string
	var polygons [][]byte
	err := fields(data, func(num protowire.Number, value []byte) error {
		switch num {
		case fieldName:
			name = string(value)
		case fieldPolygons:
			polygons = append(polygons, value)
		}
		return nil
	})
	if err != nil {
		return "", nil, err
	}
	if _, ok := wanted[name]; !ok {
		return name, nil, nil
	}
	var rings []ring
	for _, p := range polygons {
		if rings, err = readPolygon(p, rings); err != nil {
			return "", nil, fmt.Errorf("zone %s: %w", name, err)
		}
	}
	return name, rings, nil
}

func readPolygon(data []byte, rings []ring) ([]ring, error) {
	at := len(rings)
	rings = append(rings, nil)
	err := fields(data, func(num protowire.Number, value []byte) (err error) {
		switch num {
		case fieldPoints:
			var v vertex
			v, err = readPoint(value)
			rings[at] = append(rings[at], v)
		case fieldHoles:
			rings, err = readPolygon(value, rings)
		}
		return err
	})
	return rings, err
}

func readPoint(data []byte) (v vertex, err error) {
	for len(data) > 0 {
		num, typ, n := protowire.ConsumeTag(data)
		if n < 0 {
			return v, protowire.ParseError(n)
		}
		if typ != protowire.Fixed32Type {
			return v, fmt.Errorf("a coordinate of wire type %d", typ)
		}
		bits, m := protowire.ConsumeFixed32(data[n:])
		if m < 0 {
			return v, protowire.ParseError(m)
		}
		switch num {
		case fieldLon:
			v.lon = math.Float32frombits(bits)
		case fieldLat:
			v.lat = math.Float32frombits(bits)
		}
		data = data[n+m:]
	}
	return v, nil
}

// fields calls f with every length-delimited field of a message.
func fields(data []byte, f func(protowire.Number, []byte) error) error {
	for len(data) > 0 {
		num, typ, n := protowire.ConsumeTag(data)
		if n < 0 {
			return protowire.ParseError(n)
		}
		data = data[n:]
		if typ == protowire.BytesType {
			value, m := protowire.ConsumeBytes(data)
			if m < 0 {
				return protowire.ParseError(m)
			}
			if err := f(num, value); err != nil {
				return err
			}
			data = data[m:]
			continue
		}
		m := protowire.ConsumeFieldValue(num, typ, data)
		if m < 0 {
			return protowire.ParseError(m)
		}
		data = data[m:]
	}
	return nil
}

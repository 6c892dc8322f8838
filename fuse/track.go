package fuse

import (
	"time"

	"marsad/geo"
	"marsad/ident"
	"marsad/sense"
)

// Status of a track.
type Status uint8

// The states of a track.
const (
	Tentative Status = iota // existence not yet sure; never shown, never alerted
	Confirmed
	Coasting // confirmed, but not measured for a while
	Ended
)

// String is the state's word.
func (s Status) String() string { return [...]string{"tentative", "confirmed", "coasting", "ended"}[s] }

// MarshalText writes the word.
func (s Status) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the word.
func (s *Status) UnmarshalText(b []byte) error {
	for i, n := range [...]string{"tentative", "confirmed", "coasting", "ended"} {
		if n == string(b) {
			*s = Status(i)
		}
	}
	return nil
}

// Contribution of one sensor to a track.
type Contribution struct {
	Sensor sense.SensorID `json:"sensor"`
	Count  int            `json:"count"` // measurements used so far
	Last   time.Time      `json:"last"`
	// Node is there where the sensor is another fusion node.
	Node *NodeShare `json:"node,omitempty"`
}

// Track is the fused estimate of one moving thing.
type Track struct {
	ID       ident.ID  `json:"id"`
	Status   Status    `json:"status"`
	At       time.Time `json:"at"`    // the instant of the state
	First    time.Time `json:"first"` // first measurement
	LastSeen time.Time `json:"last_seen"`
	Point    geo.Point `json:"point"`
	// East and north velocity in m/s.
	VE float64 `json:"ve"`
	VN float64 `json:"vn"`
	// Covariance of (east m, north m, ve, vn), packed upper triangle:
	// 00 01 02 03 11 12 13 22 23 33.
	Cov       [10]float64   `json:"cov"`
	Existence float64       `json:"existence"`
	Class     sense.Classes `json:"class"`
	Count     float64       `json:"count,omitempty"` // how many, where sensors say so
	// Unit is the own unit that its GPS says it is, Was the one that it said so of
	// until UnitFix, its last fix: too old by now to say who it is. At most one of
	// the two is there, and only Unit is evidence; Was explains.
	Unit      string         `json:"unit,omitempty"`
	Was       string         `json:"was,omitempty"`
	UnitFix   time.Time      `json:"unit_fix,omitzero"`
	Sensors   []Contribution `json:"sensors"`
	Into      ident.ID       `json:"into,omitzero"` // merged into, when Ended
	From      ident.ID       `json:"from,omitzero"` // split from
	Simulated bool           `json:"simulated,omitempty"`
	Revision  uint64         `json:"revision"`
}

// Change is one revision of a track. A receiver keeps the newest by id; Ended is
// the last.
type Change = Track

package barrier

import (
	"marsad/ident"
	"marsad/say"
)

// Rule states what counts, for example when a metre is closed. When is an
// expression in CEL over the layers; see query.go for its words. It is data:
// people edit it, and every total names the rule it was made by.
type Rule struct {
	ID   ident.ID `json:"id"`
	Name say.Text `json:"name"`
	When string   `json:"when"`
	Note string   `json:"note,omitempty"`
}

// DefaultRule is the rule that comes with Marsad: a wall, a camera that works,
// and an inspection within 180 days.
var DefaultRule = Rule{
	ID:   ident.ID{0x01, 0x94, 0x1f, 0x29, 0x7c, 0x00, 0x80, 0x00, 0x80, 0, 0, 0, 0, 0, 0, 0x01},
	Name: say.Text{En: "closed: wall, working camera, inspected within 180 days", Ar: "مغلق: جدار وكاميرا عاملة وفحص خلال \u2066180\u2069 يوماً"},
	When: `stands("wall") && lane("camera-working") && inspected("wall", 180)`,
}

// Denominator is what a share is a share of. No total goes without one.
type Denominator struct {
	Basis  Basis    `json:"basis"`
	Metres float64  `json:"metres"`
	Source say.Text `json:"source"`
}

// Basis says where a denominator comes from.
type Basis string

// The bases.
const (
	BasisMeasured   Basis = "measured"   // along the axis
	BasisCalibrated Basis = "calibrated" // between the operator's surveyed posts
	BasisPublished  Basis = "published"  // as printed somewhere
	BasisPlanned    Basis = "planned"    // the programme's own scope
)

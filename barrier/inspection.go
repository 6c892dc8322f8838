package barrier

import (
	"marsad/geo"
	"marsad/ident"
)

// Inspection is what a person measured on a stretch, with evidence.
type Inspection struct {
	ID   ident.ID `json:"id"`
	Kind Kind     `json:"kind"`
	Stretch
	On        Day        `json:"on"`
	Inspector string     `json:"inspector"`
	Result    Result     `json:"result"`
	Measured  Dimensions `json:"measured,omitzero"`
	// Where is the position of the device that it was entered on.
	Where    *geo.Point `json:"where,omitempty"`
	Piece    ident.ID   `json:"piece,omitzero"`
	WeakSpot ident.ID   `json:"weak_spot,omitzero"`
	Evidence []Evidence `json:"evidence,omitempty"`
	Note     string     `json:"note,omitempty"`
	Marks    []string   `json:"marks,omitempty"`
}

// Result of an inspection.
type Result string

// The results.
const (
	Pass Result = "pass"
	Fail Result = "fail"
)

// WeakSpot is a place where the barrier does not hold, or may not.
type WeakSpot struct {
	ID    ident.ID  `json:"id"`
	Kind  Weakness  `json:"kind"`
	Layer Kind      `json:"layer,omitempty"` // which layer is weak, if one is
	State SpotState `json:"state"`
	Risk  Risk      `json:"risk"`
	Stretch
	Found Finding `json:"found"`
	// Where is the position of the device that it was entered on.
	Where *geo.Point `json:"where,omitempty"`
	// ClosedOn, ClosedBy and ClosedHow are set when it is closed.
	ClosedOn  Day    `json:"closed_on,omitzero"`
	ClosedBy  string `json:"closed_by,omitempty"`
	ClosedHow string `json:"closed_how,omitempty"`
	// Reinspect is when somebody must look again, closed or not.
	Reinspect Day        `json:"reinspect,omitzero"`
	Evidence  []Evidence `json:"evidence,omitempty"`
	Note      string     `json:"note,omitempty"`
	Marks     []string   `json:"marks,omitempty"`
}

// Finding is how a weak spot was found.
type Finding struct {
	On Day    `json:"on"`
	By string `json:"by"` // a person or a unit; "marsad" for an alert
	// How: patrol, inspection, alert, report, imagery.
	How string `json:"how"`
	// Alert is the alert that opened it, none otherwise.
	Alert ident.ID `json:"alert,omitzero"`
}

// Weakness is the kind of a weak spot.
type Weakness string

// The weaknesses.
const (
	Gap          Weakness = "gap"
	Fragile      Weakness = "fragile"
	Breach       Weakness = "breach"
	WashedOut    Weakness = "washed-out-berm"
	SiltedTrench Weakness = "silted-trench"
	Tunnel       Weakness = "tunnel"
	Cave         Weakness = "cave"
	Culvert      Weakness = "culvert"
)

// Weaknesses gives every kind of weak spot.
func Weaknesses() []Weakness {
	return []Weakness{Gap, Fragile, Breach, WashedOut, SiltedTrench, Tunnel, Cave, Culvert}
}

// Risk of a weak spot: of the place, never of a person.
type Risk string

// The risks, in the levels of Regulation (EU) 2019/1896, article 34.
const (
	Low      Risk = "low"
	Medium   Risk = "medium"
	High     Risk = "high"
	Critical Risk = "critical"
)

// Risks gives the risks from the least.
func Risks() []Risk { return []Risk{Low, Medium, High, Critical} }

// SpotState is where a weak spot stands.
type SpotState string

// The states of a weak spot.
const (
	SpotOpen   SpotState = "open"
	SpotRepair SpotState = "under-repair"
	SpotClosed SpotState = "closed"
)

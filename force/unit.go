package force

import (
	"marsad/border"
	"marsad/say"
)

// Unit is a patrol or a reserve that can be asked to go.
type Unit struct {
	ID      string          `json:"id" yaml:"id"`
	Name    say.Text        `json:"name" yaml:"name"`
	Section string          `json:"section" yaml:"section"`
	Home    border.Chainage `json:"home" yaml:"home"` // where it waits
	People  int             `json:"people" yaml:"people"`
	// Node is the sensor id under which its GPS reports: only a node in the
	// roster counts as own force.
	Node string `json:"node" yaml:"node"`
	// Speed in a straight line, m/s: an assumption, not travel time.
	Speed float64 `json:"speed" yaml:"speed"`
	// Check is how often it must report, in seconds; 0 for never overdue.
	Check int `json:"check,omitempty" yaml:"check,omitempty"`
}

// Roster is the units of a force by id, in the operator's order.
type Roster []Unit

// ByNode gives the unit whose GPS reports under a node id, and false for none.
func (r Roster) ByNode(node string) (Unit, bool) {
	for _, u := range r {
		if u.Node == node {
			return u, true
		}
	}
	return Unit{}, false
}

// ByID gives a unit, and false for none.
func (r Roster) ByID(id string) (Unit, bool) {
	for _, u := range r {
		if u.ID == id {
			return u, true
		}
	}
	return Unit{}, false
}

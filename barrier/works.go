package barrier

import (
	"time"

	"marsad/geo"
	"marsad/ident"
	"marsad/say"
)

// Package is a piece of work with a plan: who builds what, where, how fast,
// after what.
type Package struct {
	ID   ident.ID `json:"id"`
	Name say.Text `json:"name"`
	Kind Kind     `json:"kind"`
	Stretch
	State PackageState `json:"state"`
	// Down is set where the work goes against growing chainage.
	Down         bool          `json:"down,omitempty"`
	Predecessors []Predecessor `json:"predecessors,omitempty"`
	Crew         ident.ID      `json:"crew,omitzero"`
	Calendar     ident.ID      `json:"calendar,omitzero"`
	// Rate planned, in metres of finished layer per working day.
	Rate float64 `json:"rate"`
	// Start and Finish are the baseline, fixed when the package is approved.
	Start    Day        `json:"start"`
	Finish   Day        `json:"finish"`
	Budget   Money      `json:"budget,omitzero"`
	Approver string     `json:"approver,omitempty"`
	Evidence []Evidence `json:"evidence,omitempty"`
	Note     string     `json:"note,omitempty"`
	Marks    []string   `json:"marks,omitempty"`
}

// Predecessor is a package that must be ahead of another: its crew keeps at
// least Metres ahead along the line and Days ahead at every metre.
type Predecessor struct {
	Package ident.ID `json:"package"`
	Metres  float64  `json:"metres,omitzero"`
	Days    int      `json:"days,omitzero"`
}

// PackageState is where a package stands.
type PackageState string

// The states of a package.
const (
	PackageDraft    PackageState = "draft"
	PackageApproved PackageState = "approved"
	PackageRunning  PackageState = "running"
	PackagePaused   PackageState = "paused"
	PackageDone     PackageState = "done"
	PackageHanded   PackageState = "handed-over"
	PackageDropped  PackageState = "dropped"
)

// Crew is people and plant that work as one.
type Crew struct {
	ID       ident.ID         `json:"id"`
	Name     say.Text         `json:"name"`
	Unit     string           `json:"unit,omitempty"`
	Rates    map[Kind]float64 `json:"rates"` // metres per working day
	Calendar ident.ID         `json:"calendar,omitzero"`
	Marks    []string         `json:"marks,omitempty"`
}

// Calendar says which days are worked. Holidays of the lunar calendar are
// entered, since they are proclaimed and cannot be computed.
type Calendar struct {
	ID       ident.ID       `json:"id"`
	Name     say.Text       `json:"name"`
	Weekend  []time.Weekday `json:"weekend"`
	Holidays []Holiday      `json:"holidays,omitempty"`
	Marks    []string       `json:"marks,omitempty"`
}

// Holiday is days off, both ends included.
type Holiday struct {
	From Day      `json:"from"`
	To   Day      `json:"to"`
	Name say.Text `json:"name"`
	// Lunar marks those that move through the year; Entered is who put the
	// proclaimed days in.
	Lunar   bool   `json:"lunar,omitempty"`
	Entered string `json:"entered,omitempty"`
}

// Stoppage is days on which a stretch could not be worked, both ends included.
// Until is zero while it lasts.
type Stoppage struct {
	ID    ident.ID `json:"id"`
	Cause Cause    `json:"cause"`
	Stretch
	Since    Day      `json:"since"`
	Until    Day      `json:"until,omitzero"`
	Package  ident.ID `json:"package,omitzero"` // none: every package on the stretch
	Note     string   `json:"note,omitempty"`
	Reporter string   `json:"reporter,omitempty"`
	Marks    []string `json:"marks,omitempty"`
}

// Cause of a stoppage.
type Cause string

// The causes.
const (
	Weather  Cause = "weather"
	Security Cause = "security"
	Material Cause = "material"
	Other    Cause = "other"
)

// Causes gives every cause of a stoppage.
func Causes() []Cause { return []Cause{Weather, Security, Material, Other} }

// DiaryEntry is what one crew did on one package on one day.
type DiaryEntry struct {
	ID      ident.ID `json:"id"`
	Package ident.ID `json:"package"`
	Crew    ident.ID `json:"crew,omitzero"`
	On      Day      `json:"on"`
	Kind    Kind     `json:"kind"`
	// Stretch is what was finished that day; empty where nothing was.
	Stretch
	// Quantity is the metres finished as reported: set beside the span's
	// length, never in its place.
	Quantity float64    `json:"quantity"`
	Cost     Money      `json:"cost,omitzero"`
	Workers  int        `json:"workers,omitzero"`
	Plant    int        `json:"plant,omitzero"`
	Photos   []Evidence `json:"photos,omitempty"`
	// Where is the position of the device that the entry was made on.
	Where *geo.Point `json:"where,omitempty"`
	By    string     `json:"by,omitempty"`
	Note  string     `json:"note,omitempty"`
	Marks []string   `json:"marks,omitempty"`
}

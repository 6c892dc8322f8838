package access

import (
	"slices"

	"marsad/border"
	"marsad/respond"
	"marsad/say"
)

// Role of an account.
type Role = string

// The roles.
const (
	WatchOfficer  Role = "watch-officer"
	Commander     Role = "commander"
	Engineer      Role = "engineer"
	Analyst       Role = "analyst"
	Liaison       Role = "liaison"
	Field         Role = "field"
	Oversight     Role = "oversight"
	Administrator Role = "administrator"
)

// Right to read or manage a kind of thing.
type Right string

// The rights.
const (
	ReadLine      Right = "line"         // axis, sections, places, lanes
	ReadPicture   Right = "picture"      // tracks, units, alerts, the live stream
	ReadSensors   Right = "sensors"      // sensors with their health: a smuggler's map
	ReadCoverage  Right = "coverage"     // what is seen and what is not, gaps and outages: a smuggler's map
	PlanSites     Right = "plan"         // work out sites for new towers, and what a move would change
	SetRisk       Right = "risk"         // state that a stretch of the line matters more or less, on record
	ReadRecord    Right = "record"       // cases, tasks, incidents
	ReadSilenced  Right = "silenced"     // what was kept silent, and by whom
	ReadAudit     Right = "audit"        // the audit chain, refused attempts included
	ReadHead      Right = "head"         // the chain's signed heads: that it stands, not what is in it
	Hold          Right = "hold"         // keep personal data from erasure for a legal reason, on record
	Act           Right = "act"          // take steps in cases; which, respond decides
	CueCamera     Right = "cue"          // ask a camera to look at a point
	ReadCameras   Right = "cameras"      // what cameras show, masked, and what was kept of it
	Unmask        Right = "unmask"       // look behind a mask, for an incident, on record
	ReadMasks     Right = "masks"        // where dwellings are masked
	DrawMasks     Right = "masks-draw"   // mask a dwelling in every picture
	JudgeNuisance Right = "nuisance"     // accept or end an area whose movers are nothing
	FindCameras   Right = "cameras-find" // ask the network which cameras are on it
	Manage        Right = "manage"       // accounts and tokens
	Export        Right = "export"       // take copies away; every one is audited
	Complain      Right = "complain"     // the channel that bypasses the line of command
	ReadWorks     Right = "works"        // the barrier by the metre, weak spots included: a smuggler's map
	StateWorks    Right = "works-state"  // state a fact about the barrier; which step, barrier decides
	ImportWorks   Right = "works-import" // take a file in, or back
	ExportWorks   Right = "works-export" // take the barrier's figures away; every one is audited
)

// rights is the whole table: what is not here is denied.
var rights = map[Role][]Right{
	WatchOfficer:  {ReadLine, ReadPicture, ReadSensors, ReadCoverage, ReadRecord, ReadSilenced, ReadCameras, Act, CueCamera, ReadWorks, StateWorks, Complain},
	Commander:     {ReadLine, ReadPicture, ReadSensors, ReadCoverage, PlanSites, SetRisk, ReadRecord, ReadSilenced, ReadCameras, Unmask, ReadMasks, DrawMasks, JudgeNuisance, Act, CueCamera, Export, ReadWorks, StateWorks, ExportWorks, Complain},
	Engineer:      {ReadLine, ReadSensors, ReadCoverage, PlanSites, ReadMasks, DrawMasks, FindCameras, ReadWorks, StateWorks, ImportWorks, ExportWorks, Complain},
	Analyst:       {ReadLine, ReadPicture, ReadRecord, ReadSilenced, Export, ReadWorks, StateWorks, ImportWorks, ExportWorks, Complain},
	Liaison:       {ReadLine, ReadPicture, ReadRecord, Act, Complain},
	Field:         {ReadLine, ReadPicture, ReadRecord, Act, ReadWorks, StateWorks, Complain},
	Oversight:     {ReadLine, ReadPicture, ReadSensors, ReadCoverage, ReadRecord, ReadSilenced, ReadAudit, ReadHead, Hold, ReadCameras, ReadMasks, Export, Act, ReadWorks, ExportWorks, Complain},
	Administrator: {ReadLine, ReadSensors, ReadHead, Hold, Manage, Complain},
}

// Roles gives the roles in a fixed order.
func Roles() []Role {
	return []Role{WatchOfficer, Commander, Engineer, Analyst, Liaison, Field, Oversight, Administrator}
}

// Account is a person who can sign in.
type Account struct {
	ID       string   `json:"id"`
	Login    string   `json:"login"`
	Name     say.Text `json:"name"`
	Rank     say.Text `json:"rank"`
	Roles    []Role   `json:"roles"`
	Sections []string `json:"sections"` // "*" for the whole line
	Deputy   string   `json:"deputy,omitempty"`
	Off      bool     `json:"off,omitempty"` // may not sign in
	Password string   `json:"password"`      // argon2id, encoded with its parameters
}

// May reports whether the account holds a right.
func (a *Account) May(r Right) bool {
	if a == nil || a.Off {
		return false
	}
	return slices.ContainsFunc(a.Roles, func(role Role) bool { return slices.Contains(rights[role], r) })
}

// Holds reports whether the account has a role.
func (a *Account) Holds(role Role) bool { return a != nil && !a.Off && slices.Contains(a.Roles, role) }

// Everywhere reports whether the account is limited to no section. Oversight
// reads everything, whatever sections an administrator wrote down.
func (a *Account) Everywhere() bool {
	return a != nil && (slices.Contains(a.Sections, "*") || a.Holds(Oversight))
}

// Spans gives the chainages that the account may see, over a table of sections.
func (a *Account) Spans(sections []border.Section, whole border.Span) border.Set {
	if a.Everywhere() {
		return border.NewSet(whole)
	}
	var spans []border.Span
	for _, s := range sections {
		if slices.Contains(a.Sections, s.ID) {
			spans = append(spans, s.Span)
		}
	}
	return border.NewSet(spans...)
}

// Person is the account as the response stage knows people.
func (a *Account) Person() respond.Person {
	return respond.Person{ID: a.ID, Name: a.Name.En, Roles: slices.Clone(a.Roles), Sections: slices.Clone(a.Sections)}
}

package respond

import (
	"time"

	"marsad/assess"
	"marsad/border"
	"marsad/ident"
	"marsad/say"
	"marsad/sense"
)

// State of a case.
type State string

// The states of a case, in the order of the path.
const (
	Open         State = "open"
	Acknowledged State = "acknowledged"
	Verified     State = "verified"
	Classified   State = "classified"
	Proposed     State = "proposed"
	Approved     State = "approved"
	Dispatched   State = "dispatched"
	OnScene      State = "on-scene"
	Outcome      State = "outcome"
	Debriefed    State = "debriefed" // closed
)

// Verb of a person's action.
type Verb string

// What a person can do.
const (
	OpenByHand     Verb = "open"
	Acknowledge    Verb = "acknowledge"
	Verify         Verb = "verify"
	Classify       Verb = "classify"
	Propose        Verb = "propose" // choose or change the unit
	Approve        Verb = "approve"
	Refuse         Verb = "refuse"
	Dispatch       Verb = "dispatch"
	Arrive         Verb = "arrive"
	DeclareRescue  Verb = "declare-rescue"       // officer on the spot, one press
	DeclareDefence Verb = "declare-self-defence" // the same
	ProtectionAsk  Verb = "protection"           // the protection question and its answer
	Refer          Verb = "refer"                // people in need to a partner
	PartnerAck     Verb = "partner-ack"          // the partner acknowledged
	GiveOutcome    Verb = "outcome"
	Debrief        Verb = "debrief"
	Stand          Verb = "stand-down" // end an approved task before arrival, with a reason
	Note           Verb = "note"
	GrantSilence   Verb = "silence"
	EndSilence     Verb = "end-silence"
	Release        Verb = "release"     // a named release of a track to a partner, per incident
	Complain       Verb = "complaint"   // straight to oversight
	HandOver       Verb = "hand-over"   // of people to another State: legal basis, screening, approvers
	EndCustody     Verb = "end-custody" // released or handed over: the custody clock stops
)

// Reopen is what Marsad does to a case with an outcome whose alert then rises:
// no person can ask for it.
const Reopen Verb = "reopen"

// Answers to the protection question.
const (
	AsksProtection = "asks-protection"
	OwnRequest     = "own-request" // to go back, said before an independent witness
	NoFear         = "no-fear"
	NotPossible    = "not-possible" // could not be asked; no answer
)

// Person who acts, as access knows them at the time of the action.
type Person struct {
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	Roles    []string `json:"roles"`
	Sections []string `json:"sections"` // empty: none; "*": all
}

// Action of a person. ID is a UUID v7 made where it entered; a repeated ID does
// nothing and answers as the first time.
type Action struct {
	ID   ident.ID  `json:"id"`
	Verb Verb      `json:"verb"`
	Case ident.ID  `json:"case,omitzero"` // alert id
	By   Person    `json:"by"`
	At   time.Time `json:"at"`

	Unit     string          `json:"unit,omitempty"`     // propose: which unit goes
	To       string          `json:"to,omitempty"`       // refer, release: the partner
	Class    sense.Class     `json:"class,omitempty"`    // classify
	Text     string          `json:"text,omitempty"`     // reason, note, answer
	Answer   string          `json:"answer,omitempty"`   // protection: "asks-protection", "own-request", "no-fear", "not-possible"
	Yes      bool            `json:"yes,omitempty"`      // verify: seen; hand-over: each person was screened for protection
	Witness  string          `json:"witness,omitempty"`  // independent witness of an own request
	Children int             `json:"children,omitempty"` // hand-over: how many are children
	Place    *Place          `json:"place,omitempty"`    // open, declare
	Severity assess.Severity `json:"severity,omitempty"` // open
	Result   *Result         `json:"result,omitempty"`   // outcome
	Silence  *assess.Silence `json:"silence,omitempty"`
}

// Place given by a person: a km post with an offset, or a point.
type Place struct {
	Chainage border.Chainage `json:"chainage"`
	Offset   border.Offset   `json:"offset"`
	Lat      float64         `json:"lat,omitempty"`
	Lon      float64         `json:"lon,omitempty"`
	ByPoint  bool            `json:"by_point,omitempty"`
}

// Counts by result. The vocabulary's list.
type Counts struct {
	Apprehended   int `json:"apprehended"`
	TurnedBack    int `json:"turned_back"` // after contact
	WithdrewAlone int `json:"withdrew_alone"`
	GotAway       int `json:"got_away"`
	Referred      int `json:"referred"` // humanitarian referral
	Released      int `json:"released"` // civilian released
	Animal        int `json:"animal"`
	FalseAlarm    int `json:"false_alarm"`
	OtherForce    int `json:"other_force"`
	Unresolved    int `json:"unresolved"`
}

// Result closes a case: counts with what matters beside them.
type Result struct {
	Counts    Counts `json:"counts"`
	Direction string `json:"direction"` // "inbound", "outbound", "along", "none"
	Children  int    `json:"children"`
	Injured   int    `json:"injured"`
	Dead      int    `json:"dead"`
	Force     bool   `json:"force"` // force was used
	Text      string `json:"text"`
}

// Step that was taken, with its time and the person.
type Step struct {
	Verb   Verb      `json:"verb"`
	From   State     `json:"from"`
	To     State     `json:"to"`
	At     time.Time `json:"at"`
	By     string    `json:"by"` // name; "Marsad" for what software did
	ByID   string    `json:"by_id"`
	Text   string    `json:"text,omitempty"`
	Action ident.ID  `json:"action,omitzero"`
}

// Proposal of one unit for a case, by software or by a person.
type Proposal struct {
	ID       ident.ID        `json:"id"`
	Unit     string          `json:"unit"`
	UnitName say.Text        `json:"unit_name"`
	People   int             `json:"people"`
	From     border.Chainage `json:"from"`
	WaitAt   border.Chainage `json:"wait_at"` // on the home side
	// StraightLine is distance by straight-line speed: not travel time.
	StraightLine time.Duration `json:"straight_line"`
	Metres       float64       `json:"metres"`
	Why          say.Text      `json:"why"`
	Uncovers     say.Text      `json:"uncovers"`
	At           time.Time     `json:"at"`
	By           string        `json:"by"`              // "Marsad" or a person
	Asked        string        `json:"asked,omitempty"` // who is asked to approve
	Answered     bool          `json:"answered,omitempty"`
}

// Task is what a named person approved.
type Task struct {
	ID         ident.ID        `json:"id"`
	Case       ident.ID        `json:"case"`
	Unit       string          `json:"unit"`
	UnitName   say.Text        `json:"unit_name"`
	Section    string          `json:"section"`
	WaitAt     border.Chainage `json:"wait_at"`
	Approver   string          `json:"approver"`
	ApproverID string          `json:"approver_id"`
	ApprovedAt time.Time       `json:"approved_at"`
	Ground     string          `json:"ground"` // "approved", "rescue", "self-defence"
	Dispatched time.Time       `json:"dispatched,omitzero"`
	Arrived    time.Time       `json:"arrived,omitzero"`
	Ended      time.Time       `json:"ended,omitzero"`
}

// Referral of people in need.
type Referral struct {
	Partner string    `json:"partner"`
	At      time.Time `json:"at"`
	By      string    `json:"by"`
	Acked   time.Time `json:"acked,omitzero"`
	AckedBy string    `json:"acked_by,omitempty"`
}

// Approval of one named person.
type Approval struct {
	By   string    `json:"by"`
	ByID string    `json:"by_id"`
	At   time.Time `json:"at"`
}

// Handover of people to another State. It is done only with a legal basis,
// individual protection screening, and as many approvers as it needs.
type Handover struct {
	To        string     `json:"to"`
	Basis     string     `json:"basis"` // the legal basis, in words
	Screened  bool       `json:"screened"`
	Witness   string     `json:"witness,omitempty"`
	Children  int        `json:"children"`
	Needed    int        `json:"needed"` // approvers
	Approvals []Approval `json:"approvals"`
	Done      time.Time  `json:"done,omitzero"`
}

// Custody of apprehended people: a clock that warns and then tells oversight.
type Custody struct {
	Since    time.Time `json:"since"`
	People   int       `json:"people"`
	Warned   time.Time `json:"warned,omitzero"`
	Notified time.Time `json:"notified,omitzero"`
	Ended    time.Time `json:"ended,omitzero"`
	How      string    `json:"how,omitempty"` // "released", "handed-over", "transferred"
	By       string    `json:"by,omitempty"`
}

// TrackRelease is a named release of a live track to a partner, for this
// incident alone. Outside rescue it is delayed and coarsened.
type TrackRelease struct {
	ID      ident.ID  `json:"id"`
	To      string    `json:"to"`
	Why     string    `json:"why"`
	By      string    `json:"by"`
	ByID    string    `json:"by_id"`
	At      time.Time `json:"at"`
	Rescue  bool      `json:"rescue"`
	Delayed bool      `json:"delayed"`
	Coarse  bool      `json:"coarse"`
}

// Case is an alert with what people did about it.
type Case struct {
	Alert          assess.Alert   `json:"alert"`
	State          State          `json:"state"`
	Owner          string         `json:"owner,omitempty"` // who acknowledged
	Class          sense.Class    `json:"class"`           // as a person classified
	Steps          []Step         `json:"steps"`
	Proposals      []Proposal     `json:"proposals,omitempty"`
	Task           *Task          `json:"task,omitempty"`
	Result         *Result        `json:"result,omitempty"`
	Protection     string         `json:"protection,omitempty"` // the answer, empty until asked
	ProtectionText string         `json:"protection_text,omitempty"`
	Referral       *Referral      `json:"referral,omitempty"`
	Handover       *Handover      `json:"handover,omitempty"`
	Custody        *Custody       `json:"custody,omitempty"`
	Releases       []TrackRelease `json:"releases,omitempty"`
	Earlier        []Task         `json:"earlier,omitempty"`         // tasks that ended
	EarlierResults []Result       `json:"earlier_results,omitempty"` // outcomes given before this one
	Witness        string         `json:"witness,omitempty"`         // of an own request
	// AskedAt is when somebody of this case first asked for protection. A later
	// answer does not take it back.
	AskedAt       time.Time   `json:"asked_at,omitzero"`
	CriticalSince time.Time   `json:"critical_since,omitzero"`
	Escalated     []time.Time `json:"escalated,omitempty"`
	Deputy        string      `json:"deputy,omitempty"` // who was called
	Repair        *Repair     `json:"repair,omitempty"` // of an outage
	Revision      uint64      `json:"revision"`
	Updated       time.Time   `json:"updated"`
}

// Repair is the request to mend what an outage lost. It opens with the case and
// is done when every sensor is heard again; what and where are the alert's words.
type Repair struct {
	Sensors []sense.SensorID `json:"sensors"`
	Since   time.Time        `json:"since"`
	Told    []string         `json:"told"`   // roles
	Notice  ident.ID         `json:"notice"` // by which they were told
	Done    time.Time        `json:"done,omitzero"`
}

// Notice is something people must be told: an escalation, a rescue declared, a
// partner to call. It is announced through the outbox, never sent from here.
type Notice struct {
	ID   ident.ID  `json:"id"`
	Case ident.ID  `json:"case,omitzero"`
	Kind string    `json:"kind"` // "escalation", "rescue", "self-defence", "partner", "complaint", "repair"
	To   []string  `json:"to"`   // roles or account ids
	At   time.Time `json:"at"`
	Text say.Text  `json:"text"`
}

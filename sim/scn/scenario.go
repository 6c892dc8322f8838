package scn

import (
	"time"

	"marsad/border"
	"marsad/say"
	"marsad/sense"
)

// Zone is Baghdad's time: three hours ahead of UTC, without summer time.
var Zone = time.FixedZone("Baghdad", 3*60*60)

// Pos is where something stands in the text, both from 1.
type Pos struct{ Line, Col int }

// Scenario is one parsed text. All instants in it are durations since its
// start.
type Scenario struct {
	Name  string
	Title say.Text
	About say.Text
	// Night is the instant at which it starts if nobody says otherwise.
	Night time.Time
	Lasts time.Duration
	Seed  uint64
	// Empty: no simulated sensor at all. Else the estate between From and To.
	Empty    bool
	From, To border.Chainage
	// Roam: patrols move about on their beats; else they wait at home.
	Roam bool

	People   []Person
	Actors   []Actor
	Weather  []Weather
	Failures []Failure
	Faults   []Fault
	Words    []Words
	Acts     []Act
	Expects  []Expect
}

// Person who acts in the script.
type Person struct {
	Pos
	ID       string
	Roles    []string
	Sections []string
	Name     string
}

// Place on the border.
type Place struct {
	Chainage border.Chainage
	Offset   border.Offset
}

// Actor is something that moves.
type Actor struct {
	Pos
	Name  string
	At    time.Duration
	Class sense.Class
	// Count of people, animals or vehicles in each party.
	Count                  int
	Adults, Children, Hurt int
	Parties                int
	Apart                  time.Duration
	Start                  Place
	Out                    string // starts where this actor is, and is counted out of it
	Path                   []Clause
	Recorded               string // file with a recorded movement, laid at Start
	Ends                   bool   // leaves the world at the end of its path
	Harmless               bool   // a nuisance by intention: nobody need be sent
}

// Move is what a clause of a path does.
type Move uint8

// The moves.
const (
	Go     Move = iota // to a place at a speed
	Halt               // for a time, at an offset on the way (HaltAt) or where it is
	Graze              // wander within a radius for a time
	Linger             // stay and work there for a time: digging
)

// Clause of a path.
type Clause struct {
	Pos
	Move     Move
	To       Place
	HasKm    bool // To.Chainage was given; else the actor keeps its own
	Speed    float64
	For      time.Duration
	OnTheWay bool          // Halt at HaltAt on the leg before
	HaltAt   border.Offset // metres
	Radius   float64       // metres, Graze
}

// Weather over a span from a time on.
type Weather struct {
	Pos
	At, Until  time.Duration // Until 0: to the end
	Wind       float64       // m/s; negative: unchanged
	WindFrom   float64       // degrees
	Visibility float64       // metres; 0: unchanged
	From, To   border.Chainage
	Everywhere bool
}

// Failure of sensors.
type Failure struct {
	Pos
	At, Until time.Duration // Until 0: to the end
	// What: "link" with ID or Tower, "tower", "radar", "aerostat", "presence".
	What   string
	ID     string
	Number int
	// Says: the sensor says itself that it is unfit (an aerostat that comes
	// down), else it falls silent.
	Says bool
	// Every: it comes back and fails again in this rhythm; 0 for once.
	Every time.Duration
}

// Fault of a sensor that goes on reporting and does not know of it.
type Fault struct {
	Pos
	At, Until time.Duration // Until 0: to the end
	What      string        // "tower" or "radar"
	Number    int
	Turned    float64       // rad, clockwise
	Covered   bool          // it goes on declaring what it looks at, and sees nothing
	Clock     time.Duration // ahead of true time
}

// Takes reports whether the fault is that of a sensor of a kind and number.
func (f *Fault) Takes(kind sense.Kind, number int) bool {
	return failing[f.What] == kind && f.Number == number
}

var failing = map[string]sense.Kind{"tower": sense.Camera, "radar": sense.Radar, "aerostat": sense.Aerostat, "presence": sense.Presence}

// Takes reports whether the failure names a sensor by its kind and number. A
// link names none: who hangs on it, the estate knows.
func (f *Failure) Takes(kind sense.Kind, number int) bool {
	k, known := failing[f.What]
	return known && k == kind && f.Number == number
}

// Words that reach the watch room from a person or another force.
type Words struct {
	Pos
	At    time.Duration
	Claim bool // unverified message of another force; else own radio
	From  string
	Place Place
	Text  say.Text
}

// Subject of an act or an expectation: which alert is meant.
type Subject struct {
	Pos
	Actor string          // the alert on this actor
	Rule  string          // the alert of this rule
	Hand  bool            // opened by hand
	Near  border.Chainage // within 3 km, when HasKm
	HasKm bool
}

// Act of a scripted person.
type Act struct {
	Pos
	At       time.Duration
	Person   string
	Verb     string // in the words of the response stage: open, acknowledge, approve
	On       Subject
	Severity string          // open
	Class    sense.Class     // classify
	Place    Place           // open
	Unit     string          // propose: "nearest", or a unit's id
	UnitNear border.Chainage // propose: the unit that waits there
	To       string          // refer, partner-ack
	Answer   string          // protection, end-custody
	Counts   map[string]int  // outcome: result → people
	Children int
	Injured  int
	Dead     int
	Force    bool
	Going    string // direction: inbound, outbound, along, none
	Text     string
}

// What an expectation is about.
type About string

// The things that can be expected.
const (
	Alerts     About = "alert"
	Tasks      About = "task"
	Reached    About = "state" // the case reached a state
	UnitAtHome About = "unit"  // the tasked unit waits on the home side
	OutcomeOf  About = "outcome"
	PartnerIs  About = "partner" // told or acknowledged
	LostOnes   About = "lost"    // so many sensors are known to be lost
	Dark       About = "dark"    // metres not shown as seen
	StepSays   About = "step"    // one of the first two written steps says
	NoteSays   About = "note"    // a note on the case says
	WordIn     About = "word"    // a word anywhere people read
	Unapproved About = "unapproved"
	TracksIn   About = "track" // confirmed tracks with no actor near
	Hidden     About = "suppressed"
)

// Expect is something that must follow, or with Never must not.
type Expect struct {
	Pos
	Text  string // the statement as written
	Never bool
	About About
	On    Subject
	// AtLeast and AtMost bound a count; AtMost < 0 is no bound.
	AtLeast, AtMost int
	Severity        string
	Class           sense.Class
	HasClass        bool
	From, To        border.Chainage // span, when HasSpan
	HasSpan         bool
	After, By       time.Duration // By 0: the end
	UnitNear        border.Chainage
	HasUnitNear     bool
	State           string
	Counts          map[string]int
	Said            string // word, step, note; "told" or "acknowledged"
}

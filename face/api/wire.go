package api

import (
	"time"

	"marsad/assess"
	"marsad/fuse"
	"marsad/respond"
	"marsad/say"
)

// The rows of the live picture, small enough for five batches a second.

// TrackRow is a track on the wire. Lengths in metres, speeds in m/s, angles in
// degrees clockwise from true north, times in Unix milliseconds.
type TrackRow struct {
	ID        string  `json:"id"`
	Status    string  `json:"status"` // confirmed, coasting
	At        int64   `json:"at"`
	First     int64   `json:"first"`
	Lat       float64 `json:"lat"`
	Lon       float64 `json:"lon"`
	Km        float64 `json:"km"`     // chainage in metres
	Offset    float64 `json:"offset"` // metres, positive on the home side
	Speed     float64 `json:"speed"`
	Heading   float64 `json:"heading"`
	Major     float64 `json:"major"` // 95 % ellipse, semi-axes in metres
	Minor     float64 `json:"minor"`
	Tilt      float64 `json:"tilt"` // azimuth of the major axis
	Existence float64 `json:"existence"`
	Class     string  `json:"class"`
	Share     float64 `json:"share"` // of the class
	Count     float64 `json:"count,omitempty"`
	Unit      string  `json:"unit,omitempty"`     // id of the own unit that its GPS says it is
	Was       string  `json:"was,omitempty"`      // id of the own unit that its GPS said it was, until unit_fix; who it is now is not known
	UnitFix   int64   `json:"unit_fix,omitempty"` // the unit's last fix
	Sensors   int     `json:"sensors"`
	Alert     string  `json:"alert,omitempty"` // id of its alert
	Simulated bool    `json:"simulated,omitempty"`
}

// TrackDetail explains a track.
type TrackDetail struct {
	TrackRow
	Where assess.Where `json:"where"`
	// Seen is the last measurement; what is shown of a later instant is predicted.
	Seen          int64              `json:"seen"`
	Classes       map[string]float64 `json:"classes"`
	Contributions []SensorShare      `json:"contributions"`
	// From is the track that it parted from, if it did.
	From string `json:"from,omitempty"`
	// History, oldest first: [unix ms, lat, lon, major, minor, tilt].
	History [][6]float64 `json:"history"`
	// Turns, oldest first: when its standing changed.
	Turns []TrackTurn `json:"turns"`
}

// TrackTurn is when a track's standing changed, and the other track that it was
// about.
type TrackTurn struct {
	At    int64  `json:"at"`
	What  string `json:"what" enum:"confirmed,coasting,seen,merged,split"`
	Other string `json:"other,omitempty"`
}

// SensorShare is what one sensor gave to a track.
type SensorShare struct {
	Sensor string `json:"sensor"`
	Name   string `json:"name"`
	Kind   string `json:"kind"`
	Count  int    `json:"count"`
	Last   int64  `json:"last"`
	// Node is there where the sensor is another fusion node.
	Node *fuse.NodeShare `json:"node,omitempty"`
}

// AlertRow is an alert with the state of its case, as the queue shows it.
type AlertRow struct {
	ID        string   `json:"id"`
	Number    string   `json:"number"` // the incident's number, for people: day and five letters of the id
	Rule      string   `json:"rule"`
	Severity  string   `json:"severity"`
	State     string   `json:"state"`
	Title     say.Text `json:"title"`
	Km        float64  `json:"km"`
	Offset    float64  `json:"offset"`
	From      float64  `json:"from,omitempty"` // span, when it has one
	To        float64  `json:"to,omitempty"`
	HasKm     bool     `json:"has_km"`
	Lat       float64  `json:"lat"`
	Lon       float64  `json:"lon"`
	MGRS      string   `json:"mgrs"`
	Near      say.Text `json:"near"`
	Section   string   `json:"section"`
	Opened    int64    `json:"opened"`
	Updated   int64    `json:"updated"`
	Ended     int64    `json:"ended,omitempty"`
	LineAt    int64    `json:"line_at,omitempty"` // when it reaches the line, Unix ms
	Sure      float64  `json:"sure"`
	Class     string   `json:"class"`
	Count     float64  `json:"count,omitempty"`
	Owner     string   `json:"owner,omitempty"`
	Tracks    []string `json:"tracks,omitempty"`
	Escalated int      `json:"escalated,omitempty"`
	Sound     bool     `json:"sound,omitempty"`    // critical and nobody acknowledged
	Proposal  bool     `json:"proposal,omitempty"` // one waits for an answer
	Asked     string   `json:"asked,omitempty"`    // account id who is asked
	ByHand    bool     `json:"by_hand,omitempty"`
	Simulated bool     `json:"simulated,omitempty"`
	Closed    bool     `json:"closed,omitempty"`
	Revision  uint64   `json:"revision"`
}

// AlertDetail is the whole case with what can be done next by the asker.
type AlertDetail struct {
	Row  AlertRow     `json:"row"`
	Case respond.Case `json:"case"`
	// Allowed verbs for this account in this state; the first is the next step
	// of the procedure.
	Allowed []Allowed `json:"allowed"`
	// Units that could go, nearest first: the same form as a proposal.
	Candidates []respond.Proposal `json:"candidates"`
	// People are the names of the accounts that the case names by id: who is asked
	// to approve, who approved, who was called.
	People map[string]say.Text `json:"people,omitempty"`
}

// Allowed is one thing the asker may do now, and if not, why not.
type Allowed struct {
	Verb   respond.Verb `json:"verb"`
	OK     bool         `json:"ok"`
	WhyNot say.Text     `json:"why_not,omitzero"`
}

// SensorRow is a sensor on the wire.
type SensorRow struct {
	ID        string  `json:"id"`
	Name      string  `json:"name"`
	Kind      string  `json:"kind"`
	Health    string  `json:"health"`
	Since     int64   `json:"since"`
	Lat       float64 `json:"lat"`
	Lon       float64 `json:"lon"`
	Km        float64 `json:"km"`
	Offset    float64 `json:"offset"`
	Range     float64 `json:"range"`
	Mount     string  `json:"mount,omitempty"`
	Link      string  `json:"link,omitempty"`
	CanLookAt bool    `json:"can_look_at,omitempty"`
	Simulated bool    `json:"simulated,omitempty"`
	Assumed   bool    `json:"assumed,omitempty"`
	// Why it is late, lost or degraded: its own words, or what others found.
	Why say.Text `json:"why,omitzero"`
	// Bias is its error as registration found it from what several sensors see
	// in common, once it was sure of it.
	Bias *SensorBias `json:"bias,omitempty"`
}

// SensorBias is a sensor's systematic error, measured less true, each with its
// 1σ: degrees, metres, seconds (positive where the clock is ahead).
type SensorBias struct {
	Azimuth      float64 `json:"azimuth"`
	SigmaAzimuth float64 `json:"sigma_azimuth"`
	Range        float64 `json:"range"`
	SigmaRange   float64 `json:"sigma_range"`
	Clock        float64 `json:"clock"`
	SigmaClock   float64 `json:"sigma_clock"`
	Applied      bool    `json:"applied"` // angle and range are taken off its measurements
	Shifted      bool    `json:"shifted"` // the clock is corrected
}

// CueAnswer is what a camera said to a "look at" cue.
type CueAnswer struct {
	Cue    string `json:"cue"`
	Answer string `json:"answer" enum:"accepted,refused,none" doc:"none: the camera has not answered yet; its answer goes on record when it comes."`
	Why    string `json:"why,omitempty" doc:"In the camera's own words."`
}

// UnitRow is an own unit on the wire.
type UnitRow struct {
	ID      string   `json:"id"`
	Name    say.Text `json:"name"`
	People  int      `json:"people"`
	Lat     float64  `json:"lat"`
	Lon     float64  `json:"lon"`
	Km      float64  `json:"km"`
	Offset  float64  `json:"offset"`
	FixAt   int64    `json:"fix_at"`
	State   string   `json:"state"`          // free, tasked, on-scene, overdue
	Task    string   `json:"task,omitempty"` // alert id
	Section string   `json:"section"`
}

// Status is the frame around the picture.
type Status struct {
	Now          int64    `json:"now"` // the picture's time, Unix ms: event time of the log
	Wall         int64    `json:"wall"`
	ClockDoubt   say.Text `json:"clock_doubt,omitzero"`
	Simulated    bool     `json:"simulated"`
	Scenario     string   `json:"scenario,omitempty"`
	Speed        float64  `json:"speed,omitempty"`
	SensorsGood  int      `json:"sensors_good"`
	SensorsTotal int      `json:"sensors_total"`
	// Load: alerts per minute over the last hour, oldest first, and in the last
	// ten minutes. A person manages 1 in 10 minutes; 10 is a flood (EEMUA 191).
	PerMinute  []int  `json:"per_minute"`
	TenMinutes int    `json:"ten_minutes"`
	Suppressed int    `json:"suppressed"`  // things silenced since the shift began
	Shed       uint64 `json:"shed"`        // scans shed by overload since the program started
	ShedLately uint64 `json:"shed_lately"` // and in the last ten minutes
	Late       uint64 `json:"late"`
	Refused    uint64 `json:"refused"` // inputs refused
	Tracks     int    `json:"tracks"`
	Lanes      uint64 `json:"lanes"` // grows when a lane differs: ask for it again
	// Degraded says why nothing is acknowledged at present.
	Degraded say.Text `json:"degraded,omitzero"`
	Version  string   `json:"version"`
}

// Snapshot is the first event of the live stream ("snapshot"); Delta the others
// ("delta"): rows replace rows of the same id, Gone lists ids that left.
type Snapshot struct {
	Revision uint64      `json:"revision"`
	Status   Status      `json:"status"`
	Tracks   []TrackRow  `json:"tracks"`
	Alerts   []AlertRow  `json:"alerts"`
	Sensors  []SensorRow `json:"sensors"`
	Units    []UnitRow   `json:"units"`
}

// Delta is what changed since the event before.
type Delta struct {
	Revision uint64      `json:"revision"`
	Status   *Status     `json:"status,omitempty"`
	Tracks   []TrackRow  `json:"tracks,omitempty"`
	Alerts   []AlertRow  `json:"alerts,omitempty"`
	Sensors  []SensorRow `json:"sensors,omitempty"`
	Units    []UnitRow   `json:"units,omitempty"`
	Gone     Gone        `json:"gone,omitzero"`
	// Notices to this account: escalations, declarations.
	Notices []respond.Notice `json:"notices,omitempty"`
}

// Gone lists what left the picture, by id.
type Gone struct {
	Tracks  []string `json:"tracks,omitempty"`
	Alerts  []string `json:"alerts,omitempty"`
	Sensors []string `json:"sensors,omitempty"`
	Units   []string `json:"units,omitempty"`
}

// Me is the signed-in account.
type Me struct {
	ID       string     `json:"id"`
	Name     say.Text   `json:"name"`
	Rank     say.Text   `json:"rank"`
	Roles    []string   `json:"roles"`
	Sections []string   `json:"sections"`
	Rights   []string   `json:"rights"` // what the page offers; the server decides each time
	Deputy   string     `json:"deputy,omitempty"`
	CSRF     string     `json:"csrf"` // send as X-CSRF-Token with every change
	Home     [2]float64 `json:"home"` // from, to chainage of the section one is responsible for
}

// LaneInfo describes a lane.
type LaneInfo struct {
	ID     string      `json:"id"`
	Name   say.Text    `json:"name"`
	Kind   string      `json:"kind"` // "category" or "number"
	Unit   string      `json:"unit,omitempty"`
	Source say.Text    `json:"source"`           // where it comes from: assumed, computed, claimed
	Marks  []string    `json:"marks,omitempty"`  // "assumed", "simulated", "synthetic", "claimed"
	Values []LaneValue `json:"values,omitempty"` // legend of a category
}

// LaneList answers /lanes.
type LaneList struct {
	Items []LaneInfo `json:"items"`
	Lanes uint64     `json:"lanes"` // as in Status: of which change of the lanes this is
}

// LaneValue is one value of a category lane.
type LaneValue struct {
	Value   string   `json:"value"`
	Name    say.Text `json:"name"`
	Lacking bool     `json:"lacking,omitempty"` // something is missing there: not counted into the length
}

// LanePiece is a value over a span of chainage in metres.
type LanePiece struct {
	From   float64 `json:"from"`
	To     float64 `json:"to"`
	Value  string  `json:"value,omitempty"`
	Number float64 `json:"number,omitempty"`
}

// LaneData answers /lanes/{id}?from&to&resolution.
type LaneData struct {
	LaneInfo
	From float64   `json:"from"`
	To   float64   `json:"to"`
	AsOf time.Time `json:"as_of"`
	// Revision of what is seen that was asked for, zero for the present.
	Revision uint64      `json:"revision,omitempty"`
	Pieces   []LanePiece `json:"pieces"`
	// Length with a value that says of no lack, and the denominator that it is a
	// part of, in metres: what the account may see of the span.
	Length float64 `json:"length"`
	Of     float64 `json:"of"`
}

// SectionRow is a section of the line with its owner.
type SectionRow struct {
	ID     string   `json:"id"`
	Parent string   `json:"parent,omitempty"`
	Level  string   `json:"level"` // region, sector, section, post
	Name   say.Text `json:"name"`
	Unit   say.Text `json:"unit"` // fictional
	From   float64  `json:"from"`
	To     float64  `json:"to"`
}

// Line is the answer of /border: the axis and what stands beside it.
type Line struct {
	Version     string       `json:"version"`
	Length      float64      `json:"length"`    // metres, measured
	Published   []float64    `json:"published"` // km, as reported
	Attribution string       `json:"attribution"`
	Disclaimer  say.Text     `json:"disclaimer"`  // "not a legal boundary"
	Coordinates [][2]float64 `json:"coordinates"` // lon, lat
	Chainages   []float64    `json:"chainages"`   // of the coordinates, metres
	Places      []Place      `json:"places"`
}

// Place is a named place, a crossing or a town.
type Place struct {
	ID       string   `json:"id"`
	Kind     string   `json:"kind"` // town, crossing, point
	Name     say.Text `json:"name"`
	Lat      float64  `json:"lat"`
	Lon      float64  `json:"lon"`
	Km       float64  `json:"km"`
	Offset   float64  `json:"offset"`
	Opposite bool     `json:"opposite,omitempty"` // on the other side
}

// Located is the answer of /border/locate.
type Located struct {
	assess.Where
	Side      string        `json:"side"`
	Ambiguous bool          `json:"ambiguous,omitempty"`
	Second    *assess.Where `json:"second,omitempty"`
	Post      string        `json:"post,omitempty"` // calibrated reading, only with a table
}

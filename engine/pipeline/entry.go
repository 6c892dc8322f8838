package pipeline

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"time"

	"marsad/fuse"
	"marsad/respond"
	"marsad/say"
	"marsad/sense"
)

// Kind of a log entry.
type Kind uint8

// The kinds. The numbers stand in logs on disk: they are never used again for
// something else.
const (
	KindScan      Kind = 1  // a sensor's scan, or an own unit's fix
	KindTick      Kind = 2  // a second has passed
	KindRegister  Kind = 3  // a sensor announced itself, or changed
	KindReport    Kind = 4  // a sensor's word on itself
	KindDropped   Kind = 5  // the link to a sensor broke
	KindGoodbye   Kind = 6  // a sensor left in order
	KindFootprint Kind = 7  // where a sensor can see
	KindAct       Kind = 8  // a person's action
	KindShed      Kind = 9  // scans that were dropped unread: no data
	KindStart     Kind = 10 // a run of the program began here
	KindAdopt     Kind = 11 // cases that the record knew and the log had lost
	KindGap       Kind = 12 // entries that the log lost stand in the record alone
	KindMark      Kind = 13 // what the digest was at an earlier entry
	KindCue       Kind = 14 // a person had a camera look at a point
	KindCueAnswer Kind = 15 // what the camera said to it
	KindKeyframe  Kind = 16 // the state of all stages at an earlier entry
	KindGround    Kind = 17 // what is known of the ground: ways and hindrances
)

var kindNames = [...]string{"", "scan", "tick", "register", "report", "dropped", "goodbye", "footprint", "act", "shed",
	"start", "adopt", "gap", "mark", "cue", "cue-answer", "keyframe", "ground"}

// String is the kind's word.
func (k Kind) String() string {
	if k == 0 || int(k) >= len(kindNames) {
		return fmt.Sprintf("kind(%d)", uint8(k))
	}
	return kindNames[k]
}

// MarshalText writes the word.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// Subject of the kind on the bus.
func (k Kind) Subject() string { return "in." + k.String() }

// Entry is one line of the log. Body is what the kind says: see the table in
// newBody.
type Entry struct {
	Kind Kind
	At   time.Time // the engine's clock when the entry was made, UTC
	Body any
}

// Left says why a sensor's link broke, or why it left.
type Left struct {
	Sensor sense.SensorID `json:"sensor"`
	Why    say.Text       `json:"why"`
}

// Shed says which scans were dropped unread since the last tick: no data.
type Shed struct {
	Sensors []sense.Shed `json:"sensors"` // in the order of their first loss
}

// Start of a run.
type Start struct {
	Build  string `json:"build"`  // version of the program
	Config string `json:"config"` // digest of what shapes the stages: rules, roster, axis
	// Settings is what shapes the stages, for a replay to make the same ones.
	Settings json.RawMessage `json:"settings,omitempty"`
	// Cold says that the stages began empty here; otherwise they went on from the
	// snapshot at Snapshot.
	Cold     bool   `json:"cold,omitempty"`
	Snapshot uint64 `json:"snapshot,omitempty"`
}

// Adopt are cases, as the record has them, that the log before this entry may
// not explain.
type Adopt struct {
	Cases []respond.Case `json:"cases"`
}

// Gap says which sequences the log lost. Entries that only fill the sequence
// up have To 0.
type Gap struct {
	From uint64 `json:"from,omitempty"`
	To   uint64 `json:"to,omitempty"`
}

// Mark is the digest after an earlier entry.
type Mark struct {
	Sequence uint64 `json:"sequence"`
	Digest   Digest `json:"digest"`
	Keyframe uint64 `json:"keyframe,omitempty"` // where the newest keyframe before it stands, 0 for none
}

// Keyframe is the state of all stages after an earlier entry.
type Keyframe struct {
	Sequence uint64 `json:"sequence"`
	State    []byte `json:"state"`
	// Config and Settings of the run, as in Start.
	Config   string          `json:"config"`
	Settings json.RawMessage `json:"settings,omitempty"`
}

// CueAnswer is what a sensor said to a cue.
type CueAnswer struct {
	Cue      string `json:"cue"`
	Accepted bool   `json:"accepted"`
	Why      string `json:"why,omitempty"`
}

// footprint carries the cells that sense.Footprint leaves out of its JSON.
type footprint struct {
	sense.Footprint
	OnFoot  []byte `json:"on_foot"`
	Wheeled []byte `json:"wheeled"`
	Air     []byte `json:"air"`
}

// newBody gives an empty body of a kind to read JSON into; nil for kinds that
// have none or another form.
func newBody(k Kind) any {
	switch k {
	case KindRegister:
		return new(sense.Sensor)
	case KindReport:
		return new(sense.StatusReport)
	case KindDropped, KindGoodbye:
		return new(Left)
	case KindFootprint:
		return new(footprint)
	case KindAct:
		return new(respond.Action)
	case KindShed:
		return new(Shed)
	case KindStart:
		return new(Start)
	case KindAdopt:
		return new(Adopt)
	case KindGap:
		return new(Gap)
	case KindMark:
		return new(Mark)
	case KindCue:
		return new(sense.Cue)
	case KindCueAnswer:
		return new(CueAnswer)
	case KindKeyframe:
		return new(Keyframe)
	case KindGround:
		return new(fuse.Ground)
	default:
		return nil
	}
}

// entryVersion stands first in every entry. Version 1:
//
//	u8 version, u8 kind, i64 at in ns (little endian), body: scans in sense's
//	binary form, ticks none, all others JSON
const (
	entryVersion = 1
	entryHead    = 10
)

// AppendEntry appends the binary form of an entry to b.
func AppendEntry(b []byte, e *Entry) ([]byte, error) {
	b = append(b, entryVersion, byte(e.Kind))
	b = binary.LittleEndian.AppendUint64(b, uint64(e.At.UnixNano()))
	body := e.Body
	switch v := body.(type) {
	case *sense.Scan:
		if e.Kind != KindScan {
			return nil, fmt.Errorf("a scan in an entry of kind %s", e.Kind)
		}
		return sense.AppendScan(b, v), nil
	case *sense.Footprint:
		body = &footprint{Footprint: *v, OnFoot: v.OnFoot, Wheeled: v.Wheeled, Air: v.Air}
	case nil:
		if e.Kind != KindTick {
			return nil, fmt.Errorf("an entry of kind %s needs a body", e.Kind)
		}
		return b, nil
	}
	if e.Kind == KindScan || e.Kind == KindTick || newBody(e.Kind) == nil {
		return nil, fmt.Errorf("a body of type %T in an entry of kind %s", e.Body, e.Kind)
	}
	data, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	return append(b, data...), nil
}

// DecodeEntry reads the binary form of an entry. The entry shares no memory with
// b. Bytes that are not an entry give a *say.Error with code "log.entry".
func DecodeEntry(b []byte) (Entry, error) {
	if len(b) < entryHead {
		return Entry{}, badEntry("it is cut short", nil)
	}
	if b[0] != entryVersion {
		return Entry{}, badEntry(fmt.Sprintf("it has version %d, this program reads %d", b[0], entryVersion), nil)
	}
	e := Entry{Kind: Kind(b[1]), At: time.Unix(0, int64(binary.LittleEndian.Uint64(b[2:]))).UTC()}
	b = b[entryHead:]
	switch e.Kind {
	case KindTick:
		if len(b) != 0 {
			return Entry{}, badEntry("a tick has a body", nil)
		}
		return e, nil
	case KindScan:
		scan := new(sense.Scan)
		if err := sense.DecodeScan(b, scan); err != nil {
			return Entry{}, badEntry("its scan cannot be read", err)
		}
		e.Body = scan
		return e, nil
	}
	body := newBody(e.Kind)
	if body == nil {
		return Entry{}, badEntry("its kind is unknown: "+e.Kind.String(), nil)
	}
	if err := json.Unmarshal(b, body); err != nil {
		return Entry{}, badEntry("its body cannot be read", err)
	}
	if f, ok := body.(*footprint); ok {
		f.Footprint.OnFoot, f.Footprint.Wheeled, f.Footprint.Air = f.OnFoot, f.Wheeled, f.Air
		body = &f.Footprint
	}
	e.Body = body
	return e, nil
}

func badEntry(why string, cause error) error {
	return &say.Error{Code: "log.entry", Kind: say.Invalid, Cause: cause,
		Text: say.Text{En: "an entry of the log cannot be read: " + why, Ar: "تعذّرت قراءة قيد في سجل البيانات: " + say.LTR(why)},
		Hint: say.Text{En: "it is passed over; a log of a newer program needs that program", Ar: "تم تجاوزه؛ سجل كتبه إصدار أحدث يحتاج إلى ذلك الإصدار"}}
}

package border

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"time"

	"marsad/say"
)

//go:embed data/lanes.json
var lanesData []byte

// LaneKind says whether a lane's values are words or figures.
type LaneKind string

// The kinds of lane.
const (
	Category LaneKind = "category"
	Number   LaneKind = "number"
)

// Marks of a lane whose values were not measured.
const (
	Assumed     = "assumed"
	Approximate = "approximate"
	Simulated   = "simulated"
	Synthetic   = "synthetic"
	Claimed     = "claimed"
)

// LaneValue is one word of a category lane with its name for people.
type LaneValue struct {
	Value string   `json:"value"`
	Name  say.Text `json:"name"`
	// Lacking says that something is missing there: such metres are never counted
	// into a lane's length, and of several in one pixel the worst is shown. A legend
	// with such values runs from the best to the worst.
	Lacking bool `json:"lacking,omitempty"`
}

// LaneInfo is what people need to read a lane.
type LaneInfo struct {
	ID     string      `json:"id"`
	Name   say.Text    `json:"name"`
	Kind   LaneKind    `json:"kind"`
	Unit   string      `json:"unit,omitempty"` // of a number lane
	Source say.Text    `json:"source"`
	Marks  []string    `json:"marks,omitempty"`
	Values []LaneValue `json:"values,omitempty"` // legend of a category lane
}

// LanePiece is a word or a figure over a span, whichever the lane's kind says.
type LanePiece struct {
	Span
	Value  string
	Number float64
}

// LaneEntry is a lane in the table: what it is, and its pieces between two
// chainages in order, cut at the ends. Pieces must be safe to call from any
// goroutine. A lane that remembers sets PiecesAt as well: the lane as it was at
// a time, false where its memory does not reach back so far.
type LaneEntry struct {
	LaneInfo
	// NeedToKnow marks a lane that would be a smuggler's map: only for those who
	// need it, and only on their own sections.
	NeedToKnow bool
	Pieces     func(from, to Chainage) []LanePiece
	PiecesAt   func(from, to Chainage, at time.Time) ([]LanePiece, bool)
}

// CategoryLane registers a lane of words.
func CategoryLane(info LaneInfo, l Lane[string]) LaneEntry {
	info.Kind = Category
	return LaneEntry{LaneInfo: info, Pieces: func(from, to Chainage) []LanePiece {
		var pieces []LanePiece
		for _, p := range l.Pieces(from, to) {
			pieces = append(pieces, LanePiece{Span: p.Span, Value: p.Value})
		}
		return pieces
	}}
}

// NumberLane registers a lane of figures.
func NumberLane(info LaneInfo, l Lane[float64]) LaneEntry {
	info.Kind = Number
	return LaneEntry{LaneInfo: info, Pieces: func(from, to Chainage) []LanePiece {
		var pieces []LanePiece
		for _, p := range l.Pieces(from, to) {
			pieces = append(pieces, LanePiece{Span: p.Span, Number: p.Value})
		}
		return pieces
	}}
}

// LaneTable is the one table of lanes: strip and map know no other source.
type LaneTable struct {
	entries []LaneEntry
	sources []LaneSource
}

// LaneSource gives lanes that somebody keeps up to date, as they stand now; none
// as long as there is nothing to show. It must be safe to call from any goroutine.
type LaneSource func() []LaneEntry

// Join adds a source; before the table is in use.
func (t *LaneTable) Join(s LaneSource) { t.sources = append(t.sources, s) }

// NewLaneTable refuses an entry without id, names or pieces, and an id that is
// there twice.
func NewLaneTable(entries ...LaneEntry) (*LaneTable, error) {
	seen := map[string]bool{}
	for _, e := range entries {
		if e.ID == "" || seen[e.ID] || e.Name.En == "" || e.Name.Ar == "" || e.Source.IsZero() || e.Pieces == nil || (e.Kind != Category && e.Kind != Number) {
			return nil, laneError(fmt.Sprintf("the lane %q is there twice, or lacks id, kind, source, pieces or a name in both languages", e.ID), "شريط بيانات مكرر أو ناقص", nil)
		}
		seen[e.ID] = true
	}
	return &LaneTable{entries: slices.Clone(entries)}, nil
}

// All gives the lanes as they stand now: those that were registered, then those
// of each source, in order. An id that is there already is passed over.
func (t *LaneTable) All() []LaneEntry {
	all := slices.Clone(t.entries)
	for _, source := range t.sources {
		for _, e := range source() {
			if !slices.ContainsFunc(all, func(x LaneEntry) bool { return x.ID == e.ID }) {
				all = append(all, e)
			}
		}
	}
	return all
}

// Lane finds one by its id.
func (t *LaneTable) Lane(id string) (LaneEntry, bool) {
	for _, e := range t.All() {
		if e.ID == id {
			return e, true
		}
	}
	return LaneEntry{}, false
}

// laneFile is a lane of words with its data.
type laneFile struct {
	info LaneInfo
	lane Lane[string]
}

// readLanes reads lanes of words: pieces with the kilometres at which they
// begin and end (the end of the line, where none is given) and a value of the
// lane's own legend.
func readLanes(data []byte, axis *Axis) ([]laneFile, error) {
	var file struct {
		Lanes []struct {
			LaneInfo
			Pieces []struct {
				FromKm float64  `json:"from_km"`
				ToKm   *float64 `json:"to_km"`
				Value  string   `json:"value"`
			} `json:"pieces"`
		} `json:"lanes"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, laneError("the lanes are not readable as JSON", "ملف الأشرطة غير مقروء بصيغة JSON", err)
	}
	var lanes []laneFile
	for _, f := range file.Lanes {
		f.Kind = Category
		l := laneFile{info: f.LaneInfo}
		for _, p := range f.Pieces {
			s := Span{From: Chainage(p.FromKm * 1000), To: axis.Whole().To}
			if p.ToKm != nil {
				s.To = Chainage(math.Min(*p.ToKm*1000, axis.Length()))
			}
			if s.Empty() || s.From < 0 {
				return nil, laneError(fmt.Sprintf("the lane %q has a piece that runs %v", f.ID, s), "مقطع معكوس في أحد الأشرطة", nil)
			}
			if !slices.ContainsFunc(f.Values, func(v LaneValue) bool { return v.Value == p.Value }) {
				return nil, laneError(fmt.Sprintf("the lane %q has a value %q that its legend lacks", f.ID, p.Value), "قيمة غير معرفة في أحد الأشرطة", nil)
			}
			l.lane.Set(s, p.Value)
		}
		lanes = append(lanes, l)
	}
	return lanes, nil
}

func laneError(en, ar string, cause error) error {
	return &say.Error{
		Code: "border.lanes", Kind: say.Invalid, Cause: cause,
		Text: say.Text{En: en, Ar: ar},
		Hint: say.Text{En: "compare with border/data/lanes.json", Ar: "قارن بالملف border/data/lanes.json"},
	}
}

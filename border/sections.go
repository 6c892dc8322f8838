package border

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"sort"

	"marsad/say"
)

//go:embed data/sections.json
var sectionsData []byte

// Level of a section in the order of command.
type Level string

// The levels, highest first.
const (
	LevelRegion  Level = "region"
	LevelSector  Level = "sector"
	LevelSection Level = "section"
	LevelPost    Level = "post"
)

var levels = [...]Level{LevelRegion, LevelSector, LevelSection, LevelPost}

// Section is a named stretch of the line with its owner, of any level. The
// sections of a level lie end to end and cover their parent.
type Section struct {
	ID     string   `json:"id"`
	Parent string   `json:"parent,omitempty"` // empty for a region
	Level  Level    `json:"level"`
	Name   say.Text `json:"name"`
	Unit   say.Text `json:"unit"`
	Span
}

// Division is how the line is divided among those who guard it: region, sector,
// section, post. It has no gap and no overlap and never changes.
type Division struct {
	all   []Section // a parent before its parts, in order of chainage
	byID  map[string]int
	level map[Level][]int // indices into all, in order of chainage
}

type divisionPart struct {
	ID     string         `json:"id"`
	Name   say.Text       `json:"name"`
	Unit   say.Text       `json:"unit"`
	FromKm float64        `json:"from_km"`
	Parts  []divisionPart `json:"parts"`
}

// ReadDivision reads the division of an axis from JSON: nested parts, each with
// id, name, unit and the kilometre at which it begins; it ends where the next
// begins, or where its parent ends, so that the file cannot leave a gap. Ids
// must be unique and every part must hold something.
func ReadDivision(data []byte, axis *Axis) (*Division, error) {
	var file struct {
		Parts []divisionPart `json:"parts"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, divisionError("the sections are not readable as JSON", "ملف القواطع غير مقروء بصيغة JSON", err)
	}
	d := &Division{byID: map[string]int{}, level: map[Level][]int{}}
	if err := d.add(file.Parts, "", 0, axis.Whole()); err != nil {
		return nil, err
	}
	return d, nil
}

func (d *Division) add(parts []divisionPart, parent string, depth int, within Span) error {
	if len(parts) == 0 {
		return nil
	}
	if depth == len(levels) {
		return divisionError(fmt.Sprintf("%s is a post and has parts", parent), "المخفر لا يقسم", nil)
	}
	for i, p := range parts {
		s := Section{ID: p.ID, Parent: parent, Level: levels[depth], Name: p.Name, Unit: p.Unit, Span: Span{From: Chainage(p.FromKm * 1000), To: within.To}}
		if i+1 < len(parts) {
			s.To = Chainage(parts[i+1].FromKm * 1000)
		}
		_, twice := d.byID[p.ID]
		switch {
		case p.ID == "" || twice:
			return divisionError(fmt.Sprintf("the section id %q is missing or there twice", p.ID), "معرف قاطع مفقود أو مكرر", nil)
		case p.Name.En == "" || p.Name.Ar == "":
			return divisionError(fmt.Sprintf("%s needs a name in both languages", p.ID), "كل قاطع يحتاج إلى اسم باللغتين", nil)
		case i == 0 && s.From != within.From:
			return divisionError(fmt.Sprintf("%s must begin where what holds it begins, at %v", p.ID, within.From), "القاطع الأول يجب أن يبدأ من بداية الجزء الذي يضمه", nil)
		case s.Empty() || s.Intersect(within) != s.Span:
			return divisionError(fmt.Sprintf("%s runs %v: it must hold something and lie within %v", p.ID, s.Span, within), "حدود القاطع خارج الجزء الذي يضمه أو معكوسة", nil)
		}
		d.byID[p.ID] = len(d.all)
		d.level[s.Level] = append(d.level[s.Level], len(d.all))
		d.all = append(d.all, s)
		if err := d.add(p.Parts, p.ID, depth+1, s.Span); err != nil {
			return err
		}
	}
	return nil
}

func divisionError(en, ar string, cause error) error {
	return &say.Error{
		Code: "border.sections", Kind: say.Invalid, Cause: cause,
		Text: say.Text{En: en, Ar: ar},
		Hint: say.Text{En: "compare with border/data/sections.json", Ar: "قارن بالملف border/data/sections.json"},
	}
}

// All gives the sections of every level, a parent before its parts, in order
// of chainage.
func (d *Division) All() []Section { return slices.Clone(d.all) }

// Level gives the sections of one level in order of chainage.
func (d *Division) Level(level Level) []Section {
	sections := make([]Section, len(d.level[level]))
	for i, k := range d.level[level] {
		sections[i] = d.all[k]
	}
	return sections
}

// Section finds one by its id.
func (d *Division) Section(id string) (Section, bool) {
	i, ok := d.byID[id]
	if !ok {
		return Section{}, false
	}
	return d.all[i], true
}

// At gives the section of a level that holds a chainage. The end of the line
// belongs to the last.
func (d *Division) At(level Level, c Chainage) (Section, bool) {
	of := d.level[level]
	i := sort.Search(len(of), func(i int) bool { return d.all[of[i]].To > c })
	if i == len(of) && i > 0 && d.all[of[i-1]].To == c {
		i--
	}
	if i == len(of) || c < d.all[of[i]].From {
		return Section{}, false
	}
	return d.all[of[i]], true
}

// Parts gives the sections directly below one; the regions for the empty id.
func (d *Division) Parts(id string) []Section {
	var parts []Section
	for _, s := range d.all {
		if s.Parent == id {
			parts = append(parts, s)
		}
	}
	return parts
}

// Path gives a section with all above it, the region first; nil if there is no
// such section.
func (d *Division) Path(id string) []Section {
	var path []Section
	for s, ok := d.Section(id); ok; s, ok = d.Section(s.Parent) {
		path = append(path, s)
	}
	slices.Reverse(path)
	return path
}

// Within reports whether a section is the other or lies below it.
func (d *Division) Within(id, above string) bool {
	for s, ok := d.Section(id); ok; s, ok = d.Section(s.Parent) {
		if s.ID == above {
			return true
		}
	}
	return false
}

// Set is the part of the line that the named sections cover; unknown ids cover
// nothing.
func (d *Division) Set(ids ...string) Set {
	spans := make([]Span, 0, len(ids))
	for _, id := range ids {
		if s, ok := d.Section(id); ok {
			spans = append(spans, s.Span)
		}
	}
	return NewSet(spans...)
}

package api

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"marsad/border"
	"marsad/coverage"
	"marsad/say"
	"marsad/sense"
)

// Availability is how long what stands there worked, over the days that are kept.
type Availability struct {
	Owed       Owed                  `json:"owed"`
	Days       int                   `json:"days"`
	Definition say.Text              `json:"definition"`
	Towers     []TowerAvailability   `json:"towers"` // the worst first
	Sections   []SectionAvailability `json:"sections"`
}

// TowerAvailability is that of a tower: of all sensors on one mount together.
type TowerAvailability struct {
	Mount   string  `json:"mount"`
	Sensors int     `json:"sensors"`
	Km      float64 `json:"km"`
	Section string  `json:"section"`
	Up      float64 `json:"up"`  // seconds, added over its sensors
	All     float64 `json:"all"` // seconds
	// Percent is rounded down: 99.9 and not 100 while a second lacks.
	Percent   float64 `json:"percent"`
	Meets95   bool    `json:"meets_95"`
	Meets99   bool    `json:"meets_99"`
	Simulated bool    `json:"simulated,omitempty"`
}

// SectionAvailability is how much of a section's designed metres was seen, over
// time.
type SectionAvailability struct {
	Section string         `json:"section"`
	Name    say.Text       `json:"name"`
	Level   string         `json:"level"`
	From    float64        `json:"from"`
	To      float64        `json:"to"`
	Share   coverage.Share `json:"share"` // of metre-seconds
	Meets95 bool           `json:"meets_95"`
	Meets99 bool           `json:"meets_99"`
}

var availabilityText = say.Text{
	En: "Tower: seconds in which its sensors worked, of the seconds in which they were registered and Marsad ran. Section: metres of the line seen for a person, of those that would be seen if every sensor worked, over the same time.",
	Ar: "البرج: الثواني التي عملت فيها متحسساته من الثواني التي كانت فيها مسجلة ومرصد يعمل. القاطع: أمتار الخط المرئية لشخص من الأمتار التي تُرى لو عملت كل المتحسسات، خلال المدة نفسها.",
}

func (s *Server) availability(l *look) Availability {
	out := Availability{Owed: l.owed, Days: len(l.Ledger.Days), Definition: availabilityText, Towers: []TowerAvailability{}, Sections: []SectionAvailability{}}
	towers := map[string]*TowerAvailability{}
	var names []string
	for _, st := range l.Network.Stations() {
		spell := l.Ledger.Sensor(st.Sensor.ID)
		if spell.All == 0 || !l.sees(st.Sensor.ID) {
			continue
		}
		mount := cmp.Or(st.Sensor.Mount, l.name(st.Sensor.ID))
		t := towers[mount]
		if t == nil {
			t = &TowerAvailability{Mount: mount}
			if x := l.picture.Sensor(st.Sensor.ID); x != nil && x.HasKm {
				t.Km, t.Section = round(float64(x.Chainage), 0), s.atlas.DescribeAt(x.Chainage, 0).Section
			}
			towers[mount] = t
			names = append(names, mount)
		}
		t.Sensors++
		t.Up += spell.Up
		t.All += spell.All
		t.Simulated = t.Simulated || st.Sensor.Simulated
	}
	for _, name := range names {
		t := towers[name]
		share := t.Up / t.All
		t.Percent, t.Meets95, t.Meets99 = math.Floor(1000*share)/10, share >= 0.95, share >= 0.99
		t.Up, t.All = round(t.Up, 0), round(t.All, 0)
		out.Towers = append(out.Towers, *t)
	}
	slices.SortStableFunc(out.Towers, func(a, b TowerAvailability) int {
		return cmp.Or(cmp.Compare(a.Percent, b.Percent), cmp.Compare(a.Km, b.Km))
	})
	for _, x := range s.sections {
		sum := l.Ledger.Section(x.ID)
		if sum.Designed == 0 || x.Level == border.LevelPost || l.within.Intersect(border.NewSet(x.Span)).Length() < x.Length()-1 {
			continue
		}
		share := sum.Seen / sum.Designed
		out.Sections = append(out.Sections, SectionAvailability{Section: x.ID, Name: x.Name, Level: string(x.Level), From: round(float64(x.From), 0), To: round(float64(x.To), 0),
			Share: l.Network.ShareOf(sum.Seen, sum.Designed), Meets95: share >= 0.95, Meets99: share >= 0.99})
	}
	return out
}

// RepairRow is a request that something be mended. It opens with the case of an
// outage and is done when everything is heard again.
type RepairRow struct {
	Case    string   `json:"case"`
	What    say.Text `json:"what"`
	Sensors []string `json:"sensors"`
	From    float64  `json:"from"`
	To      float64  `json:"to"`
	Section string   `json:"section"`
	Since   int64    `json:"since"`          // Unix ms
	Done    int64    `json:"done,omitempty"` // Unix ms
	Told    []string `json:"told"`           // roles that were told when it opened
	// Took is who acknowledged the case, empty for nobody.
	Took      string `json:"took,omitempty"`
	State     string `json:"state"`
	Simulated bool   `json:"simulated,omitempty"`
}

func (s *Server) repairs(l *look) []RepairRow {
	rows := []RepairRow{}
	for _, a := range l.picture.Alerts {
		r := a.Repair
		if r == nil || !slices.ContainsFunc(r.Sensors, l.sees) {
			continue
		}
		w := a.Case.Alert.Where
		row := RepairRow{Case: a.Case.Alert.ID.String(), What: a.Case.Alert.Title, From: float64(w.Chainage), To: float64(w.Chainage), Section: w.Section,
			Since: ms(r.Since), Told: r.Told, Took: a.Owner, State: string(a.State), Simulated: a.Case.Alert.Simulated}
		if w.To > w.From {
			row.From, row.To = float64(w.From), float64(w.To)
		}
		row.From, row.To = round(row.From, 0), round(row.To, 0)
		if !r.Done.IsZero() {
			row.Done = ms(r.Done)
		}
		for _, id := range r.Sensors {
			row.Sensors = append(row.Sensors, l.name(id))
		}
		slices.Sort(row.Sensors)
		rows = append(rows, row)
	}
	slices.SortStableFunc(rows, func(a, b RepairRow) int { return cmp.Or(cmp.Compare(a.Done, b.Done), cmp.Compare(b.Since, a.Since)) })
	return rows
}

// RepairOrder is what mending silent sensors one after the other would light up.
type RepairOrder struct {
	Owed  Owed         `json:"owed"`
	Now   float64      `json:"now"` // metres seen now
	Steps []RepairStep `json:"steps"`
}

// RepairStep is one sensor mended.
type RepairStep struct {
	Sensor string         `json:"sensor"`
	Name   string         `json:"name"`
	Spans  [][2]float64   `json:"spans"`
	Metres float64        `json:"metres"` // that it lights up
	After  coverage.Share `json:"after"`  // seen then
}

// mendedAtMost bounds the order of repairs that is worked out.
const mendedAtMost = 60

func (s *Server) repairOrder(l *look) RepairOrder {
	n := l.Network
	seen := n.Seen(l.class).Intersect(l.within).Length()
	out := RepairOrder{Owed: l.owed, Now: round(seen, 0), Steps: []RepairStep{}}
	for _, site := range n.RepairOrder(l.class, mendedAtMost, l.within).Sites {
		where := site.Where.Intersect(l.within)
		if where.Empty() {
			continue
		}
		seen += where.Length()
		out.Steps = append(out.Steps, RepairStep{Sensor: string(site.Sensor.ID), Name: l.name(site.Sensor.ID), Spans: spansOf(where),
			Metres: round(where.Length(), 0), After: n.ShareOf(seen, l.within.Length())})
	}
	return out
}

func sensorMissing(id string) error {
	return &say.Error{Code: "coverage.sensor", Kind: say.NotFound,
		Text: say.Text{En: fmt.Sprintf("there is no sensor %.60q in your sections", id), Ar: "لا يوجد متحسس كهذا في قواطعك"},
		Hint: say.Text{En: "GET /api/v1/sensors lists them", Ar: "تجدها في قائمة المتحسسات"}}
}

func (l *look) station(id string) (coverage.Station, error) {
	all := l.Network.Stations()
	i, ok := slices.BinarySearchFunc(all, sense.SensorID(id), func(s coverage.Station, id sense.SensorID) int { return cmp.Compare(s.Sensor.ID, id) })
	if !ok || !l.sees(sense.SensorID(id)) {
		return coverage.Station{}, sensorMissing(id)
	}
	return all[i], nil
}

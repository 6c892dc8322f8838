package api

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
	"time"

	"marsad/border"
	"marsad/coverage"
	"marsad/engine/risk"
	"marsad/engine/works"
	"marsad/geo"
	"marsad/say"
	"marsad/sense"
)

// CoverageSummary says how much is seen.
type CoverageSummary struct {
	Owed     Owed           `json:"owed"`
	Seen     coverage.Share `json:"seen"`
	Designed coverage.Share `json:"designed"`
	// Depths are the metres that 0, 1, 2, 3, and 4 or more sensors see.
	Depths [5]float64 `json:"depths"`
	// Dark metres have a sensor that does not work; of unknown ones the ground on
	// the way is not known; gaps have nothing that would see them.
	Dark    float64      `json:"dark"`
	Unknown float64      `json:"unknown"`
	Gap     float64      `json:"gap"`
	Sensors SensorCount  `json:"sensors"`
	Flaws   []FlawRow    `json:"flaws"`
	Classes []ClassShare `json:"classes"`
	// Claims are what somebody said is watched, from the barrier's ledger: beside
	// the figures, never in them.
	Claims []works.Watched `json:"claims"`
	Land   *CorridorView   `json:"land,omitempty"`
}

// SensorCount counts what watches.
type SensorCount struct {
	Working int `json:"working"`
	Total   int `json:"total"`
	Flawed  int `json:"flawed"` // count for nothing: see flaws
}

// FlawRow is a sensor that counts for nothing, and why.
type FlawRow struct {
	Sensor string   `json:"sensor"`
	Name   string   `json:"name"`
	Why    say.Text `json:"why"`
}

// ClassShare is how much of the line is seen for one class.
type ClassShare struct {
	Class string         `json:"class"`
	Seen  coverage.Share `json:"seen"`
}

// CorridorView is how much of the land on both sides is seen.
type CorridorView struct {
	HalfWidth float64        `json:"half_width"` // metres
	Cell      float64        `json:"cell"`
	Home      coverage.Share `json:"home"`
	Other     coverage.Share `json:"other"`
	AsOf      time.Time      `json:"as_of"`
}

// corridorFor is how long a corridor that was worked out serves the next who asks:
// it takes a second of a processor.
const corridorFor = time.Minute

// corridors keeps the corridors that were asked for last.
type corridors struct {
	mu   sync.Mutex
	kept map[string]CorridorView
}

func (k *corridors) get(l *look, half float64) CorridorView {
	k.mu.Lock()
	defer k.mu.Unlock()
	key := fmt.Sprint(l.class, " ", half)
	if v, ok := k.kept[key]; ok && l.At.Sub(v.AsOf).Abs() < corridorFor {
		return v
	}
	const cell = 1000
	c := l.Network.Corridor(l.class, half, cell)
	v := CorridorView{HalfWidth: c.HalfWidth, Cell: c.Along, Home: c.Home, Other: c.Other, AsOf: l.At}
	if len(k.kept) >= 16 || k.kept == nil {
		k.kept = map[string]CorridorView{}
	}
	k.kept[key] = v
	return v
}

type summaryInput struct {
	Moment
	Class   string  `query:"class" enum:"person,vehicle,slow-air,float" default:"person"`
	Weather string  `query:"weather" enum:"clear,haze,dust,rain,fog," doc:"As if it were so; the present when absent."`
	Light   string  `query:"light" enum:"day,night,"`
	Land    float64 `query:"land" minimum:"0" maximum:"40000" doc:"Also the land so many metres to both sides as it is seen now, under the present weather and light; 10000 is usual, 0 leaves it out. For accounts of the whole line. Worked out once a minute."`
}

func (s *Server) summary(l *look, in *summaryInput) (CoverageSummary, error) {
	n := l.Network
	if in.Weather != "" || in.Light != "" {
		when := n.When()
		if w, ok := coverage.ParseWeather(in.Weather); ok {
			when.Weather = w
		}
		if in.Light != "" {
			when.Day = in.Light == "day"
		}
		n = n.Fork()
		n.Under(when)
		l.owed.When = when
	}
	out := CoverageSummary{Owed: l.owed, Seen: n.Share(n.Seen(l.class), l.within), Designed: n.Share(n.Designed(l.class), l.within),
		Depths: n.Depths(l.class, l.within), Flaws: []FlawRow{}, Claims: s.works.WatchedClaims(s.works.View(time.Time{}, time.Time{}))}
	for _, g := range n.Gaps(l.class) {
		metres := border.NewSet(g.Span).Intersect(l.within).Length()
		switch g.State {
		case coverage.Dark:
			out.Dark += metres
		case coverage.Unclear:
			out.Unknown += metres
		default:
			out.Gap += metres
		}
	}
	for _, st := range n.Stations() {
		if st.Sensor.Kind == sense.OwnForce || st.Health == sense.Gone || !l.sees(st.Sensor.ID) {
			continue
		}
		out.Sensors.Total++
		if st.Health.Working() {
			out.Sensors.Working++
		}
	}
	for _, f := range n.Flaws() {
		if l.sees(f.Sensor) {
			out.Flaws = append(out.Flaws, FlawRow{Sensor: string(f.Sensor), Name: l.name(f.Sensor), Why: f.Why})
		}
	}
	out.Sensors.Flawed = len(out.Flaws)
	for _, c := range coverage.Classes {
		out.Classes = append(out.Classes, ClassShare{Class: c.String(), Seen: n.Share(n.Seen(c), l.within)})
	}
	if in.Land > 0 && l.view.everything {
		land := s.corridors.get(l, in.Land)
		out.Land = &land
	}
	return out, nil
}

// GapRow is a stretch on which nothing sees the class now.
type GapRow struct {
	Rank    int         `json:"rank"`
	From    float64     `json:"from"`
	To      float64     `json:"to"`
	State   string      `json:"state"` // dark, unknown, gap
	Metres  float64     `json:"metres"`
	Risk    float64     `json:"risk"`  // mean of its metres; 1 where no risk is known
	Score   float64     `json:"score"` // length times risk, in km
	Section string      `json:"section"`
	Near    say.Text    `json:"near"`
	Silent  []SilentRow `json:"silent"` // sensors that would see it if they worked
	Turns   []TurnRow   `json:"turns"`  // sensors that could be turned to it
	// Reasons are why its metres matter more or less than others, the heaviest first.
	Reasons []risk.Cause `json:"reasons"`

	exact float64 // the score, not rounded: two that look alike keep their order
}

// SilentRow is a sensor whose silence leaves metres dark.
type SilentRow struct {
	Sensor string  `json:"sensor"`
	Name   string  `json:"name"`
	Health string  `json:"health"`
	Metres float64 `json:"metres"`
}

// TurnRow is a neighbour that could be turned.
type TurnRow struct {
	Sensor  string  `json:"sensor"`
	Name    string  `json:"name"`
	Azimuth float64 `json:"azimuth"` // degrees
	Metres  float64 `json:"metres"`
}

type gapInput struct {
	Moment
	Class string `query:"class" enum:"person,vehicle,slow-air,float" default:"person"`
	Limit int    `query:"limit" minimum:"1" maximum:"1000" default:"50"`
}

// namedAtMost bounds the sensors that are named beside one row.
const namedAtMost = 5

func (s *Server) gaps(l *look, limit int) []GapRow {
	n := l.Network
	var rows []GapRow
	for _, g := range n.Gaps(l.class) {
		for _, part := range border.NewSet(g.Span).Intersect(l.within).Spans() {
			metres := part.Length()
			rows = append(rows, GapRow{From: round(float64(part.From), 1), To: round(float64(part.To), 1), State: g.State, Metres: round(metres, 1),
				Risk: round(g.Score/g.Metres, 3), Score: round(g.Score/g.Metres*metres/1000, 4), exact: g.Score / g.Metres * metres})
		}
	}
	slices.SortStableFunc(rows, func(a, b GapRow) int { return cmp.Compare(b.exact, a.exact) })
	rows = rows[:min(limit, len(rows))]
	for i := range rows {
		r := &rows[i]
		where := border.NewSet(border.Span{From: border.Chainage(r.From), To: border.Chainage(r.To)})
		at := s.atlas.DescribeAt(border.Chainage((r.From+r.To)/2), 0)
		r.Rank, r.Section, r.Near = i+1, at.Section, at.Near
		r.Silent, r.Turns = []SilentRow{}, l.turns(where)
		r.Reasons = s.reasons(where.Spans()[0])
		for _, x := range n.Silent(where, l.class) {
			if len(r.Silent) < namedAtMost {
				r.Silent = append(r.Silent, SilentRow{string(x.Sensor), l.name(x.Sensor), x.Health.String(), round(x.Metres, 0)})
			}
		}
	}
	return rows
}

func (l *look) turns(where border.Set) []TurnRow {
	rows := []TurnRow{}
	for _, t := range l.Network.Turns(where, l.class) {
		if len(rows) < namedAtMost && l.sees(t.Sensor) {
			rows = append(rows, TurnRow{string(t.Sensor), l.name(t.Sensor), round(geo.Degrees(t.Azimuth), 1), round(t.Metres, 0)})
		}
	}
	return rows
}

// OutageRow is one cause of dark metres.
type OutageRow struct {
	By      string       `json:"by"` // sensor, link, mount
	On      string       `json:"on"`
	Names   []string     `json:"names"` // of its sensors
	Spans   [][2]float64 `json:"spans"`
	Metres  float64      `json:"metres"`
	Since   int64        `json:"since"` // Unix ms: the first of its losses
	Turns   []TurnRow    `json:"turns"`
	Case    string       `json:"case,omitempty"`
	State   string       `json:"state,omitempty"` // of the case
	Section string       `json:"section,omitempty"`
}

func (s *Server) outages(l *look) []OutageRow {
	rows := []OutageRow{}
	for _, o := range l.Network.Outages(l.class) {
		where := o.Where.Intersect(l.within)
		if !slices.ContainsFunc(o.Sensors, l.sees) && where.Empty() {
			continue
		}
		r := OutageRow{By: o.By, On: o.On, Spans: spansOf(where), Metres: round(where.Length(), 0), Turns: l.turns(where)}
		if o.By == coverage.BySensor {
			r.On = l.name(sense.SensorID(o.On))
		}
		for _, id := range o.Sensors {
			x := l.picture.Sensor(id)
			if x == nil || !l.sees(id) {
				continue
			}
			r.Names = append(r.Names, l.name(id))
			if at := ms(x.Since); r.Since == 0 || at < r.Since {
				r.Since = at
			}
			if r.Section == "" && x.HasKm {
				r.Section = s.atlas.DescribeAt(x.Chainage, 0).Section
			}
		}
		slices.Sort(r.Names)
		if c := l.caseOf(o.Sensors); c != nil {
			r.Case, r.State = c.Case.Alert.ID.String(), string(c.State)
		}
		rows = append(rows, r)
	}
	return rows
}

// SinglePointRow is what alone keeps metres from going dark.
type SinglePointRow struct {
	By     string       `json:"by"`
	On     string       `json:"on"`
	Km     float64      `json:"km"` // the middle of its metres
	Spans  [][2]float64 `json:"spans"`
	Metres float64      `json:"metres"`
}

func (s *Server) singlePoints(l *look) []SinglePointRow {
	rows := []SinglePointRow{}
	for _, d := range l.Network.SinglePoints(l.class) {
		where := d.Where.Intersect(l.within)
		if where.Empty() {
			continue
		}
		spans := where.Spans()
		r := SinglePointRow{By: d.By, On: d.On, Spans: spansOf(where), Metres: round(where.Length(), 0),
			Km: round(float64(spans[0].From+spans[len(spans)-1].To)/2, 0)}
		if d.By == coverage.BySensor {
			r.On = l.name(sense.SensorID(d.On))
		}
		rows = append(rows, r)
	}
	slices.SortStableFunc(rows, func(a, b SinglePointRow) int { return cmp.Compare(b.Metres, a.Metres) })
	return rows
}

// ControlRow is how much of the line can be watched, answered, both or neither.
type ControlRow struct {
	Value string         `json:"value"`
	Name  say.Text       `json:"name"`
	Share coverage.Share `json:"share"`
}

func (s *Server) controlRows(l *look) []ControlRow {
	i := slices.IndexFunc(l.lanes, func(e border.LaneEntry) bool { return e.ID == coverage.LaneControl })
	if i < 0 {
		return nil
	}
	entry := l.lanes[i]
	sum := map[string]float64{}
	for _, part := range l.within.Spans() {
		for _, p := range entry.Pieces(part.From, part.To) {
			sum[p.Value] += p.Length()
		}
	}
	var rows []ControlRow
	for _, v := range entry.Values {
		rows = append(rows, ControlRow{Value: v.Value, Name: v.Name, Share: l.Network.ShareOf(sum[v.Value], l.within.Length())})
	}
	return rows
}

// ZoneRow is a watch zone with how much of it is seen.
type ZoneRow struct {
	ID      string            `json:"id"`
	Name    say.Text          `json:"name"`
	Corners [][2]float64      `json:"corners"` // lat, lon
	Spans   [][2]float64      `json:"spans"`   // of the line within it
	View    coverage.ZoneView `json:"view"`
}

func (s *Server) zones(l *look) ([]ZoneRow, error) {
	rows := []ZoneRow{}
	for _, z := range s.coverage.Zones() {
		at := s.atlas.Axis.Locate(z.Corners[0])
		if !l.view.everything && (at.Far || !l.within.Contains(at.Chainage)) {
			continue
		}
		view, err := l.Network.Zone(z, l.class)
		if err != nil {
			return nil, err
		}
		r := ZoneRow{ID: z.ID, Name: z.Name, Spans: spansOf(l.Network.Spans(z).Intersect(l.within)), View: view}
		for _, p := range z.Corners {
			r.Corners = append(r.Corners, [2]float64{p.Lat, p.Lon})
		}
		rows = append(rows, r)
	}
	return rows, nil
}

// CoverageReport is all of it in one file.
type CoverageReport struct {
	CoverageSummary
	Gaps         []GapRow         `json:"gaps"`
	Outages      []OutageRow      `json:"outages"`
	SinglePoints []SinglePointRow `json:"single_points"`
	Control      []ControlRow     `json:"control"`
	Availability Availability     `json:"availability"`
	Zones        []ZoneRow        `json:"zones"`
}

func (s *Server) report(l *look) (CoverageReport, error) {
	summary, err := s.summary(l, &summaryInput{})
	if err != nil {
		return CoverageReport{}, err
	}
	zones, err := s.zones(l)
	return CoverageReport{CoverageSummary: summary, Gaps: s.gaps(l, 1000), Outages: s.outages(l), SinglePoints: s.singlePoints(l),
		Control: s.controlRows(l), Availability: s.availability(l), Zones: zones}, err
}

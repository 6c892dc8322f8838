package api

import (
	"slices"
	"time"

	"marsad/assess"
	"marsad/border"
	"marsad/engine/picture"
	"marsad/geo"
	"marsad/ident"
	"marsad/respond"
	"marsad/sense"
)

func ms(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func trackRow(t *picture.Track) TrackRow {
	row := TrackRow{
		ID: t.ID.String(), Status: t.Status.String(), At: ms(t.At), First: ms(t.First),
		Lat: round(t.Point.Lat, 6), Lon: round(t.Point.Lon, 6),
		Existence: round(t.Existence, 3), Count: round(t.Count, 1), Unit: t.Unit, Was: t.Was, UnitFix: ms(t.UnitFix), Sensors: len(t.Sensors),
		Alert: t.Alert.String(), Simulated: t.Simulated,
	}
	if t.HasKm {
		row.Km, row.Offset = round(float64(t.Chainage), 1), round(float64(t.Offset), 1)
	}
	speed, heading := course(t.VE, t.VN)
	row.Speed, row.Heading = round(speed, 2), round(heading, 1)
	major, minor, tilt := ellipse(t.Cov[0], t.Cov[1], t.Cov[4])
	row.Major, row.Minor, row.Tilt = round(major, 1), round(minor, 1), round(tilt, 1)
	class, share := t.Class.Best()
	row.Class, row.Share = class.String(), round(share, 3)
	return row
}

func alertRow(c *respond.Case) AlertRow {
	a := &c.Alert
	row := AlertRow{
		ID: a.ID.String(), Number: numberOf(a.Opened, a.ID), Rule: a.Rule, Severity: a.Severity.String(), State: string(c.State), Title: a.Title,
		Km: round(float64(a.Where.Chainage), 1), Offset: round(float64(a.Where.Offset), 1),
		From: round(float64(a.Where.From), 1), To: round(float64(a.Where.To), 1), HasKm: a.Where.HasKm,
		Lat: round(a.Where.Point.Lat, 6), Lon: round(a.Where.Point.Lon, 6), MGRS: a.Where.MGRS, Near: a.Where.Near,
		Section: a.Where.Section, Opened: ms(a.Opened), Updated: ms(a.Updated), Ended: ms(a.Ended),
		Sure: round(a.Sure, 3), Class: a.Class.String(), Count: round(a.Count, 1), Owner: c.Owner,
		Escalated: len(c.Escalated), ByHand: a.ByHand != "", Simulated: a.Simulated,
		Closed: c.State == respond.Debriefed, Revision: c.Revision,
		Sound: a.Severity == assess.Critical && c.State == respond.Open,
	}
	if c.Class != sense.Unknown {
		row.Class = c.Class.String()
	}
	if a.LineIn > 0 {
		row.LineAt = ms(a.Updated.Add(a.LineIn))
	}
	for _, id := range a.Tracks {
		row.Tracks = append(row.Tracks, id.String())
	}
	if n := len(c.Proposals); n > 0 && !c.Proposals[n-1].Answered {
		row.Proposal, row.Asked = true, c.Proposals[n-1].Asked
	}
	return row
}

func sensorRow(s *picture.Sensor) SensorRow {
	row := SensorRow{
		ID: string(s.ID), Name: s.Name, Kind: s.Kind.String(), Health: s.Health.String(), Since: ms(s.Since),
		Lat: round(s.Position.Lat, 6), Lon: round(s.Position.Lon, 6), Range: s.MaxRange,
		Mount: s.Mount, Link: s.Link, CanLookAt: s.CanLookAt, Simulated: s.Simulated, Assumed: s.Assumed,
	}
	if s.HasKm {
		row.Km, row.Offset = round(float64(s.Chainage), 1), round(float64(s.Offset), 1)
	}
	switch s.Health {
	case sense.Late, sense.Lost, sense.Degraded:
		row.Why = s.Why
	}
	if b := s.Bias; b != nil {
		row.Bias = &SensorBias{Azimuth: round(geo.Degrees(b.Azimuth), 3), SigmaAzimuth: round(geo.Degrees(b.SigmaAzimuth), 3), Range: round(b.Range, 1), SigmaRange: round(b.SigmaRange, 1),
			Clock: round(b.Clock, 2), SigmaClock: round(b.SigmaClock, 2), Applied: b.Applied, Shifted: b.Shifted}
	}
	return row
}

func unitRow(u *picture.Unit) UnitRow {
	return UnitRow{
		ID: u.ID, Name: u.Name, People: u.People, Lat: round(u.Fix.Lat, 6), Lon: round(u.Fix.Lon, 6),
		Km: round(float64(u.Chainage), 1), Offset: round(float64(u.Offset), 1), FixAt: ms(u.FixAt),
		State: string(u.State), Task: u.Task.String(), Section: u.Section,
	}
}

// view is what one account may see: its spans of the line, and its sections.
type view struct {
	everything bool
	spans      border.Set
	sections   []string
	account    string
	roles      []string
	picture    bool // tracks, units, alerts
	sensors    bool
}

func (v *view) place(p picture.Place) bool {
	return v.everything || p.HasKm && v.spans.Contains(p.Chainage)
}

func (v *view) track(t *picture.Track) bool   { return v.picture && v.place(t.Place) }
func (v *view) sensor(s *picture.Sensor) bool { return v.sensors && v.place(s.Place) }
func (v *view) unit(u *picture.Unit) bool     { return v.picture && v.place(u.Place) }

// alert is seen where its place, or any part of its span, lies in the view.
func (v *view) alert(a *assess.Alert) bool {
	if !v.picture {
		return false
	}
	if v.everything || slices.Contains(v.sections, a.Where.Section) {
		return true
	}
	if !a.Where.HasKm {
		return false
	}
	if a.Where.To > a.Where.From {
		return v.spans.Intersect(border.NewSet(border.Span{From: a.Where.From, To: a.Where.To})).Length() > 0
	}
	return v.spans.Contains(a.Where.Chainage)
}

// notice is for an account when it names the account or one of its roles and,
// where it belongs to a case, the case lies in the view.
func (v *view) notice(n *respond.Notice, current *picture.Version) bool {
	named := slices.ContainsFunc(n.To, func(to string) bool { return to == v.account || slices.Contains(v.roles, to) })
	if !named {
		return false
	}
	if n.Case.IsZero() {
		return true
	}
	a := current.Alert(n.Case)
	if a == nil {
		return false
	}
	// Whoever mends sensors sees them, and need not see what moves.
	w := &a.Case.Alert.Where
	mends := n.Kind == "repair" && v.sensors && (v.everything || w.HasKm && (v.spans.Contains(w.Chainage) || v.spans.Contains(w.From)))
	return mends || v.alert(&a.Case.Alert)
}

func ids(in []ident.ID) []string {
	var out []string
	for _, id := range in {
		out = append(out, id.String())
	}
	return out
}

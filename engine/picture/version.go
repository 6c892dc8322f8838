package picture

import (
	"bytes"
	"cmp"
	"time"

	"marsad/ident"
	"marsad/sense"
)

// Version of the picture. It never changes: rows and slices may be read by
// anybody at any time and must not be written.
type Version struct {
	Revision uint64
	Now      time.Time // event time of the log
	// Rows in order of their id.
	Tracks  []*Track
	Alerts  []*Alert
	Sensors []*Sensor
	Units   []*Unit
	Notices []*Notice // the newest few, oldest first
	Counts  Counts
	// Lanes grows whenever a lane of the line differs: ask for it again.
	Lanes uint64

	gone     []gone // oldest first
	goneFrom uint64 // departures after this revision are all in gone
	next     chan struct{}
}

type gone struct {
	revision uint64
	track    ident.ID
	alert    ident.ID
	sensor   sense.SensorID
	unit     string
}

func compareID(a, b ident.ID) int { return bytes.Compare(a[:], b[:]) }

func trackKey(r *Track) ident.ID         { return r.ID }
func alertKey(r *Alert) ident.ID         { return r.Case.Alert.ID }
func sensorKey(r *Sensor) sense.SensorID { return r.ID }
func unitKey(r *Unit) string             { return r.ID }

// Next is closed when a newer version is current.
func (v *Version) Next() <-chan struct{} { return v.next }

// Track by id, nil for none.
func (v *Version) Track(id ident.ID) *Track { return find(v.Tracks, id, trackKey, compareID) }

// Alert by id, nil for none.
func (v *Version) Alert(id ident.ID) *Alert { return find(v.Alerts, id, alertKey, compareID) }

// Sensor by id, nil for none.
func (v *Version) Sensor(id sense.SensorID) *Sensor {
	return find(v.Sensors, id, sensorKey, cmp.Compare[sense.SensorID])
}

// Unit by id, nil for none.
func (v *Version) Unit(id string) *Unit { return find(v.Units, id, unitKey, cmp.Compare[string]) }

// Delta is what changed from one revision to another: rows replace rows of the
// same id.
type Delta struct {
	From, To uint64
	Tracks   []*Track
	Alerts   []*Alert
	Sensors  []*Sensor
	Units    []*Unit
	Notices  []*Notice
	Gone     Gone
}

// Gone lists what left the picture.
type Gone struct {
	Tracks  []ident.ID
	Alerts  []ident.ID
	Sensors []sense.SensorID
	Units   []string
}

// Empty reports whether nothing changed but the counts.
func (d *Delta) Empty() bool {
	return len(d.Tracks)+len(d.Alerts)+len(d.Sensors)+len(d.Units)+len(d.Notices)+
		len(d.Gone.Tracks)+len(d.Gone.Alerts)+len(d.Gone.Sensors)+len(d.Gone.Units) == 0
}

// Since gives what changed after a revision. It is false for a revision that is
// too old or of another run: then the receiver needs the whole version.
func (v *Version) Since(revision uint64) (Delta, bool) {
	if revision < v.goneFrom || revision > v.Revision {
		return Delta{}, false
	}
	d := Delta{From: revision, To: v.Revision}
	if revision == v.Revision {
		return d, true
	}
	for _, r := range v.Tracks {
		if r.Changed > revision {
			d.Tracks = append(d.Tracks, r)
		}
	}
	for _, r := range v.Alerts {
		if r.Changed > revision {
			d.Alerts = append(d.Alerts, r)
		}
	}
	for _, r := range v.Sensors {
		if r.Changed > revision {
			d.Sensors = append(d.Sensors, r)
		}
	}
	for _, r := range v.Units {
		if r.Changed > revision {
			d.Units = append(d.Units, r)
		}
	}
	for _, r := range v.Notices {
		if r.Changed > revision {
			d.Notices = append(d.Notices, r)
		}
	}
	for i := len(v.gone) - 1; i >= 0 && v.gone[i].revision > revision; i-- {
		v.left(&d.Gone, v.gone[i])
	}
	return d, true
}

// left adds one departure, unless the thing has come back since.
func (v *Version) left(g *Gone, row gone) {
	switch {
	case !row.track.IsZero():
		if v.Track(row.track) == nil {
			g.Tracks = append(g.Tracks, row.track)
		}
	case !row.alert.IsZero():
		if v.Alert(row.alert) == nil {
			g.Alerts = append(g.Alerts, row.alert)
		}
	case row.sensor != "":
		if v.Sensor(row.sensor) == nil {
			g.Sensors = append(g.Sensors, row.sensor)
		}
	default:
		if v.Unit(row.unit) == nil {
			g.Units = append(g.Units, row.unit)
		}
	}
}

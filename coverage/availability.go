package coverage

import (
	"maps"
	"slices"
	"time"

	"marsad/border"
	"marsad/sense"
)

// Ledger keeps for how long each sensor worked and how much of each section was
// seen, day by day: what availability is computed from. Time in which Marsad did
// not run counts for neither part nor whole.
type Ledger struct {
	Until time.Time // everything up to here is counted
	Days  []Day     // oldest first
}

// Day is one day of a Ledger, in UTC.
type Day struct {
	Date     string                   `json:"date"` // 2026-02-19
	Sensors  map[sense.SensorID]Spell `json:"sensors"`
	Sections map[string]Watched       `json:"sections"`
}

// Spell is how long a sensor worked, of how long it was registered, in seconds.
type Spell struct {
	Up  float64 `json:"up"`
	All float64 `json:"all"`
}

// Watched is how much of a section was seen for a person, of how much would be
// seen if every sensor worked, in metre-seconds.
type Watched struct {
	Seen     float64 `json:"seen"`
	Designed float64 `json:"designed"`
}

// Limits of a ledger.
const (
	// DaysKept is how many days a ledger looks back.
	DaysKept = 31
	// asleep is how long nobody may count before the time is left out: Marsad was
	// stopped.
	asleep = 90 * time.Second
)

// Standing is what a network sees of each section: it holds until the network
// changes.
type Standing map[string]Watched

// Standing measures sections in metres.
func (n *Network) Standing(sections []border.Section) Standing {
	seen, designed := n.Seen(sense.Person), n.Designed(sense.Person)
	s := Standing{}
	for _, x := range sections {
		whole := border.NewSet(x.Span)
		should := designed.Intersect(whole)
		s[x.ID] = Watched{Seen: seen.Intersect(should).Length(), Designed: should.Length()}
	}
	return s
}

// Count adds the time from Until to a moment, during which a network stood as it
// does. Time that runs backwards, and a time so long that Marsad must have been
// away, count for nothing.
func (l *Ledger) Count(to time.Time, n *Network, standing Standing) {
	from := l.Until
	if !to.After(from) {
		return
	}
	l.Until = to
	if from.IsZero() || to.Sub(from) > asleep {
		return
	}
	for from.Before(to) {
		midnight := from.UTC().Truncate(24 * time.Hour).Add(24 * time.Hour)
		end := to
		if midnight.Before(end) {
			end = midnight
		}
		l.day(from).add(end.Sub(from).Seconds(), n, standing)
		from = end
	}
}

// day gives the day of a moment, which is never before that of the last count.
func (l *Ledger) day(at time.Time) *Day {
	date := at.UTC().Format(time.DateOnly)
	if k := len(l.Days); k == 0 || l.Days[k-1].Date != date {
		l.Days = append(l.Days, Day{Date: date})
	}
	if k := len(l.Days); k > DaysKept {
		l.Days = slices.Clone(l.Days[k-DaysKept:])
	}
	d := &l.Days[len(l.Days)-1]
	if d.Sensors == nil {
		d.Sensors = map[sense.SensorID]Spell{}
	}
	if d.Sections == nil {
		d.Sections = map[string]Watched{}
	}
	return d
}

func (d *Day) add(seconds float64, n *Network, standing Standing) {
	for _, w := range n.watches {
		if w.reach == nil || !w.lasting() || w.health == sense.Unheard {
			continue
		}
		s := d.Sensors[w.sensor.ID]
		s.All += seconds
		if w.health.Working() {
			s.Up += seconds
		}
		d.Sensors[w.sensor.ID] = s
	}
	for id, now := range standing {
		w := d.Sections[id]
		w.Seen += now.Seen * seconds
		w.Designed += now.Designed * seconds
		d.Sections[id] = w
	}
}

// Clone is an independent copy.
func (l Ledger) Clone() Ledger {
	c := Ledger{Until: l.Until, Days: slices.Clone(l.Days)}
	for i := range c.Days {
		// Only the last day still grows.
		if i == len(c.Days)-1 {
			c.Days[i].Sensors, c.Days[i].Sections = maps.Clone(c.Days[i].Sensors), maps.Clone(c.Days[i].Sections)
		}
	}
	return c
}

// Sensor adds up a sensor over the days kept.
func (l *Ledger) Sensor(id sense.SensorID) (all Spell) {
	for _, d := range l.Days {
		all.Up += d.Sensors[id].Up
		all.All += d.Sensors[id].All
	}
	return all
}

// Section adds up a section over the days kept.
func (l *Ledger) Section(id string) (all Watched) {
	for _, d := range l.Days {
		all.Seen += d.Sections[id].Seen
		all.Designed += d.Sections[id].Designed
	}
	return all
}

package picture

import (
	"cmp"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"marsad/assess"
	"marsad/border"
	"marsad/force"
	"marsad/fuse"
	"marsad/geo"
	"marsad/ident"
	"marsad/respond"
	"marsad/say"
	"marsad/sense"
)

const (
	keepGone    = 8192 // departures remembered for deltas
	keepNotices = 200
	keepClosed  = time.Hour
	shift       = 12 * time.Hour
	shedFor     = 10 * time.Minute
	shedStep    = 10 * time.Second
)

// Options of a picture.
type Options struct {
	// Locate gives the place of a point on the line, false where it has none.
	Locate func(geo.Point) (border.Chainage, border.Offset, bool)
	// Roster of own units: they are in the picture from the first version on.
	Roster force.Roster
	// First revision. Let it grow from run to run (Unix milliseconds do), so that
	// a revision of an earlier run is known to be one.
	First uint64
}

// Changes that the pipeline brings. Nil fields change nothing.
type Changes struct {
	Now        time.Time // event time, zero for unchanged
	Tracks     []fuse.Change
	Sensors    []sense.Sensor
	Health     []sense.HealthChange
	Biases     []fuse.Bias
	Fixes      []UnitFix
	Cases      []respond.Case
	Notices    []respond.Notice
	Suppressed []assess.Suppressed
}

// UnitFix is where an own unit is.
type UnitFix struct {
	Unit  string
	Point geo.Point
	At    time.Time
}

// Picture is the writer's side. Apply and Publish are for the pipeline; Current
// and History may be called from anywhere.
type Picture struct {
	options Options
	current atomic.Pointer[Version]

	mu       sync.Mutex
	dirty    bool
	revision uint64
	now      time.Time
	tracks   table[ident.ID, Track]
	alerts   table[ident.ID, Alert]
	sensors  table[sense.SensorID, Sensor]
	units    table[string, Unit]
	notices  []*Notice
	input    Input
	lanes    uint64
	degraded say.Text
	gone     []gone
	goneFrom uint64

	history map[ident.ID]*trail
	swept   time.Time

	alertOf    map[ident.ID]ident.ID  // the newest open case of a track
	counted    map[ident.ID]bool      // alerts that stand in opened
	opened     []time.Time            // when alerts opened, over the last hour
	suppressed map[ident.ID]time.Time // when a thing was last kept silent
	shed       []shed                 // scans that overload cost, over the last ten minutes
}

// shed are scans that were dropped unread within ten seconds.
type shed struct {
	at time.Time
	n  uint64
}

// New makes a picture whose first version holds the roster.
func New(o Options) *Picture {
	p := &Picture{
		options: o, revision: o.First, goneFrom: o.First + 1,
		tracks:     newTable(trackKey, compareID),
		alerts:     newTable(alertKey, compareID),
		sensors:    newTable(sensorKey, cmp.Compare[sense.SensorID]),
		units:      newTable(unitKey, cmp.Compare[string]),
		history:    map[ident.ID]*trail{},
		alertOf:    map[ident.ID]ident.ID{},
		counted:    map[ident.ID]bool{},
		suppressed: map[ident.ID]time.Time{},
	}
	for _, u := range o.Roster {
		p.units.put(&Unit{Unit: u, State: Free})
	}
	p.dirty = true
	p.Publish()
	return p
}

// Current version. Never nil.
func (p *Picture) Current() *Version { return p.current.Load() }

// Apply stages changes for the next version.
func (p *Picture) Apply(c *Changes) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.dirty = true
	if c.Now.After(p.now) {
		p.now = c.Now
	}
	for i := range c.Sensors {
		p.register(&c.Sensors[i])
	}
	for i := range c.Biases {
		p.bias(&c.Biases[i])
	}
	for i := range c.Health {
		p.health(&c.Health[i])
	}
	for i := range c.Tracks {
		p.track(&c.Tracks[i])
	}
	for i := range c.Fixes {
		p.fix(&c.Fixes[i])
	}
	for i := range c.Cases {
		p.alert(&c.Cases[i])
	}
	for i := range c.Notices {
		p.notices = append(p.notices, &Notice{Notice: c.Notices[i]}) // older versions do not see beyond their length
	}
	for i := range c.Suppressed {
		p.suppressed[c.Suppressed[i].ID] = c.Suppressed[i].Last
	}
}

// Input sets the counters of what did not get through; Degraded why nothing is
// acknowledged at present, the zero text when all is well.
func (p *Picture) Input(in Input, degraded say.Text) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if n := in.Shed - p.input.Shed; in.Shed > p.input.Shed {
		if last := len(p.shed) - 1; last >= 0 && p.now.Sub(p.shed[last].at) < shedStep {
			p.shed[last].n += n
		} else {
			p.shed = append(p.shed, shed{p.now, n})
		}
	}
	if p.input != in || p.degraded != degraded {
		p.input, p.degraded, p.dirty = in, degraded, true
	}
}

// LanesChanged says that a lane of the line differs from before.
func (p *Picture) LanesChanged() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lanes++
	p.dirty = true
}

// Publish makes everything staged the current version and gives it; with
// nothing staged the current version stays. The changes of half a second may
// well be published at once: the more, the cheaper.
func (p *Picture) Publish() *Version {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.dirty {
		return p.current.Load()
	}
	p.dirty = false
	p.revision++
	p.overdue()
	p.closed()
	p.depart(p.revision)
	if n := len(p.notices); n > keepNotices {
		p.notices = slices.Clone(p.notices[n-keepNotices:])
	}
	for _, n := range p.notices {
		if n.Changed == 0 {
			n.Changed = p.revision
		}
	}
	v := &Version{
		Revision: p.revision, Now: p.now,
		Tracks: p.tracks.rows, Alerts: p.alerts.rows, Sensors: p.sensors.rows, Units: p.units.rows,
		Notices: p.notices, Counts: p.counts(), Lanes: p.lanes,
		gone: p.gone, goneFrom: p.goneFrom, next: make(chan struct{}),
	}
	if old := p.current.Swap(v); old != nil {
		close(old.next)
	}
	p.sweep()
	return v
}

// depart publishes the tables and remembers what left.
func (p *Picture) depart(revision uint64) {
	for _, id := range p.tracks.publish(func(r *Track) { r.Changed = revision; r.Place = p.locate(r.Point) }) {
		p.gone = append(p.gone, gone{revision: revision, track: id})
	}
	for _, id := range p.alerts.publish(func(r *Alert) { r.Changed = revision }) {
		p.gone = append(p.gone, gone{revision: revision, alert: id})
	}
	for _, id := range p.sensors.publish(func(r *Sensor) { r.Changed = revision; r.Place = p.locate(r.Position.Point) }) {
		p.gone = append(p.gone, gone{revision: revision, sensor: id})
	}
	for _, id := range p.units.publish(func(r *Unit) { r.Changed = revision; r.Place = p.unitPlace(r) }) {
		p.gone = append(p.gone, gone{revision: revision, unit: id})
	}
	if n := len(p.gone); n > 2*keepGone {
		p.goneFrom = p.gone[n-keepGone-1].revision
		p.gone = slices.Clone(p.gone[n-keepGone:])
	}
}

func (p *Picture) unitPlace(u *Unit) Place {
	if u.FixAt.IsZero() {
		return Place{Chainage: u.Home, HasKm: true}
	}
	return p.locate(u.Fix)
}

func (p *Picture) locate(at geo.Point) Place {
	if p.options.Locate == nil {
		return Place{}
	}
	c, o, ok := p.options.Locate(at)
	return Place{Chainage: c, Offset: o, HasKm: ok}
}

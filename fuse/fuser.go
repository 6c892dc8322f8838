package fuse

import (
	"math"
	"slices"
	"time"

	"marsad/fuse/node"
	"marsad/fuse/pmb"
	"marsad/ident"
	"marsad/sense"
)

// Fuser is the stage. Its methods are called in log order by one goroutine.
type Fuser struct {
	cfg    Config
	engine *pmb.Engine
	cells  *cells

	sensors []watcher
	index   map[sense.SensorID]int32
	units   []string
	unit    map[string]int32

	newest   int64 // the latest instant seen, ns
	stats    Stats
	scan     pmb.Scan
	changed  []int32
	compared []int32
	named    []named        // ids by slot
	spare    []Contribution // memory that published contributions are cut from
	book     node.Book      // what other fusion nodes report
	slots    map[pmb.Key]int32
	touched  []int32
}

// Stats counts what the stage met since the beginning of the log.
type Stats struct {
	Scans, Detections uint64
	// Refused scans and detections, by why.
	Unregistered, Repeated, TooLate, Ahead, Impossible uint64
	Tentative, Shown                                   int // tracks now
	Born, Confirmed, Merged                            uint64
	// Late are scans that came after younger ones and were used as if in time;
	// Again are scans that were used again because of them.
	Late, Again uint64
	// Crowded are tentative tracks that a crowd left no room for.
	Crowded uint64
	// Jumped is how often what was known of a sensor's bias was forgotten because
	// it had changed: it was knocked, or its clock was set.
	Jumped uint64
	// NodeReports are tracks that other fusion nodes reported, NodeEchoes those
	// of them in which our own data was found.
	NodeReports, NodeEchoes uint64
}

// New makes the stage with nothing registered and no track.
func New(cfg Config) *Fuser {
	f := &Fuser{cfg: cfg, index: map[sense.SensorID]int32{}, unit: map[string]int32{}, slots: map[pmb.Key]int32{}}
	f.cells = &cells{degrees: cfg.CellDegrees, margin: cfg.CellMargin, side: cfg.Core.Unseen.Side, number: map[cellKey]int32{}}
	core := cfg.Core
	core.Ground = f.cells.going
	f.engine = pmb.New(core, f.cells)
	f.cells.engine = f.engine
	return f
}

// Register takes a sensor's registration, new or renewed.
func (f *Fuser) Register(s sense.Sensor) {
	i, ok := f.index[s.ID]
	if !ok {
		i = int32(len(f.sensors))
		f.sensors = append(f.sensors, watcher{})
		f.index[s.ID] = i
	}
	w := &f.sensors[i]
	w.reg = s
	w.look(&f.cfg)
	w.looked, w.poses = f.newest, w.poses[:0]
}

// Health takes a change of a sensor's health. Silence of a sensor is no
// evidence here in any state of health, since only scans are; a sensor that
// left may come back with old times, so its memory of repeats is kept.
func (f *Fuser) Health(sense.HealthChange) {}

// Footprint takes the table of where a sensor can see. One whose sizes do not
// fit its table is ignored and the registered view stays.
func (f *Fuser) Footprint(p sense.Footprint) {
	i, ok := f.index[p.Sensor]
	if !ok || !usable(&p) {
		f.stats.Impossible++
		return
	}
	w := &f.sensors[i]
	w.foot = &p
	w.look(&f.cfg)
	w.looked, w.poses = f.newest, w.poses[:0]
}

// Scan takes what one sensor saw at one instant and appends the changes of
// tracks that are shown: at most one for each track.
func (f *Fuser) Scan(s *sense.Scan, out []Change) []Change {
	i, ok := f.index[s.Sensor]
	if !ok {
		f.stats.Unregistered++
		return out
	}
	w := &f.sensors[i]
	at := s.Observed.UnixNano()
	if !s.Received.IsZero() && s.Observed.Sub(s.Received) > f.cfg.Ahead {
		f.stats.Ahead++
		return out
	}
	if at < f.newest-int64(f.cfg.Core.Window*1e9) {
		f.stats.TooLate++
		return out
	}
	if w.repeated(at) {
		f.stats.Repeated++
		return out
	}
	shift := f.engine.Shift(i, at)
	at -= int64(shift * 1e9)
	if at < f.newest-int64(f.cfg.Core.Window*1e9) {
		f.stats.TooLate++
		return out
	}
	if w.reg.Kind == sense.Node {
		return f.nodeScan(i, w, s, at, out)
	}
	if !f.translate(i, w, s, at) {
		return out
	}
	if s.Declared {
		w.declare(at)
	}
	f.scan.Shift = shift
	f.newest = max(f.newest, at)
	f.stats.Scans++
	f.stats.Detections += uint64(len(f.scan.Dets))
	f.engine.Step(&f.scan)
	f.share(w, i, at)
	return f.publish(f.engine.Touched, max(at, f.newest), out)
}

// repeated reports whether the sensor already gave a scan of this instant.
func (w *watcher) repeated(at int64) bool {
	for _, v := range w.lately {
		if v == at {
			return true
		}
	}
	w.lately[w.next] = at
	w.next = (w.next + 1) % len(w.lately)
	return false
}

// translate fills the core's scan; false where the scan cannot be placed.
func (f *Fuser) translate(i int32, w *watcher, s *sense.Scan, at int64) bool {
	f.scan = pmb.Scan{At: at, Sensor: i, View: w.view, Declared: s.Declared, Dets: f.scan.Dets[:0]}
	origin := s.Origin
	if s.Unit != "" {
		if len(s.Detections) != 1 || s.Detections[0].Shape != sense.AtPosition {
			f.stats.Impossible++
			return false
		}
		// A unit's fix is its own origin, whatever the scan says.
		origin.Lat, origin.Lon = s.Detections[0].Z[0], s.Detections[0].Z[1]
		f.scan.Unit = f.unitNumber(s.Unit) + 1
	}
	if origin.Lat == 0 && origin.Lon == 0 {
		origin = w.reg.Position
	}
	if !origin.Valid() {
		f.stats.Impossible++
		return false
	}
	w.stand(origin, f.cells)
	if len(w.poses) == 0 {
		f.stats.Impossible++
		return false
	}
	f.scan.Poses = w.poses
	for k := range s.Detections {
		f.scan.Dets = append(f.scan.Dets, pmb.Det{})
		if !w.measure(&s.Detections[k], &f.scan.Dets[len(f.scan.Dets)-1]) {
			f.stats.Impossible++
			f.scan.Dets = f.scan.Dets[:len(f.scan.Dets)-1]
		}
	}
	return s.Unit == "" || len(f.scan.Dets) == 1
}

func (f *Fuser) unitNumber(name string) int32 {
	n, ok := f.unit[name]
	if !ok {
		n = int32(len(f.units))
		f.units = append(f.units, name)
		f.unit[name] = n
	}
	return n
}

// Tick takes the log's clock: late scans that waited for one another are used, what
// nobody measures coasts, and ends in time.
// An end is announced once no late scan can undo it.
func (f *Fuser) Tick(now time.Time, out []Change) []Change {
	at := now.UnixNano()
	if at < f.newest {
		at = f.newest
	}
	f.newest = at
	f.engine.Tick(at)
	out = f.nodeTick(at, out)
	f.compare(at)
	for i := range f.engine.Gone {
		t := &f.engine.Gone[i]
		out = append(out, f.show(&t.Track, at, f.id(t.Track.Key), t.Times+1))
	}
	f.changed = append(f.changed[:0], f.engine.Touched...)
	f.engine.Each(func(i int32, t *pmb.Track) {
		if t.Status == pmb.Confirmed && f.engine.Coasts(t, at) {
			f.changed = append(f.changed, i)
		}
	})
	slices.SortFunc(f.changed, func(a, b int32) int {
		return f.engine.Track(a).Key.Compare(f.engine.Track(b).Key)
	})
	f.changed = slices.Compact(f.changed)
	return f.publish(f.changed, at, out)
}

// publish appends the state of tracks that are shown.
func (f *Fuser) publish(slots []int32, at int64, out []Change) []Change {
	for _, i := range slots {
		if t := f.engine.Track(i); f.engine.Alive(i) && t.Status != pmb.Tentative {
			out = append(out, f.show(t, at, f.idOf(i, t.Key), f.engine.Announce(i)))
		}
	}
	return out
}

// Tracks appends every track that is shown, in the order of birth, as of the
// newest instant; those that only other nodes know come after.
func (f *Fuser) Tracks(out []Track) []Track {
	var slots []int32
	f.engine.Each(func(i int32, t *pmb.Track) {
		if t.Status != pmb.Tentative {
			slots = append(slots, i)
		}
	})
	slices.SortFunc(slots, func(a, b int32) int { return f.engine.Track(a).Key.Compare(f.engine.Track(b).Key) })
	for _, i := range slots {
		t := f.engine.Track(i)
		out = append(out, f.show(t, max(t.At, f.newest), f.idOf(i, t.Key), f.engine.Announced(i)))
	}
	return f.nodeTracks(out)
}

// Bias is a sensor's systematic error as registration sees it: measured less
// true. A doubtful sensor shows here before anyone complains.
type Bias struct {
	Sensor       sense.SensorID `json:"sensor"`
	Azimuth      float64        `json:"azimuth"` // rad
	SigmaAzimuth float64        `json:"sigma_azimuth"`
	Range        float64        `json:"range"` // m
	SigmaRange   float64        `json:"sigma_range"`
	Clock        float64        `json:"clock"` // s, positive where it is ahead
	SigmaClock   float64        `json:"sigma_clock"`
	Applied      bool           `json:"applied"` // angle and range are sure enough to be taken off
	Shifted      bool           `json:"shifted"` // so is the clock
}

// Biases appends what is known of every sensor's bias, in the order of
// registration; sensors that nothing is known of are left out.
func (f *Fuser) Biases(out []Bias) []Bias {
	for i := range f.sensors {
		if b, ok := f.engine.Bias(int32(i)); ok {
			out = append(out, Bias{
				Sensor: f.sensors[i].reg.ID, Azimuth: b.Az, SigmaAzimuth: math.Sqrt(b.VarAz), Range: b.Range, SigmaRange: math.Sqrt(b.VarRange),
				Clock: b.Clock, SigmaClock: math.Sqrt(b.VarClock), Applied: b.Applied, Shifted: b.Shifted,
			})
		}
	}
	return out
}

// Stats gives the counts.
func (f *Fuser) Stats() Stats {
	s := f.stats
	f.engine.Each(func(_ int32, t *pmb.Track) {
		if t.Status == pmb.Tentative {
			s.Tentative++
		} else {
			s.Shown++
		}
	})
	c := &f.engine.Stats
	s.Born, s.Confirmed, s.Merged, s.Late, s.Again, s.Crowded, s.Jumped = c.Born, c.Confirmed, c.Merged, c.Late, c.Again, c.Crowded, c.Jumped
	return s
}

// named keeps the id that was derived for a slot's track.
type named struct {
	key pmb.Key
	id  ident.ID
}

// idOf is id for the track in a slot, derived once.
func (f *Fuser) idOf(slot int32, k pmb.Key) ident.ID {
	for int(slot) >= len(f.named) {
		f.named = append(f.named, named{})
	}
	if n := &f.named[slot]; n.key != k {
		*n = named{k, f.id(k)}
	}
	return f.named[slot].id
}

// id of a track, from the instant, sensor and rank of its first detection.
func (f *Fuser) id(k pmb.Key) ident.ID {
	if k.IsZero() {
		return ident.ID{}
	}
	return ident.Derive("track", time.Unix(0, k.At).UTC(), string(f.sensors[k.Sensor].reg.ID), uint64(k.Ord))
}

// show translates a track for the other stages, as of an instant.
func (f *Fuser) show(t *pmb.Track, at int64, id ident.ID, revision uint32) Track {
	g := f.engine.Mean(t, at)
	v := Track{
		ID: id, Status: Status(t.Status),
		At: time.Unix(0, max(at, t.At)).UTC(), First: time.Unix(0, t.First).UTC(), LastSeen: time.Unix(0, t.Seen).UTC(),
		Point: f.cells.list[t.Cell].frame.At(g.X[0], g.X[1]),
		VE:    g.X[2], VN: g.X[3], Cov: g.P,
		Existence: t.R, Class: t.Class, Count: float64(t.Count),
		Into: f.id(t.Into), From: f.id(t.From), Revision: uint64(revision),
	}
	if v.Status == Confirmed && f.engine.Coasts(t, at) {
		v.Status = Coasting
	}
	if t.Unit > 0 {
		name := f.units[t.Unit-1]
		if v.UnitFix = time.Unix(0, t.Fix).UTC(); f.engine.Named(t, at) > 0 {
			v.Unit = name
		} else {
			v.Was = name
		}
	}
	v.Sensors = f.contributions(t)
	for i := range t.Source {
		c := &t.Source[i]
		v.Simulated = v.Simulated || c.Count > 0 && f.sensors[c.Sensor].reg.Simulated
	}
	f.join(&v, t.Key, at)
	return v
}

// contributions are cut from blocks, so that a change costs no allocation of
// its own; a block is never written twice, since changes outlive the step.
func (f *Fuser) contributions(t *pmb.Track) []Contribution {
	if cap(f.spare)-len(f.spare) < pmb.Sources {
		f.spare = make([]Contribution, 0, 128*pmb.Sources)
	}
	from := len(f.spare)
	for i := range t.Source {
		if c := &t.Source[i]; c.Count > 0 {
			f.spare = append(f.spare, Contribution{Sensor: f.sensors[c.Sensor].reg.ID, Count: int(c.Count), Last: time.Unix(0, c.Last).UTC()})
		}
	}
	return f.spare[from:len(f.spare):len(f.spare)]
}

package pipeline

import (
	"context"
	"log/slog"
	"math"
	"slices"
	"sync/atomic"
	"time"

	"marsad/border"
	"marsad/coverage"
	"marsad/engine/picture"
	"marsad/geo"
	"marsad/sense"
	"marsad/terrain"
)

// WatchOptions of a Watch. Picture and Make are compulsory.
type WatchOptions struct {
	Picture *picture.Picture
	// Ready is closed when the picture is live. Nil: it is from the beginning.
	Ready <-chan struct{}
	// Make builds the network of what stands there: seconds of work.
	Make func([]coverage.Station) (*coverage.Network, error)
	// When gives the condition at a time. Nil keeps that of Make.
	When func(time.Time) coverage.Condition
	// Weight gives the risk of each metre, nil while there is none.
	Weight func() func(border.Chainage) float64
	// Walls gives what stands in the way of lines of sight, and a version that
	// differs when they do. Nil: nothing is built.
	Walls func() (walls []terrain.Wall, version uint64)
	// Sections whose availability is kept.
	Sections []border.Section
	// Footprint puts what a sensor sees on the log, for fusion. Nil: nothing is
	// published. What stands on synthetic ground or is simulated never is.
	Footprint func(sense.Footprint) error
	// Responders gives who could go now, for the lane of control, and Within how
	// long that may take. Nil: there is no such lane.
	Responders func(*picture.Version) []coverage.Responder
	Within     time.Duration
	// Days that earlier runs counted, and Keep for the days to come.
	Days []coverage.Day
	Keep func([]coverage.Day)
	// Logger for what fails.
	Logger *slog.Logger
}

// Watch joins coverage to the picture: it follows sensors, their health and their
// moves, and holds what is seen now. One goroutine works; readers take no lock.
type Watch struct {
	options WatchOptions
	now     atomic.Pointer[shown]
	recent  atomic.Pointer[[]*shown] // those held, the oldest first, and now

	known     map[sense.SensorID]seenSensor
	standing  coverage.Standing
	control   border.LaneEntry
	reachable border.Set
	responded time.Time // event time of the newest lane of control
	kept      time.Time // wall clock of the newest Keep
	weighted  time.Time // wall clock of the newest Weight
	walls     uint64    // version of the walls that coverage knows
	reweigh   atomic.Bool
}

// shown is what readers get.
type shown struct {
	coverage.Now
	lanes []border.LaneEntry
	held  atomic.Bool
}

type seenSensor struct {
	sensor sense.Sensor // as coverage has it
	health sense.Health
}

const (
	// A thing that moves is looked at again when it went so far, in metres.
	movedFar, movedUp = 30.0, 10.0
	// respondEvery is how often, in event time, it is asked who could go.
	respondEvery = 20 * time.Second
	refreshEvery = 10 * time.Second // event time
	weighEvery   = time.Minute
	keepEvery    = 5 * time.Minute
	// heldAtMost is how many revisions stay there for those who hold them, so that
	// what a page asks in several questions is of one moment. Each has some megabytes.
	heldAtMost = 10
)

// NewWatch makes a watch that sees nothing yet.
func NewWatch(o WatchOptions) *Watch {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return &Watch{options: o, known: map[sense.SensorID]seenSensor{}}
}

// Now gives what is seen now; false until it has been worked out.
func (w *Watch) Now() (coverage.Now, bool) {
	s := w.now.Load()
	if s == nil {
		return coverage.Now{}, false
	}
	return s.Now, true
}

// At gives what was seen at a revision, with its lanes; zero is the newest. False where
// there is none yet, or where nobody held it, or it is too old.
func (w *Watch) At(revision uint64) (coverage.Now, []border.LaneEntry, bool) {
	s := w.at(revision)
	if s == nil {
		return coverage.Now{}, nil, false
	}
	return s.Now, s.lanes, true
}

func (w *Watch) at(revision uint64) *shown {
	recent := w.recent.Load()
	if revision == 0 || recent == nil {
		return w.now.Load()
	}
	for _, s := range *recent {
		if s.Revision == revision {
			return s
		}
	}
	return nil
}

// Hold keeps a revision that is there for the questions that follow, until enough
// newer ones are held.
func (w *Watch) Hold(revision uint64) {
	if s := w.at(revision); s != nil {
		s.held.Store(true)
	}
}

// show makes something what readers get.
func (w *Watch) show(next *shown) {
	recent := []*shown{next}
	if before := w.recent.Load(); before != nil {
		for _, s := range slices.Backward(*before) {
			if s.held.Load() && len(recent) <= heldAtMost {
				recent = append(recent, s)
			}
		}
		slices.Reverse(recent)
	}
	w.recent.Store(&recent)
	w.now.Store(next)
}

// Lanes gives the lanes as they stand, none until they have been worked out: a
// source for the table.
func (w *Watch) Lanes() []border.LaneEntry {
	if s := w.now.Load(); s != nil {
		return s.lanes
	}
	return nil
}

// Reweigh has the risk of metres read anew at the next version of the picture.
func (w *Watch) Reweigh() { w.reweigh.Store(true) }

// Run works until the context ends. Its error says why nothing can be worked out;
// the rest of Marsad goes on without lanes of coverage.
func (w *Watch) Run(ctx context.Context) error {
	if w.options.Ready != nil {
		select {
		case <-w.options.Ready:
		case <-ctx.Done():
			return nil
		}
	}
	v := w.options.Picture.Current()
	n, err := w.options.Make(w.stations(v))
	if err != nil {
		return err
	}
	var before coverage.Update
	if w.build(&before) {
		n.Update(before)
	}
	ledger := coverage.Ledger{Days: w.options.Days}
	ledger.Count(v.Now, n, nil) // from here on
	w.standing = n.Standing(w.options.Sections)
	w.publish(n, &ledger, v, n.Lanes())
	w.footprints(n, n.Stations())
	defer func() { w.keep(&ledger) }()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-v.Next():
		}
		v = w.options.Picture.Current()
		ledger.Count(v.Now, n, w.standing)
		w.step(&n, &ledger, v)
		w.refresh(&ledger, v)
		if time.Since(w.kept) >= keepEvery {
			w.keep(&ledger)
		}
	}
}

// step takes a version of the picture.
func (w *Watch) step(n **coverage.Network, ledger *coverage.Ledger, v *picture.Version) {
	u := w.update(v, (*n).When())
	answer := w.answers(v)
	built := w.build(&u)
	if len(u.Put)+len(u.Remove)+len(u.Health) == 0 && u.When == nil && !built && !w.due() && !answer {
		return
	}
	next := (*n).Fork()
	next.Update(u)
	*n = next
	w.standing = next.Standing(w.options.Sections)
	w.publish(next, ledger, v, next.Lanes())
	if built {
		u.Put = next.Stations() // whoever looks across may see something else now
	}
	w.footprints(next, u.Put)
}

// build brings the walls into an update where they differ from those known.
func (w *Watch) build(u *coverage.Update) bool {
	if w.options.Walls == nil {
		return false
	}
	walls, version := w.options.Walls()
	if version == w.walls {
		return false
	}
	w.walls, u.Walls = version, &walls
	return true
}

// due reports whether the risk of metres is to be read anew.
func (w *Watch) due() bool {
	return w.options.Weight != nil && (w.reweigh.Load() || time.Since(w.weighted) >= weighEvery)
}

// stations are all sensors of the picture, remembered as known.
func (w *Watch) stations(v *picture.Version) []coverage.Station {
	all := make([]coverage.Station, 0, len(v.Sensors))
	for _, row := range v.Sensors {
		if row.Kind == sense.OwnForce {
			continue // a fix of one's own watches nothing, and moves all the time
		}
		w.known[row.ID] = seenSensor{row.Sensor, row.Health}
		all = append(all, coverage.Station{Sensor: row.Sensor, Health: row.Health})
	}
	return all
}

// update compares the picture with what coverage knows.
func (w *Watch) update(v *picture.Version, when coverage.Condition) (u coverage.Update) {
	here := 0
	for _, row := range v.Sensors {
		if row.Kind == sense.OwnForce {
			continue
		}
		old, ok := w.known[row.ID]
		if ok {
			here++
		}
		switch {
		case !ok || differs(&old.sensor, &row.Sensor):
			u.Put = append(u.Put, coverage.Station{Sensor: row.Sensor, Health: row.Health})
			w.known[row.ID] = seenSensor{row.Sensor, row.Health}
		case old.health != row.Health:
			u.Health = append(u.Health, sense.HealthChange{Sensor: row.ID, From: old.health, To: row.Health, At: row.Since})
			w.known[row.ID] = seenSensor{old.sensor, row.Health}
		}
	}
	if here < len(w.known) {
		for id := range w.known {
			if v.Sensor(id) == nil {
				u.Remove = append(u.Remove, id)
				delete(w.known, id)
			}
		}
	}
	if w.options.When != nil {
		if now := w.options.When(v.Now); now != when {
			u.When = &now
		}
	}
	return u
}

// differs reports whether a sensor's reach must be worked out anew: what moves
// less than a little is where it was.
func differs(old, now *sense.Sensor) bool {
	if *old == *now {
		return false
	}
	still := *now
	still.Position = old.Position
	return still != *old || geo.Distance(old.Position.Point, now.Position.Point) > movedFar ||
		!(math.Abs(old.Position.Height-now.Position.Height) <= movedUp)
}

// answers asks who could go, now and then, and reports whether that changed.
func (w *Watch) answers(v *picture.Version) bool {
	if w.options.Responders == nil || v.Now.Sub(w.responded).Abs() < respondEvery {
		return false
	}
	s := w.now.Load()
	w.responded = v.Now
	reachable := s.Network.Reachable(w.options.Responders(v), w.options.Within)
	changed := !reachable.Equal(w.reachable) || w.control.Pieces == nil
	w.reachable = reachable
	return changed
}

// publish makes what is seen now the one that readers get, and tells the picture.
func (w *Watch) publish(n *coverage.Network, ledger *coverage.Ledger, v *picture.Version, lanes []border.LaneEntry) {
	next := &shown{Now: coverage.Now{Revision: 1, At: v.Now, Network: n, Ledger: ledger.Clone()}}
	if before := w.now.Load(); before != nil {
		next.Revision, next.Weighted = before.Revision+1, before.Weighted
	}
	if w.due() {
		w.reweigh.Store(false)
		w.weighted = time.Now()
		weight := w.options.Weight()
		n.Weigh(weight)
		next.Weighted = weight != nil
	}
	if w.options.Responders != nil {
		if w.responded.IsZero() {
			w.responded = v.Now
			w.reachable = n.Reachable(w.options.Responders(v), w.options.Within)
		}
		w.control = n.Control(sense.Person, w.reachable)
		lanes = append(lanes, w.control)
	}
	next.lanes = lanes
	w.show(next)
	w.options.Picture.LanesChanged()
}

// refresh brings the times of availability to readers when nothing else changed.
func (w *Watch) refresh(ledger *coverage.Ledger, v *picture.Version) {
	if before := w.now.Load(); v.Now.Sub(before.At) >= refreshEvery {
		next := &shown{Now: before.Now, lanes: before.lanes}
		next.Revision++
		next.At, next.Ledger = v.Now, ledger.Clone()
		w.show(next)
	}
}

// footprints puts on the log what sensors see, for fusion. On synthetic ground
// they would contradict what is really hidden, and a simulated sensor sees a world
// with a ground of its own.
func (w *Watch) footprints(n *coverage.Network, of []coverage.Station) {
	if w.options.Footprint == nil || n.Provenance().Synthetic {
		return
	}
	for _, s := range of {
		if s.Sensor.Simulated {
			continue
		}
		at := w.now.Load().At
		f, ok := n.Footprint(s.Sensor.ID, uint64(max(0, at.UnixMilli())), at)
		if !ok {
			continue
		}
		if err := w.options.Footprint(f); err != nil {
			w.options.Logger.Error("what a sensor sees was not put on the log", "sensor", s.Sensor.ID, "cause", err)
		}
	}
}

func (w *Watch) keep(l *coverage.Ledger) {
	w.kept = time.Now()
	if w.options.Keep != nil {
		w.options.Keep(l.Days)
	}
}

package coverage

import (
	"fmt"
	"math"
	"slices"

	"marsad/border"
	"marsad/geo"
	"marsad/say"
	"marsad/sense"
	"marsad/terrain"
)

// Executor runs do(0) to do(n−1), in any order and at once if it likes, and
// returns when all are done. Results do not depend on how.
type Executor func(n int, do func(i int))

// Sequential is the executor that runs one after the other.
func Sequential(n int, do func(i int)) {
	for i := range n {
		do(i)
	}
}

// Config is what coverage stands on. Axis and Ground are needed; the rest has
// defaults.
type Config struct {
	Axis   *border.Axis
	Ground *terrain.Surface
	// Walls stand in the way of what looks across them, each shorter than
	// MaxWall.
	Walls []terrain.Wall
	// Step is the distance between samples of the line in metres, 10 by default;
	// Look that between looks at the ground along a ray, 45 by default.
	Step, Look float64
	When       Condition
	// Health gives a sensor's state at the beginning; nil takes all for Good.
	Health func(sense.SensorID) sense.Health
	// Above gives a sensor's height above the ground in metres where that is
	// what is known; else its position's height above the ellipsoid counts.
	Above func(*sense.Sensor) (metres float64, ok bool)
	// Weight is how much a metre matters; nil takes all for 1.
	Weight func(border.Chainage) float64
	Run    Executor
}

// Network is all sensors and what they see. It is no log and no clock, and what
// it gives depends on its inputs alone. One goroutine at a time changes it; while
// nobody does, any number may ask it.
type Network struct {
	cfg     Config
	line    []geo.Point // middles of the samples
	watches []*watch    // by id
	counts  counts
	shown   []series // the lanes as they stand
}

// watch is one sensor.
type watch struct {
	sensor sense.Sensor
	health sense.Health
	reach  *reach // nil where it sees nothing; Flaw says why
	flaw   *Flaw
	limit  [nClass]float64 // farthest range at which a class is seen, metres
	// evidence is −ln(1 − P) for a person in 1/1000 at each entry of the reach.
	evidence []uint16
}

// Limits of a network.
const (
	maxSensors = 20_000
	minStep    = 1.0
)

// New works out what sensors see. It refuses a configuration without axis or
// ground; a sensor that cannot be used is kept with a flaw and sees nothing.
func New(cfg Config, sensors []sense.Sensor) (*Network, error) {
	if cfg.Axis == nil || cfg.Ground == nil || len(sensors) > maxSensors {
		return nil, &say.Error{Code: "coverage.config", Kind: say.Invalid,
			Text: say.Text{En: fmt.Sprintf("coverage needs the line, the ground and at most %d sensors", maxSensors), Ar: "التغطية تحتاج إلى الخط والتضاريس وعدد معقول من المتحسسات"},
			Hint: say.Text{En: "give an axis and a surface", Ar: "أعطِ الخط وسطح الأرض"}}
	}
	cfg.defaults()
	n := &Network{cfg: cfg}
	samples := int(math.Ceil(cfg.Axis.Length() / cfg.Step))
	n.line = make([]geo.Point, samples)
	for i := range n.line {
		n.line[i] = cfg.Axis.At(n.middle(i))
	}
	sensors = slices.Clone(sensors)
	slices.SortStableFunc(sensors, func(a, b sense.Sensor) int { return compare(a.ID, b.ID) })
	sensors = slices.CompactFunc(sensors, func(a, b sense.Sensor) bool { return a.ID == b.ID })
	n.watches = make([]*watch, len(sensors))
	cfg.Run(len(sensors), func(i int) { n.watches[i] = n.watch(sensors[i], cfg.Health(sensors[i].ID)) })
	n.recount()
	n.shown = n.states()
	return n, nil
}

func (c *Config) defaults() {
	if !(c.Step >= minStep) {
		c.Step = 10
	}
	if !(c.Look >= minStep) {
		c.Look = 45
	}
	if c.Health == nil {
		c.Health = func(sense.SensorID) sense.Health { return sense.Good }
	}
	if c.Above == nil {
		c.Above = func(*sense.Sensor) (float64, bool) { return 0, false }
	}
	if c.Weight == nil {
		c.Weight = func(border.Chainage) float64 { return 1 }
	}
	if c.Run == nil {
		c.Run = Sequential
	}
}

func compare(a, b sense.SensorID) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// middle is the chainage of a sample's middle; span is the metres it stands for.
func (n *Network) middle(i int) border.Chainage { s := n.span(i, i+1); return (s.From + s.To) / 2 }

func (n *Network) span(from, to int) border.Span {
	end := n.cfg.Axis.Whole().To
	return border.Span{From: border.Chainage(float64(from) * n.cfg.Step), To: min(end, border.Chainage(float64(to)*n.cfg.Step))}
}

func (n *Network) watch(s sense.Sensor, h sense.Health) *watch {
	w := &watch{sensor: s, health: h}
	w.reach, w.flaw = n.survey(&s)
	w.aim(n.cfg.When)
	return w
}

// aim works out the ranges for a condition.
func (w *watch) aim(when Condition) {
	for c := range Classes {
		w.limit[c] = reachOf(&w.sensor, Classes[c], when)
	}
	if w.reach == nil {
		return
	}
	w.evidence = make([]uint16, len(w.reach.dist))
	for i, d := range w.reach.dist {
		if p := Pd(&w.sensor, sense.Person, float64(d), when); p > 0 {
			w.evidence[i] = uint16(math.Round(-1000 * math.Log(1-math.Min(p, 0.999))))
		}
	}
}

func (n *Network) find(id sense.SensorID) (int, bool) {
	return slices.BinarySearchFunc(n.watches, id, func(w *watch, id sense.SensorID) int { return compare(w.sensor.ID, id) })
}

// Change is what a change of the network changed.
type Change struct {
	// Dark and Lit are the metres on which a person ceased and began to be seen.
	Dark, Lit border.Set
	// Lanes are those that differ from before, ready for the table.
	Lanes []border.LaneEntry
}

// Station is a sensor with its health.
type Station struct {
	Sensor sense.Sensor
	Health sense.Health
}

// Update is what changed since the last time, all of it at once.
type Update struct {
	Put    []Station // new, changed or moved: their reach is worked out anew
	Remove []sense.SensorID
	Health []sense.HealthChange
	When   *Condition // nil for no change
	// Walls are all that stand from now on, nil for no change: what looks over a
	// stretch that differs is worked out anew.
	Walls *[]terrain.Wall
}

// Update takes changes. Only what the sensors in question see is counted anew;
// reaches are worked out by the executor. A sensor that is not known is not
// removed and has no health.
func (n *Network) Update(u Update) Change {
	return n.change(func() {
		if u.Walls != nil {
			u.Put = append(n.build(*u.Walls), u.Put...) // what is put goes before how it stood
		}
		fresh := make([]*watch, len(u.Put))
		n.cfg.Run(len(u.Put), func(i int) { fresh[i] = n.watch(u.Put[i].Sensor, u.Put[i].Health) })
		for _, w := range fresh {
			i, ok := n.find(w.sensor.ID)
			if !ok {
				n.watches = slices.Insert(n.watches, i, &watch{sensor: sense.Sensor{ID: w.sensor.ID}})
			}
			n.swap(i, w)
		}
		for _, id := range u.Remove {
			if i, ok := n.find(id); ok {
				n.counts.add(n.watches[i], -1)
				n.watches = slices.Delete(n.watches, i, i+1)
			}
		}
		for _, c := range u.Health {
			if i, ok := n.find(c.Sensor); ok {
				changed := *n.watches[i]
				changed.health = c.To
				n.swap(i, &changed)
			}
		}
		if u.When != nil {
			n.under(*u.When)
		}
	})
}

// Health takes changes of health.
func (n *Network) Health(changes ...sense.HealthChange) Change {
	return n.Update(Update{Health: changes})
}

// Move takes a new position of an aerostat or another thing that moves.
func (n *Network) Move(id sense.SensorID, p geo.Position) Change {
	i, ok := n.find(id)
	if !ok {
		return Change{}
	}
	moved := Station{n.watches[i].sensor, n.watches[i].health}
	moved.Sensor.Position = p
	return n.Update(Update{Put: []Station{moved}})
}

// Put adds a sensor, or replaces the one of the same id.
func (n *Network) Put(s sense.Sensor, h sense.Health) Change {
	return n.Update(Update{Put: []Station{{s, h}}})
}

// Remove takes a sensor out.
func (n *Network) Remove(id sense.SensorID) Change {
	return n.Update(Update{Remove: []sense.SensorID{id}})
}

// Under changes day, night and weather.
func (n *Network) Under(when Condition) Change { return n.Update(Update{When: &when}) }

func (n *Network) under(when Condition) {
	n.cfg.When = when
	for i, w := range n.watches {
		aimed := *w
		aimed.aim(when)
		n.watches[i] = &aimed
	}
	n.recount()
}

// Fork is a network of its own that stands as this one does: what is done to one
// leaves the other as it was. It costs some megabytes and no line of sight.
func (n *Network) Fork() *Network {
	f := *n
	f.watches = slices.Clone(n.watches)
	f.counts = n.counts.clone()
	return &f
}

// Weigh gives metres another weight, by which gaps are ranked and plans made.
func (n *Network) Weigh(weight func(border.Chainage) float64) {
	if weight == nil {
		weight = func(border.Chainage) float64 { return 1 }
	}
	n.cfg.Weight = weight
}

// When is the condition under which it is seen.
func (n *Network) When() Condition { return n.cfg.When }

// Stations are all sensors with their health, by id.
func (n *Network) Stations() []Station {
	all := make([]Station, len(n.watches))
	for i, w := range n.watches {
		all[i] = Station{w.sensor, w.health}
	}
	return all
}

// swap replaces a sensor and keeps the counts in step.
func (n *Network) swap(i int, with *watch) {
	n.counts.add(n.watches[i], -1)
	n.watches[i] = with
	n.counts.add(with, 1)
}

func (n *Network) change(do func()) Change {
	before := n.shown
	seen := n.Seen(sense.Person)
	do()
	n.shown = n.states()
	now := n.Seen(sense.Person)
	c := Change{Dark: seen.Minus(now), Lit: now.Minus(seen)}
	for i, s := range n.shown {
		if !s.equal(before[i]) {
			c.Lanes = append(c.Lanes, n.entry(s))
		}
	}
	return c
}

// Flaws are the sensors that count for nothing and why, by id.
func (n *Network) Flaws() []Flaw {
	var flaws []Flaw
	for _, w := range n.watches {
		if w.flaw != nil {
			flaws = append(flaws, *w.flaw)
		}
	}
	return flaws
}

// Provenance is that of the ground: whether figures are synthetic.
func (n *Network) Provenance() terrain.Provenance { return n.cfg.Ground.Provenance() }

// Ground is what the lines of sight go over.
func (n *Network) Ground() *terrain.Surface { return n.cfg.Ground }

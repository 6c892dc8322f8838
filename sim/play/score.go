package play

import (
	"fmt"
	"math"
	"time"

	"marsad/geo"
	"marsad/ident"
	"marsad/respond"
	"marsad/sense"
	"marsad/sim"
	"marsad/sim/scn"
)

// Incursion is one movement that meant to cross, against what was said of it.
type Incursion struct {
	Actor    string        `json:"actor"`
	Class    sense.Class   `json:"class"`
	Count    int           `json:"count"`
	Outbound bool          `json:"outbound"`
	Km       string        `json:"km"`
	Crossed  time.Duration `json:"crossed"` // since the start; −1: it did not cross
	Seen     time.Duration `json:"seen"`    // third look of any sensor; −1: never
	Tracked  time.Duration `json:"tracked"` // first confirmed track on it; −1: never
	Alerted  time.Duration `json:"alerted"` // first alert on it by the system; −1: never
	Alerts   int           `json:"alerts"`  // how many alerts it got: one is right
	Needy    bool          `json:"needy"`   // children or wounded: a referral is due
	Referred bool          `json:"referred"`
	Contact  bool          `json:"contact"` // a patrol met it
}

// BeforeLine reports whether it was alerted before it reached the line.
func (i *Incursion) BeforeLine() bool {
	return i.Alerted >= 0 && (i.Crossed < 0 || i.Alerted <= i.Crossed)
}

// Nuisance is an alert on nothing, on something harmless, or on our own.
type Nuisance struct {
	Rule string        `json:"rule"`
	Of   string        `json:"of"` // what was there, empty for nothing
	Km   string        `json:"km"`
	At   time.Duration `json:"at"`
	Why  string        `json:"why"`            // the alert's own reason
	Near string        `json:"near,omitempty"` // the nearest true thing, where Of is empty
}

// Score of a play against the truth.
type Score struct {
	Hours      float64     `json:"hours"`
	Incursions []Incursion `json:"incursions"`
	Nuisance   []Nuisance  `json:"nuisance"`
	Alerts     int         `json:"alerts"`
	Outages    int         `json:"outages"` // alerts on sensors that had really failed
	// Switches of track id on a true thing, over TrackedSeconds of tracked truth
	// out of TruthSeconds that could have been tracked (within 4 km of the line,
	// not our own).
	Switches       int     `json:"switches"`
	TrackedSeconds float64 `json:"tracked_seconds"`
	TruthSeconds   float64 `json:"truth_seconds"`
	Things         int     `json:"things"`
	// Ghosts are seconds of confirmed tracks with no true thing within 500 m.
	GhostSeconds float64 `json:"ghost_seconds"`
	Suppressed   int     `json:"suppressed"`
}

// Gates of the association of truth to tracks, in metres: a held track may be
// farther off than a new one.
const (
	takeGate = 200.0
	holdGate = 300.0
	scored   = 4000.0
)

type scorer struct {
	scene  *scn.Scenario
	estate *sim.Estate
	looks  map[int32]int
	seen   map[int32]time.Duration
	of     map[int]int // body → index of incursion
	by     map[string]int
	list   []Incursion
	side   map[int]float64 // body → sign of its first offset
	held   map[int]ident.ID
	taken  map[ident.ID]bool
	start  time.Time
	judged map[ident.ID]bool
	out    Score
	things map[int]bool
}

func newScorer(scene *scn.Scenario, e *sim.Estate, start time.Time) *scorer {
	return &scorer{scene: scene, estate: e, start: start, looks: map[int32]int{}, seen: map[int32]time.Duration{}, of: map[int]int{},
		by: map[string]int{}, side: map[int]float64{}, held: map[int]ident.ID{}, taken: map[ident.ID]bool{},
		judged: map[ident.ID]bool{}, things: map[int]bool{}}
}

// watch hears which bodies each scan showed.
func (s *scorer) watch(_ int, at time.Time, bodies []int32) {
	for _, b := range bodies {
		if b < 0 {
			continue
		}
		if s.looks[b]++; s.looks[b] == 3 {
			s.seen[b] = at.Sub(s.start)
		}
	}
}

func (s *scorer) second(system System, j *judge, truth []sim.Thing, now time.Time) {
	elapsed := now.Sub(s.start)
	tracks := system.Tracks()
	s.associate(tracks, truth)
	s.ghosts(tracks, truth)
	for i := range truth {
		th := &truth[i]
		if th.Unit != "" || th.Harmless {
			continue
		}
		k, known := s.by[th.Actor]
		if !known {
			k = len(s.list)
			s.by[th.Actor] = k
			in := Incursion{Actor: th.Actor, Class: th.Class, Count: th.Count, Outbound: th.Offset > 0, Km: th.Chainage.String(),
				Crossed: -1, Seen: -1, Tracked: -1, Alerted: -1}
			if a, ok := s.scene.Actor(th.Actor); ok {
				in.Class, in.Count, in.Needy = a.Class, a.Count, a.Children+a.Hurt > 0
			}
			s.list = append(s.list, in)
		}
		in := &s.list[k]
		s.of[th.Body] = k
		sign, seenBefore := s.side[th.Body]
		if !seenBefore {
			sign = math.Copysign(1, float64(th.Offset))
			s.side[th.Body] = sign
		}
		if in.Crossed < 0 && sign*float64(th.Offset) <= 0 {
			in.Crossed, in.Km = elapsed, th.Chainage.String()
		}
		if _, tracked := s.held[th.Body]; tracked && in.Tracked < 0 {
			in.Tracked = elapsed
		}
	}
	s.alerts(system, j, truth, elapsed)
}

// associate keeps to each true thing the track it had, while that is near, and
// counts a switch where another had to be taken.
func (s *scorer) associate(tracks []Track, truth []sim.Thing) {
	clear(s.taken)
	for i := range truth {
		if id, ok := s.held[truth[i].Body]; ok {
			for k := range tracks {
				if tracks[k].ID == id && roughly(tracks[k].Point, truth[i].Point) < holdGate {
					s.taken[id] = true
				}
			}
		}
	}
	for i := range truth {
		th := &truth[i]
		if th.Unit != "" || th.Hidden || math.Abs(float64(th.Offset)) > scored {
			continue
		}
		s.out.TruthSeconds++
		s.things[th.Body] = true
		id, had := s.held[th.Body]
		if had && s.taken[id] {
			s.out.TrackedSeconds++
			continue
		}
		best, at := takeGate, -1
		for k := range tracks {
			if d := roughly(tracks[k].Point, th.Point); d < best && !s.taken[tracks[k].ID] {
				best, at = d, k
			}
		}
		if at < 0 {
			continue
		}
		if had && id != tracks[at].ID {
			s.out.Switches++
		}
		s.held[th.Body] = tracks[at].ID
		s.taken[tracks[at].ID] = true
		s.out.TrackedSeconds++
	}
}

func (s *scorer) ghosts(tracks []Track, truth []sim.Thing) {
	for i := range tracks {
		if tracks[i].Unit == "" && !near(truth, tracks[i].Point, trackGate) {
			s.out.GhostSeconds++
		}
	}
}

// alerts sorts every new alert: on an incursion, on a real failure, or nuisance.
func (s *scorer) alerts(system System, j *judge, truth []sim.Thing, now time.Duration) {
	cases := system.Cases()
	for i := range cases {
		c := &cases[i]
		k, onIncursion := s.by[j.of[c.Alert.ID]]
		if onIncursion {
			s.list[k].Referred = s.list[k].Referred || c.Referral != nil
			s.list[k].Contact = s.list[k].Contact || met(c)
		}
		if s.judged[c.Alert.ID] || c.Alert.ByHand != "" {
			continue
		}
		s.judged[c.Alert.ID] = true
		s.out.Alerts++
		switch {
		case onIncursion:
			s.list[k].Alerts++
			if s.list[k].Alerted < 0 {
				s.list[k].Alerted = c.Alert.Opened.Sub(s.start)
			}
		case technical(&c.Alert) && c.Alert.Rule != "patrol-overdue" && s.reallyFailed(c):
			s.out.Outages++
		case c.Alert.Rule == "simultaneous-breach":
			// It speaks of several alerts at once: of its own it is neither.
		default:
			n := Nuisance{Rule: c.Alert.Rule, Of: j.of[c.Alert.ID], Km: c.Alert.Where.Chainage.String(), At: now, Why: c.Alert.Reason.En}
			if n.Of == "" {
				n.Near = closest(truth, c.Alert.Where.Point)
			}
			s.out.Nuisance = append(s.out.Nuisance, n)
		}
	}
}

// closest says what stands nearest to a place, under a roof or not.
func closest(truth []sim.Thing, p geo.Point) string {
	best, text := math.Inf(1), ""
	for i := range truth {
		if d := roughly(truth[i].Point, p); d < best {
			best = d
			text = fmt.Sprintf("%s at %.0f m", truth[i].Actor, d)
			if truth[i].Hidden {
				text += ", under a roof"
			}
		}
	}
	return text
}

func met(c *respond.Case) bool { return c.Task != nil && !c.Task.Arrived.IsZero() }

// reallyFailed: a sensor that the alert names failed in the last two minutes, or
// is failed now.
func (s *scorer) reallyFailed(c *respond.Case) bool {
	opened := c.Alert.Opened.Sub(s.start)
	for _, id := range c.Alert.Sensors {
		for i := range s.scene.Failures {
			f := &s.scene.Failures[i]
			if f.At <= opened && (f.Until == 0 || opened <= f.Until+2*time.Minute) && s.struck(f, id) {
				return true
			}
		}
		if s.windy(id) {
			return true
		}
	}
	return false
}

func (s *scorer) struck(f *scn.Failure, id sense.SensorID) bool {
	link := f.ID
	for i := range s.estate.Nodes {
		n := &s.estate.Nodes[i]
		if f.What == "link" && link == "" && n.Kind == sense.Camera && n.Number == f.Number {
			link = n.Link
		}
	}
	for i := range s.estate.Nodes {
		n := &s.estate.Nodes[i]
		if n.ID != id {
			continue
		}
		return f.What == "link" && n.Link == link || f.Takes(n.Kind, n.Number)
	}
	return false
}

// windy: an aerostat may come down by itself on a windy night.
func (s *scorer) windy(id sense.SensorID) bool {
	for i := range s.estate.Nodes {
		if n := &s.estate.Nodes[i]; n.ID == id && n.Kind == sense.Aerostat {
			for _, w := range s.scene.Weather {
				if w.Wind >= 14 {
					return true
				}
			}
		}
	}
	return false
}

func (s *scorer) score(system System) Score {
	for b, k := range s.of {
		if at, ok := s.seen[int32(b)]; ok && (s.list[k].Seen < 0 || at < s.list[k].Seen) {
			s.list[k].Seen = at
		}
	}
	s.out.Hours = s.scene.Lasts.Hours()
	s.out.Incursions = s.list
	s.out.Things = len(s.things)
	s.out.Suppressed = len(system.Suppressed())
	return s.out
}

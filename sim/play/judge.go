package play

import (
	"encoding/json"
	"fmt"
	"math"
	"sort"
	"strings"
	"time"

	"marsad/assess"
	"marsad/border"
	"marsad/geo"
	"marsad/ident"
	"marsad/respond"
	"marsad/sense"
	"marsad/sim"
	"marsad/sim/scn"
)

// How near in metres an alert or a track must be to a true thing to be of it.
const (
	alertGate = 700.0
	trackGate = 500.0
	nearKm    = 3000.0
	nearUnit  = 6000.0
	waitGate  = 700.0
)

func sortBy(s []int, less func(a, b int) bool) {
	sort.SliceStable(s, func(i, j int) bool { return less(s[i], s[j]) })
}

// judge watches a play and says which expectations were kept.
type judge struct {
	scene  *scn.Scenario
	estate *sim.Estate
	start  time.Time

	of     map[ident.ID]string // alert → actor or unit it is of; "" for nothing
	hidden map[ident.ID]string // suppressed thing → the same
	read   map[ident.ID]uint64 // revision of a case whose words were read
	broken map[string]string   // word → where it stood

	first []time.Duration // per expectation, −1 for not yet
	ok    []bool
	why   []string
	over  []bool
}

func newJudge(scene *scn.Scenario, e *sim.Estate, start time.Time) *judge {
	n := len(scene.Expects)
	j := &judge{scene: scene, estate: e, start: start, of: map[ident.ID]string{}, hidden: map[ident.ID]string{},
		read: map[ident.ID]uint64{}, broken: map[string]string{},
		first: make([]time.Duration, n), ok: make([]bool, n), why: make([]string, n), over: make([]bool, n)}
	for i := range j.first {
		j.first[i] = -1
		j.ok[i] = scene.Expects[i].Never
	}
	return j
}

// label finds what each new alert is of: the nearest true thing.
func (j *judge) label(system System, truth []sim.Thing) {
	cases := system.Cases()
	for i := range cases {
		a := &cases[i].Alert
		if _, known := j.of[a.ID]; known {
			continue
		}
		if technical(a) {
			j.of[a.ID] = ""
			continue
		}
		j.of[a.ID] = nearest(truth, a.Where.Point, alertGate)
	}
	for _, s := range system.Suppressed() {
		if _, known := j.hidden[s.ID]; !known {
			j.hidden[s.ID] = nearest(truth, s.Where.Point, alertGate)
		}
	}
}

// technical alerts are of the estate, not of a movement: they name sensors or a
// unit, and neither track nor hand.
func technical(a *assess.Alert) bool {
	return len(a.Tracks) == 0 && a.ByHand == "" && (len(a.Sensors) > 0 || a.Rule == "patrol-overdue") && a.Rule != "presence"
}

func nearest(truth []sim.Thing, p geo.Point, gate float64) string {
	best, name := gate, ""
	for i := range truth {
		if truth[i].Hidden {
			continue
		}
		if d := roughly(truth[i].Point, p); d < best {
			best, name = d, truth[i].Actor
		}
	}
	return name
}

// roughly is a distance in metres, good to a percent within 100 km.
func roughly(a, b geo.Point) float64 {
	const perDegree = 111_195
	return math.Hypot((a.Lat-b.Lat)*perDegree, (a.Lon-b.Lon)*perDegree*math.Cos(geo.Radians((a.Lat+b.Lat)/2)))
}

// find gives the newest case that a subject means.
func (j *judge) find(system System, on scn.Subject) (*respond.Case, bool) {
	cases := system.Cases()
	for i := len(cases) - 1; i >= 0; i-- {
		if j.means(on, &cases[i]) {
			return &cases[i], true
		}
	}
	return nil, false
}

func (j *judge) means(on scn.Subject, c *respond.Case) bool {
	a := &c.Alert
	if on.Actor != "" && (j.of[a.ID] != on.Actor || a.ByHand != "") {
		return false
	}
	if on.Rule != "" && a.Rule != on.Rule {
		return false
	}
	if on.Hand && a.ByHand == "" {
		return false
	}
	if on.HasKm {
		from, to := a.Where.Chainage, a.Where.Chainage
		if a.Where.To > a.Where.From {
			from, to = a.Where.From, a.Where.To
		}
		if !a.Where.HasKm && a.Where.To <= a.Where.From || on.Near < from-nearKm || on.Near > to+nearKm {
			return false
		}
	}
	return true
}

// look judges every expectation at this instant of the play.
func (j *judge) look(system System, truth []sim.Thing, now time.Duration) {
	j.readWords(system)
	for i := range j.scene.Expects {
		e := &j.scene.Expects[i]
		if j.over[i] || now < e.After {
			continue
		}
		n, why := j.count(system, e, truth, now)
		if e.Never {
			if n > e.AtMost {
				j.ok[i], j.over[i], j.first[i], j.why[i] = false, true, now, strings.TrimPrefix(why, "; ")
			}
			if now >= e.By {
				j.over[i] = true
			}
			continue
		}
		kept := n >= e.AtLeast && (e.AtMost < 0 || n <= e.AtMost)
		if kept && j.first[i] < 0 {
			j.first[i] = now
		}
		switch {
		case kept && e.AtMost < 0:
			j.ok[i], j.over[i] = true, true
		case now >= e.By:
			j.ok[i], j.over[i] = kept, true
			if !kept {
				j.why[i] = fmt.Sprintf("found %d%s", n, why)
			}
		}
	}
}

// count gives how many of what an expectation speaks of there are now.
func (j *judge) count(system System, e *scn.Expect, truth []sim.Thing, now time.Duration) (n int, why string) {
	if e.About == scn.LostOnes || e.About == scn.Dark || e.About == scn.TracksIn || e.About == scn.WordIn || e.About == scn.Hidden {
		return j.countOther(system, e, truth)
	}
	cases := system.Cases()
	for i := range cases {
		c := &cases[i]
		a := &c.Alert
		if !j.means(e.On, c) || !j.inSpan(e, a) || a.Opened.Sub(j.start) < e.After || a.Opened.Sub(j.start) > e.By {
			continue
		}
		if j.holds(e, c, truth) {
			n++
			why += fmt.Sprintf("; %s %s at %v %.0f of %q", a.Severity, a.Rule, a.Where.Chainage, float64(a.Where.Offset), j.of[a.ID])
		}
	}
	return n, why
}

func (j *judge) inSpan(e *scn.Expect, a *assess.Alert) bool {
	return !e.HasSpan || e.From <= a.Where.Chainage && a.Where.Chainage <= e.To
}

func (j *judge) holds(e *scn.Expect, c *respond.Case, truth []sim.Thing) bool {
	switch e.About {
	case scn.Alerts:
		return (e.Severity == "" || c.Alert.Severity.String() == e.Severity) && (!e.HasClass || c.Alert.Class == e.Class)
	case scn.Tasks:
		return c.Task != nil && (!e.HasUnitNear || j.unitNear(c.Task.Unit, e.UnitNear))
	case scn.Unapproved:
		return c.Task != nil && (c.Task.Approver == "" || c.Task.ApproverID == "" || c.Task.ApprovedAt.IsZero())
	case scn.Reached:
		for _, s := range c.Steps {
			if string(s.To) == e.State {
				return true
			}
		}
		return string(c.State) == e.State
	case scn.UnitAtHome:
		return c.Task != nil && j.waits(c.Task, truth)
	case scn.OutcomeOf:
		return c.Result != nil && counted(e, &c.Result.Counts)
	case scn.PartnerIs:
		return c.Referral != nil && (e.Said == "told" || !c.Referral.Acked.IsZero())
	case scn.StepSays:
		// The first two: to confirm receipt is always the first.
		for _, step := range c.Alert.Steps[:min(2, len(c.Alert.Steps))] {
			if contains(step.En+" "+step.Ar, e.Said) {
				return true
			}
		}
	case scn.NoteSays:
		for _, s := range c.Steps {
			if s.Verb == respond.Note && contains(s.Text, e.Said) {
				return true
			}
		}
	}
	return false
}

func contains(text, word string) bool {
	return strings.Contains(strings.ToLower(text), strings.ToLower(word))
}

func (j *judge) unitNear(unit string, km border.Chainage) bool {
	u, ok := j.estate.Roster.ByID(unit)
	return ok && math.Abs(float64(u.Home-km)) <= nearUnit
}

// waits: the tasked unit stands on the home side near where it was sent.
func (j *judge) waits(t *respond.Task, truth []sim.Thing) bool {
	for i := range truth {
		th := &truth[i]
		if th.Unit == t.Unit {
			return th.Offset > 0 && math.Abs(float64(th.Chainage-t.WaitAt)) <= waitGate && math.Hypot(th.VE, th.VN) < 0.5
		}
	}
	return false
}

func counted(e *scn.Expect, c *respond.Counts) bool {
	have := map[string]int{"apprehended": c.Apprehended, "turned-back": c.TurnedBack, "withdrew-alone": c.WithdrewAlone,
		"got-away": c.GotAway, "referred": c.Referred, "released": c.Released, "animal": c.Animal,
		"false-alarm": c.FalseAlarm, "other-force": c.OtherForce, "unresolved": c.Unresolved}
	for result, n := range e.Counts {
		if e.Never && have[result] >= max(1, n) {
			return true
		}
		if !e.Never && have[result] != n {
			return false
		}
	}
	return !e.Never
}

func (j *judge) countOther(system System, e *scn.Expect, truth []sim.Thing) (n int, why string) {
	switch e.About {
	case scn.LostOnes:
		for i := range j.estate.Nodes {
			if system.Health(j.estate.Nodes[i].ID) == sense.Lost {
				n++
			}
		}
	case scn.Dark:
		// No sensor that stands on the span may count as working.
		for i := range j.estate.Nodes {
			node := &j.estate.Nodes[i]
			if node.Kind == sense.OwnForce || node.Kind == sense.Presence || node.Chainage < e.From || node.Chainage > e.To {
				continue
			}
			if system.Health(node.ID).Working() {
				return 0, fmt.Sprintf("; %s counts as working", node.Name)
			}
		}
		return 1, ""
	case scn.TracksIn:
		for _, t := range system.Tracks() {
			l := j.estate.Axis.Locate(t.Point)
			if l.Chainage < e.From || l.Chainage > e.To || near(truth, t.Point, trackGate) {
				continue
			}
			n++
			why = fmt.Sprintf("track %s at %v %.0f m, class %s", t.ID, l.Chainage, float64(l.Offset), t.Class)
		}
	case scn.WordIn:
		if where, found := j.broken[e.Said]; found {
			return 1, where
		}
	case scn.Hidden:
		for _, s := range system.Suppressed() {
			if e.On.Actor == "" || j.hidden[s.ID] == e.On.Actor {
				n++
				why = fmt.Sprintf("%s kept silent by %s", s.Rule, s.By)
			}
		}
	}
	return n, why
}

func near(truth []sim.Thing, p geo.Point, gate float64) bool {
	for i := range truth {
		if roughly(truth[i].Point, p) < gate {
			return true
		}
	}
	return false
}

// readWords looks for words in everything that people read of a case.
func (j *judge) readWords(system System) {
	wanted := false
	for i := range j.scene.Expects {
		wanted = wanted || j.scene.Expects[i].About == scn.WordIn
	}
	if !wanted {
		return
	}
	cases := system.Cases()
	for i := range cases {
		c := &cases[i]
		if r, seen := j.read[c.Alert.ID]; seen && r == c.Revision+c.Alert.Revision {
			continue
		}
		j.read[c.Alert.ID] = c.Revision + c.Alert.Revision
		text, err := json.Marshal(c)
		if err != nil {
			continue
		}
		for k := range j.scene.Expects {
			if e := &j.scene.Expects[k]; e.About == scn.WordIn && contains(string(text), e.Said) {
				j.broken[e.Said] = fmt.Sprintf("in the alert %s at %v", c.Alert.Rule, c.Alert.Where.Chainage)
			}
		}
	}
}

func (j *judge) verdict() []Check {
	checks := make([]Check, len(j.scene.Expects))
	for i := range checks {
		e := &j.scene.Expects[i]
		how := "expect "
		if e.Never {
			how = "never "
		}
		checks[i] = Check{Line: e.Line, Text: strings.TrimPrefix(strings.TrimPrefix(e.Text, "expect "), "never "), OK: j.ok[i], First: j.first[i], Why: j.why[i]}
		checks[i].Text = how + checks[i].Text
		if !j.ok[i] && j.why[i] == "" {
			checks[i].Why = "it never came"
		}
	}
	return checks
}

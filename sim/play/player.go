package play

import (
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"time"

	"marsad/border"
	"marsad/force"
	"marsad/ident"
	"marsad/respond"
	"marsad/sim"
	"marsad/sim/scn"
)

// Options of a play.
type Options struct {
	Start time.Time // zero: the scenario's own night
	Seed  uint64
	// Recorded reads recorded movements; nil for none.
	Recorded sim.Recordings
	// Crew acts by rule on every alert instead of the script's people.
	Crew *Crew
	// Each is called after each second, for progress; nil for none.
	Each func(elapsed time.Duration)
}

// patience is how long a scripted person waits for the alert the script speaks
// of.
const patience = 90 * time.Second

// Play runs a scenario over an estate against a system and judges it. The
// error is for what could not be played; broken expectations stand in the
// report.
func Play(e *sim.Estate, scene *scn.Scenario, system System, o Options) (*Report, error) {
	if o.Start.IsZero() {
		o.Start = scene.Night
	}
	if scene.Empty {
		e = &sim.Estate{Axis: e.Axis, Seed: e.Seed}
	} else {
		e = e.Within(scene.From, scene.To)
	}
	w, err := sim.NewWorld(e, scene, o.Start, o.Seed, o.Recorded)
	if err != nil {
		return nil, err
	}
	p := &player{world: w, scene: scene, system: system, start: o.Start, roster: e.Roster,
		random: chance{rand.New(rand.NewPCG(o.Seed, 0xac7))}, ordered: map[ident.ID]string{}}
	for i := range e.Nodes {
		if downAtFirst(scene, &e.Nodes[i]) {
			continue // nobody knows of a sensor that never came up
		}
		if err := system.Register(o.Start, e.Nodes[i].Sensor); err != nil {
			return nil, fmt.Errorf("register %s: %w", e.Nodes[i].Name, err)
		}
	}
	j := newJudge(scene, e, o.Start)
	sc := newScorer(scene, e, o.Start)
	f := &feed{system: system, now: o.Start}
	w.Watch = sc.watch
	for !w.Over() {
		w.Advance(f)
		now := w.Now()
		f.now = now
		if err := system.Tick(now); err != nil {
			return nil, err
		}
		p.truth = w.Truth(p.truth[:0])
		j.label(system, p.truth)
		if o.Crew != nil {
			o.Crew.work(p, now)
		} else {
			p.act(j, now)
		}
		p.orders(system)
		j.look(system, p.truth, now.Sub(o.Start))
		sc.second(system, j, p.truth, now)
		if o.Each != nil {
			o.Each(w.Elapsed())
		}
	}
	r := &Report{Scenario: scene.Name, Start: o.Start, Seed: o.Seed, Lasts: scene.Lasts, Sensors: len(e.Nodes),
		Refused: f.refused, FirstRefusal: f.first}
	r.Checks = j.verdict()
	r.Acts = p.done
	r.Score = sc.score(system)
	return r, nil
}

// downAtFirst: a tower, radar or presence sensor that is out for the whole play.
func downAtFirst(scene *scn.Scenario, n *sim.Node) bool {
	for i := range scene.Failures {
		if f := &scene.Failures[i]; f.At == 0 && f.Until == 0 && f.Every == 0 && !f.Says && f.Takes(n.Kind, n.Number) {
			return true
		}
	}
	return false
}

type player struct {
	world   *sim.World
	scene   *scn.Scenario
	system  System
	start   time.Time
	roster  force.Roster
	random  chance
	next    int // acts are in order of the text; index of the first not yet tried
	waiting []int
	sorted  []int
	done    []Acted
	ordered map[ident.ID]string
	truth   []sim.Thing
}

// act lets the script's people act when their time has come and the alert they
// speak of is there.
func (p *player) act(j *judge, now time.Time) {
	elapsed := now.Sub(p.start)
	if p.sorted == nil {
		for i := range p.scene.Acts {
			p.sorted = append(p.sorted, i)
		}
		sortBy(p.sorted, func(a, b int) bool { return p.scene.Acts[a].At < p.scene.Acts[b].At })
	}
	for p.next < len(p.sorted) && p.scene.Acts[p.sorted[p.next]].At <= elapsed {
		p.waiting = append(p.waiting, p.sorted[p.next])
		p.next++
	}
	var still []int
	for _, i := range p.waiting {
		a := &p.scene.Acts[i]
		c, found := j.find(p.system, a.On)
		if a.Verb != string(respond.OpenByHand) && !found {
			if elapsed-a.At < patience {
				still = append(still, i)
			} else {
				p.done = append(p.done, Acted{Line: a.Line, Verb: a.Verb, At: elapsed, Why: "the alert it speaks of was never there"})
			}
			continue
		}
		err := p.system.Act(now, p.action(a, c, now))
		done := Acted{Line: a.Line, Verb: a.Verb, At: elapsed, OK: err == nil}
		if err != nil {
			done.Why = err.Error()
		}
		p.done = append(p.done, done)
	}
	p.waiting = still
}

func (p *player) action(a *scn.Act, c *respond.Case, now time.Time) respond.Action {
	who, _ := p.scene.Person(a.Person)
	out := respond.Action{
		ID: p.random.id(now), Verb: respond.Verb(a.Verb), At: now, Text: a.Text, To: a.To, Answer: a.Answer, Class: a.Class,
		By: respond.Person{ID: who.ID, Name: who.Name, Roles: who.Roles, Sections: who.Sections},
	}
	if c != nil {
		out.Case = c.Alert.ID
	}
	switch out.Verb {
	case respond.OpenByHand:
		_ = out.Severity.UnmarshalText([]byte(a.Severity)) // the parser let only its words pass
		out.Place = &respond.Place{Chainage: a.Place.Chainage, Offset: a.Place.Offset}
	case respond.Propose:
		out.Unit = p.unitFor(a, c)
	case respond.Verify:
		out.Yes = true
	case respond.GiveOutcome:
		out.Result = resultOf(a)
	}
	return out
}

// unitFor gives the unit the script means: by id, the one waiting near a km, or
// the nearest to the alert.
func (p *player) unitFor(a *scn.Act, c *respond.Case) string {
	if a.Unit != "" && a.Unit != "nearest" {
		return a.Unit
	}
	near := a.UnitNear
	if a.Unit == "nearest" && c != nil {
		near = c.Alert.Where.Chainage
	}
	return nearestUnit(p.roster, near)
}

func nearestUnit(roster force.Roster, near border.Chainage) string {
	best, unit := border.Chainage(1e12), ""
	for _, u := range roster {
		if d := max(u.Home-near, near-u.Home); d < best {
			best, unit = d, u.ID
		}
	}
	return unit
}

func resultOf(a *scn.Act) *respond.Result {
	n := a.Counts
	return &respond.Result{
		Counts: respond.Counts{
			Apprehended: n["apprehended"], TurnedBack: n["turned-back"], WithdrewAlone: n["withdrew-alone"],
			GotAway: n["got-away"], Referred: n["referred"], Released: n["released"], Animal: n["animal"],
			FalseAlarm: n["false-alarm"], OtherForce: n["other-force"], Unresolved: n["unresolved"],
		},
		Direction: a.Going, Children: a.Children, Injured: a.Injured, Dead: a.Dead, Force: a.Force, Text: a.Text,
	}
}

// orders passes on what was dispatched: the radio call to the unit, which then
// moves in the world. No unit moves without a task.
func (p *player) orders(system System) {
	cases := system.Cases()
	for i := range cases {
		t := cases[i].Task
		if t == nil || t.Dispatched.IsZero() || p.ordered[t.ID] != "" {
			continue
		}
		p.ordered[t.ID] = t.Unit
		if err := p.world.Order(t.Unit, t.WaitAt, waitOffset); err != nil {
			p.done = append(p.done, Acted{Verb: "order", At: p.world.Elapsed(), Why: err.Error()})
		}
	}
}

// waitOffset is how far behind the line a sent patrol waits, in metres.
const waitOffset border.Offset = 150

// chance makes the ids of people's actions from the play's seed.
type chance struct{ *rand.Rand }

func (c chance) Read(b []byte) (int, error) {
	var word [8]byte
	for i := 0; i < len(b); i += 8 {
		binary.LittleEndian.PutUint64(word[:], c.Uint64())
		copy(b[i:], word[:])
	}
	return len(b), nil
}

func (c chance) id(at time.Time) ident.ID {
	id, _ := ident.New(at, c) // chance never fails
	return id
}

var _ io.Reader = chance{}

// Acted is what became of one scripted act.
type Acted struct {
	Line int           `json:"line"`
	Verb string        `json:"verb"`
	At   time.Duration `json:"at"`
	OK   bool          `json:"ok"`
	Why  string        `json:"why,omitempty"`
}

// Check is one expectation with its verdict.
type Check struct {
	Line int    `json:"line"`
	Text string `json:"text"`
	OK   bool   `json:"ok"`
	// First is when it was first kept, or for a never first broken; negative
	// for not at all.
	First time.Duration `json:"first"`
	Why   string        `json:"why,omitempty"`
}

// Report of one play.
type Report struct {
	Scenario     string        `json:"scenario"`
	Start        time.Time     `json:"start"`
	Seed         uint64        `json:"seed"`
	Lasts        time.Duration `json:"lasts"`
	Sensors      int           `json:"sensors"`
	Checks       []Check       `json:"checks"`
	Acts         []Acted       `json:"acts"`
	Score        Score         `json:"score"`
	Refused      int           `json:"refused"` // scans and reports the system did not take
	FirstRefusal error         `json:"-"`
}

// OK reports whether every expectation was kept, every scripted act was taken
// and nothing a sensor said was refused.
func (r *Report) OK() bool {
	for _, c := range r.Checks {
		if !c.OK {
			return false
		}
	}
	for _, a := range r.Acts {
		if !a.OK {
			return false
		}
	}
	return r.Refused == 0
}

// Clock prints an instant of the play in Baghdad's time.
func (r *Report) Clock(d time.Duration) string { return r.Start.Add(d).In(scn.Zone).Format("15:04:05") }

// Print writes the report for a person.
func (r *Report) Print(out io.Writer) {
	verdict := "PASS"
	if !r.OK() {
		verdict = "FAIL"
	}
	fmt.Fprintf(out, "%s  %s  (%d sensors, %v, seed %d)\n", verdict, r.Scenario, r.Sensors, r.Lasts, r.Seed)
	for _, c := range r.Checks {
		mark, when := "  ok  ", ""
		if !c.OK {
			mark = "  FAIL"
		}
		if c.First >= 0 {
			when = " [" + r.Clock(c.First) + "]"
		}
		fmt.Fprintf(out, "%s  line %d: %s%s", mark, c.Line, c.Text, when)
		if c.Why != "" {
			fmt.Fprintf(out, " — %s", c.Why)
		}
		fmt.Fprintln(out)
	}
	for _, a := range r.Acts {
		if !a.OK {
			fmt.Fprintf(out, "  FAIL  line %d: %s at %s was not taken — %s\n", a.Line, a.Verb, r.Clock(a.At), a.Why)
		}
	}
	if r.Refused > 0 {
		fmt.Fprintf(out, "  FAIL  %d scans or reports were refused, the first: %v\n", r.Refused, r.FirstRefusal)
	}
}

package scene

import (
	"slices"
	"time"

	"marsad/detect"
	"marsad/sense"
)

// When a thing counts as an event that must be found, and how a mover is
// matched to it.
const (
	// EventPixels and EventRatio: that many pixels, all in the picture, at
	// that many times the noise, for EventTime together.
	EventPixels = 6
	EventRatio  = 4.0
	EventTime   = 3 * time.Second

	reach     = 3                // pixels around a box within which it is met
	memory    = time.Second      // for which a place where a thing was still explains a mover
	aftermath = 3 * time.Second  // of a flat-field event or a step of gain
	burst     = 10 * time.Second // within which alarms are one disturbance to a person
)

// Alarm is a declared mover that was no thing.
type Alarm struct {
	At    time.Time
	Mover int // its number
	Cause Nuisance
	Box   detect.Box
	Area  int
}

// Event is a thing that had to be found.
type Event struct {
	ID    int
	Class sense.Class
	// Since is when it first counted, After how long it took from then to be
	// declared, negative when it was declared before; Found says whether it
	// was declared at all.
	Since time.Time
	After time.Duration
	Found bool
	// Pixels and Ratio are the largest, Speed the largest in pixels a second.
	Pixels       int
	Ratio, Speed float64

	counted        time.Duration
	last           time.Time
	lastX, lastY   float64
	declaredBefore time.Time
}

// Judge holds a detector's movers against the truth of a scene.
type Judge struct {
	// Skip is how long after the first shot nothing is judged: a detector is
	// learning the picture.
	Skip time.Duration

	first, last time.Time
	frames      int
	events      map[int]*Event
	order       []int
	alarms      []Alarm
	judged      map[int]bool // movers that were declared before
	past        []trace
	recent      map[Nuisance]time.Time
}

// trace is where a thing or a disturbance was a moment ago.
type trace struct {
	at    time.Time
	box   detect.Box
	thing int // 0 for a disturbance
	bird  bool
	cause Nuisance
}

// NewJudge makes a judge that skips the first while.
func NewJudge(skip time.Duration) *Judge {
	return &Judge{Skip: skip, events: map[int]*Event{}, judged: map[int]bool{}, recent: map[Nuisance]time.Time{}}
}

// See judges one picture.
func (j *Judge) See(shot *Shot, movers []detect.Mover) {
	at := shot.Frame.At
	if j.first.IsZero() {
		j.first = at
	}
	j.last = at
	j.frames++
	j.past = slices.DeleteFunc(j.past, func(t trace) bool { return at.Sub(t.at) > memory })
	for _, thing := range shot.Things {
		j.past = append(j.past, trace{at: at, box: thing.Box, thing: thing.ID, bird: thing.Bird})
		if !thing.Bird {
			j.follow(at, thing)
		}
	}
	for _, d := range shot.Disturbances {
		if d.Box.W > 0 {
			j.past = append(j.past, trace{at: at, box: d.Box, cause: d.Cause})
		} else {
			j.recent[d.Cause] = at
		}
	}
	for _, r := range movers {
		if r.Declared {
			j.declared(at, r)
		}
	}
}

// follow keeps the account of a thing that had to be found.
func (j *Judge) follow(at time.Time, thing Thing) {
	e := j.events[thing.ID]
	if e == nil {
		e = &Event{ID: thing.ID, Class: thing.Class}
		j.events[thing.ID] = e
		j.order = append(j.order, thing.ID)
	}
	if thing.Whole && thing.Pixels >= EventPixels && thing.Ratio >= EventRatio && at.Sub(j.first) >= j.Skip {
		if e.Since.IsZero() {
			e.Since = at
		}
		if step := at.Sub(e.last); step > 0 && step < memory {
			e.counted += step
			dx, dy := thing.X-e.lastX, thing.Y-e.lastY
			if e.counted > time.Second { // the outline of a small thing jumps
				e.Speed = max(e.Speed, min(abs(dx)+abs(dy), 100)/step.Seconds())
			}
		}
	}
	e.last, e.lastX, e.lastY = at, thing.X, thing.Y
	e.Pixels, e.Ratio = max(e.Pixels, thing.Pixels), max(e.Ratio, thing.Ratio)
}

func abs(v float64) float64 { return max(v, -v) }

// declared explains a declared mover by a thing, now or a moment ago, or
// calls it a false alarm. Each mover is judged once as an alarm; it may find
// things for as long as it lives.
func (j *Judge) declared(at time.Time, r detect.Mover) {
	explained := false
	for _, t := range j.past {
		if t.thing == 0 || t.bird || !meets(t.box, r.Box) {
			continue
		}
		explained = true
		if e := j.events[t.thing]; t.at.Equal(at) && e != nil && e.declaredBefore.IsZero() {
			e.declaredBefore = at
		}
	}
	if j.judged[r.ID] {
		return
	}
	j.judged[r.ID] = true
	if explained || at.Sub(j.first) < j.Skip {
		return
	}
	j.alarms = append(j.alarms, Alarm{At: at, Mover: r.ID, Cause: j.blame(at, r.Box), Box: r.Box, Area: r.Area})
}

// blame names the likeliest cause of a false alarm: what was there, then what
// had just happened to the whole picture, then the weather.
func (j *Judge) blame(at time.Time, box detect.Box) Nuisance {
	local := Nuisance(0)
	for _, t := range j.past {
		if meets(t.box, box) {
			if t.bird {
				return Birds
			}
			local |= t.cause
		}
	}
	for _, n := range []Nuisance{Birds, Insects, Lights, Glint} {
		if local&n != 0 {
			return n
		}
	}
	just := func(n Nuisance, d time.Duration) bool {
		t, was := j.recent[n]
		return was && at.Sub(t) <= d
	}
	for _, n := range []Nuisance{Calibration, Gain} {
		if just(n, aftermath) {
			return n
		}
	}
	for _, n := range []Nuisance{Clouds, Wind} { // in the sky, on the ground
		if local&n != 0 {
			return n
		}
	}
	for _, n := range []Nuisance{Rain, Balloon, Shimmer, Clouds, Wind, Sway, Coding} {
		if just(n, memory) {
			return n
		}
	}
	return 0
}

func meets(a, b detect.Box) bool {
	return a.X-reach < b.X+b.W && b.X < a.X+a.W+reach && a.Y-reach < b.Y+b.H && b.Y < a.Y+a.H+reach
}

// Score is what a judge found.
type Score struct {
	Judged time.Duration
	Frames int
	Alarms []Alarm
	// Bursts counts alarms that come together as one.
	Bursts int
	// Events that had to be found, and Dim the things that were too small or
	// too faint for that, with whether they were found all the same.
	Events, Dim []Event
}

// Score closes the account.
func (j *Judge) Score() Score {
	s := Score{Judged: max(0, j.last.Sub(j.first)-j.Skip), Frames: j.frames, Alarms: slices.Clone(j.alarms)}
	var end time.Time
	for _, a := range j.alarms {
		if end.IsZero() || a.At.Sub(end) > burst {
			s.Bursts++
		}
		end = a.At
	}
	for _, id := range j.order {
		e := *j.events[id]
		e.Found = !e.declaredBefore.IsZero()
		if e.Since.IsZero() || e.counted < EventTime {
			s.Dim = append(s.Dim, e)
			continue
		}
		e.After = e.declaredBefore.Sub(e.Since)
		s.Events = append(s.Events, e)
	}
	return s
}

// Recall is the share of events that were found, and one where there were
// none.
func (s *Score) Recall() float64 {
	found := 0
	for _, e := range s.Events {
		if e.Found {
			found++
		}
	}
	if len(s.Events) == 0 {
		return 1
	}
	return float64(found) / float64(len(s.Events))
}

// Delays are the times to declare of the found events, in order; those that
// were declared before they counted are zero.
func (s *Score) Delays() []time.Duration {
	var out []time.Duration
	for _, e := range s.Events {
		if e.Found {
			out = append(out, max(0, e.After))
		}
	}
	slices.Sort(out)
	return out
}

// ByCause counts alarms.
func (s *Score) ByCause() map[Nuisance]int {
	count := map[Nuisance]int{}
	for _, a := range s.Alarms {
		count[a.Cause]++
	}
	return count
}

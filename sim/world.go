package sim

import (
	"math"
	"math/rand/v2"
	"time"

	"marsad/border"
	"marsad/geo"
	"marsad/sense"
	"marsad/sim/scn"
)

// Sink takes what the sensors say, in the order in which it arrives. Nodes are
// indices in the estate's Nodes.
type Sink interface {
	Scan(node int, s sense.Scan)
	Status(node int, r sense.StatusReport)
}

// phases is into how many parts a second is cut: each sensor looks in one.
const phases = 10

// body is one physical thing that can be seen.
type body struct {
	actor  int // index in the scenario's actors; -1 for a patrol
	unit   int // index in the roster; -1 for what is not ours
	name   string
	class  sense.Class
	count  int
	spread float64 // 1σ of where on it a look falls, metres
	path   *path
	delay  float64 // seconds behind the path's own time
	leaves bool    // gone at the end of its path
	indoor bool    // at rest it stands under a roof: own patrols
	out    int     // people counted out of it

	here   bool
	at     geo.Point
	cosLat float64
	ve, vn float64 // m/s
	km     border.Chainage
	sunk   bool // in a wadi
}

// World moves a scenario over an estate, second by second. It is not safe for
// use from several goroutines.
type World struct {
	estate *Estate
	scene  *scn.Scenario
	start  time.Time
	second float64 // seconds since the start, whole
	moved  float64 // second at which the bodies were put where they are

	bodies []body
	beats  []beat // of the patrols, by roster index
	dice   []*rand.Rand
	phase  []int
	late   []float64 // seconds a node's scans take to arrive
	last   []int     // tick of a node's last arrival: one cable keeps its order
	folds  []uint64
	frames []geo.Frame
	near   [][]int32
	cells  map[cell][]int32
	bucket [phases][]int32

	down     []int           // how many failures hold a node silent
	unfit    []int           // how many failures make it say that it is unfit
	turned   []float64       // by how much a node is turned, rad clockwise, and does not know it
	clock    []time.Duration // by how much its clock is ahead
	covered  []int           // how many faults keep it from seeing anything, and it does not know it
	next     []change
	wind     float64
	windFrom float64
	dust     []dust
	contrast float64

	ring  [][]arrival
	tick  int
	found []sense.Detection
	whose []int32
	// Watch, when set, is told what each detection of a scan is of: indices of
	// bodies, -1 for clutter. For scoring alone; it never reaches a sink.
	Watch func(node int, observed time.Time, bodies []int32)
}

type arrival struct {
	node int
	scan sense.Scan
}

type dust struct {
	from, to border.Chainage
	metres   float64
}

// NewWorld sets a scenario on an estate, at the instant it starts (UTC). The
// seed decides every chance. recorded reads the movement of a recorded actor;
// nil refuses such actors.
func NewWorld(e *Estate, scene *scn.Scenario, start time.Time, seed uint64, recorded Recordings) (*World, error) {
	w := &World{estate: e, scene: scene, start: start.UTC(), cells: map[cell][]int32{}, contrast: 1}
	nodes := len(e.Nodes)
	w.dice, w.phase, w.late = make([]*rand.Rand, nodes), make([]int, nodes), make([]float64, nodes)
	w.folds, w.frames, w.near = make([]uint64, nodes), make([]geo.Frame, nodes), make([][]int32, nodes)
	w.down, w.unfit, w.last = make([]int, nodes), make([]int, nodes), make([]int, nodes)
	w.turned, w.clock, w.covered = make([]float64, nodes), make([]time.Duration, nodes), make([]int, nodes)
	w.ring = make([][]arrival, 4*phases)
	for i := range e.Nodes {
		h := nameSeed(string(e.Nodes[i].ID))
		w.dice[i] = rand.New(rand.NewPCG(seed, h))
		w.folds[i] = h
		w.phase[i] = int(h % phases)
		w.late[i] = 0.05 + 0.25*float64(h>>8%97)/97
		w.frames[i] = geo.NewFrame(e.Nodes[i].Position)
		w.bucket[w.phase[i]] = append(w.bucket[w.phase[i]], int32(i))
		w.index(i)
	}
	if err := w.people(seed, recorded); err != nil {
		return nil, err
	}
	w.plan()
	return w, nil
}

func nameSeed(s string) uint64 {
	h := uint64(14695981039346656037) // FNV-1a
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h ^ h>>29
}

// people makes the bodies: the scenario's actors and the patrols.
func (w *World) people(seed uint64, recorded Recordings) error {
	paths := map[string]*path{}
	first := map[string]int{}
	for k := range w.scene.Actors {
		a := &w.scene.Actors[k]
		rng := rand.New(rand.NewPCG(seed^0x5ce4e, uint64(k)))
		var p *path
		if a.Recorded != "" {
			track, err := recorded.read(a.Recorded)
			if err != nil {
				return err
			}
			p = layRecorded(w.estate.Axis, a, track)
		} else {
			p = layPath(w.estate.Axis, a, paths, rng)
		}
		paths[a.Name], first[a.Name] = p, len(w.bodies)
		members, between := 1, 0.0
		if a.Class == sense.Convoy {
			members = a.Count
			between = 45 / math.Max(1, firstSpeed(a)) // 45 m from bumper to bumper
		}
		for party := range a.Parties {
			for m := range members {
				own := *p
				own.phase += float64(party*7 + m*3)
				if party > 0 {
					// The parties come on a broad front, not in one another's steps.
					own.pieces = shifted(p.pieces, 30*(2*rng.Float64()-1)*math.Sqrt(float64(a.Parties)), 2*math.Pi*rng.Float64())
				}
				b := body{actor: k, unit: -1, name: a.Name, class: a.Class, count: a.Count, path: &own,
					delay: float64(party)*a.Apart.Seconds() + float64(m)*between, leaves: a.Ends}
				if a.Class == sense.Convoy {
					b.class, b.count = sense.Vehicle, 1
				}
				b.spread = spreadOf(b.class, b.count)
				w.bodies = append(w.bodies, b)
			}
		}
		if o, ok := first[a.Out]; ok && w.bodies[o].class != sense.Animal {
			at, count := a.At.Seconds(), a.Count
			w.next = append(w.next, change{at: at, do: func(w *World) { w.bodies[o].out += count }})
		}
	}
	w.patrols(seed)
	return nil
}

func firstSpeed(a *scn.Actor) float64 {
	for _, c := range a.Path {
		if c.Speed > 0 {
			return c.Speed
		}
	}
	return 1
}

func shifted(pieces []piece, metres, azimuth float64) []piece {
	moved := append([]piece(nil), pieces...)
	for i := range moved {
		moved[i].from = geo.Direct(moved[i].from, math.Abs(metres), azimuth)
		moved[i].to = geo.Direct(moved[i].to, math.Abs(metres), azimuth)
	}
	return moved
}

func spreadOf(c sense.Class, count int) float64 {
	switch c {
	case sense.Group:
		return math.Min(60, 1.5*math.Sqrt(float64(count)))
	case sense.Animal:
		return math.Min(60, 2.5*math.Sqrt(float64(count)))
	default:
		return 0.5
	}
}

// Now is the instant up to which everything has been said.
func (w *World) Now() time.Time { return w.at(float64(w.tick) / phases) }

// Over reports whether the scenario has ended.
func (w *World) Over() bool { return w.second >= w.scene.Lasts.Seconds() }

// Estate the world stands on.
func (w *World) Estate() *Estate { return w.estate }

func (w *World) at(second float64) time.Time {
	return w.start.Add(time.Duration(math.Round(second*1000)) * time.Millisecond)
}

// Advance moves the world by one second and tells the sink what arrives in it.
func (w *World) Advance(sink Sink) {
	for {
		w.Step(sink)
		if w.tick%phases == 0 {
			return
		}
	}
}

// Step moves the world by a tenth of a second.
func (w *World) Step(sink Sink) {
	p := w.tick % phases
	if p == 0 {
		w.happen()
		w.move()
		w.moved = w.second
	}
	t := w.second + float64(p)/phases
	for _, i := range w.bucket[p] {
		w.observe(int(i), t)
		w.status(int(i), t, sink)
	}
	slot := w.tick % len(w.ring)
	for k := range w.ring[slot] {
		sink.Scan(w.ring[slot][k].node, w.ring[slot][k].scan)
	}
	clear(w.ring[slot]) // let go of what was delivered
	w.ring[slot] = w.ring[slot][:0]
	w.tick++
	if p == phases-1 {
		w.second++
	}
}

// observe lets a node look and puts what it saw on its way.
func (w *World) observe(i int, t float64) {
	n := &w.estate.Nodes[i]
	if w.down[i] > 0 || w.unfit[i] > 0 {
		return
	}
	s := sense.Scan{Sensor: n.ID, Observed: w.at(t).Add(w.clock[i]), Origin: n.Position}
	var truth []int32
	switch n.reports {
	case fix:
		if int(w.second)%int(fixPeriod.Seconds()) != i%int(fixPeriod.Seconds()) {
			return
		}
		if !w.ownFix(i, t, &s) {
			return
		}
	case something:
		s.Detections, truth = w.feel(i, t)
		if s.Detections == nil {
			return
		}
	default:
		s.Declared = true
		s.Detections, truth = w.look(i, t)
	}
	if w.Watch != nil && len(truth) > 0 {
		w.Watch(i, s.Observed, truth)
	}
	w.post(i, s)
}

// post puts a scan on its way: usual latency, now and then a slow packet; one
// node's scans keep their order.
func (w *World) post(i int, s sense.Scan) {
	delay := w.late[i]
	if w.dice[i].Float64() < 0.004 {
		delay += 0.4 + 1.6*w.dice[i].Float64()
	}
	due := max(w.tick+int(delay*phases), w.last[i])
	w.last[i] = due
	slot := due % len(w.ring)
	w.ring[slot] = append(w.ring[slot], arrival{i, s})
}

// status sends the heartbeat when its second has come.
func (w *World) status(i int, t float64, sink Sink) {
	n := &w.estate.Nodes[i]
	every := int(n.Heartbeat.Seconds())
	if w.down[i] > 0 || int(w.second)%every != int(w.folds[i]>>16%uint64(every)) {
		return
	}
	r := sense.StatusReport{Sensor: n.ID, At: w.at(t).Add(w.clock[i]), Fine: w.unfit[i] == 0}
	if !r.Fine {
		r.Why = takenDown
	}
	if n.Moving {
		r.Position = n.Position
	}
	sink.Status(i, r)
}

// feel is a presence sensor: something moved within its radius.
func (w *World) feel(i int, t float64) ([]sense.Detection, []int32) {
	n, rng := &w.estate.Nodes[i], w.dice[i]
	whose := int32(-2)
	for _, k := range w.near[i] {
		b := &w.bodies[k]
		e, nn := w.frames[i].Surface(b.at)
		reach, p := n.MaxRange, 0.3
		switch {
		case b.class == sense.Vehicle:
			reach *= 2
		case b.class == sense.Dig:
			p = 0.05
		case b.class == sense.SlowAir || b.class == sense.Float || math.Hypot(b.ve, b.vn) < 0.1:
			continue
		}
		if math.Hypot(e, nn) <= reach && rng.Float64() < p {
			whose = k
			break
		}
	}
	if whose == -2 && rng.Float64() < (1+w.wind/6)/(36*3600) {
		whose = -1 // a false one in a day and a half, more in wind
	}
	if whose == -2 {
		return nil, nil
	}
	d := sense.Detection{Shape: sense.PresenceWithin, Z: [3]float64{n.MaxRange}, Confidence: 0.7}
	d.Class[sense.Unknown] = 1
	return []sense.Detection{d}, []int32{whose}
}

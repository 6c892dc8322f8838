package sim

import (
	"fmt"
	"math"
	"math/rand/v2"

	"marsad/border"
	"marsad/geo"
	"marsad/say"
	"marsad/sense"
)

// beat is what a patrol does when nobody sends it anywhere.
type beat struct {
	rng  *rand.Rand
	node int // index of its GPS
	// km and off are where its path ends now.
	km   border.Chainage
	off  border.Offset
	roam bool
	// No fix gets through between these seconds.
	deafFrom, deafTo float64
}

func (w *World) patrols(seed uint64) {
	node := map[string]int{}
	for i := range w.estate.Nodes {
		if n := &w.estate.Nodes[i]; n.reports == fix {
			node[n.Unit] = i
		}
	}
	for k, u := range w.estate.Roster {
		rng := rand.New(rand.NewPCG(seed^0xbea7, nameSeed(u.ID)))
		p := &path{phase: 2 * math.Pi * rng.Float64(), sway: 1, wave: 120}
		home := w.estate.Axis.Place(u.Home, homeOffset)
		p.add(0, 0, home, home)
		w.beats = append(w.beats, beat{rng: rng, node: node[u.ID], km: u.Home, off: homeOffset, roam: w.scene.Roam})
		w.bodies = append(w.bodies, body{actor: -1, unit: k, name: u.ID, class: sense.Vehicle, count: 1, spread: 1, path: p, indoor: true})
	}
}

// beatSpeed of a patrol on its round, in m/s.
const beatSpeed = 5

// round gives a patrol without orders its next walk: wait, then along the line
// to somewhere within four kilometres of home.
func (w *World) round(b *body) {
	k := b.unit
	bt := &w.beats[k]
	if t, _ := b.path.last(); !bt.roam || t > w.second {
		return
	}
	// Start where the path ends, but not before now.
	t, at := b.path.last()
	b.path.add(math.Max(t, w.second), w.second+300+1500*bt.rng.Float64(), at, at)
	home := w.estate.Roster[k].Home
	w.along(b, home+border.Chainage(8000*bt.rng.Float64()-4000), homeOffset*border.Offset(0.6+0.8*bt.rng.Float64()), beatSpeed)
	if bt.rng.Float64() < 0.15 { // a valley, a tired battery: no fix for a while
		t, _ := b.path.last()
		bt.deafFrom = w.second + (t-w.second)*bt.rng.Float64()
		bt.deafTo = bt.deafFrom + 30 + 90*bt.rng.Float64()
	}
}

// along drives on the home side, following the line in steps. Where the line
// bends towards it, it keeps farther off; where there is no way, it stops.
func (w *World) along(b *body, to border.Chainage, off border.Offset, speed float64) {
	bt := &w.beats[b.unit]
	axis := w.estate.Axis
	to = border.Chainage(math.Min(math.Max(float64(to), 0), axis.Length()))
	const step = 250
	steps := max(1, int(math.Ceil(math.Abs(float64(to-bt.km))/step)))
	from, fromOff := bt.km, bt.off
	for i := 1; i <= steps; i++ {
		f := float64(i) / float64(steps)
		c := from + border.Chainage(f*float64(to-from))
		o := fromOff + border.Offset(f*float64(off-fromOff))
		_, here := b.path.last()
		moved := false
		for _, more := range [...]border.Offset{0, 150, 350, 700} {
			next := axis.Place(c, o+more)
			if w.atHome(here, next) {
				b.path.goTo(next, speed)
				bt.km, bt.off, moved = c, o+more, true
				break
			}
		}
		if !moved {
			return
		}
	}
}

// atHome reports whether the straight way between two points stays well behind
// the line.
func (w *World) atHome(from, to geo.Point) bool {
	const parts = 6
	for k := 1; k <= parts; k++ {
		f := float64(k) / parts
		p := geo.Point{Lat: from.Lat + f*(to.Lat-from.Lat), Lon: from.Lon + f*(to.Lon-from.Lon)}
		if w.estate.Axis.Locate(p).Offset < 60 {
			return false
		}
	}
	return true
}

// Order sends a unit to a place on the home side: what an officer says over the
// radio once a task is approved. It leaves at once at its assumed speed.
func (w *World) Order(unit string, to border.Chainage, off border.Offset) error {
	for i := range w.bodies {
		b := &w.bodies[i]
		if b.unit < 0 || b.name != unit {
			continue
		}
		at, _, _, _ := b.path.where(w.second)
		l := w.estate.Axis.Locate(at)
		b.path.pieces, b.path.at = b.path.pieces[:0], 0
		b.path.add(w.second, w.second, at, at)
		bt := &w.beats[b.unit]
		bt.km, bt.off, bt.roam = l.Chainage, border.Offset(math.Max(60, float64(l.Offset))), false
		w.along(b, to, off, w.estate.Roster[b.unit].Speed)
		return nil
	}
	return &say.Error{
		Code: "sim.unit_unknown", Kind: say.NotFound,
		Text: say.Text{En: fmt.Sprintf("there is no unit %q in the simulated world", unit), Ar: "لا توجد وحدة بهذا الرمز في العالم المحاكى"},
		Hint: say.Text{En: "use a unit of the estate's roster", Ar: "استعمل وحدة من جدول الوحدات"},
	}
}

// ownFix fills in a patrol's own position at a second since the start.
func (w *World) ownFix(i int, t float64, s *sense.Scan) bool {
	n, rng := &w.estate.Nodes[i], w.dice[i]
	for k := range w.bodies {
		b := &w.bodies[k]
		if b.unit < 0 || b.name != n.Unit {
			continue
		}
		if bt := &w.beats[b.unit]; bt.deafFrom <= w.second && w.second < bt.deafTo {
			return false
		}
		// Where it is at that instant, as every other sensor sees it: a fix of up to a
		// second ago would make every clock on the border seem wrong.
		frame, dt := &w.frames[i], t-w.second
		e, nn := frame.Surface(geo.Point{Lat: b.at.Lat + b.vn*dt/metresPerDegree, Lon: b.at.Lon + b.ve*dt/(metresPerDegree*b.cosLat)})
		p := frame.At(e+n.SigmaPosition*rng.NormFloat64(), nn+n.SigmaPosition*rng.NormFloat64())
		n.Position.Point = p
		s.Origin, s.Unit = n.Position, n.Unit
		v := n.SigmaPosition * n.SigmaPosition
		d := sense.Detection{Shape: sense.AtPosition, Z: [3]float64{p.Lat, p.Lon, n.Position.Height}, R: [6]float64{v, 0, 0, v, 0, 4 * v}, Confidence: 1}
		d.Class[sense.Vehicle] = 1
		s.Detections = []sense.Detection{d}
		return true
	}
	return false
}

// Meet stops an actor where it is: a patrol is with the people. They stay there
// for ten minutes and are then gone from the world.
func (w *World) Meet(actor string) {
	for i := range w.bodies {
		b := &w.bodies[i]
		if b.unit >= 0 || b.name != actor || !b.here {
			continue
		}
		t := w.second - b.delay
		at, _, _, _ := b.path.where(t)
		b.path.pieces, b.path.at = b.path.pieces[:0], 0
		b.path.add(t-1, t, at, at)
		b.path.wait(600)
		b.leaves = true
	}
}

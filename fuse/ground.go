package fuse

import (
	"math"
	"slices"

	"marsad/fuse/kin"
	"marsad/fuse/pmb"
	"marsad/geo"
)

// Ground is what is known of the ground: soft knowledge that a log carries, for
// who is measured somewhere is there. The zero value knows nothing.
type Ground struct {
	Ways       []Way       `json:"ways,omitempty"`
	Hindrances []Hindrance `json:"hindrances,omitempty"`
}

// Way is a known route: within Width m of its line things come Times as often as
// elsewhere.
type Way struct {
	Line  []geo.Point `json:"line"`
	Width float64     `json:"width"`
	Times float64     `json:"times"`
}

// Hindrance is a wall, a trench or steep ground: within Width m of its line things
// come to a halt Halt times as often, take up speed Halt times as seldom, and what
// nothing measures goes on for Pace of the usual way (0 to 1).
type Hindrance struct {
	Line  []geo.Point `json:"line"`
	Width float64     `json:"width"`
	Halt  float64     `json:"halt"`
	Pace  float64     `json:"pace"`
}

// widest is the largest width in m that a way or a hindrance may have.
const widest = 5000

func (w *Way) usable() bool {
	return w.Width > 0 && w.Width <= widest && w.Times > 0 && w.Times <= 100
}

func (h *Hindrance) usable() bool {
	return h.Width > 0 && h.Width <= widest && h.Halt >= 0 && h.Halt <= 1000 && h.Pace >= 0 && h.Pace <= 1
}

func (g *Ground) usable() bool {
	return !slices.ContainsFunc(g.Ways, func(w Way) bool { return !w.usable() }) &&
		!slices.ContainsFunc(g.Hindrances, func(h Hindrance) bool { return !h.usable() })
}

// groundFrom is a ground with the instant (ns) from which its hindrances hold.
type groundFrom struct {
	From   int64
	Ground Ground
}

// Learn takes what is known of the ground, in place of all that was known before.
// What cannot be meant in it is left out and counted. Hindrances hold from a window
// after the newest instant, so that late scans and a restart meet the ground of
// their own instant, to the bit; ways shape the map of what nobody has found yet
// from now on.
func (f *Fuser) Learn(g Ground) {
	kept := Ground{
		Ways:       slices.DeleteFunc(slices.Clone(g.Ways), func(w Way) bool { return !w.usable() }),
		Hindrances: slices.DeleteFunc(slices.Clone(g.Hindrances), func(h Hindrance) bool { return !h.usable() }),
	}
	f.stats.Impossible += uint64(len(g.Ways) - len(kept.Ways) + len(g.Hindrances) - len(kept.Hindrances))
	window := int64(f.cfg.Core.Window * 1e9)
	from := int64(math.MinInt64)
	if f.newest != 0 {
		from = f.newest + window
	}
	// Nothing asks any more for what ended two windows ago.
	old := 0
	for old+1 < len(f.cells.grounds) && f.cells.grounds[old+1].From < f.newest-2*window {
		old++
	}
	f.cells.grounds = append(slices.Clone(f.cells.grounds[old:]), groundFrom{from, kept})
	f.cells.lay()
}

// Ground gives what was learned last. It must not be changed.
func (f *Fuser) Ground() (g Ground) {
	if n := len(f.cells.grounds); n > 0 {
		g = f.cells.grounds[n-1].Ground
	}
	return g
}

// stretch is a piece of a way or of a hindrance in the frame of a cell.
type stretch struct {
	x, y, dx, dy float64
	of           int32
}

// far2 is the square of the distance in m² of a place.
func (s *stretch) far2(x, y float64) float64 {
	x, y = x-s.x, y-s.y
	f := 0.0
	if l := s.dx*s.dx + s.dy*s.dy; l > 0 {
		f = min(max((x*s.dx+y*s.dy)/l, 0), 1)
	}
	x, y = x-f*s.dx, y-f*s.dy
	return x*x + y*y
}

// square in m of the hash in which pieces of a cell are found, and the most that
// one of them measures.
const square = 1000.0

type squareKey struct{ i, j int32 }

func squareOf(x, y float64) squareKey {
	return squareKey{int32(math.Floor(x / square)), int32(math.Floor(y / square))}
}

// layout is the pieces near a cell of one kind of knowledge, by the squares that
// they reach into.
type layout struct {
	pieces []stretch
	in     map[squareKey][]int32
}

// add lays a line out, in pieces no longer than a square; reach is how far it counts.
func (l *layout) add(c *frameCell, line []geo.Point, reach, margin float64, of int) {
	e, n := c.halfE+margin+reach, c.halfN+margin+reach
	for i := range line {
		j := min(i+1, len(line)-1)
		if j == i && len(line) > 1 || !line[i].Valid() || !line[j].Valid() {
			continue
		}
		x, y := c.frame.Surface(line[i])
		u, v := c.frame.Surface(line[j])
		if !(min(x, u) <= e && max(x, u) >= -e && min(y, v) <= n && max(y, v) >= -n) {
			continue
		}
		k := min(max(math.Ceil(math.Hypot(u-x, v-y)/square), 1), 1000)
		dx, dy := (u-x)/k, (v-y)/k
		for range int(k) {
			if math.Abs(x) <= e+square && math.Abs(y) <= n+square {
				l.put(stretch{x, y, dx, dy, int32(of)}, reach)
			}
			x, y = x+dx, y+dy
		}
	}
}

func (l *layout) put(s stretch, reach float64) {
	if l.in == nil {
		l.in = map[squareKey][]int32{}
	}
	k := int32(len(l.pieces))
	l.pieces = append(l.pieces, s)
	from := squareOf(min(s.x, s.x+s.dx)-reach, min(s.y, s.y+s.dy)-reach)
	to := squareOf(max(s.x, s.x+s.dx)+reach, max(s.y, s.y+s.dy)+reach)
	for j := from.j; j <= to.j; j++ {
		for i := from.i; i <= to.i; i++ {
			l.in[squareKey{i, j}] = append(l.in[squareKey{i, j}], k)
		}
	}
}

// near lists the pieces that may reach a place, in the order in which they were
// stated.
func (l *layout) near(x, y float64) []int32 { return l.in[squareOf(x, y)] }

// onMap is how far in m beyond its width a way counts on the map of the unseen: a
// square is on the way if any of it may be.
func (c *cells) onMap(w *Way) float64 { return w.Width + c.side/2 }

// layOut lists what is near a cell, for every ground that may still be asked for.
func (c *cells) layOut(f *frameCell) {
	f.ways, f.hindrances = layout{}, make([]layout, len(c.grounds))
	for v := range c.grounds {
		h := c.grounds[v].Ground.Hindrances
		for i := range h {
			f.hindrances[v].add(f, h[i].Line, h[i].Width, c.margin, i)
		}
	}
	if n := len(c.grounds); n > 0 {
		for i, w := range c.grounds[n-1].Ground.Ways {
			f.ways.add(f, w.Line, c.onMap(&w), c.margin, i)
		}
	}
}

// lay lists the ground anew in every cell, and tells the core of its ways.
func (c *cells) lay() {
	for i := range c.list {
		c.layOut(&c.list[i])
	}
	weight := c.weight
	if n := len(c.grounds); n == 0 || len(c.grounds[n-1].Ground.Ways) == 0 {
		weight = nil
	}
	c.engine.Weigh(weight)
}

// weight says how much likelier things come at a place, on known routes.
func (c *cells) weight(cell int32, x, y float64) float64 {
	ways := c.grounds[len(c.grounds)-1].Ground.Ways
	l := &c.list[cell].ways
	most := 1.0
	for _, k := range l.near(x, y) {
		s := &l.pieces[k]
		if w := &ways[s.of]; s.far2(x, y) < sq(c.onMap(w)) {
			most = max(most, w.Times)
		}
	}
	return most
}

// going says what is known of the ground at a place and an instant.
func (c *cells) going(cell int32, x, y float64, at int64) (g pmb.Going) {
	v := len(c.grounds) - 1
	for v >= 0 && c.grounds[v].From > at {
		v--
	}
	if v < 0 {
		return g
	}
	l := &c.list[cell].hindrances[v]
	for _, k := range l.near(x, y) {
		s := &l.pieces[k]
		h := &c.grounds[v].Ground.Hindrances[s.of]
		if s.far2(x, y) < sq(h.Width) {
			halt := max(h.Halt, 1)
			g.Manner = pmb.Manner{kin.Still: halt, kin.Slow: 1, kin.Stroll: 1, kin.Fast: 1 / halt, kin.Veer: 1 / math.Sqrt(halt)}
			g.Pace = min(max(h.Pace, 0.05), 1)
			return g
		}
	}
	return g
}

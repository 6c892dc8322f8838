package pmb

import (
	"math"

	"marsad/fuse/kin"
)

// Unseen says how things that no sensor has found yet come, wander and go. Of
// them the engine keeps a map: how many times denser than Undetected they are,
// square by square. Where nobody looks they gather; where sensors look and
// report nothing they cannot be; what was taken for a thing and came to nothing
// goes back into the map (recycling: Williams, FUSION 2012).
type Unseen struct {
	// Side of a square in m; 0 keeps no map: the density is Undetected everywhere.
	Side float64
	// Births is what comes in a second, in units of Undetected. Under one sensor
	// that looks once a second and sees nine of ten it is 2.3 for a density of 1.
	Births float64
	// Stay is the mean time in s until they are gone again, Pace in m/s how fast
	// they wander into the next square.
	Stay, Pace float64
	// Most is the most that a square's density may be, where Weight is 1.
	Most float64
	// Step is the time in s over which looks are added up; it must be longer than
	// Window.
	Step float64
	// Weight, where set, says how much likelier than elsewhere things come at a
	// place of a cell: on known routes. Weigh changes it.
	Weight func(cell int32, x, y float64) float64
}

// unseen is the map. Densities hold for a whole step and follow from the looks
// of the step before the last, which no late scan can change any more; looks
// and gains are whole numbers, so that their order means nothing.
type unseen struct {
	step    int64 // the newest that began
	begun   bool
	frozen  bool // scans are used again after a restart: they were counted
	patches []patch
	patched int // patches that were made
	glances []glance
}

// patch is the map of one cell, made when a sensor first looks into it.
type patch struct {
	x0, y0 float64
	nx, ny int32
	share  [2][]float32 // of even and odd steps
	looks  [3][]int32   // thousandths of a neper of −ln(1 − Pd), by step
	gain   [3][]int32   // millionths of a thing, by step
	weight []float32    // nil where it is 1 everywhere
}

// glance is what a sensor's scan adds, kept while pose and view are the same.
type glance struct {
	view *View
	pose kin.Pose
	adds []look
}

type look struct{ cell, at, nepers int32 }

// Square is a square of the map that differs from one that nobody looks at.
type Square struct {
	Cell, At    int32
	Share       [2]float32
	Looks, Gain [3]int32
}

func (p *patch) index(x, y, side float64) int32 {
	return clampIndex((y-p.y0)/side, p.ny)*p.nx + clampIndex((x-p.x0)/side, p.nx)
}

func (p *patch) rest(most float64, k int) float32 {
	if p.weight == nil {
		return float32(most)
	}
	return float32(most) * p.weight[k]
}

// density is how many undetected things are at a place per m² at an instant.
func (e *Engine) density(cell int32, x, y float64, at int64) float64 {
	d := e.cfg.Undetected * e.cfg.Arrivals.share(x, y)
	u := &e.cfg.Unseen
	if u.Side <= 0 {
		return d
	}
	if int(cell) >= len(e.patches) || e.patches[cell].nx == 0 {
		return d * u.Most
	}
	p := &e.patches[cell]
	n := e.stepOf(at)
	if n != e.step-1 {
		n = e.step
	}
	return d * float64(p.share[n&1][p.index(x, y, u.Side)])
}

func (e *Engine) stepOf(at int64) int64 { return at / int64(e.cfg.Unseen.Step*1e9) }

// mostPatches bounds what sensors in many places can make the map remember:
// 300 KB each, far more of them than any border has.
const mostPatches = 256

// patch gives a cell's map, made if need be; nil where there are too many.
func (e *Engine) patch(cell int32) *patch {
	for int(cell) >= len(e.patches) {
		e.patches = append(e.patches, patch{})
	}
	p, c, u := &e.patches[cell], &e.cells[cell], &e.cfg.Unseen
	if p.nx > 0 {
		return p
	}
	if e.patched == mostPatches {
		return nil
	}
	e.patched++
	p.x0, p.y0 = c.x0, c.y0
	p.nx = int32(math.Ceil(float64(c.nx) * c.side / u.Side))
	p.ny = int32(math.Ceil(float64(c.ny) * c.side / u.Side))
	n := int(p.nx) * int(p.ny)
	e.reweigh(p, cell)
	for i := range p.share {
		p.share[i] = make([]float32, n)
		for k := range p.share[i] {
			p.share[i][k] = p.rest(u.Most, k)
		}
	}
	for i := range p.looks {
		p.looks[i], p.gain[i] = make([]int32, n), make([]int32, n)
	}
	return p
}

// Weigh has another Weight from now on, nil for none. Densities go on from where
// they are.
func (e *Engine) Weigh(weight func(cell int32, x, y float64) float64) {
	e.cfg.Unseen.Weight = weight
	for c := range e.patches {
		if e.patches[c].nx > 0 {
			e.reweigh(&e.patches[c], int32(c))
		}
	}
}

func (e *Engine) reweigh(p *patch, cell int32) {
	u := &e.cfg.Unseen
	if p.weight = nil; u.Weight == nil {
		return
	}
	p.weight = make([]float32, int(p.nx)*int(p.ny))
	for k := range p.weight {
		x, y := p.centre(int32(k), u.Side)
		p.weight[k] = float32(min(max(u.Weight(cell, x, y), 0.01), 100))
	}
}

func (p *patch) centre(k int32, side float64) (x, y float64) {
	return p.x0 + (float64(k%p.nx)+0.5)*side, p.y0 + (float64(k/p.nx)+0.5)*side
}

// glanced adds a scan's looks to the map.
func (e *Engine) glanced(s *Scan) {
	if e.cfg.Unseen.Side <= 0 || e.frozen {
		return
	}
	e.begin(s.At)
	if !s.Declared || s.Unit > 0 || e.stepOf(s.At) < e.step-1 {
		return
	}
	for int(s.Sensor) >= len(e.glances) {
		e.glances = append(e.glances, glance{})
	}
	g := &e.glances[s.Sensor]
	if g.view != s.View || g.pose != s.Poses[0].Pose {
		g.view, g.pose, g.adds = s.View, s.Poses[0].Pose, g.adds[:0]
		for _, p := range s.Poses {
			g.adds = e.survey(g.adds, s.View, p)
		}
	}
	n := e.stepOf(s.At) % 3
	for _, a := range g.adds {
		looks := e.patches[a.cell].looks[n]
		looks[a.at] = min(looks[a.at]+a.nepers, 1<<24)
	}
}

// survey lists the squares of a cell that a view looks into, and how hard.
func (e *Engine) survey(adds []look, v *View, p CellPose) []look {
	m, side := e.patch(p.Cell), e.cfg.Unseen.Side
	if m == nil {
		return adds
	}
	least := int32(20)
	if v.MaxRange < side {
		// Less than a square: a share of the one that it stands in.
		x, y := p.Pose.X-m.x0, p.Pose.Y-m.y0
		if x < 0 || y < 0 || x >= float64(m.nx)*side || y >= float64(m.ny)*side {
			return adds
		}
		pd := min(v.Pd*v.HalfWidth*sq(v.MaxRange)/sq(side), 0.95)
		return append(adds, look{p.Cell, m.index(p.Pose.X, p.Pose.Y, side), int32(-1000 * math.Log1p(-pd))})
	}
	i0, i1 := clampIndex((p.Pose.X-v.MaxRange-m.x0)/side, m.nx), clampIndex((p.Pose.X+v.MaxRange-m.x0)/side, m.nx)
	j0, j1 := clampIndex((p.Pose.Y-v.MaxRange-m.y0)/side, m.ny), clampIndex((p.Pose.Y+v.MaxRange-m.y0)/side, m.ny)
	for j := j0; j <= j1; j++ {
		for i := i0; i <= i1; i++ {
			k := j*m.nx + i
			x, y := m.centre(k, side)
			if v.EastMax != 0 && x > v.EastMax {
				continue
			}
			dx, dy := x-p.Pose.X, y-p.Pose.Y
			pd := min(v.At(math.Hypot(dx, dy), math.Atan2(dx, dy)-p.Pose.Rot), 0.95)
			if nepers := int32(-1000 * math.Log1p(-pd)); nepers >= least {
				adds = append(adds, look{p.Cell, k, nepers})
			}
		}
	}
	return adds
}

// recycle gives back to the map what a tentative track was thought to be.
func (e *Engine) recycle(t *Track, now int64) {
	if e.cfg.Unseen.Side <= 0 || int(t.Cell) >= len(e.patches) || e.patches[t.Cell].nx == 0 {
		return
	}
	p := &e.patches[t.Cell]
	gain := p.gain[e.stepOf(now)%3]
	k := p.index(t.Mean.X[0], t.Mean.X[1], e.cfg.Unseen.Side)
	gain[k] = min(gain[k]+int32(1e6*t.R), 1e9)
}

// begin brings the map to an instant's step.
func (e *Engine) begin(at int64) {
	if e.cfg.Unseen.Side <= 0 || e.frozen {
		return
	}
	to := e.stepOf(at)
	if !e.begun || to > e.step+64 {
		// So long after the last look every square is as if nobody ever looked.
		for i := range e.patches {
			e.patches[i].clear(e.cfg.Unseen.Most)
		}
		e.step, e.begun = to, true
	}
	for e.step < to {
		for i := range e.patches {
			e.advance(&e.patches[i])
		}
		e.step++
	}
}

func (p *patch) clear(most float64) {
	for i := range p.share {
		for k := range p.share[i] {
			p.share[i][k] = p.rest(most, k)
		}
	}
	for i := range p.looks {
		clear(p.looks[i])
		clear(p.gain[i])
	}
}

// advance makes the next step's densities: what comes, wanders in and out,
// leaves and is looked for, as one relaxation over the step.
func (e *Engine) advance(p *patch) {
	u := &e.cfg.Unseen
	settled := (e.step + 2) % 3 // the step before this one
	old, next := p.share[e.step&1], p.share[(e.step+1)&1]
	looks, gain := p.looks[settled], p.gain[settled]
	hop := u.Pace / (math.Pi * u.Side) // share per second over each side
	alone := 1/u.Stay + 4*hop
	idle := math.Exp(-alone * u.Step)
	fade := math.Exp(-u.Step / forgotten)
	thing := 1e-6 / (sq(u.Side) * e.cfg.Undetected)
	for j := range p.ny {
		for i := range p.nx {
			k := int(j*p.nx + i)
			most := float64(p.rest(u.Most, k))
			here, births := float64(old[k]), u.Births
			if p.weight != nil {
				births *= float64(p.weight[k])
			}
			at := func(di, dj int32) float64 {
				if i+di < 0 || i+di >= p.nx || j+dj < 0 || j+dj >= p.ny {
					return here
				}
				return float64(old[k+int(dj*p.nx+di)])
			}
			come := births + hop*(at(-1, 0)+at(1, 0)+at(0, -1)+at(0, 1))
			leave, left := alone, idle
			if looks[k] > 0 {
				leave += float64(looks[k]) / 1000 / u.Step
				left = math.Exp(-leave * u.Step)
			}
			v := min(come/leave+(here-come/leave)*left, bound(here, most, fade))
			next[k] = float32(min(v+thing*float64(gain[k])*left, 100*most))
		}
	}
	clear(looks)
	clear(gain)
}

// bound is the most that a square may hold after a step: what its gains put
// above the usual bound is forgotten by and by.
func bound(here, most, fade float64) float64 {
	if excess := (here - most) * fade; excess > most/2 {
		return most + excess
	}
	return most
}

// forgotten is the time in s in which what gains put above the bound goes.
const forgotten = 40

// made lists the cells that the map has begun to remember: one that is at rest
// again still takes back what came to nothing there.
func (e *Engine) made() (out []int32) {
	for c := range e.patches {
		if e.patches[c].nx > 0 {
			out = append(out, int32(c))
		}
	}
	return out
}

// squares lists what differs from a map that nobody looks into.
func (e *Engine) squares() (out []Square) {
	for c := range e.patches {
		p := &e.patches[c]
		for k := range p.share[0] {
			q := Square{Cell: int32(c), At: int32(k)}
			r := p.rest(e.cfg.Unseen.Most, k)
			differs := false
			for i := range p.share {
				q.Share[i] = p.share[i][k]
				differs = differs || q.Share[i] != r
			}
			for i := range p.looks {
				q.Looks[i], q.Gain[i] = p.looks[i][k], p.gain[i][k]
				differs = differs || q.Looks[i] != 0 || q.Gain[i] != 0
			}
			if differs {
				out = append(out, q)
			}
		}
	}
	return out
}

// setSquares brings the map back; what lies outside it is left out.
func (e *Engine) setSquares(step int64, begun bool, made []int32, all []Square) {
	e.step, e.begun = step, begun
	if e.cfg.Unseen.Side <= 0 {
		return
	}
	for _, c := range made {
		if c >= 0 && int(c) < len(e.cells) {
			e.patch(c)
		}
	}
	for _, q := range all {
		if q.Cell < 0 || int(q.Cell) >= len(e.cells) {
			continue
		}
		p := e.patch(q.Cell)
		if p == nil || q.At < 0 || int(q.At) >= len(p.share[0]) {
			continue
		}
		for i := range p.share {
			p.share[i][q.At] = q.Share[i]
		}
		for i := range p.looks {
			p.looks[i][q.At], p.gain[i][q.At] = q.Looks[i], q.Gain[i]
		}
	}
}

// Unseen gives the density of undetected things at a place of a cell, per m², as
// initiation reckons with it now.
func (e *Engine) Unseen(cell int32, x, y float64) float64 {
	return e.density(cell, x, y, e.step*int64(max(e.cfg.Unseen.Step, 1)*1e9))
}

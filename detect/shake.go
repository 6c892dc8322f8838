package detect

import "math"

// A regression over all points takes a sway for none where the scene is flat
// nearly everywhere: the few steep points that tell of it are outliers to the
// many flat ones. Drifting clouds have steep points too, that move together. So
// steep points are asked on their own, tile by tile, and only where the
// background was calm, and a shift has to explain what nearly all tiles show.
const (
	tilesX, tilesY = 6, 4
	// votes is the least number of tiles that a shift has to mend, and margin how
	// many times more than it spoils.
	votes, margin = 3, 3
	// far is how many pixels a shift is looked for around the last one.
	farthest = 4
)

// tell is a steep point of calm background: its place, its value and slope in the
// background, and its tile.
type tell struct {
	x, y      int
	b, gx, gy float64
	slope     float64
	tile      int
}

// tally is what the steep points of each tile think of a motion.
type tally struct {
	loss [tilesX * tilesY]float64
	n    [tilesX * tilesY]int
}

// shake looks for a shift that the regression has missed: it gives that motion
// and true where steep points in separate parts of the picture agree on it.
func (d *Detector) shake(m motion) (motion, bool) {
	d.takeTells(m)
	if len(d.tells) < votes*leastTells {
		return m, false
	}
	before := d.ask(m)
	bad := 0
	for t, n := range before.n {
		if n >= leastTells && before.loss[t] > 1 {
			bad++
		}
	}
	if bad < votes {
		return m, false
	}
	best := m
	least := math.Inf(1)
	for _, from := range [2][2]float64{{d.sx, d.sy}, {0, 0}} {
		ox, oy := math.Round(from[0]), math.Round(from[1])
		for dy := -farthest; dy <= farthest; dy++ {
			for dx := -farthest; dx <= farthest; dx++ {
				o := m
				o.sx, o.sy = ox+float64(dx), oy+float64(dy)
				if l := d.roughly(o); l < least {
					best, least = o, l
				}
			}
		}
		if ox == 0 && oy == 0 {
			break
		}
	}
	best = d.refine(best)
	after := d.ask(best)
	mended, spoilt := 0, 0
	for t, n := range before.n {
		if n < leastTells || after.n[t] < leastTells {
			continue
		}
		switch a, b := after.loss[t], before.loss[t]; {
		case a < 0.7*b && b-a > 0.2:
			mended++
		case b < 0.7*a && a-b > 0.2:
			spoilt++
		}
	}
	return best, mended >= votes && mended >= margin*spoilt
}

// leastTells is the least number of steep points of a tile that has a vote.
const leastTells = 3

// takeTells collects the steep points: those that a shift by half a pixel would
// change by more than a few times what the picture's points usually differ by.
// Where the background's noise is more than a shift of a pixel explains,
// something plays or drifts, and it tells nothing.
func (d *Detector) takeTells(m motion) {
	d.tells = d.tells[:0]
	for _, p := range d.points {
		i := int(p)
		if d.hold[i] == keeps {
			continue
		}
		gx, gy := float64(d.back[i+1]-d.back[i-1])/2, float64(d.back[i+d.w]-d.back[i-d.w])/2
		slope := math.Hypot(gx, gy)
		if slope < 6*d.spread || d.seen > 1 && float64(d.dev[i]) > 2*d.noise+0.7*slope {
			continue
		}
		x, y := i%d.w, i/d.w
		d.tells = append(d.tells, tell{x: x, y: y, b: float64(d.back[i]), gx: gx, gy: gy, slope: slope,
			tile: y*tilesY/d.h*tilesX + x*tilesX/d.w})
	}
}

// between is the frame's value at a place between pixels, in the background's units.
func (d *Detector) between(x, y float64, m motion) (v float64, ok bool) {
	fx, fy := math.Floor(x), math.Floor(y)
	ix, iy := int(fx), int(fy)
	if ix < 0 || iy < 0 || ix >= d.w-1 || iy >= d.h-1 {
		return 0, false
	}
	fx, fy = x-fx, y-fy
	i := iy*d.w + ix
	a, b, c, e := float64(d.cur[i]), float64(d.cur[i+1]), float64(d.cur[i+d.w]), float64(d.cur[i+d.w+1])
	return m.gain*((1-fy)*((1-fx)*a+fx*b)+fy*((1-fx)*c+fx*e)) + m.offset, true
}

// unsure is what a steep point may differ by without telling of a shift.
func (d *Detector) unsure(p *tell) float64 { return 3*d.spread + 0.3*p.slope }

// ask gives each tile's mean loss under a motion.
func (d *Detector) ask(m motion) (t tally) {
	for k := range d.tells {
		p := &d.tells[k]
		v, ok := d.between(float64(p.x)+m.sx, float64(p.y)+m.sy, m)
		if !ok {
			continue
		}
		r := (v - p.b) / d.unsure(p)
		t.loss[p.tile] += min(r*r, 4)
		t.n[p.tile]++
	}
	for k, n := range t.n {
		t.loss[k] /= float64(max(n, 1))
	}
	return t
}

// roughly is the mean over tiles of the mean loss under a shift by whole pixels.
func (d *Detector) roughly(m motion) float64 {
	ox, oy := int(m.sx), int(m.sy)
	var t tally
	for k := range d.tells {
		p := &d.tells[k]
		x, y := p.x+ox, p.y+oy
		if x < 0 || y < 0 || x >= d.w || y >= d.h {
			continue
		}
		r := (m.gain*float64(d.cur[y*d.w+x]) + m.offset - p.b) / (3*d.spread + 0.5*p.slope)
		t.loss[p.tile] += min(r*r, 4)
		t.n[p.tile]++
	}
	sum, n := 0.0, 0
	for k := range t.n {
		if t.n[k] >= leastTells {
			sum += t.loss[k] / float64(t.n[k])
			n++
		}
	}
	if n == 0 {
		return math.Inf(1)
	}
	return sum / float64(n)
}

// refine moves a shift to where the steep points' residuals are least: robust
// steps of Gauss and Newton, each with less doubt.
func (d *Detector) refine(m motion) motion {
	for _, doubt := range [...]float64{0.75, 0.5, 0.3, 0.3} {
		var xx, xy, yy, xr, yr float64
		for k := range d.tells {
			p := &d.tells[k]
			v, ok := d.between(float64(p.x)+m.sx, float64(p.y)+m.sy, m)
			if !ok {
				continue
			}
			s := 3*d.spread + doubt*p.slope
			r := (v - p.b) / (2 * s)
			if r*r >= 1 {
				continue
			}
			w := (1 - r*r) * (1 - r*r) / (s * s)
			xx += w * p.gx * p.gx
			xy += w * p.gx * p.gy
			yy += w * p.gy * p.gy
			xr += w * p.gx * (v - p.b)
			yr += w * p.gy * (v - p.b)
		}
		det := xx*yy - xy*xy
		if det <= 1e-6*xx*yy || xx == 0 || yy == 0 {
			return m
		}
		m.sx -= min(max((yy*xr-xy*yr)/det, -1), 1)
		m.sy -= min(max((xx*yr-xy*xr)/det, -1), 1)
	}
	return m
}

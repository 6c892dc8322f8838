package detect

import "math"

// A regression over all points takes a sway for none where the scene is flat
// nearly everywhere: the few steep points that tell of it are outliers to the
// many flat ones. Drifting clouds have steep points too, which move together. So
// steep points are asked on their own, tile by tile, only where the background
// was calm, and a shift has to mend what the regression leaves in separate parts
// of the picture and spoil next to none.
const (
	tilesX, tilesY = 6, 4
	// leastTells is the least number of steep points of a tile that has a voice.
	leastTells = 3
	// votes is the least number of tiles that a shift has to mend, and margin how
	// many times more than it spoils.
	votes, margin = 3, 3
	// around is how many pixels about the last shift one is looked for, and tries
	// how many of those by whole pixels are refined.
	around, tries = 4, 4
	// searched is about the number of steep points that the search looks at.
	searched = 400
)

// tell is a steep point of calm background: its place, its value and slope in the
// background, and its tile.
type tell struct {
	x, y             int
	b, gx, gy, slope float64
	tile             int
}

// tally is how badly a motion fits the steep points, in each tile and all in all:
// a mean from 0 to 4 of the squares of residuals in units of what is usual.
type tally struct {
	loss [tilesX * tilesY]float64
	n    [tilesX * tilesY]int
	mean float64
}

// shake looks for a shift that the regression has missed: it gives that motion
// and true where steep points in separate parts of the picture agree on it.
func (d *Detector) shake(m motion) (motion, bool) {
	usual := max(d.spread, 32)
	if d.seen == 1 {
		usual = max(m.median, 32)
	}
	d.takeTells(usual)
	if len(d.tells) < votes*leastTells {
		return m, false
	}
	before := d.ask(m, usual, 0.3)
	bad := 0
	for t, n := range before.n {
		if n >= leastTells && before.loss[t] > 1 {
			bad++
		}
	}
	if bad < votes {
		return m, false
	}
	best, after := m, before
	for _, level := range [...]motion{m, d.lastLevel(m)} {
		for _, o := range d.search(level, usual) {
			o = d.refine(o, usual)
			if t := d.ask(o, usual, 0.3); t.mean < after.mean {
				best, after = o, t
			}
		}
		if math.Abs(m.gain-d.gain) < 0.01 {
			break
		}
	}
	best = d.relevel(best, usual)
	after = d.ask(best, usual, 0.3)
	mended, spoilt := 0, 0
	for t := range before.n {
		if min(before.n[t], after.n[t]) < leastTells {
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

// lastLevel is a motion with the last frame's gain: where the picture is flat and
// what is not lies elsewhere, the regression's gain means nothing.
func (d *Detector) lastLevel(m motion) motion {
	m.gain = d.gain
	d.sorted = d.sorted[:0]
	for _, p := range d.pairs {
		d.sorted = append(d.sorted, p.b-m.gain*p.c)
	}
	m.offset = middle(d.sorted)
	return m
}

// relevel fits gain and offset to all points where a motion has brought them.
func (d *Detector) relevel(m motion, usual float64) motion {
	for range 2 {
		var n, c, b, cc, cb float64
		for _, p := range d.points {
			i := int(p)
			v, ok := d.between(float64(i%d.w)+m.sx, float64(i/d.w)+m.sy, motion{gain: 1})
			if !ok || d.hold[i] == keeps {
				continue
			}
			slope := float64(abs(d.back[i+1]-d.back[i-1])+abs(d.back[i+d.w]-d.back[i-d.w])) / 2
			s := 3*usual + 0.3*slope
			r := (m.gain*v + m.offset - float64(d.back[i])) / (2 * s)
			if r*r >= 1 {
				continue
			}
			w := (1 - r*r) * (1 - r*r) / (s * s)
			n, c, b = n+w, c+w*v, b+w*float64(d.back[i])
			cc, cb = cc+w*v*v, cb+w*v*float64(d.back[i])
		}
		spread := cc - c*c/max(n, 1e-12)
		if n == 0 || spread <= 1e-9*cc {
			break
		}
		gain := (cb - c*b/n) / spread
		if gain < 0.2 || gain > 5 {
			break
		}
		m.gain, m.offset = gain, (b-gain*c)/n
	}
	return m
}

// drifts says whether the background's own play at a pixel is more than most of a
// pixel's shift explains, with the background's slope there: what moves there, as
// clouds do, tells nothing of the camera.
func (d *Detector) drifts(i int, slope float64) bool {
	return float64(d.dev[i]) > 2*d.noise+0.7*slope
}

// takeTells collects the steep points of calm background: those that half a
// pixel's shift changes by more than three times what the picture's points usually
// differ by.
func (d *Detector) takeTells(usual float64) {
	d.tells = d.tells[:0]
	for _, p := range d.points {
		i := int(p)
		if d.hold[i] == keeps {
			continue
		}
		gx, gy := float64(d.back[i+1]-d.back[i-1])/2, float64(d.back[i+d.w]-d.back[i-d.w])/2
		slope := math.Hypot(gx, gy)
		if slope < 6*usual || d.seen > 1 && d.drifts(i, slope) {
			continue
		}
		x, y := i%d.w, i/d.w
		d.tells = append(d.tells, tell{x: x, y: y, b: float64(d.back[i]), gx: gx, gy: gy, slope: slope,
			tile: y*tilesY/d.h*tilesX + x*tilesX/d.w})
	}
}

// between is the frame's value between pixels, in the background's units.
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

// ask takes the tally of a motion over the steep points; a point may be off by three
// times what is usual and by a doubt in pixels.
func (d *Detector) ask(m motion, usual, doubt float64) (t tally) {
	for k := range d.tells {
		p := &d.tells[k]
		if v, ok := d.between(float64(p.x)+m.sx, float64(p.y)+m.sy, m); ok {
			t.add(p.tile, (v-p.b)/(3*usual+doubt*p.slope))
		}
	}
	return t.close()
}

// askWhole is that for a shift by whole pixels, over every few of the points.
func (d *Detector) askWhole(m motion, usual, doubt float64, every int) (t tally) {
	x, y := int(m.sx), int(m.sy)
	for k := 0; k < len(d.tells); k += every {
		p := &d.tells[k]
		if px, py := p.x+x, p.y+y; px >= 0 && py >= 0 && px < d.w-1 && py < d.h-1 {
			v := m.gain*float64(d.cur[py*d.w+px]) + m.offset
			t.add(p.tile, (v-p.b)/(3*usual+doubt*p.slope))
		}
	}
	return t.close()
}

// add takes the residual of a point in a tile.
func (t *tally) add(tile int, r float64) {
	t.loss[tile] += min(r*r, 4)
	t.n[tile]++
}

// close makes means of the sums.
func (t *tally) close() tally {
	tiles := 0
	for k, n := range t.n {
		if n > 0 {
			t.loss[k] /= float64(n)
			t.mean += t.loss[k]
			tiles++
		}
	}
	t.mean /= float64(max(tiles, 1))
	return *t
}

// search gives the best shifts by whole pixels, around the last and around none.
func (d *Detector) search(m motion, usual float64) (best [tries]motion) {
	var loss [tries]float64
	for i := range best {
		best[i], loss[i] = m, math.Inf(1)
	}
	every := max(len(d.tells)/searched, 1)
	try := func(x, y float64) {
		o := motion{gain: m.gain, offset: m.offset, median: m.median, sx: x, sy: y}
		l := d.askWhole(o, usual, 0.5, every).mean
		for i := range best {
			if l < loss[i] {
				best[i], o = o, best[i]
				loss[i], l = l, loss[i]
			}
		}
	}
	lastX, lastY := math.Round(d.sx), math.Round(d.sy)
	for y := -around; y <= around; y++ {
		for x := -around; x <= around; x++ {
			try(lastX+float64(x), lastY+float64(y))
		}
	}
	for y := -around; y <= around; y++ {
		for x := -around; x <= around; x++ {
			if fx, fy := float64(x), float64(y); math.Abs(fx-lastX) > around || math.Abs(fy-lastY) > around {
				try(fx, fy)
			}
		}
	}
	return best
}

// refine moves a shift to where the steep points' residuals are least: robust
// steps of Gauss and Newton, each with less doubt.
func (d *Detector) refine(m motion, usual float64) motion {
	for _, doubt := range [...]float64{0.75, 0.5, 0.3, 0.3} {
		var xx, xy, yy, xr, yr float64
		for k := range d.tells {
			p := &d.tells[k]
			v, ok := d.between(float64(p.x)+m.sx, float64(p.y)+m.sy, m)
			if !ok {
				continue
			}
			s := 3*usual + doubt*p.slope
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
		if det <= 1e-6*xx*yy {
			return m
		}
		m.sx -= min(max((yy*xr-xy*yr)/det, -1), 1)
		m.sy -= min(max((xx*yr-xy*xr)/det, -1), 1)
	}
	return m
}

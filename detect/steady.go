package detect

import "math"

// points is about the number of points that steady looks at: one for each
// square cell of the picture, where the background is steepest, since flat
// ground says nothing of sway.
const points = 1500

// pair is one point in the background and in the frame, with the background's
// slope there, in 1/64 counts and 1/64 counts a pixel.
type pair struct{ b, c, gx, gy float64 }

// still is a point that has a voice: its place, and what a pair of it has of the
// background.
type still struct {
	x, y int
	pair
}

// motion brings a frame to the background: background(x, y) = gain *
// frame(x+sx, y+sy) + offset.
type motion struct {
	gain, offset, sx, sy float64
	median               float64 // of the points' residuals
	told                 bool    // by slopes; else they had nothing to say, as before a flat picture
}

// steady finds gain, offset and sway of the frame against the background and
// takes them away: d.cur becomes the frame as the background's camera would
// have seen it. It reports how large a share of the points agrees.
//
// The method is a robust regression (Tukey's biweight, iterated) of the frame
// on the background with the first order of a shift (Lucas and Kanade 1981),
// after a coarse search where the picture has moved by more than that holds.
func (d *Detector) steady() (agree float64) {
	d.pickPoints()
	d.takeCalm()
	m := motion{gain: 1, sx: d.sx, sy: d.sy}
	m, agree = d.fit(m)
	if agree < 0.8 || d.seen == 1 {
		if other, a := d.fit(d.coarse()); other.told && other.median/other.gain < m.median/m.gain {
			m, agree = other, a
		}
	}
	if agree < d.cfg.Agree && d.seen > 1 {
		return agree
	}
	if other, ok := d.shake(m); ok {
		m = other
	}
	if m.median < d.spread || d.seen == 1 {
		d.spread = m.median
	} else {
		d.spread += (min(m.median, 2*d.spread) - d.spread) / 16
	}
	d.spread = max(d.spread, 32)
	m.sx, m.sy = m.sx+d.leanX, m.sy+d.leanY
	d.gain, d.offset, d.sx, d.sy = m.gain, m.offset, m.sx, m.sy
	if math.Abs(m.sx) < 0.1 && math.Abs(m.sy) < 0.1 {
		d.sx, d.sy = 0, 0
	} else {
		d.warp(m)
	}
	return agree
}

// anchor lets the background's level follow the camera's own by 1/32 every
// eighth frame. Noise makes every regression a little flat, and a background
// that learns from what it has scaled itself would fade over a day.
func (d *Detector) anchor() {
	if d.seen%8 != 0 || d.gain == 1 && d.offset == 0 {
		return
	}
	a := int64(math.Round((1 + (1/d.gain-1)/32) * 65536))
	b := int64(math.Round(-d.offset / d.gain / 32 * 65536))
	for i, v := range d.back {
		d.back[i] = int32((int64(v)*a + b + 32768) >> 16)
	}
}

// pickPoints finds each cell's steepest pixel: all at the start, then one row
// of cells a frame.
func (d *Detector) pickPoints() {
	cell := max(8, int(math.Sqrt(float64(d.w*d.h)/points)))
	cw, ch := (d.w-2)/cell, (d.h-2)/cell
	if cw < 1 || ch < 1 {
		d.points = d.points[:0]
		return
	}
	from, to := 0, ch
	if len(d.points) == cw*ch && d.seen > 1 {
		from = d.seen % ch
		to = from + 1
	} else {
		d.points = append(d.points[:0], make([]int32, cw*ch)...)
	}
	for cy := from; cy < to; cy++ {
		for cx := range cw {
			best, at := int32(-1), 0
			for y := 1 + cy*cell; y < 1+(cy+1)*cell; y += 2 {
				for x := 1 + cx*cell; x < 1+(cx+1)*cell; x++ {
					i := y*d.w + x
					if g := abs(d.back[i+1]-d.back[i-1]) + abs(d.back[i+d.w]-d.back[i-d.w]); g > best {
						best, at = g, i
					}
				}
			}
			d.points[cy*cw+cx] = int32(at)
		}
	}
}

// fit refines a motion and says what share of the points agrees with it: first from
// whole pixels, then from where that has brought the frame, between its pixels. A
// slope of the background is blurred by sway and overstates the shift it measures,
// and only a shift that ends at none is free of that: the excess would be learnt in
// each frame, and the background would creep away. A step between pixels that is
// not small, or fits worse, says nothing (edges sharper than a pixel, or nothing but
// noise), and what was found before it stands.
func (d *Detector) fit(m motion) (motion, float64) {
	const settled, most, worse = 0.02, 0.25, 1.1
	agree := 1.0
	for range 4 {
		from := motion{sx: math.Round(m.sx), sy: math.Round(m.sy)}
		if m, agree = d.fitFrom(from); len(d.pairs) < 24 {
			return motion{gain: 1}, 1
		}
		if math.Abs(m.sx-from.sx) <= 0.6 && math.Abs(m.sy-from.sy) <= 0.6 {
			break
		}
	}
	for limit := most; limit > settled; limit /= 2 {
		next, a := d.fitFrom(m)
		step := math.Hypot(next.sx-m.sx, next.sy-m.sy)
		if step > limit || next.median/next.gain > worse*m.median/m.gain || a < agree-0.05 {
			break
		}
		m, agree = next, a
		if step < settled {
			break
		}
	}
	return m, agree
}

// fitFrom is one round of fit, from a motion's shift.
func (d *Detector) fitFrom(m motion) (motion, float64) {
	d.takePairs(m.sx, m.sy)
	if len(d.pairs) < 24 {
		return m, 1
	}
	next, agree := d.regress()
	next.sx, next.sy = next.sx+m.sx, next.sy+m.sy
	return next, agree
}

// takeCalm reads the points in the background, leaving out those that a mover covers
// and, as soon as their play is known, those where something drifts: clouds would pull
// the picture along, by little in each frame.
func (d *Detector) takeCalm() {
	d.still = d.still[:0]
	for _, p := range d.points {
		i := int(p)
		if d.hold[i] == keeps {
			continue
		}
		gx, gy := float64(d.back[i+1]-d.back[i-1])/2, float64(d.back[i+d.w]-d.back[i-d.w])/2
		if d.seen > d.cfg.Memory && d.drifts(i, math.Hypot(gx, gy)) {
			continue
		}
		d.still = append(d.still, still{x: i % d.w, y: i / d.w, pair: pair{b: float64(d.back[i]), gx: gx, gy: gy}})
	}
}

// takePairs reads those points in the shifted frame.
func (d *Detector) takePairs(sx, sy float64) {
	ox, oy := int(math.Floor(sx)), int(math.Floor(sy))
	fx, fy := sx-float64(ox), sy-float64(oy)
	d.pairs, d.asked = d.pairs[:0], len(d.still)
	for k := range d.still {
		p := &d.still[k]
		x, y := p.x+ox, p.y+oy
		if x < 0 || x >= d.w-1 || y < 0 || y >= d.h-1 {
			continue // what has left the picture agrees with nothing
		}
		j := y*d.w + x
		if len(d.cuts) > 0 && d.silent[j]|d.silent[j+1]|d.silent[j+d.w]|d.silent[j+d.w+1] != 0 {
			d.asked--
			continue
		}
		up := (1-fx)*float64(d.cur[j]) + fx*float64(d.cur[j+1])
		low := (1-fx)*float64(d.cur[j+d.w]) + fx*float64(d.cur[j+d.w+1])
		d.pairs = append(d.pairs, pair{b: p.b, c: (1-fy)*up + fy*low, gx: p.gx, gy: p.gy})
	}
}

// off is what a motion leaves of the difference of a pair.
func (p *pair) off(m motion) float64 { return p.b - m.gain*p.c - m.offset - m.sx*p.gx - m.sy*p.gy }

// regress solves b = gain*c + offset + sx*gx + sy*gy over the pairs.
func (d *Detector) regress() (motion, float64) {
	m := motion{gain: 1}
	// the level first: the rest needs residuals that mean something
	d.sorted = d.sorted[:0]
	for k := range d.pairs {
		d.sorted = append(d.sorted, d.pairs[k].b-d.pairs[k].c)
	}
	m.offset = middle(d.sorted)
	var median float64
	for range 3 {
		d.sorted = d.sorted[:0]
		for k := range d.pairs {
			d.sorted = append(d.sorted, math.Abs(d.pairs[k].off(m)))
		}
		median = middle(d.sorted)
		scale := 4.5*median + 16
		var n normal
		for k := range d.pairs {
			p := &d.pairs[k]
			r := p.off(m) / scale
			if r*r >= 1 {
				continue
			}
			w := (1 - r*r) * (1 - r*r)
			n.add(w, [5]float64{p.c, 1, p.gx, p.gy, p.b})
		}
		v, ok := n.solve()
		if !ok || v[0] < 0.2 || v[0] > 5 || math.Abs(v[2]) > 3 || math.Abs(v[3]) > 3 {
			break
		}
		m = motion{gain: v[0], offset: v[1], sx: v[2], sy: v[3], told: true}
	}
	near, slack := 0, 4*d.spread+64
	if d.seen == 1 {
		slack = 4*median + 64
	}
	for k := range d.pairs {
		if math.Abs(d.pairs[k].off(m)) < slack {
			near++
		}
	}
	m.median = median
	return m, float64(near) / float64(d.asked)
}

// normal are the normal equations of gain, offset and shift; only what lies on and
// above the diagonal is summed.
type normal [4][5]float64

// add weighs one equation: the four coefficients and what they have to give.
func (n *normal) add(w float64, row [5]float64) {
	for i := range 4 {
		wi := w * row[i]
		for j := i; j < 5; j++ {
			n[i][j] += wi * row[j]
		}
	}
}

// solve eliminates with pivots; a direction that the data say nothing of is
// left at its neutral value.
func (n normal) solve() (v [4]float64, ok bool) {
	for i := range 4 {
		for j := range i {
			n[i][j] = n[j][i]
		}
	}
	// a faint pull towards gain 1 and no shift, so that a blank picture has an answer
	n[0][0] += 64
	n[0][4] += 64
	n[1][1] += 1e-6
	n[2][2] += 1024
	n[3][3] += 1024
	for i := range 4 {
		p := i
		for k := i + 1; k < 4; k++ {
			if math.Abs(n[k][i]) > math.Abs(n[p][i]) {
				p = k
			}
		}
		n[i], n[p] = n[p], n[i]
		if math.Abs(n[i][i]) < 1e-9 {
			return v, false
		}
		for k := i + 1; k < 4; k++ {
			f := n[k][i] / n[i][i]
			for j := i; j < 5; j++ {
				n[k][j] -= f * n[i][j]
			}
		}
	}
	for i := 3; i >= 0; i-- {
		s := n[i][4]
		for j := i + 1; j < 4; j++ {
			s -= n[i][j] * v[j]
		}
		v[i] = s / n[i][i]
	}
	return v, true
}

// coarse searches shifts of up to 16 pixels, on some of the points, by both
// pictures' slopes, which gain and offset leave in place. It is the way back
// after a gust or a knock, not a step of every frame.
func (d *Detector) coarse() motion {
	const reach, step = 16, 2
	best, at := math.Inf(1), motion{gain: 1}
	stride := max(len(d.points)/300, 1)
	for oy := -reach; oy <= reach; oy += step {
		for ox := -reach; ox <= reach; ox += step {
			var sum, weight float64
			for k := 0; k < len(d.points); k += stride {
				i := int(d.points[k])
				x, y := i%d.w+ox, i/d.w+oy
				if x < 1 || x >= d.w-1 || y < 1 || y >= d.h-1 {
					continue
				}
				j := y*d.w + x
				gb, gc := d.back[i+1]-d.back[i-1], d.cur[j+1]-d.cur[j-1]
				hb, hc := d.back[i+d.w]-d.back[i-d.w], d.cur[j+d.w]-d.cur[j-d.w]
				sum += float64(abs(gb-gc) + abs(hb-hc))
				weight += float64(abs(gb) + abs(hb) + abs(gc) + abs(hc))
			}
			if weight > 0 && sum/weight < best {
				best, at = sum/weight, motion{gain: 1, sx: float64(ox), sy: float64(oy)}
			}
		}
	}
	return at
}

// warp resamples the frame bilinearly to the background's pixels. Where the
// frame has none, the background stands in, so that nothing is seen there.
func (d *Detector) warp(m motion) {
	w, h := d.w, d.h
	ox, oy := int(math.Floor(m.sx)), int(math.Floor(m.sy))
	fx, fy := int64((m.sx-float64(ox))*256), int64((m.sy-float64(oy))*256)
	d.cur, d.diff = d.diff, d.cur // diff is free until difference
	for y := range h {
		sy := y + oy
		out := d.cur[y*w : (y+1)*w]
		if sy < 0 || sy >= h-1 {
			d.unseen(out, y*w, m)
			continue
		}
		top, low := d.diff[sy*w:(sy+1)*w], d.diff[(sy+1)*w:(sy+2)*w]
		from, to := min(max(0, -ox), w), max(min(w, w-1-ox), 0)
		if from >= to {
			d.unseen(out, y*w, m)
			continue
		}
		d.unseen(out[:from], y*w, m)
		d.unseen(out[to:], y*w+to, m)
		mix(out[from:to], top[from+ox:], low[from+ox:], fx, fy)
	}
}

// mix makes the pixels that lie so many 256ths to the right of those of a row and
// below them. A column that was mixed serves the pixels on either side of it.
func mix(out, top, low []int32, right, down int64) {
	left := int64(top[0])<<8 + int64(low[0]-top[0])*down
	top, low = top[1:][:len(out)], low[1:][:len(out)]
	for x, a := range top {
		next := int64(a)<<8 + int64(low[x]-a)*down
		out[x] = int32((left<<8 + (next-left)*right) >> 16)
		left = next
	}
}

// unseen fills pixels with what gain and offset will turn into the background.
func (d *Detector) unseen(out []int32, from int, m motion) {
	for x := range out {
		out[x] = int32((float64(d.back[from+x]) - m.offset) / m.gain)
	}
}

// middle is the median of the values, which it reorders (Hoare 1961).
func middle(v []float64) float64 {
	if len(v) == 0 {
		return 0
	}
	k, lo, hi := len(v)/2, 0, len(v)-1
	for lo < hi {
		pivot := v[(lo+hi)/2]
		i, j := lo, hi
		for i <= j {
			for v[i] < pivot {
				i++
			}
			for v[j] > pivot {
				j--
			}
			if i <= j {
				v[i], v[j] = v[j], v[i]
				i++
				j--
			}
		}
		if k <= j {
			hi = j
		} else if k >= i {
			lo = i
		} else {
			break
		}
	}
	return v[k]
}

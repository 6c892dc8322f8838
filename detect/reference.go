package detect

import "math"

// What keeps the background where it began. Each frame is laid upon the background
// with an error far too small to be seen in it, but of the same sign for hours: a
// horizon before a sky that clouds over changes its height, which passes for a shift,
// and clouds drift one way. The background learns it and moves, by pixels in an
// afternoon. So it is held against a far longer memory of itself, and the frames are
// laid to the other side by a share of what it has moved, until it is back.
const (
	// compared is the number of frames between two comparisons, in each of which the
	// reference takes a share of 1/recalled of the background.
	compared, recalled = 16, 256
	// begun is how many of its own memories the background has to be old for the first
	// of it to be kept: a short clip has no hours to creep in, and loses dim things by
	// frames that are laid a hundredth of a pixel aside.
	begun = 20
	// pull is how much of what the background has moved, as the mean of the last
	// steadied comparisons says, the frames are laid to the other side, farthest the
	// most of it in pixels.
	pull, steadied, farthest = 0.15, 8, 0.1
)

// refer compares the background with the reference and teaches it.
func (d *Detector) refer() {
	settled := 2 * d.cfg.Memory
	if !d.referred {
		settled = begun * d.cfg.Memory
	}
	switch {
	case d.seen < settled || d.seen%compared != 0:
	case !d.referred: // and not again when a correction has begun the learning anew
		d.referred = true
		for i, v := range d.back {
			d.reference[i] = float32(v)
		}
	default:
		x, y := d.moved()
		d.leanX += (min(max(pull*x, -farthest), farthest) - d.leanX) / steadied
		d.leanY += (min(max(pull*y, -farthest), farthest) - d.leanY) / steadied
		for i, v := range d.back {
			d.reference[i] += (float32(v) - d.reference[i]) / recalled
		}
	}
}

// moved is how far the background's picture lies from the reference's, in pixels to
// the right and down: a robust regression as in regress, of what is finer than a few
// pixels alone. An edge whose height changes keeps its middle in that, and a point
// has no more to say for being steep.
func (d *Detector) moved() (sx, sy float64) {
	const reach = 4
	fine := func(i int) (b, r float64) {
		w := d.w
		b = float64(d.back[i]) - float64(d.back[i-2]+d.back[i+2]+d.back[i-2*w]+d.back[i+2*w])/4
		r = float64(d.reference[i]) - float64(d.reference[i-2]+d.reference[i+2]+d.reference[i-2*w]+d.reference[i+2*w])/4
		return b, r
	}
	d.pairs = d.pairs[:0]
	for _, p := range d.points {
		i := int(p)
		if x, y := i%d.w, i/d.w; x < reach || y < reach || x >= d.w-reach || y >= d.h-reach || d.hold[i] == keeps {
			continue
		}
		b, r := fine(i)
		lb, lr := fine(i - 1)
		rb, rr := fine(i + 1)
		ub, ur := fine(i - d.w)
		db, dr := fine(i + d.w)
		d.pairs = append(d.pairs, pair{b: r, c: b, gx: (rb - lb + rr - lr) / 4, gy: (db - ub + dr - ur) / 4})
	}
	gain := 1.0
	for round := range 4 {
		d.sorted = d.sorted[:0]
		for _, p := range d.pairs {
			d.sorted = append(d.sorted, math.Abs(p.b-gain*p.c-sx*p.gx-sy*p.gy))
		}
		median := middle(d.sorted) + 4
		var n normal
		for _, p := range d.pairs {
			r := (p.b - gain*p.c - sx*p.gx - sy*p.gy) / (4.5 * median)
			if r*r >= 1 {
				continue
			}
			w := (1 - r*r) * (1 - r*r) * median * median / (median*median + 0.01*(p.gx*p.gx+p.gy*p.gy))
			n.add(w, [5]float64{p.c, 0, p.gx, p.gy, p.b})
		}
		v, ok := n.solve()
		if !ok || round > 0 && math.Abs(v[0]-1) > 0.5 {
			return 0, 0
		}
		gain, sx, sy = v[0], v[2], v[3]
	}
	return sx, sy
}

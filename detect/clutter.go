package detect

import "slices"

// block is the side of the squares whose activity is measured together.
const block = 16

// spanned is the number of frames between two looks at the background's range.
const spanned = 64

// clutter sets every pixel's yardstick: the larger of its own noise and the
// activity of its surroundings in this very frame, so that a gust in the grass,
// heat shimmer or a key frame of a codec raises the threshold at once and
// where it is (constant false alarm rate with an ordered statistic: Rohling
// 1983). The median of nine blocks leaves out the mover itself, unless it is
// larger than they: so no yardstick hides what differs from the background by
// more than all of the background's own range, since no piece of the background
// that moved could explain that.
func (d *Detector) clutter() {
	w, h := d.w, d.h
	bw, bh := (w+block-1)/block, (h+block-1)/block
	for by := range bh {
		for bx := range bw {
			d.blockSum[by*bw+bx] = d.activity(bx, by)
		}
	}
	for by := range bh {
		for bx := range bw {
			d.blockMid[by*bw+bx] = d.unit(bx, by, bw, bh)
		}
	}
	d.raiseLimits()
}

// raiseLimits makes each pixel's yardstick of its own noise and of its block's.
func (d *Detector) raiseLimits() {
	w, bw := d.w, (d.w+block-1)/block
	least := d.columns[0][:w]
	for y := range d.h {
		if y%block == 0 {
			for x := range least {
				least[x] = d.blockMid[y/block*bw+x/block]
			}
		}
		greater(d.limit[y*w:(y+1)*w], d.dev[y*w:(y+1)*w], least)
	}
}

// activity is the mean size of what a block differs by where the background learns.
func (d *Detector) activity(bx, by int) int32 {
	w := d.w
	x0, x1 := bx*block, min((bx+1)*block, w)
	var sum, n int32
	for y := by * block; y < min((by+1)*block, d.h); y += 2 { // every other row says enough
		s, k := learntSizes(d.smooth[y*w+x0:y*w+x1], d.hold[y*w+x0:y*w+x1])
		sum, n = sum+s, n+k
	}
	return sum / max(n, 1)
}

// learntSizes adds up how large values are where the background learns, and counts
// them. A loop of its own, as all that run over every pixel: the compiler keeps all
// that it needs in registers.
func learntSizes(v []int32, hold []uint8) (sum, n int32) {
	hold = hold[:len(v)]
	for x, s := range v {
		if hold[x] == learns {
			sum += min(abs(s), 1<<20)
			n++
		}
	}
	return sum, n
}

// greater takes the greater of two values for each.
func greater(out, v, least []int32) {
	out, v = out[:len(least)], v[:len(least)]
	for x, s := range least {
		out[x] = max(v[x], s)
	}
}

// unit is the yardstick of a block: the median of what blockSum holds of it and
// of the eight around it, weighed, and never below the noise.
func (d *Detector) unit(bx, by, bw, bh int) int32 {
	most := max(int32(d.span/d.cfg.High), int32(d.noise))
	return min(max(int32(d.noise), int32(int64(d.around(bx, by, bw, bh))*int64(int32(d.cfg.Clutter*256))>>8)), most)
}

// around is the median of what blockSum holds of a block and of those around it.
func (d *Detector) around(bx, by, bw, bh int) int32 {
	if bx > 0 && by > 0 && bx < bw-1 && by < bh-1 {
		up := d.blockSum[(by-1)*bw+bx-1:][:3]
		mid := d.blockSum[by*bw+bx-1:][:3]
		low := d.blockSum[(by+1)*bw+bx-1:][:3]
		return ofNine(up, mid, low)
	}
	var nine [9]int32
	n := 0
	for y := max(by-1, 0); y <= min(by+1, bh-1); y++ {
		for x := max(bx-1, 0); x <= min(bx+1, bw-1); x++ {
			v := d.blockSum[y*bw+x]
			j := n
			for j > 0 && nine[j-1] > v {
				nine[j] = nine[j-1]
				j--
			}
			nine[j] = v
			n++
		}
	}
	return nine[n/2]
}

// ofNine is the median of nine values in three rows: that of the greatest of the
// rows' least, the median of their medians and the least of their greatest (Paeth 1990).
func ofNine(a, b, c []int32) int32 {
	a0, a1, a2 := inOrder(a[0], a[1], a[2])
	b0, b1, b2 := inOrder(b[0], b[1], b[2])
	c0, c1, c2 := inOrder(c[0], c[1], c[2])
	_, m, _ := inOrder(a1, b1, c1)
	_, m, _ = inOrder(max(a0, b0, c0), m, min(a2, b2, c2))
	return m
}

// inOrder are three values from the least to the greatest.
func inOrder(a, b, c int32) (least, mid, greatest int32) {
	least, greatest = min(a, b), max(a, b)
	return min(least, c), max(least, min(greatest, c)), max(greatest, c)
}

// measureRange takes the range of the background between its darkest and its
// brightest hundredth, now and then, since it changes slowly.
func (d *Detector) measureRange() {
	if d.span > 0 && d.seen%spanned != 0 {
		return
	}
	v := d.sorted[:0]
	for y := 3; y < d.h; y += 5 {
		for x := 3; x < d.w; x += 7 {
			v = append(v, float64(d.back[y*d.w+x]))
		}
	}
	d.sorted = v
	if len(v) == 0 {
		return
	}
	slices.Sort(v)
	d.span = v[len(v)*99/100] - v[len(v)/100]
}

package detect

import "math"

const (
	// unquiet is how many times the noise of the picture the yardstick of a block
	// has to be for points to be looked for in it.
	unquiet = 2
	// peak is the least height of a point, in shares of Config.High: what flickers
	// is told from what moves by its tracks.
	peak = 0.7
)

// ring is the half side of the square that a point may fill, and that of the one
// around it that it is held against.
type ring struct {
	guard, around int
	mark          uint8 // least of the blocks that it is for
}

// rings are tried one after the other: the narrower one is the more of the slope and
// the bend of a cloud it takes away, and the wider the larger is what it has room for.
// Each has its own unit, so that what fits a narrow one is found where clouds bend
// within the others.
var rings = [...]ring{{2, 3, 3}, {3, 5, 2}, {5, 9, 2}}

// findPoints looks for small things where the surroundings are restless on a
// larger scale: an aircraft before a drifting cloud, whose yardstick there is
// that of the cloud. A pixel is held against the mean of the ring around it (a
// constant false alarm rate by cell averages with a guard band: Finn and
// Johnson 1968), in units of what that gives in the blocks around; what fills
// the guard band is no point. Points are things without blobs: they are tracked
// and declared and are not in the mask.
func (d *Detector) findPoints() {
	// after a correction of the sensor its new pattern is full of points
	if d.calm <= d.cfg.Memory || !d.markUnquiet() {
		return
	}
	d.sumUp()
	for _, r := range rings {
		d.seek(r)
	}
}

// seek makes things of the points that one ring finds.
func (d *Detector) seek(r ring) {
	bw, bh := (d.w+block-1)/block, (d.h+block-1)/block
	peaks := d.limit // free from here on
	clear(peaks)
	for by := range bh {
		for bx := range bw {
			if d.unquiet[by*bw+bx] == 0 {
				continue
			}
			d.blockSum[by*bw+bx] = d.against(peaks, bx*block, by*block, r)
		}
	}
	for by := range bh {
		for bx := range bw {
			if d.unquiet[by*bw+bx] < r.mark {
				continue
			}
			d.peaksIn(peaks, bx*block, by*block, d.unit(bx, by, bw, bh), r)
		}
	}
}

// markUnquiet marks the blocks in which points are looked for by 2, or by 3 where
// clouds drift, those around them by 1, and says whether there are any. A block is
// unquiet when its yardstick is well above the noise and above the slope of its
// background too, so that a residual sway of a pixel over rough ground would not
// explain it.
func (d *Detector) markUnquiet() bool {
	w, h := d.w, d.h
	bw, bh := (w+block-1)/block, (h+block-1)/block
	clear(d.unquiet)
	least := int32(unquiet * d.noise)
	any := false
	for by := range bh {
		for bx := range bw {
			var sum, steep, n int32
			for y := by*block + 2; y < min((by+1)*block, h-1); y += 4 {
				for x := bx*block + 2; x < min((bx+1)*block, w-1); x += 4 {
					i := y*w + x
					sum += min(d.limit[i], 1<<20)
					steep += min(abs(d.back[i+1]-d.back[i-1])+abs(d.back[i+w]-d.back[i-w]), 1<<20) / 2
					n++
				}
			}
			if n == 0 || sum/n < least || sum < steep {
				continue
			}
			any = true
			for y := max(by-1, 0); y <= min(by+1, bh-1); y++ {
				for x := max(bx-1, 0); x <= min(bx+1, bw-1); x++ {
					d.unquiet[y*bw+x] = max(d.unquiet[y*bw+x], 1)
				}
			}
			d.unquiet[by*bw+bx] = 2
			if sum/n >= int32(drifting*d.noise) {
				d.unquiet[by*bw+bx] = 3
			}
		}
	}
	return any
}

// sumUp makes the integral of the smoothed difference; it may run over, and
// differences of it are right all the same.
func (d *Detector) sumUp() {
	w := d.w + 1
	for y := range d.h {
		row := int32(0)
		in := d.smooth[y*d.w : (y+1)*d.w]
		up, out := d.sums[y*w+1:(y+1)*w], d.sums[(y+1)*w+1:(y+2)*w]
		for x, v := range in {
			row += v
			out[x] = up[x] + row
		}
	}
}

// total of the smoothed difference in a square around a pixel, and its pixels.
func (d *Detector) total(x, y, half int) (sum, n int32) {
	x0, x1 := max(x-half, 0), min(x+half+1, d.w)
	y0, y1 := max(y-half, 0), min(y+half+1, d.h)
	w := d.w + 1
	return d.sums[y1*w+x1] - d.sums[y0*w+x1] - d.sums[y1*w+x0] + d.sums[y0*w+x0], int32((x1 - x0) * (y1 - y0))
}

// against writes a block's pixels less the mean of the ring around each, and
// gives the mean size of that.
func (d *Detector) against(out []int32, x0, y0 int, r ring) int32 {
	w, a := d.w, r.around
	var sum, n int32
	for y := max(y0, 1); y < min(y0+block, d.h-1); y++ {
		from, to := max(x0, 1), min(x0+block, w-1)
		row := out[y*w : (y+1)*w]
		// where the rings are whole, neighbours go together
		first, last := to, to
		if y >= a && y < d.h-a {
			first, last = min(max(from, a), to), max(min(to, w-a), from)
		}
		if first < last {
			d.againstRow(row[first:last], first, y, r)
		} else {
			first, last = to, to
		}
		for x := from; x < first; x++ {
			row[x] = d.againstOne(x, y, r)
		}
		for x := last; x < to; x++ {
			row[x] = d.againstOne(x, y, r)
		}
		for _, v := range row[from:max(from, to)] {
			sum += min(abs(v), 1<<20)
			n++
		}
	}
	return sum / max(n, 1)
}

// againstOne is a pixel less the mean of the part of its ring that is in the picture.
func (d *Detector) againstOne(x, y int, r ring) int32 {
	outer, no := d.total(x, y, r.around)
	inner, ni := d.total(x, y, r.guard)
	v := d.smooth[y*d.w+x]
	if no > ni {
		v -= (outer - inner) / (no - ni)
	}
	return v
}

// againstRow is againstOne for neighbours whose rings are whole.
func (d *Detector) againstRow(out []int32, x, y int, r ring) {
	w, n := d.w+1, len(out)
	corners := func(half int) (a, b, c, e []int32) {
		top, low, wide := (y-half)*w+x-half, (y+half+1)*w+x-half, 2*half+1
		return d.sums[top:][:n], d.sums[top+wide:][:n], d.sums[low:][:n], d.sums[low+wide:][:n]
	}
	a, b, c, e := corners(r.around)
	k, l, m, o := corners(r.guard)
	in := d.smooth[y*d.w+x:][:n]
	sq := func(half int) int64 { return int64(2*half+1) * int64(2*half+1) }
	count := sq(r.around) - sq(r.guard)
	// a division by a number that stays: times its inverse, rounded towards zero
	inverse := (1<<32 + count - 1) / count
	for i, v := range in {
		s := e[i] - b[i] - c[i] + a[i] - (o[i] - l[i] - m[i] + k[i])
		out[i] = v - (int32(int64(s)*inverse>>32) - s>>31)
	}
}

// peaksIn makes things of the peaks in a block.
func (d *Detector) peaksIn(v []int32, x0, y0 int, unit int32, r ring) {
	least := int32(peak * d.cfg.High * float64(unit))
	for y := max(y0, 2); y < min(y0+block, d.h-2); y++ {
		for x := max(x0, 2); x < min(x0+block, d.w-2); x++ {
			p := v[y*d.w+x]
			if abs(p) < least || len(d.things) >= most {
				continue
			}
			if th, ok := d.pointAt(v, x, y, unit, r.guard); ok && !d.known(&th) {
				d.things = append(d.things, th)
			}
		}
	}
}

// pointAt makes a thing of what is half as high as the peak at x, y and hangs
// together with it, where it is the highest of that and fits the guard band.
func (d *Detector) pointAt(v []int32, x, y int, unit int32, guard int) (th thing, ok bool) {
	w := d.w
	top, sign := v[y*w+x], int32(1)
	if top < 0 {
		top, sign = -top, -1
	}
	const most = 5
	const side = 2*most + 1
	var seen [side * side]bool
	var stack [side * side]int
	n := 1
	stack[0] = y*w + x
	seen[most*side+most] = true
	th = thing{x0: int32(x), x1: int32(x), y0: int32(y), y1: int32(y), ratio: float64(top) / float64(unit), point: true}
	for n > 0 {
		n--
		i := stack[n]
		px, py := i%w, i/w
		s := sign * v[i]
		if s > top || s == top && i < y*w+x {
			return th, false
		}
		f := float64(s)
		th.weight += f
		th.x += f * float64(px)
		th.y += f * float64(py)
		th.contrast += float64(sign*s) / float64(unit)
		th.area++
		th.x0, th.x1 = min(th.x0, int32(px)), max(th.x1, int32(px))
		th.y0, th.y1 = min(th.y0, int32(py)), max(th.y1, int32(py))
		for _, step := range [4][2]int{{-1, 0}, {1, 0}, {0, -1}, {0, 1}} {
			nx, ny := px+step[0], py+step[1]
			if nx < 1 || ny < 1 || nx >= w-1 || ny >= d.h-1 || 2*sign*v[ny*w+nx] < top {
				continue
			}
			dx, dy := nx-x, ny-y
			if dx < -guard || dx > guard || dy < -guard || dy > guard {
				return th, false
			}
			if k := (dy+most)*side + dx + most; !seen[k] {
				seen[k] = true
				stack[n] = ny*w + nx
				n++
			}
		}
	}
	th.x /= th.weight
	th.y /= th.weight
	th.contrast /= float64(th.area)
	return th, th.area >= d.cfg.Least/2
}

// known says whether a point is a thing that was found already, about as small.
func (d *Detector) known(p *thing) bool {
	for i := range d.things {
		t := &d.things[i]
		if t.area > 0 && math.Abs(t.x-p.x) < 4 && math.Abs(t.y-p.y) < 4 && t.area <= 4*p.area {
			return true
		}
	}
	return false
}

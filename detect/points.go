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
	in            uint8 // what the blocks are that it is for
}

// rings are tried one after the other: the narrower one is the more of the slope and
// the bend of a cloud it takes away, and the wider the larger is what it has room for.
// Each has its own unit, so that what fits a narrow one is found where clouds bend
// within the others.
var rings = [...]ring{{2, 3, isDrifting}, {3, 5, isUnquiet}, {5, 9, isUnquiet}}

// What a block is, in Detector.unquiet: points are looked for in it, or clouds drift
// in it too; shifted by neighbour, that it is such a block or beside one.
const isUnquiet, isDrifting, neighbour = 1, 2, 2

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
	for by := range bh {
		marks := d.unquiet[by*bw : (by+1)*bw]
		for bx := 0; bx < bw; bx++ {
			first := bx
			for bx < bw && marks[bx]&(r.in<<neighbour) != 0 {
				bx++
			}
			if first < bx {
				d.against(peaks, by, first, bx, r)
			}
		}
	}
	for by := range bh {
		for bx := range bw {
			if d.unquiet[by*bw+bx]&r.in == 0 {
				continue
			}
			unit := d.unit(bx, by, bw, bh)
			if least := int32(peak * d.cfg.High * float64(unit)); d.blockTop[by*bw+bx] >= least {
				d.peaksIn(peaks, bx*block, by*block, unit, least, r)
			}
		}
	}
}

// markUnquiet marks the blocks in which points are looked for and those around them,
// and says whether there are any.
func (d *Detector) markUnquiet() (any bool) {
	bw, bh := (d.w+block-1)/block, (d.h+block-1)/block
	clear(d.unquiet)
	for by := range bh {
		for bx := range bw {
			mark := d.unquietness(bx, by)
			if mark == 0 {
				continue
			}
			any = true
			for y := max(by-1, 0); y <= min(by+1, bh-1); y++ {
				for x := max(bx-1, 0); x <= min(bx+1, bw-1); x++ {
					d.unquiet[y*bw+x] |= mark << neighbour
				}
			}
			d.unquiet[by*bw+bx] |= mark
		}
	}
	return any
}

// unquietness says what a block is. It is unquiet when its yardstick is well above the
// noise and above the slope of its background too, so that a residual sway of a pixel
// over rough ground would not explain it. A pixel in sixteen says enough.
func (d *Detector) unquietness(bx, by int) uint8 {
	const every, from = 4, 2
	w := d.w
	x0, x1 := bx*block+from, min((bx+1)*block, w-1)
	y0, y1 := by*block+from, min((by+1)*block, d.h-1)
	var sum, steep, n int32
	for y := y0; y < y1; y += every {
		for x := x0; x < x1; x += every {
			sum += min(d.limit[y*w+x], 1<<20)
			n++
		}
	}
	if n == 0 || sum/n < int32(unquiet*d.noise) {
		return 0
	}
	for y := y0; y < y1; y += every {
		for x := x0; x < x1; x += every {
			i := y*w + x
			steep += min(abs(d.back[i+1]-d.back[i-1])+abs(d.back[i+w]-d.back[i-w]), 1<<20) / 2
		}
	}
	switch {
	case sum < steep:
		return 0
	case sum/n < int32(drifting*d.noise):
		return isUnquiet
	}
	return isUnquiet | isDrifting
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

// against writes the pixels of neighbouring blocks less the mean of the ring around
// each, and the mean and the greatest size of that for each block.
func (d *Detector) against(out []int32, by, first, last int, r ring) {
	w, bw := d.w, (d.w+block-1)/block
	y0, y1 := max(by*block, 1), min((by+1)*block, d.h-1)
	size := d.blockSum[by*bw+first : by*bw+last]
	tops := d.blockTop[by*bw+first : by*bw+last]
	clear(size)
	clear(tops)
	for y := y0; y < y1; y++ {
		row := out[y*w : (y+1)*w]
		d.againstRow(row, max(first*block, 1), min(last*block, w-1), y, r)
		for k := range size {
			x := (first + k) * block
			sum, top := sizes(row[max(x, 1):min(x+block, w-1)])
			size[k] += sum
			tops[k] = max(tops[k], top)
		}
	}
	for k := range size {
		x := (first + k) * block
		size[k] /= int32(max((min(x+block, w-1)-max(x, 1))*(y1-y0), 1))
	}
}

// sizes adds up how large values are, and says how large the largest is.
func sizes(v []int32) (sum, top int32) {
	for _, s := range v {
		s = abs(s)
		sum += min(s, 1<<20)
		top = max(top, s)
	}
	return sum, top
}

// againstRow writes a part of a row less its rings: where they are whole to both sides,
// neighbours go together.
func (d *Detector) againstRow(row []int32, from, to, y int, r ring) {
	first := min(max(from, r.around), to)
	last := max(min(to, d.w-r.around), first)
	for x := from; x < first; x++ {
		row[x] = d.againstOne(x, y, r)
	}
	d.againstMany(row[first:last], first, y, r)
	for x := last; x < to; x++ {
		row[x] = d.againstOne(x, y, r)
	}
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

// againstMany is againstOne for neighbours whose rings are whole to both sides.
func (d *Detector) againstMany(out []int32, x, y int, r ring) {
	if len(out) == 0 {
		return
	}
	a, g := 2*r.around+1, 2*r.guard+1
	outer, high := d.sumColumns(d.columns[0][:len(out)+a], x, y, r.around)
	inner, low := d.sumColumns(d.columns[1][:len(out)+g], x, y, r.guard)
	in := d.smooth[y*d.w+x:]
	if high == a {
		lessWhole(out, in, outer, outer[a:], inner, inner[g:], int64(a*a-g*g))
	} else {
		lessPart(out, in, outer, outer[a:], inner, inner[g:], int32(a*high-g*low))
	}
}

// sumColumns makes the sums of the columns of the squares around pixels of a row, from
// half to the left of the first on, each with all that are before it, and says how
// many pixels high they are.
func (d *Detector) sumColumns(out []int32, x, y, half int) ([]int32, int) {
	w, y0, y1 := d.w+1, max(y-half, 0), min(y+half+1, d.h)
	top, low := d.sums[y0*w+x-half:][:len(out)], d.sums[y1*w+x-half:][:len(out)]
	for i := range out {
		out[i] = low[i] - top[i]
	}
	return out, y1 - y0
}

// lessWhole takes from values the mean of the ring around each of so many pixels: what
// is from a to b less what is from c to e.
func lessWhole(out, in, a, b, c, e []int32, count int64) {
	in, a, b, c, e = in[:len(out)], a[:len(out)], b[:len(out)], c[:len(out)], e[:len(out)]
	// a division by a number that stays: times its inverse, rounded towards zero
	inverse := (1<<32 + count - 1) / count
	for i, v := range in {
		s := b[i] - a[i] - (e[i] - c[i])
		out[i] = v - (int32(int64(s)*inverse>>32) - s>>31)
	}
}

// lessPart does that where the top or the bottom of the picture cuts the rings.
func lessPart(out, in, a, b, c, e []int32, count int32) {
	for i := range out {
		out[i] = in[i] - (b[i]-a[i]-(e[i]-c[i]))/count
	}
}

// peaksIn makes things of the peaks in a block that are least or more.
func (d *Detector) peaksIn(v []int32, x0, y0 int, unit, least int32, r ring) {
	from, to := max(x0, 2), min(x0+block, d.w-2)
	for y := max(y0, 2); y < min(y0+block, d.h-2) && from < to; y++ {
		row := v[y*d.w+from : y*d.w+to]
		for k := nextPeak(row, 0, least); k < len(row); k = nextPeak(row, k+1, least) {
			if len(d.things) >= most {
				return
			}
			if th, ok := d.pointAt(v, from+k, y, unit, r.guard); ok && !d.known(&th) {
				d.things = append(d.things, th)
			}
		}
	}
}

// nextPeak is the place of the first value from k on that is as large as least, or the end.
func nextPeak(v []int32, k int, least int32) int {
	for k < len(v) && -least < v[k] && v[k] < least {
		k++
	}
	return k
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

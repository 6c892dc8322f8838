package detect

import "math"

// difference applies gain and offset to the frame, takes the background away
// and smooths what is left.
func (d *Detector) difference() {
	a, o := int64(math.Round(d.gain*65536)), int64(math.Round(d.offset*65536))
	cur := d.cur
	back, diff := d.back[:len(cur)], d.diff[:len(cur)]
	for i, v := range cur {
		v = int32((int64(v)*a + o) >> 16)
		cur[i] = v
		diff[i] = v - back[i]
	}
	d.restore()
	d.unsaid()
	d.learnOpen()
	d.smoothen()
}

// smoothen takes the mean of the difference over 3x3 pixels (1 2 1 both ways): a
// filter matched to the smallest things, which loses none of them as a median would.
func (d *Detector) smoothen() {
	w, h := d.w, d.h
	if w < 3 {
		return
	}
	for y := 1; y < h-1; y++ {
		smoothenRow(d.smooth[y*w+1:(y+1)*w-1], d.diff[(y-1)*w:y*w], d.diff[y*w:(y+1)*w], d.diff[(y+1)*w:(y+2)*w])
	}
}

// smoothenRow does that with a row, less its ends, from it and the two beside it.
func smoothenRow(out, up, mid, low []int32) {
	a, b := up[0]+2*mid[0]+low[0], up[1]+2*mid[1]+low[1]
	up, mid, low = up[2:][:len(out)], mid[2:][:len(out)], low[2:][:len(out)]
	for x := range out {
		c := up[x] + 2*mid[x] + low[x]
		out[x] = (a + 2*b + c) >> 4
		a, b = b, c
	}
}

// measureNoise takes the median of the smoothed difference: at least a third of a
// count, and that alone of a picture too small to say anything.
func (d *Detector) measureNoise() {
	const least = 22
	res := d.sorted[:0]
	for y := 5; y < d.h; y += 7 {
		for x := 5; x < d.w; x += 9 {
			res = append(res, math.Abs(float64(d.smooth[y*d.w+x])))
		}
	}
	d.sorted = res
	m := max(middle(res)*1.18, least)
	if d.seen == 1 {
		d.noise = m
	} else {
		d.noise += (m - d.noise) / 16
	}
}

func (d *Detector) startNoise() {
	w, h := d.w, d.h
	for y := range h {
		for x := range w {
			i := y*w + x
			g := int32(0)
			if x > 0 && x < w-1 && y > 0 && y < h-1 {
				g = max(abs(d.back[i+1]-d.back[i-1]), abs(d.back[i+w]-d.back[i-w])) / 2
			}
			d.dev[i] = int32(d.noise + d.cfg.Jitter*float64(g))
		}
	}
}

func abs(v int32) int32 {
	if v < 0 {
		return -v
	}
	return v
}

// learn moves the background towards the frame and each pixel's noise towards
// what it shows, at 1/n in the first frames and 1/Memory later. A single frame
// moves a pixel by a few times its noise at most. Pixels before which something
// stands learn nothing; where a ghost was, the frame is the background.
func (d *Detector) learn() {
	rate := int64(65536 / min(d.seen+1, d.cfg.Memory))
	learnFrame(d.back, d.diff, d.dev, d.hold, rate)
	d.replaceGhosts()
	d.learnNoise()
}

// learnFrame moves the background towards the frame where nothing stands before it.
func learnFrame(back, diff, dev []int32, hold []uint8, rate int64) {
	diff, dev, hold = diff[:len(back)], dev[:len(back)], hold[:len(back)]
	for i, h := range hold {
		if h == learns {
			lim := 4*dev[i] + 64
			back[i] += int32(int64(min(max(diff[i], -lim), lim)) * rate >> 16)
		}
	}
}

// learnNoise does that with the noise, which changes slowly: after the first frames
// every other pixel learns in a frame, at twice the rate.
func (d *Detector) learnNoise() {
	n := d.cfg.Memory
	rate := int64(65536 / min(d.seen+4, n))
	odd, step := 0, 1
	if d.seen > n {
		odd, step, rate = d.seen&1, 2, 2*rate
	}
	dev := d.dev
	smooth, hold := d.smooth[:len(dev)], d.hold[:len(dev)]
	for i := odd; i < len(dev); i += step {
		if hold[i] == learns {
			v := dev[i]
			s := smooth[i]
			if s < 0 {
				s = -s
			}
			dev[i] = v + int32(int64(min(s, 4*v+64)-v)*rate>>16)
		}
	}
}

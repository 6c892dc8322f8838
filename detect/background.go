package detect

import (
	"math"
	"slices"
)

func (d *Detector) difference() {
	for i, v := range d.cur {
		d.diff[i] = v - d.back[i]
	}
	w, h := d.w, d.h
	sum := d.column
	clear(d.smooth)
	if w < 3 || h < 3 {
		return
	}
	for y := 1; y < h-1; y++ {
		up, mid, low := d.diff[(y-1)*w:y*w], d.diff[y*w:(y+1)*w], d.diff[(y+1)*w:(y+2)*w]
		up, low = up[:len(mid)], low[:len(mid)]
		sum = sum[:len(mid)]
		for x, v := range mid {
			sum[x] = up[x] + 2*v + low[x]
		}
		out := d.smooth[y*w : (y+1)*w]
		a, b := sum[0], sum[1]
		for x := 2; x < len(sum); x++ {
			c := sum[x]
			out[x-1] = (a + 2*b + c) >> 4
			a, b = b, c
		}
	}
}

func (d *Detector) measureNoise() {
	res := d.sorted[:0]
	for y := 5; y < d.h; y += 7 {
		for x := 5; x < d.w; x += 9 {
			res = append(res, math.Abs(float64(d.smooth[y*d.w+x])))
		}
	}
	d.sorted = res
	if len(res) == 0 {
		return
	}
	slices.Sort(res)
	m := res[len(res)/2] * 1.18
	m = max(m, 22)
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

func (d *Detector) learn() {
	n := d.cfg.Memory
	rate := int32(65536 / min(d.seen+1, n))
	rateDev := int32(65536 / min(d.seen+4, n))
	for i, b := range d.back {
		if d.hold[i] != 0 {
			if d.hold[i] == 2 {
				d.back[i] = d.cur[i]
			}
			continue
		}
		df := d.diff[i]
		dv := d.dev[i]
		lim := 4*dv + 64
		df = min(max(df, -lim), lim)
		d.back[i] = b + int32(int64(df)*int64(rate)>>16)
		s := min(abs(d.smooth[i]), lim)
		d.dev[i] = dv + int32((int64(s-dv)*int64(rateDev))>>16)
	}
}

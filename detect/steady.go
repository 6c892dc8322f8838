package detect

import (
	"math"
	"slices"
)

// pair is one pixel in the background and in the frame.
type pair struct{ b, c float64 }

// steady estimates gain and offset of the frame against the background.
func (d *Detector) steady() {
	pts := d.pairs[:0]
	for y := 4; y < d.h; y += 8 {
		for x := 4; x < d.w; x += 8 {
			i := y*d.w + x
			if d.hold[i] != 0 {
				continue
			}
			pts = append(pts, pair{float64(d.back[i]), float64(d.cur[i])})
		}
	}
	d.pairs = pts
	if len(pts) < 16 {
		return
	}
	a, b := 1.0, 0.0
	for iter := range 4 {
		res := d.sorted[:0]
		for _, p := range pts {
			res = append(res, math.Abs(p.b-a*p.c-b))
		}
		slices.Sort(res)
		d.sorted = res
		scale := 3*1.48*res[len(res)/2] + 32
		var s, sx, sy, sxx, sxy float64
		for _, p := range pts {
			r := math.Abs(p.b - a*p.c - b)
			if r > scale {
				continue
			}
			t := 1 - r*r/(scale*scale)
			wt := t * t
			s += wt
			sx += wt * p.c
			sy += wt * p.b
			sxx += wt * p.c * p.c
			sxy += wt * p.c * p.b
		}
		den := s*sxx - sx*sx
		if s < 8 {
			return
		}
		if iter == 0 || den < 1e-6*sxx*s {
			a = 1
			b = (sy - sx) / s
			continue
		}
		a = (s*sxy - sx*sy) / den
		b = (sy - a*sx) / s
	}
	if a < 0.25 || a > 4 {
		return
	}
	ia, ib := int64(math.Round(a*65536)), int64(math.Round(b*65536))
	for i, v := range d.cur {
		d.cur[i] = int32((int64(v)*ia + ib) >> 16)
	}
	d.gain, d.offset = a, b
}

package detect

import "math"

// run is a horizontal stretch of pixels of one sign.
type run struct {
	y, from, to int32 // to is one past
	neg         bool
	parent      int32
}

type blob struct {
	neg            bool
	x0, y0, x1, y1 int32 // inclusive
	area           int
	peak           int32   // of |smooth|
	ratio          float64 // highest of |smooth|/dev
	inFrame        float64 // how much it stands out there
	inBack         float64 // and in the background
	ghost          float64
	keep, faint    bool
	isGhost        bool
	thing          int32
	root           int32
}

func (d *Detector) find(i int32) int32 {
	for d.runs[i].parent != i {
		d.runs[i].parent = d.runs[d.runs[i].parent].parent
		i = d.runs[i].parent
	}
	return i
}

// nextOver is the place of the first value from x on that is above low of its limit, in
// 256ths, or the end.
func nextOver(v, limit []int32, x int, low int32) int {
	limit = limit[:len(v)]
	for x < len(v) && abs(v[x])<<8 <= low*limit[x] {
		x++
	}
	return x
}

func (d *Detector) findBlobs() {
	w, h := d.w, d.h
	low := int32(d.cfg.Low * 256)
	d.runs = d.runs[:0]
	prevFrom, prevTo := 0, 0
	for y := 1; y < h-1; y++ {
		rowFrom := len(d.runs)
		sm := d.smooth[y*w : (y+1)*w-1]
		dv := d.limit[y*w : (y+1)*w-1]
		for x := nextOver(sm, dv, 1, low); x < len(sm); x = nextOver(sm, dv, x, low) {
			from, neg := x, sm[x] < 0
			for x < len(sm) {
				s := sm[x]
				if (s < 0) != neg || abs(s)<<8 <= low*dv[x] {
					break
				}
				x++
			}
			d.runs = append(d.runs, run{int32(y), int32(from), int32(x), neg, int32(len(d.runs))})
		}
		// unite with the row above, 8-connected
		j := prevFrom
		for i := rowFrom; i < len(d.runs); i++ {
			r := &d.runs[i]
			for j < prevTo && d.runs[j].to < r.from {
				j++
			}
			for k := j; k < prevTo && d.runs[k].from <= r.to; k++ {
				if d.runs[k].neg == r.neg {
					a, b := d.find(int32(i)), d.find(int32(k))
					if a < b {
						d.runs[b].parent = a
					} else {
						d.runs[a].parent = b
					}
				}
			}
		}
		prevFrom, prevTo = rowFrom, len(d.runs)
	}
	d.blobs, d.label = d.blobs[:0], d.label[:0]
	// roots come before their members
	for i := range d.runs {
		r := &d.runs[i]
		root := d.find(int32(i))
		var b *blob
		if root == int32(i) {
			d.blobs = append(d.blobs, blob{neg: r.neg, x0: r.from, x1: r.to - 1, y0: r.y, y1: r.y, root: root})
			b = &d.blobs[len(d.blobs)-1]
			d.label = append(d.label, int32(len(d.blobs)-1))
		} else {
			d.label = append(d.label, d.label[root])
			b = &d.blobs[d.label[i]]
		}
		b.x0, b.x1, b.y1 = min(b.x0, r.from), max(b.x1, r.to-1), r.y
		b.area += int(r.to - r.from)
		for x := r.from; x < r.to; x++ {
			i := int(r.y)*w + int(x)
			s := abs(d.smooth[i])
			b.peak = max(b.peak, s)
			b.ratio = max(b.ratio, float64(s)/float64(d.limit[i]))
		}
	}
	d.weigh()
}

// weigh says which blobs are kept, and which of them are faint.
func (d *Detector) weigh() {
	for k := range d.blobs {
		b := &d.blobs[k]
		b.keep = b.ratio >= min(d.cfg.Faint, d.cfg.High) && b.area >= d.cfg.Least
		b.faint = b.ratio < d.cfg.High
	}
}

// keptRows are the rows of the kept blobs, and of what each is held against beside it.
func (d *Detector) keptRows() (from, to int) {
	const beside = 8
	from = d.h
	for k := range d.blobs {
		if b := &d.blobs[k]; b.keep {
			from, to = min(from, int(b.y0)-beside), max(to, int(b.y1)+1+beside)
		}
	}
	return max(from, 0), min(to, d.h)
}

// judge tells ghosts from things.
func (d *Detector) judge() {
	w, h := int32(d.w), int32(d.h)
	for i := range d.runs {
		r := &d.runs[i]
		b := &d.blobs[d.label[i]]
		if !b.keep {
			continue
		}
		row := r.y * w
		l, rr := max(b.x0-3, 0), min(b.x1+3, w-1)
		t, bt := max(b.y0-3, 0), min(b.y1+3, h-1)
		for x := r.from; x < r.to; x++ {
			i := row + x
			c, g := d.cur[i], d.back[i]
			b.inFrame += float64(abs(c-d.cur[row+l]) + abs(c-d.cur[row+rr]) + abs(c-d.cur[t*w+x]) + abs(c-d.cur[bt*w+x]))
			b.inBack += float64(abs(g-d.back[row+l]) + abs(g-d.back[row+rr]) + abs(g-d.back[t*w+x]) + abs(g-d.back[bt*w+x]))
		}
	}
	for k := range d.blobs {
		b := &d.blobs[k]
		if s := b.inFrame + b.inBack; s > 0 {
			b.ghost = (b.inBack - b.inFrame) / s
		}
		least := d.cfg.Ghost
		for i := range d.tracks {
			t := &d.tracks[i]
			if t.confirmed() && t.idle < 10 && math.Abs(t.x+t.vx-float64(b.x0+b.x1)/2) < t.w && math.Abs(t.y+t.vy-float64(b.y0+b.y1)/2) < t.h {
				least = d.cfg.GhostTrack
			}
		}
		b.isGhost = b.ghost > least
		if b.isGhost && b.faint {
			b.keep = false // too little to mend the background by
		}
	}
}

// favour lowers the thresholds where a confirmed track expects its thing.
func (d *Detector) favour() {
	k := int32(d.cfg.Favour * 256)
	for i := range d.tracks {
		t := &d.tracks[i]
		if !t.confirmed() {
			continue
		}
		x0, x1 := int(t.x+t.vx-t.w/2-2), int(t.x+t.vx+t.w/2+2)
		y0, y1 := int(t.y+t.vy-t.h/2-2), int(t.y+t.vy+t.h/2+2)
		for y := max(y0, 0); y <= min(y1, d.h-1); y++ {
			for x := max(x0, 0); x <= min(x1, d.w-1); x++ {
				i := y*d.w + x
				d.limit[i] = max(d.limit[i]*k>>8, int32(d.noise))
			}
		}
	}
}

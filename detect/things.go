package detect

import "math"

// thing is what one frame shows in one place: blobs that touch or nearly do.
type thing struct {
	x0, y0, x1, y1 int32 // inclusive
	area           int
	piece          int     // area of its largest blob
	x, y           float64 // centroid, weighted by difference
	ratio          float64 // largest difference in units of the yardstick
	contrast       float64 // signed mean difference in units of noise
	weight         float64
	track          *track // the best track that claimed it, nil for none
	show           bool
	point          bool // found without a blob
	faint          bool // below Config.High
}

func (t *thing) size() float64 {
	return math.Sqrt(float64(t.x1-t.x0+1) * float64(t.y1-t.y0+1))
}

// gather joins kept blobs whose boxes come within Merge pixels of one another.
func (d *Detector) gather() {
	d.things = d.things[:0]
	near := int32(d.cfg.Merge)
	for k := range d.blobs {
		b := &d.blobs[k]
		b.thing = -1
		if !b.keep || b.isGhost || b.faint {
			continue
		}
		b.thing = int32(len(d.things))
		d.things = append(d.things, thing{x0: b.x0, x1: b.x1, y0: b.y0, y1: b.y1})
		if len(d.things) >= most {
			break
		}
	}
	// repeat until nothing joins: boxes only grow, so it ends
	for joined := true; joined; {
		joined = false
		for i := range d.things {
			a := &d.things[i]
			if a.x1 < a.x0 {
				continue
			}
			for j := i + 1; j < len(d.things); j++ {
				c := &d.things[j]
				if c.x1 < c.x0 || c.x0 > a.x1+near || c.x1 < a.x0-near || c.y0 > a.y1+near || c.y1 < a.y0-near {
					continue
				}
				a.x0, a.x1, a.y0, a.y1 = min(a.x0, c.x0), max(a.x1, c.x1), min(a.y0, c.y0), max(a.y1, c.y1)
				c.x1 = c.x0 - 1
				for k := range d.blobs {
					if d.blobs[k].thing == int32(j) {
						d.blobs[k].thing = int32(i)
					}
				}
				joined = true
			}
		}
	}
	d.gatherFaint()
	for i := range d.runs {
		r := &d.runs[i]
		b := &d.blobs[d.label[i]]
		if b.thing < 0 || !b.keep || b.isGhost {
			continue
		}
		t := &d.things[b.thing]
		t.ratio = max(t.ratio, b.ratio)
		t.piece = max(t.piece, b.area)
		row := int(r.y) * d.w
		least := int32(d.cfg.Extent * float64(b.peak))
		for x := int(r.from); x < int(r.to); x++ {
			s := d.smooth[row+x]
			if abs(s) < least {
				continue
			}
			v := float64(abs(s))
			t.weight += v
			t.x += v * float64(x)
			t.y += v * float64(r.y)
			t.contrast += float64(s) / float64(d.limit[row+x])
			t.area++
		}
	}
	for i := range d.things {
		if t := &d.things[i]; t.area > 0 {
			t.x /= t.weight
			t.y /= t.weight
			t.contrast /= float64(t.area)
		}
	}
}

// gatherFaint makes a thing of each faint blob that is not beside a clear one.
func (d *Detector) gatherFaint() {
	near, clear := int32(d.cfg.Merge), d.things
	for k := range d.blobs {
		b := &d.blobs[k]
		if !b.keep || !b.faint || len(d.things) >= most/2 {
			continue
		}
		alone := true
		for i := range clear {
			c := &clear[i]
			alone = alone && (c.x1 < c.x0 || b.x0 > c.x1+near || b.x1 < c.x0-near || b.y0 > c.y1+near || b.y1 < c.y0-near)
		}
		if alone {
			b.thing = int32(len(d.things))
			d.things = append(d.things, thing{x0: b.x0, x1: b.x1, y0: b.y0, y1: b.y1, faint: true})
		}
	}
}

// paint writes the mask and what the background must not learn.
func (d *Detector) paint() {
	w := d.w
	clear(d.hold)
	for i := range d.runs {
		r := &d.runs[i]
		b := &d.blobs[d.label[i]]
		if !b.keep {
			continue
		}
		row := int(r.y) * w
		if b.isGhost {
			for x := int(r.from); x < int(r.to); x++ {
				d.hold[row+x] = replaces
			}
			continue
		}
		if b.thing < 0 || !d.things[b.thing].show {
			continue
		}
		least := int32(d.cfg.Extent * float64(b.peak))
		for x := int(r.from); x < int(r.to); x++ {
			d.hold[row+x] = keeps
			if abs(d.smooth[row+x]) >= least {
				d.mask[row+x] = 255
			}
		}
	}
	for i := range d.things {
		if t := &d.things[i]; t.show && !t.point && t.x1 >= t.x0 {
			d.grow(t)
			d.closeGaps(t)
		}
	}
}

// closeGaps fills gaps of up to Close pixels along rows, then along columns,
// between the blobs of one thing: unlike an opening or a median it never takes
// a small thing away.
func (d *Detector) closeGaps(t *thing) {
	w := int32(d.w)
	gap := max(int32(d.cfg.Close), int32(bridged*t.size()))
	for y := t.y0; y <= t.y1; y++ {
		last := int32(-1 << 30)
		for x := t.x0; x <= t.x1; x++ {
			if d.mask[y*w+x] == 0 {
				continue
			}
			if g := x - last - 1; g > 0 && g <= gap {
				for z := last + 1; z < x; z++ {
					d.mask[y*w+z] = 255
				}
			}
			last = x
		}
	}
	for x := t.x0; x <= t.x1; x++ {
		last := int32(-1 << 30)
		for y := t.y0; y <= t.y1; y++ {
			if d.mask[y*w+x] == 0 {
				continue
			}
			if g := y - last - 1; g > 0 && g <= gap {
				for z := last + 1; z < y; z++ {
					d.mask[z*w+x] = 255
				}
			}
			last = y
		}
	}
}

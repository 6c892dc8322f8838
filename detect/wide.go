package detect

// wideFrom is the least width and height in pixels of a picture that is looked at
// once more at half its size; opened is the side of the squares, in its pixels, of
// which what that adds has to be made.
const wideFrom, opened = 4 * block, 2

// lookWide looks at what differs once more at half the size, where a pixel is the mean
// of four: what is large and dim drowns in the noise of single pixels, and stands out
// of that of several (a scale space of two: Lindeberg 1994). What is likely a mover
// there, and near, the background does not learn, and it is shown where the first look
// shows nothing, but for a rim that is only the blur of half the size. Movers come of
// the first look alone.
func (d *Detector) lookWide() {
	c := d.wide
	if c == nil {
		return
	}
	d.halve(c.diff, d.diff, 0, c.h)
	c.seen, c.calm, c.last, c.interval, c.span = d.seen, d.calm, d.last, d.interval, d.span
	clear(c.mask)
	c.movers = c.movers[:0]
	c.smoothen()
	c.measureNoise()
	if c.seen == 1 {
		d.halve(c.back, d.back, 0, c.h)
		c.startNoise()
	}
	c.clutter()
	c.favour()
	c.findBlobs()
	from, to := c.keptRows() // nobody asks what else differs from
	d.halve(c.back, d.back, from, to)
	d.halve(c.cur, d.cur, from, to)
	c.judge()
	c.gather()
	c.follow(c.last)
	c.paint()
	c.learnNoise()
	c.forget()
	c.report()
	kept := false
	for i := range c.things {
		if t := &c.things[i]; t.show && t.proven() && t.x1 >= t.x0 && 2*t.size() >= nearby {
			d.keepWide(t)
			kept = true
		}
	}
	if kept {
		d.paintWide()
		clear(c.bare)
	}
}

// halve makes rows of a picture of half the size, a pixel of which is the mean of four.
func (d *Detector) halve(out, of []int32, from, to int) {
	w := d.w / 2
	for y := from; y < to; y++ {
		i := 2 * y * d.w
		halveRows(out[y*w:(y+1)*w], of[i:i+2*w], of[i+d.w:i+d.w+2*w])
	}
}

// halveRows makes a row of it from two.
//
//go:noinline
func halveRows(out, up, low []int32) {
	up, low = up[:2*len(out)], low[:2*len(out)]
	for x := range out {
		out[x] = (up[2*x] + up[2*x+1] + low[2*x] + low[2*x+1]) >> 2
	}
}

// keepWide keeps the background where a thing of that look stands, and notes which of
// its pixels the first look does not show.
func (d *Detector) keepWide(t *thing) {
	c := d.wide
	for y := int(t.y0); y <= int(t.y1); y++ {
		for x := int(t.x0); x <= int(t.x1); x++ {
			if c.mask[y*c.w+x] == 0 {
				continue
			}
			for _, j := range d.four(x, y) {
				if d.hold[j] == learns {
					d.hold[j] = keeps
				}
				if d.mask[j] == 0 {
					c.bare[y*c.w+x] = 1
				}
			}
		}
	}
}

// paintWide shows of those what is wide enough: an opening by squares.
func (d *Detector) paintWide() {
	c := d.wide
	for y := 0; y+opened <= c.h; y++ {
		for x := 0; x+opened <= c.w; x++ {
			i := y*c.w + x
			if c.bare[i]&c.bare[i+1]&c.bare[i+c.w]&c.bare[i+c.w+1] == 0 {
				continue
			}
			for v := range opened {
				for u := range opened {
					for _, j := range d.four(x+u, y+v) {
						d.mask[j] = 255
					}
				}
			}
		}
	}
}

// four are the pixels of one at half the size.
func (d *Detector) four(x, y int) [4]int {
	i := 2*y*d.w + 2*x
	return [4]int{i, i + 1, i + d.w, i + d.w + 1}
}

package detect

import "math"

// An 8-bit picture ends at 0 and 255: what is colder or warmer than the camera's
// gain shows is cut there, and such a pixel says only that the scene lies beyond. A
// step of the gain that cuts the horizon for half a minute would otherwise teach the
// background the cut, and all of the horizon would differ when the gain steps back.

// full is the greatest value of an 8-bit picture; rim is how near an end a value
// counts as cut, for coders blur the ends.
const full, rim = 255, 1

// What is known of a background pixel that was cut when the background began: that
// the scene is colder or warmer still.
const (
	known = iota
	colder
	warmer
)

// Why a pixel of the frame says nothing: cut at the cold end, at the warm end, or
// written upon (overlay.go). It stands in the lowest bits of Detector.cuts, below the
// place.
const (
	atCold = iota
	atWarm
	onMark
)

// take reads a frame's pixels and remembers those that say nothing.
func (d *Detector) take(f Frame) {
	for _, c := range d.cuts {
		d.silent[c>>2] = 0
	}
	d.cuts, d.clipped = d.cuts[:0], d.clipped[:0]
	if f.Bits > 8 {
		for i, v := range f.Pix {
			d.cur[i] = int32(v) << q
		}
		d.takeMarks(f)
		return
	}
	for y := range f.Height {
		from, to := y*f.Width, (y+1)*f.Width
		if takeRow(d.cur[from:to], f.Pix[from:to]) {
			d.silenceCuts(f.Pix[from:to], from)
		}
	}
	d.takeMarks(f)
}

// takeRow reads a row's pixels and says whether any is cut.
func takeRow(cur []int32, pix []uint16) (cut bool) {
	cur = cur[:len(pix)]
	for x, v := range pix {
		cur[x] = int32(v) << q
		if isCut(v) {
			cut = true
		}
	}
	return cut
}

// isCut says whether a pixel of an 8-bit picture lies at an end.
func isCut(v uint16) bool { return v-rim-1 >= full-2*rim-1 } // below 0 it wraps

// silenceCuts notes which pixels of a row are cut; the first of it lies at from.
func (d *Detector) silenceCuts(pix []uint16, from int) {
	for x, v := range pix {
		switch {
		case !isCut(v):
		case v > full/2:
			d.silence(int32(from+x), atWarm)
		default:
			d.silence(int32(from+x), atCold)
		}
	}
}

// silence notes that a pixel of the frame says nothing, and why.
func (d *Detector) silence(at, why int32) {
	d.silent[at] = 1
	d.cuts = append(d.cuts, at<<2|why)
}

// unsaid takes away the difference of pixels that are written upon, or mixed from one
// that is; and of those that are cut on the side on which the background lies.
func (d *Detector) unsaid() {
	right, down := 0, 0 // a pixel of the frame lies in so many more of the background's
	ox, oy := int(math.Floor(d.sx)), int(math.Floor(d.sy))
	if d.sx != 0 || d.sy != 0 {
		right, down = 1, 1
	}
	for _, c := range d.cuts {
		why, cx, cy := c&3, int(c>>2)%d.w-ox, int(c>>2)/d.w-oy
		for y := cy - down; y <= cy; y++ {
			for x := cx - right; x <= cx; x++ {
				if x < 0 || x >= d.w || y < 0 || y >= d.h {
					continue
				}
				if i := y*d.w + x; why == onMark || why == atWarm && d.diff[i] < 0 || why == atCold && d.diff[i] > 0 {
					d.diff[i] = 0
					d.clipped = append(d.clipped, int32(i))
				}
			}
		}
	}
}

// learnOpen takes the frame for what the background did not know.
func (d *Detector) learnOpen() {
	if d.openPixels == 0 {
		return
	}
	low, high := int32(d.gain*(rim+0.5)*(1<<q)+d.offset), int32(d.gain*(full-rim-0.5)*(1<<q)+d.offset)
	for i, o := range d.open {
		if o == known || o == warmer && d.diff[i] <= 0 || o == colder && d.diff[i] >= 0 {
			continue
		}
		v := d.cur[i]
		d.back[i], d.diff[i] = v, 0
		if v > low && v < high {
			d.open[i] = known
			d.openPixels--
		}
	}
}

// found takes the first frame for the background.
func (d *Detector) found() {
	copy(d.back, d.cur)
	clear(d.open)
	d.openPixels = len(d.cuts)
	for _, c := range d.cuts {
		d.open[c>>2] = colder + uint8(c&3)
	}
}

// keepUnsaid lets the background keep what the frame says nothing of.
func (d *Detector) keepUnsaid() {
	for _, i := range d.clipped {
		d.hold[i] = keeps
	}
}

package detect

import "math"

// Cameras write into their picture: cross hairs, a scale, text. What is written stays
// where it is in the frame while the scene sways beneath it, and so it moves against
// the background. By that it is told: a pixel of the frame that differs from the scene
// and shows what it showed in an earlier frame, the key, although by the sway since
// then it should show what stood beside it. What belongs to the scene sways with it,
// be it ever so still: a vehicle that stopped is no mark. What moves may hold its
// place in the frame while the sway goes the other way, but not when it comes back.
// The inside of what is uniform and wide says nothing, and is not needed: it hides as
// much of the scene at every sway.
const (
	// keyed is the number of frames after which another frame is the key.
	keyed = 10
	// swayed is the least sway in pixels since the key, and between two frames that
	// are asked, for what has not changed to mean something.
	swayed = 0.5
	// stayed is how often in a row a pixel has to have stayed to be a mark, and with
	// what stands on opposite sides of it.
	stayed = 3
	// once is one such time in Detector.stays; below it are the sides.
	left, right, above, below, once = 1, 2, 4, 8, 16
	// isMark stands there for a pixel that is a mark.
	isMark = 255
	// forgotten is the number of frames after which what shows something else all
	// the time is no mark any more.
	forgotten = 250
	// mostMarks is the largest share of the picture's pixels that may be marks: one in
	// so many.
	mostMarks = 8
)

// mark is a pixel of the frame that is written upon: what it then shows, and how far
// that may be off, both in the frame's counts.
type mark struct {
	at, value, near int32
	gone            int // frames in which it showed something else
}

// takeMarks adds the marks that a frame shows to the pixels that say nothing. One
// that shows something else, as where a menu was closed or a digit has changed, shows
// the scene.
func (d *Detector) takeMarks(f Frame) {
	kept := d.marks[:0]
	for _, m := range d.marks {
		m.gone++
		if abs(int32(f.Pix[m.at])-m.value) <= m.near {
			m.gone = 0
			d.silence(m.at, onMark)
		}
		if m.gone > forgotten {
			d.stays[m.at] = 0
			continue
		}
		kept = append(kept, m)
	}
	d.marks = kept
}

// findMarks asks what differs from the background whether it is written: in frames of
// another sway than the last that was asked. In a steady picture nobody asks.
func (d *Detector) findMarks(f Frame) {
	if d.keyAge++; math.Hypot(d.sx-d.askedX, d.sy-d.askedY) < swayed {
		return
	}
	if d.keyAge > keyed {
		d.takeKey(f)
		return
	}
	dx, dy := d.sx-d.keyX, d.sy-d.keyY
	if math.Hypot(dx, dy) < swayed {
		return
	}
	d.askedX, d.askedY = d.sx, d.sy
	ox, oy := int(math.Round(d.sx)), int(math.Round(d.sy))
	for i := range d.runs {
		r := &d.runs[i]
		y := int(r.y) + oy
		if b := &d.blobs[d.label[i]]; !b.keep || b.isGhost || y < 0 || y >= d.h {
			continue
		}
		for x := max(int(r.from)+ox, 0); x < min(int(r.to)+ox, d.w); x++ {
			if d.stays[y*d.w+x] != isMark {
				d.askMark(f, x, y, dx, dy)
			}
		}
	}
}

// askMark asks whether a pixel of the frame stayed while the scene swayed by dx, dy
// since the key. Only what would have changed by half of what it differs by has a say.
func (d *Detector) askMark(f Frame, x, y int, dx, dy float64) {
	scene, ok := valueAt(d.back, d.w, d.h, float64(x)-d.sx, float64(y)-d.sy)
	beside, seen := valueAt(d.key, d.w, d.h, float64(x)-dx, float64(y)-dy)
	if !ok || !seen {
		return
	}
	at := y*d.w + x
	now, then := float64(f.Pix[at]), float64(d.key[at])
	differs := math.Abs(now - (scene-d.offset)/d.gain/(1<<q))
	if differs*(1<<q)*d.gain < d.cfg.High*d.noise || math.Abs(beside-then) < differs/2 {
		return
	}
	if math.Abs(now-then) > differs/8 {
		d.stays[at] = 0
		return
	}
	s := min(d.stays[at]+once, isMark-once) | d.side(x, y, dx, 0, left, differs) | d.side(x, y, 0, dy, above, differs)
	if d.stays[at] = s; s >= stayed*once && (s&(left|right) == left|right || s&(above|below) == above|below) && len(d.marks) < cap(d.marks) {
		d.stays[at] = isMark
		d.marks = append(d.marks, mark{at: int32(at), value: int32(now), near: int32(differs / 4)})
	}
}

// side tells on which side of a pixel of the key, before or behind, the picture is
// another one in the direction of a sway: the bit of the side before or the next.
func (d *Detector) side(x, y int, dx, dy float64, before uint8, differs float64) uint8 {
	v, ok := valueAt(d.key, d.w, d.h, float64(x)-dx, float64(y)-dy)
	if !ok || math.Abs(v-float64(d.key[y*d.w+x])) < differs/2 {
		return 0
	}
	if dx+dy > 0 {
		return before
	}
	return before << 1
}

// takeKey makes a frame the key.
func (d *Detector) takeKey(f Frame) {
	copy(d.key, f.Pix)
	d.keyX, d.keyY, d.keyAge = d.sx, d.sy, 0
	d.askedX, d.askedY = d.sx, d.sy
}

// valueAt is the value of a picture of w by h pixels between them; not ok is outside.
func valueAt[T int32 | uint16](v []T, w, h int, x, y float64) (value float64, ok bool) {
	fx, fy := math.Floor(x), math.Floor(y)
	ix, iy := int(fx), int(fy)
	if ix < 0 || iy < 0 || ix >= w-1 || iy >= h-1 {
		return 0, false
	}
	fx, fy = x-fx, y-fy
	i := iy*w + ix
	a, b, c, e := float64(v[i]), float64(v[i+1]), float64(v[i+w]), float64(v[i+w+1])
	return (1-fy)*((1-fx)*a+fx*b) + fy*((1-fx)*c+fx*e), true
}

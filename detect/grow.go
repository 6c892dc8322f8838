package detect

import "slices"

const (
	// nearby is the size in pixels from which a thing fills the blocks by which the
	// yardstick of its place is measured.
	nearby = block
	// dimmest is the share of the mean difference of what is shown of a near thing
	// that a pixel beside it needs to belong to it.
	dimmest = 0.2
	// bridged is the gap in shares of a thing's size that is closed in it.
	bridged = 1.0 / 16
)

// grow shows of a near thing what its own yardstick hid: of a person the clothes
// below the head. From the pixels that are shown it goes on, whatever the sign, as
// long as they differ by Config.Low of the yardstick of what lies around the thing
// (guard band and ring: Finn and Johnson 1968, with a median in place of the mean),
// no farther than the thing's size from it.
func (d *Detector) grow(t *thing) {
	if t.size() < nearby {
		return
	}
	w := d.w
	inside := d.about(t, t.size())
	unit := d.unitAround(inside)
	var total int64
	var peak int32
	d.front = d.front[:0]
	for y := int(t.y0); y <= int(t.y1); y++ {
		for x := int(t.x0); x <= int(t.x1); x++ {
			if i := y*w + x; d.mask[i] != 0 {
				s := abs(d.smooth[i])
				peak, total = max(peak, s), total+int64(s)
				d.front = append(d.front, int32(i))
			}
		}
	}
	if len(d.front) == 0 {
		return
	}
	extent := int32(min(d.cfg.Extent*float64(peak), dimmest*float64(total)/float64(len(d.front))))
	low := int32(d.cfg.Low * 256)
	for len(d.front) > 0 {
		i := int(d.front[len(d.front)-1])
		d.front = d.front[:len(d.front)-1]
		for _, j := range [...]int{i - 1, i + 1, i - w, i + w} {
			x, y := j%w, j/w
			if d.mask[j] != 0 || d.hold[j] == replaces ||
				x < inside.X || x >= inside.X+inside.W || y < inside.Y || y >= inside.Y+inside.H {
				continue
			}
			if s := abs(d.smooth[j]); s < extent || s<<8 <= low*max(d.dev[j], unit) {
				continue
			}
			d.mask[j], d.hold[j] = 255, keeps
			d.front = append(d.front, int32(j))
			t.x0, t.x1, t.y0, t.y1 = min(t.x0, int32(x)), max(t.x1, int32(x)), min(t.y0, int32(y)), max(t.y1, int32(y))
		}
	}
}

// standsOut is how many times the yardstick of what lies around a near thing that of
// its own place is, at least one: what it differs by is held against it once more.
func (d *Detector) standsOut(t *thing) float64 {
	if t.size() < nearby {
		return 1
	}
	return max(1, float64(d.blockMid[d.blockAt(t.x, t.y)])/float64(d.unitAround(d.about(t, t.size()/2))))
}

// about is a thing's box and a margin in pixels, within the pixels that have a
// difference.
func (d *Detector) about(t *thing, margin float64) Box {
	m := int32(margin)
	x0, y0 := max(t.x0-m, 1), max(t.y0-m, 1)
	x1, y1 := min(t.x1+m, int32(d.w)-2), min(t.y1+m, int32(d.h)-2)
	return Box{X: int(x0), Y: int(y0), W: int(x1-x0) + 1, H: int(y1-y0) + 1}
}

// unitAround is the yardstick of a ring of the width of a block around a box: the
// median of what differs there and belongs to nothing that is shown, weighed as that
// of a block, and never below the noise.
func (d *Detector) unitAround(b Box) int32 {
	const toMean = 1.18 // from the median of a normal deviate's size
	v := d.sorted[:0]
	step := 2 + (b.W+b.H)/128 // some hundreds of pixels say enough
	for y := max(b.Y-block, 1); y < min(b.Y+b.H+block, d.h-1); y += step {
		for x := max(b.X-block, 1); x < min(b.X+b.W+block, d.w-1); x += step {
			if x >= b.X && x < b.X+b.W && y >= b.Y && y < b.Y+b.H {
				x = b.X + b.W - 1
				continue
			}
			if i := y*d.w + x; d.hold[i] == learns {
				v = append(v, float64(abs(d.smooth[i])))
			}
		}
	}
	d.sorted = v
	if len(v) == 0 {
		return max(int32(d.noise), 1)
	}
	slices.Sort(v)
	return max(int32(d.noise), int32(d.cfg.Clutter*toMean*v[len(v)/2]), 1)
}

package detect

const (
	// remembered is for how many frames the background is kept that a ghost replaced,
	// from grown frames on: before, it may be what stood there in the first one.
	remembered, grown = 50, 20
	// returned is how many units of a pixel the frame may then lie from it.
	returned = 2
)

// replaceGhosts takes the frame for the background where a ghost was, and remembers
// what the background was before, in case it was no ghost: the legs of who walks before
// a bright road are plainer than the road.
func (d *Detector) replaceGhosts() {
	for k := range d.runs {
		r, b := &d.runs[k], &d.blobs[d.label[k]]
		if !b.keep || !b.isGhost {
			continue
		}
		for i := r.y*int32(d.w) + r.from; i < r.y*int32(d.w)+r.to; i++ {
			if d.hold[i] != replaces { // the frame says nothing there
				continue
			}
			if d.left[i] == 0 && d.seen >= grown {
				d.left[i], d.before[i] = remembered, d.back[i]
				d.replaced = append(d.replaced, i)
			}
			d.back[i] = d.cur[i]
		}
	}
}

// restore gives a pixel the background that was replaced, as soon as the frame shows
// that again and no longer what it was replaced by: else who passed leaves a trail
// behind, as clear as the road.
func (d *Detector) restore() {
	kept := d.replaced[:0]
	for _, i := range d.replaced {
		then, unit := d.cur[i]-d.before[i], returned*d.dev[i]+int32(d.noise)
		switch d.left[i]--; {
		case abs(then) <= unit && abs(d.diff[i]) > 2*unit:
			d.back[i], d.diff[i], d.left[i] = d.before[i], then, 0
		case d.left[i] > 0:
			kept = append(kept, i)
		}
	}
	d.replaced = kept
}

package detect

import "slices"

// What tells a thing from the edge of something larger: a cloud, its shadow, a
// gust that passes over grass.
const (
	// clearly is the aloneness from which a thing stands by itself, wholly that from
	// which it does even if it hardly moves.
	clearly, wholly = 0.4, 0.8
	// drifting is how many times the noise of the picture the yardstick is where
	// clouds drift. There, what stands less than apart is one of them: a bank of
	// clouds that come and go passes for something that leaps along it. Elsewhere
	// what does not stand clearly alone has to have left the place where it began, at
	// sluggish of its lengths in a second or more, what does not stand wholly alone
	// to creep at least.
	drifting, apart    = 3, 0.5
	sluggish, creeping = 0.3, 0.2
	// plays is how many as strong sightings in a million pixels came to nothing where
	// bushes play in gusts: there what stands alone has to get somewhere as well.
	plays = 10
	// What is less than a patch and no farther than beside from a side of the picture
	// may be the rest of a bush, or of a cloud, that it cuts: where more than some as
	// strong in a million pixels came to nothing, it has to come by so many times the
	// greatest length that it had; so does what came in over a side where clouds drift.
	beside, some, by = 3, 3, 2
	// patch is the size from which what its surroundings exceed by surrounded is a
	// piece of them wherever it is, and a smaller one where bushes or clouds play; torn
	// is how far they exceed any.
	patch, surrounded, torn = 15, -0.2, -1
	// blurred is the mean softness, in that of what is in focus, beyond which a patch
	// that does not stand apart is a piece of a cloud, or an insect on the window.
	// Sway and smoothing soften what is small.
	blurred = 1.2
)

// isEdge says that a track which has gone so far may still be the edge of
// something larger and slower.
func (d *Detector) isEdge(t *track, gone float64) bool {
	p := &t.proof
	size := t.size()
	lengths := p.largest * d.interval * float64(t.age) // one in each second of its life
	switch {
	case p.corner && d.cfg.Level > 0: // it grows into the picture, and its middle comes in without it
		return true
	case size < patch && gone < by*p.largest && (p.side && p.clutter*million > some || (p.rim[0] || p.rim[2]) && p.restless >= drifting):
		return true
	case (p.restless >= drifting || size >= patch && p.soft > blurred) && p.alone < apart:
		return true
	case p.clutter*million > plays && gone < sluggish*lengths:
		return true
	case p.alone >= clearly:
		return (p.alone < wholly || p.cut) && gone < creeping*lengths
	}
	// Where nothing drifts or plays, what has come by twice its length is no piece of what
	// exceeds it: who crosses a bright road.
	crossed := p.restless < drifting && p.clutter*million <= plays && t.net() >= by*p.largest
	exceeded := p.alone < surrounded && (size >= patch || p.alone < torn || p.clutter*million > plays) && !crossed
	// above the top of the picture is sky, and the rest of a cloud, unless the camera looks down
	return p.top && d.cfg.Level > 0 || exceeded || gone < size || gone < sluggish*lengths
}

// aloneness says how much of a thing's contrast is left when it is held against
// the strongest tenth of what surrounds it in the frame, and not against the
// background: one for a thing that stands alone, below zero for the edge of
// something larger, such as a cloud.
func (d *Detector) aloneness(t *thing) float64 {
	w, h, sign := int32(d.w), int32(d.h), int32(1)
	if t.contrast < 0 {
		sign = -1
	}
	var peak int32
	for y := t.y0; y <= t.y1; y++ {
		for x := t.x0; x <= t.x1; x++ {
			peak = max(peak, sign*d.smooth[y*w+x])
		}
	}
	var level, change, n float64
	for y := t.y0; y <= t.y1; y++ {
		for x := t.x0; x <= t.x1; x++ {
			if s := sign * d.smooth[y*w+x]; 2*s >= peak {
				level += float64(sign * d.cur[y*w+x])
				change += float64(s)
				n++
			}
		}
	}
	const out = 3
	ring := d.sorted[:0]
	take := func(x, y int32) {
		if x >= 1 && y >= 1 && x < w-1 && y < h-1 {
			i := y*w + x
			ring = append(ring, float64(sign*(4*d.cur[i]+d.cur[i-1]+d.cur[i+1]+d.cur[i-w]+d.cur[i+w])/8))
		}
	}
	for x := t.x0 - out; x <= t.x1+out; x++ {
		take(x, t.y0-out)
		take(x, t.y1+out)
	}
	for y := t.y0 - out + 1; y < t.y1+out; y++ {
		take(t.x0-out, y)
		take(t.x1+out, y)
	}
	d.sorted = ring
	if len(ring) == 0 || change <= 0 {
		return 0
	}
	slices.Sort(ring)
	return (level/n - ring[len(ring)*9/10]) / (change / n)
}

// softness is the number of pixels over which the steepest edge of a thing would
// rise by all of its difference: some two where the lens is in focus, as it is for
// all that is far away, and more for clouds, and for insects on the window, which
// are not. Zero where the rim of the picture leaves nothing to see.
func (d *Detector) softness(t *thing) float64 {
	const rim = 2
	w := int32(d.w)
	var peak, steepest int32
	for y := max(t.y0-1, rim); y <= min(t.y1+1, int32(d.h)-1-rim); y++ {
		for x := max(t.x0-1, rim); x <= min(t.x1+1, w-1-rim); x++ {
			i := y*w + x
			across, down := abs(d.smooth[i+1]-d.smooth[i-1]), abs(d.smooth[i+w]-d.smooth[i-w])
			peak = max(peak, abs(d.smooth[i]))
			steepest = max(steepest, max(across, down)+min(across, down)*2/5) // hypot, within a twelfth
		}
	}
	return 2 * float64(peak) / float64(max(steepest, 1))
}

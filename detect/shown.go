package detect

import "math"

const (
	// large is the area in pixels from which a thing is shown at once at less than
	// Config.Strong: what is strong over many pixels is no speck.
	large = 500
	// busy is how many sightings a frame have to come to nothing, in the whole
	// picture, for others as strong to be shown by their track's likelihood alone.
	busy = 1
)

// showThings decides which things of this frame are in the mask.
func (d *Detector) showThings() {
	for k := range d.things {
		th := &d.things[k]
		if th.area == 0 {
			continue
		}
		t := th.track
		switch {
		case th.faint:
			th.show = false
		case d.isBusy(th.ratio) && (t == nil || !t.declared && t.proof.score < enough):
			th.show = false
		case t != nil && t.confirmed():
			th.show = t.idle < d.rest(t)
		case t != nil && t.age > 3*d.cfg.Proof && !t.moved:
			th.show = false
		case d.cameToNothing(th.x, th.y, th.ratio) >= flickers:
			th.show = false
		case t != nil && t.clear >= d.cfg.Proof:
			th.show = true
		default:
			th.show = th.ratio*d.standsOut(th)*max(1, math.Sqrt(float64(th.area)/large)) >= d.cfg.Strong && d.calm > d.cfg.Calm
		}
	}
}

// isBusy says that the picture is full of things at least as strong which come to
// nothing: streaks of rain, the blocks of a coder. There any three lie on a path.
func (d *Detector) isBusy(ratio float64) bool {
	nothing := 0.0
	for _, n := range d.everywhere[grade(ratio):] {
		nothing += n
	}
	return nothing > busy*min(float64(d.seen), fades/math.Ln2)
}

// rest is for how many frames a track that stopped is shown: one that was never
// declared for as long as it moved, since the strokes of a clock that is written
// into the picture come as near to moving as to hop from one place to the next.
func (d *Detector) rest(t *track) int {
	if t.declared {
		return d.cfg.Rest
	}
	return min(t.age-t.idle, d.cfg.Rest)
}

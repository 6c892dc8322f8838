package detect

import "math"

const (
	// large is the area in pixels from which a thing is shown at once at less than
	// Config.Strong: what is strong over many pixels is no speck.
	large = 500
	// busy is how many things a frame have to be unproven for others as strong and as
	// large to be shown by their track's likelihood alone; one more in the first frame.
	busy = 0.05
)

// showThings decides which things of this frame are in the mask.
func (d *Detector) showThings() {
	d.countUnproven()
	for k := range d.things {
		th := &d.things[k]
		if th.area == 0 {
			continue
		}
		t := th.track
		switch {
		case th.faint:
			th.show = false
		case !th.proven() && d.isBusy(th):
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

// unproven is how many things a frame beside the first have no track that is likely
// a mover's, in the whole picture, by least strength and least area: what is alone
// is no crowd, however often it leaps, unless it stays.
type unproven [grades][extents]float64

// extents of area are doublings from smallest pixels.
const extents, smallest = 7, 8

func extent(area int) int {
	return min(max(int(math.Floor(math.Log2(max(float64(area), 1)/smallest))), 0), extents-1)
}

// countUnproven adds this frame's to the mean.
func (d *Detector) countUnproven() {
	var n, stay unproven
	for k := range d.things {
		if th := &d.things[k]; th.area > 0 && !th.proven() {
			n[grade(th.ratio)][extent(th.piece)]++
			if th.stays() {
				stay[grade(th.ratio)][extent(th.piece)]++
			}
		}
	}
	d.watched++
	rate := max(1/float64(d.watched), math.Ln2/fades)
	for i := grades - 1; i >= 0; i-- {
		for k := extents - 1; k >= 0; k-- {
			if k+1 < extents {
				n[i][k] += n[i][k+1]
				stay[i][k] += stay[i][k+1]
			}
		}
		for k := range extents {
			if i+1 < grades {
				n[i][k] += n[i+1][k]
				stay[i][k] += stay[i+1][k]
			}
			d.unproven[i][k] += rate * (max(n[i][k]-1, stay[i][k]) - d.unproven[i][k])
		}
	}
}

// proven says that it is likely a mover, and none of those.
func (th *thing) proven() bool {
	return th.track != nil && (th.track.declared || th.track.proof.likely >= enough && !th.stays())
}

// stays says that it has been there for long without being declared, as a piece of a
// cloud is: however alone it is, and however likely its track, it counts as clutter.
func (th *thing) stays() bool {
	return th.track != nil && !th.track.declared && th.track.age > lingers
}

// asUnproven is how many unproven things a frame are at least as strong and as large.
func (d *Detector) asUnproven(th *thing) float64 {
	return d.unproven[grade(th.ratio)][extent(th.piece)]
}

// unprovenDensity is the same in a pixel and frame, and never none.
func (d *Detector) unprovenDensity(th *thing) float64 {
	return max(d.asUnproven(th), 0.5*math.Ln2/fades) / float64(d.w*d.h)
}

// isBusy says that the picture is full of unproven things at least as strong and as
// large: streaks of rain, the blocks of a coder. There any three lie on a path.
func (d *Detector) isBusy(th *thing) bool {
	return d.asUnproven(th) > busy+1/float64(d.watched)
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

package detect

const (
	// A background is lost when the picture has differed from it, over all of it, by
	// lostNoise times as much as it once did, for lostFrames without a break: it was
	// blurred, and what is blurred has no steep points by which the next frame could
	// be laid upon it. It does not come back by itself. The last resort.
	lostNoise, lostFrames = 2.5, 300
	// What it once did is forgotten by half in some 9,000 frames: wind and sun rise.
	lostFade = 1 + 0.693/9000
	// learnt is after how many frames a background is worth comparing with.
	learnt = 100
)

// isLost follows the noise and says whether the background has to be begun anew.
func (d *Detector) isLost() bool {
	if d.calm <= d.cfg.Calm || d.seen < learnt {
		return false
	}
	if d.clearest *= lostFade; d.clearest == 0 || d.noise < d.clearest {
		d.clearest = d.noise
	}
	if d.lostFor++; d.noise <= lostNoise*d.clearest {
		d.lostFor = 0
	}
	return d.lostFor > lostFrames
}

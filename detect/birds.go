package detect

import "math"

// What tells a bird from what goes on the ground, or flies as an aircraft does.
// Seen from a mast far off, a way on the ground is all but level, since the ground
// is foreshortened, and so is that of an aircraft on its course. Birds go up and
// down, turn, and beat their wings.
const (
	// A thing below small pixels is fast at so many of its own lengths a second,
	// one below middling at more; and what is below climber and goes up or down by
	// half of its own height in a second does not walk.
	small, lengths        = 10, 2.3
	middling, moreLengths = 25, 3
	climber, climbs       = 15, 0.5
	// What is larger and passes so many of its lengths a second goes no road; and what
	// once went as birds go, has grown since and passes some of them is a flock that
	// has come together, where what comes near has slowed down. What has noBird pixels
	// and more is near, and leaps as cats do.
	darts, flocks, noBird = 7, 2, 40
	// What fills less than sparse of its box while it passes sparsely of its lengths a
	// second is several birds that are seen as one; a vehicle fills half and more.
	sparse, sparsely = 0.47, 1.5
	// scatter is what the centroid of a small thing jumps by: 1 sigma, in pixels.
	scatter = 0.3
	// leastFrames is in how many frames what is fast has to be seen, one more where
	// it is level and not straight as well, two more where it is small: a bird is
	// level for a frame or two.
	leastFrames = 5
	// flat is how far the height of what is no bird may stray from its slope, in
	// shares of how far its way is spread, and of its size; gentle the share of
	// Config.Level that it may slope by: a bird goes level for a moment only, and not
	// straight while it does. precise is its own scatter of the centroid.
	flat, rocks, gentle, precise = 0.005, 0.01, 0.4, 0.1
	// bobs is the variance of its height in square pixels that it may have after a wait.
	bobs = 0.1
	// steady is the flutter of what went as birds go and is declared all the same,
	// after wait seconds and frames on a straight and level way or after long on a
	// straight one. What never went otherwise than level is after wait.
	steady                  = 0.45
	waitSeconds, waitFrames = 2.5, 15
	longSeconds, longFrames = 6, 30
)

// watchWings remembers that a thing that is small and fast did not go level, or
// climbed.
func (d *Detector) watchWings(t *track) {
	p := &t.proof
	if d.cfg.Level <= 0 || d.interval <= 0 || p.wings || t.hits < sightings {
		return
	}
	across, down, time := p.course().slope()
	blur := scatter * math.Sqrt(time)
	switch {
	case d.climbing(t):
		p.wings = true
	case d.fast(t) && blur <= 0.5*d.cfg.Level*math.Abs(across):
		p.wings = math.Abs(down) > d.cfg.Level*math.Abs(across)
	}
}

// fast says that a thing passes its own length several times a second.
func (d *Detector) fast(t *track) bool {
	size, speed := t.size(), math.Hypot(t.vx, t.vy)
	return size < small && speed > lengths*size*d.interval || size < middling && speed > moreLengths*size*d.interval || d.darting(t)
}

// darting says that what is not small passes more of its lengths a second than
// anything that drives, or than anything that is as sparse.
func (d *Detector) darting(t *track) bool {
	least := float64(darts)
	if t.proof.fill < sparse {
		least = sparsely
	}
	return t.size() >= small && t.size() < noBird && math.Hypot(t.vx, t.vy) > least*t.size()*d.interval
}

// winged says that a track went as birds go and has not come near since.
func (d *Detector) winged(t *track) bool {
	return t.proof.wings && (t.size() < climber || t.size() < noBird && math.Hypot(t.vx, t.vy) > flocks*t.size()*d.interval)
}

// climbing says that a thing goes up or down in the picture faster than what
// walks or drives, by two sigma. What comes in over the top of the picture shows
// half of its way down as long as it is cut there: its middle follows its lower end.
func (d *Detector) climbing(t *track) bool {
	_, down, time := t.proof.course().slope()
	if t.proof.rim[1] && t.proof.top {
		down *= 2
	}
	return t.size() < climber && math.Abs(down)-2*scatter*math.Sqrt(time) > climbs*t.h*d.interval*time
}

// mayBeBird says that a track may be a bird as yet. It may be something else all
// the same, so it is given more time, not none.
func (d *Detector) mayBeBird(t *track, variance float64) bool {
	p := &t.proof
	if d.cfg.Level <= 0 || d.interval <= 0 || !d.winged(t) && !d.fast(t) && !d.climbing(t) {
		return false
	}
	across, down, time := p.course().slope()
	level := math.Abs(down)+scatter*math.Sqrt(time) <= d.cfg.Level*math.Abs(across)
	size := t.size()
	lived := d.interval * float64(t.age)
	undulates := p.wings && size < climber // what has grown since need only be level
	if !undulates && !p.cut && !d.darting(t) {
		frames := leastFrames
		if size < small {
			frames += 2
		}
		if t.hits >= frames && d.straight(p, size) || t.hits > leastFrames && size >= small && level {
			return false
		}
	}
	even := p.flutter <= steady && variance <= 0.5
	if level && p.course().bob() <= bobs+rocks*size && (even || !undulates) && t.hits >= waitFrames && lived >= waitSeconds {
		return false
	}
	return p.flutter > steady || t.hits < longFrames || lived < longSeconds // how straight its size asks for, proven asked
}

// straight says that the height of a thing keeps to one gentle slope, as that of a
// machine does.
func (d *Detector) straight(p *proof, size float64) bool {
	across, down, time := p.course().slope()
	spread := math.Abs(across) / math.Sqrt(time*p.course().n)
	return math.Abs(down)+precise*math.Sqrt(time) <= gentle*d.cfg.Level*math.Abs(across) && math.Sqrt(p.course().bob()) <= flat*spread+rocks*size
}

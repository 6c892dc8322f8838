package detect

import "math"

// What a track has to show before it is declared.
const (
	// sightings is the least number of frames in which it was seen.
	sightings = 4
	// enough is the log of the likelihood ratio of a mover against clutter, and
	// most of it that one sighting may give: more where the thing is as clear as one
	// that is shown at once.
	enough, sighting, clearSighting = 18, 8, 12.5
	// found is the probability that a mover is seen in a frame.
	found = 0.9
	// least evidence of a way against play about one place where nothing ever
	// plays, and how it grows with the log of the clutter there, which is counted
	// in sightings in a million pixels.
	way, wayClutter, million = 2, 3, 1e6
	// overlap is how many times that what still covers a part of the place where it
	// began has to show: a lamp behind a bush plays there for hours.
	overlap = 2.5
	// leastWay is in pixels: the middle of a bush of a few pixels goes three when one
	// side of it comes to rest.
	leastWay = 4
	// leapt is the share of its way that a thing may have come by turning up elsewhere
	// than where it was going, after frames in which it was not seen: one twig comes to
	// rest, and another begins to play.
	leapt = 0.5
	// slowest is in pixels a second, over all of its life.
	slowest = 0.5
	// astray is how far a thing may lie from the straight way that its sightings
	// give: a variance, in shares of its own area; less in the square of the lengths
	// that it has gone before it has left its place, and strayed once it has gone
	// twice its length. What turns where it is may be an insect on the window, unless
	// its outline is sharp: what is sharply alone may stray as far at once, as long as
	// that is not beyond wide square pixels.
	astray, strayed = 0.012, 0.03
	sharply, wide   = 0.9, 9
	// sharp is the softness in pixels, and share that in a thing's own size, up to
	// which an edge is in focus; focus how far beyond that of a mover lies: 1 sigma of
	// the logarithm.
	sharp, share, focus = 2.5, 0.125, 0.08
	// rested is the time in seconds, and without times the frames, after which what
	// has come no farther is not declared for what it did before.
	rested, restedFrames = 2, 10
	// tossed is the flutter from which what has not yet left its place is taken
	// for a bush in the wind.
	tossed = 0.7
)

// proof is what a track has shown of its thing. The sums are over the places
// where the thing was seen, not where the filter put it. It decides what is
// declared and nothing else.
type proof struct {
	whole, since   course  // of all sightings, and of those after the two it was born of
	x0, y0, x1, y1 float64 // the first box
	rim            [4]bool // which touched left, top, right, bottom
	front          float64 // way of the edge that came in over the rim
	leapX, leapY   float64 // sum of how far it turned up from its course when seen again
	score          float64 // log of the likelihood ratio
	likely         float64 // the same against what is as large, too: what is shown in a busy picture
	alone          float64 // mean of what the newest sightings showed
	soft           float64 // mean softness of the newest, in that of what is in focus
	area, high     float64 // of the last: pixels, and the height of its box
	largest        float64 // size that it ever had
	flutter        float64 // mean of the doublings of both between two frames
	fill           float64 // mean share of its box that it fills
	clutter        float64 // density of clutter as strong as the last
	nothing        float64 // sightings that count as clutter already
	anew           bool    // the sum of score has begun anew since
	anewX, anewY   float64 // and where it was then
	restless       float64 // yardstick of the place in units of the picture's noise
	wings          bool    // it went as birds go
	top, cut       bool    // the last touched the top, or top or bottom, of the picture
	corner, side   bool    // or the top and a side, or came in over that; or is near a side
	bare           bool    // or a side where the picture's own movement uncovers it
}

// touches is how near to the rim of the picture, in pixels, a thing is at it.
const touches = 2

// begin takes the two sightings that a hypothesis is made of.
func (d *Detector) begin(t *track, s seed, th *thing) {
	t.proof = proof{x0: float64(th.x0), y0: float64(th.y0), x1: float64(th.x1), y1: float64(th.y1), area: s.area,
		rim: d.sight.sides(th)}
	t.proof.whole.place(1, s.x, s.y)
	d.see(t, th, 0)
	t.proof.since = course{}
	t.proof.score, t.proof.likely = 0, 0 // two sightings are a velocity, not yet evidence for it
}

// see weighs a sighting that lay miss pixels from where it was expected: the
// density of a mover's sightings there against that of clutter as strong in
// this part of the picture (track score: Sittler 1964), and the steadiness of
// its size. The sum is a sequential test (Wald 1945) that begins anew at zero
// (Page 1954), so that a late mover is not held to what a track saw before; nor is it
// declared for the way that the track had come before: a cloud that a flock crosses.
func (d *Detector) see(t *track, th *thing, miss float64) {
	p := &t.proof
	p.whole.place(float64(t.age), th.x, th.y)
	p.since.place(float64(t.age), th.x, th.y)
	p.largest = max(p.largest, t.size())
	p.alone += 0.3 * (min(max(d.aloneness(th), -2), 1) - p.alone)
	p.clutter = d.density(th.x, th.y, th.ratio)
	sigma := 0.7 + 0.08*t.size() + 0.08*math.Hypot(t.vx, t.vy)
	gain := math.Log(found/(2*math.Pi*sigma*sigma*p.clutter)) - miss*miss/(2*sigma*sigma)
	if p.area > 0 {
		// doublings of area between two frames: 1 sigma is half of one for a
		// mover and 1.2 for clutter
		const mover, clutter = 0.5, 1.2
		g := math.Log2(float64(th.area) / p.area)
		if p.high > 0 {
			p.flutter += (math.Abs(g) + math.Abs(math.Log2(float64(th.y1-th.y0+1)/p.high)) - p.flutter) / min(p.whole.n-1, 8)
		}
		gain += math.Log(clutter/mover) - g*g/2*(1/(mover*mover)-1/(clutter*clutter))
	}
	p.area, p.high = float64(th.area), float64(th.y1-th.y0+1)
	p.fill += (p.area/(p.high*float64(th.x1-th.x0+1)) - p.fill) / min(p.whole.n-1, 6)
	most := float64(sighting)
	if th.ratio >= d.cfg.Strong {
		most = clearSighting
	}
	likely := min(gain+math.Log(p.clutter/d.unprovenDensity(th)), most)
	gain = min(gain, most)
	if soft := d.softness(th) / max(sharp, share*t.size()); soft > 0 {
		if p.soft == 0 {
			p.soft = soft
		}
		p.soft += 0.3 * (soft - p.soft)
		blur := math.Log(max(soft, 1)) / focus
		gain -= blur * blur / 2
	}
	p.score = max(p.score+gain, 0)
	p.likely = max(p.likely+likely, 0)
	if p.score == 0 && t.moved {
		p.anew, p.anewX, p.anewY = true, t.x, t.y
	}
	p.restless = max(float64(d.blockMid[d.blockAt(th.x, th.y)])/max(d.noise, 1), 0.95*p.restless)
	at := d.sight.sides(th)
	p.top, p.bare = at[1], d.sight.uncovers(at, d.w, d.h)
	p.corner = p.top && (p.rim[0] || p.rim[2] || at[0] || at[2])
	p.side = th.x0 <= d.sight.left+beside || th.x1 >= d.sight.right-beside
	p.cut = th.y0 <= d.sight.top+1 || th.y1 >= d.sight.bottom-1
	d.watchWings(t)
	p.front = 0
	switch dx, dy := t.x-t.fromX, t.y-t.fromY; {
	case p.rim[0] && dx > 0:
		p.front = float64(th.x1) - p.x1
	case p.rim[2] && dx < 0:
		p.front = p.x0 - float64(th.x0)
	case p.rim[1] && dy > 0:
		p.front = float64(th.y1) - p.y1
	case p.rim[3] && dy < 0:
		p.front = p.y0 - float64(th.y0)
	}
}

// unseen weighs a frame without a sighting of a thing of a size in pixels: what
// is large is seen in nearly all of them.
func (p *proof) unseen(size float64) {
	lost := 1 - found
	if size > 9 {
		lost /= 5
	}
	p.score = max(p.score+math.Log(lost), 0)
	p.likely = max(p.likely+math.Log(lost), 0)
}

// proven is the rule of declaration.
func (d *Detector) proven(t *track) bool {
	p := &t.proof
	if t.thing < 0 || d.calm <= d.cfg.Calm || t.hits < sightings || p.score < enough || p.bare {
		return false
	}
	size, net := t.size(), t.net()
	gone := max(net, p.front)
	if gone < max(leastWay, 2+0.15*size) || net < 0.5*t.path || net < slowest*d.interval*float64(t.age) {
		return false
	}
	if gone < size && p.flutter > tossed || math.Hypot(p.leapX, p.leapY) > leapt*gone {
		return false
	}
	if d.resting(t) || p.anew && math.Hypot(t.x-p.anewX, t.y-p.anewY) < size {
		return false
	}
	most := strayed * size * size
	if net < 2*size {
		most = astray * min(size*size, net*net)
	}
	if p.alone >= sharply {
		most = max(most, min(strayed*size*size, wide))
	}
	odds, variance := p.course().odds()
	if odds < d.leastOdds(t, gone) || variance > 0.5+most {
		return false
	}
	return !d.isEdge(t, gone) && !d.mayBeBird(t, variance)
}

// resting says that a track has come no farther for a while.
func (d *Detector) resting(t *track) bool {
	if d.interval <= 0 {
		return t.idle > restedFrames
	}
	return float64(t.idle)*d.interval > rested
}

// leastOdds is what odds has to be for a track that has gone so far.
func (d *Detector) leastOdds(t *track, gone float64) float64 {
	least := way + wayClutter*math.Log1p(million*t.proof.clutter)
	if gone < t.size() {
		least *= overlap
	}
	return least
}

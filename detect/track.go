package detect

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// most is the greatest number of things and of tracks in one picture.
const most = 256

// track is one hypothesis of one thing in motion: where it is and how fast, in
// pixels and pixels a frame.
type track struct {
	id             int
	x, y, vx, vy   float64
	w, h           float64 // smoothed size of the box
	hits, misses   int
	clear          int // sightings that were not faint
	age            int
	fromX, fromY   float64 // where it was first seen
	path           float64 // length of the way
	far            float64 // greatest distance from the start
	moved          bool
	idle           int // frames since it last got farther
	thing          int // index in this frame, -1 for none
	contrast, area float64
	strength       float64 // smoothed, in yardsticks
	since          time.Time
	declared       bool
	proof          proof
}

// confirmed says that it has moved and was seen clearly: what was only faint
// neither shows pixels nor lowers thresholds, and yields to what is clear.
func (t *track) confirmed() bool { return t.moved && t.clear >= 3 }

func (t *track) size() float64 { return math.Sqrt(t.w * t.h) }

// net is the distance from where it was first seen.
func (t *track) net() float64 { return math.Hypot(t.x-t.fromX, t.y-t.fromY) }

// seed is a thing of an earlier frame that no track has claimed.
type seed struct {
	x, y, size, contrast, area, ratio float64
	age                               int
	clear                             int  // 0 where it was faint
	used                              bool // a track has begun with it or taken it
}

// follow moves the tracks on by one frame and decides which things are shown.
func (d *Detector) follow(at time.Time) {
	for i := range d.tracks {
		t := &d.tracks[i]
		t.x += t.vx
		t.y += t.vy
		t.age++
		t.thing = -1
	}
	// Confirmed tracks choose first, and alone; then hypotheses share.
	for pass := range 2 {
		for i := range d.tracks {
			t := &d.tracks[i]
			if t.confirmed() != (pass == 0) {
				continue
			}
			best, bestCost := -1, 1.0
			reach := 3 + 0.5*t.size() + 0.25*math.Hypot(t.vx, t.vy) + float64(t.misses)
			for k := range d.things {
				th := &d.things[k]
				if th.area == 0 || th.track != nil && th.track.confirmed() {
					continue
				}
				cost := math.Hypot(th.x-t.x, th.y-t.y) / reach
				if cost < bestCost {
					best, bestCost = k, cost
				}
			}
			if best < 0 {
				t.misses++
				t.idle++
				t.proof.unseen(t.size())
				continue
			}
			th := &d.things[best]
			miss := math.Hypot(th.x-t.x, th.y-t.y)
			if t.misses > 0 {
				t.proof.leapX += th.x - t.x
				t.proof.leapY += th.y - t.y
			}
			t.take(th, best)
			d.see(t, th, miss)
			d.linger(t, th)
			if th.track == nil || better(t, th.track) {
				th.track = t
			}
		}
	}
	d.prune()
	d.spawn(at)
	d.showThings()
}

func better(a, b *track) bool {
	if x, y := a.confirmed(), b.confirmed(); x != y {
		return x
	}
	return a.clear+a.hits-4*a.misses > b.clear+b.hits-4*b.misses
}

func (t *track) take(th *thing, k int) {
	t.thing = k
	n := float64(min(t.hits+1, 8))
	alpha := max(2*(2*n-1)/(n*(n+1)), 0.4)
	beta := max(6/(n*(n+1)), 0.08)
	dx, dy := th.x-t.x, th.y-t.y
	ox, oy := t.x-t.vx, t.y-t.vy
	t.x += alpha * dx
	t.y += alpha * dy
	gap := float64(t.misses + 1)
	t.vx += beta * dx / gap
	t.vy += beta * dy / gap
	t.path += math.Hypot(t.x-ox, t.y-oy)
	t.w += 0.3 * (float64(th.x1-th.x0+1) - t.w)
	t.h += 0.3 * (float64(th.y1-th.y0+1) - t.h)
	t.contrast += 0.3 * (th.contrast - t.contrast)
	t.area += 0.3 * (float64(th.area) - t.area)
	t.strength += 0.3 * (th.ratio - t.strength)
	t.hits++
	if !th.faint {
		t.clear++
	}
	t.misses = 0
	net := t.net()
	if net > t.far+0.25 {
		t.far = net
		t.idle = 0
	} else {
		t.idle++
	}
	if t.hits >= 3 && net >= 2+0.15*t.size() && net >= 0.5*t.path {
		t.moved = true
	}
}

// prune drops tracks that were missed too often and hypotheses that share
// their thing with a better track.
func (d *Detector) prune() {
	full := len(d.tracks) == most // no room, as in rain: then one miss ends what was seen thrice
	kept := d.tracks[:0]
	for i := range d.tracks {
		t := d.tracks[i]
		var th *thing
		if t.thing >= 0 {
			th = &d.things[t.thing]
		}
		drop := t.misses > min(t.hits, 8) || full && t.misses > 0 && t.hits <= 3
		if drop && !t.declared {
			d.comeToNothing(t.x, t.y, t.strength, float64(t.hits)-t.proof.nothing)
		}
		if th != nil && th.track != &d.tracks[i] && (th.track.confirmed() || th.track.clear >= 4) {
			drop = true
		}
		if !drop {
			kept = append(kept, t)
		}
	}
	d.tracks = kept
	for k := range d.things {
		d.things[k].track = nil
	}
	for i := range d.tracks {
		t := &d.tracks[i]
		if t.thing >= 0 {
			th := &d.things[t.thing]
			if th.track == nil || better(t, th.track) {
				th.track = t
			}
		}
	}
}

// spawn pairs unclaimed things with unclaimed things of the last two frames:
// each pair is a hypothesis of a velocity (Reid 1979, bounded in number).
func (d *Detector) spawn(at time.Time) {
	reach := d.cfg.Speed * float64(d.w)
	fresh := d.fresh[:0]
	for _, k := range d.rarestFirst() {
		th := &d.things[k]
		if th.area == 0 || th.track != nil && th.track.hits >= 3 {
			continue
		}
		s := seed{x: th.x, y: th.y, size: th.size(), contrast: th.contrast, area: float64(th.area), ratio: th.ratio, used: th.track != nil}
		if !th.faint {
			s.clear = 1
		}
		for i := range d.seeds {
			o := &d.seeds[i]
			if len(d.tracks) >= most {
				break
			}
			gap := float64(o.age)
			dist := math.Hypot(o.x-s.x, o.y-s.y)
			if dist > max(reach, s.size, o.size)*gap || o.contrast*s.contrast < 0 || o.area > 4*s.area || s.area > 4*o.area {
				continue
			}
			d.nextID++
			d.tracks = append(d.tracks, track{id: d.nextID, x: s.x, y: s.y, vx: (s.x - o.x) / gap, vy: (s.y - o.y) / gap,
				w: float64(th.x1 - th.x0 + 1), h: float64(th.y1 - th.y0 + 1), hits: 2, clear: s.clear + o.clear, age: o.age + 1,
				fromX: o.x, fromY: o.y, path: dist, far: dist, thing: k, contrast: s.contrast, area: s.area, strength: s.ratio, since: at})
			d.begin(&d.tracks[len(d.tracks)-1], *o, th)
			o.used, s.used = true, true
		}
		s.age = 1
		fresh = append(fresh, s)
	}
	for _, o := range d.seeds {
		if o.age < 2 && len(fresh) < 2*most {
			o.age++
			fresh = append(fresh, o)
		} else if !o.used {
			d.comeToNothing(o.x, o.y, o.ratio, 1)
		}
	}
	d.fresh, d.seeds = d.seeds, fresh
}

// rarestFirst orders the things for spawn: where rain takes all room for tracks, what
// is as strong and as large as few others goes first.
func (d *Detector) rarestFirst() []int {
	d.order = d.order[:0]
	for k := range d.things {
		d.order = append(d.order, k)
	}
	if len(d.tracks) > most/2 {
		slices.SortStableFunc(d.order, func(a, b int) int {
			return cmp.Compare(d.asUnproven(&d.things[a]), d.asUnproven(&d.things[b]))
		})
	}
	return d.order
}

// report lists the movers: tracks that have left their place.
func (d *Detector) report() {
	rate := 0.0
	if d.interval > 0 {
		rate = 1 / d.interval
	}
	for i := range d.tracks {
		t := &d.tracks[i]
		if !t.moved || t.thing < 0 && t.misses > 3 {
			continue
		}
		if !t.declared && d.proven(t) {
			t.declared = true
		}
		box := Box{X: int(t.x - t.w/2 + 0.5), Y: int(t.y - t.h/2 + 0.5), W: int(t.w + 0.5), H: int(t.h + 0.5)}
		if t.thing >= 0 {
			th := &d.things[t.thing]
			box = Box{X: int(th.x0), Y: int(th.y0), W: int(th.x1 - th.x0 + 1), H: int(th.y1 - th.y0 + 1)}
		}
		d.movers = append(d.movers, Mover{ID: t.id, Box: box, Area: int(t.area + 0.5), X: t.x, Y: t.y,
			VX: t.vx * rate, VY: t.vy * rate, Contrast: t.contrast, Frames: t.hits, Since: t.since, Declared: t.declared, Sure: t.sure()})
	}
}

// sure grows with the number of frames on one path, with its length in own
// sizes and with its straightness. It is a score, not yet a calibrated figure.
func (t *track) sure() float64 {
	straight := t.net() / max(t.path, 1)
	return 1 / (1 + math.Exp(-(0.4*float64(min(t.hits, 15)-5) + min(t.net()/(2+t.size()), 3) + 3*(straight-0.6))))
}

package health

import (
	"math"
	"time"
)

// A mast that sun or wind turns by a little each hour takes the past along, which
// follows what changes over minutes. So the view is also held against anchors, one
// for each part of the day, that stand where they were laid when the view was
// accepted: by how far the present has to be shifted to lie on them. An anchor is of
// fine structure alone: hills warm on one side in the morning and on the other in
// the evening, and what is light and dark moves over them, while edges stay.

// Anchor is the fine structure of the view in one part of the day, and how far the
// view had moved when it was laid, in blocks of the picture.
type Anchor struct {
	Fine  Grid
	Moved Moved
}

// Moved is how far the view has moved since it was accepted, in blocks to the right
// and down.
type Moved struct{ X, Y float64 }

// far is the length of the way.
func (m Moved) far() float64 { return math.Hypot(m.X, m.Y) }

func (m Moved) whole() bool {
	return m.far() < 1e3 // and no NaN
}

const (
	creptAbove, backBelow = 2.0, 1.0 // blocks; 1/32 of the picture's width each
	anchorEvery           = 30 * time.Second
	// anchorSettles is over which shifts are averaged, anchorFollows that of watching
	// in which an anchor takes on the season.
	anchorSettles, anchorFollows = 5 * time.Minute, 12 * time.Hour
	anchorFits                   = 0.7  // correlation that a shift needs to be one
	anchorSharp                  = 0.05 // what it loses two blocks on: stripes do not say where they lie along
	reach                        = 6    // blocks that are searched each way
)

// creep holds the present against the anchor of its part of the day: half a minute
// after the last time, or at once where it is not the same as the past. Where nothing
// is wrong the anchor follows, and knows by how much.
func (w *Watch) creep(now *picture, at time.Time, same, fine bool) {
	since := min(at.Sub(w.anchored), anchorEvery)
	if since < anchorEvery && same {
		return
	}
	w.anchored = at
	a := &w.kept.Anchors[at.UTC().Hour()*hourSlots/24]
	if len(a.Fine) != nBlocks {
		if fine {
			*a = Anchor{thin(&now.fine), w.kept.Moved}
		}
		return
	}
	var was [nBlocks]float64
	wide(a.Fine, &was)
	x, y, ok := shift(&was, &now.fine)
	lies := Moved{a.Moved.X + x, a.Moved.Y + y}
	w.found = ok && lies.far() < backBelow
	if m := &w.kept.Moved; ok {
		share := since.Seconds() / anchorSettles.Seconds()
		m.X += share * (lies.X - m.X)
		m.Y += share * (lies.Y - m.Y)
	}
	if !fine {
		return
	}
	share := since.Seconds() / anchorFollows.Seconds()
	for b := range a.Fine {
		a.Fine[b] += float32(share * (now.fine[b] - was[b]))
	}
	a.Moved.X += share * (w.kept.Moved.X - a.Moved.X)
	a.Moved.Y += share * (w.kept.Moved.Y - a.Moved.Y)
}

// shift is by how many blocks to the right and down the present lies from what was,
// to a part of a block; false where it does not fit at all. Along what looks the
// same everywhere it is zero.
func shift(was, now *[nBlocks]float64) (x, y float64, ok bool) {
	best, bx, by := -1.0, 0, 0
	for dy := -reach; dy <= reach; dy++ {
		for dx := -reach; dx <= reach; dx++ {
			if c := overlapping(was, now, dx, dy); c > best {
				best, bx, by = c, dx, dy
			}
		}
	}
	if best < anchorFits {
		return 0, 0, false
	}
	part := func(at int, c func(d int) float64) float64 {
		if best-max(c(-2), c(2)) < anchorSharp {
			return 0
		}
		low, high := c(-1), c(1)
		return float64(at) + 0.5*(high-low)/math.Max(2*best-low-high, 1e-9)
	}
	return part(bx, func(d int) float64 { return overlapping(was, now, bx+d, by) }),
		part(by, func(d int) float64 { return overlapping(was, now, bx, by+d) }), true
}

// overlapping is the correlation of what two views share when the second is shifted.
func overlapping(a, b *[nBlocks]float64, dx, dy int) float64 {
	var n, sa, sb, aa, bb, ab float64
	for y := max(0, -dy); y < min(blocksY, blocksY-dy); y++ {
		for x := max(0, -dx); x < min(blocksX, blocksX-dx); x++ {
			p, q := a[y*blocksX+x], b[(y+dy)*blocksX+x+dx]
			n, sa, sb, aa, bb, ab = n+1, sa+p, sb+q, aa+p*p, bb+q*q, ab+p*q
		}
	}
	va, vb := aa-sa*sa/n, bb-sb*sb/n
	if !(va > 1e-9 && vb > 1e-9) {
		return 0
	}
	return (ab - sa*sb/n) / math.Sqrt(va*vb)
}

package thermal

import (
	"time"

	"marsad/detect"
)

// zones hold back what one part of a picture shows too often: a bucket of
// tokens each, one token a mover. What is held back is counted and told.
type zones struct {
	limits     Limits
	buckets    [zonesX * zonesY]bucket
	known      map[int]verdict // movers that were judged, by id
	suppressed int
	heldAt     time.Time
	held       int // since the last quiet spell
}

type bucket struct {
	spent float64
	at    time.Time
}

type verdict struct {
	passes bool
	last   time.Time
}

const (
	zonesX, zonesY = 4, 3
	forgetAfter    = time.Minute // a mover that is not seen
)

func newZones(l Limits) zones { return zones{limits: l, known: map[int]verdict{}} }

// passes judges a mover once, in the zone where it was declared; for the rest
// of its life the judgement stands.
func (z *zones) passes(m detect.Mover, f detect.Frame) bool {
	v, known := z.known[m.ID]
	if !known {
		v.passes = z.spend(m, f)
		if !v.passes {
			z.suppressed++
			z.held++
			z.heldAt = f.At
		}
		for id, old := range z.known {
			if f.At.Sub(old.last) > forgetAfter {
				delete(z.known, id)
			}
		}
	}
	v.last = f.At
	z.known[m.ID] = v
	return v.passes
}

func (z *zones) spend(m detect.Mover, f detect.Frame) bool {
	x := min(max(int(m.X)*zonesX/f.Width, 0), zonesX-1)
	y := min(max(int(m.Y)*zonesY/f.Height, 0), zonesY-1)
	b := &z.buckets[y*zonesX+x]
	most, per := float64(z.limits.Movers), time.Duration(z.limits.Per)
	if !b.at.IsZero() {
		b.spent = max(0, b.spent-most*f.At.Sub(b.at).Seconds()/per.Seconds())
	}
	b.at = f.At
	if b.spent+1 > most {
		return false
	}
	b.spent++
	return true
}

// holding is how many were held back lately, 0 once a while passed without.
func (z *zones) holding(now time.Time) int {
	if z.held > 0 && now.Sub(z.heldAt) > time.Duration(z.limits.Per) {
		z.held = 0
	}
	return z.held
}

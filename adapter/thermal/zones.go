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
	suppressed [zonesX * zonesY]int
	heldAt     time.Time
	held       int // since the last quiet spell
}

// Zones says what the limits of a picture's zones held back: twelve of them, four
// in a row, from the left above.
type Zones struct {
	Movers     int           // that one zone may show
	Per        time.Duration // in this time
	Suppressed [zonesX * zonesY]int
	Holding    bool // something was held back within Per
}

// All that was held back since the start.
func (z Zones) All() (n int) {
	for _, k := range z.Suppressed {
		n += k
	}
	return n
}

func (z *zones) told(now time.Time) Zones {
	return Zones{Movers: z.limits.Movers, Per: time.Duration(z.limits.Per), Suppressed: z.suppressed, Holding: z.holding(now) > 0}
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
			z.suppressed[zoneOf(m, f)]++
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

func zoneOf(m detect.Mover, f detect.Frame) int {
	x := min(max(int(m.X)*zonesX/f.Width, 0), zonesX-1)
	y := min(max(int(m.Y)*zonesY/f.Height, 0), zonesY-1)
	return y*zonesX + x
}

func (z *zones) spend(m detect.Mover, f detect.Frame) bool {
	b := &z.buckets[zoneOf(m, f)]
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

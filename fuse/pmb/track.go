package pmb

import (
	"cmp"
	"math"

	"marsad/fuse/kin"
)

// NClass is the number of classes; class 0 is unknown.
const NClass = 9

// Key names a track by its birth: the instant and the sensor of its first
// detection, and that detection's rank in its scan. Keys order tracks.
type Key struct {
	At     int64 // ns
	Sensor int32
	Ord    int32
}

// IsZero reports whether there is no key.
func (k Key) IsZero() bool { return k == Key{} }

// Compare orders keys by time, sensor and rank.
func (k Key) Compare(o Key) int {
	return cmp.Or(cmp.Compare(k.At, o.At), cmp.Compare(k.Sensor, o.Sensor), cmp.Compare(k.Ord, o.Ord))
}

// Status of a track.
type Status uint8

// The states, as in package fuse.
const (
	Tentative Status = iota
	Confirmed
	Coasting // only as shown: see Engine.Coasts
	Ended
)

// Sources is the number of contributing sensors that a track remembers.
const Sources = 8

// Source is one sensor's part in a track.
type Source struct {
	Sensor int32
	Count  int32
	Last   int64 // ns
	// Rate is how often the sensor sees this thing when it could: learned,
	// since the registered figure holds for no particular thing.
	Rate float32
}

// Track is one Bernoulli component. It is a value without pointers: copying it
// is a snapshot. What every scan asks of every track near it comes first, the
// models that only few scans touch last: where there are thousands the memory
// decides.
type Track struct {
	Key    Key
	Status Status
	Cell   int32
	Unit   int32 // own unit + 1, 0 for none
	Hits   int32

	First, Seen int64 // first and last measurement
	Fix         int64 // the unit's last fix
	// R is the probability of existence at the instant RAt.
	R   float64
	RAt int64
	// Hidden is the probability, if it exists, that nothing can see it just
	// now: misses of many sensors at once have one cause more often than not.
	Hidden float64
	// Shade is the probability, if it exists, that it is where footprints say
	// that the sensors which missed it cannot see.
	Shade float64
	// Prior is the density of undetected things, per m², that R was reckoned with.
	Prior float64

	// Body and its moment-matched Mean at the instant At.
	At   int64
	Mean kin.Gauss
	Body kin.Body

	Class  [NClass]float32
	Count  float32 // how many things, 0 for unsaid
	Plots  float32 // detections in one scan, as a group shows them
	Others float32 // Rate of the sensors without an entry together
	Source [Sources]Source
	// Into is the track that this one was merged into. From is the group's track
	// beside which this one was first shown: it parted from it.
	Into, From Key
}

// source gives the track's entry for a sensor, or nil.
func (t *Track) source(sensor int32) *Source {
	for i := range t.Source {
		if t.Source[i].Count > 0 && t.Source[i].Sensor == sensor {
			return &t.Source[i]
		}
	}
	return nil
}

// credit notes a measurement of a sensor that was expected to see it with
// probability pd; the entry longest silent gives way.
func (t *Track) credit(sensor int32, at int64, pd float64) {
	s := t.source(sensor)
	if s == nil {
		s = &t.Source[0]
		for i := range t.Source {
			if t.Source[i].Count == 0 {
				s = &t.Source[i]
				break
			}
			if t.Source[i].Last < s.Last {
				s = &t.Source[i]
			}
		}
		*s = Source{Sensor: sensor, Rate: float32(pd)}
	}
	s.Count++
	s.Last = max(s.Last, at)
}

// expect gives the probability with which a sensor that has a detection
// probability of pd would have seen this very thing, and where to learn it.
func (t *Track) expect(sensor int32, pd, stranger float64) (float64, *float32) {
	if s := t.source(sensor); s != nil {
		return min(pd, float64(s.Rate)), &s.Rate
	}
	return min(pd*stranger, float64(t.Others)), &t.Others
}

// sizes is how likely the track is of each size.
func (t *Track) sizes(cfg *Config) (size [Sizes]float64) {
	for i, p := range t.Class {
		size[cfg.Size[i]] += float64(p)
	}
	return size
}

// at moves a copy of the track's mean to an instant, for showing and gating.
// Where nothing measures it for long, it is thought to slow down.
func (t *Track) at(at int64, cfg *Config) kin.Gauss {
	g := t.Mean
	dt := seconds(at - t.At)
	if dt <= 0 {
		return g
	}
	q := 0.0
	for i := range kin.Modes {
		if i != kin.Still {
			q += t.Body.Mu[i] * cfg.Motion.Mode[i].Q
		}
	}
	x := g.X
	g.Drift(dt, q, 0)
	if fade := cfg.Fade; fade > 0 && dt > 1 {
		if cfg.Ground != nil {
			if p := cfg.Ground(t.Cell, x[0], x[1], at).Pace; p > 0 {
				fade *= p
			}
		}
		left := math.Exp(-dt / fade)
		for i := range 2 {
			g.X[i] = x[i] + x[i+2]*fade*(1-left)
			g.X[i+2] = x[i+2] * left
		}
	}
	return g
}

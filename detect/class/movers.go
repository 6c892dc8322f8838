package class

import (
	"time"

	"marsad/detect"
	"marsad/detect/view"
)

// Movers accumulates what was seen of each mover of one camera, by its number.
// It is used from one goroutine.
type Movers struct {
	judge  *Judge
	tracks map[int]*followed
}

type followed struct {
	Track
	last time.Time
}

const (
	forgetAfter = time.Minute // that a mover is not seen
	maxFollowed = 512         // at once; more are given the prior
)

// Follow makes an empty record of one camera's movers.
func (j *Judge) Follow() *Movers { return &Movers{judge: j, tracks: map[int]*followed{}} }

// See takes one frame of a mover. Geometry is nil where none was asked for.
func (ms *Movers) See(f *detect.Frame, m detect.Mover, geometry *view.Measure) {
	t := ms.tracks[m.ID]
	if t == nil {
		for id, old := range ms.tracks {
			if f.At.Sub(old.last) > forgetAfter {
				delete(ms.tracks, id)
			}
		}
		if len(ms.tracks) >= maxFollowed {
			return
		}
		t = &followed{}
		ms.tracks[m.ID] = t
	}
	t.last = f.At
	ms.judge.Add(&t.Track, f, m, geometry)
}

// Told takes what an outside model says of one look at a mover, a probability of
// each kind; it counts in place of the network that comes with Marsad, since
// both look at the same pixels. A mover that is no longer followed is passed by.
func (ms *Movers) Told(id int, box detect.Box, p [NKind]float64) {
	if t := ms.tracks[id]; t != nil {
		t.Told(box, p)
	}
}

// Rank gives the probabilities and the reasons of a mover: the prior for one
// that is not followed.
func (ms *Movers) Rank(id int) Ranking {
	if t := ms.tracks[id]; t != nil {
		return t.Rank()
	}
	return (&Track{}).Rank()
}

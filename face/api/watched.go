package api

import (
	"slices"
	"sync"

	"marsad/border"
	"marsad/coverage"
	"marsad/engine/picture"
	"marsad/say"
	"marsad/sense"
)

// watched is the metres that a working camera watches, and what that rests on.
type watched struct {
	metres border.Set
	source say.Text
	marks  []string
}

// sighted keeps the metres that were worked out last: every look at the strip asks
// for them, and they change only with what is seen or with which cameras work.
type sighted struct {
	mu      sync.Mutex
	network *coverage.Network
	good    []sense.SensorID
	metres  border.Set
}

func (k *sighted) get(n *coverage.Network, good []sense.SensorID) border.Set {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.network != n || !slices.Equal(k.good, good) {
		var spans []border.Span
		for _, id := range good {
			spans = append(spans, n.SeenBy(id, sense.Person).Spans()...)
		}
		k.network, k.good, k.metres = n, good, border.NewSet(spans...)
	}
	return k.metres
}

// cameraWorking is the metres that a camera whose health is good watches now: by
// the coverage that the engine works out, or where it has none by registered
// range alone. An outage is felt at once: health is the picture's own.
func (s *Server) cameraWorking() watched {
	var good []*picture.Sensor
	for _, x := range s.picture.Current().Sensors {
		if x.Kind == sense.Camera && x.Health == sense.Good {
			good = append(good, x)
		}
	}
	if s.coverage != nil {
		if seen, _, ok := s.coverage.At(0); ok {
			ids := make([]sense.SensorID, len(good))
			for i, x := range good {
				ids[i] = x.ID
			}
			slices.Sort(ids)
			out := watched{metres: s.sighted.get(seen.Network, ids), source: cameraBySight}
			if seen.Network.Provenance().Synthetic {
				out.source, out.marks = cameraBySketch, []string{border.Synthetic}
			}
			return out
		}
	}
	var spans []border.Span
	for _, x := range good {
		if reach, ok := registered(x); ok {
			spans = append(spans, reach.Intersect(s.atlas.Axis.Whole()))
		}
	}
	return watched{metres: border.NewSet(spans...), source: cameraByRange}
}

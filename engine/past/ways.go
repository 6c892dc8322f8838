package past

import (
	"slices"
	"time"

	"marsad/engine/picture"
	"marsad/ident"
)

// Ways gives how tracks moved in the stretch before a time, from the frames that
// are kept: oldest first, a fix for each frame in which the track moved. Tracks of
// one fix only are not in it. What is not kept is left out; no memory is no error.
func (p *Past) Ways(t time.Time, over time.Duration) (map[ident.ID][]picture.Fix, error) {
	p.reading.Lock()
	defer p.reading.Unlock()
	from := t.Add(-over)
	p.mu.Lock()
	// The segment that holds the beginning starts before it.
	first, found := slices.BinarySearchFunc(p.segments, from, func(s segment, t time.Time) int { return s.from.Compare(t) })
	if !found && first > 0 {
		first--
	}
	var wanted []segment
	for _, s := range p.segments[first:] {
		if !s.from.After(t) {
			wanted = append(wanted, s)
		}
	}
	p.mu.Unlock()
	ways := map[ident.ID][]picture.Fix{}
	for _, s := range wanted {
		err := p.walk(s, func(f *frame) bool {
			if f.Now.After(t) {
				return false
			}
			if f.Now.Before(from) {
				return true
			}
			for _, x := range f.Tracks {
				if n := len(ways[x.ID]); n == 0 || ways[x.ID][n-1].At.Before(x.At) {
					ways[x.ID] = append(ways[x.ID], picture.Fix{At: x.At, Point: x.Point})
				}
			}
			return true
		})
		if err != nil {
			return nil, err
		}
	}
	for id, way := range ways {
		if len(way) < 2 {
			delete(ways, id)
		}
	}
	return ways, nil
}

package pmb

import "cmp"
import "slices"

// State is everything that an engine remembers between two steps. Cells are
// not part of it: they are made again in the same order.
type State struct {
	Tracks []Track
	Rays   []Ray
	Stats  Stats
}

// State gives a copy, tracks in the order of their birth.
func (e *Engine) State() State {
	s := State{Rays: slices.Clone(e.rays), Stats: e.Stats}
	e.Each(func(t *Track) { s.Tracks = append(s.Tracks, *t) })
	slices.SortFunc(s.Tracks, func(a, b Track) int { return a.Key.Compare(b.Key) })
	slices.SortStableFunc(s.Rays, func(a, b Ray) int { return cmp.Compare(a.Key.At, b.Key.At) })
	return s
}

// SetState puts an engine with the same cells back into a state.
func (e *Engine) SetState(s State) {
	for i := range e.cells {
		for j := range e.cells[i].head {
			e.cells[i].head[j] = none
		}
	}
	e.slots, e.free, e.alive = e.slots[:0], e.free[:0], 0
	e.rays = append(e.rays[:0], s.Rays...)
	e.Stats = s.Stats
	for i := range s.Tracks {
		e.insert(&s.Tracks[i])
	}
}

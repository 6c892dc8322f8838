package picture

import "slices"

// table is rows in order of their key, as an immutable slice, with the changes
// that the next version will hold.
type table[K comparable, R any] struct {
	rows    []*R
	staged  map[K]*R // nil: the row goes
	key     func(*R) K
	compare func(a, b K) int
}

func newTable[K comparable, R any](key func(*R) K, compare func(a, b K) int) table[K, R] {
	return table[K, R]{staged: map[K]*R{}, key: key, compare: compare}
}

// get the row as the next version will have it, nil for none.
func (t *table[K, R]) get(k K) *R {
	if r, ok := t.staged[k]; ok {
		return r
	}
	return find(t.rows, k, t.key, t.compare)
}

func find[K, R any](rows []*R, k K, key func(*R) K, compare func(a, b K) int) *R {
	i, ok := slices.BinarySearchFunc(rows, k, func(r *R, k K) int { return compare(key(r), k) })
	if !ok {
		return nil
	}
	return rows[i]
}

// put stages a row that nobody has seen yet; it must not be changed after
// publication.
func (t *table[K, R]) put(r *R) { t.staged[t.key(r)] = r }

// edit gives a copy of the row that may be changed until publication, nil for
// none.
func (t *table[K, R]) edit(k K) *R {
	if r, ok := t.staged[k]; ok {
		return r // already this version's own
	}
	r := find(t.rows, k, t.key, t.compare)
	if r == nil {
		return nil
	}
	c := *r
	t.staged[k] = &c
	return &c
}

func (t *table[K, R]) drop(k K) { t.staged[k] = nil }

// publish merges what is staged into a new slice and gives the keys that left.
// mark is called for every row that changed.
func (t *table[K, R]) publish(mark func(*R)) (gone []K) {
	if len(t.staged) == 0 {
		return nil
	}
	keys := make([]K, 0, len(t.staged))
	for k := range t.staged {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, t.compare)
	merged := make([]*R, 0, len(t.rows)+len(keys))
	old := t.rows
	for _, k := range keys {
		i, found := slices.BinarySearchFunc(old, k, func(r *R, k K) int { return t.compare(t.key(r), k) })
		merged = append(merged, old[:i]...)
		old = old[i:]
		if found {
			old = old[1:]
		}
		if r := t.staged[k]; r != nil {
			mark(r)
			merged = append(merged, r)
		} else if found {
			gone = append(gone, k)
		}
	}
	t.rows = append(merged, old...)
	clear(t.staged)
	return gone
}

package works

import (
	"sync"
	"time"

	"marsad/barrier"
)

// viewsKept is how many views are kept for the next who asks for the same.
const viewsKept = 12

// views are kept by what they were made of: two times and the ledger's size.
type views struct {
	mu   sync.Mutex
	kept []*kept // latest used last
}

type kept struct {
	at   key
	once sync.Once
	view *barrier.View
	// made holds what was computed of the view, by name.
	mu   sync.Mutex
	made map[string]any
}

type key struct {
	valid, known int64
	size         int64
}

// View gives the barrier at the end of the day of a valid time, as known at
// another; the zero time is now, for either. What was stated until the call
// returns is in it.
func (b *Book) View(valid, known time.Time) *barrier.View { return b.at(valid, known).view }

// Computed gives what make makes of a view, kept with the view under a name:
// the same name must mean the same make.
func Computed[T any](b *Book, valid, known time.Time, name string, make func(*barrier.View) (T, error)) (T, error) {
	k := b.at(valid, known)
	k.mu.Lock()
	defer k.mu.Unlock()
	if v, ok := k.made[name].(T); ok {
		return v, nil
	}
	v, err := make(k.view)
	if err == nil {
		if k.made == nil || len(k.made) >= 64 {
			k.made = map[string]any{}
		}
		k.made[name] = v
	}
	return v, err
}

func (b *Book) at(valid, known time.Time) *kept {
	now := b.now().UTC()
	if valid.IsZero() {
		valid = now
	}
	// Facts hold from days on: to the end of the day, so that what was stated
	// today is in it and the view lasts for the day.
	valid = barrier.DayOf(valid).Time().AddDate(0, 0, 1).Add(-1)
	at := key{valid: valid.UnixNano(), size: b.size.Load()}
	if known.IsZero() {
		known = valid.AddDate(1000, 0, 0) // all that is known
	} else {
		at.known = known.UnixNano()
	}
	k := b.views.of(at)
	k.once.Do(func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		k.view = b.ledger.At(valid, known)
	})
	return k
}

// forget lets every kept view go.
func (v *views) forget() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.kept = nil
}

// of gives the kept view of a key, still to be made where it is new.
func (v *views) of(at key) *kept {
	v.mu.Lock()
	defer v.mu.Unlock()
	for i, k := range v.kept {
		if k.at == at {
			v.kept = append(append(v.kept[:i:i], v.kept[i+1:]...), k)
			return k
		}
	}
	k := &kept{at: at}
	v.kept = append(v.kept, k)
	if len(v.kept) > viewsKept {
		v.kept = v.kept[1:]
	}
	return k
}

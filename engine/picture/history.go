package picture

import (
	"slices"
	"time"

	"marsad/ident"
)

const (
	historyLength = 10 * time.Minute
	historyStep   = 5 * time.Second
	historyMost   = int(historyLength / historyStep)
)

// trail is where a track was, a fix every five seconds, for ten minutes. It is
// a ring once it is full.
type trail struct {
	fixes []Fix
	next  int // where the oldest stands, once full
	ended bool
	into  ident.ID // what it went on in, zero for nothing
	turns []Turn
}

// Turn is when a track's standing changed.
type Turn struct {
	At   time.Time
	What string // confirmed, coasting, seen (again), merged, split
	// Other is the track that was merged into it, or that it was split from.
	Other ident.ID
}

// turnsMost is how many of a track's turns are kept: the first, and the newest.
const turnsMost = 12

func (t *trail) turn(n Turn) {
	if len(t.turns) == turnsMost {
		t.turns = slices.Delete(t.turns, 1, 2)
	}
	t.turns = append(t.turns, n)
}

// Turns of a track, oldest first: when it was confirmed, lost from sight and
// seen again, and what was merged into it. Nil where there is no History.
func (p *Picture) Turns(id ident.ID) []Turn {
	p.mu.Lock()
	defer p.mu.Unlock()
	if t := p.history[id]; t != nil {
		return slices.Clone(t.turns)
	}
	return nil
}

// Into is the track in which one that ended within the last ten minutes goes on:
// it was the same thing all along. Zero where there is none.
func (p *Picture) Into(id ident.ID) (into ident.ID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for range turnsMost { // merged into one that was merged in turn
		t := p.history[id]
		if t == nil || t.into.IsZero() {
			break
		}
		id, into = t.into, t.into
	}
	return into
}

func (t *trail) last() Fix {
	if len(t.fixes) < historyMost {
		return t.fixes[len(t.fixes)-1]
	}
	return t.fixes[(t.next+historyMost-1)%historyMost]
}

func (t *trail) add(f Fix) {
	if len(t.fixes) > 0 && f.At.Sub(t.last().At) < historyStep {
		return
	}
	if len(t.fixes) < historyMost {
		t.fixes = append(t.fixes, f)
		return
	}
	t.fixes[t.next] = f
	t.next = (t.next + 1) % historyMost
}

// History of a track over the last ten minutes, oldest first; nil where the
// picture never had it, or where it ended more than ten minutes ago.
func (p *Picture) History(id ident.ID) []Fix {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.history[id]
	if t == nil {
		return nil
	}
	fixes := append(slices.Clone(t.fixes[t.next:]), t.fixes[:t.next]...)
	newest := t.last().At
	return slices.DeleteFunc(fixes, func(f Fix) bool { return newest.Sub(f.At) > historyLength })
}

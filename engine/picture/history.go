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

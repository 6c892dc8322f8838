package access

import (
	"sync"
	"time"
)

// How often a password may be tried. A pace is a handful of turns, and one more
// from time to time: nothing is ever shut for good, and nobody can shut it for
// somebody else.
var (
	// From one address, or with one device's mark, under one name.
	perPlace = turns{5, time.Minute}
	// Under one name from everywhere, devices that are known left out: what many
	// addresses together may try. 1,470 passwords on the first day, then 1,440 a day.
	perName = turns{30, time.Minute}
	// From one address under all names: each check costs a processor 19 MiB and some
	// tens of milliseconds, and a flood of names would keep everybody waiting.
	perAddress = turns{60, time.Second}
)

// turns are those that one has at first, and how long one more takes.
type turns struct {
	first int
	every time.Duration
}

// whose turns they are. An empty field stands for all.
type whose struct {
	login, address string
	device         mark
}

// maxPaces bounds what is remembered, so that a flood of names costs little.
const maxPaces = 10_000

// paces remembers how many turns were used, and when.
type paces struct {
	mu   sync.Mutex
	used map[whose]use
}

// use counts turns used, in parts of one, at a time.
type use struct {
	n     float64
	at    time.Time
	every time.Duration
	first int
}

// now is what is left of the use at a time. A clock that went back gives no turns.
func (u use) now(t time.Time) use {
	if t.After(u.at) {
		u.n = max(0, u.n-t.Sub(u.at).Seconds()/u.every.Seconds())
	}
	u.at = t
	return u
}

// wait is how long it takes until there is a turn again, zero while there is one.
func (u use) wait() time.Duration {
	lacking := u.n + 1 - float64(u.first)
	if lacking <= 1e-9 {
		return 0
	}
	return time.Duration(lacking * float64(u.every))
}

// take uses a turn of each, or of none where one of them has none; then it says how
// long to wait.
func (p *paces) take(t time.Time, of map[whose]turns) (wait time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.used == nil {
		p.used = map[whose]use{}
	}
	p.room(t, len(of))
	for w, k := range of {
		u := p.used[w]
		u.every, u.first = k.every, k.first
		p.used[w] = u.now(t)
		wait = max(wait, p.used[w].wait())
	}
	for w := range of {
		if u := p.used[w]; wait == 0 {
			u.n++
			p.used[w] = u
		}
	}
	return wait
}

// giveBack forgets turns that were used for the right password: one where several
// people share them, all where they are one's own.
func (p *paces) giveBack(of map[whose]turns) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for w := range of {
		if w.login != "" && w != (whose{login: w.login}) {
			delete(p.used, w)
			continue
		}
		if u, ok := p.used[w]; ok {
			u.n = max(0, u.n-1)
			p.used[w] = u
		}
	}
}

// room drops what is nearest to being forgotten anyhow. A name that is being
// guessed has used many turns and stays, whatever flood of names comes after it.
func (p *paces) room(t time.Time, n int) {
	for low := 0.0; len(p.used)+n > maxPaces; low++ {
		for w, u := range p.used {
			if u.now(t).n <= low {
				delete(p.used, w)
			}
		}
	}
}

// until is the latest time until which anybody waits under a name, the zero time
// where nobody does.
func (p *paces) until(t time.Time, login string) (until time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for w, u := range p.used {
		if wait := u.now(t).wait(); w.login == login && wait > 0 && t.Add(wait).After(until) {
			until = t.Add(wait)
		}
	}
	return until
}

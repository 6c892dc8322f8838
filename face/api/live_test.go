package api

import (
	"bufio"
	"context"
	"net/http"
	"sync"
	"testing"
	"time"

	"marsad/engine/access"
)

// clock is a wall clock that a test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// change writes an account anew, as a command at the machine does.
func (b *bench) change(t *testing.T, id string, do func(*access.Account)) {
	t.Helper()
	a, err := b.door.Account(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	do(a)
	if err := b.door.Put(t.Context(), nil, *a); err != nil {
		t.Fatal(err)
	}
}

// An open stream ends when what let it in ends: a token that a person lent is
// withdrawn or runs out, its holder signs out, is switched off or is given other
// sections. The picture does not flow on to who may not see it any more.
func TestALiveStreamEndsWithWhatLetItIn(t *testing.T) {
	boss := &access.Account{ID: "admin", Login: "admin", Roles: []access.Role{access.Administrator}}
	for name, c := range map[string]struct {
		end   func(t *testing.T, b *bench, token string)
		again bool // it may be asked for again, with what the account may see now
	}{
		"nothing happens": {},
		"the lent token is withdrawn": {end: func(t *testing.T, b *bench, _ string) {
			tokens, _, err := b.door.Tokens(t.Context(), "rabia")
			if err != nil {
				t.Fatal(err)
			}
			for _, k := range tokens {
				if k.Program == "lent" {
					if err := b.door.Withdraw(t.Context(), boss, "rabia", k.ID); err != nil {
						t.Fatal(err)
					}
				}
			}
		}},
		"the lent token runs out": {end: func(_ *testing.T, b *bench, _ string) { b.wall.add(time.Hour) }},
		"its holder signs out": {end: func(t *testing.T, b *bench, token string) {
			_, session, err := b.door.Enter(t.Context(), token)
			if err == nil {
				err = b.door.SignOut(t.Context(), session)
			}
			if err != nil {
				t.Fatal(err)
			}
		}},
		"its account is switched off": {end: func(t *testing.T, b *bench, _ string) {
			b.change(t, "rabia", func(a *access.Account) { a.Off = true })
		}},
		"its account is given other metres": {end: func(t *testing.T, b *bench, _ string) {
			b.change(t, "rabia", func(a *access.Account) { a.Sections = []string{"qaim"} })
		}, again: true},
		"its account is given another office": {end: func(t *testing.T, b *bench, _ string) {
			b.change(t, "rabia", func(a *access.Account) { a.Roles = []access.Role{access.Engineer} })
		}, again: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			b.fill()
			token, err := b.door.Issue(t.Context(), boss, "rabia", "lent", time.Hour)
			if err != nil {
				t.Fatal(err)
			}
			ctx, stop := context.WithTimeout(t.Context(), 20*time.Second)
			defer stop()
			r, err := http.NewRequestWithContext(ctx, http.MethodGet, b.server.URL+"/api/v1/live", nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Authorization", "Bearer "+token)
			res, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			lines := bufio.NewScanner(res.Body)
			lines.Buffer(nil, 1<<20)
			if !lines.Scan() || res.StatusCode != http.StatusOK {
				t.Fatalf("the stream did not begin: %d", res.StatusCode)
			}
			if c.end == nil { // it flows on, longer than the others take to end
				for began := time.Now(); time.Since(began) < (stillEvery+1)*breathe; {
					if !lines.Scan() {
						t.Fatal("it ended by itself")
					}
				}
				return
			}
			c.end(t, b, token)
			for lines.Scan() {
			}
			if ctx.Err() != nil {
				t.Error("it still flows")
			}
			// And it does not begin again.
			if again, err := http.DefaultClient.Do(r.Clone(t.Context())); err != nil {
				t.Error(err)
			} else if again.Body.Close(); (again.StatusCode == http.StatusOK) != c.again {
				t.Errorf("asked again: %d", again.StatusCode)
			}
		})
	}
}

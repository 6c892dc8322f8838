package pipeline

import (
	"sync"
	"time"
)

// catchUp is how fast the engine's clock runs, by the machine's own beat, while
// it waits for a wall clock that was set back: slower, so that the wall clock
// reaches it, and never still, so that no watch for an unanswered alert stops.
const catchUp = 0.9

// clock is the engine's time. It follows the wall clock forward, at once, and
// never goes back: the log is in one order, and so are the times in it. Where
// the wall clock was set back it goes on at nine tenths of its pace until the
// wall clock has come up: ten hours for one.
type clock struct {
	wall  func() time.Time     // what the machine, or a simulation, says
	beat  func() time.Duration // never goes back: how long the machine has run
	speed float64              // of the wall clock by the beat

	mu    sync.Mutex
	shown time.Time     // what was told last
	at    time.Duration // the beat of it
}

func newClock(wall func() time.Time, speed float64) *clock {
	begun := time.Now()
	return &clock{wall: wall, speed: speed, beat: func() time.Duration { return time.Since(begun) }}
}

// Now is the engine's time, in UTC.
func (c *clock) Now() time.Time {
	now, _ := c.both()
	return now
}

// ahead is how far the engine's time is ahead of the wall clock, 0 for not.
func (c *clock) ahead() time.Duration {
	_, ahead := c.both()
	return ahead
}

func (c *clock) both() (now time.Time, ahead time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	wall, beat := c.wall().UTC().Round(0), c.beat()
	passed := beat - c.at
	c.at = beat
	if !wall.Before(c.shown) {
		c.shown = wall
		return wall, 0
	}
	c.shown = c.shown.Add(time.Duration(float64(passed) * c.speed * catchUp))
	return c.shown, max(0, c.shown.Sub(wall))
}

// notBefore makes the clock go on from a time that is already in the log.
func (c *clock) notBefore(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if t.After(c.shown) {
		c.shown = t
		c.at = c.beat()
	}
}

package app

import "time"

// Clock of the engine. The zero value is the wall clock.
type Clock struct {
	Start  time.Time // event time at Anchor, zero for the wall clock
	Anchor time.Time // wall time at which it shows Start
	Speed  float64   // 1 for real time
}

// Now is the engine's time.
func (c Clock) Now() time.Time {
	wall := time.Now()
	if c.Start.IsZero() {
		return wall.UTC()
	}
	return c.Start.Add(time.Duration(float64(wall.Sub(c.Anchor)) * c.Speed)).UTC()
}

// Simulated reports whether this is not the wall clock.
func (c Clock) Simulated() bool { return !c.Start.IsZero() }

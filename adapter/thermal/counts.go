package thermal

import (
	"math"
	"time"

	"marsad/detect"
	"marsad/detect/health"
)

// Counts are what befell the whole picture of a camera since the start.
type Counts struct {
	// Signs of trouble by kind, each counted when it began.
	Signs [health.Signs]int
	// Corrections are spells of pictures that did not show the scene (a closed
	// shutter, a flash, a torn picture), Passed the pictures in them: nothing was
	// looked for there.
	Corrections, Passed int
	// Gains are sudden changes of the whole picture's brightness or contrast that
	// were taken out, Anew is how often the scene was learnt from nothing.
	Gains, Anew int
}

// counting makes the counts of one camera.
type counting struct {
	Counts
	held, known   bool
	level, spread float64 // of the last picture that showed the scene, in grey levels
	gained        time.Time
}

const (
	// A change of the picture's level, as a share of the scale, and of its spread
	// between two pictures that no scene makes by itself.
	levelSuddenly, spreadSuddenly = 0.02, 0.1
	// Changes that follow one another within this are one: a camera's automatic gain
	// takes some pictures to settle.
	gainSpell = time.Second
)

func (c *counting) signs(events []health.Event) {
	for _, e := range events {
		if e.On {
			c.Signs[e.Sign]++
		}
	}
}

// step counts what a picture was.
func (c *counting) step(f *detect.Frame, r *detect.Result) {
	if r.Held {
		if !c.held {
			c.Corrections++
		}
		c.Passed++
		c.held = true
		return
	}
	if r.Reset {
		c.Anew++
		c.known = false
	}
	level, spread := levels(f)
	scale := float64(uint(1) << min(max(f.Bits, 8), 16))
	// A correction has its own count.
	if c.known && !c.held && (math.Abs(level-c.level) > levelSuddenly*scale || math.Abs(spread-c.spread) > spreadSuddenly*c.spread) {
		if f.At.Sub(c.gained) > gainSpell {
			c.Gains++
		}
		c.gained = f.At
	}
	c.known, c.held, c.level, c.spread = true, false, level, spread
}

// levels are mean and standard deviation of every seventh pixel.
func levels(f *detect.Frame) (mean, spread float64) {
	var n, sum, square float64
	for i := 0; i < len(f.Pix); i += 7 {
		v := float64(f.Pix[i])
		n, sum, square = n+1, sum+v, square+v*v
	}
	mean = sum / max(n, 1)
	return mean, math.Sqrt(max(square/max(n, 1)-mean*mean, 0))
}

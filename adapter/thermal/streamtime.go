package thermal

import "time"

// streamTime gives frames the time of their stream. A stream tells how far its
// frames lie apart and not when the first was taken, so the first ones are held
// against the clock of the machine; what the two clocks part from then on is
// drift. Delays on the way only ever make a frame late, so the earliest frames
// of half a minute tell where the stream's clock really stands.
type streamTime struct {
	began  bool
	settle time.Time     // until then an earlier frame moves the anchor
	offset time.Duration // wall = stream + offset, since the epoch
	last   time.Time
	lastPT time.Duration

	low     time.Duration // the smallest difference in the present window
	before  time.Duration // and in the window before
	until   time.Time     // of the window
	drift   time.Duration // told by the last whole window
	stepped time.Duration // sum of the steps taken
	steps   int
}

const (
	// A machine under load may take long before a picture comes without delay.
	settleFor   = 30 * time.Second
	driftWindow = 30 * time.Second
	// driftMost is the drift at which the stream's time is set anew: the engine
	// refuses what is 2 s ahead.
	driftMost = time.Second
	// A stream that jumps so far against the clock has begun anew.
	jumpMost = 10 * time.Second
)

// at gives the time of a frame that its stream puts at pts and that arrived at
// a time of the machine's clock. Times never go back.
func (s *streamTime) at(pts time.Duration, arrived time.Time) time.Time {
	diff := time.Duration(arrived.UnixNano()) - pts
	switch jump := diff - s.offset; {
	case !s.began || pts < s.lastPT || jump > jumpMost || jump < -jumpMost:
		if s.began {
			s.steps++
		}
		s.began, s.offset, s.settle = true, diff, arrived.Add(settleFor)
		s.low, s.before, s.until = diff, diff, arrived.Add(driftWindow)
		s.drift = 0
	case jump < 0 && arrived.Before(s.settle):
		s.offset, s.low, s.before = diff, diff, diff
	}
	s.lastPT = pts
	s.low = min(s.low, diff)
	if !arrived.Before(s.until) {
		s.drift = s.low - s.offset
		s.before, s.low, s.until = s.low, diff, arrived.Add(driftWindow)
		if s.drift > driftMost || s.drift < -driftMost {
			s.stepped += s.drift
			s.offset += s.drift
			s.drift = 0
			s.steps++
		}
	}
	at := time.Unix(0, int64(pts+s.offset)).UTC()
	if !at.After(s.last) {
		at = s.last.Add(time.Millisecond)
	}
	s.last = at
	return at
}

// off is how far the stream's time lies from the machine's clock, positive where it
// runs ahead: by the picture that came earliest of this window and the one before.
// Late pictures tell of the way here and of this machine, which may be busy.
func (s *streamTime) off() time.Duration { return s.offset - min(s.low, s.before) }

// total is how far the stream's clock has parted from the machine's since the
// stream began: positive where the stream is slow.
func (s *streamTime) total() time.Duration { return s.stepped + s.drift }

package health

import (
	"math"
	"time"

	"marsad/detect"
	"marsad/say"
)

// Sign is one kind of trouble.
type Sign uint8

// The signs, gravest first.
const (
	SignalLost Sign = iota // no frame comes
	Frozen                 // the same frame comes again and again
	Blind                  // there is nothing to see: covered, fog, no contrast
	Saturated              // much of the picture is at the end of its scale
	Turned                 // it looks elsewhere than it did
	Defocused              // the fine structure is gone, the coarse is there
	Dirty                  // parts of the picture have lost their structure
	ClockWrong             // its times and ours part
	// Signs is how many there are.
	Signs = iota
)

var signs = [Signs]struct {
	word string
	text say.Text
}{
	{"signal-lost", say.Text{En: "no picture comes", Ar: "لا تصل صورة"}},
	{"frozen", say.Text{En: "the picture is frozen", Ar: "الصورة متجمدة"}},
	{"blind", say.Text{En: "there is nothing to see in the picture: covered, fog or no contrast", Ar: "لا يظهر شيء في الصورة: تغطية أو ضباب أو انعدام التباين"}},
	{"saturated", say.Text{En: "much of the picture is saturated", Ar: "جزء كبير من الصورة مشبع"}},
	{"turned", say.Text{En: "it looks elsewhere than before", Ar: "تغيّر اتجاه الكاميرا"}},
	{"defocused", say.Text{En: "the picture is out of focus", Ar: "الصورة غير واضحة البؤرة"}},
	{"dirty", say.Text{En: "parts of the picture are blurred or covered: look at the window", Ar: "أجزاء من الصورة مغطاة أو ضبابية: افحص نافذة الكاميرا"}},
	{"clock-wrong", say.Text{En: "its clock is wrong", Ar: "ساعتها غير مضبوطة"}},
}

// String is the sign's word.
func (s Sign) String() string { return signs[min(int(s), Signs-1)].word }

// Text says it to people.
func (s Sign) Text() say.Text { return signs[min(int(s), Signs-1)].text }

// Event is a trouble that began (On) or ended.
type Event struct {
	Sign Sign
	On   bool
	At   time.Time
}

// limit of a sign: it begins when it was bad for so long, and ends when it was
// good for so long; what is neither changes nothing.
type limit struct{ on, off time.Duration }

var limits = [Signs]limit{
	SignalLost: {0, 0}, // silence is long already when it is told
	Frozen:     {5 * time.Second, 2 * time.Second},
	Blind:      {10 * time.Second, 10 * time.Second},
	Saturated:  {5 * time.Second, 5 * time.Second},
	Turned:     {10 * time.Second, 10 * time.Second},
	Defocused:  {20 * time.Second, 10 * time.Second},
	Dirty:      {60 * time.Second, 30 * time.Second},
	ClockWrong: {10 * time.Second, 30 * time.Second},
}

// Thresholds: the first makes a sign bad, the second good again.
const (
	blindBelow, seesAbove      = 0.15, 0.25 // contrast as a share of its past
	softBelow, sharpAbove      = 0.55, 0.75 // fine by coarse structure, as a share of its past
	turnedBelow, sameAbove     = 0.35, 0.55 // correlation with the view of the past
	saturatedAbove, unsatBelow = 0.35, 0.25 // share of pixels at an end of the scale
	stuckAbove, cleanBelow     = 0.12, 0.06 // share of blocks that lost their structure
	blockLost                  = 0.3        // of its past structure
	clockMost, clockFine       = 3 * time.Second, time.Second
	every                      = 500 * time.Millisecond // between frames that are looked at closely
	learnFor                   = 60 * time.Second       // what is seen at first is the view
	follow                     = 10 * time.Minute       // in which the past follows the present
	settle                     = 8 * time.Second        // over which the picture is averaged
)

// Watch is the memory of one camera. It is a value for one goroutine; the same
// frames and times give the same events.
type Watch struct {
	width, height int
	first, last   time.Time // of frames looked at closely
	previous      []uint16  // the last frame, to find one that comes again
	mean          []float32 // the picture averaged over settle: noise is gone
	noise         noise
	past          past
	followed      time.Time // when the past last followed the present
	anchored      time.Time // when it was last held against an anchor
	found         bool      // it lay where the accepted view did
	kept          Memory    // as it was last known
	views         []past    // that are sought before anything is learnt
	latches       [Signs]latch
}

// latch is the hysteresis of one sign in time.
type latch struct {
	on      bool
	against time.Time // since when the evidence speaks against the present state
}

func (l *latch) step(s Sign, bad, good bool, at time.Time, out []Event) []Event {
	if bad == l.on || !l.on && !bad || l.on && !good {
		l.against = time.Time{}
		return out
	}
	if l.against.IsZero() {
		l.against = at
	}
	wait := limits[s].on
	if l.on {
		wait = limits[s].off
	}
	if at.Sub(l.against) < wait {
		return out
	}
	l.on, l.against = !l.on, time.Time{}
	return append(out, Event{Sign: s, On: l.on, At: at})
}

// Now lists the present troubles, gravest first.
func (w *Watch) Now() (now []Sign) {
	for s := range Sign(Signs) {
		if w.latches[s].on {
			now = append(now, s)
		}
	}
	return now
}

// Silent tells that no frame came for longer than is borne.
func (w *Watch) Silent(at time.Time) []Event {
	return w.latches[SignalLost].step(SignalLost, true, false, at, nil)
}

// Accept takes the present view for the right one: after a person turned the
// camera, or confirmed where it looks.
func (w *Watch) Accept() {
	w.past, w.first, w.followed, w.kept, w.views = past{}, time.Time{}, time.Time{}, Memory{}, nil
	w.anchored, w.found = time.Time{}, false
	for _, s := range []Sign{Turned, Defocused, Dirty, Blind} {
		w.latches[s] = latch{}
	}
}

// Look judges a frame. off is how far the camera's time lies from ours.
func (w *Watch) Look(f detect.Frame, off time.Duration) (out []Event) {
	if len(f.Pix) != f.Width*f.Height || f.Width < 2*blocksX || f.Height < 2*blocksY {
		return nil // too small to be judged
	}
	if f.Width != w.width || f.Height != w.height {
		kept, _ := w.Memory() // the same view in more or fewer pixels, or another one
		*w = Watch{width: f.Width, height: f.Height, latches: w.latches, kept: kept, views: kept.views()}
	}
	at := f.At
	out = w.latches[SignalLost].step(SignalLost, false, true, at, out)
	off = max(off, -off)
	out = w.latches[ClockWrong].step(ClockWrong, off > clockMost, off < clockFine, at, out)
	again := w.sameAgain(f.Pix)
	out = w.latches[Frozen].step(Frozen, again, !again, at, out)
	if again || !w.last.IsZero() && at.Sub(w.last) < every {
		return out // a frame that comes again says nothing of the lens
	}
	since := settle
	if !w.last.IsZero() {
		since = min(at.Sub(w.last), settle)
	}
	w.last = at
	w.average(f.Pix, float32(since.Seconds()/settle.Seconds()))
	w.noise.hear(f.Pix)
	full := saturation(f)
	out = w.latches[Saturated].step(Saturated, full > saturatedAbove, full < unsatBelow, at, out)
	return w.compare(at, since, out)
}

// compare holds the averaged picture against the past, and lets the past follow
// where nothing is wrong.
func (w *Watch) compare(at time.Time, since time.Duration, out []Event) []Event {
	now := describe(w.mean, w.width, w.height)
	if w.first.IsZero() {
		w.first = at
	}
	if len(w.views) > 0 && !w.resume(at) {
		return w.seek(&now, at, out)
	}
	learning := at.Sub(w.first) < learnFor
	if !w.past.known || learning {
		share := 1.0
		if w.past.known {
			share = min(1, since.Seconds()/(learnFor.Seconds()/4))
		}
		w.past.follow(&now, share)
		return w.latches[Blind].step(Blind, now.contrast < w.noise.hides(), now.contrast > 2*w.noise.hides(), at, out)
	}
	seen := now.contrast / math.Max(w.past.contrast, 1e-9)
	blind := seen < blindBelow || now.contrast < w.noise.hides()
	out = w.latches[Blind].step(Blind, blind, seen > seesAbove && now.contrast > 2*w.noise.hides(), at, out)
	if blind {
		return out // in nothing no view and no focus can be seen
	}
	same := correlation(&now.coarse, &w.past.coarse)
	moved := w.kept.Moved.far()
	was := w.latches[Turned].on
	out = w.latches[Turned].step(Turned, same < turnedBelow || moved > creptAbove, moved < backBelow && (same > sameAbove || w.found), at, out)
	if was && !w.latches[Turned].on && same < sameAbove {
		w.past.follow(&now, 1) // it was turned back to where it stood before it crept
		same = 1
	}
	focus := 1.0 // of a view that never had fine structure nothing can be said
	if w.past.focus > 1e-6 {
		focus = now.focus() / w.past.focus
	}
	out = w.latches[Defocused].step(Defocused, focus < softBelow && same >= turnedBelow, focus > sharpAbove, at, out)
	lost := w.past.lost(&now)
	dirty := lost > stuckAbove && focus >= softBelow && same >= turnedBelow
	out = w.latches[Dirty].step(Dirty, dirty, lost < cleanBelow, at, out)
	fine := same >= sameAbove && focus >= sharpAbove && lost <= cleanBelow && !w.latches[Saturated].on && !w.latches[Turned].on
	if fine {
		w.past.follow(&now, since.Seconds()/follow.Seconds())
		w.followed = at
	}
	w.creep(&now, at, same >= sameAbove, fine)
	return out
}

// sameAgain reports whether a frame equals the one before, pixel by pixel: a
// living sensor always has noise.
func (w *Watch) sameAgain(pix []uint16) bool {
	if len(w.previous) != len(pix) {
		w.previous = append(w.previous[:0], pix...)
		return false
	}
	for i, v := range pix {
		if w.previous[i] != v {
			copy(w.previous[i:], pix[i:])
			return false
		}
	}
	return true
}

func (w *Watch) average(pix []uint16, share float32) {
	if w.mean == nil {
		w.mean = make([]float32, len(pix))
		share = 1
	}
	for i, v := range pix {
		w.mean[i] += share * (float32(v) - w.mean[i])
	}
}

// saturation is the share of pixels at either end of the scale. Of radiometric
// pictures only the very ends count.
func saturation(f detect.Frame) float64 {
	low, high := uint16(2), uint16(252)
	if f.Bits > 8 {
		low, high = 0, uint16(1<<min(f.Bits, 16)-1)
	}
	n, of := 0, 0
	for i := 0; i < len(f.Pix); i += 7 {
		of++
		if v := f.Pix[i]; v <= low || v >= high {
			n++
		}
	}
	return float64(n) / float64(of)
}

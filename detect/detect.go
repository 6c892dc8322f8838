package detect

import (
	"math"
	"time"
)

// Config holds the settings of a Detector. All are in units of the picture's
// own noise, of the thing's own size or in frames, so that one set serves 8-bit
// and radiometric cameras of any gain. README.md says what each is worth.
type Config struct {
	// High and Low are the two thresholds of a difference, in units of the
	// pixel's yardstick: a blob reaches High somewhere and Low everywhere.
	High, Low float64
	// Faint is the peak from which a blob that does not reach High is followed: it
	// is shown once it is declared.
	Faint float64
	// Clutter weighs the activity of the surroundings in the yardstick against
	// the pixel's own noise.
	Clutter float64
	// Jitter is the residual movement of the picture in pixels, by which steep
	// edges are taken to be noisier than flat ground before their noise was seen.
	Jitter float64
	// Memory is the number of frames over which the background is averaged.
	Memory int
	// Extent is the share of its blob's peak that a pixel needs to belong to it.
	Extent float64
	// Least is the least area of a blob in pixels.
	Least int
	// Merge and Close are the gaps in pixels across which blobs are one thing
	// and which are filled in its mask.
	Merge, Close int
	// Ghost is how clearly a blob has to lie in the background and not in the
	// frame to be a ghost: 0 is even odds, 1 certain. GhostTrack is the same
	// where a confirmed track expects its thing.
	Ghost, GhostTrack float64
	// Favour multiplies the yardstick where a confirmed track expects its thing.
	Favour float64
	// Strong is the difference in yardsticks at which a thing is shown at once;
	// a weaker one is shown after Proof frames on one path.
	Strong float64
	Proof  int
	// Rest is the number of frames for which a mover that stopped is shown
	// before it becomes background.
	Rest int
	// Speed is the fastest movement between two frames, as share of the width.
	Speed float64
	// Level is the greatest slope in the picture of a way on the ground or of an
	// aircraft on its course, by which birds are told: right for a camera that looks
	// out from a mast over a plain. Zero, for one that looks down or along steep
	// slopes, takes nothing for a bird.
	Level float64
	// Agree is the share of the picture that has to agree with the background,
	// else the frame is held; after Patience held frames the scene is a new one.
	Agree    float64
	Patience int
	// Calm is the number of frames after a held frame in which nothing new is
	// shown or declared.
	Calm int
}

// Standard is the setting of all figures in README.md.
func Standard() Config {
	return Config{High: 10, Low: 4, Faint: 6, Clutter: 1.5, Jitter: 0.3, Memory: 40, Extent: 0.15, Least: 6, Merge: 3, Close: 2,
		Ghost: 0, GhostTrack: 0.3, Favour: 0.7, Strong: 20, Proof: 3, Rest: 200, Speed: 0.06, Level: 0.05,
		Agree: 0.5, Patience: 30, Calm: 5}
}

// q is the number of fractional bits of pixel values: 1/64 count.
const q = 6

// Detector finds what moves in one camera's pictures. It is used from one
// goroutine.
type Detector struct {
	cfg  Config
	w, h int
	seen int // frames since the last reset

	cur          []int32 // the frame in the background's units
	back         []int32 // the background
	dev          []int32 // mean |smooth| of each pixel without a mover
	cuts         []int32 // pixels of the frame that say nothing, and why
	clipped      []int32 // pixels of the background of which they say nothing
	open         []uint8 // which background pixels were cut themselves
	openPixels   int     // of so many
	diff, smooth []int32 // frame minus background, and its 3x3 mean
	limit        []int32 // each pixel's yardstick in this frame
	waited, calm int     // held frames in a row; frames since the last of them
	hold         []uint8 // what the background does with a pixel
	mask, shown  []uint8 // in the background's pixels and in the frame's
	noise        float64 // mean |smooth| of the quiet half of the picture
	clearest     float64 // the least of it, fading
	lostFor      int     // frames in which it was much more
	span         float64 // range of the background without its extreme hundredths
	gain, offset float64
	reference    []float32 // what the background was for far longer, in its units
	referred     bool      // it was begun
	leanX, leanY float64   // by which frames are laid aside, so that the background goes back to it
	sx, sy       float64   // where the background's picture lies in the frame
	sight        sight     // what of it the frame shows

	wide *Detector // looks at half the size; none where the picture is too small for it
	bare []uint8   // its pixels of things that the first look does not show wholly

	silent         []uint8  // pixels of the frame that say nothing: cut or written upon
	marks          []mark   // what is written into the picture
	stays          []uint8  // how often a pixel of the frame has stayed
	key            []uint16 // the frame that others are held against for that
	keyX, keyY     float64  // its sway
	keyAge         int
	askedX, askedY float64 // sway of the last frame that was asked

	blockSum, blockMid []int32
	blockTop           []int32
	columns            [2][]int32 // room for two rows
	sums               []int32    // integral of smooth
	unquiet            []uint8    // by block
	points             []int32
	front              []int32 // pixels of a near thing that may have neighbours
	spread             float64 // usual median residual of the points
	still              []still // points that have a voice in this frame
	pairs              []pair
	before             []int32 // of the pixels that a ghost replaced
	left               []uint8 // frames for which that is remembered
	replaced           []int32 // which they are
	asked              int     // points that were looked for to make them
	tells              []tell
	sorted             []float64
	runs               []run
	label              []int32 // the blob of each run
	blobs              []blob
	things             []thing
	tracks             []track
	seeds, fresh       []seed
	restless           []restless // by block
	everywhere         restless
	unproven           unproven
	watched            int // frames since the last reset, held ones too few to matter
	movers             []Mover
	order              []int // of things
	nextID             int
	last               time.Time
	interval           float64 // mean seconds between frames, 0 while that is not known
	timed              int     // of so many of them
}

// What the background does with a pixel in learn.
const (
	learns   = 0
	keeps    = 1 // something stands before it
	replaces = 2 // it was wrong: a ghost
)

// Result is what one frame showed. Mask and Movers are the detector's own and
// hold until the next Step.
type Result struct {
	// Mask has the size of the frame: 255 where something moves, else 0.
	Mask []uint8
	// Movers are the things on a path of their own, the declared and the rest,
	// in the order in which they were found.
	Movers []Mover
	// Gain and Offset are what the frame was multiplied by and what was added,
	// in counts, to bring it to the background's level.
	Gain, Offset float64
	// SwayX and SwayY are how far the picture has moved since the background
	// began, in pixels to the right and down.
	SwayX, SwayY float64
	// Held says that the frame does not show the scene: a flat-field correction
	// or another change of the whole picture. Nothing was looked for in it.
	Held bool
	// Reset says that this frame began a new background.
	Reset bool
}

// New makes a Detector for pictures of a size in pixels. It panics at a size
// below 1.
func New(cfg Config, width, height int) *Detector {
	if width < 1 || height < 1 {
		panic("detect: a picture without pixels")
	}
	d := &Detector{cfg: cfg}
	d.resize(width, height)
	return d
}

// resize forgets all that was seen; the movers' numbers go on.
func (d *Detector) resize(w, h int) {
	d.provide(w, h)
	d.wide = nil
	if min(w, h) >= wideFrom {
		d.wide = &Detector{cfg: d.cfg, bare: make([]uint8, w/2*(h/2))}
		d.wide.provide(w/2, h/2)
	}
}

// provide makes room for pictures of a size.
func (d *Detector) provide(w, h int) {
	n := w * h
	d.w, d.h, d.seen = w, h, 0
	d.cur, d.back, d.dev = make([]int32, n), make([]int32, n), make([]int32, n)
	d.diff, d.smooth, d.limit = make([]int32, n), make([]int32, n), make([]int32, n)
	d.hold, d.mask, d.shown = make([]uint8, n), make([]uint8, n), make([]uint8, n)
	d.before, d.left, d.replaced = make([]int32, n), make([]uint8, n), make([]int32, 0, n)
	bw, bh := (w+block-1)/block, (h+block-1)/block
	d.blockSum, d.blockMid, d.blockTop = make([]int32, bw*bh), make([]int32, bw*bh), make([]int32, bw*bh)
	d.columns = [2][]int32{make([]int32, w+1), make([]int32, w+1)}
	d.sums, d.unquiet = make([]int32, (w+1)*(h+1)), make([]uint8, bw*bh)
	d.restless, d.everywhere = make([]restless, bw*bh), restless{}
	d.unproven, d.watched = unproven{}, 0
	d.things, d.tracks = make([]thing, 0, most), make([]track, 0, most)
	d.seeds, d.fresh = make([]seed, 0, 2*most), make([]seed, 0, 2*most)
	d.movers, d.order = make([]Mover, 0, most), make([]int, 0, most)
	d.waited, d.calm = 0, d.cfg.Calm+1
	d.gain, d.offset, d.sx, d.sy = 1, 0, 0, 0
	d.referred, d.leanX, d.leanY = false, 0, 0
	d.lookOut()
	d.noise, d.spread, d.span = 0, 0, 0
	d.clearest, d.lostFor = 0, 0
	d.points = d.points[:0]
	d.front, d.open, d.reference = make([]int32, 0, n), make([]uint8, n), make([]float32, n)
	d.cuts, d.clipped = make([]int32, 0, n+n/mostMarks), make([]int32, 0, n)
	d.silent, d.stays, d.key = make([]uint8, n), make([]uint8, n), make([]uint16, n)
	d.marks = make([]mark, 0, n/mostMarks)
}

// Step takes the next frame. A frame of another size, or one whose pixels do
// not match its size, begins anew; the latter shows nothing.
func (d *Detector) Step(f Frame) Result {
	if f.Width < 1 || f.Height < 1 || len(f.Pix) != f.Width*f.Height {
		return Result{Gain: 1}
	}
	if f.Width != d.w || f.Height != d.h {
		d.resize(f.Width, f.Height)
	}
	d.keepTime(f.At)
	d.take(f)
	clear(d.mask)
	d.movers = d.movers[:0]
	if d.seen == 0 {
		d.found()
		d.takeKey(f)
		d.seen = 1
		return Result{Mask: d.mask, Movers: d.movers, Gain: 1, Reset: true}
	}
	if agree := d.steady(); f.FlatField || agree < d.cfg.Agree && d.seen > 1 {
		return d.wait(f)
	}
	if d.waited > 0 {
		d.resume()
	}
	d.lookOut()
	d.difference()
	d.measureNoise()
	if d.isLost() {
		d.resize(d.w, d.h)
		return d.Step(f)
	}
	if d.seen == 1 {
		d.startNoise()
	}
	d.measureRange()
	d.clutter()
	d.favour()
	d.findBlobs()
	d.judge()
	d.gather()
	d.findPoints()
	d.follow(f.At)
	d.findMarks(f)
	d.paint()
	d.lookWide()
	d.keepUnsaid()
	d.learn()
	d.anchor()
	d.refer()
	d.seen++
	d.calm++
	d.forget()
	d.report()
	return d.result()
}

// keepTime follows the time between frames: the mean of the newest, since frames
// of a stream come in bursts. A leap in time says nothing about it.
func (d *Detector) keepTime(at time.Time) {
	const most = 16
	if dt := at.Sub(d.last).Seconds(); d.seen > 0 && dt >= 0 && dt < 2 {
		d.timed = min(d.timed+1, most)
		d.interval += (dt - d.interval) / float64(d.timed)
	}
	d.last = at
}

// wait lets a frame pass that does not show the scene: a closed shutter, a
// flash, a picture that tears. Tracks stay where they are, nothing is learnt. A
// picture that stays another one for Patience frames is the new scene.
func (d *Detector) wait(f Frame) Result {
	d.waited++
	if d.waited > d.cfg.Patience && !f.FlatField {
		d.resize(d.w, d.h)
		return d.Step(f)
	}
	r := d.result()
	r.Held = true
	return r
}

// resume begins to learn fast again: a correction leaves another pattern of
// small offsets behind, which has to be learnt before it can be told from
// movement.
func (d *Detector) resume() {
	d.waited, d.calm = 0, 0
	d.seen = min(d.seen, 6)
}

// result brings what was found in the background's pixels to the frame's.
func (d *Detector) result() Result {
	r := Result{Mask: d.mask, Movers: d.movers, Gain: d.gain, Offset: d.offset / (1 << q), SwayX: d.sx, SwayY: d.sy}
	ox, oy := int(math.Round(d.sx)), int(math.Round(d.sy))
	if ox == 0 && oy == 0 {
		return r
	}
	clear(d.shown)
	for y := max(0, -oy); y < min(d.h, d.h-oy); y++ {
		from, to := max(0, -ox), min(d.w, d.w-ox)
		copy(d.shown[(y+oy)*d.w+from+ox:(y+oy)*d.w+to+ox], d.mask[y*d.w+from:y*d.w+to])
	}
	r.Mask = d.shown
	for i := range d.movers {
		m := &d.movers[i]
		m.X, m.Y = m.X+d.sx, m.Y+d.sy
		m.Box.X, m.Box.Y = m.Box.X+ox, m.Box.Y+oy
	}
	return r
}

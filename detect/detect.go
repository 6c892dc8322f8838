package detect

import "time"

// Config holds the settings of a Detector. All are in units of the picture's
// own noise, of the thing's own size or in frames, so that one set serves 8-bit
// and radiometric cameras of any gain. README.md says what each is worth.
type Config struct {
	// High and Low are the two thresholds of a difference, in units of the
	// pixel's yardstick: a blob reaches High somewhere and Low everywhere.
	High, Low float64
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
}

// Standard is the setting of all figures in README.md.
func Standard() Config {
	return Config{High: 10, Low: 4, Clutter: 1.5, Jitter: 0.3, Memory: 40, Extent: 0.15, Least: 6, Merge: 3, Close: 2,
		Ghost: 0, GhostTrack: 0.3, Favour: 0.7, Strong: 20, Proof: 3, Rest: 200, Speed: 0.06}
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
	diff, smooth []int32 // frame minus background, and its 3x3 mean
	limit        []int32 // each pixel's yardstick in this frame
	hold         []uint8 // what the background does with a pixel
	mask         []uint8
	noise        float64 // mean |smooth| of the quiet half of the picture
	gain, offset float64

	blockSum, blockMid []int32
	column             []int32
	pairs              []pair
	sorted             []float64
	runs               []run
	label              []int32 // the blob of each run
	blobs              []blob
	things             []thing
	tracks             []track
	seeds, fresh       []seed
	movers             []Mover
	nextID             int
	last               time.Time
	interval           float64 // seconds between frames
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
	n := w * h
	d.w, d.h, d.seen = w, h, 0
	d.cur, d.back, d.dev = make([]int32, n), make([]int32, n), make([]int32, n)
	d.diff, d.smooth, d.limit = make([]int32, n), make([]int32, n), make([]int32, n)
	d.hold, d.mask = make([]uint8, n), make([]uint8, n)
	bw, bh := (w+block-1)/block, (h+block-1)/block
	d.blockSum, d.blockMid = make([]int32, bw*bh), make([]int32, bw*bh)
	d.column = make([]int32, w)
	d.things, d.tracks = make([]thing, 0, most), make([]track, 0, most)
	d.seeds, d.fresh = make([]seed, 0, 2*most), make([]seed, 0, 2*most)
	d.movers = make([]Mover, 0, most)
	d.gain, d.offset = 1, 0
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
	if dt := f.At.Sub(d.last).Seconds(); d.seen > 0 && dt > 0 && dt < 60 {
		d.interval = dt
	}
	d.last = f.At
	for i, v := range f.Pix {
		d.cur[i] = int32(v) << q
	}
	clear(d.mask)
	d.movers = d.movers[:0]
	if d.seen == 0 {
		copy(d.back, d.cur)
		d.seen = 1
		return Result{Mask: d.mask, Movers: d.movers, Gain: 1, Reset: true}
	}
	d.steady()
	d.difference()
	d.measureNoise()
	if d.seen == 1 {
		d.startNoise()
	}
	d.clutter()
	d.favour()
	d.findBlobs()
	d.judge()
	d.gather()
	d.follow(f.At)
	d.paint()
	d.learn()
	d.seen++
	d.report()
	return Result{Mask: d.mask, Movers: d.movers, Gain: d.gain, Offset: d.offset / (1 << q)}
}

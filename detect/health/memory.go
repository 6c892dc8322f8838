package health

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"time"
)

// Memory is what a watch knows of its camera's view, to be kept over a restart:
// a camera that was turned in between must not take what it sees then for its
// own. The zero value knows nothing.
type Memory struct {
	Version       int
	At            time.Time // when the view was last found to be itself
	Width, Height int       // of its picture
	Last          Scene
	// Hours hold the view at other times of day, three hours each from midnight
	// UTC: heat turns light and dark about between noon and night.
	Hours [hourSlots]Grid
	// Anchors hold the view as a person last accepted it, and Moved how far it has
	// moved since, by little and little.
	Anchors [hourSlots]Anchor
	Moved   Moved
}

// Scene is one look at the view, in grey levels of the picture.
type Scene struct {
	Coarse, Fine    Grid // mean, and mean difference of neighbours, of each block
	Contrast, Focus float64
}

// Grid is a figure of each block, row by row; nil for not known.
type Grid []float32

// MarshalText writes the figures in base64.
func (g Grid) MarshalText() ([]byte, error) {
	raw := make([]byte, 0, 4*len(g))
	for _, v := range g {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(v))
	}
	return base64.StdEncoding.AppendEncode(nil, raw), nil
}

// UnmarshalText reads what MarshalText wrote: none, or a finite figure of each
// block.
func (g *Grid) UnmarshalText(b []byte) error {
	raw, err := base64.StdEncoding.AppendDecode(nil, b)
	if err != nil {
		return err
	}
	if *g = nil; len(raw) == 0 {
		return nil
	}
	if len(raw) != 4*nBlocks {
		return fmt.Errorf("health: %d bytes are no figures of %d blocks", len(raw), nBlocks)
	}
	out := make(Grid, nBlocks)
	for i := range out {
		out[i] = math.Float32frombits(binary.LittleEndian.Uint32(raw[4*i:]))
		if v := float64(out[i]); math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("health: the figure of block %d is not finite", i)
		}
	}
	*g = out
	return nil
}

const (
	memoryVersion = 1
	hourSlots     = 8
	// shortBreak is the break over which a view is taken for unchanged in all that
	// is watched, as if there had been none; after a longer one heat may have
	// changed contrast and fine structure, and only where it looks is compared.
	shortBreak = 30 * time.Minute
)

// ReadMemory reads what was kept with json.Marshal. What is not whole is refused.
func ReadMemory(b []byte) (m Memory, err error) {
	if err := json.Unmarshal(b, &m); err != nil {
		return Memory{}, err
	}
	l := &m.Last
	switch {
	case m.Version != memoryVersion:
		return Memory{}, fmt.Errorf("health: a memory of version %d, known is %d", m.Version, memoryVersion)
	case l.Coarse == nil || l.Fine == nil || m.At.IsZero() || m.Width < 1 || m.Height < 1:
		return Memory{}, fmt.Errorf("health: a memory without a view")
	case !(l.Contrast >= 0 && l.Contrast < 1e6 && l.Focus >= 0 && l.Focus < 1e6):
		return Memory{}, fmt.Errorf("health: a memory with a contrast of %g and a focus of %g", l.Contrast, l.Focus)
	case !m.Moved.whole():
		return Memory{}, fmt.Errorf("health: a memory of a view that moved by %g and %g", m.Moved.X, m.Moved.Y)
	}
	for _, a := range m.Anchors {
		if !a.Moved.whole() {
			return Memory{}, fmt.Errorf("health: a memory with an anchor that moved by %g and %g", a.Moved.X, a.Moved.Y)
		}
	}
	return m, nil
}

// Memory gives what is known of the view, and false where that is nothing yet.
// While the camera is in trouble it is the view from before.
func (w *Watch) Memory() (Memory, bool) {
	if w.past.known && len(w.views) == 0 && !w.followed.IsZero() {
		w.kept.Version, w.kept.At, w.kept.Width, w.kept.Height = memoryVersion, w.followed, w.width, w.height
		w.kept.Last = Scene{Coarse: thin(&w.past.coarse), Fine: thin(&w.past.fine), Contrast: w.past.contrast, Focus: w.past.focus}
		w.kept.Hours[w.followed.UTC().Hour()*hourSlots/24] = w.kept.Last.Coarse
	}
	return w.kept, w.kept.Version != 0
}

// Recall gives a new watch the memory of one before it, before its first frame.
// Until the view of the memory is found again nothing else is learnt: a camera
// that looks elsewhere is Turned, until it looks there again or a person accepts
// its view.
func (w *Watch) Recall(m Memory) {
	w.kept = m
	w.views = w.kept.views()
}

// views are all looks at the view that a memory has.
func (m *Memory) views() (out []past) {
	if m.Version == 0 {
		return nil
	}
	for _, g := range append([]Grid{m.Last.Coarse}, m.Hours[:]...) {
		if len(g) == nBlocks {
			p := past{known: true}
			wide(g, &p.coarse)
			out = append(out, p)
		}
	}
	return out
}

// resume goes on from the memory as if there had been no break, where the break
// was short and the picture is of the same size.
func (w *Watch) resume(at time.Time) bool {
	m := &w.kept
	if gap := at.Sub(m.At); gap < 0 || gap > shortBreak || m.Width != w.width || m.Height != w.height {
		return false
	}
	wide(m.Last.Coarse, &w.past.coarse)
	wide(m.Last.Fine, &w.past.fine)
	w.past.contrast, w.past.focus, w.past.known = m.Last.Contrast, m.Last.Focus, true
	w.views, w.first, w.followed = nil, at.Add(-learnFor), m.At
	return true
}

// seek looks for the view of the memory in the picture of now. It is found, or
// the camera is turned; what lies between for a while changes nothing.
func (w *Watch) seek(now *picture, at time.Time, out []Event) []Event {
	bad := now.contrast < w.noise.hides()
	out = w.latches[Blind].step(Blind, bad, now.contrast > 2*w.noise.hides(), at, out)
	if bad || w.latches[Saturated].on {
		w.first = at // nothing can be sought in nothing
		return out
	}
	same := -1.0
	for i := range w.views {
		same = math.Max(same, correlation(&now.coarse, &w.views[i].coarse))
	}
	out = w.latches[Turned].step(Turned, same < turnedBelow, same > sameAbove, at, out)
	if !w.latches[Turned].on && (same > sameAbove || at.Sub(w.first) >= learnFor) {
		w.views, w.first = nil, at
	}
	return out
}

func thin(from *[nBlocks]float64) Grid {
	g := make(Grid, nBlocks)
	for i, v := range from {
		g[i] = float32(v)
	}
	return g
}

func wide(g Grid, to *[nBlocks]float64) {
	for i, v := range g {
		to[i] = float64(v)
	}
}

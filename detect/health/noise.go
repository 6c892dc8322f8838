package health

import (
	"math"
	"slices"
)

// noise is what a pixel changes by of itself, as a standard deviation in grey
// levels. A view whose blocks differ by less is none: behind a cap or in dense fog
// automatic gain raises the noise until the picture is as bright as ever, and fog
// that comes slowly takes the past down with it.
type noise struct {
	level  float64
	sample []int32 // some pixels of the last look
	change []int32
	heard  bool
}

// heardAt is how many pixels the noise is taken of.
const heardAt = 1024

// hear takes the noise from what pixels changed by since the last look: from the
// spread between the quartiles, so that neither a mover nor a step of the whole
// picture counts, and the least of a while, for sway and wind change pixels too.
// It grows by a twentieth a look.
func (n *noise) hear(pix []uint16) {
	step := max(len(pix)/heardAt, 1) | 1 // odd, or it would walk down columns
	first := n.sample == nil
	n.change = n.change[:0]
	for i, k := 0, 0; i < len(pix); i, k = i+step, k+1 {
		v := int32(pix[i])
		if first {
			n.sample = append(n.sample, v)
			continue
		}
		n.change = append(n.change, v-n.sample[k])
		n.sample[k] = v
	}
	if first {
		return
	}
	slices.Sort(n.change)
	// Between the quartiles of the difference of two normal values lie 1.349·√2 σ.
	now := float64(n.change[len(n.change)*3/4]-n.change[len(n.change)/4]) / 1.349 / math.Sqrt2
	if n.heard {
		now = min(now, n.level*1.05+0.02)
	}
	n.level, n.heard = now, true
}

// hides is the contrast below which there is nothing to see.
func (n *noise) hides() float64 { return max(flat, n.level) }

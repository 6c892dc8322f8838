package health

import "math"

// The picture is judged in blocks: large enough to forget noise and what
// moves, small enough to know a view by.
const (
	blocksX, blocksY = 32, 24
	nBlocks          = blocksX * blocksY
	// flat is the contrast, as a standard deviation of blocks in grey levels,
	// below which there is nothing to see.
	flat = 0.4
	// textured is the fine structure, in grey levels, that a block must have had
	// for its loss to mean something.
	textured = 0.5
)

// picture is what is known of an averaged picture.
type picture struct {
	coarse   [nBlocks]float64 // mean of each block
	fine     [nBlocks]float64 // mean difference of neighbours in it
	contrast float64          // standard deviation of coarse
}

// describe reads every second pixel of every second row: a fourth is enough.
func describe(mean []float32, width, height int) (p picture) {
	var n [nBlocks]float64
	for y := 0; y+1 < height; y += 2 {
		row, below := mean[y*width:], mean[(y+1)*width:]
		by := y * blocksY / height * blocksX
		for x := 0; x+1 < width; x += 2 {
			b := by + x*blocksX/width
			v := row[x]
			p.coarse[b] += float64(v)
			p.fine[b] += math.Abs(float64(v-row[x+1])) + math.Abs(float64(v-below[x]))
			n[b]++
		}
	}
	sum := 0.0
	for b := range p.coarse {
		p.coarse[b] /= n[b]
		p.fine[b] /= 2 * n[b]
		sum += p.coarse[b]
	}
	middle, square := sum/nBlocks, 0.0
	for _, v := range p.coarse {
		square += (v - middle) * (v - middle)
	}
	p.contrast = math.Sqrt(square / nBlocks)
	return p
}

// focus is the fine structure by the coarse: heat and gain change both alike,
// a lens out of focus loses the fine alone.
func (p *picture) focus() float64 {
	fine := 0.0
	for _, v := range p.fine {
		fine += v
	}
	return fine / nBlocks / math.Max(p.contrast, flat)
}

// past is the picture as it used to be.
type past struct {
	picture
	focus float64
	known bool
}

// follow moves the past towards the present by a share.
func (o *past) follow(now *picture, share float64) {
	if !o.known {
		o.known, share = true, 1
	}
	share = min(share, 1)
	for b := range now.coarse {
		o.coarse[b] += share * (now.coarse[b] - o.coarse[b])
		o.fine[b] += share * (now.fine[b] - o.fine[b])
	}
	o.contrast += share * (now.contrast - o.contrast)
	o.focus += share * (now.focus() - o.focus)
}

// lost is the share of blocks, among those that had structure, that lost most
// of it while the picture as a whole kept its own.
func (o *past) lost(now *picture) float64 {
	gain := now.contrast / math.Max(o.contrast, flat)
	gone, had := 0, 0
	for b, v := range o.fine {
		if v < textured {
			continue
		}
		had++
		if now.fine[b] < blockLost*min(gain, 1)*v {
			gone++
		}
	}
	if had < nBlocks/20 {
		return 0 // a view without structure cannot be judged so
	}
	return float64(gone) / float64(had)
}

// correlation of two views, −1…1, whatever their gain and offset.
func correlation(a, b *[nBlocks]float64) float64 {
	var ma, mb float64
	for i := range a {
		ma += a[i] / nBlocks
		mb += b[i] / nBlocks
	}
	var aa, bb, ab float64
	for i := range a {
		da, db := a[i]-ma, b[i]-mb
		aa, bb, ab = aa+da*da, bb+db*db, ab+da*db
	}
	if aa*bb <= 0 {
		return 0
	}
	return ab / math.Sqrt(aa*bb)
}

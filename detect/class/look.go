package class

import (
	"math"

	"marsad/detect"
)

// Look is what one picture of a mover shows, as numbers that do not depend on
// how many pixels it has, on gain or on polarity.
type Look [NFeature]float32

// The features by group, in their order in a Look.
const (
	fAspect   = 0 // log2 of width to height; its magnitude; filled shares
	fFill     = 2
	fTone     = 4 // spread inside, top against bottom, left against right, peak, polarity
	fSharp    = 9 // edges, and how restless it is around
	fParts    = 11
	fProfile  = 13 // five columns, five rows
	fOutline  = 23 // gradients by direction in 3×3 cells
	NFeature  = fOutline + cells*cells*bins
	cells     = 3
	bins      = 6
	side      = 18  // of the grid that a crop is brought to
	surround  = 0.4 // of the box that is taken around it
	minAround = 2.0 // pixels
)

// Of looks at a box of a frame. It reports false where the box is not in the
// picture, or nothing in it stands out from what is around.
func Of(f *detect.Frame, box detect.Box) (Look, bool) {
	var l Look
	if box.W < 1 || box.H < 1 || len(f.Pix) != f.Width*f.Height || box.X < 0 || box.Y < 0 || box.X+box.W > f.Width || box.Y+box.H > f.Height {
		return l, false
	}
	g, around, restless := grid(f, box)
	inner := inside(box)
	// Contrast is the difference to the mean of the surroundings, of the sign
	// that the strongest pixels have.
	var sum float64
	strongest := 0.0
	for y := range side {
		for x := range side {
			v := g[y][x] - around
			g[y][x] = v
			if inner(x, y) {
				sum += v
				if math.Abs(v) > math.Abs(strongest) {
					strongest = v
				}
			}
		}
	}
	if math.Abs(strongest) < 1e-6 {
		return l, false
	}
	polarity := math.Copysign(1, sum)
	if math.Abs(sum) < 0.02*math.Abs(strongest)*side*side {
		polarity = math.Copysign(1, strongest)
	}
	peak := 1e-6
	for y := range side {
		for x := range side {
			g[y][x] *= polarity
			if inner(x, y) {
				peak = math.Max(peak, g[y][x])
			}
		}
	}
	for y := range side {
		for x := range side {
			g[y][x] = math.Min(math.Max(g[y][x]/peak, -1.5), 1.5)
		}
	}
	aspect := math.Log2(float64(box.W) / float64(box.H))
	l[fAspect], l[fAspect+1] = float32(aspect), float32(math.Abs(aspect))
	l.tones(&g, inner, polarity, restless/peak)
	l.profiles(&g, inner)
	l.outline(&g)
	return l, true
}

// warmer is the look of the same thing on colder ground. In the data that the network
// was trained on little but vehicles is colder than what is around it; by day in the
// desert everybody is, and shape has to tell.
func (l *Look) warmer() *Look {
	l[fTone+4] = 1
	return l
}

// grid brings a box with its surroundings to a fixed size, and gives mean and
// deviation of the surroundings.
func grid(f *detect.Frame, box detect.Box) (g [side][side]float64, mean, deviation float64) {
	mx, my := margins(box)
	x0, y0 := float64(box.X)-0.5-mx, float64(box.Y)-0.5-my
	w, h := float64(box.W)+2*mx, float64(box.H)+2*my
	at := func(x, y float64) float64 { // bilinear, the edge of the picture repeated
		x, y = math.Min(math.Max(x, 0), float64(f.Width-1)), math.Min(math.Max(y, 0), float64(f.Height-1))
		ix, iy := min(int(x), max(f.Width-2, 0)), min(int(y), max(f.Height-2, 0))
		jx, jy := min(ix+1, f.Width-1), min(iy+1, f.Height-1)
		tx, ty := x-float64(ix), y-float64(iy)
		p := func(x, y int) float64 { return float64(f.Pix[y*f.Width+x]) }
		return (p(ix, iy)*(1-tx)+p(jx, iy)*tx)*(1-ty) + (p(ix, jy)*(1-tx)+p(jx, jy)*tx)*ty
	}
	// Large boxes are averaged, not sampled.
	nx, ny := min(1+int(w/side), 4), min(1+int(h/side), 4)
	for y := range side {
		for x := range side {
			sum := 0.0
			for sy := range ny {
				for sx := range nx {
					sum += at(x0+w*(float64(x)+(float64(sx)+0.5)/float64(nx))/side, y0+h*(float64(y)+(float64(sy)+0.5)/float64(ny))/side)
				}
			}
			g[y][x] = sum / float64(nx*ny)
		}
	}
	in := inside(box)
	n, s, q := 0.0, 0.0, 0.0
	for y := range side {
		for x := range side {
			if !in(x, y) {
				n, s, q = n+1, s+g[y][x], q+g[y][x]*g[y][x]
			}
		}
	}
	if n == 0 {
		return g, 0, 0
	}
	mean = s / n
	return g, mean, math.Sqrt(math.Max(0, q/n-mean*mean))
}

func margins(box detect.Box) (mx, my float64) {
	return math.Max(minAround, surround*float64(box.W)), math.Max(minAround, surround*float64(box.H))
}

// inside says which places of the grid lie in the box.
func inside(box detect.Box) func(x, y int) bool {
	mx, my := margins(box)
	fx, fy := mx/(float64(box.W)+2*mx)*side, my/(float64(box.H)+2*my)*side
	return func(x, y int) bool {
		cx, cy := float64(x)+0.5, float64(y)+0.5
		return cx > fx && cx < side-fx && cy > fy && cy < side-fy
	}
}

func (l *Look) tones(g *[side][side]float64, in func(x, y int) bool, polarity, restless float64) {
	var n, half, quarter, s, q, top, bottom, left, right, edge float64
	for y := range side {
		for x := range side {
			v := g[y][x]
			if x > 0 && y > 0 {
				edge += math.Abs(v-g[y][x-1]) + math.Abs(v-g[y-1][x])
			}
			if !in(x, y) {
				continue
			}
			n, s, q = n+1, s+v, q+v*v
			if v > 0.5 {
				half++
			}
			if v > 0.25 {
				quarter++
			}
			if y < side/2 {
				top += v
			} else {
				bottom += v
			}
			if x < side/2 {
				left += v
			} else {
				right += v
			}
		}
	}
	n = math.Max(n, 1)
	mean := s / n
	l[fFill], l[fFill+1] = float32(half/n), float32(quarter/n)
	l[fTone] = float32(math.Sqrt(math.Max(0, q/n-mean*mean)))
	l[fTone+1] = float32((top - bottom) / n)
	l[fTone+2] = float32(math.Abs(left-right) / n)
	l[fTone+3] = float32(mean)
	l[fTone+4] = float32(polarity)
	l[fSharp] = float32(edge / (side * side))
	l[fSharp+1] = float32(math.Min(restless, 3))
}

// profiles sums columns and rows, and counts the parts that stand side by
// side: a group has several.
func (l *Look) profiles(g *[side][side]float64, in func(x, y int) bool) {
	var columns, rows [side]float64
	first, last, firstRow, lastRow := side, -1, side, -1
	for y := range side {
		for x := range side {
			if !in(x, y) {
				continue
			}
			v := math.Max(0, g[y][x])
			columns[x] += v
			rows[y] += v
			first, last = min(first, x), max(last, x)
			firstRow, lastRow = min(firstRow, y), max(lastRow, y)
		}
	}
	if last < first {
		return
	}
	wide, tall := last-first+1, lastRow-firstRow+1
	highest := 1e-6
	for x := first; x <= last; x++ {
		highest = math.Max(highest, columns[x])
	}
	peaks, valley := 0.0, 0.0
	low := columns[first]
	rising := true
	top := columns[first]
	for x := first; x <= last; x++ {
		v := columns[x]
		if rising {
			top = math.Max(top, v)
			if v < top-0.2*highest {
				peaks++
				rising, low = false, v
			}
		} else {
			low = math.Min(low, v)
			if v > low+0.2*highest {
				valley = math.Max(valley, (math.Min(top, v)-low)/highest)
				rising, top = true, v
			}
		}
	}
	if rising {
		peaks++
	}
	l[fParts], l[fParts+1] = float32(peaks), float32(valley)
	for x := first; x <= last; x++ {
		l[fProfile+(x-first)*5/wide] += float32(columns[x] * 5 / float64(wide*tall))
	}
	for y := firstRow; y <= lastRow; y++ {
		l[fProfile+5+(y-firstRow)*5/tall] += float32(rows[y] * 5 / float64(wide*tall))
	}
}

// outline is a histogram of gradients by unsigned direction in 3×3 cells,
// normalised together (after Dalal and Triggs 2005).
func (l *Look) outline(g *[side][side]float64) {
	h := l[fOutline:]
	for y := 1; y < side-1; y++ {
		for x := 1; x < side-1; x++ {
			dx, dy := g[y][x+1]-g[y][x-1], g[y+1][x]-g[y-1][x]
			m := math.Hypot(dx, dy)
			if m < 1e-6 {
				continue
			}
			a := math.Atan2(dy, dx)
			if a < 0 {
				a += math.Pi
			}
			b := min(int(a/math.Pi*bins), bins-1)
			h[((y*cells/side)*cells+x*cells/side)*bins+b] += float32(m)
		}
	}
	sum := float32(1e-6)
	for _, v := range h {
		sum += v * v
	}
	norm := 1 / float32(math.Sqrt(float64(sum)))
	for i := range h {
		h[i] = min(h[i]*norm*3, 1)
	}
}

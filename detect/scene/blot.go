package scene

import "math"

// how a blot's heat is meant.
type how uint8

const (
	relative how = iota // kelvin above what is behind
	absolute            // °C of its own
)

// blot draws a small shape around x, y: cover gives for a place its share of
// the pixel and its heat.
func (s *Scene) blot(x, y, rx, ry float64, cover func(x, y float64) (share, heat float64), as how) {
	x0, x1 := max(int(x-rx), 0), min(int(x+rx)+1, s.c.Width-1)
	y0, y1 := max(int(y-ry), 0), min(int(y+ry)+1, s.c.Height-1)
	for py := y0; py <= y1; py++ {
		for px := x0; px <= x1; px++ {
			share, heat := cover(float64(px), float64(py))
			if share <= 0 {
				continue
			}
			i := py*s.c.Width + px
			if as == relative {
				s.img[i] += float32(share * heat)
			} else {
				s.img[i] += float32(share) * (float32(heat) - s.img[i])
			}
		}
	}
}

// spot draws a round blur of r pixels (1σ).
func (s *Scene) spot(x, y, r, heat float64) {
	k := 1 / (2 * r * r)
	s.blot(x, y, 3*r+1, 3*r+1, func(px, py float64) (float64, float64) {
		d := (px-x)*(px-x) + (py-y)*(py-y)
		return math.Exp(-d * k), heat
	}, relative)
}

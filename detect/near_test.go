package detect

import (
	"math"
	"math/rand/v2"
	"slices"
)

// nearVariants are those in which the movers are near: large, soft, dim below,
// and in no hurry.
func nearVariants() []variant {
	return []variant{
		{"near: a quarter, four times as large, soft, noise of 1.5", func(c clip) clip {
			c = each(cut(c, 4), false, func(_ int, f Frame, _ bool) Frame { return soft(soft(soft(f))) })
			return noisy(c, 1.5)
		}},
		{"near: stops for 100 frames, noise of 1.5", func(c clip) clip { return noisy(pausing(near(c), 100), 1.5) }},
		{"near: a walker with a hot head and dim clothes", walked},
	}
}

func noisy(c clip, sigma float64) clip {
	rng := rand.New(rand.NewPCG(41, 1))
	return pixels(c, func(v uint16) float64 { return min(float64(v)+sigma*rng.NormFloat64(), 255) }, 8)
}

// soft is a picture after the kernel 1 2 1 both ways.
func soft(f Frame) Frame {
	out := blank(f.Width, f.Height, f)
	copy(out.Pix, f.Pix)
	for y := 1; y < f.Height-1; y++ {
		for x := 1; x < f.Width-1; x++ {
			sum := 0
			for k, weight := range []int{1, 2, 1, 2, 4, 2, 1, 2, 1} {
				sum += weight * int(f.Pix[(y+k/3-1)*f.Width+x+k%3-1])
			}
			out.Pix[y*f.Width+x] = uint16((sum + 8) / 16)
		}
	}
	return out
}

// pausing repeats the picture in the middle of the passage.
func pausing(c clip, frames int) clip {
	first := slices.IndexFunc(c.truth, holds)
	last := len(c.truth) - 1
	for last > first && !holds(c.truth[last]) {
		last--
	}
	return chosen(c, func(n int) int {
		if n == (first+last)/2 {
			return frames
		}
		return 1
	})
}

// walked has a person of nearly half the height of the picture pass before the
// clip's first one: the head 50 counts above clothes of 0.3 to 0.5 of that, on a
// ground that shines through by a third.
func walked(c clip) clip {
	const warm, speed = 50, 3
	still := c.frames[0]
	w, h := still.Width, still.Height
	tall, middle := 0.45*float64(h), 0.55*float64(h)
	rng := rand.New(rand.NewPCG(43, uint64(len(c.frames))))
	out := clip{name: c.name}
	for n := range w/speed + 20 {
		f, truth, heat := blank(w, h, still), make([]byte, w*h), make([]float64, w*h)
		x := float64(speed*(n-10) - 20)
		step := 8 * x / tall
		for _, part := range []struct{ x, y, rx, ry, heat float64 }{
			{0.10 * math.Sin(step), 0.30, 0.055, 0.22, 0.50}, // legs
			{-0.10 * math.Sin(step), 0.30, 0.055, 0.22, 0.45},
			{0, -0.08, 0.11, 0.22, 0.30},
			{0.09 * math.Cos(step), -0.02, 0.04, 0.16, 0.40}, // an arm
			{0, -0.38, 0.07, 0.09, 1},
		} {
			for i := range heat {
				u, v := (float64(i%w)-x)/tall-part.x, (float64(i/w)-middle)/tall-part.y
				if u*u/(part.rx*part.rx)+v*v/(part.ry*part.ry) <= 1 {
					heat[i], truth[i] = warm*part.heat, 255
				}
			}
		}
		for i, v := range still.Pix {
			f.Pix[i] = v
			if truth[i] > 0 {
				f.Pix[i] = uint16(0.3*float64(v) + 0.7*70 + heat[i] + 6*math.Sin(float64(i%w)-x+0.3*float64(i/w)))
			}
		}
		f = soft(soft(f))
		for i, v := range f.Pix {
			f.Pix[i] = uint16(min(max(math.Round(float64(v)+1.5*rng.NormFloat64()), 0), 255))
		}
		if n == 0 {
			truth = nil
		}
		out.frames, out.truth = append(out.frames, f), append(out.truth, truth)
	}
	return out
}

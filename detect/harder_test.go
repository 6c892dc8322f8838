package detect

import (
	"bytes"
	"image"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"slices"
)

// harder is what sequences may have that were not shown: what sensors,
// encoders, weather and mountings add to pictures.
func harder() []variant {
	return []variant{
		{"JPEG of quality 25", func(c clip) clip { return each(c, false, jpegOf(25)) }},
		{"coded in blocks, a key frame in 25", blockCoded},
		{"combed: odd rows a frame late", combed},
		{"stuck and blinking pixels", specked},
		{"stripes that drift, rows that jump", striped},
		{"shading that drifts by 10 counts", func(c clip) clip {
			return added(c, func(n, x, y int, f Frame) float64 {
				return 10 * math.Sin(4*float64(x)/float64(f.Width)+float64(n)/30) * math.Cos(3*float64(y)/float64(f.Height)-float64(n)/45)
			})
		}},
		{"automatic gain that pumps", pumped},
		{"half the contrast and noise of 4 counts", func(c clip) clip {
			rng := rand.New(rand.NewPCG(15, 6))
			return pixels(c, func(v uint16) float64 { return min(64+float64(v)/2+4*rng.NormFloat64(), 255) }, 8)
		}},
		{"streaks of rain", rained},
		{"turning by 0.2 pixels a frame, then not", func(c clip) clip {
			return each(c, true, func(n int, f Frame, _ bool) Frame {
				return sampled(f, f.Width, f.Height, 1, 0.2*float64(min(n, 60)), 0)
			})
		}},
		{"a quarter of the frames lost", func(c clip) clip {
			rng := rand.New(rand.NewPCG(13, 4))
			return chosen(c, func(int) int { return min(rng.IntN(4), 1) })
		}},
		{"from the middle of the passage on", func(c clip) clip {
			first := slices.IndexFunc(c.truth, holds)
			last := len(c.truth) - 1
			for last > first && !holds(c.truth[last]) {
				last--
			}
			return chosen(c, func(n int) int {
				if n < (2*first+last)/3 {
					return 0
				}
				return 1
			})
		}},
		{"near: a third of the picture, three times as large", near},
		{"a quarter of the size", func(c clip) clip { return smaller(c, 4) }},
		{"trees in the wind", windy},
		{"lamps that flicker", flickering},
		{"cross hairs and a compass tape, swaying", marked},
		{"vignetted and swaying", func(c clip) clip {
			sway := each(c, true, func(n int, f Frame, _ bool) Frame {
				return sampled(f, f.Width, f.Height, 1, 1.5*math.Sin(float64(n)*math.Pi/10), math.Sin(float64(n)*0.21))
			})
			return each(sway, false, func(_ int, f Frame, _ bool) Frame {
				out := blank(f.Width, f.Height, f)
				for i, v := range f.Pix {
					u, w := float64(i%f.Width)/float64(f.Width)-0.5, float64(i/f.Width)/float64(f.Height)-0.5
					out.Pix[i] = uint16(float64(v) * (1 - u*u - w*w))
				}
				return out
			})
		}},
		{"noise of 2, swaying, JPEG of 40 and a clock", func(c clip) clip {
			rng := rand.New(rand.NewPCG(25, 6))
			c = each(c, true, func(n int, f Frame, _ bool) Frame {
				return sampled(f, f.Width, f.Height, 1, math.Sin(float64(n)*math.Pi/10), math.Sin(float64(n)*0.21))
			})
			c = pixels(c, func(v uint16) float64 { return min(float64(v)+2*rng.NormFloat64(), 255) }, 8)
			return each(written(c, 10), false, jpegOf(40))
		}},
	}
}

func holds(truth []byte) bool { return slices.Max(append(truth, 0)) > 127 }

func jpegOf(quality int) func(n int, f Frame, truth bool) Frame {
	return func(_ int, f Frame, _ bool) Frame {
		g := image.NewGray(image.Rect(0, 0, f.Width, f.Height))
		for i, v := range f.Pix {
			g.Pix[i] = byte(v)
		}
		var b bytes.Buffer
		if err := jpeg.Encode(&b, g, &jpeg.Options{Quality: quality}); err != nil {
			panic(err)
		}
		im, err := jpeg.Decode(&b)
		if err != nil {
			panic(err)
		}
		out := blank(f.Width, f.Height, f)
		for y := range f.Height {
			for x := range f.Width {
				out.Pix[y*f.Width+x] = uint16(im.(*image.Gray).GrayAt(x, y).Y)
			}
		}
		return out
	}
}

// blockCoded repeats a block of 8 pixels of the last picture where it changes by
// less than 2 counts in the mean; each 25th picture is coded by itself.
func blockCoded(c clip) clip {
	var last Frame
	coarse := jpegOf(25)
	return each(c, false, func(n int, f Frame, _ bool) Frame {
		out := coarse(n, f, false)
		for y0 := 0; n%25 > 0 && y0 < f.Height; y0 += 8 {
			for x0 := 0; x0 < f.Width; x0 += 8 {
				sum, count := 0.0, 0.0
				for y := y0; y < min(y0+8, f.Height); y++ {
					for x := x0; x < min(x0+8, f.Width); x++ {
						i := y*f.Width + x
						sum += math.Abs(float64(f.Pix[i]) - float64(last.Pix[i]))
						count++
					}
				}
				for y := y0; sum < 2*count && y < min(y0+8, f.Height); y++ {
					from, to := y*f.Width+x0, y*f.Width+min(x0+8, f.Width)
					copy(out.Pix[from:to], last.Pix[from:to])
				}
			}
		}
		last = out
		return out
	})
}

func combed(c clip) clip {
	out := each(c, false, func(n int, f Frame, _ bool) Frame {
		if n == 0 {
			return f
		}
		out := blank(f.Width, f.Height, f)
		copy(out.Pix, f.Pix)
		for y := 1; y < f.Height; y += 2 {
			copy(out.Pix[y*f.Width:(y+1)*f.Width], c.frames[n-1].Pix[y*f.Width:])
		}
		return out
	})
	for n := len(c.truth) - 1; n > 0; n-- {
		if c.truth[n] == nil || c.truth[n-1] == nil {
			continue
		}
		w := c.frames[n].Width
		out.truth[n] = slices.Clone(c.truth[n])
		for y := 1; y < c.frames[n].Height; y += 2 {
			copy(out.truth[n][y*w:(y+1)*w], c.truth[n-1][y*w:])
		}
	}
	return out
}

func added(c clip, v func(n, x, y int, f Frame) float64) clip {
	return each(c, false, func(n int, f Frame, _ bool) Frame {
		out := blank(f.Width, f.Height, f)
		for i, p := range f.Pix {
			out.Pix[i] = uint16(min(max(math.Round(float64(p)+v(n, i%f.Width, i/f.Width, f)), 0), 255))
		}
		return out
	})
}

// specked has one pixel in a thousand stuck at black or white, and one in two
// thousand that leaves its value now and then.
func specked(c clip) clip {
	return each(c, false, func(n int, f Frame, _ bool) Frame {
		out := blank(f.Width, f.Height, f)
		copy(out.Pix, f.Pix)
		place, blink := rand.New(rand.NewPCG(31, 1)), rand.New(rand.NewPCG(31, uint64(n)))
		for k := range len(f.Pix) / 2000 {
			out.Pix[place.IntN(len(f.Pix))] = 255 * uint16(k%2)
			out.Pix[place.IntN(len(f.Pix))] = 255 * uint16(k%2)
			if i := place.IntN(len(f.Pix)); blink.IntN(3) == 0 {
				out.Pix[i] = min(f.Pix[i]+60, 255)
			}
		}
		return out
	})
}

// striped adds columns of 2 counts that wander and rows of 1 that are anew in
// each picture.
func striped(c clip) clip {
	rng := rand.New(rand.NewPCG(33, 1))
	w, h := c.frames[0].Width, c.frames[0].Height
	columns, rows, last := make([]float64, w), make([]float64, h), -1
	for x := range columns {
		columns[x] = 2 * rng.NormFloat64()
	}
	return added(c, func(n, x, y int, _ Frame) float64 {
		if n != last {
			last = n
			for i := range columns {
				columns[i] = 0.99*columns[i] + 0.28*rng.NormFloat64()
			}
			for i := range rows {
				rows[i] = rng.NormFloat64()
			}
		}
		return columns[x] + rows[y]
	})
}

// pumped stretches each picture between its darkest and brightest thousandth, as
// automatic gain does, half of the way in a frame.
func pumped(c clip) clip {
	var low, high float64
	return each(c, false, func(n int, f Frame, _ bool) Frame {
		v := slices.Sorted(slices.Values(f.Pix))
		a, b := float64(v[len(v)/1000]), float64(v[len(v)-1-len(v)/1000])
		if n == 0 {
			low, high = a, b
		}
		low, high = (low+a)/2, (high+b)/2
		out := blank(f.Width, f.Height, f)
		for i, p := range f.Pix {
			out.Pix[i] = uint16(min(max(20+215*(float64(p)-low)/max(high-low, 1), 0), 255))
		}
		return out
	})
}

func rained(c clip) clip {
	return each(c, false, func(n int, f Frame, _ bool) Frame {
		out := blank(f.Width, f.Height, f)
		copy(out.Pix, f.Pix)
		rng := rand.New(rand.NewPCG(uint64(n), 35))
		for range f.Width * f.Height / 1000 {
			x, y, long := rng.IntN(f.Width), rng.IntN(f.Height), 6+rng.IntN(10)
			for k := range long {
				if i := (y+k)*f.Width + x + k/5; i < len(out.Pix) {
					out.Pix[i] = uint16((3*int(out.Pix[i]) + 200) / 4)
				}
			}
		}
		return out
	})
}

// near cuts a third of the picture out about the middle of the movers and
// shows it at three times its size.
func near(c clip) clip { return cut(c, 3) }

// cut does that with any share.
func cut(c clip, by float64) clip {
	w, h := c.frames[0].Width, c.frames[0].Height
	var x, y, n float64
	for _, truth := range c.truth {
		for i, v := range truth {
			if v > 127 {
				x, y, n = x+float64(i%w), y+float64(i/w), n+1
			}
		}
	}
	left := min(max(x/n-float64(w)/(2*by), 0), float64(w)*(1-1/by))
	top := min(max(y/n-float64(h)/(2*by), 0), float64(h)*(1-1/by))
	return each(c, true, func(_ int, f Frame, _ bool) Frame { return sampled(f, w, h, 1/by, left, top) })
}

// smaller is the mean of squares of pixels.
func smaller(c clip, by int) clip {
	return each(c, true, func(_ int, f Frame, _ bool) Frame {
		out := blank(f.Width/by, f.Height/by, f)
		for i := range out.Pix {
			sum := 0
			for k := range by * by {
				sum += int(f.Pix[(i/out.Width*by+k/by)*f.Width+i%out.Width*by+k%by])
			}
			out.Pix[i] = uint16((sum + by*by/2) / (by * by))
		}
		return out
	})
}

// windy moves the picture to and fro by some two pixels in twelve places, each
// in its own time.
func windy(c clip) clip {
	return each(c, false, func(n int, f Frame, _ bool) Frame {
		out := blank(f.Width, f.Height, f)
		copy(out.Pix, f.Pix)
		rng := rand.New(rand.NewPCG(37, 1))
		for range 12 {
			cx, cy, r := rng.IntN(f.Width), rng.IntN(f.Height), 12+rng.IntN(14)
			gust := 2 * math.Sin(float64(n)*(0.3+0.4*rng.Float64())+6*rng.Float64()) * (1 + 0.5*math.Sin(float64(n)/17))
			for y := max(cy-r, 0); y < min(cy+r, f.Height); y++ {
				for x := max(cx-r, 0); x < min(cx+r, f.Width); x++ {
					near := max(1-math.Hypot(float64(x-cx), float64(y-cy))/float64(r), 0)
					out.Pix[y*f.Width+x] = bilinear(f, float64(x)+gust*near, float64(y)+gust/3*near)
				}
			}
		}
		return out
	})
}

// flickering has ten lamps that go on and off at random.
func flickering(c clip) clip {
	on := make([]bool, 10)
	rng := rand.New(rand.NewPCG(39, 1))
	return each(c, false, func(n int, f Frame, _ bool) Frame {
		out := blank(f.Width, f.Height, f)
		copy(out.Pix, f.Pix)
		place := rand.New(rand.NewPCG(39, 2))
		for k := range on {
			cx, cy, often := place.IntN(f.Width), place.IntN(f.Height), 2+3*k
			if rng.IntN(often) == 0 {
				on[k] = !on[k]
			}
			for y := max(cy-3, 0); on[k] && y < min(cy+4, f.Height); y++ {
				for x := max(cx-3, 0); x < min(cx+4, f.Width); x++ {
					if r := (x-cx)*(x-cx) + (y-cy)*(y-cy); r <= 9 {
						out.Pix[y*f.Width+x] = min(out.Pix[y*f.Width+x]+uint16(90-8*r), 255)
					}
				}
			}
		}
		return out
	})
}

// marked sways, and has cross hairs and a tape that scrolls with the sway, which
// do not.
func marked(c clip) clip {
	sway := func(n int) float64 { return 3 * math.Sin(float64(n)*math.Pi/15) }
	c = each(c, true, func(n int, f Frame, _ bool) Frame {
		return sampled(f, f.Width, f.Height, 1, sway(n), math.Sin(float64(n)*0.21))
	})
	return each(c, false, func(n int, f Frame, _ bool) Frame {
		out := blank(f.Width, f.Height, f)
		copy(out.Pix, f.Pix)
		cx, cy, tape := f.Width/2, f.Height/2, f.Height-20
		for k := -30; k <= 30; k++ {
			if k < -8 || k > 8 {
				out.Pix[cy*f.Width+cx+k], out.Pix[(cy+k)*f.Width+cx] = 255, 255
			}
		}
		for x := f.Width / 4; x < f.Width*3/4; x++ {
			tick := x + int(math.Round(4*sway(n)))
			for y := range 10 {
				if tick%10 == 0 && y < 5 || tick%50 == 0 {
					out.Pix[(tape+y)*f.Width+x] = 255
				}
			}
		}
		return out
	})
}

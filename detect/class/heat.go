package class

import (
	"math"

	"marsad/detect"
)

// Heat is what the strongest pixel of a box differs by from what is around it, as
// a share of the counts that the stream has. Zero where it is not known: of a box
// without surroundings, and of a radiometric stream, whose counts have no end.
func Heat(f *detect.Frame, box detect.Box) float64 {
	const in, out = 2, 4 // pixels around the box: from where to where its surroundings are
	if f.Bits != 8 || len(f.Pix) != f.Width*f.Height {
		return 0
	}
	n, sum, low, high := 0, 0, math.MaxInt, 0
	for y := max(box.Y-out, 0); y < min(box.Y+box.H+out, f.Height); y++ {
		for x := max(box.X-out, 0); x < min(box.X+box.W+out, f.Width); x++ {
			v := int(f.Pix[y*f.Width+x])
			if x < box.X-in || x >= box.X+box.W+in || y < box.Y-in || y >= box.Y+box.H+in {
				n, sum = n+1, sum+v
			} else {
				low, high = min(low, v), max(high, v)
			}
		}
	}
	if n == 0 || low > high {
		return 0
	}
	mean := float64(sum) / float64(n)
	return math.Max(float64(high)-mean, mean-float64(low)) / 255
}

// How hot aircraft and birds are where they are hottest, below and from clear in
// length, and by what share that changes within a fifth of a second: typical value
// and factor, over clips of the open data at a whole, a half and a quarter of their
// size, as the training program prints them. Engines are hot, feathers are not;
// wings beat.
var (
	smallHeats = [NKind]about{SlowAir: {0.366, 1.55}, Bird: {0.119, 2.11}}
	clearHeats = [NKind]about{SlowAir: {0.633, 1.2}, Bird: {0.284, 1.74}}
	beats      = [NKind]about{SlowAir: {0.021, 3.51}, Bird: {0.171, 1.73}}
)

// shines is the logarithm of how well its heat, and how it beats, fit each kind.
func (w *flight) shines() (heat, beat [NKind]float64) {
	if w.heats > 0 {
		of := &smallHeats
		if w.size >= clear*w.n {
			of = &clearHeats
		}
		heat = fliers(of, math.Exp(w.heat/w.heats), 0)
	}
	if w.beats >= leastSightings {
		beat = fliers(&beats, w.beat/w.beats, 1/math.Sqrt(w.beats))
	}
	return heat, beat
}

// fliers holds a value against what is known of aircraft and birds. It says nothing
// of what else it may be, and is not believed wholly: the clips are few.
func fliers(of *[NKind]about, value, relative float64) (out [NKind]float64) {
	air, bird := math.Exp(of[SlowAir].log(value, relative)), math.Exp(of[Bird].log(value, relative))
	either := (air + bird) / 2
	out[SlowAir] = math.Log((1-doubt)*air/either + doubt)
	out[Bird] = math.Log((1-doubt)*bird/either + doubt)
	return out
}

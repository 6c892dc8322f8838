package video

import (
	"math"
	"math/rand/v2"
)

// Warmth is in counts of the picture, white for hot, by night.
const (
	skyWarmth    = 34
	groundWarmth = 92
	rough        = 24.0 // how far the ground's pattern goes to either side
	noiseWarmth  = 1.4  // 1σ of a pixel from picture to picture
)

// landscape draws what lies still: sky, and ground with a pattern of patches that
// lies on it in perspective. metres are how far each
// row's ground is.
func landscape(l *lens, seed uint64, width, height int) (still []float32, metres []float64) {
	still, metres = make([]float32, width*height), make([]float64, height)
	for y := range height {
		metres[y] = math.Inf(1)
		for x := range width {
			ahead, right, on := l.foot(x, y)
			if !on {
				// The sky is coldest above and takes on the ground's warmth lower down.
				d := (l.horizon - float64(y)) / float64(height)
				still[y*width+x] = float32(skyWarmth + 30*math.Exp(-18*max(d, 0)))
				continue
			}
			metres[y] = ahead
			grain := ahead / l.focal // metres across a pixel
			deep := grain * ahead / l.above
			v := 0.0
			for _, p := range [...]struct{ size, weight float64 }{{220, 0.5}, {60, 0.35}, {17, 0.3}, {5, 0.2}} {
				// A pattern finer than the pixel is long is grey.
				fade := 1 / (1 + math.Pow(deep/p.size, 2))
				v += fade * p.weight * smooth(seed, ahead/p.size, right/p.size)
			}
			still[y*width+x] = float32(groundWarmth + rough*v)
		}
	}
	return still, metres
}

// smooth noise in −1…1, with a lattice of one.
func smooth(seed uint64, a, b float64) float64 {
	i, j := math.Floor(a), math.Floor(b)
	fa, fb := a-i, b-j
	fa, fb = fa*fa*(3-2*fa), fb*fb*(3-2*fb)
	at := func(di, dj float64) float64 { return 2*unit(mix(seed, int64(i+di), int64(j+dj))) - 1 }
	return (at(0, 0)*(1-fa)+at(1, 0)*fa)*(1-fb) + (at(0, 1)*(1-fa)+at(1, 1)*fa)*fb
}

// mix of a seed and a cell (SplitMix64, Steele et al. 2014).
func mix(seed uint64, i, j int64) uint64 {
	z := seed + uint64(i)*0x9e3779b97f4a7c15 + uint64(j)*0xd1342543de82ef95
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

func unit(h uint64) float64 { return float64(h>>11&0xfffff) / 0x100000 }

// grains are drawn once; each picture reads them from other places.
func grains(seed uint64) []float32 {
	r := rand.New(rand.NewPCG(seed, 0x6e))
	g := make([]float32, 1<<14)
	for i := range g {
		g[i] = float32(noiseWarmth * r.NormFloat64())
	}
	return g
}

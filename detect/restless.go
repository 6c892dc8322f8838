package detect

import "math"

// restless is what a block of the picture has shown that came to nothing, in
// sightings by strength. It fades.
type restless [grades]float64

const (
	// grades of strength are doublings from weakest yardsticks.
	grades, weakest = 5, 5
	// fades is the number of frames over which half is forgotten.
	fades = 600
	// lingers is the age in frames from which the sightings of a track that was
	// not declared count as clutter while it lives.
	lingers = 60
	// flickers is how many sightings as strong, in a block of the picture, have to
	// have come to nothing for what stands out there not to be shown at once: a
	// clock that is written into the picture.
	flickers = 6
)

func grade(ratio float64) int {
	return min(max(int(math.Floor(math.Log2(ratio/weakest))), 0), grades-1)
}

// comeToNothing counts sightings of something that was no mover.
func (d *Detector) comeToNothing(x, y, ratio, sightings float64) {
	d.restless[d.blockAt(x, y)][grade(ratio)] += sightings
}

// linger counts what stays too long without being declared.
func (d *Detector) linger(t *track, th *thing) {
	if t.age > lingers && !t.declared {
		d.comeToNothing(th.x, th.y, th.ratio, 1)
		t.proof.nothing++
	}
}

// cameToNothing counts what was at least as strong in a block of the picture and
// was no mover.
func (d *Detector) cameToNothing(x, y, ratio float64) (sum float64) {
	for _, n := range d.restless[d.blockAt(x, y)][grade(ratio):] {
		sum += n
	}
	return sum
}

// density is the clutter to be expected in a place that is at least as strong,
// in sightings a pixel and frame: that of the blocks around or that of the
// whole picture, whichever is more, and never none.
func (d *Detector) density(x, y, ratio float64) float64 {
	wide, high := (d.w+block-1)/block, (d.h+block-1)/block
	at := d.blockAt(x, y)
	sum, blocks := 0.0, 0
	for j := max(0, at/wide-1); j <= min(high-1, at/wide+1); j++ {
		for i := max(0, at%wide-1); i <= min(wide-1, at%wide+1); i++ {
			sum += d.cameToNothing(float64(i*block), float64(j*block), ratio)
			blocks++
		}
	}
	all := 0.5
	for _, n := range d.everywhere[grade(ratio):] {
		all += n
	}
	const frames = fades / math.Ln2 // over which the sums reach
	return max(sum/float64(blocks*block*block), all/float64(d.w*d.h)) / frames
}

// forget lets all of it fade by one frame.
func (d *Detector) forget() {
	keep := math.Exp2(-1.0 / fades)
	d.everywhere = restless{}
	for i := range d.restless {
		for k := range grades {
			d.restless[i][k] *= keep
			d.everywhere[k] += d.restless[i][k]
		}
	}
}

func (d *Detector) blockAt(x, y float64) int {
	wide := (d.w + block - 1) / block
	return min(max(int(y), 0), d.h-1)/block*wide + min(max(int(x), 0), d.w-1)/block
}

package detect

import "math"

// sight is what of the background a frame shows: its first and last columns and rows.
type sight struct{ left, top, right, bottom int32 }

// uncovers says that one of those sides of a thing is where the picture has moved away
// from the background's own rim. What comes to light there has changed since it was last
// seen, and grows as the rim goes on: nothing is declared before it stands free of it.
func (s *sight) uncovers(side [4]bool, w, h int) bool {
	return side[0] && s.left > 0 || side[1] && s.top > 0 || side[2] && int(s.right) < w-1 || side[3] && int(s.bottom) < h-1
}

// lookOut finds what is in sight where the picture has moved by more than a thing at the
// rim may be away from it, as below a balloon: what the frame cuts there is cut as much
// as at the rim of a picture that stands still.
func (d *Detector) lookOut() {
	from := func(shift float64) int32 {
		if shift <= touches {
			return 0
		}
		return int32(math.Ceil(shift))
	}
	w, h := int32(d.w), int32(d.h)
	d.sight = sight{left: min(from(-d.sx), w-1), top: min(from(-d.sy), h-1), right: max(w-1-from(d.sx), 0), bottom: max(h-1-from(d.sy), 0)}
}

// sides says which sides of it a thing is at: left, top, right and bottom.
func (s *sight) sides(t *thing) [4]bool {
	return [4]bool{t.x0 <= s.left+touches, t.y0 <= s.top+touches, t.x1 >= s.right-touches, t.y1 >= s.bottom-touches}
}

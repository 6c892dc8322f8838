package detect

import "testing"

// Below a balloon the picture moves by ten pixels and more: what the frame cuts is cut
// where its rim lies then. A mast's sway changes nothing.
func TestWhatTheRimOfAMovedPictureCutsIsCut(t *testing.T) {
	d := New(Standard(), 320, 240)
	at := func(sx, sy float64, x0, y0, x1, y1 int32) [4]bool {
		d.sx, d.sy = sx, sy
		d.lookOut()
		return d.sight.sides(&thing{x0: x0, y0: y0, x1: x1, y1: y1})
	}
	for _, c := range []struct {
		what           string
		sx, sy         float64
		x0, y0, x1, y1 int32
		want           [4]bool
		uncovered      bool
	}{
		{"a cloud in the middle of a picture that stands still", 0, 0, 100, 100, 120, 110, [4]bool{}, false},
		{"one at the left and the top of it", 0, 0, 1, 2, 20, 9, [4]bool{true, true, false, false}, false},
		{"a mast's sway", -1.8, 1.4, 4, 4, 315, 235, [4]bool{}, false},
		{"the top of a picture that shows nothing above row 10", 0, -9.7, 100, 11, 120, 20, [4]bool{false, true, false, false}, true},
		{"three rows below that", 0, -9.7, 100, 14, 120, 20, [4]bool{}, false},
		{"the right of one that shows nothing beyond column 306", 12.6, 0, 300, 100, 305, 110, [4]bool{false, false, true, false}, true},
		{"the left of that one, which is in the picture as before", 12.6, 0, 3, 100, 9, 110, [4]bool{}, false},
		{"the bottom of one that has moved out of sight", 0, 500, 100, 0, 120, 9, [4]bool{false, true, false, true}, true},
	} {
		got := at(c.sx, c.sy, c.x0, c.y0, c.x1, c.y1)
		if got != c.want {
			t.Errorf("%s: at left, top, right, bottom %v, not %v", c.what, got, c.want)
		}
		if uncovered := d.sight.uncovers(got, d.w, d.h); uncovered != c.uncovered {
			t.Errorf("%s: uncovered %v", c.what, uncovered)
		}
	}
}

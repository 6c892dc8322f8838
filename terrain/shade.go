package terrain

import "math"

// Heights gives the surface on a lattice of any step, rows from the south, in
// metres above the ellipsoid; NaN where it is not known. What it gives is for
// drawing: it is sampled, not averaged, and not kept.
func (s *Surface) Heights(w Window) ([]float32, error) { return s.gather(w) }

// Shade is how a slope differs in brightness from level ground under light from
// the north-west, 45° high: −1 is black, 0 level, 1 white; NaN where the height is
// not known. Heights are times steep, which makes gentle ground readable; rows run
// as in the window. The method is Horn's ("Hill shading and the reflectance map",
// Proceedings of the IEEE 69, 1981).
func Shade(w Window, heights []float32, steep float64) []float32 {
	out := make([]float32, len(heights))
	north, _ := metresPerDegree(w.South + float64(w.Rows)/2*w.Step)
	at := func(c, r int) float64 {
		c, r = max(0, min(c, w.Columns-1)), max(0, min(r, w.Rows-1))
		return float64(heights[r*w.Columns+c])
	}
	const light = math.Sqrt2 / 2 // sine and cosine of 45°
	for r := range w.Rows {
		_, east := metresPerDegree(w.South + float64(r)*w.Step)
		dx, dy := 8*east*w.Step/steep, 8*north*w.Step/steep
		for c := range w.Columns {
			toEast := (at(c+1, r-1) + 2*at(c+1, r) + at(c+1, r+1) - at(c-1, r-1) - 2*at(c-1, r) - at(c-1, r+1)) / dx
			toNorth := (at(c-1, r+1) + 2*at(c, r+1) + at(c+1, r+1) - at(c-1, r-1) - 2*at(c, r-1) - at(c+1, r-1)) / dy
			// The normal is (−toEast, −toNorth, 1); light comes from (−1, 1) and above.
			bright := (toEast*light*light - toNorth*light*light + light) / math.Sqrt(1+toEast*toEast+toNorth*toNorth)
			out[r*w.Columns+c] = float32(math.Max(-1, math.Min(1, (math.Max(0, bright)-light)/(1-light))))
		}
	}
	return out
}

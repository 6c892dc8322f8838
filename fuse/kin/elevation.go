package kin

import "math"

// bent is the radius in m of an Earth on which light travels straight: the true
// one over 1 − 0.13, the usual refraction of the lower air.
const bent = 6.371e6 / (1 - 0.13)

// dip is how far below the horizontal something on the ground appears at a
// range r in m, from a height above that ground, and by how much that changes
// with the range and with the height (rad/m).
func dip(r, height float64) (el, byRange, byHeight float64) {
	h := height + r*r/(2*bent)
	s := r*r + h*h
	return -math.Atan2(h, r), h/s - r/s*(r/bent), -r / s
}

// elevationRow is the measurement's elevation as seen from a range r: what is
// not known of the height between sensor and ground counts as noise.
func (z *Meas) elevationRow(dx, dy, r float64) Row {
	el, byRange, byHeight := dip(r, z.Height)
	return Row{
		H:  [4]float64{byRange * dx / r, byRange * dy / r},
		Nu: z.El - el, R: z.VarEl + byHeight*byHeight*z.VarHeight,
	}
}

// Look fills in the range of a measurement of azimuth and elevation from the
// height in m at which the sensor stands over the ground, with its variance. It
// reports false, and leaves elevation out, where that does not fix the range to
// within a third of itself or to less than most: then it is a bearing.
func (z *Meas) Look(el, varEl, height, varHeight, most float64) bool {
	if !(el < 0 && el > -1.5 && varEl > 0 && height > 0 && varHeight > 0) {
		return false
	}
	// The Earth curves away: solve h + r²/2R = r·tan(−el) for the nearer root.
	t := math.Tan(-el)
	root := t*t - 2*height/bent
	if root <= 0 {
		return false
	}
	r := 2 * height / (t + math.Sqrt(root))
	_, byRange, byHeight := dip(r, height)
	v := (varEl + byHeight*byHeight*varHeight) / (byRange * byRange)
	if !(r >= 1 && r <= most && v < r*r/9) {
		return false
	}
	z.El, z.VarEl, z.Height, z.VarHeight = el, varEl, height, varHeight
	z.Range, z.VarRange = r, v
	return true
}

// PerElevation is how many metres of range one radian of elevation is, where the
// elevation was measured: what turns a density over range into one over it.
func (z *Meas) PerElevation() float64 {
	_, byRange, _ := dip(max(z.Range, 1), z.Height)
	return 1 / byRange
}

package detect

import "math"

// course holds the sums over the places of sightings from which a way is fitted: their
// number, and the first and second moments of frame and place.
type course struct {
	n, k, kk, x, kx, xx, y, ky, yy float64
}

// settled is the number of sightings since the two that a track was born of from which
// these may speak for themselves, tight the variance in square pixels up to which their
// own way is straight for that, and loose how many times less that has to be than with
// the two.
const settled, tight, loose = 6, 0.5, 2

// course is the way that a track is judged by: that of all sightings, or, where that is
// straight and the whole is not, that since the two that the track was born of. One of them may have
// been of something else, a piece of a cloud that stood where the thing came in, and
// would bend the way for as long as the thing is seen.
func (p *proof) course() *course {
	if p.since.n >= settled {
		_, whole := p.whole.odds()
		if _, since := p.since.odds(); since <= tight && loose*since < whole {
			return &p.since
		}
	}
	return &p.whole
}

// place adds a sighting at frame k of a track's life; what lies farther back
// than some twenty of them counts for less and less, since animals turn.
func (c *course) place(k, x, y float64) {
	const keep = 0.95
	if c.n >= 10 {
		for _, v := range []*float64{&c.n, &c.k, &c.kk, &c.x, &c.kx, &c.xx, &c.y, &c.ky, &c.yy} {
			*v *= keep
		}
	}
	c.n++
	c.k, c.kk = c.k+k, c.kk+k*k
	c.x, c.kx, c.xx = c.x+x, c.kx+k*x, c.xx+x*x
	c.y, c.ky, c.yy = c.y+y, c.ky+k*y, c.yy+y*y
}

// odds is twice the log of the likelihood ratio of a constant velocity against
// scatter about one place, each with its own best variance (Wilks 1938), and
// that of the velocity in square pixels. Half a pixel of scatter is always
// allowed for.
func (c *course) odds() (odds, variance float64) {
	kk := c.kk - c.k*c.k/c.n
	if c.n < 3 || kk <= 0 {
		return 0, 0
	}
	kx, ky := c.kx-c.k*c.x/c.n, c.ky-c.k*c.y/c.n
	still := max(c.xx-c.x*c.x/c.n+c.yy-c.y*c.y/c.n, 0) + c.n/4
	moving := max(still-(kx*kx+ky*ky)/kk, c.n/4)
	return c.n * math.Log(still/moving), moving / c.n
}

// slope is the covariance of time with the way across and down, and the variance
// of time, each times the number of sightings.
func (c *course) slope() (across, down, time float64) {
	return c.kx - c.k*c.x/c.n, c.ky - c.k*c.y/c.n, max(c.kk-c.k*c.k/c.n, 0)
}

// bob is the variance of the height about its slope, in square pixels.
func (c *course) bob() float64 {
	_, down, time := c.slope()
	if time <= 0 {
		return 0
	}
	return max(c.yy-c.y*c.y/c.n-down*down/time, 0) / c.n
}

package pmb

import "marsad/fuse/kin"

// Manner is how much likelier than usual a thing takes up each kind of motion:
// factors on the rates at which it changes to them. The zero value changes nothing.
type Manner [kin.Modes]float64

// Going is what is known of the ground at a place, given as a value: soft
// knowledge, since who wants to may climb a wall and drive up a slope.
type Going struct {
	Manner Manner
	// Pace scales how far something that nothing measures is thought to keep
	// going from there; 0 is as on open ground.
	Pace float64
}

// manner gives the factors for a track by its class and by the ground that it
// is on at an instant; false where nothing is changed. Before any sensor said a class they are
// one: they are reckoned against what a track just found may be.
func (c *Config) manner(t *Track, at int64) (m Manner, bent bool) {
	for i := range m {
		m[i] = 1
	}
	if c.Manners != ([NClass]Manner{}) {
		bent = true
		for i := range m {
			is, usual := 0.0, 0.0
			for k := range t.Class {
				f := c.Manners[k][i]
				if f == 0 {
					f = 1
				}
				is += float64(t.Class[k]) * f
				usual += float64(anyClass(k)) * f
			}
			m[i] = is / usual
		}
	}
	if c.Ground != nil {
		if g := c.Ground(t.Cell, t.Mean.X[0], t.Mean.X[1], at); g.Manner != (Manner{}) {
			bent = true
			for i := range m {
				m[i] *= g.Manner[i]
			}
		}
	}
	return m, bent
}

// anyClass is how likely a thing just found is of a class.
func anyClass(k int) float32 {
	if k == 0 {
		return 0.5
	}
	return 0.5 / (NClass - 1)
}

// predict moves a body of a track, as old as the other, to an instant, in the
// manner of its class and of the ground.
func (c *Config) predict(t *Track, b *kin.Body, at int64) {
	dt := seconds(at - t.At)
	if m, bent := c.manner(t, at); bent {
		c.Motion.PredictAs(b, dt, (*[kin.Modes]float64)(&m))
		return
	}
	c.Motion.Predict(b, dt)
}

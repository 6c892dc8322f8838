package kin

import "math"

// Modes is the number of motion models that a thing is thought to switch
// between.
const Modes = 5

// The modes, in order.
const (
	Still  = iota // stands, digs, waits
	Slow          // walks straight
	Stroll        // walks, and halts and turns as walkers do
	Fast          // drives straight
	Veer          // starts, brakes, turns
)

// Mode is one motion model.
type Mode struct {
	Q float64 // m²/s³ of white acceleration; for Still m²/s of random walk
	// Tau is the time in s in which a velocity is forgotten (Singer 1970 in
	// velocity: an Ornstein-Uhlenbeck process); 0 keeps it.
	Tau float64
	V   float64 // 1σ m/s of the velocity of a thing just found in this mode
	W   float64 // share of things just found
	// Jump is the 1σ m/s by which the velocity changes at once when a moving
	// thing takes up this mode.
	Jump float64
}

// Motion is the set of modes and how often things change between them.
type Motion struct {
	Mode [Modes]Mode
	// Rate per second of leaving mode i for mode j; the diagonal is unused.
	Rate [Modes][Modes]float64
}

// Body is the state of one thing under every mode (interacting multiple
// models: Blom & Bar-Shalom 1988).
type Body struct {
	Mu  [Modes]float64
	Sub [Modes]Gauss
}

// Born is a thing just found at a position with covariance (packed 00 01 11).
func (m *Motion) Born(x, y float64, p [3]float64) (b Body) {
	for i := range Modes {
		v2 := m.Mode[i].V * m.Mode[i].V
		b.Mu[i] = m.Mode[i].W
		b.Sub[i] = Gauss{
			X: [4]float64{x, y, 0, 0},
			P: [10]float64{p[0], p[1], 0, 0, p[2], 0, 0, v2, 0, v2},
		}
	}
	return b
}

// Predict moves the body by dt seconds, 0 ≤ dt.
func (m *Motion) Predict(b *Body, dt float64) { m.PredictAs(b, dt, nil) }

// PredictAs is Predict for a thing that takes up each mode so many times as
// often as the rates say.
func (m *Motion) PredictAs(b *Body, dt float64, manner *[Modes]float64) {
	if dt <= 0 {
		return
	}
	m.mix(b, dt, manner)
	for i := range Modes {
		if i == Still {
			v := m.Mode[Still].V
			b.Sub[Still].Stand(dt, m.Mode[Still].Q, v*v)
			continue
		}
		b.Sub[i].Drift(dt, m.Mode[i].Q, m.Mode[i].Tau)
	}
}

// Straight is the motion of things that leave off going straight so many times as
// often.
func (m Motion) Straight(times float64) Motion {
	for _, i := range [...]int{Slow, Fast} {
		for j := range Modes {
			m.Rate[i][j] *= times
		}
	}
	return m
}

// Changes is the probability of being in mode j, dt seconds after mode i.
func (m *Motion) Changes(dt float64) [Modes][Modes]float64 { return m.changes(dt, nil) }

// changes is Changes for a thing that takes up each mode so many times as often.
func (m *Motion) changes(dt float64, manner *[Modes]float64) (pi [Modes][Modes]float64) {
	rates := &m.Rate
	if manner != nil {
		bent := m.Rate
		for i := range Modes {
			for j := range Modes {
				bent[i][j] *= manner[j]
			}
		}
		rates = &bent
	}
	for i := range Modes {
		left := 0.0
		for j := range Modes {
			if j != i {
				left += rates[i][j]
			}
		}
		stay := math.Exp(-left * dt)
		for j := range Modes {
			if j == i {
				pi[i][i] = stay
			} else if left > 0 {
				pi[i][j] = (1 - stay) * rates[i][j] / left
			}
		}
	}
	return pi
}

// mix is the interaction step over dt seconds.
func (m *Motion) mix(b *Body, dt float64, manner *[Modes]float64) {
	pi := m.changes(dt, manner)
	old := *b
	for j := range Modes {
		mu := 0.0
		for i := range Modes {
			mu += pi[i][j] * old.Mu[i]
		}
		b.Mu[j] = mu
		if mu <= 0 || pi[j][j]*old.Mu[j] > mu*(1-1e-6) {
			continue // nothing worth mixing comes in
		}
		var blend Blend
		for i := range Modes {
			w := pi[i][j] * old.Mu[i]
			v := 0.0
			switch {
			case i == j || j == Still:
			case i == Still:
				v = m.Mode[j].V // what starts takes up the velocities of its new mode
			default:
				v = m.Mode[j].Jump
			}
			if v == 0 {
				blend.Add(w, &old.Sub[i])
				continue
			}
			g := old.Sub[i]
			g.P[7] += v * v
			g.P[9] += v * v
			blend.Add(w, &g)
		}
		if g, ok := blend.Gauss(); ok {
			b.Sub[j] = g
		}
	}
}

// Mean is the body's mean and covariance over its modes.
func (b *Body) Mean() Gauss {
	var blend Blend
	for i := range Modes {
		blend.Add(b.Mu[i], &b.Sub[i])
	}
	g, _ := blend.Gauss()
	return g
}

// LeastMu is the share below which no mode falls: what was ruled out a minute
// ago may happen now.
const LeastMu = 1e-6

// Normalise makes the modes' shares sum to one, none below LeastMu.
func (b *Body) Normalise() {
	sum := 0.0
	for _, mu := range b.Mu {
		sum += mu
	}
	for i := range b.Mu {
		b.Mu[i] = max(b.Mu[i]/sum, LeastMu)
	}
}

// Reweigh multiplies the modes' shares by exp(l) and makes them sum to one.
func (b *Body) Reweigh(l *[Modes]float64) {
	top := math.Inf(-1)
	for i, v := range l {
		if b.Mu[i] > 0 {
			top = max(top, v)
		}
	}
	for i, v := range l {
		b.Mu[i] *= math.Exp(v - top)
	}
	b.Normalise()
}

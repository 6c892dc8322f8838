package scene

import (
	"math"
	"math/rand/v2"
)

// mover is one thing that moves by legs: straight, halted or turning.
type mover struct {
	id           int64
	born, dies   int // scan instants: alive from born up to dies, exclusive
	x, y, vx, vy float64
	q            float64 // m²/s³ of jitter in velocity while it moves
	cruise       float64 // m/s it starts a leg with
	style        style
	left         float64 // s of the leg at hand
	turn         float64 // rad/s
	halted       bool
}

// style of moving: how often it changes what it does.
type style struct {
	legs         bool // false: one leg for life
	haltShare    float64
	turnShare    float64
	legMin, span float64 // s
}

// step moves it by dt seconds.
func (m *mover) step(dt float64, rng *rand.Rand) {
	if m.style.legs {
		m.left -= dt
		if m.left <= 0 {
			m.leg(rng)
		}
	}
	if m.halted {
		return
	}
	if m.turn != 0 {
		s, c := math.Sincos(m.turn * dt)
		m.vx, m.vy = c*m.vx-s*m.vy, s*m.vx+c*m.vy
	}
	sv := math.Sqrt(m.q * dt)
	ax, ay := sv*rng.NormFloat64(), sv*rng.NormFloat64()
	m.x += (m.vx + ax/2) * dt
	m.y += (m.vy + ay/2) * dt
	m.vx += ax
	m.vy += ay
}

// leg draws what it does next.
func (m *mover) leg(rng *rand.Rand) {
	m.left = m.style.legMin + m.style.span*rng.Float64()
	was := m.halted
	m.halted, m.turn = false, 0
	switch u := rng.Float64(); {
	case u < m.style.haltShare && !was:
		m.halted, m.vx, m.vy = true, 0, 0
		return
	case u < m.style.haltShare+m.style.turnShare && !was:
		m.turn = (0.02 + 0.1*rng.Float64()) * sign(rng)
		return
	}
	heading := 2 * math.Pi * rng.Float64()
	if !was {
		heading = math.Atan2(m.vy, m.vx) + 0.7*rng.NormFloat64()
	}
	m.vx, m.vy = m.cruise*math.Cos(heading), m.cruise*math.Sin(heading)
}

func sign(rng *rand.Rand) float64 {
	if rng.Uint64()&1 == 0 {
		return -1
	}
	return 1
}

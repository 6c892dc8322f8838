package sim

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"marsad/border"
	"marsad/say"
	"marsad/sense"
	"marsad/sim/scn"
)

// NightOf is what a random night is made of. Rates are for 100 km and eight
// hours; they are assumptions, many times denser than a real night so that a
// drill learns something from each.
type NightOf struct {
	From, To   border.Chainage
	Lasts      time.Duration
	Incursions float64 // movements that mean to cross, or to look like it
	Locals     float64 // shepherds, farmers, their pickups: harmless, both sides
	Herds      float64
	Dogs       float64 // single animals
	Flocks     float64 // birds that only a radar sees well, straight across everything
	Down       float64 // share of towers and radars that are out all night
	Failures   float64 // towers, radars, presence sensors that fail alone
	Cuts       float64 // cables that are cut
	Digs       float64 // people who dig at the line for long and go home again
	Floats     float64 // sealed floats on the river, where the stretch holds it
}

// UsualNight is the drill's default.
func UsualNight(from, to border.Chainage, lasts time.Duration) NightOf {
	return NightOf{From: from, To: to, Lasts: lasts, Incursions: 24, Locals: 6, Herds: 4, Dogs: 8, Flocks: 2, Down: 0.08, Failures: 0.6, Cuts: 0.15, Digs: 1, Floats: 2}
}

// Night makes a random night as a scenario without expectations. Equal seeds
// give equal nights.
func Night(of NightOf, seed uint64) *scn.Scenario {
	n := &night{NightOf: of, rng: rand.New(rand.NewPCG(seed, 0x9176))}
	n.scale = float64(of.To-of.From) / 100_000 * of.Lasts.Hours() / 8
	n.s = &scn.Scenario{
		Name:  fmt.Sprintf("night-%d", seed),
		Title: say.Text{En: fmt.Sprintf("Random night %d", seed), Ar: "ليلة عشوائية " + say.LTR(fmt.Sprint(seed))},
		Night: time.Date(2026, 1, 1, 20, 0, 0, 0, scn.Zone).AddDate(0, 0, n.rng.IntN(365)).UTC(),
		Lasts: of.Lasts, Seed: seed, From: of.From, To: of.To, Roam: true,
	}
	n.weather()
	for range n.draw(of.Incursions) {
		n.incursion()
	}
	for range n.draw(of.Locals) {
		n.local()
	}
	for range n.draw(of.Herds) {
		n.herd()
	}
	for range n.draw(of.Dogs) {
		n.dog()
	}
	for range n.draw(of.Flocks) {
		n.flock()
	}
	n.failures()
	for range n.draw(of.Digs) {
		n.dig()
	}
	n.floats()
	return n.s
}

type night struct {
	NightOf
	s     *scn.Scenario
	rng   *rand.Rand
	scale float64
}

// draw is a Poisson number for a rate by 100 km and eight hours.
func (n *night) draw(rate float64) int {
	mean, k := rate*n.scale, 0
	for p := n.rng.Float64(); p > math.Exp(-mean) && k < 10_000; p *= n.rng.Float64() {
		k++
	}
	return k
}

func (n *night) between(lo, hi float64) float64 { return lo + (hi-lo)*n.rng.Float64() }

// km somewhere on the stretch, not where its ends would hide something.
func (n *night) km() border.Chainage {
	return border.Chainage(math.Round(n.between(float64(n.From)+6000, float64(n.To)-6000)))
}

// when, so that what takes so long can come to its end.
func (n *night) when(takes float64) time.Duration {
	last := math.Max(120, n.Lasts.Seconds()-takes)
	return time.Duration(n.between(60, last)) * time.Second
}

func (n *night) weather() {
	wind := math.Abs(4 + 3.5*n.rng.NormFloat64())
	n.s.Weather = append(n.s.Weather, scn.Weather{Wind: wind, WindFrom: n.between(200, 340), Everywhere: true})
	if n.rng.Float64() < 0.12 {
		at := time.Duration(n.between(0, n.Lasts.Seconds()/2)) * time.Second
		n.s.Weather = append(n.s.Weather, scn.Weather{Wind: -1, At: at, Until: at + time.Duration(n.between(1800, 7200))*time.Second,
			Visibility: n.between(200, 1500), From: n.From, To: n.From + (n.To-n.From)/3})
	}
}

func (n *night) add(a scn.Actor) {
	a.Name = fmt.Sprintf("%s-%d", a.Class, len(n.s.Actors)+1)
	if a.Harmless {
		a.Name = "harmless-" + a.Name
	}
	if a.Parties == 0 {
		a.Parties = 1
	}
	n.s.Actors = append(n.s.Actors, a)
}

// incursion: somebody means to cross, in one direction or the other. One in ten
// turns round before the line.
func (n *night) incursion() {
	a := scn.Actor{Count: 1}
	speed, far, beyond := 0.0, 0.0, 0.0
	side := border.Offset(-1)
	switch u := n.rng.Float64(); {
	case u < 0.22:
		a.Class = sense.Person
	case u < 0.60:
		a.Class, a.Count = sense.Group, 2+n.rng.IntN(11)
		if n.rng.Float64() < 0.25 {
			a.Children = max(1, a.Count/2)
		}
		a.Adults = a.Count - a.Children
	case u < 0.78:
		a.Class = sense.Vehicle
	case u < 0.86:
		a.Class, a.Count = sense.Convoy, 2+n.rng.IntN(3)
	default:
		a.Class = sense.SlowAir
	}
	switch a.Class {
	case sense.Vehicle, sense.Convoy:
		speed, far, beyond = n.between(4, 13), n.between(4000, 9000), 3000
		if n.rng.Float64() < 0.5 {
			side = 1
		}
	case sense.SlowAir:
		speed, far, beyond = n.between(4, 9), n.between(4000, 8000), 3000
	default:
		speed, far, beyond = n.between(0.7, 1.5), n.between(2200, 3800), 900
		if n.rng.Float64() < 0.12 {
			side = 1
		}
	}
	km := n.km()
	a.Start = scn.Place{Chainage: km + border.Chainage(n.between(-600, 600)), Offset: side * border.Offset(far)}
	to := scn.Clause{Move: scn.Go, To: scn.Place{Chainage: km, Offset: -side * border.Offset(beyond)}, HasKm: true, Speed: speed}
	back := n.rng.Float64() < 0.1
	if back {
		to.To.Offset = side * border.Offset(n.between(150, 600))
	}
	a.Path = append(a.Path, to)
	halted := 0.0
	for range n.rng.IntN(3) {
		at := side * border.Offset(n.between(far*0.25, far*0.9))
		halt := n.between(40, 400)
		if a.Class != sense.SlowAir && (!back || math.Abs(float64(at)) > 650) {
			a.Path = append(a.Path, scn.Clause{Move: scn.Halt, OnTheWay: true, HaltAt: at, For: time.Duration(halt) * time.Second})
			halted += halt
		}
	}
	takes := (far+beyond)/speed + halted
	if back {
		a.Path = append(a.Path, scn.Clause{Move: scn.Halt, For: time.Duration(n.between(60, 900)) * time.Second},
			scn.Clause{Move: scn.Go, To: a.Start, HasKm: true, Speed: speed})
		takes += far/speed + 900
	}
	a.Ends, a.At = true, n.when(takes)
	n.add(a)
}

// dig: somebody comes to the line, works there for long and goes home again. The
// passage is not used this night.
func (n *night) dig() {
	km, works, speed := n.km(), n.between(1800, 5400), n.between(0.7, 1.3)
	far := border.Offset(-n.between(10, 60))
	n.add(scn.Actor{Class: sense.Dig, Count: 1, Ends: true, At: n.when(works), Start: scn.Place{Chainage: km, Offset: far},
		Path: []scn.Clause{{Move: scn.Linger, For: time.Duration(works) * time.Second},
			{Move: scn.Go, HasKm: true, Speed: speed, To: scn.Place{Chainage: km, Offset: -1500}}}})
}

// The Euphrates comes through the line there. What floats begins on the other
// side and drifts through.
const (
	riverFrom = border.Chainage(366_000)
	riverTo   = border.Chainage(368_000)
)

// floats come down the river: their rate is for a night of eight hours, since
// there is one river however long the stretch is.
func (n *night) floats() {
	if n.From > riverFrom || n.To < riverTo {
		return
	}
	scale := n.scale
	n.scale = n.Lasts.Hours() / 8
	defer func() { n.scale = scale }()
	for range n.draw(n.Floats) {
		km := border.Chainage(n.between(float64(riverFrom)+200, float64(riverTo)-200))
		speed := n.between(0.7, 1.2)
		a := scn.Actor{Class: sense.Float, Count: 1, Ends: true, At: n.when(2400 / speed), Start: scn.Place{Chainage: km, Offset: -1400}}
		a.Path = []scn.Clause{{Move: scn.Go, HasKm: true, Speed: speed, To: scn.Place{Chainage: km - 200, Offset: 900}}}
		n.add(a)
	}
}

// local people go their own ways: along the line, or to a field near it and
// home again, never across it.
func (n *night) local() {
	if n.rng.Float64() < 0.3 {
		n.farmer()
		return
	}
	a := scn.Actor{Count: 1, Harmless: true, Ends: true, Class: sense.Person}
	speed := n.between(0.6, 1.4)
	long := n.between(800, 2500)
	if n.rng.Float64() < 0.5 {
		a.Class, speed, long = sense.Vehicle, n.between(5, 14), n.between(3000, 12000)
	}
	off := n.between(1200, 5000)
	if n.rng.Float64() < 0.5 {
		off = -n.between(1800, 5000)
	}
	km := n.km()
	a.Start = scn.Place{Chainage: km, Offset: border.Offset(off)}
	to := km + border.Chainage(math.Copysign(long, n.rng.Float64()-0.5))
	a.Path = []scn.Clause{{Move: scn.Go, HasKm: true, Speed: speed,
		To: scn.Place{Chainage: min(max(to, n.From), n.To), Offset: border.Offset(off * n.between(0.8, 1.3))}}}
	a.At = n.when(long / speed)
	n.add(a)
}

// farmer: out to a field, work there, and home again.
func (n *night) farmer() {
	side := border.Offset(math.Copysign(1, n.rng.Float64()-0.5))
	a := scn.Actor{Count: 1, Harmless: true, Ends: true, Class: sense.Person}
	speed, far, field := n.between(0.7, 1.3), n.between(1500, 3000), n.between(500, 1100)
	if n.rng.Float64() < 0.4 {
		a.Class, speed, far = sense.Vehicle, n.between(4, 9), n.between(2500, 6000)
	}
	km := n.km()
	a.Start = scn.Place{Chainage: km, Offset: side * border.Offset(far)}
	stay := n.between(600, 3600)
	a.Path = []scn.Clause{
		{Move: scn.Go, HasKm: true, Speed: speed, To: scn.Place{Chainage: km + border.Chainage(n.between(-900, 900)), Offset: side * border.Offset(field)}},
		{Move: scn.Graze, Radius: 60, Speed: 0.5, For: time.Duration(stay) * time.Second},
		{Move: scn.Go, HasKm: true, Speed: speed, To: a.Start},
	}
	a.At = n.when(2*far/speed + stay)
	n.add(a)
}

// flock of birds.
func (n *night) flock() {
	off := n.between(-5000, 5000)
	a := scn.Actor{Class: sense.Animal, Count: 1, Harmless: true, Ends: true, Start: scn.Place{Chainage: n.km(), Offset: border.Offset(off)}}
	a.Path = []scn.Clause{{Move: scn.Go, HasKm: true, Speed: n.between(8, 14),
		To: scn.Place{Chainage: a.Start.Chainage + border.Chainage(n.between(-6000, 6000)), Offset: border.Offset(n.between(-5000, 5000))}}}
	a.At = n.when(800)
	n.add(a)
}

func (n *night) herd() {
	off := n.between(500, 3500)
	if n.rng.Float64() < 0.6 {
		off = -n.between(600, 3500)
	}
	lasts := n.between(1800, 10800)
	n.add(scn.Actor{Class: sense.Animal, Count: 20 + n.rng.IntN(180), Harmless: true, Ends: true, At: n.when(lasts / 2),
		Start: scn.Place{Chainage: n.km(), Offset: border.Offset(off)},
		Path:  []scn.Clause{{Move: scn.Graze, Radius: n.between(150, 450), Speed: n.between(0.2, 0.7), For: time.Duration(lasts) * time.Second}}})
}

// dog: one animal that trots about, and one in three across the line.
func (n *night) dog() {
	off := n.between(-1500, 1500)
	a := scn.Actor{Class: sense.Animal, Count: 1, Harmless: true, Ends: true, Start: scn.Place{Chainage: n.km(), Offset: border.Offset(off)}}
	if n.rng.Float64() < 0.33 {
		a.Path = []scn.Clause{{Move: scn.Go, HasKm: true, Speed: n.between(0.8, 3), To: scn.Place{Chainage: a.Start.Chainage + 300, Offset: border.Offset(-off / 2)}}}
	} else {
		a.Path = []scn.Clause{{Move: scn.Graze, Radius: n.between(200, 800), Speed: n.between(0.5, 2.5), For: time.Duration(n.between(900, 5400)) * time.Second}}
	}
	a.At = n.when(2000)
	n.add(a)
}

func (n *night) failures() {
	for km := int(n.From / 1000); km <= int(n.To/1000); km++ {
		if n.rng.Float64() < n.Down {
			n.s.Failures = append(n.s.Failures, scn.Failure{What: "tower", Number: km})
		}
		if km%10 == 0 && n.rng.Float64() < n.Down {
			n.s.Failures = append(n.s.Failures, scn.Failure{What: "radar", Number: km})
		}
	}
	for range n.draw(n.Failures) {
		f := scn.Failure{At: n.when(600), What: "tower", Number: int(n.km() / 1000)}
		if n.rng.Float64() < 0.2 {
			f.What, f.Number = "radar", int(n.km()/10_000)*10
		}
		f.Until = f.At + time.Duration(n.between(300, 7200))*time.Second
		n.s.Failures = append(n.s.Failures, f)
	}
	for range n.draw(n.Cuts) {
		at := n.when(3600)
		n.s.Failures = append(n.s.Failures, scn.Failure{At: at, What: "link", Number: int(n.km() / 1000), Until: at + time.Duration(n.between(1800, 7200))*time.Second})
	}
}

package coverage

import (
	"sync"
	"testing"

	"marsad/border"
	"marsad/sense"
	"marsad/terrain"
)

func onGround(s *sense.Sensor) (float64, bool) { return s.Position.Height, true }

// twoCores runs work on two processors, as the machine of the border has.
func twoCores(n int, do func(int)) {
	var g sync.WaitGroup
	for core := range 2 {
		g.Go(func() {
			for i := core; i < n; i += 2 {
				do(i)
			}
		})
	}
	g.Wait()
}

// BenchmarkEstate is everything from nothing, the ground included.
func BenchmarkEstate(b *testing.B) {
	sensors := estate()
	for b.Loop() {
		if _, err := New(Config{Axis: border.Default(), Ground: surface(b, terrain.NewRelief(1)), Run: twoCores, Above: onGround}, sensors); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkHealth is one tower's change to its lanes and the new list of gaps.
func BenchmarkHealth(b *testing.B) {
	sensors := estate()
	n, err := New(Config{Axis: border.Default(), Ground: surface(b, terrain.NewRelief(1)), Run: twoCores, Above: onGround}, sensors)
	if err != nil {
		b.Fatal(err)
	}
	to := sense.Lost
	for b.Loop() {
		n.Health(sense.HealthChange{Sensor: sensors[301].ID, To: to})
		n.Gaps(sense.Person)
		if to = sense.Lost; n.watches[301].health == sense.Lost {
			to = sense.Good
		}
	}
}

// BenchmarkTower is the line coverage of one tower over 40 km at 10 m.
func BenchmarkTower(b *testing.B) {
	ground := surface(b, terrain.NewRelief(1))
	n, err := New(Config{Axis: border.Default(), Ground: ground, Above: onGround}, nil)
	if err != nil {
		b.Fatal(err)
	}
	s := tower(300, 20_000)
	s.Position.Height = 30
	for b.Loop() {
		if r, flaw := n.survey(&s); flaw != nil || len(r.dist) < 3000 {
			b.Fatal(flaw)
		}
	}
}

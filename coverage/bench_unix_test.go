//go:build unix

package coverage

import (
	"sync"
	"syscall"
	"testing"
	"time"

	"marsad/border"
	"marsad/sense"
	"marsad/terrain"
)

// cpu reports the processor time of each operation: a busy machine does not
// change it.
func cpu(b *testing.B) (stop func()) {
	used := func() time.Duration {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			b.Fatal(err)
		}
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	begin := used()
	return func() { b.ReportMetric(1000*(used()-begin).Seconds()/float64(b.N), "cpu-ms/op") }
}

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
	defer cpu(b)()
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
	defer cpu(b)()
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
	n.survey(&s) // the ground is at hand
	defer cpu(b)()
	for b.Loop() {
		patch, err := ground.Patch(s.Position.Point, s.MaxRange)
		if err != nil {
			b.Fatal(err)
		}
		r := &reach{origin: s.Position}
		n.walk(patch.Look(s.Position.Point, patch.At(s.Position.Point)+30, terrain.Refraction), r, s.MaxRange)
		if len(r.dist) < 3500 {
			b.Fatal(len(r.dist))
		}
	}
}

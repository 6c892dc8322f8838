package pmb

import (
	"math"
	"math/rand/v2"
	"testing"

	"marsad/fuse/kin"
)

// follow lets a radar follow one thing of a class and gives the root mean square
// error of its place and of its speed, from the tenth second on.
func follow(cfg Config, class int, seeds uint64, move func(k int, d *dot, rng *rand.Rand)) (place, speed float64) {
	n := 0.0
	for seed := range seeds {
		rng := rand.New(rand.NewPCG(seed, 21))
		e := newEngine(cfg)
		v := eye{kind: 'r', s1: 0.006, s2: 12, view: View{MaxRange: 9000, HalfWidth: math.Pi, Pd: 0.85, ClutterAzRange: 1e-6, Moves: true}}
		things := []dot{{400, 2500, 0, 0}}
		for k := range 120 {
			move(k, &things[0], rng)
			things[0].step(1, 0, rng)
			s := v.look(float64(k), 0, things, rng)
			for i := range s.Dets {
				if class > 0 {
					s.Dets[i].Class[class], s.Dets[i].Class[0] = 0.8, 0.2
				}
			}
			e.Step(&s)
			e.Tick(s.At)
			if k < 10 {
				continue
			}
			e.Each(func(_ int32, tr *Track) {
				if g := e.Mean(tr, s.At); tr.Status != Tentative {
					place += sq(g.X[0]-things[0].x) + sq(g.X[1]-things[0].y)
					speed += sq(g.X[2]-things[0].vx) + sq(g.X[3]-things[0].vy)
					n++
				}
			})
		}
	}
	return math.Sqrt(place / n), math.Sqrt(speed / n)
}

// walks goes at 1.2 m/s, turns by up to 90° and halts now and then.
func walks(k int, d *dot, rng *rand.Rand) {
	if k%25 == 0 {
		a := math.Pi / 2 * (rng.Float64() - 0.5)
		v := 1.2
		if rng.Float64() < 0.2 {
			v = 0
		}
		d.vx, d.vy = v*math.Sin(a), v*math.Cos(a)
	}
}

// drives goes at 8 to 16 m/s, brakes and turns.
func drives(k int, d *dot, rng *rand.Rand) {
	if k%20 == 0 {
		a, v := math.Pi*(rng.Float64()-0.5), 8+8*rng.Float64()
		d.vx, d.vy = v*math.Sin(a), v*math.Cos(a)
	}
}

// TestClassShapesMotion: a thing that the sensors call a person is followed more
// closely when it is thought to move like one, a vehicle likewise; where no
// sensor says a class nothing changes.
func TestClassShapesMotion(t *testing.T) {
	plain := lot()
	plain.Manners = [NClass]Manner{}
	for _, c := range []struct {
		what  string
		class int
		move  func(int, *dot, *rand.Rand)
	}{{"walker", 1, walks}, {"vehicle", 3, drives}} {
		p0, v0 := follow(plain, c.class, 40, c.move)
		p1, v1 := follow(lot(), c.class, 40, c.move)
		t.Logf("%s: error %.2f m and %.3f m/s without, %.2f m and %.3f m/s with its class", c.what, p0, v0, p1, v1)
		if p1 >= p0 || v1 >= v0 {
			t.Errorf("%s: %.2f m and %.3f m/s without, %.2f m and %.3f m/s with its class", c.what, p0, v0, p1, v1)
		}
		p2, v2 := follow(plain, 0, 4, c.move)
		p3, v3 := follow(lot(), 0, 4, c.move)
		if math.Abs(p2-p3) > 1e-9 || math.Abs(v2-v3) > 1e-9 {
			t.Errorf("%s of no class: %v and %v m, %v and %v m/s", c.what, p2, p3, v2, v3)
		}
	}
}

// TestGroundBendsMotion hands in a wall along y = 2600 where things stop more
// often and keep less of their way: of walkers who halt there the error falls, and
// what nothing measures any more is not thought to have walked through.
func TestGroundBendsMotion(t *testing.T) {
	wall := lot()
	wall.Ground = func(_ int32, _, y float64, _ int64) Going {
		if math.Abs(y-2600) > 15 {
			return Going{}
		}
		return Going{Manner: Manner{kin.Still: 20, kin.Slow: 0.3, kin.Stroll: 1, kin.Fast: 0.1, kin.Veer: 0.2}, Pace: 0.15}
	}
	halts := func(k int, d *dot, _ *rand.Rand) {
		d.vx, d.vy = 0, 1.2
		if d.y > 2595 {
			d.vy = 0
		}
	}
	p0, v0 := follow(lot(), 1, 40, halts)
	p1, v1 := follow(wall, 1, 40, halts)
	t.Logf("walkers who halt at a wall: error %.2f m and %.3f m/s without, %.2f m and %.3f m/s with it", p0, v0, p1, v1)
	if p1 >= p0 || v1 >= v0 {
		t.Errorf("%.2f m and %.3f m/s without, %.2f m and %.3f m/s with the wall", p0, v0, p1, v1)
	}
	tr := Track{Mean: kin.Gauss{X: [4]float64{0, 2590, 0, 1.2}}}
	open, held := tr.at(60e9, ptr(lot())), tr.at(60e9, &wall)
	t.Logf("a minute after the last measurement 10 m before the wall: %.0f m past it without, %.0f m with it", open.X[1]-2600, held.X[1]-2600)
	if open.X[1] < 2610 || held.X[1] > 2600 {
		t.Errorf("%.0f without the wall, %.0f with it", open.X[1], held.X[1])
	}
}

func ptr(c Config) *Config { return &c }

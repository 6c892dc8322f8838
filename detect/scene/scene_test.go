package scene

import (
	"hash/fnv"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marsad/detect"
	"marsad/detect/view"
	"marsad/sense"
)

var morning = time.Date(2026, 3, 1, 3, 0, 0, 0, time.UTC)

func busy() map[sense.Class]float64 {
	return map[sense.Class]float64{sense.Person: 60, sense.Group: 40, sense.Vehicle: 60, sense.Animal: 40, sense.SlowAir: 40}
}

func config(n Nuisance) Config {
	return Config{Seed: 3, ThingSeed: 4, Width: 160, Height: 120, FPS: 5, Start: morning, Bits: 8, Nuisances: n, PerHour: busy()}
}

func must(t testing.TB, c Config) *Scene {
	t.Helper()
	s, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func digest(s *Scene, d time.Duration) uint64 {
	h := fnv.New64a()
	s.Play(d, func(shot *Shot) bool {
		var b [2]byte
		for i, p := range shot.Frame.Pix {
			b[0], b[1] = byte(p), byte(p>>8)^shot.Mask[i]
			h.Write(b[:])
		}
		return true
	})
	return h.Sum64()
}

func TestSameSeedSameBits(t *testing.T) {
	a := digest(must(t, config(All)), 20*time.Second)
	s := must(t, config(All))
	if b := digest(s, 20*time.Second); a != b {
		t.Fatal("two scenes of one seed differ")
	}
	if b := digest(s, 20*time.Second); a == b {
		t.Fatal("playing on repeats the scene")
	}
	c := config(All)
	c.Seed++
	if digest(must(t, c), 5*time.Second) == digest(must(t, config(All)), 5*time.Second) {
		t.Fatal("another seed gives the same scene")
	}
}

// Two scenes that differ in nothing but their things differ in the picture
// where the mask says, and nowhere else: within the reach of its blur and of limbs too thin for the mask.
func TestMaskIsWhereThePictureChanges(t *testing.T) {
	c := config(0)
	c.Bits = 16
	delete(c.PerHour, sense.SlowAir) // far out it is fainter than a mask tells
	with := must(t, c)
	c.PerHour = nil
	without := must(t, c)
	var bare []uint16
	without.Play(30*time.Second, func(shot *Shot) bool {
		bare = append(bare, shot.Frame.Pix...)
		return true
	})
	pixels, seen := 0, 0
	with.Play(30*time.Second, func(shot *Shot) bool {
		base := bare[shot.Frame.Index*160*120:]
		for i, p := range shot.Frame.Pix {
			d := math.Abs(float64(p) - float64(base[i])) // 10 mK
			if shot.Mask[i] != 0 {
				pixels++
				if d > 5 {
					seen++
				}
				continue
			}
			if d < 2 {
				continue
			}
			close := false
			for dy := -4; dy <= 4; dy++ {
				for dx := -3; dx <= 3; dx++ {
					j := i + dy*160 + dx
					close = close || (j >= 0 && j < len(shot.Mask) && shot.Mask[j] != 0)
				}
			}
			if !close && !nearThing(shot, i%160, i/160) {
				t.Fatalf("picture %d: pixel %d,%d changes by %g and is far from the mask", shot.Frame.Index, i%160, i/160, d)
			}
		}
		return true
	})
	if pixels < 1000 || seen < pixels*9/10 {
		t.Errorf("%d of %d masked pixels differ by more than 50 mK", seen, pixels)
	}
}

// nearThing allows the faint parts of things too small or too far out of the
// picture to have a mask.
func nearThing(shot *Shot, x, y int) bool {
	return x < 3 || x > 156 || y > 116
}

// Place, size and speed in the truth are those that geometry finds from the
// box.
func TestTruthAgreesWithGeometry(t *testing.T) {
	c := config(0)
	c.Width, c.Height, c.FPS, c.PerHour = 640, 480, 2, map[sense.Class]float64{sense.Vehicle: 120, sense.SlowAir: 60}
	s := must(t, c)
	v, err := view.New(s.Camera())
	if err != nil {
		t.Fatal(err)
	}
	ground, air := 0, 0
	s.Play(2*time.Minute, func(shot *Shot) bool {
		for _, thing := range shot.Things {
			if !thing.Whole || thing.Pixels < 60 {
				continue
			}
			m := v.Of(detect.Mover{Box: thing.Box}, shot.Frame.At, Ground())
			if thing.Class == sense.SlowAir {
				air++
				if m.Kind == view.OnGround {
					t.Fatalf("in the air, and the geometry says ground: %+v", thing)
				}
				continue
			}
			ground++
			to := m.Position.Point
			away := math.Hypot((to.Lat-thing.Where.Lat)*111e3, (to.Lon-thing.Where.Lon)*90e3)
			if away > 3*math.Sqrt(m.Cov[0]+m.Cov[3]) {
				t.Fatalf("%+v lies %.0f m from where the geometry puts it", thing, away)
			}
			if math.Abs(m.Width-thing.Width) > 0.3*thing.Width+1 || math.Abs(m.Height-thing.Height) > 0.35*thing.Height+0.6 {
				t.Fatalf("%+v measures %.1f by %.1f m", thing, m.Width, m.Height)
			}
		}
		return true
	})
	if ground < 20 || air+ground < 30 {
		t.Errorf("only %d on the ground and %d in the air", ground, air)
	}
}

func TestFlatFieldEventFreezesThenChangesThePattern(t *testing.T) {
	c := config(Calibration)
	c.PerHour, c.Bits = nil, 16
	s := must(t, c)
	var last []uint16
	frozen, events, told := 0, 0, 0
	s.Play(11*time.Minute, func(shot *Shot) bool {
		same := last != nil && slices.Equal(last, shot.Frame.Pix)
		if same {
			if frozen == 0 {
				events++
			}
			frozen++
		} else {
			frozen = 0
		}
		for _, d := range shot.Disturbances {
			if d.Cause == Calibration {
				told++
			}
		}
		last = append(last[:0], shot.Frame.Pix...)
		return true
	})
	if events < 2 || events > 3 || told < events {
		t.Errorf("%d events in eleven minutes, %d told", events, told)
	}
}

// The lean that is told is the one in the picture: shifted back, a picture
// without noise is the unshifted one.
func TestSwayMovesThePictureByWhatItSays(t *testing.T) {
	c := config(Sway)
	c.PerHour, c.Bits, c.FPS = nil, 16, 10
	s := must(t, c)
	still := must(t, Config{Seed: 3, Width: 160, Height: 120, FPS: 10, Start: morning, Bits: 16})
	var base []float64
	still.Play(50*time.Second, func(shot *Shot) bool { // the mean of many
		if base == nil {
			base = make([]float64, len(shot.Frame.Pix))
		}
		for i, p := range shot.Frame.Pix {
			base[i] += float64(p) / 500
		}
		return true
	})
	largest := 0.0
	s.Play(20*time.Second, func(shot *Shot) bool {
		l := s.lean(shot.Frame.At, shot.Weather)
		s.shot.Disturbances = s.shot.Disturbances[:len(s.shot.Disturbances)-1]
		// Least squares of the picture's difference on its gradient.
		var a, b, d, e, f float64
		for y := 40; y < 118; y++ {
			for x := 2; x < 158; x++ {
				i := y*160 + x
				gx, gy := (base[i+1]-base[i-1])/2, (base[i+160]-base[i-160])/2
				diff := float64(shot.Frame.Pix[i]) - base[i]
				a, b, d, e, f = a+gx*gx, b+gx*gy, d+gy*gy, e+gx*diff, f+gy*diff
			}
		}
		det := a*d - b*b
		dx, dy := (d*e-b*f)/det, (a*f-b*e)/det
		largest = math.Max(largest, math.Hypot(l.x, l.y))
		if math.Hypot(l.x, l.y) < 0.5 && math.Hypot(dx-l.x, dy-l.y) > 0.12 {
			t.Fatalf("it says %.2f, %.2f and moves %.2f, %.2f", l.x, l.y, dx, dy)
		}
		return true
	})
	if largest < 0.05 {
		t.Errorf("it sways by no more than %g pixels", largest)
	}
}

// In a day of the seed every nuisance that is asked for occurs, and none that
// is not.
func TestADayHasEveryNuisance(t *testing.T) {
	seen := map[Nuisance]int{}
	for hour := range 24 {
		c := config(All)
		c.Width, c.Height, c.Start, c.FPS = 64, 48, morning.Add(time.Duration(hour)*time.Hour), 1
		must(t, c).Play(6*time.Minute, func(shot *Shot) bool {
			for _, d := range shot.Disturbances {
				seen[d.Cause]++
			}
			return true
		})
	}
	for n := Wind; n <= Coding; n <<= 1 {
		if (All&n != 0) != (seen[n] > 0) {
			t.Errorf("%v was seen %d times", n, seen[n])
		}
	}
	c := config(0)
	c.PerHour = nil
	must(t, c).Play(time.Minute, func(shot *Shot) bool {
		if len(shot.Disturbances)+len(shot.Things) > 0 {
			t.Fatalf("an empty scene has %v %v", shot.Disturbances, shot.Things)
		}
		return true
	})
}

// An hour is the same whether or not the one before was played.
func TestAnyHourStartsTheSame(t *testing.T) {
	c := config(Birds | Wind | Clouds)
	c.Bits = 16
	through := must(t, c)
	var want []Thing
	through.Play(4*time.Minute, func(shot *Shot) bool {
		want = append(want[:0], shot.Things...)
		return true
	})
	c.Start = morning.Add(3 * time.Minute)
	var got []Thing
	must(t, c).Play(time.Minute, func(shot *Shot) bool {
		got = append(got[:0], shot.Things...)
		return true
	})
	strip := func(things []Thing) map[int]detect.Box {
		out := map[int]detect.Box{}
		for _, x := range things {
			if !x.Bird { // a kite may circle for longer than it is looked back
				out[x.ID] = x.Box
			}
		}
		return out
	}
	if d := cmp.Diff(strip(want), strip(got)); d != "" || len(want) == 0 {
		t.Errorf("played through and started late: %s", d)
	}
}

func TestImpossibleScenesAreRefused(t *testing.T) {
	for name, spoil := range map[string]func(*Config){
		"tiny": func(c *Config) { c.Width = 8 }, "no rate": func(c *Config) { c.FPS = 0 },
		"no start": func(c *Config) { c.Start = time.Time{} }, "12 bits": func(c *Config) { c.Bits = 12 },
		"nan": func(c *Config) { c.FPS = math.NaN() },
	} {
		c := config(All)
		spoil(&c)
		if _, err := New(c); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func BenchmarkShot(b *testing.B) {
	for name, hour := range map[string]int{"night": 0, "noon": 9} {
		b.Run(name, func(b *testing.B) {
			c := config(All)
			c.Width, c.Height, c.Start = 320, 240, time.Date(2026, 3, 1, hour, 10, 0, 0, time.UTC)
			s := must(b, c)
			for b.Loop() {
				s.Play(200*time.Millisecond, func(*Shot) bool { return true })
			}
		})
	}
}

// Clouds go as fast as the wind carries them, whatever the wind did before, and
// never leap: not when it freshens, nor at midnight.
func TestCloudsDriftWithTheWind(t *testing.T) {
	for seed := range uint64(20) {
		c := config(Clouds)
		c.Seed = seed
		s := must(t, c)
		for step := range 24 * 60 {
			at := morning.Add(time.Duration(step)*time.Minute + time.Duration(seed)*time.Second)
			speed := s.drift(at.Add(time.Second)) - s.drift(at)
			if want := 0.6 + 2*s.weather(at).Wind; math.Abs(speed-want) > 0.01 {
				t.Fatalf("seed %d, %v: clouds pass %g pixels a second, the wind carries them by %g", seed, at, speed, want)
			}
		}
	}
}

// An aircraft so far off that it covers half of no pixel is a thing all the same,
// in nearly every picture of its way: whoever finds it is right.
func TestWhatCoversNoPixelIsAThing(t *testing.T) {
	day, err := New(Config{Seed: 3, ThingSeed: 4, Width: 160, Height: 120, FPS: 5, Bits: 8,
		Start: morning, PerHour: map[sense.Class]float64{sense.SlowAir: 600}})
	if err != nil {
		t.Fatal(err)
	}
	last, seen, away := map[int]int{}, 0, 0
	day.Play(90*time.Second, func(shot *Shot) bool {
		for _, thing := range shot.Things {
			if before, known := last[thing.ID]; known {
				away += shot.Frame.Index - before - 1
			}
			last[thing.ID] = shot.Frame.Index
			seen++
		}
		return true
	})
	if seen < 1000 || 4*away > seen { // some are so small that now and then nothing is drawn of them
		t.Errorf("away in %d pictures, there in %d", away, seen)
	}
}

// Below a balloon clouds and the horizon before them are where the land is, however far
// the picture has moved and turned.
func TestTheSkyMovesWithTheLandBelowABalloon(t *testing.T) {
	c := config(Balloon | Clouds)
	c.Width, c.Height, c.Bits = 320, 240, 16
	s := must(t, c)
	w := s.weather(morning)
	w.Cloud = 0.7
	picture := func(l lean) []float32 {
		clear(s.img)
		s.sky(morning, w, l)
		return slices.Clone(s.img)
	}
	l := lean{x: 11.3, y: -7.6, turn: 0.006}
	still, moved := picture(lean{}), picture(l)
	var off, all float32
	for y := 40; y < 200; y++ {
		for x := 40; x < 280; x++ {
			u, v := l.shift(s, float64(x), float64(y))
			ix, iy := int(u), int(v)
			tx, ty := float32(u-float64(ix)), float32(v-float64(iy))
			up, low := moved[iy*320+ix:], moved[(iy+1)*320+ix:]
			got := (up[0]*(1-tx)+up[1]*tx)*(1-ty) + (low[0]*(1-tx)+low[1]*tx)*ty
			want := still[y*320+x]
			off += max(got-want, want-got)
			all += max(want, -want)
		}
	}
	if all == 0 || off > 0.06*all { // what is blurred twice
		t.Errorf("%.3g of %.3g are elsewhere", off, all)
	}
}

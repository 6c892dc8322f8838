package class

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"marsad/detect"
	"marsad/detect/scene"
	"marsad/detect/view"
	"marsad/sense"
)

func judge(t testing.TB) *Judge {
	t.Helper()
	j, err := New()
	if err != nil {
		t.Fatal(err)
	}
	return j
}

// drawn is a small picture with a warm rectangle and a mover on it.
func drawn(t *rapid.T) (*detect.Frame, detect.Mover) {
	f := &detect.Frame{Width: 64, Height: 48, Bits: 8, Pix: make([]uint16, 64*48)}
	noise := rapid.Uint64().Draw(t, "noise") | 1
	for i := range f.Pix {
		noise = noise*6364136223846793005 + 1442695040888963407
		f.Pix[i] = uint16(100 + noise>>61)
	}
	b := detect.Box{X: rapid.IntRange(0, 40).Draw(t, "x"), Y: rapid.IntRange(0, 30).Draw(t, "y"), W: rapid.IntRange(1, 20).Draw(t, "w"), H: rapid.IntRange(1, 18).Draw(t, "h")}
	warm := uint16(rapid.IntRange(0, 250).Draw(t, "warm"))
	for y := b.Y; y < b.Y+b.H; y++ {
		for x := b.X; x < b.X+b.W; x++ {
			f.Pix[y*64+x] = warm
		}
	}
	return f, detect.Mover{Box: b, Declared: rapid.Bool().Draw(t, "declared")}
}

func measure(kind view.Kind, width, height, speed float64) *view.Measure {
	m := &view.Measure{Spot: view.Spot{Kind: kind}, SigmaSize: 0.15, East: speed, SigmaSpeed: 0.1}
	if kind == view.OnGround {
		m.Width, m.Height = width, height
	}
	return m
}

// A large mover that the detector declared is never ranked away, whatever it
// looks like and however long.
func TestALargeDeclaredMoverIsNeverHidden(t *testing.T) {
	j := judge(t)
	rapid.Check(t, func(t *rapid.T) {
		f, m := drawn(t)
		m.Declared = true
		var track Track
		for range rapid.IntRange(1, 60).Draw(t, "frames") {
			g := measure(view.Kind(rapid.IntRange(0, 2).Draw(t, "kind")), rapid.Float64Range(0.1, 30).Draw(t, "width"), rapid.Float64Range(0.1, 10).Draw(t, "height"), rapid.Float64Range(0, 60).Draw(t, "speed"))
			j.Add(&track, f, m, g)
		}
		large := measure(view.OnGround, rapid.Float64Range(0.81, 30).Draw(t, "large"), 1, 1)
		j.Add(&track, f, m, large)
		r := track.Rank()
		if sum := r.P[Person] + r.P[Group] + r.P[Vehicle] + r.P[SlowAir] + r.P[Unknown]; sum < floor-1e-9 {
			t.Fatalf("a large declared mover keeps %.4f: %v", sum, r.P)
		}
	})
}

func TestProbabilitiesAddUpAndSayWhy(t *testing.T) {
	j := judge(t)
	rapid.Check(t, func(t *rapid.T) {
		f, m := drawn(t)
		var track Track
		if empty := track.Rank(); math.Abs(empty.P[Person]-prior[Person]) > 1e-12 {
			t.Fatal("an empty track is not the prior")
		}
		for range rapid.IntRange(0, 20).Draw(t, "frames") {
			var g *view.Measure
			if rapid.Bool().Draw(t, "calibrated") {
				g = measure(view.Kind(rapid.IntRange(0, 2).Draw(t, "kind")), rapid.Float64Range(0, 30).Draw(t, "width"), rapid.Float64Range(0, 10).Draw(t, "height"), rapid.Float64Range(0, 60).Draw(t, "speed"))
			}
			j.Add(&track, f, m, g)
		}
		r := track.Rank()
		sum := 0.0
		for k, p := range r.P {
			if !(p >= 0 && p <= 1) {
				t.Fatalf("%v has %g", Kind(k), p)
			}
			sum += p
		}
		if math.Abs(sum-1) > 1e-9 {
			t.Fatalf("probabilities add up to %g", sum)
		}
		scan := sense.Scan{Detections: []sense.Detection{{Class: r.Classes()}}}
		total := float32(0)
		for _, v := range scan.Detections[0].Class {
			total += v
		}
		if total > 1.0001 || total < 0.999 {
			t.Fatalf("classes add up to %g", total)
		}
		if track.Looks+track.Measures > 0 && len(r.Why) == 0 {
			t.Fatal("no reason is given")
		}
		for _, w := range r.Why {
			if w.Text.En == "" || w.Text.Ar == "" || !(w.Factor > 0) {
				t.Fatalf("reason %+v", w)
			}
		}
	})
}

// The table that a look is heard through is the one that README.md prints.
func TestTheConfusionIsTheDocumentedOne(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	for i, k := range seen {
		row := "| " + k.String()
		for _, n := range confusion[i] {
			row += fmt.Sprintf(" | %.0f", n)
		}
		if !strings.Contains(string(readme), row+" |") {
			t.Errorf("README.md has no row %q", row)
		}
	}
	// A sure answer stays in doubt by as much as such answers were wrong: what is
	// called a bird is often slow-air, and hardly ever the other way a vehicle.
	sure := func(said int) [NKind]float64 {
		var p [NSeen]float64
		for i := range p {
			p[i] = math.Inf(-1)
		}
		p[said] = 0
		return heard(p)
	}
	bird := sure(4)
	if r := bird[SlowAir] / bird[Bird]; r < 0.2 || r > 0.35 {
		t.Errorf("said bird: slow-air is %.2f times as likely", r)
	}
	if v := sure(2); v[Vehicle] < 5*v[Person] || v[Animal] <= v[SlowAir] {
		t.Errorf("said vehicle: %v", v)
	}
}

// Movers accumulate by their number, are forgotten when they are gone, and an
// outside model's word takes the place of the network's.
func TestMoversAreFollowedByNumber(t *testing.T) {
	ms := judge(t).Follow()
	at := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	f := &detect.Frame{At: at}
	for range 10 {
		ms.See(f, detect.Mover{ID: 1, Declared: true}, measure(view.OnGround, 0.6, 1.7, 1.3))
		ms.See(f, detect.Mover{ID: 2, Declared: true}, measure(view.OnGround, 9, 3.2, 14))
	}
	one, two := ms.Rank(1), ms.Rank(2)
	a, _ := one.Best()
	b, _ := two.Best()
	if a != Person || b != Vehicle {
		t.Errorf("1 is %v, 2 is %v", a, b)
	}
	box := detect.Box{W: 10, H: 20}
	ms.Told(1, box, [NKind]float64{Animal: 1})
	for range 5 {
		ms.Told(2, box, [NKind]float64{Vehicle: math.NaN()})
		ms.Told(2, box, [NKind]float64{})
	}
	told, same := ms.Rank(1), ms.Rank(2)
	if told.P[Animal] < 2*one.P[Animal] || !slices.ContainsFunc(told.Why, func(w Reason) bool { return w.Text == sayOutside }) {
		t.Errorf("told: %v, because %+v", told.P, told.Why)
	}
	if same.P != two.P {
		t.Errorf("an answer that is none counts: %v, %v", same.P, two.P)
	}
	f.At = at.Add(2 * forgetAfter)
	ms.See(f, detect.Mover{ID: 3}, nil)
	gone := ms.Rank(1)
	if math.Abs(gone.P[Person]-prior[Person]) > 1e-12 {
		t.Errorf("1 is remembered: %v", gone.P)
	}
}

// What is known in metres decides where the look is a bare blob.
func TestSizeAndSpeedDecide(t *testing.T) {
	j := judge(t)
	for _, c := range []struct {
		name                 string
		kind                 view.Kind
		width, height, speed float64
		want                 []Kind
	}{
		{"walker", view.OnGround, 0.6, 1.7, 1.3, []Kind{Person}},
		{"lorry", view.OnGround, 9, 3.2, 14, []Kind{Vehicle}},
		{"family", view.OnGround, 5, 1.8, 1, []Kind{Group}},
		{"sheep", view.OnGround, 1.3, 0.8, 0.9, []Kind{Animal}},
		{"in the sky", view.InAir, 0, 0, 0, []Kind{Bird, SlowAir}},
		{"a giant raindrop", view.OnGround, 0.05, 14, 300, []Kind{Unknown}},
	} {
		var track Track
		for range 10 {
			j.Add(&track, &detect.Frame{}, detect.Mover{Declared: true}, measure(c.kind, c.width, c.height, c.speed))
		}
		r := track.Rank()
		best, p := r.Best()
		found := false
		for _, k := range c.want {
			found = found || k == best
		}
		if !found {
			t.Errorf("%s is taken for %v by %.2f: %v", c.name, best, p, r.P)
		}
		if len(r.Why) == 0 || r.Why[0].Factor <= 1 {
			t.Errorf("%s: the first reason speaks against: %+v", c.name, r.Why)
		}
	}
}

// A thousand frames of one pass are not a thousand witnesses.
func TestFramesThatRepeatOneAnotherDoNotMakeSure(t *testing.T) {
	j := judge(t)
	m := measure(view.OnGround, 1.0, 1.3, 1.5) // a person, or an animal
	var few, many Track
	for i := range 1000 {
		if i < 5 {
			j.Add(&few, &detect.Frame{}, detect.Mover{}, m)
		}
		j.Add(&many, &detect.Frame{}, detect.Mover{}, m)
	}
	a, b := few.Rank(), many.Rank()
	_, p := b.Best()
	if p > 0.9 {
		t.Errorf("a doubtful thing seen long is sure by %.3f", p)
	}
	if math.Abs(a.P[Person]-b.P[Person]) > 0.2 {
		t.Errorf("five frames say %.2f, a thousand %.2f", a.P[Person], b.P[Person])
	}
}

func TestALookNeedsAPicture(t *testing.T) {
	f := &detect.Frame{Width: 20, Height: 10, Pix: make([]uint16, 200)}
	for name, b := range map[string]detect.Box{
		"flat": {X: 3, Y: 3, W: 4, H: 4}, "outside": {X: 18, Y: 3, W: 4, H: 4}, "above": {X: 3, Y: -1, W: 4, H: 4}, "empty": {X: 3, Y: 3},
	} {
		if _, ok := Of(f, b); ok {
			t.Errorf("%s: there is a look", name)
		}
	}
	f.Pix[65] = 9
	a, ok := Of(f, detect.Box{X: 4, Y: 2, W: 4, H: 4})
	for i := range f.Pix {
		f.Pix[i] = 500 - 3*f.Pix[i] // another gain and polarity
	}
	b, ok2 := Of(f, detect.Box{X: 4, Y: 2, W: 4, H: 4})
	if !ok || !ok2 {
		t.Fatal("no look at a spot")
	}
	a[fTone+4], b[fTone+4] = 0, 0 // the polarity itself
	for i := range a {
		if math.Abs(float64(a[i]-b[i])) > 1e-4 {
			t.Errorf("feature %d depends on gain: %g and %g", i, a[i], b[i])
		}
	}
}

func TestWeightsReadAndWriteAndAreRefused(t *testing.T) {
	net, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := net.Write(&out); err != nil || !bytes.Equal(out.Bytes(), weights) {
		t.Fatalf("written anew they differ: %v", err)
	}
	for n := range 20 {
		if _, err := ReadNet(bytes.NewReader(weights[:n*len(weights)/20])); !errors.Is(err, ErrNet) {
			t.Errorf("cut to %d/20: %v", n, err)
		}
	}
}

func FuzzReadNet(f *testing.F) {
	f.Add(weights)
	f.Add(weights[:40])
	f.Fuzz(func(t *testing.T, b []byte) {
		net, err := ReadNet(bytes.NewReader(b))
		if err != nil {
			return
		}
		var l Look
		for _, p := range net.Judge(&l) {
			if math.IsNaN(p) {
				t.Skip("finite weights may still overflow; Add bounds what a look can do")
			}
		}
	})
}

// On synthetic pictures, with true boxes: what the whole of looks and metres
// says of things on the ground and in the air. The numbers are in README.md,
// with the word synthetic.
func TestSyntheticThingsAreRanked(t *testing.T) {
	j := judge(t)
	right, wrong := map[sense.Class]int{}, map[sense.Class]map[Kind]int{}
	for _, hour := range []int{0, 19} {
		s, err := scene.New(scene.Config{Seed: 5, ThingSeed: 6, Width: 320, Height: 240, FPS: 2, Start: time.Date(2026, 3, 1, hour, 0, 0, 0, time.UTC),
			Nuisances: scene.Sway | scene.Coding, PerHour: map[sense.Class]float64{sense.Person: 60, sense.Group: 60, sense.Vehicle: 90, sense.Animal: 60, sense.SlowAir: 60}})
		if err != nil {
			t.Fatal(err)
		}
		v, err := view.New(s.Camera())
		if err != nil {
			t.Fatal(err)
		}
		type pass struct {
			track Track
			class sense.Class
			from  time.Time
			x, y  float64
		}
		passes, order := map[int]*pass{}, []int{}
		s.Play(2*time.Minute, func(shot *scene.Shot) bool {
			for _, x := range shot.Things {
				if !x.Whole || x.Pixels < 6 {
					continue
				}
				p := passes[x.ID]
				if p == nil {
					p = &pass{class: x.Class, from: shot.Frame.At, x: x.X, y: x.Y}
					passes[x.ID] = p
					order = append(order, x.ID)
					continue
				}
				span := shot.Frame.At.Sub(p.from).Seconds()
				m := detect.Mover{Box: x.Box, Declared: true, Since: p.from, VX: (x.X - p.x) / span, VY: (x.Y - p.y) / span}
				g := v.Of(m, shot.Frame.At, scene.Ground())
				j.Add(&p.track, &shot.Frame, m, &g)
			}
			return true
		})
		for _, id := range order {
			p := passes[id]
			if p.track.Looks < 3 {
				continue
			}
			r := p.track.Rank()
			best, _ := r.Best()
			if best.Class() == p.class && best != Bird {
				right[p.class]++
			} else if wrong[p.class] == nil {
				wrong[p.class] = map[Kind]int{best: 1}
			} else {
				wrong[p.class][best]++
			}
		}
	}
	for class := range sense.Class(sense.NClass) {
		missed := 0
		for _, n := range wrong[class] {
			missed += n
		}
		if right[class]+missed == 0 {
			continue
		}
		t.Logf("%v: %d of %d, else %v", class, right[class], right[class]+missed, wrong[class])
		if class == sense.Person || class == sense.Vehicle {
			if right[class] < 2*missed {
				t.Errorf("%v: only %d of %d", class, right[class], right[class]+missed)
			}
		}
	}
}

func BenchmarkAdd(b *testing.B) {
	j := judge(b)
	f := &detect.Frame{Width: 64, Height: 48, Bits: 8, Pix: make([]uint16, 64*48)}
	for i := range f.Pix {
		f.Pix[i] = uint16(i * 7919 % 50)
	}
	g := measure(view.OnGround, 0.6, 1.7, 1.3)
	var t Track
	for b.Loop() {
		j.Add(&t, f, detect.Mover{Box: detect.Box{X: 20, Y: 20, W: 6, H: 14}}, g)
	}
}

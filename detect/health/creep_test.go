package health

import (
	"math"
	"slices"
	"testing"
	"time"

	"marsad/detect"
)

// mast films a hillside in 320×240 pixels, a picture each five seconds, from a mast
// that turns: aside and up are how far, in blocks, at a time in hours, and light is
// what the sun adds to a slope that faces it.
type mast struct {
	hills  []float64 // wider and higher than the picture
	at     time.Time
	watch  Watch
	events []Event
	n      int
}

const mastW, mastH, block, border = 320, 240, 10, 60

func newMast() *mast {
	m := &mast{hills: make([]float64, (mastW+2*border)*(mastH+2*border)), at: t0}
	small := view(7, 0.5, 0, 0) // stones, in heaps here and there
	large := view(9, 0, 0, 0)
	for y := range mastH + 2*border {
		for x := range mastW + 2*border {
			heap := math.Max(large[(y/8)*w+x/8]-110, 0)
			m.hills[y*(mastW+2*border)+x] = large[(y/5)%h*w+(x/5)%w] + heap*(small[y%h*w+x%w]-110)/10
		}
	}
	return m
}

func (m *mast) stand(d time.Duration, aside, up func(hours float64) float64) {
	for end := m.at.Add(d); m.at.Before(end); m.at = m.at.Add(5 * time.Second) {
		t := m.at.Sub(t0).Hours()
		dx, dy := aside(t)*block+border, up(t)*block+border
		f := detect.Frame{At: m.at, Width: mastW, Height: mastH, Bits: 8, Index: m.n, Pix: make([]uint16, mastW*mastH)}
		m.n++
		ix, iy := int(dx), int(dy)
		fx, fy := dx-float64(ix), dy-float64(iy)
		const wide = mastW + 2*border
		sun := 0.8 * math.Sin(math.Pi*t/12) // from the left in the morning, from the right in the evening
		for y := range mastH {
			for x := range mastW {
				p := m.hills[(y+iy)*wide+x+ix:]
				v := (p[0]*(1-fx)+p[1]*fx)*(1-fy) + (p[wide]*(1-fx)+p[wide+1]*fx)*fy
				v += sun * (p[4] - p[0])
				f.Pix[y*mastW+x] = uint16(min(max(v+float64((x*7919+y*104729+m.n*1237)%7-3)/3, 0), 255))
			}
		}
		m.events = append(m.events, m.watch.Look(f, 0)...)
	}
}

func still(float64) float64 { return 0 }

// A mast that turns by a little each hour is told as turned when it adds up, though
// no step can be seen, over a restart too; and as right when it is turned back.
func TestAMastThatCreepsIsTold(t *testing.T) {
	if underRace {
		t.Skip("computes alone: nothing to race with")
	}
	m := newMast()
	creep := func(hours float64) float64 { return 0.5 * math.Max(hours-0.5, 0) }
	m.stand(3*time.Hour, creep, still)
	if len(m.events) != 0 {
		t.Fatalf("1¼ blocks: %v, moved by %+v", m.events, m.watch.kept.Moved)
	}
	kept, known := m.watch.Memory()
	if !known {
		t.Fatal("nothing is remembered")
	}
	m.watch = Watch{}
	m.watch.Recall(kept)
	m.at = m.at.Add(time.Minute)
	m.stand(150*time.Minute, creep, still)
	if now := m.watch.Now(); !slices.Equal(now, []Sign{Turned}) || len(m.events) != 1 {
		t.Fatalf("2½ blocks: %v, %v, moved by %+v", now, m.events, m.watch.kept.Moved)
	}
	m.stand(20*time.Minute, still, still)
	if now := m.watch.Now(); len(now) != 0 || m.watch.kept.Moved.far() > 0.5 {
		t.Errorf("turned back: %v, moved by %+v", now, m.watch.kept.Moved)
	}
	m.events = nil
	m.stand(30*time.Minute, func(float64) float64 { return 5 }, still)
	if now := m.watch.Now(); !slices.Contains(now, Turned) || len(m.events) != 1 {
		t.Errorf("turned aside at once: %v, %v, moved by %+v", now, m.events, m.watch.kept.Moved)
	}
	m.stand(10*time.Minute, still, still)
	m.events = nil
	m.stand(30*time.Minute, func(float64) float64 { return -1.5 }, func(float64) float64 { return 2 })
	if now := m.watch.Now(); !slices.Equal(now, []Sign{Turned}) || len(m.events) != 1 {
		t.Errorf("turned aside and up: %v, %v, moved by %+v", now, m.events, m.watch.kept.Moved)
	}
	m.watch.Accept()
	m.stand(30*time.Minute, func(float64) float64 { return -1.5 }, func(float64) float64 { return 2 })
	if now := m.watch.Now(); len(now) != 0 || m.watch.kept.Moved.far() > 0.3 {
		t.Errorf("accepted: %v, moved by %+v", now, m.watch.kept.Moved)
	}
}

// The sun that goes round in two days turns no mast: what it warms on one side of a
// hill and then on the other moves over the picture, and edges stay.
func TestTheSunTurnsNoMast(t *testing.T) {
	if underRace || testing.Short() {
		t.Skip("computes alone: nothing to race with")
	}
	m := newMast()
	most, found := 0.0, 0
	for i := range 96 { // a minute of each half hour
		m.at = t0.Add(time.Duration(i) * 30 * time.Minute)
		m.stand(time.Minute, still, still)
		most = math.Max(most, m.watch.kept.Moved.far())
		if m.watch.found {
			found++
		}
	}
	if len(m.events) != 0 || most > backBelow/2 || found < 60 {
		t.Errorf("%v, moved by %.2f blocks at most, found in %d of 96", m.events, most, found)
	}
}

// Where a shift cannot be told none is made up.
func TestAShiftIsToldOnlyWhereItCan(t *testing.T) {
	var random, stripes, moved, other [nBlocks]float64
	for y := range blocksY {
		for x := range blocksX {
			at := func(x, y int) float64 { return float64((x*7919+y*104729+x*y*31)%101) / 10 }
			random[y*blocksX+x], moved[y*blocksX+x], other[y*blocksX+x] = at(x, y), at(x-3, y+2), at(y+40, 3*x)
			stripes[y*blocksX+x] = at(0, y)
		}
	}
	if x, y, ok := shift(&random, &moved); !ok || math.Abs(x-3) > 0.2 || math.Abs(y+2) > 0.2 {
		t.Errorf("by %.2f and %.2f, %v", x, y, ok)
	}
	if x, _, ok := shift(&stripes, &stripes); !ok || x != 0 {
		t.Errorf("along stripes: %.2f, %v", x, ok)
	}
	for name, b := range map[string]*[nBlocks]float64{"another view": &other, "nothing": new([nBlocks]float64)} {
		if x, y, ok := shift(&random, b); ok {
			t.Errorf("%s lies %.2f and %.2f off", name, x, y)
		}
	}
}

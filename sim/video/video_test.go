package video

import (
	"testing"
	"time"

	"marsad/border"
	"marsad/sense"
	"marsad/sim"
)

func estate() *sim.Estate { return sim.NewEstate(border.Default(), sim.EstateSeed, nil) }

// world of one group that walks, and nothing else.
func world(at time.Time, silent ...sense.SensorID) *sim.Moment {
	return &sim.Moment{At: at, Contrast: 1, Sights: []float64{50_000}, Silent: silent,
		Things: []sim.Thing{{Class: sense.Group, Count: 5, Point: border.Default().Place(38_400, -1_400), VE: 0.8}}}
}

func drawn(e *eye, m *sim.Moment, at time.Time) []uint8 {
	pix := make([]uint8, e.Width*e.Height)
	e.draw(pix, m, at)
	return pix
}

// brighter counts pixels that one picture shows well above another.
func brighter(a, b []uint8) (n int) {
	for i := range a {
		if int(a[i])-int(b[i]) > 25 {
			n++
		}
	}
	return n
}

func TestPicturesAreTheSameEachTime(t *testing.T) {
	at := time.Unix(1_700_000_000, 0)
	c := Cameras(estate())[0]
	a, b := drawn(newEye(c, 3), world(at), at), drawn(newEye(c, 3), world(at), at)
	for i := range a {
		if a[i] != b[i] {
			t.Fatalf("pixel %d is %d and %d", i, a[i], b[i])
		}
	}
}

func TestDustDaylightAndRoofsHideBodies(t *testing.T) {
	at := time.Unix(1_700_000_000, 0)
	e := newEye(Cameras(estate())[0], 3)
	seen := func(change func(*sim.Moment)) int {
		m, empty := world(at), world(at)
		change(m)
		empty.Sights, empty.Things[0].Hidden = m.Sights, true
		return brighter(drawn(e, m, at), drawn(e, empty, at))
	}
	clear := seen(func(*sim.Moment) {})
	if clear < 20 {
		t.Fatalf("a group 1,400 m before the line shows on %d pixels", clear)
	}
	for name, n := range map[string]int{
		"dust of 500 m":   seen(func(m *sim.Moment) { m.Sights[0] = 500 }),
		"no contrast":     seen(func(m *sim.Moment) { m.Contrast = 0.2 }),
		"under a roof":    seen(func(m *sim.Moment) { m.Things[0].Hidden = true }),
		"all counted out": seen(func(m *sim.Moment) { m.Things[0].Count = 0 }),
	} {
		if n > clear/4 {
			t.Errorf("%s: %d pixels, %d when clear", name, n, clear)
		}
	}
}

// A camera shares its tower's cable.
func TestACameraOfACutTowerHasNoPower(t *testing.T) {
	at := time.Unix(1_700_000_000, 0)
	cameras := Cameras(estate())
	if len(cameras) != 2 || cameras[0].Link == "" || cameras[0].Mount == cameras[1].Mount {
		t.Fatalf("%+v", cameras)
	}
	s := New(cameras, 1, func() time.Time { return at })
	if s.powered(0) {
		t.Error("it gives pictures of a world that has not begun")
	}
	s.Show(world(at, cameras[0].Tower))
	if s.powered(0) || !s.powered(1) {
		t.Errorf("powered: %v and %v", s.powered(0), s.powered(1))
	}
}

func BenchmarkPicture(b *testing.B) {
	at := time.Unix(1_700_000_000, 0)
	s := New(Cameras(estate()), 1, func() time.Time { return at })
	s.Show(world(at))
	for b.Loop() {
		if _, _, err := s.picture(0); err != nil {
			b.Fatal(err)
		}
	}
}

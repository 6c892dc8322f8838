package app

import (
	"testing"
	"time"

	"marsad/engine/config"
	"marsad/engine/store"
	"marsad/say"
	"marsad/sim/scn"
)

func TestNightClockNeverRunsBackwards(t *testing.T) {
	s, err := store.Open(t.TempDir(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	night := time.Date(2026, 3, 14, 2, 15, 0, 0, scn.Zone)
	wall := time.Date(2026, 11, 22, 0, 8, 0, 0, time.UTC) // 03:08 in Baghdad
	first, err := nightClock(s, night.UTC(), 4, wall)
	if err != nil {
		t.Fatal(err)
	}
	if want := time.Date(2026, 11, 22, 2, 15, 0, 0, scn.Zone); !first.Start.Equal(want) {
		t.Errorf("the first run starts at %v, want the night that has just passed, %v", first.Start, want)
	}
	if got := first.at(wall.Add(time.Hour)); !got.Equal(first.Start.Add(4 * time.Hour)) {
		t.Errorf("an hour later it is %v", got)
	}
	for _, later := range []time.Duration{time.Second, time.Hour, 30 * time.Hour} {
		end := first.at(wall.Add(later))
		next, err := nightClock(s, night, 1, wall.Add(later))
		if err != nil {
			t.Fatal(err)
		}
		if !next.Start.After(end) {
			t.Errorf("started again %v later, it begins at %v, before the end of the run before at %v", later, next.Start, end)
		}
		first, wall = next, wall.Add(later)
	}
}

func TestTheWallClockIsTheZeroValue(t *testing.T) {
	if d := time.Since((Clock{}).Now()); d < -time.Second || d > time.Minute {
		t.Errorf("off by %v", d)
	}
}

func TestRealAndSimulatedWorldsAreKeptApart(t *testing.T) {
	night, real := Options{Night: time.Date(2026, 1, 11, 2, 0, 0, 0, time.UTC), Speed: 1}, Options{Scenario: "empty"}
	for name, order := range map[string][2]Options{"real after simulated": {night, real}, "simulated after real": {real, night}} {
		conf := config.Default()
		conf.Addr, conf.Sapient.Addr, conf.Data = "127.0.0.1:0", "127.0.0.1:0", t.TempDir()
		for i, o := range []Options{order[0], order[0], order[1]} {
			a, err := New(conf, o)
			if err == nil {
				err = a.Close()
			}
			if refused := err != nil && say.As(err).Code == "app.folder_apart"; refused != (i == 2) {
				t.Errorf("%s, opened for the %dth time: %v", name, i+1, err)
			}
		}
	}
}

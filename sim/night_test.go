package sim

import (
	"testing"
	"time"

	"marsad/border"
	"marsad/sense"
)

func classes(from, to border.Chainage, nights int) map[sense.Class]int {
	n := map[sense.Class]int{}
	for seed := range uint64(nights) {
		for _, a := range Night(UsualNight(from, to, 8*time.Hour), seed).Actors {
			if !a.Harmless {
				n[a.Class]++
			}
		}
	}
	return n
}

func TestNightsDigAndFloat(t *testing.T) {
	river := classes(340_000, 440_000, 40)
	if river[sense.Dig] < 15 || river[sense.Float] < 40 {
		t.Errorf("40 nights over the river: %d dig, %d float", river[sense.Dig], river[sense.Float])
	}
	if dry := classes(0, 100_000, 40); dry[sense.Float] != 0 || dry[sense.Dig] < 15 {
		t.Errorf("40 nights without the river: %d float, %d dig", dry[sense.Float], dry[sense.Dig])
	}
}

func TestADiggerStaysBeforeTheLine(t *testing.T) {
	for seed := range uint64(20) {
		for _, a := range Night(UsualNight(0, 100_000, 8*time.Hour), seed).Actors {
			if a.Class != sense.Dig {
				continue
			}
			if a.Start.Offset > -10 || a.Path[0].For < 30*time.Minute || a.Path[1].To.Offset > 0 {
				t.Errorf("seed %d: %+v", seed, a)
			}
		}
	}
}

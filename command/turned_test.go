package command

import (
	"math"
	"strings"
	"testing"
	"time"

	"marsad/app"
	"marsad/border"
	"marsad/engine/config"
	"marsad/engine/pipeline"
	"marsad/fuse"
	"marsad/sense"
	"marsad/sim"
	"marsad/sim/play"
	"marsad/sim/scn"
)

// stagesOf makes the estate of a scenario and empty stages that know its patrols.
func stagesOf(t *testing.T, scene *scn.Scenario) (*sim.Estate, *pipeline.Stages) {
	t.Helper()
	atlas := border.DefaultAtlas()
	estate := sim.NewEstate(atlas.Axis, sim.EstateSeed, nil)
	conf := config.Default()
	conf.Units = estate.Within(scene.From, scene.To).Roster
	stages, err := pipeline.NewStages(app.Parts(conf, atlas))
	if err != nil {
		t.Fatal(err)
	}
	return estate, stages
}

// registered keeps what registration says of every sensor while a scenario plays.
type registered struct {
	*inProcess
	since  time.Time
	biases map[sense.SensorID]fuse.Bias
	found  map[sense.SensorID]time.Duration // when it was first corrected
}

func (r *registered) Tick(now time.Time) error {
	err := r.inProcess.Tick(now)
	for _, b := range r.out.Biases {
		r.biases[b.Sensor] = b
		if _, known := r.found[b.Sensor]; !known && (b.Applied && math.Abs(b.Azimuth) > 0.0075 || b.Shifted) {
			r.found[b.Sensor] = now.Sub(r.since)
		}
	}
	return err
}

// The scenario's turned tower and wrong clock are found out by what others and the
// patrols' GPS say, are corrected, and no sensor that is right is touched.
func TestTurnedTowerAndWrongClockAreFoundInTheScenario(t *testing.T) {
	scene, err := sim.Scenario("turned-tower")
	if err != nil {
		t.Fatal(err)
	}
	scene.Lasts = 12 * time.Minute
	for seed := uint64(1); seed <= 2; seed++ {
		estate, stages := stagesOf(t, scene)
		r := &registered{inProcess: &inProcess{stages: stages}, since: scene.Night, biases: map[sense.SensorID]fuse.Bias{}, found: map[sense.SensorID]time.Duration{}}
		if _, err := play.Play(estate, scene, r, play.Options{Seed: seed}); err != nil {
			t.Fatal(err)
		}
		const turned, ahead = 1.5 * math.Pi / 180, 1.2
		for i := range estate.Nodes {
			n := &estate.Nodes[i]
			b, at := r.biases[n.ID], r.found[n.ID]
			switch {
			case n.Kind == sense.Camera && n.Number == 50 && (!b.Applied || b.Shifted || math.Abs(b.Azimuth-turned) > 0.004):
				t.Errorf("seed %d: the turned tower: %+v, want %.4f rad corrected", seed, b, turned)
			case n.Kind == sense.Camera && n.Number == 54 && (!b.Shifted || math.Abs(b.Clock-ahead) > 0.3):
				t.Errorf("seed %d: the wrong clock: %+v, want %.1f s corrected", seed, b, ahead)
			case n.Kind == sense.Camera && (n.Number == 50 || n.Number == 54):
				t.Logf("seed %d: %s after %v: %+v", seed, n.Name, at, b)
			case at > 0:
				t.Errorf("seed %d: %s is right and was corrected after %v: %+v", seed, n.Name, at, b)
			}
		}
		shown := 0
		for _, track := range r.Tracks() {
			if track.Unit == "" {
				shown++
			}
		}
		if shown != 3 {
			t.Errorf("seed %d: %d tracks of two vehicles and a walker", seed, shown)
		}
	}
}

// blinded keeps which sensors were found to overlook what others follow.
type blinded struct {
	*inProcess
	since time.Time
	found map[sense.SensorID]time.Duration
}

func (b *blinded) Tick(now time.Time) error {
	err := b.inProcess.Tick(now)
	for _, h := range b.out.Health {
		if strings.HasPrefix(h.Why.En, "others followed") {
			b.found[h.Sensor] = now.Sub(b.since)
		}
	}
	return err
}

// The scenario's covered tower is found by what its neighbours follow, and counts
// as degraded to the end; no other sensor does.
func TestCoveredTowerIsFoundInTheScenario(t *testing.T) {
	scene, err := sim.Scenario("turned-tower")
	if err != nil {
		t.Fatal(err)
	}
	estate, stages := stagesOf(t, scene)
	b := &blinded{inProcess: &inProcess{stages: stages}, since: scene.Night, found: map[sense.SensorID]time.Duration{}}
	if _, err := play.Play(estate, scene, b, play.Options{Seed: 1}); err != nil {
		t.Fatal(err)
	}
	for _, k := range stages.Sensors() {
		at, found := b.found[k.Sensor.ID]
		switch covered := k.Sensor.Name == "Tower 052"; {
		case covered && (!found || at < 22*time.Minute || k.Health != sense.Degraded):
			t.Errorf("the covered tower: found %v after %v, %v at the end", found, at, k.Health)
		case covered:
			t.Logf("found after %v", at-22*time.Minute)
		case found:
			t.Errorf("%s sees, and was said to be blind after %v", k.Sensor.Name, at)
		}
	}
}

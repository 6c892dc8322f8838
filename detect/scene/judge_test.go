package scene

import (
	"testing"
	"time"

	"marsad/detect"
	"marsad/sense"
)

func judgedBy(t *testing.T, n Nuisance, detector func(*Shot) []detect.Mover) Score {
	t.Helper()
	c := config(n)
	c.PerHour = map[sense.Class]float64{sense.Group: 120, sense.Vehicle: 120}
	j := NewJudge(10 * time.Second)
	must(t, c).Play(100*time.Second, func(shot *Shot) bool {
		j.See(shot, detector(shot))
		return true
	})
	return j.Score()
}

func TestOneWhoKnowsTheTruthIsRight(t *testing.T) {
	score := judgedBy(t, Birds|Wind, func(shot *Shot) (out []detect.Mover) {
		for _, thing := range shot.Things {
			if !thing.Bird {
				out = append(out, detect.Mover{ID: thing.ID, Box: thing.Box, Declared: true})
			}
		}
		return out
	})
	if score.Recall() != 1 || len(score.Alarms) != 0 || len(score.Events) < 3 {
		t.Fatalf("recall %g over %d events, %d alarms", score.Recall(), len(score.Events), len(score.Alarms))
	}
	if d := score.Delays(); d[len(d)-1] != 0 {
		t.Errorf("delays %v", d)
	}
	if score.Judged != 90*time.Second-200*time.Millisecond || score.Frames != 500 {
		t.Errorf("%v judged in %d frames", score.Judged, score.Frames)
	}
}

func TestOneWhoSleepsFindsNothing(t *testing.T) {
	score := judgedBy(t, 0, func(*Shot) []detect.Mover { return nil })
	if score.Recall() != 0 || len(score.Alarms) != 0 || len(score.Delays()) != 0 {
		t.Fatalf("recall %g", score.Recall())
	}
}

func TestOneWhoSeesGhostsIsBlamedOncePerGhost(t *testing.T) {
	score := judgedBy(t, 0, func(shot *Shot) (out []detect.Mover) {
		if shot.Frame.Index > 100 { // always the same mover, in a corner of the sky
			out = append(out, detect.Mover{ID: 1, Box: detect.Box{X: 2, Y: 2, W: 3, H: 3}, Declared: true})
		}
		if shot.Frame.Index == 400 || shot.Frame.Index == 405 {
			out = append(out, detect.Mover{ID: shot.Frame.Index, Box: detect.Box{X: 150, Y: 2, W: 3, H: 3}, Declared: true})
		}
		return out
	})
	if len(score.Alarms) != 3 || score.Bursts != 2 {
		t.Fatalf("%d alarms in %d bursts", len(score.Alarms), score.Bursts)
	}
	if count := score.ByCause(); count[0] != 3 {
		t.Errorf("causes %v", count)
	}
}

func TestTheBirdIsBlamedForTheBird(t *testing.T) {
	c := config(Birds)
	c.Width, c.Height, c.PerHour, c.FPS, c.Start = 100, 75, nil, 3, morning.Add(10*time.Minute) // dawn
	j := NewJudge(0)
	birds := map[int]bool{}
	must(t, c).Play(16*time.Minute, func(shot *Shot) bool {
		var out []detect.Mover
		for _, thing := range shot.Things {
			birds[thing.ID] = true
			out = append(out, detect.Mover{ID: thing.ID, Box: thing.Box, Declared: true})
		}
		j.See(shot, out)
		return true
	})
	score := j.Score()
	count := score.ByCause()
	if len(birds) == 0 || count[Birds] != len(birds) || len(score.Events)+len(score.Dim) != 0 {
		t.Errorf("%d birds, blamed %v, %d events", len(birds), count, len(score.Events))
	}
}

package thermal

import (
	"context"
	"strings"
	"testing"
	"time"

	"marsad/detect"
	"marsad/detect/class"
)

// outsideScene is a frame with a mover that the classes follow.
func outsideScene(t *testing.T) (*class.Movers, *detect.Frame, detect.Mover) {
	t.Helper()
	j, err := class.New()
	if err != nil {
		t.Fatal(err)
	}
	f := &detect.Frame{At: noon, Width: 64, Height: 48, Bits: 8, Pix: make([]uint16, 64*48)}
	m := detect.Mover{ID: 7, Box: detect.Box{X: 20, Y: 10, W: 8, H: 18}, Declared: true, Frames: 5}
	movers := j.Follow()
	movers.See(f, m, nil)
	return movers, f, m
}

// A program that answers in its own time changes what a mover is likely to be.
func TestAnOutsideModelIsHeard(t *testing.T) {
	needs(t, "sed")
	movers, f, m := outsideScene(t)
	before := movers.Rank(7)
	ctx, end := context.WithCancel(t.Context())
	a := (&Outside{Command: []string{"sed", "-u", `s/.*"id":"\([^"]*\)".*/{"id":"\1","p":{"vehicle":0.9,"unknown":0.1}}/`}}).ask(ctx)
	eventually(t, "an answer", func() bool {
		a.look(f, &m, 3)
		f.Index++
		a.told(movers, 3)
		r := movers.Rank(7)
		return r.P[class.Vehicle] > 2*before.P[class.Vehicle] && len(r.Why) > 0 && strings.Contains(r.Why[0].Text.En, "outside model")
	})
	end()
	<-a.done
	// An answer for a detector that is no more is passed by.
	movers, _, m = outsideScene(t)
	a.answers = make(chan answer, 1)
	a.answers <- answer{generation: 2, mover: 7, box: m.Box, p: [class.NKind]float64{class.Animal: 1}}
	a.told(movers, 3)
	if r := movers.Rank(7); r.P != before.P {
		t.Errorf("an old answer counts: %v", r.P)
	}
}

// Whatever a program does, nobody waits for it and nothing of it stays.
func TestAnOutsideModelThatMisbehavesHarmsNothing(t *testing.T) {
	for name, command := range map[string][]string{
		"mute": {"sleep", "600"}, "noise": {"sh", "-c", "yes noise"}, "endless line": {"sh", "-c", "tr '\\0' x </dev/zero"},
		"gone": {"true"}, "absent": {"/nowhere/model"}, "another id": {"sh", "-c", `while read l; do echo '{"id":"x","p":{"person":1}}'; done`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			movers, f, m := outsideScene(t)
			before := movers.Rank(7)
			ctx, end := context.WithCancel(t.Context())
			a := (&Outside{Command: command}).ask(ctx)
			for range 200 {
				a.look(f, &m, 1) // it would hang here
				f.Index++
			}
			a.told(movers, 1)
			end()
			select {
			case <-a.done:
			case <-time.After(20 * time.Second):
				t.Fatal("it does not end")
			}
			if movers.Rank(7).P != before.P {
				t.Error("it was heard")
			}
		})
	}
}

func TestAnswersThatAreNoneAreRefused(t *testing.T) {
	for _, bad := range []string{"", "{}", `{"id":"1"}`, `{"id":"1","p":{}}`, `{"p":{"person":1}}`, `{"id":"1","p":{"soldier":1}}`, `{"id":"1","p":{"person":-1}}`, `{"id":"1","p":{"person":2}}`, `[1]`} {
		if _, _, ok := readAnswer([]byte(bad)); ok {
			t.Errorf("%s is taken", bad)
		}
	}
	id, p, ok := readAnswer([]byte(`{"id":"1.2.3","p":{"slow-air":0.7,"bird":0.3}}`))
	if !ok || id != "1.2.3" || p[class.SlowAir] != 0.7 || p[class.Bird] != 0.3 {
		t.Errorf("%q %v %v", id, p, ok)
	}
}

func FuzzAnswer(f *testing.F) {
	f.Add([]byte(`{"id":"1","p":{"person":0.5}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		_, p, ok := readAnswer(b)
		for _, v := range p {
			if ok && !(v >= 0 && v <= 1) {
				t.Fatal(v)
			}
		}
	})
}

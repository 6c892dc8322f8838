package sim

import (
	"context"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"marsad/adapter/sapient"
	"marsad/geo"
	"marsad/say"
	"marsad/sense"
	"marsad/sim/scn"
)

// room is a host that keeps what it hears.
type room struct {
	mu       sync.Mutex
	sensors  map[sense.SensorID]sense.Sensor
	scans    []sense.Scan
	goodbyes int
	cues     map[sense.SensorID]chan sense.Cue
	answers  map[string]bool
	news     chan struct{}
}

func newRoom() *room {
	return &room{sensors: map[sense.SensorID]sense.Sensor{}, cues: map[sense.SensorID]chan sense.Cue{},
		answers: map[string]bool{}, news: make(chan struct{}, 1)}
}

func (r *room) did(f func()) {
	r.mu.Lock()
	f()
	r.mu.Unlock()
	select {
	case r.news <- struct{}{}:
	default:
	}
}

func (r *room) Register(s sense.Sensor) error {
	r.did(func() { r.sensors[s.ID] = s })
	return nil
}

func (r *room) Deliver(s sense.Scan) error {
	r.did(func() {
		if len(s.Detections) > 0 {
			r.scans = append(r.scans, s)
		}
	})
	return nil
}

func (r *room) Report(sense.StatusReport) error           { return nil }
func (r *room) Dropped(sense.SensorID, say.Text)          {}
func (r *room) Goodbye(sense.SensorID, say.Text)          { r.did(func() { r.goodbyes++ }) }
func (r *room) CueAnswered(cue string, ok bool, _ string) { r.did(func() { r.answers[cue] = ok }) }

func (r *room) Cues(id sense.SensorID) <-chan sense.Cue {
	c := make(chan sense.Cue, 1)
	r.did(func() { r.cues[id] = c })
	return c
}

// until waits for something to become true.
func (r *room) until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	late := time.After(40 * time.Second)
	for {
		r.mu.Lock()
		ok := holds()
		r.mu.Unlock()
		if ok {
			return
		}
		select {
		case <-r.news:
		case <-late:
			t.Fatalf("waited in vain for %s: %d sensors, %d scans", what, len(r.sensors), len(r.scans))
		}
	}
}

func TestRunSpeaksTheProtocol(t *testing.T) {
	defer goleak.VerifyNone(t)
	scene, err := scn.Parse("scenario live\ntitle \"l\" \"ل\"\nfrom 02:00 to 03:00\nestate 30+000 to 46+000\npatrols roam\n" +
		"at 02:00 group of 5 called family walks from 38+400 -1500 to line at 0.8 m/s\n")
	if err != nil {
		t.Fatal(err)
	}
	anchor, speed := time.Now(), 20.0
	e := NewEstate(borderAxis(), EstateSeed, nil).Within(scene.From, scene.To)
	own := map[sense.SensorID]string{}
	for _, u := range e.Roster {
		own[sense.SensorID(u.Node)] = u.ID
	}
	server := sapient.New(sapient.Config{Addr: "127.0.0.1:0", Own: own, Now: func() time.Time {
		return scene.Night.Add(time.Duration(float64(time.Since(anchor)) * speed))
	}})
	if err := server.Listen(); err != nil {
		t.Fatal(err)
	}
	host := newRoom()
	serving, stopServer := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- server.Run(serving, host) }()

	running, stop := context.WithCancel(context.Background())
	orders := make(chan Order, 1)
	ran := make(chan error, 1)
	go func() {
		ran <- Run(running, Options{Addr: server.Addr().String(), Scenario: scene, Seed: 1, Start: scene.Night, Anchor: anchor, Speed: speed, Orders: orders})
	}()

	host.until(t, "every sensor to register", func() bool { return len(host.sensors) == len(e.Nodes) })
	for _, n := range e.Nodes {
		got := host.sensors[n.ID]
		if got.Kind != n.Kind || !got.Simulated || got.Link != n.Link || got.MaxRange != n.MaxRange {
			t.Errorf("%s arrived as kind %v, simulated %v, link %q, range %g", n.Name, got.Kind, got.Simulated, got.Link, got.MaxRange)
		}
	}
	host.until(t, "scans of several kinds", func() bool {
		kinds := map[sense.Kind]bool{}
		for _, s := range host.scans {
			kinds[host.sensors[s.Sensor].Kind] = true
		}
		return kinds[sense.Camera] && kinds[sense.Radar] && len(host.scans) > 100
	})
	orders <- Order{Unit: "patrol-041", Chainage: 40_000, Offset: 200}

	var camera sense.Sensor
	for _, n := range e.Nodes {
		if n.Kind == sense.Camera {
			camera = n.Sensor
		}
	}
	cue := func(id string, at geo.Point) {
		host.mu.Lock()
		c := host.cues[camera.ID]
		host.mu.Unlock()
		if c == nil {
			t.Fatalf("nobody asked for the cues of %s", camera.Name)
		}
		c <- sense.Cue{ID: id, Sensor: camera.ID, At: geo.Position{Point: at}, By: "Engineer (test)"}
	}
	near, far := "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
	cue(near, geo.Direct(camera.Position.Point, 900, 1))
	host.until(t, "an answer to a cue", func() bool { return len(host.answers) > 0 })
	cue(far, geo.Direct(camera.Position.Point, 90_000, 1))
	host.until(t, "an answer to the second cue", func() bool { return len(host.answers) > 1 })
	for id, ok := range host.answers {
		if ok != (id == near) {
			t.Errorf("the cue %s was accepted: %v", id, ok)
		}
	}

	stop()
	if err := <-ran; err != nil {
		t.Errorf("Run ended with %v", err)
	}
	host.until(t, "every sensor to say goodbye", func() bool { return host.goodbyes == len(e.Nodes) })
	stopServer()
	if err := <-served; err != nil {
		t.Errorf("the server ended with %v", err)
	}
}

func TestRunConnectsAgain(t *testing.T) {
	defer goleak.VerifyNone(t)
	scene, err := scn.Parse("scenario again\ntitle \"a\" \"أ\"\nfrom 02:00 to 03:00\nestate 30+000 to 34+000\n" +
		"at 02:00:20 radio from \"Sentry\" at 31+000 -200 \"four\" \"أربعة\"\n")
	if err != nil {
		t.Fatal(err)
	}
	e := NewEstate(borderAxis(), EstateSeed, nil).Within(scene.From, scene.To)
	own := map[sense.SensorID]string{}
	for _, u := range e.Roster {
		own[sense.SensorID(u.Node)] = u.ID
	}
	anchor, speed := time.Now(), 20.0
	config := sapient.Config{Addr: "127.0.0.1:0", Own: own, Now: func() time.Time {
		return scene.Night.Add(time.Duration(float64(time.Since(anchor)) * speed))
	}}
	serve := func() (*room, func()) {
		server := sapient.New(config)
		if err := server.Listen(); err != nil {
			t.Fatal(err)
		}
		config.Addr = server.Addr().String()
		host := newRoom()
		ctx, stop := context.WithCancel(context.Background())
		served := make(chan error, 1)
		go func() { served <- server.Run(ctx, host) }()
		return host, func() {
			stop()
			if err := <-served; err != nil {
				t.Errorf("the server ended with %v", err)
			}
		}
	}
	host, stopServer := serve()
	heard := make(chan scn.Words, 1)
	running, stop := context.WithCancel(context.Background())
	ran := make(chan error, 1)
	go func() {
		ran <- Run(running, Options{Addr: config.Addr, Scenario: scene, Seed: 1, Start: scene.Night, Anchor: anchor, Speed: speed,
			Radio: func(_ time.Time, w scn.Words) { heard <- w }})
	}()
	host.until(t, "every sensor", func() bool { return len(host.sensors) == len(e.Nodes) })
	stopServer()
	host, stopServer = serve()
	host.until(t, "every sensor once more", func() bool { return len(host.sensors) == len(e.Nodes) })
	select {
	case w := <-heard:
		if w.Text.En != "four" {
			t.Errorf("heard %q", w.Text.En)
		}
	case <-time.After(40 * time.Second):
		t.Error("the sentry's words never came")
	}
	stop()
	if err := <-ran; err != nil {
		t.Errorf("Run ended with %v", err)
	}
	stopServer()
}

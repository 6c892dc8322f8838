package app

import (
	"context"
	"testing"
	"time"

	"marsad/border"
	"marsad/coverage"
	"marsad/engine/config"
	"marsad/face/api"
	"marsad/sense"
	"marsad/sim"
)

// A cut cable, played over real sockets: its metres go dark within a second of the
// first tower's loss, for one cause with one alert, and the gaps are told.
func TestACutCableGoesDark(t *testing.T) {
	if testing.Short() {
		t.Skip("plays half a minute of a night")
	}
	scene, err := sim.Scenario("fibre-decoy")
	if err != nil {
		t.Fatal(err)
	}
	scene.From, scene.To = 85_000, 110_000
	estate := sim.NewEstate(border.Default(), sim.EstateSeed, nil)
	conf := config.Default()
	conf.Addr, conf.Sapient.Addr, conf.Data, conf.Units = "127.0.0.1:0", "127.0.0.1:0", t.TempDir(), estate.Roster
	conf.Log.MaxBytes = 256 << 20
	const skip = 14*time.Minute + 45*time.Second // fifteen seconds before the cut
	flat := sim.Ground
	a, err := New(conf, Options{Night: scene.Night.Add(skip), Speed: 1, Scenario: "fibre-decoy", FlatGround: &flat})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 2)
	go func() { ended <- a.Run(ctx) }()
	<-a.Ready()
	go func() {
		ended <- sim.Run(ctx, sim.Options{Addr: a.Sapient(), Scenario: scene, Estate: estate, Seed: 1,
			Start: a.Clock().Start.Add(-skip), Anchor: a.Clock().Anchor.Add(-skip), Speed: 1})
	}()
	defer func() {
		cancel()
		for range 2 {
			if err := <-ended; err != nil {
				t.Error(err)
			}
		}
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	}()
	if err := TakeSeats(ctx, a.Door()); err != nil {
		t.Fatal(err)
	}
	n := &night{App: a}
	if n.token, err = a.Door().Grant(ctx, Duty, "test", time.Hour); err != nil {
		t.Fatal(err)
	}
	const at = border.Chainage(96_000)
	await := func(what string, holds func(coverage.Now) bool) coverage.Now {
		t.Helper()
		for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
			if now, ok := a.watch.Now(); ok && holds(now) {
				return now
			}
		}
		now, _ := a.watch.Now()
		t.Fatalf("%s did not come; outages: %+v, flaws: %+v, at %v", what, now.Network.Outages(sense.Person), now.Network.Flaws(), now.At)
		return coverage.Now{}
	}
	await("sight", func(n coverage.Now) bool { return n.Network.State(at, sense.Person) == coverage.SeenTwice })
	dark := await("darkness", func(n coverage.Now) bool { return n.Network.State(at, sense.Person) == coverage.Dark })
	lost := time.Time{}
	for _, s := range a.picture.Current().Sensors {
		if s.Health == sense.Lost && s.Since.After(lost) {
			lost = s.Since
		}
	}
	if late := dark.At.Sub(lost); late > time.Second {
		t.Errorf("dark %v after the last tower's loss", late)
	}
	cut := await("the whole cut", func(n coverage.Now) bool {
		out := n.Network.Outages(sense.Person)
		return len(out) == 1 && len(out[0].Sensors) == 18
	})
	if out := cut.Network.Outages(sense.Person)[0]; out.By != coverage.ByLink || out.Metres < 6000 {
		t.Errorf("the cause is %s %s with %.0f m", out.By, out.On, out.Metres)
	}
	var lane api.LaneData
	n.ask(t, "GET", "/api/v1/lanes/coverage?from=90000&to=106000", nil, &lane)
	run := 0.0
	for _, p := range lane.Pieces {
		if p.Value == coverage.Dark {
			run = max(run, p.To-p.From)
		}
	}
	// Radars beyond and presence sensors of their own see into it here and there.
	if run < 2000 || lane.Length+run > lane.Of || lane.Of-lane.Length < 6000 {
		t.Errorf("the longest run of dark metres has %.0f m; %.0f of %.0f m are seen", run, lane.Length, lane.Of)
	}
	var alerts struct{ Items []api.AlertRow }
	for end := time.Now().Add(20 * time.Second); len(alerts.Items) == 0 && time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		n.ask(t, "GET", "/api/v1/alerts", nil, &alerts)
	}
	outages := 0
	for _, a := range alerts.Items {
		if a.Rule == "sensors-lost" || a.Rule == "sensor-lost" {
			outages++
		}
	}
	if outages != 1 {
		t.Errorf("%d alerts of an outage, want one for one cause", outages)
	}
}

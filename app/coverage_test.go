package app

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"marsad/adapter/sapient"
	"marsad/border"
	"marsad/coverage"
	"marsad/engine/config"
	"marsad/face/api"
	"marsad/geo"
	"marsad/sense"
	"marsad/sim"
)

// watchNight plays a stretch of a scenario over real sockets at the pace of a clock.
func watchNight(t *testing.T, scenario string, from, to border.Chainage, skip time.Duration) *night {
	t.Helper()
	if testing.Short() {
		t.Skip("plays half a minute of a night")
	}
	scene, err := sim.Scenario(scenario)
	if err != nil {
		t.Fatal(err)
	}
	scene.From, scene.To = from, to
	estate := sim.NewEstate(border.Default(), sim.EstateSeed, nil)
	conf := config.Default()
	conf.Addr, conf.Sapient.Addr, conf.Data, conf.Units = "127.0.0.1:0", "127.0.0.1:0", t.TempDir(), estate.Roster
	conf.Log.MaxBytes = 256 << 20
	flat := sim.Ground
	a, err := New(conf, Options{Night: scene.Night.Add(skip), Speed: 1, Scenario: scenario, FlatGround: &flat})
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
	t.Cleanup(func() {
		cancel()
		for range 2 {
			if err := <-ended; err != nil {
				t.Error(err)
			}
		}
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := TakeSeats(ctx, a.Door()); err != nil {
		t.Fatal(err)
	}
	n := &night{App: a}
	if n.token, err = a.Door().Grant(ctx, Duty, "test", time.Hour); err != nil {
		t.Fatal(err)
	}
	return n
}

// awaitCoverage waits until what is seen is as it should be.
func (n *night) awaitCoverage(t *testing.T, what string, holds func(coverage.Now) bool) coverage.Now {
	t.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if now, ok := n.watch.Now(); ok && holds(now) {
			return now
		}
	}
	now, ok := n.watch.Now()
	if !ok {
		t.Fatalf("%s did not come: nothing is worked out", what)
	}
	t.Fatalf("%s did not come; outages: %+v, flaws: %+v, at %v", what, now.Network.Outages(sense.Person), now.Network.Flaws(), now.At)
	return now
}

// told is what the page's stream said of a failure.
type told struct {
	lost  time.Time // since when the first of the sensors is lost, by its row
	row   time.Time // wall clock of that row
	lanes time.Time // wall clock of the first status after it whose lanes differ
	err   error
}

// follow reads the stream of the page until a sensor on a mount is lost and the lanes
// differ from those that were told before.
func (n *night) follow(ctx context.Context, mount string) <-chan told {
	out := make(chan told, 1)
	go func() {
		var h told
		defer func() { out <- h }()
		r, err := http.NewRequestWithContext(ctx, "GET", n.URL()+"/api/v1/live", nil)
		if err != nil {
			h.err = err
			return
		}
		r.Header.Set("Authorization", "Bearer "+n.token)
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			h.err = err
			return
		}
		defer res.Body.Close()
		lines := bufio.NewScanner(res.Body)
		lines.Buffer(nil, 64<<20)
		lanes := uint64(0)
		for lines.Scan() {
			data, ok := strings.CutPrefix(lines.Text(), "data: ")
			if !ok {
				continue
			}
			var e struct {
				Status  *api.Status
				Sensors []api.SensorRow
			}
			if h.err = json.Unmarshal([]byte(data), &e); h.err != nil {
				return
			}
			for _, row := range e.Sensors {
				if row.Mount == mount && row.Health == sense.Lost.String() && h.row.IsZero() {
					h.row, h.lost = time.Now(), time.UnixMilli(row.Since).UTC()
				}
			}
			if e.Status == nil {
				continue
			}
			if !h.row.IsZero() && e.Status.Lanes > lanes {
				h.lanes = time.Now()
				return
			}
			lanes = e.Status.Lanes
		}
		h.err = lines.Err()
	}()
	return out
}

// A tower falls silent, over real sockets: the page's stream tells of it, its metres are
// dark on the lanes that map and strip draw within a second of the transition, the list
// of gaps has them, the neighbour that could be turned is named, and one case with one
// request for repair opens.
func TestAFailedTowerGoesDark(t *testing.T) {
	conf := config.Default()
	conf.Addr, conf.Sapient.Addr, conf.Data = "127.0.0.1:0", "127.0.0.1:0", t.TempDir()
	conf.Coverage.HeightsAboveGround = true
	conf.Log.MaxBytes = 256 << 20
	a, err := New(conf, Options{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx) }()
	var towers sync.WaitGroup
	defer func() {
		cancel()
		towers.Wait()
		if err := errors.Join(<-ended, a.Close()); err != nil {
			t.Error(err)
		}
	}()
	<-a.Ready()
	if err := TakeSeats(ctx, a.Door()); err != nil {
		t.Fatal(err)
	}
	n := &night{App: a}
	if n.token, err = a.Door().Grant(ctx, Duty, "test", time.Hour); err != nil {
		t.Fatal(err)
	}
	const heartbeat = 2 * time.Second
	silent := make(chan struct{})
	var lastWord atomic.Int64 // Unix ns
	for i, s := range []sense.Sensor{
		{Name: "fails", Mount: "mast-303", MaxRange: 2500, Position: geo.Position{Point: border.Default().Place(303_000, 60), Height: 45}},
		{Name: "turns", Mount: "mast-305", MaxRange: 6000, CanLookAt: true, Azimuth: 1.6, HalfWidth: 0.05, Position: geo.Position{Point: border.Default().Place(305_000, 60), Height: 45}},
		{Name: "works", Mount: "mast-309", MaxRange: 2500, Position: geo.Position{Point: border.Default().Place(309_000, 60), Height: 45}},
	} {
		s.ID, s.Kind, s.Pd, s.Heartbeat = sense.SensorID(fmt.Sprintf("%08d-0000-4000-8000-000000000000", i+1)), sense.Camera, 0.95, heartbeat
		s.SigmaAzimuth, s.SigmaRange = 0.002, 50
		c, err := sapient.Dial(ctx, a.Sapient(), nil)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if err := c.Register(ctx, s, time.Now()); err != nil {
			t.Fatal(err)
		}
		falls := silent
		if s.Name != "fails" {
			falls = nil
		}
		towers.Go(func() {
			beat := time.NewTicker(heartbeat / 5)
			defer beat.Stop()
			for {
				at := time.Now()
				if c.Status(sapient.Status{Fine: true, Position: s.Position}, at) != nil {
					return
				}
				if falls != nil {
					lastWord.Store(at.UnixNano())
				}
				select {
				case <-ctx.Done():
					return
				case <-falls: // connected, and not a word more
					return
				case <-beat.C:
				}
			}
		})
	}
	const at = border.Chainage(303_000)
	n.awaitCoverage(t, "sight", func(c coverage.Now) bool {
		working := 0
		for _, s := range c.Network.Stations() {
			if s.Health.Working() {
				working++
			}
		}
		return working == 3 && c.Network.State(at, sense.Person) == coverage.SeenOnce
	})
	var before, after struct{ Items []api.GapRow }
	n.ask(t, "GET", "/api/v1/coverage/gaps?limit=1000", nil, &before)
	listening, done := context.WithTimeout(ctx, time.Minute)
	defer done()
	stream := n.follow(listening, "mast-303")
	close(silent)
	dark := n.awaitCoverage(t, "darkness", func(c coverage.Now) bool { return c.Network.State(at, sense.Person) == coverage.Dark })
	out := dark.Network.Outages(sense.Person)[0]
	h := <-stream
	if h.err != nil || h.lost.IsZero() || h.lanes.IsZero() {
		t.Fatalf("the stream told of the loss at %v, and of lanes at %v: %v", h.row, h.lanes, h.err)
	}
	if late := dark.At.Sub(h.lost.Truncate(time.Millisecond)); late > time.Second || late < 0 {
		t.Errorf("dark %v after the transition", late)
	}
	t.Logf("lost %.1f heartbeats after the last word; dark %v later; on the stream, the lanes %v after the sensor's row",
		h.lost.Sub(time.Unix(0, lastWord.Load())).Seconds()/heartbeat.Seconds(), dark.At.Sub(h.lost), h.lanes.Sub(h.row).Round(time.Millisecond))
	var lane, gaps api.LaneData
	n.ask(t, "GET", "/api/v1/lanes/coverage?from=295000&to=315000", nil, &lane)
	n.ask(t, "GET", "/api/v1/lanes/coverage-gaps?from=295000&to=315000", nil, &gaps)
	metres := func(l api.LaneData) (dark float64) {
		for _, p := range l.Pieces {
			if p.Value == coverage.Dark {
				dark += p.To - p.From
			}
		}
		return dark
	}
	if got := metres(lane); got < out.Metres-1 || got != metres(gaps) || out.Metres < 100 {
		t.Errorf("%.0f m are dark on the lane, %.0f m on that of gaps, %.0f m by the outage", got, metres(gaps), out.Metres)
	}
	n.ask(t, "GET", "/api/v1/coverage/gaps?limit=1000", nil, &after)
	was, is := 0.0, 0.0
	for _, g := range before.Items {
		if g.State == coverage.Dark {
			was += g.Metres
		}
	}
	for _, g := range after.Items {
		if g.State == coverage.Dark {
			is += g.Metres
		}
	}
	if is-was < out.Metres-1 {
		t.Errorf("the list of gaps has %.0f dark metres, %.0f before; %.0f m are dark", is, was, out.Metres)
	}
	var outages struct{ Items []api.OutageRow }
	var repairs struct{ Items []api.RepairRow }
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		n.ask(t, "GET", "/api/v1/coverage/outages", nil, &outages)
		n.ask(t, "GET", "/api/v1/coverage/repairs", nil, &repairs)
		if len(repairs.Items) > 0 && len(outages.Items) > 0 && outages.Items[0].Case != "" {
			break
		}
	}
	if len(outages.Items) != 1 || outages.Items[0].Case == "" || len(outages.Items[0].Turns) != 1 || outages.Items[0].Turns[0].Name != "turns" {
		t.Errorf("outages, each with its case and the neighbours to turn: %+v", outages.Items)
	}
	if len(repairs.Items) != 1 || repairs.Items[0].Case != outages.Items[0].Case || repairs.Items[0].Done != 0 || len(repairs.Items[0].Told) == 0 {
		t.Errorf("requests for repair: %+v", repairs.Items)
	}
}

// A cut cable, played over real sockets: its metres go dark within a second of the
// first tower's loss, for one cause with one alert, and the gaps are told.
func TestACutCableGoesDark(t *testing.T) {
	n := watchNight(t, "fibre-decoy", 85_000, 110_000, 14*time.Minute+45*time.Second) // fifteen seconds before the cut
	const at = border.Chainage(96_000)
	n.awaitCoverage(t, "sight", func(n coverage.Now) bool { return n.Network.State(at, sense.Person) == coverage.SeenTwice })
	dark := n.awaitCoverage(t, "darkness", func(n coverage.Now) bool { return n.Network.State(at, sense.Person) == coverage.Dark })
	lost := time.Time{}
	for _, s := range n.picture.Current().Sensors {
		if s.Health == sense.Lost && s.Since.After(lost) {
			lost = s.Since
		}
	}
	if late := dark.At.Sub(lost); late > time.Second {
		t.Errorf("dark %v after the last tower's loss", late)
	}
	cut := n.awaitCoverage(t, "the whole cut", func(n coverage.Now) bool {
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

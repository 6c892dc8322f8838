package app

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"marsad/adapter/sapient"
	"marsad/border"
	"marsad/engine/config"
	"marsad/face/api"
	"marsad/geo"
	"marsad/sense"
	"marsad/sim"
)

var latency = flag.Duration("latency", 0, "measure for so long how late a detection is on the page's stream, with the whole estate connected")

// TestLatency prints how long it takes from the moment a sensor's client sends a
// detection over TCP until the first event of the live stream that used it: the
// scan's end, log, fusion, picture and stream, with the whole line's sensors
// beside it in real time. It asserts that events come, and no time: a shared
// machine decides that.
func TestLatency(t *testing.T) {
	if *latency == 0 {
		t.Skip("a measurement: run with -latency 1m on a quiet machine")
	}
	estate := sim.NewEstate(border.Default(), sim.EstateSeed, func(c border.Chainage) string {
		s, _ := border.SectionAt(c)
		return s.ID
	})
	conf := config.Default()
	conf.Addr, conf.Sapient.Addr, conf.Data, conf.Units = "127.0.0.1:0", "127.0.0.1:0", t.TempDir(), estate.Roster
	conf.Log.MaxBytes = 1 << 30
	a, err := New(conf, Options{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx) }()
	defer func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	}()
	<-a.Ready()
	if err := TakeSeats(ctx, a.Door()); err != nil {
		t.Fatal(err)
	}
	token, err := a.Door().Grant(ctx, Duty, "test", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	scene, err := sim.Scenario("family")
	if err != nil {
		t.Fatal(err)
	}
	scene.From, scene.To = 0, border.Chainage(border.Default().Length())
	var world sync.WaitGroup
	defer func() { cancel(); world.Wait() }()
	world.Go(func() {
		_ = sim.Run(ctx, sim.Options{Addr: a.Sapient(), Scenario: scene, Estate: estate, Seed: 1, Speed: 1}) // ends with ctx
	})

	var mu sync.Mutex
	sent := map[int64]time.Time{}
	const probes = 8
	for n := range probes {
		// Behind the line, where no other sensor looks.
		at := geo.Position{Point: geo.Point{Lat: 36 + 0.05*float64(n), Lon: 44}, Height: 300}
		c, err := sapient.Dial(ctx, a.Sapient(), nil)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		id := sense.SensorID(fmt.Sprintf("%08d-0000-4000-8000-000000000000", n+1))
		sensor := sense.Sensor{ID: id, Kind: sense.Radar, Name: "probe", Position: at, MaxRange: 5000, Pd: 0.9,
			Period: time.Second, SigmaRange: 5, SigmaAzimuth: 0.005}
		if err := c.Register(ctx, sensor, time.Now()); err != nil {
			t.Fatal(err)
		}
		if err := c.Status(sapient.Status{Fine: true, Position: at}, time.Now()); err != nil {
			t.Fatal(err)
		}
		world.Go(func() {
			beat := time.NewTicker(time.Second)
			defer beat.Stop()
			select {
			case <-time.After(time.Duration(n) * time.Second / probes):
			case <-ctx.Done():
				return
			}
			for step := 0; ; step++ {
				select {
				case <-beat.C:
				case <-ctx.Done():
					return
				}
				now := time.Now().UTC().Truncate(time.Millisecond)
				if n%2 == 1 {
					// Its clock is ahead by a little more than the gap that closes its
					// scan: else other sensors' scans are in before it, and the row's time
					// is theirs.
					now = now.Add(sapient.DefaultGap + 50*time.Millisecond)
				}
				mu.Lock()
				sent[now.UnixMilli()] = time.Now()
				mu.Unlock()
				scan := sense.Scan{Sensor: id, Observed: now, Origin: at, Detections: []sense.Detection{
					{Shape: sense.BearingRange, Z: [3]float64{geo.Radians(40), 1000 + float64(step)}, R: [6]float64{0.005 * 0.005, 0, 0, 25}}}}
				send := c.Detections
				if n%2 == 1 { // as any vendor's node, which has no word for the end of a scan
					send = func(*sense.Scan) error {
						m := sapient.DetectionsOf(sensor, &scan)[0]
						m.AdditionalInformation = nil
						return c.Send(m)
					}
				}
				if send(&scan) != nil {
					return
				}
			}
		})
	}
	took := watch(t, ctx, a.URL(), token, *latency, func(at int64) (time.Time, bool) {
		mu.Lock()
		defer mu.Unlock()
		s, ok := sent[at]
		delete(sent, at)
		return s, ok
	})
	if len(took) == 0 {
		t.Fatal("no detection came out")
	}
	slices.Sort(took)
	q := func(p float64) time.Duration {
		return took[int(p*float64(len(took)-1))].Round(time.Millisecond)
	}
	t.Logf("%d detections of %d probes beside %d simulated sensors: sent → on the stream p50 %v, p90 %v, p99 %v, most %v",
		len(took), probes, len(estate.Nodes), q(0.5), q(0.9), q(0.99), q(1))
}

// watch follows the live stream and asks of each track row when its newest
// detection was sent.
func watch(t *testing.T, ctx context.Context, url, token string, d time.Duration, sent func(at int64) (time.Time, bool)) (took []time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, "GET", url+"/api/v1/live", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	lines := bufio.NewScanner(res.Body)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		data, ok := strings.CutPrefix(lines.Text(), "data: ")
		if !ok {
			continue
		}
		now := time.Now()
		var e struct{ Tracks []api.TrackRow }
		if err := json.Unmarshal([]byte(data), &e); err != nil {
			t.Fatal(err)
		}
		for _, row := range e.Tracks {
			if s, ok := sent(row.At); ok {
				took = append(took, now.Sub(s))
			}
		}
	}
	return took
}

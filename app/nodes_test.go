package app

import (
	"context"
	"encoding/json"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"marsad/adapter/sapient"
	"marsad/border"
	"marsad/engine/config"
	"marsad/face/api"
	"marsad/geo"
	"marsad/sense"
)

// Another fusion node reports over its socket what it tracks, beside a radar of ours:
// what both see is one track with the node's share and lineage, what only the node
// sees is a track that says so, and a report in which our own radar's data is stands
// beside ours and is not joined.
func TestTracksOfAnotherNodeReachThePage(t *testing.T) {
	conf := config.Default()
	conf.Addr, conf.Sapient.Addr, conf.Data = "127.0.0.1:0", "127.0.0.1:0", filepath.Join(t.TempDir(), "data")
	a, err := New(conf, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	ctx, stop := context.WithTimeout(context.Background(), 40*time.Second)
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx) }()
	select {
	case <-a.Ready():
	case err := <-ended:
		t.Fatal(err)
	}
	if err := TakeSeats(ctx, a.Door()); err != nil {
		t.Fatal(err)
	}
	token, err := a.Door().Grant(ctx, Duty, "test", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	for a.Sapient() == "" && ctx.Err() == nil {
		time.Sleep(10 * time.Millisecond)
	}

	at := func(km, offset float64) geo.Position {
		return geo.Position{Point: a.atlas.Axis.Place(border.Chainage(60_000+km), border.Offset(offset)), Height: 400}
	}
	radar := sense.Sensor{ID: sense.SensorID(sapient.NodeID("radar of ours")), Name: "Radar", Kind: sense.Radar, Position: at(0, 300), MaxRange: 9_000,
		Pd: 0.9, Clutter: 1, SigmaPosition: 12, SigmaAzimuth: 0.005, SigmaRange: 10, Heartbeat: time.Minute}
	other := sense.Sensor{ID: sense.SensorID(sapient.NodeID("centre of the north")), Name: "Northern centre", Kind: sense.Node, Position: at(0, 5_000), MaxRange: 40_000, Heartbeat: time.Minute}
	theirs := sense.SensorID(sapient.NodeID("radar of theirs"))
	connect := func(s sense.Sensor) *sapient.Client {
		c, err := sapient.Dial(ctx, a.Sapient(), nil)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		if err := c.Register(ctx, s, time.Now()); err != nil {
			t.Fatal(err)
		}
		if err := c.Status(sapient.Status{Fine: true, Position: s.Position}, time.Now()); err != nil {
			t.Fatal(err)
		}
		return c
	}
	ours, node := connect(radar), connect(other)
	began := time.Now()
	walk := func(k, ahead float64) geo.Point { // three walkers two kilometres apart, at 1.2 m/s to the line
		return at(2_000*k-2_000, -1_500+1.2*(time.Since(began).Seconds()+ahead)).Point
	}
	report := func(p geo.Point, sigma float64) sense.Detection {
		return sense.Detection{Shape: sense.AtPosition, Z: [3]float64{p.Lat, p.Lon, 400}, R: [6]float64{sigma * sigma, 0, 0, sigma * sigma, 0, 100}, Class: sense.Classes{sense.Person: 0.8, sense.Unknown: 0.2}}
	}
	go func() {
		for ctx.Err() == nil {
			now := time.Now().UTC()
			scan := sense.Scan{Sensor: radar.ID, Observed: now, Origin: radar.Position, Declared: true}
			said := sense.Scan{Sensor: other.ID, Observed: now, Origin: other.Position}
			for k := range 3 {
				p := walk(float64(k), 0)
				if k != 1 {
					scan.Detections = append(scan.Detections, report(p, 12))
				}
				d := report(p, 4) // surer than ours, or joining it adds nothing
				d.VendorTrack = []string{"first", "second", "third"}[k]
				frame := geo.NewFrame(geo.Position{Point: p})
				ve, vn := frame.Surface(walk(float64(k), 1))
				d.Node = &sense.NodeTrack{VE: ve, VN: vn, VarVE: 0.01, VarVN: 0.01, Lineage: []sense.SensorID{theirs}}
				if k == 2 {
					d.Node.Lineage = append(d.Node.Lineage, radar.ID)
				}
				said.Detections = append(said.Detections, d)
			}
			if ours.Detections(&scan) != nil || node.Detections(&said) != nil {
				return
			}
			time.Sleep(500 * time.Millisecond)
		}
	}()

	get := func(path string, into any) {
		t.Helper()
		r, err := http.NewRequestWithContext(ctx, "GET", a.URL()+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+token)
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		if res.StatusCode == http.StatusOK {
			if err := json.NewDecoder(res.Body).Decode(into); err != nil {
				t.Fatal(err)
			}
		}
	}
	var joined, alone, echo bool
	var seen [][]api.SensorShare
	for !(joined && alone && echo) {
		seen = nil
		var list struct{ Items []api.TrackRow }
		get("/api/v1/tracks", &list)
		for _, row := range list.Items {
			var d api.TrackDetail
			get("/api/v1/tracks/"+row.ID, &d)
			seen = append(seen, d.Contributions)
			mine := false
			for _, c := range d.Contributions {
				mine = mine || c.Sensor == string(radar.ID) && c.Node == nil
			}
			for _, c := range d.Contributions {
				n := c.Node
				if n == nil {
					continue
				}
				if c.Name != "Northern centre" || c.Kind != "node" || len(n.Lineage) == 0 {
					t.Fatalf("a node's share: %+v %+v", c, n)
				}
				joined = joined || mine && n.Joined && n.Weight > 0 && len(n.Lineage) == 1
				alone = alone || !mine
				echo = echo || mine && n.Ours && !n.Joined && len(n.Lineage) == 2
			}
		}
		select {
		case <-ctx.Done():
			text, _ := json.Marshal(seen)
			t.Fatalf("joined with ours %v, known to the node alone %v, ours come back %v: %s", joined, alone, echo, text)
		case <-time.After(200 * time.Millisecond):
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
}

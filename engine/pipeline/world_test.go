package pipeline

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"marsad/assess"
	"marsad/border"
	"marsad/fuse"
	"marsad/geo"
	"marsad/respond"
	"marsad/sense"
)

// realParts are the stages as the server runs them.
func realParts() (Fuser, Assessor, Responder, error) {
	line := assess.OnAtlas(border.DefaultAtlas())
	a, err := assess.New(assess.Config{Line: line})
	if err != nil {
		return nil, nil, nil, err
	}
	r, err := respond.New(respond.Config{Line: line})
	if err != nil {
		return nil, nil, nil, err
	}
	return fuse.New(fuse.Defaults()), a, r, nil
}

// world is a plain one: towers along the line, and walkers towards it at a
// steady pace. It is only as real as a load needs to be.
type world struct {
	axis    *border.Axis
	rnd     *rand.Rand
	sensors []sense.Sensor
	clutter int // false detections in each scan of a radar
	walkers []walker
	began   time.Time
}

type walker struct {
	at     border.Chainage
	offset float64 // metres at the beginning
	pace   float64 // m/s towards the home side
}

// newWorld spreads sensors evenly over a stretch of the line.
func newWorld(from, to border.Chainage, cameras, radars, aerostats, walkers int, began time.Time) *world {
	w := &world{axis: border.Default(), rnd: rand.New(rand.NewPCG(1, 2)), clutter: 5, began: began}
	place := func(kind string, n, of int, s sense.Sensor) {
		at := from + (to-from)*border.Chainage(n)/border.Chainage(max(1, of))
		s.ID = sense.SensorID(fmt.Sprintf("%s-%03d", kind, n))
		s.Name, s.Pd, s.Period, s.Heartbeat = string(s.ID), 0.9, time.Second, 30*time.Second
		s.SigmaRange, s.SigmaAzimuth, s.SigmaPosition = 15, 0.002, 15
		s.Position = geo.Position{Point: w.axis.Place(at, 300), Height: 400}
		w.sensors = append(w.sensors, s)
	}
	for n := range cameras {
		place("camera", n, cameras, sense.Sensor{Kind: sense.Camera, MaxRange: 3000, Clutter: 0.05})
	}
	for n := range radars {
		place("radar", n, radars, sense.Sensor{Kind: sense.Radar, MaxRange: 8000, Clutter: 5})
	}
	for n := range aerostats {
		place("aerostat", n, aerostats, sense.Sensor{Kind: sense.Aerostat, MaxRange: 20000, Clutter: 1})
	}
	for n := range walkers {
		at := from + (to-from)*border.Chainage(w.rnd.Float64())
		w.walkers = append(w.walkers, walker{at: at, offset: -300 - 1500*w.rnd.Float64(), pace: 0.8 + w.rnd.Float64()})
		_ = n
	}
	return w
}

// scans of all sensors at an instant.
func (w *world) scans(now time.Time) []sense.Scan {
	places := make([]geo.Point, len(w.walkers))
	since := now.Sub(w.began).Seconds()
	for i, k := range w.walkers {
		places[i] = w.axis.Place(k.at, border.Offset(k.offset+k.pace*since))
	}
	out := make([]sense.Scan, 0, len(w.sensors))
	for i := range w.sensors {
		s := &w.sensors[i]
		scan := sense.Scan{Sensor: s.ID, Observed: now, Declared: true}
		for j := range places {
			if math.Abs(places[j].Lat-s.Position.Lat) > 0.2 || math.Abs(places[j].Lon-s.Position.Lon) > 0.25 {
				continue
			}
			distance, azimuth := geo.Inverse(s.Position.Point, places[j])
			if distance < s.MaxRange && w.rnd.Float64() < s.Pd {
				scan.Detections = append(scan.Detections, w.detection(distance, azimuth))
			}
		}
		if s.Kind == sense.Radar {
			for range w.clutter {
				scan.Detections = append(scan.Detections, w.detection(100+w.rnd.Float64()*(s.MaxRange-100), w.rnd.Float64()*2*math.Pi))
			}
		}
		out = append(out, scan)
	}
	return out
}

func (w *world) detection(distance, azimuth float64) sense.Detection {
	d := sense.Detection{Shape: sense.BearingRange, Class: sense.Classes{sense.Person: 0.7, sense.Unknown: 0.3}}
	d.Z[0] = geo.Wrap2Pi(azimuth + 0.002*w.rnd.NormFloat64())
	d.Z[1] = max(1, distance+15*w.rnd.NormFloat64())
	return d
}

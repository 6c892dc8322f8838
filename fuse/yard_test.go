package fuse

import (
	"encoding/binary"
	"math"
	"time"

	"marsad/geo"
	"marsad/sense"
)

// bytesOf hands out a fuzzer's bytes as numbers; after the last it gives zeros.
type bytesOf struct{ b []byte }

func (r *bytesOf) u8() byte {
	if len(r.b) == 0 {
		return 0
	}
	v := r.b[0]
	r.b = r.b[1:]
	return v
}

func (r *bytesOf) raw() float64 {
	var w [8]byte
	r.b = r.b[copy(w[:], r.b):]
	return math.Float64frombits(binary.LittleEndian.Uint64(w[:]))
}

// number is mostly one that a sensor may say, at times one that none should.
func (r *bytesOf) number(usual float64) float64 {
	odd := [...]float64{0, -1, 1e-300, 1e300, math.Inf(1), math.Inf(-1), math.NaN(), math.MaxFloat64}
	switch k := r.u8(); {
	case k < 200:
		return usual * (float64(r.u8())/128 - 0.5 + float64(k)/200)
	case k < 240:
		return odd[int(k)%len(odd)]
	default:
		return r.raw()
	}
}

// tiny is a configuration under which much happens within a minute: a coarse map
// of undetected things, since a fine one is all that a short run would wait for,
// and biases that are taken off before they are sure.
func tiny() Config {
	cfg := Defaults()
	cfg.Core.Unseen.Side = 8000
	cfg.Core.BiasSure, cfg.Core.BiasLeast, cfg.Core.BiasKnown = 0.5, 0.001, 0.9
	cfg.Core.ConfirmHits, cfg.Core.ConfirmSpan = 3, 1
	return cfg
}

// start of every ordeal.
var start = time.Date(2026, 3, 1, 1, 0, 0, 0, time.UTC)

// stroller is where one of four things is: two go side by side and part, one comes
// the other way through them, one stands.
func stroller(k byte, at geo.Point, now time.Time) geo.Point {
	s := now.Sub(start).Seconds()
	if !(s > 0 && s < 3600) {
		s = 0
	}
	e, n := 100.0, 1500+2*s
	switch k % 4 {
	case 1:
		e += 12 + 4*max(0, s-8)
	case 2:
		n = 1560 - 2*s
	case 3:
		e, n = 700, 1400
	}
	return geo.Direct(at, math.Hypot(e, n), math.Atan2(e, n))
}

// aim points a detection at a thing, a little beside it; one camera stands wrong.
func aim(d *sense.Detection, r *bytesOf, sensor geo.Point, id sense.SensorID, thing geo.Point) {
	beside := func(sigma float64) float64 { return sigma * (float64(r.u8())/64 - 2) }
	rng, az := geo.Inverse(sensor, thing)
	switch id {
	case "patrol", "node", "blank":
		d.Shape, d.Z, d.R = sense.AtPosition, [3]float64{thing.Lat, thing.Lon, 400}, [6]float64{25, 0, 0, 25, 0, 100}
	case "radar", "other radar":
		d.Shape, d.Z, d.R = sense.BearingRange, [3]float64{geo.Wrap2Pi(az + beside(0.002)), rng + beside(5)}, [6]float64{1e-5, 0, 0, 64}
	default:
		if id == "other camera" {
			az += 0.02
		}
		d.Shape, d.Z, d.R = sense.BearingRange, [3]float64{geo.Wrap2Pi(az + beside(0.001)), rng + beside(20)}, [6]float64{1e-6, 0, 0, 1600}
		if r.u8() > 200 {
			d.Shape, d.Z[1] = sense.Bearing, 0
		}
	}
}

// yard is the place where the fuzzer's sensors stand: every kind, with and
// without registered errors.
func yard(f *Fuser) (at geo.Point, ids []sense.SensorID) {
	at = geo.Point{Lat: 36.4, Lon: 42}
	for _, s := range []sense.Sensor{
		{ID: "radar", Kind: sense.Radar, MinRange: 50, MaxRange: 15e3, Pd: 0.9, Clutter: 5, Period: time.Second, SigmaAzimuth: 0.01, SigmaRange: 10, SigmaDoppler: 0.5},
		{ID: "camera", Kind: sense.Camera, MaxRange: 5e3, Pd: 0.9, Clutter: 0.1, Period: time.Second, SigmaAzimuth: 0.001, SigmaElevation: 0.001},
		{ID: "other camera", Kind: sense.Camera, MaxRange: 5e3, Pd: 0.9, SigmaAzimuth: 0.001},
		{ID: "fence", Kind: sense.Presence, MaxRange: 75, Pd: 0.9, Clutter: 1e-3, Period: time.Second},
		{ID: "blank", Kind: sense.OtherKind},
		{ID: "node", Kind: sense.Node},
		{ID: "patrol", Kind: sense.OwnForce, Unit: "p1", SigmaPosition: 5},
		{ID: "other radar", Kind: sense.Radar, MinRange: 50, MaxRange: 15e3, Pd: 0.9, Clutter: 5, Period: time.Second, SigmaAzimuth: 0.01, SigmaRange: 10},
	} {
		s.Position = geo.Position{Point: geo.Direct(at, 700*float64(len(ids)), 2), Height: 400}
		ids = append(ids, s.ID)
		f.Register(s)
	}
	return at, ids
}

// scanOf builds a scan: of any sensor, at any time, with anything in it.
func scanOf(r *bytesOf, now time.Time, at geo.Point, ids []sense.SensorID) sense.Scan {
	k := int(r.u8())
	switch {
	case k >= 128:
		k = []int{0, len(ids) - 1, 1, 2}[k%4] // those that see most
	default:
		k %= len(ids)
	}
	stands := geo.Direct(at, 700*float64(k), 2)
	s := sense.Scan{Sensor: ids[k], Observed: now, Received: now, Declared: r.u8()&1 == 0}
	switch w := r.u8(); {
	case w < 60: // out of order, within the window and beyond
		s.Observed = now.Add(-time.Duration(w) * 100 * time.Millisecond)
	case w < 70:
		s.Observed = now.Add(time.Duration(w) * time.Hour)
	case w < 80:
		s.Observed = now.Add(-time.Duration(w) * time.Hour)
	case w < 90:
		s.Observed, s.Received = time.Unix(0, int64(r.raw())), time.Time{}
	case w < 100:
		s.Origin = geo.Position{Point: geo.Point{Lat: r.number(36), Lon: r.number(42)}}
	}
	if ids[k] == "patrol" {
		s.Unit = "p1"
	}
	for range r.u8() % 6 {
		kind := r.u8()
		d := sense.Detection{Shape: sense.Shape(kind % 8), Count: r.u8() % 6}
		if kind < 200 {
			aim(&d, r, stands, ids[k], stroller(kind, at, s.Observed))
			s.Detections = append(s.Detections, d)
			continue
		}
		if s.Unit != "" {
			d.Shape = sense.AtPosition
		}
		switch d.Shape {
		case sense.AtPosition:
			p := geo.Direct(at, 30*float64(r.u8()), float64(r.u8())/40)
			d.Z = [3]float64{p.Lat, p.Lon, 400}
			if r.u8() > 230 {
				d.Z[r.u8()%3] = r.number(40)
			}
			d.R = [6]float64{r.number(25), r.number(1), 0, r.number(25), 0, 100}
		case sense.Bearing, sense.BearingElevation:
			d.Z = [3]float64{r.number(3), r.number(-0.01)}
			d.R = [6]float64{r.number(1e-6), 0, 0, r.number(1e-6)}
		case sense.BearingRange:
			d.Z = [3]float64{r.number(3), r.number(3000)}
			d.R = [6]float64{r.number(1e-4), r.number(1e-6), 0, r.number(100)}
		default:
			d.Z = [3]float64{r.number(3), r.number(0.1), r.number(3000)}
			d.R = [6]float64{r.number(1e-4), 0, 0, r.number(1e-4), 0, r.number(100)}
		}
		if r.u8() > 200 {
			d.Doppler, d.SigmaDoppler = r.number(5), r.number(1)
		}
		if r.u8() > 200 {
			d.Class[r.u8()%sense.NClass] = float32(r.number(0.8))
		}
		if ids[k] == "node" {
			d.Shape, d.VendorTrack = d.Shape/4, string(rune('a'+r.u8()%6))
			d.Node = &sense.NodeTrack{VE: r.number(2), VN: r.number(2), VarVE: r.number(1), VarVN: r.number(1), Over: r.u8() > 240}
			if r.u8() > 200 {
				d.Node.Lineage = ids[:r.u8()%4]
			}
		}
		s.Detections = append(s.Detections, d)
	}
	return s
}

package scene

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"

	"marsad/fuse/recorded"
	"marsad/fuse/score"
)

// Scene is a scenario with its detections and its truth.
type Scene struct {
	Scenario   recorded.Scenario
	Detections []byte          // CSV
	Truth      [][]score.Place // by scan instant
}

// flaw is what is wrong with a sensor, unknown to the tracker, from the instant
// from (s) on: it is turned by az rad and measures rng m too far, its clock is
// ahead by clock s, so that it shows things where they had been. Between from
// and until it sees nothing where it is silent, and has burst times its false
// detections where that is not 0.
type flaw struct {
	az, rng, clock float64
	from, until    float64
	silent         bool
	burst          float64
}

// play moves the things and lets the sensors look.
func play(s *recorded.Scenario, things []mover, flaws map[string]flaw, rng *rand.Rand) *Scene {
	out := &Scene{Scenario: *s}
	var b bytes.Buffer
	b.WriteString("t,sensor_id,type,sx,sy,dim,z0,z1,R00,R01,R11,truth_id\n")
	for k := range s.Scans {
		var here []score.Place
		for i := range things {
			m := &things[i]
			if k > m.born {
				m.step(s.DT, rng)
			}
			if k >= m.born && k < m.dies {
				here = append(here, score.Place{ID: m.id, X: m.x, Y: m.y, VX: m.vx, VY: m.vy})
			}
		}
		for i := range s.Sensors {
			look(&b, s, &s.Sensors[i], float64(k)*s.DT, here, flaws[s.Sensors[i].ID], rng)
		}
		out.Truth = append(out.Truth, seen(s, here))
	}
	out.Detections = b.Bytes()
	return out
}

// seen leaves the truth that some sensor's limits of range allow, where all
// sensors have limits.
func seen(s *recorded.Scenario, here []score.Place) []score.Place {
	if len(s.Sensors) != 1 || s.Sensors[0].RMax == 0 {
		return here
	}
	q := &s.Sensors[0]
	var kept []score.Place
	for _, p := range here {
		if r := math.Hypot(p.X-q.Pos[0], p.Y-q.Pos[1]); r >= q.RMin && r <= q.RMax {
			kept = append(kept, p)
		}
	}
	return kept
}

func look(b *bytes.Buffer, s *recorded.Scenario, q *recorded.Sensor, t float64, here []score.Place, off flaw, rng *rand.Rand) {
	clutter := q.Clutter
	switch {
	case t < off.from:
		off = flaw{}
	case t < off.until && off.silent:
		return
	case t < off.until && off.burst > 0:
		clutter *= off.burst
	}
	row := func(z0, z1 string, r00, r01, r11 string, dim int, truth int64) {
		fmt.Fprintf(b, "%.3f,%s,%s,%.2f,%.2f,%d,%s,%s,%s,%s,%s,%d\n", t, q.ID, q.Type, q.Pos[0], q.Pos[1], dim, z0, z1, r00, r01, r11, truth)
	}
	f := func(v float64) string { return fmt.Sprintf("%.8g", v) }
	report := func(x, y, az, r float64, truth int64) {
		switch q.Type {
		case recorded.XY:
			row(f(x), f(y), f(q.R[0][0]), "0", f(q.R[1][1]), 2, truth)
		case recorded.BearingRange:
			row(f(wrap(az)), f(r), f(q.R[0][0]), "0", f(q.R[1][1]), 2, truth)
		case recorded.Bearing:
			row(f(wrap(az)), "", f(q.R[0][0]), "", "", 1, truth)
		}
	}
	alarm := q.Type == recorded.Point && rng.Float64() < q.FalseAlarm
	cause := int64(-1)
	for i := range here {
		p := here[i]
		p.X, p.Y = p.X-off.clock*p.VX, p.Y-off.clock*p.VY
		r, az := math.Hypot(p.X-q.Pos[0], p.Y-q.Pos[1]), math.Atan2(p.Y-q.Pos[1], p.X-q.Pos[0])
		if !inView(q, p.X, r, az) || rng.Float64() >= q.Pd {
			continue
		}
		switch q.Type {
		case recorded.Point:
			alarm, cause = true, p.ID
		case recorded.XY:
			report(p.X+math.Sqrt(q.R[0][0])*rng.NormFloat64(), p.Y+math.Sqrt(q.R[1][1])*rng.NormFloat64(), 0, 0, p.ID)
		case recorded.BearingRange:
			report(0, 0, az+off.az+math.Sqrt(q.R[0][0])*rng.NormFloat64(), r+off.rng+math.Sqrt(q.R[1][1])*rng.NormFloat64(), p.ID)
		case recorded.Bearing:
			report(0, 0, az+off.az+math.Sqrt(q.R[0][0])*rng.NormFloat64(), 0, p.ID)
		}
	}
	if q.Type == recorded.Point {
		if alarm {
			row(f(q.Pos[0]), f(q.Pos[1]), "5625", "0", "5625", 2, cause)
		}
		return
	}
	from, wide := -math.Pi, 2*math.Pi
	if q.Sector != nil {
		from, wide = q.Sector[0], q.Sector[1]-q.Sector[0]
	}
	for range poisson(clutter, rng) {
		a := s.Area
		report(a[0]+(a[2]-a[0])*rng.Float64(), a[1]+(a[3]-a[1])*rng.Float64(),
			from+wide*rng.Float64(), q.RMin+(q.RMax-q.RMin)*rng.Float64(), -1)
	}
}

func inView(q *recorded.Sensor, x, r, az float64) bool {
	switch {
	case q.Type == recorded.Point:
		return r <= q.Radius
	case q.RMax > 0 && (r < q.RMin || r > q.RMax):
		return false
	case q.XMax != nil && x > *q.XMax:
		return false
	case q.Sector != nil && q.Sector[1]-q.Sector[0] < 2*math.Pi-1e-9:
		d := wrap(az - (q.Sector[0]+q.Sector[1])/2)
		return math.Abs(d) <= (q.Sector[1]-q.Sector[0])/2
	}
	return true
}

// poisson draws by exponential gaps, which is exact for any mean.
func poisson(mean float64, rng *rand.Rand) int {
	n := 0
	for t := rng.ExpFloat64(); t < mean; t += rng.ExpFloat64() {
		n++
	}
	return n
}

func wrap(a float64) float64 {
	for a > math.Pi {
		a -= 2 * math.Pi
	}
	for a <= -math.Pi {
		a += 2 * math.Pi
	}
	return a
}

package recorded_test

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"marsad/fuse/kin"
	"marsad/fuse/recorded"
	"marsad/fuse/scene"
	"marsad/fuse/score"
)

// told is one detection with the truth that caused it.
type told struct {
	instant int
	truth   int64
	meas    kin.Meas
	pose    kin.Pose
}

// tell reads a scene's detections with their truth: what no tracker may do.
func tell(t testing.TB, s *scene.Scene) (out []told) {
	lines := strings.Split(strings.TrimSpace(string(s.Detections)), "\n")
	col := map[string]int{}
	for i, n := range strings.Split(lines[0], ",") {
		col[strings.TrimSpace(n)] = i
	}
	for _, l := range lines[1:] {
		f := strings.Split(strings.TrimSpace(l), ",")
		num := func(name string) float64 { v, _ := strconv.ParseFloat(f[col[name]], 64); return v }
		d := told{instant: int(math.Round(num("t") / s.Scenario.DT)), truth: int64(num("truth_id"))}
		if d.truth < 0 {
			continue
		}
		k := slices.IndexFunc(s.Scenario.Sensors, func(q recorded.Sensor) bool { return q.ID == f[col["sensor_id"]] })
		q := &s.Scenario.Sensors[k]
		d.pose = kin.Pose{X: q.Pos[0], Y: q.Pos[1]}
		switch q.Type {
		case recorded.XY, recorded.Point:
			d.meas = kin.Meas{XY: true, E: num("z0") - q.Pos[0], N: num("z1") - q.Pos[1], VarE: [3]float64{num("R00"), 0, num("R11")}}
		case recorded.BearingRange:
			d.meas = kin.Meas{Az: kin.Wrap(math.Pi/2 - num("z0")), Range: num("z1"), VarAz: num("R00"), VarRange: num("R11")}
		default:
			d.meas = kin.Meas{Az: kin.Wrap(math.Pi/2 - num("z0")), VarAz: num("R00")}
		}
		out = append(out, d)
	}
	return out
}

// floor is what known associations give: an extended Kalman filter for each
// thing with a nearly constant velocity and the scenario's hint, fed with what
// that thing caused and nothing else, and shown while the thing lives.
func floor(t testing.TB, s *scene.Scene) score.Result {
	t.Helper()
	all := tell(t, s)
	state, at := map[int64]*kin.Gauss{}, map[int64]int{}
	ray := map[int64]told{}
	var frames []score.Frame
	next := 0
	for k := range s.Scenario.Scans {
		for ; next < len(all) && all[next].instant == k; next++ {
			d := &all[next]
			if g := state[d.truth]; g != nil {
				g.Drift(float64(k-at[d.truth])*s.Scenario.DT, s.Scenario.NoiseQ, 0)
				at[d.truth] = k
				d.meas.Apply(g, d.pose)
				continue
			}
			x, y, cov, ok := d.meas.Point(d.pose)
			if o, there := ray[d.truth]; !ok && there && o.pose != d.pose && k-o.instant <= 1 {
				x, y, cov, ok = crossing(&o, d)
			}
			if !ok {
				ray[d.truth] = *d
				continue
			}
			v := s.Scenario.Speed / 3
			state[d.truth] = &kin.Gauss{X: [4]float64{x, y}, P: [10]float64{cov[0], cov[1], 0, 0, cov[2], 0, 0, v * v, 0, v * v}}
			at[d.truth] = k
		}
		f := score.Frame{T: float64(k) * s.Scenario.DT, Truth: s.Truth[k]}
		for i := range f.Truth {
			id := f.Truth[i].ID
			if state[id] != nil {
				g := *state[id]
				g.Drift(float64(k-at[id])*s.Scenario.DT, s.Scenario.NoiseQ, 0)
				f.Tracks = append(f.Tracks, score.Place{ID: id, X: g.X[0], Y: g.X[1], VX: g.X[2], VY: g.X[3]})
			}
		}
		frames = append(frames, f)
	}
	return score.Of(frames, s.Scenario.Score.C, s.Scenario.Score.P, s.Scenario.Score.Threshold)
}

// crossing of two bearings, each pinning the place across itself.
func crossing(a, b *told) (x, y float64, cov [3]float64, ok bool) {
	sa, ca := math.Sincos(a.meas.Az)
	sb, cb := math.Sincos(b.meas.Az)
	det := sa*cb - ca*sb
	dx, dy := b.pose.X-a.pose.X, b.pose.Y-a.pose.Y
	if math.Abs(det) < 0.1 {
		return 0, 0, cov, false
	}
	ra, rb := (dx*cb-dy*sb)/det, (dx*ca-dy*sa)/det
	va, vb := ra*ra*a.meas.VarAz, rb*rb*b.meas.VarAz
	i00, i01, i11 := ca*ca/va+cb*cb/vb, -ca*sa/va-cb*sb/vb, sa*sa/va+sb*sb/vb
	f := i00*i11 - i01*i01
	return a.pose.X + ra*sa, a.pose.Y + ra*ca, [3]float64{i11 / f, -i01 / f, i00 / f}, ra > 0 && rb > 0
}

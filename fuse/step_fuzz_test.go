package fuse

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"marsad/fuse/kin"
	"marsad/fuse/pmb"
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

// yard is the place where the fuzzer's sensors stand: every kind, with and
// without registered errors.
func yard(f *Fuser) (at geo.Point, ids []sense.SensorID) {
	at = geo.Point{Lat: 36.4, Lon: 42}
	for _, s := range []sense.Sensor{
		{ID: "radar", Kind: sense.Radar, MinRange: 50, MaxRange: 15e3, Pd: 0.9, Clutter: 5, Period: time.Second, SigmaAzimuth: 0.01, SigmaRange: 10, SigmaDoppler: 0.5},
		{ID: "camera", Kind: sense.Camera, MaxRange: 5e3, Pd: 0.9, Clutter: 0.1, Period: time.Second, SigmaAzimuth: 0.001, SigmaElevation: 0.001},
		{ID: "other camera", Kind: sense.Camera, MaxRange: 5e3, Azimuth: 1, HalfWidth: 0.5, Pd: 0.9, SigmaAzimuth: 0.001},
		{ID: "fence", Kind: sense.Presence, MaxRange: 75, Pd: 0.9, Clutter: 1e-3, Period: time.Second},
		{ID: "blank", Kind: sense.OtherKind},
		{ID: "node", Kind: sense.Node},
		{ID: "patrol", Kind: sense.OwnForce, Unit: "p1", SigmaPosition: 5},
	} {
		s.Position = geo.Position{Point: geo.Direct(at, 700*float64(len(ids)), 2), Height: 400}
		ids = append(ids, s.ID)
		f.Register(s)
	}
	return at, ids
}

// scanOf builds a scan: of any sensor, at any time, with anything in it.
func scanOf(r *bytesOf, now time.Time, at geo.Point, ids []sense.SensorID) sense.Scan {
	k := int(r.u8()) % len(ids)
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
	for range r.u8() % 12 {
		d := sense.Detection{Shape: sense.Shape(r.u8() % 8), Count: r.u8() % 6}
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

// positive reports whether a packed covariance has a Cholesky factor, up to
// what rounding may do to a singular one.
func positive(p *[10]float64) bool {
	var l [4][4]float64
	k := 0
	for i := range 4 {
		for j := i; j < 4; j++ {
			l[j][i] = p[k]
			k++
		}
	}
	for i := range 4 {
		whole := l[i][i]
		for j := 0; j <= i; j++ {
			v := l[i][j]
			for m := range j {
				v -= l[i][m] * l[j][m]
			}
			if i == j {
				if !(v > -1e-6*whole-1e-9) {
					return false
				}
				l[i][i] = math.Sqrt(max(v, 1e-12*whole+1e-12))
			} else {
				l[i][j] = v / l[j][j]
			}
		}
	}
	return true
}

// sane is what holds of the stage after any step, whatever went in.
func sane(f *Fuser) error {
	n := 0
	var err error
	f.engine.Each(func(slot int32, t *pmb.Track) {
		n++
		switch {
		case !(t.R >= 0 && t.R <= 1) || !(t.Hidden >= 0 && t.Hidden <= 1):
			err = fmt.Errorf("track %d: existence %v, hidden %v", slot, t.R, t.Hidden)
		case !t.Mean.Finite() || !positive(&t.Mean.P):
			err = fmt.Errorf("track %d: mean %+v", slot, t.Mean)
		case int(t.Cell) >= len(f.cells.list):
			err = fmt.Errorf("track %d: cell %d", slot, t.Cell)
		}
		mass := float32(0)
		for _, p := range t.Class {
			mass += p
			if !(p >= 0 && p <= 1) {
				err = fmt.Errorf("track %d: class %v", slot, t.Class)
			}
		}
		if !(mass > 0.99 && mass < 1.01) {
			err = fmt.Errorf("track %d: classes sum to %v", slot, mass)
		}
		sum := 0.0
		for m := range kin.Modes {
			sum += t.Body.Mu[m]
			if g := &t.Body.Sub[m]; !g.Finite() || !positive(&g.P) {
				err = fmt.Errorf("track %d, mode %d: %+v", slot, m, *g)
			}
		}
		if !(sum > 0.99 && sum < 1.01) {
			err = fmt.Errorf("track %d: modes sum to %v", slot, sum)
		}
	})
	// What is tentative is bounded by the crowd of every square kilometre that
	// the sensors see, what is shown by what may stand apart in it.
	if n > 20000 {
		err = fmt.Errorf("%d tracks", n)
	}
	return err
}

func sound(c *Change) error {
	switch {
	case !(c.Existence >= 0 && c.Existence <= 1):
		return fmt.Errorf("existence %v", c.Existence)
	case !c.Point.Valid() || math.IsNaN(c.VE+c.VN) || math.IsInf(c.VE+c.VN, 0):
		return fmt.Errorf("state %+v", *c)
	case !positive(&c.Cov):
		return fmt.Errorf("covariance %v", c.Cov)
	case c.Status == Tentative:
		return fmt.Errorf("a tentative track was shown")
	}
	return nil
}

// ordeal plays bytes as scans and ticks and reports the first thing that does
// not hold.
func ordeal(b []byte) error {
	f := New(Defaults())
	at, ids := yard(f)
	now := time.Date(2026, 3, 1, 1, 0, 0, 0, time.UTC)
	r := &bytesOf{b}
	for n := 0; len(r.b) > 0 && n < 400; n++ {
		var out []Change
		switch op := r.u8(); {
		case op < 40:
			now = now.Add(time.Duration(op) * 50 * time.Millisecond)
			out = f.Tick(now, nil)
		case op < 42:
			out = f.Tick(now.Add(time.Duration(r.raw())), nil)
		default:
			now = now.Add(time.Duration(op) * time.Millisecond)
			s := scanOf(r, now, at, ids)
			out = f.Scan(&s, nil)
		}
		for i := range out {
			if err := sound(&out[i]); err != nil {
				return fmt.Errorf("event %d: change of %v: %w", n, out[i].ID, err)
			}
		}
		if err := sane(f); err != nil {
			return fmt.Errorf("event %d: %w", n, err)
		}
	}
	b, err := f.Snapshot()
	if err != nil {
		return err
	}
	if err := New(Defaults()).Restore(b); err != nil {
		return fmt.Errorf("its own snapshot: %w", err)
	}
	return nil
}

// FuzzStep builds scans from bytes (numbers that are none, huge values, wrong
// times, wrong shapes) and wants of every track a positive definite covariance
// and an existence in [0, 1], and of the stage that it stays bounded and can be
// saved.
func FuzzStep(f *testing.F) {
	rng := rand.New(rand.NewPCG(1, 41))
	for range 12 {
		b := make([]byte, 3000)
		for i := range b {
			b[i] = byte(rng.Uint32())
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 20000 {
			return
		}
		if err := ordeal(b); err != nil {
			t.Fatal(err)
		}
	})
}

// TestInvariantsCanFail shows the fuzzer's own checks numbers that they must
// refuse.
func TestInvariantsCanFail(t *testing.T) {
	good := [10]float64{4, 1, 0, 0, 4, 0, 0, 1, 0, 1}
	for name, p := range map[string][10]float64{
		"negative": {-1, 0, 0, 0, 1, 0, 0, 1, 0, 1}, "indefinite": {1, 2, 0, 0, 1, 0, 0, 1, 0, 1}, "none": {math.NaN(), 0, 0, 0, 1, 0, 0, 1, 0, 1},
	} {
		if positive(&p) {
			t.Errorf("%s passes", name)
		}
	}
	if !positive(&good) {
		t.Error("a good one does not pass")
	}
	for name, c := range map[string]Change{
		"existence": {Status: Confirmed, Existence: 1.5, Cov: good}, "tentative": {Cov: good},
		"place": {Status: Confirmed, Cov: good, Point: geo.Point{Lat: math.NaN()}}, "covariance": {Status: Confirmed},
	} {
		if name == "covariance" {
			c.Cov[0] = -1
		}
		if sound(&c) == nil {
			t.Errorf("%s passes", name)
		}
	}
}

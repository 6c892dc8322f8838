package fuse

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"marsad/fuse/kin"
	"marsad/fuse/pmb"
	"marsad/geo"
	"marsad/ident"
)

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

// An ordeal has at most so many bytes and events: half a minute of the
// yard, so that many thousands of them run in minutes.
const mostBytes, mostEvents = 2400, 90

// ordeal plays bytes as scans and ticks and reports the first thing that does
// not hold, and what the stage did meanwhile.
func ordeal(b []byte) (did deeds, err error) {
	cfg := tiny()
	cfg.Core.Doubt = 0.01 * float64(len(b)%2)
	f := New(cfg)
	at, ids := yard(f)
	now := start
	r := &bytesOf{b}
	for n := 0; len(r.b) > 0 && n < mostEvents; n++ {
		var out []Change
		switch op := r.u8(); {
		case op < 24:
			now = now.Add(time.Duration(op) * 50 * time.Millisecond)
			out = f.Tick(now, nil)
		case op < 26:
			out = f.Tick(now.Add(time.Duration(r.raw())), nil)
		default:
			now = now.Add(time.Duration(op) * 2 * time.Millisecond)
			s := scanOf(r, now, at, ids)
			out = f.Scan(&s, nil)
		}
		for i := range out {
			if err := sound(&out[i]); err != nil {
				return did, fmt.Errorf("event %d: change of %v: %w", n, out[i].ID, err)
			}
			did.shown++
			if out[i].From != (ident.ID{}) {
				did.parted++
			}
		}
		// Whatever is wrong stays so, or is shown.
		if n%8 == 7 {
			if err := sane(f); err != nil {
				return did, fmt.Errorf("event %d: %w", n, err)
			}
		}
	}
	if err := sane(f); err != nil {
		return did, err
	}
	for _, b := range f.Biases(nil) {
		if b.Applied {
			did.straightened++
		}
	}
	did.Stats = f.Stats()
	saved, err := f.Snapshot()
	if err != nil {
		return did, err
	}
	if err := New(cfg).Restore(saved); err != nil {
		return did, fmt.Errorf("its own snapshot: %w", err)
	}
	return did, nil
}

// deeds are what an ordeal made the stage do.
type deeds struct {
	shown, parted, straightened int
	Stats
}

// randomBytes are one fewer every other time: the stage then doubts bearings.
func randomBytes(rng *rand.Rand) []byte {
	b := make([]byte, mostBytes-rng.IntN(2))
	for i := range b {
		b[i] = byte(rng.Uint32())
	}
	return b
}

// FuzzStep builds scans from bytes (numbers that are none, huge values, wrong
// times, wrong shapes, and things seen as they are) and wants of every track a
// positive definite covariance and an existence in [0, 1], and of the stage that
// it stays bounded and can be saved.
func FuzzStep(f *testing.F) {
	rng := rand.New(rand.NewPCG(1, 41))
	for range 12 {
		f.Add(randomBytes(rng))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > mostBytes {
			return
		}
		if _, err := ordeal(b); err != nil {
			t.Fatal(err)
		}
	})
}

// TestOrdealsReachEveryPart shows that the fuzzer's random inputs come to what it
// is there for.
func TestOrdealsReachEveryPart(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 41))
	var merged, late, again, parted, straightened, confirmed int
	for range 12 {
		did, err := ordeal(randomBytes(rng))
		if err != nil {
			t.Fatal(err)
		}
		merged, late, again = merged+int(did.Merged), late+int(did.Late), again+int(did.Again)
		confirmed, parted, straightened = confirmed+did.shown, parted+did.parted, straightened+did.straightened
	}
	t.Logf("%d shown, %d merged, %d parted, %d late, %d used again, %d straightened", confirmed, merged, parted, late, again, straightened)
	if min(merged, late, again, parted, straightened, confirmed) == 0 {
		t.Error("random inputs do not reach all of it")
	}
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

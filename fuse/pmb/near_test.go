package pmb

import "testing"

// TestWhatWentOutOfSightComesBackOnlyWhereItMayHaveGot asks within of a thing that
// was last measured at 10 s at the origin, going east at some m/s.
func TestWhatWentOutOfSightComesBackOnlyWhereItMayHaveGot(t *testing.T) {
	cfg := plain(0.05, 2)
	cfg.Hide = 300 // CoastAfter is 5 s
	out := cfg
	out.Hide = 0
	for _, c := range []struct {
		name   string
		cfg    Config
		pace   float64 // m/s
		silent float64 // s
		x, y   float64
		status Status
		unit   int32
		want   bool
	}{
		// 20 s out of sight at 1 m/s: expected at 20 m, and 100 + 3·20 m farther at most.
		{"just near enough ahead", cfg, 1, 20, 179, 0, Confirmed, 0, true},
		{"just too far ahead", cfg, 1, 20, 181, 0, Confirmed, 0, false},
		{"just near enough behind", cfg, 1, 20, -139, 0, Confirmed, 0, true},
		{"just too far behind", cfg, 1, 20, -141, 0, Confirmed, 0, false},
		{"too far aside", cfg, 1, 20, 20, -161, Confirmed, 0, false},
		// At 10 m/s it may go on at two and a half times that: 200 ± (100 + 25·20) m.
		{"a fast one farther on", cfg, 10, 20, 799, 0, Confirmed, 0, true},
		{"too far for a fast one", cfg, 10, 20, 801, 0, Confirmed, 0, false},
		{"longer out of sight, farther", cfg, 1, 60, 339, 0, Confirmed, 0, true},
		{"and no farther than that", cfg, 1, 60, 341, 0, Confirmed, 0, false},
		// Whom this does not concern: the gate alone decides.
		{"seen a moment ago", cfg, 1, 5, 5000, 0, Confirmed, 0, true},
		{"not yet shown", cfg, 1, 20, 5000, 0, Tentative, 0, true},
		{"an own unit", cfg, 1, 20, 5000, 0, Confirmed, 2, true},
		{"where nothing hides", out, 1, 20, 5000, 0, Confirmed, 0, true},
	} {
		e := newEngine(c.cfg)
		tr := e.newborn(Key{At: 10e9}, 0, 0, 0, [3]float64{25, 0, 25}, 1, &Det{})
		tr.Status, tr.Unit, tr.Mean.X[2] = c.status, c.unit, c.pace
		if got := e.within(&tr, c.x, c.y, 10e9+int64(c.silent*1e9)); got != c.want {
			t.Errorf("%s: within is %v", c.name, got)
		}
	}
}

package detect

import "testing"

// TestALostBackgroundIsToldByItsNoise: three times the noise for a minute is a lost
// background, at whatever level it began; a gust that is over sooner, a slow rise
// of wind and sun, and the first frames of a picture are not.
func TestALostBackgroundIsToldByItsNoise(t *testing.T) {
	for name, c := range map[string]struct {
		noise func(frame int) float64
		lost  bool
	}{
		"as ever":        {func(int) float64 { return 40 }, false},
		"lost":           {func(f int) float64 { return 40 + 80*float64(min(f/2000, 1)) }, true},
		"a gust":         {func(f int) float64 { return 40 + 80*float64(min(f/2000, 1)-min(f/2250, 1)) }, false},
		"the day begins": {func(f int) float64 { return 22 + 78*float64(f)/18000 }, false},
		"first frames":   {func(f int) float64 { return 10 + float64(min(f, 90)) }, false},
	} {
		d := New(Standard(), 64, 48)
		lost := false
		for frame := range 18000 {
			d.calm, d.seen, d.noise = d.cfg.Calm+1+frame, 1+frame, c.noise(frame)
			lost = lost || d.isLost()
		}
		if lost != c.lost {
			t.Errorf("%s: lost %v", name, lost)
		}
	}
}

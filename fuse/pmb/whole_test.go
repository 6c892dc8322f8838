package pmb

import "testing"

// TestEmptyScanThatShouldShowTenIsOfADeafSensor: where one thing is missed it may
// have gone; where ten are at once and no false detection comes either, the sensor
// has.
func TestEmptyScanThatShouldShowTenIsOfADeafSensor(t *testing.T) {
	after := func(things int, deaf float64) float64 {
		cfg := plain(0.05, 2)
		cfg.Deaf = deaf
		e := newEngine(cfg)
		for i := range things {
			e.beside(int32(i+1), 200*float64(i)-1000, 0.99, 10, Confirmed)
		}
		e.Step(places())
		return e.Track(0).R
	}
	if one, believed := after(1, 1e-4), after(1, 0); one < believed || one > believed+0.01 || believed > 0.95 {
		t.Errorf("one thing missed: existence %.4f, %.4f where every scan is believed", one, believed)
	}
	if ten, believed := after(10, 1e-4), after(10, 0); ten < 0.985 || believed > 0.95 {
		t.Errorf("ten things missed at once: existence %.4f, %.4f where every scan is believed", ten, believed)
	}
}

// TestBurstOfFalseDetectionsStartsLittle gives a sensor with one false detection in
// a scan sixty at once, and then three.
func TestBurstOfFalseDetectionsStartsLittle(t *testing.T) {
	born := func(n int, burst float64) float64 {
		cfg := plain(0.05, 2)
		cfg.Burst = burst
		e := newEngine(cfg)
		var x []float64
		for i := range n {
			x = append(x, 100*float64(i)-3000)
		}
		s := places(x...)
		v := *s.View
		v.Clutter = 1
		s.View = &v
		e.Step(s)
		sum := 0.0
		e.Each(func(_ int32, tr *Track) { sum += tr.R })
		return sum / float64(n)
	}
	if usual, burst := born(60, 0), born(60, 5); burst > usual/10 {
		t.Errorf("each of sixty exists by %.5f, %.5f where nothing is a burst", burst, usual)
	}
	if usual, few := born(3, 0), born(3, 5); few != usual || usual == 0 {
		t.Errorf("each of three exists by %.5f, %.5f where nothing is a burst", few, usual)
	}
}

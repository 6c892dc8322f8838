package sapient

import (
	"testing"
	"time"

	"marsad/sense"
)

// Beside the simulated nodes of a world whose night is nine hours away, a real
// node that keeps the wall's time is understood, and answered in its own time.
func TestARealNodeInASimulatedWorld(t *testing.T) {
	const away = 9 * time.Hour
	s, h := serve(t, Config{Now: func() time.Time { return time.Now().Add(-away) }, AtWall: func(t time.Time) time.Time { return t.Add(-away) }})
	wall := time.Now().UTC().Truncate(time.Millisecond)
	for name, at := range map[string]time.Time{"real": wall, "simulated": wall.Add(-away)} {
		c := dial(t, s)
		wrong := errorsOf(c)
		sensor := tower(name)
		if err := c.Register(t.Context(), sensor, at); err != nil {
			t.Fatal(name, err)
		}
		if err := c.Status(Status{Fine: true, Position: sensor.Position}, at); err != nil {
			t.Fatal(name, err)
		}
		scan := &sense.Scan{Sensor: sensor.ID, Observed: at, Detections: []sense.Detection{{Shape: sense.BearingRange, Z: [3]float64{1, 1200}}}}
		if err := c.Detections(scan); err != nil {
			t.Fatal(name, err)
		}
		h.wait(t, name+" scan", func(h *host) bool {
			for _, got := range h.scans {
				if got.Sensor == sensor.ID && len(got.Detections) == 1 {
					if !got.Observed.Equal(wall.Add(-away)) {
						t.Errorf("%s: observed at %v, want %v", name, got.Observed, wall.Add(-away))
					}
					return true
				}
			}
			return false
		})
		// A clock that is wrong by hours stays wrong.
		scan.Observed = at.Add(3 * time.Hour)
		if err := c.Detections(scan); err != nil {
			t.Fatal(name, err)
		}
		expectError(t, wrong, "timestamp", "ahead of ours")
	}
}

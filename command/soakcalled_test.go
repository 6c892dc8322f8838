package command

import (
	"bytes"
	"strings"
	"testing"

	"marsad/detect/class"
	"marsad/detect/scene"
)

// A mover is counted once, as what it stood on most; a false alarm as what is
// blamed for it, whatever it touched; what touched nothing is not counted.
func TestCalledCountsEachMoverOnceByWhatItWas(t *testing.T) {
	c := called{
		1: {Last: class.Vehicle, met: map[string]int{"vehicle": 9, "person": 2}},
		2: {Last: class.Vehicle, met: map[string]int{"bird": 3}},
		3: {Last: class.Unknown, met: map[string]int{"animal": 1}},
		4: {Last: class.Bird, met: map[string]int{}},
	}
	c.blame([]scene.Alarm{{Mover: 2, Cause: scene.Birds}, {Mover: 3, Cause: scene.Clouds}, {Mover: 7, Cause: scene.Wind}})
	var out bytes.Buffer
	c.print(&out)
	var rows []string
	for line := range strings.Lines(out.String()) {
		rows = append(rows, strings.Join(strings.Fields(line), " "))
	}
	want := []string{"person group vehicle animal slow-air bird unknown",
		"bird 0 0 1 0 0 0 0", "cloud 0 0 0 0 0 0 1", "vehicle 0 0 1 0 0 0 0"}
	if got := rows[1:]; strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s", out.String())
	}
}

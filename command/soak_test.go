package command

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

// Slices of the soak: some minutes of a windy evening, and of a night of drifting
// clouds in which a rule without the clutter of a place declared dozens. The
// whole day is `marsad soak`.
func TestSoakOfAnEveningAndOfClouds(t *testing.T) {
	for _, c := range []SoakCmd{
		{Hours: 0.06, From: 20, Seed: 1, Things: 1, PerHour: 120},
		{Hours: 0.05, From: 4, Seed: 104, Things: 104, PerHour: 150},
	} {
		c.Width, c.Height, c.FPS, c.Bits, c.Skip = 224, 168, 5, 8, 30*time.Second
		score, err := c.soak()
		if err != nil {
			t.Fatal(err)
		}
		if len(score.Events) < 5 {
			t.Fatalf("only %d events had to be found", len(score.Events))
		}
		if r := score.Recall(); r < 0.75 {
			t.Errorf("%.0f %% of %d events were found", 100*r, len(score.Events))
		}
		if r := score.Told.Recall(); r < 0.75 {
			t.Errorf("%.0f %% of %d events were found and not taken for birds", 100*r, len(score.Told.Events))
		}
		// The mark is one in a day: none here, and one is let pass.
		if n := len(score.Alarms); n > 1 {
			t.Errorf("%d false alarms in three minutes: %+v", n, score.Alarms)
		}
		var out bytes.Buffer
		c.Verbose = true
		c.print(&out, score)
		t.Log("\n" + out.String())
		for _, word := range []string{"SYNTHETIC mast camera, 224×168", "false alarms:", "told of as something else than a bird:", "per camera-day", "within 1 s", "what they were called when last seen"} {
			if !strings.Contains(out.String(), word) {
				t.Errorf("%q is missing in\n%s", word, out.String())
			}
		}
	}
}

func TestSoakRefusesWhatCannotBeRendered(t *testing.T) {
	var out, errOut bytes.Buffer
	if code := Main([]string{"soak", "--width", "7"}, &out, &errOut); code != 1 || !strings.Contains(errOut.String(), "do this:") {
		t.Errorf("code %d: %s%s", code, out.String(), errOut.String())
	}
}

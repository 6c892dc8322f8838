package command

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

// A slice of the soak: some minutes of a windy evening. The whole day is
// `marsad soak`.
func TestSoakOfAnEvening(t *testing.T) {
	c := SoakCmd{Hours: 0.06, From: 20, Seed: 1, Things: 1, PerHour: 120, Width: 224, Height: 168, FPS: 5, Bits: 8, Skip: 30 * time.Second}
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
	// The mark is one in a day. This bound only keeps it from getting worse.
	if n := len(score.Alarms); n > 6 {
		t.Errorf("%d false alarms in three minutes: %+v", n, score.Alarms)
	}
	var out bytes.Buffer
	c.Verbose = true
	c.print(&out, score)
	t.Log("\n" + out.String())
	for _, word := range []string{"SYNTHETIC mast camera, 224×168", "false alarms:", "per camera-day", "within 1 s"} {
		if !strings.Contains(out.String(), word) {
			t.Errorf("%q is missing in\n%s", word, out.String())
		}
	}
}

func TestSoakRefusesWhatCannotBeRendered(t *testing.T) {
	var out, errOut bytes.Buffer
	if code := Main([]string{"soak", "--width", "7"}, &out, &errOut); code != 1 || !strings.Contains(errOut.String(), "do this:") {
		t.Errorf("code %d: %s%s", code, out.String(), errOut.String())
	}
}

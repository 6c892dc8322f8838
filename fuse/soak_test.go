package fuse

import (
	"os"
	"runtime"
	"testing"
	"time"
)

// TestSoak plays the same two minutes of a stretch again and again, twenty minutes or,
// with MARSAD_SOAK=24h, as long as that says, and wants memory that stops
// growing: what the stage keeps after the first quarter is enough for the rest.
func TestSoak(t *testing.T) {
	length := 20 * time.Minute
	if v := os.Getenv("MARSAD_SOAK"); v != "" {
		d, err := time.ParseDuration(v)
		if err != nil {
			t.Fatal(err)
		}
		length = d
	}
	f := New(Defaults())
	heap := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	const chunk = 120
	w := busy(31)
	w.register(f)
	script := w.script(chunk)
	n := int(length.Seconds()) / chunk
	var early, most uint64
	shown := 0
	for k := range n {
		by := time.Duration(k*chunk) * time.Second
		for i := range script {
			e := script[i]
			e.at = e.at.Add(by)
			e.scan.Observed, e.scan.Received = e.scan.Observed.Add(by), e.scan.Received.Add(by)
			step(f, &e)
			if i == len(script)/4 { // all of them are there; at the end all have left
				shown = max(shown, f.Stats().Shown)
			}
		}
		switch h := heap(); {
		case k <= n/4:
			early = max(early, h)
		default:
			most = max(most, h)
		}
	}
	s := f.Stats()
	t.Logf("%v: %d scans, %d tracks born, heap %d KiB at most in the first quarter, %d KiB after", length, s.Scans, s.Born, early>>10, most>>10)
	if most > early+early/4+1<<20 {
		t.Errorf("heap grew from %d to %d KiB", early>>10, most>>10)
	}
	if shown < 3 || s.Scans < uint64(n)*chunk {
		t.Errorf("%d shown at once, %d scans: nothing was tried", shown, s.Scans)
	}
}

package coverage

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"marsad/border"
	"marsad/sense"
	"marsad/terrain"
)

// most is what the estate may take beyond mapped elevation files, in bytes.
const most = 300 << 20

// The whole estate, 620 towers and 6 aerostats, is worked out from nothing in a
// process of its own within 300 MB: the heap at its highest, and what the system
// says that the process held.
func TestTheEstateFitsInMemory(t *testing.T) {
	if os.Getenv("MARSAD_MEASURE") == "" {
		if testing.Short() {
			t.Skip("works the whole estate out")
		}
		cmd := exec.Command(os.Args[0], "-test.run=^TestTheEstateFitsInMemory$", "-test.v")
		cmd.Env = append(os.Environ(), "MARSAD_MEASURE=1")
		out, err := cmd.CombinedOutput()
		for line := range strings.Lines(string(out)) {
			if strings.Contains(line, "MB") {
				t.Log(strings.TrimSpace(line))
			}
		}
		if err != nil {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	peak := uint64(0)
	ended, sampled := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(sampled)
		var m runtime.MemStats
		for {
			runtime.ReadMemStats(&m)
			peak = max(peak, m.HeapInuse)
			select {
			case <-ended:
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	ground, err := terrain.NewSurface(3, terrain.NewRelief(1))
	if err != nil {
		t.Fatal(err)
	}
	n, err := New(Config{Axis: border.Default(), Ground: ground, Run: twoCores, Above: onGround}, estate())
	if err != nil {
		t.Fatal(err)
	}
	seen := n.Seen(sense.Person).Length()
	close(ended)
	<-sampled
	held := resident(t)
	t.Logf("the highest heap %d MB, resident at its highest %d MB; %.1f km seen for a person", peak>>20, held>>20, seen/1000)
	if !(seen > 0) || peak == 0 || peak > most || held > most {
		t.Errorf("heap %d MB, resident %d MB, more than %d", peak>>20, held>>20, most>>20)
	}
	runtime.KeepAlive(n)
}

// resident is the most memory that the process held, in bytes.
func resident(t *testing.T) uint64 {
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Skipf("the system does not tell: %v", err)
	}
	for line := range strings.Lines(string(b)) {
		var kb uint64
		if _, err := fmt.Sscanf(line, "VmHWM: %d kB", &kb); err == nil {
			return kb << 10
		}
	}
	t.Fatal("no VmHWM in /proc/self/status")
	return 0
}

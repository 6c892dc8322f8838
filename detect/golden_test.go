package detect

import (
	"encoding/json"
	"flag"
	"hash/fnv"
	"os"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden clip's results anew")

// A clip with a mover, sway, a step of gain and a closed shutter gives, frame by
// frame, the masks and movers that it gave when testdata/clip.json was written.
func TestGoldenClip(t *testing.T) {
	if runtime.GOARCH != "amd64" {
		t.Skip("the clip is rendered with this architecture's floating point: ", runtime.GOARCH)
	}
	type line struct {
		Shown    int    `json:"shown"`
		Mask     uint64 `json:"mask"`
		Movers   int    `json:"movers"`
		Declared int    `json:"declared"`
		Held     bool   `json:"held"`
	}
	s := newScene(11, 128, 96)
	s.contrast, s.swayX, s.swayY, s.vx = 25, 1.5, 0.8, 1.2
	s.gain = func(n int) float64 { return 1 + 0.3*float64(n/30%2) }
	s.blankFrom, s.blank = 45, 3
	d := New(Standard(), s.w, s.h)
	var got []line
	for n := range 80 {
		f, _ := s.frame(n)
		r := d.Step(f)
		l := line{Movers: len(r.Movers), Held: r.Held}
		sum := fnv.New64a()
		sum.Write(r.Mask)
		l.Mask = sum.Sum64()
		for _, v := range r.Mask {
			if v != 0 {
				l.Shown++
			}
		}
		for _, m := range r.Movers {
			if m.Declared {
				l.Declared++
			}
		}
		got = append(got, l)
	}
	const name = "testdata/clip.json"
	if *update {
		b, err := json.MarshalIndent(got, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, append(b, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var want []line
	if err := json.Unmarshal(b, &want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the golden clip changed (-want +got); if it is meant to, run with -update:\n%s", diff)
	}
}

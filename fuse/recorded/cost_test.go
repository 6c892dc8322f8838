package recorded_test

import (
	"fmt"
	"math"
	"os"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"marsad/fuse/recorded"
	"marsad/fuse/scene"
)

// cost of one run: CPU of the whole process and time on the wall.
type cost struct {
	things, threads, instants, detections, pairs int
	cpu, wall                                    time.Duration
}

func (c cost) perInstant() float64 { return c.cpu.Seconds() * 1e3 / float64(c.instants) }

func measure(t testing.TB, s *scene.Scene, things, threads int) cost {
	t.Helper()
	cfg := recorded.For(&s.Scenario)
	if threads > 1 {
		cfg.Threads, cfg.Parallel = threads, func(n int, work func(int)) {
			var done sync.WaitGroup
			for i := 1; i < n; i++ {
				done.Go(func() { work(i) })
			}
			work(0)
			done.Wait()
		}
	}
	used := func() time.Duration {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			t.Fatal(err)
		}
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	runtime.GC()
	before, start, shown := used(), time.Now(), 0
	n, err := recorded.Run(&s.Scenario, s.Detections, cfg, func(_ int, r []recorded.Row) { shown = max(shown, len(r)) })
	if err != nil {
		t.Fatal(err)
	}
	c := cost{things, threads, s.Scenario.Scans, n.Detections, n.Pairs, used() - before, time.Since(start)}
	if shown < things/2 {
		t.Fatalf("only %d of %d things are shown: nothing was measured", shown, things)
	}
	return c
}

// TestCostAlongTheLine runs 50 and 200 things at one density along a line of
// radars and looks at what does not depend on the machine: how many pairs of
// track and detection each detection costs. With MARSAD_COST=FILE.svg it runs
// 5,000 as well, on one thread and on two, and draws CPU time against things.
func TestCostAlongTheLine(t *testing.T) {
	path := os.Getenv("MARSAD_COST")
	if path == "" {
		few, many := measure(t, scene.Line(50, 12, 9), 50, 1), measure(t, scene.Line(200, 12, 9), 200, 1)
		if many.detections < 3*few.detections {
			t.Errorf("%d detections of 200 things and %d of 50: the line has not one density", many.detections, few.detections)
		}
		if a, b := float64(few.pairs)/float64(few.detections), float64(many.pairs)/float64(many.detections); b > 1.25*a {
			t.Errorf("%.2f pairs for a detection with 200 things, %.2f with 50: the cost grows with the length of the line", b, a)
		}
		if svg := draw([]cost{few, many}); strings.Count(svg, "<circle") != 2 {
			t.Error("the picture has not a point for each run")
		}
		return
	}
	var all []cost
	for _, n := range []int{50, 150, 500, 1500, 5000} {
		s := scene.Line(n, 50, 9)
		for _, threads := range []int{1, 2} {
			best := cost{cpu: math.MaxInt64}
			for range 3 {
				if c := measure(t, s, n, threads); c.cpu < best.cpu {
					best = c
				}
			}
			all = append(all, best)
			t.Logf("| %d | %d | %.0f | %.2f | %.2f |", n, threads, float64(best.detections)/best.cpu.Seconds(), best.perInstant(), best.wall.Seconds()*1e3/float64(best.instants))
		}
	}
	if err := os.WriteFile(path, []byte(draw(all)), 0o644); err != nil {
		t.Fatal(err)
	}
}

// draw makes a picture of CPU time per scan instant against things, both axes
// logarithmic, with the line of what is linear through the first point.
func draw(all []cost) string {
	const left, top, wide, high = 70.0, 30.0, 420.0, 260.0
	x := func(things float64) float64 { return left + wide*math.Log10(things/30)/math.Log10(10000/30.0) }
	y := func(ms float64) float64 { return top + high*(1-math.Log10(ms/0.1)/math.Log10(1000/0.1)) }
	var b strings.Builder
	fmt.Fprintf(&b, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %.0f\" font-family=\"sans-serif\" font-size=\"12\">\n", left+wide+30, top+high+60)
	fmt.Fprintf(&b, "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n")
	for _, v := range []float64{50, 150, 500, 1500, 5000} {
		fmt.Fprintf(&b, "<path d=\"M%.1f %.1fV%.1f\" stroke=\"#ddd\"/><text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%.0f</text>\n", x(v), top, top+high, x(v), top+high+18, v)
	}
	for _, v := range []float64{0.1, 1, 10, 100, 1000} {
		fmt.Fprintf(&b, "<path d=\"M%.1f %.1fH%.1f\" stroke=\"#ddd\"/><text x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">%g</text>\n", left, y(v), left+wide, left-8, y(v)+4, v)
	}
	first := all[0]
	k := first.perInstant() / float64(first.things)
	fmt.Fprintf(&b, "<path d=\"M%.1f %.1fL%.1f %.1f\" stroke=\"#888\" stroke-dasharray=\"5 4\"/>\n", x(float64(first.things)), y(first.perInstant()), x(8000), y(8000*k))
	for _, c := range all {
		colour := "#0b5"
		if c.threads > 1 {
			colour = "#c60"
		}
		fmt.Fprintf(&b, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"%s\"/>\n", x(float64(c.things)), y(c.perInstant()), colour)
	}
	fmt.Fprintf(&b, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">things along the line, fifty to each radar</text>\n", left+wide/2, top+high+42)
	fmt.Fprintf(&b, "<text x=\"%.1f\" y=\"18\">CPU ms per scan instant: one thread (green), two (orange); dashed: linear</text>\n</svg>\n", left)
	return b.String()
}

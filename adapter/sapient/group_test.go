package sapient

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"marsad/geo"
	"marsad/sense"
)

// taken is what a group emitted: "2s:3" for three detections at 2 s, "3s:0" for
// an empty scan, with "late" where it is not declared.
type taken []string

func (g *taken) emit(at time.Time, _ geo.Position, d []sense.Detection, declared bool) {
	s := fmt.Sprintf("%v:%d", at.Sub(begin), len(d))
	if !declared {
		s += " undeclared"
	}
	*g = append(*g, s)
}

func TestScansOfASensorWithoutPeriod(t *testing.T) {
	var got taken
	g := group{gap: DefaultGap, emit: got.emit}
	at := func(s float64) time.Time { return begin.Add(time.Duration(s * 1e9)) }
	g.start(at(0), at(0))
	g.add(sense.Detection{}, at(1), at(1.1))
	g.add(sense.Detection{}, at(1), at(1.2))
	g.tick(at(1.39))
	g.tick(at(1.40))
	g.add(sense.Detection{}, at(2), at(2.1))
	g.add(sense.Detection{}, at(2.5), at(2.6))
	g.stop()
	g.tick(at(100))
	if want := "1s:2 undeclared, 2s:1 undeclared, 2.5s:1 undeclared"; strings.Join(got, ", ") != want {
		t.Errorf("got %v", got)
	}
}

// Whatever the delays on the way, as long as they keep the order of reports and
// stay within a quarter period and the gap, the scans are the same: those with
// reports where there are some, empty ones on the grid elsewhere.
func TestEmptyScansDependOnEventTimeAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		period := time.Duration(rapid.IntRange(4, 40).Draw(t, "period")) * 100 * time.Millisecond
		counts := rapid.SliceOfN(rapid.IntRange(0, 3), 5, 40).Draw(t, "reports in each period")
		counts[len(counts)-1] = 1 // an end that is seen
		skew := time.Duration(rapid.IntRange(-1900, 1900).Draw(t, "skew ms")) * time.Millisecond
		jitter := min(period/4, 200*time.Millisecond)
		run := func(delays []int) taken {
			var got taken
			g := group{gap: DefaultGap, period: period, emit: got.emit}
			clock := begin.Add(-skew)
			pass := func(until time.Time) {
				for ; clock.Before(until); clock = clock.Add(50 * time.Millisecond) {
					g.tick(clock)
				}
			}
			g.start(begin, clock)
			for i, n := range counts {
				at := begin.Add(time.Duration(i+1) * period)
				arrives := at.Add(-skew).Add(time.Duration(delays[i]) * jitter / 100)
				pass(arrives)
				for range n {
					g.add(sense.Detection{}, at, arrives)
				}
			}
			pass(clock.Add(DefaultGap + 60*time.Millisecond))
			return got
		}
		none := make([]int, len(counts))
		delays := rapid.SliceOfN(rapid.IntRange(0, 100), len(counts), len(counts)).Draw(t, "delays")
		a, b := run(none), run(delays)
		if strings.Join(a, ",") != strings.Join(b, ",") {
			t.Fatalf("without delays %v\nwith %v", a, b)
		}
		for i, n := range counts {
			want := fmt.Sprintf("%v:%d", time.Duration(i+1)*period, n)
			if i >= len(a) || a[i] != want {
				t.Fatalf("scan %d of %v is not %q", i, a, want)
			}
		}
	})
}

func TestALongSilenceIsNoData(t *testing.T) {
	var got taken
	g := group{gap: DefaultGap, period: time.Second, emit: got.emit}
	g.start(begin, begin)
	g.tick(begin.Add(time.Hour)) // we slept
	g.add(sense.Detection{}, begin.Add(time.Hour), begin.Add(time.Hour))
	g.add(sense.Detection{}, begin.Add(2*time.Hour), begin.Add(2*time.Hour))
	g.stop()
	if want := "1h0m0s:1, 2h0m0s:1"; strings.Join(got, ", ") != want {
		t.Errorf("got %v", got)
	}
}

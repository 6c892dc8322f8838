package recorded_test

import (
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"marsad/fuse/recorded"
	"marsad/fuse/scene"
	"marsad/fuse/score"
)

// verdict is what a family came to: sums over its scenes.
type verdict struct {
	family      string
	scenes      int
	mine, floor score.Result
	// Normalised squared errors of the tracks that GOSPA gives a truth, every
	// twentieth instant: nearer ones say the same twice.
	nees  float64
	neesN int
}

// judgeFamily runs a family's scenes from a seed on, by our tracker and by the
// floor.
func judgeFamily(t testing.TB, family string, first uint64, n int) verdict {
	v := verdict{family: family, scenes: n}
	for i := range n {
		s := scenes(t, family, first+uint64(i))
		r := v.judge(t, s, recorded.For(&s.Scenario))
		f := floor(t, s)
		add(&v.mine, &r)
		add(&v.floor, &f)
	}
	return v
}

// judge runs a scene, scores it and adds to the normalised errors.
func (v *verdict) judge(t testing.TB, s *scene.Scene, cfg recorded.Config) score.Result {
	t.Helper()
	var frames []score.Frame
	_, err := recorded.Run(&s.Scenario, s.Detections, cfg, func(k int, rows []recorded.Row) {
		f := score.Frame{T: float64(k) * s.Scenario.DT, Truth: s.Truth[k]}
		for _, r := range rows {
			f.Tracks = append(f.Tracks, score.Place{ID: r.Track, X: r.X, Y: r.Y, VX: r.VX, VY: r.VY})
		}
		if k%20 == 19 {
			for i, j := range score.Pairs(f.Truth, f.Tracks, s.Scenario.Score.C, 2) {
				if j < 0 {
					continue
				}
				p, q := &f.Truth[i], &f.Tracks[j]
				v.nees += score.NEES([4]float64{q.X - p.X, q.Y - p.Y, q.VX - p.VX, q.VY - p.VY}, rows[j].Cov)
				v.neesN++
			}
		}
		frames = append(frames, f)
	})
	if err != nil {
		t.Fatal(err)
	}
	return score.Of(frames, s.Scenario.Score.C, s.Scenario.Score.P, s.Scenario.Score.Threshold)
}

func add(sum, r *score.Result) {
	sum.GOSPA += r.GOSPA
	sum.Switches += r.Switches
	sum.Completeness += r.Completeness
	sum.MissedMean += r.MissedMean
	sum.FalseMean += r.FalseMean
}

func (v *verdict) ratio() float64 { return v.mine.GOSPA / v.floor.GOSPA }

const verdictHead = "| family | scenes | GOSPA | floor | ratio | id switches | floor | completeness | missed | false | ANEES |\n|---|---|---|---|---|---|---|---|---|---|---|\n"

func (v *verdict) String() string {
	n := float64(v.scenes)
	return fmt.Sprintf("| %s | %d | %.2f | %.2f | %.3f | %.2f | %.2f | %.3f | %.2f | %.2f | %.2f |\n", v.family, v.scenes,
		v.mine.GOSPA/n, v.floor.GOSPA/n, v.ratio(), float64(v.mine.Switches)/n, float64(v.floor.Switches)/n,
		v.mine.Completeness/n, v.mine.MissedMean/n, v.mine.FalseMean/n, v.nees/float64(v.neesN))
}

// TestFamilies holds the ratios of generated families to the marks, the floor
// being that of the very same scenes. MARSAD_FAMILIES=20 runs every family on so
// many seeds (fewer of the large ones) from MARSAD_FROM on and logs the table of
// fuse/README.md; MARSAD_ONLY=a,close leaves the others out.
func TestFamilies(t *testing.T) {
	families, seeds, first := []string{"a", "c"}, 2, 300
	whole := func(name string, or int) int {
		v := os.Getenv(name)
		if v == "" {
			return or
		}
		n, err := strconv.Atoi(v)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if n := whole("MARSAD_FAMILIES", 0); n > 0 {
		families, seeds, first = scene.Families(), n, whole("MARSAD_FROM", 90000)
	}
	if v := os.Getenv("MARSAD_ONLY"); v != "" {
		families = strings.Split(v, ",")
	}
	most := map[string]float64{"a": 1.2, "c": 1.35}
	out := "\n" + verdictHead
	for _, family := range families {
		n := seeds
		switch {
		case family == "many" || strings.HasPrefix(family, "line"):
			n = max(1, seeds/20)
		case slices.Contains([]string{"b", "dense", "b x10"}, family):
			n = max(2, seeds/3)
		}
		v := judgeFamily(t, family, uint64(first), n)
		out += v.String()
		if top, ok := most[family]; ok && !(v.ratio() > 0.7 && v.ratio() < top) || math.IsNaN(v.nees) {
			t.Errorf("%s: %.2f of the floor over %d seeds, want at most %.2f", family, v.ratio(), n, top)
		}
	}
	t.Log(out)
}

package recorded_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"marsad/fuse/pmb"
	"marsad/fuse/recorded"
	"marsad/fuse/scene"
	"marsad/fuse/score"
	"marsad/say"
	"marsad/sense"
)

func run(t testing.TB, s *recorded.Scenario, detections []byte) string {
	t.Helper()
	var b bytes.Buffer
	if _, err := recorded.Run(s, detections, recorded.For(s), func(_ int, r []recorded.Row) { recorded.Append(&b, r) }); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func scenes(t testing.TB, family string, seed uint64) *scene.Scene {
	t.Helper()
	s, err := scene.Make(family, seed)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestTruthCannotBeRead replaces every truth_id, then leaves the column out: the
// tracks stay the same to the last digit. And no value that a detection is
// carried in has a field for it.
func TestTruthCannotBeRead(t *testing.T) {
	for _, f := range []string{"a", "c2"} {
		s := scenes(t, f, 1)
		want := run(t, &s.Scenario, s.Detections)
		lines := strings.Split(strings.TrimSpace(string(s.Detections)), "\n")
		var other, without []string
		for i, l := range lines {
			k := strings.LastIndexByte(l, ',')
			without = append(without, l[:k])
			if i > 0 {
				l = l[:k+1] + strconv.Itoa(i%7-1)
			}
			other = append(other, l)
		}
		for name, rows := range map[string][]string{"other": other, "no": without} {
			if got := run(t, &s.Scenario, []byte(strings.Join(rows, "\n"))); got != want || len(want) < 1000 {
				t.Errorf("%s: the tracks differ with %s truth", f, name)
			}
		}
	}
	for _, v := range []any{sense.Detection{}, sense.Scan{}, pmb.Det{}, pmb.Scan{}, pmb.Track{}} {
		if name := truthful(reflect.TypeOf(v)); name != "" {
			t.Errorf("%T has a field %s", v, name)
		}
	}
}

func truthful(t reflect.Type) string {
	if t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Array {
		return truthful(t.Elem())
	}
	if t.Kind() != reflect.Struct {
		return ""
	}
	for i := range t.NumField() {
		f := t.Field(i)
		if regexp.MustCompile(`(?i)truth`).MatchString(f.Name) {
			return f.Name
		}
		if n := truthful(f.Type); n != "" {
			return n
		}
	}
	return ""
}

// TestOrderInsideAScanMeansNothing shuffles the rows of every sensor's scan.
func TestOrderInsideAScanMeansNothing(t *testing.T) {
	for _, f := range []string{"a", "b", "c2"} {
		s := scenes(t, f, 2)
		lines := strings.Split(strings.TrimSpace(string(s.Detections)), "\n")
		want := run(t, &s.Scenario, s.Detections)
		rng := rand.New(rand.NewPCG(1, 2))
		key := func(l string) string { return strings.Join(strings.SplitN(l, ",", 3)[:2], ",") }
		for i := 1; i < len(lines); {
			j := i
			for j < len(lines) && key(lines[j]) == key(lines[i]) {
				j++
			}
			rng.Shuffle(j-i, func(a, b int) { lines[i+a], lines[i+b] = lines[i+b], lines[i+a] })
			i = j
		}
		if got := run(t, &s.Scenario, []byte(strings.Join(lines, "\n"))); got != want {
			t.Errorf("%s: the tracks depend on the order inside a scan", f)
		}
	}
}

// grade runs a scene and scores it.
func grade(t testing.TB, s *scene.Scene) score.Result {
	t.Helper()
	return new(verdict).judge(t, s, recorded.For(&s.Scenario))
}

// TestMarksOnGeneratedScenes holds every family to a mark, the mean over seeds
// on which nothing was tuned.
func TestMarksOnGeneratedScenes(t *testing.T) {
	for _, c := range []struct {
		family           string
		seeds            int
		gospa, completed float64
		switches         float64
	}{
		{"a", 4, 14.5, 0.96, 4}, {"b", 2, 225, 0.965, 8}, {"c", 3, 18, 0.98, 1}, {"c2", 3, 30, 0.98, 2},
		{"crossing", 4, 13.5, 0.96, 5}, {"close", 4, 14.5, 0.93, 20}, {"biased", 4, 32, 0.97, 6},
	} {
		var g, complete, switches float64
		for i := range c.seeds {
			r := grade(t, scenes(t, c.family, uint64(300+i)))
			g, complete, switches = g+r.GOSPA, complete+r.Completeness, switches+float64(r.Switches)
		}
		n := float64(c.seeds)
		t.Logf("%-8s GOSPA %.1f completeness %.3f switches %.1f", c.family, g/n, complete/n, switches/n)
		if g/n > c.gospa || complete/n < c.completed || switches/n > c.switches {
			t.Errorf("%s: GOSPA %.1f (≤ %g), completeness %.3f (≥ %g), switches %.1f (≤ %g)", c.family, g/n, c.gospa, complete/n, c.completed, switches/n, c.switches)
		}
	}
}

// TestMarksOnRecordedFiles holds the evaluation files, where present, to the
// project's marks.
func TestMarksOnRecordedFiles(t *testing.T) {
	dir := "../../../shared/data/tracking"
	if _, err := os.Stat(dir); err != nil {
		t.Skip("the evaluation files (../shared/data/tracking) are not here")
	}
	for family, mark := range map[string]float64{"a_linear10": 13.0, "b_radar50": 215, "c_multisensor10": 18, "c2_multisensor10": 30} {
		files, _ := filepath.Glob(filepath.Join(dir, family+"_*.scenario.json"))
		var mine, known score.Result
		for _, f := range files {
			s := load(t, strings.TrimSuffix(f, ".scenario.json"))
			r, k := grade(t, s), floor(t, s)
			add(&mine, &r)
			add(&known, &k)
		}
		n := float64(len(files))
		if n == 0 || mine.GOSPA/n > mark {
			t.Errorf("%s: GOSPA %.2f over %.0f files, want ≤ %g", family, mine.GOSPA/n, n, mark)
		}
		t.Logf("%s: GOSPA %.2f, floor %.2f; id switches %d, floor %d; completeness %.3f, over %.0f files",
			family, mine.GOSPA/n, known.GOSPA/n, mine.Switches, known.Switches, mine.Completeness/n, n)
	}
}

func load(t *testing.T, stem string) *scene.Scene {
	t.Helper()
	read := func(suffix string) []byte {
		b, err := os.ReadFile(stem + suffix)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	s, err := recorded.ReadScenario(read(".scenario.json"))
	if err != nil {
		t.Fatal(err)
	}
	out := &scene.Scene{Scenario: *s, Detections: read(".dets.csv"), Truth: make([][]score.Place, s.Scans)}
	for _, l := range strings.Split(strings.TrimSpace(string(read(".truth.csv"))), "\n")[1:] {
		var v [6]float64
		for i, f := range strings.Split(strings.TrimSpace(l), ",")[:6] {
			v[i], _ = strconv.ParseFloat(f, 64)
		}
		k := int(math.Round(v[0] / s.DT))
		out.Truth[k] = append(out.Truth[k], score.Place{ID: int64(v[1]), X: v[2], Y: v[3], VX: v[4], VY: v[5]})
	}
	return out
}

// TestBadFilesSayWhereAndWhy wants of a file without columns an error, of a bad
// row its line and the reason, in both languages.
func TestBadFilesSayWhereAndWhy(t *testing.T) {
	s := scenes(t, "a", 1)
	head := "t,sensor_id,type,sx,sy,dim,z0,z1,R00,R01,R11\n"
	good := "0.000,pos1,xy,0,0,2,1,1,25,0,25\n"
	said := func(name string, err error) {
		var e *say.Error
		if !errors.As(err, &e) || e.Text.En == "" || e.Text.Ar == "" || e.Hint.En == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, text := range map[string]string{"empty": "", "no column": "t,sensor_id\n"} {
		_, err := recorded.Run(&s.Scenario, []byte(text), recorded.For(&s.Scenario), func(int, []recorded.Row) {})
		said(name, err)
	}
	for name, row := range map[string]string{
		"short row":      "0.000,pos1,xy\n",
		"unknown sensor": "0.000,pos9,xy,0,0,2,1,1,25,0,25\n",
		"other type":     "0.000,pos1,bearing,0,0,2,1,1,25,0,25\n",
		"no number":      "0.000,pos1,xy,0,0,2,one,1,25,0,25\n",
		"infinite":       "0.000,pos1,xy,0,0,2,inf,1,25,0,25\n",
		"huge":           "0.000,pos1,xy,0,0,2,1e200,1,25,0,25\n",
		"covariance":     "0.000,pos1,xy,0,0,2,1,1,-25,0,25\n",
		"outside":        "999.000,pos1,xy,0,0,2,1,1,25,0,25\n",
	} {
		n, err := recorded.Run(&s.Scenario, []byte(head+good+row+good), recorded.For(&s.Scenario), func(int, []recorded.Row) {})
		if err != nil || n.Detections != 1 || n.Refused.Rows != 1 || n.Refused.Doubles != 1 || len(n.Refused.First) != 1 {
			t.Errorf("%s: %+v, %v", name, n, err)
			continue
		}
		if said(name, n.Refused.First[0]); !strings.Contains(n.Refused.First[0].Error(), "line 3 ") {
			t.Errorf("%s: %v", name, n.Refused.First[0])
		}
	}
	for name, text := range map[string]string{
		"no JSON": "{", "no time": `{"dt":0,"scans":5,"area":[0,0,1,1]}`, "no area": `{"dt":1,"scans":5,"area":[0,0,0,0]}`,
		"type":     `{"dt":1,"scans":5,"area":[0,0,1,1],"sensors":[{"id":"x","type":"ear"}]}`,
		"too long": `{"dt":1e9,"scans":5,"area":[0,0,1,1]}`, "too wide": `{"dt":1,"scans":5,"area":[0,0,1e300,1]}`,
		"far off": `{"dt":1,"scans":5,"area":[0,0,1,1],"sensors":[{"id":"x","type":"xy","pos":[1e300,0]}]}`,
		"twin":    `{"dt":1,"scans":5,"area":[0,0,1,1],"sensors":[{"id":"x","type":"xy"},{"id":"x","type":"xy"}]}`,
	} {
		if _, err := recorded.ReadScenario([]byte(text)); err == nil {
			t.Errorf("scenario with %s was read", name)
		}
	}
}

// whole runs a file and wants finite tracks and every row used, refused or double.
func whole(t *testing.T, s *recorded.Scenario, b []byte) {
	n, err := recorded.Run(s, b, recorded.For(s), func(_ int, rows []recorded.Row) {
		for _, r := range rows {
			if math.IsNaN(r.X+r.Y+r.VX+r.VY+r.Existence) || math.IsInf(r.X+r.Y, 0) || !(r.Existence >= 0 && r.Existence <= 1) {
				t.Fatalf("%+v", r)
			}
		}
	})
	lines := -1
	for _, l := range bytes.Split(bytes.TrimPrefix(b, []byte("\ufeff")), []byte("\n")) {
		if len(bytes.TrimSpace(l)) > 0 {
			lines++
		}
	}
	if got := n.Detections + n.Refused.Rows + n.Refused.Doubles; err == nil && got != lines {
		t.Fatalf("%d rows used, %d refused, %d double: of %d", n.Detections, n.Refused.Rows, n.Refused.Doubles, lines)
	}
}

// FuzzScenario reads scenarios that may be anything, and runs a few rows in those
// that are taken.
func FuzzScenario(f *testing.F) {
	for _, family := range []string{"a", "c2"} {
		s := scenes(f, family, 1)
		b, err := json.Marshal(&s.Scenario)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte(`{"dt":1e-300,"scans":10,"area":[-1e8,-1e8,1e8,1e8],"sensors":[{"id":"radar1","type":"bearing_range","bearing":[3,-3],"rmax":1e8,"pd":1,"clutter_density":1e-300}]}`))
	rows := []byte("t,sensor_id,z0,z1,R00,R11\n0,radar1,1,900,1e-4,64\n0,cam1,1,,1e-6,\n1,radar1,1,905,1e-4,64\n1,pos1,500,500,25,25\n2,pos1,501,501,25,25\n")
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := recorded.ReadScenario(b)
		if err != nil || len(s.Sensors) > 50 {
			return
		}
		s.Scans = min(s.Scans, 4)
		whole(t, s, rows)
	})
}

// FuzzRun feeds rows that may be anything: an error or finite tracks, never a
// panic.
func FuzzRun(f *testing.F) {
	s := scenes(f, "c", 1)
	f.Add(s.Detections[:2000])
	f.Add([]byte("t,sensor_id,type,z0,z1,R00,R01,R11\n0,radar1,bearing_range,1,1e300,1e-300,0,1e300\n"))
	f.Add([]byte("t,sensor_id,type,z0,z1,R00,R01,R11\n0,cam1,bearing,1e18,,1e-12,,\n1,cam2,bearing,-1e18,,1e12,,\n"))
	short := s.Scenario
	short.Scans = 8
	f.Add([]byte("\ufefft,sensor_id,z0,z1,R00,R11\r\n3,radar1,1,900,1e-4,64\r\n2,radar1,1,900,1e-4,64\r\n\r\n2,radar1,1,900,1e-4,64"))
	f.Fuzz(func(t *testing.T, b []byte) { whole(t, &short, b) })
}

// BenchmarkFamilies gives detections per second, reading and writing included.
func BenchmarkFamilies(b *testing.B) {
	for _, f := range []string{"a", "b", "c", "c2", "dense", "many"} {
		s := scenes(b, f, 1)
		b.Run(f, func(b *testing.B) {
			n := 0
			for range b.N {
				var out bytes.Buffer
				c, err := recorded.Run(&s.Scenario, s.Detections, recorded.For(&s.Scenario), func(_ int, r []recorded.Row) { recorded.Append(&out, r) })
				if err != nil {
					b.Fatal(err)
				}
				n += c.Detections
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "detections/s")
		})
	}
}

func ExampleAppend() {
	var b bytes.Buffer
	b.WriteString(recorded.Header)
	recorded.Append(&b, []recorded.Row{{T: 2, Track: 7, X: 100.25, Y: -3, VX: 1.5, Existence: 0.98}})
	fmt.Print(b.String())
	// Output:
	// t,track_id,x,y,vx,vy,existence,class
	// 2.000,T7,100.250,-3.000,1.500,0.000,0.9800,unknown
}

package coverage

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"marsad/border"
	"marsad/geo"
	"marsad/sense"
	"marsad/terrain"
)

// level is ground of one height above the ellipsoid, real or not, with holes.
type level struct {
	height    float64
	synthetic bool
	void      func(geo.Point) bool
}

func (l level) Provenance() terrain.Provenance {
	return terrain.Provenance{Vertical: terrain.Ellipsoid, Synthetic: l.synthetic}
}

func (l level) Fill(w terrain.Window, dst []float32) error {
	for i := range dst {
		p := geo.Point{Lat: w.South + float64(i/w.Columns)*w.Step, Lon: w.West + float64(i%w.Columns)*w.Step}
		if dst[i] != dst[i] && (l.void == nil || !l.void(p)) {
			dst[i] = float32(l.height)
		}
	}
	return nil
}

func surface(t testing.TB, s terrain.Source) *terrain.Surface {
	g, err := terrain.NewSurface(3, s)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// tower is a camera at a chainage on the line, 30 m above ground of 300 m.
func tower(km float64, reach float64) sense.Sensor {
	return sense.Sensor{ID: sense.SensorID(fmt.Sprintf("tower-%06.2f", km)), Kind: sense.Camera, MaxRange: reach, Pd: 0.9,
		Position: geo.Position{Point: border.Default().Place(border.Chainage(km*1000), 50), Height: 330}}
}

func network(t testing.TB, s terrain.Source, sensors ...sense.Sensor) *Network {
	n, err := New(Config{Axis: border.Default(), Ground: surface(t, s), Step: 50}, sensors)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestATowerOnLevelGroundSeesItsRange(t *testing.T) {
	n := network(t, level{height: 300}, tower(100, 5000))
	// On level ground a tower of 30 m sees a person to some 20 km: range is all.
	seen := n.Seen(sense.Person)
	if l := seen.Length(); l < 9000 || l > 10_100 {
		t.Errorf("it sees %.0f m of line, about 10 km expected: %v", l, seen.Spans())
	}
	for at, want := range map[border.Chainage]string{100_000: SeenOnce, 99_000: SeenOnce, 110_000: Gap, 500_000: Gap} {
		if got := n.State(at, sense.Person); got != want {
			t.Errorf("%v is %s, want %s", at, got, want)
		}
	}
	if !n.Seen(sense.Float).Minus(n.Seen(sense.SlowAir).Union(n.Seen(sense.Person))).Empty() {
		t.Error("a low float is seen where a person is not")
	}
	if l := n.Seen(sense.Float).Length(); l <= 0 || l >= seen.Length() {
		t.Errorf("a float is seen on %.0f m, a person on %.0f", l, seen.Length())
	}
}

func TestCurvatureEndsSight(t *testing.T) {
	aerostat := tower(300, 39_000)
	aerostat.Kind, aerostat.Position.Height = sense.Radar, 302 // 2 m above the ground
	n := network(t, level{height: 300}, aerostat)
	// An eye at 2 m and a person who must show above 1 m, with k = 1/4: the
	// horizons are √(2·R·h/(1−k)): 5.8 + 4.1 km.
	far := 0.0
	for _, s := range n.Seen(sense.Person).Spans() {
		for _, end := range []border.Chainage{s.From, s.To} {
			far = math.Max(far, geo.Distance(border.Default().At(end), aerostat.Position.Point))
		}
	}
	r := terrain.EarthRadius / (1 - terrain.RadioRefraction)
	want := math.Sqrt(2*r*2) + math.Sqrt(2*r*1)
	if math.Abs(far-want) > 150 {
		t.Errorf("a person is seen to %.0f m, the horizon lies at %.0f", far, want)
	}
}

func TestALostTowerGoesDarkAndComesBack(t *testing.T) {
	sensors := []sense.Sensor{tower(100, 3000), tower(104, 3000), tower(112, 3000)}
	n := network(t, level{height: 300}, sensors...)
	before := n.Lanes()
	gaps := n.Gaps(sense.Person)
	lost := n.Health(sense.HealthChange{Sensor: sensors[0].ID, From: sense.Good, To: sense.Lost})
	if lost.Dark.Empty() || !lost.Lit.Empty() {
		t.Fatalf("dark %v, lit %v", lost.Dark.Spans(), lost.Lit.Spans())
	}
	if got := n.State(99_000, sense.Person); got != Dark {
		t.Errorf("its metres are %s", got)
	}
	if got := n.State(103_000, sense.Person); got != SeenOnce {
		t.Errorf("the neighbour's metres are %s", got)
	}
	if len(lost.Lanes) == 0 || lost.Lanes[0].ID != LanePerson {
		t.Fatalf("changed lanes: %d", len(lost.Lanes))
	}
	for _, l := range lost.Lanes {
		if l.ID == LaneDesigned {
			t.Error("what was designed did not change")
		}
	}
	if !n.Designed(sense.Person).Contains(99_000) {
		t.Error("a loss changes what was designed")
	}
	back := n.Health(sense.HealthChange{Sensor: sensors[0].ID, From: sense.Lost, To: sense.Good})
	if !back.Lit.Equal(lost.Dark) {
		t.Errorf("lit %v, dark before %v", back.Lit.Spans(), lost.Dark.Spans())
	}
	if d := cmp.Diff(pieces(before), pieces(n.Lanes())); d != "" {
		t.Errorf("there and back again is not where it was:\n%s", d)
	}
	if d := cmp.Diff(gaps, n.Gaps(sense.Person)); d != "" {
		t.Error(d)
	}
}

func pieces(lanes []border.LaneEntry) map[string][]border.LanePiece {
	all := map[string][]border.LanePiece{}
	for _, l := range lanes {
		all[l.ID] = l.Pieces(0, 700_000)
	}
	return all
}

// Whatever happens one after the other, the counts are those of a network made
// of the outcome.
func TestIncrementalIsWhole(t *testing.T) {
	ground := surface(t, terrain.NewRelief(3))
	cfg := Config{Axis: border.Default(), Ground: ground, Step: 200,
		Above: func(s *sense.Sensor) (float64, bool) { return s.Position.Height, true }}
	rapid.Check(t, func(t *rapid.T) {
		health := map[sense.SensorID]sense.Health{}
		cfg := cfg
		cfg.Health = func(id sense.SensorID) sense.Health { return health[id] }
		at := func(label string) sense.Sensor {
			s := tower(rapid.Float64Range(100, 130).Draw(t, label), rapid.Float64Range(500, 6000).Draw(t, "reach"))
			s.Position.Height = rapid.Float64Range(1, 60).Draw(t, "above")
			s.ID = sense.SensorID(rapid.SampledFrom([]string{"a", "b", "c", "d"}).Draw(t, "id"))
			return s
		}
		now := map[sense.SensorID]sense.Sensor{}
		n, err := New(cfg, nil)
		if err != nil {
			t.Fatal(err)
		}
		for range rapid.IntRange(1, 8).Draw(t, "steps") {
			s := at("km")
			switch rapid.IntRange(0, 3).Draw(t, "step") {
			case 0:
				now[s.ID], health[s.ID] = s, sense.Good
				n.Put(s, sense.Good)
			case 1:
				if _, ok := now[s.ID]; ok {
					health[s.ID] = sense.Lost
				}
				n.Health(sense.HealthChange{Sensor: s.ID, To: sense.Lost})
			case 2:
				if old, ok := now[s.ID]; ok {
					old.Position = s.Position
					now[s.ID] = old
				}
				n.Move(s.ID, s.Position)
			case 3:
				delete(now, s.ID)
				n.Remove(s.ID)
			}
		}
		var list []sense.Sensor
		for _, s := range now {
			list = append(list, s)
		}
		whole, err := New(cfg, list)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(pieces(whole.Lanes()), pieces(n.Lanes())); d != "" {
			t.Fatalf("step by step differs from at once:\n%s", d)
		}
	})
}

func TestAHigherTowerNeverSeesLess(t *testing.T) {
	ground := surface(t, terrain.NewRelief(5))
	rapid.Check(t, func(t *rapid.T) {
		s := tower(rapid.Float64Range(20, 580).Draw(t, "km"), 8000)
		low := rapid.Float64Range(0, 80).Draw(t, "low")
		high := low + rapid.Float64Range(0, 200).Draw(t, "more")
		sees := func(above float64) border.Set {
			n, err := New(Config{Axis: border.Default(), Ground: ground, Step: 100,
				Above: func(*sense.Sensor) (float64, bool) { return above, true }}, []sense.Sensor{s})
			if err != nil {
				t.Fatal(err)
			}
			return n.Seen(sense.Person)
		}
		if lost := sees(low).Minus(sees(high)); !lost.Empty() {
			t.Errorf("from %g m it sees %v, from %g m not", low, lost.Spans(), high)
		}
	})
}

// At once and one after the other give the same, whatever the order.
func TestTheExecutorChangesNothing(t *testing.T) {
	var sensors []sense.Sensor
	for km := 50.0; km < 80; km += 1.5 {
		s := tower(km, 5000)
		s.Position.Height = 30
		sensors = append(sensors, s)
	}
	abreast := func(n int, do func(int)) {
		var g sync.WaitGroup
		for i := n - 1; i >= 0; i-- {
			g.Go(func() { do(i) })
		}
		g.Wait()
	}
	var results []map[string][]border.LanePiece
	for _, run := range []Executor{Sequential, abreast} {
		n, err := New(Config{Axis: border.Default(), Ground: surface(t, terrain.NewRelief(1)), Step: 50, Run: run,
			Above: func(s *sense.Sensor) (float64, bool) { return s.Position.Height, true }}, sensors)
		if err != nil {
			t.Fatal(err)
		}
		results = append(results, pieces(n.Lanes()))
	}
	if d := cmp.Diff(results[0], results[1]); d != "" {
		t.Error(d)
	}
}

func TestUnknownIsNeverSeen(t *testing.T) {
	middle := border.Default().At(200_000)
	hole := level{height: 300, void: func(p geo.Point) bool { return geo.Distance(p, middle) > 2000 }}
	n := network(t, hole, tower(200, 6000))
	if got := n.State(200_500, sense.Person); got != SeenOnce {
		t.Errorf("known ground is %s", got)
	}
	if got := n.State(203_500, sense.Person); got != Unclear {
		t.Errorf("unknown ground is %s", got)
	}
	if f, ok := n.Footprint(tower(200, 6000).ID, 1, time.Time{}); !ok || f.PdAt(border.Default().At(203_500), sense.Person) != 0 || f.PdAt(border.Default().At(200_800), sense.Person) == 0 {
		t.Error("the footprint knows more than the ground")
	}
}

func TestFlaws(t *testing.T) {
	below := tower(100, 5000)
	below.Position.Height = 250
	high := tower(110, 5000)
	high.ID, high.Position.Height = "high", 90_000
	outside := tower(120, 5000)
	outside.ID, outside.Position.Point = "outside", geo.Point{Lat: 10, Lon: 10}
	nowhere := sense.Sensor{ID: "nowhere", Kind: sense.Camera, MaxRange: 100, Pd: 1}
	blindRange := tower(130, 0)
	blindRange.ID = "range"
	broken := tower(140, math.NaN())
	broken.ID = "broken"
	other := tower(150, 5000)
	other.ID, other.Kind = "other", sense.OtherKind
	own := tower(160, 5000)
	own.ID, own.Kind = "own", sense.OwnForce
	n := network(t, level{height: 300, void: func(p geo.Point) bool { return p.Lat < 20 }}, below, high, outside, nowhere, blindRange, broken, other, own)
	var ids []string
	for _, f := range n.Flaws() {
		ids = append(ids, string(f.Sensor))
		if f.Why.En == "" || f.Why.Ar == "" {
			t.Errorf("%s: no reason in both languages", f.Sensor)
		}
	}
	if want := []string{"broken", "high", "nowhere", "other", "outside", "range", string(below.ID)}; !slices.Equal(ids, want) {
		t.Errorf("flaws of %v, want %v", ids, want)
	}
	if !n.Seen(sense.Person).Empty() || !n.Designed(sense.Person).Empty() {
		t.Error("sensors that cannot be see something")
	}
}

// On synthetic relief no percentage leaves without the word; on real relief the
// word is not there.
func TestSyntheticIsSaid(t *testing.T) {
	for _, synthetic := range []bool{true, false} {
		n := network(t, level{height: 300, synthetic: synthetic}, tower(100, 5000))
		var b bytes.Buffer
		if err := n.Report().WriteJSON(&b); err != nil {
			t.Fatal(err)
		}
		corridor, err := json.Marshal(n.Corridor(sense.Person, 2000, 500))
		if err != nil {
			t.Fatal(err)
		}
		percents := 0
		for _, line := range strings.Split(b.String()+string(corridor), "\n") {
			percents += strings.Count(line, "%")
			if strings.Contains(line, "%") && (strings.Contains(line, "synthetic relief") || strings.Contains(line, "اصطناعية")) != synthetic {
				t.Errorf("synthetic is %v: %s", synthetic, line)
			}
		}
		if percents == 0 {
			t.Error("no percentage to judge")
		}
		for _, l := range n.Lanes() {
			if slices.Contains(l.Marks, border.Synthetic) != synthetic || !slices.Contains(l.Marks, border.Assumed) {
				t.Errorf("synthetic is %v: lane %s is marked %v", synthetic, l.ID, l.Marks)
			}
			if _, err := border.NewLaneTable(l); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestSinglePointsAndTurns(t *testing.T) {
	a, b := tower(100, 4000), tower(103, 4000)
	a.Link, b.Link = "cable-1", "cable-1"
	along := border.Default().Tangent(103_000)
	b.HalfWidth, b.Azimuth, b.CanLookAt = 0.4, geo.Wrap2Pi(along), true // looks on, away from a
	n := network(t, level{height: 300}, a, b)
	points := n.SinglePoints(sense.Person)
	if len(points) != 3 || points[0].By != ByLink || points[0].On != "cable-1" || len(points[0].Sensors) != 2 {
		t.Fatalf("single points: %+v", points)
	}
	if sum := points[1].Metres + points[2].Metres; sum > points[0].Metres+1 {
		t.Errorf("the two alone lose %.0f m, together %.0f", sum, points[0].Metres)
	}
	lost := n.Health(sense.HealthChange{Sensor: a.ID, To: sense.Lost})
	turns := n.Turns(lost.Dark, sense.Person)
	if len(turns) != 1 || turns[0].Sensor != b.ID || turns[0].Metres < 1000 {
		t.Fatalf("turns: %+v", turns)
	}
	if d := math.Abs(geo.WrapPi(turns[0].Azimuth - along - math.Pi)); d > 0.7 {
		t.Errorf("it is to be turned to %.2f, the dark metres lie behind it (%.2f off)", turns[0].Azimuth, d)
	}
}

func TestControl(t *testing.T) {
	n := network(t, level{height: 300}, tower(100, 3000))
	posts := []Responder{{At: border.Default().At(102_000), Speed: 10, Ready: time.Minute}}
	reach := n.Reachable(posts, 6*time.Minute) // 3 km
	if l := reach.Length(); l < 5000 || l > 6200 {
		t.Errorf("reachable %.0f m", l)
	}
	lane := n.Control(sense.Person, reach)
	for at, want := range map[border.Chainage]string{101_000: SeenReachable, 98_000: OnlySeen, 104_000: OnlyReachable, 200_000: Neither} {
		if p := lane.Pieces(at, at+1); len(p) != 1 || p[0].Value != want {
			t.Errorf("%v: %v, want %s", at, p, want)
		}
	}
	if !n.Reachable(posts, 30*time.Second).Empty() {
		t.Error("reachable before anybody has left")
	}
}

func TestPlanClosesGaps(t *testing.T) {
	n := network(t, level{height: 300}, tower(100, 5000))
	sites := n.Sites(sense.Sensor{ID: "new", Kind: sense.Camera, MaxRange: 5000, Pd: 0.9}, border.NewSet(border.Default().Whole()), 2500, 60, 30)
	plan := n.Plan(sense.Person, 5, sites, border.NewSet(border.Default().Whole()))
	if len(plan.Sites) != 5 || plan.Gain < 40_000 || plan.Gain > 5*15_000 || plan.Bound < plan.Gain {
		t.Fatalf("%d sites, gain %.0f, bound %.0f", len(plan.Sites), plan.Gain, plan.Bound)
	}
	for i := 1; i < len(plan.Sites); i++ {
		if plan.Sites[i].Gain > plan.Sites[i-1].Gain+1e-6 {
			t.Error("a later site gains more than an earlier one: not greedy")
		}
	}
	before := n.Seen(sense.Person).Length()
	for _, s := range plan.Sites {
		n.Put(s.Sensor, sense.Good)
	}
	if got := n.Seen(sense.Person).Length() - before; math.Abs(got-plan.Gain) > 1 {
		t.Errorf("built, the plan closes %.0f m; it promised %.0f", got, plan.Gain)
	}
}

func TestPdFalls(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := sense.Sensor{Kind: sense.Kind(rapid.IntRange(0, 7).Draw(t, "kind")), MaxRange: rapid.Float64Range(10, 30_000).Draw(t, "max"), Pd: rapid.Float64Range(0, 1).Draw(t, "pd")}
		c := rapid.SampledFrom(Classes[:]).Draw(t, "class")
		when := Condition{rapid.Bool().Draw(t, "day"), Weather(rapid.IntRange(0, 4).Draw(t, "weather"))}
		near := rapid.Float64Range(0, 40_000).Draw(t, "near")
		far := near + rapid.Float64Range(0, 10_000).Draw(t, "more")
		a, b := Pd(&s, c, near, when), Pd(&s, c, far, when)
		if a < 0 || a > s.Pd || b > a+1e-12 || math.IsNaN(a) {
			t.Errorf("P %.4f at %.0f m, %.4f at %.0f m, registered %.3f", a, near, b, far, s.Pd)
		}
		if foggy := Pd(&s, c, near, Condition{when.Day, Fog}); foggy > Pd(&s, c, near, Condition{when.Day, Clear}) {
			t.Error("fog helps")
		}
	})
	s := sense.Sensor{Kind: sense.Camera, MaxRange: 5000, Pd: 0.9}
	if p := Pd(&s, sense.Person, 5000, Condition{}); math.Abs(p-0.5) > 1e-9 {
		t.Errorf("the anchor is %v", p)
	}
	s.Kind = sense.Radar
	if p := Pd(&s, sense.Person, 5000, Condition{}); math.Abs(p-0.5) > 1e-9 {
		t.Errorf("the radar's anchor is %v", p)
	}
	if reachOf(&s, sense.SlowAir, Condition{}) >= reachOf(&s, sense.Person, Condition{}) {
		t.Error("a radar sees a drone as far as a person")
	}
}

// estate is the published size of the network: 620 towers, a radar every 10 km
// and 6 aerostats.
func estate() []sense.Sensor {
	var all []sense.Sensor
	for i := range 620 {
		s := tower(float64(i)*603.5/620, 5000)
		s.Position.Height = 28
		if i%10 == 0 {
			s.Kind, s.MaxRange = sense.Radar, 12_000
		}
		all = append(all, s)
	}
	for i := range 6 {
		s := tower(50+float64(i)*100, 12_000)
		s.ID, s.Kind, s.Position.Height = sense.SensorID(fmt.Sprint("aerostat-", i)), sense.Aerostat, 300
		all = append(all, s)
	}
	return all
}

func TestReportOfTheEstate(t *testing.T) {
	n, err := New(Config{Axis: border.Default(), Ground: surface(t, terrain.NewRelief(1)), Step: 100,
		Above: func(s *sense.Sensor) (float64, bool) { return s.Position.Height, true }}, estate()[:40])
	if err != nil {
		t.Fatal(err)
	}
	r := n.Report()
	if err := r.WriteJSON(io.Discard); err != nil {
		t.Fatal(err)
	}
	if len(r.Flaws) != 0 || len(r.Classes) != nClass {
		t.Errorf("flaws %v", r.Flaws)
	}
	for _, c := range r.Classes {
		sum := c.Seen.Length()
		for i, g := range c.Gaps {
			sum += g.Metres
			if i > 0 && g.Score > c.Gaps[i-1].Score {
				t.Error("gaps are not ranked")
			}
		}
		if math.Abs(sum-r.LengthM) > 0.01 {
			t.Errorf("%v: seen and gaps make %.2f of %.2f m", c.Class, sum, r.LengthM)
		}
	}
	k := n.Corridor(sense.Person, 10_000, 1000)
	if k.Home.Part == 0 || k.Home.Part > k.Home.Whole || len(k.Depth) != k.Columns*k.Rows {
		t.Errorf("corridor: %+v", k.Home)
	}
}

func TestACutCableIsOneOutage(t *testing.T) {
	var sensors []sense.Sensor
	for i, link := range []string{"cable-1", "cable-1", "cable-1", "cable-2", "cable-2", ""} {
		s := tower(100+5*float64(i), 4000)
		s.Link = link
		sensors = append(sensors, s)
	}
	n := network(t, level{height: 300}, sensors...)
	if got := n.Outages(sense.Person); len(got) != 0 {
		t.Fatalf("all works, and yet: %+v", got)
	}
	var lost []sense.HealthChange
	for _, i := range []int{0, 1, 2, 3, 5} {
		lost = append(lost, sense.HealthChange{Sensor: sensors[i].ID, To: sense.Lost})
	}
	change := n.Health(lost...)
	got := n.Outages(sense.Person)
	var causes []string
	var dark border.Set
	for _, o := range got {
		causes = append(causes, fmt.Sprint(o.By, " ", o.On, " ", len(o.Sensors)))
		dark = dark.Union(o.Where)
	}
	want := []string{"link cable-1 3", fmt.Sprint("sensor ", sensors[5].ID, " 1"), fmt.Sprint("sensor ", sensors[3].ID, " 1")}
	slices.Sort(causes[1:])
	slices.Sort(want[1:])
	if !slices.Equal(causes, want) {
		t.Errorf("causes %v, want %v", causes, want)
	}
	if !dark.Equal(change.Dark) {
		t.Errorf("outages explain %v, dark is %v", dark.Spans(), change.Dark.Spans())
	}
}

// Whatever a list of sensors holds, nothing breaks and nothing impossible sees.
func FuzzSensors(f *testing.F) {
	f.Add([]byte(`[{"id":"a","kind":"camera","position":{"lat":36.02,"lon":41.37,"height":330},"max_range":5000,"pd":0.9}]`))
	f.Add([]byte(`[{"id":"a","kind":"radar","position":{"lat":90,"lon":180,"height":-1e300},"max_range":1e300,"pd":2}]`))
	ground := surface(f, level{height: 300})
	f.Fuzz(func(t *testing.T, data []byte) {
		var sensors []sense.Sensor
		if json.Unmarshal(data, &sensors) != nil || len(sensors) > 5 {
			return
		}
		n, err := New(Config{Axis: border.Default(), Ground: ground, Step: 2000}, sensors)
		if err != nil {
			t.Fatal(err)
		}
		for i := range sensors {
			if sensors[i].Pd < Threshold && !n.SeenBy(sensors[i].ID, sense.Person).Empty() && len(sensors) == 1 {
				t.Fatal("a sensor below the threshold sees")
			}
		}
		if err := n.Report().WriteJSON(io.Discard); err != nil {
			t.Fatal(err)
		}
	})
}

// A wall between a low mast and a bend of the line hides metres that are seen
// without it; built and taken down it changes them and nothing else, and what
// stands far away is not worked out anew.
func TestAWallTakesMetresAndGivesThemBack(t *testing.T) {
	axis := border.Default()
	low := tower(100, 5000)
	low.Position.Point = axis.Place(100_000, 400)
	low.Position.Height = 303
	far := tower(300, 5000)
	n := network(t, level{height: 300}, low, far)
	before, distant := n.Seen(sense.Person), n.watches[1].reach
	wall := []terrain.Wall{{A: axis.Place(100_100, 100), B: axis.Place(100_500, 100), Height: 6}}
	built := n.Update(Update{Walls: &wall})
	if dark := built.Dark.Length(); dark < 500 || dark > 3000 || !built.Lit.Empty() {
		t.Errorf("a wall of 400 m takes %.0f m and gives %v", dark, built.Lit)
	}
	if s := n.State(99_000, sense.Person); s != SeenOnce {
		t.Errorf("beside the wall it is %s", s)
	}
	if n.watches[1].reach != distant {
		t.Error("a tower 200 km away was worked out anew")
	}
	whole, err := New(Config{Axis: axis, Ground: surface(t, level{height: 300}), Step: 50, Walls: wall}, []sense.Sensor{low, far})
	if err != nil {
		t.Fatal(err)
	}
	if !whole.Seen(sense.Person).Equal(n.Seen(sense.Person)) {
		t.Error("built later, the wall hides other metres than from the beginning")
	}
	if f, _ := whole.Footprint(low.ID, 1, time.Time{}); f.OnFoot == nil || slices.Equal(f.OnFoot, mustFootprint(t, network(t, level{height: 300}, low), low.ID).OnFoot) {
		t.Error("the footprint that fusion reads does not know of the wall")
	}
	none := []terrain.Wall{}
	down := n.Update(Update{Walls: &none})
	if !n.Seen(sense.Person).Equal(before) || down.Lit.Length() != built.Dark.Length() {
		t.Errorf("taken down it gives %.0f of %.0f m back", down.Lit.Length(), built.Dark.Length())
	}
}

func mustFootprint(t *testing.T, n *Network, id sense.SensorID) sense.Footprint {
	f, ok := n.Footprint(id, 1, time.Time{})
	if !ok {
		t.Fatalf("%s has no footprint", id)
	}
	return f
}

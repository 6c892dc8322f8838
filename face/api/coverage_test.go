package api

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"marsad/border"
	"marsad/coverage"
	"marsad/engine/picture"
	"marsad/geo"
	"marsad/ident"
	"marsad/respond"
	"marsad/say"
	"marsad/sense"
	"marsad/terrain"
)

// watching is coverage of a few towers over the built-in relief, or over plain
// ground that is real.
type watching struct {
	now   coverage.Now
	was   []coverage.Now
	zones []coverage.Zone
}

func (w *watching) At(revision uint64) (coverage.Now, []border.LaneEntry, bool) {
	for _, now := range append(w.was, w.now) {
		if now.Network != nil && (now.Revision == revision || revision == 0 && now.Revision == w.now.Revision) {
			return now, now.Network.Lanes(), true
		}
	}
	return coverage.Now{}, nil, false
}

func (w *watching) Hold(uint64) {}

func (w *watching) Zones() []coverage.Zone { return w.zones }

// plain is real ground at 300 m.
type plain struct{}

func (plain) Provenance() terrain.Provenance {
	return terrain.Provenance{Vertical: terrain.Ellipsoid, Source: say.Text{En: "survey", Ar: "مسح"}}
}

func (plain) Fill(_ terrain.Window, dst []float32) error {
	for i := range dst {
		if dst[i] != dst[i] {
			dst[i] = 300
		}
	}
	return nil
}

// watch puts towers at 38 (lost), 41 and 371 km under the API; turned tells a
// camera of the neighbour that looks elsewhere.
func (b *bench) watch(t *testing.T, ground terrain.Source) *watching {
	t.Helper()
	surface, err := terrain.NewSurface(3, ground)
	if err != nil {
		t.Fatal(err)
	}
	tower := func(id string, km float64) sense.Sensor {
		return sense.Sensor{ID: sense.SensorID(id), Name: "Tower " + id, Kind: sense.Camera, MaxRange: 3000, Pd: 0.9, Mount: "mast-" + id,
			Position: geo.Position{Point: border.Default().Place(border.Chainage(km*1000), 50), Height: 30}}
	}
	turned := tower("turned", 40)
	turned.CanLookAt, turned.Azimuth, turned.HalfWidth = true, 1.5, 0.1
	sensors := []sense.Sensor{tower("lost", 38), tower("works", 43), turned, tower("far", 371)}
	changes := picture.Changes{Now: now, Sensors: sensors}
	for _, s := range sensors {
		to := sense.Good
		if s.ID == "lost" {
			to = sense.Lost
		}
		changes.Health = append(changes.Health, sense.HealthChange{Sensor: s.ID, To: to, At: now.Add(-time.Minute)})
	}
	outage := caseAt("outage", 38, "rabia", ident.ID{})
	outage.Repair = &respond.Repair{Sensors: []sense.SensorID{"lost"}, Since: now.Add(-time.Minute), Told: []string{respond.Engineer}}
	changes.Cases = []respond.Case{outage}
	b.picture.Apply(&changes)
	b.picture.Publish()
	n, err := coverage.New(coverage.Config{Axis: border.Default(), Ground: surface, Step: 50,
		Above: func(s *sense.Sensor) (float64, bool) { return s.Position.Height, true },
		Health: func(id sense.SensorID) sense.Health {
			if id == "lost" {
				return sense.Lost
			}
			return sense.Good
		}}, sensors)
	if err != nil {
		t.Fatal(err)
	}
	w := &watching{now: coverage.Now{Revision: 7, At: now, Network: n}}
	w.now.Ledger.Count(now.Add(-10*time.Second), n, nil)
	w.now.Ledger.Count(now, n, n.Standing(b.sections))
	w.zones = []coverage.Zone{{ID: "wadi", Name: say.Text{En: "Wadi", Ar: "وادي"}, Corners: []geo.Point{at(43), at(44), border.Default().Place(44_000, 1500)}}}
	b.coverage = w
	b.lanes.Join(n.Lanes)
	return w
}

func ask[T any](t *testing.T, b *bench, who, method, path, in string) T {
	t.Helper()
	status, text := b.ask(t, who, method, path, in)
	var out T
	if err := json.Unmarshal([]byte(text), &out); status != http.StatusOK || err != nil {
		t.Fatalf("%s %s: %d %s %v", method, path, status, text, err)
	}
	return out
}

type items[T any] struct {
	Owed  Owed
	Items []T
}

var coverageReads = []string{"", "/gaps", "/outages", "/single-points", "/availability", "/control", "/repairs", "/repair-order", "/zones", "/risk", "/footprint/works"}

// Gap lists, outages and plans are need-to-know: for the roles that need them, for
// their own sections alone, with a watermark; and a copy is on record.
func TestSafeguard_08_CoverageIsNeedToKnow(t *testing.T) {
	b := newBench(t)
	b.watch(t, plain{})
	for _, path := range coverageReads {
		if status, text := b.ask(t, "admin", "GET", "/api/v1/coverage"+path, ""); status != http.StatusForbidden {
			t.Errorf("an administrator reads %q: %d %.80s", path, status, text)
		}
		status, text := b.ask(t, "rabia", "GET", "/api/v1/coverage"+path, "")
		if status != http.StatusOK || !strings.Contains(text, "(rabia)") || !strings.Contains(text, "2026-02-18 23:14:07Z") {
			t.Errorf("%q has no watermark with account and time: %d %.120s", path, status, text)
		}
		if strings.Contains(text, "far") {
			t.Errorf("%q tells rabia of a tower that stands elsewhere", path)
		}
	}
	rabia, _ := b.atlas.Division.Section("rabia")
	for _, g := range ask[items[GapRow]](t, b, "rabia", "GET", "/api/v1/coverage/gaps", "").Items {
		if g.From < float64(rabia.From)-1 || g.To > float64(rabia.To)+1 {
			t.Errorf("a gap outside the section: %+v", g)
		}
	}
	for who, want := range map[string]int{"admin": http.StatusForbidden, "rabia": http.StatusOK} {
		if status, _ := b.ask(t, who, "GET", "/api/v1/lanes/coverage", ""); status != want {
			t.Errorf("%s reads the lane: %d", who, status)
		}
		_, text := b.ask(t, who, "GET", "/api/v1/lanes", "")
		if strings.Contains(text, `"coverage"`) != (want == http.StatusOK) {
			t.Errorf("%s is told of the lane, or is not", who)
		}
	}
	lane := ask[LaneData](t, b, "rabia", "GET", "/api/v1/lanes/coverage", "")
	if lane.Of > rabia.Length()+1 || lane.Pieces[0].From < float64(rabia.From)-1 {
		t.Errorf("the lane leaves the section: %.0f m, from %.0f", lane.Of, lane.Pieces[0].From)
	}
	for _, who := range []string{"admin", "rabia"} {
		if status, _ := b.ask(t, who, "POST", "/api/v1/coverage/plan", `{"budget": 1}`); status != http.StatusForbidden {
			t.Errorf("%s makes a plan: %d", who, status)
		}
	}
	b.notes = nil
	if status, _ := b.ask(t, "engineer", "GET", "/api/v1/coverage/report", ""); status != http.StatusForbidden || len(b.notes) == 0 {
		t.Errorf("an engineer takes the report away: %d, on record: %v", status, b.notes)
	}
	b.notes = nil
	status, text := b.ask(t, "whole", "GET", "/api/v1/coverage/report", "")
	if status != http.StatusOK || !strings.Contains(text, "(whole)") || len(b.notes) != 1 || !strings.HasPrefix(b.notes[0], "export whole coverage report") {
		t.Errorf("the export: %d, on record: %v", status, b.notes)
	}
}

// A gap says why it is one and what would close it; an outage who could be turned.
func TestGapsAndOutagesSayWhatToDo(t *testing.T) {
	b := newBench(t)
	b.watch(t, plain{})
	var dark *GapRow
	gaps := ask[items[GapRow]](t, b, "rabia", "GET", "/api/v1/coverage/gaps?limit=1000", "").Items
	for i := range gaps {
		if gaps[i].State == coverage.Dark && (dark == nil || gaps[i].Metres > dark.Metres) {
			dark = &gaps[i]
		}
		if i > 0 && gaps[i].Score > gaps[i-1].Score {
			t.Errorf("rank %d weighs more than the one before", i+1)
		}
	}
	if dark == nil || len(dark.Silent) != 1 || dark.Silent[0].Name != "Tower lost" || dark.Near.Ar == "" {
		t.Fatalf("the dark stretch: %+v", dark)
	}
	outages := ask[items[OutageRow]](t, b, "rabia", "GET", "/api/v1/coverage/outages", "").Items
	if len(outages) != 1 || outages[0].On != "Tower lost" || outages[0].Metres < 3000 || outages[0].Case == "" || outages[0].Since != ms(now.Add(-time.Minute)) {
		t.Fatalf("outages: %+v", outages)
	}
	if turns := outages[0].Turns; len(turns) != 1 || turns[0].Name != "Tower turned" || turns[0].Metres < 500 {
		t.Errorf("neighbours that could be turned: %+v", turns)
	}
	repairs := ask[items[RepairRow]](t, b, "engineer", "GET", "/api/v1/coverage/repairs", "").Items
	if len(repairs) != 1 || repairs[0].Told[0] != "engineer" || repairs[0].Sensors[0] != "Tower lost" || repairs[0].Done != 0 {
		t.Errorf("requests for repair: %+v", repairs)
	}
	order := ask[RepairOrder](t, b, "whole", "GET", "/api/v1/coverage/repair-order", "")
	if len(order.Steps) != 1 || order.Steps[0].Metres != outages[0].Metres || order.Steps[0].After.Part < order.Now+3000 {
		t.Errorf("order of repairs: %+v", order)
	}
	times := ask[Availability](t, b, "rabia", "GET", "/api/v1/coverage/availability", "")
	if len(times.Towers) != 3 || times.Towers[0].Mount != "mast-lost" || times.Towers[0].Percent != 0 || times.Towers[0].Meets95 || !times.Towers[2].Meets99 {
		t.Errorf("availability: %+v", times.Towers)
	}
	if zones := ask[items[ZoneRow]](t, b, "rabia", "GET", "/api/v1/coverage/zones", "").Items; len(zones) != 1 || !(zones[0].View.Share.Part > 0) {
		t.Errorf("zones: %+v", zones)
	}
}

// The page lists gaps in the very order of the network, as the command does: by length
// times risk, however alike two of them look when they are rounded.
func TestGapsAreRankedAsTheNetworkRanksThem(t *testing.T) {
	b := newBench(t)
	w := b.watch(t, plain{})
	for name, weight := range map[string]func(border.Chainage) float64{
		"alike": func(border.Chainage) float64 { return 1 },
		"risk":  func(at border.Chainage) float64 { return 0.2 + math.Mod(float64(at), 48_000)/10_000 },
	} {
		w.now.Network.Weigh(weight)
		var want, got []float64
		for _, g := range w.now.Network.Gaps(sense.Person) {
			want = append(want, round(float64(g.From), 1))
		}
		for _, g := range ask[items[GapRow]](t, b, "whole", "GET", "/api/v1/coverage/gaps?limit=1000", "").Items {
			got = append(got, g.From)
		}
		if len(want) < 4 || !slices.Equal(want, got) {
			t.Errorf("%s: the network ranks %v, the page %v", name, want, got)
		}
	}
}

// Figures, lists and lanes that a page asks for one after the other are of one moment,
// whatever changed meanwhile; a moment that is forgotten is refused.
func TestAllAnswersOfARevisionAreOfOneMoment(t *testing.T) {
	b := newBench(t)
	w := b.watch(t, plain{})
	w.was = []coverage.Now{w.now}
	w.now.Revision, w.now.At, w.now.Network = 8, now.Add(time.Second), w.now.Network.Fork()
	w.now.Network.Health(sense.HealthChange{Sensor: "works", From: sense.Good, To: sense.Lost})
	for revision, at := range map[string]time.Time{"7": now, "8": now.Add(time.Second)} {
		ask := func(path string) string {
			sep := "?"
			if strings.Contains(path, "?") {
				sep = "&"
			}
			status, text := b.ask(t, "rabia", "GET", "/api/v1"+path+sep+"revision="+revision, "")
			if status != http.StatusOK {
				t.Fatalf("%s at %s: %d %s", path, revision, status, text)
			}
			return text
		}
		for _, path := range coverageReads {
			if path == "/risk" {
				continue // it is of no revision
			}
			var out struct{ Owed Owed }
			if err := json.Unmarshal([]byte(ask("/coverage"+path)), &out); err != nil || !out.Owed.AsOf.Equal(at) {
				t.Errorf("%q at revision %s is of %v, want %v (%v)", path, revision, out.Owed.AsOf, at, err)
			}
		}
		var sum CoverageSummary
		var lane, gaps LaneData
		for path, into := range map[string]any{"/coverage": &sum, "/lanes/coverage": &lane, "/lanes/coverage-gaps": &gaps} {
			if err := json.Unmarshal([]byte(ask(path)), into); err != nil {
				t.Fatal(err)
			}
		}
		if !lane.AsOf.Equal(at) || math.Abs(lane.Length-sum.Seen.Part) > 1 {
			t.Errorf("revision %s: the lane of %v has %.0f m, the figure %.0f m", revision, lane.AsOf, lane.Length, sum.Seen.Part)
		}
		open := 0.0
		for _, p := range gaps.Pieces {
			open += p.To - p.From
		}
		if math.Abs(open-sum.Dark-sum.Unknown-sum.Gap) > 1 || gaps.Length != 0 {
			t.Errorf("revision %s: the lane of gaps has %.0f m, the figure %.0f m", revision, open, sum.Dark+sum.Unknown+sum.Gap)
		}
	}
	for _, path := range []string{"/coverage", "/coverage/gaps", "/lanes/coverage"} {
		if status, text := b.ask(t, "rabia", "GET", "/api/v1"+path+"?revision=6", ""); status != http.StatusConflict || !strings.Contains(text, "coverage.revision") {
			t.Errorf("%s of a revision that is forgotten: %d %s", path, status, text)
		}
	}
	if status, _ := b.ask(t, "rabia", "GET", "/api/v1/lanes/controller?revision=8", ""); status != http.StatusOK && status != http.StatusNotFound {
		t.Errorf("another lane takes notice of a revision: %d", status)
	}
}

// Availability against 95 and 99 per cent: met from the very figure on, missed a
// second below it, and never rounded up.
func TestAvailabilityIsJudgedAtTheVeryFigure(t *testing.T) {
	b := newBench(t)
	w := b.watch(t, plain{})
	for _, c := range []struct {
		up      float64
		percent float64
		m95, m9 bool
	}{{949_999, 94.9, false, false}, {950_000, 95, true, false}, {989_999, 98.9, true, false}, {990_000, 99, true, true}, {999_999, 99.9, true, true}, {1e6, 100, true, true}} {
		w.now.Ledger.Days = []coverage.Day{{Date: "2026-02-18", Sensors: map[sense.SensorID]coverage.Spell{"works": {Up: c.up, All: 1e6}},
			Sections: map[string]coverage.Watched{"rabia": {Seen: c.up, Designed: 1e6}}}}
		times := ask[Availability](t, b, "rabia", "GET", "/api/v1/coverage/availability", "")
		if len(times.Towers) != 1 || len(times.Sections) != 1 {
			t.Fatalf("%d towers, %d sections", len(times.Towers), len(times.Sections))
		}
		tower, section := times.Towers[0], times.Sections[0]
		if tower.Percent != c.percent || tower.Meets95 != c.m95 || tower.Meets99 != c.m9 {
			t.Errorf("up %v: the tower %+v", c.up, tower)
		}
		if section.Meets95 != c.m95 || section.Meets99 != c.m9 || !strings.HasPrefix(section.Share.Text().En, fmt.Sprintf("%.1f %%", c.percent)) {
			t.Errorf("up %v: the section %+v, %s", c.up, section, section.Share.Text().En)
		}
	}
}

func TestPlansAndWhatIf(t *testing.T) {
	b := newBench(t)
	w := b.watch(t, plain{})
	before := w.now.Network.Seen(sense.Person)
	plan := ask[SitePlan](t, b, "engineer", "POST", "/api/v1/coverage/plan", `{"budget": 2, "every": 5000, "range": 4000}`)
	if len(plan.Sites) != 2 || plan.Gain > plan.Bound || plan.Sites[0].Gain < plan.Sites[1].Gain || plan.After.Part-plan.Now.Part < 12_000 || plan.Reached.Ar == "" {
		t.Errorf("plan: %+v", plan)
	}
	to := border.Default().Place(200_000, 50)
	body, err := json.Marshal(map[string]any{"moves": []any{map[string]any{"sensor": "far", "lat": to.Lat, "lon": to.Lon}}, "mend": []string{"lost"}})
	if err != nil {
		t.Fatal(err)
	}
	moved := ask[WhatIf](t, b, "engineer", "POST", "/api/v1/coverage/what-if", string(body))
	if moved.DarkM < 5000 || moved.LitM < 8000 || len(moved.Flaws) != 0 {
		t.Errorf("what if: %+v", moved)
	}
	if !w.now.Network.Seen(sense.Person).Equal(before) {
		t.Error("asking changed what is seen")
	}
	for _, bad := range []string{`{"moves":[{"sensor":"nobody","lat":36,"lon":41}]}`, `{"fail":["nobody"]}`} {
		if status, text := b.ask(t, "engineer", "POST", "/api/v1/coverage/what-if", bad); status != http.StatusNotFound {
			t.Errorf("%s: %d %s", bad, status, text)
		}
	}
	if status, _ := b.ask(t, "engineer", "POST", "/api/v1/coverage/plan", `{"budget": 999}`); status != http.StatusUnprocessableEntity {
		t.Errorf("a budget of 999: %d", status)
	}
}

// Who plans for one section is offered sites and told metres of that section alone,
// and may ask nothing of a tower that stands elsewhere.
func TestSafeguard_08_PlansStayInTheAccountsSections(t *testing.T) {
	b := newBench(t)
	b.watch(t, plain{})
	rabia, _ := b.atlas.Division.Section("rabia")
	inside := func(spans [][2]float64) bool {
		return !slices.ContainsFunc(spans, func(s [2]float64) bool { return s[0] < float64(rabia.From)-1 || s[1] > float64(rabia.To)+1 })
	}
	plan := ask[SitePlan](t, b, "digger", "POST", "/api/v1/coverage/plan", `{"budget": 9, "every": 3000, "range": 9000}`)
	if len(plan.Sites) < 2 || plan.Now.Whole > rabia.Length()+1 || plan.After.Part > plan.After.Whole || !strings.Contains(plan.Owed.Watermark.En, "(digger)") {
		t.Errorf("the plan: %+v", plan)
	}
	for _, x := range plan.Sites {
		if x.Km < float64(rabia.From) || x.Km > float64(rabia.To) || !inside(x.Spans) {
			t.Errorf("a site elsewhere: %+v", x)
		}
	}
	would := ask[WhatIf](t, b, "digger", "POST", "/api/v1/coverage/what-if", fmt.Sprintf(`{"add":[{"lat":%v,"lon":%v,"above":30,"range":9000}]}`, at(float64(rabia.To)/1000).Lat, at(float64(rabia.To)/1000).Lon))
	if !inside(would.Lit) || !inside(would.Dark) || would.LitM < 1000 || would.Gain*1000 > would.LitM+1 {
		t.Errorf("a tower at the section's end: %+v", would)
	}
	for _, body := range []string{`{"moves":[{"sensor":"far","lat":36,"lon":41}]}`, `{"fail":["far"]}`, `{"mend":["far"]}`} {
		if status, text := b.ask(t, "digger", "POST", "/api/v1/coverage/what-if", body); status != http.StatusNotFound {
			t.Errorf("%s: %d %s", body, status, text)
		}
	}
	if status, _ := b.ask(t, "digger", "GET", "/api/v1/coverage/footprint/far", ""); status != http.StatusNotFound {
		t.Errorf("the footprint of a tower elsewhere: %d", status)
	}
}

// On synthetic relief no percentage leaves without the word; on ground that is
// real, the same answers do without it.
func TestSafeguard_12_SyntheticReliefIsSaidWithEveryPercentage(t *testing.T) {
	for name, ground := range map[string]terrain.Source{"synthetic": terrain.NewRelief(1), "real": plain{}} {
		b := newBench(t)
		b.watch(t, ground)
		texts := map[string]string{}
		for _, path := range append(coverageReads, "/report") {
			_, texts[path] = b.ask(t, "whole", "GET", "/api/v1/coverage"+path, "")
		}
		_, texts["plan"] = b.ask(t, "whole", "POST", "/api/v1/coverage/plan", `{"budget": 1, "every": 10000}`)
		_, texts["what-if"] = b.ask(t, "whole", "POST", "/api/v1/coverage/what-if", `{"mend": ["lost"]}`)
		for path, text := range texts {
			var v any
			if err := json.Unmarshal([]byte(text), &v); err != nil {
				t.Fatalf("%s: %v: %.200s", path, err, text)
			}
			everyString(v, func(s string) {
				if strings.Contains(s, " %") && strings.Contains(s, "synthetic") != (name == "synthetic") && strings.Contains(s, "assumed") {
					t.Errorf("%s ground, %s: %s", name, path, s)
				}
				claim := strings.Contains(s, "claimed") || strings.Contains(s, "مُدّعى")
				if strings.Contains(s, " %") && !claim && !strings.Contains(s, "assumed") && !strings.Contains(s, "مفترض") {
					t.Errorf("%s ground, %s: a percentage without its words: %s", name, path, s)
				}
			})
		}
	}
}

func everyString(v any, do func(string)) {
	switch x := v.(type) {
	case string:
		do(x)
	case []any:
		for _, y := range x {
			everyString(y, do)
		}
	case map[string]any:
		for _, y := range x {
			everyString(y, do)
		}
	}
}

func TestCoverageThatIsNotThereYet(t *testing.T) {
	b := newBench(t)
	if status, text := b.ask(t, "whole", "GET", "/api/v1/coverage", ""); status != http.StatusServiceUnavailable || !strings.Contains(text, "coverage.not_yet") {
		t.Errorf("%d %s", status, text)
	}
}

// Where a pixel holds several metres the worst of them shows: nothing dark is
// averaged away, and nothing is shown worse than the worst within a pixel of it.
func TestAPixelIsAsBadAsTheWorstInIt(t *testing.T) {
	values := []border.LaneValue{{Value: "twice"}, {Value: "once"}, {Value: "gap", Lacking: true}}
	ranked := func(word string) int {
		return slices.IndexFunc(values, func(v border.LaneValue) bool { return v.Value == word })
	}
	rapid.Check(t, func(t *rapid.T) {
		resolution := rapid.SampledFrom([]float64{0, 20, 466, 1e6}).Draw(t, "resolution")
		j := newJoiner(values, resolution)
		var truth []border.LanePiece
		at := border.Chainage(0)
		for range rapid.IntRange(1, 40).Draw(t, "pieces") {
			n := rapid.SampledFrom([]border.Chainage{10, 20, 90, 400, 3000, 380_000}).Draw(t, "metres")
			p := border.LanePiece{Span: border.Span{From: at, To: at + n}, Value: rapid.SampledFrom(values).Draw(t, "value").Value}
			at = p.To
			truth = append(truth, p)
			j.add(p)
		}
		i := 0
		for n, p := range j.pieces {
			if n == 0 && p.From != 0 || n > 0 && p.From != j.pieces[n-1].To || n == len(j.pieces)-1 && p.To != at {
				t.Fatalf("the pieces part or end: %v", j.pieces)
			}
			for ; i < len(truth) && truth[i].From < p.To; i++ {
				if ranked(p.Value) < ranked(truth[i].Value) {
					t.Fatalf("%v is shown as %s: %v", truth[i], p.Value, j.pieces)
				}
			}
			if i > 0 && truth[i-1].To > p.To {
				i--
			}
		}
		for rank := range values {
			worse := func(pieces []border.LanePiece) (n int, metres float64) {
				for _, p := range pieces {
					if ranked(p.Value) >= rank {
						n++
						metres += p.Length()
					}
				}
				return n, metres
			}
			n, is := worse(truth)
			if _, shown := worse(j.pieces); shown > is+float64(n)*resolution {
				t.Fatalf("%.0f m of %s or worse are shown as %.0f m", is, values[rank].Value, shown)
			}
		}
	})
}

// Fifteen slivers of ten metres in 600 km were once drawn as 380 km of darkness.
func TestASliverTakesAPixelAndNoMore(t *testing.T) {
	for _, values := range [][]border.LaneValue{{{Value: "good"}, {Value: "bad", Lacking: true}}, {{Value: "good"}, {Value: "bad"}}} {
		for _, resolution := range []float64{0, 10, 400, 5000} {
			j := newJoiner(values, resolution)
			for i := range 15 {
				from := border.Chainage(i * 40_000)
				j.add(border.LanePiece{Span: border.Span{From: from, To: from + 10}, Value: "bad"})
				j.add(border.LanePiece{Span: border.Span{From: from + 10, To: from + 40_000}, Value: "good"})
			}
			bad := 0.0
			for _, p := range j.pieces {
				if p.Value == "bad" {
					bad += p.Length()
				}
			}
			if want := 15 * max(10, resolution); bad < 150 || bad > want {
				t.Errorf("at %v m %.0f m are shown bad, not 150 to %.0f", resolution, bad, want)
			}
		}
	}
}

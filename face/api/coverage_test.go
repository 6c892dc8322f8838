package api

import (
	"encoding/json"
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
	zones []coverage.Zone
}

func (w *watching) Now() (coverage.Now, bool) { return w.now, w.now.Network != nil }

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

package api

import (
	"bytes"
	"context"
	"fmt"
	"image/png"
	"net/http"
	"strings"
	"testing"
	"time"

	"marsad/barrier"
	"marsad/barrier/sample"
	"marsad/border"
	"marsad/engine/risk"
	"marsad/engine/works"
	"marsad/record"
	"marsad/say"
	"marsad/terrain"
)

// weighing keeps what was stated as a store does, and weighs the network anew as
// the engine does.
type weighing struct {
	*risk.Book
	seen  *watching
	notes []record.Note
	kept  []byte
}

func (w *weighing) Setting(context.Context, string) ([]byte, error) {
	if w.kept == nil {
		return nil, &say.Error{Code: "setting.not_found", Kind: say.NotFound}
	}
	return w.kept, nil
}

func (w *weighing) PutSetting(_ context.Context, _ string, b []byte) error { w.kept = b; return nil }

func (w *weighing) Audit(_ context.Context, n record.Note) error {
	w.notes = append(w.notes, n)
	return nil
}

func (w *weighing) Now() []risk.Cause {
	atlas := border.DefaultAtlas()
	return append(risk.Routes(atlas.Axis, atlas.Places), w.Causes(now)...)
}

func (w *weighing) Changed() {
	lane := risk.Sum(w.Now(), border.Default().Whole())
	n := w.seen.now.Network.Fork()
	n.Weigh(func(at border.Chainage) float64 { v, _ := lane.At(at); return v })
	w.seen.now.Network, w.seen.now.Weighted = n, true
}

func (b *bench) weigh(t *testing.T, seen *watching) *weighing {
	t.Helper()
	w := &weighing{seen: seen}
	var err error
	if w.Book, err = risk.Open(t.Context(), border.Default(), w, func() time.Time { return now }); err != nil {
		t.Fatal(err)
	}
	b.risk = w
	w.Changed()
	return w
}

// A commander states that a stretch matters more: with why, a source and an end, on
// record; the gap there goes up the list and says why, and a plan builds there.
// Withdrawn, all is as before, and the record keeps both.
func TestAPersonEditsTheRiskOfAStretch(t *testing.T) {
	b := newBench(t)
	w := b.weigh(t, b.watch(t, plain{}))
	const from, to = 500_000, 510_000
	first := func() GapRow {
		return ask[items[GapRow]](t, b, "whole", "GET", "/api/v1/coverage/gaps", "").Items[0]
	}
	plan := func() float64 {
		p := ask[SitePlan](t, b, "whole", "POST", "/api/v1/coverage/plan", `{"budget": 1, "every": 4000, "range": 4000}`)
		return p.Sites[0].Km
	}
	before, built := first(), plan()
	if built > from-5000 && built < to+5000 {
		t.Fatalf("a tower is proposed at %v anyhow", built)
	}
	statement := func(weight float64, why string) string {
		return fmt.Sprintf(`{"from": %d, "to": %d, "weight": %g, "why": %q, "source": "report 17 of the brigade", "until": "2026-03-18T00:00:00Z"}`, from, to, weight, why)
	}
	for who, status := range map[string]int{"engineer": http.StatusForbidden, "rabia": http.StatusForbidden, "admin": http.StatusForbidden} {
		if got, _ := b.ask(t, who, "POST", "/api/v1/coverage/risk", statement(4, "fresh tracks every night")); got != status {
			t.Errorf("%s states a risk: %d", who, got)
		}
	}
	for _, bad := range []string{statement(0, "fresh tracks every night"), statement(9, "fresh tracks"), statement(4, "x"),
		strings.Replace(statement(4, "fresh tracks"), "2026-03-18", "2026-01-01", 1), strings.Replace(statement(4, "fresh tracks"), "510000", "400000", 1)} {
		if got, _ := b.ask(t, "whole", "POST", "/api/v1/coverage/risk", bad); got != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", bad, got)
		}
	}
	made := ask[risk.Statement](t, b, "whole", "POST", "/api/v1/coverage/risk", statement(4, "fresh tracks every night"))
	if len(w.notes) != 1 || w.notes[0].Verb != "risk.state" || w.notes[0].Personal["why"] != "fresh tracks every night" {
		t.Fatalf("the record: %+v", w.notes)
	}
	if at := plan(); at < from-5000 || at > to+5000 {
		t.Errorf("a plan builds at %.0f m, not where it matters most", at)
	}
	causes := ask[RiskCauses](t, b, "whole", "GET", "/api/v1/coverage/risk?from=504000&to=505000", "")
	if len(causes.Items) != 1 || causes.Items[0].By != "whole" || causes.Items[0].Source.En != "report 17 of the brigade" || !causes.MayState || causes.Formula.Ar == "" {
		t.Errorf("causes: %+v", causes)
	}
	gaps := ask[items[GapRow]](t, b, "whole", "GET", "/api/v1/coverage/gaps?limit=1000", "").Items
	told := false
	for _, g := range gaps {
		if g.From < to && g.To > from {
			told = told || (len(g.Reasons) > 0 && g.Reasons[0].What.En == "fresh tracks every night" && g.Risk > 1)
		}
	}
	if !told {
		t.Error("the gap does not say why it matters")
	}
	if body := ask[RiskCauses](t, b, "rabia", "GET", "/api/v1/coverage/risk", ""); body.MayState || hasStated(body.Items) {
		t.Errorf("rabia is told of what lies elsewhere: %+v", body.Items)
	}
	if status, _ := b.ask(t, "whole", "POST", "/api/v1/coverage/risk/"+made.ID.String()+"/withdraw", ""); status != http.StatusNoContent {
		t.Errorf("withdrawn: %d", status)
	}
	if status, _ := b.ask(t, "whole", "POST", "/api/v1/coverage/risk/"+made.ID.String()+"/withdraw", ""); status != http.StatusNotFound {
		t.Errorf("withdrawn twice: %d", status)
	}
	if after := first(); after.From != before.From || after.Score != before.Score || len(w.notes) != 2 {
		t.Errorf("after that the first gap is %+v, it was %+v", after, before)
	}
}

func hasStated(all []risk.Cause) bool {
	for _, c := range all {
		if c.Kind == risk.Stated {
			return true
		}
	}
	return false
}

// The claims on the page are those of the barrier's ledger, beside the figure and
// never in it.
func TestClaimsOnWhatIsWatchedStandBesideTheFigure(t *testing.T) {
	b := newBench(t)
	b.watch(t, plain{})
	before := ask[CoverageSummary](t, b, "whole", "GET", "/api/v1/coverage", "")
	if len(before.Claims) != 0 {
		t.Fatalf("an empty ledger claims %+v", before.Claims)
	}
	events, err := sample.Programme(border.Default(), barrier.DayOf(now), 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.works.Load(t.Context(), works.By{Person: barrier.Person{Account: record.Software}}, events...); err != nil {
		t.Fatal(err)
	}
	after := ask[CoverageSummary](t, b, "whole", "GET", "/api/v1/coverage", "")
	share := 0
	for _, c := range after.Claims {
		if c.Unit == "percent" && c.Value == 99 && c.Date == "2025-09-15" && c.Definition.Ar != "" && c.Grade == "B2" {
			share++
		}
	}
	if share != 1 || after.Seen != before.Seen || after.Owed.Definition.En == "" || after.Owed.AsOf.IsZero() {
		t.Errorf("claims: %+v; seen %+v, before %+v", after.Claims, after.Seen, before.Seen)
	}
}

// The ground is drawn as light and shadow, and says whether it is made up.
func TestTheGroundIsDrawn(t *testing.T) {
	for name, source := range map[string]terrain.Source{"synthetic": terrain.NewRelief(1), "measured": plain{}} {
		b := newBench(t)
		b.watch(t, source)
		for path, side := range map[string][2]int{
			"/api/v1/ground/shade.png?west=41.2&south=35.9&east=41.6&north=36.1&width=200": {200, 100},
			"/api/v1/ground/tiles/9/314/200":                                               {256, 256},
		} {
			status, text := b.ask(t, "rabia", "GET", path, "")
			picture, err := png.Decode(strings.NewReader(text))
			if status != http.StatusOK || err != nil {
				t.Fatalf("%s: %d %v", path, status, err)
			}
			tones := map[uint32]bool{}
			for x := range side[0] {
				_, _, _, a := picture.At(x, side[1]/2).RGBA()
				tones[a] = true
			}
			if size := picture.Bounds().Size(); size.X != side[0] || size.Y != side[1] || (name == "synthetic") != (len(tones) > 20) {
				t.Errorf("%s on %s ground: %v pixels, %d tones", path, name, size, len(tones))
			}
			if again, text2 := b.ask(t, "rabia", "GET", path, ""); again != http.StatusOK || !bytes.Equal([]byte(text), []byte(text2)) {
				t.Error("asked again it is another picture")
			}
		}
		r, err := http.NewRequestWithContext(t.Context(), "GET", b.server.URL+"/api/v1/ground/tiles/9/314/200", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+b.tokens["rabia"])
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if got := res.Header.Get("X-Marsad-Ground"); got != name {
			t.Errorf("the ground is said to be %q, want %q", got, name)
		}
		for _, bad := range []string{"shade.png?west=42&south=35&east=41&north=36", "tiles/6/64/1"} {
			if status, _ := b.ask(t, "rabia", "GET", "/api/v1/ground/"+bad, ""); status != http.StatusUnprocessableEntity && status != http.StatusNotFound {
				t.Errorf("%s: %d", bad, status)
			}
		}
	}
}

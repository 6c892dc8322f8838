package risk_test

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"marsad/assess"
	"marsad/barrier"
	"marsad/barrier/sample"
	"marsad/border"
	"marsad/engine/risk"
	"marsad/geo"
	"marsad/ident"
	"marsad/record"
	"marsad/say"
)

var now = time.Date(2026, 2, 18, 20, 0, 0, 0, time.UTC)

// Causes add up to 1 and their weights, of one kind no more than 2, and never leave
// 0.2 to 5; their order changes nothing.
func TestCausesAddUp(t *testing.T) {
	whole := border.Span{From: 0, To: 10_000}
	at := func(id string, k risk.Kind, from, to border.Chainage, w float64) risk.Cause {
		return risk.Cause{ID: id, Kind: k, Span: border.Span{From: from, To: to}, Weight: w}
	}
	causes := []risk.Cause{
		at("a", risk.Route, 1000, 3000, 1), at("b", risk.WeakSpot, 2000, 4000, 2), at("c", risk.Incident, 2500, 3500, 0.5),
		at("d", risk.Stated, 5000, 6000, -2), at("e", risk.Stated, 7000, 8000, 4), at("f", risk.Low, 7000, 8000, 0.5),
	}
	for i := range 9 {
		causes = append(causes, at(string(rune('p'+i)), risk.Incident, 9000, 9500, 0.5))
	}
	lane := risk.Sum(causes, whole)
	for metre, want := range map[border.Chainage]float64{500: 1, 1500: 2, 2200: 4, 2700: 4.5, 3200: 3.5, 3800: 3, 5500: 0.2, 7500: 5, 9200: 3, 9700: 1} {
		if got, ok := lane.At(metre); !ok || math.Abs(got-want) > 1e-12 {
			t.Errorf("%v weighs %v, want %v", metre, got, want)
		}
	}
	mixed := slices.Clone(causes)
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
	if other := risk.Sum(mixed, whole); !other.Equal(&lane) {
		t.Error("in another order they add up to something else")
	}
	if got := risk.Touching(causes, border.Span{From: 2600, To: 2700}); len(got) != 3 || got[0].ID != "b" {
		t.Errorf("at 2600 there are %+v", got)
	}
}

// Each source gives causes with a place, a source and an explanation in both
// languages; what is closed, old, an animal or a false alarm gives none.
func TestSources(t *testing.T) {
	atlas := border.DefaultAtlas()
	routes := risk.Routes(atlas.Axis, atlas.Places)
	events, err := sample.Programme(atlas.Axis, barrier.DayOf(now), 1)
	if err != nil {
		t.Fatal(err)
	}
	ledger := barrier.NewLedger(atlas.Axis)
	for _, e := range events {
		if err := ledger.Append(e); err != nil {
			t.Fatal(err)
		}
	}
	v := ledger.At(now, now.AddDate(1, 0, 0))
	open := 0
	for _, w := range v.WeakSpots() {
		if w.State != barrier.SpotClosed {
			open++
		}
	}
	spots := risk.WeakSpots(v)
	incident := func(n int, k record.Type, days int) record.Incident {
		return record.Incident{ID: ident.Derive("incident", now, "", uint64(n)), Type: k, Opened: now.AddDate(0, 0, -days), Simulated: true,
			Where: assess.Where{HasKm: true, Chainage: border.Chainage(100_000 * n)}}
	}
	incidents := risk.Incidents(atlas.Axis, []record.Incident{incident(1, record.Crossing, 3), incident(2, record.AnimalMove, 3), incident(3, record.FalseAlarm, 3),
		incident(4, record.Humanitarian, 30), incident(5, record.Smuggling, 91), incident(0, record.Outage, 1)}, now)
	valley := func(p geo.Point) float64 { // one valley of 20 m where the line passes 36° N, unknown ground beyond 34°
		if p.Lat < 34 {
			return math.NaN()
		}
		return 300 + math.Min(20, 2000*math.Abs(p.Lat-36))
	}
	low := risk.LowGround(atlas.Axis, valley, say.Text{En: "survey", Ar: "مسح"}, true)
	if len(routes) < 4 || open == 0 || len(spots) != open || len(incidents) != 2 || len(low) != 1 {
		t.Fatalf("%d routes, %d of %d weak spots, %d incidents, %d low places", len(routes), len(spots), open, len(incidents), len(low))
	}
	if at := atlas.Axis.At((low[0].Span.From + low[0].Span.To) / 2); math.Abs(at.Lat-36) > 0.002 || !slices.Contains(low[0].Marks, border.Synthetic) {
		t.Errorf("the valley is found at %v: %+v", at, low[0])
	}
	for _, c := range slices.Concat(routes, spots, incidents, low) {
		if c.ID == "" || c.Span.Empty() || !(c.Weight > 0) || c.What.En == "" || c.What.Ar == "" || c.Source.En == "" || c.Source.Ar == "" || c.By != "" {
			t.Errorf("%+v", c)
		}
	}
	if marks := risk.Marks(slices.Concat(routes, incidents, low)); !slices.Equal(marks, []string{border.Assumed, border.Simulated, border.Synthetic}) {
		t.Errorf("marks: %v", marks)
	}
}

// disk keeps settings and notes, and fails when it is told to.
type disk struct {
	kept  []byte
	notes []record.Note
	fails error
}

func (d *disk) Setting(context.Context, string) ([]byte, error) {
	if d.kept == nil {
		return nil, &say.Error{Code: "setting.not_found", Kind: say.NotFound}
	}
	return d.kept, nil
}

func (d *disk) PutSetting(_ context.Context, _ string, b []byte) error {
	if d.fails == nil {
		d.kept = b
	}
	return d.fails
}

func (d *disk) Audit(_ context.Context, n record.Note) error {
	d.notes = append(d.notes, n)
	return nil
}

// What is stated counts from then until its end, outlives a restart, is withdrawn
// and not deleted; what did not reach the disk does not count.
func TestWhatAPersonStates(t *testing.T) {
	d, clock := &disk{}, now
	open := func() *risk.Book {
		b, err := risk.Open(t.Context(), border.Default(), d, func() time.Time { return clock })
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	b := open()
	s := risk.Statement{Span: border.Span{From: 1000, To: 3000}, Weight: 2, Why: "fresh tracks", Source: "patrol book", Until: now.AddDate(0, 1, 0), By: "dawood"}
	made, err := b.State(t.Context(), s, "Dawood")
	if err != nil {
		t.Fatal(err)
	}
	b = open()
	if got := b.Causes(now); len(got) != 1 || got[0].By != "dawood" || got[0].Weight != 2 || got[0].What.Ar == "" {
		t.Fatalf("after a restart: %+v", got)
	}
	if len(b.Causes(now.Add(-time.Second))) != 0 || len(b.Causes(s.Until)) != 0 {
		t.Error("it counts before it was stated or after its end")
	}
	clock = now.Add(time.Hour)
	if err := b.Withdraw(t.Context(), made.ID, "dawood", "Dawood", func(border.Span) bool { return false }); say.As(err).Kind != say.NotFound {
		t.Errorf("somebody of another section withdraws it: %v", err)
	}
	if err := b.Withdraw(t.Context(), made.ID, "dawood", "Dawood", func(border.Span) bool { return true }); err != nil || len(b.Causes(clock)) != 0 {
		t.Errorf("withdrawn: %v, %+v", err, b.Causes(clock))
	}
	if len(d.notes) != 2 || d.notes[1].Verb != "risk.withdraw" || !slices.Contains(d.kept, byte('{')) || len(open().Causes(clock)) != 0 {
		t.Errorf("on record: %+v, %s", d.notes, d.kept)
	}
	d.fails = errors.New("disk full")
	if _, err := b.State(t.Context(), s, "Dawood"); err == nil || len(b.Causes(clock)) != 0 {
		t.Errorf("it counts though the disk did not take it: %v", err)
	}
	d.kept = []byte("[{")
	if _, err := risk.Open(t.Context(), border.Default(), d, time.Now); say.As(err).Code != "risk.kept" {
		t.Errorf("a broken list: %v", err)
	}
}

// What is over is forgotten with its words when its time has come, unless a hold
// keeps it; only what is in force counts towards the limit.
func TestWhatIsOverIsForgotten(t *testing.T) {
	d, clock := &disk{}, now
	b, err := risk.Open(t.Context(), border.Default(), d, func() time.Time { return clock })
	if err != nil {
		t.Fatal(err)
	}
	state := func(why, by string, days int) (ident.ID, error) {
		s, err := b.State(t.Context(), risk.Statement{Span: border.Span{From: 1000, To: 3000}, Weight: 1, Why: why, Source: "patrol book", Until: clock.AddDate(0, 0, days), By: by}, by)
		return s.ID, err
	}
	var ids []ident.ID
	for _, s := range []struct {
		why, by string
		days    int
	}{{"Salim Nasir told of tracks", "dawood", 10}, {"withdrawn within a day", "dawood", 300}, {"an inquiry needs it", "huda", 10}, {"in force for long", "dawood", 300}} {
		id, err := state(s.why, s.by, s.days)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	clock = now.AddDate(0, 0, 1)
	if err := b.Withdraw(t.Context(), ids[1], "dawood", "Dawood", func(border.Span) bool { return true }); err != nil {
		t.Fatal(err)
	}
	held := func(id, by string) bool { return by == "huda" }
	for _, c := range []struct{ days, forgotten int }{{1, 0}, {2, 1}, {10, 0}, {11, 1}, {200, 0}} {
		if n, err := b.Forget(t.Context(), now.AddDate(0, 0, c.days), held); err != nil || n != c.forgotten {
			t.Errorf("before day %d: %d are forgotten, not %d (%v)", c.days, n, c.forgotten, err)
		}
	}
	for why, want := range map[string]bool{"Salim": false, "withdrawn within": false, "an inquiry": true, "in force": true} {
		if strings.Contains(string(d.kept), why) != want {
			t.Errorf("%q is on disk: %v", why, !want)
		}
	}
	if last := d.notes[len(d.notes)-1]; last.Verb != "risk.forget" || len(d.notes) != 7 || len(b.Causes(clock)) != 2 {
		t.Errorf("%d notes, the last %+v; %d count", len(d.notes), last, len(b.Causes(clock)))
	}

	// Two thousand that are over keep nobody from stating one more; two thousand in
	// force do.
	var many []risk.Statement
	for n := range 2000 {
		many = append(many, risk.Statement{ID: ident.Derive("risk", now, "many", uint64(n)), Span: border.Span{From: 0, To: 10}, Weight: 1, Why: "of old", Source: "book", At: now.AddDate(0, 0, -9), Until: now.AddDate(0, 0, n%2+1), By: "dawood"})
	}
	if d.kept, err = json.Marshal(many); err != nil {
		t.Fatal(err)
	}
	if b, err = risk.Open(t.Context(), border.Default(), d, func() time.Time { return clock }); err != nil {
		t.Fatal(err)
	}
	for day, refused := range map[int]bool{-1: true, 3: false} {
		clock = now.AddDate(0, 0, day)
		if _, err := state("one more of them", "dawood", 5); (err != nil) != refused {
			t.Errorf("on day %d: %v", day, err)
		}
	}
}

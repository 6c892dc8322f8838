package api

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"marsad/barrier"
	"marsad/border"
	"marsad/engine/picture"
	"marsad/engine/works"
	"marsad/ident"
	"marsad/record"
)

// statedOnDisk keeps what is stated as a store does.
type statedOnDisk struct {
	events []barrier.Event
	notes  []record.Note
}

func (d *statedOnDisk) AppendWorks(_ context.Context, events []barrier.Event, n record.Note) error {
	d.events, d.notes = append(d.events, events...), append(d.notes, n)
	return nil
}

func (d *statedOnDisk) Works(_ context.Context, each func(barrier.Event) error) error {
	for _, e := range d.events {
		if err := each(e); err != nil {
			return err
		}
	}
	return nil
}

func thing(name string, n int) string { return ident.Derive(name, now, "test", uint64(n)).String() }

// built is the body of a piece of wall that stands.
func built(n int, fromKm, toKm float64) string {
	return fmt.Sprintf(`{"verb":"enter","valid":"2026-02-01T00:00:00Z","piece":{"id":"%s","kind":"wall","from":%g,"to":%g,"side":"line","axis":"","state":"built",
		"unit":"1st engineers","dates":{"finished":"2026-02-01"},"evidence":[{"kind":"document","ref":"sheet 7"}]}}`, thing("piece", n), fromKm*1000, toKm*1000)
}

func inspection(n int, fromKm, toKm float64, result string) string {
	return fmt.Sprintf(`{"valid":"2026-02-10T00:00:00Z","inspection":{"id":"%s","kind":"wall","from":%g,"to":%g,"side":"line","axis":"","on":"2026-02-10","inspector":"somebody else","result":"%s",
		"measured":{"height":3.5},"evidence":[{"kind":"photo","ref":"p1.jpg"}]}}`, thing("inspection", n), fromKm*1000, toKm*1000, result)
}

func decode[T any](t testing.TB, text string) (out T) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return out
}

func (b *bench) must(t testing.TB, who, method, path, body string) string {
	t.Helper()
	status, out := b.ask(t, who, method, path, body)
	if status >= 300 {
		t.Fatalf("%s %s: %d %s", method, path, status, out)
	}
	return out
}

func TestWorksFromAPieceToATotal(t *testing.T) {
	b := newBench(t)
	b.must(t, "engineer", "POST", "/api/v1/works/events", built(1, 36, 37))
	b.must(t, "engineer", "POST", "/api/v1/works/events", built(2, 37, 37.5))
	b.must(t, "engineer", "POST", "/api/v1/works/events", inspection(1, 36, 37, "pass"))
	if i := b.stated.events[2].Inspection; i.Inspector != "engineer" || i.Axis == "" || i.Ends == nil {
		t.Errorf("the inspection on record: %+v", i)
	}
	// Inspected is a step of its own.
	step := strings.NewReplacer(`"verb":"enter"`, `"verb":"inspect"`, `"state":"built"`, `"state":"inspected"`, `"valid":"2026-02-01`, `"valid":"2026-02-11`).Replace(built(1, 36, 37))
	out := decode[Stated](t, b.must(t, "engineer", "POST", "/api/v1/works/events", step))
	if out.Thing != thing("piece", 1) || out.Events != 4 || !slices.ContainsFunc(out.Next, func(s WorksStep) bool { return s.Verb == barrier.Damage || s.Verb == barrier.Inspect }) {
		t.Errorf("answered %+v", out)
	}
	sum := decode[WorksSummary](t, b.must(t, "engineer", "GET", "/api/v1/works", ""))
	if len(sum.Totals) != 1 || sum.Totals[0].Metres != 1500 || sum.Totals[0].Standing != 1500 || sum.Totals[0].Inspected != 1000 || sum.Totals[0].Pieces != 2 {
		t.Errorf("totals: %+v", sum.Totals)
	}
	if len(sum.Closed) != 1 || sum.Closed[0].Of.Metres < 600_000 || sum.Closed[0].Of.Basis != barrier.BasisMeasured || sum.Closed[0].Metres != 0 {
		t.Errorf("closed: %+v", sum.Closed)
	}
	before := decode[WorksSummary](t, b.must(t, "engineer", "GET", "/api/v1/works?as_of=2026-02-05T00:00:00Z", ""))
	if before.Totals[0].Inspected != 0 || before.Totals[0].Standing != 1500 || !slices.Equal(before.Closed[0].Missing, []string{"camera-working"}) {
		t.Errorf("as of the fifth: %+v %+v", before.Totals, before.Closed)
	}
	if never := decode[WorksSummary](t, b.must(t, "engineer", "GET", "/api/v1/works?known=2026-01-01T00:00:00Z", "")); len(never.Totals) != 0 {
		t.Errorf("as known before: %+v", never.Totals)
	}
	history := decode[WorksThing](t, b.must(t, "engineer", "GET", "/api/v1/works/things/piece/"+thing("piece", 1), ""))
	if len(history.Statements) != 2 || history.State != "inspected" {
		t.Errorf("history: %+v", history)
	}
}

func TestWorksAreLimitedToRolesAndSections(t *testing.T) {
	b := newBench(t)
	spot := func(n int, km float64) string {
		return fmt.Sprintf(`{"verb":"enter","weak_spot":{"id":"%s","kind":"breach","layer":"berm","state":"open","risk":"high","from":%g,"to":%g,"side":"line","axis":"","found":{"on":"","by":"","how":"patrol"},"reinspect":"2026-03-01"}}`,
			thing("spot", n), km*1000, km*1000)
	}
	b.must(t, "rabia", "POST", "/api/v1/works/events", spot(1, 40))
	b.must(t, "whole", "POST", "/api/v1/works/events", spot(2, 371))
	for _, c := range []struct {
		who, body, code string
		status          int
	}{
		{"rabia", spot(3, 371), "works.section", 403},       // not its metres
		{"rabia", built(1, 40, 41), "barrier.role", 403},    // a watch officer builds nothing
		{"admin", spot(4, 40), "access.denied", 403},        // no right at all
		{"engineer", built(5, 41, 40), "barrier.span", 422}, // backwards
		{"engineer", strings.Replace(built(6, 40, 41), `"unit":"1st engineers"`, `"weapon":"x"`, 1), "", 422},
	} {
		if status, out := b.ask(t, c.who, "POST", "/api/v1/works/events", c.body); status != c.status || !strings.Contains(out, c.code) {
			t.Errorf("%s: %d %s", c.who, status, out)
		}
	}
	narrow := b.must(t, "rabia", "GET", "/api/v1/works/weak-spots", "")
	if !strings.Contains(narrow, thing("spot", 1)) || strings.Contains(narrow, thing("spot", 2)) {
		t.Errorf("weak spots for Rabia: %s", narrow)
	}
	if status, _ := b.ask(t, "rabia", "GET", "/api/v1/works/things/weak-spot/"+thing("spot", 2), ""); status != 404 {
		t.Errorf("the history of another section's weak spot: %d", status)
	}
	if status, _ := b.ask(t, "rabia", "GET", "/api/v1/works?from=370000&to=372000", ""); status != 403 {
		t.Errorf("totals of another section: %d", status)
	}
	if status, out := b.ask(t, "rabia", "POST", "/api/v1/works/imports/"+thing("x", 1)+"/undo", `{"why":"x"}`); status != 403 {
		t.Errorf("undo by a watch officer: %d %s", status, out)
	}
}

func TestOverdueWeakSpotsComeFirst(t *testing.T) {
	b := newBench(t)
	for n, again := range []string{"2026-03-01", "2026-02-10", "2026-02-15"} {
		e := barrier.Event{ID: newID(), Op: barrier.Put, Verb: barrier.Enter, Valid: now.AddDate(0, -2, 0), Fact: barrier.Fact{WeakSpot: &barrier.WeakSpot{
			ID: ident.Derive("spot", now, "t", uint64(n)), Kind: barrier.Culvert, State: barrier.SpotOpen, Risk: barrier.Risks()[n],
			Stretch: barrier.Anchor(border.Default(), border.Span{From: 1000, To: 1010}, barrier.HomeSide)}}}
		if err := e.WeakSpot.Reinspect.UnmarshalText([]byte(again)); err != nil {
			t.Fatal(err)
		}
		if err := b.works.Load(t.Context(), works.By{Person: barrier.Person{Account: "x"}}, e); err != nil {
			t.Fatal(err)
		}
	}
	rows := decode[struct{ Items []SpotRow }](t, b.must(t, "engineer", "GET", "/api/v1/works/weak-spots", "")).Items
	if len(rows) != 3 || rows[0].Overdue != 3 || rows[1].Overdue != 8 || rows[2].Overdue != 0 {
		t.Errorf("%+v", rows)
	}
}

// Where the wall has gaps is for those who may read the works, in their sections.
func TestABarrierLaneNeedsTheRight(t *testing.T) {
	b := newBench(t)
	b.picture.Apply(&picture.Changes{Now: now})
	b.picture.Publish()
	b.lanes.Join(func() []border.LaneEntry { return b.works.Lanes() })
	b.must(t, "engineer", "POST", "/api/v1/works/events", built(1, 40, 41))
	b.must(t, "engineer", "POST", "/api/v1/works/events", built(2, 371, 372))
	if status, out := b.ask(t, "admin", "GET", "/api/v1/lanes/barrier-wall", ""); status != 403 {
		t.Errorf("for an administrator: %d %s", status, out)
	}
	if strings.Contains(b.must(t, "admin", "GET", "/api/v1/lanes", ""), "barrier-wall") {
		t.Error("an administrator is offered the lane")
	}
	lane := decode[LaneData](t, b.must(t, "rabia", "GET", "/api/v1/lanes/barrier-wall", ""))
	if lane.Length != 1000 || lane.Pieces[0].Value != "built" {
		t.Errorf("for Rabia: %+v", lane)
	}
	if lane = decode[LaneData](t, b.must(t, "engineer", "GET", "/api/v1/lanes/barrier-wall?as_of=2026-01-15T00:00:00Z", "")); lane.Length != 0 {
		t.Errorf("before anything was built: %+v", lane)
	}
}

// A hundred thousand pieces of ten kinds, loaded at once.
func manyPieces(b testing.TB, to *works.Book) {
	const total = 100_000
	kinds := barrier.Kinds()
	events := make([]barrier.Event, total)
	for n := range events {
		from := border.Chainage(n/10) * 60
		events[n] = barrier.Event{ID: ident.Derive("event", now, "many", uint64(n)), Op: barrier.Put, Verb: barrier.Enter, Valid: now.AddDate(0, -n%60, 0), Fact: barrier.Fact{Piece: &barrier.Piece{
			ID: ident.Derive("piece", now, "many", uint64(n)), Kind: kinds[n%10], State: barrier.States()[n%9], Unit: "x",
			Stretch: barrier.Stretch{Span: border.Span{From: from, To: from + 75}, Side: barrier.OnLine, Axis: to.Axis().Version()}}}}
	}
	if err := to.Load(b.Context(), works.By{Person: barrier.Person{Account: "x"}}, events...); err != nil {
		b.Fatal(err)
	}
}

// The whole programme in figures over a hundred thousand pieces, through HTTP,
// each time after another statement, so that nothing is kept from before.
func BenchmarkSummaryOfHundredThousandPieces(b *testing.B) {
	t := newBench(b)
	manyPieces(b, t.works)
	n := 0
	for b.Loop() {
		b.StopTimer()
		n++
		e := barrier.Event{Op: barrier.Put, Valid: now.Add(-time.Hour), Fact: barrier.Fact{Crew: &barrier.Crew{ID: ident.Derive("crew", now, "c", uint64(n))}}}
		if err := t.works.Load(b.Context(), works.By{Person: barrier.Person{Account: "x"}}, e); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		if status, out := t.ask(b, "whole", "GET", "/api/v1/works", ""); status != 200 {
			b.Fatal(out)
		}
	}
}

// The same, asked again: how it is most of the time.
func BenchmarkSummaryAgain(b *testing.B) {
	t := newBench(b)
	manyPieces(b, t.works)
	t.must(b, "whole", "GET", "/api/v1/works", "")
	for b.Loop() {
		if status, out := t.ask(b, "whole", "GET", "/api/v1/works", ""); status != 200 {
			b.Fatal(out)
		}
	}
}

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
	// Closed, it is overdue no more: what is due is a look at the mend.
	mended := rows[1].WeakSpot
	mended.State, mended.ClosedOn, mended.ClosedHow = barrier.SpotClosed, barrier.DayOf(now)-30, "filled"
	if err := b.works.Load(t.Context(), works.By{Person: barrier.Person{Account: "x"}}, barrier.Event{ID: newID(), Op: barrier.Put, Verb: barrier.Close, Valid: now.AddDate(0, -1, 0), Fact: barrier.Fact{WeakSpot: &mended}}); err != nil {
		t.Fatal(err)
	}
	rows = decode[struct{ Items []SpotRow }](t, b.must(t, "engineer", "GET", "/api/v1/works/weak-spots", "")).Items
	if last := rows[2]; last.ID != mended.ID || last.Overdue != 0 || last.Unseen != 8 || rows[0].Overdue != 3 {
		t.Errorf("with one closed: %+v", rows)
	}
	if weak := decode[WorksSummary](t, b.must(t, "engineer", "GET", "/api/v1/works", "")).Weak; weak.Open != 2 || weak.Overdue != 1 || weak.Unseen != 1 {
		t.Errorf("counted %+v", weak)
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

func TestAFileIsPreviewedTakenInAndUndone(t *testing.T) {
	b := newBench(t)
	csv := "kind,from,to,side,state,unit,finished,evidence\n" +
		"wall,36+000,37+000,line,built,1st engineers,2026-02-01,sheet 1\n" +
		"wall,38+000,37+500,line,built,1st engineers,2026-02-01,sheet 2\n" + // backwards
		"wall,37+000,900+000,line,built,1st engineers,2026-02-01,sheet 3\n" + // beyond the line
		"berm,36+000,37+000,home,planned,,,\n" +
		"berm,37+000,38+000,home,built,,2026-02-01,\n" // built by nobody, without evidence
	file := func(commit string) string {
		out, err := json.Marshal(WorksFile{Format: "csv", About: "piece", Text: csv, Commit: commit})
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	p := decode[WorksPreview](t, b.must(t, "engineer", "POST", worksImports, file("")))
	if p.Accepted != 2 || p.Refused != 3 || len(p.Rows) != 5 || len(b.stated.events) != 0 {
		t.Fatalf("preview: %d accepted, %d flagged, %d refused, %d on disk: %+v", p.Accepted, p.Flagged, p.Refused, len(b.stated.events), p.Rows)
	}
	for _, r := range p.Rows {
		if r.Verdict == "refused" && (len(r.Why) == 0 || r.Why[0].Text.Ar == "") {
			t.Errorf("row %d is refused without a word in Arabic: %+v", r.Number, r.Why)
		}
	}
	if status, out := b.ask(t, "engineer", "POST", worksImports, file("00")); status != 409 || !strings.Contains(out, "works.import_changed") {
		t.Errorf("another file than was previewed: %d %s", status, out)
	}
	done := decode[WorksPreview](t, b.must(t, "engineer", "POST", worksImports, file(p.SHA256)))
	if done.Committed != 2 || len(b.stated.events) != 2 || len(b.stated.notes) != 1 || b.stated.notes[0].Verb != "works.import" {
		t.Fatalf("committed %d: %+v", done.Committed, b.stated.notes)
	}
	// The same file again: every row is there already.
	if again := decode[WorksPreview](t, b.must(t, "engineer", "POST", worksImports, file(""))); again.Accepted != 0 {
		t.Errorf("a duplicate import: %+v", again)
	}
	b.must(t, "engineer", "POST", worksImports+"/"+done.Import+"/undo", `{"why":"the wrong file"}`)
	if sum := decode[WorksSummary](t, b.must(t, "engineer", "GET", "/api/v1/works", "")); len(sum.Totals) != 0 {
		t.Errorf("after the undo: %+v", sum.Totals)
	}
	if status, _ := b.ask(t, "rabia", "POST", worksImports, file("")); status != 403 {
		t.Errorf("a watch officer took a file in: %d", status)
	}
}

// Every file and report that leaves is on record, and says who took it.
func TestWorksLeaveOnRecordOnly(t *testing.T) {
	b := newBench(t)
	b.must(t, "engineer", "POST", "/api/v1/works/events", built(1, 36, 37))
	for _, c := range []struct{ path, holds string }{
		{"/api/v1/works/export?format=csv", "36+000"}, {"/api/v1/works/export?format=geojson", "FeatureCollection"}, {"/api/v1/works/export?format=parquet&about=piece", "PAR1"},
		{"/api/v1/works/report", "Barrier programme"}, {"/api/v1/works/report?lang=ar", `dir="rtl"`},
	} {
		b.notes = nil
		out := b.must(t, "engineer", "GET", c.path, "")
		if !strings.Contains(out, c.holds) {
			t.Errorf("%s lacks %q: %.300s", c.path, c.holds, out)
		}
		if len(b.notes) != 1 || !strings.HasPrefix(b.notes[0], "export engineer works") {
			t.Errorf("%s left these notes: %q", c.path, b.notes)
		}
		if status, _ := b.ask(t, "rabia", "GET", c.path, ""); status != 403 {
			t.Errorf("%s for a watch officer: %d", c.path, status)
		}
	}
}

func TestAClaimIsDisputedAndNeverChanged(t *testing.T) {
	b := newBench(t)
	claim := func(n int, value float64, date, verb, why string) string {
		return fmt.Sprintf(`{"verb":"%s","why":"%s","valid":"%sT00:00:00Z","claim":{"id":"%s","metric":"wall_complete","value":%g,"unit":"km","scope":"Iraq-Syria","spans":[],"date":"%s","precision":"day","speaker":"border guard","source":"https://example.org/1","grade":"B2"}}`,
			verb, why, date, thing("claim", n), value, date)
	}
	b.must(t, "engineer", "POST", "/api/v1/works/events", claim(1, 400, "2025-01-10", "enter", ""))
	b.must(t, "engineer", "POST", "/api/v1/works/events", claim(2, 300, "2025-09-15", "enter", ""))
	b.must(t, "engineer", "POST", "/api/v1/works/events", strings.Replace(claim(1, 999, "2025-01-10", "dispute", "nobody measured it"), "2025-01-10T", "2026-02-18T", 1))
	ledger := decode[Ledger](t, b.must(t, "engineer", "GET", "/api/v1/works/claims", ""))
	if len(ledger.Items) != 2 || ledger.Items[0].Value != 400 || len(ledger.Items[0].Disputes) != 1 || ledger.Items[0].Disputes[0].By != "engineer" || ledger.Items[0].Mark != "claimed" {
		t.Errorf("%+v", ledger.Items)
	}
	if !slices.ContainsFunc(ledger.Discrepancies, func(d barrier.Discrepancy) bool { return d.Kind == "falls" && len(d.Explanations) > 0 }) {
		t.Errorf("400 km and later 300 km: %+v", ledger.Discrepancies)
	}
	if status, out := b.ask(t, "engineer", "POST", "/api/v1/works/events", claim(1, 400, "2025-01-10", "dispute", "")); status != 422 || !strings.Contains(out, "works.dispute") {
		t.Errorf("disputed without a reason: %d %s", status, out)
	}
}

func TestForecastSaysHowItDependsOnItsMethod(t *testing.T) {
	b := newBench(t)
	for target, year := range map[string]string{"400000": "2026", "437000": "202", "615000": "202"} {
		out := b.must(t, "engineer", "GET", "/api/v1/works/forecast?as_of=2026-01-31T00:00:00Z&by=2026-12-31&target="+target, "")
		f := decode[struct {
			Basis       string
			Answers     []struct{ P10, P50, P80, P90 string }
			Assumptions []any
			Needed      *struct{ Rate float64 }
		}](t, out)
		if f.Basis != "claims" || len(f.Answers) < 4 || !strings.HasPrefix(f.Answers[0].P50, year) || f.Answers[0].P10 > f.Answers[0].P90 || len(f.Assumptions) < 3 || f.Needed == nil || f.Needed.Rate <= 0 {
			t.Errorf("%s: %s", target, out)
		}
	}
	if status, out := b.ask(t, "engineer", "GET", "/api/v1/works/forecast?basis=diary", ""); status != 422 || !strings.Contains(out, "hint") {
		t.Errorf("without a diary: %d %s", status, out)
	}
}

func BenchmarkMarchChart(b *testing.B) {
	t := newBench(b)
	manyPieces(b, t.works)
	manyDays(b, t.works)
	n := 0
	for b.Loop() {
		n++ // another window each time, so that nothing is kept from before
		path := fmt.Sprintf("/api/v1/works/chart?from=%d&to=600000&since=2016-01-01&until=2026-02-01", n)
		if status, out := t.ask(b, "whole", "GET", path, ""); status != 200 {
			b.Fatal(out)
		}
	}
}

// Ten years of diary: thirty packages, a day each, every working day.
func manyDays(b testing.TB, to *works.Book) {
	var events []barrier.Event
	version := to.Axis().Version()
	for p := range 30 {
		at := border.Chainage(p * 20_000)
		pack := &barrier.Package{ID: ident.Derive("package", now, "many", uint64(p)), Kind: barrier.Wall, State: barrier.PackageRunning, Rate: 8, Start: barrier.Date(2016, 1, 1), Finish: barrier.Date(2027, 1, 1),
			Stretch: barrier.Stretch{Span: border.Span{From: at, To: at + 20_000}, Side: barrier.OnLine, Axis: version}}
		events = append(events, barrier.Event{ID: ident.Derive("event", now, "pack", uint64(p)), Op: barrier.Put, Verb: barrier.Enter, Valid: now.AddDate(-10, 0, 0), Fact: barrier.Fact{Package: pack}})
	}
	for day := range 3650 {
		for p := range 30 {
			from := border.Chainage(p*20_000) + border.Chainage(day)*5
			on := barrier.Date(2016, 1, 1) + barrier.Day(day)
			events = append(events, barrier.Event{ID: ident.Derive("event", now, "day", uint64(day*30+p)), Op: barrier.Put, Valid: on.Time(), Fact: barrier.Fact{Diary: &barrier.DiaryEntry{
				ID: ident.Derive("diary", now, "many", uint64(day*30+p)), Package: ident.Derive("package", now, "many", uint64(p)), On: on, Kind: barrier.Wall, Quantity: 5,
				Stretch: barrier.Stretch{Span: border.Span{From: from, To: from + 5}, Side: barrier.OnLine, Axis: version}}}})
		}
	}
	if err := to.Load(b.Context(), works.By{Person: barrier.Person{Account: "x"}}, events...); err != nil {
		b.Fatal(err)
	}
}

package works_test

import (
	"testing"
	"time"

	"marsad/barrier"
	"marsad/barrier/sample"
	"marsad/border"
	"marsad/engine/works"
	"marsad/ident"
)

// sampled is the sample programme as it stands on 31 January 2026.
func sampled(t testing.TB) *barrier.View {
	t.Helper()
	b := open(t, &disk{})
	events, err := sample.Programme(border.Default(), barrier.DayOf(began), 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Load(t.Context(), works.By{Person: barrier.Person{Account: "marsad"}}, events...); err != nil {
		t.Fatal(err)
	}
	if err := b.Load(t.Context(), works.By{Person: barrier.Person{Account: "marsad"}}, events...); err != nil || b.Size() != len(events) {
		t.Fatalf("loaded twice: %d events of %d, %v", b.Size(), len(events), err)
	}
	return b.View(time.Time{}, time.Time{})
}

func TestTheMarchChartHoldsTheWholeDiary(t *testing.T) {
	v := sampled(t)
	m := works.MarchOf(v, works.Window{}, nil)
	want, days := 0.0, 0
	for _, d := range v.Diary() {
		if !d.Empty() {
			want += d.Quantity
			days++
		}
	}
	got := 0.0
	for _, b := range m.Built {
		got += b.Metres
		if b.From >= b.To || b.Since > b.Until || b.Since < m.Since || b.Until > m.Until {
			t.Fatalf("a block that is none: %+v", b)
		}
	}
	if days == 0 || m.Entries != days || got < want-1e-6 || got > want+1e-6 {
		t.Errorf("%v m on %d days are drawn, the diary has %v m on %d", got, m.Entries, want, days)
	}
	if len(m.Built) >= days || len(m.Built) < days/40 {
		t.Errorf("%d blocks for %d days: neither joined nor told apart", len(m.Built), days)
	}
	if len(m.Planned) == 0 || len(m.Stoppages) == 0 || m.Today != barrier.DayOf(began) {
		t.Errorf("%d planned, %d stoppages, today %v", len(m.Planned), len(m.Stoppages), m.Today)
	}
}

func TestAWindowOfTheMarchChart(t *testing.T) {
	v := sampled(t)
	whole := works.MarchOf(v, works.Window{}, nil)
	one := whole.Built[len(whole.Built)/2]
	w := works.Window{Span: border.Span{From: one.From, To: one.To}, Since: one.Since, Until: one.Until}
	m := works.MarchOf(v, w, nil)
	if len(m.Built) == 0 || m.Entries >= whole.Entries {
		t.Fatalf("%d blocks of %d days in the window, %d days in all", len(m.Built), m.Entries, whole.Entries)
	}
	for _, b := range m.Built {
		if b.To < w.From || b.From > w.To || b.Until < w.Since || b.Since > w.Until {
			t.Errorf("%+v lies outside", b)
		}
	}
}

// The courses are kept apart, never fall, and end with the totals.
func TestCoursesRiseToTheTotals(t *testing.T) {
	v := sampled(t)
	c := works.CourseOf(v, barrier.Wall, border.Span{})
	last := 0.0
	for _, o := range c.Inspected {
		if o.Metres < last {
			t.Errorf("inspected metres fall to %v on %v", o.Metres, o.On)
		}
		last = o.Metres
	}
	var spans []border.Span
	for _, i := range v.Inspections() {
		if i.Kind == barrier.Wall && i.Result == barrier.Pass {
			spans = append(spans, i.Span)
		}
	}
	if want := border.NewSet(spans...).Length(); want == 0 || last < want-1e-6 || last > want+1e-6 {
		t.Errorf("the course ends with %v m, %v m were inspected", last, want)
	}
	planned := 0.0
	for _, p := range v.Packages() {
		if p.Kind == barrier.Wall && p.State != barrier.PackageDropped && p.Start != 0 {
			planned += p.Length()
		}
	}
	if n := len(c.Planned); n == 0 || c.Planned[n-1].Metres < planned-1e-6 || c.Planned[n-1].Metres > planned+1e-6 {
		t.Errorf("the plan ends with %+v, the packages have %v m", c.Planned[max(0, n-1):], planned)
	}
	if len(c.Claimed) == 0 || len(works.CourseOf(v, barrier.Wall, border.Span{From: 0, To: 1000}).Claimed) != 0 {
		t.Error("claims are of the whole line")
	}
}

func TestAnAssumedProgrammeIsMarked(t *testing.T) {
	v := sampled(t)
	if m := works.Marks(v); len(m) == 0 || m[0] != border.Assumed {
		t.Errorf("marks %v", m)
	}
}

func TestADisputeKeepsTheClaimAsItIs(t *testing.T) {
	b := open(t, &disk{})
	c := &barrier.Claim{ID: ident.Derive("claim", began, "c", 0), Metric: "wall_complete", Value: 400, Unit: "km", Date: barrier.DayOf(began) - 30, Speaker: "border guard", Source: "news"}
	analyst := works.By{Person: barrier.Person{Account: "zaynab", Roles: []string{barrier.RoleAnalyst}}}
	if _, err := b.State(t.Context(), analyst, barrier.Event{Op: barrier.Put, Valid: began.AddDate(0, -1, 0), Fact: barrier.Fact{Claim: c}}); err != nil {
		t.Fatal(err)
	}
	other := *c
	other.Value = 4
	e := barrier.Event{Op: barrier.Put, Verb: works.Disputed, Valid: began, Why: "nobody measured it", Fact: barrier.Fact{Claim: &other}}
	if err := b.Dispute(&e); err != nil {
		t.Fatal(err)
	}
	if _, err := b.State(t.Context(), analyst, e); err != nil {
		t.Fatal(err)
	}
	v := b.View(time.Time{}, time.Time{})
	if len(v.Claims()) != 1 || v.Claims()[0].Value != 400 {
		t.Errorf("claims: %+v", v.Claims())
	}
	if d := b.Disputes(c.ID); len(d) != 1 || d[0].By != "zaynab" || d[0].Why != "nobody measured it" {
		t.Errorf("disputes: %+v", d)
	}
	none := barrier.Event{Verb: works.Disputed, Why: "because", Fact: barrier.Fact{Claim: &barrier.Claim{ID: ident.Derive("claim", began, "none", 0)}}}
	if err := b.Dispute(&none); err == nil {
		t.Error("a claim that is not there was disputed")
	}
}

package forecast_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"marsad/barrier"
	"marsad/barrier/forecast"
	"marsad/barrier/sample"
	"marsad/border"
	"marsad/ident"
	"marsad/say"
)

var asOf = barrier.Date(2026, 1, 31)

func sampleView(t testing.TB) *barrier.View {
	events, err := sample.Programme(border.Default(), asOf, 1)
	if err != nil {
		t.Fatal(err)
	}
	l := barrier.NewLedger(border.Default())
	if err := l.AppendAll(events); err != nil {
		t.Fatal(err)
	}
	return l.At((asOf + 1).Time(), (asOf + 1).Time())
}

func question(t testing.TB) forecast.ProgrammeQuestion {
	return forecast.ProgrammeQuestion{View: sampleView(t), AsOf: asOf, Sections: border.DefaultAtlas().Division.Level(border.LevelSection), Runs: 2000, Seed: 1, By: asOf + 1200}
}

func TestTheProgrammeByWholeSectionAndPackage(t *testing.T) {
	q := question(t)
	p, err := forecast.Works(q)
	if err != nil {
		t.Fatal(err)
	}
	w := p.Whole
	if !(asOf < w.P10 && w.P10 < w.P50 && w.P50 < w.P80 && w.P80 < w.P90) || p.ByClass.P50 <= w.P50 || w.InTime == nil {
		t.Errorf("whole: %+v; with the class P50 %v", w, p.ByClass.P50)
	}
	left, latest := 0.0, barrier.Day(0)
	for _, s := range p.Sections {
		left += s.Left
		latest = max(latest, s.Answer.P50)
		if s.Answer.P90 > w.P90 || s.Left > 0 && s.Answer.P50 == 0 {
			t.Errorf("%s: %+v, whole %+v", s.Section, s.Answer, w)
		}
	}
	packages := 0.0
	for i, x := range p.Packages {
		if pack, _ := q.View.Package(x.Package); pack.Kind == barrier.Wall {
			packages += p.Packages[i].Left
		}
	}
	if math.Abs(left-packages) > 0.01 {
		t.Errorf("the sections have %v m left, their packages %v", left, packages)
	}
	// The sample's wall ends 11 m before the line does.
	if p.Uncovered < 1 || p.Uncovered > 20 || len(p.Assumptions) < 8 {
		t.Errorf("%v m uncovered, %d assumptions", p.Uncovered, len(p.Assumptions))
	}
	again, _ := forecast.Works(q)
	if d := cmp.Diff(p, again); d != "" {
		t.Error("the same question has another answer")
	}
}

func pack(n int, kind barrier.Kind, from, to border.Chainage, before ...barrier.Predecessor) *barrier.Package {
	return &barrier.Package{ID: ident.Derive("p", asOf.Time(), "", uint64(n)), Name: say.Text{En: "p", Ar: "p"}, Kind: kind, State: barrier.PackageApproved, Rate: 100, Start: asOf, Finish: asOf + 100,
		Stretch: barrier.Anchor(border.Default(), border.Span{From: from, To: to}, barrier.OnLine), Predecessors: before}
}

func viewOf(t testing.TB, packs ...*barrier.Package) *barrier.View {
	l := barrier.NewLedger(border.Default())
	for i, p := range packs {
		e := barrier.Event{ID: ident.Derive("e", asOf.Time(), "", uint64(i)), Op: barrier.Put, Valid: asOf.Time(), Known: asOf.Time(), By: "t", Fact: barrier.Fact{Package: p}}
		if err := l.Append(e); err != nil {
			t.Fatal(err)
		}
	}
	return l.At(asOf.Time(), asOf.Time())
}

// Without a diary and without spread the simulation is arithmetic: 100 m a
// working day, five days a week.
func TestOnePackageIsArithmetic(t *testing.T) {
	ask := func(packs ...*barrier.Package) *forecast.Programme {
		p, err := forecast.Works(forecast.ProgrammeQuestion{View: viewOf(t, packs...), AsOf: asOf, Runs: 50, Spread: 1e-9})
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	near := func(name string, got barrier.Day, days int) {
		t.Helper()
		if d := int(got-asOf) - days; d < -3 || d > 3 {
			t.Errorf("%s: done after %d days, want %d", name, got-asOf, days)
		}
	}
	one := pack(0, barrier.Wall, 0, 10_000)
	near("alone", ask(one).Whole.P50, 140)
	// A second one behind it keeps 1 km and 5 days.
	near("behind", ask(one, pack(1, barrier.Wall, 0, 10_000, barrier.Predecessor{Package: one.ID, Metres: 1000, Days: 5})).Whole.P50, 140+14+5)
	// One crew does one after the other.
	a, b := pack(0, barrier.Wall, 0, 10_000), pack(1, barrier.Wall, 20_000, 30_000)
	a.Crew = ident.Derive("crew", asOf.Time(), "", 0)
	b.Crew = a.Crew
	near("one crew", ask(a, b).Whole.P50, 280)
	round := pack(1, barrier.Wall, 0, 1000, barrier.Predecessor{Package: one.ID})
	back := pack(0, barrier.Wall, 0, 1000, barrier.Predecessor{Package: round.ID})
	if _, err := forecast.Works(forecast.ProgrammeQuestion{View: viewOf(t, back, round), AsOf: asOf, Runs: 10}); err == nil {
		t.Error("a circle was simulated")
	}
	if p := ask(); p.Whole.P50 != 0 || p.Uncovered < 600_000 {
		t.Errorf("no packages: %+v", p)
	}
}

func TestEarnedValueOfTheSample(t *testing.T) {
	v := forecast.EarnedValue(sampleView(t), barrier.Wall, asOf)
	if !v.Known || v.Currency != "IQD" || v.EV <= 0 || v.EV > v.BAC || math.Abs(v.CPI-1) > 0.1 || v.Schedule.SPIt < 0.8 || v.Schedule.SPIt > 1.1 || v.Schedule.Finish == 0 {
		t.Errorf("%+v", v)
	}
	if got := forecast.EarnedValue(viewOf(t), barrier.Wall, asOf); got.Known {
		t.Errorf("without packages: %+v", got)
	}
}

func BenchmarkWorks(b *testing.B) {
	q := question(b)
	q.Runs = 10_000
	for b.Loop() {
		if _, err := forecast.Works(q); err != nil {
			b.Fatal(err)
		}
	}
}

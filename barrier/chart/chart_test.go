package chart

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"marsad/barrier"
	"marsad/barrier/sample"
	"marsad/border"
	"marsad/ident"
)

var today = barrier.Date(2026, 1, 31)

func view(t testing.TB) *barrier.View {
	events, err := sample.Programme(border.Default(), today, 1)
	if err != nil {
		t.Fatal(err)
	}
	l := barrier.NewLedger(border.Default())
	if err := l.AppendAll(events); err != nil {
		t.Fatal(err)
	}
	return l.At((today + 1).Time(), (today + 1).Time())
}

func TestTheChartHasWhatTheProgrammeHas(t *testing.T) {
	v := view(t)
	m := Chart(v, Window{Since: today - 2000, Until: today + 3000}, today)
	if len(m.Planned) != len(v.Packages()) || len(m.Projected) != 2 || len(m.Stopped) != len(v.Stoppages()) || len(m.Clashes) == 0 {
		t.Errorf("%d planned of %d, %d projected, %d stopped, %d clashes", len(m.Planned), len(v.Packages()), len(m.Projected), len(m.Stopped), len(m.Clashes))
	}
	built, diary := 0.0, 0.0
	for _, b := range m.Built {
		built += b.Metres
		if b.Until < b.Since || b.Until > today || len(b.Marks) == 0 {
			t.Fatalf("a block %+v", b)
		}
	}
	for _, d := range v.Diary() {
		diary += d.Length()
	}
	if math.Abs(built-diary) > 0.01 || len(m.Built) >= len(v.Diary()) {
		t.Errorf("the blocks have %v m in %d, the diary %v m in %d", built, len(m.Built), diary, len(v.Diary()))
	}
	crossings := 0
	for _, f := range m.Beside {
		if f.Kind == "crossing" {
			crossings++
		}
	}
	if crossings != 4 {
		t.Errorf("%d crossings stand beside the chart", crossings)
	}
	// A window cuts.
	part := Chart(v, Window{Span: border.Span{From: 300_000, To: 360_000}, Since: today, Until: today + 400, Kinds: []barrier.Kind{barrier.Wall}}, today)
	if len(part.Planned) != 1 || len(part.Built) != 0 {
		t.Errorf("of the wall ahead: %d planned, %d built", len(part.Planned), len(part.Built))
	}
}

func TestTheSCurveEndsWithTheTotals(t *testing.T) {
	v := view(t)
	c := SCurve(v, barrier.Wall, Window{Since: today - 1500, Until: today + 3000}, today)
	last := len(c.Built) - 1
	wall := v.Total(barrier.Wall, "", border.Span{})
	// The diary also tells of the metres under way, whose pieces are not finished.
	if c.Built[last] < wall.Standing() || c.Built[last] > wall.Standing()+20_000 {
		t.Errorf("%v m were built, %v stand", c.Built[last], wall.Standing())
	}
	if c.Inspected[last] < wall.Inspected()-1 || c.Inspected[last] > c.Built[last] {
		t.Errorf("%v m were inspected, the total says %v", c.Inspected[last], wall.Inspected())
	}
	if got := c.Planned[len(c.Planned)-1]; math.Abs(got-603_700) > 20 {
		t.Errorf("the plan ends at %v m", got)
	}
	for i := 1; i < len(c.Planned); i++ {
		if c.Planned[i] < c.Planned[i-1] || i <= last && (c.Built[i] < c.Built[i-1] || c.Inspected[i] > c.Built[i]+1) {
			t.Fatalf("on %v: planned %v, built %v, inspected %v", c.Days[i], c.Planned[i], c.Built[i], c.Inspected[i])
		}
	}
	if len(c.Claimed) != 12 {
		t.Errorf("%d claims stand beside the curve", len(c.Claimed))
	}
}

// whole is 100,000 pieces and ten years of diary by ten crews: 36,500 days.
func whole(b *testing.B) *barrier.Ledger {
	axis := border.Default()
	r := rand.New(rand.NewPCG(1, 1))
	l := barrier.NewLedger(axis)
	at := today.Time().Add(-time.Hour)
	n := uint64(0)
	add := func(f barrier.Fact, on barrier.Day) {
		n++
		e := barrier.Event{ID: ident.Derive("e", at, "", n), Op: barrier.Put, Valid: on.Time(), Known: at, By: "bench", Fact: f}
		if err := l.Append(e); err != nil {
			b.Fatal(err)
		}
	}
	kinds, states := barrier.Kinds(), barrier.States()
	for range 100_000 {
		from := r.Float64() * 600_000
		on := today - barrier.Day(r.IntN(3650))
		add(barrier.Fact{Piece: &barrier.Piece{ID: ident.Derive("p", at, "", n), Kind: kinds[r.IntN(len(kinds))], State: states[r.IntN(len(states))],
			Stretch: barrier.Stretch{Span: border.Span{From: border.Chainage(from), To: border.Chainage(from + 10 + r.Float64()*300)}, Side: barrier.OnLine, Axis: axis.Version()},
			Dates:   barrier.Dates{Finished: on}}}, on)
	}
	var packs []ident.ID
	for i := range 60 {
		id := ident.Derive("k", at, "", n)
		packs = append(packs, id)
		add(barrier.Fact{Package: &barrier.Package{ID: id, Kind: kinds[i%len(kinds)], State: barrier.PackageRunning, Rate: 300, Start: today - 3650, Finish: today + 365,
			Stretch: barrier.Stretch{Span: border.Span{From: border.Chainage(i * 10_000), To: border.Chainage(i*10_000 + 10_000)}, Side: barrier.OnLine, Axis: axis.Version()}}}, today-3650)
	}
	for d := range 3650 {
		for c := range 10 {
			k := (d/365*6 + c) % 60
			from := border.Chainage(k*10_000) + border.Chainage(d%365*27)
			add(barrier.Fact{Diary: &barrier.DiaryEntry{ID: ident.Derive("d", at, "", n), Package: packs[k], On: today - 3650 + barrier.Day(d), Kind: kinds[k%len(kinds)], Quantity: 27,
				Stretch: barrier.Stretch{Span: border.Span{From: from, To: from + 27}, Side: barrier.OnLine, Axis: axis.Version()}}}, today-3650+barrier.Day(d))
		}
	}
	return l
}

// The whole border at once: 100,000 pieces, ten years of diary. view is made
// once for an instant and shared by all that is asked of it.
func BenchmarkWholeBorder(b *testing.B) {
	l := whole(b)
	now := today.Time()
	v := l.At(now, now)
	rule := barrier.Rule{When: `stands("wall") && stands("trench") && inspected("wall", 180) && !weak("high")`}
	w := Window{Since: today - 3650, Until: today + 400}
	for name, do := range map[string]func(){
		"view":   func() { l.At(now, now) },
		"totals": func() { v.Totals(border.Span{}) },
		"closed": func() {
			if _, err := v.Closed(rule, nil, barrier.Measured(v.Axis())); err != nil {
				b.Fatal(err)
			}
		},
		"march":  func() { Chart(v, w, today) },
		"scurve": func() { SCurve(v, barrier.Wall, w, today) },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				do()
			}
		})
	}
}

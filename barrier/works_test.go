package barrier

import (
	"math"
	"testing"
	"time"

	"marsad/border"
	"marsad/ident"
	"marsad/say"
)

func TestCalendarHasItsWeekendAndHolidays(t *testing.T) {
	c := DefaultCalendar
	c.Holidays = []Holiday{{From: Date(2026, 3, 20), To: Date(2026, 3, 22), Lunar: true}}
	// 2026-03-19 is a Thursday.
	for d, want := range map[Day]bool{Date(2026, 3, 19): true, Date(2026, 3, 20): false, Date(2026, 3, 21): false, Date(2026, 3, 22): false, Date(2026, 3, 23): true} {
		if c.Works(d) != want {
			t.Errorf("%v (%v): worked %v", d, d.Weekday(), !want)
		}
	}
	if n := c.Workdays(Date(2026, 3, 16), Date(2026, 3, 30)); n != 9 {
		t.Errorf("%d working days in two weeks with a holiday on Sunday", n)
	}
	if d := c.After(Date(2026, 3, 19), 2); d != Date(2026, 3, 23) {
		t.Errorf("the second working day from Thursday is %v", d)
	}
	if d := (&Calendar{Weekend: []time.Weekday{0, 1, 2, 3, 4, 5, 6}}).After(1, 1); d != 0 {
		t.Errorf("a calendar that never works gave %v", d)
	}
}

func job(n int, kind Kind, from, to border.Chainage, start, finish Day, before ...Predecessor) *Package {
	return &Package{ID: idOf("package", n), Kind: kind, Name: say.Text{En: string(rune('A' + n)), Ar: string(rune('A' + n))}, State: PackageApproved, Rate: 100,
		Stretch: Anchor(border.Default(), border.Span{From: from, To: to}, OnLine), Start: start, Finish: finish, Predecessors: before, Crew: idOf("crew", n)}
}

func clashesOf(v *View, today Day, kind string) int {
	n := 0
	for _, c := range v.Clashes(today) {
		if c.Kind == kind {
			n++
		}
	}
	return n
}

func TestClashesAreFound(t *testing.T) {
	d := Date(2026, 1, 1)
	first := job(0, Trench, 0, 10_000, d, d+99)
	follows := func(start, finish Day, metres float64, days int) *Package {
		return job(1, Wall, 0, 10_000, start, finish, Predecessor{first.ID, metres, days})
	}
	for name, c := range map[string]struct {
		second *Package
		kind   string
		want   int
	}{
		"far enough behind":          {follows(d+30, d+129, 1000, 5), "distance", 0},
		"too soon":                   {follows(d+5, d+104, 1000, 0), "distance", 1},
		"too fast, catching up":      {follows(d+30, d+79, 1000, 0), "distance", 1},
		"days too few":               {follows(d+12, d+111, 1000, 5), "distance", 1},
		"without a word, they cross": {job(1, Wall, 0, 10_000, d+30, d+70), "crossing", 1},
	} {
		v := viewOf(t, Fact{Package: first}, Fact{Package: c.second})
		if got := clashesOf(v, d, c.kind); got != c.want {
			t.Errorf("%s: %d clashes: %+v", name, got, v.Clashes(d))
		}
	}
	same := job(1, Wall, 20_000, 30_000, d+50, d+60)
	same.Crew = first.Crew
	if v := viewOf(t, Fact{Package: first}, Fact{Package: same}); clashesOf(v, d, "crew") != 1 || clashesOf(v, d+200, "crew") != 0 {
		t.Errorf("one crew at two places: %+v", v.Clashes(d))
	}
	stop := &Stoppage{ID: idOf("stoppage", 0), Cause: Weather, Stretch: Anchor(border.Default(), border.Span{From: 4_000, To: 6_000}, OnLine), Since: d + 45, Until: d + 50}
	if v := viewOf(t, Fact{Package: first}, Fact{Stoppage: stop}); clashesOf(v, d, "stoppage") != 1 {
		t.Errorf("planned into a stoppage: %+v", v.Clashes(d))
	}
}

func TestLookaheadAsksForWhatIsLeft(t *testing.T) {
	d := Date(2026, 1, 4) // a Sunday
	first, second := job(0, Trench, 0, 10_000, d, d+99), job(1, Wall, 0, 10_000, d+10, d+109, Predecessor{idOf("package", 0), 1000, 0})
	entry := &DiaryEntry{ID: idOf("diary", 0), Package: first.ID, On: d + 1, Kind: Trench, Stretch: Anchor(border.Default(), border.Span{To: 500}, OnLine), Quantity: 500}
	v := viewOf(t, Fact{Package: first}, Fact{Package: second}, Fact{Diary: entry})
	two := v.Lookahead(d+14, 2)
	if len(two) != 2 {
		t.Fatalf("%+v", two)
	}
	a := two[0]
	if a.Left != 9_500 || math.Abs(a.Planned-1_400) > 1e-6 || a.Workdays != 10 || !a.Late || len(a.Waits) != 0 {
		t.Errorf("the trench: %+v", a)
	}
	if a = two[1]; len(a.Waits) != 1 || a.Waits[0].En != "A" {
		t.Errorf("the wall should wait for the trench: %+v", a)
	}
	if got := v.Lookahead(d-30, 2); len(got) != 0 {
		t.Errorf("a month before: %+v", got)
	}
}

func TestAnAlertOpensOneWeakSpot(t *testing.T) {
	l := NewLedger(border.Default())
	alarm := Alarm{ID: idOf("alert", 1), At: day(3), Where: 43_200, Metres: 30, Kind: Breach, Risk: High, Layer: Fence, What: "cut"}
	e := OpenByAlert(l.Axis(), alarm, day(3))
	if err := l.Check(e, Person{Account: "marsad", Roles: []string{RoleWatch}}); err != nil {
		t.Fatal(err)
	}
	must(t, l, e)
	if err := l.Append(OpenByAlert(l.Axis(), alarm, day(4))); err == nil {
		t.Error("the same alert opened a second spot")
	}
	v := l.At(day(4), day(4))
	w := v.WeakSpots()[0]
	if w.Found.Alert != alarm.ID || w.From != 43_170 || w.To != 43_230 || w.State != SpotOpen {
		t.Errorf("opened %+v", w)
	}
	due := DayOf(day(5))
	if len(v.Due(due).Open) != 0 || len(v.Due(due+1).Open) != 1 || v.Due(due+4).Days(w) != 4 {
		t.Error("it must be seen again within two days")
	}
	must(t, l, put(9, 6, 6, Fact{Inspection: &Inspection{ID: idOf("look", 1), Kind: Fence, Stretch: w.Stretch, On: DayOf(day(6)), Inspector: "op", Result: Pass, WeakSpot: w.ID}}))
	if got := l.At(day(7), day(7)).Due(due + 9); len(got.Open)+len(got.Mends) != 0 {
		t.Error("an inspection of the spot does not count")
	}
}

// A spot that is closed is no hole any more: what is due of it is a look at the
// mend, and that is a list of its own.
func TestAClosedSpotIsNotOverdueButItsMendIsToBeSeen(t *testing.T) {
	l := NewLedger(border.Default())
	open := WeakSpot{ID: idOf("spot", 1), Kind: Tunnel, State: SpotOpen, Risk: High, Stretch: Anchor(l.Axis(), border.Span{From: 43_000, To: 43_010}, OnLine),
		Found: Finding{On: DayOf(day(1)), By: "op", How: "patrol"}, Reinspect: DayOf(day(3))}
	closed := open
	closed.State, closed.ClosedOn, closed.ClosedBy, closed.ClosedHow, closed.Reinspect = SpotClosed, DayOf(day(8)), "op", "filled", DayOf(day(20))
	must(t, l, put(1, 1, 1, Fact{WeakSpot: &open}), put(2, 8, 8, Fact{WeakSpot: &closed}))
	for _, c := range []struct{ on, open, mends int }{{3, 0, 0}, {4, 1, 0}, {7, 1, 0}, {9, 0, 0}, {20, 0, 0}, {21, 0, 1}, {30, 0, 1}} {
		if d := l.At(day(c.on), day(c.on)).Due(DayOf(day(c.on))); len(d.Open) != c.open || len(d.Mends) != c.mends {
			t.Errorf("on day %d: %d open overdue, %d mends due; want %d and %d", c.on, len(d.Open), len(d.Mends), c.open, c.mends)
		}
	}
	// Closed without a new day for it, the closing was the look.
	kept := closed
	kept.Reinspect = open.Reinspect
	l = NewLedger(border.Default())
	must(t, l, put(1, 1, 1, Fact{WeakSpot: &open}), put(2, 8, 8, Fact{WeakSpot: &kept}))
	if d := l.At(day(9), day(9)).Due(DayOf(day(9))); len(d.Open)+len(d.Mends) != 0 {
		t.Errorf("the day before it was closed is still due: %+v", d)
	}
}

// Walk a piece through its life as people would.
func TestAPieceComesToStandStepByStep(t *testing.T) {
	l := NewLedger(border.Default())
	eng, field, chief := Person{"eng", []string{RoleEngineer}}, Person{"op", []string{RoleField}}, Person{"chief", []string{RoleCommander}}
	p := wall(0, 0, 1000, Planned)
	n, latest := 0, 0
	try := func(who Person, v Verb, on int, change func(*Piece)) error {
		n++
		latest = max(latest, on)
		c := *p
		change(&c)
		e := put(n, on, latest, Fact{Piece: &c})
		e.Verb, e.By = v, who.Account
		if err := l.Check(e, who); err != nil {
			return err
		}
		must(t, l, e)
		p = &c
		return nil
	}
	to := func(s State) func(*Piece) { return func(p *Piece) { p.State = s } }
	refused := func(code string, err error) {
		t.Helper()
		if err == nil || say.As(err).Code != "barrier."+code || say.As(err).Text.Ar == "" {
			t.Errorf("want %s, got %v", code, err)
		}
	}
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Error(err)
		}
	}
	refused("role", try(field, Enter, 0, to(Planned)))
	ok(try(eng, Enter, 0, to(Planned)))
	refused("step", try(eng, Finish, 1, to(Built)))
	refused("need", try(field, Start, 1, to(Building)))
	ok(try(field, Start, 1, func(p *Piece) { p.State, p.Dates.Started = Building, DayOf(day(1)) }))
	refused("need", try(field, Finish, 9, func(p *Piece) { p.State, p.Dates.Finished = Built, DayOf(day(9)) }))
	refused("date.future", try(field, Finish, 9, func(p *Piece) { p.State, p.Dates.Finished = Built, DayOf(day(10)) }))
	ok(try(field, Finish, 9, func(p *Piece) {
		p.State, p.Dates.Finished, p.Evidence = Built, DayOf(day(9)), []Evidence{{Kind: "photo", Ref: "a"}}
	}))
	// Half of it was inspected; all must be.
	must(t, l, put(100, 10, 10, Fact{Inspection: look(0, 0, 600, 10, Pass)}))
	refused("need", try(eng, Inspect, 11, to(Inspected)))
	must(t, l, put(101, 11, 11, Fact{Inspection: look(1, 600, 1000, 11, Pass)}))
	ok(try(eng, Inspect, 12, to(Inspected)))
	refused("role", try(eng, Accept, 13, to(Accepted)))
	refused("need", try(Person{"insp", []string{RoleCommander}}, Accept, 13, to(Accepted)))
	ok(try(chief, Accept, 13, to(Accepted)))
	// What is stated of the past must still lead to what came after.
	refused("step.later", func() error {
		c := *p
		c.State = Removed
		e := put(300, 10, 14, Fact{Piece: &c})
		e.Verb, e.Why = Remove, "fell down"
		return l.Check(e, eng)
	}())
	wrong := Event{ID: idOf("event", 200), Op: Void, Known: day(14), By: "eng", Target: idOf("event", 999)}
	refused("event_unknown", l.Check(wrong, eng))
	undo := Event{ID: idOf("event", 201), Op: Undo, Known: day(14), By: "eng", Target: ident.ID{1}}
	refused("import_unknown", l.Check(undo, eng))
}

// Measures survive a new survey of the axis: what stood at a place stands there
// still, though its chainage changed, and comes back when the old axis does.
func TestAReSurveyKeepsPlaces(t *testing.T) {
	old := border.Default()
	// The new survey leaves out every third vertex and starts later.
	var vertices []int
	for i := range old.Vertices() {
		if i >= 4 && i%3 != 0 {
			vertices = append(vertices, i)
		}
	}
	pts := old.Vertices()
	kept := pts[:0:0]
	for _, i := range vertices {
		kept = append(kept, pts[i])
	}
	renewed, err := border.NewAxis("2", kept)
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []border.Chainage{50_000, 200_000, 371_250, 560_000} {
		s := Anchor(old, border.Span{From: at, To: at + 2_000}, OnLine)
		moved := s.On(renewed)
		if moved.Axis != "2" || moved.From == s.From {
			t.Errorf("%v was not found on the new axis: %+v", at, moved)
		}
		// Where a point lies off the new axis, its chainage is that of its foot.
		if back := moved.On(old); abs(back.From-s.From) > 0.01 || abs(back.To-s.To) > 0.01 {
			t.Errorf("%v comes back as %v", s.Span, back.Span)
		}
		l := NewLedger(renewed)
		must(t, l, put(0, 0, 0, Fact{Piece: &Piece{ID: idOf("p", 1), Kind: Wall, State: Built, Stretch: s, Measured: Dimensions{Length: 2_003}}}))
		p := l.At(day(1), day(1)).Pieces()[0]
		if p.Measured.Length != 2_003 || p.Axis != "2" {
			t.Errorf("what was measured changed: %+v", p)
		}
		if l.Events(0)[0].Piece.Axis != "1" {
			t.Error("the event itself changed")
		}
	}
	// Far from the new axis a stretch keeps its version, and counts nowhere.
	far, err := border.NewAxis("far", border.Default().Vertices()[700:])
	if err != nil {
		t.Fatal(err)
	}
	l := NewLedger(far)
	must(t, l, put(0, 0, 0, Fact{Piece: wall(0, 1_000, 2_000, Built)}))
	v := l.At(day(1), day(1))
	if len(v.Pieces()) != 1 || v.Total(Wall, "", border.Span{}).Metres != 0 {
		t.Errorf("a piece off the axis counts: %+v", v.Total(Wall, "", border.Span{}))
	}
}

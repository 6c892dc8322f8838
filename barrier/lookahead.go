package barrier

import (
	"slices"
	"strconv"

	"marsad/border"
	"marsad/ident"
	"marsad/say"
)

// Position gives a package's place on a day by its baseline: a straight line
// from its first day to its last, along the way that it goes. It gives false on
// days outside.
func (p *Package) Position(on Day) (border.Chainage, bool) {
	if p.Start == 0 || p.Finish < p.Start || on < p.Start || on > p.Finish+1 {
		return 0, false
	}
	done := border.Chainage(float64(on-p.Start) / float64(p.Finish+1-p.Start) * p.Length())
	if p.Down {
		return p.To - done, true
	}
	return p.From + done, true
}

// Ahead is what a package asks for in the weeks to come.
type Ahead struct {
	Package *Package `json:"package"`
	From    Day      `json:"from"`
	To      Day      `json:"to"`
	// Planned is the metres that the baseline has in these weeks, Left what is
	// not done of the package in all, Rate what each working day must bring to
	// keep to the baseline's end.
	Planned  float64    `json:"planned"`
	Left     float64    `json:"left"`
	Workdays int        `json:"workdays"`
	Rate     float64    `json:"rate"`
	Late     bool       `json:"late"`  // its baseline has it further than the diary
	Over     bool       `json:"over"`  // its baseline has ended: no rate keeps to it
	Waits    []say.Text `json:"waits"` // names of the predecessors that are not far enough
}

// Lookahead gives what the packages ask for in the weeks after a day, in the
// order of their starts: 2 weeks for the site, 6 for deliveries.
func (v *View) Lookahead(today Day, weeks int) []Ahead {
	until := today + Day(7*weeks)
	var out []Ahead
	done := v.Done()
	for _, p := range v.packages {
		left := p.Length() - done[p.ID].Length()
		active := p.State == PackageApproved || p.State == PackageRunning || p.State == PackagePaused
		if !active || left <= 0 || p.Start >= until {
			continue
		}
		c := v.CalendarOf(p)
		a := Ahead{Package: p, From: max(today, p.Start), To: until, Left: left, Late: p.behind(today, done[p.ID].Length())}
		a.Workdays = c.Workdays(a.From, a.To)
		a.Planned = p.planned(until) - p.planned(a.From)
		if n := c.Workdays(a.From, p.Finish+1); n > 0 {
			a.Rate = left / float64(n)
		}
		a.Over = p.Finish < today
		for _, q := range p.Predecessors {
			if before, ok := v.Package(q.Package); ok && done[before.ID].Length() < min(before.Length(), done[p.ID].Length()+q.Metres) {
				a.Waits = append(a.Waits, before.Name)
			}
		}
		out = append(out, a)
	}
	return out
}

// planned is the metres that the baseline has done before a day.
func (p *Package) planned(on Day) float64 {
	switch {
	case p.Start == 0 || on <= p.Start:
		return 0
	case on > p.Finish:
		return p.Length()
	}
	return float64(on-p.Start) / float64(p.Finish+1-p.Start) * p.Length()
}

// behind reports whether the diary has less than the baseline, by more than a
// day's work.
func (p *Package) behind(today Day, done float64) bool { return done+p.Rate < p.planned(today) }

// Done is what the diary tells of each package: the metres finished, each once.
func (v *View) Done() map[ident.ID]border.Set {
	spans := map[ident.ID][]border.Span{}
	for _, d := range v.diary {
		if !d.Empty() && v.counts(&d.Stretch) {
			spans[d.Package] = append(spans[d.Package], d.Span)
		}
	}
	out := make(map[ident.ID]border.Set, len(spans))
	for _, p := range v.packages {
		if s := spans[p.ID]; len(s) > 0 {
			out[p.ID] = border.NewSet(s...).Intersect(border.NewSet(p.Span))
		}
	}
	return out
}

// Clash is two works, or a work and what stops it, that want one place at one
// time.
type Clash struct {
	Kind string `json:"kind"` // distance, crew, crossing, stoppage, holiday
	// Packages are those concerned, by id; one for a stoppage.
	Packages []ident.ID      `json:"packages"`
	From     Day             `json:"from"` // first and last day
	To       Day             `json:"to"`
	At       border.Chainage `json:"at"` // where, on the first day
	Text     say.Text        `json:"text"`
}

// Clashes finds, in the baselines of packages that are not done, crews that
// come too near the one before, one crew at two places, works that cross, and
// works planned into a stoppage that is not over.
func (v *View) Clashes(today Day) []Clash {
	var out []Clash
	var live []*Package
	for _, p := range v.packages {
		if p.State != PackageDone && p.State != PackageHanded && p.State != PackageDropped && p.Start != 0 && p.Finish >= max(today, p.Start) {
			live = append(live, p)
		}
	}
	for i, p := range live {
		for _, q := range p.Predecessors {
			if before, ok := v.Package(q.Package); ok {
				out = append(out, tooNear(before, p, q, today)...)
			}
		}
		for _, o := range live[i+1:] {
			if p.Crew == o.Crew && !p.Crew.IsZero() {
				if from, to := max(p.Start, o.Start, today), min(p.Finish, o.Finish); from <= to {
					at, _ := o.Position(from)
					out = append(out, Clash{"crew", []ident.ID{p.ID, o.ID}, from, to, at, between(say.Text{En: "one crew on both: {a}; {b}", Ar: "فريق واحد على الاثنين: {a}؛ {b}"}, p, o)})
				}
			}
			out = append(out, crossing(p, o, today)...)
		}
		for _, s := range v.stoppages {
			if s.Until != 0 && s.Until < today || !s.Package.IsZero() && s.Package != p.ID {
				continue
			}
			for d := max(p.Start, s.Since, today); d <= p.Finish && (s.Until == 0 || d <= s.Until) && d < today+366; d++ {
				if at, _ := p.Position(d); s.Contains(at) || s.Empty() {
					out = append(out, Clash{"stoppage", []ident.ID{p.ID}, d, max(d, min(p.Finish, s.Until)), at,
						between(say.Text{En: "{a} is planned into a stoppage ({why})", Ar: "{a} مخطط خلال توقف ({why})"}, p, p).FillText("why", s.Cause.Name())})
					break
				}
			}
		}
	}
	return out
}

func between(t say.Text, a, b *Package) say.Text {
	return t.FillText("a", a.Name).FillText("b", b.Name)
}

// tooNear finds the days on which a crew keeps less than its distance from the
// one before: at every day the one before must be so many metres, and so many
// days, further along.
func tooNear(before, after *Package, q Predecessor, today Day) []Clash {
	first, last := Day(0), Day(0)
	var at border.Chainage
	for d := max(after.Start, today); d <= after.Finish; d++ {
		x, _ := after.Position(d)
		done := before.planned(d - Day(q.Days))
		if before.State == PackageDone || before.State == PackageHanded {
			done = before.Length()
		}
		// How far the one before has come, in the direction of the one after.
		head, reached := before.From+border.Chainage(done), x+border.Chainage(q.Metres)
		end := before.To
		short := head < min(reached, end)
		if after.Down {
			head, reached, end = before.To-border.Chainage(done), x-border.Chainage(q.Metres), before.From
			short = head > max(reached, end)
		}
		if short {
			if first == 0 {
				first, at = d, x
			}
			last = d
		}
	}
	if first == 0 {
		return nil
	}
	return []Clash{{"distance", []ident.ID{before.ID, after.ID}, first, last, at,
		between(say.Text{En: "{b} comes nearer than {m} m and {d} days behind {a}", Ar: "{b} يقترب أكثر من {m} م و{d} أيام خلف {a}"}, before, after).Fill("m", figure(q.Metres), "d", figure(float64(q.Days)))}}
}

func figure(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// crossing finds two works on one side that meet going different ways or at
// different speeds.
func crossing(p, o *Package, today Day) []Clash {
	if p.Side != o.Side || p.Intersect(o.Span).Empty() || linked(p, o) || linked(o, p) {
		return nil
	}
	sign := 0
	for d := max(p.Start, o.Start, today); d <= min(p.Finish, o.Finish)+1; d++ {
		x, _ := p.Position(d)
		y, _ := o.Position(d)
		s := compareFloat(x, y)
		if sign != 0 && s != 0 && s != sign {
			return []Clash{{"crossing", []ident.ID{p.ID, o.ID}, d - 1, d, x, between(say.Text{En: "{a} and {b} meet at one place", Ar: "{a} و{b} يلتقيان في موضع واحد"}, p, o)}}
		}
		if s != 0 {
			sign = s
		}
	}
	return nil
}

func linked(p, o *Package) bool {
	return slices.ContainsFunc(p.Predecessors, func(q Predecessor) bool { return q.Package == o.ID })
}

package sample

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"marsad/barrier"
	"marsad/barrier/exchange"
	"marsad/border"
	"marsad/ident"
	"marsad/say"
)

// Notice stands wherever the sample is shown.
var Notice = say.Text{
	En: "Sample programme: assumed, not measured. Only the claims are as published.",
	Ar: "برنامج نموذجي: مفترض وغير مقاس. الادعاءات وحدها كما نُشرت.",
}

// By is who states the sample's facts.
const By = "sample"

// Spans of the assumed wall, in kilometres; with the runs under way they leave
// the rest of the line to be planned.
var (
	standing = [][2]float64{{12, 87}, {96, 186}, {205, 295}, {372, 432}, {470, 505}} // 350 km
	underway = [][2]float64{{87, 96}, {186, 205}}
	ahead    = [][2]float64{{295, 372}, {432, 470}, {505, 603.7}, {0, 12}}
)

// trade is a layer with its crews' rate in metres per working day.
type trade struct {
	kind barrier.Kind
	rate float64
	name say.Text
}

var trades = []trade{
	{barrier.MineClearance, 900, say.Text{En: "Clearance", Ar: "تطهير"}},
	{barrier.Road, 700, say.Text{En: "Road", Ar: "طريق"}},
	{barrier.Trench, 600, say.Text{En: "Trench", Ar: "خندق"}},
	{barrier.Wall, 330, say.Text{En: "Wall", Ar: "جدار"}},
}

// maker gathers the events.
type maker struct {
	axis   *border.Axis
	today  barrier.Day
	seed   uint64
	rand   *rand.Rand
	count  uint64
	events []barrier.Event
	work   ident.ID // the calendar
	crews  map[barrier.Kind][]ident.ID
}

// Programme makes the sample as it stands on a day. Every event became known on
// or before that day.
func Programme(axis *border.Axis, today barrier.Day, seed uint64) ([]barrier.Event, error) {
	m := &maker{axis: axis, today: today, seed: seed, rand: rand.New(rand.NewPCG(seed, 0x6d617273)), crews: map[barrier.Kind][]ident.ID{}}
	m.calendar()
	m.teams()
	m.walls()
	m.layers()
	m.plans()
	m.spots()
	m.stoppages()
	if err := m.claims(); err != nil {
		return nil, err
	}
	slices.SortStableFunc(m.events, func(a, b barrier.Event) int { return a.Known.Compare(b.Known) })
	return m.events, nil
}

var marks = []string{border.Assumed}

func (m *maker) id(kind string) ident.ID {
	m.count++
	return ident.Derive("sample-"+kind, m.today.Time(), fmt.Sprint(m.seed), m.count)
}

// state adds a fact that holds since a day, known the evening of it.
func (m *maker) state(v barrier.Verb, on barrier.Day, f barrier.Fact) {
	on = min(on, m.today)
	m.events = append(m.events, barrier.Event{ID: m.id("event"), Op: barrier.Put, Verb: v, Valid: on.Time(), Known: on.Time().Add(16 * time.Hour), By: By, Why: "sample", Fact: f})
}

func (m *maker) at(from, to float64, side barrier.Side) barrier.Stretch {
	end := m.axis.Length()
	return barrier.Anchor(m.axis, border.Span{From: border.Chainage(min(from, end)), To: border.Chainage(min(to, end))}, side)
}

func (m *maker) calendar() {
	m.work = m.id("calendar")
	c := &barrier.Calendar{ID: m.work, Name: say.Text{En: "Site calendar (assumed)", Ar: "تقويم الموقع (مفترض)"}, Weekend: []time.Weekday{time.Friday, time.Saturday}, Marks: marks}
	lunar := func(y int, mo time.Month, d, n int, en, ar string) {
		from := barrier.Date(y, mo, d)
		c.Holidays = append(c.Holidays, barrier.Holiday{From: from, To: from + barrier.Day(n-1), Name: say.Text{En: en, Ar: ar}, Lunar: true, Entered: By})
	}
	for _, h := range []struct {
		y     int
		fitrM time.Month
		fitrD int
		adhaM time.Month
		adhaD int
		ashM  time.Month
		ashD  int
	}{{2024, 4, 10, 6, 16, 7, 16}, {2025, 3, 31, 6, 6, 7, 5}, {2026, 3, 20, 5, 27, 6, 25}, {2027, 3, 10, 5, 16, 6, 15}, {2028, 2, 27, 5, 5, 6, 3}} {
		lunar(h.y, h.fitrM, h.fitrD, 3, "Eid al-Fitr", "عيد الفطر")
		lunar(h.y, h.adhaM, h.adhaD, 4, "Eid al-Adha", "عيد الأضحى")
		lunar(h.y, h.ashM, h.ashD, 1, "Ashura", "عاشوراء")
	}
	m.state(barrier.Enter, m.today-1500, barrier.Fact{Calendar: c})
}

func (m *maker) teams() {
	for _, t := range trades {
		for n := 1; n <= 2; n++ {
			c := &barrier.Crew{ID: m.id("crew"), Name: say.Text{En: fmt.Sprintf("%s crew %d", t.name.En, n), Ar: fmt.Sprintf("فريق %s %d", t.name.Ar, n)},
				Unit: "Engineer company (assumed)", Rates: map[barrier.Kind]float64{t.kind: t.rate}, Calendar: m.work, Marks: marks}
			m.crews[t.kind] = append(m.crews[t.kind], c.ID)
			m.state(barrier.Enter, m.today-1500, barrier.Fact{Crew: c})
		}
	}
}

// walls makes the wall that stands, package after package in the order in which
// it was built, and the two runs under way.
func (m *maker) walls() {
	series := []struct {
		before barrier.Day
		metres float64
	}{{1406, 0}, {1127, 38_000}, {824, 118_000}, {539, 158_000}, {386, 241_000}, {138, 288_000}, {73, 350_000}}
	when := func(done float64) barrier.Day {
		for i := 1; i < len(series); i++ {
			if a, b := series[i-1], series[i]; done <= b.metres {
				return m.today - a.before + barrier.Day((done-a.metres)/(b.metres-a.metres)*float64(a.before-b.before))
			}
		}
		return m.today - series[len(series)-1].before
	}
	done := 0.0
	for i, s := range standing {
		for from := s[0]; from < s[1]; from += 15 {
			to := min(from+15, s[1])
			metres := (to - from) * 1000
			p := m.pack(trades[3], from, to, i%2, when(done), when(done+metres)-1)
			m.build(p, metres, when(done), when(done+metres)-1)
			done += metres
		}
	}
	for i, s := range underway {
		whole := (s[1] - s[0]) * 1000
		start := m.today - barrier.Day(70-20*i)
		p := m.pack(trades[3], s[0], s[1], i, start, start+barrier.Day(whole/330*7/5))
		part := whole * []float64{0.6, 0.35}[i]
		m.build(p, part, start, m.today-1)
	}
}

// pack enters a package and orders it.
func (m *maker) pack(t trade, from, to float64, crew int, start, finish barrier.Day, before ...barrier.Predecessor) *barrier.Package {
	p := &barrier.Package{ID: m.id("package"), Kind: t.kind, Stretch: m.at(from*1000, to*1000, barrier.OnLine), State: barrier.PackageDraft, Predecessors: before,
		Name: say.Text{En: fmt.Sprintf("%s km %.0f–%.0f", t.name.En, from, to), Ar: fmt.Sprintf("%s كم %s", t.name.Ar, say.LTR(fmt.Sprintf("%.0f–%.0f", from, to)))},
		Crew: m.crews[t.kind][crew%2], Calendar: m.work, Rate: t.rate, Start: start, Finish: finish,
		Budget: barrier.Money{Amount: (to - from) * 120e6, Currency: "IQD"}, Marks: marks}
	m.state(barrier.Enter, start-90, barrier.Fact{Package: p})
	p = m.step(p, barrier.Approve, barrier.PackageApproved, start-60)
	return p
}

func (m *maker) step(p *barrier.Package, v barrier.Verb, to barrier.PackageState, on barrier.Day) *barrier.Package {
	c := *p
	c.State = to
	m.state(v, on, barrier.Fact{Package: &c})
	return &c
}

// build keeps the diary of a wall package and lets its pieces come to stand.
// Days are worked by the week; a run that ends today is not finished.
func (m *maker) build(p *barrier.Package, metres float64, start, finish barrier.Day) {
	p = m.step(p, barrier.Start, barrier.PackageRunning, start)
	var days []barrier.Day
	for d := start; d <= finish; d++ {
		if barrier.DefaultCalendar.Works(d) && (m.rand.Float64() > 0.06 || d == start) {
			days = append(days, d)
		}
	}
	share := make([]float64, len(days))
	sum := 0.0
	for i := range share {
		share[i] = 0.4 + m.rand.Float64()
		sum += share[i]
	}
	at := float64(p.From)
	for i, d := range days {
		to := min(at+metres*share[i]/sum, float64(p.From)+metres)
		if i == len(days)-1 {
			to = float64(p.From) + metres
		}
		m.state(barrier.Enter, d, barrier.Fact{Diary: &barrier.DiaryEntry{ID: m.id("diary"), Package: p.ID, Crew: p.Crew, On: d, Kind: p.Kind, Stretch: m.at(at, to, barrier.OnLine),
			Quantity: float64(int(to - at + 0.5)), Cost: barrier.Money{Amount: (to - at) * 120e3, Currency: "IQD"}, Workers: 40 + m.rand.IntN(30), Plant: 6 + m.rand.IntN(5), By: "site engineer (assumed)", Marks: marks}})
		at = to
	}
	whole := float64(p.From)+metres >= float64(p.To)-1
	for from := float64(p.From); from < float64(p.To)-1; from += 5000 {
		m.piece(p, from, min(from+5000, float64(p.To)), float64(p.From)+metres, start, finish)
	}
	if whole {
		m.step(p, barrier.Finish, barrier.PackageDone, finish)
	}
}

// piece lets five kilometres come to stand: planned, begun, built; inspected and
// accepted the older they are.
func (m *maker) piece(p *barrier.Package, from, to, reached float64, start, finish barrier.Day) {
	x := &barrier.Piece{ID: m.id("piece"), Kind: barrier.Wall, Stretch: m.at(from, to, barrier.OnLine), State: barrier.Planned, Package: p.ID, Unit: "Engineer company (assumed)",
		Specified: barrier.Dimensions{Height: 3, Width: 0.75}, Dates: barrier.Dates{PlannedStart: p.Start, PlannedFinish: p.Finish}, Marks: marks}
	m.state(barrier.Enter, start-60, barrier.Fact{Piece: x})
	if from >= reached {
		return
	}
	set := func(v barrier.Verb, s barrier.State, on barrier.Day, change func(*barrier.Piece)) {
		c := *x
		c.State = s
		change(&c)
		x = &c
		m.state(v, on, barrier.Fact{Piece: x})
	}
	set(barrier.Start, barrier.Building, start, func(c *barrier.Piece) { c.Dates.Started = start })
	if to > reached || reached < float64(p.To)-1 {
		return
	}
	set(barrier.Finish, barrier.Built, finish, func(c *barrier.Piece) {
		c.Dates.Finished = finish
		c.Evidence = []barrier.Evidence{{Kind: "document", Ref: "as-built sheet (assumed)"}}
	})
	looked := finish + 10 + barrier.Day(m.rand.IntN(40))
	if looked > m.today-5 || m.rand.Float64() < 0.25 {
		return
	}
	high := 2.9 + 0.2*m.rand.Float64()
	m.look(x, looked, barrier.Dimensions{Height: high})
	set(barrier.Inspect, barrier.Inspected, looked, func(c *barrier.Piece) { c.InspectedOn, c.Measured.Height = looked, high })
	if m.rand.Float64() < 0.6 {
		set(barrier.Accept, barrier.Accepted, looked+7, func(*barrier.Piece) {})
	}
	// Some are looked at again every half year.
	for again := looked + 170; again < m.today && m.rand.Float64() < 0.6; again += 170 {
		m.look(x, again, barrier.Dimensions{Height: high})
		set(barrier.Inspect, x.State, again, func(c *barrier.Piece) { c.InspectedOn = again })
	}
}

func (m *maker) look(p *barrier.Piece, on barrier.Day, d barrier.Dimensions) {
	m.state(barrier.Enter, on, barrier.Fact{Inspection: &barrier.Inspection{ID: m.id("inspection"), Kind: p.Kind, Stretch: p.Stretch, On: on, Inspector: "inspector (assumed)", Result: barrier.Pass,
		Measured: d, Piece: p.ID, Evidence: []barrier.Evidence{{Kind: "photo", Ref: "photo (assumed)"}}, Marks: marks}})
}

// layers makes what lies beside the wall, in pieces of ten kilometres.
func (m *maker) layers() {
	for _, l := range []struct {
		kind     barrier.Kind
		side     barrier.Side
		from, to float64
		share    float64 // of the pieces that stand
		d        barrier.Dimensions
	}{
		{barrier.Trench, barrier.OtherSide, 4, 600, 0.95, barrier.Dimensions{Width: 3, Depth: 3}},
		{barrier.Berm, barrier.HomeSide, 4, 560, 0.9, barrier.Dimensions{Height: 3}},
		{barrier.Wire, barrier.HomeSide, 12, 440, 0.85, barrier.Dimensions{Count: 4}},
		{barrier.Fence, barrier.HomeSide, 12, 330, 0.8, barrier.Dimensions{Height: 2.4}},
		{barrier.Road, barrier.HomeSide, 4, 510, 0.9, barrier.Dimensions{Width: 6}},
		{barrier.Fibre, barrier.HomeSide, 4, 374, 1, barrier.Dimensions{}},
		{barrier.Power, barrier.HomeSide, 12, 300, 0.7, barrier.Dimensions{}},
		{barrier.Drainage, barrier.HomeSide, 40, 180, 0.4, barrier.Dimensions{}},
	} {
		for from := l.from; from < l.to; from += 10 {
			s := barrier.Built
			if m.rand.Float64() > l.share {
				s = barrier.Damaged
			}
			on := m.today - 200 - barrier.Day(m.rand.IntN(900))
			m.state(barrier.Enter, on, barrier.Fact{Piece: &barrier.Piece{ID: m.id("piece"), Kind: l.kind, Stretch: m.at(from*1000, min(from+10, l.to)*1000, l.side), State: s, Specified: l.d, Measured: l.d,
				Dates: barrier.Dates{Finished: on}, Unit: "Engineer company (assumed)", Evidence: []barrier.Evidence{{Kind: "document", Ref: "as-built sheet (assumed)"}}, Marks: marks}})
		}
	}
	for _, s := range standing {
		for km := s[0] + 0.5; km < s[1]; km++ {
			on := m.today - 150 - barrier.Day(m.rand.IntN(600))
			m.point(barrier.Tower, km, on)
			if int(km)%3 == 0 {
				m.point(barrier.Camera, km, on+20)
			}
		}
		m.point(barrier.Gate, s[0]+7.2, m.today-300)
	}
}

// point enters a thing that is counted.
func (m *maker) point(k barrier.Kind, km float64, on barrier.Day) {
	m.state(barrier.Enter, on, barrier.Fact{Piece: &barrier.Piece{ID: m.id("piece"), Kind: k, Stretch: m.at(km*1000, km*1000, barrier.HomeSide), State: barrier.Built, Measured: barrier.Dimensions{Count: 1},
		Dates: barrier.Dates{Finished: on}, Unit: "Engineer company (assumed)", Evidence: []barrier.Evidence{{Kind: "document", Ref: "list (assumed)"}}, Marks: marks}})
}

// plans makes what is still to come: trade after trade over each stretch, each
// a kilometre and five days behind the one before. Two wall crews share four
// stretches, so some of their baselines clash: that is for the page to show.
func (m *maker) plans() {
	for i, s := range ahead {
		start := m.today + barrier.Day(15+60*i)
		var before []barrier.Predecessor
		for _, t := range trades {
			finish := start + barrier.Day((s[1]-s[0])*1000/t.rate*7/5)
			p := m.pack(t, s[0], s[1], i, start, finish, before...)
			before = []barrier.Predecessor{{Package: p.ID, Metres: 1000, Days: 5}}
			start += 12
			if t.kind != barrier.Wall {
				continue
			}
			for from := float64(p.From); from < float64(p.To)-1; from += 5000 {
				m.piece(p, from, min(from+5000, float64(p.To)), 0, p.Start, p.Finish)
			}
		}
	}
}

// spots makes weak spots, some of them due to be seen again.
func (m *maker) spots() {
	hows := []string{"patrol", "inspection", "imagery", "report"}
	for i := range 26 {
		kind := barrier.Weaknesses()[i%len(barrier.Weaknesses())]
		from := 5_000 + m.rand.Float64()*590_000
		found := m.today - 10 - barrier.Day(m.rand.IntN(240))
		w := &barrier.WeakSpot{ID: m.id("weak-spot"), Kind: kind, State: barrier.SpotOpen, Risk: barrier.Risks()[m.rand.IntN(4)], Stretch: m.at(from, from+10+m.rand.Float64()*200, barrier.OnLine),
			Found: barrier.Finding{On: found, By: "patrol (assumed)", How: hows[m.rand.IntN(len(hows))]}, Reinspect: found + barrier.Day(20+m.rand.IntN(200)), Marks: marks}
		m.state(barrier.Enter, found, barrier.Fact{WeakSpot: w})
		if i%3 == 0 {
			c := *w
			c.State, c.ClosedOn, c.ClosedBy, c.ClosedHow = barrier.SpotClosed, min(found+12, m.today), "engineer (assumed)", "filled and compacted"
			c.Evidence = []barrier.Evidence{{Kind: "photo", Ref: "photo (assumed)"}}
			c.Reinspect = c.ClosedOn + 90
			m.state(barrier.Close, c.ClosedOn, barrier.Fact{WeakSpot: &c})
		}
	}
}

func (m *maker) stoppages() {
	for i := range 24 {
		since := m.today - 1300 + barrier.Day(i*54+m.rand.IntN(20))
		from := m.rand.Float64() * 500_000
		s := &barrier.Stoppage{ID: m.id("stoppage"), Cause: barrier.Causes()[i%3], Stretch: m.at(from, from+60_000, barrier.OnLine), Since: since, Until: since + barrier.Day(1+m.rand.IntN(9)),
			Reporter: "site engineer (assumed)", Marks: marks}
		m.state(barrier.Enter, since, barrier.Fact{Stoppage: s})
	}
}

// claims are the published ones that were made by the day.
func (m *maker) claims() error {
	im, err := exchange.Read(exchange.CSV, bytes.NewReader(barrier.ClaimsCSV), exchange.Options{About: barrier.SubjectClaim, View: barrier.NewLedger(m.axis).At(m.today.Time(), m.today.Time()), Today: m.today})
	if err != nil {
		return err
	}
	for _, r := range im.Rows {
		if r.Fact != nil {
			c := *r.Fact.Claim
			c.ID = m.id("claim")
			m.state(barrier.Enter, c.Date, barrier.Fact{Claim: &c})
		}
	}
	return nil
}

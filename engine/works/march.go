package works

import (
	"cmp"
	"slices"

	"marsad/barrier"
	"marsad/border"
	"marsad/ident"
	"marsad/say"
)

// Window of a march chart: metres by days, both ends of the days included. The
// zero span is the whole line; a zero day is open.
type Window struct {
	border.Span
	Since barrier.Day
	Until barrier.Day
}

// March is the time–chainage chart of linear works: chainage across, time down.
type March struct {
	From      border.Chainage `json:"from"`
	To        border.Chainage `json:"to"`
	Since     barrier.Day     `json:"since"`
	Until     barrier.Day     `json:"until"`
	Today     barrier.Day     `json:"today"`
	Planned   []Planned       `json:"planned"`
	Built     []Block         `json:"built"`
	Stoppages []Pause         `json:"stoppages"`
	Clashes   []barrier.Clash `json:"clashes"`
	Spots     []Spot          `json:"spots"`
	Crews     []Crew          `json:"crews"`
	// Entries is how many days of the diary the blocks are made of.
	Entries int      `json:"entries"`
	Marks   []string `json:"marks,omitempty"`
}

// Planned is the baseline of a package: a line from its first day to its last,
// the way that it goes.
type Planned struct {
	Package ident.ID             `json:"package"`
	Name    say.Text             `json:"name"`
	Kind    barrier.Kind         `json:"kind"`
	State   barrier.PackageState `json:"state"`
	Crew    ident.ID             `json:"crew,omitzero"`
	Begins  border.Chainage      `json:"begins"`
	Ends    border.Chainage      `json:"ends"`
	Start   barrier.Day          `json:"start"`
	Finish  barrier.Day          `json:"finish"`
	Marks   []string             `json:"marks,omitempty"`
}

// Block is what one crew did of one package in days that follow one another, at
// one stretch.
type Block struct {
	Package ident.ID        `json:"package"`
	Kind    barrier.Kind    `json:"kind"`
	Crew    ident.ID        `json:"crew,omitzero"`
	From    border.Chainage `json:"from"`
	To      border.Chainage `json:"to"`
	Since   barrier.Day     `json:"since"`
	Until   barrier.Day     `json:"until"`
	Metres  float64         `json:"metres"` // as reported, summed
	Days    int             `json:"days"`
	Marks   []string        `json:"marks,omitempty"`
}

// Pause is a stoppage. Until is today while it lasts.
type Pause struct {
	ID    ident.ID        `json:"id"`
	Cause barrier.Cause   `json:"cause"`
	Name  say.Text        `json:"name"`
	From  border.Chainage `json:"from"`
	To    border.Chainage `json:"to"`
	Since barrier.Day     `json:"since"`
	Until barrier.Day     `json:"until"`
	Lasts bool            `json:"lasts,omitempty"`
}

// Spot is an open weak spot, since the day on which it was found.
type Spot struct {
	ID   ident.ID        `json:"id"`
	Name say.Text        `json:"name"`
	At   border.Chainage `json:"at"`
	On   barrier.Day     `json:"on"`
}

// Crew names who works.
type Crew struct {
	ID   ident.ID `json:"id"`
	Name say.Text `json:"name"`
}

// Grain of a chart: days of the diary that lie nearer to one another than a
// 400th of its length and of its time join in one block, as long as that lasts a
// 150th of the time at most, so that a block still shows how the work went on.
const (
	grainDays   = 400
	grainMetres = 400
	blockDays   = 150
)

// MarchOf draws a window of a view.
func MarchOf(v *barrier.View, w Window, marks []string) March {
	today := barrier.DayOf(v.Valid)
	m := March{Today: today, Planned: []Planned{}, Built: []Block{}, Stoppages: []Pause{}, Clashes: []barrier.Clash{}, Spots: []Spot{}, Crews: []Crew{}, Marks: marks}
	if w.Empty() {
		w.Span = v.Axis().Whole()
	}
	w.open(v, today)
	m.From, m.To, m.Since, m.Until = w.From, w.To, w.Since, w.Until
	for _, p := range v.Packages() {
		if p.State == barrier.PackageDropped || p.Start == 0 || !w.holds(p.Span, p.Start, p.Finish) {
			continue
		}
		line := Planned{p.ID, p.Name, p.Kind, p.State, p.Crew, p.From, p.To, p.Start, p.Finish, p.Marks}
		if p.Down {
			line.Begins, line.Ends = p.To, p.From
		}
		m.Planned = append(m.Planned, line)
	}
	m.blocks(v, w)
	for _, s := range v.Stoppages() {
		until := s.Until
		if until == 0 {
			until = today
		}
		if span := spanOf(v, s); w.holds(span, s.Since, until) {
			m.Stoppages = append(m.Stoppages, Pause{s.ID, s.Cause, s.Cause.Name(), span.From, span.To, s.Since, until, s.Until == 0})
		}
	}
	for _, c := range v.Clashes(today) {
		if w.holds(border.Span{From: c.At, To: c.At}, c.From, c.To) {
			m.Clashes = append(m.Clashes, c)
		}
	}
	for _, s := range v.WeakSpots() {
		if s.State != barrier.SpotClosed && w.holds(s.Span, s.Found.On, s.Found.On) {
			m.Spots = append(m.Spots, Spot{s.ID, s.Kind.Name(), s.From, s.Found.On})
		}
	}
	for _, c := range v.Crews() {
		m.Crews = append(m.Crews, Crew{c.ID, c.Name})
	}
	return m
}

// open puts days in the place of open ends: those of all there is.
func (w *Window) open(v *barrier.View, today barrier.Day) {
	first, last := today-30, today+30
	if d := v.Diary(); len(d) > 0 {
		first = min(first, d[0].On)
	}
	for _, p := range v.Packages() {
		if p.Start != 0 {
			first, last = min(first, p.Start), max(last, p.Finish)
		}
	}
	if w.Since == 0 {
		w.Since = first
	}
	if w.Until == 0 {
		w.Until = last
	}
	w.Until = max(w.Until, w.Since+1)
}

func (w Window) holds(s border.Span, since, until barrier.Day) bool {
	return s.To >= w.From && s.From < w.To && until >= w.Since && since <= w.Until
}

// spanOf is where a stoppage holds: its own stretch, or that of its package.
func spanOf(v *barrier.View, s *barrier.Stoppage) border.Span {
	if s.Empty() {
		if p, ok := v.Package(s.Package); ok {
			return p.Span
		}
	}
	return s.Span
}

// blocks joins the diary into as many blocks as can be told apart.
func (m *March) blocks(v *barrier.View, w Window) {
	gap, longest := max(3, (w.Until-w.Since)/grainDays), max(1, (w.Until-w.Since)/blockDays)
	near := max(1, (w.To-w.From)/grainMetres)
	diary := v.Diary()
	from, _ := slices.BinarySearchFunc(diary, w.Since, func(d *barrier.DiaryEntry, on barrier.Day) int { return cmp.Compare(d.On, on) })
	open := map[ident.ID]int{} // by package: its latest block
	for _, d := range diary[from:] {
		if d.On > w.Until {
			break
		}
		if d.Empty() || !w.holds(d.Span, d.On, d.On) {
			continue
		}
		m.Entries++
		if i, ok := open[d.Package]; ok {
			b := &m.Built[i]
			if b.Kind == d.Kind && b.Crew == d.Crew && d.On-b.Until <= gap && d.On-b.Since < longest && d.From <= b.To+near && d.To >= b.From-near {
				b.From, b.To, b.Until = min(b.From, d.From), max(b.To, d.To), d.On
				b.Metres += d.Quantity
				b.Days++
				continue
			}
		}
		open[d.Package] = len(m.Built)
		m.Built = append(m.Built, Block{d.Package, d.Kind, d.Crew, d.From, d.To, d.On, d.On, d.Quantity, 1, d.Marks})
	}
}

package chart

import (
	"cmp"
	"slices"

	"marsad/barrier"
	"marsad/border"
	"marsad/ident"
	"marsad/say"
)

// Window is what a chart shows. The zero span is the whole line; the days are
// both included; no kinds are all kinds.
type Window struct {
	border.Span
	Since barrier.Day    `json:"since"`
	Until barrier.Day    `json:"until"`
	Kinds []barrier.Kind `json:"kinds,omitempty"`
}

func (w *Window) wants(k barrier.Kind) bool { return len(w.Kinds) == 0 || slices.Contains(w.Kinds, k) }

// shows reports whether a stretch over some days is in the window.
func (w *Window) shows(s border.Span, since, until barrier.Day) bool {
	return until >= w.Since && since <= w.Until && (w.Span.Empty() || s.To > w.From && s.From < w.To)
}

// Point of a march chart.
type Point struct {
	On barrier.Day     `json:"on"`
	At border.Chainage `json:"at"`
}

// Line is how a package moves along the line.
type Line struct {
	Package ident.ID     `json:"package"`
	Name    say.Text     `json:"name"`
	Kind    barrier.Kind `json:"kind"`
	Crew    ident.ID     `json:"crew,omitzero"`
	State   string       `json:"state"`
	Points  []Point      `json:"points"`
	Marks   []string     `json:"marks,omitempty"`
}

// Block is a stretch over days: finished in them, or stopped.
type Block struct {
	border.Span
	Since   barrier.Day   `json:"since"`
	Until   barrier.Day   `json:"until"`
	Package ident.ID      `json:"package,omitzero"`
	Crew    ident.ID      `json:"crew,omitzero"`
	Kind    barrier.Kind  `json:"kind,omitempty"`
	Cause   barrier.Cause `json:"cause,omitempty"`
	Metres  float64       `json:"metres"`
	Marks   []string      `json:"marks,omitempty"`
}

// Feature is something beside the chart: a crossing, a weak spot.
type Feature struct {
	border.Span
	Kind string   `json:"kind"` // crossing, weak-spot
	Name say.Text `json:"name"`
}

// March is the march chart: chainage across, time up.
type March struct {
	Window
	Today     barrier.Day     `json:"today"`
	Planned   []Line          `json:"planned"`   // baselines
	Projected []Line          `json:"projected"` // from where a package is, at its observed rate
	Built     []Block         `json:"built"`     // by the diary
	Stopped   []Block         `json:"stopped"`
	Clashes   []barrier.Clash `json:"clashes"`
	Beside    []Feature       `json:"beside"`
}

// pause is how many days without an entry end a block: a weekend with a holiday
// beside it.
const pause = 5

// Chart makes the march chart of a view.
func Chart(v *barrier.View, w Window, today barrier.Day) *March {
	m := &March{Window: w, Today: today}
	done := v.Done()
	rates := observed(v, today)
	for _, p := range v.Packages() {
		if !w.wants(p.Kind) {
			continue
		}
		line := Line{Package: p.ID, Name: p.Name, Kind: p.Kind, Crew: p.Crew, State: string(p.State), Marks: p.Marks}
		if p.Start != 0 && p.Finish >= p.Start && w.shows(p.Span, p.Start, p.Finish) {
			line.Points = []Point{{p.Start, p.From}, {p.Finish + 1, p.To}}
			if p.Down {
				line.Points = []Point{{p.Start, p.To}, {p.Finish + 1, p.From}}
			}
			m.Planned = append(m.Planned, line)
		}
		if p.State != barrier.PackageRunning && p.State != barrier.PackagePaused {
			continue
		}
		left := p.Length() - done[p.ID].Length()
		rate := rates[p.ID]
		if left <= 0 || rate <= 0 {
			continue
		}
		from, to := p.To-border.Chainage(left), p.To
		if p.Down {
			from, to = p.From+border.Chainage(left), p.From
		}
		if end := left / rate; end < 36_525 {
			line.Points = []Point{{today, from}, {today + barrier.Day(end+1), to}}
			m.Projected = append(m.Projected, line)
		}
	}
	m.Built = built(v, &w)
	for _, s := range v.Stoppages() {
		until := s.Until
		if until == 0 {
			until = today
		}
		if w.shows(s.Span, s.Since, until) {
			m.Stopped = append(m.Stopped, Block{Span: s.Span, Since: s.Since, Until: until, Package: s.Package, Cause: s.Cause, Metres: s.Length(), Marks: s.Marks})
		}
	}
	m.Clashes = v.Clashes(today)
	m.Beside = beside(v, &w)
	return m
}

// observed is each package's metres per day over the last eight weeks of its
// diary, weekends and stoppages included.
func observed(v *barrier.View, today barrier.Day) map[ident.ID]float64 {
	const weeks = 8
	sum, first := map[ident.ID]float64{}, map[ident.ID]barrier.Day{}
	diary := v.Diary()
	from, _ := slices.BinarySearchFunc(diary, today-7*weeks, func(d *barrier.DiaryEntry, on barrier.Day) int { return cmp.Compare(d.On, on) })
	for _, d := range diary[from:] {
		if first[d.Package] == 0 {
			first[d.Package] = d.On
		}
		sum[d.Package] += d.Length()
	}
	for id, metres := range sum {
		sum[id] = metres / max(1, float64(today-first[id]+1))
	}
	return sum
}

// built merges the diary into blocks: a package's days that follow one another
// in time and along the line.
func built(v *barrier.View, w *Window) []Block {
	type key struct{ work, crew ident.ID }
	open := map[key]int{}
	var out []Block
	diary := v.Diary()
	from, _ := slices.BinarySearchFunc(diary, w.Since, func(d *barrier.DiaryEntry, on barrier.Day) int { return cmp.Compare(d.On, on) })
	// A week of one screen of ten years is a pixel: longer ranges merge longer.
	longest := max(7, (w.Until-w.Since)/300)
	for _, d := range diary[from:] {
		if d.On > w.Until {
			break
		}
		if d.Empty() || !w.wants(d.Kind) || !w.shows(d.Span, d.On, d.On) {
			continue
		}
		k := key{d.Package, d.Crew}
		if i, ok := open[k]; ok {
			b := &out[i]
			near := d.From <= b.To+1 && d.To >= b.From-1
			if near && d.On-b.Until <= pause && d.On-b.Since < longest {
				b.From, b.To, b.Until, b.Metres = min(b.From, d.From), max(b.To, d.To), d.On, b.Metres+d.Length()
				continue
			}
		}
		open[k] = len(out)
		out = append(out, Block{Span: d.Span, Since: d.On, Until: d.On, Package: d.Package, Crew: d.Crew, Kind: d.Kind, Metres: d.Length(), Marks: d.Marks})
	}
	return out
}

// beside is the crossings of the line and the open weak spots.
func beside(v *barrier.View, w *Window) []Feature {
	var out []Feature
	for _, p := range border.Places() {
		at := border.Span{From: p.Location.Chainage, To: p.Location.Chainage}
		if p.Kind == border.Crossing && v.Axis().Version() == border.Default().Version() && w.shows(border.Span{From: at.From - 1, To: at.To + 1}, w.Since, w.Until) {
			out = append(out, Feature{at, "crossing", p.Name})
		}
	}
	for _, s := range v.WeakSpots() {
		if s.State != barrier.SpotClosed && w.shows(border.Span{From: s.From - 1, To: s.To + 1}, w.Since, w.Until) {
			out = append(out, Feature{s.Span, "weak-spot", s.Kind.Name()})
		}
	}
	return out
}

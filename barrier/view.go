package barrier

import (
	"bytes"
	"cmp"
	"slices"
	"time"

	"marsad/border"
	"marsad/ident"
)

// View is the barrier at one valid time as known at one time. It never
// changes; any number of goroutines may read it. What it gives out is shared
// and may not be changed.
type View struct {
	Valid time.Time
	Known time.Time

	axis        *border.Axis
	pieces      map[Kind][]*Piece // each in order of chainage
	claims      []*Claim
	inspections []*Inspection
	spots       []*WeakSpot
	packages    []*Package
	crews       []*Crew
	calendars   []*Calendar
	stoppages   []*Stoppage
	diary       []*DiaryEntry
	rules       []*Rule
}

func newView(axis *border.Axis, valid, known time.Time) *View {
	return &View{Valid: valid, Known: known, axis: axis, pieces: map[Kind][]*Piece{}}
}

func (v *View) add(f *Fact) {
	switch {
	case f.Piece != nil:
		v.pieces[f.Piece.Kind] = append(v.pieces[f.Piece.Kind], f.Piece)
	case f.Claim != nil:
		v.claims = append(v.claims, f.Claim)
	case f.Inspection != nil:
		v.inspections = append(v.inspections, f.Inspection)
	case f.WeakSpot != nil:
		v.spots = append(v.spots, f.WeakSpot)
	case f.Package != nil:
		v.packages = append(v.packages, f.Package)
	case f.Crew != nil:
		v.crews = append(v.crews, f.Crew)
	case f.Calendar != nil:
		v.calendars = append(v.calendars, f.Calendar)
	case f.Stoppage != nil:
		v.stoppages = append(v.stoppages, f.Stoppage)
	case f.Diary != nil:
		v.diary = append(v.diary, f.Diary)
	case f.Rule != nil:
		v.rules = append(v.rules, f.Rule)
	}
}

// sort puts everything in an order that depends on what it is alone.
func (v *View) sort() {
	for _, p := range v.pieces {
		byChainage(p)
	}
	byDay(v.claims, func(c *Claim) (Day, ident.ID) { return c.Date, c.ID })
	byDay(v.inspections, func(i *Inspection) (Day, ident.ID) { return i.On, i.ID })
	byDay(v.stoppages, func(s *Stoppage) (Day, ident.ID) { return s.Since, s.ID })
	byDay(v.diary, func(d *DiaryEntry) (Day, ident.ID) { return d.On, d.ID })
	sorted(v.spots, func(a, b *WeakSpot) int {
		return cmp.Or(cmp.Compare(a.From, b.From), bytes.Compare(a.ID[:], b.ID[:]))
	})
	sorted(v.packages, func(a, b *Package) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.From, b.From), bytes.Compare(a.ID[:], b.ID[:]))
	})
	sorted(v.crews, func(a, b *Crew) int { return bytes.Compare(a.ID[:], b.ID[:]) })
	sorted(v.calendars, func(a, b *Calendar) int { return bytes.Compare(a.ID[:], b.ID[:]) })
	sorted(v.rules, func(a, b *Rule) int { return bytes.Compare(a.ID[:], b.ID[:]) })
}

// byChainage sorts pieces. There may be a hundred thousand, all over the memory:
// the keys are gathered first, so that a comparison rarely leaves them.
func byChainage(pieces []*Piece) {
	type keyed struct {
		border.Span
		p *Piece
	}
	keys := make([]keyed, len(pieces))
	for i, p := range pieces {
		keys[i] = keyed{p.Span, p}
	}
	sorted(keys, func(a, b keyed) int {
		if c := compareFloat(a.From, b.From); c != 0 {
			return c
		}
		return cmp.Or(compareFloat(a.To, b.To), bytes.Compare(a.p.ID[:], b.p.ID[:]))
	})
	for i, k := range keys {
		pieces[i] = k.p
	}
}

// byDay sorts by a day, then by id, by gathered keys as byChainage does.
func byDay[T any](things []*T, key func(*T) (Day, ident.ID)) {
	type keyed struct {
		on Day
		id ident.ID
		t  *T
	}
	keys := make([]keyed, len(things))
	for i, t := range things {
		on, id := key(t)
		keys[i] = keyed{on, id, t}
	}
	sorted(keys, func(a, b keyed) int {
		if a.on != b.on {
			return cmp.Compare(a.on, b.on)
		}
		return bytes.Compare(a.id[:], b.id[:])
	})
	for i, k := range keys {
		things[i] = k.t
	}
}

// sorted sorts unless it is already in order, as it is when the events came so.
func sorted[T any](s []T, less func(a, b T) int) {
	if !slices.IsSortedFunc(s, less) {
		slices.SortFunc(s, less)
	}
}

// Axis is the axis that the view's stretches lie on.
func (v *View) Axis() *border.Axis { return v.axis }

// Pieces gives the pieces of the kinds in the order of kinds, then of chainage;
// all kinds when none is named. Removed pieces are among them.
func (v *View) Pieces(kinds ...Kind) []*Piece {
	if len(kinds) == 0 {
		kinds = Kinds()
	}
	var out []*Piece
	for _, k := range kinds {
		out = append(out, v.pieces[k]...)
	}
	return out
}

// Piece finds one by id.
func (v *View) Piece(id ident.ID) (*Piece, bool) {
	for _, k := range Kinds() {
		for _, p := range v.pieces[k] {
			if p.ID == id {
				return p, true
			}
		}
	}
	return nil, false
}

// Claims gives the claims by date.
func (v *View) Claims() []*Claim { return v.claims }

// Inspections gives the inspections by day.
func (v *View) Inspections() []*Inspection { return v.inspections }

// WeakSpots gives the weak spots in order of chainage.
func (v *View) WeakSpots() []*WeakSpot { return v.spots }

// Packages gives the packages by planned start.
func (v *View) Packages() []*Package { return v.packages }

// Package finds one by id.
func (v *View) Package(id ident.ID) (*Package, bool) {
	return one(v.packages, func(p *Package) bool { return p.ID == id })
}

// Crews gives the crews.
func (v *View) Crews() []*Crew { return v.crews }

// Crew finds one by id.
func (v *View) Crew(id ident.ID) (*Crew, bool) {
	return one(v.crews, func(c *Crew) bool { return c.ID == id })
}

// Calendars gives the calendars.
func (v *View) Calendars() []*Calendar { return v.calendars }

// Stoppages gives the stoppages by the day they began.
func (v *View) Stoppages() []*Stoppage { return v.stoppages }

// Diary gives the diary by day.
func (v *View) Diary() []*DiaryEntry { return v.diary }

// Rules gives the rules; the one that comes with Marsad where there is none.
func (v *View) Rules() []*Rule {
	if len(v.rules) == 0 {
		r := DefaultRule
		return []*Rule{&r}
	}
	return v.rules
}

func one[T any](things []*T, is func(*T) bool) (*T, bool) {
	i := slices.IndexFunc(things, is)
	if i < 0 {
		return nil, false
	}
	return things[i], true
}

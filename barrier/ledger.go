package barrier

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
	"time"

	"marsad/border"
	"marsad/geo"
	"marsad/ident"
	"marsad/say"
)

// Ledger is all that was ever stated about the barrier, and when. It only
// grows. One goroutine appends; views made before stay as they were.
type Ledger struct {
	axis   *border.Axis
	events []entry
	byID   map[ident.ID]int
	things map[thingKey]*thing
	order  []*thing           // as first heard of, so that views never depend on the map
	batch  map[ident.ID][]int // events of an import
}

type thingKey struct {
	subject Subject
	id      ident.ID
}

// entry is an event as it came, its fact on the ledger's axis, and the events
// that take its place or take it back.
type entry struct {
	Event
	placed    Fact
	withdrawn []int
}

// thing is every statement about one thing, by valid time, then as known.
type thing struct {
	thingKey
	at []int
}

// NewLedger makes an empty ledger over an axis. Stretches given on another
// version of the axis are found again by the positions of their ends.
func NewLedger(axis *border.Axis) *Ledger {
	return &Ledger{axis: axis, byID: map[ident.ID]int{}, things: map[thingKey]*thing{}, batch: map[ident.ID][]int{}}
}

// Axis is the axis that the ledger's stretches lie on.
func (l *Ledger) Axis() *border.Axis { return l.axis }

// Len is the number of events.
func (l *Ledger) Len() int { return len(l.events) }

// Events gives the events from the i-th on, in order, as they were appended.
func (l *Ledger) Events(from int) []Event {
	out := make([]Event, 0, max(0, len(l.events)-from))
	for i := max(0, from); i < len(l.events); i++ {
		out = append(out, l.events[i].Event)
	}
	return out
}

// Append takes one event into the ledger. It refuses what could never be read
// back: an event without id, person or time, one known before the last, one
// that states no fact or two, and a target that is not there. Whether the step
// is allowed is for Check; Append also reads back what was once checked.
func (l *Ledger) Append(e Event) error {
	if err := l.sound(&e); err != nil {
		return err
	}
	i := len(l.events)
	placed := e.Fact
	switch e.Op {
	case Put, Amend:
		l.locate(&placed)
		s, id, _ := e.About()
		key := thingKey{s, id}
		t := l.things[key]
		if t == nil {
			t = &thing{thingKey: key}
			l.things[key] = t
			l.order = append(l.order, t)
		}
		// Most facts are newer than all before: look from the end.
		at := len(t.at)
		for at > 0 && l.events[t.at[at-1]].Valid.After(e.Valid) {
			at--
		}
		t.at = slices.Insert(t.at, at, i)
	case Undo:
		for _, k := range l.batch[e.Target] {
			l.events[k].withdrawn = append(l.events[k].withdrawn, i)
		}
	}
	if e.Op == Amend || e.Op == Void {
		k := l.byID[e.Target]
		l.events[k].withdrawn = append(l.events[k].withdrawn, i)
	}
	l.events = append(l.events, entry{Event: e, placed: placed})
	l.byID[e.ID] = i
	if !e.Import.IsZero() {
		l.batch[e.Import] = append(l.batch[e.Import], i)
	}
	return nil
}

// AppendAll takes all events in or none. Their targets must be in the ledger
// already.
func (l *Ledger) AppendAll(events []Event) error {
	seen := make(map[ident.ID]bool, len(events))
	for i := range events {
		e := &events[i]
		if err := l.sound(e); err != nil {
			return err
		}
		if seen[e.ID] || i > 0 && e.Known.Before(events[i-1].Known) {
			return refuse("event_twice", say.Conflict, say.Text{En: "two of the events are one, or they are out of order", Ar: "بعض الأحداث مكرر أو غير مرتب"}, say.Text{En: "nothing was taken in", Ar: "لم يُدخل شيء"})
		}
		seen[e.ID] = true
	}
	for _, e := range events {
		if err := l.Append(e); err != nil {
			return err
		}
	}
	return nil
}

// AppendEach reads back what a store kept, event by event in order; the error
// names the first that does not fit.
func (l *Ledger) AppendEach(events []Event) error {
	for i, e := range events {
		if err := l.Append(e); err != nil {
			return fmt.Errorf("event %d: %w", i+1, err)
		}
	}
	return nil
}

// sound refuses an event that is not one.
func (l *Ledger) sound(e *Event) *say.Error {
	bad := func(en, ar string) *say.Error {
		return refuse("event", say.Invalid, say.Text{En: en, Ar: ar}, say.Text{En: "state it again, whole", Ar: "أعد الإدخال كاملاً"})
	}
	if e.ID.IsZero() || e.By == "" || e.Known.IsZero() {
		return bad("an event needs an id, a person and the time it became known", "الحدث يحتاج إلى معرف وشخص ووقت العلم به")
	}
	if _, twice := l.byID[e.ID]; twice {
		return refuse("event_twice", say.Conflict, say.Text{En: "this event is already in the ledger", Ar: "هذا الحدث مسجل من قبل"}, say.Text{En: "nothing needs to be done", Ar: "لا يلزم شيء"})
	}
	if n := len(l.events); n > 0 && e.Known.Before(l.events[n-1].Known) {
		return bad("an event became known before the one already recorded", "وقت العلم بالحدث أسبق من آخر حدث مسجل")
	}
	s, id, n := e.About()
	switch e.Op {
	case Put, Amend:
		if n != 1 || id.IsZero() || e.Valid.IsZero() {
			return bad(fmt.Sprintf("an event states one fact about one thing since one time; this one states %d", n), "الحدث يثبت واقعة واحدة عن شيء واحد منذ وقت محدد")
		}
	case Void, Undo:
		if n != 0 {
			return bad("what takes a fact back states none itself", "حدث السحب لا يثبت واقعة")
		}
	default:
		return bad(fmt.Sprintf("%q is not something an event can do", e.Op), "نوع الحدث غير معروف")
	}
	if e.Op == Undo && len(l.batch[e.Target]) == 0 {
		return refuse("import_unknown", say.NotFound, say.Text{En: "there is no such import", Ar: "لا يوجد استيراد بهذا المعرف"}, say.Text{En: "look it up in the list of imports", Ar: "ابحث عنه في قائمة الاستيراد"})
	}
	if e.Op == Amend || e.Op == Void {
		k, ok := l.byID[e.Target]
		if !ok {
			return refuse("event_unknown", say.NotFound, say.Text{En: "the statement to be replaced is not there", Ar: "القيد المراد تصحيحه غير موجود"}, say.Text{En: "open the history of the thing and choose again", Ar: "افتح سجل القيود واختر من جديد"})
		}
		if was, wasID, _ := l.events[k].About(); e.Op == Amend && (was != s || wasID != id) {
			return bad("a correction is about the same thing as what it corrects", "التصحيح يجب أن يخص الشيء نفسه")
		}
	}
	return nil
}

// believed reports whether an event was still held to be true when only the
// first n events were known.
func (l *Ledger) believed(i, n int) bool {
	if i >= n {
		return false
	}
	for _, w := range l.events[i].withdrawn {
		if l.believed(w, n) {
			return false
		}
	}
	return true
}

// knownBy is how many events were known at an instant.
func (l *Ledger) knownBy(known time.Time) int {
	return sort.Search(len(l.events), func(i int) bool { return l.events[i].Known.After(known) })
}

// fact gives the index of what held of a thing at a valid time when the first n
// events were known, -1 for nothing.
func (l *Ledger) fact(t *thing, valid time.Time, n int) int {
	for k := len(t.at) - 1; k >= 0; k-- {
		i := t.at[k]
		if i < n && !l.events[i].Valid.After(valid) && l.believed(i, n) {
			return i
		}
	}
	return -1
}

// At is the barrier as it was at a valid time, as known at another.
func (l *Ledger) At(valid, known time.Time) *View {
	n := l.knownBy(known)
	v := newView(l.axis, valid, known)
	for _, t := range l.order {
		if i := l.fact(t, valid, n); i >= 0 {
			v.add(&l.events[i].placed)
		}
	}
	v.sort()
	return v
}

// Statement is one line of a thing's history.
type Statement struct {
	Event
	// Withdrawn is when it was replaced or taken back, zero while it is held to
	// be true.
	Withdrawn time.Time `json:"withdrawn,omitzero"`
}

// History gives all that was ever stated about a thing, by valid time, then as
// known, with what was withdrawn.
func (l *Ledger) History(s Subject, id ident.ID) []Statement {
	t := l.things[thingKey{s, id}]
	if t == nil {
		return nil
	}
	out := make([]Statement, 0, len(t.at))
	for _, i := range t.at {
		st := Statement{Event: l.events[i].Event}
		for _, w := range l.events[i].withdrawn {
			if l.believed(w, len(l.events)) {
				st.Withdrawn = l.events[w].Known
				break
			}
		}
		out = append(out, st)
	}
	return out
}

// Imports lists the imports with their events and whether they were undone, in
// the order in which they came.
func (l *Ledger) Imports() []ImportNote {
	var out []ImportNote
	index := map[ident.ID]int{}
	for i := range l.events {
		e := &l.events[i]
		if e.Import.IsZero() {
			continue
		}
		k, ok := index[e.Import]
		if !ok {
			k = len(out)
			index[e.Import] = k
			out = append(out, ImportNote{ID: e.Import, Known: e.Known, By: e.By})
		}
		out[k].Events++
		if l.believed(i, len(l.events)) {
			out[k].Held++
		}
	}
	slices.SortStableFunc(out, func(a, b ImportNote) int { return cmp.Compare(a.Known.UnixNano(), b.Known.UnixNano()) })
	return out
}

// ImportNote is one import as the ledger knows it.
type ImportNote struct {
	ID     ident.ID  `json:"id"`
	Known  time.Time `json:"known"`
	By     string    `json:"by"`
	Events int       `json:"events"`
	Held   int       `json:"held"` // of them, still held to be true: 0 after an undo
}

// locate brings the stretch of a fact onto the ledger's axis, in a copy.
func (l *Ledger) locate(f *Fact) {
	moved := func(s *Stretch) (Stretch, bool) {
		if s.Axis == "" || s.Axis == l.axis.Version() || s.Ends == nil {
			return *s, false
		}
		return s.On(l.axis), true
	}
	switch {
	case f.Piece != nil:
		if s, ok := moved(&f.Piece.Stretch); ok {
			c := *f.Piece
			c.Stretch, f.Piece = s, &c
		}
	case f.Inspection != nil:
		if s, ok := moved(&f.Inspection.Stretch); ok {
			c := *f.Inspection
			c.Stretch, f.Inspection = s, &c
		}
	case f.WeakSpot != nil:
		if s, ok := moved(&f.WeakSpot.Stretch); ok {
			c := *f.WeakSpot
			c.Stretch, f.WeakSpot = s, &c
		}
	case f.Package != nil:
		if s, ok := moved(&f.Package.Stretch); ok {
			c := *f.Package
			c.Stretch, f.Package = s, &c
		}
	case f.Stoppage != nil:
		if s, ok := moved(&f.Stoppage.Stretch); ok {
			c := *f.Stoppage
			c.Stretch, f.Stoppage = s, &c
		}
	case f.Diary != nil:
		if s, ok := moved(&f.Diary.Stretch); ok {
			c := *f.Diary
			c.Stretch, f.Diary = s, &c
		}
	}
}

// On gives the stretch on another version of the axis, found by the positions
// of its ends; where a bend makes the nearest chainage doubtful, the one nearer
// to the old chainage is taken. A stretch that has no ends, or whose ends lie
// too far from the new axis, comes back as it is, with its old version: it is
// shown, and counts nowhere.
func (s Stretch) On(axis *border.Axis) Stretch {
	if s.Axis == axis.Version() || s.Ends == nil {
		return s
	}
	at := func(p geo.Point, was border.Chainage) (border.Chainage, bool) {
		l := axis.Locate(p)
		if l.Far {
			return 0, false
		}
		if l.Ambiguous && abs(l.Second.Chainage-was) < abs(l.Chainage-was) {
			return l.Second.Chainage, true
		}
		return l.Chainage, true
	}
	from, ok1 := at(s.Ends.From, s.From)
	to, ok2 := at(s.Ends.To, s.To)
	if !ok1 || !ok2 {
		return s
	}
	// An axis drawn the other way turns every span round.
	if from > to {
		from, to = to, from
		s.Ends = &Ends{From: s.Ends.To, To: s.Ends.From}
	}
	s.From, s.To, s.Axis = from, to, axis.Version()
	return s
}

func abs(c border.Chainage) border.Chainage {
	if c < 0 {
		return -c
	}
	return c
}

package barrier

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"marsad/border"
	"marsad/ident"
)

var began = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func day(n int) time.Time { return began.AddDate(0, 0, n) }

func idOf(kind string, n int) ident.ID { return ident.Derive(kind, began, "test", uint64(n)) }

// wall is a piece of wall on the line.
func wall(n int, from, to border.Chainage, s State) *Piece {
	return &Piece{ID: idOf("piece", n), Kind: Wall, State: s, Unit: "Kestrel",
		Stretch: Anchor(border.Default(), border.Span{From: from, To: to}, OnLine)}
}

func put(n, valid, known int, f Fact) Event {
	return Event{ID: idOf("event", n), Op: Put, Valid: day(valid), Known: day(known), By: "eng", Fact: f}
}

func must(t interface{ Fatal(...any) }, l *Ledger, events ...Event) {
	for _, e := range events {
		if err := l.Append(e); err != nil {
			t.Fatal(err)
		}
	}
}

// The model of the ledger in the plainest words: go through all statements, keep
// those known and not taken back, and of those that hold by then the one that
// holds since latest, of equals the one stated last.
func model(events []Event, valid, known time.Time) map[ident.ID]State {
	var believed func(i int) bool
	believed = func(i int) bool {
		if events[i].Known.After(known) {
			return false
		}
		for j := i + 1; j < len(events); j++ {
			w := events[j]
			takes := (w.Op == Amend || w.Op == Void) && w.Target == events[i].ID || w.Op == Undo && events[i].Import == w.Target
			if takes && believed(j) {
				return false
			}
		}
		return true
	}
	state, since := map[ident.ID]State{}, map[ident.ID]time.Time{}
	for i, e := range events {
		if e.Piece == nil || e.Valid.After(valid) || !believed(i) {
			continue
		}
		if s, ok := since[e.Piece.ID]; ok && s.After(e.Valid) {
			continue
		}
		state[e.Piece.ID], since[e.Piece.ID] = e.Piece.State, e.Valid
	}
	return state
}

func TestLedgerIsTheModelAtEveryTwoTimes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := NewLedger(border.Default())
		var events []Event
		known := 0
		for i := range rapid.IntRange(1, 25).Draw(t, "events") {
			known += rapid.IntRange(0, 2).Draw(t, "later")
			e := put(i, rapid.IntRange(0, 12).Draw(t, "valid"), known,
				Fact{Piece: wall(rapid.IntRange(0, 3).Draw(t, "piece"), 0, 100, rapid.SampledFrom(States()).Draw(t, "state"))})
			if rapid.Bool().Draw(t, "imported") {
				e.Import = idOf("import", rapid.IntRange(0, 1).Draw(t, "import"))
			}
			if len(events) > 0 {
				target := events[rapid.IntRange(0, len(events)-1).Draw(t, "target")]
				switch rapid.SampledFrom([]Op{Put, Put, Amend, Void, Undo}).Draw(t, "op") {
				case Amend:
					if target.Piece != nil {
						e.Op, e.Target, e.Piece.ID = Amend, target.ID, target.Piece.ID
					}
				case Void:
					e.Op, e.Target, e.Fact = Void, target.ID, Fact{}
				case Undo:
					if !target.Import.IsZero() {
						e.Op, e.Target, e.Fact, e.Import = Undo, target.Import, Fact{}, ident.ID{}
					}
				}
			}
			must(t, l, e)
			events = append(events, e)
		}
		for range 10 {
			valid, known := day(rapid.IntRange(-1, 13).Draw(t, "at")), day(rapid.IntRange(-1, known+1).Draw(t, "as known"))
			got := map[ident.ID]State{}
			for _, p := range l.At(valid, known).Pieces() {
				got[p.ID] = p.State
			}
			if d := cmp.Diff(model(events, valid, known), got); d != "" {
				t.Fatalf("valid %v known %v: %s", valid, known, d)
			}
		}
	})
}

// What was known at a time stays what was known, whatever comes after.
func TestThePastAsKnownNeverChanges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := NewLedger(border.Default())
		var before string
		cut := rapid.IntRange(1, 10).Draw(t, "cut")
		say := func() string {
			s := ""
			for _, p := range l.At(day(5), day(cut)).Pieces() {
				s += fmt.Sprint(p.ID, p.State)
			}
			return s
		}
		for i := range 20 {
			known := i
			if i == cut+1 {
				before = say()
			}
			e := put(i, rapid.IntRange(0, 9).Draw(t, "valid"), known, Fact{Piece: wall(i%3, 0, 100, rapid.SampledFrom(States()).Draw(t, "state"))})
			if i > 2 && rapid.Bool().Draw(t, "void") {
				e = Event{ID: e.ID, Op: Void, Known: e.Known, By: "eng", Target: idOf("event", rapid.IntRange(0, i-1).Draw(t, "target"))}
			}
			must(t, l, e)
		}
		if after := say(); after != before {
			t.Fatalf("what was known on day %d was %s and became %s", cut, before, after)
		}
	})
}

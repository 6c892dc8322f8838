package barrier

import "slices"

// Erased stands where a text must stand and a person's words stood.
const Erased = "erased by retention"

// Redacted is the event without people's own words and without the names of
// people who did not state it themselves: why, notes, how a weak spot was closed,
// and an inspector, finder, reporter or approver that an import named. What was
// stated, when, where and by which account stays, with the name and hash of the
// evidence. A claim stays whole: it was published, and who said it is the claim.
func (e Event) Redacted() Event {
	e.Erased, e.Why = true, ""
	named := func(who string) string {
		if who == "" || who == e.By || who == alarmed {
			return who
		}
		return Erased
	}
	switch {
	case e.Piece != nil:
		x := *e.Piece
		x.Note, x.Evidence = "", redacted(x.Evidence)
		e.Piece = &x
	case e.Inspection != nil:
		x := *e.Inspection
		x.Note, x.Evidence, x.Inspector = "", redacted(x.Evidence), named(x.Inspector)
		e.Inspection = &x
	case e.WeakSpot != nil:
		x := *e.WeakSpot
		x.Note, x.Evidence, x.Found.By, x.ClosedBy = "", redacted(x.Evidence), named(x.Found.By), named(x.ClosedBy)
		if x.ClosedHow != "" {
			x.ClosedHow = Erased
		}
		e.WeakSpot = &x
	case e.Package != nil:
		x := *e.Package
		x.Note, x.Evidence, x.Approver = "", redacted(x.Evidence), named(x.Approver)
		e.Package = &x
	case e.Stoppage != nil:
		x := *e.Stoppage
		x.Note, x.Reporter = "", named(x.Reporter)
		e.Stoppage = &x
	case e.Diary != nil:
		x := *e.Diary
		x.Note, x.Photos, x.By = "", redacted(x.Photos), named(x.By)
		e.Diary = &x
	case e.Calendar != nil:
		x := *e.Calendar
		x.Holidays = slices.Clone(x.Holidays)
		for i := range x.Holidays {
			x.Holidays[i].Entered = named(x.Holidays[i].Entered)
		}
		e.Calendar = &x
	case e.Rule != nil:
		x := *e.Rule
		x.Note = ""
		e.Rule = &x
	}
	return e
}

func redacted(evidence []Evidence) []Evidence {
	out := slices.Clone(evidence)
	for i := range out {
		out[i].By, out[i].Note = "", ""
	}
	return out
}

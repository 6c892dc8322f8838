// Package barrier is the truth about the barrier programme by the metre: what
// stands on the line, what is claimed to stand, who is building what, and what
// is weak.
//
// In: events, each a fact that somebody stated about a piece of barrier, a
// claim, an inspection, a weak spot, a work package, a crew, a calendar, a
// stoppage, a day in the diary or a rule. Out: a Ledger of them, and views of
// it at any valid time (when was it true) as known at any time (when did Marsad
// learn of it), with totals that name their rule and their denominator.
//
// It never smooths a difference between a claim and an inspection, never
// changes or forgets an event (a correction and an undo are events too), asks
// no clock, and does no I/O. The line comes from border; who a person is comes
// with the event.
//
// To read it from the top: event.go (how anything becomes known), kinds.go and
// piece.go (what stands), place.go (where, through a re-survey of the axis),
// ledger.go and view.go (two times), machine.go (which step follows which),
// total.go and rule.go (metres, "closed"), claim.go and dispute.go (claims
// beside metres), works.go, calendar.go and lookahead.go (building it).
// Sub-packages: forecast (when will it be done), chart (time against chainage),
// exchange (files in and out), sample (a programme to show, all of it assumed).
package barrier

// Package risk says how much each metre of the line matters, and why.
//
// In: what is on record and concerns places: known routes, weak spots of the
// barrier, recent incidents, low ground that crosses the line, and what a person
// states of a stretch. Out: causes, each with its span, weight, source and an
// explanation, and the lane that they add up to: 1 and the weights of all causes
// at a metre, at least 0.2, at most 5. Gaps are ranked and towers are planned by
// it.
//
// Risk belongs to a stretch of border, never to a person: nothing here knows who
// anybody is (safeguard 2). The weights are assumptions and marked so. What a
// person states has a reason, an end and a name, is kept on disk with an entry of
// the audit chain before it counts, and is withdrawn, not deleted. Its words are
// erased with personal data once it is over for as long as that is kept.
//
// Locking: Book.mu guards what people stated; the rest is values.
package risk

// Package works keeps the barrier's ledger in memory beside its record on disk.
//
// In: what people state about the barrier, one fact or a whole import, and who
// they are. Out: views of the barrier at any time as known at any time, the
// history of a thing, the imports.
//
// Locking: one statement at a time (Book.mu). It is checked, put on disk, and
// only then in the ledger that views are made of: nobody is told of what is not
// on record. Views never change and are kept for the next who asks for the same
// two times; a reader of a view that is kept never waits.
//
// It never judges a step, which barrier does, and knows no SQL and no HTTP.
package works

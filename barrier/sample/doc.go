// Package sample makes a barrier programme to show and to test with: some 350
// of 603.7 km of wall, the layers around it, packages, crews, a diary,
// inspections, weak spots, and the published claims.
//
// In: an axis, a day and a seed. Out: events for a barrier.Ledger, the same for
// the same three. Everything but the published claims is assumed and carries
// that mark; nothing in it says where anything really stands. It never passes
// for the truth: whoever shows it shows the mark.
package sample

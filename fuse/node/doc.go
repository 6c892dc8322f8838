// Package node keeps the tracks that other fusion nodes report and joins them
// with ours.
//
// In: reports of nodes (a whole state of one thing, with the sensors and nodes
// whose data is in it), our own tracks as of an instant. Out: which report
// belongs to which of our tracks, and states joined by covariance intersection
// (Julier & Uhlmann, American Control Conference 1997), which stays consistent
// whatever the two estimates have in common.
//
// Our own estimates never take in what another node says: joining happens on
// what is shown, after the tracker, so that nothing can go round in a circle. A
// report in whose lineage our own data is found is shown beside the track it
// belongs to and never joined with one of ours.
//
// Places are geographic, states east-north in metres at their own place. The
// package is pure and bounded, and the same calls give the same values.
package node

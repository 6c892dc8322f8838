// Package pmb is the tracker's core: a Poisson multi-Bernoulli filter in plane
// coordinates.
//
// In: scans of sensors whose places in the plane are known, in event order.
// Out: tracks with existence, state and class, and the list of those that the
// last step changed. It knows nothing of latitudes, of the border, of what a
// sensor's name is or of what is shown to people; package fuse joins it to the
// log, and the file runner drives it directly.
//
// Method: every track is a Bernoulli component (existence r, state by
// interacting multiple models); things not yet detected are a Poisson
// intensity; association probabilities come from package assoc, and the
// posterior is projected back onto independent Bernoullis (TOMB/P: Williams,
// IEEE Trans. Aerospace and Electronic Systems 51(3), 2015, arXiv:1203.2995).
// A miss costs existence only where the sensor could have seen the thing.
//
// Everything is deterministic: no map order, no clock, no randomness; tracks
// are visited in the order of their birth.
package pmb

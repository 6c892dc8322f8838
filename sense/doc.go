// Package sense is the first stage: what sensors are, what they saw and how
// well they are.
//
// In: registrations, scans, positions of own forces, health reports and ticks,
// all already translated from protocols by adapters. Out: values that flow on
// the log, and changes of health. It holds the adapter contract. It never
// opens a connection, reads a clock or estimates a track.
//
// Conventions: angles in radians clockwise from true north, elevation above the
// local horizontal, heights above the WGS 84 ellipsoid, errors 1σ with full
// covariance in the measurement's own frame, times UTC.
package sense

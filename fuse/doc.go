// Package fuse is the second stage: scans in, tracks out.
//
// In, in log order: registrations, scans, health changes, footprints, ticks.
// Out: changes of tracks. One moving thing is one track with one id for life,
// whichever sensors see it. The package is pure: no clock, no I/O, no
// goroutine of its own; the same log gives the same tracks, bit for bit. It
// knows nothing of the border's meaning: that is assess.
package fuse

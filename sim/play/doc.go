// Package play plays a scenario against a system, as fast as both can, and
// judges what followed.
//
// In: a world and a System (a small interface that the caller stands on the
// real stages). Out: a Report: every expectation kept or broken, with when and
// why; and a Score against the truth: what was alerted before the line and with
// how much time in hand, nuisance alerts, id switches, referrals missed. Truth
// goes to the judge and never to the system. The package knows no engine, reads
// no clock and starts no goroutine.
package play

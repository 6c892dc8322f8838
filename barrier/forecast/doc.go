// Package forecast says when the works will be done, and how sure that is.
//
// In: observed progress (a series of dates and metres, or the view of a
// programme with its diary), a target, the day on which one asks, a seed. Out:
// dates by several methods side by side, each with its spread and in words what
// it takes for granted; the rate that a promised date needs; earned value and
// earned schedule.
//
// It never gives one date alone, never hides that methods differ, and draws
// randomness from the seed only: the same question has the same answer.
//
// finish.go asks about a series, programme.go about packages of work (jobs.go
// simulates them), earned.go and value.go measure progress against the plan, drift.go is the closed form that the
// simulation is tested against, class.go the record of other projects.
package forecast

// Package respond is the fourth stage: from an alert to an outcome, step by
// step, every step timed and named.
//
// In, in log order: alerts, people's actions, own units' positions, ticks.
// Out: revisions of cases, proposals, tasks, notices (escalation, partner), and
// refusals. Software proposes; a named person who holds the right for that
// section approves. The machines are tables (machine.go). It never sends
// anything by itself and knows no screen.
package respond

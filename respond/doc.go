// Package respond is the fourth stage: from an alert to an outcome, step by
// step, every step timed and named.
//
// In, in log order: alerts, people's actions, own units' positions, ticks. Out:
// revisions of cases, proposals, tasks, notices (escalation, partner), requests
// to assess (alerts opened by hand, silences), and every action with what came
// of it, refused ones too. Software proposes; a named person who holds the
// right for that section approves. The machines are tables (machine.go), the
// rights another (rights in machine.go); respond/testdata/machine.golden is
// their picture. It never sends anything by itself and knows no screen.
//
// A Responder is fed by one goroutine. Ids and times come from the log alone.
package respond

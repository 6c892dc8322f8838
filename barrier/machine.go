package barrier

import (
	"fmt"
	"slices"
	"strings"
)

// Verb is a step of a state machine.
type Verb string

// The verbs. Enter begins a thing; Describe changes what is known of it and
// leaves its state.
const (
	Enter    Verb = "enter"
	Describe Verb = "describe"
	Survey   Verb = "survey"
	Clear    Verb = "clear"
	Start    Verb = "start"
	Finish   Verb = "finish"
	Inspect  Verb = "inspect"
	Accept   Verb = "accept"
	Damage   Verb = "damage"
	Repair   Verb = "repair"
	Remove   Verb = "remove"
	Replan   Verb = "replan"
	Approve  Verb = "approve"
	Pause    Verb = "pause"
	Resume   Verb = "resume"
	HandOver Verb = "hand-over"
	Drop     Verb = "drop"
	Close    Verb = "close"
	Reopen   Verb = "reopen"
)

// Need is something that must be present before a step is taken.
type Need string

// The needs, each checked by the function of its name in needs.go.
const (
	needLine     Need = "a stretch on the line"
	needWorker   Need = "an executing unit"
	needStarted  Need = "the day it was started"
	needFinished Need = "the day it was finished"
	needEvidence Need = "evidence"
	needPassed   Need = "inspections passed over its whole length, since it was finished"
	needSecond   Need = "another person than the inspector"
	needReason   Need = "a reason"
	needPlan     Need = "a rate, a start and a finish"
	needOrder    Need = "predecessors that are known and do not go round"
	needDiary    Need = "a diary over its whole length"
	needFinding  Need = "who found it, when and how"
	needHow      Need = "how it was closed, when, and evidence"
	needAgain    Need = "a day to look again"
)

// Move is one line of a machine: in a state, a verb leads to a state. From is
// empty where a thing begins.
type Move struct {
	From, To string
	Verb     Verb
	Who      []string
	Needs    []Need
}

var (
	build  = []string{RoleEngineer}
	site   = []string{RoleEngineer, RoleField}
	order  = []string{RoleCommander}
	either = []string{RoleEngineer, RoleCommander}
	seen   = []string{RoleEngineer, RoleField, RoleWatch, RoleCommander}
)

// pieceMachine: how a piece of barrier comes to stand, and falls.
var pieceMachine = table(
	row("", Enter, Planned, build, needLine),
	row("", Enter, Surveyed, build, needLine, needEvidence),
	row("", Enter, Cleared, build, needLine, needEvidence),
	row("", Enter, Building, build, needLine, needWorker, needStarted),
	row("", Enter, Built, build, needLine, needWorker, needFinished, needEvidence),
	row("", Enter, Inspected, build, needLine, needFinished, needPassed),
	row("", Enter, Damaged, site, needLine, needEvidence),
	row(Planned, Survey, Surveyed, site, needLine, needEvidence),
	row(Planned, Clear, Cleared, build, needEvidence),
	row(Planned, Start, Building, site, needWorker, needStarted),
	row(Planned, Remove, Removed, either, needReason),
	row(Surveyed, Clear, Cleared, build, needEvidence),
	row(Surveyed, Start, Building, site, needWorker, needStarted),
	row(Surveyed, Remove, Removed, either, needReason),
	row(Cleared, Start, Building, site, needWorker, needStarted),
	row(Building, Finish, Built, site, needWorker, needFinished, needEvidence),
	row(Building, Remove, Removed, either, needReason),
	row(Built, Inspect, Inspected, build, needPassed),
	row(Built, Damage, Damaged, seen, needEvidence),
	row(Built, Remove, Removed, either, needReason),
	row(Inspected, Inspect, Inspected, build, needPassed),
	row(Inspected, Accept, Accepted, order, needPassed, needSecond),
	row(Inspected, Damage, Damaged, seen, needEvidence),
	row(Inspected, Remove, Removed, either, needReason),
	row(Accepted, Inspect, Accepted, build, needPassed),
	row(Accepted, Damage, Damaged, seen, needEvidence),
	row(Accepted, Remove, Removed, order, needReason),
	row(Damaged, Repair, UnderRepair, site, needWorker),
	row(Damaged, Remove, Removed, either, needReason),
	row(UnderRepair, Finish, Built, site, needFinished, needEvidence),
	row(UnderRepair, Damage, Damaged, seen, needEvidence),
	row(Removed, Replan, Planned, build, needReason),
	stay(build, Planned, Surveyed, Cleared, Building, Built, Inspected, Accepted, Damaged, UnderRepair),
)

// packageMachine: how a package of work is ordered, done and handed over.
var packageMachine = table(
	row("", Enter, PackageDraft, build, needLine),
	row(PackageDraft, Approve, PackageApproved, order, needPlan, needOrder),
	row(PackageDraft, Drop, PackageDropped, either, needReason),
	row(PackageApproved, Start, PackageRunning, site),
	row(PackageApproved, Drop, PackageDropped, order, needReason),
	row(PackageRunning, Pause, PackagePaused, site, needReason),
	row(PackageRunning, Finish, PackageDone, site, needDiary),
	row(PackageRunning, Drop, PackageDropped, order, needReason),
	row(PackagePaused, Resume, PackageRunning, site),
	row(PackagePaused, Drop, PackageDropped, order, needReason),
	row(PackageDone, Reopen, PackageRunning, build, needReason),
	row(PackageDone, HandOver, PackageHanded, order, needPassed, needSecond),
	stay(build, PackageDraft, PackageApproved, PackageRunning, PackagePaused),
)

// spotMachine: how a weak spot is found, closed and watched.
var spotMachine = table(
	row("", Enter, SpotOpen, seen, needLine, needFinding, needAgain),
	row(SpotOpen, Repair, SpotRepair, site),
	row(SpotOpen, Close, SpotClosed, build, needHow, needAgain),
	row(SpotRepair, Close, SpotClosed, build, needHow, needAgain),
	row(SpotRepair, Reopen, SpotOpen, seen, needReason),
	row(SpotClosed, Reopen, SpotOpen, seen, needReason, needAgain),
	row(SpotOpen, Inspect, SpotOpen, site, needAgain),
	row(SpotRepair, Inspect, SpotRepair, site, needAgain),
	row(SpotClosed, Inspect, SpotClosed, site, needAgain),
	stay(build, SpotOpen, SpotRepair, SpotClosed),
)

// plain subjects have no states: who may state such a fact at all.
var plain = map[Subject][]string{
	SubjectClaim:      {RoleAnalyst, RoleEngineer},
	SubjectInspection: {RoleEngineer, RoleField},
	SubjectCrew:       build,
	SubjectCalendar:   build,
	SubjectStoppage:   site,
	SubjectDiary:      site,
	SubjectRule:       order,
}

func row[S ~string](from S, v Verb, to S, who []string, needs ...Need) []Move {
	return []Move{{From: string(from), To: string(to), Verb: v, Who: who, Needs: needs}}
}

// stay lets a thing be described in each of the states.
func stay[S ~string](who []string, states ...S) []Move {
	moves := make([]Move, len(states))
	for i, s := range states {
		moves[i] = Move{From: string(s), To: string(s), Verb: Describe, Who: who, Needs: []Need{needReason}}
	}
	return moves
}

func table(rows ...[]Move) []Move { return slices.Concat(rows...) }

// Moves lists the machine of pieces, packages or weak spots; nil for a subject
// without states.
func Moves(s Subject) []Move {
	switch s {
	case SubjectPiece:
		return slices.Clone(pieceMachine)
	case SubjectPackage:
		return slices.Clone(packageMachine)
	case SubjectWeakSpot:
		return slices.Clone(spotMachine)
	}
	return nil
}

// find gives the line of a machine.
func find(machine []Move, from string, v Verb, to string) (Move, bool) {
	for _, m := range machine {
		if m.From == from && m.Verb == v && m.To == to {
			return m, true
		}
	}
	return Move{}, false
}

// Next lists the steps that a person with these roles may take from a state.
func Next(s Subject, from string, roles []string) []Move {
	var next []Move
	for _, m := range Moves(s) {
		if m.From == from && slices.ContainsFunc(m.Who, func(r string) bool { return slices.Contains(roles, r) }) {
			next = append(next, m)
		}
	}
	return next
}

// Diagram prints the three machines for the documents: Mermaid, then the table
// of who may and what must be present.
func Diagram() string {
	var b strings.Builder
	for _, m := range []struct {
		title string
		of    Subject
	}{{"A piece of barrier", SubjectPiece}, {"A package of work", SubjectPackage}, {"A weak spot", SubjectWeakSpot}} {
		fmt.Fprintf(&b, "## %s\n\n```mermaid\nstateDiagram-v2\n", m.title)
		for _, r := range Moves(m.of) {
			if r.From != r.To {
				fmt.Fprintf(&b, "    %s --> %s: %s\n", mermaid(r.From), mermaid(r.To), r.Verb)
			}
		}
		b.WriteString("```\n\n| in | verb | leads to | who may | what must be present |\n|---|---|---|---|---|\n")
		for _, r := range Moves(m.of) {
			needs := make([]string, len(r.Needs))
			for i, n := range r.Needs {
				needs[i] = string(n)
			}
			from := r.From
			if from == "" {
				from = "—"
			}
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", from, r.Verb, r.To, strings.Join(r.Who, ", "), strings.Join(needs, "; "))
		}
		b.WriteString("\n")
	}
	return b.String()
}

// mermaid is a state's name as Mermaid takes it.
func mermaid(s string) string {
	if s == "" {
		return "[*]"
	}
	return strings.ReplaceAll(s, "-", "_")
}

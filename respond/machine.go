package respond

import (
	"fmt"
	"sort"
	"strings"
)

// The roles of people.
const (
	WatchOfficer  = "watch-officer"
	Commander     = "commander"
	Engineer      = "engineer"
	Analyst       = "analyst"
	Liaison       = "liaison"
	Oversight     = "oversight"
	Administrator = "administrator"
	Field         = "field" // patrol leader, officer on the spot
)

// everyone may complain, whatever the role.
var everyone = []string{WatchOfficer, Commander, Engineer, Analyst, Liaison, Oversight, Administrator, Field}

// rights: which role may use a verb, within the sections of the person.
var rights = map[Verb][]string{
	OpenByHand:     {WatchOfficer, Commander, Field},
	Acknowledge:    {WatchOfficer, Commander},
	Verify:         {WatchOfficer, Commander},
	Classify:       {WatchOfficer, Commander},
	Propose:        {WatchOfficer, Commander},
	Approve:        {Commander},
	Refuse:         {Commander},
	Dispatch:       {WatchOfficer, Commander, Field},
	Arrive:         {WatchOfficer, Commander, Field},
	DeclareRescue:  {Field, WatchOfficer, Commander},
	DeclareDefence: {Field, WatchOfficer, Commander},
	ProtectionAsk:  {Field, WatchOfficer, Commander, Liaison},
	Refer:          {Field, WatchOfficer, Commander, Liaison},
	PartnerAck:     {WatchOfficer, Commander, Liaison},
	GiveOutcome:    {Field, WatchOfficer, Commander},
	Debrief:        {Commander},
	Stand:          {Commander},
	Note:           {Field, WatchOfficer, Commander, Liaison, Analyst, Engineer, Oversight},
	GrantSilence:   {Commander},
	EndSilence:     {Commander, WatchOfficer},
	Release:        {Commander},
	Complain:       everyone,
	HandOver:       {Commander},
	EndCustody:     {Commander, WatchOfficer},
}

// Need is something that must be present before a verb is taken.
type Need string

// The needs, each checked by the function of its name in needs.go.
const (
	needClass      Need = "a class"
	needReason     Need = "a reason"
	needUnit       Need = "a free unit"
	needProposal   Need = "a proposal without an answer"
	needTask       Need = "a task with a named approver"
	needResult     Need = "sound counts with a direction"
	needContact    Need = "somebody on scene, where people were met"
	needProtection Need = "the protection answer, where people were turned back"
	needKept       Need = "the protection answer still, where people were turned back"
	needAnswer     Need = "an answer to the protection question"
	needPartner    Need = "a named partner"
	needReferral   Need = "a referral without an acknowledgement"
	needOutcome    Need = "an outcome"
	needAcked      Need = "the partner's acknowledgement, where people were referred"
	needFree       Need = "nobody in custody"
	needBasis      Need = "a legal basis and each person's protection screening"
	needWitness    Need = "an independent witness, for an own request"
	needCustody    Need = "somebody in custody"
	needScene      Need = "somebody on scene"
	needHow        Need = "how the custody ended"
)

// Move is one line of the case machine: in a state, a verb leads to a state.
type Move struct {
	From  State
	Verb  Verb
	To    State
	Needs []Need
}

// open states of a case, in the order of the path.
var path = []State{Open, Acknowledged, Verified, Classified, Proposed, Approved, Dispatched, OnScene, Outcome, Debriefed}

// Machine is the case machine. What is not in the table is not possible.
var machine = build([]Move{
	{Open, Acknowledge, Acknowledged, nil},
	{Acknowledged, Verify, Verified, nil},
	{Verified, Classify, Classified, []Need{needClass}},
	{Classified, Classify, Classified, []Need{needClass}},
	{Classified, Propose, Proposed, []Need{needUnit}},
	{Proposed, Propose, Proposed, []Need{needUnit}},
	{Proposed, Approve, Approved, []Need{needProposal, needUnit}},
	{Proposed, Refuse, Classified, []Need{needProposal, needReason}},
	{Approved, Dispatch, Dispatched, []Need{needTask}},
	{Approved, Stand, Classified, []Need{needTask, needReason}},
	{Dispatched, Arrive, OnScene, []Need{needTask}},
	{Dispatched, Stand, Classified, []Need{needTask, needReason}},
	{Verified, GiveOutcome, Outcome, []Need{needResult, needContact}},
	{Classified, GiveOutcome, Outcome, []Need{needResult, needContact}},
	{OnScene, GiveOutcome, Outcome, []Need{needTask, needResult, needContact, needProtection}},
	{Outcome, GiveOutcome, Outcome, []Need{needResult, needContact, needProtection}},
	{Outcome, Debrief, Debriefed, []Need{needOutcome, needKept, needAcked, needFree}},
},
	// One press, from wherever the case stands before its outcome.
	stay(path[:8], DeclareRescue, OnScene, nil),
	stay(path[:8], DeclareDefence, OnScene, nil),
	// What leaves the state as it is.
	stay(path[1:9], ProtectionAsk, "", []Need{needAnswer, needWitness}),
	stay(path[7:9], Refer, "", []Need{needPartner}),
	stay(path[7:9], PartnerAck, "", []Need{needReferral}),
	stay(path[7:9], HandOver, "", []Need{needScene, needPartner, needBasis, needWitness}),
	stay(path[8:9], EndCustody, "", []Need{needCustody, needHow}),
	stay(path[1:9], Release, "", []Need{needPartner, needReason}),
	stay(path, Note, "", []Need{needReason}),
	stay(path, Complain, "", []Need{needReason}),
	// Marsad alone: an alert that rises after its outcome is looked at again.
	stay(path[8:10], Reopen, Open, nil),
)

// stay makes a move from each of the states: to one state, or where To is
// empty, back to the same.
func stay(from []State, v Verb, to State, needs []Need) []Move {
	moves := make([]Move, len(from))
	for i, s := range from {
		moves[i] = Move{s, v, to, needs}
		if to == "" {
			moves[i].To = s
		}
	}
	return moves
}

func build(tables ...[]Move) map[State]map[Verb]Move {
	m := map[State]map[Verb]Move{}
	for _, t := range tables {
		for _, mv := range t {
			if m[mv.From] == nil {
				m[mv.From] = map[Verb]Move{}
			}
			m[mv.From][mv.Verb] = mv
		}
	}
	return m
}

// Moves lists the case machine in the order of the path, then of the verbs.
func Moves() []Move {
	var out []Move
	for _, s := range path {
		var verbs []string
		for v := range machine[s] {
			verbs = append(verbs, string(v))
		}
		sort.Strings(verbs)
		for _, v := range verbs {
			out = append(out, machine[s][Verb(v)])
		}
	}
	return out
}

// TaskState is where a task stands, read from its times.
type TaskState string

// The states of a task.
const (
	TaskApproved   TaskState = "approved"
	TaskDispatched TaskState = "dispatched"
	TaskOnScene    TaskState = "on-scene"
	TaskEnded      TaskState = "ended"
)

// State of the task, read from its times.
func (t *Task) State() TaskState {
	switch {
	case !t.Ended.IsZero():
		return TaskEnded
	case !t.Arrived.IsZero():
		return TaskOnScene
	case !t.Dispatched.IsZero():
		return TaskDispatched
	}
	return TaskApproved
}

// TaskMove is one line of the task machine; From is empty where a task begins.
type TaskMove struct {
	From TaskState
	Verb Verb
	To   TaskState
}

// taskMachine: a task begins by a named person alone.
var taskMachine = []TaskMove{
	{"", Approve, TaskApproved},
	{"", DeclareRescue, TaskOnScene},
	{"", DeclareDefence, TaskOnScene},
	{TaskApproved, Dispatch, TaskDispatched},
	{TaskApproved, Stand, TaskEnded},
	{TaskDispatched, Arrive, TaskOnScene},
	{TaskDispatched, Stand, TaskEnded},
	{TaskOnScene, GiveOutcome, TaskEnded},
	{TaskApproved, DeclareRescue, TaskEnded},
	{TaskApproved, DeclareDefence, TaskEnded},
	{TaskDispatched, DeclareRescue, TaskEnded},
	{TaskDispatched, DeclareDefence, TaskEnded},
	{TaskOnScene, DeclareRescue, TaskEnded},
	{TaskOnScene, DeclareDefence, TaskEnded},
}

// TaskMoves lists the task machine.
func TaskMoves() []TaskMove { return append([]TaskMove(nil), taskMachine...) }

// taskMay reports whether a task may make a move.
func taskMay(from TaskState, v Verb) bool {
	for _, m := range taskMachine {
		if m.From == from && m.Verb == v {
			return true
		}
	}
	return false
}

// Diagram prints both machines for the documents: Mermaid, then the tables of
// who may and what must be present.
func Diagram() string {
	var b strings.Builder
	b.WriteString("## The case\n\n```mermaid\nstateDiagram-v2\n    [*] --> open\n")
	for _, m := range Moves() {
		if m.From != m.To {
			fmt.Fprintf(&b, "    %s --> %s: %s\n", node(string(m.From)), node(string(m.To)), m.Verb)
		}
	}
	b.WriteString("    debriefed --> [*]\n```\n\n| in | verb | leads to | who may | what must be present |\n|---|---|---|---|---|\n")
	for _, m := range Moves() {
		needs := make([]string, len(m.Needs))
		for i, n := range m.Needs {
			needs[i] = string(n)
		}
		who := strings.Join(rights[m.Verb], ", ")
		if m.Verb == Reopen {
			who = "Marsad, when the alert rises"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", m.From, m.Verb, m.To, who, strings.Join(needs, "; "))
	}
	b.WriteString("\n## The task\n\n```mermaid\nstateDiagram-v2\n")
	for _, m := range taskMachine {
		from := "[*]"
		if m.From != "" {
			from = node(string(m.From))
		}
		fmt.Fprintf(&b, "    %s --> %s: %s\n", from, node(string(m.To)), m.Verb)
	}
	b.WriteString("    ended --> [*]\n```\n")
	return b.String()
}

// node is a state's name as Mermaid takes it.
func node(s string) string { return strings.ReplaceAll(s, "-", "_") }

package sapient

import (
	"fmt"
	"strings"

	pb "marsad/adapter/sapient/sapientpb"
)

// state of a connection.
type state uint8

const (
	greeting   state = iota // connected, not registered
	registered              // registered, no status report yet
	reporting               // status known
	closed                  // over
	nState     = iota
)

// message is the kind of a message, as far as the order of messages goes.
type message uint8

const (
	msgRegistration message = iota
	msgNew                  // StatusReport with new information
	msgUnchanged            // StatusReport without
	msgGoodbye              // StatusReport that ends
	msgDetection
	msgAlert
	msgTaskAck
	msgAnswer  // AlertAck, Error, RegistrationAck: to what we send, or to nothing
	msgCommand // Task: nodes below us do not command
	nMessage   = iota
)

var (
	stateNames   = [nState]string{"greeting", "registered", "reporting", "closed"}
	messageNames = [nMessage]string{"registration", "status-new", "status-unchanged", "goodbye", "detection", "alert", "task-ack", "answer", "task"}
)

// step is what a message does in a state.
type step struct {
	next    state
	verdict verdict
}

type verdict uint8

const (
	take   verdict = iota // and act on it
	ignore                // with no word
	refuse                // with an Error, the connection stays
	drop                  // with an Error, the connection ends
)

var verdictNames = [...]string{"take", "ignore", "refuse", "drop"}

// protocol is the order of messages on a connection: protocol[state][message].
// The first message must be a registration; Unchanged means nothing before New;
// a node may register again at any time. What a refused message would have led
// to does not happen.
var protocol = [nState][nMessage]step{
	greeting: {
		{registered, take}, {closed, drop}, {closed, drop}, {closed, drop}, {closed, drop},
		{closed, drop}, {closed, drop}, {closed, drop}, {closed, drop},
	},
	registered: {
		{registered, take}, {reporting, take}, {registered, refuse}, {closed, take}, {registered, take},
		{registered, take}, {registered, take}, {registered, ignore}, {registered, refuse},
	},
	reporting: {
		{registered, take}, {reporting, take}, {reporting, take}, {closed, take}, {reporting, take},
		{reporting, take}, {reporting, take}, {reporting, ignore}, {reporting, refuse},
	},
	closed: {
		{closed, ignore}, {closed, ignore}, {closed, ignore}, {closed, ignore}, {closed, ignore},
		{closed, ignore}, {closed, ignore}, {closed, ignore}, {closed, ignore},
	},
}

// kindOf a validated message.
func kindOf(m *pb.SapientMessage) message {
	switch c := m.GetContent().(type) {
	case *pb.SapientMessage_Registration:
		return msgRegistration
	case *pb.SapientMessage_StatusReport:
		switch {
		case c.StatusReport.GetSystem() == pb.StatusReport_SYSTEM_GOODBYE:
			return msgGoodbye
		case c.StatusReport.GetInfo() == pb.StatusReport_INFO_UNCHANGED:
			return msgUnchanged
		}
		return msgNew
	case *pb.SapientMessage_DetectionReport:
		return msgDetection
	case *pb.SapientMessage_Alert:
		return msgAlert
	case *pb.SapientMessage_TaskAck:
		return msgTaskAck
	case *pb.SapientMessage_Task:
		return msgCommand
	default:
		return msgAnswer
	}
}

// protocolTable prints the machine, a line for each state and message.
func protocolTable() string {
	var b strings.Builder
	for s := range state(nState) {
		for m := range message(nMessage) {
			st := protocol[s][m]
			fmt.Fprintf(&b, "%-10s %-16s %-6s -> %s\n", stateNames[s], messageNames[m], verdictNames[st.verdict], stateNames[st.next])
		}
	}
	return b.String()
}

package sense

import (
	"fmt"
	"strings"
)

// Event is something that can change a sensor's health.
type Event uint8

// The events.
const (
	Heard        Event = iota // a scan, a heartbeat or any other message
	HeardUnsure               // heard, but the sensor flaps and has not been steady yet
	MissedOne                 // one promised interval passed without a word
	MissedTwo                 // two passed
	LinkBroken                // the connection ended without a goodbye
	SaysFault                 // its own status report names a fault
	SaysFine                  // its own status report says that all is well
	FoundBlind                // others follow what it should see and does not
	SeesAgain                 // it sees again what others follow
	SaidGoodbye               // it left in order, or a person took it out
	Reregistered              // it registered again
	nEvent       = iota
)

var eventNames = [nEvent]string{"heard", "heard-unsure", "missed-one", "missed-two", "link-broken",
	"says-fault", "says-fine", "found-blind", "sees-again", "goodbye", "re-registered"}

// String is the event's word.
func (e Event) String() string {
	if int(e) < len(eventNames) {
		return eventNames[e]
	}
	return fmt.Sprintf("event(%d)", uint8(e))
}

const nHealth = len(healthNames)

// machine is the state machine of a sensor's health: machine[from][event] is
// the next state. Four rules shape it: a fault stands until the sensor itself
// says that it is fine, and what others found until it sees again; a goodbye
// stands until it registers again; a sensor that flaps is not believed until it
// has been steady.
var machine = [nHealth][nEvent]Health{
	//         heard     unsure    miss one  miss two link    fault     fine  blind     sees  goodbye registered
	Unheard:  {Good, Unheard, Unheard, Lost, Lost, Degraded, Good, Degraded, Unheard, Gone, Unheard},
	Good:     {Good, Good, Late, Lost, Lost, Degraded, Good, Degraded, Good, Gone, Good},
	Late:     {Good, Good, Late, Lost, Lost, Degraded, Good, Degraded, Late, Gone, Good},
	Lost:     {Good, Lost, Lost, Lost, Lost, Degraded, Good, Degraded, Lost, Gone, Unheard},
	Degraded: {Degraded, Degraded, Degraded, Lost, Lost, Degraded, Good, Degraded, Good, Gone, Unheard},
	Gone:     {Gone, Gone, Gone, Gone, Gone, Gone, Gone, Gone, Gone, Gone, Unheard},
}

// Next gives the state of health after an event.
func (h Health) Next(e Event) Health {
	if int(h) >= nHealth || int(e) >= nEvent {
		return h
	}
	return machine[h][e]
}

// HealthTable prints the machine: a row for each state, a column for each
// event. A dot means that the state stays.
func HealthTable() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-9s", "from")
	for e := range Event(nEvent) {
		fmt.Fprintf(&b, " %-13s", e)
	}
	for h := range Health(nHealth) {
		fmt.Fprintf(&b, "\n%-9s", h)
		for e := range Event(nEvent) {
			word := h.Next(e).String()
			if h.Next(e) == h {
				word = "."
			}
			fmt.Fprintf(&b, " %-13s", word)
		}
	}
	lines := strings.Split(b.String(), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " ")
	}
	return strings.Join(lines, "\n") + "\n"
}

package respond

import (
	"slices"
	"strconv"

	"marsad/ident"
	"marsad/say"
)

// Allowance is one thing that a person may do with a case now, or why not.
type Allowance struct {
	Verb   Verb
	OK     bool
	WhyNot say.Text
}

// next is the order in which verbs are offered: the procedure first.
var next = []Verb{Acknowledge, Verify, Classify, Propose, Approve, Refuse, Dispatch, Arrive, GiveOutcome, Debrief, ProtectionAsk, Refer, PartnerAck,
	HandOver, EndCustody, DeclareRescue, DeclareDefence, Stand, Release, Note, Complain}

// forward is the step of the procedure in each state.
var forward = map[State]Verb{Open: Acknowledge, Acknowledged: Verify, Verified: Classify, Classified: Propose, Proposed: Approve,
	Approved: Dispatch, Dispatched: Arrive, OnScene: GiveOutcome, Outcome: Debrief}

// Allowed lists what the state of a case makes possible, the next step of the
// procedure first, each with whether this person may do it and if not, why.
func (r *Responder) Allowed(id ident.ID, p Person) []Allowance {
	c := r.cases[id]
	if c == nil {
		return nil
	}
	verbs := slices.Clone(next)
	if f, ok := forward[c.State]; ok {
		i := slices.Index(verbs, f)
		verbs = append([]Verb{f}, append(verbs[:i:i], verbs[i+1:]...)...)
	}
	var out []Allowance
	for _, v := range verbs {
		m, ok := machine[c.State][v]
		if !ok {
			continue
		}
		a := Allowance{Verb: v, OK: true}
		if err := r.may(p, v, c.Alert.Where.Section); err != nil {
			a.OK, a.WhyNot = false, err.Text
		}
		for _, n := range m.Needs {
			if !a.OK {
				break
			}
			if err := r.check(n, c, nil, true); err != nil {
				a.OK, a.WhyNot = false, err.Text
			}
		}
		out = append(out, a)
	}
	return out
}

func whole(x float64) string { return strconv.FormatFloat(x, 'f', 0, 64) }

package record

import (
	"slices"
	"strings"
	"time"

	"marsad/assess"
	"marsad/respond"
	"marsad/say"
)

// Erased stands where a person's words stood.
var Erased = say.Text{En: "erased by retention", Ar: "حُذف وفق مدة الحفظ"}

// RedactCase erases the names and free text of a case that are older than a time.
// States, times, account ids, counts, partners, the figures of evidence, and the
// legal basis of a hand-over, without which nobody could judge it, stay.
func RedactCase(c respond.Case, before time.Time) respond.Case {
	old := func(t time.Time) bool { return t.Before(before) }
	byHand := c.Alert.ByHand != "" && old(c.Alert.Opened)
	var owned, protected time.Time
	var outcomes []time.Time // when each result was given
	c.Steps = slices.Clone(c.Steps)
	for i := range c.Steps {
		s := &c.Steps[i]
		switch s.Verb {
		case respond.Acknowledge:
			owned = s.At
		case respond.ProtectionAsk:
			protected = s.At
		case respond.GiveOutcome:
			outcomes = append(outcomes, s.At)
		}
		software := s.ByID == "" || s.ByID == Software
		if old(s.At) && !software {
			s.By, s.Text = "", ""
		}
		if software && byHand {
			s.Text = "" // it may quote who opened the alert
		}
	}
	if byHand {
		a := &c.Alert
		a.ByHand, a.Title, a.Reason = Erased.En, Erased, Erased
		a.Evidence = slices.Clone(a.Evidence)
		for i := range a.Evidence {
			a.Evidence[i].Text = Erased
		}
	}
	if old(owned) {
		c.Owner = ""
	}
	if old(protected) {
		c.ProtectionText, c.Witness = "", ""
	}
	if n := len(c.Escalated); n == 0 || old(c.Escalated[n-1]) {
		c.Deputy = ""
	}
	redactResults(&c, outcomes, old)
	redactOrders(&c, old)
	redactPartners(&c, old)
	return c
}

// redactResults erases what was written with each outcome; the n-th result is of
// the n-th time.
func redactResults(c *respond.Case, given []time.Time, old func(time.Time) bool) {
	due := func(i int) bool { return i >= len(given) || old(given[i]) }
	c.EarlierResults = slices.Clone(c.EarlierResults)
	for i := range c.EarlierResults {
		if due(i) {
			c.EarlierResults[i].Text = ""
		}
	}
	if c.Result != nil && due(len(c.EarlierResults)) {
		r := *c.Result
		r.Text = ""
		c.Result = &r
	}
}

// redactOrders erases who asked, was asked and approved.
func redactOrders(c *respond.Case, old func(time.Time) bool) {
	c.Proposals = slices.Clone(c.Proposals)
	for i := range c.Proposals {
		p := &c.Proposals[i]
		if !old(p.At) {
			continue
		}
		p.Asked = ""
		if p.By != "Marsad" {
			p.By = ""
		}
	}
	c.Earlier = slices.Clone(c.Earlier)
	for i, t := range c.Earlier {
		if old(t.ApprovedAt) {
			c.Earlier[i] = RedactTask(t)
		}
	}
	if c.Task != nil && old(c.Task.ApprovedAt) {
		t := RedactTask(*c.Task)
		c.Task = &t
	}
}

// redactPartners erases who referred, handed over, kept or released.
func redactPartners(c *respond.Case, old func(time.Time) bool) {
	if c.Referral != nil && old(c.Referral.At) {
		r := *c.Referral
		r.By = ""
		if old(r.Acked) {
			r.AckedBy = ""
		}
		c.Referral = &r
	}
	if c.Handover != nil {
		h := *c.Handover
		h.Approvals = slices.Clone(h.Approvals)
		all := true
		for i := range h.Approvals {
			if !old(h.Approvals[i].At) {
				all = false
				continue
			}
			h.Approvals[i].By = ""
		}
		if all {
			h.Witness = ""
		}
		c.Handover = &h
	}
	if c.Custody != nil && old(c.Custody.Ended) {
		k := *c.Custody
		k.By = ""
		c.Custody = &k
	}
	c.Releases = slices.Clone(c.Releases)
	for i := range c.Releases {
		if r := &c.Releases[i]; old(r.At) {
			r.By, r.Why = "", ""
		}
	}
}

// RedactTask erases the approver's name; his account id stays.
func RedactTask(t respond.Task) respond.Task {
	t.Approver = ""
	return t
}

// RedactActed erases who acted and what he wrote; the decision stays.
func RedactActed(a Acted) Acted {
	a.Action.By.Name, a.Action.Witness = "", ""
	if a.Action.Verb != respond.HandOver { // there the text is the legal basis
		a.Action.Text = ""
	}
	if a.Action.Result != nil {
		r := *a.Action.Result
		r.Text = ""
		a.Action.Result = &r
	}
	if a.Action.Silence != nil {
		s := RedactSilence(*a.Action.Silence)
		a.Action.Silence = &s
	}
	return a
}

// RedactSilence erases the granter's name and words; corridor and expiry stay.
func RedactSilence(s assess.Silence) assess.Silence {
	s.Granter, s.Movement, s.Why = "", "", ""
	return s
}

// RedactSuppressed erases what may quote a granter.
func RedactSuppressed(s assess.Suppressed) assess.Suppressed {
	if !s.Silence.IsZero() {
		s.Why = Erased
	}
	return s
}

// RedactEvent erases the text of an event, which may name who opened an alert,
// granted a silence or turned a camera. What sensors and the log say of
// themselves stays.
func RedactEvent(e assess.Event) assess.Event {
	if !strings.HasPrefix(e.Kind, "sensor-") && !strings.HasPrefix(e.Kind, "log.") {
		e.Text = Erased
	}
	return e
}

// RedactNotice erases the text that people were told.
func RedactNotice(n respond.Notice) respond.Notice {
	n.Text = Erased
	return n
}

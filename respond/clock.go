package respond

import (
	"time"

	"marsad/assess"
	"marsad/say"
)

var (
	unackedText  = say.Text{En: "Nobody has confirmed receipt for {s} s: {title}", Ar: "لم يؤكد أحد الاستلام منذ {s} ثانية: {title}"}
	unaskedText  = say.Text{En: "A proposal has waited {s} s for an answer: {title}", Ar: "مقترح ينتظر الجواب منذ {s} ثانية: {title}"}
	custodyText  = say.Text{En: "In custody for {h} h: {title}", Ar: "قيد الاحتجاز منذ {h} ساعة: {title}"}
	oversightTxt = say.Text{En: "In custody for {h} h, oversight is told: {title}", Ar: "قيد الاحتجاز منذ {h} ساعة، وأُبلغت جهة الرقابة: {title}"}
)

// Tick brings event time forward: what waits too long sounds again and goes to
// the named deputy; custody clocks warn and then tell oversight.
func (r *Responder) Tick(now time.Time, out *Output) {
	if now.IsZero() {
		return
	}
	r.advance(now)
	for _, id := range r.order {
		c := r.cases[id]
		if !c.waits() {
			continue
		}
		next := c.clone()
		changed := r.unacknowledged(&next, out)
		changed = r.unanswered(&next, out) || changed
		changed = r.custody(&next, out) || changed
		if changed {
			r.put(&next, r.now, out)
		}
	}
	r.forget()
	for i := 0; i < len(r.silences); {
		if r.now.Before(r.silences[i].Expires) {
			i++
			continue
		}
		r.silences = append(r.silences[:i:i], r.silences[i+1:]...)
	}
}

// waits reports whether a clock runs for the case.
func (c *Case) waits() bool {
	return c.State == Open && c.Alert.Severity == assess.Critical || c.State == Proposed || c.Custody != nil && c.Custody.Ended.IsZero()
}

// keepClosed is how long a closed case stays at hand after its alert ended; the
// record keeps it longer.
const keepClosed = 24 * time.Hour

func (r *Responder) forget() {
	kept := r.order[:0]
	for _, id := range r.order {
		c := r.cases[id]
		if c.State == Debriefed && !c.Alert.Ended.IsZero() && r.now.Sub(c.Alert.Ended) > keepClosed && r.now.Sub(c.Updated) > keepClosed {
			delete(r.cases, id)
			continue
		}
		kept = append(kept, id)
	}
	r.order = kept
}

// unacknowledged sounds a critical alert again every AckWithin.
func (r *Responder) unacknowledged(c *Case, out *Output) bool {
	if c.State != Open || c.Alert.Severity != assess.Critical || c.CriticalSince.IsZero() {
		return false
	}
	return r.again(c, c.CriticalSince, r.cfg.AckWithin, unackedText, WatchOfficer, out)
}

// unanswered sounds an unanswered proposal again every AnswerWithin.
func (r *Responder) unanswered(c *Case, out *Output) bool {
	p := c.asked()
	if c.State != Proposed || p == nil {
		return false
	}
	return r.again(c, p.At, r.cfg.AnswerWithin, unaskedText, p.Asked, out)
}

// again escalates when a wait, counted from its beginning or from the last
// escalation after that, has passed.
func (r *Responder) again(c *Case, since time.Time, wait time.Duration, text say.Text, who string, out *Output) bool {
	last := since
	for _, e := range c.Escalated {
		if e.After(last) {
			last = e
		}
	}
	if r.now.Sub(last) < wait {
		return false
	}
	c.Escalated = append(c.Escalated, r.now)
	c.Deputy = r.named(r.cfg.Deputies, c.Alert.Where.Section, Commander)
	r.notice(c, "escalation", []string{who, c.Deputy}, r.now, text.Fill("s", whole(r.now.Sub(since).Seconds())).FillText("title", c.Alert.Title), out)
	return true
}

func (r *Responder) custody(c *Case, out *Output) bool {
	k := c.Custody
	if k == nil || !k.Ended.IsZero() {
		return false
	}
	changed := false
	held := r.now.Sub(k.Since)
	if k.Warned.IsZero() && held >= r.cfg.CustodyWarn {
		k.Warned, changed = r.now, true
		r.notice(c, "custody", []string{WatchOfficer, Commander}, r.now, custodyText.Fill("h", whole(held.Hours())).FillText("title", c.Alert.Title), out)
	}
	if k.Notified.IsZero() && held >= r.cfg.CustodyTell {
		k.Notified, changed = r.now, true
		r.notice(c, "custody", []string{Oversight, Commander}, r.now, oversightTxt.Fill("h", whole(held.Hours())).FillText("title", c.Alert.Title), out)
	}
	return changed
}

package respond

import (
	"strings"
	"time"

	"marsad/ident"
	"marsad/say"
)

// Act takes a person's action. The error is a *say.Error: why it is refused
// and what to do. A refused action changes nothing and is given out in Taken
// all the same. A repeated action does nothing and answers as at first.
func (r *Responder) Act(a Action, out *Output) error {
	if old, ok := r.answers[a.ID]; ok && !a.ID.IsZero() {
		if old.Code == "" {
			return nil
		}
		return &say.Error{Code: old.Code, Kind: old.Kind, Text: old.Text, Hint: old.Hint}
	}
	err := r.act(&a, out)
	t := Taken{Action: a, Case: a.Case}
	ans := answer{ID: a.ID}
	if err != nil {
		t.Refused = err.Code
		ans = answer{a.ID, err.Code, err.Kind, err.Text, err.Hint}
	}
	out.Taken = append(out.Taken, t)
	if !a.ID.IsZero() {
		r.remember(ans)
	}
	if err != nil {
		return err
	}
	r.advance(a.At)
	return nil
}

func (r *Responder) act(a *Action, out *Output) *say.Error {
	switch {
	case a.ID.IsZero() || a.At.IsZero():
		return refuse("action.incomplete", say.Invalid, say.Text{En: "the action has no id or time", Ar: "الإجراء بلا رمز أو وقت"}, say.Text{En: "send it again", Ar: "أرسله مرة أخرى"})
	case strings.TrimSpace(a.By.ID) == "" || strings.TrimSpace(a.By.Name) == "":
		return refuse("action.nobody", say.Denied, say.Text{En: "no person stands behind this action", Ar: "لا شخص معروف وراء هذا الإجراء"}, say.Text{En: "sign in", Ar: "سجّل الدخول"})
	case len(a.Text) > maxText || len(a.To) > 400 || len(a.Witness) > 400:
		return missing("action.too_long", "the text is too long", "النص طويل جداً", "8,000 bytes at most", "8000 بايت كحد أقصى")
	case a.Verb == Reopen || rights[a.Verb] == nil:
		return refuse("action.unknown", say.Invalid, say.Text{En: "there is no such action", Ar: "لا يوجد إجراء كهذا"}, say.Text{En: "the list of actions is in the documents", Ar: "راجع قائمة الإجراءات"})
	}
	switch a.Verb {
	case OpenByHand:
		return r.openByHand(a, out)
	case GrantSilence:
		return r.silence(a, out)
	case EndSilence:
		return r.endSilence(a, out)
	case DeclareRescue, DeclareDefence:
		if a.Case.IsZero() {
			return r.declareAnew(a, out)
		}
	case Complain:
		if a.Case.IsZero() {
			return r.complain(a, out)
		}
	}
	c := r.cases[a.Case]
	if c == nil {
		return refuse("case.not_found", say.NotFound, say.Text{En: "there is no such case", Ar: "لا توجد قضية كهذه"}, say.Text{En: "open the queue again", Ar: "افتح قائمة التنبيهات من جديد"})
	}
	if err := r.may(a.By, a.Verb, c.Alert.Where.Section); err != nil {
		return err
	}
	m, ok := machine[c.State][a.Verb]
	if !ok {
		return refuse("case.state", say.Conflict,
			say.Text{En: "the case is " + string(c.State) + ": this step is not possible now", Ar: "القضية في حالة «" + stateNames[c.State] + "»: هذه الخطوة غير ممكنة الآن"},
			say.Text{En: "the page shows the next step", Ar: "الصفحة تعرض الخطوة التالية"})
	}
	for _, n := range m.Needs {
		if err := r.check(n, c, a, false); err != nil {
			return err
		}
	}
	next := c.clone()
	next.step(m, a.By.Name, a.By.ID, a.At, a.Text, a.ID)
	if err := r.apply(&next, a, out); err != nil {
		return err
	}
	r.put(&next, a.At, out)
	r.occupy()
	return nil
}

// stateNames for messages.
var stateNames = map[State]string{Open: "مفتوحة", Acknowledged: "مستلمة", Verified: "متحقق منها", Classified: "مصنفة", Proposed: "بانتظار المصادقة",
	Approved: "مصادق عليها", Dispatched: "تحركت الدورية", OnScene: "في الموقع", Outcome: "سُجلت النتيجة", Debriefed: "مغلقة"}

// step moves the case and writes down who, when and why.
func (c *Case) step(m Move, by, byID string, at time.Time, text string, action ident.ID) {
	c.Steps = append(c.Steps, Step{Verb: m.Verb, From: m.From, To: m.To, At: at, By: by, ByID: byID, Text: text, Action: action})
	c.State = m.To
}

// apply does what a verb does beside moving the case. The needs are met.
func (r *Responder) apply(c *Case, a *Action, out *Output) *say.Error {
	switch a.Verb {
	case Acknowledge:
		c.Owner = a.By.Name
		// Marsad prepares; nobody is asked before a person proposes.
		if k := r.candidates(c); len(k) > 0 {
			k[0].At = a.At
			c.Proposals = append(c.Proposals, k[0])
		}
	case Classify:
		c.Class = a.Class
	case Propose:
		return r.propose(c, a, out)
	case Approve:
		p := c.asked()
		p.Answered = true
		r.begin(c, a, p.Unit, "approved")
		c.Task.WaitAt = p.WaitAt
	case Refuse:
		c.asked().Answered = true
	case Dispatch, Arrive, Stand:
		return r.moveTask(c, a)
	case DeclareRescue, DeclareDefence:
		r.declareOn(c, a, out)
	case ProtectionAsk:
		c.Protection, c.ProtectionText, c.Witness = a.Answer, a.Text, a.Witness
		if a.Answer == AsksProtection {
			if c.AskedAt.IsZero() {
				c.AskedAt = a.At
			}
			r.notice(c, "protection", []string{Commander, Liaison}, a.At, asksText.FillText("title", c.Alert.Title), out)
		}
	case Refer:
		c.Referral = &Referral{Partner: a.To, At: a.At, By: a.By.Name}
		r.notice(c, "partner", []string{Liaison, Commander}, a.At, referText.Fill("partner", a.To).FillText("title", c.Alert.Title), out)
	case PartnerAck:
		ref := *c.Referral
		ref.Acked, ref.AckedBy = a.At, a.To
		if ref.AckedBy == "" {
			ref.AckedBy = a.Text
		}
		if strings.TrimSpace(ref.AckedBy) == "" {
			return missing("referral.who", "say who acknowledged at the partner's", "اذكر من أكّد لدى الجهة الشريكة", "write the name or post", "اكتب الاسم أو المنصب")
		}
		c.Referral = &ref
	case GiveOutcome:
		r.outcome(c, a, out)
	case HandOver:
		r.handOver(c, a, out)
	case EndCustody:
		k := *c.Custody
		k.Ended, k.How, k.By = a.At, a.Answer, a.By.Name
		c.Custody = &k
	case Release:
		rescue := c.Task != nil && c.Task.Ground == "rescue"
		c.Releases = append(c.Releases, TrackRelease{ID: ident.Derive("release", a.At, a.ID.String(), 0), To: a.To, Why: a.Text,
			By: a.By.Name, ByID: a.By.ID, At: a.At, Rescue: rescue, Delayed: !rescue, Coarse: !rescue})
		r.notice(c, "release", []string{Liaison, Oversight}, a.At, releaseText.Fill("partner", a.To, "by", a.By.Name).FillText("title", c.Alert.Title), out)
	case Complain:
		r.notice(c, "complaint", []string{Oversight}, a.At, complaintText.Fill("by", a.By.Name, "text", a.Text), out)
	}
	return nil
}

var (
	asksText      = say.Text{En: "Somebody asks for protection: {title}", Ar: "أحدهم يطلب الحماية: {title}"}
	referText     = say.Text{En: "Call {partner}: people in need are referred. {title}", Ar: "اتصل بـ {partner}: إحالة إنسانية. {title}"}
	releaseText   = say.Text{En: "{by} released the track to {partner} for this incident: {title}", Ar: "سمح {by} بإطلاع {partner} على المسار لهذا الحادث: {title}"}
	complaintText = say.Text{En: "Complaint by {by}: {text}", Ar: "شكوى من {by}: {text}"}
	rescueText    = say.Text{En: "{by} declared rescue: {title}", Ar: "أعلن {by} الإنقاذ: {title}"}
	defenceText   = say.Text{En: "{by} declared self-defence: {title}", Ar: "أعلن {by} الدفاع عن النفس: {title}"}
	forceText     = say.Text{En: "Force was used, or somebody died or was hurt: {title}", Ar: "استُخدمت القوة أو سقط قتيل أو جريح: {title}"}
	handText      = say.Text{En: "A hand-over to {partner} waits for a second approver: {title}", Ar: "تسليم إلى {partner} ينتظر مصادقاً ثانياً: {title}"}
	handedText    = say.Text{En: "A hand-over to {partner} was approved: {title}", Ar: "صودق على التسليم إلى {partner}: {title}"}
)

// begin makes the task of a case in the name of the person who acts.
func (r *Responder) begin(c *Case, a *Action, unit, ground string) {
	if c.Task != nil {
		c.Earlier = append(c.Earlier, *c.Task)
	}
	t := Task{ID: ident.Derive("task", a.At, a.ID.String(), 0), Case: c.Alert.ID, Unit: unit, Section: c.Alert.Where.Section,
		WaitAt: c.Alert.Where.Chainage, Approver: a.By.Name, ApproverID: a.By.ID, ApprovedAt: a.At, Ground: ground}
	if u := r.unit(unit); u != nil {
		t.UnitName = u.unit.Name
	}
	c.Task = &t
}

// moveTask follows the task machine.
func (r *Responder) moveTask(c *Case, a *Action) *say.Error {
	t := *c.Task
	if !taskMay(t.State(), a.Verb) {
		return missing("task.state", "the task is "+string(t.State())+": this step is not possible now", "المهمة ليست في حالة تسمح بهذه الخطوة", "the page shows the next step", "الصفحة تعرض الخطوة التالية")
	}
	switch a.Verb {
	case Dispatch:
		t.Dispatched = a.At
	case Arrive:
		t.Arrived = a.At
	case Stand:
		t.Ended = a.At
	}
	c.Task = &t
	return nil
}

// outcome keeps the counts; those who were apprehended start a custody clock.
func (r *Responder) outcome(c *Case, a *Action, out *Output) {
	if c.Result != nil {
		c.EarlierResults = append(c.EarlierResults, *c.Result)
	}
	x := *a.Result
	c.Result = &x
	since := a.At
	if c.Task != nil {
		t := *c.Task
		if t.Ended.IsZero() {
			t.Ended = a.At
		}
		if !t.Arrived.IsZero() {
			since = t.Arrived
		}
		c.Task = &t
	}
	if x.Counts.Apprehended > 0 {
		k := Custody{Since: since}
		if c.Custody != nil {
			k = *c.Custody
		}
		k.People = x.Counts.Apprehended
		c.Custody = &k
	}
	if x.Force || x.Dead > 0 || x.Injured > 0 {
		r.notice(c, "serious-incident", []string{Commander, Oversight}, a.At, forceText.FillText("title", c.Alert.Title), out)
	}
}

// handOver records one approval; it is done when there are enough.
func (r *Responder) handOver(c *Case, a *Action, out *Output) {
	h := Handover{To: a.To, Basis: a.Text, Screened: true, Witness: a.Witness, Children: a.Children, Needed: 1}
	if old := c.Handover; old != nil {
		if old.Done.IsZero() && old.To == a.To {
			h.Approvals = append(h.Approvals, old.Approvals...)
		}
		// Children that were stated once stay, however the next one is addressed.
		h.Children = max(h.Children, old.Children)
	}
	if c.Result != nil {
		h.Children = max(h.Children, c.Result.Children)
	}
	if h.Children > 0 {
		h.Needed = 2
	}
	h.Approvals = append(h.Approvals, Approval{By: a.By.Name, ByID: a.By.ID, At: a.At})
	text := handText
	if len(h.Approvals) >= h.Needed {
		h.Done, text = a.At, handedText
	}
	c.Handover = &h
	r.notice(c, "hand-over", []string{Commander, Oversight}, a.At, text.Fill("partner", a.To).FillText("title", c.Alert.Title), out)
}

// declareOn: one press by an officer on the spot. He is the named approver;
// commander and oversight are told at once.
func (r *Responder) declareOn(c *Case, a *Action, out *Output) {
	ground, text := "rescue", rescueText
	if a.Verb == DeclareDefence {
		ground, text = "self-defence", defenceText
	}
	unit := a.Unit
	if c.Task != nil {
		if unit == "" {
			unit = c.Task.Unit
		}
		if c.Task.Ended.IsZero() {
			t := *c.Task
			t.Ended = a.At
			c.Task = &t
		}
	}
	for i := range c.Proposals {
		c.Proposals[i].Answered = true
	}
	r.begin(c, a, unit, ground)
	c.Task.Dispatched, c.Task.Arrived = a.At, a.At
	if c.Owner == "" {
		c.Owner = a.By.Name
	}
	r.notice(c, ground, []string{Commander, Oversight}, a.At, text.Fill("by", a.By.Name).FillText("title", c.Alert.Title), out)
}

// declare applies a declaration to the case of an alert that was opened for it.
func (r *Responder) declare(c *Case, a *Action, out *Output) {
	m := machine[c.State][a.Verb]
	if m.Verb == "" {
		return
	}
	c.step(m, a.By.Name, a.By.ID, a.At, a.Text, a.ID)
	r.declareOn(c, a, out)
	r.occupyAfter(c)
}

func (r *Responder) occupyAfter(c *Case) {
	r.cases[c.Alert.ID] = c
	r.occupy()
}

// asked gives the proposal that waits for an answer, nil for none.
func (c *Case) asked() *Proposal {
	for i := len(c.Proposals) - 1; i >= 0; i-- {
		if p := &c.Proposals[i]; p.Asked != "" && !p.Answered {
			return p
		}
	}
	return nil
}

// clone shares nothing that is changed in place.
func (c *Case) clone() Case {
	n := *c
	n.Steps = append([]Step(nil), c.Steps...)
	n.Proposals = append([]Proposal(nil), c.Proposals...)
	n.Escalated = append([]time.Time(nil), c.Escalated...)
	n.Releases = append([]TrackRelease(nil), c.Releases...)
	n.Earlier = append([]Task(nil), c.Earlier...)
	n.EarlierResults = append([]Result(nil), c.EarlierResults...)
	if c.Task != nil {
		x := *c.Task
		n.Task = &x
	}
	if c.Result != nil {
		x := *c.Result
		n.Result = &x
	}
	if c.Referral != nil {
		x := *c.Referral
		n.Referral = &x
	}
	if c.Custody != nil {
		x := *c.Custody
		n.Custody = &x
	}
	if c.Repair != nil {
		x := *c.Repair
		n.Repair = &x
	}
	if c.Handover != nil {
		x := *c.Handover
		x.Approvals = append([]Approval(nil), x.Approvals...)
		n.Handover = &x
	}
	return n
}

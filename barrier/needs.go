package barrier

import (
	"slices"

	"marsad/border"
	"marsad/ident"
	"marsad/say"
)

// step is an event on its way in, with what stood before it.
type step struct {
	ledger *Ledger
	event  *Event
	person Person
	view   *View // at the event's valid time, made when first needed
}

// Check judges whether a person may append an event now, and whether what its
// step needs is there. It is the gate for what people do; Append alone reads
// back what was once let in. Errors say who may, or what is missing.
func (l *Ledger) Check(e Event, p Person) error {
	if err := l.sound(&e); err != nil {
		return err
	}
	if e.Op == Void || e.Op == Undo {
		return mayTakeBack(&e, p)
	}
	for _, f := range e.Flaws(l.axis, DayOf(e.Known)) {
		if f.Refused {
			return refuse(f.Code, say.Invalid, f.Text, f.Hint)
		}
	}
	if DayOf(e.Valid) > DayOf(e.Known) {
		return refuse("date.future", say.Invalid, say.Text{En: "what has not happened yet cannot be stated", Ar: "لا يمكن إثبات ما لم يحدث بعد"}, say.Text{En: "plans have their own dates", Ar: "للخطط تواريخها الخاصة"})
	}
	s := &step{ledger: l, event: &e, person: p}
	if e.Op == Amend {
		if err := mayTakeBack(&e, p); err != nil {
			return err
		}
	}
	subject, _, _ := e.About()
	machine := Moves(subject)
	if machine == nil {
		return mayAs(plain[subject], p)
	}
	before, after := s.around()
	from, to := "", stateOf(&e.Fact)
	if before != nil {
		from = stateOf(before)
	}
	m, ok := find(machine, from, e.Verb, to)
	if !ok {
		return refuse("step", say.Conflict,
			say.Text{En: "from {from} there is no step {verb} to {to}", Ar: "لا توجد خطوة {verb} من {from} إلى {to}"}.Fill("from", or(from, "nothing"), "to", to).FillText("verb", verbName(e.Verb)),
			say.Text{En: "open the thing again: somebody may have been faster", Ar: "افتحه من جديد فقد يكون غيرك سبقك"})
	}
	if err := mayAs(m.Who, p); err != nil {
		return err
	}
	// A statement about the past must still lead to what came after it.
	if after != nil && !leads(machine, to, stateOf(after)) {
		return refuse("step.later", say.Conflict,
			say.Text{En: "what is stated of a later day, {later}, does not follow from {to}", Ar: "ما أُثبت بتاريخ لاحق ({later}) لا يتبع {to}"}.Fill("later", stateOf(after), "to", to),
			say.Text{En: "correct the later statement first", Ar: "صحح القيد اللاحق أولاً"})
	}
	for _, n := range m.Needs {
		if !s.has(n) {
			t := needWords[n]
			return refuse("need", say.Conflict,
				say.Text{En: "this needs " + string(n), Ar: "هذا يحتاج إلى " + t},
				say.Text{En: "add it and try again", Ar: "أضفه وأعد المحاولة"})
		}
	}
	return nil
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func verbName(v Verb) say.Text {
	if t := v.Name(); !t.IsZero() {
		return t
	}
	return say.Text{En: string(v), Ar: string(v)}
}

// mayTakeBack: only an engineer, an analyst or a commander corrects or undoes,
// and says why.
func mayTakeBack(e *Event, p Person) error {
	if err := mayAs([]string{RoleEngineer, RoleAnalyst, RoleCommander}, p); err != nil {
		return err
	}
	if e.Why == "" {
		return refuse("need", say.Conflict, say.Text{En: "a correction needs a reason", Ar: "التصحيح يحتاج إلى سبب"}, say.Text{En: "say what was wrong", Ar: "بيّن الخطأ"})
	}
	return nil
}

func mayAs(roles []string, p Person) error {
	if slices.ContainsFunc(roles, func(r string) bool { return slices.Contains(p.Roles, r) }) {
		return nil
	}
	t := say.Text{}
	for i, r := range roles {
		n := roleNames[r]
		if i > 0 {
			t.En, t.Ar = t.En+", ", t.Ar+"، "
		}
		t.En, t.Ar = t.En+n.En, t.Ar+n.Ar
	}
	return refuse("role", say.Denied, say.Text{En: "your role may not do this", Ar: "دورك لا يسمح بهذا الإجراء"},
		say.Text{En: "who may: " + t.En, Ar: "من يحق له: " + t.Ar})
}

var roleNames = map[string]say.Text{
	RoleEngineer: {En: "engineer", Ar: "المهندس"}, RoleCommander: {En: "commander", Ar: "الآمر"}, RoleField: {En: "patrol leader", Ar: "آمر الدورية"},
	RoleAnalyst: {En: "analyst", Ar: "المحلل"}, RoleWatch: {En: "watch officer", Ar: "ضابط الخفر"},
}

// stateOf is the state that a fact gives, empty for one without states.
func stateOf(f *Fact) string {
	switch {
	case f.Piece != nil:
		return string(f.Piece.State)
	case f.Package != nil:
		return string(f.Package.State)
	case f.WeakSpot != nil:
		return string(f.WeakSpot.State)
	}
	return ""
}

// leads reports whether some verb leads from one state to another, or nothing
// needs to.
func leads(machine []Move, from, to string) bool {
	return from == to || slices.ContainsFunc(machine, func(m Move) bool { return m.From == from && m.To == to })
}

// around gives what is believed of the thing just before and just after the
// step's valid time, leaving out what it corrects.
func (s *step) around() (before, after *Fact) {
	subject, id, _ := s.event.About()
	t := s.ledger.things[thingKey{subject, id}]
	if t == nil {
		return nil, nil
	}
	n := len(s.ledger.events)
	for _, i := range t.at {
		e := &s.ledger.events[i]
		if !s.ledger.believed(i, n) || e.ID == s.event.Target {
			continue
		}
		if e.Valid.After(s.event.Valid) {
			return before, &e.placed
		}
		before = &e.placed
	}
	return before, nil
}

func (s *step) at() *View {
	if s.view == nil {
		s.view = s.ledger.At(s.event.Valid, s.event.Known)
	}
	return s.view
}

// has checks one need.
func (s *step) has(n Need) bool {
	f := &s.event.Fact
	p, w, spot := f.Piece, f.Package, f.WeakSpot
	switch n {
	case needLine: // Flaws has refused any other
		return true
	case needWorker:
		return p.Unit != ""
	case needStarted:
		return p.Dates.Started != 0
	case needFinished:
		return p.Dates.Finished != 0
	case needEvidence:
		return len(p.Evidence) > 0
	case needReason:
		return s.event.Why != ""
	case needPassed:
		return s.passed()
	case needSecond:
		return s.second()
	case needPlan:
		return w.Rate > 0 && w.Start != 0 && w.Finish != 0
	case needOrder:
		return s.inOrder()
	case needDiary:
		return s.diarised()
	case needFinding:
		return spot.Found.By != "" && spot.Found.How != "" && spot.Found.On != 0
	case needHow:
		return spot.ClosedHow != "" && spot.ClosedOn != 0 && spot.ClosedBy != "" && len(spot.Evidence) > 0
	case needAgain:
		return spot.Reinspect > DayOf(s.event.Valid)
	}
	return false
}

// subjectStretch gives the kind, stretch and last day of building of what is
// stepped.
func (s *step) subjectStretch() (Kind, Stretch, Day) {
	if p := s.event.Piece; p != nil {
		return p.Kind, p.Stretch, p.Dates.Finished
	}
	w := s.event.Package
	last := Day(0)
	for _, d := range s.at().diary {
		if d.Package == w.ID {
			last = max(last, d.On)
		}
	}
	return w.Kind, w.Stretch, last
}

// looks gives the inspections that were passed on the stretch since it was
// finished, each with what it covers.
func (s *step) looks() []*Inspection {
	kind, at, finished := s.subjectStretch()
	var out []*Inspection
	for _, i := range s.at().inspections {
		if i.Kind == kind && i.Side == at.Side && i.Result == Pass && i.On >= finished {
			out = append(out, i)
		}
	}
	return out
}

func (s *step) passed() bool {
	_, at, _ := s.subjectStretch()
	if at.Empty() { // a thing counted: an inspection at its place
		return slices.ContainsFunc(s.looks(), func(i *Inspection) bool { return i.From <= at.From && at.From <= i.To })
	}
	var spans []border.Span
	for _, i := range s.looks() {
		spans = append(spans, i.Span)
	}
	// A centimetre is what writing and reading may lose.
	return border.NewSet(at.Span).Minus(border.NewSet(spans...)).Length() < 0.01
}

func (s *step) second() bool {
	return !slices.ContainsFunc(s.looks(), func(i *Inspection) bool { return i.Inspector == s.person.Account })
}

// inOrder reports whether all predecessors are known and none leads back.
func (s *step) inOrder() bool {
	known := map[ident.ID]*Package{}
	for _, p := range s.at().packages {
		known[p.ID] = p
	}
	me := s.event.Package
	known[me.ID] = me
	state := map[ident.ID]int{} // 1 on the way, 2 sound
	var sound func(p *Package) bool
	sound = func(p *Package) bool {
		switch state[p.ID] {
		case 1:
			return false
		case 2:
			return true
		}
		state[p.ID] = 1
		for _, q := range p.Predecessors {
			before, ok := known[q.Package]
			if !ok || !sound(before) {
				return false
			}
		}
		state[p.ID] = 2
		return true
	}
	return sound(me)
}

// diarised reports whether the diary tells of every metre of the package.
func (s *step) diarised() bool {
	w := s.event.Package
	var spans []border.Span
	for _, d := range s.at().diary {
		if d.Package == w.ID {
			spans = append(spans, d.Span)
		}
	}
	return border.NewSet(w.Span).Minus(border.NewSet(spans...)).Length() < 0.01
}

var needWords = map[Need]string{
	needLine: "مقطع على الخط", needWorker: "جهة منفذة", needStarted: "تاريخ بدء العمل", needFinished: "تاريخ الإنجاز", needEvidence: "دليل",
	needPassed: "فحوص ناجحة على كامل الطول بعد الإنجاز", needSecond: "شخص غير الفاحص", needReason: "سبب", needPlan: "معدل وبداية ونهاية",
	needOrder: "أعمال سابقة معروفة لا تدور على نفسها", needDiary: "يوميات تغطي كامل الطول", needFinding: "من وجدها ومتى وكيف",
	needHow: "كيفية الإغلاق وتاريخه ودليله", needAgain: "موعد إعادة الفحص",
}

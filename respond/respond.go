package respond

import (
	"sort"
	"time"

	"marsad/assess"
	"marsad/border"
	"marsad/geo"
	"marsad/ident"
	"marsad/say"
)

// Unit is what respond must know of an own unit that can be asked to go.
type Unit struct {
	ID      string
	Name    say.Text
	Section string
	Home    border.Chainage // where it waits
	People  int
	Speed   float64 // straight-line m/s: an assumption; default 12
}

// Config of a Responder. Zero durations take the defaults that are named.
type Config struct {
	Line  assess.Line // compulsory
	Units []Unit      // in the operator's order
	// Parents gives the parent of each section, for accounts that hold a sector
	// or a region.
	Parents map[string]string
	// Commanders and Deputies name the account that is asked, and the one that
	// is called after it, by section; "*" for those that are not listed.
	Commanders map[string]string
	Deputies   map[string]string

	AckWithin    time.Duration // default 60 s
	AnswerWithin time.Duration // default 120 s
	CustodyWarn  time.Duration // default 12 h
	CustodyTell  time.Duration // oversight is told: default 24 h
	FixFresh     time.Duration // a unit's fix is believed so long; default 15 min
}

// Output collects what a step gives. The caller empties it between steps.
type Output struct {
	Cases   []Case // revisions: a receiver keeps the newest by alert id
	Notices []Notice
	Taken   []Taken // every action of a person, refused ones too
	// For assess, which the pipeline feeds next.
	Opens       []assess.Request
	Silences    []assess.Silence
	EndSilences []ident.ID
}

// Taken is a person's action with what came of it.
type Taken struct {
	Action  Action
	Refused string // error code, empty for accepted
	Case    ident.ID
}

// unitState is where an own unit is and what it does.
type unitState struct {
	ID    string    `json:"id"`
	At    time.Time `json:"at"`
	Point geo.Point `json:"point"`
	Task  ident.ID  `json:"task"` // case of its task, zero when free
	unit  Unit
}

// answer is what a person was told about an action.
type answer struct {
	ID   ident.ID `json:"id"`
	Code string   `json:"code,omitempty"`
	Kind say.Kind `json:"kind,omitempty"`
	Text say.Text `json:"text,omitzero"`
	Hint say.Text `json:"hint,omitzero"`
}

// answersKept is how many answers are remembered for repeats.
const answersKept = 20000

// noCase is the task of a free unit.
var noCase ident.ID

// Responder is the stage. It is fed in log order by one goroutine; what it
// gives is the caller's.
type Responder struct {
	cfg      Config
	now      time.Time
	cases    map[ident.ID]*Case
	order    []ident.ID // in order of opening
	units    []*unitState
	answers  map[ident.ID]answer
	answered []ident.ID          // oldest first
	declared map[ident.ID]Action // declared on an alert that is being opened
	ordinal  uint64              // of notices
	silences []assess.Silence    // granted and not ended, to know who may end them
}

// New makes a Responder. The error is a *say.Error that says what to mend.
func New(cfg Config) (*Responder, error) {
	if cfg.Line == nil {
		return nil, configError("respond needs the border line", "تحتاج الاستجابة إلى خط الحدود")
	}
	set := func(d *time.Duration, v time.Duration) {
		if *d <= 0 {
			*d = v
		}
	}
	set(&cfg.AckWithin, time.Minute)
	set(&cfg.AnswerWithin, 2*time.Minute)
	set(&cfg.CustodyWarn, 12*time.Hour)
	set(&cfg.CustodyTell, 24*time.Hour)
	set(&cfg.FixFresh, 15*time.Minute)
	r := &Responder{cfg: cfg}
	seen := map[string]bool{}
	for i := range cfg.Units {
		u := &cfg.Units[i]
		if u.ID == "" || seen[u.ID] {
			return nil, configError("every unit needs an id of its own: "+u.ID, "لكل وحدة رمز خاص بها: "+u.ID)
		}
		seen[u.ID] = true
		if !(u.Speed > 0 && u.Speed < 100) {
			u.Speed = 12
		}
	}
	r.clear()
	return r, nil
}

func (r *Responder) clear() {
	r.now, r.ordinal = time.Time{}, 0
	r.cases, r.order = map[ident.ID]*Case{}, nil
	r.answers, r.answered = map[ident.ID]answer{}, nil
	r.declared, r.silences = map[ident.ID]Action{}, nil
	r.units = nil
	for _, u := range r.cfg.Units {
		r.units = append(r.units, &unitState{ID: u.ID, unit: u})
	}
}

func configError(en, ar string) error {
	return &say.Error{Code: "respond.config", Kind: say.Invalid, Text: say.Text{En: en, Ar: ar},
		Hint: say.Text{En: "mend the configuration and start again", Ar: "صحّح الإعدادات ثم أعد التشغيل"}}
}

func (r *Responder) advance(at time.Time) {
	if at.After(r.now) {
		r.now = at
	}
}

// Alert takes a revision of an alert: a new one opens a case, others follow it.
func (r *Responder) Alert(a assess.Alert, out *Output) {
	r.advance(a.Updated)
	c := r.cases[a.ID]
	if c == nil {
		c = &Case{Alert: a, State: Open, Class: a.Class}
		r.cases[a.ID] = c
		r.order = append(r.order, a.ID)
	} else if a.Revision <= c.Alert.Revision {
		return
	}
	if c.Revision == 0 && a.Outbound && !a.Crossed {
		r.notice(c, "liaison", []string{Liaison, WatchOfficer}, a.Updated, liaisonText.FillText("title", a.Title), out)
	}
	before := c.Alert.Severity
	next := c.clone()
	next.Alert = a
	r.repair(&next, out)
	if a.Severity == assess.Critical && (next.CriticalSince.IsZero()) {
		next.CriticalSince = a.Updated
	}
	if a.Severity > before && next.Revision > 0 {
		r.rose(&next, out)
	}
	r.put(&next, a.Updated, out)
	if act, ok := r.declared[a.ID]; ok {
		delete(r.declared, a.ID)
		act.Case = a.ID
		n := r.cases[a.ID].clone()
		r.declare(&n, &act, out)
		r.put(&n, act.At, out)
	}
}

// rose handles an alert whose severity rises while people are at it: whoever
// has it is told, and a case that has its outcome is opened again.
func (r *Responder) rose(c *Case, out *Output) {
	if m, ok := machine[c.State][Reopen]; ok {
		c.step(m, "Marsad", "", c.Alert.Updated, c.Alert.Reason.En, ident.ID{})
		if c.Result != nil {
			c.EarlierResults = append(c.EarlierResults, *c.Result)
			c.Result = nil
		}
		c.Owner, c.Escalated = "", nil
		if c.Alert.Severity == assess.Critical {
			c.CriticalSince = c.Alert.Updated
		}
	}
	if c.State != Open {
		r.notice(c, "raised", []string{WatchOfficer, Commander}, c.Alert.Updated, raisedText.FillText("title", c.Alert.Title), out)
	}
}

// A call is proposed first where something moves out: whose is it?
var liaisonText = say.Text{En: "Proposed first: call the neighbouring forces. {title}", Ar: "المقترح أولاً: اتصل بالقوات المجاورة. {title}"}

var raisedText = say.Text{En: "More serious now: {title}", Ar: "أصبح أخطر: {title}"}

// put replaces a case by its next revision and gives it out.
func (r *Responder) put(c *Case, at time.Time, out *Output) {
	c.Revision++
	c.Updated = at
	r.cases[c.Alert.ID] = c
	out.Cases = append(out.Cases, c.clone())
}

func (r *Responder) notice(c *Case, kind string, to []string, at time.Time, text say.Text, out *Output) {
	n := Notice{Kind: kind, To: to, At: at, Text: text}
	cause := kind + "/" + text.En
	if c != nil {
		n.Case = c.Alert.ID
		cause += "/" + c.Alert.ID.String()
	}
	n.ID = ident.Derive("notice", at, cause, r.ordinal)
	r.ordinal++
	out.Notices = append(out.Notices, n)
}

// Case gives a copy of a case.
func (r *Responder) Case(id ident.ID) (Case, bool) {
	c := r.cases[id]
	if c == nil {
		return Case{}, false
	}
	return c.clone(), true
}

// Cases gives copies of all cases, in order of opening.
func (r *Responder) Cases() []Case {
	out := make([]Case, 0, len(r.order))
	for _, id := range r.order {
		out = append(out, r.cases[id].clone())
	}
	return out
}

// Fix notes where an own unit is.
func (r *Responder) Fix(unit string, p geo.Point, at time.Time) {
	u := r.unit(unit)
	if u == nil || !p.Valid() || !at.After(u.At) {
		return
	}
	u.Point, u.At = p, at
	r.advance(at)
}

func (r *Responder) unit(id string) *unitState {
	for _, u := range r.units {
		if u.ID == id {
			return u
		}
	}
	return nil
}

// Adopt overlays cases from the record that are newer than the state's: after a
// crash the record may know more than the snapshot.
func (r *Responder) Adopt(cases []Case) {
	sorted := append([]Case(nil), cases...)
	sort.SliceStable(sorted, func(i, j int) bool { return sorted[i].Alert.Opened.Before(sorted[j].Alert.Opened) })
	for i := range sorted {
		c := sorted[i].clone()
		old := r.cases[c.Alert.ID]
		if old != nil && old.Revision >= c.Revision {
			continue
		}
		if old == nil {
			r.order = append(r.order, c.Alert.ID)
		}
		r.cases[c.Alert.ID] = &c
		for _, s := range c.Steps {
			if !s.Action.IsZero() {
				r.remember(answer{ID: s.Action})
			}
		}
	}
	r.occupy()
}

// occupy reads from the cases which units have a task.
func (r *Responder) occupy() {
	for _, u := range r.units {
		u.Task = noCase
	}
	for _, id := range r.order {
		if t := r.cases[id].Task; t != nil && t.Ended.IsZero() {
			if u := r.unit(t.Unit); u != nil {
				u.Task = id
			}
		}
	}
}

func (r *Responder) remember(a answer) {
	if _, ok := r.answers[a.ID]; ok {
		return
	}
	r.answers[a.ID] = a
	r.answered = append(r.answered, a.ID)
	if len(r.answered) > answersKept {
		delete(r.answers, r.answered[0])
		r.answered = append(r.answered[:0], r.answered[1:]...)
	}
}

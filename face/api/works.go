package api

import (
	"context"
	"math"
	"slices"
	"strconv"
	"time"

	"marsad/barrier"
	"marsad/border"
	"marsad/engine/access"
	"marsad/engine/picture"
	"marsad/engine/works"
	"marsad/say"
)

// The barrier programme: what stands, what is claimed, who builds, what is weak.
// Everything is read from a view of engine/works, at any time as known at any
// time, and computed by barrier.

// TwoTimes ask for a view: when was it true, and when was it known.
type TwoTimes struct {
	AsOf  time.Time `query:"as_of" doc:"The barrier as it was at the end of that day; today when absent."`
	Known time.Time `query:"known" doc:"As known at that time; all that is known when absent."`
}

// Named is a word of a closed list with its name for people.
type Named struct {
	Value string   `json:"value"`
	Name  say.Text `json:"name"`
}

// WorksTotal is the metres of one kind of layer, with their denominator.
type WorksTotal struct {
	barrier.LayerTotal
	Name      say.Text `json:"name"`
	Standing  float64  `json:"standing"`  // built, inspected or accepted, metres
	Inspected float64  `json:"inspected"` // measured by somebody other than the builder, metres
	Counted   bool     `json:"counted,omitempty"`
}

// WorksClosed is what a rule says of the line.
type WorksClosed struct {
	Rule    barrier.Rule        `json:"rule"`
	Metres  float64             `json:"metres"`
	Of      barrier.Denominator `json:"of"`
	Share   float64             `json:"share"`
	Terms   []barrier.Term      `json:"terms"`
	Missing []string            `json:"missing,omitempty" doc:"Lanes that the rule asks for and that nobody has for this time: they count as nowhere."`
	// Marks of what was worked out for it: synthetic, where lines of sight went
	// over made-up relief.
	Marks []string `json:"marks,omitempty"`
}

// WorksSummary is the programme in figures. Every metre names its denominator.
type WorksSummary struct {
	AsOf  time.Time `json:"as_of"`
	Known time.Time `json:"known"`
	// Events on record; a client that has this number has everything.
	Events       int                   `json:"events"`
	Axis         string                `json:"axis"`
	Denominators []barrier.Denominator `json:"denominators"`
	Totals       []WorksTotal          `json:"totals"`
	Closed       []WorksClosed         `json:"closed"`
	Weak         WorksWeak             `json:"weak"`
	Claims       int                   `json:"claims"`
	Inspections  int                   `json:"inspections"`
	Packages     int                   `json:"packages"`
	Diary        int                   `json:"diary"`
	Marks        []string              `json:"marks,omitempty" doc:"What the figures are not: assumed, simulated, claimed."`
	// Camera says what lane camera-working is made of.
	Camera say.Text `json:"camera"`
}

// WorksWeak counts weak spots.
type WorksWeak struct {
	Open    int            `json:"open"`
	Overdue int            `json:"overdue"` // of the open ones, not looked at again in time
	Unseen  int            `json:"unseen"`  // closed, and a look at the mend is due
	ByRisk  map[string]int `json:"by_risk"` // of the open ones
}

var (
	cameraByRange  = say.Text{En: "in the registered range of a camera that works now; hills between are not considered", Ar: "ضمن المدى المسجل لكاميرا تعمل الآن، من دون حساب التضاريس"}
	cameraBySight  = say.Text{En: "a camera that works now would find a person there, by coverage over the ground", Ar: "كاميرا تعمل الآن تكشف شخصاً هناك، بحسب التغطية على التضاريس"}
	cameraBySketch = say.Text{En: "a camera that works now would find a person there, by coverage over SYNTHETIC relief", Ar: "كاميرا تعمل الآن تكشف شخصاً هناك، بحسب التغطية على تضاريس مصطنعة"}
)

func (s *Server) worksRoutes() {
	type summaryInput struct {
		TwoTimes
		From float64 `query:"from" doc:"Chainage in metres; the beginning of the line when absent."`
		To   float64 `query:"to" doc:"Chainage in metres; the end of the line when absent."`
	}
	route(s, access.ReadWorks, get("works", "/api/v1/works", "The barrier programme in figures, each with its rule and its denominator", "works"),
		func(_ context.Context, a *access.Account, in *summaryInput) (*body[WorksSummary], error) {
			span, err := s.worksSpan(a, in.From, in.To, true)
			if err != nil {
				return nil, err
			}
			out, err := works.Computed(s.works, in.AsOf, in.Known, key("summary", span), func(v *barrier.View) (WorksSummary, error) {
				return s.worksSummary(v, span), nil
			})
			if err == nil {
				out.Known = in.Known
				out.Closed, err = s.worksClosed(s.works.View(in.AsOf, in.Known), in.TwoTimes, part{})
				out.Camera = s.cameraWorking().source
			}
			return &body[WorksSummary]{out}, err
		})
	route(s, access.ReadWorks, get("works-words", "/api/v1/works/words", "The words of the barrier programme in both languages", "works"),
		func(context.Context, *access.Account, *struct{}) (*body[WorksWords], error) {
			return &body[WorksWords]{worksWords()}, nil
		})
	s.worksLists()
	s.worksClaims()
	s.worksFinish()
	s.worksChart()
	s.worksStating()
	s.worksFiles()
	s.worksPictures()
	s.worksReport()
}

func key(name string, span border.Span) string {
	return name + " " + strconv.FormatFloat(float64(span.From), 'g', -1, 64) + " " + strconv.FormatFloat(float64(span.To), 'g', -1, 64)
}

// worksSpan reads the span that an account asks for: the zero span is the whole
// line. Metres in total tell nobody where a gap is; a span does, so it must lie
// where the account may look.
func (s *Server) worksSpan(a *access.Account, from, to float64, whole bool) (border.Span, error) {
	if from == 0 && to == 0 {
		if whole || a.Everywhere() {
			return border.Span{}, nil
		}
		spans := a.Spans(s.sections, s.atlas.Axis.Whole()).Spans()
		if len(spans) == 0 {
			return border.Span{}, notYourMetres
		}
		return border.Span{From: spans[0].From, To: spans[len(spans)-1].To}, nil
	}
	span := border.Span{From: border.Chainage(from), To: border.Chainage(to)}.Intersect(s.atlas.Axis.Whole())
	if span.Empty() {
		return span, &say.Error{Code: "works.span", Kind: say.Invalid,
			Text: say.Text{En: "from and to do not enclose a part of the line", Ar: "لا يحصر المدى أي جزء من الخط"},
			Hint: say.Text{En: "give metres from km 0, from below to", Ar: "أعط الأمتار من الكيلومتر صفر، والبداية قبل النهاية"}}
	}
	if !inside(span, a.Spans(s.sections, s.atlas.Axis.Whole())) {
		return span, notYourMetres
	}
	return span, nil
}

// inside reports whether all of a span, or a point, lies in a set. A centimetre
// is what writing and reading may lose.
func inside(s border.Span, in border.Set) bool {
	if s.Empty() {
		return in.Contains(s.From)
	}
	return in.Intersect(border.NewSet(s)).Length() > s.Length()-0.01
}

var notYourMetres = &say.Error{Code: "works.section", Kind: say.Denied,
	Text: say.Text{En: "these metres are not in your sections", Ar: "هذه الأمتار ليست ضمن قواطعك"},
	Hint: say.Text{En: "ask for a span inside them, or ask who is responsible there", Ar: "اطلب مدى داخلها أو راجع المسؤول عنها"}}

func (s *Server) worksSummary(v *barrier.View, span border.Span) WorksSummary {
	out := WorksSummary{AsOf: v.Valid, Events: s.works.Size(), Axis: v.Axis().Version(), Denominators: barrier.Denominators(v.Axis(), s.atlas.Calibration),
		Totals: []WorksTotal{}, Claims: len(v.Claims()), Inspections: len(v.Inspections()), Packages: len(v.Packages()), Diary: len(v.Diary()),
		Weak: WorksWeak{ByRisk: map[string]int{}}}
	for _, t := range v.Totals(span) {
		out.Totals = append(out.Totals, WorksTotal{LayerTotal: t, Name: t.Kind.Name(), Standing: t.Standing(), Inspected: t.Inspected(), Counted: t.Kind.Counted()})
	}
	for _, w := range v.WeakSpots() {
		if w.State != barrier.SpotClosed {
			out.Weak.Open++
			out.Weak.ByRisk[string(w.Risk)]++
		}
	}
	due := v.Due(barrier.DayOf(v.Valid))
	out.Weak.Overdue, out.Weak.Unseen = len(due.Open), len(due.Mends)
	out.Marks = works.Marks(v)
	return out
}

// worksClosed applies the rules. Cameras come and go, so what hangs on them is
// computed anew each time, and only for now.
func (s *Server) worksClosed(v *barrier.View, at TwoTimes, of part) ([]WorksClosed, error) {
	lanes := map[string]border.Set{}
	var marks []string
	if at.AsOf.IsZero() && at.Known.IsZero() {
		c := s.cameraWorking()
		lanes["camera-working"], marks = c.metres, c.marks
	}
	var out []WorksClosed
	for _, r := range v.Rules() {
		a, err := v.ClosedWithin(*r, lanes, of.denominator(v.Axis()), of.set(v.Axis()))
		if err != nil {
			return nil, err
		}
		row := WorksClosed{a.Rule, a.Metres, a.Of, a.Share(), a.Terms, a.Missing, nil}
		if p, err := barrier.Compile(r.When); err == nil && slices.Contains(p.Lanes, "camera-working") {
			row.Marks = marks
		}
		out = append(out, row)
	}
	return out, nil
}

// ClosedNow gives the metres that the first rule calls closed now, and the marks
// of what cameras are taken to watch.
func (s *Server) ClosedNow() (border.Set, []string) {
	v := s.works.View(time.Time{}, time.Time{})
	c := s.cameraWorking()
	a, err := v.Closed(*v.Rules()[0], map[string]border.Set{"camera-working": c.metres}, barrier.Measured(v.Axis()))
	if err != nil {
		return border.Set{}, nil // a rule that does not compile was refused when it was stated
	}
	return a.Set, c.marks
}

// registered is the stretch of line in a sensor's registered range.
func registered(x *picture.Sensor) (border.Span, bool) {
	if !x.HasKm || math.Abs(float64(x.Offset)) >= x.MaxRange {
		return border.Span{}, false
	}
	half := border.Chainage(math.Sqrt(x.MaxRange*x.MaxRange - float64(x.Offset)*float64(x.Offset)))
	return border.Span{From: x.Chainage - half, To: x.Chainage + half}, true
}

// WorksWords are the closed lists.
type WorksWords struct {
	Kinds      []Named `json:"kinds"`
	Sides      []Named `json:"sides"`
	States     []Named `json:"states"`
	Weaknesses []Named `json:"weaknesses"`
	Risks      []Named `json:"risks"`
	Causes     []Named `json:"causes"`
	Results    []Named `json:"results"`
	Spots      []Named `json:"spot_states"`
	Packages   []Named `json:"package_states"`
	Bases      []Named `json:"bases"`
	Precisions []Named `json:"precisions"`
	Verbs      []Named `json:"verbs"`
}

// word is a closed list's member: a text with a name.
type word interface {
	~string
	Name() say.Text
}

func names[W word](list ...W) []Named {
	var out []Named
	for _, w := range list {
		out = append(out, Named{string(w), w.Name()})
	}
	return out
}

func worksWords() WorksWords {
	verbs := []barrier.Verb{barrier.Enter, barrier.Describe, barrier.Survey, barrier.Clear, barrier.Start, barrier.Finish, barrier.Inspect, barrier.Accept,
		barrier.Damage, barrier.Repair, barrier.Remove, barrier.Replan, barrier.Approve, barrier.Pause, barrier.Resume, barrier.HandOver, barrier.Drop, barrier.Close, barrier.Reopen}
	return WorksWords{
		Kinds: names(barrier.Kinds()...), Sides: names(barrier.Sides()...), States: names(barrier.States()...),
		Weaknesses: names(barrier.Weaknesses()...), Risks: names(barrier.Risks()...), Causes: names(barrier.Causes()...),
		Results: names(barrier.Pass, barrier.Fail), Spots: names(barrier.SpotOpen, barrier.SpotRepair, barrier.SpotClosed),
		Packages:   names(barrier.PackageDraft, barrier.PackageApproved, barrier.PackageRunning, barrier.PackagePaused, barrier.PackageDone, barrier.PackageHanded, barrier.PackageDropped),
		Bases:      names(barrier.BasisMeasured, barrier.BasisCalibrated, barrier.BasisPublished, barrier.BasisPlanned),
		Precisions: names(barrier.ToDay, barrier.ToMonth, barrier.ToYear), Verbs: names(verbs...),
	}
}

package api

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"marsad/border"
	"marsad/coverage"
	"marsad/engine/access"
	"marsad/engine/picture"
	"marsad/say"
	"marsad/sense"
)

// Coverage knows what is seen now.
type Coverage interface {
	// At gives what is seen at a revision, with its lanes; zero is the newest. It is
	// false until that has been worked out, and for one that is not held any more.
	At(revision uint64) (coverage.Now, []border.LaneEntry, bool)
	// Hold keeps a revision for the questions that follow, until enough newer ones are.
	Hold(revision uint64)
	// Zones are the pieces of land to be watched beside the line.
	Zones() []coverage.Zone
}

// Owed stands on every answer about coverage: what the figures mean, what they
// rest on, and for whom and when they were given out.
type Owed struct {
	AsOf       time.Time          `json:"as_of"` // the picture's time
	Revision   uint64             `json:"revision"`
	Class      string             `json:"class"`
	Definition say.Text           `json:"definition"`
	When       coverage.Condition `json:"when"`
	Ground     GroundRow          `json:"ground"`
	Marks      []string           `json:"marks"`
	Axis       string             `json:"axis"`
	Of         float64            `json:"of" doc:"The denominator: metres of the line in the account's sections."`
	Weighted   bool               `json:"weighted" doc:"Gaps are ranked by length times risk; else by length alone."`
	Watermark  say.Text           `json:"watermark" doc:"To be shown on every view, print and export."`
	Disclaimer say.Text           `json:"disclaimer"`
}

// GroundRow is what the lines of sight went over.
type GroundRow struct {
	Source    say.Text `json:"source"`
	Synthetic bool     `json:"synthetic"` // made up: no percentage without the word
	Vertical  string   `json:"vertical"`
}

// look is coverage as one account may see it.
type look struct {
	coverage.Now
	lanes   []border.LaneEntry
	class   sense.Class
	within  border.Set
	view    *view
	picture *picture.Version
	owed    Owed
}

// Moment asks for coverage as it stood: several answers of one revision never
// contradict one another.
type Moment struct {
	Revision uint64 `query:"revision" doc:"As it stood at this revision, one of the last that GET /api/v1/coverage named; the present when absent. Refused when it is too old."`
}

type classInput struct {
	Moment
	Class string `query:"class" enum:"person,vehicle,slow-air,float" default:"person"`
}

var errRevision = &say.Error{Code: "coverage.revision", Kind: say.Conflict,
	Text: say.Text{En: "what was seen at this revision is not kept any more", Ar: "لم تعد هذه المراجعة محفوظة"},
	Hint: say.Text{En: "ask GET /api/v1/coverage for the present one, and for the rest with its revision", Ar: "اطلب الحالة الحالية ثم اطلب الباقي برقم مراجعتها"}}

// moment gives what is seen at a revision, zero for the present.
func (s *Server) moment(revision uint64) (coverage.Now, []border.LaneEntry, error) {
	if s.coverage == nil {
		return coverage.Now{}, nil, errNoCoverage
	}
	now, lanes, ok := s.coverage.At(revision)
	switch {
	case ok:
		return now, lanes, nil
	case revision > 0:
		return now, nil, errRevision
	}
	return now, nil, errNoCoverage
}

var errNoCoverage = &say.Error{Code: "coverage.not_yet", Kind: say.Unavailable,
	Text: say.Text{En: "what is seen has not been worked out yet", Ar: "لم يُحسب بعد ما هو مرئي"},
	Hint: say.Text{En: "it takes some seconds after the start; the log of the program says if it failed", Ar: "يستغرق ذلك ثواني بعد التشغيل؛ وإن فشل فالسبب في سجل البرنامج"}}

// look gives what an account may see of coverage.
func (s *Server) look(a *access.Account, class string, at Moment) (*look, error) {
	now, lanes, err := s.moment(at.Revision)
	if err != nil {
		return nil, err
	}
	c, err := sense.ParseClass(class)
	if err != nil {
		return nil, &say.Error{Code: "coverage.class", Kind: say.Invalid, Cause: err,
			Text: say.Text{En: "coverage is not worked out for this class", Ar: "لا تُحسب التغطية لهذا الصنف"}}
	}
	l := &look{Now: now, lanes: lanes, class: c, view: s.viewOf(a), picture: s.picture.Current(), within: a.Spans(s.sections, s.atlas.Axis.Whole())}
	n := now.Network
	l.owed = Owed{AsOf: now.At, Revision: now.Revision, Class: class, Definition: coverage.Definition, When: n.When(), Ground: GroundRow{n.Provenance().Source, n.Provenance().Synthetic, n.Provenance().Vertical.String()},
		Marks: n.Marks(), Axis: s.atlas.Axis.Version(), Of: l.within.Length(), Weighted: now.Weighted,
		Watermark: watermark(a, now.At), Disclaimer: border.Disclaimer}
	return l, nil
}

// watermark names the account and the time, so that a copy that got out says
// whose it was (safeguard 8).
func watermark(a *access.Account, at time.Time) say.Text {
	when := at.UTC().Format("2006-01-02 15:04:05Z")
	return say.Text{
		En: fmt.Sprintf("%s %s (%s) · %s · need to know", a.Rank.En, a.Name.En, a.Login, when),
		Ar: fmt.Sprintf("%s %s (%s) · %s · لمن يلزمه العلم", a.Rank.Ar, a.Name.Ar, say.LTR(a.Login), say.LTR(when)),
	}
}

// covered is an answer about coverage: what is owed beside the items.
type covered[T any] struct {
	Body struct {
		Owed  Owed `json:"owed"`
		Items []T  `json:"items"`
	}
}

func answerOf[T any](l *look, items []T) *covered[T] {
	out := &covered[T]{}
	out.Body.Owed = l.owed
	if out.Body.Items = items; items == nil {
		out.Body.Items = []T{}
	}
	return out
}

// coverageRoutes serves what is seen and what is not. Every route needs the right
// to it and is cut to the account's sections.
func (s *Server) coverageRoutes() {
	covering := func(id, path, summary string) huma.Operation {
		return get(id, "/api/v1/coverage"+path, summary, "coverage")
	}
	route(s, access.ReadCoverage, covering("coverage", "", "What is seen now, with its definition, denominator, ground and date"),
		func(_ context.Context, a *access.Account, in *summaryInput) (*body[CoverageSummary], error) {
			l, err := s.look(a, in.Class, in.Moment)
			if err != nil {
				return nil, err
			}
			s.coverage.Hold(l.Revision)
			out, err := s.summary(l, in)
			return &body[CoverageSummary]{out}, err
		})
	route(s, access.ReadCoverage, covering("coverage-gaps", "/gaps", "Where nothing is seen now, ranked by length times risk"),
		func(_ context.Context, a *access.Account, in *gapInput) (*covered[GapRow], error) {
			l, err := s.look(a, in.Class, in.Moment)
			if err != nil {
				return nil, err
			}
			return answerOf(l, s.gaps(l, in.Limit)), nil
		})
	route(s, access.ReadCoverage, covering("coverage-outages", "/outages", "What failed, one row for each cause, with neighbours that could be turned"),
		func(_ context.Context, a *access.Account, in *classInput) (*covered[OutageRow], error) {
			l, err := s.look(a, in.Class, in.Moment)
			if err != nil {
				return nil, err
			}
			return answerOf(l, s.outages(l)), nil
		})
	route(s, access.ReadCoverage, covering("coverage-single-points", "/single-points", "What alone keeps metres from going dark"),
		func(_ context.Context, a *access.Account, in *classInput) (*covered[SinglePointRow], error) {
			l, err := s.look(a, in.Class, in.Moment)
			if err != nil {
				return nil, err
			}
			return answerOf(l, s.singlePoints(l)), nil
		})
	route(s, access.ReadCoverage, covering("coverage-availability", "/availability", "How long towers worked and how much of each section was seen, against 95 and 99 per cent"),
		func(_ context.Context, a *access.Account, in *Moment) (*body[Availability], error) {
			l, err := s.look(a, sense.Person.String(), *in)
			if err != nil {
				return nil, err
			}
			return &body[Availability]{s.availability(l)}, nil
		})
	route(s, access.ReadCoverage, covering("coverage-repairs", "/repairs", "Requests for repair: what, where, since when, who was told"),
		func(ctx context.Context, a *access.Account, in *Moment) (*covered[RepairRow], error) {
			l, err := s.look(a, sense.Person.String(), *in)
			if err != nil {
				return nil, err
			}
			return answerOf(l, s.repairs(l)), nil
		})
	route(s, access.ReadCoverage, covering("coverage-repair-order", "/repair-order", "In which order mending what is silent lights up most"),
		func(_ context.Context, a *access.Account, in *classInput) (*body[RepairOrder], error) {
			l, err := s.look(a, in.Class, in.Moment)
			if err != nil {
				return nil, err
			}
			return &body[RepairOrder]{s.repairOrder(l)}, nil
		})
	route(s, access.ReadCoverage, covering("coverage-control", "/control", "Metres seen and reachable, seen, reachable, and neither"),
		func(_ context.Context, a *access.Account, in *Moment) (*covered[ControlRow], error) {
			l, err := s.look(a, sense.Person.String(), *in)
			if err != nil {
				return nil, err
			}
			return answerOf(l, s.controlRows(l)), nil
		})
	route(s, access.ReadCoverage, covering("coverage-zones", "/zones", "Watch zones and how much of each is seen"),
		func(_ context.Context, a *access.Account, in *classInput) (*covered[ZoneRow], error) {
			l, err := s.look(a, in.Class, in.Moment)
			if err != nil {
				return nil, err
			}
			rows, err := s.zones(l)
			return answerOf(l, rows), err
		})
	route(s, access.ReadCoverage, covering("coverage-report", "/report", "All of it as a file; needs the right to export and is put on record"),
		func(ctx context.Context, a *access.Account, in *classInput) (*exported[CoverageReport], error) {
			if !a.May(access.Export) {
				return nil, access.Denied(string(access.Export))
			}
			l, err := s.look(a, in.Class, in.Moment)
			if err != nil {
				return nil, err
			}
			report, err := s.report(l)
			if err != nil {
				return nil, err
			}
			if err := s.door.Exported(ctx, a, fmt.Sprintf("coverage report, %d gaps, %d outages, revision %d", len(report.Gaps), len(report.Outages), l.Revision)); err != nil {
				return nil, err
			}
			return &exported[CoverageReport]{Disposition: `attachment; filename="marsad-coverage.json"`, Body: report}, nil
		})
	type footprintInput struct {
		Moment
		Sensor string `path:"sensor" maxLength:"64"`
		Class  string `query:"class" enum:"person,vehicle,slow-air,float" default:"person"`
	}
	route(s, access.ReadCoverage, covering("coverage-footprint", "/footprint/{sensor}", "Where one sensor sees the class over the ground, whatever its health"),
		func(_ context.Context, a *access.Account, in *footprintInput) (*body[FootprintView], error) {
			l, err := s.look(a, in.Class, in.Moment)
			if err != nil {
				return nil, err
			}
			st, err := l.station(in.Sensor)
			if err != nil {
				return nil, err
			}
			f, ok := footprintOf(l.Network, st.Sensor, l.class)
			if !ok {
				return nil, sensorMissing(in.Sensor)
			}
			return &body[FootprintView]{FootprintView{l.owed, f}}, nil
		})
	s.riskRoutes()
	s.shadeRoutes()
	plan := covering("coverage-plan", "/plan", "Proposes sites for new towers that close most of the gaps, with a bound on the best possible")
	plan.Method = "POST"
	route(s, access.PlanSites, plan,
		func(_ context.Context, a *access.Account, in *planInput) (*body[SitePlan], error) {
			out, err := s.plan(a, in)
			return &body[SitePlan]{out}, err
		})
	whatIf := covering("coverage-what-if", "/what-if", "What would be seen if sensors stood elsewhere, failed, were mended or were added")
	whatIf.Method = "POST"
	route(s, access.PlanSites, whatIf,
		func(_ context.Context, a *access.Account, in *whatIfInput) (*body[WhatIf], error) {
			out, err := s.whatIf(a, in)
			return &body[WhatIf]{out}, err
		})
}

// FootprintView is a footprint with what is owed.
type FootprintView struct {
	Owed Owed `json:"owed"`
	Footprint
}

type exported[T any] struct {
	Disposition string `header:"Content-Disposition"`
	Body        T
}

// name of a sensor as people call it.
func (l *look) name(id sense.SensorID) string {
	if x := l.picture.Sensor(id); x != nil && x.Name != "" {
		return x.Name
	}
	return string(id)
}

// sees reports whether the account may be told of a sensor.
func (l *look) sees(id sense.SensorID) bool {
	x := l.picture.Sensor(id)
	return x != nil && l.view.sensor(x)
}

// spansOf is a set as the wire has it.
func spansOf(set border.Set) [][2]float64 {
	out := [][2]float64{}
	for _, x := range set.Spans() {
		out = append(out, [2]float64{round(float64(x.From), 1), round(float64(x.To), 1)})
	}
	return out
}

// caseOf finds the open case of an outage that names any of some sensors.
func (l *look) caseOf(ids []sense.SensorID) *picture.Alert {
	for _, a := range l.picture.Alerts {
		if a.Closed() || a.Repair == nil {
			continue
		}
		if slices.ContainsFunc(a.Repair.Sensors, func(id sense.SensorID) bool { return slices.Contains(ids, id) }) {
			return a
		}
	}
	return nil
}

package api

import (
	"context"
	"fmt"

	"marsad/barrier"
	"marsad/barrier/forecast"
	"marsad/border"
	"marsad/engine/access"
	"marsad/engine/works"
	"marsad/say"
)

// ClaimRow is what somebody said, with what of it can be set beside metres.
type ClaimRow struct {
	barrier.Claim
	Name   say.Text     `json:"name"`
	Layer  barrier.Kind `json:"layer,omitempty"`
	Sense  string       `json:"sense"`
	Metres float64      `json:"metres,omitempty"` // 0 for a claim that is none of metres
	Mark   string       `json:"mark"`             // claimed, always
	// Disputes are what people said against it.
	Disputes []works.Dispute `json:"disputes,omitempty"`
}

// Ledger is the claims beside what was inspected, never mixed.
type Ledger struct {
	Items []ClaimRow `json:"items"`
	// Inspected is the inspected metres of the layers that anything is claimed of.
	Inspected     map[string][]forecast.Observation `json:"inspected"`
	Discrepancies []barrier.Discrepancy             `json:"discrepancies"`
	Source        say.Text                          `json:"source"`
}

// WorksCourse is the S-curve of a kind with its earned schedule.
type WorksCourse struct {
	works.Course
	Name say.Text `json:"name"`
	// Earned measures what the diary has, or else what was inspected, against the
	// plan; absent without a plan.
	Earned *forecast.Earned `json:"earned,omitempty"`
	On     forecast.Basis   `json:"on,omitempty"`
	Marks  []string         `json:"marks,omitempty"`
}

func (s *Server) worksClaims() {
	route(s, access.ReadWorks, get("works-claims", "/api/v1/works/claims", "All that was claimed, beside what was inspected, with the discrepancies and which explanations fit", "works"),
		func(_ context.Context, _ *access.Account, in *TwoTimes) (*body[Ledger], error) {
			out, err := works.Computed(s.works, in.AsOf, in.Known, "claims", func(v *barrier.View) (Ledger, error) { return s.ledgerOf(v), nil })
			return &body[Ledger]{out}, err
		})
	type CourseInput struct {
		TwoTimes
		Kind    string `query:"kind" maxLength:"32" default:"wall"`
		Section string `query:"section" maxLength:"64" doc:"Only within this section."`
	}
	route(s, access.ReadWorks, get("works-progress", "/api/v1/works/progress", "The S-curve of a kind of layer: planned, by the diary, inspected and claimed, with earned schedule", "works"),
		func(_ context.Context, a *access.Account, in *CourseInput) (*body[WorksCourse], error) {
			span, err := s.worksSection(a, in.Section)
			if err != nil {
				return nil, err
			}
			kind := barrier.Kind(in.Kind)
			out, err := works.Computed(s.works, in.AsOf, in.Known, key("course "+in.Kind, span), func(v *barrier.View) (WorksCourse, error) {
				return courseOf(v, kind, span), nil
			})
			return &body[WorksCourse]{out}, err
		})
	type forecastInput struct {
		CourseInput
		Target float64 `query:"target" minimum:"0" maximum:"10000000" doc:"Metres in all; the measured length of the line, or of the section, when absent."`
		By     string  `query:"by" maxLength:"10" doc:"A promised day, as 2026-12-31: how likely it is, and the rate that it needs."`
		Basis  string  `query:"basis" enum:"claims,diary,inspected," doc:"What the series is: the border guard's published figures, the site diary, or inspected metres."`
		Runs   int     `query:"runs" minimum:"0" maximum:"100000"`
		Seed   int64   `query:"seed" minimum:"0"`
	}
	route(s, access.ReadWorks, get("works-forecast", "/api/v1/works/forecast", "When a target is reached, by several methods side by side, with what each takes for granted", "works"),
		func(_ context.Context, a *access.Account, in *forecastInput) (*body[forecast.Forecast], error) {
			span, err := s.worksSection(a, in.Section)
			if err != nil {
				return nil, err
			}
			v := s.works.View(in.AsOf, in.Known)
			q := forecast.Question{Target: in.Target, AsOf: barrier.DayOf(v.Valid), Runs: in.Runs, Seed: uint64(in.Seed), Basis: forecast.Basis(in.Basis)}
			if in.By != "" {
				if q.By, err = barrier.ParseDay(in.By); err != nil {
					return nil, err
				}
			}
			course := works.CourseOf(v, barrier.Kind(in.Kind), span)
			q.Plan = course.Planned
			switch q.Basis {
			case forecast.OnDiary:
				q.Series = course.Diary
			case forecast.OnInspected:
				q.Series = course.Inspected
			default:
				if !span.Empty() || in.Kind != string(barrier.Wall) {
					return nil, &say.Error{Code: "works.basis", Kind: say.Invalid,
						Text: say.Text{En: "figures are published of the wall on the whole line only", Ar: "الأرقام المنشورة تخص الجدار على الخط كله فقط"},
						Hint: say.Text{En: "take the diary or inspected metres as the basis", Ar: "اعتمد اليوميات أو الأمتار المفحوصة"}}
				}
				q.Basis, q.Series = forecast.OnClaims, forecast.BorderGuard()
			}
			if q.Target == 0 {
				if q.Target = s.atlas.Axis.Length(); !span.Empty() {
					q.Target = span.Length()
				}
			}
			out, err := forecast.Finish(q)
			if err != nil {
				return nil, err
			}
			return &body[forecast.Forecast]{*out}, nil
		})
}

// worksFinish says when the packages will be done: the whole, each section, each
// package.
func (s *Server) worksFinish() {
	type finishInput struct {
		TwoTimes
		Kind string `query:"kind" maxLength:"32" default:"wall"`
		By   string `query:"by" maxLength:"10" doc:"A promised day, as 2026-12-31: how likely it is."`
		Runs int    `query:"runs" minimum:"0" maximum:"20000" doc:"10,000 when absent."`
		Seed int64  `query:"seed" minimum:"0"`
	}
	route(s, access.ReadWorks, get("works-finish", "/api/v1/works/finish", "When the packages will be done, by section and whole, from crews, calendars and the diary", "works"),
		func(_ context.Context, a *access.Account, in *finishInput) (*body[forecast.Programme], error) {
			if !a.Everywhere() {
				return nil, notYourMetres
			}
			q := forecast.ProgrammeQuestion{Kind: barrier.Kind(in.Kind), Runs: in.Runs, Seed: uint64(in.Seed), Sections: s.atlas.Division.Level(border.LevelSection)}
			if in.By != "" {
				var err error
				if q.By, err = barrier.ParseDay(in.By); err != nil {
					return nil, err
				}
			}
			name := fmt.Sprintf("finish %s %s %d %d", in.Kind, in.By, in.Runs, in.Seed)
			out, err := works.Computed(s.works, in.AsOf, in.Known, name, func(v *barrier.View) (*forecast.Programme, error) {
				q.View, q.AsOf = v, barrier.DayOf(v.Valid)
				return forecast.Works(q)
			})
			if err != nil {
				return nil, err
			}
			return &body[forecast.Programme]{*out}, nil
		})
}

// worksSection gives the span of a section that the account may see, the zero
// span for none.
func (s *Server) worksSection(a *access.Account, id string) (border.Span, error) {
	if id == "" {
		return border.Span{}, nil
	}
	section, ok := s.atlas.Division.Section(id)
	if !ok {
		return border.Span{}, notYourMetres
	}
	return s.worksSpan(a, float64(section.From), float64(section.To), false)
}

var ledgerSource = say.Text{En: "published claims, each graded by its source; nothing here was measured by Marsad", Ar: "ادعاءات منشورة، صُنّف كل منها حسب مصدره؛ لم يقس مرصد شيئاً منها"}

func (s *Server) ledgerOf(v *barrier.View) Ledger {
	out := Ledger{Items: []ClaimRow{}, Inspected: map[string][]forecast.Observation{}, Discrepancies: some(v.Disputes()), Source: ledgerSource}
	for _, c := range v.Claims() {
		m := barrier.MetricOf(c.Metric)
		row := ClaimRow{Claim: *c, Name: m.Name, Layer: m.Layer, Sense: string(m.Sense), Mark: border.Claimed, Disputes: s.works.Disputes(c.ID)}
		if metres, ok := c.Metres(); ok {
			row.Metres = metres
		}
		out.Items = append(out.Items, row)
		if m.Layer != "" && out.Inspected[string(m.Layer)] == nil {
			out.Inspected[string(m.Layer)] = works.CourseOf(v, m.Layer, border.Span{}).Inspected
		}
	}
	return out
}

func courseOf(v *barrier.View, k barrier.Kind, span border.Span) WorksCourse {
	out := WorksCourse{Course: works.CourseOf(v, k, span), Name: k.Name(), Marks: works.Marks(v)}
	now := barrier.DayOf(v.Valid)
	for _, basis := range []struct {
		of     forecast.Basis
		series []forecast.Observation
	}{{forecast.OnDiary, out.Diary}, {forecast.OnInspected, out.Inspected}} {
		if n := len(basis.series); n > 0 && out.Earned == nil {
			if e, ok := forecast.Schedule(out.Planned, forecast.Observation{On: now, Metres: basis.series[n-1].Metres}); ok {
				out.Earned, out.On = &e, basis.of
			}
		}
	}
	return out
}

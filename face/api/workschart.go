package api

import (
	"context"

	"marsad/barrier"
	"marsad/engine/access"
	"marsad/engine/works"
)

// WorksAhead is what the packages ask for in the weeks to come.
type WorksAhead struct {
	Two []barrier.Ahead `json:"two"` // weeks: for the site
	Six []barrier.Ahead `json:"six"` // weeks: for deliveries
}

func (s *Server) worksChart() {
	type chartInput struct {
		TwoTimes
		From  float64 `query:"from" doc:"Chainage in metres; the beginning of the line when absent."`
		To    float64 `query:"to" doc:"Chainage in metres; the end of the line when absent."`
		Since string  `query:"since" maxLength:"10" doc:"First day; the earliest of all there is when absent."`
		Until string  `query:"until" maxLength:"10" doc:"Last day; the latest of all there is when absent."`
	}
	route(s, access.ReadWorks, get("works-chart", "/api/v1/works/chart", "The time–chainage chart of a window: plan, diary, stoppages, clashes", "works"),
		func(_ context.Context, a *access.Account, in *chartInput) (*body[works.March], error) {
			span, err := s.worksSpan(a, in.From, in.To, false)
			if err != nil {
				return nil, err
			}
			w := works.Window{Span: span}
			if in.Since != "" {
				if w.Since, err = barrier.ParseDay(in.Since); err != nil {
					return nil, err
				}
			}
			if in.Until != "" {
				if w.Until, err = barrier.ParseDay(in.Until); err != nil {
					return nil, err
				}
			}
			out, err := works.Computed(s.works, in.AsOf, in.Known, key("chart "+in.Since+" "+in.Until, span), func(v *barrier.View) (works.March, error) {
				return works.MarchOf(v, w, works.Marks(v)), nil
			})
			return &body[works.March]{out}, err
		})
	route(s, access.ReadWorks, get("works-ahead", "/api/v1/works/ahead", "The next two and six weeks, package by package: what is planned, what is left, what rate that needs", "works"),
		func(_ context.Context, a *access.Account, in *TwoTimes) (*body[WorksAhead], error) {
			if !a.Everywhere() {
				return nil, notYourMetres
			}
			v := s.works.View(in.AsOf, in.Known)
			today := barrier.DayOf(v.Valid)
			return &body[WorksAhead]{WorksAhead{Two: some(v.Lookahead(today, 2)), Six: some(v.Lookahead(today, 6))}}, nil
		})
}

// some gives an empty list for none.
func some[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

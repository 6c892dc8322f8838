package api

import (
	"context"
	"fmt"
	"time"

	"marsad/border"
	"marsad/engine/access"
	"marsad/engine/risk"
	"marsad/ident"
	"marsad/say"
	"marsad/sense"
)

// Risk knows what makes metres of the line matter more or less.
type Risk interface {
	// Now gives all causes as they stand.
	Now() []risk.Cause
	State(ctx context.Context, s risk.Statement, name string) (risk.Statement, error)
	Withdraw(ctx context.Context, id ident.ID, by, name string, may func(border.Span) bool) error
	// Changed is told when something was stated or withdrawn.
	Changed()
}

// RiskCauses are the causes that touch an account's sections.
type RiskCauses struct {
	Owed    Owed         `json:"owed"`
	Formula say.Text     `json:"formula"`
	Items   []risk.Cause `json:"items"`
	// MayState says whether the account may state something of a stretch itself.
	MayState bool `json:"may_state"`
}

type riskInput struct {
	From float64 `query:"from" minimum:"0" doc:"Chainage in metres; the beginning of the line when absent."`
	To   float64 `query:"to" minimum:"0" doc:"Chainage in metres; the end of the line when absent."`
}

type statementInput struct {
	Body struct {
		From   float64   `json:"from" minimum:"0" doc:"Chainage in metres."`
		To     float64   `json:"to" minimum:"0"`
		Weight float64   `json:"weight" minimum:"-2" maximum:"4" doc:"Added to the weight of each metre, which is 1 where nothing is known."`
		Why    string    `json:"why" minLength:"5" maxLength:"500"`
		Source string    `json:"source" minLength:"3" maxLength:"200" doc:"What it rests on."`
		Until  time.Time `json:"until" doc:"It ends by itself, within a year."`
	}
}

type withdrawInput struct {
	ID string `path:"id" maxLength:"64"`
}

func (s *Server) riskRoutes() {
	route(s, access.ReadCoverage, get("coverage-risk", "/api/v1/coverage/risk", "What makes metres matter more or less, each cause with weight, source and explanation; never a person", "coverage"),
		func(_ context.Context, a *access.Account, in *riskInput) (*body[RiskCauses], error) {
			l, err := s.look(a, sense.Person.String(), Moment{})
			if err != nil {
				return nil, err
			}
			span := s.atlas.Axis.Whole()
			if in.To > in.From {
				span = span.Intersect(border.Span{From: border.Chainage(in.From), To: border.Chainage(in.To)})
			}
			out := RiskCauses{Owed: l.owed, Formula: risk.Formula, Items: []risk.Cause{}, MayState: a.May(access.SetRisk)}
			for _, part := range l.within.Intersect(border.NewSet(span)).Spans() {
				out.Items = append(out.Items, s.reasons(part)...)
			}
			return &body[RiskCauses]{out}, nil
		})
	state := get("coverage-risk-state", "/api/v1/coverage/risk", "States that a stretch matters more or less: with a reason, a source and an end, on record", "coverage")
	state.Method = "POST"
	route(s, access.SetRisk, state, func(ctx context.Context, a *access.Account, in *statementInput) (*body[risk.Statement], error) {
		b := in.Body
		span := border.Span{From: border.Chainage(b.From), To: border.Chainage(b.To)}.Intersect(s.atlas.Axis.Whole())
		if err := s.mayWeigh(a, span); err != nil {
			return nil, err
		}
		out, err := s.risk.State(ctx, risk.Statement{Span: span, Weight: b.Weight, Why: b.Why, Source: b.Source, Until: b.Until, By: a.ID}, a.Name.En)
		if err != nil {
			return nil, err
		}
		s.risk.Changed()
		return &body[risk.Statement]{out}, nil
	})
	withdraw := get("coverage-risk-withdraw", "/api/v1/coverage/risk/{id}/withdraw", "Withdraws what a person stated of a stretch; it stays on record", "coverage")
	withdraw.Method = "POST"
	route(s, access.SetRisk, withdraw, func(ctx context.Context, a *access.Account, in *withdrawInput) (*struct{}, error) {
		id, err := ident.Parse(in.ID)
		if err != nil || s.risk == nil {
			return nil, noStatement
		}
		err = s.risk.Withdraw(ctx, id, a.ID, a.Name.En, func(span border.Span) bool { return s.mayWeigh(a, span) == nil })
		if err == nil {
			s.risk.Changed()
		}
		return nil, err
	})
}

var noStatement = &say.Error{Code: "risk.unknown", Kind: say.NotFound,
	Text: say.Text{En: "there is no such statement in your sections", Ar: "لا يوجد بيان كهذا في قواطعك"},
	Hint: say.Text{En: "reload the list", Ar: "أعد تحميل القائمة"}}

// mayWeigh reports whether an account may state something of a stretch: all of it
// lies in its own sections.
func (s *Server) mayWeigh(a *access.Account, span border.Span) error {
	if s.risk == nil || span.Empty() {
		return &say.Error{Code: "risk.statement", Kind: say.Invalid,
			Text: say.Text{En: fmt.Sprintf("%.0f to %.0f m is no stretch of the line", float64(span.From), float64(span.To)), Ar: "هذا ليس مقطعاً من الخط"},
			Hint: say.Text{En: "give metres from km 0, from below to", Ar: "أعط الأمتار من الكيلومتر صفر، والبداية قبل النهاية"}}
	}
	if within := a.Spans(s.sections, s.atlas.Axis.Whole()); within.Intersect(border.NewSet(span)).Length() < span.Length()-0.5 {
		return access.Denied(string(access.SetRisk))
	}
	return nil
}

// reasons are the causes that touch a span, the heaviest first.
func (s *Server) reasons(span border.Span) []risk.Cause {
	if s.risk == nil {
		return []risk.Cause{}
	}
	return append([]risk.Cause{}, risk.Touching(s.risk.Now(), span)...)
}

package api

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"marsad/assess"
	"marsad/border"
	"marsad/engine/access"
	"marsad/ident"
	"marsad/respond"
	"marsad/say"
	"marsad/sense"
)

// ActionBody is a step that a person takes, without who and when, which the
// server knows.
type ActionBody struct {
	ID       string          `json:"id,omitempty" maxLength:"36" doc:"UUID version 7 made by the asker; sent again, it does nothing and answers as the first time."`
	Verb     respond.Verb    `json:"verb" maxLength:"32"`
	Unit     string          `json:"unit,omitempty" maxLength:"64"`
	To       string          `json:"to,omitempty" maxLength:"128"`
	Class    string          `json:"class,omitempty" maxLength:"16"`
	Text     string          `json:"text,omitempty" maxLength:"4000"`
	Answer   string          `json:"answer,omitempty" maxLength:"32"`
	Yes      bool            `json:"yes,omitempty"`
	Place    *respond.Place  `json:"place,omitempty"`
	Severity string          `json:"severity,omitempty" maxLength:"16"`
	Result   *respond.Result `json:"result,omitempty"`
	Witness  string          `json:"witness,omitempty" maxLength:"128" doc:"Independent witness of an own request."`
	Children int             `json:"children,omitempty" minimum:"0" doc:"Hand-over: how many are children."`
}

func (s *Server) alerts() {
	route(s, access.ReadPicture, get("alerts", "/api/v1/alerts", "Alerts with the state of their cases, newest first", "alerts"),
		func(ctx context.Context, a *access.Account, in *pictureInput) (*either, error) {
			if !in.AsOf.IsZero() {
				return s.alertsThen(ctx, a, in)
			}
			cases, next, err := s.record.Cases(ctx, s.query(a, in.list()))
			if err != nil {
				return nil, err
			}
			var rows []AlertRow
			for i := range cases {
				rows = append(rows, alertRow(&cases[i]))
			}
			return answer(ctx, s, rows, next, in.Format, func(r AlertRow) feature { return pointFeature(r.ID, r.Lat, r.Lon, r) })
		})
	type oneInput struct {
		ID string `path:"id" maxLength:"36"`
	}
	type oneThenInput struct {
		ID   string    `path:"id" maxLength:"36"`
		AsOf time.Time `query:"as_of" doc:"As it was then, see /api/v1/picture. Absent for now."`
	}
	route(s, access.ReadPicture, get("alert", "/api/v1/alerts/{id}", "One alert with its whole case and what may be done next", "alerts"),
		func(ctx context.Context, a *access.Account, in *oneThenInput) (*body[AlertDetail], error) {
			if !in.AsOf.IsZero() {
				return s.alertThen(ctx, a, in.ID, in.AsOf)
			}
			c, err := s.theCase(ctx, a, in.ID)
			if err != nil {
				return nil, err
			}
			return &body[AlertDetail]{s.alertDetail(ctx, a, c)}, nil
		})
	type actInput struct {
		ID   string `path:"id" maxLength:"36"`
		Body ActionBody
	}
	route(s, access.Act, huma.Operation{OperationID: "act", Method: http.MethodPost, Path: "/api/v1/alerts/{id}/actions",
		Summary: "Take a step in a case", Tags: []string{"alerts"},
		Description: "Answered when the step is on disk. Which role may take which step in which state is a table; a refused attempt is on record."},
		func(ctx context.Context, a *access.Account, in *actInput) (*body[AlertDetail], error) {
			c, err := s.theCase(ctx, a, in.ID)
			if err != nil {
				return nil, err
			}
			if in.Body.Verb == respond.OpenByHand || in.Body.Verb == respond.GrantSilence || in.Body.Verb == respond.EndSilence {
				return nil, &say.Error{Code: "action.elsewhere", Kind: say.Invalid,
					Text: say.Text{En: "this is not a step of a case", Ar: "هذه ليست خطوة من خطوات الحالة"},
					Hint: say.Text{En: "POST to /api/v1/alerts or /api/v1/silences", Ar: "استعمل الصفحة المخصصة لذلك"}}
			}
			return s.submit(ctx, a, in.Body, c.Alert.ID, nil)
		})
	type openInput struct{ Body ActionBody }
	route(s, access.Act, huma.Operation{OperationID: "open-alert", Method: http.MethodPost, Path: "/api/v1/alerts",
		Summary: "Open an alert by hand: radio, telephone, sentry", Tags: []string{"alerts"}, DefaultStatus: http.StatusCreated,
		Description: "With the verb declare-rescue or declare-self-defence an officer on the spot opens and declares with one press."},
		func(ctx context.Context, a *access.Account, in *openInput) (*body[AlertDetail], error) {
			if in.Body.Verb != respond.DeclareRescue && in.Body.Verb != respond.DeclareDefence {
				in.Body.Verb = respond.OpenByHand
			}
			return s.submit(ctx, a, in.Body, ident.ID{}, nil)
		})
	type silenceInput struct {
		Body struct {
			ID      string         `json:"id,omitempty" maxLength:"36"`
			Silence assess.Silence `json:"silence"`
		}
	}
	route(s, access.Act, huma.Operation{OperationID: "silence", Method: http.MethodPost, Path: "/api/v1/silences",
		Summary: "Silence one movement in one corridor until an expiry; a crossing is never silenced", Tags: []string{"alerts"}, DefaultStatus: http.StatusCreated},
		func(ctx context.Context, a *access.Account, in *silenceInput) (*struct{}, error) {
			silence := in.Body.Silence
			_, err := s.submit(ctx, a, ActionBody{ID: in.Body.ID, Verb: respond.GrantSilence, Text: silence.Why}, ident.ID{}, &silence)
			return nil, err
		})
	route(s, access.Act, huma.Operation{OperationID: "end-silence", Method: http.MethodPost, Path: "/api/v1/silences/{id}/end",
		Summary: "End a silence before it expires", Tags: []string{"alerts"}},
		func(ctx context.Context, a *access.Account, in *oneInput) (*struct{}, error) {
			id, err := ident.Parse(in.ID)
			if err != nil {
				return nil, noSuchCase
			}
			_, err = s.submit(ctx, a, ActionBody{Verb: respond.EndSilence}, ident.ID{}, &assess.Silence{ID: id})
			return nil, err
		})
}

var noSuchCase = &say.Error{Code: "alert.none", Kind: say.NotFound,
	Text: say.Text{En: "there is no such alert in your sections", Ar: "لا يوجد تنبيه كهذا في قواطعك"},
	Hint: say.Text{En: "it may belong to another section", Ar: "ربما يعود إلى قاطع آخر"}}

// theCase reads a case that the account may see: from the record, which has every
// step that was answered, or from the picture where that is ahead of it. The
// picture alone would not do: it is published a moment after a step is answered,
// and who asks again in that moment would read what was before it.
func (s *Server) theCase(ctx context.Context, a *access.Account, text string) (respond.Case, error) {
	id, err := ident.Parse(text)
	if err != nil {
		return respond.Case{}, noSuchCase
	}
	row := s.picture.Current().Alert(id)
	c, err := s.record.Case(ctx, id)
	switch {
	case row != nil && (err != nil || row.Revision >= c.Revision):
		c = row.Case
	case err != nil:
		return respond.Case{}, err
	}
	if !s.viewOf(a).alert(&c.Alert) {
		s.door.Refused(ctx, a, "alert "+id.String()+" outside the account's sections")
		return respond.Case{}, noSuchCase
	}
	return c, nil
}

func (s *Server) alertDetail(ctx context.Context, a *access.Account, c respond.Case) AlertDetail {
	out := AlertDetail{Row: alertRow(&c), Case: c}
	out.Allowed, out.Candidates = s.engine.Next(ctx, c, a.Person())
	out.People = s.people(ctx, &c)
	return out
}

// people gives the names behind the account ids of a case. An account that is
// not there any more has none.
func (s *Server) people(ctx context.Context, c *respond.Case) map[string]say.Text {
	ids := []string{c.Deputy}
	if c.Task != nil {
		ids = append(ids, c.Task.ApproverID)
	}
	for _, p := range c.Proposals {
		ids = append(ids, p.Asked)
	}
	names := map[string]say.Text{}
	for _, id := range ids {
		if _, known := names[id]; known || id == "" {
			continue
		}
		if a, err := s.door.Account(ctx, id); err == nil {
			names[id] = say.Text{En: strings.TrimSpace(a.Rank.En + " " + a.Name.En), Ar: strings.TrimSpace(a.Rank.Ar + " " + a.Name.Ar)}
		}
	}
	return names
}

// decisions are what a named person alone does; all else a program may report.
var decisions = []respond.Verb{respond.Approve, respond.Refuse, respond.Stand, respond.Debrief, respond.Release, respond.HandOver, respond.EndCustody,
	respond.GrantSilence, respond.DeclareRescue, respond.DeclareDefence}

var lentToken = &say.Error{Code: "action.program", Kind: say.Denied,
	Text: say.Text{En: "a program with a token that somebody else gave decides nothing", Ar: "البرنامج الذي يعمل برمز منحه شخص آخر لا يقرّر شيئاً"},
	Hint: say.Text{En: "sign in: the person who decides is named", Ar: "سجّل الدخول: من يقرّر يُذكر اسمه"}}

func (s *Server) submit(ctx context.Context, a *access.Account, b ActionBody, of ident.ID, silence *assess.Silence) (*body[AlertDetail], error) {
	if session := whoAsks(ctx).session; session != nil && session.Lent() && slices.Contains(decisions, b.Verb) {
		return nil, lentToken
	}
	act := respond.Action{Verb: b.Verb, Case: of, By: a.Person(), Unit: b.Unit, To: b.To, Text: strings.TrimSpace(b.Text),
		Answer: b.Answer, Yes: b.Yes, Place: b.Place, Result: b.Result, Silence: silence,
		Witness: b.Witness, Children: b.Children}
	var err error
	if b.ID == "" {
		act.ID = s.frame.NewID()
	} else if act.ID, err = ident.Parse(b.ID); err != nil || act.ID.Version() != 7 {
		return nil, &say.Error{Code: "action.id", Kind: say.Invalid, Cause: err,
			Text: say.Text{En: "an action's id is a UUID version 7", Ar: "معرّف الإجراء هو UUID من الإصدار السابع"}}
	}
	if b.Class != "" {
		if act.Class, err = sense.ParseClass(b.Class); err != nil {
			return nil, &say.Error{Code: "action.class", Kind: say.Invalid, Cause: err, Text: say.Text{En: "there is no such class", Ar: "لا يوجد صنف كهذا"}}
		}
	}
	if b.Severity != "" {
		if err = act.Severity.UnmarshalText([]byte(b.Severity)); err != nil {
			return nil, err
		}
	}
	c, err := s.engine.Submit(ctx, act)
	if err != nil {
		return nil, err
	}
	return &body[AlertDetail]{s.alertDetail(ctx, a, c)}, nil
}

// query limits a list to the account's sections.
func (s *Server) query(a *access.Account, in *listInput) Query {
	q := Query{State: in.State, Cursor: in.Cursor, Limit: in.Limit}
	if q.Limit <= 0 {
		q.Limit = 200
	}
	if !a.Everywhere() {
		q.Sections = s.below(a.Sections)
	}
	return q
}

// below gives the ids of sections with all that lies inside them, so that a
// sector's account sees what happens in its sections.
func (s *Server) below(ids []string) []string {
	out := slices.Clone(ids)
	for _, x := range s.sections { // a parent stands before its parts
		if x.Parent != "" && slices.Contains(out, x.Parent) && !slices.Contains(out, x.ID) {
			out = append(out, x.ID)
		}
	}
	if out == nil {
		out = []string{}
	}
	return out
}

// homeOf is the stretch that an account is responsible for: the hull of its
// sections, or the Rabia section for who sees the whole line.
func (s *Server) homeOf(a *access.Account) [2]float64 {
	from, to := s.atlas.Axis.Whole().To, border.Chainage(0)
	for _, x := range s.sections {
		if slices.Contains(a.Sections, x.ID) || slices.Contains(a.Sections, "*") && x.ID == "rabia" {
			from, to = min(from, x.From), max(to, x.To)
		}
	}
	if to <= from {
		return [2]float64{0, s.atlas.Axis.Length()}
	}
	return [2]float64{float64(from), float64(to)}
}

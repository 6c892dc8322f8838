package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"marsad/barrier"
	"marsad/border"
	"marsad/engine/access"
	"marsad/engine/works"
	"marsad/ident"
	"marsad/say"
)

// Statement is one fact that a person states about the barrier, without who and
// when it became known, which the server knows.
type Statement struct {
	ID     string       `json:"id,omitempty" maxLength:"36" doc:"UUID version 7 made by the asker; sent again, it does nothing."`
	Op     barrier.Op   `json:"op,omitempty" maxLength:"8" doc:"put when absent; amend and void name the event they take the place of."`
	Verb   barrier.Verb `json:"verb,omitempty" maxLength:"16" doc:"The step of the thing's state machine."`
	Valid  time.Time    `json:"valid,omitzero" doc:"Since when it holds; now when absent."`
	Why    string       `json:"why,omitempty" maxLength:"2000"`
	Target string       `json:"target,omitempty" maxLength:"36"`
	barrier.Fact
}

// Stated answers a statement that is on disk.
type Stated struct {
	Event  string           `json:"event"`
	Events int              `json:"events"`
	Known  time.Time        `json:"known"`
	Flaws  []barrier.Flaw   `json:"flaws,omitempty" doc:"What was taken in as it is, and looks wrong."`
	Next   []WorksStep      `json:"next,omitempty"`
	About  barrier.Subject  `json:"about,omitempty"`
	Thing  string           `json:"thing,omitempty"`
	Stood  *barrier.Stretch `json:"stretch,omitempty"`
}

func (s *Server) worksStating() {
	type stateInput struct{ Body Statement }
	route(s, access.StateWorks, huma.Operation{OperationID: "works-state", Method: http.MethodPost, Path: "/api/v1/works/events",
		Summary: "State a fact about the barrier: a piece, an inspection, a weak spot, a day in the diary, a correction", Tags: []string{"works"}, DefaultStatus: http.StatusCreated,
		Description: "Answered when it is on disk. Which role may take which step, and what must be present, is a table (docs/machines.md); nothing stated is ever changed, a correction is a statement too."},
		func(ctx context.Context, a *access.Account, in *stateInput) (*body[Stated], error) {
			out, err := s.worksState(ctx, a, in.Body)
			return &body[Stated]{out}, err
		})
	route(s, access.ReadWorks, get("works-imports", "/api/v1/works/imports", "What was imported, by whom, and whether it was undone", "works"),
		func(context.Context, *access.Account, *struct{}) (*list[barrier.ImportNote], error) {
			return page(latest(s.works.Imports()), ""), nil
		})
	type undoInput struct {
		ID   string `path:"id" maxLength:"36"`
		Body struct {
			Why string `json:"why" minLength:"1" maxLength:"2000"`
		}
	}
	route(s, access.ImportWorks, huma.Operation{OperationID: "works-undo", Method: http.MethodPost, Path: "/api/v1/works/imports/{id}/undo",
		Summary: "Take an import back as a whole; what it stated stays in the history", Tags: []string{"works"}, DefaultStatus: http.StatusNoContent},
		func(ctx context.Context, a *access.Account, in *undoInput) (*struct{}, error) {
			id, err := ident.Parse(in.ID)
			if err != nil || !a.Everywhere() {
				return nil, noSuchThing
			}
			return nil, s.works.Undo(ctx, s.by(a, nil), id, in.Body.Why)
		})
}

// by is the account as the works know people.
func (s *Server) by(a *access.Account, at *barrier.Stretch) works.By {
	by := works.By{Person: barrier.Person{Account: a.ID, Roles: a.Roles}, Name: a.Name.En}
	if at != nil {
		if section, ok := s.atlas.Division.At(border.LevelSection, (at.From+at.To)/2); ok {
			by.Section = section.ID
		}
	}
	return by
}

// worksState puts one statement on record. Who inspects, finds, closes, approves
// or writes the diary is who is signed in: nobody states it for another.
func (s *Server) worksState(ctx context.Context, a *access.Account, in Statement) (Stated, error) {
	e := barrier.Event{Op: in.Op, Verb: in.Verb, Valid: in.Valid, Why: in.Why, By: a.ID, Fact: in.Fact}
	now := s.worksNow()
	if e.Op == "" {
		e.Op = barrier.Put
	}
	var err error
	if in.ID == "" {
		e.ID = s.frame.NewID()
	} else if e.ID, err = ident.Parse(in.ID); err != nil || e.ID.Version() != 7 {
		return Stated{}, &say.Error{Code: "works.id", Kind: say.Invalid, Cause: err,
			Text: say.Text{En: "a statement's id is a UUID version 7", Ar: "معرّف القيد هو UUID من الإصدار السابع"}}
	}
	if in.Target != "" {
		if e.Target, err = ident.Parse(in.Target); err != nil {
			return Stated{}, noSuchThing
		}
	}
	if (e.Op == barrier.Void || e.Op == barrier.Undo) && !a.Everywhere() {
		return Stated{}, access.Denied("works.void")
	}
	if e.Valid.IsZero() && e.Op != barrier.Void && e.Op != barrier.Undo {
		e.Valid = now
	}
	signed(&e, a.ID, barrier.DayOf(now))
	at := stretchOf(&e.Fact)
	if at != nil {
		if at.Axis == "" || at.Axis == s.atlas.Axis.Version() {
			ends := at.Ends
			*at = barrier.Anchor(s.atlas.Axis, at.Span, at.Side)
			if ends != nil {
				at.Ends = ends // what was surveyed is better than a point of the line
			}
		}
		if !a.Everywhere() && !inside(at.Span, a.Spans(s.sections, s.atlas.Axis.Whole())) {
			return Stated{}, notYourMetres
		}
	}
	if e.Verb == works.Disputed {
		if err := s.works.Dispute(&e); err != nil {
			return Stated{}, err
		}
	}
	flaws := e.Flaws(s.atlas.Axis, barrier.DayOf(now))
	added, err := s.works.State(ctx, s.by(a, at), e)
	if err != nil {
		return Stated{}, err
	}
	away, err := s.missing(ctx, &e.Fact)
	if err != nil {
		s.log.Warn("what became of the photos of a statement is not known", "error", err) // the statement is on disk: it is answered
	}
	out := Stated{Event: e.ID.String(), Events: s.works.Size(), Flaws: append(flaws, away...), Stood: at}
	if len(added) > 0 {
		out.Known = added[0].Known
	}
	subject, thing, n := e.About()
	if n == 1 {
		out.About, out.Thing = subject, thing.String()
		for _, m := range barrier.Next(subject, stateOf(&e.Fact), a.Roles) {
			out.Next = append(out.Next, WorksStep{m.Verb, m.Verb.Name(), m.To, m.Needs})
		}
	}
	return out, nil
}

// worksNow is the time of the picture, or the wall's while it has none.
func (s *Server) worksNow() time.Time {
	if now := s.picture.Current().Now; !now.IsZero() {
		return now
	}
	return s.frame.Wall()
}

// signed writes who is signed in where the fact names who acted.
func signed(e *barrier.Event, account string, today barrier.Day) {
	switch {
	case e.Inspection != nil:
		e.Inspection.Inspector = account
	case e.Diary != nil:
		e.Diary.By = account
	case e.Stoppage != nil:
		e.Stoppage.Reporter = account
	case e.Calendar != nil:
		for i := range e.Calendar.Holidays {
			if h := &e.Calendar.Holidays[i]; h.Entered == "" {
				h.Entered = account
			}
		}
	case e.Package != nil && e.Verb == barrier.Approve:
		e.Package.Approver = account
	case e.WeakSpot != nil:
		w := e.WeakSpot
		if w.Found.By == "" {
			w.Found.By = account
		}
		if w.Found.On == 0 {
			w.Found.On = today
		}
		if e.Verb == barrier.Close {
			w.ClosedBy, w.ClosedOn = account, today
		}
	}
}

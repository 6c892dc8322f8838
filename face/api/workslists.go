package api

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"marsad/barrier"
	"marsad/border"
	"marsad/engine/access"
	"marsad/ident"
	"marsad/say"
)

// worksInput asks for a list of the barrier.
type worksInput struct {
	TwoTimes
	From   float64 `query:"from" doc:"Chainage in metres; the beginning of the line when absent."`
	To     float64 `query:"to" doc:"Chainage in metres; the end of the line when absent."`
	Kind   string  `query:"kind" maxLength:"32" doc:"Kind of layer, such as wall; all when absent."`
	State  string  `query:"state" maxLength:"32" doc:"Only things in this state."`
	Limit  int     `query:"limit" minimum:"1" maximum:"5000" default:"500"`
	Cursor string  `query:"cursor" maxLength:"12"`
}

// SpotRow is a weak spot with what is due.
type SpotRow struct {
	barrier.WeakSpot
	// Overdue is how many days ago somebody should have looked again at what is
	// open; Unseen is the same of a mend that nobody has looked at since.
	Overdue int `json:"overdue"`
	Unseen  int `json:"unseen" doc:"Of a closed one: for how many days a look at the mend has been due."`
}

// WorksThing is the whole history of a thing, with what may be done next.
type WorksThing struct {
	Subject    barrier.Subject     `json:"subject"`
	ID         string              `json:"id"`
	State      string              `json:"state,omitempty"`
	Statements []barrier.Statement `json:"statements" doc:"By the time since when they hold, then as known; with what was withdrawn."`
	Next       []WorksStep         `json:"next" doc:"The steps that the asker may take."`
	// Photos is what became of the photos that the latest statement names, by hash.
	Photos map[string]PhotoState `json:"photos,omitempty" doc:"By SHA-256: here, waiting (not handed in yet), erased (its time was over), lost (on record and not on disk)."`
}

// WorksStep is a step that may be taken, and what must be present for it.
type WorksStep struct {
	Verb  barrier.Verb   `json:"verb"`
	Name  say.Text       `json:"name"`
	To    string         `json:"to"`
	Needs []barrier.Need `json:"needs,omitempty"`
}

func (s *Server) worksLists() {
	worksList(s, "works-pieces", "pieces", "Pieces of barrier: kind, place, dimensions, state, dates, evidence", func(v *barrier.View, in *worksInput) []*barrier.Piece {
		if in.Kind != "" {
			return v.Pieces(barrier.Kind(in.Kind))
		}
		return v.Pieces()
	}, func(p *barrier.Piece) about { return about{&p.Stretch, string(p.Kind), string(p.State)} })
	worksList(s, "works-inspections", "inspections", "What was measured, with evidence",
		func(v *barrier.View, _ *worksInput) []*barrier.Inspection { return latest(v.Inspections()) },
		func(i *barrier.Inspection) about { return about{&i.Stretch, string(i.Kind), string(i.Result)} })
	worksList(s, "works-weak-spots", "weak-spots", "Places where the barrier does not hold; those that are overdue first", weakSpots,
		func(w SpotRow) about { return about{&w.Stretch, string(w.Kind), string(w.State)} })
	worksList(s, "works-packages", "packages", "Packages of work with their plan",
		func(v *barrier.View, _ *worksInput) []*barrier.Package { return v.Packages() },
		func(p *barrier.Package) about { return about{&p.Stretch, string(p.Kind), string(p.State)} })
	worksList(s, "works-stoppages", "stoppages", "Days on which a stretch could not be worked",
		func(v *barrier.View, _ *worksInput) []*barrier.Stoppage { return latest(v.Stoppages()) },
		func(x *barrier.Stoppage) about { return about{&x.Stretch, string(x.Cause), ""} })
	worksList(s, "works-diary", "diary", "The site diary, newest first",
		func(v *barrier.View, _ *worksInput) []*barrier.DiaryEntry { return latest(v.Diary()) },
		func(d *barrier.DiaryEntry) about { return about{&d.Stretch, string(d.Kind), ""} })
	worksList(s, "works-crews", "crews", "Crews and what they do in a day",
		func(v *barrier.View, _ *worksInput) []*barrier.Crew { return v.Crews() }, func(*barrier.Crew) about { return about{} })
	worksList(s, "works-calendars", "calendars", "Which days are worked",
		func(v *barrier.View, _ *worksInput) []*barrier.Calendar { return v.Calendars() }, func(*barrier.Calendar) about { return about{} })
	worksList(s, "works-rules", "rules", "What counts as closed",
		func(v *barrier.View, _ *worksInput) []*barrier.Rule { return v.Rules() }, func(*barrier.Rule) about { return about{} })
	type thingInput struct {
		Subject string `path:"subject" maxLength:"16"`
		ID      string `path:"id" maxLength:"36"`
	}
	route(s, access.ReadWorks, get("works-thing", "/api/v1/works/things/{subject}/{id}", "All that was ever stated about a thing, and what may be done next", "works"),
		func(ctx context.Context, a *access.Account, in *thingInput) (*body[WorksThing], error) {
			out, err := s.worksThing(ctx, a, barrier.Subject(in.Subject), in.ID)
			return &body[WorksThing]{out}, err
		})
}

// about is where a thing lies and by what lists filter it. A thing without a
// stretch belongs to the whole programme.
type about struct {
	at          *barrier.Stretch
	kind, state string
}

// worksList serves a list, limited to the metres that the account may see.
func worksList[T any](s *Server, id, name, summary string, all func(*barrier.View, *worksInput) []T, of func(T) about) {
	route(s, access.ReadWorks, get(id, "/api/v1/works/"+name, summary, "works"),
		func(_ context.Context, a *access.Account, in *worksInput) (*list[T], error) {
			if in.Kind != "" && name == "pieces" && !barrier.Kind(in.Kind).Known() {
				return nil, &say.Error{Code: "works.kind", Kind: say.Invalid, Text: say.Text{En: "there is no kind of layer {kind}", Ar: "لا يوجد نوع {kind}"}.Fill("kind", in.Kind),
					Hint: say.Text{En: "GET /api/v1/works/words lists them", Ar: "القائمة في صفحة الكلمات"}}
			}
			span, err := s.worksSpan(a, in.From, in.To, false)
			if err != nil {
				return nil, err
			}
			may := a.Spans(s.sections, s.atlas.Axis.Whole())
			var rows []T
			for _, x := range all(s.works.View(in.AsOf, in.Known), in) {
				t := of(x)
				if in.Kind != "" && t.kind != in.Kind || in.State != "" && t.state != in.State {
					continue
				}
				if t.at == nil || touches(t.at.Span, span) && (a.Everywhere() || lies(t.at.Span, may)) {
					rows = append(rows, x)
				}
			}
			return slicePage(rows, in.Cursor, in.Limit)
		})
}

// touches reports whether a span, or a point, has anything in a window; the zero
// window is the whole line.
func touches(s, window border.Span) bool {
	return window.Empty() || s.To >= window.From && s.From < window.To
}

// lies reports whether any of a span, or a point, lies in a set.
func lies(s border.Span, in border.Set) bool {
	return in.Contains(s.From) || in.Intersect(border.NewSet(s)).Length() > 0
}

// slicePage cuts a page; the cursor is the place of the next row.
func slicePage[T any](rows []T, cursor string, limit int) (*list[T], error) {
	from := 0
	if cursor != "" {
		n, err := strconv.Atoi(cursor)
		if err != nil || n < 0 {
			return nil, &say.Error{Code: "page.mark", Kind: say.Invalid, Cause: err, Text: say.Text{En: "this is not the mark of a page", Ar: "هذه ليست علامة صفحة"},
				Hint: say.Text{En: "give it as it came with the page before, or leave it out", Ar: "أعطها كما جاءت مع الصفحة السابقة أو اتركها"}}
		}
		from = min(n, len(rows))
	}
	if limit <= 0 {
		limit = 500
	}
	to, next := min(from+limit, len(rows)), ""
	if to < len(rows) {
		next = strconv.Itoa(to)
	}
	return page(rows[from:to], next), nil
}

// latest gives a list that is kept by day with the newest first.
func latest[T any](by []T) []T {
	out := slices.Clone(by)
	slices.Reverse(out)
	return out
}

// weakSpots gives what is overdue first, then by risk, then along the line;
// closed ones last, those first whose mend nobody has seen.
func weakSpots(v *barrier.View, _ *worksInput) []SpotRow {
	due := v.Due(barrier.DayOf(v.Valid))
	var rows []SpotRow
	for _, w := range v.WeakSpots() {
		row := SpotRow{WeakSpot: *w}
		if w.State == barrier.SpotClosed {
			row.Unseen = due.Days(w)
		} else {
			row.Overdue = due.Days(w)
		}
		rows = append(rows, row)
	}
	risk := func(w SpotRow) int { return slices.Index(barrier.Risks(), w.Risk) }
	slices.SortStableFunc(rows, func(a, b SpotRow) int {
		return cmp.Or(compareBool(a.State == barrier.SpotClosed, b.State == barrier.SpotClosed), compareBool(b.Overdue+b.Unseen > 0, a.Overdue+a.Unseen > 0),
			cmp.Compare(risk(b), risk(a)), cmp.Compare(b.Overdue+b.Unseen, a.Overdue+a.Unseen), cmp.Compare(a.WeakSpot.From, b.WeakSpot.From))
	})
	return rows
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

var noSuchThing = &say.Error{Code: "works.none", Kind: say.NotFound,
	Text: say.Text{En: "there is no such thing in your sections", Ar: "لا يوجد شيء كهذا في قواطعك"},
	Hint: say.Text{En: "it may belong to another section", Ar: "ربما يعود إلى قاطع آخر"}}

func (s *Server) worksThing(ctx context.Context, a *access.Account, subject barrier.Subject, text string) (WorksThing, error) {
	id, err := ident.Parse(text)
	if err != nil {
		return WorksThing{}, noSuchThing
	}
	out := WorksThing{Subject: subject, ID: text, Statements: s.works.History(subject, id), Next: []WorksStep{}}
	if len(out.Statements) == 0 {
		return WorksThing{}, noSuchThing
	}
	may := a.Spans(s.sections, s.atlas.Axis.Whole())
	for i := len(out.Statements) - 1; i >= 0; i-- {
		st := &out.Statements[i]
		if at := stretchOf(&st.Fact); at != nil && !a.Everywhere() && !lies(at.Span, may) {
			return WorksThing{}, noSuchThing
		}
		if st.Withdrawn.IsZero() && out.State == "" {
			out.State = stateOf(&st.Fact)
		}
		if st.Withdrawn.IsZero() && out.Photos == nil {
			evidence, _ := st.Evidence()
			if out.Photos, err = s.photoStates(ctx, evidence); err != nil {
				return WorksThing{}, err
			}
		}
	}
	for _, m := range barrier.Next(subject, out.State, a.Roles) {
		out.Next = append(out.Next, WorksStep{m.Verb, m.Verb.Name(), m.To, m.Needs})
	}
	return out, nil
}

// stretchOf gives where a fact lies, nil for one that lies nowhere.
func stretchOf(f *barrier.Fact) *barrier.Stretch {
	switch {
	case f.Piece != nil:
		return &f.Piece.Stretch
	case f.Inspection != nil:
		return &f.Inspection.Stretch
	case f.WeakSpot != nil:
		return &f.WeakSpot.Stretch
	case f.Package != nil:
		return &f.Package.Stretch
	case f.Stoppage != nil:
		return &f.Stoppage.Stretch
	case f.Diary != nil:
		return &f.Diary.Stretch
	}
	return nil
}

func stateOf(f *barrier.Fact) string {
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

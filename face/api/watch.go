package api

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"marsad/assess"
	"marsad/engine/access"
	"marsad/engine/picture"
	"marsad/ident"
	"marsad/record"
	"marsad/respond"
	"marsad/say"
)

// The verbs of the two signatures by which a watch changes hands.
const (
	verbWatchGiven = "watch-given"
	verbWatchTaken = "watch-taken"
)

// WatchState counts what stands when a watch changes hands, over what the officer
// who gives it sees.
type WatchState struct {
	At             int64 `json:"at"` // event time, Unix ms
	Open           int   `json:"open"`
	Critical       int   `json:"critical"`
	Unacknowledged int   `json:"unacknowledged"`
	Waiting        int   `json:"waiting"` // proposals that nobody has answered
	Outages        int   `json:"outages"` // sensors that do not work
	Overdue        int   `json:"overdue"` // own units not heard in time
	Suppressed     int   `json:"suppressed"`
}

// WatchChange is a watch that one officer gave and another took: both signed, each
// at his own account, and both signatures are entries of the audit chain.
type WatchChange struct {
	ID      string     `json:"id"`
	Given   int64      `json:"given"` // event time, Unix ms
	GivenBy say.Text   `json:"given_by"`
	ByID    string     `json:"by_id"`
	To      say.Text   `json:"to"`
	ToID    string     `json:"to_id"`
	Text    string     `json:"text,omitempty"`
	State   WatchState `json:"state"`
	Taken   int64      `json:"taken,omitempty"` // zero until the next officer signed
	TakenBy say.Text   `json:"taken_by,omitzero"`
}

// Officer is somebody whom a watch can be given to.
type Officer struct {
	ID   string   `json:"id"`
	Name say.Text `json:"name"`
}

// Watch is what the page of the hand-over shows.
type Watch struct {
	State    WatchState    `json:"state"`
	Officers []Officer     `json:"officers"`
	Changes  []WatchChange `json:"changes"` // newest first
}

func keepsWatch(a *access.Account) bool {
	return a.Holds(access.WatchOfficer) || a.Holds(access.Commander)
}

var (
	notOnWatch = &say.Error{Code: "watch.role", Kind: say.Denied,
		Text: say.Text{En: "a watch is given and taken by watch officers and commanders", Ar: "لا يسلّم الخفارة ولا يستلمها إلا ضابط الخفر أو الآمر"}}
	noSuchOfficer = &say.Error{Code: "watch.officer", Kind: say.Invalid,
		Text: say.Text{En: "there is no such officer to take the watch", Ar: "لا يوجد ضابط بهذا الاسم يستلم الخفارة"},
		Hint: say.Text{En: "choose one of the list; nobody gives a watch to himself", Ar: "اختر من القائمة؛ ولا يسلّم أحد الخفارة لنفسه"}}
	noSuchWatch = &say.Error{Code: "watch.none", Kind: say.NotFound,
		Text: say.Text{En: "no such watch waits for you", Ar: "لا توجد خفارة كهذه بانتظارك"},
		Hint: say.Text{En: "the officer named in it signs, once", Ar: "يوقّع الضابط المسمى فيها، مرة واحدة"}}
)

func (s *Server) watches() {
	route(s, access.ReadRecord, get("watch", "/api/v1/watch", "What stands now, and how the watch changed hands", "record"),
		func(ctx context.Context, a *access.Account, _ *struct{}) (*body[Watch], error) {
			changes, err := s.watchChanges(ctx, a)
			if err != nil {
				return nil, err
			}
			officers, err := s.officers(ctx, a)
			return &body[Watch]{Watch{State: s.watchState(a), Officers: officers, Changes: changes}}, err
		})
	type giveInput struct {
		Body struct {
			To   string `json:"to" maxLength:"128" doc:"Account id of who takes the watch."`
			Text string `json:"text,omitempty" maxLength:"4000" doc:"What the next officer must know."`
		}
	}
	route(s, access.Act, huma.Operation{OperationID: "give-watch", Method: http.MethodPost, Path: "/api/v1/watch",
		Summary: "Hand the watch over: the first signature", Tags: []string{"record"}, DefaultStatus: http.StatusCreated},
		func(ctx context.Context, a *access.Account, in *giveInput) (*body[WatchChange], error) {
			return s.giveWatch(ctx, a, in.Body.To, strings.TrimSpace(in.Body.Text))
		})
	type takeInput struct {
		ID string `path:"id" maxLength:"36"`
	}
	route(s, access.Act, huma.Operation{OperationID: "take-watch", Method: http.MethodPost, Path: "/api/v1/watch/{id}/take",
		Summary: "Take the watch: the second signature, by who is named in it", Tags: []string{"record"}},
		func(ctx context.Context, a *access.Account, in *takeInput) (*body[WatchChange], error) {
			return s.takeWatch(ctx, a, in.ID)
		})
}

func (s *Server) giveWatch(ctx context.Context, a *access.Account, to, text string) (*body[WatchChange], error) {
	if !keepsWatch(a) {
		return nil, notOnWatch
	}
	officers, err := s.officers(ctx, a)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(officers, func(o Officer) bool { return o.ID == to })
	if i < 0 {
		return nil, noSuchOfficer
	}
	c := WatchChange{ID: s.frame.NewID().String(), GivenBy: titled(a), ByID: a.ID, To: officers[i].Name, ToID: to, Text: text, State: s.watchState(a)}
	c.Given = c.State.At
	return &body[WatchChange]{c}, s.record.Note(ctx, record.Note{Kind: record.OfWatch, Verb: verbWatchGiven, ActorID: a.ID, Subject: c.ID, Section: watchSection(a),
		Detail: map[string]any{"to": to, "state": c.State}, Personal: map[string]string{"actor": c.GivenBy.En, "actor_ar": c.GivenBy.Ar, "to": c.To.En, "to_ar": c.To.Ar, "text": text}})
}

func (s *Server) takeWatch(ctx context.Context, a *access.Account, text string) (*body[WatchChange], error) {
	id, err := ident.Parse(text)
	if err != nil {
		return nil, noSuchWatch
	}
	s.taking.Lock() // so that one watch is not taken twice
	defer s.taking.Unlock()
	changes, err := s.watchChanges(ctx, a)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(changes, func(c WatchChange) bool { return c.ID == id.String() && c.ToID == a.ID && c.Taken == 0 })
	if i < 0 {
		return nil, noSuchWatch
	}
	c := changes[i]
	c.Taken, c.TakenBy = ms(s.picture.Current().Now), titled(a)
	return &body[WatchChange]{c}, s.record.Note(ctx, record.Note{Kind: record.OfWatch, Verb: verbWatchTaken, ActorID: a.ID, Subject: c.ID, Section: watchSection(a),
		Detail: map[string]any{"from": c.ByID, "at": c.Taken}, Personal: map[string]string{"actor": c.TakenBy.En, "actor_ar": c.TakenBy.Ar}})
}

// watchChanges reads the two signatures of each change from the chain, newest first.
func (s *Server) watchChanges(ctx context.Context, a *access.Account) ([]WatchChange, error) {
	entries, err := s.record.Watches(ctx, Query{Limit: 60})
	if err != nil {
		return nil, err
	}
	out, taken := []WatchChange{}, map[string]record.Entry{}
	for _, e := range entries { // newest first: the second signature comes before the first
		if e.Verb == verbWatchTaken {
			taken[e.Subject] = e
			continue
		}
		var facts, second struct {
			To    string     `json:"to"`
			State WatchState `json:"state"`
			At    int64      `json:"at"`
		}
		if err := json.Unmarshal(e.Detail, &facts); err != nil {
			return nil, err
		}
		c := WatchChange{ID: e.Subject, Given: facts.State.At, GivenBy: named(e, "actor", e.ActorID), ByID: e.ActorID, To: named(e, "to", facts.To), ToID: facts.To, Text: e.Names()["text"], State: facts.State}
		if t, ok := taken[e.Subject]; ok && t.ActorID == facts.To {
			if err := json.Unmarshal(t.Detail, &second); err != nil {
				return nil, err
			}
			c.Taken, c.TakenBy = second.At, named(t, "actor", t.ActorID)
		}
		if a.Everywhere() || c.ByID == a.ID || c.ToID == a.ID || slices.Contains(a.Sections, e.Section) {
			out = append(out, c)
		}
	}
	return out, nil
}

// named is a person of an entry, by account id once retention erased the name.
func named(e record.Entry, who, id string) say.Text {
	names := e.Names()
	if names[who] == "" {
		return say.Text{En: id, Ar: id}
	}
	return say.Text{En: names[who], Ar: names[who+"_ar"]}
}

func titled(a *access.Account) say.Text {
	return say.Text{En: strings.TrimSpace(a.Rank.En + " " + a.Name.En), Ar: strings.TrimSpace(a.Rank.Ar + " " + a.Name.Ar)}
}

// watchSection is where a change of watch belongs: none for the whole line.
func watchSection(a *access.Account) string {
	if a.Everywhere() || len(a.Sections) == 0 {
		return ""
	}
	return a.Sections[0]
}

// officers who could take the watch: they keep watches, may sign in, and share a
// section with who gives it.
func (s *Server) officers(ctx context.Context, a *access.Account) ([]Officer, error) {
	all, err := s.door.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	out := []Officer{}
	for _, o := range all {
		near := a.Everywhere() || o.Everywhere() || slices.ContainsFunc(o.Sections, func(x string) bool { return slices.Contains(a.Sections, x) })
		if o.ID != a.ID && keepsWatch(o) && near {
			out = append(out, Officer{ID: o.ID, Name: titled(o)})
		}
	}
	return out, nil
}

func (s *Server) watchState(a *access.Account) WatchState {
	v, current := s.viewOf(a), s.picture.Current()
	out := WatchState{At: ms(current.Now), Suppressed: current.Counts.Suppressed}
	for _, x := range current.Alerts {
		if x.Closed() || !v.alert(&x.Case.Alert) {
			continue
		}
		out.Open++
		if x.Case.Alert.Severity == assess.Critical {
			out.Critical++
		}
		if x.State == respond.Open {
			out.Unacknowledged++
		}
		if n := len(x.Proposals); n > 0 && !x.Proposals[n-1].Answered {
			out.Waiting++
		}
	}
	for _, x := range current.Sensors {
		if v.sensor(x) && !x.Health.Working() {
			out.Outages++
		}
	}
	for _, u := range current.Units {
		if v.unit(u) && u.State == picture.Overdue {
			out.Overdue++
		}
	}
	return out
}

package api

import (
	"context"
	"time"

	"marsad/engine/access"
	"marsad/engine/picture"
	"marsad/ident"
	"marsad/say"
)

// thenInput asks for the picture as it was.
type thenInput struct {
	AsOf time.Time `query:"as_of" doc:"As it was then, within what /api/v1/picture/past says is kept: the last frame at or before this time. Absent for now."`
}

// PastSpan is what can be looked back to, in Unix milliseconds of event time;
// zeros while nothing is kept.
type PastSpan struct {
	From int64 `json:"from"`
	To   int64 `json:"to"`
}

var nothingKept = &say.Error{Code: "past.none", Kind: say.NotFound,
	Text: say.Text{En: "this server does not remember its picture", Ar: "لا يحتفظ هذا الخادم بصورته السابقة"},
	Hint: say.Text{En: "leave as_of away for the picture as it is now", Ar: "اترك الوقت فارغاً للصورة كما هي الآن"}}

// then is the picture at a time, now for the zero time.
func (s *Server) then(at time.Time) (*picture.Version, error) {
	if at.IsZero() {
		return s.picture.Current(), nil
	}
	if s.past == nil {
		return nil, nothingKept
	}
	return s.past.At(at)
}

// looksBack serves the picture as a whole, now or as it was.
func (s *Server) looksBack() {
	route(s, access.ReadLine, get("picture", "/api/v1/picture", "The picture as a whole, now or as it was: tracks, alerts, sensors, units", "picture"),
		func(_ context.Context, a *access.Account, in *thenInput) (*body[Snapshot], error) {
			current, err := s.then(in.AsOf)
			if err != nil {
				return nil, err
			}
			return &body[Snapshot]{s.snapshot(s.viewOf(a), current)}, nil
		})
	route(s, access.ReadPicture, get("picture-trails", "/api/v1/picture/trails", "How the tracks of a past picture came to where they are: three minutes of [unix ms, lat, lon], oldest first", "picture"),
		func(_ context.Context, a *access.Account, in *thenInput) (*body[Trails], error) {
			out := &body[Trails]{Trails{Trails: map[string][][3]float64{}}}
			if s.past == nil || in.AsOf.IsZero() {
				return out, nil
			}
			then, err := s.then(in.AsOf)
			if err != nil {
				return nil, err
			}
			ways, err := s.past.Ways(in.AsOf, trailed)
			if err != nil {
				return nil, err
			}
			v := s.viewOf(a)
			for _, t := range then.Tracks {
				if way := ways[t.ID]; way != nil && v.track(t) {
					for _, f := range way {
						out.Body.Trails[t.ID.String()] = append(out.Body.Trails[t.ID.String()], [3]float64{float64(ms(f.At)), round(f.Point.Lat, 6), round(f.Point.Lon, 6)})
					}
				}
			}
			return out, nil
		})
	route(s, access.ReadLine, get("picture-past", "/api/v1/picture/past", "How far back as_of may go", "picture"),
		func(context.Context, *access.Account, *struct{}) (*body[PastSpan], error) {
			out := &body[PastSpan]{}
			if s.past != nil {
				if from, to, ok := s.past.Span(); ok {
					out.Body = PastSpan{From: ms(from), To: ms(to)}
				}
			}
			return out, nil
		})
}

// Trails of tracks by id.
type Trails struct {
	Trails map[string][][3]float64 `json:"trails"`
}

// trailed is how much of its way a track shows.
const trailed = 3 * time.Minute

// alertsThen lists the alerts of a picture of the past.
func (s *Server) alertsThen(ctx context.Context, a *access.Account, in *pictureInput) (*either, error) {
	current, err := s.then(in.AsOf)
	if err != nil {
		return nil, err
	}
	v := s.viewOf(a)
	var rows []AlertRow
	for _, x := range current.Alerts {
		if v.alert(&x.Case.Alert) && (in.State == "" || (in.State == "closed") == x.Closed()) {
			rows = append(rows, alertRow(&x.Case))
		}
	}
	rows, next := after(rows, in.list(), func(r AlertRow) string { return r.ID })
	return answer(ctx, s, rows, next, in.Format, func(r AlertRow) feature { return pointFeature(r.ID, r.Lat, r.Lon, r) })
}

// alertThen is a case as it was. Nothing may be done in the past.
func (s *Server) alertThen(ctx context.Context, a *access.Account, text string, at time.Time) (*body[AlertDetail], error) {
	current, err := s.then(at)
	if err != nil {
		return nil, err
	}
	id, err := ident.Parse(text)
	if err != nil {
		return nil, noSuchCase
	}
	x := current.Alert(id)
	if x == nil {
		return nil, &say.Error{Code: "past.no_alert", Kind: say.NotFound,
			Text: say.Text{En: "this alert was not in the picture then", Ar: "لم يكن هذا التنبيه في الصورة آنذاك"},
			Hint: say.Text{En: "it came later, or had been closed for an hour", Ar: "جاء بعد ذلك، أو أُغلق قبل ساعة"}}
	}
	if !s.viewOf(a).alert(&x.Case.Alert) {
		return nil, noSuchCase
	}
	return &body[AlertDetail]{AlertDetail{Row: alertRow(&x.Case), Case: x.Case, People: s.people(ctx, &x.Case)}}, nil
}

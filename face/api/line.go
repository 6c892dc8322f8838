package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"marsad/assess"
	"marsad/border"
	"marsad/engine/access"
	"marsad/geo"
	"marsad/say"
)

// published lengths of the border in km, as reports give them.
var published = []float64{599, 600, 605, 610, 615, 617, 618, 620, 654}

type list[T any] struct {
	Body struct {
		Items []T    `json:"items"`
		Next  string `json:"next,omitempty" doc:"Cursor of the next page; absent on the last."`
	}
}

func page[T any](items []T, next string) *list[T] {
	out := &list[T]{}
	if out.Body.Items = items; items == nil {
		out.Body.Items = []T{}
	}
	out.Body.Next = next
	return out
}

type body[T any] struct{ Body T }

func get(id, path, summary, tag string) huma.Operation {
	return huma.Operation{OperationID: id, Method: http.MethodGet, Path: path, Summary: summary, Tags: []string{tag}}
}

func (s *Server) line() {
	route(s, access.ReadLine, get("border", "/api/v1/border", "The line, its length as measured, and the places along it", "border"),
		func(_ context.Context, _ *access.Account, _ *struct{}) (*body[Line], error) {
			return &body[Line]{s.theLine()}, nil
		})
	route(s, access.ReadLine, get("locate", "/api/v1/border/locate", "Where a point or a km post is, in the words people use", "border"),
		func(_ context.Context, _ *access.Account, in *locateInput) (*body[Located], error) {
			located, err := s.locate(in)
			return &body[Located]{located}, err
		})
	route(s, access.ReadLine, get("sections", "/api/v1/sections", "Regions, sectors, sections and posts", "border"),
		func(context.Context, *access.Account, *struct{}) (*list[SectionRow], error) {
			var rows []SectionRow
			for _, x := range s.sections {
				rows = append(rows, SectionRow{ID: x.ID, Parent: x.Parent, Level: string(x.Level), Name: x.Name, Unit: x.Unit, From: float64(x.From), To: float64(x.To)})
			}
			return page(rows, ""), nil
		})
	route(s, access.ReadLine, get("lanes", "/api/v1/lanes", "The lanes that strip and map can show", "border"),
		func(_ context.Context, a *access.Account, _ *struct{}) (*list[LaneInfo], error) {
			var rows []LaneInfo
			for _, l := range s.lanes.All() {
				rows = append(rows, laneInfo(l.LaneInfo))
			}
			return page(rows, ""), nil
		})
	type laneInput struct {
		ID         string    `path:"id" maxLength:"64"`
		From       float64   `query:"from" doc:"Chainage in metres; the beginning of the line when absent."`
		To         float64   `query:"to" doc:"Chainage in metres; the end of the line when absent."`
		Resolution float64   `query:"resolution" minimum:"0" doc:"Pieces shorter than this many metres are joined with their neighbour."`
		AsOf       time.Time `query:"as_of" doc:"The lane as it was then. Refused for a lane that does not remember, and for a time to come."`
	}
	route(s, access.ReadLine, get("lane", "/api/v1/lanes/{id}", "One lane between two chainages", "border"),
		func(_ context.Context, a *access.Account, in *laneInput) (*body[LaneData], error) {
			data, err := s.lane(in.ID, in.From, in.To, in.Resolution, in.AsOf)
			return &body[LaneData]{data}, err
		})
}

func (s *Server) theLine() Line {
	axis := s.atlas.Axis
	out := Line{Version: axis.Version(), Length: round(axis.Length(), 1), Published: published,
		Attribution: border.Attribution, Disclaimer: border.Disclaimer}
	chainages := axis.Chainages()
	for i, v := range axis.Vertices() {
		out.Coordinates = append(out.Coordinates, [2]float64{round(v.Lon, 6), round(v.Lat, 6)})
		out.Chainages = append(out.Chainages, round(chainages[i], 1))
	}
	for _, p := range s.atlas.Places.All() {
		at := axis.Locate(p.Point)
		row := Place{ID: p.ID, Kind: p.Kind, Name: p.Name, Lat: p.Point.Lat, Lon: p.Point.Lon, Opposite: at.Side == border.Other}
		if !at.Far {
			row.Km, row.Offset = round(float64(at.Chainage), 0), round(float64(at.Offset), 0)
		}
		out.Places = append(out.Places, row)
	}
	return out
}

type locateInput struct {
	Lat    float64 `query:"lat" minimum:"-90" maximum:"90"`
	Lon    float64 `query:"lon" minimum:"-180" maximum:"180"`
	Km     string  `query:"km" maxLength:"16" doc:"A km post such as 371+250, instead of lat and lon."`
	Offset float64 `query:"offset" minimum:"-50000" maximum:"50000" doc:"Metres off the line with km, positive on the home side."`
}

func (s *Server) locate(in *locateInput) (Located, error) {
	if in.Km != "" {
		c, err := border.ParseChainage(in.Km)
		if err != nil || c < 0 || float64(c) > s.atlas.Axis.Length() {
			return Located{}, &say.Error{Code: "border.km", Kind: say.Invalid, Cause: err,
				Text: say.Text{En: "this km post is not on the line", Ar: "هذه العلامة الكيلومترية ليست على الخط"},
				Hint: say.Text{En: "write it as 371+250; the line ends at " + border.Chainage(s.atlas.Axis.Length()).String(),
					Ar: "اكتبها هكذا " + say.LTR("371+250") + "؛ ينتهي الخط عند " + say.LTR(border.Chainage(s.atlas.Axis.Length()).String())}}
		}
		return located(s.atlas.DescribeAt(c, border.Offset(in.Offset))), nil
	}
	p, err := geo.NewPoint(in.Lat, in.Lon)
	if err != nil {
		return Located{}, &say.Error{Code: "border.point", Kind: say.Invalid, Cause: err,
			Text: say.Text{En: "this point is not on the Earth", Ar: "هذه النقطة ليست على الأرض"}}
	}
	d := s.atlas.Describe(p)
	out := located(d)
	if other, ok := s.atlas.Second(d); ok {
		second := where(other)
		out.Ambiguous, out.Second = true, &second
	}
	return out, nil
}

func located(d border.Description) Located {
	return Located{Where: where(d), Side: d.Location.Side.String(), Post: d.Post}
}

func where(d border.Description) assess.Where {
	w := assess.Where{Point: d.Point, HasKm: d.HasKm, MGRS: d.MGRS, Near: d.Near, Section: d.Section}
	if d.HasKm {
		w.Chainage, w.Offset = d.Location.Chainage, d.Location.Offset
	}
	return w
}

func laneInfo(l border.LaneInfo) LaneInfo {
	out := LaneInfo{ID: l.ID, Name: l.Name, Kind: string(l.Kind), Unit: l.Unit, Source: l.Source, Marks: l.Marks}
	for _, v := range l.Values {
		out.Values = append(out.Values, LaneValue(v))
	}
	return out
}

// laneNow is how far from the picture's time an as_of still means now.
const laneNow = time.Minute

// asOf gives a lane's pieces as they were at a time, the zero time for now.
func (s *Server) asOf(entry border.LaneEntry, span border.Span, at time.Time) ([]border.LanePiece, error) {
	now := s.picture.Current().Now
	switch {
	case at.IsZero() || at.Sub(now).Abs() <= laneNow:
		return entry.Pieces(span.From, span.To), nil
	case at.After(now):
		return nil, &say.Error{Code: "lane.future", Kind: say.Invalid,
			Text: say.Text{En: "as_of lies in the time to come", Ar: "الوقت المطلوب لم يأتِ بعد"},
			Hint: say.Text{En: "leave it away for the lane as it is now", Ar: "اتركه فارغاً للشريط كما هو الآن"}}
	}
	if entry.PiecesAt != nil {
		if pieces, ok := entry.PiecesAt(span.From, span.To, at); ok {
			return pieces, nil
		}
	}
	return nil, &say.Error{Code: "lane.no_history", Kind: say.Conflict,
		Text: say.Text{En: "this lane does not remember how it was then", Ar: "لا يحتفظ هذا الشريط بحالته في ذلك الوقت"},
		Hint: say.Text{En: "ask without as_of for the lane as it is now", Ar: "اطلبه من دون وقت لتراه كما هو الآن"}}
}

func (s *Server) lane(id string, from, to, resolution float64, at time.Time) (LaneData, error) {
	entry, ok := s.lanes.Lane(id)
	if !ok {
		return LaneData{}, &say.Error{Code: "lane.unknown", Kind: say.NotFound,
			Text: say.Text{En: "there is no lane of this name", Ar: "لا يوجد شريط بهذا الاسم"},
			Hint: say.Text{En: "GET /api/v1/lanes lists them", Ar: "تجد أسماءها في قائمة الأشرطة"}}
	}
	whole := s.atlas.Axis.Whole()
	span := whole
	if to != 0 || from != 0 {
		span = border.Span{From: border.Chainage(from), To: border.Chainage(to)}.Intersect(whole)
		if span.Empty() {
			return LaneData{}, &say.Error{Code: "lane.span", Kind: say.Invalid,
				Text: say.Text{En: "from and to do not enclose a part of the line", Ar: "لا يحصر المدى أي جزء من الخط"},
				Hint: say.Text{En: "give metres from km 0, from below to", Ar: "أعط الأمتار من الكيلومتر صفر، والبداية قبل النهاية"}}
		}
	}
	pieces, err := s.asOf(entry, span, at)
	if err != nil {
		return LaneData{}, err
	}
	out := LaneData{LaneInfo: laneInfo(entry.LaneInfo), From: float64(span.From), To: float64(span.To), AsOf: s.picture.Current().Now, Of: span.Length()}
	if !at.IsZero() {
		out.AsOf = at.UTC()
	}
	for _, p := range pieces {
		out.Length += p.Length()
		if n := len(out.Pieces); n > 0 && p.Length() < resolution && float64(p.From)-out.Pieces[n-1].To < 1 {
			out.Pieces[n-1].To = round(float64(p.To), 1)
			continue
		}
		out.Pieces = append(out.Pieces, LanePiece{From: round(float64(p.From), 1), To: round(float64(p.To), 1), Value: p.Value, Number: p.Number})
	}
	return out, nil
}

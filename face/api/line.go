package api

import (
	"context"
	"net/http"

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
		func(_ context.Context, a *access.Account, _ *struct{}) (*body[LaneList], error) {
			// The number is read first: lanes that change meanwhile are asked for once more, and none is missed.
			out := LaneList{Items: []LaneInfo{}, Lanes: s.picture.Current().Lanes}
			for _, l := range s.lanes.All() {
				if mayLane(a, l) {
					out.Items = append(out.Items, laneInfo(l.LaneInfo))
				}
			}
			return &body[LaneList]{out}, nil
		})
	route(s, access.ReadLine, get("lane", "/api/v1/lanes/{id}", "One lane between two chainages", "border"),
		func(_ context.Context, a *access.Account, in *laneInput) (*body[LaneData], error) {
			data, err := s.lane(a, in)
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

	point bool // lat and lon were given
}

// Resolve notes whether a point was given: without one, zero would be a place in
// the sea.
func (in *locateInput) Resolve(ctx huma.Context) []error {
	in.point = ctx.Query("lat") != "" && ctx.Query("lon") != ""
	return nil
}

func (s *Server) locate(in *locateInput) (Located, error) {
	if in.Km == "" && !in.point {
		return Located{}, &say.Error{Code: "border.point", Kind: say.Invalid,
			Text: say.Text{En: "no place is given", Ar: "لم يُذكر أي مكان"},
			Hint: say.Text{En: "give lat and lon in degrees, or km as 371+250", Ar: "أعطِ خطي العرض والطول بالدرجات أو الكيلومتر هكذا " + say.LTR("371+250")}}
	}
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

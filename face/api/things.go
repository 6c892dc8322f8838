package api

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"marsad/engine/access"
	"marsad/engine/picture"
	"marsad/geo"
	"marsad/ident"
	"marsad/say"
	"marsad/sense"
)

// listInput asks for a page of a list.
type listInput struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"1000" default:"200"`
	Cursor string `query:"cursor" maxLength:"128"`
	State  string `query:"state" enum:"open,closed," doc:"open, closed, or absent for both"`
	Format string `query:"format" enum:"geojson," doc:"geojson for a feature collection"`
}

// pictureInput asks for a page of what is in the picture, now or at a time.
type pictureInput struct {
	Limit  int       `query:"limit" minimum:"1" maximum:"1000" default:"200"`
	Cursor string    `query:"cursor" maxLength:"128"`
	State  string    `query:"state" enum:"open,closed," doc:"open, closed, or absent for both"`
	Format string    `query:"format" enum:"geojson," doc:"geojson for a feature collection"`
	AsOf   time.Time `query:"as_of" doc:"As it was then, see /api/v1/picture. Absent for now."`
}

func (in *pictureInput) list() *listInput {
	return &listInput{Limit: in.Limit, Cursor: in.Cursor, State: in.State, Format: in.Format}
}

// Feature collection of things with a place, for maps of others.
type collection struct {
	Type     string    `json:"type"`
	Features []feature `json:"features"`
}

type feature struct {
	Type       string `json:"type"`
	ID         string `json:"id"`
	Geometry   any    `json:"geometry"`
	Properties any    `json:"properties"`
}

func pointFeature(id string, lat, lon float64, properties any) feature {
	return feature{Type: "Feature", ID: id, Properties: properties,
		Geometry: map[string]any{"type": "Point", "coordinates": [2]float64{lon, lat}}}
}

// either is a list or, on request, GeoJSON.
type either struct {
	ContentType string `header:"Content-Type"`
	Body        []byte
}

// A file of features is made to be carried away, so it needs the right to export
// and is put on record (safeguard 8).
func answer[T any](ctx context.Context, s *Server, rows []T, next, format string, toFeature func(T) feature) (*either, error) {
	var v any = page(rows, next).Body
	kind := "application/json"
	if format == "geojson" {
		a := whoAsks(ctx).account
		if !a.May(access.Export) {
			return nil, access.Denied(string(access.Export))
		}
		if err := s.door.Exported(ctx, a, fmt.Sprintf("%T as GeoJSON, %d rows", *new(T), len(rows))); err != nil {
			return nil, err
		}
		c := collection{Type: "FeatureCollection", Features: []feature{}}
		for _, r := range rows {
			c.Features = append(c.Features, toFeature(r))
		}
		v, kind = c, "application/geo+json"
	}
	b, err := json.Marshal(v)
	return &either{ContentType: kind, Body: b}, err
}

// after gives the rows after a cursor, which is the id of the last row of the
// page before, and the cursor of the next page.
func after[T any](rows []T, in *listInput, id func(T) string) ([]T, string) {
	for len(rows) > 0 && in.Cursor != "" && id(rows[0]) <= in.Cursor {
		rows = rows[1:]
	}
	limit := in.Limit
	if limit <= 0 {
		limit = 200
	}
	if len(rows) <= limit {
		return rows, ""
	}
	return rows[:limit], id(rows[limit-1])
}

func (s *Server) things() {
	route(s, access.ReadPicture, get("tracks", "/api/v1/tracks", "What moves now", "picture"),
		func(ctx context.Context, a *access.Account, in *pictureInput) (*either, error) {
			v := s.viewOf(a)
			current, err := s.then(in.AsOf)
			if err != nil {
				return nil, err
			}
			var rows []TrackRow
			for _, t := range current.Tracks {
				if v.track(t) {
					rows = append(rows, trackRow(t))
				}
			}
			rows, next := after(rows, in.list(), func(r TrackRow) string { return r.ID })
			return answer(ctx, s, rows, next, in.Format, func(r TrackRow) feature { return pointFeature(r.ID, r.Lat, r.Lon, r) })
		})
	type oneInput struct {
		ID   string    `path:"id" maxLength:"64"`
		AsOf time.Time `query:"as_of" doc:"As it was then, see /api/v1/picture. Absent for now."`
	}
	route(s, access.ReadPicture, get("track", "/api/v1/tracks/{id}", "One track with what it rests on", "picture"),
		func(_ context.Context, a *access.Account, in *oneInput) (*body[TrackDetail], error) {
			current, err := s.then(in.AsOf)
			if err != nil {
				return nil, err
			}
			id, err := ident.Parse(in.ID)
			t := current.Track(id)
			if x := current.Track(s.picture.Into(id)); err == nil && t == nil && x != nil && s.viewOf(a).track(x) {
				return nil, &say.Error{Code: "track.merged", Kind: say.NotFound,
					Text: say.Text{En: "this track was the same thing as track " + short(x.ID) + " and was merged into it", Ar: "تبيّن أن هذا المسار هو نفسه المسار " + say.LTR(short(x.ID)) + " فدُمج فيه"},
					Hint: say.Text{En: "open " + x.ID.String(), Ar: "افتح " + say.LTR(x.ID.String())}}
			}
			if err != nil || t == nil || !s.viewOf(a).track(t) {
				return nil, &say.Error{Code: "track.none", Kind: say.NotFound,
					Text: say.Text{En: "this track is not in the picture", Ar: "هذا المسار ليس في الصورة الحالية"},
					Hint: say.Text{En: "it may have ended; its alert, if any, is kept", Ar: "ربما انتهى؛ ويبقى تنبيهه محفوظاً إن وجد"}}
			}
			return &body[TrackDetail]{s.trackDetail(current, t, s.viewOf(a))}, nil
		})
	route(s, access.ReadSensors, get("sensors", "/api/v1/sensors", "Sensors with their health", "picture"),
		func(ctx context.Context, a *access.Account, in *pictureInput) (*either, error) {
			v := s.viewOf(a)
			current, err := s.then(in.AsOf)
			if err != nil {
				return nil, err
			}
			var rows []SensorRow
			for _, x := range current.Sensors {
				if v.sensor(x) {
					rows = append(rows, sensorRow(x))
				}
			}
			rows, next := after(rows, in.list(), func(r SensorRow) string { return r.ID })
			return answer(ctx, s, rows, next, in.Format, func(r SensorRow) feature { return pointFeature(r.ID, r.Lat, r.Lon, r) })
		})
	route(s, access.ReadPicture, get("units", "/api/v1/units", "Own units with their last fix", "picture"),
		func(ctx context.Context, a *access.Account, in *pictureInput) (*either, error) {
			v := s.viewOf(a)
			current, err := s.then(in.AsOf)
			if err != nil {
				return nil, err
			}
			var rows []UnitRow
			for _, u := range current.Units {
				if v.unit(u) {
					rows = append(rows, unitRow(u))
				}
			}
			rows, next := after(rows, in.list(), func(r UnitRow) string { return r.ID })
			return answer(ctx, s, rows, next, in.Format, func(r UnitRow) feature { return pointFeature(r.ID, r.Lat, r.Lon, r) })
		})
	route(s, access.ReadLine, get("status", "/api/v1/status", "The frame around the picture", "picture"),
		func(_ context.Context, a *access.Account, _ *struct{}) (*body[Status], error) {
			return &body[Status]{s.status(s.viewOf(a), s.picture.Current())}, nil
		})
	type cueInput struct {
		ID   string `path:"id" maxLength:"64"`
		Body struct {
			Lat    float64 `json:"lat" minimum:"-90" maximum:"90"`
			Lon    float64 `json:"lon" minimum:"-180" maximum:"180"`
			Height float64 `json:"height,omitempty"`
		}
	}
	cue := get("cue", "/api/v1/sensors/{id}/look", "Ask a camera to look at a point", "picture")
	cue.Method = "POST"
	cue.Description = "Answered with the camera's own word when it comes within two seconds. Order and answer go on record."
	route(s, access.CueCamera, cue,
		func(ctx context.Context, a *access.Account, in *cueInput) (*body[CueAnswer], error) {
			x := s.picture.Current().Sensor(sense.SensorID(in.ID))
			if x == nil || !s.viewOf(a).sensor(x) {
				return nil, &say.Error{Code: "sensor.none", Kind: say.NotFound, Text: say.Text{En: "there is no such sensor in your sections", Ar: "لا يوجد متحسس كهذا في قواطعك"}}
			}
			if !x.CanLookAt {
				return nil, &say.Error{Code: "sensor.fixed", Kind: say.Conflict,
					Text: say.Text{En: "this sensor cannot be turned", Ar: "لا يمكن توجيه هذا المتحسس"},
					Hint: say.Text{En: "choose a camera that offers it", Ar: "اختر كاميرا قابلة للتوجيه"}}
			}
			at := geo.Position{Point: geo.Point{Lat: in.Body.Lat, Lon: in.Body.Lon}, Height: in.Body.Height}
			answer, err := s.engine.Look(ctx, sense.Cue{ID: s.frame.NewID().String(), Sensor: x.ID, At: at, By: a.Name.En})
			return &body[CueAnswer]{answer}, err
		})
}

func (s *Server) trackDetail(current *picture.Version, t *picture.Track, v *view) TrackDetail {
	out := TrackDetail{TrackRow: trackRow(t), Seen: ms(t.LastSeen), Where: where(s.atlas.Describe(t.Point)), Classes: map[string]float64{}}
	// Another track is named only to those who may see it; of one that has gone into
	// this one nothing is left but its name.
	named := func(id ident.ID) string {
		if x := current.Track(id); x != nil && v.track(x) || x == nil && s.picture.Into(id) == t.ID {
			return id.String()
		}
		return ""
	}
	out.From = named(t.From)
	for c, p := range t.Class {
		if p > 0 {
			out.Classes[sense.Class(c).String()] = round(float64(p), 3)
		}
	}
	for _, c := range t.Sensors {
		share := SensorShare{Sensor: string(c.Sensor), Name: string(c.Sensor), Count: c.Count, Last: ms(c.Last), Node: c.Node}
		if x := current.Sensor(c.Sensor); x != nil {
			share.Name, share.Kind = x.Name, x.Kind.String()
		}
		out.Contributions = append(out.Contributions, share)
	}
	for _, n := range s.picture.Turns(t.ID) {
		if n.At.After(current.Now) {
			break
		}
		out.Turns = append(out.Turns, TrackTurn{At: ms(n.At), What: n.What, Other: named(n.Other)})
	}
	for _, f := range s.picture.History(t.ID) {
		if f.At.After(current.Now) {
			break // of a picture of the past: what came later was not known
		}
		major, minor, tilt := ellipse(f.Cov[0], f.Cov[1], f.Cov[2])
		out.History = append(out.History, [6]float64{float64(ms(f.At)), round(f.Point.Lat, 6), round(f.Point.Lon, 6), round(major, 1), round(minor, 1), round(tilt, 1)})
	}
	return out
}

package api

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/sse"

	"marsad/border"
	"marsad/engine/access"
	"marsad/engine/picture"
	"marsad/say"
)

// batchEvery bounds the live stream to five batches a second; breathe is how
// long it is silent at most, so that a page knows a frozen picture from a quiet one.
const (
	batchEvery = 200 * time.Millisecond
	breathe    = time.Second
	// stillEvery so many breaths the door is asked whether the session still holds.
	stillEvery = 5
)

type liveInput struct {
	LastEventID string  `header:"Last-Event-ID" doc:"The id of the last event received; what changed since follows, or a snapshot where that is too long ago."`
	From        float64 `query:"from" doc:"Only what lies between these chainages, in metres."`
	To          float64 `query:"to"`
}

func (s *Server) live() {
	op := huma.Operation{OperationID: "live", Method: http.MethodGet, Path: "/api/v1/live", Tags: []string{"picture"},
		Summary:     "The live picture: a snapshot, then what changes",
		Description: "Server-sent events, at most five a second, limited to the account's sections. Rows replace rows of the same id; gone lists what left."}
	op.Middlewares = huma.Middlewares{s.guard(access.ReadLine, "live")}
	s.guarded = append(s.guarded, guardedRoute{op.Method, op.Path, access.ReadLine})
	sse.Register(s.huma, op, map[string]any{"snapshot": Snapshot{}, "delta": Delta{}}, s.stream)
}

func (s *Server) stream(ctx context.Context, in *liveInput, send sse.Sender) {
	account, asked := whoAsks(ctx).account, 0
	v := s.viewOf(account)
	if in.To > in.From {
		v.narrow(in.From, in.To)
	}
	current := s.picture.Current()
	revision, resumed := uint64(0), false
	if last, err := strconv.ParseUint(in.LastEventID, 10, 64); err == nil {
		if _, ok := current.Since(last); ok {
			revision, resumed = last, true
		}
	}
	if !resumed {
		snapshot := s.snapshot(v, current)
		if send(sse.Message{ID: int(current.Revision), Data: snapshot}) != nil {
			return
		}
		revision = current.Revision
	}
	session := whoAsks(ctx).session
	pause, quiet := time.NewTimer(0), time.NewTicker(breathe)
	defer pause.Stop()
	defer quiet.Stop()
	for {
		// A batch, a pause, and then what changed meanwhile: never a queue.
		select {
		case <-ctx.Done():
			return
		case <-pause.C:
		}
		select {
		case <-ctx.Done():
			return
		case <-s.changedSince(revision):
		case <-quiet.C:
			if !s.frame.Wall().Before(session.Expires) {
				return // the page asks again and is sent to sign in
			}
			if asked++; asked%stillEvery == 0 {
				if a, err := s.door.Still(ctx, session); err != nil && say.As(err).Kind == say.Denied || err == nil && !slices.Equal(a.Sections, account.Sections) || err == nil && !slices.Equal(a.Roles, account.Roles) {
					return // so does who was switched off or given other sections
				}
			}
		}
		pause.Reset(batchEvery)
		current = s.picture.Current()
		changed, ok := current.Since(revision)
		if !ok {
			if send(sse.Message{ID: int(current.Revision), Data: s.snapshot(v, current)}) != nil {
				return
			}
		} else if send(sse.Message{ID: int(current.Revision), Data: s.delta(v, current, &changed)}) != nil {
			return
		}
		revision = current.Revision
	}
}

func (s *Server) snapshot(v *view, current *picture.Version) Snapshot {
	out := Snapshot{Revision: current.Revision, Status: s.status(v, current),
		Tracks: []TrackRow{}, Alerts: []AlertRow{}, Sensors: []SensorRow{}, Units: []UnitRow{}}
	for _, t := range current.Tracks {
		if v.track(t) {
			out.Tracks = append(out.Tracks, trackRow(t))
		}
	}
	for _, a := range current.Alerts {
		if v.alert(&a.Case.Alert) {
			out.Alerts = append(out.Alerts, alertRow(&a.Case))
		}
	}
	for _, x := range current.Sensors {
		if v.sensor(x) {
			out.Sensors = append(out.Sensors, sensorRow(x))
		}
	}
	for _, u := range current.Units {
		if v.unit(u) {
			out.Units = append(out.Units, unitRow(u))
		}
	}
	return out
}

// delta holds the rows that changed and are in the view. A row that changed and
// is not is listed as gone: it may have been in the view before.
func (s *Server) delta(v *view, current *picture.Version, d *picture.Delta) Delta {
	status := s.status(v, current)
	out := Delta{Revision: d.To, Status: &status}
	for _, t := range d.Tracks {
		if v.track(t) {
			out.Tracks = append(out.Tracks, trackRow(t))
		} else if v.picture {
			out.Gone.Tracks = append(out.Gone.Tracks, t.ID.String())
		}
	}
	for _, a := range d.Alerts {
		if v.alert(&a.Case.Alert) {
			out.Alerts = append(out.Alerts, alertRow(&a.Case))
		}
	}
	for _, x := range d.Sensors {
		if v.sensor(x) {
			out.Sensors = append(out.Sensors, sensorRow(x))
		}
	}
	for _, u := range d.Units {
		if v.unit(u) {
			out.Units = append(out.Units, unitRow(u))
		} else if v.picture {
			out.Gone.Units = append(out.Gone.Units, u.ID)
		}
	}
	for _, n := range d.Notices {
		if v.notice(&n.Notice, current) {
			out.Notices = append(out.Notices, n.Notice)
		}
	}
	if v.picture {
		out.Gone.Tracks = append(out.Gone.Tracks, ids(d.Gone.Tracks)...)
		out.Gone.Alerts = ids(d.Gone.Alerts)
		out.Gone.Units = append(out.Gone.Units, d.Gone.Units...)
	}
	if v.sensors {
		for _, id := range d.Gone.Sensors {
			out.Gone.Sensors = append(out.Gone.Sensors, string(id))
		}
	}
	return out
}

// status is counted over what the account sees.
func (s *Server) status(v *view, current *picture.Version) Status {
	st := Status{
		Now: ms(current.Now), Wall: ms(s.frame.Wall()), Simulated: s.frame.Simulated, Scenario: s.frame.Scenario,
		Speed: s.frame.Speed, Version: s.frame.Version, ClockDoubt: s.frame.ClockDoubt(),
		Shed: current.Counts.Shed, ShedLately: current.Counts.ShedLately, Late: current.Counts.Late, Refused: current.Counts.Refused,
		PerMinute: make([]int, 60), Degraded: current.Counts.Degraded, Lanes: current.Lanes,
	}
	if v.everything {
		st.SensorsGood, st.SensorsTotal, st.Tracks = current.Counts.SensorsGood, current.Counts.SensorsTotal, len(current.Tracks)
	} else {
		for _, x := range current.Sensors {
			if !v.sensor(x) || x.Health.String() == "gone" {
				continue
			}
			st.SensorsTotal++
			if x.Health.Working() {
				st.SensorsGood++
			}
		}
		for _, t := range current.Tracks {
			if v.track(t) {
				st.Tracks++
			}
		}
	}
	if v.picture {
		copy(st.PerMinute, current.Counts.PerMinute[:])
		st.TenMinutes, st.Suppressed = current.Counts.TenMinutes, current.Counts.Suppressed
	}
	return st
}

// viewOf an account.
func (s *Server) viewOf(a *access.Account) *view {
	v := &view{everything: a.Everywhere(), account: a.ID, roles: a.Roles, sections: a.Sections,
		picture: a.May(access.ReadPicture), sensors: a.May(access.ReadSensors)}
	v.spans = a.Spans(s.sections, s.atlas.Axis.Whole())
	return v
}

// narrow limits the view to a stretch of the line.
func (v *view) narrow(from, to float64) {
	v.spans = v.spans.Intersect(border.NewSet(border.Span{From: border.Chainage(from), To: border.Chainage(to)}))
	v.everything, v.sections = false, nil
}

// changedSince is closed, now or later, when there is something newer.
func (s *Server) changedSince(revision uint64) <-chan struct{} {
	current := s.picture.Current()
	if current.Revision != revision {
		return closed
	}
	return current.Next()
}

var closed = func() <-chan struct{} { c := make(chan struct{}); close(c); return c }()

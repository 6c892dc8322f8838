package pipeline

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"marsad/assess"
	"marsad/fuse"
	"marsad/geo"
	"marsad/ident"
	"marsad/record"
	"marsad/respond"
	"marsad/say"
	"marsad/sense"
)

// fakeStages are stages as simple as stages can be: every scan revises one
// track of its sensor, every track one alert, every alert one case.
type fakeStages struct {
	Revision map[sense.SensorID]uint64
	Cases    map[ident.ID]respond.Case
	Answers  map[ident.ID]string
	Ticks    int

	slow func() // called for every scan
}

func fakeParts(slow func()) Parts {
	return func() (Fuser, Assessor, Responder, error) {
		f := &fakeStages{Revision: map[sense.SensorID]uint64{}, Cases: map[ident.ID]respond.Case{}, Answers: map[ident.ID]string{}, slow: slow}
		return fakeFuser{f}, fakeAssessor{f}, fakeResponder{f}, nil
	}
}

func (f *fakeStages) Snapshot() ([]byte, error) { return json.Marshal(f) }
func (f *fakeStages) Restore(b []byte) error    { return json.Unmarshal(b, f) }

type fakeFuser struct{ *fakeStages }

func (fakeFuser) Register(sense.Sensor)                         {}
func (fakeFuser) Health(sense.HealthChange)                     {}
func (fakeFuser) Footprint(sense.Footprint)                     {}
func (fakeFuser) Learn(fuse.Ground)                             {}
func (fakeFuser) Ground() fuse.Ground                           { return fuse.Ground{} }
func (fakeFuser) Tracks(out []fuse.Track) []fuse.Track          { return out }
func (fakeFuser) Biases(out []fuse.Bias) []fuse.Bias            { return out }
func (fakeFuser) Overlooks(out []fuse.Overlook) []fuse.Overlook { return out }
func (f fakeFuser) Tick(_ time.Time, out []fuse.Change) []fuse.Change {
	f.Ticks++
	return out
}

func (f fakeFuser) Scan(s *sense.Scan, out []fuse.Change) []fuse.Change {
	if f.slow != nil {
		f.slow()
	}
	f.Revision[s.Sensor]++
	return append(out, fuse.Change{ID: ident.Derive("track", start, string(s.Sensor), 0), Status: fuse.Confirmed, At: s.Observed,
		Point: geo.Point{Lat: 36, Lon: 42}, Revision: f.Revision[s.Sensor]})
}

type fakeAssessor struct{ *fakeStages }

func (fakeAssessor) Health(sense.HealthChange, sense.Sensor, *assess.Output) {}
func (fakeAssessor) Scan(*sense.Scan, *sense.Sensor, *assess.Output)         {}
func (fakeAssessor) Silence(assess.Silence, *assess.Output) error            { return nil }
func (fakeAssessor) EndSilence(ident.ID, *assess.Output) error               { return nil }
func (fakeAssessor) Tick(time.Time, *assess.Output)                          {}
func (fakeAssessor) Track(t *fuse.Change, out *assess.Output) {
	out.Alerts = append(out.Alerts, assess.Alert{ID: t.ID, Opened: t.At, Updated: t.At, Revision: t.Revision})
}

func (fakeAssessor) OpenByHand(q assess.Request, out *assess.Output) (assess.Alert, error) {
	a := assess.Alert{ID: ident.Derive("alert", q.At, q.ID.String(), 0), Opened: q.At, ByHand: q.By, Revision: 1}
	out.Alerts = append(out.Alerts, a)
	return a, nil
}

type fakeResponder struct{ *fakeStages }

func (f fakeResponder) Alert(a assess.Alert, out *respond.Output) {
	c := f.Cases[a.ID]
	c.Alert = a
	if c.State == "" {
		c.State = respond.Open
	}
	c.Revision++
	f.Cases[a.ID] = c
	out.Cases = append(out.Cases, c)
}

func (f fakeResponder) Act(a respond.Action, out *respond.Output) error {
	code, repeated := f.Answers[a.ID]
	if !repeated {
		switch c, ok := f.Cases[a.Case]; {
		case a.Verb == respond.OpenByHand:
			out.Opens = append(out.Opens, assess.Request{ID: a.ID, At: a.At, By: a.By.Name})
		case !ok:
			code = "case.not_found"
		default:
			c.State, c.Owner = respond.Acknowledged, a.By.Name
			c.Revision++
			f.Cases[a.Case] = c
			out.Cases = append(out.Cases, c)
		}
		f.Answers[a.ID] = code
		out.Taken = append(out.Taken, respond.Taken{Action: a, Refused: code, Case: a.Case})
	}
	if code != "" {
		return &say.Error{Code: code, Kind: say.NotFound}
	}
	return nil
}

func (fakeResponder) Fix(string, geo.Point, time.Time)        {}
func (fakeResponder) Tick(time.Time, *respond.Output)         {}
func (f fakeResponder) Case(id ident.ID) (respond.Case, bool) { c, ok := f.Cases[id]; return c, ok }
func (f fakeResponder) Adopt(cases []respond.Case) {
	for _, c := range cases {
		if c.Revision > f.Cases[c.Alert.ID].Revision {
			f.Cases[c.Alert.ID] = c
		}
	}
}

// memory is a record without a disk. What the test sets decides how well it
// works.
type memory struct {
	mu       sync.Mutex
	cursor   uint64
	snapshot []byte
	at       uint64
	cases    map[ident.ID]respond.Case
	actions  map[ident.ID]record.Acted
	events   map[ident.ID]assess.Event
	batches  int
	twice    int // rows that were written before

	fails bool          // every commit fails
	takes time.Duration // how long a commit takes
}

func newMemory() *memory {
	return &memory{cases: map[ident.ID]respond.Case{}, actions: map[ident.ID]record.Acted{}, events: map[ident.ID]assess.Event{}}
}

func (m *memory) set(fails bool, takes time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fails, m.takes = fails, takes
}

func (m *memory) Commit(ctx context.Context, b record.Batch) error {
	m.mu.Lock()
	takes := m.takes
	m.mu.Unlock()
	select {
	case <-time.After(takes):
	case <-ctx.Done():
		return ctx.Err()
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fails {
		return errors.New("no space left on device")
	}
	if b.Cursor < m.cursor {
		return errors.New("the cursor went back")
	}
	m.cursor = b.Cursor
	m.batches++
	if b.Snapshot != nil {
		m.snapshot, m.at = b.Snapshot, b.Cursor
	}
	for _, c := range b.Cases {
		if old, ok := m.cases[c.Alert.ID]; ok && old.Revision >= c.Revision {
			m.twice++
			continue
		}
		m.cases[c.Alert.ID] = c
	}
	for _, a := range b.Actions {
		if _, ok := m.actions[a.Action.ID]; ok {
			m.twice++
		}
		m.actions[a.Action.ID] = a
	}
	for _, e := range b.Events {
		m.events[e.ID] = e
	}
	return nil
}

func (m *memory) Cursor(context.Context) (uint64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.cursor, nil
}

func (m *memory) Snapshot(context.Context) (uint64, []byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.at, m.snapshot, nil
}

func (m *memory) OpenCases(context.Context) ([]respond.Case, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.SortedFunc(maps.Values(m.cases), func(a, b respond.Case) int { return slices.Compare(a.Alert.ID[:], b.Alert.ID[:]) }), nil
}

func (m *memory) get(id ident.ID) (respond.Case, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	c, ok := m.cases[id]
	return c, ok
}

// copy is the record as a crash would leave it.
func (m *memory) copy() *memory {
	m.mu.Lock()
	defer m.mu.Unlock()
	return &memory{cursor: m.cursor, snapshot: slices.Clone(m.snapshot), at: m.at,
		cases: maps.Clone(m.cases), actions: maps.Clone(m.actions), events: maps.Clone(m.events)}
}

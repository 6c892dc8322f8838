package command

import (
	"slices"
	"time"

	"marsad/assess"
	"marsad/engine/pipeline"
	"marsad/fuse"
	"marsad/ident"
	"marsad/respond"
	"marsad/sense"
	"marsad/sim/play"
)

// inProcess is the real stages without a log, a store or a clock.
type inProcess struct {
	stages     *pipeline.Stages
	sequence   uint64
	out        pipeline.Outputs
	cases      []respond.Case
	caseAt     map[ident.ID]int
	suppressed []assess.Suppressed
	hiddenAt   map[ident.ID]int
	tracks     map[ident.ID]fuse.Track
	list       []play.Track
	stale      bool
	health     map[sense.SensorID]sense.Health
	sensors    map[sense.SensorID]sense.Sensor
}

func (p *inProcess) step(kind pipeline.Kind, now time.Time, body any) error {
	if p.caseAt == nil {
		p.caseAt, p.hiddenAt = map[ident.ID]int{}, map[ident.ID]int{}
		p.tracks, p.health = map[ident.ID]fuse.Track{}, map[sense.SensorID]sense.Health{}
		p.sensors = map[sense.SensorID]sense.Sensor{}
	}
	p.sequence++
	p.out.Reset()
	if err := p.stages.Step(p.sequence, &pipeline.Entry{Kind: kind, At: now, Body: body}, &p.out); err != nil {
		return err
	}
	for i := range p.out.Tracks {
		t := &p.out.Tracks[i]
		p.stale = true
		if t.Status == fuse.Ended || t.Status == fuse.Tentative {
			delete(p.tracks, t.ID)
		} else {
			p.tracks[t.ID] = *t
		}
	}
	for _, h := range p.out.Health {
		p.health[h.Sensor] = h.To
	}
	for _, c := range p.out.Responded.Cases {
		p.cases = keep(p.cases, p.caseAt, c.Alert.ID, c)
	}
	for _, s := range p.out.Assessed.Suppressed {
		p.suppressed = keep(p.suppressed, p.hiddenAt, s.ID, s)
	}
	return nil
}

// keep the newest revision of a thing, in order of first appearance.
func keep[T any](all []T, at map[ident.ID]int, id ident.ID, v T) []T {
	if i, known := at[id]; known {
		all[i] = v
		return all
	}
	at[id] = len(all)
	return append(all, v)
}

func (p *inProcess) Register(now time.Time, s sense.Sensor) error {
	if err := p.step(pipeline.KindRegister, now, &s); err != nil {
		return err
	}
	p.sensors[s.ID] = s
	return nil
}

func (p *inProcess) Deliver(now time.Time, s sense.Scan) error {
	sensor := p.sensors[s.Sensor]
	if err := sense.Check(&s, &sensor, now); err != nil {
		return err
	}
	return p.step(pipeline.KindScan, now, &s)
}

func (p *inProcess) Report(now time.Time, r sense.StatusReport) error {
	return p.step(pipeline.KindReport, now, &r)
}

func (p *inProcess) Tick(now time.Time) error { return p.step(pipeline.KindTick, now, nil) }

func (p *inProcess) Act(now time.Time, a respond.Action) error {
	if err := p.step(pipeline.KindAct, now, &a); err != nil {
		return err
	}
	for _, done := range p.out.Acts {
		if done.Action.ID == a.ID && done.Refusal != nil {
			return done.Refusal
		}
	}
	return nil
}

func (p *inProcess) Cases() []respond.Case                 { return p.cases }
func (p *inProcess) Suppressed() []assess.Suppressed       { return p.suppressed }
func (p *inProcess) Health(id sense.SensorID) sense.Health { return p.health[id] }

// Tracks in the order of their ids, so that the judge's ties fall alike.
func (p *inProcess) Tracks() []play.Track {
	if !p.stale {
		return p.list
	}
	p.stale = false
	p.list = p.list[:0]
	for id, t := range p.tracks {
		class, _ := t.Class.Best()
		p.list = append(p.list, play.Track{ID: id, Point: t.Point, Class: class, Unit: t.Unit})
	}
	slices.SortFunc(p.list, func(a, b play.Track) int { return slices.Compare(a.ID[:], b.ID[:]) })
	return p.list
}

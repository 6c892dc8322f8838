package picture

import (
	"math"
	"slices"
	"time"

	"marsad/fuse"
	"marsad/ident"
	"marsad/respond"
	"marsad/sense"
)

func (p *Picture) register(s *sense.Sensor) {
	row := &Sensor{Sensor: *s, Since: p.now}
	if old := p.sensors.get(s.ID); old != nil {
		row.Health, row.Since, row.Why, row.Bias = old.Health, old.Since, old.Why, old.Bias
	}
	p.sensors.put(row)
}

func (p *Picture) health(h *sense.HealthChange) {
	row := p.sensors.edit(h.Sensor)
	if row == nil {
		return // a change of a sensor that was taken out
	}
	row.Health, row.Since, row.Why = h.To, h.At, h.Why
}

// bias notes a sensor's error where it is news: what only wavers by a tenth of
// its own 1σ is not, or every sensor would be sent to every page all the time.
func (p *Picture) bias(b *fuse.Bias) {
	old := p.sensors.get(b.Sensor)
	if old == nil || old.Bias != nil && alike(old.Bias, b) {
		return
	}
	if old.Bias == nil && !b.Applied && !b.Shifted {
		return
	}
	row, now := p.sensors.edit(b.Sensor), *b
	row.Bias = &now
}

func alike(a, b *fuse.Bias) bool {
	return a.Applied == b.Applied && a.Shifted == b.Shifted && math.Abs(a.Azimuth-b.Azimuth) < max(b.SigmaAzimuth, 1e-4) &&
		math.Abs(a.Range-b.Range) < max(b.SigmaRange, 1) && math.Abs(a.Clock-b.Clock) < max(b.SigmaClock, 0.05)
}

func (p *Picture) track(t *fuse.Track) {
	switch t.Status {
	case fuse.Tentative:
		return
	case fuse.Ended:
		p.tracks.drop(t.ID)
		delete(p.alertOf, t.ID)
		if h := p.history[t.ID]; h != nil {
			h.ended, h.into = true, t.Into
		}
		if h := p.history[t.Into]; h != nil && t.Into != t.ID {
			h.turn(Turn{At: t.At, What: "merged", Other: t.ID})
		}
		return
	case fuse.Confirmed, fuse.Coasting:
	}
	old := p.tracks.get(t.ID)
	if old != nil && old.Revision > t.Revision {
		return // an earlier revision that came by another way
	}
	p.tracks.put(&Track{Track: *t, Alert: p.alertOf[t.ID]})
	h := p.history[t.ID]
	if h == nil {
		h = &trail{}
		p.history[t.ID] = h
		h.turn(Turn{At: t.At, What: "confirmed"})
		if !t.From.IsZero() {
			h.turn(Turn{At: t.At, What: "split", Other: t.From})
		}
	} else if old != nil && old.Status != t.Status {
		h.turn(Turn{At: t.At, What: map[fuse.Status]string{fuse.Confirmed: "seen", fuse.Coasting: "coasting"}[t.Status]})
	}
	h.add(Fix{At: t.At, Point: t.Point, Cov: [3]float64{t.Cov[0], t.Cov[1], t.Cov[4]}})
}

func (p *Picture) fix(f *UnitFix) {
	row := p.units.edit(f.Unit)
	if row == nil || !f.At.After(row.FixAt) {
		return
	}
	row.Fix, row.FixAt = f.Point, f.At
	if row.State == Overdue {
		row.State = p.free(row)
	}
}

// free is the state of a unit that reports: what its task says.
func (p *Picture) free(u *Unit) UnitState {
	if a := p.alerts.get(u.Task); a != nil && a.Task != nil && a.Task.Ended.IsZero() {
		if !a.Task.Arrived.IsZero() {
			return OnScene
		}
		return Tasked
	}
	return Free
}

func (p *Picture) alert(c *respond.Case) {
	id := c.Alert.ID
	old := p.alerts.get(id)
	if old != nil && old.Revision > c.Revision {
		return
	}
	row := &Alert{Case: *c}
	p.alerts.put(row)
	if !p.counted[id] {
		p.counted[id] = true
		p.opened = append(p.opened, c.Alert.Opened)
	}
	open := !row.Closed() && c.Alert.Ended.IsZero()
	for _, track := range c.Alert.Tracks {
		p.name(track, id, open)
	}
	if old != nil {
		for _, track := range old.Case.Alert.Tracks {
			if !slices.Contains(c.Alert.Tracks, track) {
				p.name(track, id, false)
			}
		}
		p.task(old.Task, nil, id)
	}
	p.task(nil, c.Task, id)
}

// name puts an alert's id on a track's row, or takes it off.
func (p *Picture) name(track, alert ident.ID, open bool) {
	was := p.alertOf[track]
	switch {
	case open && compareID(alert, was) > 0: // ids sort by time: the newest
		p.alertOf[track] = alert
	case !open && was == alert:
		delete(p.alertOf, track)
	default:
		return
	}
	if row := p.tracks.edit(track); row != nil {
		row.Alert = p.alertOf[track]
	}
}

// task moves units from what a case's task was to what it is.
func (p *Picture) task(was, is *respond.Task, id ident.ID) {
	if was != nil {
		if u := p.units.edit(was.Unit); u != nil && u.Task == id {
			u.Task, u.State = ident.ID{}, Free
		}
	}
	if is != nil && is.Ended.IsZero() {
		if u := p.units.edit(is.Unit); u != nil {
			u.Task = id
			u.State = p.free(u)
		}
	}
}

// overdue marks the units that have not reported for as long as they must.
func (p *Picture) overdue() {
	for _, r := range p.units.rows {
		u := p.units.get(r.ID)
		if u == nil || u.Check <= 0 || u.FixAt.IsZero() || u.State == Overdue {
			continue
		}
		if p.now.Sub(u.FixAt) > time.Duration(u.Check)*time.Second {
			p.units.edit(r.ID).State = Overdue
		}
	}
}

// closed lets cases go an hour after they were closed.
func (p *Picture) closed() {
	if p.now.Sub(p.swept) < time.Minute {
		return
	}
	for _, r := range p.alerts.rows {
		if a := p.alerts.get(r.Case.Alert.ID); a != nil && a.Closed() && p.now.Sub(a.Updated) > keepClosed {
			p.alerts.drop(a.Case.Alert.ID)
		}
	}
}

func (p *Picture) counts() Counts {
	c := Counts{Input: p.input, Degraded: p.degraded, Tracks: len(p.tracks.rows)}
	for _, s := range p.sensors.rows {
		if s.Health == sense.Gone {
			continue
		}
		c.SensorsTotal++
		if s.Health.Working() {
			c.SensorsGood++
		}
	}
	for _, a := range p.alerts.rows {
		if !a.Closed() {
			c.Open++
		}
	}
	for _, at := range p.opened {
		ago := p.now.Sub(at)
		if minute := int(ago / time.Minute); ago >= 0 && minute < 60 {
			c.PerMinute[59-minute]++
			if minute < 10 {
				c.TenMinutes++
			}
		}
	}
	for _, s := range p.shed {
		if p.now.Sub(s.at) < shedFor {
			c.ShedLately += s.n
		}
	}
	for _, last := range p.suppressed {
		if p.now.Sub(last) < shift {
			c.Suppressed++
		}
	}
	return c
}

// sweep forgets, once a minute of event time, what nobody asks for any more.
func (p *Picture) sweep() {
	if p.now.Sub(p.swept) < time.Minute {
		return
	}
	p.swept = p.now
	for id, h := range p.history {
		if h.ended && p.now.Sub(h.last().At) > historyLength {
			delete(p.history, id)
		}
	}
	p.opened = slices.DeleteFunc(p.opened, func(at time.Time) bool { return p.now.Sub(at) > time.Hour })
	p.shed = slices.DeleteFunc(p.shed, func(s shed) bool { return p.now.Sub(s.at) >= shedFor })
	for id, last := range p.suppressed {
		if p.now.Sub(last) > shift {
			delete(p.suppressed, id)
		}
	}
	for id := range p.counted {
		if p.alerts.get(id) == nil {
			delete(p.counted, id)
		}
	}
}

package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"time"

	"marsad/border"
	"marsad/coverage"
	"marsad/engine/config"
	"marsad/engine/ground"
	"marsad/engine/picture"
	"marsad/engine/pipeline"
	"marsad/engine/store"
	"marsad/geo"
	"marsad/record"
	"marsad/say"
	"marsad/sense"
)

// Ground opens what a configuration says of the terrain.
func Ground(t config.Terrain) (*ground.Ground, error) {
	return ground.Open(ground.Options{Folder: t.Folder, Spacing: t.Spacing, Seed: t.Seed})
}

// Zones of a configuration; the first that is none is refused.
func Zones(c config.Coverage) ([]coverage.Zone, error) {
	var zones []coverage.Zone
	for _, z := range c.Zones {
		zone := coverage.Zone{ID: z.ID, Name: say.Text{En: z.En, Ar: z.Ar}}
		for _, p := range z.Corners {
			zone.Corners = append(zone.Corners, geo.Point{Lat: p[0], Lon: p[1]})
		}
		if err := zone.Check(); err != nil {
			return nil, err
		}
		zones = append(zones, zone)
	}
	return zones, nil
}

// KnownSensors reads which sensors a configured Marsad knew, and in which health,
// when it last saved its state; beside a running server or without one.
func KnownSensors(ctx context.Context, c config.Config) (known []sense.Known, err error) {
	s, err := store.Open(c.Data, store.Options{Beside: true})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	_, state, err := s.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	if state == nil {
		return nil, &say.Error{Code: "coverage.unheard", Kind: say.NotFound,
			Text: say.Text{En: "this Marsad has not saved any sensor yet", Ar: "لم يحفظ هذا المرصد أي متحسس بعد"},
			Hint: say.Text{En: "let it run for half a minute with sensors, or give --sensors", Ar: "دعه يعمل نصف دقيقة مع المتحسسات أو أعطِ قائمة"}}
	}
	atlas, err := Atlas(c)
	if err != nil {
		return nil, err
	}
	stages, err := pipeline.NewStages(Parts(c, atlas))
	if err != nil {
		return nil, err
	}
	if err := stages.Restore(state); err != nil {
		return nil, err
	}
	return stages.Sensors(), nil
}

// Exported puts on record that a command took a copy of something away.
func Exported(ctx context.Context, dir, what string) (err error) {
	s, err := store.Open(dir, store.Options{Beside: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return s.Audit(ctx, record.Note{Kind: record.OfExport, Verb: "export", ActorID: "command", Personal: map[string]string{"what": what}})
}

// buildWatch makes the watch over what is seen and the table of lanes. It works
// nothing out: that takes seconds, and nobody waits for it.
func (a *App) buildWatch() (err error) {
	if a.lanes, err = border.NewLaneTable(a.atlas.Lanes()...); err != nil {
		return err
	}
	g, err := Ground(a.config.Terrain)
	if err != nil {
		return err
	}
	a.onClose(g.Close)
	a.ground = g
	if a.zones, err = Zones(a.config.Coverage); err != nil {
		return err
	}
	a.watch = pipeline.NewWatch(pipeline.WatchOptions{
		Picture: a.picture, Ready: a.engine.Ready(),
		Make: func(stations []coverage.Station) (*coverage.Network, error) {
			if holes := g.HolesOf(a.atlas.Axis, 500); !holes.Where.Empty() {
				a.options.Log.Warn("the elevation files do not know the ground of all of the line: nothing counts as seen there",
					"metres", holes.Where.Length(), "tiles", holes.Tiles)
			}
			health := map[sense.SensorID]sense.Health{}
			sensors := make([]sense.Sensor, len(stations))
			for i, s := range stations {
				sensors[i], health[s.Sensor.ID] = s.Sensor, s.Health
			}
			a.risk.survey(g)
			return coverage.New(coverage.Config{Axis: a.atlas.Axis, Ground: g.Surface, Run: spare, When: a.condition(a.clock.Now()),
				Health: func(id sense.SensorID) sense.Health { return health[id] }, Above: a.aboveGround}, sensors)
		},
		When: a.condition, Weight: a.riskOfMetres, Walls: a.wallsNow, Sections: a.atlas.Division.All(),
		Footprint:  a.engine.Ingress().Footprint,
		Responders: responders, Within: time.Duration(a.config.Coverage.ReachWithin),
		Days: a.daysBefore(), Keep: a.keepDays, Logger: a.options.Log,
	})
	relief := reliefLane(a.atlas.Axis, g)
	a.lanes.Join(a.watch.Lanes)
	if err := a.openRisk(); err != nil {
		return err
	}
	a.lanes.Join(a.risk.Lanes)
	a.lanes.Join(a.worksLanes)
	a.lanes.Join(func() []border.LaneEntry { return []border.LaneEntry{relief} })
	return nil
}

// watching shows the watch to the API.
type watching struct{ app *App }

func (w watching) At(revision uint64) (coverage.Now, []border.LaneEntry, bool) {
	return w.app.watch.At(revision)
}

func (w watching) Hold(revision uint64) { w.app.watch.Hold(revision) }

func (w watching) Zones() []coverage.Zone { return w.app.zones }

func (a *App) runWatch(ctx context.Context) {
	if err := a.watch.Run(ctx); err != nil {
		a.options.Log.Error("what is seen cannot be worked out: there are no lanes of coverage", "error", err)
	}
}

// condition follows the sun over the middle of the line, and the weather that the
// configuration assumes.
func (a *App) condition(at time.Time) coverage.Condition {
	weather, _ := coverage.ParseWeather(a.config.Coverage.Weather) // checked when it was read
	return coverage.Condition{Day: coverage.Daylight(at, a.atlas.Axis.At(a.atlas.Axis.Whole().To/2)), Weather: weather}
}

// aboveGround gives a sensor's height above the ground where that is what it says.
func (a *App) aboveGround(s *sense.Sensor) (metres float64, ok bool) {
	switch {
	case s.Simulated && a.options.FlatGround != nil:
		return s.Position.Height - *a.options.FlatGround, true
	case a.config.Coverage.HeightsAboveGround:
		return s.Position.Height, true
	}
	return 0, false
}

// responders are the own units that could go: from where they are, or from home,
// straight and at their registered speed.
func responders(v *picture.Version) []coverage.Responder {
	axis := border.Default()
	var all []coverage.Responder
	for _, u := range v.Units {
		if u.State == picture.Overdue || u.Speed <= 0 {
			continue
		}
		r := coverage.Responder{At: u.Fix, Speed: u.Speed}
		if u.FixAt.IsZero() {
			r.At = axis.At(u.Home)
		}
		all = append(all, r)
	}
	return all
}

// Days of availability are kept under one setting each, taken in turn.
func dayKey(date string) string {
	day, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return "coverage.day.none" // the ledger writes dates itself
	}
	return fmt.Sprintf("coverage.day.%d", day.Unix()/86400%(coverage.DaysKept+1))
}

// keepDays writes the days that may have grown since the last time.
func (a *App) keepDays(days []coverage.Day) {
	for _, d := range days[max(0, len(days)-2):] {
		b, err := json.Marshal(d)
		if err == nil {
			err = a.store.PutSetting(context.Background(), dayKey(d.Date), b)
		}
		if err != nil {
			a.options.Log.Error("the day's availability was not kept", "error", err)
		}
	}
}

// daysBefore reads what earlier runs counted, oldest first.
func (a *App) daysBefore() []coverage.Day {
	var days []coverage.Day
	today := a.clock.Now()
	for ago := coverage.DaysKept - 1; ago >= 0; ago-- {
		date := today.AddDate(0, 0, -ago).UTC().Format(time.DateOnly)
		b, err := a.store.Setting(context.Background(), dayKey(date))
		if err != nil {
			continue // a day without a record
		}
		var d coverage.Day
		if err := json.Unmarshal(b, &d); err != nil || d.Date != date {
			continue // of another month
		}
		days = append(days, d)
	}
	return days
}

// spare runs work on all processors but one, which is left to what is live.
func spare(n int, do func(i int)) {
	workers := max(1, min(n, runtime.GOMAXPROCS(0)-1))
	if workers == 1 {
		coverage.Sequential(n, do)
		return
	}
	var group sync.WaitGroup
	next := make(chan int)
	for range workers {
		group.Go(func() {
			for i := range next {
				do(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	group.Wait()
}

package app

import (
	"context"
	"errors"
	"math"
	"sync"
	"time"

	"marsad/barrier"
	"marsad/border"
	"marsad/engine/ground"
	"marsad/engine/risk"
	"marsad/engine/store"
	"marsad/engine/works"
	"marsad/geo"
	"marsad/record"
	"marsad/say"
	"marsad/terrain"
)

// risks gathers what makes metres matter from all rooms that know of it, and keeps
// the lane that it adds up to. Methods may be called from any goroutine.
type risks struct {
	*risk.Book
	app    *App
	mu     sync.Mutex
	lasts  []risk.Cause // what does not change once the ground was surveyed
	causes []risk.Cause
	lane   border.LaneEntry
	made   time.Time // engine's time
}

// riskEvery is how long the causes stay as they were gathered, unless somebody
// states something.
const riskEvery = 30 * time.Second

func (a *App) openRisk() error {
	book, err := risk.Open(context.Background(), a.atlas.Axis, a.store, a.clock.Now)
	if err != nil {
		return err
	}
	a.risk = &risks{Book: book, app: a, lasts: risk.Routes(a.atlas.Axis, a.atlas.Places)}
	return nil
}

// survey looks for low ground that crosses the line: seconds of work.
func (r *risks) survey(g *ground.Ground) {
	low := lowGround(r.app.atlas.Axis, g)
	r.mu.Lock()
	r.lasts = append(r.lasts, low...)
	r.mu.Unlock()
	r.gather(true)
}

func lowGround(axis *border.Axis, g *ground.Ground) []risk.Cause {
	from := g.Provenance()
	return risk.LowGround(axis, func(p geo.Point) float64 {
		if h, known := g.Height(p); known {
			return h
		}
		return math.NaN()
	}, from.Source, from.Synthetic)
}

// gather works everything out anew where it is due.
func (r *risks) gather(now bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	at := r.app.clock.Now()
	if !now && !r.made.IsZero() && at.Sub(r.made).Abs() < riskEvery {
		return
	}
	r.made = at
	incidents, err := incidentsOf(context.Background(), r.app.store, at)
	if err != nil {
		r.app.options.Log.Error("the incidents that make metres matter were not read", "error", err)
	}
	r.causes = causesAt(r.app.atlas.Axis, r.lasts, r.app.works.View(time.Time{}, time.Time{}), incidents, r.Book, at)
	lane := risk.Sum(r.causes, r.app.atlas.Axis.Whole())
	r.lane = border.NumberLane(border.LaneInfo{ID: "risk", Name: say.Text{En: "Risk of the stretch", Ar: "خطورة المقطع"}, Unit: "1", Source: risk.Formula, Marks: risk.Marks(r.causes)}, lane)
	r.lane.NeedToKnow = true
}

// causesAt joins what lasts with what the ledger, the record and people say.
func causesAt(axis *border.Axis, lasts []risk.Cause, v *barrier.View, incidents []record.Incident, book *risk.Book, at time.Time) []risk.Cause {
	all := append([]risk.Cause{}, lasts...)
	if v != nil {
		all = append(all, risk.WeakSpots(v)...)
	}
	all = append(all, risk.Incidents(axis, incidents, at)...)
	if book != nil {
		all = append(all, book.Causes(at)...)
	}
	return all
}

// incidentsOf reads those of the last months from the record; with an error those
// that could be read.
func incidentsOf(ctx context.Context, s *store.Store, at time.Time) (all []record.Incident, err error) {
	f := store.Filter{Sections: []string{store.AllSections}, Since: at.Add(-risk.IncidentsFor), Page: store.Page{Limit: 500}}
	for range 20 {
		items, next, err := s.Incidents(ctx, f)
		if err != nil {
			return all, err
		}
		all = append(all, items...)
		if f.After = next; next == "" {
			break
		}
	}
	return all, nil
}

// KnownRisk gives what makes metres matter as a running Marsad would: for a command
// at the machine. v is the barrier's ledger, nil for none. Without a data folder
// (empty) nobody stated anything and there are no incidents. at is the time of the
// world that the folder holds, which a simulated one has to itself.
func KnownRisk(ctx context.Context, dir string, atlas *border.Atlas, g *ground.Ground, v *barrier.View, at time.Time) (causes []risk.Cause, err error) {
	lasts := append(risk.Routes(atlas.Axis, atlas.Places), lowGround(atlas.Axis, g)...)
	if dir == "" {
		return causesAt(atlas.Axis, lasts, v, nil, nil, at), nil
	}
	s, err := store.Open(dir, store.Options{Beside: true})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	book, err := risk.Open(ctx, atlas.Axis, s, func() time.Time { return at })
	if err != nil {
		return nil, err
	}
	incidents, err := incidentsOf(ctx, s, at)
	return causesAt(atlas.Axis, lasts, v, incidents, book, at), err
}

// Now gives all causes as they stand.
func (r *risks) Now() []risk.Cause {
	r.gather(false)
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.causes
}

// Lanes gives the lane of risk: a source for the table.
func (r *risks) Lanes() []border.LaneEntry {
	r.gather(false)
	r.mu.Lock()
	defer r.mu.Unlock()
	return []border.LaneEntry{r.lane}
}

// Changed has gaps ranked anew after somebody stated something.
func (r *risks) Changed() {
	r.gather(true)
	r.app.watch.Reweigh()
}

// riskOfMetres reads the risk of each metre from its lane.
func (a *App) riskOfMetres() func(border.Chainage) float64 {
	var lane border.Lane[float64]
	whole := a.atlas.Axis.Whole()
	for _, p := range a.risk.Lanes()[0].Pieces(whole.From, whole.To) {
		lane.Set(p.Span, p.Number)
	}
	return RiskOf(lane)
}

// RiskOf reads the weight of a metre from a lane of risk: 1 where it says nothing.
func RiskOf(lane border.Lane[float64]) func(border.Chainage) float64 {
	return func(at border.Chainage) float64 {
		if weight, known := lane.At(at); known {
			return weight
		}
		return 1
	}
}

// Walls are what stands in the way of lines of sight by a view of the ledger.
func Walls(v *barrier.View) []terrain.Wall {
	var walls []terrain.Wall
	for _, o := range works.Standing(v) {
		walls = append(walls, terrain.Wall(o))
	}
	return walls
}

// wallsNow gives what stands in the way of lines of sight by the barrier's ledger.
// Its version differs with every statement, and with the day, on which a piece may
// begin to stand.
func (a *App) wallsNow() ([]terrain.Wall, uint64) {
	day := uint64(a.clock.Now().Unix() / 86400)
	version := day<<32 | uint64(a.works.Size()) + 1
	walls, err := works.Computed(a.works, time.Time{}, time.Time{}, "walls", func(v *barrier.View) ([]terrain.Wall, error) {
		return Walls(v), nil
	})
	if err != nil {
		a.options.Log.Error("what stands in the way of lines of sight was not read", "error", err)
	}
	return walls, version
}

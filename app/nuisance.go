package app

import (
	"context"
	"encoding/json"
	"math"
	"slices"
	"sync"
	"time"

	"marsad/adapter/thermal"
	"marsad/detect"
	"marsad/detect/health"
	"marsad/detect/view"
	"marsad/face/api"
	"marsad/geo"
	"marsad/record"
	"marsad/say"
)

const (
	maxVerdicts = 5000
	// An area is proposed after so many movers that were nothing, in so many
	// different hours, with none that was real.
	leastEvents, leastHours = 5, 3
	// clearOfLine is how far from the line, in metres, what a quiet area looks at
	// has to stay: a crossing is never silenced.
	clearOfLine = 100.0
)

// grid is what nuisance areas are cut by, whatever the picture's size.
const grid = 4800

// proposals are areas that a person may judge, of the cameras that do not turn.
func (d *drawnThings) proposals(cameras []thermal.Live) (out []api.Nuisance) {
	for _, l := range cameras {
		id := l.Camera.ID
		if l.Camera.Onvif.Address != "" {
			continue // a head that turns shows another place in the same part of the picture
		}
		pose := l.Camera.Pose()
		n := detect.NewNuisance(grid, grid)
		for _, v := range d.Verdicts {
			if v.Camera == id && v.Pose == pose {
				n.Judged(detect.Mover{X: v.X * grid, Y: v.Y * grid}, v.At, v.Real)
			}
		}
		for _, p := range n.Proposals(leastEvents, leastHours) {
			x := api.Nuisance{Camera: id, Area: [4]float64{float64(p.Area.X) / grid, float64(p.Area.Y) / grid, float64(p.Area.W) / grid, float64(p.Area.H) / grid},
				Events: p.Events, Hours: p.Hours, Why: p.Why, Pose: pose}
			for _, v := range d.Verdicts {
				if v.Camera != id || v.Pose != pose || v.X < x.Area[0] || v.X >= x.Area[0]+x.Area[2] || v.Y < x.Area[1] || v.Y >= x.Area[1]+x.Area[3] {
					continue
				}
				x.Most[0], x.Most[1] = math.Max(x.Most[0], v.W), math.Max(x.Most[1], v.H)
				if at := v.At.UnixMilli(); x.From == 0 || at < x.From {
					x.From = at
				}
				x.To = max(x.To, v.At.UnixMilli())
			}
			out = append(out, x)
		}
	}
	return out
}

// touchesLine reports whether what an area of a camera's picture looks at comes
// near the line, or crosses it: on the ground where its rays meet it, and else
// all along them.
func (a *App) touchesLine(c thermal.Camera, area [4]float64, aspect float64) bool {
	c = c.WithDefaults()
	width := 640
	height := max(1, int(math.Round(float64(width)/aspect)))
	v, err := c.View(width, height, view.PTZ{})
	if err != nil {
		return true
	}
	ground, _ := c.Ground(GroundAround(a.ground))
	sides := map[bool]bool{}
	near := func(p geo.Point) bool {
		l := a.atlas.Axis.Locate(p)
		if l.Far {
			return false
		}
		sides[l.Offset > 0] = true
		return math.Abs(float64(l.Offset)) < clearOfLine || len(sides) > 1
	}
	const steps = 6
	for i := range steps + 1 {
		for j := range steps + 1 {
			x := (area[0] + area[2]*float64(i)/steps) * float64(width)
			y := (area[1] + area[3]*float64(j)/steps) * float64(height)
			s := v.Spot(x, y, 0, ground)
			if s.Kind == view.OnGround {
				if near(s.Position.Point) {
					return true
				}
				continue
			}
			for metres := 50.0; metres <= 1.5*c.Range; metres += 50 {
				if near(geo.Direct(v.At().Point, metres, s.Azimuth)) {
					return true
				}
			}
		}
	}
	return false
}

// quiet are the areas that are in force, for the cameras.
func (a *App) quiet(d *drawnThings) (out []thermal.Quiet) {
	for _, x := range d.Areas {
		if accepted(&x) && a.resting(&x) == nil {
			out = append(out, quietOf(&x))
		}
	}
	return out
}

// accepted reports whether an area was accepted and not ended since; its time may
// be over.
func accepted(x *api.Nuisance) bool { return x.Refused == 0 && x.Revoked == 0 }

func quietOf(x *api.Nuisance) thermal.Quiet {
	return thermal.Quiet{ID: x.ID, Camera: x.Camera, Area: x.Area, Most: x.Most, Until: time.UnixMilli(x.Until), Aspect: x.Aspect}
}

func (a *App) cameraOf(id string) *thermal.Live {
	all := a.watched()
	if i := slices.IndexFunc(all, func(l thermal.Live) bool { return l.Camera.ID == id }); i >= 0 {
		return &all[i]
	}
	return nil
}

// resting says why an accepted area is not in force: it is a share of a picture,
// and holds for the pose and lens that it was judged under. nil for in force.
func (a *App) resting(x *api.Nuisance) *say.Text {
	l := a.cameraOf(x.Camera)
	switch {
	case l == nil:
		return &say.Text{En: "not in force: this camera is not watched", Ar: "غير سارية: هذه الكاميرا غير متابعة"}
	case l.Camera.Onvif.Address != "":
		return &say.Text{En: "not in force: the camera's head moves", Ar: "غير سارية: رأس الكاميرا متحرك"}
	case x.Aspect <= 0 || x.Pose != l.Camera.Pose():
		return &say.Text{En: "not in force: the camera's place, direction or lens is not that it was judged under", Ar: "غير سارية: موضع الكاميرا أو اتجاهها أو عدستها غير ما حُكم به"}
	case a.touchesLine(l.Camera, x.Area, x.Aspect):
		return &say.Text{En: "not in force: it looks at the line", Ar: "غير سارية: تنظر إلى خط الحدود"}
	}
	return nil
}

// restingNow also says what the camera's picture tells.
func (a *App) restingNow(x *api.Nuisance) *say.Text {
	if why := a.resting(x); why != nil {
		return why
	}
	st, ok := a.thermal.State(x.Camera)
	q := quietOf(x)
	switch {
	case ok && slices.Contains(st.Troubles, health.Turned):
		return &say.Text{En: "not in force: the camera was turned", Ar: "غير سارية: تغيّر اتجاه الكاميرا"}
	case ok && st.Stream.Width > 0 && !q.Fits(st.Stream.Width, st.Stream.Height):
		return &say.Text{En: "not in force: the picture has another shape", Ar: "غير سارية: تغيّر شكل الصورة"}
	}
	return nil
}

// Nuisances lists what is proposed, and what people have accepted.
func (c camerasOn) Nuisances() api.Nuisances {
	d := c.app.drawing.get()
	held := c.app.thermal.HeldBack()
	now := c.app.clock.Now().UnixMilli()
	out := api.Nuisances{Proposals: []api.Nuisance{}, Areas: []api.Nuisance{}}
	for _, x := range d.Areas {
		x.Held = held[x.ID]
		if accepted(&x) && x.Until > now {
			x.Resting = c.app.restingNow(&x)
		}
		out.Areas = append(out.Areas, x)
	}
	slices.Reverse(out.Areas)
	for _, p := range d.proposals(c.app.watched()) {
		if !slices.ContainsFunc(d.Areas, func(x api.Nuisance) bool {
			same := x.Camera == p.Camera && x.Area == p.Area && x.Pose == p.Pose
			return same && (accepted(&x) && x.Until > now || x.Refused != 0 && p.Events < x.Events+leastEvents)
		}) {
			out.Proposals = append(out.Proposals, p)
		}
	}
	return out
}

var notProposed = &say.Error{Code: "nuisance.not_proposed", Kind: say.Conflict,
	Text: say.Text{En: "this area is not proposed, or not any more", Ar: "هذه المنطقة غير مقترحة أو لم تعد كذلك"},
	Hint: say.Text{En: "load the list again: a real mover there takes an area off it", Ar: "حمّل القائمة من جديد: متحرك حقيقي هناك يرفعها منها"}}

// proposed gives the proposal of an area of a camera that is watched.
func (c camerasOn) proposed(camera string, area [4]float64) (api.Nuisance, *thermal.Live, error) {
	l := c.app.cameraOf(camera)
	all := c.Nuisances().Proposals
	i := slices.IndexFunc(all, func(p api.Nuisance) bool { return p.Camera == camera && p.Area == area })
	if l == nil || i < 0 {
		return api.Nuisance{}, nil, notProposed
	}
	return all[i], l, nil
}

// Refuse keeps a proposed area from being proposed again, before as many movers
// more are judged to be nothing there as it takes to propose one.
func (c camerasOn) Refuse(camera string, area [4]float64, by, byID string, record func(api.Nuisance) error) (api.Nuisance, error) {
	x, _, err := c.proposed(camera, area)
	if err != nil {
		return x, err
	}
	x.ID, x.Refused, x.RefusedBy, x.ByID = NewID().String(), c.app.clock.Now().UnixMilli(), by, byID
	return x, c.app.change(func(d *drawnThings) error {
		if err := record(x); err != nil {
			return err
		}
		d.Areas = append(slices.Clone(d.Areas), x)
		return nil
	})
}

// Quieten puts a proposed area in force, by a named person and until a time.
func (c camerasOn) Quieten(camera string, area [4]float64, by string, byID string, lasts time.Duration, record func(api.Nuisance) error) (api.Nuisance, error) {
	x, l, err := c.proposed(camera, area)
	if err != nil {
		return x, err
	}
	x.Aspect = 4.0 / 3 // where no picture came yet; in one of another shape the area rests
	if st, ok := c.app.thermal.State(camera); ok && st.Stream.Height > 0 {
		x.Aspect = float64(st.Stream.Width) / float64(st.Stream.Height)
	}
	if c.app.touchesLine(l.Camera, area, x.Aspect) {
		return api.Nuisance{}, &say.Error{Code: "nuisance.line", Kind: say.Conflict,
			Text: say.Text{En: "this area looks at the line: a crossing is never silenced", Ar: "تنظر هذه المنطقة إلى خط الحدود: لا يُسكت العبور أبداً"},
			Hint: say.Text{En: "mend what causes it: the camera's place, its lens, or the limit of its file", Ar: "عالج السبب: موضع الكاميرا أو عدستها أو الحد في ملفها"}}
	}
	now := c.app.clock.Now() // the clock that it is compared with
	x.ID, x.By, x.ByID, x.Accepted, x.Until = NewID().String(), by, byID, now.UnixMilli(), now.Add(lasts).UnixMilli()
	if err := record(x); err != nil {
		return api.Nuisance{}, err
	}
	return x, c.app.change(func(d *drawnThings) error { d.Areas = append(slices.Clone(d.Areas), x); return nil })
}

// Unquieten ends an area at once.
func (c camerasOn) Unquieten(id, by string, record func(api.Nuisance) error) (out api.Nuisance, err error) {
	return out, c.app.change(func(d *drawnThings) error {
		d.Areas = slices.Clone(d.Areas)
		for i := range d.Areas {
			x := &d.Areas[i]
			if x.ID != id || !accepted(x) {
				continue
			}
			x.Revoked, x.RevokedBy = c.app.clock.Now().UnixMilli(), by
			out = *x
			return record(out)
		}
		return noneDrawn
	})
}

// takeOff ends the areas in which a mover was that a person judged to be real, and
// puts it on record: what is held back there may be real as well.
func (a *App) takeOff(d *drawnThings, verdicts []verdict) error {
	now := a.clock.Now().UnixMilli()
	d.Areas = slices.Clone(d.Areas)
	for i := range d.Areas {
		x := &d.Areas[i]
		was := slices.ContainsFunc(verdicts, func(v verdict) bool {
			return v.Real && v.Camera == x.Camera && v.Pose == x.Pose && v.X >= x.Area[0] && v.X < x.Area[0]+x.Area[2] && v.Y >= x.Area[1] && v.Y < x.Area[1]+x.Area[3]
		})
		if !was || !accepted(x) || x.Until <= now {
			continue
		}
		x.Revoked = now
		x.Ended = &say.Text{En: "ended by Marsad: a mover there was judged to be real", Ar: "أنهاها مرصد: حُكم على متحرك هناك بأنه حقيقي"}
		err := a.store.Audit(context.Background(), record.Note{Kind: record.OfAction, Verb: "nuisance.ended", ActorID: record.Software, Subject: x.ID,
			Detail: map[string]any{"camera": x.Camera, "why": x.Ended.En}})
		if err != nil {
			return err
		}
	}
	return nil
}

// drawing holds what people draw and judge, for many askers. What it holds is
// replaced and never changed.
type drawing struct {
	writing    sync.Mutex // held by who changes it, over the disk
	mu         sync.Mutex
	now        drawnThings
	heard      map[string]heard // by alert
	configured int              // dwellings of the configuration
}

func (d *drawing) get() drawnThings {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.now
}

func (d *drawing) set(next drawnThings) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.now = next
}

func (d *drawing) hears(alert string) (heard, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	h, ok := d.heard[alert]
	return h, ok
}

func (d *drawing) hear(alert string, h heard) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.heard == nil {
		d.heard = map[string]heard{}
	}
	d.heard[alert] = h
}

// forget erases the names on areas that are over since a time, and gives how many
// areas that were. What was on record stays in the chain as a commitment.
func (d *drawnThings) forget(before time.Time) (n int) {
	areas := slices.Clone(d.Areas)
	for i := range areas {
		x := &areas[i]
		over := x.Until
		switch {
		case x.Refused != 0:
			over = x.Refused
		case x.Revoked != 0:
			over = min(over, x.Revoked)
		}
		if over < before.UnixMilli() && x.By+x.ByID+x.RevokedBy+x.RefusedBy != "" {
			x.By, x.ByID, x.RevokedBy, x.RefusedBy = "", "", "", ""
			n++
		}
	}
	d.Areas = areas
	return n
}

// forgetDrawn erases names of what was drawn and is over, when they are due, and
// says so on record; a hold on everything keeps them.
func (a *App) forgetDrawn(ctx context.Context, now time.Time) error {
	holds, err := a.store.Held(ctx)
	before := now.AddDate(0, 0, -a.config.Retention.PersonalDays)
	if d := a.drawing.get(); err != nil || holds["*"] || d.forget(before) == 0 {
		return err
	}
	err = a.change(func(d *drawnThings) error {
		return a.store.Audit(ctx, record.Note{Kind: record.OfAction, Verb: "drawn.forget", ActorID: record.Software, Subject: drawnKey,
			Detail: map[string]any{"areas": d.forget(before), "before": before}})
	})
	if err != nil {
		return err
	}
	return a.store.EmptyWAL(ctx)
}

// drawnThings are what people drew and judged for the cameras, as kept on disk.
type drawnThings struct {
	Dwellings []api.Dwelling `json:"dwellings"`
	Verdicts  []verdict      `json:"verdicts"`
	Areas     []api.Nuisance `json:"areas"`
}

func (d *drawnThings) read(b []byte) error {
	if len(b) == 0 {
		return nil
	}
	return json.Unmarshal(b, d)
}

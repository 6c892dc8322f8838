package app

import (
	"encoding/json"
	"math"
	"slices"
	"sync"
	"time"

	"marsad/adapter/thermal"
	"marsad/detect"
	"marsad/detect/view"
	"marsad/face/api"
	"marsad/geo"
	"marsad/respond"
	"marsad/say"
)

// verdict is what a person's outcome said of the one mover that an alert's
// pictures show: where it was and how large, as shares of the picture.
type verdict struct {
	Alert  string    `json:"alert"`
	Camera string    `json:"camera"`
	At     time.Time `json:"at"`
	X      float64   `json:"x"`
	Y      float64   `json:"y"`
	W      float64   `json:"w"`
	H      float64   `json:"h"`
	Real   bool      `json:"real"`
}

const (
	maxVerdicts = 5000
	// An area is proposed after so many movers that were nothing, in so many
	// different hours, with none that was real.
	leastEvents, leastHours = 5, 3
	// clearOfLine is how far from the line, in metres, what a quiet area looks at
	// has to stay: a crossing is never silenced.
	clearOfLine = 100.0
)

// judged says whether an outcome tells that a mover was nothing, or real; known
// is false where it tells neither.
func judged(r *respond.Result) (real, known bool) {
	if r == nil {
		return false, false
	}
	k := r.Counts
	nothing := k.FalseAlarm + k.Animal
	k.FalseAlarm, k.Animal = 0, 0
	switch unresolved := k.Unresolved; {
	case k != (respond.Counts{Unresolved: unresolved}) || r.Children+r.Injured+r.Dead > 0:
		return true, true
	case unresolved > 0 || nothing == 0:
		return false, false
	}
	return false, true
}

// learn takes a case's outcome as a verdict on what its cameras showed, where
// each shows one mover alone. A verdict that changed replaces the old one.
func (a *App) learn(c *respond.Case) {
	real, known := judged(c.Result)
	alert := c.Alert.ID.String()
	a.drawing.Lock()
	defer a.drawing.Unlock()
	same := func(v verdict) bool { return v.Alert == alert }
	at := slices.IndexFunc(a.drawing.now.Verdicts, same)
	if at >= 0 && known && a.drawing.now.Verdicts[at].Real == real || at < 0 && (!known || a.drawing.unseen[alert]) {
		return
	}
	list, err := a.media.Of(alert)
	if err != nil || len(list) == 0 {
		return // not written yet: the next version of the picture asks again
	}
	next := a.drawing.now
	next.Verdicts = slices.DeleteFunc(slices.Clone(next.Verdicts), same)
	if known {
		for _, e := range list {
			if len(e.Movers) != 1 || e.Width < 1 || e.Height < 1 {
				continue
			}
			b, w, h := e.Movers[0], float64(e.Width), float64(e.Height)
			next.Verdicts = append(next.Verdicts, verdict{Alert: alert, Camera: e.Camera, At: e.From, Real: real,
				X: (float64(b[0]) + float64(b[2])/2) / w, Y: (float64(b[1]) + float64(b[3])/2) / h, W: float64(b[2]) / w, H: float64(b[3]) / h})
		}
	}
	if len(next.Verdicts) == len(a.drawing.now.Verdicts) && at < 0 {
		a.drawing.unseen[alert] = true
		return
	}
	if over := len(next.Verdicts) - maxVerdicts; over > 0 {
		next.Verdicts = next.Verdicts[over:]
	}
	if err := a.keepDrawn(next); err != nil {
		a.options.Log.Error("a verdict on a mover was not kept", "alert", alert, "error", err)
	}
}

// grid is what nuisance areas are cut by, whatever the picture's size.
const grid = 4800

// proposals are areas that a person may judge, of the cameras that do not turn.
func (d *drawnThings) proposals(cameras []thermal.Live) (out []api.Nuisance) {
	for _, l := range cameras {
		id := l.Camera.ID
		if l.Camera.Onvif.Address != "" {
			continue // a head that turns shows another place in the same part of the picture
		}
		n := detect.NewNuisance(grid, grid)
		for _, v := range d.Verdicts {
			if v.Camera == id {
				n.Judged(detect.Mover{X: v.X * grid, Y: v.Y * grid}, v.At, v.Real)
			}
		}
		for _, p := range n.Proposals(leastEvents, leastHours) {
			x := api.Nuisance{Camera: id, Area: [4]float64{float64(p.Area.X) / grid, float64(p.Area.Y) / grid, float64(p.Area.W) / grid, float64(p.Area.H) / grid},
				Events: p.Events, Hours: p.Hours, Why: p.Why}
			for _, v := range d.Verdicts {
				if v.Camera != id || v.X < x.Area[0] || v.X >= x.Area[0]+x.Area[2] || v.Y < x.Area[1] || v.Y >= x.Area[1]+x.Area[3] {
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
func (a *App) touchesLine(c thermal.Camera, area [4]float64) bool {
	c = c.WithDefaults()
	width, height := 640, 480
	if st, ok := a.thermal.State(c.ID); ok && st.Stream.Width > 0 {
		width, height = st.Stream.Width, st.Stream.Height
	}
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
func (d *drawnThings) quiet() (out []thermal.Quiet) {
	for _, x := range d.Areas {
		if x.Revoked == 0 {
			out = append(out, thermal.Quiet{ID: x.ID, Camera: x.Camera, Area: x.Area, Most: x.Most, Until: time.UnixMilli(x.Until)})
		}
	}
	return out
}

// Nuisances lists what is proposed, and what people have accepted.
func (c camerasOn) Nuisances() api.Nuisances {
	c.app.drawing.Lock()
	d := c.app.drawing.now
	c.app.drawing.Unlock()
	held := c.app.thermal.HeldBack()
	now := c.app.clock.Now().UnixMilli()
	out := api.Nuisances{Proposals: []api.Nuisance{}, Areas: []api.Nuisance{}}
	for _, x := range d.Areas {
		x.Held = held[x.ID]
		out.Areas = append(out.Areas, x)
	}
	slices.Reverse(out.Areas)
	for _, p := range d.proposals(c.app.cameras) {
		if !slices.ContainsFunc(d.Areas, func(x api.Nuisance) bool {
			return x.Camera == p.Camera && x.Area == p.Area && x.Revoked == 0 && x.Until > now
		}) {
			out.Proposals = append(out.Proposals, p)
		}
	}
	return out
}

// Quieten puts a proposed area in force, by a named person and until a time.
func (c camerasOn) Quieten(camera string, area [4]float64, by string, byID string, until time.Time, record func(api.Nuisance) error) (api.Nuisance, error) {
	at := slices.IndexFunc(c.app.cameras, func(l thermal.Live) bool { return l.Camera.ID == camera })
	proposed := c.Nuisances().Proposals
	i := slices.IndexFunc(proposed, func(p api.Nuisance) bool { return p.Camera == camera && p.Area == area })
	if at < 0 || i < 0 {
		return api.Nuisance{}, &say.Error{Code: "nuisance.not_proposed", Kind: say.Conflict,
			Text: say.Text{En: "this area is not proposed, or not any more", Ar: "هذه المنطقة غير مقترحة أو لم تعد كذلك"},
			Hint: say.Text{En: "load the list again: a real mover there takes an area off it", Ar: "حمّل القائمة من جديد: متحرك حقيقي هناك يرفعها منها"}}
	}
	if c.app.touchesLine(c.app.cameras[at].Camera, area) {
		return api.Nuisance{}, &say.Error{Code: "nuisance.line", Kind: say.Conflict,
			Text: say.Text{En: "this area looks at the line: a crossing is never silenced", Ar: "تنظر هذه المنطقة إلى خط الحدود: لا يُسكت العبور أبداً"},
			Hint: say.Text{En: "mend what causes it: the camera's place, its lens, or the limit of its file", Ar: "عالج السبب: موضع الكاميرا أو عدستها أو الحد في ملفها"}}
	}
	x := proposed[i]
	x.ID, x.By, x.ByID, x.Accepted, x.Until = NewID().String(), by, byID, c.app.clock.Now().UnixMilli(), until.UnixMilli()
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
			if x.ID != id || x.Revoked != 0 {
				continue
			}
			x.Revoked, x.RevokedBy = c.app.clock.Now().UnixMilli(), by
			out = *x
			return record(out)
		}
		return noneDrawn
	})
}

// drawing holds what people draw and judge, for many askers.
type drawing struct {
	sync.Mutex
	now        drawnThings
	unseen     map[string]bool // alerts with an outcome whose pictures tell nothing
	configured int             // dwellings of the configuration
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

package app

import (
	"context"
	"encoding/json"
	"math"
	"slices"

	"marsad/adapter/thermal"
	"marsad/detect/view"
	"marsad/face/api"
	"marsad/geo"
	"marsad/say"
)

// stand is how a person found, from places in its picture, that a camera stands.
// It counts for the file that it was found with: whoever changes the file says
// better. Angles in degrees.
type stand struct {
	Pose   string             `json:"pose"` // of the file
	Angles thermal.Angles     `json:"angles"`
	Told   api.CameraStanding `json:"told"`
}

func standKey(camera string) string { return "cameras.stand." + camera }

// recallStand gives a camera of a file the angles that a person accepted for it.
func (a *App) recallStand(l *thermal.Live) error {
	b, err := a.store.Setting(context.Background(), standKey(l.Camera.ID))
	if e := say.As(err); err != nil && (e == nil || e.Kind != say.NotFound) {
		return err
	}
	var s stand
	if len(b) == 0 {
		return nil
	}
	if err := json.Unmarshal(b, &s); err != nil {
		return cameraError("the calibration of camera "+l.Camera.ID+" cannot be read from the record", err)
	}
	if s.Pose != l.Camera.Pose() {
		a.options.Log.Warn("a camera's file was changed since its calibration was accepted: the file counts", "camera", l.Camera.ID, "by", s.Told.By)
		return nil
	}
	a.stands[l.Camera.ID] = s
	l.Camera = s.Angles.On(l.Camera)
	return nil
}

// watched are the cameras as they stand now; what it gives is not changed.
func (a *App) watched() []thermal.Live {
	a.fleet.RLock()
	defer a.fleet.RUnlock()
	return a.cameras
}

// standing says who calibrated a camera and how well, nil for nobody.
func (a *App) standing(camera string) *api.CameraStanding {
	a.fleet.RLock()
	defer a.fleet.RUnlock()
	if s, ok := a.stands[camera]; ok {
		return &s.Told
	}
	return nil
}

// Calibrate finds how a camera stands from places that a person clicked in its
// picture. With record, which puts it on the audit chain, it is accepted: kept, and
// in force from the next picture on.
func (c camerasOn) Calibrate(id string, marks []api.CameraMark, hold []string, by string, record func(api.CameraCalibration) error) (out api.CameraCalibration, err error) {
	a := c.app
	l := a.cameraOf(id)
	st, seen := a.thermal.State(id)
	switch {
	case l == nil || !seen || st.Stream.Width == 0:
		return out, notWatched
	case l.Camera.Onvif.Address != "":
		return out, &say.Error{Code: "camera.head", Kind: say.Conflict,
			Text: say.Text{En: "the head of this camera moves: it is not calibrated here", Ar: "رأس هذه الكاميرا متحرك: لا تُعاير هنا"},
			Hint: say.Text{En: "let the head rest at its zero and use marsad cameras calibrate", Ar: "ضع الرأس في وضع الصفر واستعمل " + say.LTR("marsad cameras calibrate")}}
	}
	out.Width, out.Height = st.Stream.Width, st.Stream.Height
	v, err := l.Camera.View(out.Width, out.Height, view.PTZ{})
	if err != nil {
		return out, err
	}
	ground, assumed := l.Camera.Ground(GroundAround(a.ground))
	out.Assumed = assumed
	var clicked []view.Mark
	for _, m := range marks {
		p, err := geo.NewPoint(m.Lat, m.Lon)
		if err != nil {
			return out, err
		}
		at := geo.Position{Point: p, Height: l.Camera.Position.Height}
		if h, known := ground.Height(p); known {
			at.Height = h
		}
		at.Height += m.Above
		clicked = append(clicked, view.Mark{Name: m.Name, X: m.X * float64(out.Width-1), Y: m.Y * float64(out.Height-1), At: at, Error: m.Error})
	}
	held := func(name string) bool { return slices.Contains(hold, name) }
	found, err := view.Calibrate(v.Camera(), clicked, view.Hold{Azimuth: held("azimuth"), Tilt: held("tilt"), Roll: held("roll"), HFOV: held("field"), Clock: true})
	if err != nil {
		return out, err
	}
	angles := thermal.AnglesOf(&found.Camera)
	out.CameraAngles = api.CameraAngles(angles)
	out.Before, out.After = found.Before, found.After
	for _, r := range found.Residuals {
		x := api.CameraResidual{Name: r.Mark.Name, DX: r.DX, DY: r.DY, Doubtful: r.Doubtful}
		if math.IsNaN(r.DX + r.DY) {
			x.DX, x.DY, x.Unseen = 0, 0, true
		}
		out.Residuals = append(out.Residuals, x)
	}
	if math.IsNaN(out.Before) || math.IsInf(out.Before, 0) {
		out.Before = -1 // some of them were not in the picture at all
	}
	if record == nil {
		return out, nil
	}
	return out, a.accept(l, angles, out, by, record)
}

// accept puts a calibration in force: on record first, then on disk, then in the view.
func (a *App) accept(l *thermal.Live, angles thermal.Angles, found api.CameraCalibration, by string, record func(api.CameraCalibration) error) error {
	a.drawing.writing.Lock()
	defer a.drawing.writing.Unlock()
	if err := record(found); err != nil {
		return err
	}
	id := l.Camera.ID
	s := stand{Pose: a.filed[id], Angles: angles, Told: api.CameraStanding{By: by, At: a.clock.Now().UnixMilli(), After: found.After, Marks: len(found.Residuals)}}
	b, err := json.Marshal(s)
	if err != nil {
		return err
	}
	if err := a.store.PutSetting(context.Background(), standKey(id), b); err != nil {
		return err
	}
	a.fleet.Lock()
	a.stands[id] = s
	next := slices.Clone(a.cameras)
	for i := range next {
		if next[i].Camera.ID == id {
			next[i].Camera = angles.On(next[i].Camera)
			a.thermal.Stand(next[i].Camera)
		}
	}
	a.cameras = next
	a.fleet.Unlock()
	d := a.drawing.get()
	a.draw(&d) // quiet areas hold for the pose that they were judged under
	return nil
}

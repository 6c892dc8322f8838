package app

import (
	"slices"
	"time"

	"marsad/respond"
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
	Pose   string    `json:"pose"` // of the camera: what was seen in another is of another place
}

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

// heard is a result that was looked at, and when to look for its pictures again
// where there were none yet.
type heard struct {
	real, known bool
	pause       time.Duration // until the next look, 0 for none
	again       time.Time
}

// Pictures of an alert are on disk some time after its cause is gone: they are
// looked for again after the first, and after twice as long each time up to the
// last.
const firstLook, lastLook = 10 * time.Second, time.Hour

// learn takes a case's outcome as a verdict on what its cameras showed, where
// each shows one mover alone. A verdict that changed replaces the old one. Each
// result is judged once, though every version of the picture shows it again.
func (a *App) learn(c *respond.Case) {
	now, alert := a.clock.Now(), c.Alert.ID.String()
	h := heard{pause: firstLook}
	h.real, h.known = judged(c.Result)
	old, before := a.drawing.hears(alert)
	if before && old.real == h.real && old.known == h.known {
		if old.pause == 0 || now.Before(old.again) {
			return
		}
		h.pause = 2 * old.pause
	}
	done, err := a.judge(alert, h)
	if err != nil {
		a.options.Log.Error("a verdict on a mover was not kept", "alert", alert, "error", err)
	}
	if h.again = now.Add(h.pause); done || h.pause > lastLook {
		h.pause = 0
	}
	a.drawing.hear(alert, h)
}

// judge keeps what a result says of the pictures of an alert; done is false where
// there are none yet.
func (a *App) judge(alert string, h heard) (done bool, err error) {
	same := func(v verdict) bool { return v.Alert == alert }
	at := slices.IndexFunc(a.drawing.get().Verdicts, same)
	if at >= 0 && h.known && a.drawing.get().Verdicts[at].Real == h.real || at < 0 && !h.known {
		return true, nil
	}
	var verdicts []verdict
	if h.known {
		list, err := a.media.Of(alert)
		if err != nil || len(list) == 0 {
			return false, err
		}
		for _, e := range list {
			l := a.cameraOf(e.Camera)
			if len(e.Movers) != 1 || e.Width < 1 || e.Height < 1 || l == nil {
				continue
			}
			b, width, height := e.Movers[0], float64(e.Width), float64(e.Height)
			verdicts = append(verdicts, verdict{Alert: alert, Camera: e.Camera, At: e.From, Real: h.real,
				X: (float64(b[0]) + float64(b[2])/2) / width, Y: (float64(b[1]) + float64(b[3])/2) / height, W: float64(b[2]) / width, H: float64(b[3]) / height, Pose: l.Camera.Pose()})
		}
	}
	if at < 0 && len(verdicts) == 0 {
		return true, nil
	}
	err = a.change(func(d *drawnThings) error {
		d.Verdicts = append(slices.DeleteFunc(slices.Clone(d.Verdicts), same), verdicts...)
		d.Verdicts = d.Verdicts[max(0, len(d.Verdicts)-maxVerdicts):]
		return a.takeOff(d, verdicts)
	})
	return err == nil, err
}

package app

import (
	"context"
	"encoding/json"

	"marsad/detect/health"
	"marsad/say"
)

// viewKey is the setting under which the memory of a camera's view is kept.
func viewKey(camera string) string { return "cameras.view." + camera }

// keptView is the memory of a camera's view, and the pose of its file then: whoever
// corrects the file says by it that the camera looks elsewhere.
type keptView struct {
	Pose string          `json:"pose"`
	View json.RawMessage `json:"view"`
}

// recallView gives what is kept of a camera's view. What cannot be read is told
// and forgotten: the camera then begins like one that is new.
func (a *App) recallView(camera string) (m health.Memory, known bool) {
	b, err := a.store.Setting(context.Background(), viewKey(camera))
	l := a.cameraOf(camera)
	if err != nil || len(b) == 0 || l == nil {
		return m, false
	}
	var kept keptView
	if err = json.Unmarshal(b, &kept); err == nil {
		if kept.Pose != l.Camera.Pose() {
			return m, false
		}
		m, err = health.ReadMemory(kept.View)
	}
	if err != nil {
		a.options.Log.Warn("what was kept of a camera's view cannot be read: its view is learnt anew", "camera", camera, "error", err)
	}
	return m, err == nil
}

// keepView keeps the memory of a camera's view; one that knows nothing takes the
// place of what was kept.
func (a *App) keepView(camera string, m health.Memory) {
	l := a.cameraOf(camera)
	if l == nil {
		return
	}
	b, err := json.Marshal(m)
	if err == nil {
		b, err = json.Marshal(keptView{l.Camera.Pose(), b})
	}
	if err == nil {
		err = a.store.PutSetting(context.Background(), viewKey(camera), b)
	}
	if err != nil {
		a.options.Log.Error("a camera's view was not kept", "camera", camera, "error", err)
	}
}

var notWatched = &say.Error{Code: "camera.unwatched", Kind: say.Conflict,
	Text: say.Text{En: "no picture of this camera came yet", Ar: "لم تصل أي صورة من هذه الكاميرا بعد"},
	Hint: say.Text{En: "wait for its first picture, or look at its address", Ar: "انتظر أول صورة منها أو افحص عنوانها"}}

// AcceptView takes a camera's present view for the right one: on record first, then
// with its next picture, which also forgets what was kept.
func (c camerasOn) AcceptView(id string, record func() error) error {
	if _, watched := c.app.thermal.State(id); !watched {
		return notWatched
	}
	if err := record(); err != nil {
		return err
	}
	if !c.app.thermal.Accept(id) {
		return notWatched
	}
	return nil
}

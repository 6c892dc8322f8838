package thermal

import (
	"context"
	"math"
	"os"
	"strings"
	"time"

	"marsad/detect/view"
	"marsad/geo"
	"marsad/say"
	"marsad/sense"
)

func (w *watcher) connect() {
	o := w.camera.Onvif
	password, _ := o.Password() // without it the camera refuses the account, which is told
	w.device, w.profile = NewDevice(o.Address, o.User, password, DeviceOptions{}), Profile{}
}

// Password reads the account's password; empty where no file is named.
func (o *Onvif) Password() (string, error) {
	if o.PasswordFile == "" {
		return "", nil
	}
	b, err := os.ReadFile(o.PasswordFile)
	return strings.TrimRight(string(b), "\r\n"), err
}

// heads asks where the head points and passes people's cues on.
func (w *watcher) heads(ctx context.Context) {
	cues := w.host.Cues(w.sensor.ID)
	ask := time.NewTicker(headEvery)
	defer ask.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case c, open := <-cues:
			if !open {
				return
			}
			if err := w.look(ctx, c); err != nil {
				w.host.CueAnswered(c.ID, false, say.As(err).Text.En)
			} else {
				w.host.CueAnswered(c.ID, true, "")
			}
		case <-ask.C:
			ask.Reset(w.where(ctx))
		}
	}
}

// find asks for the profile that the camera's file names, or for the first whose
// head can be turned.
func (w *watcher) find(ctx context.Context) error {
	if w.profile.Token != "" {
		return nil
	}
	profiles, err := w.device.Profiles(ctx)
	if err != nil {
		return err
	}
	for _, p := range profiles {
		if p.Token == w.camera.Onvif.Profile || p.PTZ && w.camera.Onvif.Profile == "" {
			w.profile = p
			return nil
		}
	}
	if name := w.camera.Onvif.Profile; name != "" {
		return unable("the camera has no profile named "+name, "لا يوجد في الكاميرا الوضع "+say.LTR(name), nil)
	}
	return cannotLook("the camera's head cannot be turned", "لا يمكن تدوير رأس الكاميرا")
}

// look turns the head to where a person pointed.
func (w *watcher) look(ctx context.Context, c sense.Cue) error {
	ctx, cancel := context.WithTimeout(ctx, cueTime)
	defer cancel()
	at := c.At
	if at.Height == 0 {
		at.Height = w.camera.Position.Height
		if h, ok := w.ground.Height(at.Point); ok {
			at.Height = h
		}
	}
	if err := w.find(ctx); err != nil {
		return err
	}
	pan, tilt, err := w.camera.pointing(at, w.profile.Reach)
	if err != nil {
		return err
	}
	w.mu.Lock()
	w.head = headState{asked: true, moves: true} // even where Move fails: it may have been heard
	w.mu.Unlock()
	return w.device.Move(ctx, w.profile.Token, pan, tilt)
}

// headState is what is known of where the head points. The zero value is that of
// a head that was not asked yet.
type headState struct {
	asked bool // an answer came, or it was sent somewhere
	mute  bool // the last question had no answer
	moves bool // sent or found elsewhere, and it did not answer twice the same since
	last  view.PTZ
	said  int // answers that are the same as last, itself one of them
}

type headIs int

const (
	headStands headIs = iota
	headMoves
	headMute
)

// headIs says what is known of the head now; a fixed camera's stands.
func (w *watcher) headIs() headIs {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case !w.sensor.CanLookAt:
		return headStands
	case w.head.moves || w.turned: // or no view was made of where it points
		return headMoves
	case !w.head.asked || w.head.mute:
		return headMute
	}
	return headStands
}

// answered takes what a head says of itself.
func (h *headState) answered(at view.PTZ, moving, far bool) {
	h.asked, h.mute = true, false
	h.moves = h.moves || moving || far
	if h.said > 0 && !apart(h.last, at) && !moving {
		h.said++
	} else {
		h.said = 1
	}
	h.last = at
	if h.moves && h.said > 1 && !moving {
		h.moves = false
	}
}

// apart reports whether two directions make two views.
func apart(a, b view.PTZ) bool {
	return geo.Degrees(max(math.Abs(geo.WrapPi(a.Pan-b.Pan)), math.Abs(a.Tilt-b.Tilt))) > turnedMost
}

// where asks the head and has the view follow it. A camera that does not say
// keeps its view; its picture then tells that it turned. It gives the time to the
// next question: cameras lock an account that is tried too often.
func (w *watcher) where(ctx context.Context) time.Duration {
	ctx, cancel := context.WithTimeout(ctx, cueTime)
	defer cancel()
	err := w.find(ctx)
	var h Head
	if err == nil {
		h, err = w.device.Head(ctx, w.profile.Token)
	}
	if err != nil {
		w.mu.Lock()
		w.head.mute, w.head.said = true, 0
		w.mu.Unlock()
		if say.As(err).Code == refusedCode {
			return refusedEvery
		}
		return headEvery
	}
	next := view.PTZ{Pan: geo.Radians(h.Pan * w.camera.Onvif.Pan), Tilt: geo.Radians(h.Tilt * w.camera.Onvif.Tilt)}
	w.mu.Lock()
	far := apart(w.ptz, next)
	if far {
		w.ptz, w.turned = next, true
	}
	w.head.answered(next, h.Moving, far)
	w.mu.Unlock()
	if far {
		w.declare()
	}
	return headEvery
}

// declare registers where the camera looks now: the host counts a refusal, and
// the old sector stands.
func (w *watcher) declare() {
	w.mu.Lock()
	width, height, ptz := w.width, w.height, w.ptz
	w.mu.Unlock()
	if s, err := w.declared(width, height, ptz); err == nil {
		_ = w.host.Register(s)
	}
}

// Where asks a camera's head once where it points, in degrees of its mount.
func (c *Camera) Where(ctx context.Context, limit time.Duration) (pan, tilt float64, err error) {
	ctx, stop := context.WithTimeout(ctx, limit)
	defer stop()
	w := &watcher{camera: *c}
	w.connect()
	if err := w.find(ctx); err != nil {
		return 0, 0, err
	}
	h, err := w.device.Head(ctx, w.profile.Token)
	return h.Pan * c.Onvif.Pan, h.Tilt * c.Onvif.Tilt, err
}

// Clock asks a camera once how its clock stands, over ONVIF and without its account.
func (c *Camera) Clock(ctx context.Context, limit time.Duration) (Clock, error) {
	ctx, stop := context.WithTimeout(ctx, limit)
	defer stop()
	return NewDevice(c.Onvif.Address, "", "", DeviceOptions{}).Clock(ctx)
}

package thermal

import (
	"time"

	"marsad/detect/health"
)

// rememberEvery is how often the memory of a camera's view is kept: what is lost
// by a crash is minutes of a view that changes over hours.
const rememberEvery = 5 * time.Minute

// recall gives the watch over the picture what was kept of it before the start.
// The view of a head that turns is another after each turn: it says itself where
// it points, and nothing is kept of it.
func (w *watcher) recall() {
	if r := w.all.config.Recall; r != nil && !w.sensor.CanLookAt {
		if m, ok := r(w.camera.ID); ok {
			w.watch.Recall(m)
		}
	}
}

// remember keeps what is known of the view, when it is time.
func (w *watcher) remember(now time.Time) {
	if k := w.all.config.Keep; k != nil && !w.sensor.CanLookAt && now.Sub(w.kept) >= rememberEvery {
		w.kept = now
		if m, known := w.watch.Memory(); known {
			k(w.camera.ID, m)
		}
	}
}

// accept takes the present view for the right one, where a person said so.
func (w *watcher) accept() {
	w.all.mu.Lock()
	said := w.all.accepted[w.camera.ID]
	delete(w.all.accepted, w.camera.ID)
	w.all.mu.Unlock()
	if !said {
		return
	}
	w.watch.Accept()
	if k := w.all.config.Keep; k != nil {
		k(w.camera.ID, health.Memory{})
	}
}

// Accept takes a camera's present view for the right one from its next picture
// on, after a person said that it stands and looks as its file says; what was kept
// of the view before is forgotten then. False says that no such camera is watched.
func (cs *Cameras) Accept(camera string) bool {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	if _, watched := cs.state[camera]; !watched {
		return false
	}
	cs.accepted[camera] = true
	return true
}

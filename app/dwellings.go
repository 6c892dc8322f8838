package app

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"marsad/detect/view"
	"marsad/face/api"
	"marsad/geo"
	"marsad/say"
)

// drawnKey is the setting under which drawings are kept.
const drawnKey = "cameras.drawn"

// maxDwellings that people can draw.
const maxDwellings = 5000

var noneDrawn = &say.Error{Code: "drawn.none", Kind: say.NotFound,
	Text: say.Text{En: "there is nothing drawn under this number", Ar: "لا يوجد مرسوم بهذا الرقم"},
	Hint: say.Text{En: "load the list again", Ar: "حمّل القائمة من جديد"}}

// readDrawn reads what people drew, and gives it to the cameras before the first
// picture is shown. What cannot be read keeps Marsad from starting: a mask that
// is silently missing shows somebody's home.
func (a *App) readDrawn() error {
	b, err := a.store.Setting(context.Background(), drawnKey)
	if e := say.As(err); err != nil && (e == nil || e.Kind != say.NotFound) {
		return err
	}
	if err := a.drawing.now.read(b); err != nil {
		return cameraError("what was drawn for the cameras cannot be read from the record", err)
	}
	a.drawing.now.comeBack(a.clock.Now())
	for _, x := range a.drawing.now.Areas {
		if !accepted(&x) || x.Until <= a.clock.Now().UnixMilli() {
			continue
		}
		if why := a.resting(&x); why != nil {
			a.options.Log.Warn("a quiet area rests", "area", x.ID, "camera", x.Camera, "why", why.En)
		}
	}
	a.draw(&a.drawing.now)
	return nil
}

// draw gives what is drawn to the cameras.
func (a *App) draw(d *drawnThings) { a.thermal.Draw(d.masks(), a.quiet(d)) }

// change makes a change of what is drawn: on disk first, then in every view.
func (a *App) change(do func(*drawnThings) error) error {
	a.drawing.writing.Lock()
	defer a.drawing.writing.Unlock()
	next := a.drawing.get()
	if err := do(&next); err != nil {
		return err
	}
	return a.keepDrawn(next)
}

// keepDrawn keeps what is drawn. The caller holds the lock of writers; whoever
// reads does not wait for the disk.
func (a *App) keepDrawn(next drawnThings) error {
	b, err := json.Marshal(next)
	if err != nil {
		return err
	}
	if err := a.store.PutSetting(context.Background(), drawnKey, b); err != nil {
		return err
	}
	a.drawing.set(next)
	a.draw(&next)
	return nil
}

func (d *drawnThings) masks() (out []view.Dwelling) {
	for _, x := range d.Dwellings {
		if x.Removed != 0 {
			continue // lifted until x.Back
		}
		v := view.Dwelling{ID: x.ID, Height: x.Height}
		for _, p := range x.Corners {
			v.Outline = append(v.Outline, geo.Point{Lat: p[0], Lon: p[1]})
		}
		out = append(out, v)
	}
	return out
}

// Dwellings lists what was drawn, newest first, and how many the configuration
// names beside them.
func (c camerasOn) Dwellings() (drawn []api.Dwelling, configured int) {
	drawn = slices.Clone(c.app.drawing.get().Dwellings)
	slices.Reverse(drawn)
	return drawn, c.app.drawing.configured
}

// Hide masks a dwelling in every view, from the next picture on.
func (c camerasOn) Hide(d api.Dwelling, record func(api.Dwelling) error) (api.Dwelling, error) {
	for _, p := range d.Corners {
		if _, err := geo.NewPoint(p[0], p[1]); err != nil {
			return d, err
		}
	}
	d.ID, d.At = NewID().String(), c.app.clock.Now().UnixMilli()
	return d, c.app.change(func(x *drawnThings) error {
		if len(x.Dwellings) >= maxDwellings {
			return &say.Error{Code: "dwelling.many", Kind: say.Conflict,
				Text: say.Text{En: "no more dwellings can be drawn here", Ar: "لا يمكن رسم مساكن أكثر هنا"},
				Hint: say.Text{En: "put them into a GeoJSON file and name it under dwellings: in the configuration", Ar: "ضعها في ملف GeoJSON واذكره تحت " + say.LTR("dwellings:") + " في الإعدادات"}}
		}
		if err := record(d); err != nil {
			return err
		}
		x.Dwellings = append(slices.Clone(x.Dwellings), d)
		return nil
	})
}

// liftedFor is how long a mask stays off before it comes back by itself.
const liftedFor = 24 * time.Hour

// comeBack puts masks in force whose time off is over.
func (d *drawnThings) comeBack(now time.Time) (any bool) {
	over := func(x api.Dwelling) bool { return x.Removed != 0 && now.UnixMilli() >= x.Back }
	if !slices.ContainsFunc(d.Dwellings, over) {
		return false
	}
	d.Dwellings = slices.Clone(d.Dwellings)
	for i := range d.Dwellings {
		if x := &d.Dwellings[i]; over(*x) {
			x.Removed, x.RemovedBy, x.Incident, x.Back = 0, "", "", 0
		}
	}
	return true
}

// maskAgain has masks come back when their time is: in every view first, for a
// disk that is full must not keep a home shown.
func (a *App) maskAgain() {
	a.drawing.writing.Lock()
	defer a.drawing.writing.Unlock()
	next := a.drawing.get()
	if !next.comeBack(a.clock.Now()) {
		return
	}
	a.drawing.set(next)
	a.draw(&next)
	if err := a.keepDrawn(next); err != nil {
		a.options.Log.Error("a mask came back and this was not kept", "error", err)
	}
}

// Unhide takes a dwelling's mask off for a day: unmasking, so for an incident.
func (c camerasOn) Unhide(id, incident, by string, record func(api.Dwelling) error) (out api.Dwelling, err error) {
	return out, c.app.change(func(x *drawnThings) error {
		x.Dwellings = slices.Clone(x.Dwellings)
		for i := range x.Dwellings {
			d := &x.Dwellings[i]
			if d.ID != id || d.Removed != 0 {
				continue
			}
			now := c.app.clock.Now()
			d.Removed, d.RemovedBy, d.Incident, d.Back = now.UnixMilli(), by, incident, now.Add(liftedFor).UnixMilli()
			out = *d
			return record(out)
		}
		return noneDrawn
	})
}

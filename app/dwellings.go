package app

import (
	"context"
	"encoding/json"
	"slices"

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
	a.drawing.unseen = map[string]bool{}
	if err := a.drawing.now.read(b); err != nil {
		return cameraError("what was drawn for the cameras cannot be read from the record", err)
	}
	for _, x := range a.drawing.now.Areas {
		if x.Revoked != 0 || x.Until <= a.clock.Now().UnixMilli() {
			continue
		}
		if why := a.resting(&x); why != nil {
			a.options.Log.Warn("a quiet area rests", "area", x.ID, "camera", x.Camera, "why", why.En)
		}
	}
	a.thermal.Draw(a.drawing.now.masks(), a.quiet(&a.drawing.now))
	return nil
}

// change makes a change of what is drawn: on disk first, then in every view.
func (a *App) change(do func(*drawnThings) error) error {
	a.drawing.Lock()
	defer a.drawing.Unlock()
	next := a.drawing.now
	if err := do(&next); err != nil {
		return err
	}
	return a.keepDrawn(next)
}

// keepDrawn keeps what is drawn. The caller holds the lock.
func (a *App) keepDrawn(next drawnThings) error {
	b, err := json.Marshal(next)
	if err != nil {
		return err
	}
	if err := a.store.PutSetting(context.Background(), drawnKey, b); err != nil {
		return err
	}
	a.drawing.now = next
	a.thermal.Draw(next.masks(), a.quiet(&next))
	return nil
}

func (d *drawnThings) masks() (out []view.Dwelling) {
	for _, x := range d.Dwellings {
		if x.Removed != 0 {
			continue
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
	c.app.drawing.Lock()
	defer c.app.drawing.Unlock()
	drawn = slices.Clone(c.app.drawing.now.Dwellings)
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

// Unhide takes a dwelling's mask off for good: unmasking, so for an incident.
func (c camerasOn) Unhide(id, incident, by string, record func(api.Dwelling) error) (out api.Dwelling, err error) {
	return out, c.app.change(func(x *drawnThings) error {
		x.Dwellings = slices.Clone(x.Dwellings)
		for i := range x.Dwellings {
			d := &x.Dwellings[i]
			if d.ID != id || d.Removed != 0 {
				continue
			}
			d.Removed, d.RemovedBy, d.Incident = c.app.clock.Now().UnixMilli(), by, incident
			out = *d
			return record(out)
		}
		return noneDrawn
	})
}

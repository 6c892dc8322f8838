package thermal

import (
	"fmt"
	"slices"

	"marsad/detect"
	"marsad/detect/health"
	"marsad/detect/view"
	"marsad/geo"
	"marsad/say"
	"marsad/sense"
)

// aim makes view, masks and detector anew where the picture has another size
// or the head points elsewhere.
func (w *watcher) aim(width, height int) error {
	w.mu.Lock()
	ptz, turned := w.ptz, w.turned
	another := width*w.height != height*w.width // its edges see more or less of the ground
	w.turned, w.width, w.height = false, width, height
	w.mu.Unlock()
	if another {
		w.declare()
	}
	drawn := w.all.board.get()
	same := w.view != nil && w.mask.Width == width && w.mask.Height == height && !turned
	if same && drawn == w.drawn {
		return nil
	}
	if same {
		w.shade(drawn)
		return nil
	}
	v, err := w.camera.View(width, height, ptz)
	if err != nil {
		return err
	}
	if turned {
		w.watch.Accept()
	}
	w.view, w.detector = v, detect.New(Settings(v), width, height)
	w.classes = w.all.judge.Follow()
	w.generation++
	w.quietly = quietly{}
	w.mask.Width, w.mask.Height = width, height
	w.shade(drawn)
	return nil
}

// shade makes the mask of the present view anew.
func (w *watcher) shade(d *drawn) {
	w.drawn = d
	w.mask = Shade(w.view, w.camera.Masks, append(append([]view.Dwelling(nil), w.all.config.Dwellings...), d.dwellings...), w.ground, w.mask.Width, w.mask.Height)
}

// Shade gives the pixels that nobody may look into: dwellings drawn for all
// cameras and for this one on the ground, and those drawn in its picture.
func Shade(v *view.View, masks []Mask, dwellings []view.Dwelling, ground sense.Ground, width, height int) view.Mask {
	all := append([]view.Dwelling(nil), dwellings...)
	var drawn []view.Shade
	for i, m := range masks {
		id := fmt.Sprintf("%d %s", i, m.Name)
		if len(m.Ground) > 0 {
			d := view.Dwelling{ID: id}
			for _, p := range m.Ground {
				d.Outline = append(d.Outline, geo.Point{Lat: p[0], Lon: p[1]})
			}
			all = append(all, d)
			continue
		}
		s := view.Shade{ID: id}
		for _, p := range m.Picture {
			s.Outline = append(s.Outline, view.Pixel{X: p[0] * float64(width-1), Y: p[1] * float64(height-1)})
		}
		drawn = append(drawn, s)
	}
	return view.Fill(append(v.Shades(all, ground), drawn...), width, height)
}

// homesWithin is how far from a lens, in metres, a home can be one in its
// picture: beyond, it lies under the horizon of any mast.
const homesWithin = 30_000.0

// shown is the mask that a picture goes out with, nil and the reason where all of
// it is hidden: where the camera looks is not known, and a home could be in it.
func (w *watcher) shown(troubles []health.Sign) (*view.Mask, say.Text) {
	var why say.Text
	switch head := w.headIs(); {
	case slices.Contains(troubles, health.Turned):
		why = say.Text{En: "its picture is hidden: the camera was turned, and its masks would lie beside the homes", Ar: "صورتها محجوبة: تغيّر اتجاه الكاميرا فلم تعد الأقنعة تغطي المساكن"}
	case head == headMoves:
		why = say.Text{En: "its picture is hidden until the head stands still and says where it points", Ar: "صورتها محجوبة إلى أن يثبت رأس الكاميرا ويُعرف اتجاهه"}
	case head == headMute:
		why = say.Text{En: "its picture is hidden: the head does not say where it points", Ar: "صورتها محجوبة: لا يُعرف إلى أين يتجه رأس الكاميرا"}
	default:
		return &w.mask, why
	}
	if len(w.camera.Masks) == 0 && !w.homes(w.all.config.Dwellings) && !w.homes(w.drawn.dwellings) {
		return &w.mask, say.Text{}
	}
	return nil, why
}

func (w *watcher) homes(dwellings []view.Dwelling) bool {
	lens := w.camera.lens().Point
	return slices.ContainsFunc(dwellings, func(d view.Dwelling) bool {
		return slices.ContainsFunc(d.Outline, func(p geo.Point) bool { return geo.Distance(lens, p) < homesWithin })
	})
}

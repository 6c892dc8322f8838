package coverage

import (
	"fmt"
	"math"

	"marsad/geo"
	"marsad/say"
	"marsad/sense"
	"marsad/terrain"
)

// Flaw is why a sensor counts for nothing, or for less than it says.
type Flaw struct {
	Sensor sense.SensorID `json:"sensor"`
	Why    say.Text       `json:"why"`
}

// The polar cells of a sensor: their middles are looked at.
const (
	azimuths = 360
	rings    = 64
)

// unknown marks a polar cell beyond which nothing is known.
const unknown = math.MaxUint16

// reach is what one sensor could see, whatever its health and sector.
type reach struct {
	first int       // line sample of the first entry
	dist  []float32 // metres; NaN beyond the range
	az    []float32 // radians
	least []float32 // least visible height in metres, +Inf where not known

	ringStep float64
	polar    []uint16 // least visible height in decimetres, cell a·rings+r
	origin   geo.Position
}

// MaxReach bounds how far a sensor is followed, metres.
const MaxReach = 40_000.0

// survey works out a sensor's reach over the ground.
func (n *Network) survey(s *sense.Sensor) (*reach, *Flaw) {
	flaw := func(en, ar string) *Flaw { return &Flaw{s.ID, say.Text{En: en, Ar: ar}} }
	if err := sense.CheckSensor(s); err != nil {
		return nil, flaw("its registration is not possible: "+err.Error(), say.As(err).Text.Ar)
	}
	how := methodOf(s.Kind)
	switch {
	case s.Kind == sense.OwnForce:
		return nil, nil // a fix of one's own watches nothing: no flaw
	case how == nothing:
		return nil, flaw("what a sensor of this kind sees is not known", "لا يُعرف ما يراه متحسس من هذا النوع")
	case !sense.Placed(s.Position):
		return nil, flaw("its position is not known", "موقعه غير معروف")
	case !(s.MaxRange > 0):
		return nil, flaw("its range is not registered", "مداه غير مسجل")
	}
	far := math.Min(s.MaxRange, MaxReach)
	r := &reach{origin: s.Position, ringStep: far / rings}
	if how == touch {
		n.feel(s, r)
		return r, nil
	}
	patch, err := n.cfg.Ground.Patch(s.Position.Point, far)
	if err != nil {
		return nil, flaw("the ground around it cannot be read: "+err.Error(), "لا يمكن قراءة التضاريس حوله")
	}
	ground := patch.At(s.Position.Point)
	if math.IsNaN(ground) {
		return nil, flaw("it stands outside the known ground", "يقع خارج التضاريس المعروفة")
	}
	if above, ok := n.cfg.Above(s); ok {
		r.origin.Height = ground + above
	}
	above := r.origin.Height - ground
	if !(above >= 0 && above <= 20_000) {
		return nil, flaw(fmt.Sprintf("it would stand %.0f m above the ground: its height is counted from the ellipsoid", above), "ارتفاعه غير ممكن: يُحسب الارتفاع من مجسم الأرض")
	}
	bend := terrain.Refraction
	if how == echo {
		bend = terrain.RadioRefraction
	}
	sight := patch.Look(s.Position.Point, r.origin.Height, bend, n.wallsNear(s.Position.Point, far)...)
	n.walk(sight, r, far)
	r.sweep(sight)
	return r, nil
}

// walk looks at every sample of the line within range.
func (n *Network) walk(sight *terrain.Sight, r *reach, far float64) {
	from, to := n.window(r.origin.Point, far)
	r.first = from
	r.dist, r.az, r.least = make([]float32, to-from), make([]float32, to-from), make([]float32, to-from)
	for i := range r.dist {
		p := n.line[from+i]
		d, az := sight.Place(p)
		if d > far {
			r.dist[i] = float32(math.NaN())
			continue
		}
		r.dist[i], r.az[i] = float32(d), float32(az)
		r.least[i] = float32(sight.LeastHeight(p, n.cfg.Look))
	}
}

// sweep looks at the polar cells.
func (r *reach) sweep(sight *terrain.Sight) {
	r.polar = make([]uint16, azimuths*rings)
	steps := 2 * max(1, int(math.Ceil(r.ringStep/180))) // a look every 90 m at most
	ray := make([]float64, rings*steps)
	for a := range azimuths {
		sight.Fan((float64(a)+0.5)*2*math.Pi/azimuths, r.ringStep/float64(steps), ray)
		for k := range rings {
			r.polar[a*rings+k] = decimetres(ray[k*steps+steps/2-1])
		}
	}
}

func decimetres(metres float64) uint16 {
	if d := math.Ceil(metres * 10); d < unknown {
		return uint16(d)
	}
	return unknown
}

// feel is the reach of a sensor that needs no line of sight.
func (n *Network) feel(s *sense.Sensor, r *reach) {
	from, to := n.window(s.Position.Point, s.MaxRange)
	r.first = from
	r.dist, r.az, r.least = make([]float32, to-from), make([]float32, to-from), make([]float32, to-from)
	for i := range r.dist {
		d, az := geo.Inverse(s.Position.Point, n.line[from+i])
		r.dist[i], r.az[i] = float32(d), float32(az)
		if d > s.MaxRange {
			r.dist[i] = float32(math.NaN())
		}
	}
	r.polar = make([]uint16, azimuths*rings)
}

// coarse is the number of samples between two looks for a window.
const coarse = 64

// window gives the samples of the line that may lie within a distance.
func (n *Network) window(p geo.Point, far float64) (from, to int) {
	slack := far + coarse*n.cfg.Step
	from, to = len(n.line), 0
	for i := 0; i < len(n.line); i += coarse {
		// A degree of latitude is at least 110.5 km: cheap, and mostly enough.
		if math.Abs(n.line[i].Lat-p.Lat)*110_500 > slack {
			continue
		}
		if geo.Distance(p, n.line[i]) <= slack {
			from, to = min(from, max(0, i-coarse)), max(to, min(len(n.line), i+coarse+1))
		}
	}
	return min(from, to), to
}

// sees judges one entry for a class: whether it is seen, and whether it would be
// if the ground on the way were known and kind.
func (w *watch) sees(i, class int) (seen, unclear bool) {
	r := w.reach
	d := float64(r.dist[i])
	if !(d <= w.limit[class]) || d < w.sensor.MinRange || !w.inSector(r.az[i]) {
		return false, false
	}
	least := float64(r.least[i])
	return least <= targets[class].least, math.IsInf(least, 1)
}

func (w *watch) inSector(az float32) bool {
	s := &w.sensor
	return s.HalfWidth <= 0 || s.HalfWidth >= 3.14159 || math.Abs(geo.WrapPi(float64(az)-s.Azimuth)) <= s.HalfWidth
}

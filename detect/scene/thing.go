package scene

import (
	"math"
	"time"

	"marsad/detect"
	"marsad/geo"
	"marsad/sense"
)

// longest is how many minutes a thing lives at most.
const longest = 6

// walker is one thing on its way, or several that go together.
type walker struct {
	id      int
	class   sense.Class
	begin   time.Time
	from    geo.ENU // of the foot, in the frame of the camera's foot
	vel     geo.ENU // m/s
	members []member
	build   build
	phase   float64
}

type member struct{ e, n, pace, size float64 }

// build is the shape of a thing in metres: length along its way, breadth,
// height.
type build struct {
	kind                    kind
	length, breadth, height float64
}

type kind uint8

const (
	walking kind = iota
	wheeled
	fourLegged
	flyingMachine
)

// Ranges and speeds within which things are drawn: where a camera of 5° over
// 320 pixels can tell them.
var spans = map[sense.Class]struct{ near, far, slow, fast float64 }{
	sense.Person:  {480, 1300, 0.9, 2.2},
	sense.Group:   {480, 1700, 0.8, 1.6},
	sense.Vehicle: {600, 4500, 4, 22},
	sense.Animal:  {480, 1200, 0.7, 4},
	sense.SlowAir: {500, 2500, 3, 16},
}

// draft draws the things that begin in a minute.
func (s *Scene) draft(minute int64) {
	ordinal := 0
	for class := range sense.Class(sense.NClass) {
		span, drawn := spans[class]
		rate := s.c.PerHour[class]
		if !drawn || rate <= 0 {
			continue
		}
		r := keyed(s.c.ThingSeed, 'p', uint64(minute), uint64(class))
		for range r.poisson(rate / 60) {
			ordinal++
			w := s.newWalker(&r, class, span.near, span.far, span.slow, span.fast)
			w.id = int(minute%1_000_000)*100 + ordinal
			w.begin = time.Unix(minute*60, int64(r.unit()*60e9))
			s.walkers = append(s.walkers, w)
		}
	}
}

func (s *Scene) newWalker(r *stream, class sense.Class, near, far, slow, fast float64) walker {
	w := walker{class: class, phase: r.between(0, 6.28), members: []member{{size: 1}}}
	c := s.view.Camera()
	distance := near * math.Pow(far/near, r.unit())
	speed := r.between(slow, fast)
	// It comes in at the left or right edge, and goes across within 60° of
	// square to the view.
	side := 1.0
	if r.unit() < 0.5 {
		side = -1
	}
	edge := c.Azimuth + side*(c.HFOV/2+8/distance)
	course := c.Azimuth - side*math.Pi/2 + geo.Radians(r.between(-60, 60))
	w.from = geo.ENU{E: distance * math.Sin(edge), N: distance * math.Cos(edge)}
	w.vel = geo.ENU{E: speed * math.Sin(course), N: speed * math.Cos(course)}
	switch class {
	case sense.Person, sense.Group:
		w.build = build{walking, 0.5, 0.45, r.between(1.5, 1.9)}
		if class == sense.Group {
			w.members = nil
			for range 2 + r.below(6) {
				w.members = append(w.members, member{r.between(-3, 3), r.between(-3, 3), r.between(0, 6), r.between(0.85, 1.05)})
			}
		}
	case sense.Vehicle:
		w.build = build{wheeled, 4.9, 1.8, 1.8}
		if r.unit() < 0.3 {
			w.build = build{wheeled, r.between(7, 14), 2.5, r.between(2.6, 3.8)}
		}
	case sense.Animal:
		sizes := []build{{fourLegged, 1.2, 0.4, 0.85}, {fourLegged, 0.9, 0.3, 0.6}, {fourLegged, 1.5, 0.5, 1.3}, {fourLegged, 2.8, 0.8, 2.1}}
		w.build = sizes[r.below(len(sizes))]
		if r.unit() < 0.4 {
			for range r.below(9) {
				w.members = append(w.members, member{r.between(-8, 8), r.between(-8, 8), r.between(0, 6), r.between(0.8, 1.1)})
			}
		}
	case sense.SlowAir:
		w.build = build{flyingMachine, r.between(0.5, 1.8), 0.6, 0.4}
		w.from.U = c.Mast + distance*math.Tan(geo.Radians(r.between(0.2, 0.9)))
	}
	return w
}

// draw moves and draws the things of an instant and writes their truth.
func (s *Scene) draw(at time.Time, weather Weather, lean lean) {
	for ; s.minute <= floorMinute(at); s.minute++ {
		s.draft(s.minute)
	}
	c := s.view.Camera()
	frame := geo.NewFrame(c.Foot)
	kept := s.walkers[:0]
	for _, w := range s.walkers {
		t := at.Sub(w.begin).Seconds()
		if t < 0 {
			kept = append(kept, w)
			continue
		}
		place := geo.ENU{E: w.from.E + w.vel.E*t, N: w.from.N + w.vel.N*t, U: w.from.U}
		az := math.Atan2(place.E, place.N)
		out := math.Abs(geo.WrapPi(az-c.Azimuth)) > c.HFOV/2+30/math.Hypot(place.E, place.N)
		if (t > 5 && out) || t > longest*60 {
			continue
		}
		kept = append(kept, w)
		if out {
			continue
		}
		thing := Thing{ID: w.id, Class: w.class, East: w.vel.E, North: w.vel.N}
		thing.Where = geo.Position{Point: frame.At(place.E, place.N), Height: Level + w.from.U}
		var p painter
		for _, m := range w.members {
			at := geo.Position{Point: frame.At(place.E+m.e, place.N+m.n), Height: Level + w.from.U}
			p.member(s, &w, m, at, t, weather, lean)
		}
		p.finish(s, &thing)
	}
	s.walkers = kept
}

// painter draws the members of one thing and gathers their truth.
type painter struct {
	x0, y0, x1, y1 int
	n              int
	sx, sy, heat   float64
	whole          bool
	begun          bool
	width, height  float64
	part           struct { // the pixel that it covers most of those it does not cover
		hit, x, y int
		change    float64
	}
}

// add counts a pixel as the thing's.
func (p *painter) add(x, y int, change float64) {
	p.n++
	p.sx += float64(x)
	p.sy += float64(y)
	p.heat += change
	p.x0, p.y0, p.x1, p.y1 = min(p.x0, x), min(p.y0, y), max(p.x1, x), max(p.y1, y)
}

func (p *painter) member(s *Scene, w *walker, m member, at geo.Position, t float64, weather Weather, lean lean) {
	x, y, _ := s.view.Pixel(at)
	if math.IsNaN(x) {
		return
	}
	x, y = lean.shift(s, x, y)
	here := s.view.At()
	away := geo.Distance(here.Point, at.Point)
	metre := float64(s.c.Width) / 2 / math.Tan(s.view.Camera().HFOV/2) / away // pixels
	_, bearing := geo.Inverse(here.Point, at.Point)
	course := math.Atan2(w.vel.E, w.vel.N)
	across := math.Sin(course - bearing) // -1…1: to the left, to the right
	b := w.build
	b.length, b.height = b.length*m.size, b.height*m.size
	wide := b.length*math.Abs(across) + b.breadth*math.Sqrt(1-across*across)
	p.width, p.height = math.Max(p.width, wide), math.Max(p.height, b.height)
	shape := b.shape(wide, math.Copysign(1, across), w.phase+m.pace+t*stride(w))
	keep := math.Exp(-weather.Haze * away / 1000)
	paint(s, p, x, y, metre, wide, b.height, keep, shape, weather, 1+uint8(w.class))
}

// stride is the pace of legs in rad/s.
func stride(w *walker) float64 {
	return 2 * math.Pi * math.Hypot(w.vel.E, w.vel.N) / (1.6 * math.Max(0.4, w.build.height/1.7))
}

// paint draws a shape given in metres from its foot, u along the view to the
// right and v up, with an optical blur of about a pixel.
func paint(s *Scene, p *painter, x, y, metre, wide, tall, keep float64, shape shape, weather Weather, label uint8) {
	rx, ry := wide/2*metre*1.3+2, tall*metre+2
	x0, x1 := int(math.Floor(x-rx)), int(math.Ceil(x+rx))
	y0, y1 := int(math.Floor(y-ry)), int(math.Ceil(y+2))
	if !p.begun {
		p.x0, p.y0, p.x1, p.y1, p.whole, p.begun = math.MaxInt, math.MaxInt, math.MinInt, math.MinInt, true, true
	}
	body := weather.Air
	for py := y0; py <= y1; py++ {
		for px := x0; px <= x1; px++ {
			hit, heat := 0, 0.0
			for i := range 9 {
				sx, sy := float64(px)+0.55*float64(i%3-1), float64(py)+0.55*float64(i/3-1)
				if h, in := shape((sx-x)/metre, (y-sy)/metre); in {
					hit++
					heat += h
				}
			}
			if hit == 0 {
				continue
			}
			if px < 0 || py < 0 || px >= s.c.Width || py >= s.c.Height {
				p.whole = false
				continue
			}
			share := float64(hit) / 9 * keep
			own := body + heat/float64(hit)*s.warmth(weather)
			i := py*s.c.Width + px
			change := share * (own - float64(s.img[i]))
			s.img[i] += float32(change)
			if hit >= 4 || (hit >= 2 && tall*metre < 4) {
				s.shot.Mask[i] = label
				p.add(px, py, change)
			} else if hit > p.part.hit {
				p.part.hit, p.part.x, p.part.y, p.part.change = hit, px, py, change
			}
		}
	}
}

// warmth scales how much warmer than the air things are: rain wets them.
func (s *Scene) warmth(w Weather) float64 { return 1 - 0.4*w.Rain }

// finish writes the truth of a thing. What covers no pixel well, as a drone two
// kilometres away, is where it covers most: it is seen all the same.
func (p *painter) finish(s *Scene, thing *Thing) {
	if p.n == 0 && p.part.hit > 0 {
		p.add(p.part.x, p.part.y, p.part.change)
	}
	if p.n == 0 {
		return
	}
	n := float64(p.n)
	thing.Box = detect.Box{X: p.x0, Y: p.y0, W: p.x1 - p.x0 + 1, H: p.y1 - p.y0 + 1}
	thing.Pixels, thing.X, thing.Y, thing.Whole = p.n, p.sx/n, p.sy/n, p.whole
	thing.Contrast = p.heat / n
	thing.Ratio = math.Abs(thing.Contrast) / s.noise()
	thing.Width, thing.Height = p.width, p.height
	s.shot.Things = append(s.shot.Things, *thing)
}

package scene

import (
	"math"
	"time"

	"marsad/geo"
)

// flyer is a bird, or an insect near the lens: its way is drawn in the picture
// itself.
type flyer struct {
	id             int
	insect         bool
	begin          time.Time
	life           float64 // seconds
	x, y, vx, vy   float64 // pixels, pixels a second
	circle, spin   float64 // a bird that circles: pixels and rad/s
	range_, span   float64 // metres of a bird
	radius, heat   float64 // pixels and kelvin of an insect
	flutter, phase float64
}

// hatch draws the birds and insects that begin in a minute.
func (s *Scene) hatch(minute int64) {
	at := time.Unix(minute*60, 0)
	w := s.weather(at)
	r := keyed(s.c.Seed, 'a', uint64(minute))
	ordinal := 0
	emerge := func(f flyer) {
		ordinal++
		f.id = int(minute%1_000_000)*100 + 50 + ordinal
		s.flyers = append(s.flyers, f)
	}
	start := func() time.Time { return at.Add(time.Duration(r.unit() * 60e9)) }
	near := func(h float64) float64 { return math.Exp(-(w.Hour - h) * (w.Hour - h) / 2) }
	day := math.Max(0, math.Sin(math.Pi*(w.Hour-5)/14))
	if s.has(Birds) {
		for range r.poisson((0.02 + 0.08*day + 0.3*near(6) + 0.3*near(18)) * (1 - w.Rain)) {
			flock := 1
			if r.unit() < 0.2 {
				flock += r.below(6)
			}
			lead := s.bird(&r)
			lead.begin = start()
			for range flock {
				f := lead
				f.x += r.between(-12, 12) * float64(min(flock-1, 1))
				f.y += r.between(-8, 8) * float64(min(flock-1, 1))
				f.phase = r.between(0, 6)
				emerge(f)
			}
		}
	}
	if s.has(Insects) {
		warm := math.Min(math.Max((w.Air-8)/12, 0), 1) * (1 - w.Wind) * (1 - w.Rain)
		for range r.poisson(warm * (0.1 + 0.25*near(19.5) + 0.12*near(4))) {
			f := s.insect(&r)
			f.begin = start()
			emerge(f)
		}
	}
}

func (s *Scene) bird(r *stream) flyer {
	width, height := float64(s.c.Width), float64(s.c.Height)
	f := flyer{range_: 90 * math.Pow(14, r.unit()), span: r.between(0.3, 1.2), flutter: r.between(18, 40), phase: r.between(0, 6)}
	pixels := width / 2 / math.Tan(s.view.Camera().HFOV/2) / f.range_ // a metre
	speed := r.between(7, 16) * pixels
	if r.unit() < 0.1 { // a kite that circles far out
		f.range_, f.span, f.flutter = r.between(600, 1600), r.between(1, 1.5), 1
		pixels = width / 2 / math.Tan(s.view.Camera().HFOV/2) / f.range_
		f.circle = r.between(15, 40) * pixels
		f.spin = r.between(6, 10) * pixels / f.circle
		f.x, f.y = r.between(0.2, 0.8)*width, r.between(0.02, 0.22)*height
		f.vx, f.vy, f.life = r.normal()*pixels, 0, r.between(30, 120)
		return f
	}
	f.x, f.y, f.vx = -20, r.between(0, 0.75)*height, speed
	if r.unit() < 0.5 {
		f.x, f.vx = width+20, -speed
	}
	f.vy = speed * 0.25 * r.normal()
	f.life = math.Min((width+40)/speed, 60)
	return f
}

func (s *Scene) insect(r *stream) flyer {
	width, height := float64(s.c.Width), float64(s.c.Height)
	scale := width / 320
	f := flyer{insect: true, x: r.between(0, width), y: r.between(0, height), radius: scale * r.between(2.5, 9),
		heat: r.between(0.8, 4), life: r.between(0.2, 1.3), flutter: r.between(5, 25), phase: r.between(0, 6)}
	speed, way := scale*r.between(120, 600), r.between(0, 2*math.Pi)
	if r.unit() < 0.04 { // it crawls over the window
		speed, f.life, f.flutter = scale*r.between(4, 20), r.between(4, 15), 1
	}
	f.vx, f.vy = speed*math.Cos(way), speed*math.Sin(way)
	f.x -= f.vx * f.life / 2
	f.y -= f.vy * f.life / 2
	return f
}

// fly moves and draws birds and insects.
func (s *Scene) fly(at time.Time, w Weather, lean lean) {
	for ; s.drawnTo <= floorMinute(at); s.drawnTo++ {
		s.hatch(s.drawnTo)
	}
	kept := s.flyers[:0]
	for _, f := range s.flyers {
		t := at.Sub(f.begin).Seconds()
		if t > f.life {
			continue
		}
		kept = append(kept, f)
		if t < 0 {
			continue
		}
		x, y := f.x+f.vx*t, f.y+f.vy*t
		if f.insect {
			scale := float64(s.c.Width) / 320
			x += 9 * scale * math.Sin(f.flutter*t+f.phase)
			y += 7 * scale * math.Cos(1.3*f.flutter*t+f.phase)
			s.spot(x, y, f.radius, f.heat)
			s.disturb(Insects, boxAround(x, y, 2.5*f.radius), f.heat)
			continue
		}
		if f.circle > 0 {
			x += f.circle * math.Cos(f.spin*t+f.phase)
			y += 0.3 * f.circle * math.Sin(f.spin*t+f.phase)
		} else {
			y += 0.1 * math.Abs(f.vx) * math.Sin(1.7*t+f.phase) // it undulates
		}
		az, el := s.view.Ray(x, y)
		x, y = lean.shift(s, x, y)
		metre := float64(s.c.Width) / 2 / math.Tan(s.view.Camera().HFOV/2) / f.range_
		var p painter
		beat := f.flutter*t + f.phase
		p.width, p.height = f.span, f.span/2
		paint(s, &p, x, y, metre, f.span, f.span, math.Exp(-w.Haze*f.range_/1000), bird(f.span, beat), w, birdLabel)
		frame := geo.NewFrame(s.view.At())
		thing := Thing{ID: f.id, Bird: true, Where: frame.FromENU(geo.ENU{E: f.range_ * math.Sin(az) * math.Cos(el), N: f.range_ * math.Cos(az) * math.Cos(el), U: f.range_ * math.Sin(el)})}
		p.finish(s, &thing)
		if p.n > 0 {
			s.disturb(Birds, thing.Box, thing.Contrast)
		}
	}
	s.flyers = kept
}

// birdLabel marks birds in Mask, after the classes of sense.
const birdLabel = 32

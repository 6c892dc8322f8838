package scene

import (
	"math"
	"time"

	"marsad/detect"
	"marsad/detect/view"
)

// land is the standing picture: temperature modes of every pixel, with a
// margin around so that the camera can lean.
type land struct {
	w, h, pad int // of the padded maps
	cw, ch    int // of the picture
	horizon   []float64
	// air, sun, cool and own are how much a pixel takes of the air's, the sun's
	// and the night's temperature, and its own difference in kelvin.
	sun, cool, own []float32
	sky            []bool
	now            []float32 // of the second
	second         int64
	bushes         []bush
	grass          []blade
	lamps          []lamp
	clouds, far    lattice
}

type bush struct {
	x, y, r, phase, warm float64
	leaves               lattice
}

// blade is one pixel of grass: where in the picture, how strongly and in which
// phase it waves.
type blade struct {
	at           int
	depth, phase float32
}

type lamp struct {
	x, y, r, hz, heat float64
	flame             bool
}

func newLand(c Config, v *view.View) *land {
	pad := 8
	if c.Nuisances&Balloon != 0 {
		pad = 8 + int(22*float64(c.Width)/320)
	}
	l := &land{w: c.Width + 2*pad, h: c.Height + 2*pad, pad: pad, cw: c.Width, ch: c.Height, second: math.MinInt64}
	n := l.w * l.h
	l.sun, l.cool, l.own, l.now, l.sky = make([]float32, n), make([]float32, n), make([]float32, n), make([]float32, n), make([]bool, n)
	texture, hills := newLattice(keyed(c.Seed, 't'), 64), newLattice(keyed(c.Seed, 'h'), 64)
	l.clouds, l.far = newLattice(keyed(c.Seed, 'c'), 64), newLattice(keyed(c.Seed, 'C'), 64)
	scale := float64(c.Width) / 320
	flat := horizonRow(v)
	l.horizon = make([]float64, l.w)
	for x := range l.w {
		// Hills of up to some twenty pixels stand above the plain's horizon.
		u := float64(x) / scale
		l.horizon[x] = flat + float64(pad) - scale*math.Max(0, 8+10*hills.fractal(u/90, 0.5, 3))
	}
	for y := range l.h {
		below := (float64(y-pad) - flat) / scale
		// Rows further down show nearer ground: its texture grows, seen flat.
		depth := 1 / math.Max(below, 0.6)
		for x := range l.w {
			i := y*l.w + x
			u := (float64(x-pad) - float64(c.Width)/2) / scale
			switch {
			case float64(y) < l.horizon[x]:
				l.sky[i] = true
				up := (l.horizon[x] - float64(y)) / scale
				l.own[i] = float32(-6 - 22*(1-math.Exp(-up/45)))
			case below < 0.6: // hills in the haze
				t := texture.fractal(u/14, (float64(y)-l.horizon[x])/scale/5, 4)
				l.sun[i], l.cool[i], l.own[i] = float32(4+2.5*t), float32(-1.5+0.6*t), float32(0.4*t)
			default:
				t := texture.fractal(u*depth*3, 260*depth, 4)
				f := texture.fractal(u/2.3+31, float64(y)/scale/1.9, 3)
				l.sun[i] = float32(15 + 4.5*t + 2*f)
				l.cool[i] = float32(-5 + 1.3*t - 0.5*f)
				l.own[i] = float32(0.5*t + 0.35*f)
			}
		}
	}
	l.plant(c, flat, scale)
	return l
}

// horizonRow is the row at which the flat ground ends.
func horizonRow(v *view.View) float64 {
	c := v.Camera()
	low, high := 0.0, float64(c.Height)
	for range 40 {
		mid := (low + high) / 2
		az, el := v.Ray(float64(c.Width)/2, mid)
		if _, met := Ground().Meet(v.At(), az, el, 60e3); met {
			high = mid
		} else {
			low = mid
		}
	}
	return high
}

// plant sets bushes, grass and lamps.
func (l *land) plant(c Config, flat, scale float64) {
	s := keyed(c.Seed, 'b')
	for range 45 {
		down := s.between(0, 1)
		down *= down
		y := flat + 3*scale + down*(float64(c.Height)-flat-6*scale)
		b := bush{x: s.between(0, float64(c.Width)), y: y, r: scale * (1.5 + 9*down*s.between(0.5, 1)),
			phase: s.between(0, 2*math.Pi), warm: s.between(-1, 1), leaves: newLattice(keyed(c.Seed, 'l', s.next()), 16)}
		l.bushes = append(l.bushes, b)
	}
	meadow := newLattice(keyed(c.Seed, 'm'), 32)
	for y := int(flat) + 4; y < c.Height; y++ {
		for x := range c.Width {
			if meadow.fractal(float64(x)/scale/30, float64(y)/scale/12, 2) > 0.55 {
				l.grass = append(l.grass, blade{y*c.Width + x, float32(s.between(0.1, 0.5)), float32(s.between(0, 6.28))})
			}
		}
	}
	for i := range 4 {
		l.lamps = append(l.lamps, lamp{x: s.between(0.05, 0.95) * float64(c.Width), y: flat + scale*s.between(1, 40),
			r: scale * s.between(0.7, 1.6), hz: s.between(0.4, 9), heat: s.between(2, 14), flame: i == 0})
	}
}

// expose writes the standing picture as the leaning camera sees it, in °C.
func (l *land) expose(img []float32, at time.Time, w Weather, lean lean) {
	if second := at.Unix(); second != l.second {
		l.second = second
		l.warm(w)
	}
	if lean.turn == 0 {
		x0, y0 := lean.x+float64(l.pad), lean.y+float64(l.pad)
		ix, iy := math.Floor(x0), math.Floor(y0)
		tx, ty := float32(x0-ix), float32(y0-iy)
		a, b, c, d := (1-tx)*(1-ty), tx*(1-ty), (1-tx)*ty, tx*ty
		for y := range l.ch {
			from := (y+int(iy))*l.w + int(ix)
			up := l.now[from : from+l.cw+1]
			low := l.now[from+l.w : from+l.w+l.cw+1]
			out := img[y*l.cw : (y+1)*l.cw]
			for x := range out {
				out[x] = a*up[x] + b*up[x+1] + c*low[x] + d*low[x+1]
			}
		}
		return
	}
	cx, cy := float64(l.cw)/2, float64(l.ch)/2
	for y := range l.ch {
		fx := lean.x + float64(l.pad) - lean.turn*(float64(y)-cy)
		fy := float64(y) + lean.y + float64(l.pad) - lean.turn*cx
		for x := range l.cw {
			sx, sy := float64(x)+fx, fy+lean.turn*float64(x)
			ix, iy := int(sx), int(sy)
			ix, iy = min(max(ix, 0), l.w-2), min(max(iy, 0), l.h-2)
			tx, ty := float32(sx-float64(ix)), float32(sy-float64(iy))
			up := l.now[iy*l.w+ix:]
			low := l.now[(iy+1)*l.w+ix:]
			img[y*l.cw+x] = (up[0]*(1-tx)+up[1]*tx)*(1-ty) + (low[0]*(1-tx)+low[1]*tx)*ty
		}
	}
}

// warm sets the temperatures of this second. Haze draws the far to the air.
func (l *land) warm(w Weather) {
	air, sun, cool := float32(w.Air), float32(w.Sun), float32(w.Cool)
	lid := float32(1 - 0.6*w.Cloud - 0.3*w.Rain) // clouds are warmer than the clear sky
	keep := float32(math.Exp(-0.8 * w.Rain))
	for i, own := range l.own {
		if l.sky[i] {
			l.now[i] = air + own*lid
		} else {
			l.now[i] = air + keep*(sun*l.sun[i]+cool*l.cool[i]+own)
		}
	}
}

// plants lets bushes and grass wave.
func (s *Scene) plants(at time.Time, w Weather, lean lean) {
	t := seconds(at)
	wind := 0.0
	if s.has(Wind) {
		wind = w.Wind
	}
	scale := float64(s.c.Width) / 320
	for i := range s.land.bushes {
		b := &s.land.bushes[i]
		gust := 0.5 + 0.5*math.Sin(0.23*t-b.x/scale/40+b.phase)
		push := wind * b.r * 0.35 * (0.5*gust + 0.5*gust*math.Sin(2*math.Pi*(0.7+3/b.r*scale)*t+b.phase))
		rustle := wind * 0.4 * math.Sin(2*math.Pi*2.3*t+2*b.phase)
		heat := b.warm + 2.5*w.Cool - 7*w.Sun // leaves follow the air
		x0, y0 := lean.shift(s, b.x, b.y)
		if wind > 0.05 {
			s.disturb(Wind, boxAround(x0+push/2, y0-b.r/2, b.r*1.4+push/2), math.Abs(heat)*wind)
		}
		s.blot(x0, y0, b.r*1.5+math.Abs(push)+1, b.r+1, func(x, y float64) (float64, float64) {
			up := (y0 - y) / b.r // 0 at the foot, 1 at the top
			if up < 0 || up > 1.2 {
				return 0, 0
			}
			u := (x - x0 - push*up - rustle*up*up) / b.r
			r := u*u/1.2 + (up-0.45)*(up-0.45)*3.2
			leaf := b.leaves.fractal(u*3+8, up*3+rustle, 2)
			edge := 1 - r + 0.35*leaf
			return math.Min(math.Max(edge*b.r*0.8, 0), 1), heat + 1.3*leaf
		}, relative)
	}
	if wind < 0.1 {
		return
	}
	for _, g := range s.land.grass {
		x := float32(g.at % s.c.Width)
		s.img[g.at] += float32(wind) * g.depth * sine(float32(t)*5.1-x*0.11+g.phase)
	}
	s.disturb(Wind, detect.Box{}, wind*0.3)
}

// sine is a fast sine, good to a thousandth (a folded parabola).
func sine(a float32) float32 {
	a *= 1 / (2 * math.Pi)
	a -= float32(math.Floor(float64(a))) + 0.5
	y := a * (8 - 16*float32(math.Abs(float64(a))))
	return -y * (0.775 + 0.225*float32(math.Abs(float64(y))))
}

// sky moves clouds over the sky, and their shadows over the ground by day.
func (s *Scene) sky(at time.Time, w Weather, lean lean) {
	if !s.has(Clouds) || w.Cloud < 0.05 {
		return
	}
	puff, shade := float32(9*(1-w.Rain)), float32(-2.5*w.Direct*math.Min(1, 2*w.Cloud*(1.1-w.Cloud)))
	if s.has(Balloon) {
		s.wideSky(at, w, lean, puff, shade)
	} else {
		s.nearSky(at, w, lean, puff, shade)
	}
	sky := int(s.land.horizon[s.land.w/2]) - s.land.pad
	s.disturb(Clouds, detect.Box{W: s.c.Width, H: max(sky, 1)}, float64(puff)/3)
	if shade < -0.1 {
		s.disturb(Clouds, detect.Box{}, -float64(shade))
	}
}

// cell is the distance in pixels between places at which clouds are made; between them
// they are interpolated.
const cell = 8

// cover is the cloud, or its shadow, over places of the registered picture: every cell
// pixels from x on, in a row.
func (s *Scene) cover(line []float32, at time.Time, w Weather, x, y float64) {
	scale, drift := float64(s.c.Width)/320, s.drift(at)
	for c := range line {
		x, y := (x+float64(c*cell))/scale, y/scale
		if y < 75 { // puffs in the sky
			line[c] = float32(math.Max(0, s.land.clouds.fractal((x-drift)/35, y/14, 3)-0.9+1.1*w.Cloud))
		} else { // broad shadows on the ground, stretched by the flat view
			line[c] = float32(math.Max(0, s.land.far.at((x-0.7*drift)/80, y/25)))
		}
	}
}

// wideSky is the sky of a camera that wanders and turns by many pixels: clouds and the
// horizon before them are where the land is.
func (s *Scene) wideSky(at time.Time, w Weather, lean lean, puff, shade float32) {
	l := s.land
	cols, rows := l.w/cell+2, l.h/cell+2
	grid := make([]float32, cols*rows)
	for row := range rows {
		s.cover(grid[row*cols:(row+1)*cols], at, w, float64(-l.pad), float64(row*cell-l.pad))
	}
	cx, cy := float64(s.c.Width)/2, float64(s.c.Height)/2
	for y := range s.c.Height {
		out := s.img[y*s.c.Width : (y+1)*s.c.Width]
		for x := range out {
			u := float64(x) + lean.x + float64(l.pad) - lean.turn*(float64(y)-cy)
			v := float64(y) + lean.y + float64(l.pad) + lean.turn*(float64(x)-cx)
			u, v = min(max(u, 0), float64(l.w-1)), min(max(v, 0), float64(l.h-1))
			c, r := int(u)/cell, int(v)/cell
			tx, ty := float32(u/cell-float64(c)), float32(v/cell-float64(r))
			up, low := grid[r*cols+c:], grid[(r+1)*cols+c:]
			much := (up[0]*(1-tx)+up[1]*tx)*(1-ty) + (low[0]*(1-tx)+low[1]*tx)*ty
			// what lies on the edge of a hill is as much sky as its pixel shows
			ix, iy := min(int(u), l.w-2), min(int(v), l.h-2)
			fx, fy := float32(u-float64(ix)), float32(v-float64(iy))
			open := (l.open(ix, iy)*(1-fx)+l.open(ix+1, iy)*fx)*(1-fy) + (l.open(ix, iy+1)*(1-fx)+l.open(ix+1, iy+1)*fx)*fy
			out[x] += much * (puff*open + shade*(1-open))
		}
	}
}

// open is one where a pixel of the land is sky.
func (l *land) open(x, y int) float32 {
	if l.sky[y*l.w+x] {
		return 1
	}
	return 0
}

// nearSky is the sky of a camera that sways by about a pixel: its horizon is taken to
// stand still, to the pixel.
func (s *Scene) nearSky(at time.Time, w Weather, lean lean, puff, shade float32) {
	cols, rows := s.c.Width/cell+2, s.c.Height/cell+2
	line0, line1 := make([]float32, cols), make([]float32, cols)
	fill := func(line []float32, row int) { s.cover(line, at, w, lean.x, float64(row*cell)+lean.y) }
	fill(line0, 0)
	for row := range rows - 1 {
		fill(line1, row+1)
		for dy := range cell {
			y := row*cell + dy
			if y >= s.c.Height {
				break
			}
			ty := float32(dy) / cell
			out := s.img[y*s.c.Width : (y+1)*s.c.Width]
			in := s.land.sky[(y+s.land.pad+int(lean.y))*s.land.w+s.land.pad:]
			for x := range out {
				c, tx := x/cell, float32(x%cell)/cell
				v := (line0[c]*(1-tx)+line0[c+1]*tx)*(1-ty) + (line1[c]*(1-tx)+line1[c+1]*tx)*ty
				if in[x] {
					out[x] += puff * v
				} else {
					out[x] += shade * v
				}
			}
		}
		line0, line1 = line1, line0
	}
}

// lamps flicker at night, and glints by a low sun.
func (s *Scene) lamps(at time.Time, w Weather, lean lean) {
	t := seconds(at)
	for i, l := range s.land.lamps {
		x, y := lean.shift(s, l.x, l.y)
		if s.has(Lights) && w.Direct < 0.1 {
			beat := 0.5 + 0.5*math.Sin(2*math.Pi*l.hz*t)
			if l.flame {
				beat = 0.6 + 0.4*s.land.clouds.at(t*l.hz, float64(i))
			} else if beat > 0.5 {
				beat = 1
			} else {
				beat = 0.25
			}
			s.disturb(Lights, boxAround(x, y, l.r*2+2), l.heat*beat)
			s.spot(x, y, l.r, l.heat*beat)
		}
		// The sun low in this camera's west: glass and wet stone.
		if s.has(Glint) && w.Direct > 0.02 && w.Direct < 0.6 && w.Rain < 0.1 {
			twinkle := s.land.far.at(t*1.7, float64(i)*3+0.5)
			if twinkle > 0.2 {
				gx, gy := lean.shift(s, float64(s.c.Width)-l.x, l.y+12)
				s.disturb(Glint, boxAround(gx, gy, l.r+3), 20*twinkle)
				s.spot(gx, gy, l.r*0.7, 25*(twinkle-0.2))
			}
		}
	}
}

func boxAround(x, y, r float64) detect.Box {
	return detect.Box{X: int(math.Floor(x - r)), Y: int(math.Floor(y - r)), W: int(2*r) + 2, H: int(2*r) + 2}
}

package scene

import (
	"math"
	"slices"
	"time"

	"marsad/detect"
)

const (
	netd      = 0.07 // temporal noise of a pixel in kelvin
	fixed     = 0.05 // pattern left after a flat-field event
	creeping  = 0.10 // pattern that grows until the next, in five minutes
	shutter   = 350 * time.Millisecond
	ffcSlot   = 5 * time.Minute
	gainSlot  = 20 * time.Minute
	gop       = 2.0 // seconds between whole pictures of the coder
	codeStep  = 2.5 // levels to which the coder rounds a change
	codeDead  = 1.6 // mean change in levels below which it leaves a block
	radioZero = 60  // °C below zero of a radiometric count of 0, 100 counts a kelvin
)

// sensor turns temperatures into counts: noise, pattern, gain, coder.
type sensor struct {
	low, high  float64 // of the gain, °C
	set        bool
	lastSample int
	sample     []float32
	pattern    []float32
	growth     []float32
	since      time.Time // of the pattern
	until      time.Time // while the shutter is closed
	slot       int64
	started    bool
	bias       float64
	previous   []uint16 // what the coder sent last
	whole      time.Time
}

func (n *sensor) prepare(s *Scene) {
	pixels := s.c.Width * s.c.Height
	n.pattern, n.growth = make([]float32, pixels), make([]float32, pixels)
	n.previous = make([]uint16, pixels)
	n.flatten(s, s.c.Start, 0)
	n.slot = s.c.Start.UnixNano() / int64(ffcSlot)
}

// flatten draws the pattern that is left after a flat-field event, and how it
// will creep: pixels, columns and a slow shading.
func (n *sensor) flatten(s *Scene, at time.Time, ordinal uint64) {
	r := keyed(s.c.Seed, 'n', ordinal, uint64(at.UnixNano()))
	tilt, bow := r.between(-0.1, 0.1), r.between(-0.1, 0.1)
	columns := make([]float32, s.c.Width)
	for x := range columns {
		columns[x] = float32(0.4 * fixed * r.normal())
	}
	for y := range s.c.Height {
		a, b := s.gauss.row(&r, s.c.Width), s.gauss.row(&r, s.c.Width)
		v := float64(y)/float64(s.c.Height) - 0.5
		for x := range a {
			u := float64(x)/float64(s.c.Width) - 0.5
			i := y*s.c.Width + x
			n.pattern[i] = fixed*a[x] + columns[x] + float32(tilt*u+bow*(u*u+v*v))
			n.growth[i] = creeping * (0.5*b[x] + float32(2*(u*u+v*v)-0.3))
		}
	}
	n.since = at
	n.bias = 0.2 * r.normal()
}

// frozen reports whether the shutter is closed, and starts and ends
// flat-field events: one at a random time in each five minutes.
func (n *sensor) frozen(s *Scene, at time.Time) bool {
	if !n.until.IsZero() {
		if at.Before(n.until) {
			return true
		}
		n.until = time.Time{}
		n.flatten(s, at, 1)
		s.disturb(Calibration, detect.Box{}, fixed)
	}
	if !s.has(Calibration) {
		return false
	}
	slot := at.UnixNano() / int64(ffcSlot)
	r := keyed(s.c.Seed, 'q', uint64(slot))
	due := time.Unix(0, slot*int64(ffcSlot)+int64(r.unit()*float64(ffcSlot)))
	if at.Before(due) || at.Sub(due) > time.Second || n.slot == slot {
		return false
	}
	n.slot = slot
	n.until = at.Add(shutter + time.Duration(r.unit()*2e8))
	if !n.started {
		return false // there is no last picture yet
	}
	s.disturb(Calibration, detect.Box{}, fixed)
	return true
}

// expose makes the counts of this picture.
func (n *sensor) expose(s *Scene, at time.Time, w Weather, r *stream) {
	n.started = true
	grown := float32(at.Sub(n.since).Seconds() / ffcSlot.Seconds())
	if !s.has(Calibration) {
		grown = 0
	}
	bias := float32(n.bias)
	for y := range s.c.Height {
		noise := s.gauss.row(r, s.c.Width)
		from := y * s.c.Width
		img, pattern, growth := s.img[from:from+s.c.Width], n.pattern[from:from+s.c.Width], n.growth[from:from+s.c.Width]
		for x := range img {
			img[x] += netd*noise[x] + pattern[x] + grown*growth[x] + bias
		}
	}
	pix := s.shot.Frame.Pix
	if s.c.Bits == 16 {
		for i, v := range s.img {
			pix[i] = uint16(min(max((v+radioZero)*100+0.5, 0), 65535))
		}
		return
	}
	n.follow(s, at)
	low, high := n.gain(s, at)
	k := float32(255 / (high - low))
	base := float32(-low) * k
	for i, v := range s.img {
		level := int32(v*k + base + 0.5)
		if level < 0 {
			level = 0
		} else if level > 255 {
			level = 255
		}
		pix[i] = uint16(level)
	}
	if s.has(Coding) {
		n.code(s, at)
	}
}

// follow draws the gain to the percentiles of the picture.
func (n *sensor) follow(s *Scene, at time.Time) {
	index := s.shot.Frame.Index
	every := max(1, int(s.c.FPS/4))
	if n.set && index-n.lastSample < every {
		return
	}
	n.sample = n.sample[:0]
	for i := index % 61; i < len(s.img); i += 61 {
		n.sample = append(n.sample, s.img[i])
	}
	slices.Sort(n.sample)
	low := float64(n.sample[len(n.sample)/100]) - 1.5
	high := float64(n.sample[len(n.sample)*99/100]) + 3
	if !n.set {
		n.low, n.high, n.set, n.lastSample = low, high, true, index
		return
	}
	slow := 30.0
	if s.has(Gain) {
		slow = 4
	}
	k := 1 - math.Exp(-float64(index-n.lastSample)/s.c.FPS/slow)
	n.low += k * (low - n.low)
	n.high += k * (high - n.high)
	n.lastSample = index
}

// gain at an instant: now and then the camera steps to another and back.
func (n *sensor) gain(s *Scene, at time.Time) (low, high float64) {
	low, high = n.low, n.high
	if s.has(Gain) {
		slot := at.UnixNano() / int64(gainSlot)
		r := keyed(s.c.Seed, 'G', uint64(slot))
		begin := time.Unix(0, slot*int64(gainSlot)+int64(r.between(0.05, 0.9)*float64(gainSlot)))
		span := time.Duration(r.between(8, 40) * 1e9)
		factor, push := r.between(0.75, 1.35), r.between(-0.15, 0.15)
		since := at.Sub(begin)
		if since >= 0 && since < span {
			mid, half := (low+high)/2, (high-low)/2*factor
			mid += push * half
			low, high = mid-half, mid+half
		}
		for _, edge := range []time.Duration{since, since - span} {
			if edge >= 0 && edge < 2*time.Second {
				s.disturb(Gain, detect.Box{}, math.Abs(factor-1)+math.Abs(push))
			}
		}
	}
	return low, high
}

// level is what one count is in kelvin.
func (n *sensor) level(s *Scene) float64 {
	if s.c.Bits == 16 {
		return 0.01
	}
	return (n.high - n.low) / 255
}

// noise is 1σ of a pixel's change from picture to picture in kelvin, by
// sensor, rounding and coder.
func (s *Scene) noise() float64 {
	level := s.sensor.level(s)
	rounding := 0.3 * level
	if s.has(Coding) && s.c.Bits == 8 {
		rounding = 0.7 * level
	}
	return math.Hypot(netd, rounding)
}

// code passes the picture through a coder's habits: blocks that change little
// stay as they were, changes are rounded, and every two seconds all is sent
// anew.
func (n *sensor) code(s *Scene, at time.Time) {
	w, h, pix := s.c.Width, s.c.Height, s.shot.Frame.Pix
	whole := at.Sub(n.whole).Seconds() >= gop
	if whole {
		n.whole = at
		s.disturb(Coding, detect.Box{}, codeStep*n.level(s))
	}
	for by := 0; by < h; by += 8 {
		for bx := 0; bx < w; bx += 8 {
			ey, ex := min(by+8, h), min(bx+8, w)
			sum := 0
			for y := by; y < ey; y++ {
				for x := bx; x < ex; x++ {
					d := int(pix[y*w+x]) - int(n.previous[y*w+x])
					sum += max(d, -d)
				}
			}
			area := (ey - by) * (ex - bx)
			if !whole && float64(sum) < codeDead*float64(area) {
				for y := by; y < ey; y++ {
					copy(pix[y*w+bx:y*w+ex], n.previous[y*w+bx:y*w+ex])
				}
				continue
			}
			step := float32(codeStep)
			if whole {
				step *= 0.6
			}
			for y := by; y < ey; y++ {
				for x := bx; x < ex; x++ {
					i := y*w + x
					d := float32(pix[i]) - float32(n.previous[i])
					// Halves round away from zero without a call.
					q := d / step
					if q >= 0 {
						q = float32(int(q + 0.5))
					} else {
						q = float32(int(q - 0.5))
					}
					level := int32(float32(n.previous[i]) + q*step + 0.5)
					if level < 0 {
						level = 0
					} else if level > 255 {
						level = 255
					}
					n.previous[i] = uint16(level)
					pix[i] = uint16(level)
				}
			}
		}
	}
}

// shimmer is the play of hot air over the ground: a field of small shifts.
type shimmer struct {
	cols, rows int
	dx, dy     []float32
}

const shakeCell = 6

func (m *shimmer) apply(s *Scene, w Weather, r *stream) {
	if w.Shake < 0.05 {
		return
	}
	if m.dx == nil {
		m.cols, m.rows = s.c.Width/shakeCell+2, s.c.Height/shakeCell+2
		m.dx, m.dy = make([]float32, m.cols*m.rows), make([]float32, m.cols*m.rows)
	}
	keep := float32(math.Exp(-1 / s.c.FPS / 0.15))
	push := float32(math.Sqrt(float64(1 - keep*keep)))
	for row := range m.rows {
		a, b := s.gauss.row(r, m.cols), s.gauss.row(r, m.cols)
		for c := range a {
			i := row*m.cols + c
			m.dx[i] = keep*m.dx[i] + push*a[c]
			m.dy[i] = keep*m.dy[i] + push*b[c]
		}
	}
	scale := float64(s.c.Width) / 320
	from := max(1, int(s.land.horizon[s.land.w/2])-s.land.pad-int(2*scale))
	full := 0.45 * w.Shake * scale
	s.disturb(Shimmer, detect.Box{}, full)
	width := s.c.Width
	above := slices.Clone(s.img[(from-1)*width : from*width])
	for y := from; y < s.c.Height-1; y++ {
		// The further the ground, the more air lies between.
		amp := float32(full * math.Exp(-float64(y-from)/(60*scale)))
		row, ty := y/shakeCell, float32(y%shakeCell)/shakeCell
		img, next := s.img[y*width:(y+1)*width], s.img[(y+1)*width:(y+2)*width]
		left := img[0]
		for x := 1; x < width-1; x++ {
			c, tx := x/shakeCell, float32(x%shakeCell)/shakeCell
			i := row*m.cols + c
			dx := (m.dx[i]*(1-tx)+m.dx[i+1]*tx)*(1-ty) + (m.dx[i+m.cols]*(1-tx)+m.dx[i+m.cols+1]*tx)*ty
			dy := (m.dy[i]*(1-tx)+m.dy[i+1]*tx)*(1-ty) + (m.dy[i+m.cols]*(1-tx)+m.dy[i+m.cols+1]*tx)*ty
			here := img[x]
			img[x] += amp * 0.5 * (dx*(img[x+1]-left) + dy*(next[x]-above[x]))
			left, above[x] = here, here
		}
	}
}

// fall lets it rain: streaks that last one picture, cold against the ground.
func (s *Scene) fall(w Weather, r *stream) {
	if !s.has(Rain) || w.Rain < 0.05 {
		return
	}
	scale := float64(s.c.Width) / 320
	s.disturb(Rain, detect.Box{}, w.Rain)
	for range r.poisson(25 * w.Rain * scale) {
		x, y := r.between(0, float64(s.c.Width)), r.between(-10, float64(s.c.Height))
		length, slant := scale*r.between(4, 22), 0.3*w.Wind*r.between(0.5, 1.5)
		heat := float32(-r.between(0.2, 1.5))
		for k := 0.0; k < length; k++ {
			px, py := x+slant*k, y+k
			ix, iy := int(px), int(py)
			if ix < 0 || iy < 0 || ix >= s.c.Width-1 || iy >= s.c.Height {
				continue
			}
			t := float32(px - float64(ix))
			s.img[iy*s.c.Width+ix] += heat * (1 - t)
			s.img[iy*s.c.Width+ix+1] += heat * t
		}
	}
}

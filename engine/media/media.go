package media

import (
	"image"
	"slices"
	"sync"
	"time"

	"marsad/detect"
	"marsad/detect/view"
	"marsad/say"
)

// Options of a Media. Dir is needed; the rest has defaults.
type Options struct {
	Dir string
	// Before is how much is kept in memory of each camera (10 s), of at most
	// Bytes (16 MiB), PerSecond pictures a second (5). After bounds a clip: so
	// long after its alert (20 s).
	Before, After time.Duration
	Bytes         int
	PerSecond     float64
	// Kept is told of evidence that is on disk, from a goroutine of its own.
	Kept func(Evidence)
	// Failed is told of evidence that could not be kept.
	Failed func(alert string, err error)
}

// Shot is one frame of a camera. Its slices are read during See only.
type Shot struct {
	Camera string
	Frame  detect.Frame
	Boxes  []detect.Box
	Mask   *view.Mask // nil hides everything: nothing is shown that was not masked
	// Simulated is written on every picture.
	Simulated bool
}

// picture is one masked picture in memory. It is never changed.
type picture struct {
	at        time.Time
	gray      *image.Gray
	boxes     []detect.Box
	simulated bool
}

// Media of all cameras. Its methods may be called from any goroutine.
type Media struct {
	options Options
	work    sync.WaitGroup

	mu      sync.Mutex
	cameras map[string]*camera
	taking  map[string]*take // by alert
	closed  bool
	disk    sync.Mutex // of the evidence folder
}

type camera struct {
	ring  []picture // oldest first
	bytes int
	last  picture     // the newest, masked
	raw   *image.Gray // the newest, unmasked
}

// New makes a Media; it makes its folder when it first needs it.
func New(o Options) *Media {
	if o.Before <= 0 {
		o.Before = 10 * time.Second
	}
	if o.After <= 0 {
		o.After = 20 * time.Second
	}
	if o.Bytes <= 0 {
		o.Bytes = 16 << 20
	}
	if o.PerSecond <= 0 {
		o.PerSecond = 5
	}
	if o.Kept == nil {
		o.Kept = func(Evidence) {}
	}
	if o.Failed == nil {
		o.Failed = func(string, error) {}
	}
	return &Media{options: o, cameras: map[string]*camera{}, taking: map[string]*take{}}
}

// maxCameras that pictures are kept of.
const maxCameras = 256

// See takes a frame.
func (m *Media) See(s Shot) {
	if s.Frame.Width < 1 || s.Frame.Height < 1 || len(s.Frame.Pix) != s.Frame.Width*s.Frame.Height {
		return
	}
	raw := gray(s.Frame)
	masked := image.NewGray(raw.Rect)
	for i, v := range raw.Pix {
		if s.Mask != nil && i < len(s.Mask.Hidden) && len(s.Mask.Hidden) == len(raw.Pix) && !s.Mask.Hidden[i] {
			masked.Pix[i] = v
		}
	}
	p := picture{at: s.Frame.At, gray: masked, boxes: slices.Clone(s.Boxes), simulated: s.Simulated}
	m.mu.Lock()
	defer m.mu.Unlock()
	c := m.cameras[s.Camera]
	if c == nil {
		if len(m.cameras) >= maxCameras {
			return
		}
		c = &camera{}
		m.cameras[s.Camera] = c
	}
	c.last, c.raw = p, raw
	if n := len(c.ring); n > 0 && p.at.Sub(c.ring[n-1].at).Seconds() < 0.9/m.options.PerSecond {
		return
	}
	c.keep(p, &m.options)
	for alert, t := range m.taking {
		if slices.Contains(t.cameras, s.Camera) {
			t.add(s.Camera, p)
		}
		if p.at.After(t.until) {
			m.finish(alert, t)
		}
	}
}

// keep puts a picture into the ring, which is bounded by time and by bytes.
func (c *camera) keep(p picture, o *Options) {
	c.ring = append(c.ring, p)
	c.bytes += len(p.gray.Pix)
	drop := 0
	for drop < len(c.ring)-1 && (c.bytes > o.Bytes || p.at.Sub(c.ring[drop].at) > o.Before) {
		c.bytes -= len(c.ring[drop].gray.Pix)
		drop++
	}
	c.ring = slices.Delete(c.ring, 0, drop)
}

// gray makes eight bits of a frame: as they are, or of a radiometric frame the
// range between its hundredths.
func gray(f detect.Frame) *image.Gray {
	out := image.NewGray(image.Rect(0, 0, f.Width, f.Height))
	low, high := uint16(0), uint16(255)
	if f.Bits > 8 {
		sample := make([]uint16, 0, len(f.Pix)/17+1)
		for i := 0; i < len(f.Pix); i += 17 {
			sample = append(sample, f.Pix[i])
		}
		slices.Sort(sample)
		low, high = sample[len(sample)/100], sample[len(sample)-1-len(sample)/100]
	}
	span := max(int(high)-int(low), 1)
	for i, v := range f.Pix {
		out.Pix[i] = uint8(min(max((int(v)-int(low))*255/span, 0), 255))
	}
	return out
}

// Still is the newest picture of a camera as JPEG, with boxes, and when it was
// taken. Unmasked, it shows what is otherwise hidden.
func (m *Media) Still(id string, unmasked bool) (jpeg []byte, at time.Time, err error) {
	m.mu.Lock()
	c := m.cameras[id]
	var p picture
	if c != nil {
		p = c.last
		if unmasked {
			p.gray = c.raw
		}
	}
	m.mu.Unlock()
	if c == nil {
		return nil, time.Time{}, &say.Error{Code: "media.none", Kind: say.NotFound,
			Text: say.Text{En: "no picture of this camera has come yet", Ar: "لم تصل صورة من هذه الكاميرا بعد"},
			Hint: say.Text{En: "look at its health", Ar: "افحص حالتها"}}
	}
	jpeg, err = draw(p, true)
	return jpeg, p.at, err
}

// Cameras of which there is a picture.
func (m *Media) Cameras() (ids []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for id := range m.cameras {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// Close writes what is being taken and waits for it.
func (m *Media) Close() error {
	m.mu.Lock()
	for alert, t := range m.taking {
		m.finish(alert, t)
	}
	m.closed = true
	m.mu.Unlock()
	m.work.Wait()
	return nil
}

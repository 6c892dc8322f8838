package assess

import (
	"math"
	"time"

	"marsad/fuse"
	"marsad/geo"
	"marsad/ident"
	"marsad/sense"
)

// Sampling of a track's past: one sample in five seconds, five minutes back.
const (
	sampleEvery = 5.0
	samplesKept = 61
	// fitOver is the stretch over which closing speed is fitted, in seconds: long
	// enough to tell a walker from noise, short enough to see a vehicle turn.
	fitOver = 120.0
	// crossHeld is how long a crossing stays a feature of its track.
	crossHeld = 10 * time.Minute
	// turnHeld is how long after it first stood on the new side a track must be
	// measured there again before it has crossed: one wrong measurement is no
	// crossing, nor is a prediction.
	turnHeld = 3 * time.Second
	nearLine = 150.0 // metres: "at the barrier"
	stayGate = 75.0  // metres: still the same place
)

// mover is the memory of one track: its past in a plane, where it stands on
// the line, and since when rules hold for it. All fields are state.
type mover struct {
	Track fuse.Track
	// Origin of the plane and instant of T = 0.
	Origin geo.Point
	Start  time.Time
	Past   []sample

	HasKm bool
	Km    float64 // chainage, m
	Off   float64 // offset, m
	// SigmaOff is one sigma of the offset; Home the unit vector towards home, as
	// it was at HomeKm.
	SigmaOff float64
	HomeE    float64
	HomeN    float64
	HomeKm   float64

	// Side is the last side on which it stood beyond doubt: +1 home, -1 other;
	// Turned is since when it stands beyond doubt on the other one.
	Side      int
	Turned    time.Time
	Crossed   int // +1 inbound, -1 outbound, 0 none
	CrossedAt time.Time

	HaltedAt time.Time // zero while it moves
	Halts    int
	NearAt   time.Time // since when within nearLine, zero if not
	StayE    float64
	StayN    float64
	StayAt   time.Time
	FirstOff float64 // offset when first placed on the line
	FirstKm  bool

	Evaluated time.Time
	Since     map[string]time.Time // rule → since when its predicate holds
}

// sample of a track's past: seconds since Start, metres east and north of
// Origin, offset; the offset is NaN-free because On says whether there is one.
type sample struct {
	T, E, N, O float64
	S          float64 // one sigma of O
	On         bool
}

func newMover(t *fuse.Track) *mover {
	return &mover{Origin: t.Point, Start: t.At, Since: map[string]time.Time{}}
}

// seconds since the mover's first state.
func (m *mover) seconds(at time.Time) float64 { return at.Sub(m.Start).Seconds() }

// take brings in a revision of the track.
func (m *mover) take(t *fuse.Track, line Line) {
	// Nothing is shared with the giver.
	m.Track = *t
	tame(&m.Track)
	m.Track.Sensors = append([]fuse.Contribution(nil), t.Sensors...)
	now := m.seconds(t.At)
	e, n := apart(m.Origin, t.Point)

	c, o, ok := line.Locate(t.Point)
	m.HasKm = ok && finite(float64(c)) && finite(float64(o))
	if m.HasKm {
		m.Km, m.Off = float64(c), float64(o)
		if (m.HomeE == 0 && m.HomeN == 0) || math.Abs(m.Km-m.HomeKm) > 20 {
			he, hn := apart(line.Point(c, -100), line.Point(c, 100))
			if d := math.Hypot(he, hn); d > 1 {
				m.HomeE, m.HomeN, m.HomeKm = he/d, hn/d, m.Km
			}
		}
		cov := &m.Track.Cov
		v := m.HomeE*m.HomeE*cov[0] + 2*m.HomeE*m.HomeN*cov[1] + m.HomeN*m.HomeN*cov[4]
		m.SigmaOff = math.Sqrt(max(v, 0))
		if !m.FirstKm {
			m.FirstOff, m.FirstKm = m.Off, true
		}
	}

	// A revision may reach back (late scans): what it overtakes is forgotten.
	for len(m.Past) > 0 && m.Past[len(m.Past)-1].T > now {
		m.Past = m.Past[:len(m.Past)-1]
	}
	if k := len(m.Past); k == 0 || now-m.Past[k-1].T >= sampleEvery-0.01 {
		m.Past = append(m.Past, sample{T: now, E: e, N: n, O: m.Off, S: m.SigmaOff, On: m.HasKm})
		if len(m.Past) > samplesKept {
			m.Past = append(m.Past[:0], m.Past[len(m.Past)-samplesKept:]...)
		}
	}
	m.sides(t.At)
	m.rests(t.At, now, e, n)
}

// sides keeps on which side it stood beyond doubt, and notices a crossing.
func (m *mover) sides(at time.Time) {
	if m.Crossed != 0 && at.Sub(m.CrossedAt) > crossHeld {
		m.Crossed = 0
	}
	if !m.HasKm || math.Abs(m.Off) <= max(25, 2*m.SigmaOff) {
		return
	}
	side := 1
	if m.Off < 0 {
		side = -1
	}
	switch {
	case m.Side == 0 || m.Side == side:
		m.Side, m.Turned = side, time.Time{}
	case m.Turned.IsZero() || m.Turned.After(at):
		m.Turned = at
	case m.Track.Status == fuse.Confirmed && m.Track.LastSeen.Sub(m.Turned) >= turnHeld:
		m.Crossed, m.CrossedAt = side, at
		m.Side, m.Turned = side, time.Time{}
	}
}

// rests keeps halts, the stay at one place and the stay near the line.
func (m *mover) rests(at time.Time, now, e, n float64) {
	if m.StayAt.IsZero() || math.Hypot(e-m.StayE, n-m.StayN) > stayGate {
		m.StayE, m.StayN, m.StayAt = e, n, at
	}
	switch {
	case !m.HasKm || math.Abs(m.Off) > nearLine:
		m.NearAt = time.Time{}
	case m.NearAt.IsZero():
		m.NearAt = at
	}
	p, ok := m.before(now - 30)
	if !ok {
		return
	}
	switch moved := math.Hypot(e-p.E, n-p.N); {
	case moved < 6 && m.HaltedAt.IsZero():
		m.HaltedAt = at.Add(-30 * time.Second)
		m.Halts++
	case moved > 12:
		m.HaltedAt = time.Time{}
	}
}

// before gives the newest sample at or before an instant.
func (m *mover) before(t float64) (sample, bool) {
	for i := len(m.Past) - 1; i >= 0; i-- {
		if m.Past[i].T <= t+0.01 {
			return m.Past[i], true
		}
	}
	return sample{}, false
}

// progress is the net way towards the line over the last so many seconds, or
// since the first sample; positive is nearer.
func (m *mover) progress(over float64) float64 {
	if !m.HasKm || len(m.Past) == 0 {
		return 0
	}
	p, ok := m.before(m.seconds(m.Track.At) - over)
	if !ok {
		p = m.Past[0]
	}
	if !p.On {
		return 0
	}
	if m.Off >= 0 {
		return p.O - m.Off
	}
	return m.Off - p.O
}

// motion is the straight line fitted through the recent past.
type motion struct {
	VE, VN  float64 // m/s east and north
	Pace    float64 // m/s over ground
	Closing float64 // m/s towards the line
	Sigma   float64 // one sigma of Closing
	Span    float64 // seconds of past in the fit
}

// fit gives the least-squares motion over the last fitOver seconds. Errors of
// successive states are alike, so only one sample in 15 s counts as new.
func (m *mover) fit() motion {
	now := m.seconds(m.Track.At)
	e, n := apart(m.Origin, m.Track.Point)
	var k, st, stt, se, sn, so, ste, stn, sto, soo, stated float64
	add := func(s sample) {
		t := s.T - now
		k++
		st += t
		stt += t * t
		se += s.E
		sn += s.N
		ste += t * s.E
		stn += t * s.N
		d := s.O - m.Off // small numbers: better conditioned
		so += d
		sto += t * d
		soo += d * d
		stated += s.S * s.S
	}
	first := now
	for i := len(m.Past) - 1; i >= 0; i-- {
		s := m.Past[i]
		if s.T < now-fitOver-0.01 || !s.On {
			break
		}
		if s.T < now {
			add(s)
			first = s.T
		}
	}
	add(sample{T: now, E: e, N: n, O: m.Off, S: m.SigmaOff})
	span := now - first
	den := k*stt - st*st
	if !m.HasKm || k < 4 || span < 15 || den <= 0 {
		return motion{VE: m.Track.VE, VN: m.Track.VN, Sigma: 1e3, Span: span, Pace: math.Hypot(m.Track.VE, m.Track.VN)}
	}
	ve, vn, vo := (k*ste-st*se)/den, (k*stn-st*sn)/den, (k*sto-st*so)/den
	b := (so - vo*st) / k
	ss := max(0, soo-2*vo*sto-2*b*so+vo*vo*stt+2*vo*b*st+k*b*b)
	// What the tracker states as its error counts where the scatter is smaller.
	sd := math.Sqrt(max(ss/(k-2), stated/k))
	news := max(2, span/15)
	r := motion{VE: ve, VN: vn, Pace: math.Hypot(ve, vn), Closing: vo, Span: span,
		Sigma: math.Hypot(0.03, math.Sqrt(12/news)*sd/span)}
	if m.Off >= 0 {
		r.Closing = -vo
	}
	return r
}

// aside gives the place at which the track was at an instant within its past,
// else where it is now moved back along its velocity.
func (m *mover) aside(at time.Time) geo.Point {
	back := m.Track.At.Sub(at).Seconds()
	if back <= 0 || back > 60 {
		return m.Track.Point
	}
	t := m.seconds(at)
	e1, n1 := apart(m.Origin, m.Track.Point)
	t1 := m.seconds(m.Track.At)
	for i := len(m.Past) - 1; i >= 0; i-- {
		s := m.Past[i]
		if s.T > t {
			t1, e1, n1 = s.T, s.E, s.N
			continue
		}
		f := 0.0
		if t1 > s.T {
			f = (t - s.T) / (t1 - s.T)
		}
		return shifted(m.Origin, s.E+f*(e1-s.E), s.N+f*(n1-s.N))
	}
	return shifted(m.Track.Point, -m.Track.VE*back, -m.Track.VN*back)
}

// share of the given classes.
func (m *mover) share(classes ...sense.Class) float64 {
	var s float64
	for _, c := range classes {
		s += float64(m.Track.Class[c])
	}
	return s
}

// cell is the kilometre in which neighbours are looked for.
func (m *mover) cell() int32 { return int32(math.Floor(m.Km / 1000)) }

func (m *mover) id() ident.ID { return m.Track.ID }

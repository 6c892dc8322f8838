package assess

import (
	"math"
	"time"

	"marsad/geo"
)

// velocity of a track as the fit sees it, east and north.
func (m *mover) velocity() [2]float64 { return [2]float64{m.Track.VE, m.Track.VN} }

// alike reports whether two velocities may be those of one group.
func alike(a, b [2]float64) bool {
	d := math.Hypot(a[0]-b[0], a[1]-b[1])
	s := max(math.Hypot(a[0], a[1]), math.Hypot(b[0], b[1]))
	return d <= max(1.0, 0.5*s)
}

// gate is how far apart members of one thing may be, in metres: a group on
// foot strings out over 200 m, vehicles keep some 40 s of their pace.
func gate(speed float64) float64 { return min(600, max(200, 40*speed)) }

// herdGate is how far apart the animals of one herd may graze, in metres: one
// herd is one alert. It holds between animals alone; who may be a person among
// them is measured with the narrow gate.
const herdGate = 450

// adopter finds the thing to which a track belongs: a member moves with it, or
// it continues where the last member was lost; and, where a rule fired for it,
// what a person or a presence sensor reported at that place.
func (a *Assessor) adopter(m *mover, v *trackView, firing bool) *thing {
	var best *thing
	nearest := math.Inf(1)
	for _, th := range a.things {
		var d float64
		switch th.Kind {
		case aMovement:
			if th.Animal != (v.animal >= 0.6) && (v.animal < 0.3 || v.animal >= 0.6) {
				continue
			}
			d = a.kin(th, m, v)
		case aHand:
			age := since(th.At, m.Track.At)
			if d = gap(th.Point, m.Track.Point); !firing || age > 1800 || d > min(1200, 500+age) {
				continue
			}
		case aPresence:
			if d = gap(th.Point, m.Track.Point); !firing || since(th.Held, m.Track.At) > 300 || d > 350 {
				continue
			}
		default:
			continue
		}
		if d < nearest {
			best, nearest = th, d
		}
	}
	return best
}

// kin is the distance of a track from a thing to which it may belong, or
// infinity.
func (a *Assessor) kin(th *thing, m *mover, seen *trackView) float64 {
	best := math.Inf(1)
	alive := a.alive(th)
	reach, speed := gate(seen.speed), seen.speed
	if th.Animal && seen.animal >= 0.6 {
		reach = max(reach, herdGate)
	}
	for _, o := range alive {
		if !alike(m.velocity(), o.velocity()) {
			continue
		}
		if d := gap(m.Track.Point, o.Track.Point); d <= reach && d < best {
			best = d
		}
	}
	if len(alive) > 0 {
		return best
	}
	// A successor begins after its forerunner was lost, on the way that it was
	// going or where it stopped.
	lost := since(th.At, m.Track.At)
	if lost > 900 || m.Track.First.Before(th.At.Add(-30*time.Second)) {
		return best
	}
	v := [2]float64{th.VE, th.VN}
	if speed > 0.5 && !alike(m.velocity(), v) {
		return best
	}
	pace := math.Hypot(v[0], v[1])
	d := th.offWay(m.Track.Point, 1.1*lost)
	if d <= min(600, 150+0.2*pace*lost) {
		return d
	}
	return best
}

// offWay is the distance of a point from the way that a thing has before it for
// so many seconds: from its last place straight on.
func (th *thing) offWay(p geo.Point, ahead float64) float64 {
	e, n := apart(th.Point, p)
	we, wn := th.VE*ahead, th.VN*ahead
	f := 0.0
	if l := we*we + wn*wn; l > 0 {
		f = min(1, max(0, (e*we+n*wn)/l))
	}
	return math.Hypot(e-f*we, n-f*wn)
}

// throughLine notices that a thing crossed between two of its tracks: it began
// beyond doubt on one side, nothing of it is left there, and this member
// stands beyond doubt on the other.
func (a *Assessor) throughLine(th *thing, m *mover) {
	if th.Kind != aMovement || th.Side == 0 || m.Side == 0 || m.Side == th.Side || m.Crossed != 0 || th.Alert.Crossed {
		return
	}
	for _, o := range a.alive(th) {
		if o.Side == th.Side {
			return
		}
	}
	m.Crossed, m.CrossedAt = m.Side, m.Track.At
}

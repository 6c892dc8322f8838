package pipeline

import (
	"strings"

	"marsad/sense"
)

// Cues is sense.Host.
func (in *Ingress) Cues(id sense.SensorID) <-chan sense.Cue {
	in.mu.Lock()
	defer in.mu.Unlock()
	c := in.cues[id]
	if c == nil {
		c = make(chan sense.Cue, cuesWaiting)
		if in.closed {
			close(c)
		}
		in.cues[id] = c
	}
	return c
}

// CueAnswered is sense.Host.
func (in *Ingress) CueAnswered(cue string, accepted bool, why string) {
	in.mu.Lock()
	defer in.mu.Unlock()
	answer := CueAnswer{Cue: cut(cue), Accepted: accepted, Why: cut(why)}
	_ = in.enter(KindCueAnswer, "", &answer) // always encodes
	if waits := in.asked[cue]; waits != nil {
		waits <- answer // holds one; the first word is the one that is waited for
		delete(in.asked, cue)
	}
}

// cut keeps foreign text short and valid.
func cut(s string) string {
	const most = 300
	if len(s) > most {
		s = s[:most]
	}
	return strings.ToValidUTF8(s, "")
}

// look hands a cue to the sensor's adapter, puts it on the log and gives where
// the camera's first word to it will be. Whoever asked calls forget in the end.
func (in *Ingress) look(c sense.Cue) (<-chan CueAnswer, error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	k := in.sensors[c.Sensor]
	if k == nil {
		return nil, errUnknownSensor
	}
	if !k.sensor.CanLookAt {
		return nil, errCannotLook
	}
	ch := in.cues[c.Sensor]
	if ch == nil || in.closed {
		return nil, errNotListening
	}
	select {
	case ch <- c:
		answer := make(chan CueAnswer, 1)
		in.asked[c.ID] = answer
		return answer, in.enter(KindCue, "", &c)
	default:
		return nil, errNotListening
	}
}

// forget a cue whose answer nobody waits for any more.
func (in *Ingress) forget(cue string) {
	in.mu.Lock()
	defer in.mu.Unlock()
	delete(in.asked, cue)
}

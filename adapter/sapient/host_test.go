package sapient

import (
	"sync"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"marsad/say"
	"marsad/sense"
)

// host is a sense.Host that remembers what it was told.
type host struct {
	mu       sync.Mutex
	sensors  []sense.Sensor
	scans    []sense.Scan
	reports  []sense.StatusReport
	dropped  []sense.SensorID
	goodbyes []sense.SensorID
	answers  []answer
	cues     map[sense.SensorID]chan sense.Cue
	refuse   error // for Register
	full     error // for Deliver
	changed  chan struct{}
}

type answer struct {
	cue      string
	accepted bool
	why      string
}

func newHost() *host {
	return &host{cues: map[sense.SensorID]chan sense.Cue{}, changed: make(chan struct{}, 1)}
}

func (h *host) note(f func()) {
	h.mu.Lock()
	f()
	h.mu.Unlock()
	select {
	case h.changed <- struct{}{}:
	default:
	}
}

func (h *host) Register(s sense.Sensor) error {
	h.note(func() {
		if h.refuse == nil {
			h.sensors = append(h.sensors, s)
		}
	})
	return h.refuse
}

func (h *host) Deliver(s sense.Scan) error {
	h.note(func() {
		if h.full == nil {
			h.scans = append(h.scans, s)
		}
	})
	return h.full
}

func (h *host) Report(s sense.StatusReport) error {
	h.note(func() { h.reports = append(h.reports, s) })
	return nil
}

func (h *host) Dropped(id sense.SensorID, _ say.Text) {
	h.note(func() { h.dropped = append(h.dropped, id) })
}

func (h *host) Goodbye(id sense.SensorID, _ say.Text) {
	h.note(func() { h.goodbyes = append(h.goodbyes, id) })
}

func (h *host) Cues(id sense.SensorID) <-chan sense.Cue {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.cues[id] == nil {
		h.cues[id] = make(chan sense.Cue, 4)
	}
	return h.cues[id]
}

func (h *host) CueAnswered(cue string, accepted bool, why string) {
	h.note(func() { h.answers = append(h.answers, answer{cue, accepted, why}) })
}

// wait until what the host was told fulfils a condition.
func (h *host) wait(t *testing.T, what string, ok func(*host) bool) {
	t.Helper()
	deadline := time.After(10 * time.Second)
	for {
		h.mu.Lock()
		done := ok(h)
		h.mu.Unlock()
		if done {
			return
		}
		select {
		case <-h.changed:
		case <-deadline:
			h.mu.Lock()
			defer h.mu.Unlock()
			t.Fatalf("%s: never came; %d sensors, %d scans, %d reports, dropped %v, goodbyes %v, answers %v",
				what, len(h.sensors), len(h.scans), len(h.reports), h.dropped, h.goodbyes, h.answers)
		}
	}
}

func now() *timestamppb.Timestamp { return timestamppb.New(time.Now()) }

package sapient

import (
	"maps"

	"marsad/say"
)

// Counters of a server since its start.
type Counters struct {
	Connections      uint64 // accepted, ever
	Open             uint64 // now
	Messages         uint64 // frames read, good and bad
	Slowed           uint64 // times that a node sent faster than MaxRate
	Registrations    uint64 // accepted
	StatusReports    uint64
	Detections       uint64 // put into scans
	Scans            uint64 // handed to the host
	EmptyScans       uint64 // of those, the inferred ones
	OwnFixes         uint64
	Alerts           uint64
	Cues             uint64
	VelocitiesUnused uint64            // full velocities: vendor tracks' estimates, left out
	Refused          map[string]uint64 // by error code
}

// Counters gives the counts as they stand.
func (s *Server) Counters() Counters {
	s.countMu.Lock()
	defer s.countMu.Unlock()
	c := s.counters
	c.Refused = maps.Clone(c.Refused)
	return c
}

func (s *Server) count(f func(*Counters)) {
	s.countMu.Lock()
	defer s.countMu.Unlock()
	f(&s.counters)
}

// refusal counts one refusal by its code. Codes come from our own code alone,
// so the map cannot be made to grow from outside.
func (s *Server) refusal(e *say.Error) {
	s.countMu.Lock()
	defer s.countMu.Unlock()
	if s.counters.Refused == nil {
		s.counters.Refused = map[string]uint64{}
	}
	s.counters.Refused[e.Code]++
}

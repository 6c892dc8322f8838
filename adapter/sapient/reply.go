package sapient

import (
	"time"

	pb "marsad/adapter/sapient/sapientpb"
	"marsad/say"
)

// refused counts a refusal and tells the node.
func (s *session) refused(e *say.Error, packet []byte, now time.Time) {
	s.srv.refusal(e)
	s.complain(e, packet, now)
}

// complain sends an Error with the packet or its beginning. A node that sends
// nothing but rubbish is not answered more than a few times a second.
func (s *session) complain(e *say.Error, packet []byte, now time.Time) {
	if sec := now.Unix(); sec != s.errorSecond {
		s.errorSecond, s.errorCount = sec, 0
	}
	if s.errorCount++; s.errorCount > maxErrorsASecond {
		return
	}
	m := s.message(now)
	m.Content = &pb.SapientMessage_Error{Error: &pb.Error{
		Packet:       append([]byte{}, packet[:min(len(packet), maxPacketBack)]...),
		ErrorMessage: []string{reason(e)},
	}}
	s.send(m)
}

// acknowledge answers a registration.
func (s *session) acknowledge(node string, e *say.Error, now time.Time) {
	ack := &pb.RegistrationAck{Acceptance: ptr(e == nil)}
	if e != nil {
		ack.AckResponseReason = []string{reason(e)}
	}
	m := s.message(now)
	if ValidNodeID(node) {
		m.DestinationId = ptr(node)
	}
	m.Content = &pb.SapientMessage_RegistrationAck{RegistrationAck: ack}
	s.send(m)
}

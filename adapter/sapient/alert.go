package sapient

import (
	"time"

	pb "marsad/adapter/sapient/sapientpb"
	"marsad/say"
	"marsad/sense"
)

// alert answers a node's own alert. Marsad raises alerts itself, from what was
// detected: an active alert with a place and no detection beside it becomes a
// detection; one that refers to detections, or says that something is over,
// adds nothing and is accepted; one without a place can be used only where the
// node itself is the place.
func (s *session) alert(a *pb.Alert, at, now time.Time) *say.Error {
	err := s.useAlert(a, at, now)
	ack := &pb.AlertAck{AlertId: ptr(a.GetAlertId()), AlertAckStatus: ptr(pb.AlertAck_ALERT_ACK_STATUS_ACCEPTED)}
	if err != nil {
		ack.AlertAckStatus = ptr(pb.AlertAck_ALERT_ACK_STATUS_REJECTED)
		ack.Reason = []string{reason(err)}
		s.srv.refusal(err)
	}
	s.srv.count(func(c *Counters) { c.Alerts++ })
	m := s.message(now)
	m.Content = &pb.SapientMessage_AlertAck{AlertAck: ack}
	s.send(m)
	return nil
}

func (s *session) useAlert(a *pb.Alert, at, now time.Time) *say.Error {
	active := a.GetStatus() == pb.Alert_ALERT_STATUS_ACTIVE || a.GetStatus() == pb.Alert_ALERT_STATUS_UNSPECIFIED
	if len(a.GetAssociatedDetection()) > 0 || !active {
		return nil
	}
	if err := sense.CheckTime(at, now); err != nil {
		return in("timestamp", err)
	}
	d := sense.Detection{Report: a.GetAlertId()}
	switch {
	case a.GetLocation() != nil || a.GetRangeBearing() != nil:
		if err := s.rd.place(&d, a.GetLocation(), a.GetRangeBearing(), "alert", at); err != nil {
			return err
		}
	case s.rd.sensor.Kind == sense.Presence:
		d.Shape, d.Z = sense.PresenceWithin, [3]float64{s.rd.sensor.MaxRange}
	default:
		return bad(CodeAlert, "alert.location", "an alert without place or detection cannot be used", "تنبيه بلا موقع ولا كشف", hintAlert)
	}
	if a.Confidence != nil {
		d.Confidence = min(max(a.GetConfidence(), 0), 1)
	}
	if err := sense.CheckDetection(&d, s.rd.origin, &s.rd.sensor); err != nil {
		return in("alert", err)
	}
	// Not a scan of the whole view, and so never a reason for misses.
	s.deliver(at, s.rd.origin, []sense.Detection{d}, false)
	return nil
}

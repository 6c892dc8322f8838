package sapient

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	pb "marsad/adapter/sapient/sapientpb"
	"marsad/geo"
	"marsad/say"
	"marsad/sense"
)

// Limits on one connection's nuisance.
const (
	maxBadInARow     = 100
	maxErrorsASecond = 10
	maxPacketBack    = 2048 // bytes of a refused packet that are sent back
)

// session is one connection's side of the protocol. Its methods may be called
// from any goroutine; it waits for nothing but the host.
type session struct {
	srv  *Server
	host sense.Host
	send func(*pb.SapientMessage) // never waits
	stop func()                   // ends the connection
	done <-chan struct{}          // closed with the connection
	// named is the node id that the client's certificate was issued for, "" for
	// none: a connection can then speak for that node alone.
	named func() string

	mu     sync.Mutex
	state  state
	id     sense.SensorID // "" before the registration
	rd     reader
	group  group
	system pb.StatusReport_System // as of the last New
	heard  time.Time              // last message, our time
	beat   time.Time              // last status report, our time
	fine   bool                   // it says so itself
	tasks  map[string]string      // task id to cue id
	cueing bool
	wall   bool // it keeps the wall's time in a simulated world

	badInARow   int
	errorSecond int64
	errorCount  int
}

// handle reads one frame. It reports whether the connection goes on.
func (s *session) handle(frame []byte, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.heard = now
	s.srv.count(func(c *Counters) { c.Messages++ })
	err, acknowledged := s.take(frame, now)
	if err == nil {
		s.badInARow = 0
		return s.state != closed
	}
	s.srv.refusal(err)
	if !acknowledged {
		s.complain(err, frame, now)
	}
	if s.badInARow++; s.badInARow >= maxBadInARow && s.state != closed {
		s.refused(bad(CodeRepeated, "", fmt.Sprintf("%d bad messages in a row", maxBadInARow), "رسائل خاطئة متتالية كثيرة", hintField), nil, now)
		return false
	}
	return s.state != closed
}

// take acts on one message. A registration's refusal is told in its
// acknowledgement, any other in an Error.
func (s *session) take(frame []byte, now time.Time) (e *say.Error, acknowledged bool) {
	m := &pb.SapientMessage{}
	if err := proto.Unmarshal(frame, m); err != nil {
		if s.state == greeting {
			s.state = closed
		}
		return bad(CodeProtobuf, "", "these bytes are not a SapientMessage", "البايتات ليست رسالة SAPIENT", hintFrame), false
	}
	kind := kindOf(m)
	if err := validate(m); err != nil {
		if kind == msgRegistration {
			s.acknowledge(m.GetNodeId(), err, now)
		}
		if s.state == greeting {
			s.state = closed
		}
		return err, kind == msgRegistration
	}
	st := protocol[s.state][kind]
	switch st.verdict {
	case ignore:
		return nil, false
	case drop:
		s.state = st.next
		return bad(CodeOrder, messageNames[kind], "came before the registration", "وردت قبل التسجيل", hintFirst), false
	case refuse:
		if kind == msgCommand {
			return bad(CodeUnwanted, "task", "nodes below do not command", "لا تُقبل الأوامر من العقد", hintField), false
		}
		return bad(CodeOrder, "status_report.info", "UNCHANGED before the first NEW", "تقرير بدون تغيير قبل أول تقرير جديد", hintNew), false
	}
	if s.state != greeting && m.GetNodeId() != string(s.id) {
		return bad(CodeNode, "node_id", "this connection belongs to node "+string(s.id), "هذا الاتصال يعود إلى عقدة أخرى", hintOneNode), false
	}
	at := m.GetTimestamp().AsTime()
	if err := m.GetTimestamp().CheckValid(); err != nil {
		return bad(CodeNumber, "timestamp", "not a time", "الوقت غير صحيح", hintField), false
	}
	at = s.engineTime(at, now)
	var err *say.Error
	switch kind {
	case msgRegistration:
		err = s.register(m, now)
	case msgNew, msgUnchanged:
		err = s.status(m.GetStatusReport(), at, now)
	case msgGoodbye:
		s.goodbye(m.GetStatusReport())
	case msgDetection:
		err = s.detection(m.GetDetectionReport(), at, now)
		if m.GetAdditionalInformation() == EndOfScan {
			s.group.close()
		}
	case msgAlert:
		err = s.alert(m.GetAlert(), at, now)
	case msgTaskAck:
		err = s.taskAck(m.GetTaskAck())
	}
	switch {
	case err == nil:
		s.state = st.next
	case kind == msgRegistration && s.state == greeting:
		s.state = closed
	case kind == msgNew && s.state == registered:
		s.state = reporting // the report was there, though not all of it was good
	}
	return err, kind == msgRegistration
}

// engineTime gives the engine's time of a stated one. In a simulated world a
// node's clock may be the wall's: whichever it is nearer to is the one it keeps.
func (s *session) engineTime(stated, now time.Time) time.Time {
	if s.srv.config.AtWall == nil {
		return stated
	}
	if s.wall = time.Since(stated).Abs() < now.Sub(stated).Abs(); s.wall {
		return s.srv.config.AtWall(stated)
	}
	return stated
}

// register takes in a registration, the first or a further one.
func (s *session) register(m *pb.SapientMessage, now time.Time) *say.Error {
	id := sense.SensorID(m.GetNodeId())
	n, err := readRegistration(id, m.GetRegistration(), s.srv.config.Own)
	if holder := s.named(); err == nil && holder != "" && holder != string(id) {
		err = bad(CodeNode, "node_id", "this client's certificate was issued for node "+holder, "شهادة العميل صادرة لعقدة أخرى", hintCertificate)
	}
	if err == nil && s.id == "" {
		err = s.srv.claim(id, s, now)
	}
	if err == nil {
		if known := s.rd.origin; !sense.Placed(n.sensor.Position) && s.id == id && sense.Placed(known) {
			n.sensor.Position = known
		}
		if e := s.host.Register(n.sensor); e != nil {
			err = hostError(e)
			if s.id == "" {
				s.srv.release(id, s)
			}
		}
	}
	s.acknowledge(m.GetNodeId(), err, now)
	if err != nil {
		return err
	}
	s.id = id
	s.group.stop()
	s.rd = reader{world: &s.srv.world, node: n, origin: n.sensor.Position, zone: zoneOf(m.GetRegistration()), unused: s.rd.unused}
	s.group.period, s.group.origin = n.sensor.Period, n.sensor.Position
	s.beat, s.fine, s.system = now, true, pb.StatusReport_SYSTEM_UNSPECIFIED
	s.srv.count(func(c *Counters) { c.Registrations++ })
	if n.sensor.CanLookAt && !s.cueing {
		s.cueing = true
		s.srv.follow(s, s.host.Cues(id))
	}
	return nil
}

// zoneOf gives the UTM zone that a registration names, if any.
func zoneOf(r *pb.Registration) string {
	zone := r.GetStatusDefinition().GetLocationDefinition().GetZone()
	for _, m := range r.GetModeDefinition() {
		for _, d := range m.GetDetectionDefinition() {
			zone = firstOf(zone, d.GetLocationType().GetZone())
		}
	}
	return zone
}

// detection puts a report into the scan of its instant.
func (s *session) detection(r *pb.DetectionReport, at, now time.Time) *say.Error {
	if err := sense.CheckTime(at, now); err != nil {
		return in("timestamp", err)
	}
	before := s.rd.unused
	d, err := s.rd.detection(r, at)
	if err != nil {
		return err
	}
	if s.rd.unused != before {
		s.srv.count(func(c *Counters) { c.VelocitiesUnused++ })
	}
	if !s.group.add(d, at, now) {
		return bad(CodeDuplicate, "detection_report.report_id", r.GetReportId()+" came twice with one timestamp", "ورد التقرير مرتين", hintRepeat)
	}
	s.srv.count(func(c *Counters) { c.Detections++ })
	return nil
}

// deliver hands a scan to the host; a refusal is told to the node.
func (s *session) deliver(at time.Time, origin geo.Position, detections []sense.Detection, declared bool) {
	s.hand(sense.Scan{Sensor: s.id, Observed: at, Origin: origin, Detections: detections, Declared: declared})
}

func (s *session) hand(scan sense.Scan) {
	s.srv.count(func(c *Counters) {
		c.Scans++
		if len(scan.Detections) == 0 {
			c.EmptyScans++
		}
	})
	if err := s.host.Deliver(scan); err != nil {
		s.refused(hostError(err), nil, s.srv.now())
	}
}

// reject refuses what could not even be read as a frame.
func (s *session) reject(e *say.Error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refused(e, nil, s.srv.now())
}

// tick closes what waited long enough. A node whose heartbeat is overdue, that
// names a fault or has no place is not believed to look: its silence is "no
// data".
func (s *session) tick(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state == registered || s.state == reporting {
		looks := s.state == reporting && s.fine && sense.Placed(s.rd.origin) &&
			(s.rd.sensor.Heartbeat == 0 || now.Sub(s.beat) <= 3*s.rd.sensor.Heartbeat/2)
		if !looks && !s.group.open {
			s.group.stop()
		}
		s.group.tick(now)
	}
}

// end is called once, when the connection is over. The end of the server itself
// is no loss of a sensor, and the host is told of none.
func (s *session) end(why say.Text) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.group.close()
	for task, cue := range s.tasks {
		delete(s.tasks, task)
		s.host.CueAnswered(cue, false, "the link broke")
	}
	left := s.state == closed && s.id != "" && s.system == pb.StatusReport_SYSTEM_GOODBYE
	s.state = closed
	if s.id != "" && s.srv.release(s.id, s) && !left && why != whyEnding {
		s.host.Dropped(s.id, why)
	}
}

// yields reports whether another connection may take the node over: it has said
// goodbye and its connection is only closing still, or nothing was heard of it
// for over two status intervals.
func (s *session) yields(now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.system == pb.StatusReport_SYSTEM_GOODBYE || now.Sub(s.heard) > max(2*s.rd.sensor.Heartbeat, 10*time.Second)
}

// patience is how long the connection may be silent before it is closed.
func (s *session) patience() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.id == "" {
		return greetingTime
	}
	return max(s.srv.config.IdleTimeout, 3*s.rd.sensor.Heartbeat)
}

func hostError(err error) *say.Error {
	if e := (*say.Error)(nil); errors.As(err, &e) {
		return e
	}
	return &say.Error{Code: CodeInternal, Text: say.Text{En: "the host refused", Ar: "رفض المضيف"}, Cause: err}
}

// message begins a message of our own to the node.
func (s *session) message(now time.Time) *pb.SapientMessage {
	if s.wall {
		now = time.Now()
	}
	m := &pb.SapientMessage{Timestamp: timestamppb.New(now), NodeId: ptr(s.srv.config.NodeID)}
	if s.id != "" {
		m.DestinationId = ptr(string(s.id))
	}
	return m
}

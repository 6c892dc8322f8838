package sapient

import (
	"strings"

	pb "marsad/adapter/sapient/sapientpb"
	"marsad/say"
	"marsad/sense"
)

// cue sends a "look at" cue as a Task, the only task that Marsad ever gives.
func (s *session) cue(c sense.Cue) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state != registered && s.state != reporting || !s.rd.sensor.CanLookAt {
		s.host.CueAnswered(c.ID, false, "the camera takes no cues now")
		return
	}
	now := s.srv.now()
	id := newULID(now)
	if s.tasks == nil {
		s.tasks = map[string]string{}
	}
	s.tasks[id] = c.ID
	m := s.message(now)
	m.Content = &pb.SapientMessage_Task{Task: &pb.Task{
		TaskId: ptr(id), TaskName: ptr("Look at"), TaskDescription: ptr("Ordered by " + c.By), Control: ptr(pb.Task_CONTROL_START),
		Command: &pb.Task_Command{Command: &pb.Task_Command_LookAt{LookAt: &pb.LocationOrRangeBearing{
			FovOneof: &pb.LocationOrRangeBearing_LocationList{LocationList: &pb.LocationList{Locations: []*pb.Location{positionOf(c.At)}}}}}},
	}}
	s.srv.count(func(c *Counters) { c.Cues++ })
	s.send(m)
}

// taskAck passes on what a camera said to a cue. A task is forgotten with its
// last answer.
func (s *session) taskAck(a *pb.TaskAck) *say.Error {
	cue, asked := s.tasks[a.GetTaskId()]
	if !asked {
		return bad(CodeUnasked, "task_ack.task_id", a.GetTaskId()+" was not asked of this node", "لم تُطلب هذه المهمة من العقدة", hintAsked)
	}
	why := strings.Join(a.GetReason(), "; ")
	accepted := a.GetTaskStatus() == pb.TaskAck_TASK_STATUS_ACCEPTED || a.GetTaskStatus() == pb.TaskAck_TASK_STATUS_COMPLETED
	if a.GetTaskStatus() != pb.TaskAck_TASK_STATUS_ACCEPTED {
		delete(s.tasks, a.GetTaskId())
		why = firstOf(why, strings.ToLower(strings.TrimPrefix(a.GetTaskStatus().String(), "TASK_STATUS_")))
	}
	s.host.CueAnswered(cue, accepted, clip(why))
	return nil
}

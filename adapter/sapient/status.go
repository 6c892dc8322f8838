package sapient

import (
	"math"
	"strings"
	"time"

	pb "marsad/adapter/sapient/sapientpb"
	"marsad/geo"
	"marsad/say"
	"marsad/sense"
)

// status takes in a heartbeat. Whatever is wrong with the rest of it, it is a
// sign of life: a report with a bad place or clock still reaches the host, as a
// fault.
func (s *session) status(r *pb.StatusReport, at, now time.Time) *say.Error {
	s.beat = now
	report := sense.StatusReport{Sensor: s.id, At: at}
	report.Fine, report.Why = wellness(r)
	var wrong *say.Error
	if r.GetInfo() == pb.StatusReport_INFO_NEW {
		s.system = r.GetSystem()
	} else if r.GetSystem() != s.system {
		wrong = bad(CodeOrder, "status_report.system", "differs from the last NEW in a report marked UNCHANGED", "حالة مختلفة في تقرير بدون تغيير", hintNew)
		s.system = r.GetSystem()
	}
	clock := sense.CheckTime(at, now)
	if clock != nil {
		wrong = in("timestamp", clock)
		report.At, report.Fine, report.Why = now, false, say.As(clock).Text
	}
	if r.NodeLocation != nil {
		p, cov, err := s.rd.readLocation(r.GetNodeLocation(), "status_report.node_location", s.rd.origin, s.rd.zone)
		switch {
		case err != nil:
			wrong = err
			report.Fine, report.Why = false, whyNowhere
		default:
			if r.GetNodeLocation().Z == nil && s.rd.ground == nil && sense.Placed(s.rd.origin) {
				p.Height = s.rd.origin.Height
			}
			if moved(s.rd.origin, p) {
				report.Position = p
				s.rd.origin, s.rd.sensor.Position, s.group.origin = p, p, p
			}
			if s.rd.sensor.Kind == sense.OwnForce && clock == nil {
				s.ownFix(p, cov, at)
			}
		}
	}
	s.fine = report.Fine
	if s.fine {
		s.group.start(at, now)
	}
	if err := s.host.Report(report); err != nil && wrong == nil {
		wrong = hostError(err)
	}
	if s.fine { // a registration must not paper over a fault
		s.look(r)
	}
	s.srv.count(func(c *Counters) { c.StatusReports++ })
	return wrong
}

var whyNowhere = say.Text{En: "the position that it reports is not possible", Ar: "الموقع الذي أبلغ عنه غير ممكن"}

// wellness is what a node says of itself. A warning is not a fault unless the
// node cannot detect.
func wellness(r *pb.StatusReport) (bool, say.Text) {
	var said []say.Text
	fine := r.GetSystem() != pb.StatusReport_SYSTEM_ERROR
	for _, st := range r.GetStatus() {
		fault := false
		switch st.GetStatusType() {
		case pb.StatusReport_STATUS_TYPE_NOT_DETECTING:
			fault = true
		case pb.StatusReport_STATUS_TYPE_INTERNAL_FAULT, pb.StatusReport_STATUS_TYPE_EXTERNAL_FAULT:
			fault = st.GetStatusLevel() == pb.StatusReport_STATUS_LEVEL_ERROR_STATUS
		}
		if fault {
			fine = false
		}
		if (fault || st.GetStatusLevel() >= pb.StatusReport_STATUS_LEVEL_WARNING_STATUS) && len(said) < maxSaid {
			said = append(said, statusWords(st))
		}
	}
	switch {
	case len(said) > 0:
		all := said[0]
		for _, t := range said[1:] {
			all = say.Text{En: all.En + "; " + t.En, Ar: all.Ar + "؛ " + t.Ar}
		}
		return fine, all
	case !fine:
		return false, say.Text{En: "it reports an error and does not say which", Ar: "أبلغ المتحسس عن خطأ دون تحديده"}
	}
	return true, say.Text{}
}

// maxSaid is how many of a report's remarks are passed on.
const maxSaid = 4

// statusNames are what remarks are about.
var statusNames = map[pb.StatusReport_StatusType]say.Text{
	pb.StatusReport_STATUS_TYPE_INTERNAL_FAULT:     {En: "internal fault", Ar: "عطل داخلي"},
	pb.StatusReport_STATUS_TYPE_EXTERNAL_FAULT:     {En: "fault from outside", Ar: "عطل خارجي"},
	pb.StatusReport_STATUS_TYPE_ILLUMINATION:       {En: "light", Ar: "الإضاءة"},
	pb.StatusReport_STATUS_TYPE_WEATHER:            {En: "weather", Ar: "الطقس"},
	pb.StatusReport_STATUS_TYPE_CLUTTER:            {En: "clutter", Ar: "كثرة الكشوف الكاذبة"},
	pb.StatusReport_STATUS_TYPE_EXPOSURE:           {En: "exposure", Ar: "تعريض الصورة"},
	pb.StatusReport_STATUS_TYPE_MOTION_SENSITIVITY: {En: "motion sensitivity", Ar: "حساسية الحركة"},
	pb.StatusReport_STATUS_TYPE_PTZ_STATUS:         {En: "pan and tilt", Ar: "آلية التوجيه"},
	pb.StatusReport_STATUS_TYPE_PD:                 {En: "probability of detection", Ar: "احتمال الكشف"},
	pb.StatusReport_STATUS_TYPE_FAR:                {En: "false alarm rate", Ar: "معدل الكشوف الكاذبة"},
	pb.StatusReport_STATUS_TYPE_NOT_DETECTING:      {En: "not detecting", Ar: "متوقف عن الكشف"},
	pb.StatusReport_STATUS_TYPE_PLATFORM:           {En: "platform", Ar: "المنصة الحاملة"},
	pb.StatusReport_STATUS_TYPE_OTHER:              {En: "it says", Ar: "أبلغ المتحسس"},
}

// statusWords is one remark in both languages; the node's own words stay as
// they are.
func statusWords(st *pb.StatusReport_Status) say.Text {
	name, known := statusNames[st.GetStatusType()]
	if !known {
		name = statusNames[pb.StatusReport_STATUS_TYPE_OTHER]
	}
	value := strings.ToValidUTF8(clip(strings.TrimSpace(st.GetStatusValue())), "")
	if value == "" {
		return name
	}
	return say.Text{En: name.En + ": {words}", Ar: name.Ar + ": {words}"}.Fill("words", value)
}

// moved reports whether a new position is worth telling: more than a metre off.
func moved(from, to geo.Position) bool {
	if !sense.Placed(from) {
		return true
	}
	return geo.Distance(from.Point, to.Point) > 1 || math.Abs(from.Height-to.Height) > 1
}

// ownFix makes a scan of one position out of an own patrol's report.
func (s *session) ownFix(p geo.Position, cov [6]float64, at time.Time) {
	d := sense.Detection{Shape: sense.AtPosition, Z: [3]float64{p.Lat, p.Lon, p.Height}, R: cov}
	if err := sense.CheckDetection(&d, p, &s.rd.sensor); err != nil {
		s.refused(in("status_report.node_location", err), nil, s.srv.now())
		return
	}
	s.srv.count(func(c *Counters) { c.OwnFixes++ })
	s.hand(sense.Scan{Sensor: s.id, Observed: at, Origin: p, Detections: []sense.Detection{d}, Unit: s.rd.sensor.Unit})
}

// look registers the sensor anew when the sector it sees has changed: the
// field of view, or else the coverage.
func (s *session) look(r *pb.StatusReport) {
	cone := r.GetFieldOfView().GetRangeBearing()
	if cone == nil && r.GetFieldOfView() == nil && len(r.GetCoverage()) > 0 {
		cone = r.GetCoverage()[0].GetRangeBearing()
	}
	if cone == nil {
		return
	}
	next := s.rd.sensor
	angle, length := units(cone.GetCoordinateSystem())
	if cone.GetRange() > 0 {
		next.MaxRange = cone.GetRange() * length
		next.Assumed = s.rd.assumed.always || s.rd.assumed.pd // the range is known now
	}
	if cone.HorizontalExtent != nil {
		next.HalfWidth = cone.GetHorizontalExtent() * angle / 2
	}
	if cone.Azimuth != nil {
		turn, err := s.rd.north(cone.GetDatum(), s.rd.origin, s.rd.zone, s.srv.now())
		if err != nil {
			return // the registered sector stands
		}
		next.Azimuth = geo.Wrap2Pi(cone.GetAzimuth()*angle + turn)
	}
	const turned, grown = 0.5 * rad, 0.01
	old := &s.rd.sensor
	if math.Abs(geo.WrapPi(next.Azimuth-old.Azimuth)) < turned && math.Abs(next.HalfWidth-old.HalfWidth) < turned &&
		math.Abs(next.MaxRange-old.MaxRange) <= grown*old.MaxRange {
		return
	}
	if sense.CheckSensor(&next) != nil || s.host.Register(next) != nil {
		return
	}
	s.rd.sensor = next
}

// goodbye lets a node leave in order.
func (s *session) goodbye(r *pb.StatusReport) {
	s.group.close()
	s.system = pb.StatusReport_SYSTEM_GOODBYE
	why := say.Text{En: "it said goodbye", Ar: "أعلن المتحسس خروجه من الخدمة"}
	if len(r.GetStatus()) > 0 {
		_, why = wellness(r)
	}
	if why.IsZero() {
		why = say.Text{En: "it said goodbye", Ar: "أعلن المتحسس خروجه من الخدمة"}
	}
	s.host.Goodbye(s.id, why)
}

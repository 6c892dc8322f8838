package sapient

import (
	"strconv"
	"strings"
	"time"

	pb "marsad/adapter/sapient/sapientpb"
	"marsad/geo"
	"marsad/say"
	"marsad/sense"
)

// ICDVersion is the version spoken, as nodes write it into icd_version.
const ICDVersion = "BSI Flex 335 v2.0"

// node is what a registration says: the sensor, and how to read its reports.
type node struct {
	sensor sense.Sensor
	// untracked: object ids are new for every detection.
	untracked bool
	// metresPerSecond in one unit of the node's velocities.
	metresPerSecond float64
	// assumed says which of the sensor's figures are our assumptions; always, if
	// the node itself says that its figures are.
	assumed struct{ always, reach, pd bool }
}

// effectors are refused, whatever else the node says it is.
var effectors = map[pb.Registration_NodeType]say.Text{
	pb.Registration_NODE_TYPE_KINETIC: {En: "a kinetic effector", Ar: "منظومة إطلاق"},
	pb.Registration_NODE_TYPE_JAMMER:  {En: "a jammer", Ar: "منظومة تشويش"},
	pb.Registration_NODE_TYPE_LDEW:    {En: "a laser weapon", Ar: "سلاح ليزري"},
	pb.Registration_NODE_TYPE_RFDEW:   {En: "a radio-frequency weapon", Ar: "سلاح ترددات راديوية"},
}

// readRegistration turns a validated registration into a sensor. own maps the
// node ids of own patrols to their units.
func readRegistration(id sense.SensorID, r *pb.Registration, own map[sense.SensorID]string) (node, *say.Error) {
	if v := strings.ReplaceAll(r.GetIcdVersion(), "_", " "); !strings.EqualFold(v, ICDVersion) {
		return node{}, bad(CodeVersion, "registration.icd_version", strconv.Quote(clip(r.GetIcdVersion()))+" is not spoken here",
			"إصدار المواصفة غير مدعوم", hintVersion)
	}
	for i, d := range r.GetNodeDefinition() {
		if what, weapon := effectors[d.GetNodeType()]; weapon {
			e := bad(CodeEffector, "registration.node_definition."+strconv.Itoa(i)+".node_type", "{what}: effectors are never registered",
				"{what}: لا تُسجَّل المؤثرات أبداً", hintEffector)
			e.Text = e.Text.FillText("what", what)
			return node{}, e
		}
	}
	n := node{metresPerSecond: 1}
	s := &n.sensor
	s.ID = id
	s.Name = firstOf(r.GetName(), r.GetShortName(), string(id))
	s.Heartbeat = duration(r.GetStatusDefinition().GetStatusInterval())
	said := readKind(s, r)
	readCapabilities(s, r.GetCapabilities())
	for _, m := range r.GetModeDefinition() {
		n.readMode(m)
	}
	if unit, ok := own[id]; ok {
		s.Kind, s.Unit, s.Moving = sense.OwnForce, unit, true
		if s.SigmaPosition == 0 {
			s.SigmaPosition = ownSigma
		}
	} else if said == sense.OwnForce {
		return node{}, bad(CodeRoster, "registration.node_definition", "the node says it is an own patrol, the roster does not know it",
			"العقدة تقول إنها دورية صديقة وهي غير موجودة في جدول الوحدات", hintRoster)
	}
	n.assume()
	if err := sense.CheckSensor(s); err != nil {
		return node{}, say.As(err)
	}
	return n, nil
}

// ownSigma is the 1σ error in metres of a patrol's GPS that states none.
const ownSigma = 10

// subTypes are the node_sub_type words that tell kinds apart which share a
// node_type.
var subTypes = map[string]sense.Kind{
	"aerostat": sense.Aerostat, "tethered balloon": sense.Aerostat, "own force": sense.OwnForce, "patrol": sense.OwnForce,
	"uav": sense.UAV, "uas": sense.UAV, "drone": sense.UAV,
}

func readKind(s *sense.Sensor, r *pb.Registration) sense.Kind {
	for _, d := range r.GetNodeDefinition() {
		kind := sense.OtherKind
		switch d.GetNodeType() {
		case pb.Registration_NODE_TYPE_RADAR, pb.Registration_NODE_TYPE_LIDAR:
			kind = sense.Radar
		case pb.Registration_NODE_TYPE_CAMERA:
			kind = sense.Camera
		case pb.Registration_NODE_TYPE_SEISMIC, pb.Registration_NODE_TYPE_PROXIMITY_SENSOR, pb.Registration_NODE_TYPE_ACOUSTIC:
			kind = sense.Presence
		case pb.Registration_NODE_TYPE_HUMAN:
			kind = sense.Human
		case pb.Registration_NODE_TYPE_FUSION_NODE:
			kind = sense.Node
		case pb.Registration_NODE_TYPE_MOBILE_NODE:
			s.Moving = true
		}
		for _, sub := range d.GetNodeSubType() {
			if k, ok := subTypes[strings.ToLower(strings.TrimSpace(sub))]; ok {
				kind = k
			}
		}
		if s.Kind == sense.OtherKind || kind == sense.Aerostat || kind == sense.UAV || kind == sense.OwnForce {
			s.Kind = kind
		}
	}
	return s.Kind
}

func (n *node) readMode(m *pb.Registration_ModeDefinition) {
	if m.GetTrackingType() == pb.Registration_TRACKING_TYPE_NONE {
		n.untracked = true
	}
	for _, c := range m.GetTask().GetCommand() {
		if c.GetType() == pb.Registration_COMMAND_TYPE_LOOK_AT {
			n.sensor.CanLookAt = true
		}
	}
	for _, d := range m.GetDetectionDefinition() {
		if d.GetVelocityType().GetEnuVelocityUnits().GetEastNorthRateUnits() == pb.SpeedUnits_SPEED_UNITS_KPH {
			n.metresPerSecond = 1 / 3.6
		}
		for _, p := range d.GetDetectionPerformance() {
			v, ok := measure(p.GetUnitValue(), p.GetUnits(), "")
			if !ok {
				continue
			}
			switch strings.ToLower(p.GetType()) {
			case "pd", "probability of detection":
				n.sensor.Pd = v
			case "clutter per scan":
				n.sensor.Clutter = v
			}
		}
		g := d.GetGeometricError()
		for _, p := range g.GetPerformanceValue() {
			n.readError(p.GetType(), p.GetUnitValue(), firstOf(p.GetUnits(), g.GetUnits()))
		}
	}
}

// errorNames are the words by which nodes call a default error, without case,
// spaces and the word error itself. Of several for a position the largest counts.
var errorNames = map[string]string{
	"azimuth": "Azimuth Error", "bearing": "Azimuth Error", "elevation": "Elevation Error", "range": "Range Error",
	"position": "Position Error", "location": "Position Error", "horizontal": "Position Error", "easting": "Position Error",
	"northing": "Position Error", "x": "Position Error", "y": "Position Error",
}

func (n *node) readError(name, value, units string) {
	name = strings.Map(func(r rune) rune {
		if r < 'a' || r > 'z' {
			return -1
		}
		return r
	}, strings.ToLower(name))
	known, ok := errorNames[strings.TrimSuffix(name, "error")]
	if !ok {
		return
	}
	before := n.sensor.SigmaPosition
	readCapabilities(&n.sensor, []*pb.Registration_Capability{{Type: &known, Value: &value, Units: &units}})
	n.sensor.SigmaPosition = max(before, n.sensor.SigmaPosition)
}

// assume fills in what a node left out and the stages cannot do without, and
// marks the sensor's figures as assumed.
func (n *node) assume() {
	s := &n.sensor
	n.assumed.always = s.Assumed
	fallback := map[sense.Kind]float64{sense.Radar: 10e3, sense.Camera: 4e3, sense.Aerostat: 15e3, sense.Presence: 50, sense.Human: 1500, sense.UAV: 3e3}
	if s.MaxRange == 0 && fallback[s.Kind] != 0 {
		s.MaxRange, n.assumed.reach = fallback[s.Kind], true
	}
	if s.Pd == 0 && s.Kind != sense.OwnForce && s.Kind != sense.Node {
		s.Pd, n.assumed.pd = 0.5, true
	}
	s.Assumed = n.assumed.always || n.assumed.reach || n.assumed.pd
}

func duration(d *pb.Registration_Duration) time.Duration {
	unit := map[pb.Registration_TimeUnits]time.Duration{
		pb.Registration_TIME_UNITS_NANOSECONDS: 1, pb.Registration_TIME_UNITS_MICROSECONDS: time.Microsecond,
		pb.Registration_TIME_UNITS_MILLISECONDS: time.Millisecond, pb.Registration_TIME_UNITS_SECONDS: time.Second,
		pb.Registration_TIME_UNITS_MINUTES: time.Minute, pb.Registration_TIME_UNITS_HOURS: time.Hour,
		pb.Registration_TIME_UNITS_DAYS: 24 * time.Hour,
	}[d.GetUnits()]
	// The shortest decimal of the float32 is what the node meant: 25.7 s, not
	// 25.700001.
	v, err := strconv.ParseFloat(strconv.FormatFloat(float64(d.GetValue()), 'g', -1, 32), 64)
	if err != nil {
		return 0
	}
	return seconds(v * unit.Seconds())
}

// seconds is a duration, to the microsecond, that cannot overflow.
func seconds(s float64) time.Duration {
	if !(s > 0) {
		return 0
	}
	const year = 365 * 24 * 3600
	return time.Duration(min(s, year)*1e6+0.5) * time.Microsecond
}

func firstOf(texts ...string) string {
	for _, t := range texts {
		if t = strings.TrimSpace(t); t != "" {
			return t
		}
	}
	return ""
}

func ptr[T any](v T) *T { return &v }

// RegistrationOf writes a sensor as a registration: the inverse of what the
// server reads, to the bit, position included. Unit is not written: which node
// is an own unit is for the roster to say.
func RegistrationOf(s sense.Sensor) *pb.Registration {
	r := &pb.Registration{
		NodeDefinition: nodeDefinition(&s),
		IcdVersion:     ptr(ICDVersion),
		Name:           ptr(s.Name),
		StatusDefinition: &pb.Registration_StatusDefinition{
			StatusInterval:     span(s.Heartbeat),
			LocationDefinition: degreesType(),
		},
		ModeDefinition: []*pb.Registration_ModeDefinition{{
			ModeName: ptr(defaultMode), ModeType: ptr(pb.Registration_MODE_TYPE_DEFAULT), SettleTime: span(time.Second),
			ScanType: ptr(pb.Registration_SCAN_TYPE_FIXED),
			Task: &pb.Registration_TaskDefinition{RegionDefinition: &pb.Registration_RegionDefinition{
				RegionType: []pb.Registration_RegionType{pb.Registration_REGION_TYPE_AREA_OF_INTEREST},
				RegionArea: []*pb.Registration_LocationType{degreesType()}}},
			DetectionDefinition: []*pb.Registration_DetectionDefinition{{LocationType: degreesType()}},
		}},
		ConfigData: []*pb.Registration_ConfigurationData{{Manufacturer: "Marsad", Model: s.Kind.String()}},
	}
	if s.CanLookAt {
		m := r.ModeDefinition[0]
		m.ScanType = ptr(pb.Registration_SCAN_TYPE_STEERABLE)
		m.Task.Command = []*pb.Registration_Command{{Units: ptr("Location"), CompletionTime: span(10 * time.Second),
			Type: ptr(pb.Registration_COMMAND_TYPE_LOOK_AT)}}
	}
	category := s.Kind.String()
	for i := range capabilities {
		c := &capabilities[i]
		v, text := c.write(&s)
		if c.units != "" && v != 0 {
			text = strconv.FormatFloat(v, 'g', -1, 64)
		}
		if text != "" {
			r.Capabilities = append(r.Capabilities, &pb.Registration_Capability{Category: ptr(category), Type: ptr(c.name), Value: ptr(text), Units: ptr(c.units)})
		}
	}
	if len(r.Capabilities) == 0 { // the standard wants one
		r.Capabilities = []*pb.Registration_Capability{{Category: ptr(category), Type: ptr("none")}}
	}
	return r
}

const defaultMode = "Default"

func nodeDefinition(s *sense.Sensor) []*pb.Registration_NodeDefinition {
	define := func(t pb.Registration_NodeType, sub ...string) *pb.Registration_NodeDefinition {
		return &pb.Registration_NodeDefinition{NodeType: ptr(t), NodeSubType: sub}
	}
	switch s.Kind {
	case sense.Radar:
		return []*pb.Registration_NodeDefinition{define(pb.Registration_NODE_TYPE_RADAR)}
	case sense.Camera:
		return []*pb.Registration_NodeDefinition{define(pb.Registration_NODE_TYPE_CAMERA)}
	case sense.Aerostat:
		return []*pb.Registration_NodeDefinition{define(pb.Registration_NODE_TYPE_CAMERA, "Aerostat")}
	case sense.Presence:
		return []*pb.Registration_NodeDefinition{define(pb.Registration_NODE_TYPE_SEISMIC)}
	case sense.OwnForce:
		return []*pb.Registration_NodeDefinition{define(pb.Registration_NODE_TYPE_HUMAN, "Own force"), define(pb.Registration_NODE_TYPE_MOBILE_NODE)}
	case sense.Human:
		return []*pb.Registration_NodeDefinition{define(pb.Registration_NODE_TYPE_HUMAN)}
	case sense.UAV:
		return []*pb.Registration_NodeDefinition{define(pb.Registration_NODE_TYPE_CAMERA, "UAV")}
	case sense.Node:
		return []*pb.Registration_NodeDefinition{define(pb.Registration_NODE_TYPE_FUSION_NODE)}
	default:
		return []*pb.Registration_NodeDefinition{define(pb.Registration_NODE_TYPE_OTHER)}
	}
}

func degreesType() *pb.Registration_LocationType {
	return &pb.Registration_LocationType{
		CoordinatesOneof: &pb.Registration_LocationType_LocationUnits{LocationUnits: pb.LocationCoordinateSystem_LOCATION_COORDINATE_SYSTEM_LAT_LNG_DEG_M},
		DatumOneof:       &pb.Registration_LocationType_LocationDatum{LocationDatum: pb.LocationDatum_LOCATION_DATUM_WGS84_E},
	}
}

func span(d time.Duration) *pb.Registration_Duration {
	return &pb.Registration_Duration{Units: ptr(pb.Registration_TIME_UNITS_SECONDS), Value: ptr(float32(d.Seconds()))}
}

// positionOf a sensor as a status report gives it.
func positionOf(p geo.Position) *pb.Location {
	return &pb.Location{X: ptr(p.Lon), Y: ptr(p.Lat), Z: ptr(p.Height),
		CoordinateSystem: ptr(pb.LocationCoordinateSystem_LOCATION_COORDINATE_SYSTEM_LAT_LNG_DEG_M),
		Datum:            ptr(pb.LocationDatum_LOCATION_DATUM_WGS84_E)}
}

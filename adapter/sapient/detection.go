package sapient

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	pb "marsad/adapter/sapient/sapientpb"
	"marsad/geo"
	"marsad/say"
	"marsad/sense"
)

// reader turns the reports of one node into detections.
type reader struct {
	*world
	node
	origin geo.Position // of the node now; zero while unknown
	zone   string       // UTM zone from the registration
	// unused counts velocities that could not be used; see velocity.
	unused uint64
}

// detection reads a validated report, made at a given time.
func (rd *reader) detection(r *pb.DetectionReport, at time.Time) (sense.Detection, *say.Error) {
	d := sense.Detection{Report: r.GetReportId()}
	if r.GetObjectId() != r.GetReportId() && !rd.untracked {
		d.VendorTrack = r.GetObjectId()
	}
	if err := rd.place(&d, r.GetLocation(), r.GetRangeBearing(), "detection_report", at); err != nil {
		return d, err
	}
	if r.DetectionConfidence != nil {
		d.Confidence = min(max(r.GetDetectionConfidence(), 0), 1)
	}
	d.Class = readClasses(r.GetClassification())
	for _, list := range [][]*pb.DetectionReport_TrackObjectInfo{r.GetObjectInfo(), r.GetTrackInfo()} {
		for _, info := range list {
			readInfo(&d, info)
		}
	}
	if rd.sensor.Kind == sense.Node {
		d.VendorTrack = r.GetObjectId()
		d.Node = rd.nodeTrack(r)
	} else if v := r.GetEnuVelocity(); v != nil && d.SigmaDoppler == 0 {
		rd.velocity(&d, v)
	}
	if err := sense.CheckDetection(&d, rd.origin, &rd.sensor); err != nil {
		return d, in(fieldOf(say.As(err), r), err)
	}
	return d, nil
}

// fieldOf a report that a refusal of package sense is about.
func fieldOf(e *say.Error, r *pb.DetectionReport) string {
	switch {
	case e.Code == sense.CodeClass:
		return "detection_report.classification"
	case r.GetLocation() != nil:
		return "detection_report.location"
	default:
		return "detection_report.range_bearing"
	}
}

// place reads one of the two kinds of place into the detection's shape, values
// and covariance.
func (rd *reader) place(d *sense.Detection, l *pb.Location, rb *pb.RangeBearing, field string, at time.Time) *say.Error {
	if l != nil {
		p, r, err := rd.readLocation(l, join(field, "location"), rd.origin, rd.zone)
		if err != nil {
			return err
		}
		d.Shape, d.Z, d.R = sense.AtPosition, [3]float64{p.Lat, p.Lon, p.Height}, r
		return nil
	}
	field = join(field, "range_bearing")
	if !sense.Placed(rd.origin) {
		return bad(sense.CodeOrigin, field, "the node's own position is not known yet", "موقع العقدة غير معروف بعد", hintNew)
	}
	angle, length := units(rb.GetCoordinateSystem())
	azimuth, elevation, distance := rb.GetAzimuth()*angle, rb.GetElevation()*angle, rb.GetRange()*length
	sa, se, sr := rb.GetAzimuthError()*angle, rb.GetElevationError()*angle, rb.GetRangeError()*length
	va, ve, vr := signed(sa), signed(se), signed(sr)
	if rb.Azimuth != nil {
		turn, err := rd.north(rb.GetDatum(), rd.origin, rd.zone, at)
		if err != nil {
			return bad(CodeNorth, join(field, "datum"), err.Error(), "اتجاه الشمال المستخدم غير معروف", hintTrue)
		}
		if math.Abs(azimuth) > 2*math.Pi {
			return bad(CodePlace, join(field, "azimuth"), "more than a full turn", "الاتجاه أكبر من دورة كاملة", hintUnits)
		}
		azimuth = geo.Wrap2Pi(azimuth + turn)
	}
	switch {
	case rb.Azimuth != nil && rb.Elevation != nil && rb.Range != nil:
		d.Shape, d.Z, d.R = sense.BearingElevationRange, [3]float64{azimuth, elevation, distance}, [6]float64{va, 0, 0, ve, 0, vr}
	case rb.Azimuth != nil && rb.Range != nil:
		d.Shape, d.Z, d.R = sense.BearingRange, [3]float64{azimuth, distance}, [6]float64{va, 0, 0, vr}
	case rb.Azimuth != nil && rb.Elevation != nil:
		d.Shape, d.Z, d.R = sense.BearingElevation, [3]float64{azimuth, elevation}, [6]float64{va, 0, 0, ve}
	case rb.Azimuth != nil:
		d.Shape, d.Z, d.R = sense.Bearing, [3]float64{azimuth}, [6]float64{va}
	case rb.Range != nil && rb.Elevation == nil:
		d.Shape, d.Z = sense.PresenceWithin, [3]float64{distance}
	default:
		return bad(CodeMissing, join(field, "azimuth"), "must be there beside an elevation", "الاتجاه مطلوب مع زاوية الارتفاع", hintField)
	}
	return nil
}

// signed squares an error and keeps a minus sign, for the check to find.
func signed(sigma float64) float64 { return sigma * math.Abs(sigma) }

// velocity keeps the radial part of an ENU velocity as Doppler, where the
// velocity is nothing but radial: then the sensor measured it. A full velocity
// is a vendor's track estimate; it is correlated over time and never a
// measurement, so it is counted and left out.
func (rd *reader) velocity(d *sense.Detection, v *pb.ENUVelocity) {
	los, ok := rd.lineOfSight(d)
	k := rd.metresPerSecond
	ve, vn, vu := v.GetEastRate()*k, v.GetNorthRate()*k, v.GetUpRate()*k
	radial := ve*los.E + vn*los.N + vu*los.U
	sigma := k * math.Sqrt(sq(v.GetEastRateError()*los.E)+sq(v.GetNorthRateError()*los.N)+sq(v.GetUpRateError()*los.U))
	if sigma == 0 {
		sigma = rd.sensor.SigmaDoppler
	}
	across := math.Sqrt(max(0, ve*ve+vn*vn+vu*vu-radial*radial))
	if !ok || sigma == 0 || across > max(0.05, 0.02*math.Abs(radial)) {
		rd.unused++
		return
	}
	d.Doppler, d.SigmaDoppler = radial, sigma
}

// Words of a fusion node's state that say that it has ended a track.
var overWords = []string{"lost", "lost in view", "ended", "deleted", "object lost"}

// nodeTrack reads what a fusion node says of a track beyond where it is. Its
// lineage are the nodes of the detections from which it is derived and with
// which it is associated.
func (rd *reader) nodeTrack(r *pb.DetectionReport) *sense.NodeTrack {
	n := &sense.NodeTrack{Over: slices.ContainsFunc(overWords, func(w string) bool { return strings.EqualFold(w, strings.TrimSpace(r.GetState())) })}
	if v := r.GetEnuVelocity(); v != nil {
		k := rd.metresPerSecond
		n.VE, n.VN = v.GetEastRate()*k, v.GetNorthRate()*k
		n.VarVE, n.VarVN = sq(v.GetEastRateError()*k), sq(v.GetNorthRateError()*k)
	}
	for _, d := range r.GetDerivedDetection() {
		n.Lineage = lineage(n.Lineage, d.GetNodeId(), rd.sensor.ID)
	}
	for _, d := range r.GetAssociatedDetection() {
		n.Lineage = lineage(n.Lineage, d.GetNodeId(), rd.sensor.ID)
	}
	return n
}

// lineage adds an id once, the reporting node's own left out. What goes beyond
// the limit is left for the check to refuse.
func lineage(list []sense.SensorID, id string, self sense.SensorID) []sense.SensorID {
	n := sense.SensorID(id)
	if n == "" || n == self || slices.Contains(list, n) || len(list) > sense.MaxLineage {
		return list
	}
	return append(list, n)
}

// lineOfSight is the unit vector from the sensor to the detection.
func (rd *reader) lineOfSight(d *sense.Detection) (geo.ENU, bool) {
	switch d.Shape {
	case sense.AtPosition:
		if !sense.Placed(rd.origin) {
			return geo.ENU{}, false
		}
		f := geo.NewFrame(rd.origin)
		v := f.ToENU(geo.Position{Point: geo.Point{Lat: d.Z[0], Lon: d.Z[1]}, Height: d.Z[2]})
		n := math.Sqrt(v.E*v.E + v.N*v.N + v.U*v.U)
		return geo.ENU{E: v.E / n, N: v.N / n, U: v.U / n}, n > 1
	case sense.PresenceWithin:
		return geo.ENU{}, false
	}
	elevation := 0.0
	if d.Shape == sense.BearingElevation || d.Shape == sense.BearingElevationRange {
		elevation = d.Z[1]
	}
	sinA, cosA := math.Sincos(d.Z[0])
	sinE, cosE := math.Sincos(elevation)
	return geo.ENU{E: sinA * cosE, N: cosA * cosE, U: sinE}, true
}

func sq(v float64) float64 { return v * v }

// Words of object_info and track_info that are understood.
const (
	infoCount  = "Count"
	infoRadial = "Radial Velocity" // m/s, positive when receding, error 1σ
)

func readInfo(d *sense.Detection, info *pb.DetectionReport_TrackObjectInfo) {
	v, err := strconv.ParseFloat(strings.TrimSpace(info.GetValue()), 64)
	if err != nil {
		return
	}
	switch {
	case strings.EqualFold(info.GetType(), infoCount):
		if v >= 1 {
			d.Count = uint8(min(v, 255))
		}
	case strings.EqualFold(info.GetType(), infoRadial):
		if info.Error != nil {
			d.Doppler, d.SigmaDoppler = v, float64(info.GetError())
		} else {
			d.Doppler = v // the check fills in the registered error
		}
	}
}

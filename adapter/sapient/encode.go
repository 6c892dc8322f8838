package sapient

import (
	"math"
	"strconv"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	pb "marsad/adapter/sapient/sapientpb"
	"marsad/sense"
)

// DetectionsOf writes a scan as detection reports, one for each detection: the
// inverse of what the server reads, within rounding. An empty scan gives none:
// SAPIENT has no word for it. The last report says that it is the last, so that
// the scan need not wait. What the standard has no field for is left out:
// correlations between errors, and ids that are not ULIDs (a vendor's track
// becomes a ULID derived from its text, a report one derived from sensor, time
// and ordinal).
func DetectionsOf(s sense.Sensor, scan *sense.Scan) []*pb.SapientMessage {
	out := make([]*pb.SapientMessage, 0, len(scan.Detections))
	stamp := timestamppb.New(scan.Observed)
	node := string(s.ID)
	for i := range scan.Detections {
		out = append(out, &pb.SapientMessage{Timestamp: stamp, NodeId: &node,
			Content: &pb.SapientMessage_DetectionReport{DetectionReport: reportOf(scan, i)}})
	}
	if len(out) > 0 {
		out[len(out)-1].AdditionalInformation = ptr(EndOfScan)
	}
	return out
}

var (
	degreesM = pb.LocationCoordinateSystem_LOCATION_COORDINATE_SYSTEM_LAT_LNG_DEG_M
	wgs84    = pb.LocationDatum_LOCATION_DATUM_WGS84_E
	radiansM = pb.RangeBearingCoordinateSystem_RANGE_BEARING_COORDINATE_SYSTEM_RADIANS_M
	trueN    = pb.RangeBearingDatum_RANGE_BEARING_DATUM_TRUE
)

func reportOf(scan *sense.Scan, i int) *pb.DetectionReport {
	d := &scan.Detections[i]
	report := d.Report
	if !ValidULID(report) {
		report = derivedULID(scan.Observed, string(scan.Sensor), uint64(i))
	}
	object := report
	if d.VendorTrack != "" {
		if object = d.VendorTrack; !ValidULID(object) {
			object = derivedULID(time.Unix(0, 0), string(scan.Sensor)+d.VendorTrack, 0)
		}
	}
	r := &pb.DetectionReport{ReportId: &report, ObjectId: &object, Classification: writeClasses(d.Class)}
	writePlace(r, d)
	if d.Confidence != 0 {
		r.DetectionConfidence = ptr(d.Confidence)
	}
	if d.Count != 0 {
		r.ObjectInfo = append(r.ObjectInfo, &pb.DetectionReport_TrackObjectInfo{Type: ptr(infoCount), Value: ptr(strconv.Itoa(int(d.Count)))})
	}
	if n := d.Node; n != nil {
		writeNode(r, n, string(scan.Sensor), scan.Observed)
	}
	if d.SigmaDoppler > 0 {
		r.TrackInfo = append(r.TrackInfo, &pb.DetectionReport_TrackObjectInfo{Type: ptr(infoRadial),
			Value: ptr(strconv.FormatFloat(d.Doppler, 'g', -1, 64)), Error: ptr(float32(d.SigmaDoppler))})
	}
	return r
}

// writeNode writes what a fusion node says of a track beyond where it is.
func writeNode(r *pb.DetectionReport, n *sense.NodeTrack, node string, at time.Time) {
	if n.VarVE > 0 && n.VarVN > 0 {
		r.VelocityOneof = &pb.DetectionReport_EnuVelocity{EnuVelocity: &pb.ENUVelocity{EastRate: &n.VE, NorthRate: &n.VN,
			EastRateError: errorOf(n.VarVE, 1), NorthRateError: errorOf(n.VarVN, 1)}}
	}
	if n.Over {
		r.State = ptr(overWords[0])
	}
	for i, id := range n.Lineage {
		r.DerivedDetection = append(r.DerivedDetection, &pb.DetectionReport_DerivedDetection{Timestamp: timestamppb.New(at), NodeId: ptr(string(id)),
			ObjectId: ptr(derivedULID(at, node+string(id), uint64(i)))})
	}
}

func writePlace(r *pb.DetectionReport, d *sense.Detection) {
	if d.Shape == sense.AtPosition {
		north, east := metresPerDegree(d.Z[0])
		r.LocationOneof = &pb.DetectionReport_Location{Location: &pb.Location{
			X: &d.Z[1], Y: &d.Z[0], Z: &d.Z[2],
			XError: errorOf(d.R[0], east), YError: errorOf(d.R[3], north), ZError: errorOf(d.R[5], 1),
			CoordinateSystem: &degreesM, Datum: &wgs84}}
		return
	}
	rb := &pb.RangeBearing{CoordinateSystem: &radiansM, Datum: &trueN}
	switch d.Shape {
	case sense.PresenceWithin:
		rb.Range = &d.Z[0]
	case sense.BearingRange:
		rb.Range, rb.RangeError = &d.Z[1], errorOf(d.R[3], 1)
	case sense.BearingElevation:
		rb.Elevation, rb.ElevationError = &d.Z[1], errorOf(d.R[3], 1)
	case sense.BearingElevationRange:
		rb.Elevation, rb.ElevationError = &d.Z[1], errorOf(d.R[3], 1)
		rb.Range, rb.RangeError = &d.Z[2], errorOf(d.R[5], 1)
	}
	if d.Shape != sense.PresenceWithin {
		rb.Azimuth, rb.AzimuthError = &d.Z[0], errorOf(d.R[0], 1)
	}
	r.LocationOneof = &pb.DetectionReport_RangeBearing{RangeBearing: rb}
}

// errorOf is a variance as an error in units of so many metres or radians, nil
// for none.
func errorOf(variance, unit float64) *float64 {
	if variance <= 0 {
		return nil
	}
	return ptr(math.Sqrt(variance) / unit)
}

package sense

import (
	"fmt"
	"math"
	"time"

	"marsad/geo"
	"marsad/say"
)

// Limits of what is believed.
const (
	// MaxAhead is how far a scan's time may lie in the future; beyond, it is
	// quarantined and cannot move the watermark.
	MaxAhead = 2 * time.Second
	// MaxBehind is how old a scan may be to be of any use.
	MaxBehind = time.Hour
	// MaxDetections in one scan.
	MaxDetections = 4096
	// MaxRange of any sensor in metres: the horizon of the highest aerostat.
	MaxRange = 500e3
	// MinHeight and MaxHeight of anything, metres above the ellipsoid.
	MinHeight, MaxHeight = -500.0, 30e3
	// MaxSpeed of anything in m/s, for Doppler.
	MaxSpeed = 1000.0
	// MaxLineage is how many sensors and nodes a node's track may name.
	MaxLineage = 64

	maxSigmaAngle = math.Pi / 2
	maxSigmaRange = 50e3
	maxText       = 128 // bytes of an id or name
)

// Codes of the refusals of Check and CheckSensor.
const (
	CodeAhead     = "scan.time_ahead"
	CodeOld       = "scan.time_old"
	CodeNoTime    = "scan.time_missing"
	CodeOrigin    = "scan.origin"
	CodeTooMany   = "scan.too_many"
	CodeShape     = "detection.shape"
	CodeValue     = "detection.value"
	CodeFar       = "detection.out_of_range"
	CodeNoError   = "detection.no_error"
	CodeError     = "detection.error"
	CodeClass     = "detection.class"
	CodeOwn       = "scan.own_unit"
	CodeSensor    = "sensor.field"
	CodeForeign   = "scan.other_sensor"
	CodeTextShape = "detection.text"
	CodeNode      = "detection.node"
)

// Placed reports whether a position is known: the zero value, in the Gulf of
// Guinea, means that it is not.
func Placed(p geo.Position) bool { return p != geo.Position{} }

// Check judges a scan of a registered sensor at a given time, now. It fills
// errors that a detection leaves out from the sensor's registered ones and an
// origin left out from the sensor's position; everything else it leaves alone.
// The first thing wrong is returned as a *say.Error that says where.
func Check(scan *Scan, sensor *Sensor, now time.Time) error {
	if scan.Sensor != sensor.ID {
		return refuse(CodeForeign, "the scan belongs to sensor "+string(scan.Sensor)+", not to "+string(sensor.ID), "المسح يعود إلى متحسس آخر", hintID)
	}
	if err := CheckTime(scan.Observed, now); err != nil {
		return err
	}
	if !Placed(scan.Origin) {
		scan.Origin = sensor.Position
	}
	if Placed(scan.Origin) {
		if err := CheckPosition(scan.Origin); err != nil {
			return refuse(CodeOrigin, "the sensor's own position: "+err.Error(), "موقع المتحسس نفسه غير ممكن", hintPosition)
		}
	}
	if len(scan.Detections) > MaxDetections {
		return refuse(CodeTooMany, fmt.Sprintf("%d detections in one scan, at most %d are read", len(scan.Detections), MaxDetections),
			"عدد المكتشفات في المسح الواحد أكبر من الحد المسموح", hintClutter)
	}
	if scan.Unit != "" && (len(scan.Detections) != 1 || scan.Detections[0].Shape != AtPosition) {
		return refuse(CodeOwn, "a fix of an own unit is exactly one detection at a position", "موقع الوحدة الصديقة هو كشف واحد محدد الموقع فقط", hintOwn)
	}
	for i := range scan.Detections {
		if err := CheckDetection(&scan.Detections[i], scan.Origin, sensor); err != nil {
			e := say.As(err)
			named := *e
			named.Text.En = fmt.Sprintf("detection %d: %s", i+1, e.Text.En)
			named.Text.Ar = "الكشف " + say.LTR(fmt.Sprint(i+1)) + ": " + e.Text.Ar
			return &named
		}
	}
	return nil
}

// CheckTime judges a sensor's time against ours.
func CheckTime(observed, now time.Time) error {
	switch d := observed.Sub(now); {
	case observed.IsZero():
		return refuse(CodeNoTime, "no time", "الوقت غير مذكور", hintClock)
	case d > MaxAhead:
		return refuse(CodeAhead, "the time is "+d.Round(time.Millisecond).String()+" ahead of ours",
			"الوقت متقدم على وقتنا بمقدار "+say.LTR(d.Round(time.Millisecond).String()), hintClock)
	case d < -MaxBehind:
		return refuse(CodeOld, "the time is "+(-d).Round(time.Second).String()+" behind ours",
			"الوقت متأخر عن وقتنا بمقدار "+say.LTR((-d).Round(time.Second).String()), hintClock)
	}
	return nil
}

// CheckPosition judges a position: finite, on the Earth, at a possible height.
func CheckPosition(p geo.Position) error {
	if !p.Valid() {
		return geo.ErrPosition
	}
	if !(p.Height >= MinHeight && p.Height <= MaxHeight) {
		return fmt.Errorf("a height of %g m above the ellipsoid is not possible", p.Height)
	}
	return nil
}

// CheckDetection judges one detection made by a sensor at an origin, and fills
// left-out errors from the sensor's registered ones. R is packed as a 3×3
// matrix whatever the shape: 00 01 02 11 12 22.
func CheckDetection(d *Detection, origin geo.Position, s *Sensor) error {
	if err := checkValue(d, origin, s); err != nil {
		return err
	}
	if err := fillErrors(d, s); err != nil {
		return err
	}
	if !positiveDefinite(&d.R, d.Shape.dims()) {
		return refuse(CodeError, "the errors are not a covariance: it must be finite, symmetric and positive definite",
			"قيم الخطأ لا تكوّن مصفوفة تغاير صحيحة", hintErrors)
	}
	if err := checkDoppler(d, s); err != nil {
		return err
	}
	sum := float32(0)
	for _, p := range d.Class {
		if !(p >= 0 && p <= 1) {
			return refuse(CodeClass, fmt.Sprintf("a class probability of %g", p), "احتمال الصنف خارج المجال من صفر إلى واحد", hintClass)
		}
		sum += p
	}
	if sum > 1.001 {
		return refuse(CodeClass, fmt.Sprintf("class probabilities add up to %g", sum), "مجموع احتمالات الأصناف أكبر من واحد", hintClass)
	}
	if !(d.Confidence >= 0 && d.Confidence <= 1) {
		return refuse(CodeClass, fmt.Sprintf("a confidence of %g", d.Confidence), "درجة الثقة خارج المجال من صفر إلى واحد", hintClass)
	}
	if err := checkNode(d, s); err != nil {
		return err
	}
	if len(d.VendorTrack) > maxText || len(d.Report) > maxText {
		return refuse(CodeTextShape, fmt.Sprintf("a track or report id of more than %d bytes", maxText), "معرّف المسار أو التقرير أطول من المسموح", hintID)
	}
	return nil
}

// checkNode judges what is said by or about another fusion node.
func checkNode(d *Detection, s *Sensor) error {
	n := d.Node
	if (n != nil) != (s.Kind == Node) || n != nil && (d.Shape != AtPosition || d.VendorTrack == "") {
		return refuse(CodeNode, "a fusion node reports tracks, each at a position and under an id of its own; no other sensor does",
			"عقدة الدمج ترسل مسارات لكل منها موقع ومعرّف خاص؛ ولا يفعل ذلك أي متحسس آخر", hintNode)
	}
	if n == nil {
		return nil
	}
	if !(math.Hypot(n.VE, n.VN) <= MaxSpeed) || !(n.VarVE >= 0 && n.VarVE <= MaxSpeed*MaxSpeed) || !(n.VarVN >= 0 && n.VarVN <= MaxSpeed*MaxSpeed) {
		return refuse(CodeNode, "a velocity that is not possible", "سرعة غير ممكنة", hintNode)
	}
	if len(n.Lineage) > MaxLineage {
		return refuse(CodeNode, fmt.Sprintf("a lineage of %d sensors and nodes, at most %d are read", len(n.Lineage), MaxLineage), "عدد مصادر المسار أكبر من المسموح", hintNode)
	}
	for _, id := range n.Lineage {
		if id == "" || len(id) > maxText {
			return refuse(CodeNode, "a lineage holds an id that is none", "في مصادر المسار معرّف غير صالح", hintNode)
		}
	}
	return nil
}

func checkValue(d *Detection, origin geo.Position, s *Sensor) error {
	for i, z := range d.Z {
		if math.IsNaN(z) || math.IsInf(z, 0) {
			return refuse(CodeValue, fmt.Sprintf("value %d is not a finite number", i+1), "إحدى القيم ليست عدداً", hintValue)
		}
	}
	if d.Shape != AtPosition && !Placed(origin) {
		return refuse(CodeOrigin, "the sensor's position is not known yet, so its bearings and ranges have no place",
			"موقع المتحسس غير معروف بعد", hintOrigin)
	}
	azimuth, elevation, distance := 0.0, 0.0, 0.0
	switch d.Shape {
	case AtPosition:
		p := geo.Position{Point: geo.Point{Lat: d.Z[0], Lon: d.Z[1]}, Height: d.Z[2]}
		if err := CheckPosition(p); err != nil {
			return refuse(CodeValue, err.Error(), "الموقع غير ممكن", hintPosition)
		}
		if s.MaxRange > 0 && s.Kind != OwnForce && Placed(origin) {
			distance = geo.Distance(origin.Point, p.Point)
		}
	case Bearing:
		azimuth = d.Z[0]
	case BearingElevation:
		azimuth, elevation = d.Z[0], d.Z[1]
	case BearingRange:
		azimuth, distance = d.Z[0], d.Z[1]
	case BearingElevationRange:
		azimuth, elevation, distance = d.Z[0], d.Z[1], d.Z[2]
	case PresenceWithin:
		distance = d.Z[0]
		if distance <= 0 {
			return refuse(CodeValue, "a presence needs a radius above zero", "نصف قطر التحسس يجب أن يكون أكبر من صفر", hintValue)
		}
	default:
		return refuse(CodeShape, fmt.Sprintf("unknown shape %d", d.Shape), "نوع القياس غير معروف", hintValue)
	}
	if math.Abs(azimuth) > 2*math.Pi || math.Abs(elevation) > math.Pi/2 {
		return refuse(CodeValue, fmt.Sprintf("azimuth %g or elevation %g rad is not possible", azimuth, elevation), "الاتجاه أو زاوية الارتفاع غير ممكنة", hintAngle)
	}
	limit := MaxRange
	if s.MaxRange > 0 {
		limit = min(limit, 1.5*s.MaxRange+1000)
	}
	if distance < 0 || distance > limit {
		return refuse(CodeFar, fmt.Sprintf("%.0f m away: this sensor registered a range of %.0f m", distance, s.MaxRange),
			"المسافة خارج المدى المسجل للمتحسس", hintRange)
	}
	return nil
}

// dims is the number of values of a shape that carry an error; PresenceWithin
// is its own error.
func (s Shape) dims() int {
	switch s {
	case Bearing:
		return 1
	case BearingElevation, BearingRange:
		return 2
	case AtPosition, BearingElevationRange:
		return 3
	default:
		return 0
	}
}

// sigmas gives the registered default errors for the values of a shape.
func (s *Sensor) sigmas(shape Shape) [3]float64 {
	switch shape {
	case AtPosition:
		return [3]float64{s.SigmaPosition, s.SigmaPosition, s.SigmaPosition}
	case Bearing:
		return [3]float64{s.SigmaAzimuth}
	case BearingElevation:
		return [3]float64{s.SigmaAzimuth, s.SigmaElevation}
	case BearingRange:
		return [3]float64{s.SigmaAzimuth, s.SigmaRange}
	default:
		return [3]float64{s.SigmaAzimuth, s.SigmaElevation, s.SigmaRange}
	}
}

// diagonal holds the places of the variances in the packed R.
var diagonal = [3]int{0, 3, 5}

func fillErrors(d *Detection, s *Sensor) error {
	registered := s.sigmas(d.Shape)
	for i := range d.Shape.dims() {
		v := &d.R[diagonal[i]]
		if *v < 0 {
			return refuse(CodeError, fmt.Sprintf("the variance of value %d is negative", i+1), "قيمة الخطأ سالبة", hintErrors)
		}
		if *v == 0 {
			if registered[i] == 0 {
				return refuse(CodeNoError, fmt.Sprintf("value %d states no error and the sensor registered none", i+1),
					"لم يذكر الكشف مقدار الخطأ ولا توجد قيمة مسجلة للمتحسس", hintErrors)
			}
			*v = registered[i] * registered[i]
		}
		limit := maxSigmaAngle
		if d.Shape == AtPosition || d.Shape == BearingElevationRange && i == 2 || d.Shape == BearingRange && i == 1 {
			limit = maxSigmaRange
		}
		if !(*v <= limit*limit) {
			return refuse(CodeError, fmt.Sprintf("an error of %g (1σ) for value %d says nothing", math.Sqrt(*v), i+1), "قيمة الخطأ كبيرة إلى حد لا معنى له", hintErrors)
		}
	}
	return nil
}

// positiveDefinite tests the first n rows of a packed 3×3 matrix by Sylvester's
// criterion.
func positiveDefinite(r *[6]float64, n int) bool {
	for _, v := range r {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return false
		}
	}
	if n >= 1 && !(r[0] > 0) {
		return false
	}
	if n >= 2 && !(r[3] > 0 && r[0]*r[3]-r[1]*r[1] > 0) {
		return false
	}
	if n < 3 {
		return true
	}
	det := r[0]*(r[3]*r[5]-r[4]*r[4]) - r[1]*(r[1]*r[5]-r[4]*r[2]) + r[2]*(r[1]*r[4]-r[3]*r[2])
	return det > 0
}

func checkDoppler(d *Detection, s *Sensor) error {
	if d.SigmaDoppler == 0 && d.Doppler != 0 {
		d.SigmaDoppler = s.SigmaDoppler // still 0: the value then does not count
	}
	if !(math.Abs(d.Doppler) <= MaxSpeed) || !(d.SigmaDoppler >= 0 && d.SigmaDoppler <= MaxSpeed) {
		return refuse(CodeValue, fmt.Sprintf("a radial speed of %g ± %g m/s is not possible", d.Doppler, d.SigmaDoppler),
			"السرعة القطرية غير ممكنة", hintValue)
	}
	return nil
}

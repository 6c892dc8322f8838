package sense

import (
	"fmt"
	"math"
	"time"

	"marsad/say"
)

// CheckSensor judges a registration. A position left out is allowed: it may
// come later with a status report, or with every scan.
func CheckSensor(s *Sensor) error {
	if s.ID == "" || len(s.ID) > maxText {
		return sensorField("id", "must have 1 to 128 bytes", "المعرّف مطلوب")
	}
	if len(s.Name) > 2*maxText || len(s.Mount) > maxText || len(s.Link) > maxText || len(s.Unit) > maxText {
		return sensorField("name, mount, link or unit", "is too long", "الاسم أو الوصف أطول من المسموح")
	}
	if int(s.Kind) >= len(kindNames) {
		return sensorField("kind", "is unknown", "نوع المتحسس غير معروف")
	}
	if Placed(s.Position) {
		if err := CheckPosition(s.Position); err != nil {
			return sensorField("position", err.Error(), "الموقع غير ممكن")
		}
	}
	for _, f := range []struct {
		name   string
		v      float64
		lo, hi float64
	}{
		{"min_range", s.MinRange, 0, MaxRange},
		{"max_range", s.MaxRange, 0, MaxRange},
		{"azimuth", s.Azimuth, -2 * math.Pi, 2 * math.Pi},
		{"half_width", s.HalfWidth, 0, 2 * math.Pi},
		{"pd", s.Pd, 0, 1},
		{"clutter", s.Clutter, 0, MaxDetections},
		{"period", s.Period.Seconds(), 0, 3600},
		{"heartbeat", s.Heartbeat.Seconds(), 0, 24 * 3600},
		{"sigma_range", s.SigmaRange, 0, maxSigmaRange},
		{"sigma_azimuth", s.SigmaAzimuth, 0, maxSigmaAngle},
		{"sigma_elevation", s.SigmaElevation, 0, maxSigmaAngle},
		{"sigma_position", s.SigmaPosition, 0, maxSigmaRange},
		{"above", s.Above, 0, MaxHeight},
		{"sigma_above", s.SigmaAbove, 0, MaxHeight},
		{"sigma_doppler", s.SigmaDoppler, 0, MaxSpeed},
	} {
		if !(f.v >= f.lo && f.v <= f.hi) { // NaN compares false
			return sensorField(f.name, fmt.Sprintf("is %g, possible are %g to %g", f.v, f.lo, f.hi), "القيمة خارج المجال الممكن")
		}
	}
	if s.MaxRange > 0 && s.MinRange >= s.MaxRange {
		return sensorField("min_range", "is not below max_range", "أدنى مدى ليس أقل من أقصى مدى")
	}
	if s.Period > 0 && s.Period < 10*time.Millisecond {
		return sensorField("period", "is below 10 ms", "مدة المسح أقصر من المسموح")
	}
	if s.Heartbeat > 0 && s.Heartbeat < 100*time.Millisecond {
		return sensorField("heartbeat", "is below 100 ms", "مدة النبضة أقصر من المسموح")
	}
	return nil
}

func sensorField(name, en, ar string) error {
	return refuse(CodeSensor, "registration: "+name+" "+en, "التسجيل: "+say.LTR(name)+": "+ar, hintSensor)
}

func refuse(code, en, ar string, hint say.Text) error {
	return &say.Error{Code: code, Kind: say.Invalid, Text: say.Text{En: en, Ar: ar}, Hint: hint}
}

var (
	hintID       = say.Text{En: "send it under the sensor's own id, at most 128 bytes", Ar: "أرسله بمعرّف المتحسس نفسه"}
	hintPosition = say.Text{En: "latitude and longitude in degrees, height in metres above the ellipsoid; check their order and units", Ar: "خط العرض والطول بالدرجات والارتفاع بالأمتار؛ دقق الترتيب والوحدات"}
	hintClutter  = say.Text{En: "raise the sensor's threshold", Ar: "ارفع عتبة الكشف في المتحسس"}
	hintOwn      = say.Text{En: "send the unit's fix alone", Ar: "أرسل موقع الوحدة وحده"}
	hintClock    = say.Text{En: "set the sensor's clock to UTC and keep it in step", Ar: "اضبط ساعة المتحسس على التوقيت العالمي"}
	hintValue    = say.Text{En: "send finite numbers in radians and metres", Ar: "أرسل أعداداً محدودة بالراديان والمتر"}
	hintOrigin   = say.Text{En: "send a status report with the sensor's location first", Ar: "أرسل أولاً تقرير حالة فيه موقع المتحسس"}
	hintAngle    = say.Text{En: "check whether degrees were sent as radians", Ar: "دقق هل أُرسلت الدرجات على أنها راديان"}
	hintRange    = say.Text{En: "check the units and the order of coordinates, or register the true range", Ar: "دقق الوحدات وترتيب الإحداثيات أو سجل المدى الحقيقي"}
	hintErrors   = say.Text{En: "state 1σ errors with each detection, or register them for the sensor", Ar: "اذكر مقدار الخطأ مع كل كشف أو سجله للمتحسس"}
	hintNode     = say.Text{En: "register as a fusion node and report tracks with position, object id and velocity", Ar: "سجّل كعقدة دمج وأرسل مسارات بموقع ومعرّف وسرعة"}
	hintClass    = say.Text{En: "probabilities lie in 0 to 1 and add up to at most 1", Ar: "الاحتمالات بين صفر وواحد ومجموعها لا يتجاوز واحداً"}
	hintSensor   = say.Text{En: "mend the registration and send it again", Ar: "صحح التسجيل وأعد إرساله"}
)

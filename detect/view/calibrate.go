package view

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"marsad/geo"
	"marsad/say"
)

// Mark is a place in the world and the pixel where it was seen.
type Mark struct {
	X, Y float64 // pixels
	// Sigma is 1σ of X and Y in pixels; zero takes the camera's own.
	Sigma float64
	// At is the place, with the height that was clicked: the ground, or the
	// top of a tower.
	At geo.Position
	// Error is 1σ of the place, in metres each way.
	Error float64
	// East and North are the velocity in m/s of a mark that walked: with them
	// a clock that runs apart can be told from a direction that is wrong.
	East, North float64
	// Name is for people.
	Name string
}

// Hold says what calibration leaves as it is registered.
type Hold struct{ Azimuth, Tilt, Roll, HFOV, Clock bool }

// Residual is how far a mark lies from where the calibrated camera shows it.
type Residual struct {
	Mark Mark
	// DX, DY are measured minus computed, in pixels; NaN where the calibrated
	// camera does not see the mark at all.
	DX, DY float64
	// Doubtful marks lie further off than their errors explain: a wrong click,
	// or a wrong map.
	Doubtful bool
}

// Calibration is what came out.
type Calibration struct {
	// Camera is the calibrated one; its pose covariance is that of the fit.
	Camera Camera
	// Before and After are root mean squares of the residuals in pixels.
	Before, After float64
	// Clock is by how many seconds the camera's time runs ahead of the
	// patrol's; zero where no mark walked, or it was held. SigmaClock is its 1σ.
	Clock, SigmaClock float64
	Residuals         []Residual
}

// The largest 1σ with which a calibrated angle is of any use, in radians, and
// of the clock in seconds. Beyond, the geometry cannot tell.
var cannotTell = [5]float64{geo.Radians(1), geo.Radians(0.5), geo.Radians(3), math.Inf(1), 3}

var paramNames = [5]say.Text{
	{En: "azimuth", Ar: "السمت"}, {En: "tilt", Ar: "الميل"}, {En: "roll", Ar: "الدوران"},
	{En: "field of view", Ar: "زاوية الرؤية"}, {En: "clock", Ar: "الساعة"},
}

// Calibrate finds azimuth, tilt, roll and horizontal field of view of a camera
// from marks, by least squares on the residuals in pixels: Levenberg (1944)
// and Marquardt (1963), with Huber's (1964) weights so that one wrong click
// does not turn the camera. Position and mast are taken as registered, a
// moving head as standing where PTZ says.
//
// It refuses with a *say.Error when there are too few marks, when the marks
// stand so that an angle cannot be told from another (in one spot, for roll),
// or when nothing fits.
func Calibrate(c Camera, marks []Mark, hold Hold) (*Calibration, error) {
	if _, err := New(c); err != nil {
		return nil, err
	}
	f := newFit(c, marks, hold)
	if err := f.enough(); err != nil {
		return nil, err
	}
	before := f.rms(f.start())
	best, cost := [5]float64{}, math.Inf(1)
	for _, p := range f.starts() {
		if q, v := f.solve(p); v < cost {
			best, cost = q, v
		}
	}
	if math.IsInf(cost, 1) {
		return nil, refusal("no direction of the camera shows these marks where they were clicked",
			"لا يوجد اتجاه للكاميرا يُظهر هذه النقاط حيث نُقرت", "check the marks' places and the camera's position", "تحقق من مواقع النقاط وموقع الكاميرا")
	}
	cov, err := f.covariance(best)
	if err != nil {
		return nil, err
	}
	return f.result(best, cov, before)
}

// refusal is a *say.Error with the code of calibration.
func refusal(en, ar, hintEn, hintAr string) error {
	return &say.Error{Code: "view.calibration", Kind: say.Invalid, Text: say.Text{En: en, Ar: ar}, Hint: say.Text{En: hintEn, Ar: hintAr}}
}

// enough refuses marks that cannot carry the free parameters.
func (f *fit) enough() error {
	for i, m := range f.marks {
		if math.IsNaN(m.X+m.Y+m.At.Height) || math.IsInf(m.X+m.Y+m.At.Height, 0) || !m.At.Valid() {
			return refusal(fmt.Sprintf("mark %d has no pixel or no place", i+1), "إحدى النقاط بلا بكسل أو بلا موقع", "remove it or set it again", "احذفها أو حددها من جديد")
		}
	}
	// Each mark gives two numbers. One mark more than the least there is shows
	// whether they agree.
	need := (len(f.free)+1)/2 + 1
	if len(f.marks) < need {
		return refusal(fmt.Sprintf("%d marks are too few for what is to be found", len(f.marks)), "عدد النقاط أقل مما يلزم",
			fmt.Sprintf("set at least %d, spread over the picture", need), "حدد نقاطاً أكثر موزعة على الصورة")
	}
	return nil
}

func (f *fit) result(p [5]float64, cov [5][5]float64, before float64) (*Calibration, error) {
	v, clock, err := f.view(p)
	if err != nil {
		return nil, err
	}
	c := v.camera
	// The registered errors stay for what was held.
	for i := range 4 {
		for j := range 4 {
			if f.isFree(i) || f.isFree(j) {
				c.Sure.Pose[i][j] = cov[i][j]
			}
		}
	}
	out := &Calibration{Camera: c, Before: before, After: f.rms(p), Clock: clock, SigmaClock: math.Sqrt(cov[4][4])}
	for i, m := range f.marks {
		dx, dy, sigma := f.residual(v, clock, i)
		r := Residual{Mark: m, DX: dx, DY: dy}
		r.Doubtful = !(math.Hypot(dx, dy) <= 3.5*sigma)
		out.Residuals = append(out.Residuals, r)
	}
	doubtful := 0
	for _, r := range out.Residuals {
		if r.Doubtful {
			doubtful++
		}
	}
	if 2*doubtful > len(out.Residuals) {
		return nil, refusal(fmt.Sprintf("%d of %d marks lie further off than their errors explain (%.1f pixels root mean square)", doubtful, len(out.Residuals), out.After),
			"أكثر من نصف النقاط بعيدة عن مواضعها أكثر مما تفسره أخطاؤها", "check the camera's position and mast, and that marks and clicks belong together", "تحقق من موقع الكاميرا وساريتها ومن تطابق النقاط مع النقرات")
	}
	return out, nil
}

// covariance inverts the normal matrix at the solution and refuses what it
// shows cannot be told.
func (f *fit) covariance(p [5]float64) ([5][5]float64, error) {
	var out [5][5]float64
	n, _, _, ok := f.normal(p)
	if !ok {
		return out, errors.New("view: the solution cannot be evaluated")
	}
	k := len(f.free)
	inverse, regular := invert(n, k)
	var unclear []say.Text
	for a, i := range f.free {
		limit := cannotTell[i]
		if i == 3 {
			limit = 0.05 * p[3] // a twentieth of the field of view
		}
		if !regular || !(math.Sqrt(inverse[a][a]) <= limit) {
			unclear = append(unclear, paramNames[i])
		}
		for b, j := range f.free {
			out[i][j] = inverse[a][b]
		}
	}
	if len(unclear) == 0 {
		return out, nil
	}
	var en, ar []string
	for _, t := range unclear {
		en, ar = append(en, t.En), append(ar, t.Ar)
	}
	return out, refusal("these marks cannot tell "+strings.Join(en, ", "), "لا يمكن لهذه النقاط أن تحدد "+strings.Join(ar, "، "),
		"spread the marks to the sides, near and far, or hold what is known", "وزّع النقاط على الجانبين قريباً وبعيداً، أو ثبّت ما هو معلوم")
}

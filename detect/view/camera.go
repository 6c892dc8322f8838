package view

import (
	"fmt"
	"math"

	"marsad/geo"
	"marsad/say"
)

// Camera is how a camera stands and looks.
type Camera struct {
	// Foot is the ground below the camera, Mast its height above it in metres.
	Foot geo.Position
	Mast float64
	// Azimuth, Tilt and Roll direct the optical axis, or the mount of a camera
	// that pans, with PTZ at zero. Radians.
	Azimuth, Tilt, Roll float64
	// Width and Height of the picture in pixels.
	Width, Height int
	// HFOV and VFOV are the full angles of view across the middle of the
	// picture, in radians, before distortion. VFOV zero means square pixels.
	HFOV, VFOV float64
	// Lens is optional.
	Lens Lens
	// PTZ is where the head of a moving camera points at this moment.
	PTZ PTZ
	// Refraction is the ratio of the Earth's radius to that of a ray of light:
	// zero for straight rays, 0.13 for the mean atmosphere over land (Gauss).
	// It must be that of the ground the rays are sent to. At 10 km the two
	// differ by 0.1 mrad, 1 m of height.
	Refraction float64
	// Reach bounds the search for the ground in metres; zero means 30 km.
	Reach float64
	// Sure says how well all this is known.
	Sure Uncertainty
}

// Lens is the radial distortion of Brown (1966) in the normalised picture,
// r' = r·(1 + K1·r² + K2·r⁴), and the offset of the optical axis from the
// middle of the picture in pixels.
type Lens struct {
	K1, K2           float64
	OffsetX, OffsetY float64
}

// PTZ is the state of a head that turns: pan clockwise and tilt up in the
// frame of its mount, in radians. HFOV is the field of view at this zoom; zero
// leaves the camera's own.
type PTZ struct{ Pan, Tilt, HFOV float64 }

// Uncertainty is 1σ of what a camera's registration says. Zeros are replaced
// by those of Assumed.
type Uncertainty struct {
	// Pose is the covariance of azimuth, tilt, roll and horizontal field of
	// view in rad².
	Pose PoseCov
	// East, North and Up are of the camera's position, Ground of the height of
	// the ground, all in metres.
	East, North, Up, Ground float64
	// Pixel is of a measured point in the picture, in pixels.
	Pixel float64
}

// PoseCov is a covariance over azimuth, tilt, roll and horizontal field of
// view, in rad².
type PoseCov [4][4]float64

// Independent makes the covariance of errors that have nothing to do with one
// another, from their 1σ in radians.
func Independent(azimuth, tilt, roll, hfov float64) (c PoseCov) {
	for i, s := range [4]float64{azimuth, tilt, roll, hfov} {
		c[i][i] = s * s
	}
	return c
}

// assumed is the uncertainty of a camera that was set up with compass and
// level and never calibrated: 1° of azimuth, a quarter of a degree of tilt,
// half a degree of roll, 2 % of a 10° field; 5 m and 2 m of position; 5 m of
// ground, about that of a global elevation model (Copernicus GLO-30: below
// 4 m LE90 by its handbook, 2020); one pixel and a half.
var assumed = Uncertainty{
	Pose: Independent(geo.Radians(1), geo.Radians(0.25), geo.Radians(0.5), geo.Radians(0.2)),
	East: 5, North: 5, Up: 2, Ground: 5, Pixel: 1.5,
}

// Assumed gives the uncertainty of a camera set up with compass and level.
func Assumed() Uncertainty { return assumed }

const (
	defaultReach = 30e3
	earth        = 6371e3 // mean radius in metres, for bending of rays only
)

// View is a camera made ready: it answers for pixels. It is a value of its
// own and safe for many readers.
type View struct {
	camera               Camera
	at                   geo.Position // of the lens
	frame                geo.Frame    // at the lens
	right, down, forward geo.ENU      // of the camera, in frame
	fx, fy, cx, cy       float64      // pixels
	limit                float64      // greatest undistorted radius in use
}

// New makes a camera ready. It refuses what cannot be with a *say.Error.
func New(c Camera) (*View, error) {
	if err := check(&c); err != nil {
		return nil, err
	}
	v := &View{camera: c}
	v.at = geo.Position{Point: c.Foot.Point, Height: c.Foot.Height + c.Mast}
	v.frame = geo.NewFrame(v.at)
	v.right, v.down, v.forward = axes(c.Azimuth, c.Tilt, c.Roll, c.PTZ)
	v.fx, v.fy, v.cx, v.cy = optics(&c, c.field())
	v.limit = 1.5 * corner(&c)
	return v, nil
}

// Camera gives back what the view was made from, with defaults filled.
func (v *View) Camera() Camera { return v.camera }

// At is where the lens is.
func (v *View) At() geo.Position { return v.at }

// field is the horizontal field of view at the present zoom.
func (c *Camera) field() float64 {
	if c.PTZ.HFOV > 0 {
		return c.PTZ.HFOV
	}
	return c.HFOV
}

// optics gives focal lengths and the principal point in pixels.
func optics(c *Camera, hfov float64) (fx, fy, cx, cy float64) {
	fx = float64(c.Width) / 2 / math.Tan(hfov/2)
	fy = fx
	if c.VFOV > 0 {
		// The shape of a pixel is the camera's own and does not change by zoom.
		shape := float64(c.Height) / 2 / math.Tan(c.VFOV/2) / (float64(c.Width) / 2 / math.Tan(c.HFOV/2))
		fy = fx * shape
	}
	return fx, fy, float64(c.Width-1)/2 + c.Lens.OffsetX, float64(c.Height-1)/2 + c.Lens.OffsetY
}

// corner is the distance of the furthest corner from the axis in the
// normalised picture.
func corner(c *Camera) float64 {
	fx, fy, _, _ := optics(c, c.field())
	return math.Hypot((float64(c.Width)/2+math.Abs(c.Lens.OffsetX))/fx, (float64(c.Height)/2+math.Abs(c.Lens.OffsetY))/fy)
}

// axes gives the camera's right, down and forward in east, north, up.
func axes(azimuth, tilt, roll float64, ptz PTZ) (right, down, forward geo.ENU) {
	sa, ca := math.Sincos(azimuth)
	st, ct := math.Sincos(tilt)
	forward = geo.ENU{E: sa * ct, N: ca * ct, U: st}
	right = geo.ENU{E: ca, N: -sa}
	down = cross(forward, right)
	right, down = turn(right, down, roll)
	if ptz.Pan != 0 || ptz.Tilt != 0 {
		forward, right = turn(forward, right, ptz.Pan)
		down, forward = turn(down, forward, ptz.Tilt)
	}
	return right, down, forward
}

// turn rotates two axes in their plane, the first towards the second.
func turn(a, b geo.ENU, angle float64) (geo.ENU, geo.ENU) {
	s, c := math.Sincos(angle)
	return add(scale(a, c), scale(b, s)), add(scale(b, c), scale(a, -s))
}

func check(c *Camera) error {
	bad := func(en, ar string) error {
		return &say.Error{Code: "view.camera", Kind: say.Invalid,
			Text: say.Text{En: "this camera cannot be: " + en, Ar: "لا يمكن أن تكون هذه الكاميرا: " + ar},
			Hint: say.Text{En: "correct the camera's registration", Ar: "صحّح تسجيل الكاميرا"}}
	}
	for _, f := range []float64{c.Azimuth, c.Tilt, c.Roll, c.Foot.Height, c.Mast, c.VFOV, c.Refraction, c.Reach,
		c.Lens.K1, c.Lens.K2, c.Lens.OffsetX, c.Lens.OffsetY, c.PTZ.Pan, c.PTZ.Tilt, c.PTZ.HFOV} {
		if math.IsNaN(f) || math.IsInf(f, 0) {
			return bad("a number is not finite", "أحد الأرقام غير محدود")
		}
	}
	wide := geo.Radians(170)
	switch {
	case !c.Foot.Valid():
		return bad("its position is not on the Earth", "موقعها ليس على الأرض")
	case c.Width < 2 || c.Height < 2 || c.Width > 1<<15 || c.Height > 1<<15:
		return bad(fmt.Sprintf("a picture of %d×%d pixels", c.Width, c.Height), "أبعاد الصورة بالبكسل غير معقولة")
	case !(c.HFOV > 1e-5 && c.HFOV < wide) || c.VFOV < 0 || c.VFOV >= wide || c.PTZ.HFOV < 0 || c.PTZ.HFOV >= wide:
		return bad("its field of view lies outside 0 to 170°", "زاوية الرؤية خارج المجال من صفر إلى 170°")
	case c.Mast < 0 || c.Mast > 10e3:
		return bad("a mast below the ground or above 10 km", "ارتفاع السارية تحت الأرض أو فوق 10 كم")
	case math.Abs(c.Refraction) > 1 || c.Reach < 0:
		return bad("refraction outside ±1 or a negative reach", "معامل الانكسار خارج المجال ±1 أو مدى سالب")
	}
	r := 1.5 * corner(c)
	folds := r*(1+c.Lens.K1*r*r+c.Lens.K2*r*r*r*r) < corner(c)
	for i := 1; i <= 32; i++ {
		q := r * r * float64(i*i) / (32 * 32)
		folds = folds || 1+3*c.Lens.K1*q+5*c.Lens.K2*q*q <= 0
	}
	if folds {
		return bad("its lens folds the picture over itself", "تشويه العدسة يطوي الصورة على نفسها")
	}
	if c.Reach == 0 {
		c.Reach = defaultReach
	}
	if c.Sure.Pose == (PoseCov{}) {
		c.Sure.Pose = assumed.Pose
	}
	for _, f := range []struct{ v, d *float64 }{{&c.Sure.East, &assumed.East}, {&c.Sure.North, &assumed.North},
		{&c.Sure.Up, &assumed.Up}, {&c.Sure.Ground, &assumed.Ground}, {&c.Sure.Pixel, &assumed.Pixel}} {
		if !(*f.v > 0) {
			*f.v = *f.d
		}
	}
	return nil
}

func add(a, b geo.ENU) geo.ENU           { return geo.ENU{E: a.E + b.E, N: a.N + b.N, U: a.U + b.U} }
func scale(a geo.ENU, k float64) geo.ENU { return geo.ENU{E: a.E * k, N: a.N * k, U: a.U * k} }
func dot(a, b geo.ENU) float64           { return a.E*b.E + a.N*b.N + a.U*b.U }
func cross(a, b geo.ENU) geo.ENU {
	return geo.ENU{E: a.N*b.U - a.U*b.N, N: a.U*b.E - a.E*b.U, U: a.E*b.N - a.N*b.E}
}
func unit(a geo.ENU) geo.ENU { return scale(a, 1/math.Sqrt(dot(a, a))) }

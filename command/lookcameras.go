package command

import (
	"context"
	"fmt"
	"math"
	"os"
	"time"

	"marsad/adapter/thermal"
	"marsad/app"
	"marsad/engine/config"
	"marsad/geo"
	"marsad/say"
	"marsad/sense"
)

// Online tries what a configuration names.
type Online struct {
	Online bool          `help:"Ask each thermal camera for a picture, and each head that turns where it points."`
	Limit  time.Duration `default:"15s" help:"How long one camera may take with --online."`
}

// apart is by how many metres a camera's foot may differ from the elevation
// files before somebody should look: three times the error of a global model.
const apart = 15.0

// lookAtCameras looks at ffmpeg, at each camera's file, at the dwellings and at
// the ground below, and with online at the cameras themselves.
func lookAtCameras(ctx context.Context, conf config.Config, o Online) (found []finding) {
	if len(conf.Cameras) == 0 {
		return []finding{well("no thermal camera is configured", "لا توجد كاميرا حرارية في الإعدادات")}
	}
	path, version, err := thermal.FFmpeg(ctx)
	if err != nil {
		found = append(found, sick(err))
	} else {
		found = append(found, well("ffmpeg "+version+" is at "+path, "برنامج ffmpeg موجود: "+say.LTR(version+" "+path)))
	}
	ground, done := groundOf(conf)
	defer done()
	whole := true
	for i, x := range conf.Cameras {
		b, err := os.ReadFile(x.File)
		if err != nil {
			found = append(found, mend(fmt.Sprintf("cameras[%d]: its file %s cannot be read (%v)", i, x.File, err), "تعذرت قراءة ملف الكاميرا "+say.LTR(x.File),
				"correct the path or its owner", "صحح المسار أو مالك الملف"))
			whole = false
			continue
		}
		camera, err := thermal.ReadCamera(b)
		if err != nil {
			f := sick(err)
			f.what = say.Text{En: x.File + ": " + f.what.En, Ar: say.LTR(x.File) + ": " + f.what.Ar}
			found, whole = append(found, f), false
			continue
		}
		found = append(found, well(fmt.Sprintf("camera %s: %s is good: looks to %.0f° across %.1f°, as far as %.0f m", camera.ID, x.File, camera.Azimuth, camera.FieldOfView.Horizontal, camera.Range),
			fmt.Sprintf("الكاميرا %s: ملفها سليم: تنظر إلى السمت %.0f° بزاوية %.1f° ومدى %.0f م", say.LTR(camera.ID), camera.Azimuth, camera.FieldOfView.Horizontal, camera.Range)))
		found = append(found, lookAtFoot(camera, ground)...)
		if camera.Onvif.PasswordFile != "" {
			if f := lookAtFile(say.Text{En: "ONVIF password of " + camera.ID, Ar: "كلمة مرور ONVIF للكاميرا " + say.LTR(camera.ID)}, camera.Onvif.PasswordFile); !f.well {
				found = append(found, f)
			}
		}
		if o.Online {
			found = append(found, tryCamera(ctx, camera, x.Input, o.Limit)...)
		}
	}
	if whole {
		if _, dwellings, err := app.Cameras(conf); err != nil {
			found = append(found, sick(err))
		} else if conf.Dwellings != "" {
			found = append(found, well(fmt.Sprintf("%d dwellings are masked, from %s", len(dwellings), conf.Dwellings), fmt.Sprintf("المساكن المحجوبة: %d، من %s", len(dwellings), say.LTR(conf.Dwellings))))
		}
	}
	return found
}

func groundOf(conf config.Config) (around func(geo.Point, float64) sense.Ground, done func()) {
	g, err := app.Ground(conf.Terrain)
	if err != nil {
		return nil, func() {} // the configuration's own check says so
	}
	return app.GroundAround(g), func() { g.Close() }
}

// lookAtFoot compares the height in a camera's file with the ground there.
func lookAtFoot(c thermal.Camera, around func(geo.Point, float64) sense.Ground) []finding {
	ground, assumed := c.Ground(around)
	h, known := ground.Height(geo.Point{Lat: c.Position.Lat, Lon: c.Position.Lon})
	if assumed {
		return []finding{well("camera "+c.ID+": its ground is taken for flat at its foot, and marked assumed: no elevation files know it, or they put its lens below the ground",
			"الكاميرا "+say.LTR(c.ID)+": تُفترض أرضها مستوية عند قدمها وتُعلَّم مفترضة: لا تعرفها ملفات الارتفاع أو أن عدستها تحت الأرض بحسبها")}
	}
	if !known || math.Abs(h-c.Position.Height) <= apart {
		return nil
	}
	return []finding{mend(fmt.Sprintf("camera %s: its file puts its foot at %.0f m, the elevation files at %.0f m above the ellipsoid", c.ID, c.Position.Height, h),
		fmt.Sprintf("الكاميرا %s: ملفها يضع قدمها على ارتفاع %.0f م وملفات الارتفاع على %.0f م", say.LTR(c.ID), c.Position.Height, h),
		"heights are above the WGS 84 ellipsoid, about 15 to 20 m above sea level's figures here; correct position.height", "الارتفاعات فوق مجسم "+say.LTR("WGS 84")+"؛ صحح "+say.LTR("position.height"))}
}

func tryCamera(ctx context.Context, c thermal.Camera, input string, limit time.Duration) (found []finding) {
	t, err := thermal.Try(ctx, input, c, limit)
	if err != nil {
		f := sick(err)
		f.what = say.Text{En: "camera " + c.ID + ": " + f.what.En, Ar: "الكاميرا " + say.LTR(c.ID) + ": " + f.what.Ar}
		found = append(found, f)
	} else {
		found = append(found, well(fmt.Sprintf("camera %s: a picture of %d×%d came after %.1f s", c.ID, t.Width, t.Height, t.After.Seconds()),
			fmt.Sprintf("الكاميرا %s: وصلت صورة %d×%d بعد %.1f ث", say.LTR(c.ID), t.Width, t.Height, t.After.Seconds())))
	}
	if c.Onvif.Address == "" {
		return found
	}
	if clock, err := c.Clock(ctx, limit); err == nil { // a camera that does not say it is told by its head below
		said := clockSaid(clock)
		said = say.Text{En: "camera " + c.ID + ": " + said.En, Ar: "الكاميرا " + say.LTR(c.ID) + ": " + said.Ar}
		if clock.Wrong() {
			found = append(found, mend(said.En, said.Ar, clockHint.En, clockHint.Ar))
		} else {
			found = append(found, well(said.En, said.Ar))
		}
	}
	pan, tilt, err := c.Where(ctx, limit)
	if err != nil {
		f := sick(err)
		f.what = say.Text{En: "camera " + c.ID + ", its head: " + f.what.En, Ar: "رأس الكاميرا " + say.LTR(c.ID) + ": " + f.what.Ar}
		return append(found, f)
	}
	return append(found, well(fmt.Sprintf("camera %s: its head says where it points: pan %.1f°, tilt %.1f°", c.ID, pan, tilt),
		fmt.Sprintf("الكاميرا %s: رأسها يذكر اتجاهه: دوران %.1f° وميل %.1f°", say.LTR(c.ID), pan, tilt)))
}

func lookAtFile(what say.Text, path string) finding {
	if path == "" {
		return well("no "+what.En+" is configured", what.Ar+": غير محددة في الإعدادات")
	}
	f, err := os.Open(path)
	if err != nil {
		return mend(fmt.Sprintf("%s %s cannot be read (%v)", what.En, path, err), what.Ar+": تعذرت قراءة "+say.LTR(path), "correct the path or its owner", "صحح المسار أو مالك الملف")
	}
	f.Close()
	return well(what.En+" "+path+" can be read", what.Ar+": تمكن قراءة "+say.LTR(path))
}

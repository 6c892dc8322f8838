package thermal

import (
	"fmt"
	"math"

	"marsad/geo"
	"marsad/say"
)

// pointing turns a place into the values of a camera's position space: the
// azimuth from the camera less that of its mount, and the elevation less its
// tilt, in degrees, divided by what a value of 1 means.
func (c *Camera) pointing(at geo.Position) (pan, tilt float64, err error) {
	lens := geo.Position{Point: geo.Point{Lat: c.Position.Lat, Lon: c.Position.Lon}, Height: c.Position.Height + c.Mast}
	frame := geo.NewFrame(lens)
	to := frame.ToENU(at)
	flat := math.Hypot(to.E, to.N)
	if flat < 1 {
		return 0, 0, cannotLook("the point lies below the camera itself", "النقطة تحت الكاميرا نفسها")
	}
	pan = geo.Degrees(geo.WrapPi(math.Atan2(to.E, to.N)-geo.Radians(c.Azimuth))) / c.Onvif.Pan
	tilt = (geo.Degrees(math.Atan2(to.U, flat)) - c.Tilt) / c.Onvif.Tilt
	if limit := c.Onvif.most(); math.Abs(pan) > limit || math.Abs(tilt) > limit {
		return 0, 0, cannotLook(fmt.Sprintf("the head does not turn so far: pan %.2f, tilt %.2f of ±%.0f", pan, tilt, limit), "لا يدور رأس الكاميرا إلى هذا الحد")
	}
	return pan, tilt, nil
}

// most is the largest value of the position space: 1 for the generic one,
// where a value of 1 means many degrees, and the degrees themselves where 1
// means one degree.
func (o *Onvif) most() float64 {
	if o.Pan == 1 && o.Tilt == 1 {
		return 180
	}
	return 1
}

func cannotLook(en, ar string) error {
	return &say.Error{Code: "thermal.cannot_look", Kind: say.Conflict, Text: say.Text{En: en, Ar: ar},
		Hint: say.Text{En: "choose another camera", Ar: "اختر كاميرا أخرى"}}
}

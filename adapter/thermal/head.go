package thermal

import (
	"cmp"
	"fmt"
	"math"

	"marsad/geo"
	"marsad/say"
)

// pointing turns a place into the values of a camera's position space: the
// azimuth from the camera less that of its mount, and the elevation less its
// tilt, in degrees, divided by what a value of 1 means. A head that counts from 0 to
// a full turn is sent there the other way round.
func (c *Camera) pointing(at geo.Position, reach Reach) (pan, tilt float64, err error) {
	lens := geo.Position{Point: geo.Point{Lat: c.Position.Lat, Lon: c.Position.Lon}, Height: c.Position.Height + c.Mast}
	frame := geo.NewFrame(lens)
	to := frame.ToENU(at)
	flat := math.Hypot(to.E, to.N)
	if flat < 1 {
		return 0, 0, cannotLook("the point lies below the camera itself", "النقطة تحت الكاميرا نفسها")
	}
	pan = geo.Degrees(geo.WrapPi(math.Atan2(to.E, to.N)-geo.Radians(c.Azimuth))) / c.Onvif.Pan
	tilt = (geo.Degrees(math.Atan2(to.U, flat)) - c.Tilt) / c.Onvif.Tilt
	most := Span{-c.Onvif.most(), c.Onvif.most()}
	pans, tilts := cmp.Or(reach.Pan, most), cmp.Or(reach.Tilt, most)
	turn := math.Abs(360 / c.Onvif.Pan)
	for _, p := range []float64{pan, pan + turn, pan - turn} {
		if pans.holds(p) && tilts.holds(tilt) {
			return p, tilt, nil
		}
	}
	return 0, 0, cannotLook(fmt.Sprintf("the head does not turn so far: pan %.2f of %g to %g, tilt %.2f of %g to %g", pan, pans.Min, pans.Max, tilt, tilts.Min, tilts.Max), "لا يدور رأس الكاميرا إلى هذا الحد")
}

func (s Span) holds(v float64) bool { return s.Min <= v && v <= s.Max }

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

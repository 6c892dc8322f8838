package command

import (
	"net"

	"marsad/adapter/thermal"
	"marsad/geo"
	"marsad/say"
	"marsad/sim"
	"marsad/sim/video"
)

// demoCameras are the simulated thermal cameras as Marsad watches them: their
// pictures come over HTTP from the simulator, as from a camera in the network.
func demoCameras(e *sim.Estate, from string) (live []thermal.Live) {
	for _, c := range video.Cameras(e) {
		x := thermal.Camera{ID: c.ID, Name: c.Name, Mast: c.Mast,
			Position: thermal.Position{Lat: c.Foot.Lat, Lon: c.Foot.Lon, Height: c.Foot.Height, Error: 1},
			Azimuth:  geo.Degrees(c.Azimuth), Tilt: geo.Degrees(c.Tilt), FieldOfView: thermal.FieldOfView{Horizontal: geo.Degrees(c.Field)},
			// One that was calibrated.
			Errors: thermal.Errors{Azimuth: 0.05, Tilt: 0.02, Roll: 0.05, Field: 0.02, Pixel: 1.5},
			FPS:    video.FPS, Range: 4000, Mount: c.Mount, Link: c.Link, Simulated: true}
		for _, h := range c.Homes {
			m := thermal.Mask{Name: h.Name}
			for _, p := range h.Outline {
				m.Ground = append(m.Ground, [2]float64{p.Lat, p.Lon})
			}
			x.Masks = append(x.Masks, m)
		}
		live = append(live, thermal.Live{Camera: x.WithDefaults(), Input: from + "/" + c.ID + ".mjpg"})
	}
	return live
}

// freePort is an address on this machine that nobody listens on now.
func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", &say.Error{Code: "demo.port", Kind: say.Unavailable, Cause: err,
			Text: say.Text{En: "no port is free on this machine", Ar: "لا يوجد منفذ متاح على هذا الجهاز"},
			Hint: say.Text{En: "end other programs and try again", Ar: "أنهِ برامج أخرى ثم أعد المحاولة"}}
	}
	defer l.Close()
	return l.Addr().String(), nil
}

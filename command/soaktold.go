package command

import (
	"fmt"
	"io"
	"maps"
	"math"
	"slices"

	"marsad/adapter/thermal"
	"marsad/detect"
	"marsad/detect/class"
	"marsad/detect/scene"
	"marsad/geo"
)

// chain takes a scene's pictures the way that those of a camera go: detector,
// place on the ground, class.
type chain struct {
	follower
	told   []detect.Mover
	called called
}

func newChain(width, height int) (*chain, error) {
	judge, err := class.New()
	if err != nil {
		return nil, err
	}
	return &chain{follower: follower{camera: sceneCamera(width, height), ground: scene.Ground(), judge: judge}, called: called{}}, nil
}

// tells gives the movers of the newest frame as a person is told of them: what
// the class track takes for a bird counts as not declared for as long.
func (c *chain) tells(movers []detect.Mover) []detect.Mover {
	c.told = c.told[:0]
	for _, m := range movers {
		if m.Declared {
			rank := c.classes.Rank(m.ID)
			kind, _ := rank.Best()
			m.Declared = kind != class.Bird
		}
		c.told = append(c.told, m)
	}
	return c.told
}

// sceneCamera is the file that the camera of a scene would have.
func sceneCamera(width, height int) thermal.Camera {
	c := scene.Camera(width, height)
	sigma := func(i int) float64 { return geo.Degrees(math.Sqrt(c.Sure.Pose[i][i])) }
	return thermal.Camera{ID: "soak",
		Position: thermal.Position{Lat: c.Foot.Lat, Lon: c.Foot.Lon, Height: c.Foot.Height, Error: c.Sure.East},
		Mast:     c.Mast, Azimuth: geo.Degrees(c.Azimuth), Tilt: geo.Degrees(c.Tilt), Roll: geo.Degrees(c.Roll),
		FieldOfView: thermal.FieldOfView{Horizontal: geo.Degrees(c.HFOV)},
		Errors:      thermal.Errors{Azimuth: sigma(0), Tilt: sigma(1), Roll: sigma(2), Field: sigma(3), Pixel: c.Sure.Pixel}}.WithDefaults()
}

// alarms prints the false alarms: declared movers that were no thing, and those
// of them that a person was told of as something else than a bird.
func (c *SoakCmd) alarms(w io.Writer, s soaked) {
	days := s.Judged.Hours() / 24
	perDay := func(n int) string {
		if days <= 0 {
			return "–"
		}
		return fmt.Sprintf("%.1f", float64(n)/days)
	}
	fmt.Fprintf(w, "false alarms: %d declared movers in %d bursts, %s and %s per camera-day\n", len(s.Alarms), s.Bursts, perDay(len(s.Alarms)), perDay(s.Bursts))
	fmt.Fprintf(w, "told of as something else than a bird: %d in %d bursts, %s and %s per camera-day\n",
		len(s.Told.Alarms), s.Told.Bursts, perDay(len(s.Told.Alarms)), perDay(s.Told.Bursts))
	causes, told := s.ByCause(), s.Told.ByCause()
	for n := range told {
		causes[n] += 0
	}
	for _, n := range slices.Sorted(maps.Keys(causes)) {
		fmt.Fprintf(w, "  %-12s %5d  %8s per camera-day, told %5d  %8s\n", n, causes[n], perDay(causes[n]), told[n], perDay(told[n]))
	}
	if !c.Verbose {
		return
	}
	for _, a := range s.Alarms {
		fmt.Fprintf(w, "false alarm %s %s at %d,%d %d×%d, %d pixels, called %s\n", a.At.Format("15:04:05.0"), a.Cause, a.Box.X, a.Box.Y, a.Box.W, a.Box.H, a.Area, s.Called[a.Mover].Last)
	}
}

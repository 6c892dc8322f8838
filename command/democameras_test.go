package command

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"math"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"marsad/border"
	"marsad/detect/view"
	"marsad/geo"
	"marsad/sense"
	"marsad/sim"
	"marsad/sim/video"
)

// pictureOf gives the first picture of a camera that stands in a moment.
func pictureOf(t *testing.T, cameras []video.Camera, id string, m *sim.Moment) *image.Gray {
	t.Helper()
	studio := video.New(cameras, 1, func() time.Time { return m.At })
	studio.Show(m)
	server := httptest.NewServer(studio)
	defer server.Close()
	r, err := http.Get(server.URL + "/" + id + ".mjpg")
	if err != nil || r.StatusCode != http.StatusOK {
		t.Fatal(r, err)
	}
	defer r.Body.Close()
	part, err := multipart.NewReader(r.Body, "picture").NextPart()
	if err != nil {
		t.Fatal(err)
	}
	var n int64
	if _, err := fmt.Sscan(part.Header.Get("Content-Length"), &n); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if _, err := io.CopyN(&b, part, n); err != nil {
		t.Fatal(err)
	}
	im, err := jpeg.Decode(&b)
	if err != nil {
		t.Fatal(err)
	}
	return im.(*image.Gray)
}

// What the simulator draws stands where the cameras' files, read by the part
// that looks at pictures, say that it stands: the two share no code.
func TestSimulatedCamerasStandWhereTheirFilesSay(t *testing.T) {
	estate := wholeEstate()
	cameras := video.Cameras(estate)
	live := demoCameras(estate, "http://camera.invalid")
	if len(live) != 2 || len(live) != len(cameras) {
		t.Fatalf("%d cameras, %d watched", len(cameras), len(live))
	}
	at := time.Unix(1_773_000_000, 0).UTC()
	for i, c := range cameras {
		file := live[i].Camera
		if !file.Simulated || file.Link == "" || len(file.Masks) == 0 {
			t.Errorf("%s: simulated %v, cable %q, %d masks", c.ID, file.Simulated, file.Link, len(file.Masks))
		}
		v, err := file.View(c.Width, c.Height, view.PTZ{})
		if err != nil {
			t.Fatal(err)
		}
		for _, offset := range []border.Offset{-1_550, -1_400, -1_250} {
			place := estate.Axis.Place(38_400, offset)
			moment := func(things ...sim.Thing) *sim.Moment {
				m := &sim.Moment{At: at, Contrast: 1, Things: things}
				for range things {
					m.Sights = append(m.Sights, 50_000)
				}
				return m
			}
			with := pictureOf(t, cameras, c.ID, moment(sim.Thing{Class: sense.Person, Count: 1, Point: place}))
			without := pictureOf(t, cameras, c.ID, moment())
			var sum, x, y float64
			for j, v := range with.Pix {
				if d := float64(v) - float64(without.Pix[j]); d > 12 {
					px, py := float64(j%c.Width), float64(j/c.Width)
					sum, x, y = sum+d, x+d*px, y+d*py
				}
			}
			// The middle of somebody's warmth is a little above the middle of the body.
			across, down, in := v.Pixel(geo.Position{Point: place, Height: sim.Ground + 0.95})
			if sum == 0 || !in {
				t.Errorf("%s, %v: nothing shows (%v)", c.ID, offset, in)
				continue
			}
			if math.Abs(x/sum-across) > 1 || math.Abs(y/sum-down) > 1 {
				t.Errorf("%s, %v: drawn at %.1f, %.1f; the file says %.1f, %.1f", c.ID, offset, x/sum, y/sum, across, down)
			}
		}
	}
}

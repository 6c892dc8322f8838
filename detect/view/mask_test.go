package view

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"marsad/geo"
)

// block is a square house around a point.
func block(p geo.Point, half float64) Dwelling {
	frame := geo.NewFrame(geo.Position{Point: p})
	return Dwelling{ID: "house", Height: 6, Outline: []geo.Point{frame.At(-half, -half), frame.At(half, -half), frame.At(half, half), frame.At(-half, half)}}
}

// Whatever point of a house is seen, by whatever camera within its stated
// error, is hidden.
func TestNothingOfADwellingShows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawCamera(t)
		c.Sure.Pose = Independent(2e-3, 1e-3, 2e-3, 1e-3)
		v, err := New(c)
		if err != nil {
			t.Skip()
		}
		frame := geo.NewFrame(geo.Position{Point: c.Foot.Point, Height: 400})
		far := rapid.Float64Range(0, 2500).Draw(t, "far")
		side := c.Azimuth + c.PTZ.Pan + rapid.Float64Range(-1, 1).Draw(t, "side")
		d := block(frame.At(far*math.Sin(side), far*math.Cos(side)), rapid.Float64Range(2, 60).Draw(t, "half"))
		ground := Flat{Level: 400, Refraction: c.Refraction}
		mask := Fill(v.Shades([]Dwelling{d}, ground), c.Width, c.Height)
		c.Azimuth += rapid.Float64Range(-4e-3, 4e-3).Draw(t, "azimuth error")
		c.Tilt += rapid.Float64Range(-2e-3, 2e-3).Draw(t, "tilt error")
		turned, err := New(c)
		if err != nil {
			t.Skip()
		}
		for range 20 {
			u, w := rapid.Float64Range(0, 1).Draw(t, "u"), rapid.Float64Range(0, 1).Draw(t, "w")
			p := geo.Position{Point: geo.Point{
				Lat: d.Outline[0].Lat + u*(d.Outline[2].Lat-d.Outline[0].Lat),
				Lon: d.Outline[0].Lon + w*(d.Outline[2].Lon-d.Outline[0].Lon)},
				Height: 400 + rapid.Float64Range(0, 6).Draw(t, "up")}
			x, y, in := turned.Pixel(p)
			if in && !mask.At(int(math.Round(x)), int(math.Round(y))) {
				t.Fatalf("%v of the house shows at %.1f,%.1f", p, x, y)
			}
		}
	})
}

func TestMasksStayWhereTheHouseIs(t *testing.T) {
	c := tower()
	c.Sure = Uncertainty{Pose: Independent(1e-4, 1e-4, 1e-4, 1e-4), East: 0.1, North: 0.1, Up: 0.1, Ground: 0.1, Pixel: 1}
	v := must(t, c)
	house := block(geo.Direct(c.Foot.Point, 1700, 0), 10)
	behind := block(geo.Direct(c.Foot.Point, 1700, math.Pi), 10)
	beside := block(geo.Direct(c.Foot.Point, 1700, 0.5), 10)
	shades := v.Shades([]Dwelling{behind, house, beside, {ID: "line", Outline: house.Outline[:2]}}, level)
	if len(shades) != 1 || shades[0].ID != "house" {
		t.Fatalf("shades %+v", shades)
	}
	mask := Fill(shades, 640, 480)
	// 20 m at 1,700 m are 36 pixels, 6 m are 11; with margins below 50 by 25.
	hidden := mask.Share() * 640 * 480
	if hidden < 36*11 || hidden > 50*25 {
		t.Errorf("%.0f pixels hidden", hidden)
	}
	if !mask.At(320, 238) || mask.At(320, 280) || mask.At(280, 238) || mask.At(-1, 0) {
		t.Error("the mask is elsewhere")
	}
	pix := make([]uint16, 640*480)
	mask.Paint(pix, 640, 480, 9)
	if pix[238*640+320] != 9 || pix[0] != 0 {
		t.Error("paint")
	}
	mask.Paint(pix[:320*240], 320, 240, 7)
	if pix[0] != 7 || pix[320*240-1] != 7 {
		t.Error("a picture of unknown view must be hidden wholly")
	}
}

func TestAHouseAroundTheCameraHidesWhatIsAheadOfIt(t *testing.T) {
	c := tower()
	c.Mast, c.Tilt = 5, geo.Radians(-20)
	shades := must(t, c).Shades([]Dwelling{block(c.Foot.Point, 30)}, level)
	mask := Fill(shades, c.Width, c.Height)
	if len(shades) != 1 || mask.Share() < 0.99 {
		t.Fatalf("%.3f of the picture is hidden", mask.Share())
	}
}

func TestFillTouchesThinShades(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) Pixel {
			return Pixel{rapid.Float64Range(-0.5, 19.4).Draw(t, name), rapid.Float64Range(-0.5, 14.4).Draw(t, name)}
		}
		outline := hull([]Pixel{draw("a"), draw("b"), draw("c")})
		mask := Fill([]Shade{{Outline: outline}}, 20, 15)
		for i, a := range outline {
			b := outline[(i+1)%len(outline)]
			for k := 0.0; k < 1; k += 0.05 {
				x, y := a.X+(b.X-a.X)*k, a.Y+(b.Y-a.Y)*k
				if !mask.At(int(math.Floor(x+0.5)), int(math.Floor(y+0.5))) {
					t.Fatalf("%.3f,%.3f on the edge of %v is not hidden", x, y, outline)
				}
			}
		}
	})
}

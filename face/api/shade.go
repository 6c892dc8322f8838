package api

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"marsad/engine/access"
	"marsad/geo"
	"marsad/say"
	"marsad/terrain"
)

// shades keeps the pictures of the ground that were asked for last. One is drawn
// at a time: the ground does not change while the program runs.
type shades struct {
	mu   sync.Mutex
	kept map[string][]byte
	size int
}

// shadesKept bounds them, in bytes.
const shadesKept = 8 << 20

func (k *shades) get(key string, draw func() ([]byte, error)) ([]byte, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if b, ok := k.kept[key]; ok {
		return b, nil
	}
	b, err := draw()
	if err != nil {
		return nil, err
	}
	if k.size+len(b) > shadesKept || k.kept == nil {
		k.kept, k.size = map[string][]byte{}, 0
	}
	k.kept[key] = b
	k.size += len(b)
	return b, nil
}

type shadeOutput struct {
	ContentType string `header:"Content-Type"`
	Cache       string `header:"Cache-Control"`
	Ground      string `header:"X-Marsad-Ground" doc:"synthetic, where the ground is made up; else measured. Whoever shows the picture says so."`
	Body        []byte
}

type shadeInput struct {
	West  float64 `query:"west" required:"true" minimum:"-180" maximum:"180" doc:"Degrees."`
	South float64 `query:"south" required:"true" minimum:"-85" maximum:"85"`
	East  float64 `query:"east" required:"true" minimum:"-180" maximum:"180"`
	North float64 `query:"north" required:"true" minimum:"-85" maximum:"85"`
	Width int     `query:"width" minimum:"16" maximum:"1024" default:"512" doc:"Pixels; as many degrees to a pixel both ways."`
}

type tileInput struct {
	Z int `path:"z" minimum:"5" maximum:"14"`
	X int `path:"x" minimum:"0" maximum:"16383"`
	Y int `path:"y" minimum:"0" maximum:"16383"`
}

// tileSide is a map tile's width in pixels.
const tileSide = 256

func (s *Server) shadeRoutes() {
	op := func(id, path, summary string) huma.Operation {
		return serves(get(id, "/api/v1/ground"+path, summary, "coverage"), "image/png")
	}
	route(s, access.ReadLine, op("ground-shade", "/shade.png", "The relief of the ground that coverage stands on, as light and shadow between two latitudes and longitudes"),
		func(_ context.Context, _ *access.Account, in *shadeInput) (*shadeOutput, error) {
			tall := (in.North - in.South) / (in.East - in.West) * float64(in.Width)
			if !(in.East > in.West && in.North > in.South && tall >= 1 && tall <= 2048) {
				return nil, &say.Error{Code: "shade.box", Kind: say.Invalid,
					Text: say.Text{En: "this is no piece of the map", Ar: "هذا ليس جزءاً من الخريطة"},
					Hint: say.Text{En: "give west below east and south below north, not too narrow", Ar: "أعطِ الغرب قبل الشرق والجنوب قبل الشمال"}}
			}
			step := (in.East - in.West) / float64(in.Width)
			w := terrain.Window{West: in.West + step/2, South: in.South + step/2, Step: step, Columns: in.Width, Rows: int(math.Round(tall))}
			return s.shade(fmt.Sprint("box ", *in), w, w.Rows, func(row int) float64 { return float64(row) })
		})
	route(s, access.ReadLine, op("ground-tile", "/tiles/{z}/{x}/{y}", "The same as a tile of the web's usual map grid (Web Mercator), 256 pixels wide"),
		func(_ context.Context, _ *access.Account, in *tileInput) (*shadeOutput, error) {
			n := 1 << in.Z
			if in.X >= n || in.Y >= n {
				return nil, &say.Error{Code: "shade.tile", Kind: say.NotFound, Text: say.Text{En: "there is no such tile", Ar: "لا توجد قطعة كهذه من الخريطة"}}
			}
			latitude := func(y float64) float64 { return geo.Degrees(math.Atan(math.Sinh(math.Pi * (1 - 2*y/float64(n))))) }
			step := 360 / float64(n) / tileSide
			south, north := latitude(float64(in.Y+1)), latitude(float64(in.Y))
			// A mercator row is a degree of another length at each latitude: the window
			// is even in degrees, and each pixel row takes its own of it.
			w := terrain.Window{West: float64(in.X)/float64(n)*360 - 180 + step/2, South: south, Step: step, Columns: tileSide, Rows: int(math.Ceil((north-south)/step)) + 1}
			return s.shade(fmt.Sprint("tile ", *in), w, tileSide, func(row int) float64 {
				return (latitude(float64(in.Y)+1-(float64(row)+0.5)/tileSide) - south) / step
			})
		})
}

// shade draws a window in so many rows of pixels, of which i from the south is
// row(i) of the window. Level ground is
// clear, slopes to the light white, slopes away from it black, so that it lies over
// any colour; where nothing is known it is clear as well.
func (s *Server) shade(key string, w terrain.Window, rows int, row func(int) float64) (*shadeOutput, error) {
	now, _, err := s.moment(0)
	if err != nil {
		return nil, err
	}
	ground := now.Network.Ground()
	b, err := s.shades.get(key, func() ([]byte, error) {
		heights, err := ground.Heights(w)
		if err != nil {
			return nil, err
		}
		// Seen from afar the same hills are gentler: steeper light keeps them readable.
		bright := terrain.Shade(w, heights, math.Max(1.5, math.Min(12, 12*math.Sqrt(w.Step/0.004))))
		picture := image.NewNRGBA(image.Rect(0, 0, w.Columns, rows))
		for i := range rows {
			from := max(0, min(int(math.Round(row(i))), w.Rows-1))
			for c := range w.Columns {
				v := bright[from*w.Columns+c]
				if v != v {
					continue
				}
				tone := uint8(0)
				if v > 0 {
					tone = 255
				}
				picture.SetNRGBA(c, rows-1-i, color.NRGBA{tone, tone, tone, uint8(math.Round(150 * math.Abs(float64(v))))})
			}
		}
		var out bytes.Buffer
		err = png.Encode(&out, picture)
		return out.Bytes(), err
	})
	out := &shadeOutput{ContentType: "image/png", Cache: "private, max-age=3600", Ground: "measured", Body: b}
	if ground.Provenance().Synthetic {
		out.Ground = "synthetic"
	}
	return out, err
}

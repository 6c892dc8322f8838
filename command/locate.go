package command

import (
	"encoding/json"
	"fmt"

	"marsad/app"
	"marsad/border"
	"marsad/engine/config"
	"marsad/geo"
	"marsad/say"
)

// LocateCmd says where a point is.
type LocateCmd struct {
	Lat  float64 `arg:"" help:"Latitude in degrees, north positive."`
	Lon  float64 `arg:"" help:"Longitude in degrees, east positive."`
	JSON bool    `name:"json" help:"Print JSON."`

	Calibration string `type:"path" help:"The operator's survey of official posts: a table with post and chainage, or post, lat and lon."`
}

// Run prints km, offset with its side, MGRS, nearest place and section.
func (c *LocateCmd) Run(s *Streams) error {
	p, err := geo.NewPoint(c.Lat, c.Lon)
	if err != nil {
		return &say.Error{Code: "locate.point", Kind: say.Invalid, Cause: err,
			Text: say.Text{En: "this point is not on the Earth", Ar: "هذه النقطة ليست على الأرض"},
			Hint: say.Text{En: "give latitude first, in degrees: marsad locate 36.8 42.1", Ar: "أعطِ خط العرض أولاً بالدرجات"}}
	}
	atlas, err := app.Atlas(config.Config{Calibration: c.Calibration})
	if err != nil {
		return err
	}
	d := atlas.Describe(p)
	if c.JSON {
		return json.NewEncoder(s.Out).Encode(struct {
			border.Description
			Side string `json:"side"`
		}{d, d.Location.Side.String()})
	}
	if !d.HasKm {
		fmt.Fprintf(s.Out, "no km: farther than %d km from the line\n", int(border.MaxOffset/1000))
	} else {
		fmt.Fprintf(s.Out, "km %s  %+.0f m (%s side)  section %s\n", d.Location.Chainage, float64(d.Location.Offset), d.Location.Side, d.Section)
		if d.Location.Ambiguous {
			fmt.Fprintf(s.Out, "or km %s  %+.0f m: the nearest km is not unique here\n", d.Location.Second.Chainage, float64(d.Location.Second.Offset))
		}
	}
	if d.Post != "" {
		fmt.Fprintf(s.Out, "km post %s (surveyed)\n", d.Post)
	}
	fmt.Fprintf(s.Out, "MGRS %s\n%s\n%s\n", d.MGRS, d.Near.En, d.Near.Ar)
	fmt.Fprintf(s.Out, "measured along the line of %s; %s\n", border.Attribution, border.Disclaimer.En)
	return nil
}

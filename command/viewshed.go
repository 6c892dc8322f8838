package command

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"marsad/geo"
	"marsad/say"
	"marsad/terrain"
)

// ViewshedCmd writes what can be seen from a point.
type ViewshedCmd struct {
	DEM          string   `name:"dem" required:"" help:"Elevation: GeoTIFF, or SRTM tile under its own name (N35E041.hgt)."`
	Lon          *float64 `help:"Longitude of the eye in degrees."`
	Lat          *float64 `help:"Latitude of the eye in degrees."`
	X            *float64 `help:"Its x in the file's own coordinates, in place of --lon."`
	Y            *float64 `help:"Its y in the file's own coordinates, in place of --lat."`
	Height       float64  `default:"2" help:"Of the eye above the ground, metres."`
	TargetHeight float64  `default:"0" help:"Of what is looked for above its ground, metres."`
	Range        float64  `default:"0" help:"Metres; 0 is the whole grid."`
	Refraction   float64  `default:"0.14286" help:"Refraction coefficient; 0 is none."`
	Least        bool     `help:"Write the least visible height in metres (float32) in place of 255 and 0."`
	Out          string   `required:"" help:"GeoTIFF to write, on the grid of the elevation."`
}

// Run computes and writes the viewshed and prints what was used.
func (c *ViewshedCmd) Run(s *Streams) error {
	dem, err := readDEM(c.DEM)
	if err != nil {
		return err
	}
	column, row, err := c.cell(&dem.Grid)
	if err != nil {
		return err
	}
	view, err := dem.Viewshed(terrain.Viewer{Column: column, Row: row, Height: c.Height,
		TargetHeight: c.TargetHeight, Range: c.Range, Refraction: c.Refraction}, c.Least)
	if err != nil {
		return err
	}
	err = writeFile(c.Out, func(w io.Writer) error {
		if c.Least {
			return terrain.WriteHeights(w, view.Grid, view.Least)
		}
		return terrain.WriteView(w, view.Grid, view.Visible)
	})
	if err != nil {
		return err
	}
	seen := 0
	for _, v := range view.Visible {
		if v != 0 {
			seen++
		}
	}
	fmt.Fprintf(s.Out, "%d cells see or are seen from column %d, row %d; %s; heights above %s; refraction %g\n",
		seen, column, row, dem.System, dem.Provenance.Vertical, c.Refraction)
	return nil
}

func (c *ViewshedCmd) cell(g *terrain.Grid) (column, row int, err error) {
	switch {
	case c.X != nil && c.Y != nil && c.Lon == nil && c.Lat == nil:
		return g.CellOf(*c.X, *c.Y)
	case c.Lon != nil && c.Lat != nil && c.X == nil && c.Y == nil:
		return g.CellAt(geo.Point{Lat: *c.Lat, Lon: *c.Lon})
	}
	return 0, 0, &say.Error{Code: "viewshed.point", Kind: say.Invalid,
		Text: say.Text{En: "it is not clear where the eye stands", Ar: "موضع الناظر غير واضح"},
		Hint: say.Text{En: "give --lon and --lat, or --x and --y", Ar: "أعطِ " + say.LTR("--lon --lat") + " أو " + say.LTR("--x --y")}}
}

// readDEM reads an elevation file whole.
func readDEM(name string) (*terrain.DEM, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fileError("viewshed.dem", name, err)
	}
	defer f.Close()
	stat, err := f.Stat()
	if err != nil {
		return nil, fileError("viewshed.dem", name, err)
	}
	raster, err := terrain.Open(f, stat.Size(), filepath.Base(name))
	if err != nil {
		return nil, err
	}
	return terrain.ReadDEM(raster)
}

// writeFile writes a file beside its name and moves it there when it is whole.
func writeFile(name string, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(name), ".marsad-*")
	if err != nil {
		return fileError("output.file", name, err)
	}
	defer os.Remove(f.Name())
	err = write(f)
	if e := f.Close(); err == nil {
		err = e
	}
	if _, said := errors.AsType[*say.Error](err); said {
		return err // it tells more than that the file is not there
	}
	if err == nil {
		err = os.Chmod(f.Name(), 0o644)
	}
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		return fileError("output.file", name, err)
	}
	return nil
}

func fileError(code, name string, cause error) error {
	return &say.Error{Code: code, Kind: say.Invalid, Cause: cause,
		Text: say.Text{En: fmt.Sprintf("the file %s cannot be used", name), Ar: "لا يمكن استعمال الملف " + say.LTR(name)},
		Hint: say.Text{En: "check that it is there and may be read or written", Ar: "تأكد من وجود الملف ومن صلاحية القراءة أو الكتابة"}}
}

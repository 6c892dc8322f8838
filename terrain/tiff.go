package terrain

import (
	"io"

	"marsad/say"
	"marsad/terrain/geotiff"
)

// tiff is a GeoTIFF as a raster.
type tiff struct {
	*geotiff.File
	grid Grid
}

// OpenGeoTIFF opens an elevation GeoTIFF; name is for people. A coordinate
// system that is not known here is kept by its code: the raster then serves in
// its own coordinates alone.
func OpenGeoTIFF(r io.ReaderAt, size int64, name string) (Raster, error) {
	f, err := geotiff.Open(r, size)
	if err != nil {
		return nil, err
	}
	s := System{EPSG: f.EPSG}
	s.Degrees = f.Geographic && !s.Known()
	return &tiff{f, Grid{
		Width: f.Info.Width, Height: f.Info.Height, Transform: f.Info.Transform, System: s, Keys: f.Info.Keys,
		Provenance: Provenance{Source: say.Text{En: name, Ar: say.LTR(name)}, Vertical: verticalOf(f.Vertical)},
	}}, nil
}

func (t *tiff) Grid() Grid { return t.grid }

// WriteView writes a raster of bytes on a grid as a GeoTIFF.
func WriteView(w io.Writer, g Grid, cells []byte) error {
	return geotiff.WriteBytes(w, info(g), cells)
}

// WriteHeights writes a raster of metres on a grid as a GeoTIFF; NaN is a void.
func WriteHeights(w io.Writer, g Grid, cells []float32) error {
	return geotiff.WriteFloats(w, info(g), cells)
}

func info(g Grid) geotiff.Info {
	return geotiff.Info{Width: g.Width, Height: g.Height, Transform: g.Transform, Keys: g.Keys}
}

// Open opens a raster of any kind read here: by its first bytes a GeoTIFF, or by
// its name an SRTM tile. Terrarium tiles need their place: OpenTerrarium.
func Open(r io.ReaderAt, size int64, name string) (Raster, error) {
	var magic [2]byte
	if _, err := r.ReadAt(magic[:], 0); err == nil && (string(magic[:]) == "II" || string(magic[:]) == "MM") && size != 3601*3601*2 && size != 1201*1201*2 {
		return OpenGeoTIFF(r, size, name)
	}
	return OpenHGT(r, size, name)
}

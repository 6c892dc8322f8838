// Package terrain is the shape of the ground: heights, lines of sight and what
// can be seen from a point.
//
// In: elevation rasters through io.ReaderAt (SRTM .hgt, GeoTIFF, terrarium PNG),
// or the built-in coarse relief of the region. Out: heights in metres above the
// WGS 84 ellipsoid, least visible heights, viewsheds. It never maps or opens a
// file, never asks who looks or what moves, and never takes a void for ground:
// where nothing is known, nothing is seen.
//
// Vertical datum: files state heights above a geoid (SRTM: EGM96) or the
// ellipsoid; a Surface converts all to the ellipsoid with the coarse EGM96
// undulation in data, and says so where a file states no datum.
//
// Synthetic: the built-in relief is a public 5-minute grid with seeded detail
// that looks like ground and is none. Whatever is computed on it is marked by
// Provenance.Synthetic, which callers must pass on to every view and export.
//
// To read it from the top: grid.go (a raster and where it lies), system.go
// (coordinates), vertical.go, the readers hgt.go, tiff.go and terrarium.go,
// relief.go, surface.go (all of them as one ground), sight.go (along a ray) and
// viewshed.go (over a raster). generate makes the files in data.
package terrain

// Package geotiff reads the elevation rasters that GeoTIFF files hold, and
// writes small results on the same grid.
//
// In: bytes through io.ReaderAt: classic TIFF of one band, 8 to 64 bits,
// integers or floating point, in strips or tiles, stored plain, deflated or
// with LZW, with predictors 1 to 3. Out: heights as float32, NaN where the file
// says that it knows none, and the place of the grid. It never maps or opens a
// file, never transforms coordinates, and never trusts a size that the file
// states: every length is checked against the file's own.
//
// Sources: TIFF 6.0 (Adobe, 1992); TIFF Technical Note 3, "Floating-point
// predictor" (Adobe, 2005); OGC GeoTIFF 1.1 (19-008r4).
package geotiff

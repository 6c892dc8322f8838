// Package ground opens the operator's elevation files and joins them to one
// surface.
//
// In: a folder of SRTM tiles (.hgt) and GeoTIFFs, or nothing. Out: a
// terrain.Surface over memory-mapped files, and what of the line it does not
// know; without a folder the built-in relief, which is synthetic and says so. It
// never reads heights itself, and never fills a hole of real ground with relief
// that was made up.
package ground

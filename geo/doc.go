// Package geo holds positions on the WGS 84 ellipsoid and the arithmetic on
// them: distances, azimuths, local frames, UTM and MGRS.
//
// In: latitudes, longitudes and heights. Out: metres, radians and text.
// It never reads a file, knows nothing of a border, and imports only the
// standard library.
//
// Conventions: latitudes and longitudes in degrees, north and east positive;
// heights in metres above the WGS 84 ellipsoid; lengths in metres; bearings in
// radians clockwise from true north; elevations in radians above the local
// horizontal.
package geo

// Package border is the line as a number line: chainage, offset, spans of it,
// lanes of values over spans, sections, crossings and named places.
//
// In: positions, chainages and the axis with its calibration. Out: where
// something is in the words people use. It never asks what is happening on the
// line; it imports only geo, say and the standard library, and nothing in it
// changes once made, lanes apart.
//
// Chainage is metres from the northern tri-point along the axis, written as km
// posts: 371+250. The axis is vertices joined by geodesics of WGS 84, so its
// length is the sum of theirs, 603.711 km, and no map projection comes in.
// Offset is metres off the line along the geodesic at right angles to it,
// positive on the home side (Iraq), which lies on the left as chainage grows.
// The axis is versioned; a chainage always belongs to a version. Official km
// posts come from an operator's surveyed calibration table alone.
//
// Spans are half open, [From, To), so that spans that meet share nothing and
// lengths add up.
//
// To read it from the top: chainage.go (the words), axis.go (chainage to point),
// locate.go (point to chainage) on striptree.go, spans.go and lane.go (the
// algebra), lanes.go (the one table of lanes), sections.go and places.go (the
// data), calibration.go, and atlas.go, which joins them. The data and their
// licences are in data; generate, a module of its own, makes the axis.
package border

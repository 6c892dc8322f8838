// Package border is the line as a number line: chainage, offset, spans of it,
// lanes of values over spans, sections, crossings and named places.
//
// In: positions, chainages and the axis with its calibration. Out: where
// something is in the words people use. It never asks what is happening on the
// line; it imports only geo, ident, say and the standard library.
//
// Chainage is metres from the northern tri-point along the axis, measured on
// the ellipsoid, written as km posts: 371+250. Offset is metres off the line,
// positive on the home side (Iraq). The axis is versioned; a chainage always
// belongs to a version. Official km posts come from an operator's surveyed
// calibration table alone.
package border

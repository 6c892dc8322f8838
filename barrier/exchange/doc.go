// Package exchange brings the barrier's facts in from files and out to files.
//
// In: the bytes of a CSV, GeoJSON or GPX file, and the view that they would
// join. Out: an Import, in which every row of the file is accepted, flagged or
// refused with the reason; the events that it would append, all or none; and
// files of a view as CSV, GeoJSON or Parquet, in which what is assumed, claimed
// or simulated says so.
//
// It never appends by itself, never guesses at a figure that can be read two
// ways, and loses no row: what is refused is shown as it stood in the file. An
// import is taken back by one event, barrier.Undo of its id.
//
// numbers.go reads figures in Arabic and Latin digits; fields.go turns a row of
// named fields into a fact, whichever file it came from; csv.go, geojson.go and
// gpx.go read files; export.go and parquet.go write them.
package exchange

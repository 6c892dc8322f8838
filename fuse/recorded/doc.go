// Package recorded runs the tracker's core on files: recorded or generated
// detections in, tracks out.
//
// In: a scenario (JSON) that says which sensors there are, and detections
// (CSV). Out: tracks (CSV), causal, one row for each reported track and scan
// instant. The files' conventions are a flat plane in metres and mathematical
// bearings; they become the core's azimuths when read. A column truth_id may
// be there for scoring: the reader steps over it, and no value it makes has a
// place for it.
package recorded

// Package picture is the live picture in memory: what stands on the line now,
// in versions that never change once they are made.
//
// In: changes of tracks, sensors, own units, cases and notices, from one writer
// (the pipeline). Out: the current Version, a channel that closes when a newer
// one exists, and what changed since a revision. Readers take no lock and cost
// the writer nothing, however many they are. It keeps no record and knows no
// protocol: the face turns rows into what goes over the wire.
//
// Cases and notices reach it only after they are on disk; that is the
// pipeline's promise.
package picture

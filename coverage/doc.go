// Package coverage says which metres of the line are seen right now, of what
// kind of moving thing, by how many sensors, and what to do about the gaps.
//
// In: the axis, the ground (terrain.Surface), registered sensors, changes of
// health and place. Out: lanes, ranked gaps, what hangs on one sensor or cable,
// footprints for fusion, plans for new towers. It never reads a clock or a file,
// starts no goroutine (parallel work goes through the executor it is given),
// decides nothing, and never counts what it does not know as seen.
//
// A class is seen at a metre where the line of sight clears the ground low
// enough to show it and the model of detect.go gives at least the threshold.
// That model and the heights of classes are assumptions from the literature, so
// every lane is marked assumed; on the built-in relief it is marked synthetic
// too, and no percentage leaves this package without those words (Share).
//
// Gap lists, outages and plans are a smuggler's map: whoever shows them limits
// them to those who need them.
//
// To read it from the top: detect.go (probability by range), reach.go (what one
// sensor sees), network.go (all of them), count.go, gaps.go, lanes.go, depend.go
// (single points of failure), corridor.go, footprint.go, control.go, plan.go,
// report.go.
package coverage

// Package assess is the third stage: tracks and their context in, alerts out.
//
// In, in log order: changes of tracks, changes of sensor health, own units'
// fixes, reports of presence sensors, silences granted by people, alerts opened
// by hand, ticks. Out: alerts with reason, evidence and written response;
// events that need nobody; counts of what was silenced and why. One alert per
// thing, updated as it moves, amended and never withdrawn. It never decides,
// tasks or tells anybody, and never silences by class.
//
// Rules are CEL predicates over named features (rules/*.yaml); the features are
// Go (features.go). An Assessor is fed by one goroutine. Ids and times come
// from the log alone, so the same log gives the same alerts, bit for bit.
package assess

// Package sim is a seeded world in motion beside the border: towers, radars,
// aerostats, presence sensors, patrols, and whatever a scenario lets walk,
// drive, graze, fly, float or dig.
//
// In: the axis, a seed, a scenario. Out: what the sensors say, in the order in
// which it arrives, as values or over the real protocol; and, on a channel of
// its own, what is true. Truth never travels inside a scan. The world never
// reads a clock except to pace a live run, knows no stage and shares no model
// of detection, clutter or motion with the parts that it tests: it would only
// confirm itself. Every figure of a sensor is an assumption and is marked so.
package sim

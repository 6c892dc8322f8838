// Package class says what a mover is likely to be: person, group, vehicle,
// animal, slow-air, bird, or unknown.
//
// In: the frame and the box of a mover, and what geometry measured of it. Out:
// for each track a probability of each kind, with the reasons in words, and
// the same as sense.Classes.
//
// A look at the picture is judged by a small network whose weights are
// embedded (trained by detect/class/train on open data); metres, speed and
// height above the horizon by priors that are plain data with their sources; the
// way, the heat and the beat of a whole track tell an aircraft from a bird.
// Frames of one track are not independent and are not counted as if they
// were.
//
// It ranks and explains. It drops nothing, and for a declared mover that is
// not shown to be small it always leaves weight on what must not be missed. It
// recognises no person and keeps no picture.
package class

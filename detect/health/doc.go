// Package health watches whether a camera's picture can still be believed:
// blind, defocused, turned, frozen, saturated, dirty, without signal, or with
// a wrong clock.
//
// In: frames, the times of their arrival, and silence, all as arguments. Out:
// events, each when a trouble begins or ends, with hysteresis in strength and
// in time, so that a cloud, a calibration or a passing animal makes none.
//
// It judges the picture against its own past, and its contrast against its own
// noise: a lens that was covered from the first minute on, or by fog that came
// slowly, is blind. Whatever else was wrong from the first minute on, where no
// memory of the time before was recalled, is taken for the view. What turns a mast by
// little and little is told by how far the view lies from where it was accepted, by
// its edges, which the sun does not move. It never judges what moves in the picture,
// reads a clock or keeps a frame; a Memory holds means of 768 blocks, in which
// nobody can be seen.
package health

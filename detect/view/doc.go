// Package view says where a camera looks: which ray of the world a pixel is,
// where that ray meets the ground, how large and how fast a mover is there,
// and which pixels of a picture show a place that nobody may look into.
//
// In: a camera's place, mast, direction, field of view and lens; pixels and
// movers; the ground as a sense.Ground. Out: positions with their covariance,
// bearings of what is in the air, metres and metres per second, masks, and a
// camera calibrated on known points with its residuals.
//
// Pixels count from the centre of the top left pixel, x to the right and y
// down. Angles are radians: azimuth clockwise from true north, tilt and
// elevation above the local horizontal, roll clockwise as seen from behind
// the camera (its right side sinks).
//
// It never opens a stream, moves a camera, or tells who somebody is. It never
// gives a position that the geometry cannot carry: near the horizon it gives
// bearing and elevation, and so it does above.
package view

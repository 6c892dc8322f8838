// Package kin is the filter of one moving thing: a Gaussian state, its motion
// and its measurements.
//
// In: states, elapsed seconds, measurement rows. Out: states and likelihoods.
// It holds no track, no clock and no memory of its own, and allocates nothing:
// states are fixed arrays that are passed by pointer and copied by value.
//
// A state is (x, y, vx, vy): metres and metres per second in a plane whose x
// axis points east and y axis north. Covariances are packed upper triangles in
// row order: 00 01 02 03 11 12 13 22 23 33.
package kin

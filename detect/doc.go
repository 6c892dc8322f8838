// Package detect turns the frames of a thermal camera into movers: what moved
// in the picture, where, how large, how sure. It is pure: frames and their
// times come in as values, movers, masks and the state of the picture go out.
// It opens no stream, reads no clock and starts no goroutine, and the same
// frames give the same bits.
//
// The way of a frame:
//
//	Frame → steady (gain, flat-field events, sway) → background → blobs → movers
//
// Around it stand three more pure packages: detect/view says where on the
// ground a pixel is and how large a thing is there, detect/class says what
// a mover is likely to be, and detect/scene renders seeded pictures with
// exact truth to test all of them. adapter/thermal opens real streams
// and publishes what comes out as sense values.
//
// It never recognises a person: a mover has a place, a size, a path and a
// class, and a class never hides a large confirmed mover.
package detect

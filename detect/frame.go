package detect

import "time"

// Frame is one picture of one camera. The detector reads it during Step and
// keeps no reference to it.
type Frame struct {
	// Index counts the decoded frames of the stream from 0.
	Index int
	// At is the instant of exposure as the stream tells it, in UTC.
	At time.Time
	// Width and Height are in pixels.
	Width, Height int
	// Pix holds Width*Height values, row by row from the top left. An 8-bit
	// picture uses 0…255, a radiometric one up to 65535.
	Pix []uint16
	// Bits is the depth of the source: 8, or 9…16 for radiometric pictures.
	Bits int
	// FlatField says that by the camera's own word this frame is part of a
	// flat-field correction: the shutter is closed, or the picture has not yet
	// settled after it. Nothing is detected in it and nothing learnt.
	FlatField bool
}

// Box is a rectangle of pixels: the left and top pixel it holds, and its
// width and height.
type Box struct{ X, Y, W, H int }

// Mover is one thing that moves in the picture, as known after one frame.
type Mover struct {
	// ID counts the movers of this detector from 1; a mover keeps it for life.
	ID int
	// Box bounds its pixels in this frame; Area counts them.
	Box  Box
	Area int
	// X, Y is its centroid in pixels from the centre of the top left pixel,
	// VX, VY its velocity in pixels per second.
	X, Y, VX, VY float64
	// Contrast is its mean difference from the background in units of the
	// noise there: positive is warmer.
	Contrast float64
	// Frames counts the frames in which it was seen, Since is the first.
	Frames int
	Since  time.Time
	// Declared says that it has moved far and long enough to be reported.
	Declared bool
	// Sure is the detector's probability, 0…1, that this is a real mover
	// and no play of the picture.
	Sure float64
}

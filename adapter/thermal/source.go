package thermal

import "marsad/detect"

// Source gives the frames of one camera in the order of their exposure. It is
// used from one goroutine.
type Source interface {
	// Next gives the next frame, or io.EOF after the last one. The frame's
	// pixels are the source's own and hold until the next call.
	Next() (detect.Frame, error)
	// Close ends the source and whatever it started.
	Close() error
}

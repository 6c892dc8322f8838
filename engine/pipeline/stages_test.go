package pipeline

import (
	"marsad/assess"
	"marsad/fuse"
	"marsad/respond"
)

// The real stages fit.
var (
	_ Fuser     = (*fuse.Fuser)(nil)
	_ Assessor  = (*assess.Assessor)(nil)
	_ Responder = (*respond.Responder)(nil)
)

//go:build !unix

package thermal

import "os/exec"

// ownGroup does nothing here: the process itself is killed, and ffmpeg starts
// no others.
func ownGroup(*exec.Cmd) {}

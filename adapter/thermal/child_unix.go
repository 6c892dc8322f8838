//go:build unix

package thermal

import (
	"os/exec"
	"syscall"
)

// ownGroup puts a process into a group of its own, so that what it starts dies
// with it.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}

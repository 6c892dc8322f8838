package thermal

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// children are the ffmpeg processes that this test process started for an
// address, and zombies, which have none.
func children(t *testing.T, address string) (pids []int) {
	t.Helper()
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil || len(stats) == 0 {
		t.Skip("no /proc: processes cannot be counted")
	}
	for _, s := range stats {
		b, err := os.ReadFile(s)
		if err != nil {
			continue
		}
		name := string(b)
		open, shut := strings.IndexByte(name, '('), strings.LastIndexByte(name, ')')
		if open < 0 || shut < open || name[open+1:shut] != "ffmpeg" {
			continue
		}
		rest := strings.Fields(name[shut+1:])
		said, err := os.ReadFile(filepath.Dir(s) + "/cmdline")
		ours := err == nil && (len(said) == 0 || strings.Contains(string(said), address))
		if len(rest) > 1 && rest[1] == strconv.Itoa(os.Getpid()) && ours {
			pid, _ := strconv.Atoi(strings.TrimSpace(name[:open]))
			pids = append(pids, pid)
		}
	}
	return pids
}

// run wants n processes at an address. One that was killed and not yet waited for
// has no name any more: it may be that of a test beside this one, and is gone in
// a moment, where one that nobody waits for stays.
func run(t *testing.T, address string, n int) {
	t.Helper()
	eventually(t, fmt.Sprintf("%d ffmpeg processes", n), func() bool { return len(children(t, address)) == n })
}

func kill(pid int) { syscall.Kill(pid, syscall.SIGKILL) }

func descriptors() int {
	entries, _ := os.ReadDir(fmt.Sprintf("/proc/%d/fd", os.Getpid()))
	return len(entries)
}

// eventually waits for something that other processes bring about.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(40 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if is() {
			return
		}
	}
	t.Fatalf("waited in vain for %s", what)
}

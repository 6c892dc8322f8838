//go:build linux || darwin || freebsd

package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"marsad/say"
)

// lockFolder makes this process the one server of a data folder, until the file
// is closed or the process ends in whatever way.
func lockFolder(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		b := make([]byte, 64)
		n, _ := f.ReadAt(b, 0) // who holds it is a help, not needed
		f.Close()
		holder := strings.TrimSpace(string(b[:n]))
		if holder == "" {
			holder = "?"
		}
		return nil, &say.Error{
			Code: "store.in_use", Kind: say.Conflict,
			Text: say.Text{En: "another Marsad already runs on " + dir + " (process " + holder + ")", Ar: "نسخة أخرى من مرصد تعمل على المجلد " + say.LTR(dir) + " (العملية " + say.LTR(holder) + ")"},
			Hint: say.Text{En: "use that one, stop it first, or give this one a folder of its own with --data", Ar: "استعمل تلك النسخة، أو أوقفها أولاً، أو حدد لهذه مجلداً خاصاً بها بالخيار " + say.LTR("--data")},
		}
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	if err := f.Truncate(0); err == nil {
		_, err = fmt.Fprintf(f, "%d\n", os.Getpid())
		if err != nil {
			f.Close()
			return nil, err
		}
	}
	return f, nil
}

// freeBytes is how much an ordinary user may still write to a folder's disk.
func freeBytes(dir string) (uint64, error) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(dir, &st); err != nil {
		return 0, err
	}
	return uint64(st.Bavail) * uint64(st.Bsize), nil
}

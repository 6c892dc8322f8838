//go:build unix

package ground

import (
	"io"
	"os"
	"syscall"
)

// mapped is a file in memory: its pages come from the disk when they are read and
// leave when memory is short.
type mapped []byte

func (m mapped) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 || off >= int64(len(m)) {
		return 0, io.EOF
	}
	n := copy(p, m[off:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// mapFile maps a file of a size; close unmaps it.
func mapFile(f *os.File, size int64) (r io.ReaderAt, done func() error, err error) {
	b, err := syscall.Mmap(int(f.Fd()), 0, int(size), syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		return nil, nil, err
	}
	// The mapping outlives the descriptor.
	if err := f.Close(); err != nil {
		return nil, nil, err
	}
	return mapped(b), func() error { return syscall.Munmap(b) }, nil
}

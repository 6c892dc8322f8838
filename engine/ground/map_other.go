//go:build !unix

package ground

import (
	"io"
	"os"
)

// mapFile reads from the open file where files are not mapped.
func mapFile(f *os.File, _ int64) (r io.ReaderAt, done func() error, err error) {
	return f, f.Close, nil
}

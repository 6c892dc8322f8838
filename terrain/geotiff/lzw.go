package geotiff

import (
	"errors"
	"io"
)

// TIFF's LZW differs from GIF's, which compress/lzw reads: bits come from the
// most significant end, and codes widen one code early (TIFF 6.0, section 13).
const (
	lzwClear = 256
	lzwEnd   = 257
	lzwFirst = 258
	lzwMost  = 4096
)

var errLZW = errors.New("a code of the LZW stream stands for nothing yet")

// unpackLZW fills dst from an LZW stream.
func unpackLZW(dst, src []byte) error {
	// A string of the table is where it was written in dst last: its code's
	// string is the previous code's plus one byte, and that stands there in full.
	var from, length [lzwMost]int
	next, width := lzwFirst, 9
	previous, previousLen := -1, 0
	bits, have, at := uint32(0), 0, 0
	for out := 0; out < len(dst); {
		for have < width {
			if at == len(src) {
				return io.ErrUnexpectedEOF
			}
			bits = bits<<8 | uint32(src[at])
			at++
			have += 8
		}
		code := int(bits>>(have-width)) & (1<<width - 1)
		have -= width
		switch {
		case code == lzwEnd:
			return io.ErrUnexpectedEOF
		case code == lzwClear:
			next, width, previous = lzwFirst, 9, -1
			continue
		}
		start := out
		switch {
		case code < lzwClear:
			dst[out] = byte(code)
			out++
		case code < next:
			out += copyRun(dst, out, from[code], length[code])
		case code == next && previous >= 0 && next < lzwMost:
			out += copyRun(dst, out, previous, previousLen)
			if out < len(dst) {
				dst[out] = dst[start]
				out++
			}
		default:
			return errLZW
		}
		if previous >= 0 && next < lzwMost {
			from[next], length[next] = previous, previousLen+1
			next++
			if next == 1<<width-1 && width < 12 {
				width++
			}
		}
		previous, previousLen = start, out-start
	}
	return nil
}

// copyRun copies n bytes forward inside dst, as many as fit, byte by byte where
// the two overlap.
func copyRun(dst []byte, to, from, n int) int {
	n = min(n, len(dst)-to)
	for i := range n {
		dst[to+i] = dst[from+i]
	}
	return n
}

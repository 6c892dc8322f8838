package media

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
)

var errNotWhole = errors.New("the picture is not whole")

// strip takes out of a photo all that is not the picture: what made it and whose
// it is, thumbnails, comments, edits, faces that a phone marked, what follows its
// end. What stays is the picture bit for bit, its colours, and which way up it is.
// kind is "image/jpeg" or "image/png".
func strip(kind string, b []byte) ([]byte, Said, error) {
	if kind == "image/png" {
		return stripPNG(b)
	}
	return stripJPEG(b)
}

// stripJPEG walks the segments of a JPEG (ITU-T T.81, annex B).
func stripJPEG(b []byte) ([]byte, Said, error) {
	said := Said{Turn: 1}
	if len(b) < 4 || b[0] != 0xff || b[1] != 0xd8 {
		return nil, said, errNotWhole
	}
	var kept bytes.Buffer
	kept.Grow(len(b))
	for at := 2; ; {
		for at < len(b) && b[at] == 0xff && at+1 < len(b) && b[at+1] == 0xff {
			at++ // fill bytes
		}
		if at+2 > len(b) || b[at] != 0xff {
			return nil, said, errNotWhole
		}
		marker := b[at+1]
		if marker == 0xd9 { // the end: what follows is not of the picture
			kept.Write([]byte{0xff, 0xd9})
			break
		}
		if at+4 > len(b) {
			return nil, said, errNotWhole
		}
		end := at + 2 + int(binary.BigEndian.Uint16(b[at+2:]))
		if end < at+4 || end > len(b) {
			return nil, said, errNotWhole
		}
		body := b[at+4 : end]
		if marker == 0xe1 && bytes.HasPrefix(body, []byte("Exif\x00\x00")) && said == (Said{Turn: 1}) {
			said = exif(body[6:])
		}
		if ofPicture(marker, body) {
			kept.Write(b[at:end])
		}
		at = end
		if marker == 0xda { // the coded picture, until a marker that is none of its own
			from := at
			for at+1 < len(b) && !(b[at] == 0xff && b[at+1] != 0 && (b[at+1] < 0xd0 || b[at+1] > 0xd7)) {
				at++
			}
			kept.Write(b[from:at])
		}
	}
	out := []byte{0xff, 0xd8}
	if said.Turn != 1 {
		block := upright(said.Turn)
		out = binary.BigEndian.AppendUint16(append(out, 0xff, 0xe1), uint16(len(block)+2))
		out = append(out, block...)
	}
	return append(out, kept.Bytes()...), said, nil
}

// ofPicture reports whether a segment is needed to show the picture: tables,
// frames and scans, and of the application's own only what tells the colours.
func ofPicture(marker byte, body []byte) bool {
	switch {
	case marker == 0xe0:
		return bytes.HasPrefix(body, []byte("JFIF\x00")) && len(body) == 14 // none with a thumbnail
	case marker == 0xe2:
		return bytes.HasPrefix(body, []byte("ICC_PROFILE\x00"))
	case marker == 0xee:
		return bytes.HasPrefix(body, []byte("Adobe"))
	}
	return !(marker >= 0xe0 && marker <= 0xef || marker >= 0xf0 && marker <= 0xfe) // APPn, JPGn, COM
}

// pngKept are the chunks of a PNG (ISO/IEC 15948) that the picture needs.
var pngKept = map[string]bool{"IHDR": true, "PLTE": true, "IDAT": true, "IEND": true, "tRNS": true, "gAMA": true, "cHRM": true, "sRGB": true, "iCCP": true, "sBIT": true}

func stripPNG(b []byte) ([]byte, Said, error) {
	said := Said{Turn: 1}
	const sign = "\x89PNG\r\n\x1a\n"
	if !bytes.HasPrefix(b, []byte(sign)) {
		return nil, said, errNotWhole
	}
	out := []byte(sign)
	for at := len(sign); at+12 <= len(b); {
		n := uint64(binary.BigEndian.Uint32(b[at:]))
		if uint64(at)+12+n > uint64(len(b)) {
			break
		}
		end := at + 12 + int(n)
		name, body := string(b[at+4:at+8]), b[at+8:end-4]
		if name == "eXIf" {
			said = exif(body)
			said.Turn = 1 // readers of PNG do not turn it
		}
		if pngKept[name] {
			if crc32.ChecksumIEEE(b[at+4:end-4]) != binary.BigEndian.Uint32(b[end-4:]) {
				return nil, said, errNotWhole
			}
			out = append(out, b[at:end]...)
		}
		if name == "IEND" {
			return out, said, nil
		}
		at = end
	}
	return nil, said, errNotWhole
}

// perPixel is how many bytes a pixel takes while a stripped photo is decoded, at
// most, with what Go's decoders hold beside the picture: the passes of an
// interlaced PNG, the coefficients (4 bytes a sample) of a progressive JPEG, and
// the colours that a JPEG of RGB or CMYK is turned into.
func perPixel(kind string, clean []byte) int {
	if kind == "image/png" {
		n := 4
		if len(clean) < 29 {
			return n // no header: it does not decode
		}
		if clean[24] == 16 { // bits a sample
			n = 8
		}
		if clean[28] != 0 { // interlaced
			n *= 2
		}
		return n
	}
	samples, progressive, other := 0, false, false
	for at := 2; at+4 <= len(clean) && clean[at] == 0xff && clean[at+1] != 0xda; at += 2 + int(binary.BigEndian.Uint16(clean[at+2:])) {
		switch body := clean[at+4:]; {
		case clean[at+1] >= 0xc0 && clean[at+1] <= 0xc2 && len(body) >= 7:
			samples, progressive = int(body[5]), clean[at+1] == 0xc2
			other = samples >= 3 && body[6] == 'R'
		}
	}
	for rest := clean; ; { // an Adobe segment may stand behind a scan too
		at := bytes.Index(rest, []byte("Adobe"))
		if at < 0 {
			break
		}
		other = other || len(rest) > at+11 && rest[at+11] == 0 // its colours are no YCbCr
		rest = rest[at+5:]
	}
	n := samples
	if progressive {
		n *= 5
	}
	if samples == 4 || other {
		n += 4
	}
	return max(n, 1)
}

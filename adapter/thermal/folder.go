package thermal

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	_ "image/jpeg" // the formats of single frames that image.Decode knows
	_ "image/png"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	_ "golang.org/x/image/tiff"

	"marsad/detect"
	"marsad/say"
)

// Limits on one image, so that a damaged or hostile file costs no more memory
// than a large camera's frame.
const (
	maxSide  = 8192
	maxBytes = 256 << 20
)

// Folder is a folder of single images, taken as one stream in the order of
// their names. Frame n is at the Unix epoch plus n frame intervals, since
// image files carry no time that could be trusted.
type Folder struct {
	dir   string
	names []string
	step  time.Duration
	next  int
	pix   []uint16
	// of the first picture that could be read: all others are of its kind
	width, height, bits int
}

// OpenFolder lists the images of a folder: PNG, JPEG, TIFF and PGM, gray or
// colour, 8 or 16 bits. fps is the rate at which they were taken, in frames a
// second, above 0. Other files in the folder are passed over; a folder without
// an image is refused, and so are two images that differ in their ending only,
// since their masks would have one name.
func OpenFolder(dir string, fps float64) (*Folder, error) {
	if !(fps > 0.001 && fps < 10000) {
		return nil, folderError(dir, fmt.Errorf("%g frames a second", fps))
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, folderError(dir, err)
	}
	f := &Folder{dir: dir, step: time.Duration(float64(time.Second) / fps)}
	stems := map[string]string{}
	for _, e := range entries {
		ext := strings.ToLower(filepath.Ext(e.Name()))
		if e.IsDir() || !slices.Contains([]string{".png", ".jpg", ".jpeg", ".tif", ".tiff", ".pgm"}, ext) {
			continue
		}
		stem := strings.TrimSuffix(e.Name(), filepath.Ext(e.Name()))
		if other, twice := stems[stem]; twice {
			return nil, folderError(dir, fmt.Errorf("%s and %s have one name", other, e.Name()))
		}
		stems[stem] = e.Name()
		f.names = append(f.names, e.Name())
	}
	if len(f.names) == 0 {
		return nil, folderError(dir, errors.New("it holds no PNG, JPEG, TIFF or PGM image"))
	}
	slices.Sort(f.names)
	return f, nil
}

// Len is the number of frames.
func (f *Folder) Len() int { return len(f.names) }

// Name is the file name of frame i.
func (f *Folder) Name(i int) string { return f.names[i] }

// Next reads the next image. A file that is no image, or not of the size and
// depth of those before it, ends with an error that names it; the call after it
// goes on with the next one.
func (f *Folder) Next() (detect.Frame, error) {
	if f.next >= len(f.names) {
		return detect.Frame{}, io.EOF
	}
	i := f.next
	f.next++
	frame, err := f.read(f.names[i])
	if err != nil {
		return detect.Frame{}, frameError(f.names[i], err)
	}
	if f.width == 0 {
		f.width, f.height, f.bits = frame.Width, frame.Height, frame.Bits
	}
	if frame.Width != f.width || frame.Height != f.height || frame.Bits != f.bits {
		return detect.Frame{}, otherError(f.names[i], fmt.Errorf("it is %d×%d pixels of %d bits, those before it %d×%d of %d",
			frame.Width, frame.Height, frame.Bits, f.width, f.height, f.bits))
	}
	frame.Index = i
	frame.At = time.Unix(0, 0).UTC().Add(time.Duration(i) * f.step)
	return frame, nil
}

// Close ends the source.
func (f *Folder) Close() error { return nil }

func (f *Folder) read(name string) (detect.Frame, error) {
	file, err := os.Open(filepath.Join(f.dir, name))
	if err != nil {
		return detect.Frame{}, err
	}
	defer file.Close()
	b, err := io.ReadAll(io.LimitReader(file, maxBytes+1))
	if err != nil {
		return detect.Frame{}, err
	}
	if len(b) > maxBytes {
		return detect.Frame{}, errors.New("the file is larger than 256 MB")
	}
	frame, err := decodeFrame(b, f.pix)
	f.pix = frame.Pix
	return frame, err
}

// decodeFrame decodes one image into gray values, into pix where it is large
// enough.
func decodeFrame(b []byte, pix []uint16) (detect.Frame, error) {
	if bytes.HasPrefix(b, []byte("P5")) {
		return decodePGM(b, pix)
	}
	head, _, err := image.DecodeConfig(bytes.NewReader(b))
	if err != nil {
		return detect.Frame{}, err
	}
	if head.Width < 1 || head.Height < 1 || head.Width > maxSide || head.Height > maxSide {
		return detect.Frame{}, fmt.Errorf("%d x %d pixels", head.Width, head.Height)
	}
	im, _, err := image.Decode(bytes.NewReader(b))
	if err != nil {
		return detect.Frame{}, err
	}
	r := im.Bounds()
	frame := detect.Frame{Width: r.Dx(), Height: r.Dy(), Bits: 8, Pix: sized(pix, r.Dx()*r.Dy())}
	if frame.Width != head.Width || frame.Height != head.Height {
		return detect.Frame{}, errors.New("the image is not of the size it states")
	}
	switch im := im.(type) {
	case *image.Gray:
		for y := range frame.Height {
			for x, v := range im.Pix[y*im.Stride : y*im.Stride+frame.Width] {
				frame.Pix[y*frame.Width+x] = uint16(v)
			}
		}
	case *image.Gray16:
		frame.Bits = 16
		for y := range frame.Height {
			row := im.Pix[y*im.Stride:]
			for x := range frame.Width {
				frame.Pix[y*frame.Width+x] = uint16(row[2*x])<<8 | uint16(row[2*x+1])
			}
		}
	default:
		deep := im.ColorModel() == color.RGBA64Model || im.ColorModel() == color.NRGBA64Model
		if deep {
			frame.Bits = 16
		}
		for y := range frame.Height {
			for x := range frame.Width {
				v := color.Gray16Model.Convert(im.At(r.Min.X+x, r.Min.Y+y)).(color.Gray16).Y
				if !deep {
					v >>= 8
				}
				frame.Pix[y*frame.Width+x] = v
			}
		}
	}
	return frame, nil
}

// decodePGM reads a binary portable graymap: "P5", width, height, the largest
// value, one white space, and the values, two bytes each above 255.
func decodePGM(b []byte, pix []uint16) (detect.Frame, error) {
	at := 2
	var head [3]int
	for i := range head {
		for at < len(b) && (isSpace(b[at]) || b[at] == '#') {
			if b[at] == '#' {
				for at < len(b) && b[at] != '\n' {
					at++
				}
				continue
			}
			at++
		}
		from := at
		for at < len(b) && b[at] >= '0' && b[at] <= '9' && at-from < 6 {
			head[i] = head[i]*10 + int(b[at]-'0')
			at++
		}
		if at == from {
			return detect.Frame{}, errors.New("the graymap's head is not readable")
		}
	}
	w, h, most := head[0], head[1], head[2]
	if w < 1 || h < 1 || w > maxSide || h > maxSide || most < 1 || most > 65535 {
		return detect.Frame{}, fmt.Errorf("a graymap of %d x %d up to %d", w, h, most)
	}
	if at >= len(b) || !isSpace(b[at]) {
		return detect.Frame{}, errors.New("the graymap's head is not readable")
	}
	at++
	bytesPer, bits := 1, 8
	if most > 255 {
		bytesPer, bits = 2, 16
	}
	if len(b)-at < w*h*bytesPer {
		return detect.Frame{}, io.ErrUnexpectedEOF
	}
	frame := detect.Frame{Width: w, Height: h, Bits: bits, Pix: sized(pix, w*h)}
	for i := range frame.Pix {
		if bytesPer == 1 {
			frame.Pix[i] = uint16(b[at+i])
		} else {
			frame.Pix[i] = uint16(b[at+2*i])<<8 | uint16(b[at+2*i+1])
		}
	}
	return frame, nil
}

func isSpace(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' }

func sized(pix []uint16, n int) []uint16 {
	if cap(pix) < n {
		return make([]uint16, n)
	}
	return pix[:n]
}

func folderError(dir string, cause error) error {
	return &say.Error{Code: "thermal.folder", Kind: say.Invalid, Cause: cause,
		Text: say.Text{En: fmt.Sprintf("the folder %s cannot be read as a stream of frames", dir), Ar: "لا يمكن قراءة المجلد " + say.LTR(dir) + " على أنه سلسلة صور"},
		Hint: say.Text{En: "give a folder of PNG, JPEG, TIFF or PGM images whose names are in the order of time", Ar: "أعطِ مجلدًا فيه صور " + say.LTR("PNG, JPEG, TIFF, PGM") + " مرتبة أسماؤها بحسب الزمن"}}
}

func frameError(name string, cause error) error {
	return &say.Error{Code: "thermal.frame", Kind: say.Invalid, Cause: cause,
		Text: say.Text{En: fmt.Sprintf("the image %s cannot be read", name), Ar: "لا يمكن قراءة الصورة " + say.LTR(name)},
		Hint: say.Text{En: "check that the file is whole", Ar: "تأكد من سلامة الملف"}}
}

func otherError(name string, cause error) error {
	return &say.Error{Code: "thermal.frame", Kind: say.Invalid, Cause: cause,
		Text: say.Text{En: fmt.Sprintf("the image %s is not of one stream with the others", name), Ar: "الصورة " + say.LTR(name) + " ليست من سلسلة واحدة مع غيرها"},
		Hint: say.Text{En: "put the pictures of each camera and size into a folder of their own", Ar: "ضع صور كل كاميرا وكل حجم في مجلد خاص بها"}}
}

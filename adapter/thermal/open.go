package thermal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"marsad/detect"
	"marsad/say"
)

// Open opens a folder of pictures, a video file, a CPTV recording, an rtsp://
// address, or an http:// address of motion JPEG. A live stream is kept running
// until Close and gives its newest frames; a file or a folder gives every frame,
// as fast as it is read, and io.EOF at its end.
func Open(ctx context.Context, input string, c Camera) (Source, error) {
	c = c.WithDefaults()
	if IsLive(input) {
		return Watch(ctx, input, c, Watching{}), nil
	}
	info, err := os.Stat(input)
	if err != nil {
		return nil, &say.Error{Code: "thermal.input", Kind: say.NotFound, Cause: err,
			Text: say.Text{En: "the input cannot be read: " + input, Ar: "تعذرت قراءة المدخل: " + say.LTR(input)},
			Hint: say.Text{En: "give a video file, a folder of pictures, or an rtsp:// or http:// address", Ar: "حدد ملف فيديو أو مجلد صور أو عنوان rtsp أو http"}}
	}
	if info.IsDir() {
		return OpenFolder(input, c.FPS)
	}
	if strings.EqualFold(filepath.Ext(input), ".cptv") {
		return OpenCPTV(input)
	}
	ch, err := begin(ctx, "", input, c, false)
	if err != nil {
		return nil, err
	}
	return &fileSource{input: input, camera: c, child: ch, pix: make([]uint16, ch.nut.Width*ch.nut.Height)}, nil
}

// fileSource gives all frames of a file. Their times are those of the file,
// counted from the Unix epoch: when a recording was made, it does not say.
type fileSource struct {
	input  string
	camera Camera
	child  *child
	pix    []uint16
	index  int
	last   time.Duration
}

// Next gives the next frame; its pixels are overwritten by the call after.
func (s *fileSource) Next() (detect.Frame, error) {
	pts, err := s.child.next(s.pix)
	switch {
	case errors.Is(err, io.EOF):
		if err := s.child.wait(); err != nil {
			return detect.Frame{}, s.child.failed(s.input, err)
		}
		return detect.Frame{}, io.EOF
	case errors.Is(err, errResized):
		return detect.Frame{}, &say.Error{Code: "thermal.resized", Kind: say.Invalid, Cause: err,
			Text: say.Text{En: fmt.Sprintf("the picture changes its size after frame %d", s.index), Ar: "يتغير حجم الصورة داخل الملف"},
			Hint: say.Text{En: "cut the file there, or set width: in the camera's file", Ar: "اقطع الملف عند ذلك الموضع أو حدد width في ملف الكاميرا"}}
	case err != nil:
		return detect.Frame{}, s.child.failed(s.input, err)
	}
	if s.index > 0 && pts <= s.last {
		pts = s.last + time.Millisecond // a file may repeat a time; a frame may not
	}
	s.last = pts
	bits := 8
	if s.child.nut.Bytes == 2 {
		bits = s.camera.Bits
	}
	f := detect.Frame{Index: s.index, At: time.Unix(0, int64(pts)).UTC(), Width: s.child.nut.Width, Height: s.child.nut.Height, Pix: s.pix, Bits: bits}
	s.index++
	return f, nil
}

// Close ends the child process.
func (s *fileSource) Close() error {
	s.child.end()
	return nil
}

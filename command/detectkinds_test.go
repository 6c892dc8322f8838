package command

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Whatever a camera or an archive gives is read: folders of pictures of 8 and 16
// bits, and films of three codecs. The walker is found in each, with a mask for
// every frame.
func TestDetectReadsEveryKindOfInput(t *testing.T) {
	if _, err := exec.LookPath("ffmpeg"); err != nil {
		t.Skip("ffmpeg is not installed: ./test installs it")
	}
	const frames = 40
	in := walk(t, frames)
	for name, args := range map[string][]string{
		"png-16/%06d.png": {"-vf", "format=gray16le"}, "jpeg/%06d.jpg": {"-q:v", "2"}, "tiff/%06d.tiff": {}, "pgm/%06d.pgm": {"-pix_fmt", "gray"},
		"h264.mkv": {"-c:v", "libx264", "-crf", "12", "-pix_fmt", "yuv420p"}, "h265.mkv": {"-c:v", "libx265", "-crf", "12", "-pix_fmt", "yuv420p", "-x265-params", "log-level=error"},
		"mjpeg.avi": {"-c:v", "mjpeg", "-q:v", "2", "-pix_fmt", "yuvj420p"}, "ffv1-16.mkv": {"-c:v", "ffv1", "-pix_fmt", "gray16le"},
	} {
		t.Run(strings.NewReplacer("/%06d.", " ", ".", " ").Replace(name), func(t *testing.T) {
			out := filepath.Join(t.TempDir(), name)
			if err := os.MkdirAll(filepath.Dir(out), 0o755); err != nil {
				t.Fatal(err)
			}
			made := exec.Command("ffmpeg", append(append([]string{"-loglevel", "error", "-framerate", "10", "-i", filepath.Join(in, "%06d.png")}, args...), out)...)
			if b, err := made.CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, b)
			}
			input := out
			if strings.Contains(name, "%") {
				input = filepath.Dir(out)
			}
			masks := t.TempDir()
			var said, complained bytes.Buffer
			c := DetectCmd{Input: input, Camera: sampleCamera, Out: filepath.Join(t.TempDir(), "o.jsonl"), Masks: masks}
			if err := c.Run(&Streams{Out: &said, Err: &complained}); err != nil {
				t.Fatal(err)
			}
			if said.String() != "40 frames, 1 movers declared\n" || complained.Len() > 0 {
				t.Errorf("it says %q %q", said.String(), complained.String())
			}
			if written, err := os.ReadDir(masks); err != nil || len(written) != frames {
				t.Errorf("%d masks, %v", len(written), err)
			}
		})
	}
}

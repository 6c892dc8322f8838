package command

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"marsad/say"
)

const sampleCamera = "../adapter/thermal/sample.yaml"

// walk writes a folder of frames in which a warm square of 8 x 6 pixels goes
// 2 pixels to the right in each, over noise.
func walk(t *testing.T, frames int) string {
	t.Helper()
	dir := t.TempDir()
	rng := rand.New(rand.NewPCG(1, 2))
	for n := range frames {
		im := image.NewGray(image.Rect(0, 0, 160, 120))
		for i := range im.Pix {
			im.Pix[i] = uint8(90 + i/160/4 + rng.IntN(3))
		}
		for y := 50; y < 56; y++ {
			for x := 20 + 2*n; x < 28+2*n; x++ {
				im.Pix[y*160+x] += 60
			}
		}
		var b bytes.Buffer
		if err := png.Encode(&b, im); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%06d.png", n)), b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestDetectCommand(t *testing.T) {
	in := walk(t, 40)
	if err := os.WriteFile(filepath.Join(in, "000007.png"), []byte("cut"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, masks := filepath.Join(t.TempDir(), "out.jsonl"), filepath.Join(t.TempDir(), "new", "masks")
	var said, complained bytes.Buffer
	c := DetectCmd{Input: in, Camera: sampleCamera, Out: out, Masks: masks}
	if e := say.As(c.Run(&Streams{Out: &said, Err: &complained})); e == nil || e.Code != "detect.unread" || !strings.Contains(e.Text.En, out) || e.Hint.Ar == "" {
		t.Fatal(e) // all that could be read is looked at, and nobody takes it for all there was
	}
	if got := said.String(); got != "39 frames, 1 movers declared, 1 images could not be read\n" {
		t.Errorf("it says %q", got)
	}
	if !bytes.Contains(complained.Bytes(), []byte("000007.png")) {
		t.Errorf("the damaged image is not named: %q", complained.String())
	}
	f, err := os.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines, last := 0, detectLine{}
	for scan := bufio.NewScanner(f); scan.Scan(); lines++ {
		last = detectLine{}
		if err := json.Unmarshal(scan.Bytes(), &last); err != nil {
			t.Fatal(err)
		}
	}
	if lines != 39 || last.Frame != 39 || last.Name != "000039.png" || len(last.Movers) != 1 {
		t.Fatalf("%d lines, the last is %+v", lines, last)
	}
	m := last.Movers[0]
	if !m.Declared || m.Velocity[0] < 15 || m.Velocity[0] > 25 || m.Centre[0] < 98 || m.Centre[0] > 105 || m.Contrast < 10 {
		t.Errorf("the mover is %+v", m)
	}
	sum := 0.0
	for _, p := range m.Class {
		sum += p
	}
	if m.Kind == "" || m.Class[m.Kind] < 1./7 || sum < 0.999 || sum > 1.001 || len(m.Class) != 7 || len(m.Why) == 0 || m.Why[0].En == "" || m.Why[0].Ar == "" {
		t.Errorf("its class is %q of %v, because %+v", m.Kind, m.Class, m.Why)
	}
	if m.Where == nil || !m.Where.Assumed || m.Where.Azimuth < 258 || m.Where.Azimuth > 272 {
		t.Errorf("it is at %+v", m.Where)
	}
	for n := range 40 {
		b, err := os.ReadFile(filepath.Join(masks, fmt.Sprintf("%06d.png", n)))
		if n == 7 {
			if err == nil {
				t.Error("a damaged image has a mask")
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		im, err := png.Decode(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		g, ok := im.(*image.Gray)
		if !ok || g.Rect != image.Rect(0, 0, 160, 120) {
			t.Fatalf("mask %d is %T %v", n, im, im.Bounds())
		}
		if n == 39 && (g.GrayAt(102, 53).Y != 255 || g.GrayAt(40, 53).Y != 0) {
			t.Error("the last mask does not show the mover where it is")
		}
	}
}

// The first 30 frames alone give the same masks: no frame is looked at ahead.
func TestDetectionIsCausal(t *testing.T) {
	whole := walk(t, 40)
	part := t.TempDir()
	for n := range 30 {
		name := fmt.Sprintf("%06d.png", n)
		if err := os.Symlink(filepath.Join(whole, name), filepath.Join(part, name)); err != nil {
			t.Fatal(err)
		}
	}
	var folders []string
	for _, in := range []string{whole, part, whole} {
		masks := t.TempDir()
		c := DetectCmd{Input: in, Camera: sampleCamera, Out: filepath.Join(t.TempDir(), "o.jsonl"), Masks: masks}
		if err := c.Run(&Streams{Out: &bytes.Buffer{}, Err: &bytes.Buffer{}}); err != nil {
			t.Fatal(err)
		}
		folders = append(folders, masks)
	}
	for n := range 40 {
		name := fmt.Sprintf("%06d.png", n)
		a, errA := os.ReadFile(filepath.Join(folders[0], name))
		b, errB := os.ReadFile(filepath.Join(folders[1], name))
		c, errC := os.ReadFile(filepath.Join(folders[2], name))
		if errA != nil || errC != nil || (errB == nil) != (n < 30) {
			t.Fatal(name, errA, errB, errC)
		}
		if !bytes.Equal(a, c) || n < 30 && !bytes.Equal(a, b) {
			t.Errorf("%s differs", name)
		}
	}
}

func TestDetectCommandRefuses(t *testing.T) {
	in, out := walk(t, 2), filepath.Join(t.TempDir(), "o.jsonl")
	for name, c := range map[string]DetectCmd{
		"no camera":    {Input: in, Camera: "absent.yaml", Out: out},
		"not a camera": {Input: in, Camera: "detect_test.go", Out: out},
		"no input":     {Input: in + "x", Camera: sampleCamera, Out: out},
		"no frames":    {Input: t.TempDir(), Camera: sampleCamera, Out: out},
		"no out":       {Input: in, Camera: sampleCamera, Out: filepath.Join(out, "x", "o")},
		"no terrain":   {Input: in, Camera: sampleCamera, Out: out, Terrain: t.TempDir()},
		"no masks":     {Input: in, Camera: sampleCamera, Out: out, Masks: "detect_test.go"},
	} {
		if err := c.Run(&Streams{Out: &bytes.Buffer{}, Err: &bytes.Buffer{}}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// What cannot be looked at is refused with what happened and what to do, in both
// languages, and what stood under the name of the output stays.
func TestDetectRefusesWrongInputs(t *testing.T) {
	dir := t.TempDir()
	put := func(name, text string) string {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	const camera = "id: t\nposition: {lat: 36.8, lon: 42.1, height: 400}\n"
	good := put("good.yaml", camera+"field_of_view: {horizontal: 12}\n")
	out := put("out.jsonl", "of yesterday\n")
	frames := walk(t, 3)
	onlyBad := filepath.Dir(put("bad/000.png", ""))
	for name, c := range map[string]struct {
		input, camera, says string
		ffmpeg              bool
	}{
		"no such file":         {filepath.Join(dir, "none.mp4"), good, "no such file", false},
		"a text":               {put("text.mp4", "minutes of a meeting"), good, "video player", true},
		"nothing":              {put("zero.mkv", ""), good, "video player", true},
		"an empty folder":      {filepath.Dir(put("empty/notes.txt", "x")), good, "no PNG, JPEG, TIFF or PGM", false},
		"an empty picture":     {onlyBad, good, "no frame could be read", false},
		"no field of view":     {frames, put("nofield.yaml", camera), "field_of_view", false},
		"a misspelt name":      {frames, put("misspelt.yaml", camera+"field_of_vew: {horizontal: 12}\n"), "field_of_vew", false},
		"an empty camera":      {frames, put("empty.yaml", ""), "id", false},
		"no camera":            {frames, filepath.Join(dir, "none.yaml"), "none.yaml", false},
		"nobody at an address": {"rtsp://guard:sesame@127.0.0.1:9/x", good, "refused", true},
	} {
		if _, err := exec.LookPath("ffmpeg"); c.ffmpeg && err != nil {
			t.Log("ffmpeg is not installed: ./test installs it; passed over: " + name)
			continue
		}
		var said bytes.Buffer
		err := (&DetectCmd{Input: c.input, Camera: c.camera, Out: out}).Run(&Streams{Out: io.Discard, Err: &said})
		e, whole := errors.AsType[*say.Error](err)
		if !whole {
			t.Errorf("%s: %v", name, err)
			continue
		}
		text := e.Error() + e.Hint.En + said.String()
		if !strings.Contains(text, c.says) || e.Text.Ar == "" || e.Hint.En == "" || e.Hint.Ar == "" || strings.Contains(text+e.Text.Ar, "sesame") || strings.Contains(text, " @ 0x") {
			t.Errorf("%s: %q, %q", name, text, e.Text.Ar)
		}
		if b, err := os.ReadFile(out); err != nil || string(b) != "of yesterday\n" {
			t.Errorf("%s: the output holds %q, %v", name, b, err)
		}
	}
}

// A picture of another size or depth is no part of the stream: it is named and
// passed over, and the rest is looked at.
func TestDetectPassesOverPicturesOfAnotherKind(t *testing.T) {
	in := walk(t, 6)
	var wide, deep bytes.Buffer
	if err := errors.Join(png.Encode(&wide, image.NewGray(image.Rect(0, 0, 320, 240))), png.Encode(&deep, image.NewGray16(image.Rect(0, 0, 160, 120)))); err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{"000002.png": wide.Bytes(), "000004.png": deep.Bytes()} {
		if err := os.WriteFile(filepath.Join(in, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out := filepath.Join(t.TempDir(), "out.jsonl")
	var said, complained bytes.Buffer
	err := (&DetectCmd{Input: in, Camera: sampleCamera, Out: out}).Run(&Streams{Out: &said, Err: &complained})
	if e := say.As(err); e == nil || e.Code != "detect.unread" {
		t.Errorf("%v", err)
	}
	for _, want := range []string{"000002.png", "320×240 pixels of 8 bits", "000004.png", "160×120 pixels of 16 bits"} {
		if !strings.Contains(complained.String(), want) {
			t.Errorf("%q is not in %q", want, complained.String())
		}
	}
	if b, err := os.ReadFile(out); err != nil || bytes.Count(b, []byte("\n")) != 4 || !strings.HasPrefix(said.String(), "4 frames") {
		t.Errorf("%s, %d bytes, %v", said.String(), len(b), err)
	}
}

package command

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
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
	if err := c.Run(&Streams{Out: &said, Err: &complained}); err != nil {
		t.Fatal(err)
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

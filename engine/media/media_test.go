package media

import (
	"bytes"
	"errors"
	"image/jpeg"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"marsad/detect"
	"marsad/detect/view"
)

var t0 = time.Date(2026, 3, 1, 2, 0, 0, 0, time.UTC)

const w, h = 64, 48

// shot is frame n of a camera at 10 frames a second: grey 100, a secret at 200
// in the left quarter, a mover at 240 that goes right.
func shot(n int) Shot {
	f := detect.Frame{Index: n, At: t0.Add(time.Duration(n) * 100 * time.Millisecond), Width: w, Height: h, Bits: 8, Pix: make([]uint16, w*h)}
	mask := view.Fill(nil, w, h)
	for i := range f.Pix {
		f.Pix[i] = 100
		if i%w < w/4 {
			f.Pix[i], mask.Hidden[i] = 200, true
		}
	}
	box := detect.Box{X: 20 + n%30, Y: 20, W: 4, H: 8}
	return Shot{Camera: "east", Frame: f, Boxes: []detect.Box{box}, Mask: &mask}
}

// secret reports whether the masked quarter of a JPEG shows anything.
func secret(t *testing.T, b []byte) bool {
	t.Helper()
	img, err := jpeg.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	bright := false
	for y := range h {
		for x := range w/4 - 8 { // not beside the edge, where JPEG rings
			v, _, _, _ := img.At(x, y).RGBA()
			bright = bright || v > 60<<8
		}
	}
	return bright
}

// jpegs of an AVI, by its chunks.
func jpegs(b []byte) (out [][]byte) {
	for {
		i := bytes.Index(b, []byte("00dc"))
		if i < 0 || len(b) < i+8 || !bytes.HasPrefix(b[i+8:], []byte{0xff, 0xd8}) {
			return out
		}
		n := int(b[i+4]) | int(b[i+5])<<8 | int(b[i+6])<<16
		out = append(out, b[i+8:i+8+n])
		b = b[i+8+n:]
	}
}

func TestSafeguard_09_NothingHiddenIsKept(t *testing.T) {
	kept := make(chan Evidence, 1)
	m := New(Options{Dir: filepath.Join(t.TempDir(), "evidence"), Kept: func(e Evidence) { kept <- e }})
	for n := range 100 {
		m.See(shot(n))
	}
	b, _, err := m.Still("east", false)
	if err != nil || secret(t, b) {
		t.Errorf("the tile shows what is hidden: %v", err)
	}
	if b, _, err = m.Still("east", true); err != nil || !secret(t, b) {
		t.Errorf("unmasked, it does not show it: %v", err)
	}
	if err := m.Begin("a1", []string{"east", "absent"}, t0.Add(10*time.Second)); err != nil {
		t.Fatal(err)
	}
	for n := 100; n < 150; n++ {
		m.See(shot(n))
	}
	m.End("a1")
	e := <-kept
	if len(e.Files) != 4 || e.Pictures < 70 || e.From.After(t0.Add(time.Second)) || e.To.Before(t0.Add(14*time.Second)) {
		t.Fatalf("%+v", e)
	}
	for _, f := range e.Files {
		b, err := m.File("a1", f.Name)
		if err != nil || len(b) != f.Bytes {
			t.Fatal(f.Name, err)
		}
		pictures := [][]byte{b}
		if strings.HasSuffix(f.Name, ".avi") {
			if pictures = jpegs(b); len(pictures) != e.Pictures {
				t.Errorf("%d pictures in the clip, not %d", len(pictures), e.Pictures)
			}
		}
		for _, p := range pictures {
			if secret(t, p) {
				t.Fatalf("%s shows what is hidden", f.Name)
			}
		}
	}
	// A frame without a mask, or with one of another size, shows nothing.
	s := shot(200)
	s.Mask = nil
	m.See(s)
	b, _, _ = m.Still("east", false)
	img, err := jpeg.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	if v, _, _, _ := img.At(w-4, 4).RGBA(); v > 20<<8 {
		t.Error("a frame without a mask was shown")
	}
	m.Close()
}

func TestTheClipIsReadByOthers(t *testing.T) {
	if _, err := exec.LookPath("ffprobe"); err != nil {
		t.Skip("ffprobe is not installed: ./test installs it")
	}
	dir := t.TempDir()
	m := New(Options{Dir: dir})
	for n := range 60 {
		m.See(shot(n))
	}
	if err := m.Begin("a1", []string{"east"}, t0); err != nil {
		t.Fatal(err)
	}
	m.Close()
	out, err := exec.Command("ffprobe", "-v", "error", "-count_frames", "-show_entries", "stream=codec_name,width,height,avg_frame_rate,nb_read_frames", "-of", "csv=p=0", filepath.Join(dir, "a1", "east.avi")).CombinedOutput()
	if got := strings.TrimSpace(string(out)); err != nil || got != "mjpeg,64,48,5/1,30" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestTheRingIsBounded(t *testing.T) {
	m := New(Options{Dir: t.TempDir(), Before: 2 * time.Second})
	for n := range 300 {
		m.See(shot(n))
	}
	if c := m.cameras["east"]; len(c.ring) > 11 || c.bytes != len(c.ring)*w*h {
		t.Errorf("%d pictures, %d bytes", len(c.ring), c.bytes)
	}
	m = New(Options{Dir: t.TempDir(), Bytes: 5 * w * h})
	for n := range 300 {
		m.See(shot(n))
	}
	if c := m.cameras["east"]; len(c.ring) != 5 {
		t.Errorf("%d pictures", len(c.ring))
	}
}

func TestAChangedFileIsFoundAndErasureErases(t *testing.T) {
	dir := t.TempDir()
	m := New(Options{Dir: dir})
	m.See(shot(0))
	for _, alert := range []string{"old", "new"} {
		if err := m.Begin(alert, []string{"east"}, t0); err != nil {
			t.Fatal(err)
		}
		m.End(alert)
	}
	m.work.Wait()
	path := filepath.Join(dir, "old", "east-1.jpg")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)-3] ^= 1
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := m.File("old", "east-1.jpg"); !errors.Is(err, ErrChanged) {
		t.Errorf("got %v", err)
	}
	for _, bad := range []string{"../old", "", "..", "a/b"} {
		if _, err := m.File(bad, "east-1.jpg"); err == nil {
			t.Errorf("%q was read", bad)
		}
		if _, err := m.File("new", bad); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
	gone, err := m.Erase(func(alert string, to time.Time) bool { return alert == "old" && to.Equal(t0) })
	if err != nil || len(gone) != 1 {
		t.Fatalf("%v, %v", gone, err)
	}
	if list, _ := m.Of("old"); len(list) != 0 {
		t.Error("erased, and still there")
	}
	if list, err := m.Of("new"); err != nil || len(list) != 1 || len(list[0].Files) != 2 {
		t.Errorf("%+v, %v", list, err)
	}
}

func TestADiskThatTakesNothingIsTold(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(dir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	told := make(chan error, 1)
	m := New(Options{Dir: dir, Failed: func(_ string, err error) { told <- err }})
	m.See(shot(0))
	m.Begin("a", []string{"east"}, t0)
	m.Close()
	if err := <-told; err == nil || !strings.Contains(err.Error(), "evidence cannot be written") {
		t.Errorf("got %v", err)
	}
}

func BenchmarkSee(b *testing.B) {
	m := New(Options{Dir: b.TempDir()})
	f := detect.Frame{Width: 640, Height: 480, Bits: 8, Pix: make([]uint16, 640*480)}
	mask := view.Fill(nil, 640, 480)
	for i := range b.N {
		f.At = t0.Add(time.Duration(i) * 100 * time.Millisecond)
		m.See(Shot{Camera: "a", Frame: f, Mask: &mask})
	}
}

package thermal

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/image/tiff"

	"marsad/say"
)

// The four formats give the same pixels, in the order of the names.
func TestAFolderIsAStream(t *testing.T) {
	plain, far := t.TempDir(), t.TempDir() // of 8 and of 16 bits
	gray := image.NewGray(image.Rect(0, 0, 7, 5))
	deep := image.NewGray16(image.Rect(0, 0, 7, 5))
	for i := range gray.Pix {
		gray.Pix[i] = uint8(i * 7)
		deep.SetGray16(i%7, i/7, color.Gray16{Y: uint16(i * 1700)})
	}
	write := func(dir, name string, encode func(io.Writer) error) {
		t.Helper()
		var b bytes.Buffer
		if err := encode(&b); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(plain, "05.png", func(w io.Writer) error { return png.Encode(w, gray) })
	write(far, "10.png", func(w io.Writer) error { return png.Encode(w, deep) })
	write(far, "15.tiff", func(w io.Writer) error { return tiff.Encode(w, deep, nil) })
	write(plain, "20.pgm", func(w io.Writer) error {
		_, err := w.Write(append([]byte("P5 # a comment\n7 5\n255\n"), gray.Pix...))
		return err
	})
	write(far, "25.PGM", func(w io.Writer) error {
		_, err := w.Write(append([]byte("P5\n7 5\n65535\n"), deep.Pix...))
		return err
	})
	write(plain, "30.jpg", func(w io.Writer) error { return jpeg.Encode(w, gray, &jpeg.Options{Quality: 100}) })
	write(plain, "35.png", func(w io.Writer) error {
		rgb := image.NewRGBA(gray.Rect)
		for i, v := range gray.Pix {
			rgb.Set(i%7, i/7, color.RGBA{v, v, v, 255})
		}
		return png.Encode(w, rgb)
	})
	write(plain, "notes.txt", func(w io.Writer) error { return nil })
	for _, dir := range []string{plain, far} {
		f, err := OpenFolder(dir, 10)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		for n := range f.Len() {
			frame, err := f.Next()
			if err != nil {
				t.Fatal(f.Name(n), err)
			}
			if frame.Index != n || frame.Width != 7 || frame.Height != 5 || !frame.At.Equal(time.Unix(0, 0).Add(time.Duration(n)*100*time.Millisecond)) {
				t.Errorf("%s: frame %+v", f.Name(n), frame)
			}
			for i, v := range frame.Pix {
				want, slack := int(gray.Pix[i]), 0
				switch f.Name(n) {
				case "10.png", "15.tiff", "25.PGM":
					want = i * 1700
				case "30.jpg":
					slack = 6
				}
				if off := int(v) - want; off > slack || off < -slack {
					t.Fatalf("%s: pixel %d is %d, wanted %d", f.Name(n), i, v, want)
				}
			}
		}
		if _, err := f.Next(); err != io.EOF {
			t.Errorf("after the last frame: %v", err)
		}
	}
}

// A damaged image is an error that names it, and the stream goes on.
func TestADamagedImageIsPassedOver(t *testing.T) {
	dir := t.TempDir()
	for name, b := range map[string]string{"1.png": "no image", "2.pgm": "P5 2 1 255 ab", "3.pgm": "P5 9 9 255 a"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(b), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	f, err := OpenFolder(dir, 10)
	if err != nil {
		t.Fatal(err)
	}
	var e *say.Error
	if _, err := f.Next(); !errors.As(err, &e) || e.Code != "thermal.frame" {
		t.Errorf("the damaged image: %v", err)
	}
	if frame, err := f.Next(); err != nil || frame.Index != 1 || frame.Pix[1] != 'b' {
		t.Errorf("the whole image: %+v, %v", frame, err)
	}
	if _, err := f.Next(); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("the cut image: %v", err)
	}
}

func TestFoldersThatAreRefused(t *testing.T) {
	empty, twins := t.TempDir(), t.TempDir()
	for _, name := range []string{"a.png", "a.pgm"} {
		if err := os.WriteFile(filepath.Join(twins, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for dir, fps := range map[string]float64{empty: 10, twins: 10, filepath.Join(empty, "absent"): 10, ".": 0} {
		var e *say.Error
		if _, err := OpenFolder(dir, fps); !errors.As(err, &e) || e.Code != "thermal.folder" || e.Hint.Ar == "" {
			t.Errorf("%s at %g fps: %v", dir, fps, err)
		}
	}
}

func FuzzFrame(f *testing.F) {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 3, 2))); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add([]byte("P5 2 1 255 ab"))
	f.Add([]byte("P5\n#c\n1 1 65535\n\x01\x02"))
	f.Fuzz(func(t *testing.T, b []byte) {
		frame, err := decodeFrame(b, nil)
		if err != nil {
			return
		}
		if frame.Width < 1 || frame.Height < 1 || len(frame.Pix) != frame.Width*frame.Height {
			t.Fatalf("%d x %d with %d pixels", frame.Width, frame.Height, len(frame.Pix))
		}
		if frame.Bits == 8 {
			for _, v := range frame.Pix {
				if v > 255 {
					t.Fatalf("the value %d of 8 bits", v)
				}
			}
		}
	})
}

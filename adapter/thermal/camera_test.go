package thermal

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marsad/say"
)

func TestSampleIsACamera(t *testing.T) {
	whole := strings.Replace(Sample(), "#onvif", "onvif", 1)
	for _, s := range []string{Sample(), whole} {
		c, err := ReadCamera([]byte(s))
		if err != nil {
			t.Fatal(err)
		}
		if c.ID != "sample-tower-east" || c.Watchdog.BackOffMost != Duration(time.Minute) || len(c.Masks) != 2 {
			t.Errorf("%+v", c)
		}
		// What the sample shows as a default is one.
		bare := Camera{ID: c.ID, Name: c.Name, Position: c.Position, Mast: c.Mast, Azimuth: c.Azimuth, Tilt: c.Tilt, FieldOfView: c.FieldOfView, Masks: c.Masks, Onvif: c.Onvif}
		if diff := cmp.Diff(bare.WithDefaults(), c); diff != "" {
			t.Errorf("the sample is not the default: %s", diff)
		}
	}
}

// Golden cases: a camera's file beside what is read from it or why it is
// refused; a NUT stream beside the times and sums of its pictures.
func TestGoldenCases(t *testing.T) {
	inputs, err := filepath.Glob("testdata/cases/*.in.*")
	if err != nil || len(inputs) == 0 {
		t.Fatal("no golden cases", err)
	}
	for _, in := range inputs {
		name, kind, _ := strings.Cut(filepath.Base(in), ".in.")
		t.Run(name, func(t *testing.T) {
			b, err := os.ReadFile(in)
			if err != nil {
				t.Fatal(err)
			}
			var got string
			switch kind {
			case "yaml":
				got = readCase(b)
			case "nut":
				got = nutCase(b)
			case "xml":
				got = onvifCase(name, b)
			default:
				t.Fatalf("what is a case of %s?", kind)
			}
			out := strings.TrimSuffix(in, ".in."+kind) + ".out.txt"
			if os.Getenv("UPDATE") != "" {
				if err := os.WriteFile(out, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(out)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func readCase(b []byte) string {
	c, err := ReadCamera(b)
	if err != nil {
		return err.Error() + "\n"
	}
	return strings.ReplaceAll(fmt.Sprintf("%+v\n", c), "} ", "}\n")
}

func nutCase(b []byte) string {
	var out strings.Builder
	n, err := openNut(strings.NewReader(string(b)))
	if err != nil {
		return err.Error() + "\n"
	}
	fmt.Fprintf(&out, "%d×%d, %d bytes a pixel\n", n.Width, n.Height, n.Bytes)
	pix, raw := make([]uint16, n.Width*n.Height), make([]byte, n.Width*n.Height*n.Bytes)
	for {
		at, err := n.next(pix, raw)
		if err != nil {
			fmt.Fprintln(&out, err)
			return out.String()
		}
		sum := 0
		for i, v := range pix {
			sum += int(v) * (i%7 + 1)
		}
		fmt.Fprintf(&out, "%v %d\n", at, sum)
	}
}

// A corner with a number too many, or with none, is refused by line and column; the
// library's own array of two would have ended the program.
func TestACornerIsTwoNumbers(t *testing.T) {
	for _, corner := range []string{"[0.1, 0.2, 0.3]", "[0.1]", "[]", "0.1", "{a: 1, b: 2}", "[a, b]"} {
		file := "id: a\nposition: {lat: 36.8, lon: 42.1}\nfield_of_view: {horizontal: 12}\nmasks:\n  - {name: house, picture: [" + corner + "]}\n"
		_, err := ReadCamera([]byte(file))
		if err == nil || !strings.Contains(err.Error(), "a corner is two numbers") || !strings.Contains(err.Error(), "[5:") {
			t.Errorf("%s: %v", corner, err)
		}
	}
}

// What makes the library panic is refused like any other file.
func TestAFileThatNoReaderUnderstandsIsRefused(t *testing.T) {
	_, err := ReadCamera([]byte("masks:\n  !\n    a: 1\nid: x\n"))
	if err == nil || say.As(err).Code != "thermal.camera" || !strings.Contains(err.Error(), "a tag that begins with !") {
		t.Errorf("%v", err)
	}
}

func FuzzReadCamera(f *testing.F) {
	f.Add([]byte(Sample()))
	f.Add([]byte("id: a\nposition: {lat: .nan}\n"))
	f.Add([]byte("masks:\n  !\n    a: 1\nid: x\n"))
	f.Add([]byte("id: a\nmasks: [{name: house, picture: [[0.1, 0.2, 0.3]]}]\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := ReadCamera(b)
		if err != nil {
			if say.As(err).Code != "thermal.camera" {
				t.Fatalf("%v", err)
			}
			return
		}
		if field, why := c.check(); field != "" {
			t.Fatalf("accepted, but %s: %s", field, why)
		}
	})
}

func FuzzNut(f *testing.F) {
	for _, name := range []string{"gray", "gray16"} {
		b, err := os.ReadFile("testdata/cases/" + name + ".in.nut")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b[:min(len(b), 3000)])
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		n, err := openNut(strings.NewReader(string(b)))
		if err != nil {
			return
		}
		if n.Width < 1 || n.Height < 1 || n.Width > maxSide || n.Height > maxSide || n.Width*n.Height > 1<<16 {
			return // larger than what a fuzzer should fill
		}
		pix, raw := make([]uint16, n.Width*n.Height), make([]byte, n.Width*n.Height*n.Bytes)
		for range 100 {
			if _, err := n.next(pix, raw); err != nil {
				return
			}
		}
	})
}

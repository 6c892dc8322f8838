package thermal

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"marsad/detect"
	"marsad/say"
)

// cptv writes a recording as the format's own writer would.
func cptv(t testing.TB, version byte, width, height int, frames [][]uint16, corrected []uint32) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	field := func(code byte, v any) {
		var f bytes.Buffer
		if err := binary.Write(&f, binary.LittleEndian, v); err != nil {
			t.Fatal(err)
		}
		z.Write(append([]byte{byte(f.Len()), code}, f.Bytes()...))
	}
	z.Write([]byte{'C', 'P', 'T', 'V', version, 'H', 5})
	field('T', uint64(1_700_000_000_000_000))
	field('X', uint32(width))
	field('Y', uint32(height))
	field('C', uint8(1))
	field('D', []byte("test"))
	const bits = 17
	before := make([]uint16, width*height)
	for n, frame := range frames {
		var data []byte
		var store uint64
		have := 0
		last := int32(0)
		for i := range frame {
			y, x := i/width, i%width
			if y%2 == 1 {
				x = width - 1 - x
			}
			d := int32(frame[y*width+x]) - int32(before[y*width+x])
			if i == 0 {
				data = binary.LittleEndian.AppendUint32(nil, uint32(d))
			} else {
				store = store<<bits | uint64(uint32(d-last)&(1<<bits-1))
				have += bits
				for have >= 8 {
					have -= 8
					data = append(data, byte(store>>have))
				}
			}
			last = d
		}
		if have > 0 {
			data = append(data, byte(store<<(8-have)))
		}
		before = frame
		fields := byte(3)
		if corrected != nil {
			fields = 4
		}
		z.Write([]byte{'F', fields})
		on := uint32(60_000 + n*111) // milliseconds
		if version == 1 {
			on *= 1000 // microseconds
		}
		field('t', on)
		field('w', uint8(bits))
		field('f', uint32(len(data)))
		if corrected != nil {
			field('c', corrected[n])
		}
		z.Write(data)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestCPTVRoundTrip(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	var frames [][]uint16
	for range 5 {
		f := make([]uint16, 9*7)
		for i := range f {
			f[i] = uint16(2000 + rng.IntN(12000))
		}
		frames = append(frames, f)
	}
	for version, corrected := range map[byte][]uint32{1: nil, 2: {0, 100, 60_200, 60_200, 1}} {
		c, err := ReadCPTV(bytes.NewReader(cptv(t, version, 9, 7, frames, corrected)))
		if err != nil {
			t.Fatal(err)
		}
		for n, want := range frames {
			f, err := c.Next()
			if err != nil {
				t.Fatal(err)
			}
			if f.Index != n || f.Width != 9 || f.Height != 7 || f.Bits != 16 ||
				!f.At.Equal(time.Unix(1_700_000_000, 0).Add(time.Duration(n)*111*time.Millisecond)) {
				t.Errorf("frame %+v", f)
			}
			if f.FlatField != (version == 2 && (n == 2 || n == 3)) {
				// frame 2 is at 60 222 ms, after the correction at 60 200
				t.Errorf("version %d, frame %d: flat field %v", version, n, f.FlatField)
			}
			for i, v := range f.Pix {
				if v != want[i] {
					t.Fatalf("version %d, frame %d, pixel %d: %d, wanted %d", version, n, i, v, want[i])
				}
			}
		}
		if _, err := c.Next(); err != io.EOF {
			t.Errorf("after the last frame: %v", err)
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestDamagedCPTVIsRefused(t *testing.T) {
	whole := cptv(t, 2, 9, 7, [][]uint16{make([]uint16, 63)}, []uint32{0})
	for name, b := range map[string][]byte{"empty": nil, "one byte": {7}, "text": []byte("CPTV"), "cut": whole[:len(whole)/2]} {
		c, err := ReadCPTV(bytes.NewReader(b))
		if err == nil {
			_, err = c.Next()
		}
		var e *say.Error
		if !errors.As(err, &e) || e.Code != "thermal.cptv" || e.Hint.Ar == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Recordings of a 160 x 120 camera in the wild: the folders' names are the
// truth, as their own project's list of regressions has it.
func TestAnimalsAreDeclaredAndNoiseIsNot(t *testing.T) {
	computes(t)
	t.Parallel()
	const root = "../../../shared/data/thermal/cacophony-cptv"
	if _, err := os.Stat(root); err != nil {
		t.Skip("no evaluation data beside the repository: ", root)
	}
	for folder, moves := range map[string]bool{"animals": true, "noise": false, "edge": false} {
		files, err := filepath.Glob(filepath.Join(root, folder, "*.cptv"))
		if err != nil || len(files) == 0 {
			t.Fatal(folder, err)
		}
		for _, name := range files {
			for _, injected := range []bool{false, true} {
				// an animal that is in view while the shutter is closed may be
				// taken for background; an event may never be taken for an animal
				if got := declares(t, name, injected); got != moves && !(moves && injected) {
					t.Errorf("%s (flat-field event put in: %v): declared %v", filepath.Base(name), injected, got)
				}
			}
		}
	}
}

// declares says whether anything is declared in a recording; injected closes
// the shutter for five frames in its middle and leaves another pattern of
// offsets behind, without a word of the camera's.
func declares(t *testing.T, name string, injected bool) bool {
	c, err := OpenCPTV(name)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	rng := rand.New(rand.NewPCG(3, 3))
	var pattern []uint16
	var d *detect.Detector
	any := false
	for {
		f, err := c.Next()
		if err == io.EOF {
			return any
		}
		if err != nil {
			t.Fatal(err)
		}
		if d == nil {
			d = detect.New(detect.Standard(), f.Width, f.Height)
			pattern = make([]uint16, len(f.Pix))
			for i := range pattern {
				pattern[i] = uint16(rng.IntN(12))
			}
		}
		if injected && f.Index >= 45 {
			pix := make([]uint16, len(f.Pix))
			for i, v := range f.Pix {
				if pix[i] = v + pattern[i]; f.Index < 50 {
					pix[i] = 3000 + pattern[i]
				}
			}
			f.Pix = pix
		}
		for _, m := range d.Step(f).Movers {
			any = any || m.Declared
		}
	}
}

func FuzzCPTV(f *testing.F) {
	f.Add(cptv(f, 2, 3, 2, [][]uint16{{1, 2, 3, 4, 5, 6}, {6, 5, 4, 3, 2, 1}}, []uint32{0, 0}))
	f.Add(cptv(f, 1, 2, 2, [][]uint16{{9, 9, 9, 9}}, nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := ReadCPTV(bytes.NewReader(b))
		if err != nil {
			return
		}
		for range 50 {
			frame, err := c.Next()
			if err != nil {
				return
			}
			if len(frame.Pix) != frame.Width*frame.Height {
				t.Fatalf("%d pixels in %d x %d", len(frame.Pix), frame.Width, frame.Height)
			}
		}
	})
}

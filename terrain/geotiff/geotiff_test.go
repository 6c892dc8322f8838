package geotiff

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

func open(t testing.TB, b []byte) *File {
	f, err := Open(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func whole(t testing.TB, f *File) []float32 {
	cells := make([]float32, f.Width*f.Height)
	if err := f.Read(0, 0, f.Width, f.Height, cells); err != nil {
		t.Fatal(err)
	}
	return cells
}

func place() Info {
	return Info{Width: 37, Height: 29, Transform: [6]float64{600_000, 30, 0, 4_000_000, 0, -30}, Keys: KeysOf(32637, false)}
}

func TestWrittenIsRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		i := place()
		i.Width, i.Height = rapid.IntRange(1, 60).Draw(t, "width"), rapid.IntRange(1, 60).Draw(t, "height")
		i.Transform[2] = rapid.SampledFrom([]float64{0, 3}).Draw(t, "rotation")
		cells := make([]float32, i.Width*i.Height)
		for k := range cells {
			cells[k] = rapid.Float32Range(-500, 9000).Draw(t, "height")
		}
		cells[0] = float32(math.NaN())
		var b bytes.Buffer
		if err := WriteFloats(&b, i, cells); err != nil {
			t.Fatal(err)
		}
		f, err := Open(bytes.NewReader(b.Bytes()), int64(b.Len()))
		if err != nil {
			t.Fatal(err)
		}
		if f.Transform != i.Transform || f.EPSG != 32637 || f.Geographic {
			t.Fatalf("it lies at %v, EPSG %d", f.Transform, f.EPSG)
		}
		got := make([]float32, len(cells))
		if err := f.Read(0, 0, i.Width, i.Height, got); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(cells, got, cmpopts.EquateNaNs()); d != "" {
			t.Fatal(d)
		}
	})
}

func TestAWindowIsAPartOfTheWhole(t *testing.T) {
	i := place()
	cells := make([]byte, i.Width*i.Height)
	for k := range cells {
		cells[k] = byte(k * 7)
	}
	var b bytes.Buffer
	if err := WriteBytes(&b, i, cells); err != nil {
		t.Fatal(err)
	}
	f := open(t, b.Bytes())
	all := whole(t, f)
	const x, y, w, h = -3, 20, 12, 15
	got := make([]float32, w*h)
	if err := f.Read(x, y, w, h, got); err != nil {
		t.Fatal(err)
	}
	for k, v := range got {
		c, r := x+k%w, y+k/w
		want := float32(math.NaN())
		if c >= 0 && r < i.Height {
			want = all[r*i.Width+c]
		}
		if v != want && (v == v || want == want) {
			t.Fatalf("cell %d, %d is %v, want %v", c, r, v, want)
		}
	}
}

// Every way of storing that is read here, as GDAL writes it, gives the same.
func TestEveryWayThatGDALWrites(t *testing.T) {
	tool, err := exec.LookPath("gdal_translate")
	if err != nil {
		t.Skip("gdal_translate is not installed here (apt-get install gdal-bin): its files not read")
	}
	i := place()
	i.Width, i.Height = 150, 131
	cells := make([]float32, i.Width*i.Height)
	for k := range cells {
		cells[k] = float32(int(300+50*math.Sin(float64(k%i.Width)/9)+40*math.Cos(float64(k/i.Width)/7))) + float32(k%3)/4
	}
	var b bytes.Buffer
	if err := WriteFloats(&b, i, cells); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	from := filepath.Join(dir, "from.tif")
	if err := os.WriteFile(from, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	tried := 0
	for _, kind := range []string{"Float32", "Float64", "Int16", "UInt16", "Int32", "UInt32"} {
		for _, packing := range []string{"NONE", "LZW", "DEFLATE"} {
			for predictor := 1; predictor <= 3; predictor++ {
				for _, tiled := range []string{"NO", "YES"} {
					floating := kind == "Float32" || kind == "Float64"
					if (packing == "NONE" && predictor > 1) || (predictor == 3 && !floating) || (predictor == 2 && kind == "Float64") {
						continue
					}
					if kind != "Float32" && kind != "Int16" && (packing != "LZW" || tiled == "YES") {
						continue // one way for the rarer kinds: each costs a process
					}
					name := fmt.Sprint(kind, packing, predictor, tiled)
					to := filepath.Join(dir, name+".tif")
					args := []string{"-q", "-a_nodata", "-9999", "-ot", kind, "-co", "COMPRESS=" + packing, "-co", "TILED=" + tiled, "-co", "BLOCKYSIZE=32"}
					if kind[0] == 'U' {
						args[2] = "65000"
					}
					if tiled == "YES" {
						args = append(args, "-co", "BLOCKXSIZE=64")
					}
					if predictor > 1 {
						args = append(args, "-co", fmt.Sprint("PREDICTOR=", predictor))
					}
					// With predictor 3 GDAL writes big-endian files that it cannot
					// read itself.
					if packing == "LZW" && predictor != 3 {
						args = append(args, "-co", "ENDIANNESS=BIG")
					}
					if out, err := exec.Command(tool, append(args, from, to)...).CombinedOutput(); err != nil {
						t.Fatalf("%s: %v\n%s", name, err, out)
					}
					file, err := os.ReadFile(to)
					if err != nil {
						t.Fatal(err)
					}
					f := open(t, file)
					if f.EPSG != 32637 || f.Transform != i.Transform || !f.HasNoData {
						t.Errorf("%s: EPSG %d at %v, void %v", name, f.EPSG, f.Transform, f.HasNoData)
					}
					for k, v := range whole(t, f) {
						want := cells[k]
						if !floating {
							want = float32(math.Round(float64(want)))
						}
						if math.Abs(float64(v-want)) > 1e-6+0.51*b2f(!floating) {
							t.Fatalf("%s: cell %d is %v, want %v", name, k, v, want)
						}
					}
					tried++
				}
			}
		}
	}
	if tried < 25 {
		t.Errorf("only %d ways tried", tried)
	}
}

func b2f(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// The example of TIFF 6.0, section 13: 7, 7, 7, 8, 8, 7, 7, 6, 6 packs to codes
// 256, 7, 258, 8, 8, 258, 6, 6, 257.
func TestLZWOfTheStandard(t *testing.T) {
	var packed []byte
	bits, have := uint32(0), 0
	for _, code := range []uint32{256, 7, 258, 8, 8, 258, 6, 6, 257} {
		bits, have = bits<<9|code, have+9
		for have >= 8 {
			packed = append(packed, byte(bits>>(have-8)))
			have -= 8
		}
	}
	packed = append(packed, byte(bits<<(8-have)))
	got := make([]byte, 9)
	if err := unpackLZW(got, packed); err != nil {
		t.Fatal(err)
	}
	if want := []byte{7, 7, 7, 8, 8, 7, 7, 6, 6}; !bytes.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if err := unpackLZW(make([]byte, 10), packed); err == nil {
		t.Error("a stream that ends early is read")
	}
}

func TestHostileFilesAreRefused(t *testing.T) {
	var b bytes.Buffer
	if err := WriteBytes(&b, place(), make([]byte, 37*29)); err != nil {
		t.Fatal(err)
	}
	good := b.Bytes()
	directory := int(binary.LittleEndian.Uint32(good[4:]))
	patch := func(tag uint16, value uint32) []byte {
		bad := bytes.Clone(good)
		for at := directory + 2; at+12 <= len(bad); at += 12 {
			if binary.LittleEndian.Uint16(bad[at:]) == tag {
				binary.LittleEndian.PutUint32(bad[at+8:], value)
				return bad
			}
		}
		t.Fatalf("no field %d", tag)
		return nil
	}
	for name, bad := range map[string][]byte{
		"nothing":            nil,
		"no TIFF":            []byte("not a tiff at all"),
		"cut in directory":   good[:directory+20],
		"a huge width":       patch(tagWidth, 1<<30),
		"no width":           patch(tagWidth, 0),
		"three bands":        patch(tagSamples, 3),
		"jpeg":               patch(tagCompression, 7),
		"12 bits":            patch(tagBits, 12),
		"one row to a strip": patch(tagRowsPerStrip, 1),
	} {
		if _, err := Open(bytes.NewReader(bad), int64(len(bad))); err == nil {
			t.Errorf("%s is read", name)
		}
	}
	broken := bytes.Clone(good)
	broken[12] ^= 0xff // in the deflated strip
	if err := open(t, broken).Read(0, 0, 37, 29, make([]float32, 37*29)); err == nil {
		t.Error("a broken strip is read")
	}
}

func FuzzOpen(f *testing.F) {
	var b bytes.Buffer
	if err := WriteBytes(&b, place(), make([]byte, 37*29)); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add([]byte("II*\x00\x08\x00\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := Open(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			return
		}
		w, h := min(file.Width, 64), min(file.Height, 64)
		cells := make([]float32, w*h)
		if err := file.Read(0, 0, w, h, cells); err != nil {
			return
		}
		for _, v := range cells {
			if math.IsInf(float64(v), 0) && file.bits != 64 {
				t.Fatal("an infinite height")
			}
		}
	})
}

func FuzzLZW(f *testing.F) {
	f.Add([]byte{0x80, 0x01, 0xe0, 0x40, 0x80, 0x44, 0x08, 0x0c, 0x06, 0x80, 0x80})
	f.Fuzz(func(t *testing.T, data []byte) {
		dst := make([]byte, 4096)
		if unpackLZW(dst, data) == nil && len(data) == 0 {
			t.Fatal("something out of nothing")
		}
	})
}

package media

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"marsad/say"
)

// field is one entry of a TIFF directory.
type field struct {
	tag, kind uint16
	value     []byte
}

func ascii(s string) []byte { return append([]byte(s), 0) }

func rationals(xs ...uint32) (b []byte) {
	for _, x := range xs {
		b = binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(b, x), 100)
	}
	return b
}

// tiff lays directories one behind the other; a field of kind 0 points to the
// directory of that number.
func tiff(directories ...[]field) []byte {
	sizes := map[uint16]int{1: 1, 2: 1, 3: 2, 4: 4, 5: 8}
	starts, at := []int{}, 8
	for _, d := range directories {
		starts = append(starts, at)
		at += 2 + 12*len(d) + 4
	}
	out := []byte("MM\x00*\x00\x00\x00\x08")
	var long []byte
	for _, d := range directories {
		out = binary.BigEndian.AppendUint16(out, uint16(len(d)))
		for _, f := range d {
			kind, count, value := f.kind, 1, f.value
			if kind == 0 {
				kind, value = 4, binary.BigEndian.AppendUint32(nil, uint32(starts[f.value[0]]))
			} else {
				count = len(value) / sizes[kind]
			}
			out = binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(out, f.tag), kind), uint32(count))
			if len(value) > 4 {
				out = binary.BigEndian.AppendUint32(out, uint32(at+len(long)))
				long = append(long, value...)
			} else {
				out = append(out, append(slices.Clone(value), make([]byte, 4-len(value))...)...)
			}
		}
		out = append(out, 0, 0, 0, 0)
	}
	return append(out, long...)
}

// phone is a photo as a phone makes it: who made it, where, when, and more.
func phone(t testing.TB, turn byte) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 120, 80))
	for y := range 80 {
		for x := range 120 {
			c := color.RGBA{200, 190, 170, 255}
			if x < 60 && y < 40 {
				c = color.RGBA{20, 20, 20, 255} // a dark corner, to tell which way up it is
			}
			img.SetRGBA(x, y, c)
		}
	}
	var plain bytes.Buffer
	if err := jpeg.Encode(&plain, img, nil); err != nil {
		t.Fatal(err)
	}
	block := append([]byte("Exif\x00\x00"), tiff(
		[]field{{0x010f, 2, ascii("Acme Phones")}, {0x0110, 2, ascii("Model Nine")}, {tagTurn, 3, []byte{0, turn}}, {0x013b, 2, ascii("Huda Nasir")}, {tagExif, 0, []byte{1}}, {tagGPS, 0, []byte{2}}},
		[]field{{tagOriginal, 2, ascii("2026:02:17 11:30:05")}, {tagZone, 2, ascii("+03:00")}, {0xa431, 2, ascii("SERIAL-4711")}},
		[]field{{gpsLatRef, 2, ascii("N")}, {gpsLat, 5, rationals(3600, 3000, 3000)}, {gpsLonRef, 2, ascii("E")}, {gpsLon, 5, rationals(4100, 1500, 0)}},
	)...)
	segment := func(marker byte, body string) []byte {
		return append(binary.BigEndian.AppendUint16([]byte{0xff, marker}, uint16(len(body)+2)), body...)
	}
	var out []byte
	out = append(out, 0xff, 0xd8)
	out = append(out, segment(0xe1, string(block))...)
	out = append(out, segment(0xe1, "http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta owner='Huda Nasir'/>")...)
	out = append(out, segment(0xed, "Photoshop 3.0\x008BIM Huda Nasir")...)
	out = append(out, segment(0xfe, "a comment by Huda Nasir")...)
	out = append(out, plain.Bytes()[2:]...)
	return append(out, "a second picture hidden behind the end, SERIAL-4711"...)
}

func TestAPhotoKeepsThePictureAndNothingElse(t *testing.T) {
	p, err := OpenPhotos(filepath.Join(t.TempDir(), "photos"), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	in := phone(t, 6)
	got, err := p.Keep(in)
	if err != nil {
		t.Fatal(err)
	}
	if got.Type != "image/jpeg" || got.Width != 80 || got.Height != 120 || got.Turn != 6 {
		t.Errorf("kept %+v", got)
	}
	if got.Where == nil || math.Abs(got.Where.Lat-36.508333) > 1e-5 || math.Abs(got.Where.Lon-41.25) > 1e-5 {
		t.Errorf("taken at %v", got.Where)
	}
	if want := time.Date(2026, 2, 17, 8, 30, 5, 0, time.UTC); !got.At.Equal(want) {
		t.Errorf("taken %v, not %v", got.At, want)
	}
	b, kind, err := p.Get(got.SHA256, false)
	if err != nil || kind != "image/jpeg" {
		t.Fatal(kind, err)
	}
	for _, gone := range []string{"Huda", "Acme", "SERIAL", "Model", "xmpmeta", "8BIM", "2026:02", "hidden"} {
		if bytes.Contains(b, []byte(gone)) {
			t.Errorf("the file still says %q", gone)
		}
	}
	was, _ := jpeg.Decode(bytes.NewReader(in))
	is, err := jpeg.Decode(bytes.NewReader(b))
	if err != nil || !slices.Equal(was.(*image.YCbCr).Y, is.(*image.YCbCr).Y) {
		t.Errorf("the picture itself changed: %v", err)
	}
	if _, said, err := stripJPEG(b); err != nil || said.Turn != 6 || said.Where != nil {
		t.Errorf("the file says %+v (%v): only which way up it is should be left", said, err)
	}
	// The small copy is upright: turned by 90° to the right, the dark corner is at
	// the upper right.
	s, _, err := p.Get(got.SHA256, true)
	if err != nil {
		t.Fatal(err)
	}
	small, err := jpeg.Decode(bytes.NewReader(s))
	if err != nil || small.Bounds().Dx() != 80 {
		t.Fatalf("small: %v, %v", small.Bounds(), err)
	}
	if dark, _, _, _ := small.At(70, 10).RGBA(); dark > 0x6000 {
		t.Error("the small copy is not upright")
	}
	if light, _, _, _ := small.At(10, 10).RGBA(); light < 0x8000 {
		t.Error("the small copy is mirrored")
	}
	if again, err := p.Keep(in); err != nil || again.SHA256 != got.SHA256 {
		t.Errorf("the same photo twice: %v %v", again.SHA256, err)
	}
}

func TestWhatIsNoPhotoIsRefused(t *testing.T) {
	p, err := OpenPhotos(t.TempDir(), 60_000)
	if err != nil {
		t.Fatal(err)
	}
	whole := phone(t, 1)
	var wide bytes.Buffer
	if err := png.Encode(&wide, image.NewGray(image.Rect(0, 0, 40_000, 1))); err != nil {
		t.Fatal(err)
	}
	for code, b := range map[string][]byte{
		"photo.type":   []byte("%PDF-1.7 a delivery note"),
		"photo.broken": whole[:len(whole)/2],
		"photo.large":  append(slices.Clone(whole), make([]byte, MaxPhoto)...),
	} {
		if _, err := p.Keep(b); say.As(err) == nil || say.As(err).Code != code {
			t.Errorf("%s: %v", code, err)
		}
	}
	if _, err := p.Keep(wide.Bytes()); say.As(err) == nil || say.As(err).Code != "photo.large" {
		t.Errorf("a picture of 40,000 pixels across: %v", err)
	}
	for _, name := range []string{"../key", "", strings.Repeat("g", 64)} {
		if _, _, err := p.Get(name, false); !errors.Is(err, errNoPhoto) {
			t.Errorf("%q: %v", name, err)
		}
	}
	for n := range 30 { // until there is no room
		b := phone(t, 1)
		b[len(b)-10] ^= byte(n) // behind the end: the same picture
		if _, err := p.Keep(b); err != nil {
			t.Fatal("one picture is kept once:", err)
		}
	}
	full, _ := OpenPhotos(t.TempDir(), 100)
	if _, err := full.Keep(whole); say.As(err) == nil || say.As(err).Code != "photo.full" {
		t.Errorf("a full folder: %v", err)
	}
}

func TestPhotosAreErasedAndChangesFound(t *testing.T) {
	dir := t.TempDir()
	p, err := OpenPhotos(dir, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	a, err := p.Keep(phone(t, 1))
	if err != nil {
		t.Fatal(err)
	}
	b, err := p.Keep(phone(t, 3))
	if err != nil {
		t.Fatal(err)
	}
	if again, err := OpenPhotos(dir, 1<<20); err != nil || again.held != p.held || p.held == 0 {
		t.Errorf("opened anew it holds %d bytes, not %d (%v)", again.held, p.held, err)
	}
	erased, err := p.Erase(func(sha string, came time.Time) bool { return sha == a.SHA256 && !came.IsZero() })
	if err != nil || !slices.Equal(erased, []string{a.SHA256}) {
		t.Fatal(erased, err)
	}
	if _, _, err := p.Get(a.SHA256, false); !errors.Is(err, errNoPhoto) {
		t.Errorf("the erased photo: %v", err)
	}
	path := filepath.Join(dir, b.SHA256, "photo.jpeg")
	was, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	was[len(was)/2] ^= 1
	if err := os.WriteFile(path, was, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := p.Get(b.SHA256, false); !errors.Is(err, errChanged) {
		t.Errorf("a changed photo: %v", err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 || len(b.Files) != 2 || b.Files[0].SHA256 != b.SHA256 {
		t.Errorf("%d photos are left, not one; files %+v", len(left), b.Files)
	}
}

// Whatever comes, what is let through decodes, is not longer than it came, and
// stripped again is the same.
func FuzzStrip(f *testing.F) {
	f.Add("image/jpeg", phone(f, 6))
	f.Add("image/jpeg", phone(f, 1)[:200])
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 3, 3))); err != nil {
		f.Fatal(err)
	}
	f.Add("image/png", b.Bytes())
	f.Fuzz(func(t *testing.T, kind string, b []byte) {
		clean, said, err := strip(kind, b)
		if err != nil {
			return
		}
		if said.Turn < 1 || said.Turn > 8 || said.Where != nil && !said.Where.Valid() {
			t.Fatalf("said %+v", said)
		}
		again, more, err := strip(kind, clean)
		if err != nil || !bytes.Equal(again, clean) || more.Where != nil || !more.At.IsZero() {
			t.Fatalf("stripped twice it differs: %v %+v", err, more)
		}
	})
}

// pngHeader is the beginning of a PNG; the picture itself is a few bytes.
func pngHeader(w, h uint32, bits, interlaced byte) []byte {
	chunk := func(name string, body []byte) []byte {
		out := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
		out = append(append(out, name...), body...)
		return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[4:]))
	}
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
	return slices.Concat([]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", append(head, bits, 2, 0, 0, interlaced)), chunk("IDAT", []byte{0x78, 0x9c, 0x03, 0, 0, 0, 0, 1}), chunk("IEND", nil))
}

// What counts is the memory that a picture takes, not its pixels: a few bytes
// that would decode to half a gigabyte never reach the decoder.
func TestAPhotoThatWouldTakeAllMemoryIsRefused(t *testing.T) {
	p, err := OpenPhotos(t.TempDir(), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	jpegOf := func(frame byte, w, h uint16) []byte {
		b := phone(t, 1)
		at := bytes.Index(b, []byte{0xff, 0xc0, 0, 17})
		b[at+1] = frame
		binary.BigEndian.PutUint16(b[at+5:], h)
		binary.BigEndian.PutUint16(b[at+7:], w)
		return b
	}
	for _, c := range []struct {
		what string
		b    []byte
		code string
	}{
		{"16 bits, 64 megapixels", pngHeader(8000, 8000, 16, 0), "photo.large"},
		{"interlaced, 36 megapixels", pngHeader(6000, 6000, 8, 1), "photo.large"},
		{"16 bits and interlaced, 16 megapixels", pngHeader(4000, 4000, 16, 1), "photo.large"},
		{"a progressive JPEG of 49 megapixels", jpegOf(0xc2, 7000, 7000), "photo.large"},
		{"a JPEG of RGB of 64 megapixels", append([]byte{0xff, 0xd8, 0xff, 0xee, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, 0}, jpegOf(0xc0, 8000, 8000)[2:]...), "photo.large"},
		{"an ordinary PNG of 12 megapixels that is cut off", pngHeader(4000, 3000, 8, 0), "photo.broken"},
		{"a progressive JPEG that is cut off", jpegOf(0xc2, 800, 600), "photo.broken"},
	} {
		if _, err := p.Keep(c.b); say.As(err) == nil || say.As(err).Code != c.code {
			t.Errorf("%s: %v", c.what, err)
		}
	}
	if n := perPixel("image/jpeg", jpegOf(0xc0, 8000, 8000)); n*64_000_000 > maxDecoded {
		t.Errorf("an ordinary JPEG of 64 megapixels is refused: %d bytes a pixel", n)
	}
	var deep bytes.Buffer
	if err := png.Encode(&deep, image.NewNRGBA64(image.Rect(0, 0, 50, 40))); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Keep(deep.Bytes()); err != nil {
		t.Errorf("a small picture of 16 bits: %v", err)
	}
}

// A photo that is handed in again waits anew for its statement, and is not taken
// for kept where the file here is another.
func TestAPhotoThatIsHandedInAgain(t *testing.T) {
	dir := t.TempDir()
	p, err := OpenPhotos(dir, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := p.Keep(phone(t, 1))
	if err != nil {
		t.Fatal(err)
	}
	yesterday := time.Now().Add(-23 * time.Hour)
	for _, f := range kept.Files {
		if err := os.Chtimes(filepath.Join(dir, kept.SHA256, f.Name), yesterday, yesterday); err != nil {
			t.Fatal(err)
		}
	}
	for want, again := range []bool{false, true} {
		if again {
			if _, err := p.Keep(phone(t, 1)); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := p.Erase(func(_ string, came time.Time) bool {
			if fresh := came.Sub(yesterday) > time.Hour; fresh != (want == 1) {
				t.Errorf("handed in again: %v, it came %v", again, came)
			}
			return false
		}); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, kept.SHA256, "photo.jpeg"), []byte("another"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Keep(phone(t, 1)); !errors.Is(err, errChanged) {
		t.Errorf("a photo whose file was changed: %v", err)
	}
}

// A folder's name may hold what a pattern would read as its own.
func TestEvidenceInAFolderOfAnyName(t *testing.T) {
	m := &Media{options: Options{Dir: filepath.Join(t.TempDir(), "data [old]")}}
	if err := folder(filepath.Join(m.options.Dir, "a")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"east.json", "no plain name.json"} {
		if err := put(filepath.Join(m.options.Dir, "a", name), []byte(`{"camera":"east"}`)); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := m.Of("a"); err != nil || len(got) != 1 || got[0].Camera != "east" {
		t.Errorf("%+v %v", got, err)
	}
	if got, err := m.Of("b"); err != nil || len(got) != 0 {
		t.Errorf("an alert without evidence: %+v %v", got, err)
	}
}

package media

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	_ "image/png" // photos come as PNG too
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"marsad/say"
)

// Bounds of a photo that a person takes for the record.
const (
	MaxPhoto     = 12 << 20    // bytes
	maxPixels    = 64_000_000  // of the picture
	maxDecoded   = 200_000_000 // bytes that it takes while it is decoded
	smallSide    = 960         // of the picture beside an entry, longer side in pixels
	smallName    = "small.jpg"
	smallQuality = 80
)

// photoNames are the names of a photo by its type.
var photoNames = map[string]string{"image/jpeg": "photo.jpeg", "image/png": "photo.png"}

// Photo is a photo on disk. Its name is the hash of what is kept, which is the
// picture without what a device writes into it.
type Photo struct {
	SHA256 string `json:"sha256"`
	Type   string `json:"type"` // image/jpeg or image/png
	Bytes  int    `json:"bytes"`
	Width  int    `json:"width"` // upright
	Height int    `json:"height"`
	// Files are the photo and its small copy, for the chain.
	Files []File `json:"files"`
	Said  `json:"-"`
}

// Photos keeps photos, each in a folder named by its hash, with a small copy. It
// may be the folder of the evidence of alerts: what is not a photo is left alone.
type Photos struct {
	dir string
	max int64

	mu   sync.Mutex // one photo is decoded at a time; guards held
	held int64      // bytes of photos
}

// OpenPhotos opens a folder of photos, made when the first comes. max bounds its
// bytes.
func OpenPhotos(dir string, max int64) (*Photos, error) {
	p := &Photos{dir: dir, max: max}
	err := p.each(func(sha string, size int64, _ time.Time) { p.held += size })
	return p, err
}

// each gives every photo with the bytes of its files and when it came last.
func (p *Photos) each(do func(sha string, size int64, came time.Time)) error {
	entries, err := os.ReadDir(p.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, e := range entries {
		if !isHash(e.Name()) || !e.IsDir() {
			continue
		}
		files, err := os.ReadDir(filepath.Join(p.dir, e.Name()))
		if err != nil {
			return err
		}
		size, came := int64(0), time.Time{}
		for _, f := range files {
			if info, err := f.Info(); err == nil {
				size += info.Size()
				if info.ModTime().After(came) {
					came = info.ModTime()
				}
			}
		}
		do(e.Name(), size, came)
	}
	return err
}

// Keep puts a photo on disk without what is not the picture, and gives what it
// said of itself. The same picture twice is one file, which came when it came last.
// Refused: what is no JPEG or PNG, is too large, takes too much memory to decode,
// does not decode whole, or is here already and was changed.
func (p *Photos) Keep(b []byte) (Photo, error) {
	kind := http.DetectContentType(b)
	if kind != "image/jpeg" && kind != "image/png" {
		return Photo{}, &say.Error{Code: "photo.type", Kind: say.Invalid,
			Text: say.Text{En: "this is neither a JPEG nor a PNG", Ar: "الملف ليس بصيغة JPEG ولا PNG"},
			Hint: say.Text{En: "choose a photo as the camera made it", Ar: "اختر صورة كما التقطتها الكاميرا"}}
	}
	if len(b) > MaxPhoto {
		return Photo{}, tooLarge(nil)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	clean, said, err := strip(kind, b)
	if err != nil {
		return Photo{}, notWhole(err)
	}
	size, _, err := image.DecodeConfig(bytes.NewReader(clean))
	if err != nil {
		return Photo{}, notWhole(err)
	}
	if size.Width > 1<<15 || size.Height > 1<<15 || size.Width*size.Height > maxPixels || size.Width*size.Height*perPixel(kind, clean) > maxDecoded {
		return Photo{}, tooLarge(errors.New("too many pixels, or too many bytes for each"))
	}
	picture, _, err := image.Decode(bytes.NewReader(clean))
	if err != nil {
		return Photo{}, notWhole(err)
	}
	sum := sha256.Sum256(clean)
	out := Photo{SHA256: hex.EncodeToString(sum[:]), Type: kind, Bytes: len(clean), Width: size.Width, Height: size.Height, Said: said}
	if said.Turn > 4 {
		out.Width, out.Height = out.Height, out.Width
	}
	var small bytes.Buffer
	if err := jpeg.Encode(&small, shrink(picture, said.Turn, smallSide), &jpeg.Options{Quality: smallQuality}); err != nil {
		return Photo{}, notWhole(err)
	}
	smallSum := sha256.Sum256(small.Bytes())
	out.Files = []File{{Name: photoNames[kind], Bytes: len(clean), SHA256: out.SHA256}, {Name: smallName, Bytes: small.Len(), SHA256: hex.EncodeToString(smallSum[:])}}
	if on, err := os.ReadFile(p.path(out.SHA256, photoNames[kind])); err == nil {
		if !bytes.Equal(on, clean) {
			return Photo{}, errChanged
		}
		now := time.Now()
		if err := os.Chtimes(p.path(out.SHA256, photoNames[kind]), now, now); err != nil {
			return Photo{}, unwritten(err)
		}
		return out, nil
	}
	if p.held+int64(len(clean)+small.Len()) > p.max {
		return Photo{}, &say.Error{Code: "photo.full", Kind: say.Unavailable,
			Text: say.Text{En: "there is no room for more photos", Ar: "لا مساحة لصور أخرى"},
			Hint: say.Text{En: "tell the administrator; state the rest without photos", Ar: "أبلغ مدير النظام وسجّل الباقي بلا صور"}}
	}
	if err := folder(filepath.Join(p.dir, out.SHA256)); err != nil {
		return Photo{}, unwritten(err)
	}
	// The small copy first: a photo that is there has one.
	if err := errors.Join(put(p.path(out.SHA256, smallName), small.Bytes()), put(p.path(out.SHA256, photoNames[kind]), clean)); err != nil {
		return Photo{}, unwritten(err)
	}
	p.held += int64(len(clean) + small.Len())
	return out, nil
}

// Get gives a photo and its type, or its small copy. It refuses a file that is no
// longer what its name says.
func (p *Photos) Get(sha string, small bool) ([]byte, string, error) {
	if !isHash(sha) {
		return nil, "", errNoPhoto
	}
	for kind, name := range photoNames { // a photo has one of them
		b, err := os.ReadFile(p.path(sha, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, "", err
		}
		if sum := sha256.Sum256(b); hex.EncodeToString(sum[:]) != sha {
			return nil, "", errChanged
		}
		if small {
			b, err = os.ReadFile(p.path(sha, smallName))
			return b, "image/jpeg", err
		}
		return b, kind, nil
	}
	return nil, "", errNoPhoto
}

// Erase removes photos and lists their hashes. over judges one by its hash and
// when it came.
func (p *Photos) Erase(over func(sha string, came time.Time) bool) (erased []string, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	listErr := p.each(func(sha string, size int64, came time.Time) {
		if !over(sha, came) {
			return
		}
		if gone := os.RemoveAll(filepath.Join(p.dir, sha)); gone != nil {
			err = errors.Join(err, gone)
			return
		}
		p.held -= size
		erased = append(erased, sha)
	})
	return erased, errors.Join(err, listErr)
}

func (p *Photos) path(sha, name string) string { return filepath.Join(p.dir, sha, name) }

func isHash(s string) bool {
	return len(s) == 64 && !strings.ContainsFunc(s, func(r rune) bool { return !(r >= '0' && r <= '9' || r >= 'a' && r <= 'f') })
}

var errNoPhoto = &say.Error{Code: "photo.none", Kind: say.NotFound,
	Text: say.Text{En: "there is no such photo here", Ar: "لا توجد صورة كهذه هنا"},
	Hint: say.Text{En: "it may have been erased when its time was over; its hash stays on record", Ar: "ربما حُذفت بانتهاء مدة حفظها، وتبقى بصمتها في السجل"}}

var errChanged = &say.Error{Code: "photo.changed", Kind: say.Conflict,
	Text: say.Text{En: "the photo is not the one that was kept", Ar: "الصورة ليست التي حُفظت"},
	Hint: say.Text{En: "keep the disk as it is and tell oversight; a backup may hold the photo", Ar: "أبقِ القرص كما هو وأبلغ جهة الرقابة؛ وقد تكون الصورة في نسخة احتياطية"}}

func tooLarge(why error) error {
	return &say.Error{Code: "photo.large", Kind: say.Invalid, Cause: why,
		Text: say.Text{En: "the photo is larger than 12 MB or 64 megapixels, or takes too much memory to open", Ar: "الصورة أكبر من " + say.LTR("12 MB") + " أو " + say.LTR("64") + " ميغابكسل، أو يتطلب فتحها ذاكرة كبيرة"},
		Hint: say.Text{En: "take it at a lower setting, as an ordinary JPEG", Ar: "التقطها بدقة أقل وبصيغة " + say.LTR("JPEG") + " العادية"}}
}

func notWhole(why error) error {
	return &say.Error{Code: "photo.broken", Kind: say.Invalid, Cause: why,
		Text: say.Text{En: "the photo is damaged or not whole", Ar: "الصورة تالفة أو غير مكتملة"},
		Hint: say.Text{En: "choose it again", Ar: "اخترها من جديد"}}
}

// shrink gives a picture upright and at most so many pixels long, each the mean
// of up to nine that it stands for.
func shrink(img image.Image, turn, side int) image.Image {
	b := img.Bounds()
	w, h := b.Dx(), b.Dy()
	scale := max(1, float64(max(w, h))/float64(side))
	sw, sh := max(1, int(float64(w)/scale)), max(1, int(float64(h)/scale))
	ow, oh := sw, sh
	if turn > 4 {
		ow, oh = sh, sw
	}
	out := image.NewRGBA(image.Rect(0, 0, ow, oh))
	for y := range oh {
		for x := range ow {
			sx, sy := source(turn, x, y, sw, sh)
			var sum [3]uint32
			for k := range 9 {
				px := b.Min.X + min(w-1, int((float64(sx)+float64(k%3)/3)*scale))
				py := b.Min.Y + min(h-1, int((float64(sy)+float64(k/3)/3)*scale))
				r, g, bl, a := img.At(px, py).RGBA()
				white := 0xffff - a // of what is transparent
				sum[0], sum[1], sum[2] = sum[0]+(r+white)>>8, sum[1]+(g+white)>>8, sum[2]+(bl+white)>>8
			}
			out.SetRGBA(x, y, color.RGBA{uint8(sum[0] / 9), uint8(sum[1] / 9), uint8(sum[2] / 9), 255})
		}
	}
	return out
}

// source is which pixel of a stored picture of w by h shows at x, y upright, by
// its orientation.
func source(turn, x, y, w, h int) (int, int) {
	switch turn {
	case 2:
		return w - 1 - x, y
	case 3:
		return w - 1 - x, h - 1 - y
	case 4:
		return x, h - 1 - y
	case 5:
		return y, x
	case 6:
		return y, h - 1 - x
	case 7:
		return w - 1 - y, h - 1 - x
	case 8:
		return w - 1 - y, x
	}
	return x, y
}

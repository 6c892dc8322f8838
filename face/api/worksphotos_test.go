package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"image"
	"image/jpeg"
	"slices"
	"strings"
	"testing"
	"time"

	"marsad/barrier"
	"marsad/say"
)

// kept holds photos in memory; that they are decoded and stripped is engine/media.
type kept map[string][]byte

func (k kept) Keep(_ context.Context, _ string, b []byte) (WorksPhoto, error) {
	img, err := jpeg.DecodeConfig(bytes.NewReader(b))
	if err != nil {
		return WorksPhoto{}, &say.Error{Code: "photo.broken", Kind: say.Invalid, Cause: err, Text: say.Text{En: "broken", Ar: "تالفة"}}
	}
	sum := sha256.Sum256(b)
	p := WorksPhoto{SHA256: hex.EncodeToString(sum[:]), Type: "image/jpeg", Bytes: len(b), Width: img.Width, Height: img.Height}
	k[p.SHA256] = bytes.Clone(b) // b is the next request's as soon as this returns
	return p, nil
}

func (k kept) Get(_ context.Context, sha string, _ bool) ([]byte, string, error) {
	if b := k[sha]; b != nil {
		return b, "image/jpeg", nil
	}
	return nil, "", noPhotos
}

func (k kept) State(_ context.Context, sha string) (PhotoState, error) {
	b, came := k[sha]
	switch {
	case !came:
		return PhotoWaiting, nil
	case b == nil:
		return PhotoErased, nil
	}
	return PhotoHere, nil
}

func photo(t testing.TB, shade byte) string {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, 40, 30))
	for i := range img.Pix {
		img.Pix[i] = shade
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// A photo is kept, named by a statement, shown to who may look there, and printed
// with its entry.
func TestAPhotoIsShownWithItsEntry(t *testing.T) {
	b := newBench(t)
	b.photos = kept{}
	status, out := b.ask(t, "engineer", "POST", worksPhotos, photo(t, 90), "Content-Type", "image/jpeg")
	if status != 201 {
		t.Fatal(status, out)
	}
	kept := decode[WorksPhoto](t, out)
	if len(kept.SHA256) != 64 || kept.Width != 40 || kept.Kept.Ar == "" {
		t.Errorf("kept %+v", kept)
	}
	if status, _ := b.ask(t, "engineer", "GET", worksPhotos+"/"+strings.Repeat("0", 64), ""); status != 404 {
		t.Errorf("a photo that is not there: %d", status)
	}
	if status, _ := b.ask(t, "engineer", "GET", worksPhotos+"/"+kept.SHA256, ""); status != 404 {
		t.Errorf("a photo that nothing names: %d", status)
	}
	named := strings.Replace(inspection(1, 371, 372, "pass"), `"ref":"p1.jpg"`, `"ref":"p1.jpg","sha256":"`+kept.SHA256+`"`, 1)
	b.must(t, "engineer", "POST", "/api/v1/works/events", named)
	if got := b.must(t, "engineer", "GET", worksPhotos+"/"+kept.SHA256, ""); got[:2] != "\xff\xd8" {
		t.Error("what comes back is no JPEG")
	}
	if len(b.notes) == 0 || !strings.Contains(b.notes[len(b.notes)-1], kept.SHA256) {
		t.Errorf("that it was handed out is not on record: %v", b.notes)
	}
	if status, _ := b.ask(t, "rabia", "GET", worksPhotos+"/"+kept.SHA256+"?small=true", ""); status != 404 {
		t.Errorf("a photo of another section: %d", status)
	}
	// The small copy shows faces too: it goes out only after that is on record, once
	// for each account and hour.
	b.notes, b.deaf = nil, errors.New("the disk is full")
	if status, _ := b.ask(t, "engineer", "GET", worksPhotos+"/"+kept.SHA256+"?small=true", ""); status != 503 {
		t.Errorf("a small copy that could not be put on record: %d", status)
	}
	b.deaf = nil
	for range 3 {
		b.must(t, "engineer", "GET", worksPhotos+"/"+kept.SHA256+"?small=true", "")
	}
	b.must(t, "whole", "GET", worksPhotos+"/"+kept.SHA256+"?small=true", "")
	if want := []string{"export engineer small works photo " + kept.SHA256, "export whole small works photo " + kept.SHA256}; !slices.Equal(b.notes, want) {
		t.Errorf("small copies left these notes: %q", b.notes)
	}
	later := b.frame.Wall().Add(time.Hour)
	if err := b.handed.once("engineer "+kept.SHA256, later, func() error { return errors.New("asked") }); err == nil {
		t.Error("an hour later it is not put on record again")
	}
	report := b.must(t, "engineer", "GET", "/api/v1/works/report", "")
	if !strings.Contains(report, "data:image/jpeg;base64,") || !strings.Contains(report, kept.SHA256[:16]) {
		t.Error("the report does not show the photo with its hash")
	}
	if status, out := b.ask(t, "engineer", "POST", worksPhotos, "plain words", "Content-Type", "image/jpeg"); status != 422 || !strings.Contains(out, "photo.broken") {
		t.Errorf("what is no photo: %d %s", status, out)
	}
	if status, _ := b.ask(t, "admin", "POST", worksPhotos, photo(t, 2), "Content-Type", "image/jpeg"); status != 403 {
		t.Errorf("a photo by who may state nothing: %d", status)
	}
	if status, _ := b.ask(t, "engineer", "POST", worksPhotos, strings.Repeat("x", MaxPhoto+10), "Content-Type", "image/jpeg"); status != 413 {
		t.Errorf("a photo of more than 12 MB: %d", status)
	}
}

// On site the statement may come before its photo. It is taken in and says so; the
// photo is shown from when it comes, and what was erased is called that.
func TestAPhotoThatIsNotHereYetIsSaidToBe(t *testing.T) {
	b := newBench(t)
	shelf := kept{}
	b.photos = shelf
	picture := photo(t, 70)
	sum := sha256.Sum256([]byte(picture))
	sha := hex.EncodeToString(sum[:])
	state := func(n int, named string) Stated {
		body := strings.Replace(inspection(n, 371, 372, "pass"), `"ref":"p1.jpg"`, `"ref":"p1.jpg","sha256":"`+named+`"`, 1)
		return decode[Stated](t, b.must(t, "engineer", "POST", "/api/v1/works/events", body))
	}
	flaw := func(s Stated) string {
		i := slices.IndexFunc(s.Flaws, func(f barrier.Flaw) bool { return strings.HasPrefix(f.Code, "photo.") })
		if i < 0 {
			return ""
		}
		if f := s.Flaws[i]; f.Refused || !strings.Contains(f.Text.En, "p1.jpg") || f.Text.Ar == "" || f.Hint.Ar == "" {
			t.Errorf("the flaw %+v", f)
		}
		return s.Flaws[i].Code
	}
	first := state(1, sha)
	if flaw(first) != "photo.waiting" {
		t.Errorf("a statement before its photo is answered %+v", first)
	}
	of := func() PhotoState {
		return decode[WorksThing](t, b.must(t, "engineer", "GET", "/api/v1/works/things/inspection/"+first.Thing, "")).Photos[sha]
	}
	if of() != PhotoWaiting {
		t.Errorf("before it comes it is %q", of())
	}
	if report := b.must(t, "engineer", "GET", "/api/v1/works/report?lang=ar", ""); !strings.Contains(report, photoWords[PhotoWaiting].Ar) || strings.Contains(report, "data:image/jpeg") {
		t.Error("the report does not say that the photo is not here yet")
	}
	if status, out := b.ask(t, "engineer", "POST", worksPhotos, picture, "Content-Type", "image/jpeg"); status != 201 {
		t.Fatal(status, out)
	}
	if of() != PhotoHere {
		t.Errorf("once it came it is %q", of())
	}
	if second := state(2, sha); flaw(second) != "" {
		t.Errorf("a statement after its photo is flagged: %+v", second.Flaws)
	}
	b.must(t, "engineer", "GET", worksPhotos+"/"+sha, "")
	shelf[sha] = nil
	if of() != PhotoErased {
		t.Errorf("erased it is %q", of())
	}
	if report := b.must(t, "engineer", "GET", "/api/v1/works/report", ""); !strings.Contains(report, photoWords[PhotoErased].En) {
		t.Error("the report does not say that the photo was erased")
	}
	// What is no hash is refused: it would wait for ever.
	for _, wrong := range []string{"ab", strings.ToUpper(sha), sha + "0", strings.Repeat("g", 64)} {
		body := strings.Replace(inspection(3, 371, 372, "pass"), `"ref":"p1.jpg"`, `"ref":"p1.jpg","sha256":"`+wrong+`"`, 1)
		if status, out := b.ask(t, "engineer", "POST", "/api/v1/works/events", body); status != 422 || !strings.Contains(out, "evidence.hash") {
			t.Errorf("the hash %q: %d %s", wrong, status, out)
		}
	}
}

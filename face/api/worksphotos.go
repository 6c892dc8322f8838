package api

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"marsad/barrier"
	"marsad/border"
	"marsad/engine/access"
	"marsad/engine/works"
	"marsad/geo"
	"marsad/say"
)

// worksPhotos is the one path on which photos come in.
const worksPhotos = "/api/v1/works/photos"

// photoPatience is how long a photo may take on a field network.
const photoPatience = 3 * time.Minute

// MaxPhoto is the largest photo that comes in, in bytes.
const MaxPhoto = 12 << 20

// Photos keeps photos of the barrier by the hash of what is kept of them.
type Photos interface {
	// Keep puts a photo on disk without what is not the picture, and its hash in
	// the chain with the account that it came from. b is the next request's once
	// Keep has returned: what keeps it in memory copies it.
	Keep(ctx context.Context, account string, b []byte) (WorksPhoto, error)
	// Get gives a photo and its type, or a small copy of it. It refuses one that is
	// not what the chain holds.
	Get(ctx context.Context, sha256 string, small bool) (b []byte, kind string, err error)
	// State says what became of a photo that a statement names.
	State(ctx context.Context, sha256 string) (PhotoState, error)
}

// PhotoState is what became of a photo that a statement names. A statement is
// taken in before its photo: on site the photo may wait on another phone, or the
// server may have no room for it, and the diary must not wait with it.
type PhotoState string

// The states of a photo.
const (
	PhotoHere    PhotoState = "here"
	PhotoWaiting PhotoState = "waiting" // never handed in so far
	PhotoErased  PhotoState = "erased"  // when its time was over, as the chain says
	PhotoLost    PhotoState = "lost"    // the chain has it and the disk does not
)

// photoWords say of a photo that is not here what became of it.
var photoWords = map[PhotoState]say.Text{
	PhotoWaiting: {En: "not here yet: it is shown once it is handed in", Ar: "لم تصل بعد: تظهر عند تسليمها"},
	PhotoErased:  {En: "erased when its time was over; its hash stays on record", Ar: "حُذفت بانتهاء مدتها وتبقى بصمتها في السجل"},
	PhotoLost:    {En: "lost: the record has it and the disk does not", Ar: "مفقودة: موجودة في السجل وغير موجودة على القرص"},
}

// photoStates gives what became of the photos among evidence, by hash; nil where
// nothing keeps photos.
func (s *Server) photoStates(ctx context.Context, evidence []barrier.Evidence) (map[string]PhotoState, error) {
	if s.photos == nil {
		return nil, nil
	}
	out := map[string]PhotoState{}
	for _, e := range evidence {
		if e.Kind != "photo" || e.SHA256 == "" || out[e.SHA256] != "" {
			continue
		}
		state, err := s.photos.State(ctx, e.SHA256)
		if err != nil {
			return nil, err
		}
		out[e.SHA256] = state
	}
	return out, nil
}

// missing flags the photos that a statement names and that are not here.
func (s *Server) missing(ctx context.Context, f *barrier.Fact) ([]barrier.Flaw, error) {
	evidence, _ := f.Evidence()
	states, err := s.photoStates(ctx, evidence)
	var out []barrier.Flaw
	for _, e := range evidence {
		if words, away := photoWords[states[e.SHA256]]; away && e.Kind == "photo" {
			out = append(out, barrier.Flaw{Code: "photo." + string(states[e.SHA256]), Text: say.Text{En: "photo " + e.Ref + ": " + words.En, Ar: "الصورة " + say.LTR(e.Ref) + ": " + words.Ar},
				Hint: say.Text{En: "send it from the phone that took it", Ar: "أرسلها من الهاتف الذي التقطها"}})
		}
	}
	return out, err
}

// WorksPhoto is a photo that was kept, to be named as evidence of a statement.
type WorksPhoto struct {
	SHA256 string `json:"sha256"`
	Type   string `json:"type"` // image/jpeg or image/png
	Bytes  int    `json:"bytes"`
	Width  int    `json:"width"` // pixels, upright
	Height int    `json:"height"`
	// Where and At are what the photo said of itself; the file no longer does.
	Where *geo.Point `json:"where,omitempty"`
	At    time.Time  `json:"at,omitzero"`
	Kept  say.Text   `json:"kept"` // what of its metadata was kept
}

var photoKept = say.Text{
	En: "kept: the picture and which way up it is; place and time go into the statement. Removed: maker, model, serial number, owner, thumbnails, comments, edits, marked faces. A photo is erased with personal data unless who states it says that nobody is in it.",
	Ar: "يُحفظ: الصورة واتجاهها، وينتقل مكانها ووقتها إلى القيد. يُحذف: الصانع والطراز والرقم التسلسلي والمالك والصور المصغرة والتعليقات والتعديلات والوجوه المعلَّمة. تُحذف الصورة مع البيانات الشخصية ما لم يذكر صاحب القيد أنه لا أحد فيها."}

func (s *Server) worksPictures() {
	type keepInput struct {
		RawBody []byte `contentType:"image/jpeg"`
	}
	route(s, access.StateWorks, huma.Operation{OperationID: "works-photo-keep", Method: http.MethodPost, Path: worksPhotos, MaxBodyBytes: MaxPhoto, BodyReadTimeout: photoPatience,
		Summary: "Keep a photo, JPEG or PNG, before the statement that names it by its sha256", Tags: []string{"works"}, DefaultStatus: http.StatusCreated,
		Description: "The same photo twice is kept once. One that no statement names within a day is erased."},
		func(ctx context.Context, a *access.Account, in *keepInput) (*body[WorksPhoto], error) {
			if s.photos == nil {
				return nil, noPhotos
			}
			p, err := s.photos.Keep(ctx, a.ID, in.RawBody)
			if err != nil {
				return nil, err
			}
			p.Kept = photoKept
			return &body[WorksPhoto]{p}, nil
		})
	type photoInput struct {
		SHA256 string `path:"sha256" minLength:"64" maxLength:"64"`
		Small  bool   `query:"small" doc:"A copy of 960 pixels at most."`
	}
	type picture struct {
		ContentType string `header:"Content-Type"`
		Body        []byte
	}
	route(s, access.ReadWorks, serves(get("works-photo", worksPhotos+"/{sha256}", "A photo that a statement names; that it was handed out is on record, of a small copy once an hour", "works"), "image/jpeg", "image/png"),
		func(ctx context.Context, a *access.Account, in *photoInput) (*picture, error) {
			use, named := s.works.Photo(in.SHA256)
			if s.photos == nil || !named || !s.maySee(a, use) {
				return nil, noPhotos
			}
			b, kind, err := s.photos.Get(ctx, in.SHA256, in.Small)
			if err != nil {
				return nil, err
			}
			if in.Small { // a page shows many, again and again; faces are plain in them too
				err = s.handed.once(a.ID+" "+in.SHA256, s.frame.Wall(), func() error { return s.door.Exported(ctx, a, "small works photo "+in.SHA256) })
			} else {
				err = s.door.Exported(ctx, a, "works photo "+in.SHA256)
			}
			if err != nil {
				return nil, err
			}
			return &picture{kind, b}, nil
		})
}

// handed is what was put on record as handed out within this hour.
type handed struct {
	mu   sync.Mutex
	hour time.Time
	out  map[string]bool
}

// once records something unless it is on record for this hour already; what was
// not recorded is not handed out, and is tried again.
func (h *handed) once(what string, now time.Time, record func() error) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if hour := now.Truncate(time.Hour); h.out == nil || !hour.Equal(h.hour) {
		h.hour, h.out = hour, map[string]bool{}
	}
	if h.out[what] {
		return nil
	}
	if err := record(); err != nil {
		return err
	}
	h.out[what] = true
	return nil
}

// maySee reports whether any of what a photo is evidence of lies where an account
// may look.
func (s *Server) maySee(a *access.Account, use works.PhotoUse) bool {
	may := a.Spans(s.sections, s.atlas.Axis.Whole())
	return a.Everywhere() || slices.ContainsFunc(use.Spans, func(at border.Span) bool { return lies(at, may) })
}

var noPhotos = &say.Error{Code: "photo.none", Kind: say.NotFound,
	Text: say.Text{En: "there is no such photo in your sections", Ar: "لا توجد صورة كهذه في قواطعك"},
	Hint: say.Text{En: "it may belong to another section", Ar: "ربما تعود إلى قاطع آخر"}}

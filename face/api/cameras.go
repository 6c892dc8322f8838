package api

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"marsad/engine/access"
	"marsad/geo"
	"marsad/respond"
	"marsad/say"
	"marsad/sense"
)

// CameraRow is a thermal camera on the wire. Lengths in metres, angles in
// degrees clockwise from true north, times in Unix milliseconds.
type CameraRow struct {
	ID        string     `json:"id"`
	Name      string     `json:"name"`
	Health    string     `json:"health"`
	Troubles  []say.Text `json:"troubles"`
	Lat       float64    `json:"lat"`
	Lon       float64    `json:"lon"`
	Azimuth   float64    `json:"azimuth"`
	HalfWidth float64    `json:"half_width"`
	MinRange  float64    `json:"min_range"` // where the lower edge of its picture meets the ground
	Range     float64    `json:"range"`
	At        int64      `json:"at"` // of the newest picture, 0 for none
	Movers    int        `json:"movers"`
	// Seen says what some of them are likely to be; it holds none back.
	Seen []CameraMover `json:"seen,omitempty"`
	// Dropped frames that nobody had time for, Suppressed movers that the limits
	// of its zones held back, Starts of its stream, DriftMS of its clock against
	// ours, all since the server started.
	Dropped    uint64      `json:"dropped"`
	Suppressed int         `json:"suppressed"`
	Zones      CameraZones `json:"zones"`
	Starts     int         `json:"starts"`
	DriftMS    int64       `json:"drift_ms"`
	// Quiet are the areas of its picture where movers are held back now.
	Quiet []CameraQuiet `json:"quiet,omitempty"`
	// Counts are what befell its whole picture, those that happened.
	Counts    []CameraCount `json:"counts,omitempty"`
	CanLookAt bool          `json:"can_look_at,omitempty"`
	Simulated bool          `json:"simulated,omitempty"`
	// Standing says who calibrated it; left out where its file alone says how it stands.
	Standing *CameraStanding `json:"standing,omitempty"`
	// Turned says that it looks elsewhere than it did, until a person accepts its view.
	Turned bool `json:"turned,omitempty"`
	// Sees says of the place or alert asked for: "now", "if-turned", "no", or
	// empty where none was: by the edges of its picture, its range and the ground
	// between.
	Sees string `json:"sees,omitempty" enum:"now,if-turned,no,"`
	// Unmasked until then for this account, 0 for masked.
	Unmasked int64 `json:"unmasked,omitempty"`
}

// CameraZones is what the limits of a picture's twelve zones held back since the
// start, four zones in a row, from the left above: one may show so many Movers in
// Seconds. Holding says that something was held back within that time.
type CameraZones struct {
	Movers     int     `json:"movers"`
	Seconds    float64 `json:"seconds"`
	Suppressed []int   `json:"suppressed"`
	Holding    bool    `json:"holding,omitempty"`
}

// CameraQuiet is a nuisance area in force: left, top, width and height as shares of
// the picture, until when (Unix milliseconds), and how many movers it held back
// since the server started.
type CameraQuiet struct {
	Area  [4]float64 `json:"area"`
	Until int64      `json:"until"`
	Held  int        `json:"held"`
}

// CameraCount is how often something befell a camera's whole picture since the
// server started.
type CameraCount struct {
	What say.Text `json:"what"`
	N    int      `json:"n"`
}

// CameraMover is what a mover in a camera's newest picture is likely to be: P the
// probability of the likeliest class, and the evidence that speaks for it, the
// strongest first.
type CameraMover struct {
	Class say.Text   `json:"class"`
	P     float64    `json:"p"`
	Why   []say.Text `json:"why"`
	// Box bounds it in the picture: left, top, width and height as shares of the
	// picture's own; left out where the picture's size is not known.
	Box *[4]float64 `json:"box,omitempty"`
}

// Evidence is what one camera showed of one alert, hashed into the audit chain.
type Evidence struct {
	Camera    string         `json:"camera"`
	From      int64          `json:"from"`
	To        int64          `json:"to"`
	Pictures  int            `json:"pictures"`
	Files     []EvidenceFile `json:"files"` // the clip, then the stills
	Simulated bool           `json:"simulated,omitempty"`
}

// EvidenceFile is one file of it.
type EvidenceFile struct {
	Name   string `json:"name"`
	Bytes  int    `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// unmaskFor is how long a look behind the masks lasts.
const unmaskFor = 10 * time.Minute

// unmasked are the looks behind masks that are allowed at present.
type unmasked struct {
	mu    sync.Mutex
	until map[[2]string]time.Time // account, camera
}

func (u *unmasked) allow(account, camera string, until time.Time) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.until == nil {
		u.until = map[[2]string]time.Time{}
	}
	u.until[[2]string{account, camera}] = until
}

// till gives until when a look is allowed, the zero time for not.
func (u *unmasked) till(account, camera string, now time.Time) time.Time {
	u.mu.Lock()
	defer u.mu.Unlock()
	key := [2]string{account, camera}
	if t := u.until[key]; t.After(now) {
		return t
	}
	delete(u.until, key)
	return time.Time{}
}

// file is a picture or a clip.
type file struct {
	ContentType string `header:"Content-Type"`
	TakenAt     string `header:"X-Taken-At" doc:"When the picture was taken, Unix milliseconds."`
	Body        []byte
}

func serves(op huma.Operation, kinds ...string) huma.Operation {
	content := map[string]*huma.MediaType{}
	for _, k := range kinds {
		content[k] = &huma.MediaType{Schema: &huma.Schema{Type: "string", Format: "binary"}}
	}
	op.Responses = map[string]*huma.Response{"200": {Description: "masked where nobody may look", Content: content}}
	return op
}

func (s *Server) tiles() {
	type listInput struct {
		Alert string `query:"alert" maxLength:"36" doc:"Say of each camera whether it can see this alert's place."`
		At    string `query:"at" maxLength:"40" pattern:"^-?[0-9]{1,2}(\\.[0-9]+)?,-?[0-9]{1,3}(\\.[0-9]+)?$" doc:"Latitude, longitude in degrees: say of each camera whether it can see this place."`
	}
	route(s, access.ReadCameras, get("cameras", "/api/v1/cameras", "Thermal cameras, and which can see an alert's place", "cameras"),
		func(ctx context.Context, a *access.Account, in *listInput) (*list[CameraRow], error) {
			rows := s.cameraRows(a)
			if in.Alert != "" {
				c, err := s.theCase(ctx, a, in.Alert)
				if err != nil {
					return nil, err
				}
				s.seen(rows, c.Alert.Where.Point)
			}
			if in.At != "" {
				p, err := pointOf(in.At)
				if err != nil {
					return nil, err
				}
				s.seen(rows, p)
			}
			return page(rows, ""), nil
		})
	type oneInput struct {
		ID       string `path:"id" maxLength:"64"`
		Unmasked bool   `query:"unmasked" doc:"Without masks; needs a look that was allowed for an incident."`
	}
	route(s, access.ReadCameras, serves(get("camera-picture", "/api/v1/cameras/{id}/picture", "The newest picture of a camera, masked", "cameras"), "image/jpeg"),
		func(_ context.Context, a *access.Account, in *oneInput) (*file, error) {
			if !s.hasCamera(a, in.ID) {
				return nil, noSuchCamera
			}
			if in.Unmasked && (!a.May(access.Unmask) || s.unmasked.till(a.ID, in.ID, s.frame.Wall()).IsZero()) {
				return nil, maskedError
			}
			b, at, err := s.cameras.Still(in.ID, in.Unmasked)
			return &file{ContentType: "image/jpeg", TakenAt: strconv.FormatInt(ms(at), 10), Body: b}, err
		})
	type unmaskInput struct {
		ID   string `path:"id" maxLength:"64"`
		Body struct {
			Incident string `json:"incident" minLength:"36" maxLength:"36" doc:"The alert whose incident needs the look."`
		}
	}
	type unmaskOutput struct {
		Until int64 `json:"until"`
	}
	route(s, access.Unmask, huma.Operation{OperationID: "unmask", Method: http.MethodPost, Path: "/api/v1/cameras/{id}/unmask", Tags: []string{"cameras"},
		Summary: "Look behind a camera's masks for ten minutes, for an incident; it is put on record"},
		func(ctx context.Context, a *access.Account, in *unmaskInput) (*body[unmaskOutput], error) {
			if !s.hasCamera(a, in.ID) {
				return nil, noSuchCamera
			}
			c, err := s.theCase(ctx, a, in.Body.Incident)
			if err != nil {
				return nil, err
			}
			if c.State == respond.Debriefed {
				return nil, closedIncident
			}
			if !slices.ContainsFunc(s.cameraRows(a), func(r CameraRow) bool { return r.ID == in.ID && s.concerns(&r, &c) }) {
				return nil, unconcerned
			}
			until := s.frame.Wall().Add(unmaskFor)
			if err := s.door.Unmasked(ctx, a, in.ID, c.Alert.ID.String(), until); err != nil {
				return nil, err
			}
			s.unmasked.allow(a.ID, in.ID, until)
			return &body[unmaskOutput]{unmaskOutput{ms(until)}}, nil
		})
	type viewInput struct {
		ID string `path:"id" maxLength:"64"`
	}
	type viewOutput struct {
		Accepted bool `json:"accepted"`
	}
	route(s, access.DrawMasks, huma.Operation{OperationID: "accept-view", Method: http.MethodPost, Path: "/api/v1/cameras/{id}/accept-view", Tags: []string{"cameras"},
		Summary: "Say that a camera stands and looks as its file says, so that its present view is the right one; it is put on record"},
		func(ctx context.Context, a *access.Account, in *viewInput) (*body[viewOutput], error) {
			if !s.hasCamera(a, in.ID) {
				return nil, noSuchCamera
			}
			err := s.cameras.AcceptView(in.ID, func() error { return s.door.Drew(ctx, a, "camera.view_accepted", in.ID) })
			return &body[viewOutput]{viewOutput{err == nil}}, err
		})
	s.evidence()
	s.drawings()
}

func (s *Server) evidence() {
	type ofInput struct {
		ID string `path:"id" maxLength:"36"`
	}
	route(s, access.ReadCameras, get("evidence", "/api/v1/alerts/{id}/evidence", "Clips and stills of an alert, with their hashes", "cameras"),
		func(ctx context.Context, a *access.Account, in *ofInput) (*list[Evidence], error) {
			c, err := s.theCase(ctx, a, in.ID)
			if err != nil || s.cameras == nil {
				return page([]Evidence{}, ""), err
			}
			items, err := s.cameras.Evidence(c.Alert.ID)
			return page(items, ""), err
		})
	type fileInput struct {
		ID   string `path:"id" maxLength:"36"`
		Name string `path:"name" maxLength:"100"`
	}
	route(s, access.ReadCameras, serves(get("evidence-file", "/api/v1/alerts/{id}/evidence/{name}", "A clip or a still; that it was handed out is on record", "cameras"), "image/jpeg", "video/x-msvideo"),
		func(ctx context.Context, a *access.Account, in *fileInput) (*file, error) {
			c, err := s.theCase(ctx, a, in.ID)
			if err != nil {
				return nil, err
			}
			if s.cameras == nil {
				return nil, noSuchCamera
			}
			b, err := s.cameras.EvidenceFile(c.Alert.ID, in.Name)
			if err != nil {
				return nil, err
			}
			if err := s.door.Exported(ctx, a, "evidence "+in.Name+" of "+in.ID); err != nil {
				return nil, err
			}
			kind := "image/jpeg"
			if http.DetectContentType(b) == "video/avi" {
				kind = "video/x-msvideo"
			}
			return &file{ContentType: kind, Body: b}, nil
		})
}

var (
	noSuchCamera = &say.Error{Code: "camera.none", Kind: say.NotFound,
		Text: say.Text{En: "there is no such camera in your sections", Ar: "لا توجد كاميرا كهذه في قواطعك"},
		Hint: say.Text{En: "it may belong to another section", Ar: "ربما تعود إلى قاطع آخر"}}
	maskedError = &say.Error{Code: "camera.masked", Kind: say.Denied,
		Text: say.Text{En: "this camera's masks are not lifted for you", Ar: "أقنعة هذه الكاميرا غير مرفوعة لك"},
		Hint: say.Text{En: "a commander lifts them for an incident, and it is put on record", Ar: "يرفعها القائد لحادثة محددة ويُسجل ذلك"}}
)

// cameraRows are the cameras that an account may see, as the picture knows
// their health.
func (s *Server) cameraRows(a *access.Account) []CameraRow {
	rows := []CameraRow{}
	if s.cameras == nil {
		return rows
	}
	v, current := s.viewOf(a), s.picture.Current()
	for _, r := range s.cameras.Cameras() {
		x := current.Sensor(sense.SensorID(r.ID))
		if x == nil || !v.sensor(x) {
			continue
		}
		r.Health = x.Health.String()
		if t := s.unmasked.till(a.ID, r.ID, s.frame.Wall()); !t.IsZero() {
			r.Unmasked = ms(t)
		}
		rows = append(rows, r)
	}
	return rows
}

func (s *Server) hasCamera(a *access.Account, id string) bool {
	for _, r := range s.cameraRows(a) {
		if r.ID == id {
			return true
		}
	}
	return false
}

// seen says of cameras whether each can see a place.
func (s *Server) seen(rows []CameraRow, p geo.Point) {
	for i := range rows {
		rows[i].Sees = s.cameras.Sees(rows[i].ID, p)
	}
}

// pointOf reads "latitude,longitude" in degrees.
func pointOf(text string) (geo.Point, error) {
	var lat, lon float64
	if _, err := fmt.Sscanf(text, "%g,%g", &lat, &lon); err != nil {
		return geo.Point{}, noPlace
	}
	return geo.NewPoint(lat, lon)
}

var noPlace = &say.Error{Code: "camera.place", Kind: say.Invalid,
	Text: say.Text{En: "this is no place", Ar: "هذا ليس مكاناً"},
	Hint: say.Text{En: "give latitude, then longitude in degrees, as in 36.808,42.090", Ar: "أعطِ خط العرض ثم خط الطول بالدرجات، مثل " + say.LTR("36.808,42.090")}}

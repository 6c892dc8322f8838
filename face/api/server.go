package api

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"path"
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"marsad/assess"
	"marsad/border"
	"marsad/engine/access"
	"marsad/engine/picture"
	"marsad/engine/works"
	"marsad/geo"
	"marsad/ident"
	"marsad/record"
	"marsad/respond"
	"marsad/say"
	"marsad/sense"
)

// Engine takes people's actions and knows what they may do next.
type Engine interface {
	// Submit gives the case after the action is on disk, or the refusal.
	Submit(context.Context, respond.Action) (respond.Case, error)
	// Next gives what a person may do with a case now, next step first, and the
	// units that could go, nearest first.
	Next(context.Context, respond.Case, respond.Person) ([]Allowed, []respond.Proposal)
	// Look passes a "look at" cue to a camera and waits a little for its word,
	// which is absent when none came.
	Look(context.Context, sense.Cue) (CueAnswer, error)
}

// Query of a list: newest first, from a cursor on, at most Limit.
type Query struct {
	Sections []string // nil for all
	State    string   // "open", "closed", "" for all
	Since    time.Time
	Until    time.Time // exclusive
	Kind     string    // of audit entries, empty for all
	Cursor   string
	Limit    int
}

// Record reads what is on disk.
type Record interface {
	Case(context.Context, ident.ID) (respond.Case, error)
	Cases(context.Context, Query) (items []respond.Case, next string, err error)
	Tasks(context.Context, Query) (items []respond.Task, next string, err error)
	Incidents(context.Context, Query) (items []record.Incident, next string, err error)
	Suppressed(context.Context, Query) (items []assess.Suppressed, next string, err error)
	Silences(context.Context, Query) (items []assess.Silence, next string, err error)
	Audit(context.Context, Query) (items []record.Entry, next string, err error)
	// Watches are the signatures by which watches changed hands, newest first.
	Watches(context.Context, Query) ([]record.Entry, error)
	// Note puts something on the audit chain; when it returns, it is on disk.
	Note(context.Context, record.Note) error
	// Head is the newest signed head of the audit chain.
	Head(context.Context) ([]byte, error)
	// Holds keep personal data from erasure, newest first.
	Holds(context.Context, Query) (items []record.Hold, next string, err error)
	SetHold(context.Context, record.Hold) (record.Hold, error)
	LiftHold(ctx context.Context, id, byID, by string) error
}

// Cameras shows what thermal cameras see and what was kept of it.
type Cameras interface {
	// Cameras lists them, in the order of their ids.
	Cameras() []CameraRow
	// Sees says whether a camera can see a place: "now", "if-turned" or "no".
	Sees(id string, p geo.Point) string
	// AcceptView takes a camera's present view for the right one; record puts it on
	// record before, and its error stops it.
	AcceptView(id string, record func() error) error
	// Still is the newest picture as JPEG; unmasked, with what is hidden otherwise.
	Still(id string, unmasked bool) (jpeg []byte, at time.Time, err error)
	// Evidence of an alert, and one file of it.
	Evidence(alert ident.ID) ([]Evidence, error)
	EvidenceFile(alert ident.ID, name string) ([]byte, error)
	drawingCameras
}

// Past gives the picture as it was.
type Past interface {
	// At is the picture at a time: what lies outside Span is refused with a reason.
	At(time.Time) (*picture.Version, error)
	// Span is the stretch of event time that is kept, false while there is none.
	Span() (from, to time.Time, ok bool)
	// Ways are how tracks moved in the stretch before a time.
	Ways(t time.Time, over time.Duration) (map[ident.ID][]picture.Fix, error)
}

// Frame is what stands around the picture and does not come from it.
type Frame struct {
	Version   string
	Simulated bool
	Scenario  string
	Speed     float64
	// Wall is the wall clock; ClockDoubt says why it may be wrong, if so.
	Wall       func() time.Time
	ClockDoubt func() say.Text
	// Ready says why the engine does not take actions, nil when it does.
	Ready func() error
	// NewID makes a UUID version 7 for an action that brought none.
	NewID func() ident.ID
}

// Options of the API. All are needed but Metrics and Log.
type Options struct {
	Atlas   *border.Atlas
	Lanes   *border.LaneTable
	Picture *picture.Picture
	Engine  Engine
	Record  Record
	Works   *works.Book
	Door    *access.Door
	Cameras Cameras // nil for none
	Past    Past    // nil where nothing is remembered
	House   House   // nil where nobody looks after it
	Photos  Photos  // of the barrier; nil for none
	Frame   Frame
	// Coverage is what is seen; nil where nothing works it out.
	Coverage Coverage
	Risk     Risk         // what makes metres matter; nil where nothing says
	Page     http.Handler // everything that is not the API
	Metrics  http.Handler
	Secure   bool // cookies over TLS only
	Log      *slog.Logger
}

// Server answers HTTP.
type Server struct {
	atlas     *border.Atlas
	lanes     *border.LaneTable
	sections  []border.Section
	picture   *picture.Picture
	engine    Engine
	record    Record
	works     *works.Book
	coverage  Coverage
	risk      Risk
	sighted   sighted
	shades    shades
	corridors corridors
	taking    sync.Mutex // one watch at a time changes hands
	planning  sync.Mutex // one plan at a time: it takes seconds
	door      *access.Door
	cameras   Cameras
	past      Past
	house     House
	photos    Photos
	handed    handed
	unmasked  unmasked
	frame     Frame
	secure    bool
	log       *slog.Logger

	mux     *http.ServeMux
	huma    huma.API
	guarded []guardedRoute
	pace    pace
}

// New builds the server. It listens nowhere: Handler is for the one who does.
func New(o Options) *Server {
	s := &Server{
		atlas: o.Atlas, lanes: o.Lanes, sections: o.Atlas.Division.All(), picture: o.Picture, engine: o.Engine,
		record: o.Record, coverage: o.Coverage, risk: o.Risk, works: o.Works, door: o.Door, cameras: o.Cameras, past: o.Past, house: o.House, frame: o.Frame, photos: o.Photos, secure: o.Secure, log: o.Log, mux: http.NewServeMux(),
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	config := huma.DefaultConfig("Marsad", o.Frame.Version)
	config.Info.Description = "The border's picture, record and response. Software proposes; a named person decides. Everything needs an account; every refused attempt is on record."
	config.DocsPath = "" // a page that loads scripts from elsewhere; openapi.json is for the reader's own tools
	config.SchemasPath = ""
	config.CreateHooks = nil
	config.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", schemaName)
	// A set of spans is written as a list of them.
	config.Components.Schemas.RegisterTypeAlias(reflect.TypeFor[border.Set](), reflect.TypeFor[[]border.Span]())
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"bearer": {Type: "http", Scheme: "bearer"},
		"cookie": {Type: "apiKey", In: "cookie", Name: cookieName},
	}
	config.Security = []map[string][]string{{"bearer": {}}, {"cookie": {}}}
	s.huma = humago.New(s.mux, config)
	s.sessions()
	s.line()
	s.coverageRoutes()
	s.together()
	s.things()
	s.alerts()
	s.records()
	s.watches()
	s.reports()
	s.administration()
	s.worksRoutes()
	s.live()
	s.looksBack()
	s.tiles()
	s.search()
	s.health(o.Metrics)
	s.mux.HandleFunc(anyAPI, s.unknown)
	if o.Page != nil {
		s.mux.Handle("/", o.Page)
	}
	return s
}

// schemaName tells types of one name in different rooms apart: RespondPlace.
func schemaName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	room := path.Base(t.PkgPath())
	if t.Name() == "" || room == "." || room == "api" {
		return name
	}
	return strings.ToUpper(room[:1]) + room[1:] + name
}

// Handler is the whole of it: language, visitor, bounds, then the routes.
func (s *Server) Handler() http.Handler {
	return withLanguage(withAddress(bounded(s.withVisitor(s.mux))))
}

// OpenAPI is the description of the API, version 3.1, as JSON.
func (s *Server) OpenAPI() ([]byte, error) { return json.MarshalIndent(s.huma.OpenAPI(), "", "  ") }

const anyAPI = "/api/"

// unknown answers what is under /api/ and no route: never with the page, which
// a program would take for an answer.
func (s *Server) unknown(w http.ResponseWriter, r *http.Request) {
	var allowed []string
	for _, m := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		other := r.Clone(r.Context())
		other.Method = m
		if _, pattern := s.mux.Handler(other); pattern != anyAPI {
			allowed = append(allowed, m)
		}
	}
	if len(allowed) == 0 {
		writeProblem(w, r, &say.Error{Code: "api.unknown", Kind: say.NotFound,
			Text: say.Text{En: "the API has nothing at this path", Ar: "لا يوجد في واجهة البرمجة شيء على هذا المسار"},
			Hint: say.Text{En: "/openapi.json lists what there is", Ar: "القائمة في " + say.LTR("/openapi.json")}})
		return
	}
	w.Header().Set("Allow", strings.Join(allowed, ", "))
	w.WriteHeader(http.StatusMethodNotAllowed)
}

// health answers machines: alive, ready, and the counters.
func (s *Server) health(metrics http.Handler) {
	s.mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "alive\n") })
	s.mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		if err := s.frame.Ready(); err != nil {
			writeProblem(w, r, err)
			return
		}
		io.WriteString(w, "ready\n")
	})
	if metrics != nil {
		s.mux.Handle("GET /metrics", metrics)
	}
}

func writeJSON(w io.Writer, v any) { json.NewEncoder(w).Encode(v) }

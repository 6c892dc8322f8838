package app

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"sync"
	"time"

	"marsad/adapter/sapient"
	"marsad/adapter/thermal"
	"marsad/border"
	"marsad/coverage"
	"marsad/engine/access"
	"marsad/engine/bus"
	"marsad/engine/config"
	"marsad/engine/ground"
	"marsad/engine/media"
	"marsad/engine/past"
	"marsad/engine/picture"
	"marsad/engine/pipeline"
	"marsad/engine/store"
	"marsad/engine/works"
	"marsad/face/api"
	"marsad/face/web"
	"marsad/force"
	"marsad/geo"
	"marsad/ident"
	"marsad/record"
	"marsad/respond"
	"marsad/say"
	"marsad/sense"
)

// Version of the program, as the page and the API show it.
const Version = "0.1"

// Options of an App beside its configuration.
type Options struct {
	// Night is the time of day at which a simulated clock starts, zero for the
	// wall clock; Speed is how many times as fast as real time it runs.
	Night    time.Time
	Speed    float64
	Scenario string // of a simulated world, for the frame around the picture
	// FlatGround is the height of a simulated world's ground above the ellipsoid:
	// what simulated sensors state counts from there. Nil where nothing is simulated.
	FlatGround *float64
	// AskAt is where cameras on the network are asked for, the multicast group of
	// WS-Discovery if empty.
	AskAt string
	// Cameras are watched beside those of the configuration.
	Cameras []thermal.Live
	Log     *slog.Logger
}

// App is the whole server. Make one with New, run it with Run, then Close it.
type App struct {
	config  config.Config
	options Options
	atlas   *border.Atlas
	clock   Clock

	store   *store.Store
	works   *works.Book
	bus     *bus.Bus
	picture *picture.Picture
	past    *past.Past
	engine  *pipeline.Engine
	lanes   *border.LaneTable
	watch   *pipeline.Watch
	zones   []coverage.Zone
	ground  *ground.Ground
	risk    *risks
	sapient *sapient.Server
	fleet   sync.RWMutex // over cameras and stands
	cameras []thermal.Live
	stands  map[string]stand  // accepted calibrations, by camera
	filed   map[string]string // poses of the cameras' files
	thermal *thermal.Cameras
	media   *media.Media
	drawing drawing // what people draw for the cameras
	photos  *media.Photos
	door    *access.Door
	api     *api.Server
	page    net.Listener
	secure  bool
	closers []func() error
}

// New builds everything in one order. On an error, what was built is closed.
func New(c config.Config, o Options) (*App, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	a := &App{config: c, options: o}
	for _, build := range []func() error{a.openAtlas, a.openStore, a.openWorks, a.openLog, a.buildEngine, a.openPast, a.buildWatch, a.buildAdapters, a.buildCameras, a.buildFace, a.listen} {
		if err := build(); err != nil {
			return nil, errors.Join(err, a.Close())
		}
	}
	return a, nil
}

func (a *App) onClose(f func() error) { a.closers = append(a.closers, f) }

// openAtlas reads where everything is, before anything is opened that a wrong name
// in the configuration would leave half built.
func (a *App) openAtlas() (err error) {
	if a.atlas, err = Atlas(a.config); err != nil {
		return err
	}
	return knownSections(a.config, a.atlas)
}

func (a *App) openStore() (err error) {
	a.store, err = store.Open(a.config.Data, store.Options{HeadsDir: a.config.Heads})
	if err != nil {
		return err
	}
	a.onClose(a.store.Close)
	if doubt := a.store.Doubt(); doubt != nil {
		a.options.Log.Error("the record was changed while Marsad was not running; verify says where", "error", doubt)
	}
	if a.options.Night.IsZero() {
		return onlyReal(a.store)
	}
	a.clock, err = nightClock(a.store, a.options.Night, a.options.Speed, time.Now())
	return err
}

// Clock of the engine.
func (a *App) Clock() Clock { return a.clock }

// openLog opens the log so that it goes on where the record's cursor stands.
func (a *App) openLog() error {
	cursor, err := a.store.Cursor(context.Background())
	if err != nil {
		return err
	}
	listeners, err := listenersOf(a.config.Announce)
	if err != nil {
		return err
	}
	a.bus, err = bus.Open(filepath.Join(a.config.Data, "log"), bus.Options{Listeners: listeners,
		Retention: time.Duration(a.config.Log.Keep), MaxBytes: a.config.Log.MaxBytes, First: cursor + 1, Log: a.options.Log})
	if err == nil {
		a.onClose(func() error { a.bus.Close(); return nil })
	}
	return err
}

func (a *App) buildEngine() error {
	roster := force.Roster(a.config.Units)
	a.picture = picture.New(picture.Options{Roster: roster, First: uint64(time.Now().UnixMilli()),
		Locate: func(p geo.Point) (border.Chainage, border.Offset, bool) {
			l := a.atlas.Axis.Locate(p)
			return l.Chainage, l.Offset, !l.Far
		}})
	stages, err := pipeline.NewStages(Parts(a.config, a.atlas))
	if err != nil {
		return err
	}
	a.engine = pipeline.New(pipeline.Options{
		Log: a.bus, Record: recordOf{a.store}, Stages: stages, Picture: a.picture, Clock: a.clock.Now,
		Speed: a.clock.Speed, Roster: roster, Build: Version, Config: a.digest(), Settings: a.settings(), Logger: a.options.Log,
	})
	return nil
}

// openPast opens the memory of the picture. It is kept as long as the log, and
// never longer than personal data; a fortieth of the log's room is enough for it.
func (a *App) openPast() (err error) {
	keep := min(time.Duration(a.config.Log.Keep), time.Duration(a.config.Retention.PersonalDays)*24*time.Hour)
	a.past, err = past.Open(past.Options{Dir: filepath.Join(a.config.Data, "past"), Keep: keep, MaxBytes: a.config.Log.MaxBytes / 40, Log: a.options.Log})
	if err == nil {
		a.onClose(a.past.Close)
	}
	return err
}

func (a *App) buildAdapters() error {
	conf := sapientOf(a.config)
	conf.Now = a.clock.Now
	if a.clock.Simulated() {
		conf.AtWall = a.clock.at
	}
	a.sapient = sapient.New(conf)
	return nil
}

func (a *App) buildFace() error {
	a.door = DoorOf(a.store)
	a.secure = a.config.TLS.Cert != ""
	a.api = api.New(api.Options{
		Atlas: a.atlas, Lanes: a.lanes, Picture: a.picture, Engine: engineOf{a}, Record: reader{a.store}, Works: a.works, Door: a.door, Coverage: watching{a}, Risk: a.risk, Cameras: camerasOn{a}, Past: a.past,
		Photos: photosOn{a}, House: houseOf{a},
		Frame: api.Frame{Version: Version, Simulated: a.clock.Simulated(), Scenario: a.options.Scenario, Speed: a.clock.Speed,
			Wall: time.Now, ClockDoubt: a.clockDoubt, Ready: a.readiness, NewID: NewID},
		Page: web.Handler(), Metrics: metrics(a.engine.Counters(), a.picture, a.sapient), Secure: a.secure, Log: a.options.Log,
	})
	return nil
}

func (a *App) listen() error {
	if err := a.sapient.Listen(); err != nil {
		return err
	}
	l, err := net.Listen("tcp", a.config.Addr)
	if err != nil {
		return &say.Error{Code: "app.listen", Kind: say.Unavailable, Cause: err,
			Text: say.Text{En: "the page cannot listen on " + a.config.Addr, Ar: "تعذر فتح المنفذ " + say.LTR(a.config.Addr)},
			Hint: say.Text{En: "stop what uses the port, or choose another with addr: or --addr", Ar: "أوقف من يستعمل المنفذ أو اختر منفذاً آخر"}}
	}
	if a.secure {
		pair, err := pagePair(a.config.TLS)
		if err != nil {
			return errors.Join(err, l.Close())
		}
		l = tls.NewListener(l, &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12})
	}
	a.page = l
	return nil
}

// URL of the page.
func (a *App) URL() string {
	scheme := "http"
	if a.secure {
		scheme = "https"
	}
	return fmt.Sprintf("%s://%s", scheme, a.page.Addr())
}

// Sapient gives the address that SAPIENT nodes connect to, once Run has begun.
func (a *App) Sapient() string {
	if addr := a.sapient.Addr(); addr != nil {
		return addr.String()
	}
	return ""
}

// Door of the app, for commands that hand out links.
func (a *App) Door() *access.Door { return a.door }

// Ready is closed when the picture is live and actions are taken.
func (a *App) Ready() <-chan struct{} { return a.engine.Ready() }

// Run serves until the context ends or a part fails, and ends in order: no
// new input, what waits goes through, the record is saved.
func (a *App) Run(ctx context.Context) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	server := &http.Server{Handler: a.api.Handler(), ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
		BaseContext: func(net.Listener) context.Context { return ctx },
		ErrorLog:    slog.NewLogLogger(a.options.Log.Handler(), slog.LevelDebug)}
	parts := []struct {
		name string
		run  func() error
	}{
		{"pipeline", func() error { return a.engine.Run(ctx) }},
		{"sapient", func() error {
			select {
			case <-a.engine.Ready():
				return a.sapient.Run(ctx, a.engine.Ingress())
			case <-ctx.Done():
				return nil
			}
		}},
		{"page", func() error {
			err := server.Serve(a.page)
			if errors.Is(err, http.ErrServerClosed) {
				err = nil
			}
			return err
		}},
		{"past", func() error { a.past.Run(ctx, a.picture.Current); return nil }},
		{"coverage", func() error { a.runWatch(ctx); return nil }},
		{"thermal", func() error {
			select {
			case <-a.engine.Ready():
				return a.thermal.Run(ctx, a.engine.Ingress())
			case <-ctx.Done():
				return nil
			}
		}},
		{"evidence", func() error { a.filmAlerts(ctx); return nil }},
		{"ground", func() error { a.tellGround(ctx); return nil }},
		{"announce", func() error { a.runAnnounce(ctx); return nil }},
		{"breaches", func() error { a.noteBreaches(ctx); return nil }},
		{"upkeep", func() error { a.upkeep(ctx); return nil }},
	}
	ended := make(chan error, len(parts))
	for _, p := range parts {
		go func() {
			err := p.run()
			if err != nil {
				err = fmt.Errorf("%s: %w", p.name, err)
				stop(err)
			}
			ended <- err
		}()
	}
	<-ctx.Done()
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if err := server.Shutdown(end); err != nil {
		server.Close()
	}
	var failed error
	for range parts {
		failed = errors.Join(failed, <-ended)
	}
	return failed
}

// Close closes what New built, in reverse.
func (a *App) Close() error {
	var err error
	for i := len(a.closers) - 1; i >= 0; i-- {
		err = errors.Join(err, a.closers[i]())
	}
	a.closers = nil
	return err
}

func (a *App) readiness() error {
	if t := a.engine.Trouble(); t != nil {
		return t
	}
	select {
	case <-a.engine.Ready():
		return nil
	default:
		return &say.Error{Code: "app.starting", Kind: say.Unavailable,
			Text: say.Text{En: "Marsad is still reading what earlier runs left", Ar: "ما زال مرصد يقرأ ما تركته التشغيلات السابقة"},
			Hint: say.Text{En: "wait a moment", Ar: "انتظر لحظة"}}
	}
}

// OpenAPI gives the API's description without a server.
func OpenAPI() ([]byte, error) {
	atlas := border.DefaultAtlas()
	lanes, err := border.NewLaneTable(atlas.Lanes()...)
	if err != nil {
		return nil, err
	}
	return api.New(api.Options{Atlas: atlas, Lanes: lanes, Picture: picture.New(picture.Options{}), Frame: api.Frame{Version: Version}}).OpenAPI()
}

// NewID makes a UUID version 7 from the wall clock and the machine's randomness.
func NewID() ident.ID {
	id, err := ident.New(time.Now(), rand.Reader)
	if err != nil {
		panic("app: no randomness: " + err.Error())
	}
	return id
}

// DoorOf opens the door onto a store.
func DoorOf(s *store.Store) *access.Door {
	return access.NewDoor(s, func(ctx context.Context, kind, actor string, detail map[string]string) error {
		n := record.Note{Kind: record.OfAccess, Verb: kind, ActorID: actor, Personal: detail}
		switch kind {
		case "refused":
			n.Kind = record.OfRefusal
		case "export":
			n.Kind = record.OfExport
		}
		err := s.Audit(context.WithoutCancel(ctx), n)
		if err != nil {
			slog.Error("the audit chain did not take a note", "kind", kind, "error", err)
		}
		return err
	}, time.Now)
}

// AtDoor runs something at the door of a data folder, beside a running server or
// without one.
func AtDoor(dir string, do func(context.Context, *access.Door) error) (err error) {
	s, err := store.Open(dir, store.Options{Beside: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return do(context.Background(), DoorOf(s))
}

var _ api.Engine = engineOf{}

// engineOf shows the pipeline to the API.
type engineOf struct{ app *App }

func (e engineOf) Submit(ctx context.Context, act respond.Action) (respond.Case, error) {
	return e.app.engine.Submit(ctx, act)
}

// cuePatience is how long a person's request waits for the camera's word.
const cuePatience = 2 * time.Second

func (e engineOf) Look(ctx context.Context, c sense.Cue) (api.CueAnswer, error) {
	ctx, stop := context.WithTimeout(ctx, cuePatience)
	defer stop()
	out := api.CueAnswer{Cue: c.ID, Answer: "none"}
	answer, err := e.app.engine.LookAt(ctx, c)
	if answer != nil {
		out.Answer, out.Why = "refused", answer.Why
		if answer.Accepted {
			out.Answer = "accepted"
		}
	}
	return out, err
}

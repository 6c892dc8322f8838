package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"marsad/adapter/thermal"
	"marsad/detect/health"
	"marsad/detect/view"
	"marsad/engine/config"
	"marsad/engine/ground"
	"marsad/engine/media"
	"marsad/face/api"
	"marsad/geo"
	"marsad/ident"
	"marsad/record"
	"marsad/respond"
	"marsad/say"
	"marsad/sense"
)

// Cameras reads the files of a configuration's thermal cameras and of the
// dwellings that none may look into.
func Cameras(c config.Config) (cameras []thermal.Live, dwellings []view.Dwelling, err error) {
	for i, x := range c.Cameras {
		b, err := os.ReadFile(x.File)
		if err != nil {
			return nil, nil, cameraError(fmt.Sprintf("cameras[%d]: its file cannot be read: %s", i, x.File), err)
		}
		camera, err := thermal.ReadCamera(b)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", x.File, err)
		}
		if slices.ContainsFunc(cameras, func(l thermal.Live) bool { return l.Camera.ID == camera.ID }) {
			return nil, nil, cameraError(fmt.Sprintf("cameras[%d]: the id %s is that of another camera", i, camera.ID), nil)
		}
		cameras = append(cameras, thermal.Live{Camera: camera, Input: x.Input})
	}
	if c.Dwellings != "" {
		if dwellings, err = Dwellings(c.Dwellings); err != nil {
			return nil, nil, err
		}
	}
	return cameras, dwellings, nil
}

func cameraError(en string, cause error) error {
	return &say.Error{Code: "cameras.file", Kind: say.Invalid, Cause: cause, Text: say.Text{En: en, Ar: "ملفات الكاميرات: " + say.LTR(en)},
		Hint: say.Text{En: "correct cameras: in the configuration; adapter/thermal/sample.yaml shows a file", Ar: "صحح قسم cameras في الإعدادات"}}
}

// buildCameras makes the way in for thermal cameras, and what keeps their
// pictures. Without cameras both are idle.
func (a *App) buildCameras() error {
	live, dwellings, err := Cameras(a.config)
	if err != nil {
		return err
	}
	live = append(live, a.options.Cameras...)
	a.stands, a.filed = map[string]stand{}, map[string]string{}
	for i := range live {
		a.filed[live[i].Camera.ID] = live[i].Camera.Pose()
		if err := a.recallStand(&live[i]); err != nil {
			return err
		}
	}
	a.media = media.New(media.Options{Dir: filepath.Join(a.config.Data, "evidence"),
		Before: time.Duration(a.config.Evidence.Before), After: time.Duration(a.config.Evidence.After),
		Kept: a.evidenceKept, Failed: func(alert string, err error) {
			a.options.Log.Error("evidence was not kept", "alert", alert, "error", err)
		}})
	a.onClose(a.media.Close)
	a.cameras = live
	var outside *thermal.Outside
	if len(a.config.Classifier) > 0 {
		outside = &thermal.Outside{Command: a.config.Classifier}
	}
	a.thermal = thermal.New(thermal.Config{Outside: outside, Cameras: live, Dwellings: dwellings, Now: a.clock.Now, Jitter: rand.Float64, Ground: GroundAround(a.ground),
		Recall: a.recallView, Keep: a.keepView,
		See: func(s thermal.Seen) {
			shot := media.Shot{Camera: s.Camera, Frame: s.Frame, Mask: s.Mask, Simulated: s.Simulated}
			for _, m := range s.Movers {
				shot.Boxes = append(shot.Boxes, m.Box)
			}
			for _, m := range s.Held { // held back from the log, never from the picture
				shot.Boxes = append(shot.Boxes, m.Box)
			}
			a.media.See(shot)
		}})
	a.drawing.configured = len(dwellings)
	return a.readDrawn()
}

// GroundAround is the ground that a camera looks at, nil where only synthetic
// relief is known.
func GroundAround(g *ground.Ground) func(foot geo.Point, radius float64) sense.Ground {
	return func(foot geo.Point, radius float64) sense.Ground {
		if r := g.Around(foot, radius); r != nil {
			return r
		}
		return nil
	}
}

// evidenceKept puts on record which files show an alert, by their hashes.
func (a *App) evidenceKept(e media.Evidence) {
	section := ""
	if id, err := ident.Parse(e.Alert); err == nil {
		if row := a.picture.Current().Alert(id); row != nil {
			section = row.Alert.Where.Section
		}
	}
	err := a.store.Audit(context.Background(), record.Note{Kind: record.OfEvidence, ActorID: record.Software, Verb: record.EvidenceKept, Subject: e.Alert, Section: section,
		Detail: map[string]any{"camera": e.Camera, "from": e.From, "to": e.To, "files": e.Files}})
	if err != nil {
		a.options.Log.Error("evidence was kept and not put on record", "alert", e.Alert, "error", err)
	}
}

// freshFor is how old an alert may be for its evidence to be begun: older ones
// are of a run before.
const freshFor = 30 * time.Second

// filmAlerts has the cameras of every new alert filmed, until its cause is gone.
func (a *App) filmAlerts(ctx context.Context) {
	if len(a.watched()) == 0 {
		return
	}
	begun, ended := map[ident.ID]bool{}, map[ident.ID]bool{}
	tick := time.NewTicker(10 * time.Second) // masks come back without anything else to see
	defer tick.Stop()
	for {
		v := a.picture.Current()
		for _, row := range v.Alerts {
			alert := &row.Alert
			if !begun[alert.ID] && a.clock.Now().Sub(alert.Opened) < freshFor {
				if cameras := a.camerasOf(&row.Case); len(cameras) > 0 {
					begun[alert.ID] = true
					if err := a.media.Begin(alert.ID.String(), cameras, alert.Opened); err != nil {
						a.options.Log.Error("an alert is not filmed", "alert", alert.ID.String(), "error", err)
					}
				}
			}
			if begun[alert.ID] && !ended[alert.ID] && !alert.Ended.IsZero() {
				ended[alert.ID] = true
				a.media.End(alert.ID.String())
			}
		}
		for _, row := range v.Alerts { // after every film that has to begin: this reads the disk
			if row.Case.Result != nil {
				a.learn(&row.Case)
			}
		}
		a.maskAgain()
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-v.Next():
		}
	}
}

// camerasOf are the cameras that can see an alert's place, and those that found
// what it is about.
func (a *App) camerasOf(c *respond.Case) (ids []string) {
	v := a.picture.Current()
	found := slices.Clone(c.Alert.Sensors)
	for _, id := range c.Alert.Tracks {
		if t := v.Track(id); t != nil {
			for _, s := range t.Sensors {
				found = append(found, s.Sensor)
			}
		}
	}
	for _, l := range a.watched() {
		id := sense.SensorID(l.Camera.ID)
		if v.Sensor(id) == nil {
			continue
		}
		if slices.Contains(found, id) || a.thermal.Sees(l.Camera.ID, c.Alert.Where.Point) == thermal.InView {
			ids = append(ids, l.Camera.ID)
		}
	}
	return ids
}

// eraseEvidence erases pictures of alerts whose time is over, unless a legal
// hold keeps them, and says so on record.
func (a *App) eraseEvidence(ctx context.Context, now time.Time) error {
	holds, err := a.store.Held(ctx)
	if err != nil {
		return err
	}
	before := now.AddDate(0, 0, -a.config.Retention.PersonalDays)
	// On record first: what is missing without a word of the chain is a fault.
	var unsaid error
	_, err = a.media.Erase(func(alert string, to time.Time) bool {
		if !to.Before(before) || holds[alert] || holds["*"] {
			return false
		}
		err := a.store.Audit(ctx, record.Note{Kind: record.OfEvidence, ActorID: record.Software, Verb: record.EvidenceErased, Subject: alert,
			Detail: map[string]any{"before": before}})
		unsaid = errors.Join(unsaid, err)
		return err == nil
	})
	return errors.Join(err, unsaid)
}

// camerasOn shows thermal cameras to the API.
type camerasOn struct{ app *App }

var _ api.Cameras = camerasOn{}

func (c camerasOn) Cameras() []api.CameraRow {
	var rows []api.CameraRow
	held := c.app.thermal.HeldBack()
	for _, l := range c.app.watched() {
		x := l.Camera
		r := api.CameraRow{Standing: c.app.standing(x.ID), ID: x.ID, Name: x.Name, Lat: x.Position.Lat, Lon: x.Position.Lon, Azimuth: x.Azimuth, HalfWidth: x.FieldOfView.Horizontal / 2,
			Range: x.Range, CanLookAt: x.Onvif.Address != "", Troubles: []say.Text{}}
		if s := c.app.picture.Current().Sensor(sense.SensorID(x.ID)); s != nil {
			r.Azimuth, r.HalfWidth, r.Simulated = geo.Degrees(s.Sensor.Azimuth), geo.Degrees(s.Sensor.HalfWidth), s.Sensor.Simulated
			r.MinRange, r.Range = s.Sensor.MinRange, s.Sensor.MaxRange
			if !s.Health.Working() && !s.Why.IsZero() {
				r.Troubles = append(r.Troubles, s.Why)
			}
		}
		if st, ok := c.app.thermal.State(x.ID); ok {
			r.Movers, r.Dropped, r.Starts, r.DriftMS = len(st.Movers), st.Stream.Dropped, st.Stream.Starts, st.Stream.Drift.Milliseconds()
			z := st.Zones
			r.Suppressed, r.Zones = z.All(), api.CameraZones{Movers: z.Movers, Seconds: z.Per.Seconds(), Suppressed: z.Suppressed[:], Holding: z.Holding}
			r.Counts, r.Turned = countRows(&st), slices.Contains(st.Troubles, health.Turned)
			for _, m := range st.Movers[:min(len(st.Movers), maxSeen)] {
				r.Seen = append(r.Seen, seenRow(&m, st.Stream.Width, st.Stream.Height))
			}
			for _, q := range st.Quiet {
				r.Quiet = append(r.Quiet, api.CameraQuiet{Area: q.Area, Until: q.Until.UnixMilli(), Held: held[q.ID]})
			}
			if !st.Hidden.IsZero() {
				r.Troubles = append(r.Troubles, st.Hidden)
			}
			if !st.Stream.Last.IsZero() {
				r.At = st.Stream.Last.UnixMilli()
			}
		}
		rows = append(rows, r)
	}
	slices.SortFunc(rows, func(a, b api.CameraRow) int { return strings.Compare(a.ID, b.ID) })
	return rows
}

// countRows are what befell a camera's whole picture since the start.
func countRows(st *thermal.CameraState) (rows []api.CameraCount) {
	add := func(what say.Text, n int) {
		if n > 0 {
			rows = append(rows, api.CameraCount{What: what, N: n})
		}
	}
	c := &st.Counts
	add(say.Text{En: "corrections of the sensor and other pictures of no scene, passed over", Ar: "تصحيحات المتحسس وصور لا تُظهر المشهد جرى تجاوزها"}, c.Corrections)
	add(say.Text{En: "sudden changes of brightness or contrast, taken out", Ar: "تغيرات مفاجئة في السطوع أو التباين أُزيل أثرها"}, c.Gains)
	add(say.Text{En: "scene learnt from nothing", Ar: "تعلّم المشهد من جديد"}, c.Anew)
	for sign, n := range c.Signs {
		add(health.Sign(sign).Text(), n)
	}
	add(say.Text{En: "the picture's size changed", Ar: "تغيّر حجم الصورة"}, st.Stream.Resized)
	add(say.Text{En: "its time was set anew", Ar: "أعيد ضبط توقيتها"}, st.Stream.Steps)
	return rows
}

func (c camerasOn) Sees(id string, p geo.Point) string {
	switch c.app.thermal.Sees(id, p) {
	case thermal.InView:
		return "now"
	case thermal.IfTurned:
		return "if-turned"
	default:
		return "no"
	}
}

func (c camerasOn) Still(id string, unmasked bool) ([]byte, time.Time, error) {
	return c.app.media.Still(id, unmasked)
}

func (c camerasOn) Evidence(alert ident.ID) ([]api.Evidence, error) {
	list, err := c.app.media.Of(alert.String())
	if err != nil {
		return nil, err
	}
	onRecord, err := c.app.store.EvidenceOf(context.Background(), alert.String())
	if err != nil {
		return nil, err
	}
	var out []api.Evidence
	for _, e := range list {
		known := slices.ContainsFunc(onRecord, func(f record.EvidenceFile) bool { return len(e.Files) > 0 && f.Name == e.Files[0].Name })
		if !known && c.app.clock.Now().Sub(e.To) < recordWithin {
			continue // it is on disk, and on record in a moment
		}
		x := api.Evidence{Camera: e.Camera, From: e.From.UnixMilli(), To: e.To.UnixMilli(), Pictures: e.Pictures, Simulated: e.Simulated}
		for _, f := range e.Files {
			x.Files = append(x.Files, api.EvidenceFile(f))
		}
		out = append(out, x)
	}
	return out, nil
}

// recordWithin is how long after its last picture evidence may lie on disk and not
// be on record yet. After it something is wrong, and is shown.
const recordWithin = time.Minute

func (c camerasOn) EvidenceFile(alert ident.ID, name string) ([]byte, error) {
	b, err := c.app.media.File(alert.String(), name)
	if err != nil {
		return nil, err
	}
	// The list beside the file may have been changed with it; the chain was not.
	kept, err := c.app.store.EvidenceOf(context.Background(), alert.String())
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(b)
	for _, f := range kept {
		if f.Name == name && f.SHA256 == hex.EncodeToString(sum[:]) {
			return b, nil
		}
		if f.Name == name {
			return nil, media.ErrChanged
		}
	}
	return nil, unrecorded
}

var unrecorded = &say.Error{Code: "evidence.unrecorded", Kind: say.Conflict,
	Text: say.Text{En: "this file is on the disk and not on record", Ar: "هذا الملف على القرص وليس في السجل"},
	Hint: say.Text{En: "wait a moment; if it stays so, the record could not be written when it was kept: tell oversight", Ar: "انتظر لحظة؛ وإن استمر ذلك فقد تعذرت كتابة السجل عند حفظه: أبلغ الرقابة"}}

// askFor is how long cameras on the network may take to answer.
const askFor = 4 * time.Second

// Discover asks the network for cameras, and says which are configured already.
func (c camerasOn) Discover(ctx context.Context) (api.FoundCameras, error) {
	found, strange, err := thermal.Discover(ctx, c.app.options.AskAt, func() string { return NewID().String() }, askFor)
	out := api.FoundCameras{Strange: strange, Listened: askFor.Milliseconds()}
	for _, f := range found {
		row := api.FoundCamera{ID: f.ID, Name: f.Name(), From: f.From, Addresses: f.Addresses}
		for _, l := range c.app.watched() {
			row.Known = row.Known || slices.Contains(f.Addresses, l.Camera.Onvif.Address) || hostOf(l.Input) == f.From
		}
		out.Found = append(out.Found, row)
	}
	return out, err
}

func hostOf(input string) string {
	u, err := url.Parse(input)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// maxSeen movers of a camera are told with their class, and maxWhy reasons each.
const maxSeen, maxWhy = 8, 3

// seenRow says what a mover is likely to be, by which evidence, and where it is in
// a picture of so many pixels.
func seenRow(m *thermal.Mover, width, height int) api.CameraMover {
	kind, p := m.Class.Best()
	row := api.CameraMover{Class: kind.Name(), P: p, Why: []say.Text{}}
	if width > 0 && height > 0 {
		w, h := float64(width), float64(height)
		row.Box = &[4]float64{float64(m.Box.X) / w, float64(m.Box.Y) / h, float64(m.Box.W) / w, float64(m.Box.H) / h}
	}
	for _, why := range m.Class.Why {
		if len(row.Why) < maxWhy && why.Factor > 1 {
			row.Why = append(row.Why, why.Text)
		}
	}
	return row
}

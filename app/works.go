package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"marsad/assess"
	"marsad/barrier"
	"marsad/barrier/sample"
	"marsad/border"
	"marsad/engine/media"
	"marsad/engine/picture"
	"marsad/engine/store"
	"marsad/engine/works"
	"marsad/face/api"
	"marsad/ident"
	"marsad/record"
	"marsad/say"
)

// openWorks reads the barrier's ledger from the record.
func (a *App) openWorks() (err error) {
	a.works, err = works.Open(context.Background(), works.Options{Axis: a.atlas.Axis, Keeper: a.store, Now: a.clock.Now, NewID: NewID})
	if err != nil {
		return err
	}
	a.photos, err = media.OpenPhotos(filepath.Join(a.config.Data, record.EvidenceFolder), photoRoom)
	return err
}

// photoRoom is how many bytes the photos of the barrier may take; loosePhoto is
// how long one waits for the statement that names it.
const (
	photoRoom  = 20 << 30
	loosePhoto = 24 * time.Hour
)

// photosOn shows the folder of photos to the API.
type photosOn struct{ app *App }

var _ api.Photos = photosOn{}

// Keep puts a photo on disk and its hash in the chain: a backup takes it from
// there, and verify names one that is missing or changed.
func (p photosOn) Keep(ctx context.Context, account string, b []byte) (api.WorksPhoto, error) {
	x, err := p.app.photos.Keep(b)
	if err != nil {
		return api.WorksPhoto{}, err
	}
	on, err := p.app.store.EvidenceOf(ctx, x.SHA256)
	if err == nil && len(on) == 0 {
		err = p.app.store.Audit(ctx, record.Note{Kind: record.OfEvidence, ActorID: account, Verb: record.EvidenceKept, Subject: x.SHA256, Detail: map[string]any{"files": x.Files}})
	}
	return api.WorksPhoto{SHA256: x.SHA256, Type: x.Type, Bytes: x.Bytes, Width: x.Width, Height: x.Height, Where: x.Where, At: x.At}, err
}

// Get refuses a photo, or a small copy, that is not what the chain holds.
func (p photosOn) Get(ctx context.Context, sha string, small bool) ([]byte, string, error) {
	b, kind, err := p.app.photos.Get(sha, small)
	if err != nil {
		return nil, "", err
	}
	on, err := p.app.store.EvidenceOf(ctx, sha)
	if err != nil {
		return nil, "", err
	}
	sum := sha256.Sum256(b)
	if !slices.ContainsFunc(on, func(f record.EvidenceFile) bool { return f.SHA256 == hex.EncodeToString(sum[:]) }) {
		return nil, "", media.ErrChanged
	}
	return b, kind, nil
}

// State says what became of a photo: the chain knows which came and which were
// erased.
func (p photosOn) State(ctx context.Context, sha string) (api.PhotoState, error) {
	last, _, err := p.app.store.Entries(ctx, store.AuditFilter{Sections: []string{store.AllSections}, Kinds: []record.Kind{record.OfEvidence}, Subject: sha, Page: store.Page{Limit: 1}})
	if err != nil || len(last) == 0 {
		return api.PhotoWaiting, err
	}
	if last[0].Verb == record.EvidenceErased {
		return api.PhotoErased, nil
	}
	if _, _, err := p.app.photos.Get(sha, true); err != nil {
		return api.PhotoLost, nil
	}
	return api.PhotoHere, nil
}

// erasePhotos erases photos of the barrier in which there may be a person when
// personal data is due, and those that no statement names; a legal hold keeps
// them. What was stated of them, their hash too, stays on record; audit puts it
// there.
func (a *App) erasePhotos(ctx context.Context, now time.Time, audit func(context.Context, record.Note) error) error {
	holds, err := a.store.Held(ctx)
	if err != nil {
		return err
	}
	before, wall := now.AddDate(0, 0, -a.config.Retention.PersonalDays), time.Now()
	due := func(sha string, came time.Time) bool {
		use, named := a.works.Photo(sha)
		held := holds["*"] || holds[sha] || slices.ContainsFunc(use.Things, func(id ident.ID) bool { return holds[id.String()] })
		if !named {
			return !held && wall.Sub(came) > loosePhoto
		}
		return !held && !use.Nobody && use.Known.Before(before)
	}
	// On record first: what is missing without a word of the chain is a fault.
	var unsaid error
	_, err = a.photos.Erase(func(sha string, came time.Time) bool {
		if !due(sha, came) {
			return false
		}
		err := audit(ctx, record.Note{Kind: record.OfEvidence, ActorID: record.Software, Verb: record.EvidenceErased, Subject: sha,
			Detail: map[string]any{"before": before}})
		unsaid = errors.Join(unsaid, err)
		return err == nil
	})
	return errors.Join(err, unsaid)
}

// breachPause is how long noteBreaches waits after the record took no weak spot.
const breachPause = 5 * time.Second

// noteBreaches opens a weak spot of the barrier for every alert that found one,
// until the context ends. What the record did not take is tried again.
func (a *App) noteBreaches(ctx context.Context) {
	b := breaches{alarmed: a.works.Alarmed, judged: map[ident.ID]uint64{}}
	for {
		v := a.picture.Current()
		next, pause := v.Next(), (<-chan time.Time)(nil)
		if err := b.look(ctx, v.Alerts); err != nil {
			next, pause = nil, time.After(breachPause)
			if ctx.Err() == nil {
				a.options.Log.Error("breaches that alerts found are not on record as weak spots yet", "error", err)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-next:
		case <-pause:
		}
	}
}

// breaches asks of each revision of an alert once whether it found a breach.
type breaches struct {
	alarmed func(context.Context, *assess.Alert) (bool, error)
	judged  map[ident.ID]uint64 // the revision that was looked at, of alerts in the picture
}

// look goes through the alerts of a picture. One that failed is asked again by the
// next look.
func (b *breaches) look(ctx context.Context, alerts []*picture.Alert) (err error) {
	still := make(map[ident.ID]uint64, len(alerts))
	for _, row := range alerts {
		alert := &row.Alert
		if seen, ok := b.judged[alert.ID]; !ok || seen != alert.Revision {
			if _, failed := b.alarmed(ctx, alert); failed != nil {
				err = errors.Join(err, fmt.Errorf("alert %s: %w", alert.ID, failed))
				continue
			}
		}
		still[alert.ID] = alert.Revision
	}
	b.judged = still
	return err
}

// Works gives the barrier's ledger, for commands that load one.
func (a *App) Works() *works.Book { return a.works }

// worksLanes are the lanes of the barrier with what its first rule calls closed:
// none while nothing was ever stated.
func (a *App) worksLanes() []border.LaneEntry {
	lanes := a.works.Lanes()
	if len(lanes) == 0 || a.api == nil {
		return lanes
	}
	_, marks := a.api.ClosedNow()
	return append(lanes, border.LaneEntry{
		LaneInfo: border.LaneInfo{ID: works.LanePrefix + "closed", Name: say.Text{En: "closed", Ar: "مغلق"}, Kind: border.Category, Marks: slices.Concat(lanes[0].Marks, marks),
			Source: say.Text{En: "the first rule of the barrier programme, over pieces on record and cameras that work now", Ar: "القاعدة الأولى لبرنامج الحاجز، على القطع المسجلة والكاميرات العاملة الآن"},
			Values: []border.LaneValue{{Value: "closed", Name: say.Text{En: "closed by the rule", Ar: "مغلق حسب القاعدة"}}}},
		NeedToKnow: true,
		Pieces: func(from, to border.Chainage) []border.LanePiece {
			var out []border.LanePiece
			closed, _ := a.api.ClosedNow()
			for _, s := range closed.Intersect(border.NewSet(border.Span{From: from, To: to})).Spans() {
				out = append(out, border.LanePiece{Span: s, Value: "closed"})
			}
			return out
		},
	})
}

// ShowSample states the sample programme where nothing was stated yet: published
// claims, and pieces, packages and a diary that are assumed and marked so.
func (a *App) ShowSample(ctx context.Context) error {
	if a.works.Size() > 0 {
		return nil
	}
	events, err := sample.Programme(a.atlas.Axis, barrier.DayOf(a.clock.Now()), 1)
	if err != nil {
		return err
	}
	return a.works.Load(ctx, works.By{Person: barrier.Person{Account: record.Software}}, events...)
}

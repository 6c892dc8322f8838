package app

import (
	"context"

	"marsad/barrier"
	"marsad/barrier/sample"
	"marsad/border"
	"marsad/engine/works"
	"marsad/record"
	"marsad/say"
)

// openWorks reads the barrier's ledger from the record.
func (a *App) openWorks() (err error) {
	a.works, err = works.Open(context.Background(), works.Options{Axis: a.atlas.Axis, Keeper: a.store, Now: a.clock.Now, NewID: NewID})
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
	return append(lanes, border.LaneEntry{
		LaneInfo: border.LaneInfo{ID: works.LanePrefix + "closed", Name: say.Text{En: "closed", Ar: "مغلق"}, Kind: border.Category, Marks: lanes[0].Marks,
			Source: say.Text{En: "the first rule of the barrier programme, over pieces on record and cameras that work now", Ar: "القاعدة الأولى لبرنامج الحاجز، على القطع المسجلة والكاميرات العاملة الآن"},
			Values: []border.LaneValue{{Value: "closed", Name: say.Text{En: "closed by the rule", Ar: "مغلق حسب القاعدة"}}}},
		NeedToKnow: true,
		Pieces: func(from, to border.Chainage) []border.LanePiece {
			var out []border.LanePiece
			for _, s := range a.api.ClosedNow().Intersect(border.NewSet(border.Span{From: from, To: to})).Spans() {
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

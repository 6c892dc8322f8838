package app

import (
	"context"
	"errors"
	"slices"
	"time"

	"marsad/record"
	"marsad/say"
)

// upkeep hands out a signed head every day, erases personal data that is due,
// and forgets sessions that are over.
func (a *App) upkeep(ctx context.Context) {
	tick := time.NewTicker(time.Hour)
	defer tick.Stop()
	for {
		now := a.clock.Now()
		for name, do := range map[string]func() error{
			"head":      func() error { _, err := a.store.HandOut(ctx); return err },
			"evidence":  func() error { return a.eraseEvidence(ctx, now) },
			"sessions":  func() error { return a.door.Tidy(ctx) },
			"retention": func() error { return a.retain(ctx, now) },
			"risk":      func() error { return a.forgetRisk(ctx, now) },
		} {
			if err := do(); err != nil && ctx.Err() == nil {
				a.options.Log.Error("upkeep failed", "what", name, "error", err)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// retain erases personal fields and photos of the barrier that are due.
func (a *App) retain(ctx context.Context, now time.Time) error {
	runs, err := a.store.Erase(ctx, now, record.Policy{PersonalDays: a.config.Retention.PersonalDays})
	if a.works.Stale() || slices.ContainsFunc(runs, func(r record.Erasure) bool { return r.Rows > 0 }) {
		err = errors.Join(err, a.works.Reread(ctx))
	}
	return errors.Join(err, a.erasePhotos(ctx, now, a.store.Audit), a.forgetDrawn(ctx, now))
}

// forgetRisk erases what people stated of stretches once it is over for as long as
// personal data is kept.
func (a *App) forgetRisk(ctx context.Context, now time.Time) error {
	holds, err := a.store.Held(ctx)
	if err != nil {
		return err
	}
	n, err := a.risk.Forget(ctx, now.AddDate(0, 0, -a.config.Retention.PersonalDays), func(id, by string) bool { return holds["*"] || holds[id] || holds[by] })
	if err != nil || n == 0 {
		return err
	}
	return a.store.EmptyWAL(ctx)
}

// clockDoubt says why the wall clock may be wrong, the zero text when nothing
// speaks against it.
func (a *App) clockDoubt() say.Text {
	now := time.Now()
	if now.Year() < 2026 {
		return say.Text{En: "the clock shows a year before this program was made", Ar: "تُظهر الساعة سنة تسبق صدور هذا البرنامج"}
	}
	if ahead := a.engine.Ahead(); ahead > 2*time.Second {
		by := ahead.Round(time.Second).String()
		return say.Text{En: "the clock was set back: the times shown are ahead of it by " + by + " and close up slowly",
			Ar: "أُرجعت الساعة إلى الوراء: الأوقات المعروضة تسبقها بمقدار " + say.LTR(by) + " وتتقارب ببطء"}
	}
	return say.Text{}
}

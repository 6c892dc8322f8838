package app

import (
	"context"
	"encoding/json"
	"time"

	"marsad/engine/store"
	"marsad/say"
)

// Clock of the engine. The zero value is the wall clock.
type Clock struct {
	Start  time.Time `json:"start"`  // event time at Anchor, zero for the wall clock
	Anchor time.Time `json:"anchor"` // wall time at which it shows Start
	Speed  float64   `json:"speed"`  // 1 for real time
}

// Now is the engine's time.
func (c Clock) Now() time.Time { return c.at(time.Now()) }

func (c Clock) at(wall time.Time) time.Time {
	if !c.Simulated() {
		return wall.UTC()
	}
	return c.Start.Add(time.Duration(float64(wall.Sub(c.Anchor)) * c.Speed)).UTC()
}

// Simulated reports whether this is not the wall clock.
func (c Clock) Simulated() bool { return !c.Start.IsZero() }

const clockSetting = "demo.clock"

// nightClock starts a simulated clock at a time of day: the last one that has
// passed, or the first after everything that an earlier run on the same data can
// have put on record, so that event time never runs backwards. It is written
// down before it runs.
func nightClock(s *store.Store, night time.Time, speed float64, wall time.Time) (Clock, error) {
	ctx := context.Background()
	if _, err := s.Setting(ctx, realSetting); err == nil {
		return Clock{}, apart("this data folder holds what real sensors saw; a simulated world is kept apart from it", "يحوي مجلد البيانات هذا ما رصدته متحسسات حقيقية؛ يُحفظ العالم المحاكى بمعزل عنه")
	} else if say.As(err).Kind != say.NotFound {
		return Clock{}, err
	}
	const day = 24 * time.Hour // in the simulated zone no day is longer or shorter
	c := Clock{Anchor: wall, Speed: speed, Start: night.Add(wall.Sub(night).Truncate(day)).UTC()}
	if c.Start.After(wall) {
		c.Start = c.Start.Add(-day)
	}
	b, err := s.Setting(ctx, clockSetting)
	if err != nil && say.As(err).Kind != say.NotFound {
		return Clock{}, err
	}
	if err == nil {
		var before Clock
		if err := json.Unmarshal(b, &before); err != nil {
			return Clock{}, err
		}
		for last := before.at(wall).Add(time.Minute); !c.Start.After(last); {
			c.Start = c.Start.Add(day)
		}
	}
	if b, err = json.Marshal(c); err != nil {
		return Clock{}, err
	}
	return c, s.PutSetting(ctx, clockSetting, b)
}

// realSetting stands in a folder that real sensors were let into.
const realSetting = "world.real"

// onlyReal keeps a folder for the real world. One in which a simulated world was
// played is refused: its nights may lie in the future, and what was simulated
// must not pass for real.
func onlyReal(s *store.Store) error {
	ctx := context.Background()
	_, err := s.Setting(ctx, clockSetting)
	switch {
	case err == nil:
		return apart("this data folder holds a simulated world; real sensors are kept apart from it", "يحوي مجلد البيانات هذا عالماً محاكى؛ تُحفظ بيانات المتحسسات الحقيقية بمعزل عنه")
	case say.As(err).Kind != say.NotFound:
		return err
	}
	return s.PutSetting(ctx, realSetting, []byte("true"))
}

func apart(en, ar string) error {
	return &say.Error{Code: "app.folder_apart", Kind: say.Conflict, Text: say.Text{En: en, Ar: ar},
		Hint: say.Text{En: "choose another folder with --data", Ar: "اختر مجلداً آخر بالخيار " + say.LTR("--data")}}
}

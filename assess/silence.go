package assess

import (
	"strings"
	"time"

	"marsad/geo"
	"marsad/ident"
	"marsad/say"
)

// maxSilence is the longest that a silence may last: a shift.
const maxSilence = 24 * time.Hour

// CheckSilence says what a silence lacks, nil for nothing: it names one
// movement, one corridor, an expiry and its granter.
func CheckSilence(s Silence) error {
	wrong := func(en, ar string) error {
		return &say.Error{Code: "silence.incomplete", Kind: say.Invalid, Text: say.Text{En: en, Ar: ar},
			Hint: say.Text{En: "name one movement, its corridor, when it ends and why", Ar: "حدّد حركة واحدة وممرها ووقت انتهائها والسبب"}}
	}
	switch {
	case strings.TrimSpace(s.Movement) == "":
		return wrong("a silence names one movement", "الإسكات يكون لحركة واحدة معيّنة")
	case strings.TrimSpace(s.Granter) == "" || strings.TrimSpace(s.GranterID) == "":
		return wrong("a silence names who grants it", "يجب ذكر من منح الإسكات")
	case s.Starts.IsZero() || s.Expires.IsZero() || !s.Expires.After(s.Starts):
		return wrong("a silence ends after it starts", "يجب أن ينتهي الإسكات بعد بدايته")
	case s.Expires.Sub(s.Starts) > maxSilence:
		return wrong("a silence lasts 24 hours at most", "مدة الإسكات 24 ساعة كحد أقصى")
	case !finite(float64(s.From)) || !finite(float64(s.To)) || s.To <= s.From || s.To-s.From > 50000:
		return wrong("a corridor has a first and a last km post, at most 50 km apart", "للممر كيلومتر بداية ونهاية لا يزيد ما بينهما على 50 كم")
	case !finite(float64(s.OffsetMin)) || !finite(float64(s.OffsetMax)) || s.OffsetMax <= s.OffsetMin:
		return wrong("a corridor has a width: two offsets", "للممر عرض: بُعدان عن الخط")
	}
	return nil
}

// Silence puts a granted silence into effect, from its start to its expiry.
func (a *Assessor) Silence(s Silence, out *Output) error {
	if err := CheckSilence(s); err != nil {
		return err
	}
	for i := range a.silences {
		if a.silences[i].ID == s.ID {
			return nil // already in effect
		}
	}
	a.silences = append(a.silences, s)
	out.Silences = append(out.Silences, s)
	return nil
}

// EndSilence ends a silence before its time.
func (a *Assessor) EndSilence(id ident.ID, out *Output) error {
	for i := range a.silences {
		if a.silences[i].ID == id {
			s := a.silences[i]
			s.Ended = true
			a.silences = append(a.silences[:i:i], a.silences[i+1:]...)
			out.Silences = append(out.Silences, s)
			return nil
		}
	}
	return &say.Error{Code: "silence.not_found", Kind: say.NotFound, Text: say.Text{En: "there is no such silence, or it has ended", Ar: "لا يوجد إسكات كهذا أو أنه انتهى"},
		Hint: say.Text{En: "open the list of silences", Ar: "افتح قائمة الإسكات"}}
}

// Silences gives those that have not ended, oldest first.
func (a *Assessor) Silences() []Silence { return append([]Silence(nil), a.silences...) }

// expire ends what ran out.
func (a *Assessor) expire(out *Output) {
	kept := a.silences[:0]
	for _, s := range a.silences {
		if a.now.Before(s.Expires) {
			kept = append(kept, s)
			continue
		}
		s.Ended = true
		out.Silences = append(out.Silences, s)
		w := WhereSpan(a.cfg.Line, s.From, s.To)
		out.Events = append(out.Events, Event{ID: ident.Derive("event", s.Expires, "silence-ended/"+s.ID.String(), 0), Kind: "silence-ended", At: s.Expires,
			Text: ranOut.Fill("movement", s.Movement, "granter", s.Granter), Where: w})
	}
	a.silences = kept
}

var ranOut = say.Text{En: "The silence for {movement}, granted by {granter}, ran out.", Ar: "انتهى الإسكات الخاص بـ {movement} الذي منحه {granter}."}

func (s *Silence) covers(km, off float64, at time.Time) bool {
	return !at.Before(s.Starts) && at.Before(s.Expires) && km >= float64(s.From) && km <= float64(s.To) &&
		off >= float64(s.OffsetMin) && off <= float64(s.OffsetMax)
}

func (s *Silence) why() say.Text {
	return bySilence.Fill("granter", s.Granter, "until", s.Expires.UTC().Format("15:04"), "movement", s.Movement)
}

// silenceFor gives the silence that covers a track now, nil for none.
func (a *Assessor) silenceFor(m *mover, at time.Time) *Silence {
	if !m.HasKm {
		return nil
	}
	for i := range a.silences {
		if a.silences[i].covers(m.Km, m.Off, at) {
			return &a.silences[i]
		}
	}
	return nil
}

func (a *Assessor) silenceAt(p geo.Point, at time.Time) *Silence {
	c, o, ok := a.cfg.Line.Locate(p)
	if !ok {
		return nil
	}
	for i := range a.silences {
		if a.silences[i].covers(float64(c), float64(o), at) {
			return &a.silences[i]
		}
	}
	return nil
}

package respond

import (
	"strings"

	"marsad/assess"
	"marsad/border"
	"marsad/geo"
	"marsad/ident"
	"marsad/say"
)

// Actions that begin without a case: opening by hand, silences, complaints, and
// a declaration at a place that has no alert yet.

// request makes the request to assess of an action with a place.
func (r *Responder) request(a *Action) (assess.Request, *say.Error) {
	if a.Place == nil {
		return assess.Request{}, missing("action.no_place", "no place is given", "لم يُذكر المكان", "give a km post, or a point", "اذكر الكيلومتر أو نقطة على الخريطة")
	}
	q := assess.Request{ID: a.ID, At: a.At, By: a.By.Name, Severity: a.Severity, Class: a.Class, Text: a.Text,
		Chainage: a.Place.Chainage, Offset: a.Place.Offset, Lat: a.Place.Lat, Lon: a.Place.Lon, ByPoint: a.Place.ByPoint}
	if err := assess.CheckRequest(r.cfg.Line, q); err != nil {
		return q, say.As(err)
	}
	return q, nil
}

func (r *Responder) placeOf(q assess.Request) string {
	if !q.ByPoint {
		return r.cfg.Line.Section(q.Chainage)
	}
	c, _, ok := r.cfg.Line.Locate(geo.Point{Lat: q.Lat, Lon: q.Lon})
	if !ok {
		return ""
	}
	return r.cfg.Line.Section(c)
}

// openByHand asks assess for an alert. Whoever may open may do so for a place
// in his sections.
func (r *Responder) openByHand(a *Action, out *Output) *say.Error {
	q, err := r.request(a)
	if err != nil {
		return err
	}
	if err := r.may(a.By, OpenByHand, r.placeOf(q)); err != nil {
		return err
	}
	a.Case = assess.HandID(a.ID, a.At)
	out.Opens = append(out.Opens, q)
	return nil
}

// declareAnew opens an alert by hand and keeps the declaration for it: the
// alert comes back in the same step of the pipeline.
func (r *Responder) declareAnew(a *Action, out *Output) *say.Error {
	if strings.TrimSpace(a.Text) == "" {
		a.Text = string(a.Verb)
	}
	a.Severity = assess.Critical
	q, err := r.request(a)
	if err != nil {
		return err
	}
	if err := r.may(a.By, a.Verb, r.placeOf(q)); err != nil {
		return err
	}
	a.Case = assess.HandID(a.ID, a.At)
	r.declared[a.Case] = *a
	out.Opens = append(out.Opens, q)
	return nil
}

// silence grants one: its granter is the person who acts, whatever was typed.
func (r *Responder) silence(a *Action, out *Output) *say.Error {
	if a.Silence == nil {
		return missing("silence.incomplete", "no silence is described", "لم يوصف الإسكات", "name one movement, its corridor, when it ends and why", "حدّد حركة واحدة وممرها ووقت انتهائها والسبب")
	}
	s := *a.Silence
	s.ID, s.Granter, s.GranterID, s.Ended = ident.Derive("silence", a.At, a.ID.String(), 0), a.By.Name, a.By.ID, false
	if s.Starts.IsZero() {
		s.Starts = a.At
	}
	if strings.TrimSpace(s.Why) == "" {
		s.Why = a.Text
	}
	if err := assess.CheckSilence(s); err != nil {
		return say.As(err)
	}
	if err := r.mayAlong(a, s); err != nil {
		return err
	}
	a.Silence = &s
	r.silences = append(r.silences, s)
	out.Silences = append(out.Silences, s)
	return nil
}

func (r *Responder) endSilence(a *Action, out *Output) *say.Error {
	if a.Silence != nil {
		for i, s := range r.silences {
			if s.ID != a.Silence.ID {
				continue
			}
			if err := r.mayAlong(a, s); err != nil {
				return err
			}
			r.silences = append(r.silences[:i:i], r.silences[i+1:]...)
			out.EndSilences = append(out.EndSilences, s.ID)
			return nil
		}
	}
	if !mayVerb(a.By, EndSilence) {
		return r.may(a.By, EndSilence, "")
	}
	return refuse("silence.not_found", say.NotFound, say.Text{En: "there is no such silence, or it has ended", Ar: "لا يوجد إسكات كهذا أو أنه انتهى"},
		say.Text{En: "open the list of silences", Ar: "افتح قائمة الإسكات"})
}

// mayAlong asks for the right in every section that a corridor touches.
func (r *Responder) mayAlong(a *Action, s assess.Silence) *say.Error {
	last := "\x00"
	for c := s.From; ; c += 250 {
		c = min(c, s.To)
		if section := r.cfg.Line.Section(c); section != last {
			if err := r.may(a.By, a.Verb, section); err != nil {
				return err
			}
			last = section
		}
		if c >= s.To {
			return nil
		}
	}
}

// complain goes straight to oversight, past the line of command.
func (r *Responder) complain(a *Action, out *Output) *say.Error {
	if err := r.may(a.By, Complain, ""); err != nil {
		return err
	}
	if strings.TrimSpace(a.Text) == "" {
		return missing("action.no_reason", "this needs words", "يجب كتابة السبب أو النص", "write a sentence", "اكتب جملة")
	}
	r.notice(nil, "complaint", []string{Oversight}, a.At, complaintText.Fill("by", a.By.Name, "text", a.Text), out)
	return nil
}

// homeWait is the offset at which a patrol waits: on the home side, behind the
// barrier.
const homeWait = border.Offset(250)

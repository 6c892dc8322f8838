package risk

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"marsad/border"
	"marsad/ident"
	"marsad/record"
	"marsad/say"
)

// Keeper keeps what people stated, and the audit chain.
type Keeper interface {
	Setting(ctx context.Context, key string) ([]byte, error)
	PutSetting(ctx context.Context, key string, value []byte) error
	Audit(context.Context, record.Note) error
}

// setting is under what name the statements are kept.
const setting = "risk.stated"

// Statement is what a person says of a stretch: that it matters more or less than
// the rest tells, why, and until when.
type Statement struct {
	ID        ident.ID    `json:"id"`
	Span      border.Span `json:"span"`
	Weight    float64     `json:"weight"` // added: −2 to 4, not 0
	Why       string      `json:"why"`
	Source    string      `json:"source"` // what it rests on, in the person's words
	At        time.Time   `json:"at"`
	Until     time.Time   `json:"until"`
	By        string      `json:"by"` // account
	Withdrawn time.Time   `json:"withdrawn,omitzero"`
}

// Limits of a statement.
const (
	lightest, heaviest = -2.0, 4.0
	longest            = 366 * 24 * time.Hour
	mostStatements     = 2_000 // in force
)

// Book is what people stated.
type Book struct {
	axis *border.Axis
	keep Keeper
	now  func() time.Time

	mu  sync.Mutex
	all []Statement // as kept, in the order in which they were stated
}

// Open reads what was stated before. now is the engine's time.
func Open(ctx context.Context, axis *border.Axis, keep Keeper, now func() time.Time) (*Book, error) {
	b := &Book{axis: axis, keep: keep, now: now}
	raw, err := keep.Setting(ctx, setting)
	if err != nil {
		if say.As(err).Kind == say.NotFound {
			return b, nil
		}
		return nil, err
	}
	if err := json.Unmarshal(raw, &b.all); err != nil {
		return nil, &say.Error{Code: "risk.kept", Kind: say.Invalid, Cause: err,
			Text: say.Text{En: "what was stated of the risk of stretches cannot be read", Ar: "لا يمكن قراءة ما سُجل عن خطورة المقاطع"},
			Hint: say.Text{En: "restore the newest backup", Ar: "استعد أحدث نسخة احتياطية"}}
	}
	return b, nil
}

// State puts a statement on record, and only then does it count.
func (b *Book) State(ctx context.Context, s Statement, name string) (Statement, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	s.At, s.Withdrawn = b.now().UTC(), time.Time{}
	s.Why, s.Source = strings.TrimSpace(s.Why), strings.TrimSpace(s.Source)
	s.Span = s.Span.Intersect(b.axis.Whole())
	switch {
	case s.Span.Empty():
		return s, refuse("there is no such stretch of the line", "لا يوجد مقطع كهذا على الخط")
	case !(s.Weight >= lightest && s.Weight <= heaviest) || s.Weight == 0:
		return s, refuse(fmt.Sprintf("a weight of %g is not possible: give −2 to 4, not 0", s.Weight), "الوزن غير ممكن: من −2 إلى 4 عدا الصفر")
	case len(s.Why) < 5 || len(s.Why) > 500 || len(s.Source) < 3 || len(s.Source) > 200:
		return s, refuse("say why, and what it rests on", "بيّن السبب والمصدر")
	case !s.Until.After(s.At) || s.Until.Sub(s.At) > longest:
		return s, refuse("it must end, within a year", "يجب أن تكون له نهاية خلال سنة")
	case inForce(b.all, s.At) >= mostStatements:
		return s, refuse("there are too many statements; withdraw old ones", "عدد البيانات كبير؛ اسحب القديم منها")
	}
	s.ID = ident.Derive("risk", s.At, s.By, uint64(len(b.all)))
	s.Until = s.Until.UTC()
	return s, b.put(ctx, append(slices.Clone(b.all), s), s, "risk.state", s.By, name)
}

// Withdraw ends a statement now. It stays on record.
func (b *Book) Withdraw(ctx context.Context, id ident.ID, by, name string, may func(border.Span) bool) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	all := slices.Clone(b.all)
	i := slices.IndexFunc(all, func(s Statement) bool { return s.ID == id && s.Withdrawn.IsZero() && may(s.Span) })
	if i < 0 {
		return &say.Error{Code: "risk.unknown", Kind: say.NotFound,
			Text: say.Text{En: "there is no such statement in your sections", Ar: "لا يوجد بيان كهذا في قواطعك"},
			Hint: say.Text{En: "reload the list", Ar: "أعد تحميل القائمة"}}
	}
	all[i].Withdrawn = b.now().UTC()
	return b.put(ctx, all, all[i], "risk.withdraw", by, name)
}

// inForce counts the statements that are neither withdrawn nor over.
func inForce(all []Statement, at time.Time) (n int) {
	for _, s := range all {
		if _, over := s.ended(at); !over {
			n++
		}
	}
	return n
}

// ended gives when a statement stopped to count, and whether it did by a time.
func (s *Statement) ended(by time.Time) (time.Time, bool) {
	end := s.Until
	if !s.Withdrawn.IsZero() && s.Withdrawn.Before(end) {
		end = s.Withdrawn
	}
	return end, !end.After(by)
}

// Forget drops what ended before a time, with the words in it, and gives how many
// that were. Where it lay, what it weighed and until when stays in the chain. held
// tells by its id and account what a legal hold keeps.
func (b *Book) Forget(ctx context.Context, before time.Time, held func(id, by string) bool) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	left := slices.DeleteFunc(slices.Clone(b.all), func(s Statement) bool {
		end, over := s.ended(before)
		return over && end.Before(before) && !held(s.ID.String(), s.By)
	})
	n := len(b.all) - len(left)
	if n == 0 {
		return 0, nil
	}
	err := b.keepAll(ctx, left, record.Note{Kind: record.OfAction, Verb: "risk.forget", ActorID: record.Software, Subject: setting,
		Detail: map[string]any{"statements": n, "before": before}})
	if err != nil {
		return 0, err
	}
	return n, nil
}

// put keeps all statements and says so in the chain; on an error nothing changed.
func (b *Book) put(ctx context.Context, all []Statement, s Statement, verb, by, name string) error {
	return b.keepAll(ctx, all, record.Note{Kind: record.OfAction, Verb: verb, ActorID: by, Subject: s.ID.String(),
		Detail:   map[string]any{"from": float64(s.Span.From), "to": float64(s.Span.To), "weight": s.Weight, "until": s.Until},
		Personal: map[string]string{"actor": name, "why": s.Why, "source": s.Source}})
}

// keepAll puts a note in the chain and then all statements on disk: what counts is
// in the chain, whatever happens to the machine.
func (b *Book) keepAll(ctx context.Context, all []Statement, n record.Note) error {
	raw, err := json.Marshal(all)
	if err != nil {
		return err
	}
	if err := b.keep.Audit(ctx, n); err != nil {
		return err
	}
	if err := b.keep.PutSetting(ctx, setting, raw); err != nil {
		return err
	}
	b.all = all
	return nil
}

// Causes gives what people stated and counts at a time.
func (b *Book) Causes(at time.Time) []Cause {
	b.mu.Lock()
	defer b.mu.Unlock()
	var out []Cause
	for _, s := range b.all {
		if !s.Withdrawn.IsZero() || at.Before(s.At) || !at.Before(s.Until) {
			continue
		}
		out = append(out, Cause{ID: s.ID.String(), Kind: Stated, Span: s.Span, Weight: s.Weight, At: s.At, Until: s.Until, By: s.By,
			What: say.Text{En: s.Why, Ar: s.Why}, Source: say.Text{En: s.Source, Ar: s.Source}})
	}
	return out
}

func refuse(en, ar string) error {
	return &say.Error{Code: "risk.statement", Kind: say.Invalid, Text: say.Text{En: en, Ar: ar},
		Hint: say.Text{En: "give a stretch, a weight, why, a source and an end", Ar: "أعطِ المقطع والوزن والسبب والمصدر وتاريخ الانتهاء"}}
}

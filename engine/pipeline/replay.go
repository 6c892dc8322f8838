package pipeline

import (
	"context"
	"encoding/json"
	"errors"
	"sort"
	"strconv"
	"time"

	"marsad/say"
)

// ReplayOptions say what to step again. Log and Stages are compulsory.
type ReplayOptions struct {
	Log    Log
	Stages *Stages // empty ones
	// From and To are the first and the last entry wanted; 0 for the log's own.
	// Stepping begins earlier where it must: at a keyframe or at a cold start.
	From, To uint64
	// Parts makes stages as the settings of a run say; nil keeps Stages as they
	// are made.
	Parts func(settings json.RawMessage) (Parts, error)
	// Each is called after every wanted step; nil for nothing. Out is only good
	// until it returns.
	Each func(sequence uint64, e *Entry, out *Outputs)
}

// Replayed is what stepping again gave.
type Replayed struct {
	Begun    uint64        `json:"begun"`            // the first entry that was stepped
	Basis    string        `json:"basis"`            // "beginning", "keyframe" or "cold start"
	First    uint64        `json:"first"`            // the first entry wanted
	Last     uint64        `json:"last"`             // the last entry stepped
	FromTime time.Time     `json:"from"`             // of First
	ToTime   time.Time     `json:"to"`               // of Last
	Entries  uint64        `json:"entries"`          // stepped
	Kinds    map[Kind]int  `json:"kinds"`            // of them, by kind
	Shed     int           `json:"shed"`             // scans that the live run shed
	Bad      int           `json:"bad"`              // entries that cannot be read
	Unread   []Unread      `json:"unread,omitempty"` // where they stand and why, at most 100
	Runs     []Run         `json:"runs"`             // starts of the program in the stretch
	Digest   Digest        `json:"digest"`           // at the end
	Compared int           `json:"compared"`         // marks of the live run that could be compared
	Differ   []Difference  `json:"differ"`           // those that the live run contradicts, at most 100
	Took     time.Duration `json:"took"`
}

// Run is a start of the program.
type Run struct {
	Sequence uint64 `json:"sequence"`
	Start
}

// Difference is a place where the live run had something else.
type Difference struct {
	Sequence     uint64 `json:"sequence"`
	Tracks       bool   `json:"tracks"` // the tracks differ
	Alerts       bool   `json:"alerts"` // alerts or cases differ
	Live, Replay Digest
}

// Unread is an entry of the log that was passed over.
type Unread struct {
	Sequence uint64    `json:"sequence"`
	After    time.Time `json:"after,omitzero"` // of the entry before it
	Why      say.Text  `json:"why"`
}

const mostDifferences = 100

// Replay steps a recorded stretch of the log again and compares what it gives
// with what the live run gave, as the marks in the log say. Where the log cannot be
// read to its end, what came before is given beside the error.
func Replay(ctx context.Context, o ReplayOptions) (*Replayed, error) {
	begun := time.Now()
	first, last, err := o.Log.Range(ctx)
	if err != nil {
		return nil, err
	}
	if last < first {
		return nil, errEmptyLog
	}
	r := &replay{options: o, result: &Replayed{First: max(first, o.From), Last: last, Basis: "beginning", Begun: first, Kinds: map[Kind]int{}}}
	if o.To != 0 {
		r.result.Last = min(last, o.To)
	}
	if r.result.First > r.result.Last {
		return nil, errNoStretch
	}
	if err := r.begin(ctx, first); err != nil {
		return nil, err
	}
	stepped := uint64(0)
	err = o.Log.Read(ctx, r.result.Begun, r.result.Last, func(n uint64, _ string, data []byte) error {
		stepped = n
		return r.step(n, data)
	})
	if err != nil {
		if stepped == 0 {
			return nil, err
		}
		r.result.Last = stepped
	}
	r.result.Digest = o.Stages.Digest()
	r.result.Took = time.Since(begun)
	return r.result, err
}

type replay struct {
	options ReplayOptions
	result  *Replayed
	out     Outputs
	config  string // of the run that is being stepped
}

// begin finds where stepping can begin so that First is reached in the state
// that the live run had.
func (r *replay) begin(ctx context.Context, first uint64) error {
	key := r.keyframeBefore(ctx, first)
	if key == 0 && first == 1 {
		return nil
	}
	from := max(first, key)
	var foreign error // the state of another program, where there was one
	err := r.options.Log.Read(ctx, from, r.result.Last, func(n uint64, _ string, data []byte) error {
		if len(data) < entryHead || Kind(data[1]) != KindStart && Kind(data[1]) != KindKeyframe {
			return nil
		}
		e, err := DecodeEntry(data)
		if err != nil {
			return nil // counted when it is stepped
		}
		switch b := e.Body.(type) {
		case *Start:
			if b.Cold {
				r.result.Begun, r.result.Basis = n, "cold start"
				return errFound
			}
		case *Keyframe:
			if b.Sequence+1 >= first {
				if err := r.restore(n, b); err != nil {
					foreign = err
					r.pass(n, err)
					return nil // a later one may be this program's
				}
				r.result.Begun, r.result.Basis = b.Sequence+1, "keyframe"
				return errFound
			}
		}
		return nil
	})
	switch {
	case err == nil && foreign != nil:
		return foreign
	case err == nil:
		return errNoBasis
	case errors.Is(err, errFound):
		return nil
	}
	return err
}

var errFound = errors.New("found")

// pass notes an entry that is passed over.
func (r *replay) pass(sequence uint64, err error) {
	if r.result.Bad++; len(r.result.Unread) < mostDifferences {
		r.result.Unread = append(r.result.Unread, Unread{Sequence: sequence, After: r.result.ToTime, Why: say.As(err).Text})
	}
}

func (r *replay) restore(sequence uint64, k *Keyframe) error {
	if r.options.Parts != nil {
		parts, err := r.options.Parts(k.Settings)
		if err != nil {
			return err
		}
		r.options.Stages.parts, r.config = parts, k.Config
	}
	if err := r.options.Stages.Restore(k.State); err != nil {
		return &say.Error{Code: "replay.keyframe", Kind: say.Conflict, Cause: err,
			Text: say.Text{En: "the state at entry {n} of the log was written by another version of the program, or is damaged", Ar: "الحالة المحفوظة في القيد {n} من السجل كتبها إصدار آخر من البرنامج أو هي تالفة"}.Fill("n", strconv.FormatUint(sequence, 10)),
			Hint: say.Text{En: "replay with the program that wrote it, from the log's beginning, or a stretch after the next state of this program's own", Ar: "أعد التشغيل بالإصدار الذي كتبها، أو من بداية السجل، أو مدى يلي حالة كتبها هذا الإصدار"}}
	}
	return nil
}

// lookBack is how many entries are looked at for a mark: some minutes.
const lookBack = 50_000

// keyframeBefore gives where the newest keyframe before First stands, 0 for
// none: every mark says it.
func (r *replay) keyframeBefore(ctx context.Context, first uint64) uint64 {
	if r.options.From <= first {
		return 0
	}
	for n := r.result.First; n >= first && r.result.First-n < lookBack; n-- {
		_, data, err := r.options.Log.Get(ctx, n)
		if err != nil {
			return 0
		}
		if len(data) < entryHead || Kind(data[1]) != KindMark {
			continue
		}
		if e, err := DecodeEntry(data); err == nil {
			return e.Body.(*Mark).Keyframe
		}
	}
	return 0
}

func (r *replay) step(sequence uint64, data []byte) error {
	e, err := DecodeEntry(data)
	if err != nil {
		r.pass(sequence, err)
		return nil
	}
	if s, ok := e.Body.(*Start); ok {
		if err := r.start(sequence, s); err != nil {
			return err
		}
	}
	r.out.Reset()
	if err := r.options.Stages.Step(sequence, &e, &r.out); err != nil {
		return err
	}
	r.count(sequence, &e)
	if r.options.Each != nil && sequence >= r.result.First {
		r.options.Each(sequence, &e, &r.out)
	}
	return nil
}

// start makes the stages that a run had.
func (r *replay) start(sequence uint64, s *Start) error {
	r.result.Runs = append(r.result.Runs, Run{Sequence: sequence, Start: *s})
	if r.options.Parts == nil || s.Config == r.config {
		return nil
	}
	parts, err := r.options.Parts(s.Settings)
	if err != nil {
		return err
	}
	r.config = s.Config
	if s.Cold {
		r.options.Stages.parts = parts // the step makes them
		return nil
	}
	return r.options.Stages.With(parts)
}

func (r *replay) count(sequence uint64, e *Entry) {
	res := r.result
	res.Entries++
	res.Kinds[e.Kind]++
	if sequence >= res.First && res.FromTime.IsZero() {
		res.First, res.FromTime = sequence, e.At
	}
	res.ToTime = e.At
	if shed, ok := e.Body.(*Shed); ok {
		for i := range shed.Sensors {
			res.Shed += shed.Sensors[i].Scans
		}
	}
	m, ok := e.Body.(*Mark)
	if !ok {
		return
	}
	mine, known, same := r.options.Stages.Compare(m)
	if !known {
		return
	}
	if res.Compared++; !same && len(res.Differ) < mostDifferences {
		res.Differ = append(res.Differ, Difference{Sequence: m.Sequence, Live: m.Digest, Replay: mine,
			Tracks: m.Digest.Tracks != mine.Tracks, Alerts: m.Digest.Alerts != mine.Alerts})
	}
}

// Seek gives the first entry of the log that is of a time or later, by halving:
// entries stand nearly in the order of their time.
func Seek(ctx context.Context, l Log, t time.Time) (uint64, error) {
	first, last, err := l.Range(ctx)
	if err != nil {
		return 0, err
	}
	if last < first {
		return 0, errEmptyLog
	}
	n := sort.Search(int(last-first+1), func(i int) bool {
		_, data, err := l.Get(ctx, first+uint64(i))
		if err != nil {
			return true
		}
		e, err := DecodeEntry(data)
		return err == nil && !e.At.Before(t)
	})
	return min(first+uint64(n), last), nil
}

var (
	errEmptyLog = &say.Error{Code: "replay.empty", Kind: say.NotFound,
		Text: say.Text{En: "the log is empty", Ar: "سجل البيانات فارغ"},
		Hint: say.Text{En: "give the data folder of a server that has run", Ar: "أعطِ مجلد البيانات لخادم سبق تشغيله"}}
	errNoStretch = &say.Error{Code: "replay.stretch", Kind: say.Invalid,
		Text: say.Text{En: "the stretch holds no entry of the log", Ar: "لا يوجد قيد في السجل ضمن هذا المدى"},
		Hint: say.Text{En: "give a beginning before the end, both within the log", Ar: "اجعل البداية قبل النهاية وكلتاهما ضمن السجل"}}
	errNoBasis = &say.Error{Code: "replay.no_basis", Kind: say.Conflict,
		Text: say.Text{En: "the log's beginning is gone and it holds no state to begin from", Ar: "بداية السجل مفقودة ولا توجد فيه حالة محفوظة للبدء منها"},
		Hint: say.Text{En: "choose a later stretch; a state is written every ten minutes", Ar: "اختر مدى لاحقاً؛ تُكتب حالة كل عشر دقائق"}}
)

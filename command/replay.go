package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"marsad/app"
	"marsad/border"
	"marsad/engine/bus"
	"marsad/engine/config"
	"marsad/engine/pipeline"
	"marsad/force"
	"marsad/say"
)

// ReplayCmd steps a recorded stretch again, through the same stages, and says
// whether it gives what it gave live. It only reads, and needs the server to
// stand still.
type ReplayCmd struct {
	Data   string `required:"" type:"path" help:"Data folder of a server that stands still."`
	From   string `help:"First entry to report on: a sequence number, or a time such as 2026-03-01T02:10:00Z. The log's beginning without it."`
	To     string `help:"Last entry: a sequence number or a time. The log's end without it."`
	Config string `type:"existingfile" help:"Configuration for a log that does not hold its own."`
	Twice  bool   `help:"Step it twice and compare."`
	Alerts bool   `help:"Print every alert of the stretch as it was opened."`
	JSON   bool   `name:"json" help:"Print the result as JSON."`
}

// errDiffers ends the program with a failure after the places were printed.
var errDiffers = &say.Error{
	Code: "replay.differs", Kind: say.Conflict,
	Text: say.Text{En: "the replay gave something else than the live run", Ar: "أعطت الإعادة نتيجة مختلفة عن التشغيل الفعلي"},
	Hint: say.Text{En: "replay with the program and on the kind of processor that wrote the log; if it still differs, keep the folder and report it", Ar: "أعد التشغيل بالإصدار ونوع المعالج اللذين كتبا السجل؛ إن استمر الاختلاف فاحتفظ بالمجلد وأبلغ عنه"},
}

// Run replays and prints; it fails when the live run had something else.
func (c *ReplayCmd) Run(s *Streams) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	log, err := bus.Open(filepath.Join(c.Data, "log"), bus.Options{ReadOnly: true})
	if err != nil {
		return stillRunning(err)
	}
	defer log.Close()
	first, broken := c.replay(ctx, log, s)
	if first == nil {
		return broken
	}
	same := true
	if c.Twice && broken == nil {
		quiet := *c
		quiet.Alerts = false
		second, err := quiet.replay(ctx, log, s)
		if err != nil {
			return err
		}
		same = second.Digest == first.Digest
	}
	if c.JSON {
		e := json.NewEncoder(s.Out)
		e.SetIndent("", "  ")
		err = e.Encode(first)
	} else {
		err = printReplay(s.Out, first, c.Twice && broken == nil, same)
	}
	switch {
	case err != nil:
		return err
	case broken != nil:
		return broken
	case first.Bad > 0 && (len(first.Differ) == 0 || first.Differ[0].Sequence >= first.Unread[0].Sequence):
		return unreadEntries(first)
	}
	if len(first.Differ) > 0 || !same {
		return errDiffers
	}
	return nil
}

// unreadEntries says which entries of a log could not be stepped: what comes after
// them is not what the live run saw.
func unreadEntries(r *pipeline.Replayed) error {
	return &say.Error{Code: "replay.unread", Kind: say.Conflict, Cause: errors.New(r.Unread[0].Why.En),
		Text: say.Text{En: "{n} entries of the log cannot be read, the first is entry {first}", Ar: "تعذرت قراءة {n} من قيود السجل، أولها القيد {first}"}.
			Fill("n", strconv.Itoa(r.Bad)).Fill("first", strconv.FormatUint(r.Unread[0].Sequence, 10)),
		Hint: say.Text{En: "what stands before it holds, and can be replayed alone with --to; a log of a newer program needs that program; if it is damage, keep a copy of the folder and look at the disk",
			Ar: "ما قبله صحيح، ويمكن إعادة تشغيله وحده بالخيار " + say.LTR("--to") + "؛ سجل كتبه إصدار أحدث يحتاج إلى ذلك الإصدار؛ وإن كان تلفاً فاحتفظ بنسخة من المجلد وافحص القرص"}}
}

// stillRunning says what a locked folder means here.
func stillRunning(err error) error {
	if say.As(err).Code != "bus.locked" {
		return err
	}
	return &say.Error{Code: "replay.running", Kind: say.Unavailable, Cause: err,
		Text: say.Text{En: "a server is using this data folder", Ar: "يستخدم خادم مجلد البيانات هذا"},
		Hint: say.Text{En: "stop it first, or copy the folder and replay the copy", Ar: "أوقفه أولاً أو انسخ المجلد وأعد تشغيل النسخة"}}
}

func (c *ReplayCmd) replay(ctx context.Context, log *bus.Bus, s *Streams) (*pipeline.Replayed, error) {
	atlas := border.DefaultAtlas()
	base := config.Default()
	if c.Config != "" {
		var err error
		if base, err = config.Read(c.Config); err != nil {
			return nil, err
		}
	}
	stages, err := pipeline.NewStages(app.Parts(base, atlas))
	if err != nil {
		return nil, err
	}
	o := pipeline.ReplayOptions{Log: log, Stages: stages, Parts: func(written json.RawMessage) (pipeline.Parts, error) {
		conf, err := settingsOf(base, written)
		return app.Parts(conf, atlas), err
	}}
	if o.From, err = position(ctx, log, c.From, false); err != nil {
		return nil, err
	}
	if o.To, err = position(ctx, log, c.To, true); err != nil {
		return nil, err
	}
	if c.Alerts && !c.JSON {
		o.Each = func(_ uint64, _ *pipeline.Entry, out *pipeline.Outputs) {
			for i := range out.Assessed.Alerts {
				if a := &out.Assessed.Alerts[i]; a.Revision == 1 {
					fmt.Fprintf(s.Out, "%s  %-11s %-18s km %s  %s\n", a.Opened.Format("2006-01-02 15:04:05Z"), a.Severity, a.Rule, a.Where.Chainage, a.Title.En)
				}
			}
		}
	}
	return pipeline.Replay(ctx, o)
}

// settingsOf reads what shaped the stages of a run from the log; what is not
// there stays as the configuration has it.
func settingsOf(base config.Config, written json.RawMessage) (config.Config, error) {
	if len(written) == 0 {
		return base, nil
	}
	var s struct {
		Units   []force.Unit
		Respond config.Respond
		Rules   string
	}
	if err := json.Unmarshal(written, &s); err != nil {
		return base, &say.Error{Code: "replay.settings", Kind: say.Invalid, Cause: err,
			Text: say.Text{En: "the configuration in the log cannot be read", Ar: "تعذّرت قراءة الإعدادات المحفوظة في السجل"},
			Hint: say.Text{En: "replay with the program that wrote it", Ar: "أعد التشغيل بالإصدار الذي كتبها"}}
	}
	base.Units, base.Respond, base.Rules = s.Units, s.Respond, s.Rules
	return base, nil
}

// position reads a sequence or a time; a time gives its first entry, or the last
// before it. Nothing gives 0: the log's own end.
func position(ctx context.Context, log *bus.Bus, text string, before bool) (uint64, error) {
	if text == "" {
		return 0, nil
	}
	if n, err := strconv.ParseUint(text, 10, 64); err == nil && n > 0 {
		return n, nil
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02 15:04"} {
		t, err := time.Parse(layout, strings.TrimSpace(text))
		if err != nil {
			continue
		}
		n, err := pipeline.Seek(ctx, log, t)
		if before && n > 1 && err == nil {
			if _, last, err := log.Range(ctx); err != nil || n < last {
				n--
			}
		}
		return n, err
	}
	return 0, &say.Error{Code: "replay.position", Kind: say.Invalid,
		Text: say.Text{En: strconv.Quote(text) + " is neither a sequence number nor a time", Ar: say.LTR(strconv.Quote(text)) + " ليس رقم قيد ولا وقتاً"},
		Hint: say.Text{En: "write 48211, or 2026-03-01T02:10:00Z", Ar: "اكتب مثلاً " + say.LTR("48211") + " أو " + say.LTR("2026-03-01T02:10:00Z")}}
}

func printReplay(w io.Writer, r *pipeline.Replayed, twice, same bool) error {
	var b strings.Builder
	const clock = "2006-01-02 15:04:05Z"
	fmt.Fprintf(&b, "log       entries %d to %d, %s to %s\n", r.First, r.Last, r.FromTime.Format(clock), r.ToTime.Format(clock))
	fmt.Fprintf(&b, "begun     at entry %d: %s\n", r.Begun, r.Basis)
	for _, run := range r.Runs {
		fmt.Fprintf(&b, "run       at entry %d: program %s, configuration %s\n", run.Sequence, run.Build, run.Config)
	}
	kinds := make([]pipeline.Kind, 0, len(r.Kinds))
	for k := range r.Kinds {
		kinds = append(kinds, k)
	}
	slices.Sort(kinds)
	parts := make([]string, 0, len(kinds))
	for _, k := range kinds {
		parts = append(parts, fmt.Sprintf("%d %s", r.Kinds[k], k))
	}
	fmt.Fprintf(&b, "stepped   %d entries in %v (%.0f a second): %s\n", r.Entries, r.Took.Round(time.Millisecond),
		float64(r.Entries)/max(r.Took.Seconds(), 1e-9), strings.Join(parts, ", "))
	if r.Shed > 0 {
		fmt.Fprintf(&b, "shed      %d scans by the live run: no data\n", r.Shed)
	}
	if r.Bad > 0 {
		fmt.Fprintf(&b, "bad       %d entries cannot be read and were passed over\n", r.Bad)
		for _, u := range r.Unread[:min(5, len(r.Unread))] {
			fmt.Fprintf(&b, "          entry %d", u.Sequence)
			if !u.After.IsZero() {
				fmt.Fprintf(&b, ", after %s", u.After.Format(clock))
			}
			fmt.Fprintf(&b, ": %s\n", u.Why.En)
		}
	}
	d := r.Digest
	fmt.Fprintf(&b, "tracks    %d revisions, SHA-256 %s\n", d.TrackCount, d.Tracks)
	fmt.Fprintf(&b, "alerts    %d revisions, %d of cases, %d actions, %d others, SHA-256 %s\n", d.AlertCount, d.CaseCount, d.ActionCount, d.OtherCount, d.Alerts)
	switch {
	case len(r.Differ) > 0:
		fmt.Fprintf(&b, "compared  %d marks of the live run: it had something else\n", r.Compared)
		for _, x := range r.Differ[:min(5, len(r.Differ))] {
			what := "alerts"
			if x.Tracks && x.Alerts {
				what = "tracks and alerts"
			} else if x.Tracks {
				what = "tracks"
			}
			fmt.Fprintf(&b, "          %s differ at or before entry %d\n", what, x.Sequence)
		}
	case r.Compared == 0:
		b.WriteString("compared  the stretch holds no mark of the live run to compare with\n")
	default:
		fmt.Fprintf(&b, "compared  %d marks of the live run: identical, bit for bit\n", r.Compared)
	}
	if twice {
		if same {
			b.WriteString("twice     the second time gave the same\n")
		} else {
			b.WriteString("twice     the second time gave something else\n")
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

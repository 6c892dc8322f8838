package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"marsad/engine/store"
	"marsad/record"
	"marsad/say"
)

// VerifyCmd finds any record that was changed, removed, reordered or cut off. It
// only reads, and may run beside the server.
type VerifyCmd struct {
	Data  string `required:"" type:"path" help:"Data folder of the server."`
	Head  string `type:"existingfile" help:"A signed head that was handed out (heads/YYYY-MM-DD.head): without one from outside the data folder, a record that was cut short by somebody with its key looks whole."`
	Heads string `type:"existingdir" help:"Folder outside the data folder where heads were handed out."`
	Lang  string `default:"en" enum:"en,ar" help:"Language of the answer: en or ar."`
}

// errNotWhole ends the program with a failure after the findings were printed.
var errNotWhole = &say.Error{
	Code: "verify.not_whole", Kind: say.Conflict,
	Text: say.Text{En: "the record is not whole", Ar: "السجل ليس سليماً"},
	Hint: say.Text{En: "keep the data folder as it is, make a copy, and tell oversight", Ar: "اترك مجلد البيانات كما هو وخذ نسخة منه وأبلغ جهة الرقابة"},
}

// Run verifies and prints what was found; it fails unless the record is whole.
func (c *VerifyCmd) Run(s *Streams) error {
	with := store.Witness{HeadsDir: c.Heads}
	if c.Head != "" {
		var err error
		if with.Head, err = os.ReadFile(c.Head); err != nil {
			return err
		}
	}
	report, err := store.Verify(context.Background(), c.Data, with)
	if err != nil {
		return err
	}
	if err := printReport(s.Out, report, c.Lang); err != nil {
		return err
	}
	if !report.OK() {
		return errNotWhole
	}
	clean := say.Text{En: "no fault found", Ar: "لا خلل"}
	if c.Head == "" && c.Heads == "" {
		clean = unwitnessed
	}
	_, err = fmt.Fprintln(s.Out, clean.In(c.Lang))
	return err
}

// unwitnessed says what a clean report does not prove.
var unwitnessed = say.Text{
	En: "no fault found. Only a head from outside the data folder (--head, --heads) shows whether somebody with its key cut the record short",
	Ar: "لا خلل. ولا يُعرف إن كان من يملك المفتاح قد قطع نهاية السجل إلا بختم محفوظ خارج مجلد البيانات (\u2066--head\u2069 أو \u2066--heads\u2069)",
}

// printReport writes a report for people.
func printReport(out io.Writer, r record.Report, lang string) error {
	var failed error
	line := func(t say.Text, pairs ...string) {
		_, err := fmt.Fprintln(out, t.Fill(pairs...).In(lang))
		failed = errors.Join(failed, err)
	}
	line(say.Text{En: "{entries} entries and {rows} rows, the last of {last}", Ar: "{entries} قيداً و{rows} سجلاً، آخرها في {last}"},
		"entries", fmt.Sprint(r.Entries), "rows", fmt.Sprint(r.Rows), "last", moment(r.Last))
	if r.Files > 0 {
		line(say.Text{En: "{files} files of evidence compared with their hashes in the chain", Ar: "قورن {files} من ملفات الأدلة ببصماتها في السلسلة"}, "files", fmt.Sprint(r.Files))
	}
	line(say.Text{En: "root {root}", Ar: "الجذر {root}"}, "root", r.Root.String())
	for _, run := range r.Erasures {
		line(say.Text{
			En: "entry {seq}: retention erased the personal fields of {entries} entries and {rows} rows from before {before}; a legal hold kept {held}",
			Ar: "القيد {seq}: حذفت مدة الحفظ البيانات الشخصية من {entries} قيداً و{rows} سجلاً قبل {before}؛ وأبقى الحجز القانوني {held}",
		}, "seq", fmt.Sprint(run.Seq), "entries", fmt.Sprint(run.Entries), "rows", fmt.Sprint(run.Rows), "before", moment(run.Before), "held", fmt.Sprint(run.Held))
	}
	for _, h := range r.Heads {
		t := say.Text{En: "head {source} of {at} ({size} entries): holds", Ar: "الختم {source} بتاريخ {at} ({size} قيداً): مطابق"}
		if !h.Holds {
			t = say.Text{En: "head {source} of {at} ({size} entries): DOES NOT HOLD", Ar: "الختم {source} بتاريخ {at} ({size} قيداً): غير مطابق"}
		}
		line(t, "source", h.Source, "at", moment(h.At), "size", fmt.Sprint(h.Size))
	}
	for _, p := range r.Problems {
		line(say.Text{En: "FAULT ({fault}): {text}", Ar: "خلل ({fault}): {text}"}.FillText("text", p.Text), "fault", string(p.Fault))
	}
	if r.More > 0 {
		line(say.Text{En: "and {more} faults more", Ar: "و{more} خللاً آخر"}, "more", fmt.Sprint(r.More))
	}
	return failed
}

func moment(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05Z") }

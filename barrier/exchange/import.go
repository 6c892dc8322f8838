package exchange

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"time"

	"marsad/barrier"
	"marsad/border"
	"marsad/ident"
	"marsad/say"
)

// Format of a file.
type Format string

// The formats.
const (
	CSV     Format = "csv"
	GeoJSON Format = "geojson"
	GPX     Format = "gpx"
	Parquet Format = "parquet" // out only
)

// Limits of a file.
const (
	MaxBytes = 64 << 20
	MaxRows  = 200_000
)

// Options say what a file is about and what it would join.
type Options struct {
	// About is what the rows state: pieces, inspections, claims, weak spots or
	// days of the diary. Pieces where empty.
	About barrier.Subject
	// Defaults fill in fields that a row leaves out, by the names of the fields.
	Defaults map[string]string
	// View is what is there already; never nil.
	View *barrier.View
	// Today is the day of the import, in which nothing may lie ahead.
	Today barrier.Day
	// Before is how many statements are on record before the import: a file that
	// comes again within one tick of the clock, after it was undone, is another
	// import.
	Before int
}

// Verdict on a row.
type Verdict string

// The verdicts.
const (
	Accepted Verdict = "accepted"
	Flagged  Verdict = "flagged" // comes in only where a person says so
	Refused  Verdict = "refused"
)

// Row is one row of a file with what would become of it.
type Row struct {
	Number  int            `json:"number"` // of the line, or of the feature or track, from 1
	Verdict Verdict        `json:"verdict"`
	Why     []barrier.Flaw `json:"why,omitempty"`
	Text    string         `json:"text"` // as it stood in the file, cut at 400 characters
	Fact    *barrier.Fact  `json:"fact,omitempty"`
	// Taken says that a person takes a flagged row in.
	Taken bool `json:"taken,omitempty"`
}

// Import is a file as read, before anything is appended.
type Import struct {
	Format   Format          `json:"format"`
	About    barrier.Subject `json:"about"`
	SHA256   string          `json:"sha256"` // of the file
	Rows     []Row           `json:"rows"`
	Accepted int             `json:"accepted"`
	Flagged  int             `json:"flagged"`
	Refused  int             `json:"refused"`
	before   int
}

// Read reads a file. The error is for a file that cannot be read at all; what
// is wrong with a row stands in the row.
func Read(format Format, r io.Reader, o Options) (*Import, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return nil, fileError("the file cannot be read to its end", "تعذرت قراءة الملف كاملاً", err)
	}
	if len(data) > MaxBytes {
		return nil, fileError(fmt.Sprintf("the file has more than %d MiB", MaxBytes>>20), "الملف أكبر من الحد المسموح", nil)
	}
	if o.About == barrier.SubjectNone {
		o.About = barrier.SubjectPiece
	}
	if fieldsOf[o.About] == nil {
		return nil, fileError(fmt.Sprintf("%q cannot be imported from a file", o.About), "لا يمكن استيراد هذا النوع من ملف", nil)
	}
	sum := sha256.Sum256(data)
	im := &Import{Format: format, About: o.About, SHA256: hex.EncodeToString(sum[:]), before: o.Before}
	j := &judge{Options: o, axis: o.View.Axis(), im: im}
	j.learn()
	switch format {
	case CSV:
		err = j.csv(data)
	case GeoJSON:
		err = j.geojson(data)
	case GPX:
		err = j.gpx(data)
	default:
		err = fileError(fmt.Sprintf("%q is not a format that can be read", format), "صيغة الملف غير معروفة", nil)
	}
	if err != nil {
		return nil, err
	}
	j.overlaps()
	im.count()
	return im, nil
}

func (im *Import) count() {
	im.Accepted, im.Flagged, im.Refused = 0, 0, 0
	for _, r := range im.Rows {
		switch r.Verdict {
		case Accepted:
			im.Accepted++
		case Flagged:
			im.Flagged++
		default:
			im.Refused++
		}
	}
}

// Judge asks of every row that is not refused whether the ledger would let it
// in, and refuses it with the ledger's own reason where it would not, so that
// the preview tells all.
func (im *Import) Judge(by string, known time.Time, check func(barrier.Event) error) {
	for i := range im.Rows {
		r := &im.Rows[i]
		if r.Verdict == Refused {
			continue
		}
		if err := check(im.event(i, by, known)); err != nil {
			e := say.As(err)
			r.Why = append(r.Why, barrier.Flaw{Code: e.Code, Refused: true, Text: e.Text, Hint: e.Hint})
			r.Verdict, r.Fact, r.Taken = Refused, nil, false
		}
	}
	im.count()
}

// Take marks flagged rows, by their numbers, to be taken in as they are.
func (im *Import) Take(numbers ...int) {
	for i := range im.Rows {
		if im.Rows[i].Verdict == Flagged && slices.Contains(numbers, im.Rows[i].Number) {
			im.Rows[i].Taken = true
		}
	}
}

// ID is that of the import when it becomes known at an instant: the same file
// at another instant, or after other statements, is another import, so that one
// undone can come again.
func (im *Import) ID(known time.Time) ident.ID {
	return ident.Derive("import", known, im.SHA256, uint64(im.before))
}

// Events gives the events of the accepted rows and of the flagged ones that
// were taken: to be appended all or none, with barrier.Ledger.AppendAll.
func (im *Import) Events(by string, known time.Time) []barrier.Event {
	var out []barrier.Event
	for i := range im.Rows {
		if r := &im.Rows[i]; r.Verdict == Accepted || r.Verdict == Flagged && r.Taken {
			out = append(out, im.event(i, by, known))
		}
	}
	return out
}

// event is what a row would append.
func (im *Import) event(i int, by string, known time.Time) barrier.Event {
	cause := fmt.Sprintf("%s %d %d", im.SHA256, im.before, im.Rows[i].Number)
	f := named(*im.Rows[i].Fact, func(kind string) ident.ID { return ident.Derive(kind, known, cause, uint64(i)) })
	return barrier.Event{
		ID: ident.Derive("barrier-event", known, cause, uint64(i)), Op: barrier.Put, Verb: barrier.Enter,
		Valid: validFrom(&f, known), Known: known, By: by, Import: im.ID(known), Fact: f,
	}
}

// Undo is the event that takes the import of an id back.
func Undo(id ident.ID, by, why string, known time.Time) barrier.Event {
	return barrier.Event{ID: ident.Derive("barrier-undo", known, id.String(), 0), Op: barrier.Undo, Target: id, Known: known, By: by, Why: why}
}

// named gives the thing of a fact an id, in a copy.
func named(f barrier.Fact, id func(kind string) ident.ID) barrier.Fact {
	switch {
	case f.Piece != nil:
		c := *f.Piece
		c.ID, f.Piece = id("piece"), &c
	case f.Claim != nil:
		c := *f.Claim
		c.ID, f.Claim = id("claim"), &c
	case f.Inspection != nil:
		c := *f.Inspection
		c.ID, f.Inspection = id("inspection"), &c
	case f.WeakSpot != nil:
		c := *f.WeakSpot
		c.ID, f.WeakSpot = id("weak-spot"), &c
	case f.Diary != nil:
		c := *f.Diary
		c.ID, f.Diary = id("diary"), &c
	}
	return f
}

// validFrom is since when a fact holds: the last day that it tells of, else now.
func validFrom(f *barrier.Fact, known time.Time) time.Time {
	day := barrier.Day(0)
	switch {
	case f.Piece != nil:
		for _, d := range []barrier.Day{f.Piece.Dates.Surveyed, f.Piece.Dates.Started, f.Piece.Dates.Finished, f.Piece.InspectedOn} {
			day = max(day, d)
		}
	case f.Claim != nil:
		day = f.Claim.Date
	case f.Inspection != nil:
		day = f.Inspection.On
	case f.WeakSpot != nil:
		day = max(f.WeakSpot.Found.On, f.WeakSpot.ClosedOn)
	case f.Diary != nil:
		day = f.Diary.On
	}
	if day == 0 {
		return known
	}
	return day.Time()
}

func fileError(en, ar string, cause error) error {
	return &say.Error{Code: "exchange.file", Kind: say.Invalid, Cause: cause, Text: say.Text{En: en, Ar: ar},
		Hint: say.Text{En: "nothing was imported; mend the file and try again", Ar: "لم يُستورد شيء؛ أصلح الملف وأعد المحاولة"}}
}

// judge reads rows and weighs each against itself, the rows before it, and what
// is there already.
type judge struct {
	Options
	axis *border.Axis
	im   *Import
	seen map[string]int // content of rows: their number; 0 for what was there before
}

// learn takes in what is there already.
func (j *judge) learn() {
	j.seen = map[string]int{}
	add := func(f barrier.Fact) { j.seen[content(&f)] = 0 }
	switch j.About {
	case barrier.SubjectPiece:
		for _, p := range j.View.Pieces() {
			add(barrier.Fact{Piece: p})
		}
	case barrier.SubjectClaim:
		for _, c := range j.View.Claims() {
			add(barrier.Fact{Claim: c})
		}
	case barrier.SubjectInspection:
		for _, i := range j.View.Inspections() {
			add(barrier.Fact{Inspection: i})
		}
	case barrier.SubjectWeakSpot:
		for _, w := range j.View.WeakSpots() {
			add(barrier.Fact{WeakSpot: w})
		}
	case barrier.SubjectDiary:
		for _, d := range j.View.Diary() {
			add(barrier.Fact{Diary: d})
		}
	}
}

// content is what two things that say the same have in common: to the metre,
// and without the ids and names under which they are kept.
func content(f *barrier.Fact) string {
	at := func(s *barrier.Stretch) string {
		return fmt.Sprintf("%s|%.0f|%.0f", s.Side, float64(s.From), float64(s.To))
	}
	switch {
	case f.Piece != nil:
		p := f.Piece
		return fmt.Sprint("piece|", p.Kind, "|", at(&p.Stretch), "|", p.State, "|", p.Dates, "|", p.InspectedOn)
	case f.Claim != nil:
		c := f.Claim
		return fmt.Sprint("claim|", c.Metric, "|", c.Value, "|", c.Unit, "|", c.Date, "|", c.Speaker, "|", c.Scope)
	case f.Inspection != nil:
		i := f.Inspection
		return fmt.Sprint("inspection|", i.Kind, "|", at(&i.Stretch), "|", i.On, "|", i.Inspector, "|", i.Result)
	case f.WeakSpot != nil:
		w := f.WeakSpot
		return fmt.Sprint("weak-spot|", w.Kind, "|", at(&w.Stretch), "|", w.Found.On)
	case f.Diary != nil:
		d := f.Diary
		return fmt.Sprint("diary|", d.Package, "|", d.Kind, "|", at(&d.Stretch), "|", d.On, "|", d.Quantity)
	}
	return ""
}

// row weighs one fact. why holds what was wrong with reading it; a fact of nil
// could not be read.
func (j *judge) row(number int, text string, f *barrier.Fact, why []barrier.Flaw) {
	r := Row{Number: number, Text: cut(text), Why: why, Fact: f}
	refused := func() bool {
		return slices.ContainsFunc(r.Why, func(w barrier.Flaw) bool { return w.Refused })
	}
	if f != nil && !refused() {
		r.Why = append(r.Why, f.Flaws(j.axis, j.Today)...)
	}
	if f != nil && !refused() {
		r.Why = append(r.Why, j.known(number, f)...)
	}
	switch {
	case f == nil || refused():
		r.Verdict, r.Fact = Refused, nil
	case len(r.Why) > 0:
		r.Verdict = Flagged
	default:
		r.Verdict = Accepted
	}
	j.im.Rows = append(j.im.Rows, r)
}

// known finds what says the same already.
func (j *judge) known(number int, f *barrier.Fact) []barrier.Flaw {
	key := content(f)
	if before, twice := j.seen[key]; twice {
		t := say.Text{En: "it is in the ledger already", Ar: "مسجل من قبل"}
		if before > 0 {
			t = say.Text{En: "row {n} says the same", Ar: "السطر {n} يقول الشيء نفسه"}.Fill("n", fmt.Sprint(before))
		}
		return []barrier.Flaw{{Code: "duplicate", Refused: true, Text: t, Hint: say.Text{En: "nothing needs to be done", Ar: "لا يلزم شيء"}}}
	}
	j.seen[key] = number
	return nil
}

func cut(s string) string {
	r := []rune(s)
	if len(r) > 400 {
		return string(r[:400]) + "…"
	}
	return s
}

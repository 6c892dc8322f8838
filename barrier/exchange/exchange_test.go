package exchange

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"
	"pgregory.net/rapid"

	"marsad/barrier"
	"marsad/border"
)

var known = time.Date(2026, 2, 1, 8, 0, 0, 0, time.UTC)

func empty() *barrier.View { return barrier.NewLedger(border.Default()).At(known, known) }

func read(t testing.TB, format Format, text string, about barrier.Subject, v *barrier.View) *Import {
	t.Helper()
	im, err := Read(format, strings.NewReader(text), Options{About: about, View: v, Today: barrier.DayOf(known)})
	if err != nil {
		t.Fatal(err)
	}
	return im
}

// Every sort of bad row is refused or flagged by itself, with its reason, and
// the good rows beside it are not lost.
func TestEveryBadRowSaysWhy(t *testing.T) {
	const head = "kind,from,to,side,state,started,finished,surveyed,height,length\n"
	for name, c := range map[string]struct {
		row     string
		verdict Verdict
		code    string
	}{
		"good":               {"wall,43+200,44+000,line,built,2025-01-01,2025-02-01,,3,800", Accepted, ""},
		"arabic":             {"جدار كونكريتي,٤٣+٢٠٠,٤٤+٠٠٠,,منجز,,,,٣٫٥,", Accepted, ""},
		"with units":         {"wall,43.2 km,44 كم,line,built,,,,3,", Accepted, ""},
		"reversed":           {"wall,44+000,43+200,line,built,,,,3,", Refused, "span.reversed"},
		"beyond the line":    {"wall,603+000,604+000,line,built,,,,3,", Refused, "span.beyond"},
		"metres for km":      {"wall,43200,44000,line,built,,,,3,", Refused, "span.beyond"},
		"no length":          {"wall,43+200,43+200,line,built,,,,3,", Refused, "span.empty"},
		"nowhere":            {"wall,,,line,built,,,,3,", Refused, "span.missing"},
		"not a post":         {"wall,43+20,44+000,line,built,,,,3,", Refused, "border.chainage"},
		"in the future":      {"wall,43+200,44+000,line,built,2026-01-01,2026-03-01,,3,", Refused, "date.future"},
		"before it began":    {"wall,43+200,44+000,line,built,2025-02-01,2025-01-01,,3,", Refused, "date.order"},
		"before surveying":   {"wall,43+200,44+000,line,built,2025-02-01,,2025-03-01,3,", Refused, "date.survey"},
		"no date":            {"wall,43+200,44+000,line,built,yesterday,,,3,", Refused, "barrier.day"},
		"height in cm":       {"wall,43+200,44+000,line,built,,,,300,", Flagged, "unit"},
		"length in km":       {"wall,43+200,44+000,line,built,,,,3,0.8", Flagged, "unit"},
		"km and m":           {"wall,43.2 km,44000 m,line,built,,,,3,", Flagged, "unit"},
		"read two ways":      {`wall,43+200,44+000,line,built,,,,"1,234",`, Refused, "number.two_ways"},
		"decimal comma":      {`wall,43+200,44+000,line,built,,,,"3,5",`, Accepted, ""},
		"not a number":       {"wall,43+200,44+000,line,built,,,,NaN,", Refused, "number"},
		"unknown kind":       {"moat,43+200,44+000,line,built,,,,3,", Refused, "kind"},
		"unknown state":      {"wall,43+200,44+000,line,perfect,,,,3,", Refused, "state"},
		"unknown side":       {"wall,43+200,44+000,up,built,,,,3,", Refused, "side"},
		"too many fields":    {"wall,43+200,44+000,line,built,,,,3,,,,", Refused, "row.long"},
		"broken quotes":      {`wall,"43+200,44+000,line`, Refused, "row.broken"},
		"a tower at a place": {"tower,43+200,,home,built,,,,18,", Accepted, ""},
	} {
		im := read(t, CSV, head+"wall,1+000,2+000,line,built,,,,3,\n"+c.row+"\n", barrier.SubjectPiece, empty())
		if len(im.Rows) != 2 || im.Rows[0].Verdict != Accepted {
			t.Errorf("%s: the good row before it was lost: %+v", name, im.Rows)
			continue
		}
		r := im.Rows[1]
		if r.Verdict != c.verdict || (c.code != "" && (len(r.Why) == 0 || r.Why[0].Code != c.code)) {
			t.Errorf("%s: %s %+v, want %s %s", name, r.Verdict, r.Why, c.verdict, c.code)
		}
		for _, w := range r.Why {
			if w.Text.En == "" || w.Text.Ar == "" {
				t.Errorf("%s: the reason is not in both languages: %+v", name, w)
			}
		}
	}
}

func TestOverlapsAndDuplicates(t *testing.T) {
	const text = "kind,from,to,side,state\nwall,1+000,2+000,line,built\nwall,1+900,3+000,line,built\nwall,1+000,2+000,line,built\nwall,1+000,2+000,home,built\ntrench,1+000,2+000,line,built\n"
	im := read(t, CSV, text, barrier.SubjectPiece, empty())
	var got []string
	for _, r := range im.Rows {
		s := string(r.Verdict)
		for _, w := range r.Why {
			s += " " + w.Code
		}
		got = append(got, s)
	}
	want := []string{"flagged overlap", "flagged overlap", "refused duplicate", "accepted", "accepted"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if len(im.Events("eng", known)) != 2 {
		t.Error("flagged rows come in only where somebody takes them")
	}
	im.Take(2)
	if len(im.Events("eng", known)) != 3 {
		t.Error("a flagged row that was taken does not come in")
	}
}

// The same file again is all duplicates; undone, it can come again.
func TestAnImportIsTakenBackAsAWhole(t *testing.T) {
	l := barrier.NewLedger(border.Default())
	const text = "kind,from,to,state\nwall,1+000,2+000,built\ntrench,1+000,2+000,built\n"
	im := read(t, CSV, text, barrier.SubjectPiece, l.At(known, known))
	if err := l.AppendAll(im.Events("eng", known)); err != nil {
		t.Fatal(err)
	}
	if n := len(l.At(known, known).Pieces()); n != 2 {
		t.Fatalf("%d pieces", n)
	}
	if err := l.AppendAll(im.Events("eng", known)); err == nil || l.Len() != 2 {
		t.Error("the same events came in twice")
	}
	later := known.Add(time.Hour)
	if again := read(t, CSV, text, barrier.SubjectPiece, l.At(later, later)); again.Refused != 2 {
		t.Errorf("the same file again: %+v", again.Rows)
	}
	if err := l.Append(Undo(im.ID(known), "eng", "wrong file", later)); err != nil {
		t.Fatal(err)
	}
	if n := len(l.At(later, later).Pieces()); n != 0 {
		t.Errorf("%d pieces after the undo", n)
	}
	if n := len(l.At(later, known).Pieces()); n != 2 {
		t.Error("what was known before the undo changed")
	}
	last := later.Add(time.Hour)
	again := read(t, CSV, text, barrier.SubjectPiece, l.At(last, last))
	if again.Accepted != 2 {
		t.Fatalf("after the undo: %+v", again.Rows)
	}
	if err := l.AppendAll(again.Events("eng", last)); err != nil {
		t.Error(err)
	}
	if notes := l.Imports(); len(notes) != 2 || notes[0].Held != 0 || notes[1].Held != 2 {
		t.Errorf("the imports: %+v", notes)
	}
}

func TestThePublishedClaimsLoad(t *testing.T) {
	im, err := Read(CSV, bytes.NewReader(barrier.ClaimsCSV), Options{About: barrier.SubjectClaim, View: empty(), Today: barrier.Date(2026, 6, 1)})
	if err != nil {
		t.Fatal(err)
	}
	if im.Accepted != 40 || len(im.Rows) != 40 {
		for _, r := range im.Rows {
			if r.Verdict != Accepted {
				t.Log(r.Number, r.Verdict, r.Why, r.Text)
			}
		}
		t.Fatalf("%d of %d claims came in", im.Accepted, len(im.Rows))
	}
	for _, r := range im.Rows {
		if barrier.MetricOf(r.Fact.Claim.Metric).Name.Ar == "" || barrier.MetricOf(r.Fact.Claim.Metric).Sense == "" {
			t.Errorf("%s has no name", r.Fact.Claim.Metric)
		}
	}
}

// What is written as CSV or GeoJSON is read back as the same.
func TestWhatIsWrittenIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		axis := border.Default()
		l := barrier.NewLedger(axis)
		var events []barrier.Event
		for i := range rapid.IntRange(1, 6).Draw(t, "pieces") {
			// A kilometre apart, so that none overlaps another.
			from := border.Chainage(i*20_000) + border.Chainage(rapid.IntRange(0, 9_000_000).Draw(t, "mm"))/1000
			p := &barrier.Piece{Kind: rapid.SampledFrom(barrier.Kinds()).Draw(t, "kind"), State: rapid.SampledFrom(barrier.States()).Draw(t, "state"),
				Stretch: barrier.Anchor(axis, border.Span{From: from, To: from + border.Chainage(rapid.IntRange(1_000, 9_000_000).Draw(t, "long"))/1000}, rapid.SampledFrom(barrier.Sides()).Draw(t, "side")),
				Unit:    rapid.SampledFrom([]string{"", "Kestrel, 2nd", "سرية الهندسة", `"q"`}).Draw(t, "unit"), Measured: barrier.Dimensions{Height: float64(rapid.IntRange(0, 600).Draw(t, "height")) / 100},
				Dates: barrier.Dates{Finished: barrier.Day(rapid.IntRange(20_000, 20_400).Draw(t, "finished"))}, Marks: []string{"assumed"}, Evidence: []barrier.Evidence{{Kind: "document", Ref: "sheet 7"}}}
			p.ID[0], p.ID[15] = 1, byte(i+1)
			e := barrier.Event{Op: barrier.Put, Verb: barrier.Enter, Valid: known, Known: known, By: "eng", Fact: barrier.Fact{Piece: p}}
			e.ID[0], e.ID[15] = 2, byte(i+1)
			events = append(events, e)
		}
		if err := l.AppendAll(events); err != nil {
			t.Fatal(err)
		}
		v := l.At(known, known)
		for _, format := range []Format{CSV, GeoJSON} {
			var b bytes.Buffer
			if err := Write(&b, format, v, barrier.SubjectPiece); err != nil {
				t.Fatal(err)
			}
			im, err := Read(format, &b, Options{View: empty(), Today: barrier.DayOf(known)})
			if err != nil {
				t.Fatal(err)
			}
			if len(im.Rows) != len(events) {
				t.Fatalf("%s: %d of %d came back", format, len(im.Rows), len(events))
			}
			for i, want := range v.Pieces() {
				r := im.Rows[i]
				if r.Fact == nil {
					t.Fatalf("%s: %+v", format, r)
				}
				got := *r.Fact.Piece
				if d := float64(got.From - want.From); d > 0.05 || d < -0.05 {
					t.Fatalf("%s: from %v, want %v", format, float64(got.From), float64(want.From))
				}
				got.ID, got.Stretch = want.ID, want.Stretch
				if d := cmp.Diff(*want, got); d != "" {
					t.Fatalf("%s: %s", format, d)
				}
			}
		}
	})
}

func TestParquetHasEveryRowAndItsMarks(t *testing.T) {
	l := barrier.NewLedger(border.Default())
	im := read(t, CSV, "kind,from,to,state,height,marks,finished\nwall,1+000,2+500,built,3.5,assumed,2025-05-01\ngate,4+000,,built,,assumed,\n", barrier.SubjectPiece, l.At(known, known))
	if err := l.AppendAll(im.Events("eng", known)); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := Write(&b, Parquet, l.At(known, known), barrier.SubjectPiece); err != nil {
		t.Fatal(err)
	}
	rows, err := parquet.Read[column](bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil || len(rows) != 2 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	w := rows[0]
	if w.Kind != "wall" || *w.FromMetres != 1000 || *w.Length != 1500 || *w.Height != 3.5 || w.Marks != "assumed" || *w.Day != int32(barrier.Date(2025, 5, 1)) || w.Attribution == "" {
		t.Errorf("the wall came back as %+v", w)
	}
	if g := rows[1]; g.Kind != "gate" || g.Height != nil || *g.Length != 0 {
		t.Errorf("the gate came back as %+v", g)
	}
}

func TestGPXIsWhatWasWalked(t *testing.T) {
	axis := border.Default()
	fix := func(c border.Chainage, o border.Offset) string {
		p := axis.Place(c, o)
		return fmt.Sprintf(`<trkpt lat="%.7f" lon="%.7f"><time>2026-01-20T08:00:00Z</time></trkpt>`, p.Lat, p.Lon)
	}
	track := func(at ...border.Chainage) string {
		s := `<trk><name>walk</name><type>berm</type><trkseg>`
		for _, c := range at {
			s += fix(c, 20)
		}
		return s + `</trkseg></trk>`
	}
	text := `<?xml version="1.0"?><gpx version="1.1">` + track(50_000, 50_200, 50_400) + track(60_400, 60_200, 60_000) + track(70_000, 70_400, 70_200, 70_500) +
		track(80_000, 81_000) + `<trk><name>none</name></trk><wpt lat="10" lon="10"><name>far</name></wpt></gpx>`
	im, err := Read(GPX, strings.NewReader(text), Options{About: barrier.SubjectInspection, View: empty(), Today: barrier.DayOf(known),
		Defaults: map[string]string{"inspector": "OP 7", "result": "pass", "evidence": "track"}})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"accepted", "accepted", "flagged track.back", "flagged track.hole", "refused track.empty", "refused position.far"}
	for i, r := range im.Rows {
		s := string(r.Verdict)
		for _, w := range r.Why {
			s += " " + w.Code
		}
		if s != want[i] {
			t.Errorf("row %d: %s, want %s (%+v)", i+1, s, want[i], r.Why)
		}
	}
	for i, c := range []border.Chainage{50_000, 60_000} {
		s := im.Rows[i].Fact.Inspection
		if s.Kind != barrier.Berm || s.On != barrier.Date(2026, 1, 20) || s.From-c > 1 || c-s.From > 1 || s.Length() < 398 || s.Length() > 402 {
			t.Errorf("walk %d is %+v", i+1, s)
		}
	}
}

func TestFilesThatCannotBeReadSaySo(t *testing.T) {
	for name, c := range map[string]struct {
		format Format
		text   string
	}{
		"nothing":          {CSV, ""},
		"no known column":  {CSV, "a,b\n1,2\n"},
		"a column twice":   {CSV, "kind,kind\nwall,wall\n"},
		"not UTF-8":        {CSV, "kind,from\nwall,\xff\n"},
		"not JSON":         {GeoJSON, "{"},
		"another geometry": {GeoJSON, `{"type":"Topology"}`},
		"not XML":          {GPX, "<gpx"},
		"not GPX":          {GPX, "<kml></kml>"},
		"another format":   {"xlsx", "PK"},
		"parquet":          {Parquet, "PAR1"},
	} {
		if _, err := Read(c.format, strings.NewReader(c.text), Options{View: empty()}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestNumbers(t *testing.T) {
	for text, want := range map[string]float64{"3.5": 3.5, "٣٫٥": 3.5, "3,5": 3.5, "1.234,5": 1234.5, "1,234.5": 1234.5, "١٬٢٣٤٫٥": 1234.5, "1,234,567": 1234567, "-2": -2, "۷": 7, " 12 ": 12, "1e3": 1000} {
		if got, f := number(text, false); f != nil || got != want {
			t.Errorf("%q is %v, %+v, want %v", text, got, f, want)
		}
	}
	for _, text := range []string{"", "1,234", "1.2.3", "1,2,3", "12,34.5", "0x10", "1_000", "inf", "NaN", "five", "1,2345,6", "."} {
		if got, f := number(text, false); f == nil {
			t.Errorf("%q was read as %v", text, got)
		}
	}
	if got, f := number("1,234", true); f != nil || got != 1.234 {
		t.Errorf("in a file with semicolons 1,234 is %v, %+v", got, f)
	}
}

// sane is what holds for every import, whatever the bytes.
func sane(t *testing.T, im *Import) {
	if im.Accepted+im.Flagged+im.Refused != len(im.Rows) {
		t.Errorf("%d rows, %d accepted, %d flagged, %d refused", len(im.Rows), im.Accepted, im.Flagged, im.Refused)
	}
	for i := range im.Rows {
		im.Take(im.Rows[i].Number)
		if r := im.Rows[i]; r.Verdict == Refused && (len(r.Why) == 0 || r.Fact != nil) {
			t.Errorf("refused without a reason, or with a fact: %+v", r)
		}
	}
	l := barrier.NewLedger(border.Default())
	if err := l.AppendAll(im.Events("eng", known)); err != nil {
		t.Errorf("what was accepted cannot be appended: %v", err)
	}
	v := l.At(known, known)
	for _, total := range v.Totals(border.Span{}) {
		if total.Metres > v.Axis().Length()+1 {
			t.Errorf("%v m of %s on a line of %v", total.Metres, total.Kind, v.Axis().Length())
		}
	}
	if _, err := json.Marshal(im); err != nil {
		t.Error(err)
	}
}

func FuzzCSV(f *testing.F) {
	f.Add("kind,from,to,side,state\nwall,43+200,44+000,line,built\n", byte(0))
	f.Add("النوع;من;إلى;الحالة\nخندق شقي;٤٣+٢٠٠;٤٤٫٥;منجز\n", byte(0))
	f.Add(string(barrier.ClaimsCSV[:2000]), byte(1))
	f.Add("weakness,from,risk,found_on\nbreach,1+000,high,2025-01-01\n", byte(3))
	subjects := []barrier.Subject{barrier.SubjectPiece, barrier.SubjectClaim, barrier.SubjectInspection, barrier.SubjectWeakSpot, barrier.SubjectDiary}
	f.Fuzz(func(t *testing.T, text string, about byte) {
		im, err := Read(CSV, strings.NewReader(text), Options{About: subjects[int(about)%len(subjects)], View: empty(), Today: barrier.DayOf(known)})
		if err == nil {
			sane(t, im)
		}
	})
}

func FuzzGeoJSON(f *testing.F) {
	f.Add(`{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"kind":"wall","state":"built","height":3},"geometry":{"type":"LineString","coordinates":[[41.3,36.5],[41.3,36.4]]}}]}`)
	f.Add(`{"type":"Feature","properties":{"kind":["wall"],"from":"1+000","to":"2+000"},"geometry":null}`)
	f.Fuzz(func(t *testing.T, text string) {
		im, err := Read(GeoJSON, strings.NewReader(text), Options{View: empty(), Today: barrier.DayOf(known)})
		if err == nil {
			sane(t, im)
		}
	})
}

func FuzzGPX(f *testing.F) {
	f.Add(`<gpx><trk><type>wall</type><trkseg><trkpt lat="36.5" lon="41.3"><time>2026-01-01T00:00:00Z</time></trkpt></trkseg></trk><wpt lat="36" lon="41.2"/></gpx>`)
	f.Fuzz(func(t *testing.T, text string) {
		im, err := Read(GPX, strings.NewReader(text), Options{View: empty(), Today: barrier.DayOf(known), Defaults: map[string]string{"state": "built"}})
		if err == nil {
			sane(t, im)
		}
	})
}

func FuzzNumber(f *testing.F) {
	f.Add("1.234,5", true)
	f.Add("٣٫٥", false)
	f.Fuzz(func(t *testing.T, text string, comma bool) {
		x, flaw := number(text, comma)
		if flaw == nil && (x != x) {
			t.Errorf("%q is %v", text, x)
		}
	})
}

// A spreadsheet runs no field of an export as a formula.
func TestNoFieldIsAFormula(t *testing.T) {
	for text, want := range map[string]string{"=1+1": "'=1+1", "@SUM(A1)": "'@SUM(A1)", "+cmd": "'+cmd", "-2+3": "'-2+3", "-2.5": "-2.5", "": "", "wall": "wall", "٣": "٣"} {
		if got := harmless(text); got != want {
			t.Errorf("%q is written %q, want %q", text, got, want)
		}
	}
}

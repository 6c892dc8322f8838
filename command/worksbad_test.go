package command

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marsad/app"
	"marsad/barrier"
	"marsad/barrier/exchange"
	"marsad/border"
	"marsad/face/api"
	"marsad/say"
)

// sent is a file for a running server, row by row with the verdict that each must
// get: "accepted", "flagged CODE" or "refused CODE".
type sent struct {
	format, about string
	defaults      map[string]string
	head, foot    string
	between       string
	rows          []sentRow
}

type sentRow struct{ what, text, want string }

func (f sent) file() api.WorksFile {
	texts := make([]string, len(f.rows))
	for i, r := range f.rows {
		texts[i] = r.text
	}
	return api.WorksFile{Format: f.format, About: f.about, Defaults: f.defaults, Text: f.head + strings.Join(texts, f.between) + f.foot}
}

// to posts a file to a server, as a preview or, named by its hash, to be taken in.
func to(t *testing.T, a *app.App, f api.WorksFile) (out api.WorksPreview, err error) {
	t.Helper()
	s := worksServer{worksPlace{Server: a.URL(), Token: os.Getenv("MARSAD_TOKEN")}, "en"}
	b, err := s.ask(http.MethodPost, "/imports", f)
	if err == nil {
		err = json.Unmarshal(b, &out)
	}
	return out, err
}

// All that a file may get wrong, in each format, over the API of a running server:
// refused or flagged row by row with its reason in both languages, and nothing
// half in. What is good comes in whole, is known when it comes again, and is
// taken back whole.
func TestBadFilesThroughARunningServer(t *testing.T) {
	a, _ := worksServed(t)
	day := func(n int) string { return barrier.DayOf(time.Now().AddDate(0, 0, n)).String() }
	for _, f := range []sent{badCSV(day), badGeoJSON(day), badGPX(day)} {
		t.Run(f.format, func(t *testing.T) {
			before := a.Works().Size()
			file := f.file()
			got, err := to(t, a, file)
			if err != nil {
				t.Fatal(err)
			}
			weighed(t, f, got)
			if a.Works().Size() != before {
				t.Fatal("a preview wrote something")
			}
			// The file as it was previewed, or none of it.
			changed := file
			changed.Text, changed.Commit = file.Text+"\n", got.SHA256
			if _, err := to(t, a, changed); err == nil || say.As(err).Code != "works.import_changed" || a.Works().Size() != before {
				t.Errorf("a file that was changed after its preview: %v, %d events", err, a.Works().Size())
			}
			file.Commit = got.SHA256
			in, err := to(t, a, file)
			if err != nil || in.Committed != got.Accepted || a.Works().Size() != before+got.Accepted {
				t.Fatalf("%d of %d accepted rows came in, %v", in.Committed, got.Accepted, err)
			}
			file.Commit = ""
			again, err := to(t, a, file)
			if err != nil || again.Accepted != 0 {
				t.Errorf("the same file again: %d accepted, %v", again.Accepted, err)
			}
			for _, r := range again.Rows {
				if want := f.rows[r.Number-first(f)].want; want == "accepted" && (r.Verdict != exchange.Refused || r.Why[0].Code != "duplicate") {
					t.Errorf("%s again: %s %+v", f.rows[r.Number-first(f)].what, r.Verdict, r.Why)
				}
			}
			runWorks(t, "import", "--undo", in.Import, "--why", "wrong file", "--server", a.URL())
			if left := len(a.Works().View(time.Time{}, time.Time{}).Pieces()); left != 0 {
				t.Errorf("%d pieces are left after the undo", left)
			}
			if back, err := to(t, a, file); err != nil || back.Accepted != got.Accepted {
				t.Errorf("after the undo %d rows would come in again, not %d: %v", back.Accepted, got.Accepted, err)
			}
		})
	}
}

// first is the number of the first row: a line of a CSV file comes after its head.
func first(f sent) int {
	if f.format == "csv" {
		return 2
	}
	return 1
}

func weighed(t *testing.T, f sent, got api.WorksPreview) {
	t.Helper()
	if len(got.Rows) != len(f.rows) {
		t.Fatalf("%d of %d rows came back", len(got.Rows), len(f.rows))
	}
	for _, r := range got.Rows {
		row := f.rows[r.Number-first(f)]
		said := string(r.Verdict)
		for _, w := range r.Why {
			if w.Text.En == "" || w.Text.Ar == "" || w.Hint.En == "" || w.Hint.Ar == "" {
				t.Errorf("%s: the reason or its mend is not in both languages: %+v", row.what, w)
			}
			said += " " + w.Code
		}
		if d := cmp.Diff(row.want, said); d != "" {
			t.Errorf("%s (%s): %s", row.what, row.text, d)
		}
	}
}

func badCSV(day func(int) string) sent {
	row := func(what, from, to, started, finished, surveyed, height, length, want string) sentRow {
		return sentRow{what, strings.Join([]string{"wall", from, to, "line", "built", "Kestrel", "sheet 7", started, finished, surveyed, height, length}, ","), want}
	}
	past, ahead := day(-90), day(30)
	return sent{format: "csv", about: "piece", head: "kind,from,to,side,state,unit,evidence,started,finished,surveyed,height,length\n", between: "\n", rows: []sentRow{
		row("good", "20+000", "21+000", day(-100), past, "", "3", "1000", "accepted"),
		row("good, in Arabic figures", "٢٢+٠٠٠", "٢٣+٠٠٠", day(-100), past, "", "٣٫٥", "", "accepted"),
		row("reversed", "25+000", "24+000", day(-100), past, "", "3", "", "refused span.reversed"),
		row("overlapping what comes next", "30+000", "31+000", day(-100), past, "", "3", "", "flagged overlap"),
		row("overlapping what came before", "30+900", "32+000", day(-100), past, "", "3", "", "flagged overlap"),
		row("chainage beyond the line", "603+000", "604+500", day(-100), past, "", "3", "", "refused span.beyond"),
		row("metres in place of km", "34000", "35000", day(-100), past, "", "3", "", "refused span.beyond"),
		row("finished in the future", "36+000", "37+000", past, ahead, "", "3", "", "refused date.future"),
		row("begun before surveying", "38+000", "39+000", day(-100), past, day(-50), "3", "", "refused date.survey"),
		row("finished before it was begun", "40+000", "41+000", past, day(-100), "", "3", "", "refused date.order"),
		row("height in centimetres", "42+000", "43+000", day(-100), past, "", "300", "", "flagged unit"),
		row("length in kilometres", "44+000", "45+000", day(-100), past, "", "3", "1", "flagged unit"),
		row("one end in km, one in metres", "46 km", "47000 m", day(-100), past, "", "3", "", "flagged unit"),
		row("a figure of two readings", "48+000", "49+000", day(-100), past, "", `"1,234"`, "", "refused number.two_ways"),
		row("twice in the file", "20+000", "21+000", day(-100), past, "", "3", "1000", "refused duplicate"),
		row("nowhere", "", "", day(-100), past, "", "3", "", "refused span.missing"),
	}}
}

func badGeoJSON(day func(int) string) sent {
	axis := border.Default()
	at := func(c border.Chainage) string {
		p := axis.Place(c, 20)
		return fmt.Sprintf("[%.7f,%.7f]", p.Lon, p.Lat)
	}
	along := func(from, to border.Chainage) string {
		return `{"type":"LineString","coordinates":[` + at(from) + "," + at(to) + "]}"
	}
	row := func(what, geometry, more, want string) sentRow {
		return sentRow{what, `{"type":"Feature","geometry":` + geometry + `,"properties":{"kind":"wall","side":"home","state":"built","unit":"Kestrel","evidence":"sheet 7",` + more + `}}`, want}
	}
	built := fmt.Sprintf(`"started":%q,"finished":%q`, day(-100), day(-90))
	return sent{format: "geojson", about: "piece", head: `{"type":"FeatureCollection","features":[`, foot: `]}`, between: ",", rows: []sentRow{
		row("good", along(120_000, 121_000), built, "accepted"),
		row("drawn against the line", along(123_000, 122_000), built, "flagged span.reversed"),
		row("km posts reversed", "null", built+`,"from":"125+000","to":"124+000"`, "refused span.reversed"),
		row("overlapping what comes next", along(130_000, 131_000), built, "flagged overlap"),
		row("overlapping what came before", along(130_500, 132_000), built, "flagged overlap"),
		row("latitude first", `{"type":"LineString","coordinates":[[36.5,41.5],[36.6,41.6]]}`, built, "refused position.far"),
		row("beyond the line", "null", built+`,"from":"603+000","to":"610+000"`, "refused span.beyond"),
		row("not on the Earth", `{"type":"LineString","coordinates":[[410,360],[411,361]]}`, built, "refused feature"),
		row("positions and posts apart", along(134_000, 135_000), built+`,"from":"234+000","to":"235+000"`, "flagged span.two"),
		row("finished in the future", along(136_000, 137_000), fmt.Sprintf(`"started":%q,"finished":%q`, day(-100), day(30)), "refused date.future"),
		row("begun before surveying", along(138_000, 139_000), built+fmt.Sprintf(`,"surveyed":%q`, day(-50)), "refused date.survey"),
		row("height in centimetres", along(142_000, 143_000), built+`,"height":300`, "flagged unit"),
		row("twice in the file", along(120_000, 121_000), built, "refused duplicate"),
		row("nowhere", "null", built, "refused span.missing"),
	}}
}

func badGPX(day func(int) string) sent {
	axis := border.Default()
	row := func(what, on, want string, at ...border.Chainage) sentRow {
		text := "<trk><name>" + what + "</name><trkseg>"
		for _, c := range at {
			p := axis.Place(c, 20)
			text += fmt.Sprintf(`<trkpt lat="%.7f" lon="%.7f"><time>%sT08:00:00Z</time></trkpt>`, p.Lat, p.Lon, on)
		}
		return sentRow{what, text + "</trkseg></trk>", want}
	}
	walked := day(-20)
	return sent{format: "gpx", about: "piece", defaults: map[string]string{"kind": "wall", "state": "surveyed", "side": "home", "evidence": "track", "started": ""}, head: `<?xml version="1.0"?><gpx version="1.1">`, foot: "</gpx>", rows: []sentRow{
		row("good", walked, "accepted", 220_000, 220_200, 220_400),
		row("walked the other way", walked, "accepted", 222_400, 222_200, 222_000),
		row("overlapping what comes next", walked, "flagged overlap", 224_000, 224_300),
		row("overlapping what came before", walked, "flagged overlap", 224_100, 224_400),
		row("back and forth", walked, "flagged track.back", 226_000, 226_400, 226_200, 226_500),
		row("a hole in it", walked, "flagged track.hole", 228_000, 229_000),
		row("in the future", day(30), "refused date.future", 230_000, 230_300),
		{"far from the line", `<trk><name>far</name><trkseg><trkpt lat="33.3" lon="44.4"/><trkpt lat="33.4" lon="44.5"/></trkseg></trk>`, "refused position.far"},
		{"not on the Earth", `<trk><name>off</name><trkseg><trkpt lat="133" lon="44"/></trkseg></trk>`, "refused position"},
		{"no fixes", `<trk><name>none</name></trk>`, "refused track.empty"},
		{"one place", fmt.Sprintf(`<wpt lat="%.7f" lon="%.7f"><time>%sT08:00:00Z</time></wpt>`, axis.Place(232_000, 20).Lat, axis.Place(232_000, 20).Lon, walked), "refused span.empty"},
		row("twice in the file", walked, "refused duplicate", 220_000, 220_200, 220_400),
	}}
}

// What a GPX file cannot say comes from the form beside it, and is judged with it.
func TestWhatAGPXFileIsToldIsJudgedWithIt(t *testing.T) {
	a, _ := worksServed(t)
	day := func(n int) string { return barrier.DayOf(time.Now().AddDate(0, 0, n)).String() }
	for more, want := range map[[2]string]string{
		{"height", "300"}:        "flagged unit",
		{"height", "3 or so"}:    "refused number",
		{"started", day(-40)}:    "refused date.survey",
		{"state", "nearly done"}: "refused state",
		{"kind", "moat"}:         "refused kind",
	} {
		f := badGPX(day)
		f.rows = f.rows[:1]
		f.rows[0].want = want
		f.defaults[more[0]] = more[1]
		got, err := to(t, a, f.file())
		if err != nil {
			t.Fatal(err)
		}
		f.rows[0].what = fmt.Sprint(more)
		weighed(t, f, got)
	}
	if a.Works().Size() != 0 {
		t.Errorf("%d events after previews alone", a.Works().Size())
	}
}

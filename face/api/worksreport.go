package api

import (
	"bytes"
	"cmp"
	"context"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"slices"
	"strconv"
	"strings"
	"time"

	"marsad/barrier"
	"marsad/barrier/forecast"
	"marsad/border"
	"marsad/engine/access"
	"marsad/engine/works"
	"marsad/say"
)

//go:embed worksreport.html
var reportPage string

// report is what the page of the report is filled with.
type report struct {
	Lang, Dir       string
	AsOf, Made      string
	For             string // who took it away: the watermark
	Marks           []say.Text
	Summary         WorksSummary
	Closed          []WorksClosed
	Forecasts       []*forecast.Forecast
	Inspected       float64 // of the wall
	Discrepancies   []barrier.Discrepancy
	Spots           []SpotRow
	Packages        []*barrier.Package
	Diary           []*barrier.DiaryEntry
	Inspections     []*barrier.Inspection
	Photos          []reportPhoto
	Published       string
	Source, Warning say.Text
}

// worksReport serves the programme as a page to print, in one language.
func (s *Server) worksReport() {
	page := template.Must(template.New("report").Funcs(template.FuncMap{
		"km":  func(m float64) template.HTML { return ltr(strconv.FormatFloat(m/1000, 'f', 3, 64)) },
		"pct": func(x float64) template.HTML { return ltr(strconv.FormatFloat(100*x, 'f', 1, 64) + " %") },
		"num": func(x any) template.HTML { return ltr(fmt.Sprint(x)) },
		"month": func(rate float64) template.HTML {
			return ltr(strconv.FormatFloat(rate*365.25/12/1000, 'f', 1, 64))
		},
		"span": func(sp border.Span) template.HTML {
			if sp.Empty() {
				return ltr(sp.From.String())
			}
			return ltr(sp.String())
		},
		"day": func(d barrier.Day) template.HTML {
			if d == 0 {
				return "—"
			}
			return ltr(d.String())
		},
		"marked": func(marks []string, lang string) (out []string) {
			for _, m := range marks {
				out = append(out, markNames[m].In(lang))
			}
			return out
		},
		"photos": func(evidence []barrier.Evidence) int {
			return len(slices.DeleteFunc(slices.Clone(evidence), func(e barrier.Evidence) bool { return e.Kind != "photo" }))
		},
		"in": func(t say.Text, lang string) string { return t.In(lang) },
		"w":  func(en, ar, lang string) string { return say.Text{En: en, Ar: ar}.In(lang) },
	}).Parse(reportPage))
	type file struct {
		ContentType string `header:"Content-Type"`
		Policy      string `header:"Content-Security-Policy"`
		Body        []byte
	}
	route(s, access.ExportWorks, get("works-report", "/api/v1/works/report", "The programme as a page to print, in Arabic or English (lang=ar); every one is on record", "works"),
		func(ctx context.Context, a *access.Account, in *TwoTimes) (*file, error) {
			if !a.Everywhere() {
				return nil, notYourMetres
			}
			r, err := s.reportOf(ctx, a, *in)
			if err != nil {
				return nil, err
			}
			var b bytes.Buffer
			if err := page.Execute(&b, r); err != nil {
				return nil, err
			}
			if err := s.door.Exported(ctx, a, "works report, "+r.Lang+", as of "+r.AsOf); err != nil {
				return nil, err
			}
			return &file{"text/html; charset=utf-8", "default-src 'none'; img-src data:; style-src 'unsafe-inline'", b.Bytes()}, nil
		})
}

// Of the newest, as many as a paper has room for.
const (
	reportRows   = 25
	reportPhotos = 12
)

// reportPhoto is a photo beside what it is evidence of.
type reportPhoto struct {
	What   say.Text
	Span   border.Span
	On     barrier.Day
	SHA256 string
	Source template.URL // the small copy; empty for one that is not here
	Away   say.Text     // what became of one that is not here
	Marks  []string
}

// photosOf gives the newest photos of a view with what they show, newest first:
// those that an account may look at. That they were handed out is on record first.
func (s *Server) photosOf(ctx context.Context, a *access.Account, v *barrier.View) ([]reportPhoto, error) {
	var all []reportPhoto
	add := func(what say.Text, at border.Span, on barrier.Day, marks []string, evidence []barrier.Evidence) {
		for _, e := range evidence {
			if use, named := s.works.Photo(e.SHA256); named && e.Kind == "photo" && s.maySee(a, use) {
				all = append(all, reportPhoto{What: what, Span: at, On: on, SHA256: e.SHA256, Marks: marks})
			}
		}
	}
	for _, d := range latest(v.Diary()) {
		add(say.Text{En: "site diary: {kind}", Ar: "يوميات الموقع: {kind}"}.FillText("kind", d.Kind.Name()), d.Span, d.On, d.Marks, d.Photos)
	}
	for _, i := range latest(v.Inspections()) {
		add(say.Text{En: "inspection: {kind}", Ar: "فحص: {kind}"}.FillText("kind", i.Kind.Name()), i.Span, i.On, i.Marks, i.Evidence)
	}
	for _, w := range v.WeakSpots() {
		add(w.Kind.Name(), w.Span, w.Found.On, w.Marks, w.Evidence)
	}
	slices.SortStableFunc(all, func(a, b reportPhoto) int { return cmp.Compare(b.On, a.On) })
	all = all[:min(len(all), reportPhotos)]
	for i := range all {
		p := &all[i]
		if s.photos == nil {
			p.Away = photoWords[PhotoWaiting]
			continue
		}
		b, _, err := s.photos.Get(ctx, p.SHA256, true)
		if err != nil {
			state, err := s.photos.State(ctx, p.SHA256)
			if err != nil {
				return nil, err
			}
			if p.Away = photoWords[state]; state == PhotoHere { // there, and not what the chain holds
				p.Away = photoWords[PhotoLost]
			}
			continue
		}
		if err := s.handed.once(a.ID+" "+p.SHA256, s.frame.Wall(), func() error { return s.door.Exported(ctx, a, "small works photo "+p.SHA256) }); err != nil {
			return nil, err
		}
		p.Source = template.URL("data:image/jpeg;base64," + base64.StdEncoding.EncodeToString(b))
	}
	return all, nil
}

// ltr isolates a figure left to right, so that Arabic beside it never turns it.
func ltr(s string) template.HTML {
	return template.HTML(`<bdi dir="ltr">` + template.HTMLEscapeString(s) + `</bdi>`)
}

func (s *Server) reportOf(ctx context.Context, a *access.Account, at TwoTimes) (*report, error) {
	v := s.works.View(at.AsOf, at.Known)
	lang := language(ctx)
	r := &report{Lang: lang, Dir: "ltr", AsOf: barrier.DayOf(v.Valid).String(), Made: s.worksNow().UTC().Format("2006-01-02 15:04Z"),
		For: a.Rank.In(lang) + " " + a.Name.In(lang) + " (" + a.ID + ")", Summary: s.worksSummary(v, border.Span{}), Discrepancies: v.Disputes(),
		Spots: weakSpots(v, nil), Packages: v.Packages(), Diary: firstOf(latest(v.Diary()), reportRows), Inspections: firstOf(latest(v.Inspections()), reportRows), Source: ledgerSource, Warning: border.Disclaimer}
	if lang == "ar" {
		r.Dir = "rtl"
	}
	for _, m := range works.Marks(v) {
		r.Marks = append(r.Marks, markNames[m])
	}
	if s.frame.Simulated {
		r.Marks = append(r.Marks, markNames[border.Simulated])
	}
	var err error
	if r.Photos, err = s.photosOf(ctx, a, v); err != nil {
		return nil, err
	}
	if r.Closed, err = s.worksClosed(v, at); err != nil {
		return nil, err
	}
	for _, target := range []float64{400_000, 437_000, 615_000} {
		f, err := forecast.Finish(forecast.Question{Series: forecast.BorderGuard(), Target: target, AsOf: barrier.DayOf(v.Valid), By: barrier.DayOf(time.Date(v.Valid.Year(), 12, 31, 0, 0, 0, 0, time.UTC))})
		if err == nil { // as of a day before anything was published there is none
			r.Forecasts = append(r.Forecasts, f)
		}
	}
	if done := works.CourseOf(v, barrier.Wall, border.Span{}).Inspected; len(done) > 0 {
		r.Inspected = done[len(done)-1].Metres
	}
	var lengths []string
	for _, d := range r.Summary.Denominators {
		if d.Basis == barrier.BasisPublished {
			lengths = append(lengths, strconv.Itoa(int(d.Metres/1000)))
		}
	}
	r.Published = strings.Join(lengths, ", ")
	return r, nil
}

func firstOf[T any](list []T, n int) []T { return list[:min(len(list), n)] }

var markNames = map[string]say.Text{
	border.Assumed: {En: "ASSUMED", Ar: "مفترض"}, border.Simulated: {En: "SIMULATED", Ar: "محاكاة"},
	border.Synthetic: {En: "SYNTHETIC", Ar: "مصطنع"}, border.Claimed: {En: "CLAIMED", Ar: "مُدّعى"},
}

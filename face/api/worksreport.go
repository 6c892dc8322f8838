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
	Part            *part  // nil for the whole line
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
	type reportInput struct {
		TwoTimes
		Section string `query:"section" maxLength:"64" doc:"Of one section, by its id; without it of all that the account may see, where that is one stretch."`
	}
	route(s, access.ExportWorks, get("works-report", "/api/v1/works/report", "The programme, or that of one section, as a page to print, in Arabic or English (lang=ar); every one is on record", "works"),
		func(ctx context.Context, a *access.Account, in *reportInput) (*file, error) {
			of, err := s.partOf(a, in.Section)
			if err != nil {
				return nil, err
			}
			r, err := s.reportOf(ctx, a, in.TwoTimes, of)
			if err != nil {
				return nil, err
			}
			var b bytes.Buffer
			if err := page.Execute(&b, r); err != nil {
				return nil, err
			}
			if err := s.door.Exported(ctx, a, "works report, "+r.Lang+", as of "+r.AsOf+of.noted()); err != nil {
				return nil, err
			}
			return &file{"text/html; charset=utf-8", "default-src 'none'; img-src data:; style-src 'unsafe-inline'", b.Bytes()}, nil
		})
}

// part of the line that a report is about: the zero value is all of it.
type part struct {
	Span border.Span
	ID   string
	Name say.Text
}

func (p part) whole() bool { return p.Span.Empty() }

func (p part) set(axis *border.Axis) border.Set {
	if p.whole() {
		return border.NewSet(axis.Whole())
	}
	return border.NewSet(p.Span)
}

func (p part) denominator(axis *border.Axis) barrier.Denominator {
	d := barrier.Measured(axis)
	if !p.whole() {
		d.Metres = p.Span.Length()
		d.Source = say.Text{En: p.Name.En + ", " + d.Source.En, Ar: p.Name.Ar + "، " + d.Source.Ar}
	}
	return d
}

func (p part) noted() string {
	if p.whole() {
		return ""
	}
	return ", " + p.ID
}

// partOf finds what a report is to be about: the section that was named, if the
// account may see all of it; else all that it may see.
func (s *Server) partOf(a *access.Account, id string) (part, error) {
	if id == "" && a.Everywhere() {
		return part{}, nil
	}
	if id == "" {
		if len(a.Sections) != 1 {
			return part{}, &say.Error{Code: "works.which", Kind: say.Invalid,
				Text: say.Text{En: "it is not said of which of your sections", Ar: "لم يُحدد أي من قواطعك"},
				Hint: say.Text{En: "give section=ID: " + strings.Join(a.Sections, ", "), Ar: "حدد القاطع: " + say.LTR(strings.Join(a.Sections, ", "))}}
		}
		id = a.Sections[0]
	}
	span, err := s.worksSection(a, id)
	if err != nil {
		return part{}, err
	}
	section, _ := s.atlas.Division.Section(id)
	return part{span, id, section.Name}, nil
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
func (s *Server) photosOf(ctx context.Context, a *access.Account, v *barrier.View, of part) ([]reportPhoto, error) {
	within := of.set(v.Axis())
	var all []reportPhoto
	add := func(what say.Text, at border.Span, on barrier.Day, marks []string, evidence []barrier.Evidence) {
		for _, e := range evidence {
			if use, named := s.works.Photo(e.SHA256); named && e.Kind == "photo" && s.maySee(a, use) && lies(at, within) {
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

func (s *Server) reportOf(ctx context.Context, a *access.Account, at TwoTimes, of part) (*report, error) {
	v := s.works.View(at.AsOf, at.Known)
	lang := language(ctx)
	r := &report{Lang: lang, Dir: "ltr", AsOf: barrier.DayOf(v.Valid).String(), Made: s.worksNow().UTC().Format("2006-01-02 15:04Z"),
		For: a.Rank.In(lang) + " " + a.Name.In(lang) + " (" + a.ID + ")", Summary: s.worksSummary(v, of.Span), Source: ledgerSource, Warning: border.Disclaimer}
	within := of.set(v.Axis())
	r.Spots = lying(weakSpots(v, nil), within, func(w SpotRow) border.Span { return w.WeakSpot.Span })
	r.Packages = lying(v.Packages(), within, func(p *barrier.Package) border.Span { return p.Span })
	r.Diary = firstOf(lying(latest(v.Diary()), within, func(d *barrier.DiaryEntry) border.Span { return d.Span }), reportRows)
	r.Inspections = firstOf(lying(latest(v.Inspections()), within, func(i *barrier.Inspection) border.Span { return i.Span }), reportRows)
	if of.whole() {
		r.Discrepancies = v.Disputes()
	} else {
		r.Part = &of
	}
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
	if r.Photos, err = s.photosOf(ctx, a, v, of); err != nil {
		return nil, err
	}
	if r.Closed, err = s.worksClosed(v, at, of); err != nil {
		return nil, err
	}
	r.Forecasts = forecastsOf(v, of)
	if done := works.CourseOf(v, barrier.Wall, of.Span).Inspected; len(done) > 0 {
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

// forecastsOf says when the wall may be done: the whole by the published figures, a
// section by its own diary, or else by what was inspected there; none where neither
// says enough.
func forecastsOf(v *barrier.View, of part) (out []*forecast.Forecast) {
	ask := func(q forecast.Question) bool {
		q.AsOf, q.By = barrier.DayOf(v.Valid), barrier.DayOf(time.Date(v.Valid.Year(), 12, 31, 0, 0, 0, 0, time.UTC))
		f, err := forecast.Finish(q)
		if err == nil {
			out = append(out, f)
		}
		return err == nil
	}
	if of.whole() {
		for _, target := range []float64{400_000, 437_000, 615_000} {
			ask(forecast.Question{Series: forecast.BorderGuard(), Target: target}) // none as of a day before anything was published
		}
		return out
	}
	course := works.CourseOf(v, barrier.Wall, of.Span)
	_ = ask(forecast.Question{Series: course.Diary, Plan: course.Planned, Target: of.Span.Length(), Basis: forecast.OnDiary}) ||
		ask(forecast.Question{Series: course.Inspected, Plan: course.Planned, Target: of.Span.Length(), Basis: forecast.OnInspected})
	return out
}

// lying gives what has metres in a part of the line.
func lying[T any](all []T, within border.Set, at func(T) border.Span) (out []T) {
	for _, x := range all {
		if lies(at(x), within) {
			out = append(out, x)
		}
	}
	return out
}

func firstOf[T any](list []T, n int) []T { return list[:min(len(list), n)] }

var markNames = map[string]say.Text{
	border.Assumed: {En: "ASSUMED", Ar: "مفترض"}, border.Simulated: {En: "SIMULATED", Ar: "محاكاة"},
	border.Synthetic: {En: "SYNTHETIC", Ar: "مصطنع"}, border.Claimed: {En: "CLAIMED", Ar: "مُدّعى"},
}

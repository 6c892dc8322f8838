package command

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"time"

	"marsad/barrier"
	"marsad/barrier/forecast"
	"marsad/barrier/sample"
	"marsad/border"
	"marsad/say"
)

// WorksCmd is the barrier programme on the command line.
type WorksCmd struct {
	Status   WorksStatusCmd   `cmd:"" help:"Say what stands, what is closed and by which rule, what is disputed and overdue."`
	Forecast WorksForecastCmd `cmd:"" help:"Say when a length will be reached, by several methods side by side."`
	Import   WorksImportCmd   `cmd:"" help:"Preview a CSV, GeoJSON or GPX file row by row; append it, or take an import back."`
	Export   WorksExportCmd   `cmd:"" help:"Write CSV, GeoJSON or Parquet."`
}

// worksFolder is the data folder of a server, or a folder with the programme's
// events in works.jsonl; without either the sample.
type worksFolder struct {
	Folder string `arg:"" optional:"" help:"Data folder of a server, or a folder that holds works.jsonl; without one the sample programme is shown."`
	AsOf   string `help:"Day to look at, such as 2026-01-31; today without."`
	Lang   string `default:"en" enum:"en,ar" help:"Language: en or ar."`
	JSON   bool   `name:"json" help:"Print JSON."`
}

func (f *worksFolder) day() (barrier.Day, error) {
	if f.AsOf == "" {
		return barrier.DayOf(time.Now()), nil
	}
	return barrier.ParseDay(f.AsOf)
}

// ledger reads the folder's events, or makes the sample.
func (f *worksFolder) ledger() (*barrier.Ledger, barrier.Day, error) {
	today, err := f.day()
	if err != nil {
		return nil, 0, err
	}
	l := barrier.NewLedger(border.Default())
	var events []barrier.Event
	if f.Folder == "" {
		events, err = sample.Programme(l.Axis(), today, 1)
	} else {
		events, err = readWorks(f.Folder)
	}
	if err != nil {
		return nil, 0, err
	}
	return l, today, l.AppendEach(events)
}

// view is the programme at the end of the day, as known by then.
func (f *worksFolder) view() (*barrier.View, barrier.Day, error) {
	l, today, err := f.ledger()
	if err != nil {
		return nil, 0, err
	}
	end := (today + 1).Time().Add(-time.Nanosecond)
	return l.At(end, end), today, nil
}

// printer writes lines in one language.
type printer struct {
	w    io.Writer
	lang string
}

func (p printer) line(t say.Text, pairs ...string) {
	fmt.Fprintln(p.w, t.Fill(pairs...).In(p.lang))
}

func (p printer) text(t say.Text) string { return t.In(p.lang) }

func (f *worksFolder) notice(p printer) {
	if f.Folder == "" {
		p.line(sample.Notice)
	}
}

func kmText(metres float64) string { return strconv.FormatFloat(metres/1000, 'f', 3, 64) }

func percent(x float64) string { return strconv.FormatFloat(100*x, 'f', 1, 64) + "%" }

// WorksStatusCmd says how the programme stands.
type WorksStatusCmd struct {
	worksFolder
	Rule string `help:"Rule for closed, in CEL; the rule of the folder without."`
}

// worksStatus is what status prints as JSON.
type worksStatus struct {
	AsOf     barrier.Day           `json:"as_of"`
	Notice   *say.Text             `json:"notice,omitempty"`
	Layers   []barrier.LayerTotal  `json:"layers"`
	Of       []barrier.Denominator `json:"denominators"`
	Closed   barrier.Answer        `json:"closed"`
	Disputes []barrier.Discrepancy `json:"disputes"`
	Overdue  []*barrier.WeakSpot   `json:"overdue"`
	Unseen   []*barrier.WeakSpot   `json:"unseen"` // closed, and a look at the mend is due
	Clashes  []barrier.Clash       `json:"clashes"`
}

// Run prints totals, the rule for closed, disputes, overdue inspections and
// clashes.
func (c *WorksStatusCmd) Run(s *Streams) error {
	v, today, err := c.view()
	if err != nil {
		return err
	}
	rule := *v.Rules()[0]
	if c.Rule != "" {
		rule = barrier.Rule{Name: say.Text{En: c.Rule, Ar: say.LTR(c.Rule)}, When: c.Rule}
	}
	of := barrier.Denominators(v.Axis(), nil)
	closed, err := v.Closed(rule, nil, of[0])
	if err != nil {
		return err
	}
	due := v.Due(today)
	st := worksStatus{AsOf: today, Layers: v.Totals(border.Span{}), Of: of, Closed: closed, Disputes: v.Disputes(), Overdue: due.Open, Unseen: due.Mends, Clashes: v.Clashes(today)}
	if c.Folder == "" {
		st.Notice = &sample.Notice
	}
	if c.JSON {
		return json.NewEncoder(s.Out).Encode(st)
	}
	p := printer{s.Out, c.Lang}
	c.notice(p)
	st.print(p)
	return nil
}

func (st *worksStatus) print(p printer) {
	of := st.Of[0]
	p.line(say.Text{En: "As of {day}. Shares are of {km} km: {source}.", Ar: "في {day}. النسب من {km} كم: {source}."}.FillText("source", of.Source), "day", st.AsOf.String(), "km", kmText(of.Metres))
	for _, t := range st.Layers {
		if t.Kind.Counted() {
			p.line(say.Text{En: "  {kind}: {n}", Ar: "  {kind}: {n}"}.FillText("kind", t.Kind.Name()), "n", strconv.Itoa(t.Count))
			continue
		}
		p.line(say.Text{En: "  {kind}: {stands} km stand ({share}), {seen} km inspected, {all} km in all states, {over} km overlap", Ar: "  {kind}: القائم {stands} كم ({share})، المفحوص {seen} كم، في كل الحالات {all} كم، المتداخل {over} كم"}.FillText("kind", t.Kind.Name()),
			"stands", kmText(t.Standing()), "share", percent(of.Share(t.Standing())), "seen", kmText(t.Inspected()), "all", kmText(t.Metres), "over", kmText(t.Overlap))
	}
	p.line(say.Text{En: "Closed: {km} km ({share}). Rule: {rule}", Ar: "المغلق: {km} كم ({share}). القاعدة: {rule}"}.FillText("rule", st.Closed.Rule.Name), "km", kmText(st.Closed.Metres), "share", percent(st.Closed.Share()))
	for _, t := range st.Closed.Terms {
		p.line(say.Text{En: "  {term}: holds on {km} km; alone stands in the way of {alone} km", Ar: "  {term}: متحقق على {km} كم؛ ويمنع وحده {alone} كم"}.FillText("term", t.Text), "km", kmText(t.Metres), "alone", kmText(t.Alone))
	}
	for _, m := range st.Closed.Missing {
		p.line(say.Text{En: "  nobody gave {lane}: it counts as nowhere", Ar: "  لم تُعطَ {lane}: تُحسب معدومة"}, "lane", m)
	}
	p.line(say.Text{En: "Disputes: {n}", Ar: "التناقضات: {n}"}, "n", strconv.Itoa(len(st.Disputes)))
	for _, d := range st.Disputes {
		p.line(say.Text{En: "  {kind}: {text}", Ar: "  {kind}: {text}"}.FillText("kind", d.Layer.Name()).FillText("text", d.Text))
		for _, e := range d.Explanations {
			if e.Fits {
				p.line(say.Text{En: "    would fit: {text}", Ar: "    قد يفسره: {text}"}.FillText("text", e.Text))
			}
		}
	}
	p.line(say.Text{En: "Re-inspections overdue: {n}", Ar: "فحوص متأخرة: {n}"}, "n", strconv.Itoa(len(st.Overdue)))
	p.spots(st.Overdue)
	p.line(say.Text{En: "Closed, and the mend not seen since it was due: {n}", Ar: "مغلقة وحان موعد التحقق من إصلاحها: {n}"}, "n", strconv.Itoa(len(st.Unseen)))
	p.spots(st.Unseen)
	p.line(say.Text{En: "Clashes in the plan: {n}", Ar: "تعارضات في الخطة: {n}"}, "n", strconv.Itoa(len(st.Clashes)))
	for _, k := range st.Clashes {
		p.line(say.Text{En: "  {from} to {to}, at {km}: {text}", Ar: "  من {from} إلى {to} عند {km}: {text}"}.FillText("text", k.Text), "from", k.From.String(), "to", k.To.String(), "km", k.At.String())
	}
}

func (p printer) spots(spots []*barrier.WeakSpot) {
	for _, w := range spots {
		p.line(say.Text{En: "  {kind} at {km}, risk {risk}, due {day}", Ar: "  {kind} عند {km}، الخطورة {risk}، موعدها {day}"}.FillText("kind", w.Kind.Name()).FillText("risk", w.Risk.Name()), "km", w.From.String(), "day", w.Reinspect.String())
	}
}

// WorksForecastCmd says when.
type WorksForecastCmd struct {
	worksFolder
	Series string    `default:"published" enum:"published,diary,packages" help:"published: the border guard's own figures; diary: the folder's diary of the layer; packages: its packages, crews and calendars."`
	Kind   string    `default:"wall" help:"Layer, for the diary."`
	Target []float64 `default:"400,437,615" help:"Kilometres in all."`
	By     string    `help:"Promised day: the rate that it needs."`
	Runs   int       `default:"10000" help:"Runs of the simulation."`
	Seed   uint64    `default:"1" help:"Draws them."`
}

// Run prints the methods side by side.
func (c *WorksForecastCmd) Run(s *Streams) error {
	today, err := c.day()
	if err != nil {
		return err
	}
	q := forecast.Question{Series: forecast.BorderGuard(), AsOf: today, Runs: c.Runs, Seed: c.Seed, Basis: forecast.OnClaims}
	if c.By != "" {
		if q.By, err = barrier.ParseDay(c.By); err != nil {
			return err
		}
	}
	p := printer{s.Out, c.Lang}
	if c.Series == "packages" {
		return c.packages(s, p, q.By)
	}
	if c.Series == "diary" {
		v, _, err := c.view()
		if err != nil {
			return err
		}
		q.Series, q.Basis = forecast.FromDiary(v, barrier.Kind(c.Kind)), forecast.OnDiary
		if !c.JSON {
			c.notice(p)
		}
	}
	var all []*forecast.Forecast
	for _, km := range c.Target {
		q.Target = km * 1000
		f, err := forecast.Finish(q)
		if err != nil {
			return err
		}
		all = append(all, f)
	}
	if c.JSON {
		return json.NewEncoder(s.Out).Encode(all)
	}
	for _, f := range all {
		printForecast(p, f)
	}
	p.granted(all[len(all)-1].Assumptions)
	return nil
}

// granted prints what a forecast takes for granted.
func (p printer) granted(assumptions []say.Text) {
	p.line(say.Text{En: "What this takes for granted:", Ar: "ما تفترضه هذه التوقعات:"})
	for _, a := range assumptions {
		p.line(say.Text{En: "  " + a.En, Ar: "  " + a.Ar})
	}
}

// packages forecasts from the packages of the folder, by section and whole.
func (c *WorksForecastCmd) packages(s *Streams, p printer, by barrier.Day) error {
	v, today, err := c.view()
	if err != nil {
		return err
	}
	f, err := forecast.Works(forecast.ProgrammeQuestion{View: v, AsOf: today, Kind: barrier.Kind(c.Kind), Sections: border.DefaultAtlas().Division.Level(border.LevelSection),
		By: by, Runs: c.Runs, Seed: c.Seed})
	if err != nil {
		return err
	}
	value := forecast.EarnedValue(v, barrier.Kind(c.Kind), today)
	if c.JSON {
		return json.NewEncoder(s.Out).Encode(struct {
			*forecast.Programme
			Earned forecast.Value `json:"earned"`
		}{f, value})
	}
	c.notice(p)
	p.answer(f.Whole)
	p.answer(f.ByClass)
	for _, x := range f.Sections {
		p.line(say.Text{En: "{name}: {left} km to do, {none} km in no package", Ar: "{name}: المتبقي {left} كم، وخارج الحزم {none} كم"}.FillText("name", x.Name), "left", kmText(x.Left), "none", kmText(x.Uncovered))
		if x.Answer.P50 != 0 {
			p.answer(x.Answer)
		}
	}
	if value.Known {
		two := func(x float64) string { return strconv.FormatFloat(x, 'f', 2, 64) }
		p.line(say.Text{En: "SPI(t) {spit}, SPI {spi}, CPI {cpi}; by the plan's own pace IEAC(t) is {day}", Ar: "SPI(t) = {spit}، SPI = {spi}، CPI = {cpi}؛ وبوتيرة الخطة نفسها IEAC(t) هو {day}"},
			"spit", two(value.Schedule.SPIt), "spi", two(value.Schedule.SPI), "cpi", two(value.CPI), "day", value.Schedule.Finish.String())
	}
	p.granted(f.Assumptions)
	return nil
}

// answer prints the dates of one answer.
func (p printer) answer(a forecast.Answer) {
	in := ""
	if a.InTime != nil {
		in = p.text(say.Text{En: "  in time {p}", Ar: "  في الموعد {p}"}.Fill("p", percent(*a.InTime)))
	}
	fmt.Fprintf(p.w, "  P10 %-10s P50 %-10s P80 %-10s P90 %-10s %s%s\n", or(a.P10.String(), "—"), or(a.P50.String(), "—"), or(a.P80.String(), "—"), or(a.P90.String(), "—"), p.text(a.Name), in)
}

func printForecast(p printer, f *forecast.Forecast) {
	p.line(say.Text{En: "{km} km, as of {day}, from {last} km on {on}:", Ar: "{km} كم، في {day}، ابتداءً من {last} كم في {on}:"},
		"km", strconv.FormatFloat(f.Target/1000, 'f', -1, 64), "day", f.AsOf.String(), "last", strconv.FormatFloat(f.Last.Metres/1000, 'f', -1, 64), "on", f.Last.On.String())
	for _, a := range f.Answers {
		p.answer(a)
	}
	if f.Methods.Latest != 0 {
		p.line(say.Text{En: "  it depends on the method: P50 from {a} to {b}", Ar: "  يتوقف على الطريقة: P50 من {a} إلى {b}"}, "a", f.Methods.Earliest.String(), "b", f.Methods.Latest.String())
	}
	if n := f.Needed; n != nil && n.Possible {
		p.line(say.Text{En: "  to be done by {day} it needs {rate} km a month, {times} times the mean so far", Ar: "  للإنجاز قبل {day} يلزم {rate} كم في الشهر، أي {times} ضعف المعدل حتى الآن"},
			"day", n.By.String(), "rate", strconv.FormatFloat(n.Rate*30.436875/1000, 'f', 1, 64), "times", strconv.FormatFloat(n.OfNow, 'f', 1, 64))
	} else if n != nil {
		p.line(say.Text{En: "  {day} is past", Ar: "  {day} مضى"}, "day", n.By.String())
	}
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

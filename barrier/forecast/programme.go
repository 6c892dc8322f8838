package forecast

import (
	"math/rand/v2"
	"slices"
	"strconv"

	"marsad/barrier"
	"marsad/border"
	"marsad/ident"
	"marsad/say"
)

// ProgrammeQuestion asks when the packages of a programme will be done.
type ProgrammeQuestion struct {
	View     *barrier.View
	AsOf     barrier.Day
	Kind     barrier.Kind // whose finish counts for sections and whole; Wall where empty
	Sections []border.Section
	By       barrier.Day
	Runs     int
	Seed     uint64
	Spread   float64
	Class    Class
}

// Programme is the answer: the whole, each section, each package.
type Programme struct {
	AsOf     barrier.Day     `json:"as_of"`
	Kind     barrier.Kind    `json:"kind"`
	Runs     int             `json:"runs"`
	Seed     uint64          `json:"seed"`
	Whole    Answer          `json:"whole"`
	ByClass  Answer          `json:"by_class"` // the same, with the reference class on top
	Sections []SectionFinish `json:"sections"`
	Packages []PackageFinish `json:"packages"`
	// Uncovered is the metres that neither stand nor lie in a package that is
	// not done: no date holds for them.
	Uncovered   float64    `json:"uncovered"`
	Assumptions []say.Text `json:"assumptions"`
}

// SectionFinish is when the last package leaves a section.
type SectionFinish struct {
	Section   string      `json:"section"`
	Name      say.Text    `json:"name"`
	Span      border.Span `json:"span"`
	Left      float64     `json:"left"`      // metres in packages, not done
	Uncovered float64     `json:"uncovered"` // metres in none
	Answer    Answer      `json:"answer"`
}

// PackageFinish is when a package is done, beside its baseline.
type PackageFinish struct {
	Package ident.ID    `json:"package"`
	Name    say.Text    `json:"name"`
	Left    float64     `json:"left"`
	Planned barrier.Day `json:"planned"`
	Answer  Answer      `json:"answer"`
}

// Works answers. Crews work one package after another; a package begins when
// its crew is free, its start has come and those before it are far enough; it
// ends no sooner than its distance behind them. It refuses packages that wait
// for one another in a circle.
func Works(q ProgrammeQuestion) (*Programme, error) {
	d := Question{Runs: q.Runs, Spread: q.Spread, Class: q.Class}.withDefaults()
	q.Runs, q.Spread, q.Class = d.Runs, d.Spread, d.Class
	if q.Kind == "" {
		q.Kind = barrier.Wall
	}
	if q.Runs > 100_000 {
		return nil, seriesError("a programme is simulated 100,000 times at most", "الحد الأعلى \u2066100000\u2069 محاكاة")
	}
	jobs, crews, guessed, err := gather(&q)
	if err != nil {
		return nil, err
	}
	p := &Programme{AsOf: q.AsOf, Kind: q.Kind, Runs: q.Runs, Seed: q.Seed}
	finish := simulateWorks(&q, jobs, crews)
	p.read(&q, jobs, finish)
	p.assume(&q, guessed)
	return p, nil
}

// read turns runs into answers.
func (p *Programme) read(q *ProgrammeQuestion, jobs []job, finish [][2]float64) {
	f := &Forecast{Last: Observation{On: q.AsOf}, AsOf: q.AsOf}
	runs := make([]float64, q.Runs)
	n := len(jobs)
	answer := func(method string, name, note say.Text, at func(run int) float64) Answer {
		for run := range runs {
			runs[run] = at(run)
		}
		slices.Sort(runs)
		return f.answer(method, name, note, runs, q.By)
	}
	var counted []int
	for i := range jobs {
		j := &jobs[i]
		p.Packages = append(p.Packages, PackageFinish{Package: j.pack.ID, Name: j.pack.Name, Left: j.left, Planned: j.pack.Finish,
			Answer: answer("works", j.pack.Name, say.Text{}, func(run int) float64 { return finish[run*n+i][1] })})
		if j.pack.Kind == q.Kind {
			counted = append(counted, i)
		}
	}
	last := func(run int) float64 {
		end := 0.0
		for _, i := range counted {
			end = max(end, finish[run*n+i][1])
		}
		return end
	}
	stands := q.View.Where(q.Kind, "", barrier.State.Stands)
	var packed []border.Span
	for _, i := range counted {
		packed = append(packed, jobs[i].pack.Span)
	}
	covered := stands.Union(border.NewSet(packed...))
	p.Uncovered = covered.Complement(q.View.Axis().Whole()).Length()
	if len(counted) == 0 {
		return
	}
	p.Whole = answer("works", say.Text{En: "packages, crews and observed rates", Ar: "الحزم والفرق والمعدلات المرصودة"}, say.Text{}, last)
	u := rand.New(rand.NewPCG(q.Seed, 5))
	p.ByClass = answer("works-class", say.Text{En: "the same, and a reference class: {class}", Ar: "كما سبق مع فئة مرجعية: {class}"}.FillText("class", q.Class.Name), q.Class.Basis,
		func(run int) float64 { return last(run) * q.Class.at(u.Float64()) })
	for _, s := range q.Sections {
		p.section(s, jobs, counted, covered, finish, answer)
	}
}

// section answers for a section: a package leaves it when it has done the
// metres up to its end, at an even pace between its start and its finish.
func (p *Programme) section(s border.Section, jobs []job, counted []int, covered border.Set, finish [][2]float64, answer func(string, say.Text, say.Text, func(int) float64) Answer) {
	x := SectionFinish{Section: s.ID, Name: s.Name, Span: s.Span, Uncovered: covered.Complement(s.Span).Length()}
	type leaves struct {
		job   int
		share float64
	}
	var here []leaves
	for _, i := range counted {
		j := &jobs[i]
		// What is left of the package lies at its far end.
		rest := border.Span{From: j.pack.To - border.Chainage(j.left), To: j.pack.To}
		until := float64(min(s.To, rest.To) - rest.From)
		if j.pack.Down {
			rest = border.Span{From: j.pack.From, To: j.pack.From + border.Chainage(j.left)}
			until = float64(rest.To - max(s.From, rest.From))
		}
		if in := rest.Intersect(s.Span); !in.Empty() {
			x.Left += in.Length()
			here = append(here, leaves{i, until / j.left})
		}
	}
	if len(here) > 0 {
		n := len(jobs)
		x.Answer = answer("works", s.Name, say.Text{}, func(run int) float64 {
			end := 0.0
			for _, l := range here {
				t := finish[run*n+l.job]
				end = max(end, t[0]+(t[1]-t[0])*l.share)
			}
			return end
		})
	}
	p.Sections = append(p.Sections, x)
}

func (p *Programme) assume(q *ProgrammeQuestion, guessed []barrier.Kind) {
	p.Assumptions = []say.Text{
		{En: "rates per worked day and the share of days worked are drawn, block of 28 days by block, from the diary of three years; stoppages are in the share", Ar: "تُسحب معدلات يوم العمل ونسبة الأيام المشغولة كل \u206628\u2069 يوماً من يوميات ثلاث سنوات، والتوقفات ضمن النسبة"},
		{En: "weekends and entered holidays of each crew's calendar are kept; holidays that were not entered are worked", Ar: "تُراعى عطل نهاية الأسبوع والعطل المدخلة، وما لم يُدخل يُحسب يوم عمل"},
		{En: "a crew does one package after another; what follows keeps its distance in metres and days", Ar: "ينجز الفريق حزمة بعد أخرى، واللاحق يحافظ على مسافته بالأمتار والأيام"},
		{En: "within a package the pace is even, so the days of sections are approximate", Ar: "الوتيرة داخل الحزمة منتظمة، فتواريخ القواطع تقريبية"},
		say.Text{En: "{runs} runs, seed {seed}, lognormal {s} about each drawn rate", Ar: "{runs} محاكاة، البذرة {seed}، تذبذب لوغاريتمي {s} حول كل معدل"}.
			Fill("runs", strconv.Itoa(q.Runs), "seed", strconv.FormatUint(q.Seed, 10), "s", strconv.FormatFloat(q.Spread, 'f', 2, 64)),
	}
	for _, k := range guessed {
		p.Assumptions = append(p.Assumptions, say.Text{En: "there is no diary of {kind}: its planned rate is taken, without stoppages", Ar: "لا يوميات لـ{kind}: أُخذ معدله المخطط دون توقفات"}.FillText("kind", k.Name()))
	}
	if p.Uncovered > 0.5 {
		p.Assumptions = append(p.Assumptions, say.Text{En: "{km} km neither stand nor lie in an approved package: no date holds for them", Ar: "{km} كم ليست قائمة ولا ضمن حزمة مصادق عليها: لا تاريخ لها"}.Fill("km", strconv.FormatFloat(p.Uncovered/1000, 'f', 1, 64)))
	}
}

package forecast

import (
	"cmp"
	"math"
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

// block is how long a rate lasts once it is drawn, in days.
const block = 28

// horizon is how far the calendars are laid out, in days; beyond it working
// days go on at their mean share.
const horizon = 7_305

// job is a package on its way through the simulation.
type job struct {
	pack   *barrier.Package
	left   float64
	ready  float64   // days from today before which it does not begin
	days   []float64 // working days before each day
	rates  []float64 // metres per worked day, to draw from
	shares []float64 // of working days that were worked, to draw from
	before []link
	crew   int
}

type link struct {
	job    int
	metres float64
	days   float64
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

// gather lays out the packages that are not done, each after those before it.
// guessed names the kinds without a diary.
func gather(q *ProgrammeQuestion) (jobs []job, crews int, guessed []barrier.Kind, err error) {
	v := q.View
	done := v.Done()
	var live []*barrier.Package
	for _, p := range v.Packages() {
		over := p.State == barrier.PackageDone || p.State == barrier.PackageHanded || p.State == barrier.PackageDropped || p.State == barrier.PackageDraft
		if !over && p.Length()-done[p.ID].Length() > 0.5 {
			live = append(live, p)
		}
	}
	index, crew := map[ident.ID]int{}, map[ident.ID]int{}
	calendars := map[*barrier.Calendar][]float64{}
	state := map[ident.ID]int{}
	seen := map[barrier.Kind]*history{}
	var visit func(p *barrier.Package) error
	visit = func(p *barrier.Package) error {
		if state[p.ID] == 2 {
			return nil
		}
		if state[p.ID] == 1 {
			return seriesError("packages wait for one another in a circle: "+p.Name.En, "حزم عمل تنتظر بعضها في حلقة: "+p.Name.Ar)
		}
		state[p.ID] = 1
		j := job{pack: p, left: p.Length() - done[p.ID].Length(), ready: float64(max(0, p.Start-q.AsOf)), crew: -1}
		if p.State == barrier.PackageRunning {
			j.ready = 0
		}
		for _, b := range p.Predecessors {
			i := slices.IndexFunc(live, func(o *barrier.Package) bool { return o.ID == b.Package })
			if i < 0 {
				continue // done, or not in the programme: nothing to wait for
			}
			if err := visit(live[i]); err != nil {
				return err
			}
			j.before = append(j.before, link{index[b.Package], b.Metres, float64(b.Days)})
		}
		if !p.Crew.IsZero() {
			if _, ok := crew[p.Crew]; !ok {
				crew[p.Crew] = len(crew)
			}
			j.crew = crew[p.Crew]
		}
		c := v.CalendarOf(p)
		if calendars[c] == nil {
			calendars[c] = workdays(c, q.AsOf)
		}
		j.days = calendars[c]
		if seen[p.Kind] == nil {
			seen[p.Kind] = observe(v, p.Kind, q.AsOf)
		}
		j.rates, j.shares = seen[p.Kind].rates, seen[p.Kind].shares
		if len(j.rates) == 0 {
			j.rates, j.shares = []float64{max(p.Rate, 1)}, []float64{1}
			guessed = append(guessed, p.Kind)
		}
		index[p.ID] = len(jobs)
		jobs = append(jobs, j)
		state[p.ID] = 2
		return nil
	}
	for _, p := range live {
		if err := visit(p); err != nil {
			return nil, 0, nil, err
		}
	}
	slices.Sort(guessed)
	return jobs, len(crew), slices.Compact(guessed), nil
}

// workdays counts the working days before each day from a day on.
func workdays(c *barrier.Calendar, from barrier.Day) []float64 {
	out := make([]float64, horizon+1)
	for i := range horizon {
		out[i+1] = out[i]
		if c.Works(from + barrier.Day(i)) {
			out[i+1]++
		}
	}
	return out
}

// worked gives the working days before a moment, in days from today.
func worked(days []float64, t float64) float64 {
	if t >= horizon {
		return days[horizon] * t / horizon
	}
	i := int(t)
	return days[i] + (t-float64(i))*(days[i+1]-days[i])
}

// history is what the diary tells of a kind, by blocks of each package.
type history struct{ rates, shares []float64 }

// observe reads metres per worked day, and how many of the working days were
// worked, from the diary of the last three years. A block counts from the
// first entry of a package to its last.
func observe(v *barrier.View, k barrier.Kind, asOf barrier.Day) *history {
	h := &history{}
	byPackage := map[ident.ID][]*barrier.DiaryEntry{}
	var order []ident.ID
	for _, d := range v.Diary() {
		if d.Kind != k || d.On > asOf || d.On < asOf-1096 {
			continue
		}
		if byPackage[d.Package] == nil {
			order = append(order, d.Package)
		}
		byPackage[d.Package] = append(byPackage[d.Package], d)
	}
	for _, id := range order {
		entries := byPackage[id]
		calendar := &barrier.DefaultCalendar
		if p, ok := v.Package(id); ok {
			calendar = v.CalendarOf(p)
		}
		last := entries[len(entries)-1].On
		for i := 0; i < len(entries); {
			from := entries[i].On
			until := min(from+block, last+1)
			metres, days, on := 0.0, 0, barrier.Day(0)
			for ; i < len(entries) && entries[i].On < until; i++ {
				metres += entries[i].Length()
				if entries[i].Length() > 0 && entries[i].On != on {
					days, on = days+1, entries[i].On
				}
			}
			// A block of a few days says little.
			if working := calendar.Workdays(from, until); days >= 5 && working > 0 {
				h.rates = append(h.rates, metres/float64(days))
				h.shares = append(h.shares, math.Min(1, float64(days)/float64(working)))
			}
		}
	}
	return h
}

// simulateWorks gives the start and finish of each job in each run, in days
// from today, run after run.
func simulateWorks(q *ProgrammeQuestion, jobs []job, crews int) [][2]float64 {
	r := rand.New(rand.NewPCG(q.Seed, 4))
	out := make([][2]float64, q.Runs*len(jobs))
	free := make([]float64, crews)
	for run := range q.Runs {
		clear(free)
		times := out[run*len(jobs) : (run+1)*len(jobs)]
		for i := range jobs {
			j := &jobs[i]
			start := j.ready
			if j.crew >= 0 {
				start = max(start, free[j.crew])
			}
			for _, b := range j.before {
				t := times[b.job]
				lead := math.Min(1, b.metres/jobs[b.job].left)
				start = max(start, t[0]+(t[1]-t[0])*lead+b.days)
			}
			end := j.run(start, q.Spread, r)
			for _, b := range j.before {
				// The last metres behind the one before take their own time.
				tail := (end - start) * math.Min(1, b.metres/j.left)
				end = max(end, times[b.job][1]+b.days+tail)
			}
			if j.crew >= 0 {
				free[j.crew] = end
			}
			times[i] = [2]float64{start, end}
		}
	}
	return out
}

// run works a job off, block after block, and gives when it is done.
func (j *job) run(t, spread float64, r *rand.Rand) float64 {
	for left := j.left; t < longest; t += block {
		rate := j.rates[r.IntN(len(j.rates))] * math.Exp(spread*r.NormFloat64())
		share := j.shares[r.IntN(len(j.shares))]
		metres := (worked(j.days, t+block) - worked(j.days, t)) * share * rate
		if metres >= left {
			return t + block*left/metres
		}
		left -= metres
	}
	return math.Inf(1)
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

// Value is earned value of packages by their budgets (ANSI/EIA-748), beside
// earned schedule.
type Value struct {
	Currency string  `json:"currency"` // empty: no common budgets; the weights are metres
	BAC      float64 `json:"bac"`      // budget in all
	PV       float64 `json:"pv"`       // planned by now
	EV       float64 `json:"ev"`       // earned by now
	AC       float64 `json:"ac"`       // spent by now, by the diary
	CPI      float64 `json:"cpi"`      // EV / AC
	EAC      float64 `json:"eac"`      // BAC / CPI
	Schedule Earned  `json:"schedule"`
	Known    bool    `json:"known"` // false before anything was planned to begin
}

// EarnedValue measures the packages of a kind, or of every kind where it is
// empty, on a day. Weights are budgets where all have one in one currency, else
// metres.
func EarnedValue(v *barrier.View, kind barrier.Kind, asOf barrier.Day) Value {
	var packs []*barrier.Package
	for _, p := range v.Packages() {
		if (kind == "" || p.Kind == kind) && p.State != barrier.PackageDropped && p.State != barrier.PackageDraft && p.Start != 0 && p.Finish >= p.Start && p.Length() > 0 {
			packs = append(packs, p)
		}
	}
	if len(packs) == 0 {
		return Value{}
	}
	out := Value{Currency: packs[0].Budget.Currency}
	for _, p := range packs {
		if p.Budget.Amount <= 0 || p.Budget.Currency != out.Currency {
			out.Currency = ""
		}
	}
	weight := func(p *barrier.Package) float64 {
		if out.Currency == "" {
			return p.Length()
		}
		return p.Budget.Amount
	}
	done := v.Done()
	ours := map[ident.ID]bool{}
	var edges []barrier.Day
	for _, p := range packs {
		ours[p.ID] = true
		out.BAC += weight(p)
		share := done[p.ID].Length() / p.Length()
		if p.State == barrier.PackageDone || p.State == barrier.PackageHanded {
			share = 1
		}
		out.EV += weight(p) * share
		edges = append(edges, p.Start, p.Finish+1)
	}
	for _, d := range v.Diary() {
		if ours[d.Package] && d.On <= asOf && out.Currency != "" && d.Cost.Currency == out.Currency {
			out.AC += d.Cost.Amount
		}
	}
	slices.Sort(edges)
	edges = slices.Compact(edges)
	// The plan bends only where a package begins or ends.
	plan := make([]Observation, len(edges))
	for i, on := range edges {
		plan[i].On = on
		for _, p := range packs {
			plan[i].Metres += weight(p) * min(1, max(0, float64(on-p.Start)/float64(p.Finish+1-p.Start)))
		}
	}
	slices.SortFunc(plan, func(a, b Observation) int { return cmp.Compare(a.On, b.On) })
	out.Schedule, out.Known = Schedule(plan, Observation{asOf + 1, plan[0].Metres + out.EV})
	out.PV = out.Schedule.Planned
	if out.AC > 0 {
		out.CPI = out.EV / out.AC
		out.EAC = out.BAC / out.CPI
	}
	return out
}
